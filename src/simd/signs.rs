//! What a table says of the characters of a text: a byte for each, a set of signs, of
//! sentence by sentence, or of as many as say nothing that counts. What the signs are is
//! the caller's, but for those named here.

use zhnorm_table::chars::PLANE;

#[cfg(target_arch = "x86_64")]
use super::x86;
use super::{Level, scalar};

/// The text is cut behind such a character, which has no other sign.
pub(crate) const CUT: u8 = 1 << 7;

/// The length of a text up to its first cut, the character that cuts included, or without
/// `CUTS` all of it, and what the table says of all its characters together. Of the characters of
/// one byte only `\n`, `\r`, `!` and `?` may say something. The text begins with a whole
/// character and is UTF-8.
#[inline]
pub(crate) fn signs<const CUTS: bool>(level: Level, table: &[u8; PLANE], text: &[u8]) -> (usize, u8) {
    let (mut at, mut seen) = (0, 0);
    while (!CUTS || seen & CUT == 0) && at < text.len() {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = level.avx2() {
            let (len, more) = avx2.signs::<CUTS>(table, &text[at..]);
            (at, seen) = (at + len, seen | more);
            if CUTS && seen & CUT != 0 {
                break;
            }
        }
        let (len, more) = scalar::signs::<CUTS>(table, &text[at..], most_at_once(level, &text[at..]));
        (at, seen) = (at + len, seen | more);
    }
    (at, seen)
}

/// The length of a text up to the first character of which the table says something
/// of the mask, or that is beyond the basic plane. It says nothing of ASCII. The text
/// begins with a whole character and is UTF-8.
#[inline]
pub(crate) fn clean_len(level: Level, table: &[u8; PLANE], mask: u8, text: &[u8]) -> usize {
    let mut at = 0;
    loop {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = level.avx2() {
            at += avx2.clean_len(table, mask, &text[at..]);
        }
        let len = scalar::clean_len(table, mask, &text[at..], most_at_once(level, &text[at..]));
        at += len;
        if len == 0 || at == text.len() {
            return at;
        }
    }
}

/// The signs of every character beyond the basic plane, which the table has not.
pub(crate) const BEYOND: u8 = 1 | ASKS;

/// To [`kept_len`]: what stops it, what tells that a sentence is kept, and what has to be
/// asked about where nothing tells.
pub(crate) const STOPS: u8 = 1 << 1 | 1 << 3 | 1 << 4;
pub(crate) const TELLS: u8 = 1 << 2;
pub(crate) const ASKS: u8 = 1 << 6;

/// What the characters of a sentence say up to where a loop stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) tells: bool,
    pub(super) asks: bool,
}

impl Told {
    /// Goes on over many characters, each of them a bit, the first one lowest, or a byte
    /// of which the lowest bit counts. `rows` are the bits without those that end a
    /// sentence. Whether some sentence ends there that asks and does not tell.
    ///
    /// One addition is enough for all sentences: whatever is added to a row of ones makes
    /// one carry, and that stands where the row ends.
    #[inline(always)]
    pub(super) fn pass(&mut self, rows: u64, ends: u64, tells: u64, asks: u64) -> bool {
        let add = |said: &mut bool, bits: u64| {
            let (sum, one) = rows.overflowing_add(bits);
            let (sum, two) = sum.overflowing_add(u64::from(*said));
            *said = one | two;
            sum
        };
        add(&mut self.asks, asks) & !add(&mut self.tells, tells) & ends != 0
    }
}

/// The length of a text up to the first character that stops or is beyond the basic
/// plane, or that ends a sentence which asks and in which nothing tells. Of characters of
/// one byte only `\n`, `\r`, `!` and `?` have a sign, and it is [`CUT`]. The text begins with
/// a whole character and is UTF-8.
#[inline]
pub(crate) fn kept_len(level: Level, table: &[u8; PLANE], text: &[u8]) -> usize {
    let (mut at, mut told) = (0, Told::default());
    #[cfg(target_arch = "x86_64")]
    if let Level::Avx512(avx512, avx2) = level {
        // Blocks are worth it only where a text goes on behind this.
        const START: usize = 128;
        at = text.first_chunk::<START>().map_or(0, |start| avx2.kept_len(table, start, &mut told));
        if at + x86::SPAN > START {
            at += avx512.kept_len(table, &text[at..], &mut told);
        }
    }
    loop {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = level.avx2() {
            at += avx2.kept_len(table, &text[at..], &mut told);
        }
        let len = scalar::kept_len(table, &text[at..], &mut told, most_at_once(level, &text[at..]));
        at += len;
        if len == 0 || at == text.len() {
            return at;
        }
    }
}

/// How many characters are taken one by one where the vector loop stopped: one of two
/// or four bytes, or the last few.
#[inline]
fn most_at_once(level: Level, rest: &[u8]) -> usize {
    match level {
        Level::Scalar => usize::MAX,
        #[cfg(target_arch = "x86_64")]
        _ if rest.len() >= x86::SPAN => 1,
        #[cfg(target_arch = "x86_64")]
        _ => usize::MAX,
    }
}
