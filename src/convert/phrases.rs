//! Which phrase of the dictionary covers a character: a reason to believe the
//! dictionary's choice. Knows nothing of models.

use zhnorm_table::evidence::ENDS;
use zhnorm_table::view::Plan;

use super::trace::Step;

/// The phrases of a text, of which its conversion met those that change something;
/// the others are looked for where they are asked for.
#[derive(Clone, Copy)]
pub(super) struct Phrases<'a> {
    plan: &'a Plan<'static>,
    text: &'a str,
    steps: &'a [Step],
}

impl<'a> Phrases<'a> {
    pub(super) fn new(plan: &'a Plan<'static>, text: &'a str, steps: &'a [Step]) -> Self {
        Self { plan, text, steps }
    }

    /// The characters of the phrase that covers a byte, or 0.
    pub(super) fn length(&self, at: usize) -> u8 {
        let count = |text: &str| text.chars().count() as u8;
        let next = self.steps.partition_point(|step| step.source.end <= at);
        if let Some(step) = self.steps.get(next).filter(|step| step.source.start <= at) {
            return if step.is_key { count(&self.text[step.source.clone()]) } else { 0 };
        }
        // From a place on that no phrase covers: there a rule ended, or a sentence.
        let known = next.checked_sub(1).map_or(0, |last| self.steps[last].source.end);
        let start = known + self.text[known..at].rfind(ENDS).unwrap_or(0);
        let mut keys =
            self.plan.keys_in(&self.text[start..]).map(|(_, key)| start + key.start..start + key.end);
        let covering = keys.find(|key| key.end > at).filter(|key| key.start <= at);
        covering.map_or(0, |key| count(&self.text[key]))
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
