//! The first two passes of the fast path, over one block of a text.
//!
//! 1. [`Block::decode`] writes the plain output of every character, whatever
//!    stands around it, and notes the characters' codes.
//! 2. [`Block::filter`] marks where a key may start, without a branch.
//!
//! The output buffer has the positions of the input; [`super::engine`] corrects
//! it and splices what changes length.

use std::cell::Cell;
use std::ops::Range;

use zhnorm_table::chars::{self, Chars};
use zhnorm_table::filter::code;
use zhnorm_table::view::{Lazy, Plan};
use zhnorm_table::{Rare, ids};

use super::kept::with_kept;
use crate::simd::{self, LONGER, Level, Run, SLACK, Set};

/// What a class has of the flags of a character's word.
const SPECIAL: u8 = (chars::SPECIAL >> 24) as u8;
const CHANGES: u8 = (chars::CHANGES >> 24) as u8;
const KEY_FIRST: u8 = (chars::KEY_FIRST >> 24) as u8;
const KEY_SECOND: u8 = (chars::KEY_SECOND >> 24) as u8;

/// The room of a block: codes, marks and output together stay in a first-level cache.
/// (Not 4096, with which all its parts would claim the same lines of that.)
const ROOM: usize = 4096 - 64;
/// What a block has behind its text: room for the last stores, and for two codes
/// of what follows.
const BEHIND: usize = SLACK + 4;

/// Stands between characters that are not neighbours. No key holds a NUL.
const GAP: u16 = 0;

/// One block: indices of `codes` are characters, positions are bytes.
pub(super) struct Block {
    pub(super) level: Level,
    /// Input bytes of this block.
    pub(super) len: usize,
    pub(super) output: [u8; ROOM],
    codes: [u16; ROOM],
    positions: [u16; ROOM],
    /// The highest byte of each character's word.
    classes: [u8; ROOM],
    count: usize,
    /// Whether some plain output is not the source; `None` where that is not known.
    pub(super) changes: Option<bool>,
    marks: [u16; ROOM],
    marked: usize,
    /// Whether there was a description operator, in this block or one before.
    pub(super) is_described: bool,
    /// Characters whose output cannot stand in place, as indices of `codes`.
    specials: Vec<u16>,
}

/// A character of a block that may not become its plain output.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Its number, and its byte in the block.
    pub(super) index: usize,
    pub(super) at: usize,
    pub(super) code: u16,
    /// Whether a key may start here, and if so whether one of any length may.
    pub(super) mark: Option<bool>,
    /// Whether its own output cannot stand in place.
    pub(super) is_special: bool,
}

/// A character that was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// Its byte in the text.
    pub(super) at: usize,
    /// Its code between those beside it; one is 0 where it is not known.
    pub(super) codes: [u16; 3],
}

/// How far a block's marks and special characters have been gone through.
#[derive(Clone, Copy, Default)]
pub(super) struct Cursor {
    mark: usize,
    special: usize,
}

thread_local! {
    /// The thread's block. To clear a new one took longer than to convert ten characters.
    static KEPT: Cell<Option<Box<Block>>> = const { Cell::new(None) };
}

/// Does something with the thread's block, which holds anything.
#[inline]
pub(super) fn with_block<T>(work: impl FnOnce(&mut Block) -> T) -> T {
    with_kept(&KEPT, Block::new, work)
}

impl Block {
    /// Not inlined: with its frame, a short text spent a tenth of its time on probing the
    /// stack's pages.
    #[inline(never)]
    fn new() -> Box<Self> {
        // A key must fit into a block, unless it is the text that does.
        const { assert!(ROOM > zhnorm_table::trie::MAX_KEY + BEHIND) };
        Box::new(Self {
            level: Level::detect(),
            len: 0,
            output: [0; ROOM],
            codes: [0; ROOM],
            positions: [0; ROOM],
            classes: [0; ROOM],
            count: 0,
            changes: None,
            marks: [0; ROOM],
            marked: 0,
            is_described: false,
            specials: Vec::new(),
        })
    }

    /// The next place to look at, in order.
    #[inline(always)]
    pub(super) fn next(&self, cursor: &mut Cursor) -> Option<Place> {
        let mark = self.marks[..self.marked].get(cursor.mark).copied().unwrap_or(u16::MAX);
        let special = self.specials.get(cursor.special).copied().unwrap_or(u16::MAX);
        let index = (mark & !LONGER).min(special);
        if index as usize >= self.count {
            return None;
        }
        let is_mark = mark & !LONGER == index;
        let is_special = special == index;
        cursor.mark += usize::from(is_mark);
        cursor.special += usize::from(is_special);
        Some(Place {
            index: index as usize,
            at: self.positions[index as usize] as usize,
            code: self.codes[index as usize],
            mark: is_mark.then_some(mark & LONGER != 0),
            is_special,
        })
    }

