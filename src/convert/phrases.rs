//! Which phrase of the dictionary covers a character: a reason to believe the
//! dictionary's choice. Knows nothing of models.

use zhnorm_table::view::Plan;

use super::engine::Step;

/// The phrases of a text, as its conversion met them.
pub(super) struct Phrases<'a> {
    text: &'a str,
    steps: std::slice::Iter<'a, Step>,
    /// The last one, and its characters.
    last: (usize, usize, u8),
}

impl<'a> Phrases<'a> {
    pub(super) fn new(text: &'a str, steps: &'a [Step]) -> Self {
        Self { text, steps: steps.iter(), last: (0, 0, 0) }
    }

    /// The characters of the phrase that covers a byte, or 0; bytes come in order.
    pub(super) fn length(&mut self, at: usize) -> u8 {
        while self.last.1 <= at {
            let Some(step) = self.steps.next() else { return 0 };
            let range = step.source.clone();
            let is_here = range.end > at && step.is_key;
            let length = if is_here { self.text[range.clone()].chars().count() as u8 } else { 0 };
            self.last = (range.start, range.end, length);
        }
        if self.last.0 <= at { self.last.2 } else { 0 }
    }
}

/// The length of the phrase that covers each character, or 0.
pub(super) fn lengths(source: &[char], plan: &Plan<'_>) -> Vec<u8> {
    let text: String = source.iter().collect();
    let mut lengths = Vec::with_capacity(source.len());
    let mut at = 0;
    for (_, range) in plan.keys_in(&text) {
        lengths.resize(lengths.len() + text[at..range.start].chars().count(), 0);
        let phrase = text[range.clone()].chars().count();
        lengths.resize(lengths.len() + phrase, phrase as u8);
        at = range.end;
    }
    lengths.resize(source.len(), 0);
    lengths
}
