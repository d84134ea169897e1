//! What a conversion did, rule by rule, for those who correct or explain it. Knows
//! nothing of why they ask.

use std::ops::Range;

use zhnorm_table::Rare;
use zhnorm_table::view::Plan;

use super::block::{Asked, with_block};
use super::engine::Engine;
use crate::simd::{self, Set};

/// What one rule did that reads or writes several characters.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// Bytes of the text.
    pub(super) source: Range<usize>,
    /// Bytes of what takes their place.
    pub(super) len: usize,
    /// Whether it was a key of the segmentation: a phrase of the dictionary.
    pub(super) is_key: bool,
    /// Whether what takes their place is something else.
    pub(super) changes: bool,
}

/// What a conversion did, and the room that it took, to be used again.
#[derive(Default)]
pub(super) struct Trace {
    /// What became of the text.
    pub(super) converted: Vec<u8>,
    /// What each rule did that reads or writes several characters; any other
    /// character became one.
    pub(super) steps: Vec<Step>,
    /// The characters that were asked for.
    pub(super) asked: Vec<Asked>,
}

impl Trace {
    /// Converts a text; false where it has to be normalized first, or has a description
    /// operator, for a sequence may hold anything. `all`: keys that change nothing are
    /// steps too. Notes where the characters stand that are `asked` for.
    pub(super) fn run(
        &mut self,
        plan: &Plan<'_>,
        rare: Rare,
        text: &str,
        all: bool,
        asked: Option<&Set>,
    ) -> bool {
        let mut engine = Engine::new(plan, rare, text);
        engine.normal = plan.normal.as_ref();
        engine.lazy = engine.lazy.filter(|_| !all);
        let mut out = std::mem::take(&mut self.converted);
        out.clear();
        engine.out = Some(out);
        self.steps.clear();
        engine.steps = Some(std::mem::take(&mut self.steps));
        self.asked.clear();
        engine.asked = asked.map(|set| (set, std::mem::take(&mut self.asked)));
        let is_plain = with_block(|block| {
            block.is_described = false;
            engine.run(block) && !block.is_described
        });
        self.converted = engine.out.unwrap_or_default();
        self.steps = engine.steps.unwrap_or_default();
        self.asked = engine.asked.map(|(_, found)| found).unwrap_or_default();
        is_plain
    }

    /// The conversion of a text, and what each rule did. Nothing is normalized.
    pub(super) fn of(plan: &Plan<'_>, rare: Rare, text: &str) -> (String, Vec<Step>) {
        let mut trace = Self::default();
        trace.run(&Plan { normal: None, ..*plan }, rare, text, true, None);
        (simd::into_string(trace.converted), trace.steps)
    }
}
