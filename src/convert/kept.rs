//! Room that a thread keeps from one text to the next. Knows nothing of what it is for.

use std::cell::Cell;
use std::thread::LocalKey;

/// Where a thread keeps it, while nobody uses it.
pub(super) type Kept<R> = LocalKey<Cell<Option<Box<R>>>>;

/// Does something in the thread's room, or in a new one where it has none yet.
#[inline(always)]
pub(super) fn with_kept<R, T>(
    kept: &'static Kept<R>,
    new: impl FnOnce() -> Box<R>,
    work: impl FnOnce(&mut R) -> T,
) -> T {
    let mut room = kept.try_with(Cell::take).ok().flatten().unwrap_or_else(new);
    let result = work(&mut room);
    // A thread that ends has no place for it any more.
    let _ = kept.try_with(|kept| kept.set(Some(room)));
    result
}