    /// The characters at which a key may start.
    #[inline]
    pub(super) fn marked(&self) -> impl Iterator<Item = usize> {
        self.marks[..self.marked].iter().map(|mark| (mark & !LONGER) as usize)
    }

    /// Whether a key of the segmentation may begin with a character and the next.
    #[inline]
    pub(super) fn may_be_key(&self, index: usize) -> bool {
        self.classes[index] & KEY_FIRST != 0 && self.classes[index + 1] & KEY_SECOND != 0
    }

    /// Leaves what is behind a byte to the next block.
    pub(super) fn end_at(&mut self, at: usize) {
        self.len = at;
        self.unless_same();
    }

    /// Notes that a change of plain outputs may be none in the end.
    #[inline]
    pub(super) fn unless_same(&mut self) {
        self.changes = self.changes.filter(|changes| !changes);
    }

    /// The number of characters.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The codes of a character and the next two.
    #[inline]
    pub(super) fn codes(&self, index: usize) -> [u16; 3] {
        [self.codes[index], self.codes[index + 1], self.codes[index + 2]]
    }

    /// All codes from a character on, of what follows the block too.
    #[inline]
    pub(super) fn codes_from(&self, index: usize) -> &[u16] {
        &self.codes[index..]
    }

    /// How many bytes a character and the next one have.
    #[inline]
    pub(super) fn pair_len(&self, index: usize) -> usize {
        self.at(index + 2) - self.at(index)
    }

    /// The byte at which a character begins.
    #[inline]
    pub(super) fn at(&self, index: usize) -> usize {
        self.positions[index] as usize
    }

    /// The first character from `index` on that begins at `at` or behind it.
    #[inline]
    pub(super) fn index_at(&self, index: usize, at: usize) -> usize {
        self.index_in(index..self.count, at)
    }

    fn index_in(&self, characters: Range<usize>, at: usize) -> usize {
        let before = self.positions[characters.clone()].iter().take_while(|p| (**p as usize) < at);
        characters.start + before.count()
    }

    /// Takes the block that begins at `base`: copies it, writes the plain
    /// output of each character of three bytes over it, and notes all codes. False
    /// where it holds what `normal` changes.
    pub(super) fn decode(
        &mut self,
        plan: &Plan<'_>,
        normal: Option<&Chars<'_>>,
        text: &str,
        base: usize,
    ) -> bool {
        let mut end = text.len().min(base + ROOM - BEHIND);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.len = end - base;
        let source = &text.as_bytes()[base..end];
        self.specials.clear();
        (self.count, self.marked) = (0, 0);
        let (mut at, mut all) = (0, 0);
        while at < self.len {
            let run =
                Run { codes: &mut self.codes[self.count..], positions: &mut self.positions[self.count..] };
            let (bytes, count) = simd::decode(self.level, &source[at..], at, run);
            at += bytes;
            let new = self.count..self.count + count;
            self.count = new.end;
            let [codes, positions] = [&self.codes, &self.positions].map(|of| &of[new.clone()]);
            let plane = plan.words;
            let (output, classes) = (&mut self.output, &mut self.classes[new.start..]);
            let seen = simd::look_up(self.level, plane, codes, positions, output, classes);
            all |= seen;
            if seen & SPECIAL != 0 {
                if normal.is_some_and(|normal| self.is_unnormalized(normal, new.clone())) {
                    return false;
                }
                let Some(end) = self.specials(text, base, new) else { break };
                if end > at {
                    at = end;
                    continue;
                }
            }
            // What the run ends at.
            match source.get(at) {
                None => break,
                Some(0..0x80) => {
                    let end = self.ascii(plan, source, at);
                    self.output[at..end].copy_from_slice(&source[at..end]);
                    at = end;
                }
                Some(_) => {
                    let c = text[base + at..].chars().next().unwrap_or_default();
                    if normal.is_some_and(|normal| normal.astral(c, Rare::Include).is_some()) {
                        return false;
                    }
                    self.output[at..at + 4].copy_from_slice(&source[at..at + 4]);
                    self.specials.push(self.count as u16);
                    self.push(plan, code(c), at);
                    at += 4;
                }
            }
        }
        // What stands in a description sequence does not become what was seen.
        self.changes = (all & SPECIAL == 0).then_some(all & CHANGES != 0);
        let (mut following, mut at) = (text[base + self.len..].chars(), self.len);
        for ahead in self.count..self.count + 2 {
            let next = following.next();
            (self.codes[ahead], self.positions[ahead]) = (next.map_or(GAP, code), at as u16);
            at += next.map_or(0, char::len_utf8);
        }
        self.classes[self.count] =
            if end == text.len() { 0 } else { plan.words[self.codes[self.count] as usize][3] };
        // No key begins in what was left there.
        self.classes[self.count + 1..][..simd::STEP].fill(0);
        true
    }

