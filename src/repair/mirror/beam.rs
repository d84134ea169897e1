//! The readings of a stretch that are still open. Of those that go on alike the
//! cheapest is kept, and of these the cheapest few. What each has written is a
//! chain of [`Piece`]s that readings of one beginning share, so that a reading is a
//! few words, and nothing is copied when it splits. Knows no bytes and no page.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use super::reader::Reader;
use crate::repair::model::{self, OTHER};

/// Paths kept after each token, and how many bits a kept one may be behind the
/// best.
const WIDTH: usize = 64;
const BEHIND: f32 = 30.0;
/// What a character costs besides that no Chinese text is made of: the model has
/// one symbol for all, which is no rare one.
const OUTLANDISH: f32 = 8.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// In step; the second byte of the last character.
    In(u8),
    /// A lead byte in hand.
    Lead(u8),
    /// An unknown lead byte in hand, with a sentence mark behind it.
    Orphan,
}

/// A reading of the page from the question mark on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path {
    pub(super) step: Step,
    pub(super) reader: Reader,
    pub(super) cost: f32,
    /// The last piece it wrote; 0 for none.
    last: u32,
}

/// What a reading writes in place of what the page shows.
#[derive(Clone, Copy, Debug)]
enum Piece {
    /// A stretch begins.
    Open(usize),
    Put(char),
    /// It ends.
    Close(usize),
    /// A stretch that is taken away.
    Drop(usize, usize),
}

impl Path {
    pub(super) fn new(step: Step, reader: Reader) -> Self {
        Self { step, reader, cost: 0.0, last: 0 }
    }

    /// What makes two paths go on alike.
    fn key(&self) -> u64 {
        let step = match self.step {
            Step::In(last) => u16::from(last),
            Step::Lead(lead) => 0x100 | u16::from(lead),
            Step::Orphan => 0x200,
        };
        let [a, b] = self.reader.context;
        u64::from(step) << 32 | u64::from(a) << 16 | u64::from(b)
    }
}

#[derive(Default)]
pub(super) struct Beam {
    /// Each piece with the one before it.
    pieces: Vec<(u32, Piece)>,
    /// What the paths have become by the token at hand, and where each key is.
    next: Vec<Path>,
    places: HashMap<u64, usize, BuildHasherDefault<Mix>>,
    /// A path that costs more is not kept.
    limit: f32,
    /// Costs asked of the model since the page began.
    pub(super) effort: usize,
}

impl Beam {
    /// Forgets all that was written.
    pub(super) fn begin(&mut self) {
        self.pieces.clear();
        self.limit = f32::INFINITY;
    }

    /// Whether a path that costs so much is not kept in any case.
    pub(super) fn is_lost(&self, cost: f32) -> bool {
        cost > self.limit
    }

    fn write(&mut self, path: &mut Path, piece: Piece) {
        self.pieces.push((path.last, piece));
        path.last = self.pieces.len() as u32;
    }

    /// A stretch begins.
    pub(super) fn open(&mut self, mut path: Path, at: usize, step: Step) {
        self.write(&mut path, Piece::Open(at));
        path.step = step;
        self.push(path);
    }

    /// A stretch is nothing.
    pub(super) fn drop(&mut self, mut path: Path, range: Range<usize>) {
        self.write(&mut path, Piece::Drop(range.start, range.end));
        self.push(path);
    }

    /// A path writes a character.
    pub(super) fn put(&mut self, path: &mut Path, c: char) {
        let symbol = model::symbol(c);
        self.put_at(path, c, symbol, model::cost(path.reader.context, symbol));
    }

    /// The same where the model's cost is known.
    pub(super) fn put_at(&mut self, path: &mut Path, c: char, symbol: u16, cost: f32) {
        path.cost += if symbol == OTHER { OUTLANDISH } else { 0.0 };
        self.put_as(path, c, symbol, cost);
    }

    /// The same for a character of which only the symbol is known.
    pub(super) fn put_as(&mut self, path: &mut Path, c: char, symbol: u16, cost: f32) {
        self.effort += 1;
        path.cost += path.reader.read_at(c, symbol, cost);
        if !self.is_lost(path.cost) {
            self.write(path, Piece::Put(c));
        }
    }

    /// A path is in step again; `last` is the last character's second byte.
    pub(super) fn close(&mut self, mut path: Path, end: usize, last: u8) {
        if !self.is_lost(path.cost) {
            self.write(&mut path, Piece::Close(end));
            path.step = Step::In(last);
            self.push(path);
        }
    }

    /// A path goes on.
    pub(super) fn push(&mut self, path: Path) {
        if self.is_lost(path.cost) {
            return;
        }
        self.limit = self.limit.min(path.cost + BEHIND);
        let next = &mut self.next;
        let place = *self.places.entry(path.key()).or_insert(next.len());
        match next.get_mut(place) {
            None => next.push(path),
            Some(other) if path.cost < other.cost => *other = path,
            Some(_) => {}
        }
    }

    /// Puts the paths that go on into `paths`, the best one first.
    pub(super) fn turn(&mut self, paths: &mut Vec<Path>) {
        paths.clear();
        std::mem::swap(paths, &mut self.next);
        self.places.clear();
        paths.retain(|path| path.cost <= self.limit);
        self.limit = f32::INFINITY;
        let by_cost = |a: &Path, b: &Path| a.cost.total_cmp(&b.cost);
        if paths.len() > WIDTH {
            paths.select_nth_unstable_by(WIDTH, by_cost);
            paths.truncate(WIDTH);
        }
        paths.sort_by(by_cost);
    }

    /// The stretches a path has done, in order.
    pub(super) fn done(&self, path: &Path) -> Vec<(Range<usize>, String)> {
        let mut pieces = Vec::new();
        let mut at = path.last;
        while let Some((before, piece)) = (at as usize).checked_sub(1).and_then(|i| self.pieces.get(i)) {
            pieces.push(piece);
            at = *before;
        }
        let mut done = Vec::new();
        let (mut start, mut text) = (0, String::new());
        for piece in pieces.into_iter().rev() {
            match *piece {
                Piece::Open(at) => start = at,
                Piece::Put(c) => text.push(c),
                Piece::Close(end) => done.push((start..end, std::mem::take(&mut text))),
                Piece::Drop(from, to) => done.push((from..to, String::new())),
            }
        }
        done
    }
}

/// Mixes a key's bits; no one chooses keys so that they meet.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, key: u64) {
        // Multiplication mixes upwards; the map looks at both ends.
        let mixed = (self.0 ^ key).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ mixed >> 32;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
