//! Which phrase of the dictionary covers a character: a reason to believe the
//! dictionary's choice. Knows nothing of models.

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
        // From a place on that no phrase covers: a rule ended there, or a mark stands.
        let known = next.checked_sub(1).map_or(0, |last| self.steps[last].source.end);
        let mut before = self.text[known..at].char_indices().rev();
        let mark = before.find(|(_, c)| is_mark(*c));
        let start = mark.map_or(known, |(mark, c)| known + mark + c.len_utf8());
        let mut keys =
            self.plan.keys_in(&self.text[start..]).map(|(_, key)| start + key.start..start + key.end);
        let covering = keys.find(|key| key.end > at).filter(|key| key.start <= at);
        covering.map_or(0, |key| count(&self.text[key]))
    }
}

/// Whether a character stands in no phrase.
fn is_mark(c: char) -> bool {
    matches!(c, '，' | '。' | '、' | '；' | '：' | '！' | '？' | '“' | '”' | '（' | '）' | '《' | '》' | '\n')
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::trace::Trace;
    use crate::{Direction, Rare, tables};

    #[cfg(feature = "config")]
    #[test]
    fn phrases_hold_no_marks() {
        for name in ["STPhrases", "STPhrases_GeneratedFromRegionalPhrases"] {
            let lexicon = crate::lexicons::get(name).expect("embedded");
            assert!(!lexicon.entries().is_empty());
            for entry in lexicon.entries() {
                assert!(!entry.key.contains(is_mark), "{}", entry.key);
            }
        }
    }

    #[test]
    fn one_place_is_as_all_are() {
        let plan = tables::plan(Direction::S2t);
        let text = "他在皇后大道后面的理发店里剪头发，发现只有一只猫。𠮷野家里没有面条，〇七年后复习了一出戏、干了一杯！";
        let mut trace = Trace::default();
        trace.run(plan, Rare::Include, text, false, None);
        let phrases = Phrases::new(plan, text, &trace.steps);
        let lengths = lengths(&text.chars().collect::<Vec<_>>(), plan);
        let found: Vec<u8> = text.char_indices().map(|(at, _)| phrases.length(at)).collect();
        assert_eq!(found, lengths);
        assert!(found.contains(&0) && found.iter().any(|length| *length > 1));
    }
}