    /// Whether normalization changes some of the special ones among some characters.
    #[cold]
    fn is_unnormalized(&self, normal: &Chars<'_>, characters: Range<usize>) -> bool {
        let changes = |code: u16| ![code, chars::DESCRIPTION].contains(&normal.plane(code));
        self.codes[characters].iter().any(|code| changes(*code))
    }

    /// Lists the special ones among some characters, whose output is the source
    /// for now. Returns where the last one ends, `None` where the block has to end
    /// before it.
    #[cold]
    fn specials(&mut self, text: &str, base: usize, characters: Range<usize>) -> Option<usize> {
        let (mut index, mut end) = (characters.start, 0);
        while let Some(more) = self.classes[index..characters.end].iter().position(|c| c & SPECIAL != 0) {
            index += more;
            let at = self.at(index);
            let rest = &text[base + at..];
            self.is_described |= rest.chars().next().is_some_and(|c| ids::arity(c) > 0);
            let (len, next) = match ids::sequence_len(rest) {
                // Left as it is; nothing matches into or out of it.
                Some(len) if at + len <= self.len => {
                    let next = self.index_in(index..characters.end, at + len);
                    self.codes[index..next].fill(GAP);
                    (len, next)
                }
                Some(_) if at > 0 => {
                    (self.len, self.count) = (at, index);
                    return None;
                }
                _ => {
                    self.specials.push(index as u16);
                    (rest.chars().next().map_or(0, char::len_utf8), index + 1)
                }
            };
            self.output[at..at + len].copy_from_slice(&rest.as_bytes()[..len]);
            (index, end) = (next, at + len);
        }
        Some(end)
    }

    /// A run of ASCII. Only its edges can be part of a key: two characters as
    /// the continuation of what is before, and as many as a key begins with.
    fn ascii(&mut self, plan: &Plan<'_>, source: &[u8], at: usize) -> usize {
        let lead = plan.ascii;
        let run = simd::ascii_len(&source[at..]);
        let all = at..at + run;
        let (head, tail) =
            if run <= 3 + lead { (all.clone(), 0..0) } else { (at..at + 2, all.end - lead..all.end) };
        let is_cut = !tail.is_empty() || head.end < all.end;
        for i in head {
            self.push(plan, source[i] as u16, i);
        }
        if is_cut {
            self.push(plan, GAP, at + 2);
        }
        for i in tail {
            self.push(plan, source[i] as u16, i);
        }
        all.end
    }

    #[inline]
    fn push(&mut self, plan: &Plan<'_>, code: u16, at: usize) {
        self.classes[self.count] = plan.words[code as usize][3];
        self.codes[self.count] = code;
        self.positions[self.count] = at as u16;
        self.count += 1;
    }

    /// Notes where the characters of a set stand, in bytes of the text. The marks are lost.
    pub(super) fn find(&mut self, set: &Set, base: usize, found: &mut Vec<Asked>) {
        let count = simd::members(self.level, set, &self.codes[..self.count], &mut self.marks);
        // Nearly always all: what the block leaves to the next one is found there.
        let is_inside = |index: &u16| (self.positions[*index as usize] as usize) < self.len;
        let count = self.marks[..count].partition_point(is_inside);
        found.extend(self.marks[..count].iter().map(|index| {
            let index = *index as usize;
            let before = if index > 0 { self.codes[index - 1] } else { GAP };
            let codes = [before, self.codes[index], self.codes[index + 1]];
            Asked { at: base + self.positions[index] as usize, codes }
        }));
    }

    /// Marks the characters at which a key may start; with `lazy`, one that changes
    /// something.
    pub(super) fn filter(&mut self, plan: &Plan<'_>, lazy: Option<&Lazy<'_>>) {
        let (level, count) = (self.level, self.count);
        let (classes, codes, marks) = (&self.classes, &self.codes, &mut self.marks);
        self.marked = match (lazy, &plan.lazy) {
            (Some(lazy), _) => simd::marks_by_class(level, &lazy.changes, count, classes, codes, marks),
            (None, None) => simd::marks_by_class(level, &plan.filter, count, classes, codes, marks),
            // The classes tell of what changes something only.
            (None, Some(_)) => simd::marks(level, &plan.filter, count, codes, marks),
        };
    }
}
