//! Text of both scripts brought to Traditional, where each character of the
//! conversion stands where its source stands: all that is needed is found in
//! three passes over bytes. Its slow twin is [`super::context::mixed`], which
//! takes what this one leaves: Japanese and Korean, characters that change length.

use std::ops::Range;

use super::context::{Chooser, DECAY, length};
use super::engine::Step;
use super::phrases::Phrases;
use crate::script::{Label, Mark, Pace, Tape};
use crate::simd;

/// What is left of evidence so many characters further; nothing beyond.
const REACH: usize = 64;
/// As how many characters a mark between clauses counts.
const CLAUSE: usize = 3;

/// What is left of evidence with the distance: `DECAY` to each power.
static LEFT: [f32; REACH] = {
    let mut left = [1.0; REACH];
    let mut i = 1;
    while i < REACH {
        left[i] = left[i - 1] * DECAY;
        i += 1;
    }
    left
};

/// Evidence for Traditional on its way through a text.
#[derive(Clone, Copy, Default)]
struct Evidence {
    sum: f32,
    /// Characters since the sum was taken.
    distance: usize,
}

impl Evidence {
    #[inline]
    fn here(self) -> f32 {
        LEFT.get(self.distance).map_or(0.0, |left| self.sum * left)
    }

    /// Goes on over a character.
    #[inline]
    fn pass(&mut self, mark: Mark) {
        match mark.only() {
            Some(Label::Simplified) => *self = Self { sum: self.here() - 1.0, distance: 0 },
            Some(_) => *self = Self { sum: self.here() + 1.0, distance: 0 },
            None => {}
        }
        self.distance += match mark.pace() {
            Pace::Character => 1,
            Pace::Clause => CLAUSE,
            Pace::Line => REACH,
        };
    }
}

/// A conversion with what is Traditional already put back, and candidates chosen;
/// `None` where that leaves the source. `tape` begins with the source, and says
/// the script of each character unless nothing in the text tells.
pub(super) fn blend(
    chooser: Option<&Chooser<'_>>,
    source: &str,
    converted: &str,
    steps: &[Step],
    tape: &Tape,
) -> Option<String> {
    let bytes = source.as_bytes();
    let marks = tape.marks();
    // What stands behind each character says, from the end on.
    let mut behind = vec![0.0; marks.len()];
    let mut evidence = Evidence::default();
    for (behind, mark) in behind.iter_mut().zip(marks).rev() {
        *behind = evidence.here();
        evidence.pass(*mark);
    }
    // What is made of each character stands where that stood.
    let mut out = bytes.to_vec();
    let mut phrases = Phrases::new(source, steps);
    let mut before = Evidence::default();
    let mut at = 0;
    for (mark, behind) in marks.iter().zip(behind) {
        let Some(&lead) = bytes.get(at) else { break };
        let (here, len) = (at, length(lead));
        at += len;
        let so_far = before;
        before.pass(*mark);
        let only = mark.only();
        let is_traditional = tape.is_known() && !mark.is_simplified();
        let entry = if len == 3 { chooser.and_then(|chooser| chooser.entry(bytes, here)) } else { None };
        let is_taken = match only {
            Some(only) => only == Label::Simplified,
            None => entry.is_some() || !is_traditional,
        };
        if !is_taken {
            continue;
        }
        out[here..at].copy_from_slice(&converted.as_bytes()[here..at]);
        if let (Some(chooser), Some(entry)) = (chooser, entry) {
            let kept = match only {
                Some(_) => 0.0,
                None if is_traditional => 1.0,
                None => (so_far.here() + behind).clamp(0.0, 1.0),
            };
            if let Some(c) = chooser.chosen(&entry, source, converted, here, kept, &mut phrases) {
                let mut buffer = [0; 4];
                let chosen = c.encode_utf8(&mut buffer).as_bytes();
                if chosen.len() == len {
                    out[here..at].copy_from_slice(chosen);
                }
            }
        }
    }
    (out != bytes).then(|| simd::into_string(out))
}

/// A result that is not written before something changes.
pub(super) struct Output<'t> {
    text: &'t str,
    out: Option<String>,
    /// Bytes of the text that the result stands for.
    kept: usize,
}

impl<'t> Output<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, out: None, kept: 0 }
    }

    pub(super) fn put(&mut self, range: Range<usize>, with: &str) {
        let text = self.text;
        if text[range.clone()] == *with {
            return;
        }
        let out = self.out.get_or_insert_with(|| String::with_capacity(text.len() + text.len() / 8));
        out.push_str(&text[self.kept..range.start]);
        out.push_str(with);
        self.kept = range.end;
    }

    pub(super) fn finish(mut self) -> Option<String> {
        if let Some(out) = &mut self.out {
            out.push_str(&self.text[self.kept..]);
        }
        self.out
    }
}
