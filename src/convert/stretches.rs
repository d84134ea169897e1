//! The stretches of a text: sentences next to each other, of which the same is to be done
//! on the way to a target. Knows scripts, not conversions.

use std::ops::Range;

use zhnorm_table::evidence::Evidence;

use crate::Target;
use crate::script::{self, Label, Neighbours, Signs};

/// What is to be done with a stretch of sentences.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// In the target's script throughout.
    Keep,
    /// In the other script throughout.
    Convert,
    /// Both, neither, or another language: character by character.
    Look,
}

impl Kind {
    fn of(signs: Signs, target: Target) -> Self {
        let (simplified, traditional) = (signs.has(Evidence::Simplified), signs.has(Evidence::Traditional));
        let (mostly_simplified, mostly_traditional) =
            (signs.has(Evidence::MostlySimplified), signs.has(Evidence::MostlyTraditional));
        match (target, simplified, traditional) {
            _ if signs.foreign() => Self::Look,
            (Target::Simplified, true, false) if mostly_traditional => Self::Look,
            (Target::Simplified, true, false) => Self::Keep,
            (Target::Simplified, ..) => Self::Convert,
            (_, true, false) => Self::Convert,
            (_, false, true) if !mostly_simplified => Self::Keep,
            _ => Self::Look,
        }
    }
}

/// Sentences of one kind next to each other.
pub(super) struct Stretch {
    pub(super) range: Range<usize>,
    pub(super) kind: Kind,
    /// Whether some of it is Japanese or Korean.
    pub(super) is_foreign: bool,
    /// Whether some rule may change it.
    pub(super) may_change: bool,
    /// What took its place, if something did.
    pub(super) became: Option<Became>,
}

/// What took the place of a stretch.
#[derive(Clone, Copy)]
pub(super) struct Became {
    pub(super) len: usize,
    /// Whether all its sentences are in the target's script throughout.
    pub(super) is_settled: bool,
}

/// The stretches of one text, found again for each round of its conversion.
#[derive(Default)]
pub(super) struct Stretches {
    pub(super) all: Vec<Stretch>,
    /// Those of the last round.
    last: Vec<Stretch>,
    /// Whether each sentence is looked at by itself, even of those that nothing changes in.
    pub(super) one_by_one: bool,
}

impl Stretches {
    /// Finds the stretches of a text, in a further round where something changed.
    pub(super) fn find(&mut self, target: Target, text: &str) {
        std::mem::swap(&mut self.all, &mut self.last);
        let mut last = std::mem::take(&mut self.last);
        if last.is_empty() {
            self.find_sentences(target, text, 0..text.len());
        }
        // Sentences of little that is kept are found again with those before it: to go on is
        // sooner done than to begin.
        const LITTLE: usize = 512;
        // To be found again from `start` to `kept`, and kept from there to `end`.
        let (mut start, mut kept, mut end) = (0, 0, 0);
        for stretch in last.drain(..) {
            let range = end..end + stretch.became.map_or(stretch.range.len(), |became| became.len);
            end = range.end;
            let kind = match stretch.became {
                None => stretch.kind,
                Some(Became { is_settled: true, .. }) if !self.one_by_one => Kind::Keep,
                Some(_) => {
                    kept = end;
                    continue;
                }
            };
            if start < kept {
                if kind == Kind::Keep && end - kept < LITTLE {
                    continue;
                }
                self.find_sentences(target, text, start..kept);
                if kept < range.start {
                    let (range, is_foreign, may_change) = (kept..range.start, false, false);
                    self.add(Stretch { range, kind: Kind::Keep, is_foreign, may_change, became: None });
                }
            }
            (start, kept) = (end, end);
            self.add(Stretch { range, kind, became: None, ..stretch });
        }
        if start < end {
            self.find_sentences(target, text, start..end);
        }
        self.last = last;
    }

    fn find_sentences(&mut self, target: Target, text: &str, range: Range<usize>) {
        // For nothing in most long texts.
        const SHORT: usize = 1 << 14;
        let is_short = range == (0..text.len()) && text.len() <= SHORT;
        if is_short && target == Target::Simplified && !self.one_by_one {
            let signs = script::signs(text);
            let may_change = signs.may_change(target);
            // Then no sentence of it has any of that either.
            if !may_change || !signs.foreign() && !signs.has(Evidence::Simplified) {
                let kind = if may_change { Kind::Convert } else { Kind::Keep };
                return self.add(Stretch { range, kind, is_foreign: false, may_change, became: None });
            }
        }
        let mut start = range.start;
        let mut sentences = script::sentences(&text[range.clone()]);
        // Sentences in a row that are kept. Behind some, more are likely to follow.
        const SOME: usize = 2;
        let mut kept = SOME;
        loop {
            let passed = match target {
                _ if self.one_by_one || kept < SOME => None,
                Target::Simplified => sentences.pass_simplified(),
                _ => sentences.pass_traditional(),
            };
            let (end, kind, signs) = match passed {
                Some(end) => (end, Kind::Keep, Signs::default()),
                None => {
                    let Some((end, signs)) = sentences.next() else { break };
                    (end, Kind::of(signs, target), signs)
                }
            };
            kept = if passed.is_none() && kind == Kind::Keep { kept + 1 } else { 0 };
            let range = start..range.start + end;
            start = range.end;
            let (is_foreign, may_change) = (signs.foreign(), signs.may_change(target));
            self.add(Stretch { range, kind, is_foreign, may_change, became: None });
        }
    }

    /// Adds a sentence, or some of one kind.
    fn add(&mut self, stretch: Stretch) {
        match self.all.last_mut().filter(|last| last.kind == stretch.kind) {
            Some(last) => {
                last.range.end = stretch.range.end;
                last.is_foreign |= stretch.is_foreign;
                last.may_change |= stretch.may_change;
            }
            None => self.all.push(stretch),
        }
    }

    /// What stands on either side of a stretch that is looked at, on the way to
    /// Traditional.
    pub(super) fn neighbours(&self, text: &str, number: usize) -> Neighbours {
        let label = |number: usize| match self.all.get(number)?.kind {
            Kind::Keep => Some(Label::Traditional),
            Kind::Convert => Some(Label::Simplified),
            Kind::Look => None,
        };
        let end = text[..self.all[number].range.start].chars().next_back();
        Neighbours { before: number.checked_sub(1).and_then(label).zip(end), behind: label(number + 1) }
    }
}
