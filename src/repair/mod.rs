//! Damage found and undone, before anything else looks at a text.

pub(crate) mod debris;
pub(crate) mod entity;
mod mirror;
pub(crate) mod model;
pub(crate) mod mojibake;

use std::borrow::Cow;

use crate::edit::{self, Edit};

/// What undoes the damage of a text.
pub(crate) fn find(text: &str) -> Vec<Edit> {
    mirror::find(text)
}

/// A text with its damage undone, as far as it is found and sure; borrowed where
/// there is none. A text is taken for one page.
///
/// ```
/// assert_eq!(zhnorm::repair("未受損的文字不變。"), "未受損的文字不變。");
/// ```
pub fn repair(text: &str) -> Cow<'_, str> {
    match find(text) {
        edits if edits.is_empty() => Cow::Borrowed(text),
        edits => Cow::Owned(edit::apply(text, &edits)),
    }
}
