//! Which phrase of the dictionary covers a character: a reason to believe the
//! dictionary's choice. Knows nothing of models.

use std::ops::Range;

use zhnorm_table::filter::code;
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

    /// The characters of the phrase that covers a byte, or 0: see [`Plan::phrase`].
    pub(super) fn at(&self, at: usize) -> u8 {
        self.plan.phrase(self.text, at, self.covering(at))
    }

    /// The phrase that covers a byte.
    fn covering(&self, at: usize) -> Option<Range<usize>> {
        let next = self.steps.partition_point(|step| step.source.end <= at);
        if let Some(step) = self.steps.get(next).filter(|step| step.source.start <= at) {
            return step.is_key.then(|| step.source.clone());
        }
        // From a place on at which no phrase goes on: a rule ended there, or no phrase holds the
        // two characters beside it.
        let known = next.checked_sub(1).map_or(0, |last| self.steps[last].source.end);
        let (mut start, mut behind) = (at, self.text[at..].chars().next().map_or(0, code));
        for (place, c) in self.text[known..at].char_indices().rev() {
            let before = code(c);
            if self.plan.lazy.is_some_and(|lazy| !lazy.beside.may_be(before, behind)) {
                break;
            }
            (start, behind) = (known + place, before);
        }
        while start <= at {
            let rest = &self.text[start..];
            let key = self.plan.keys.trie.longest_at(rest).map(|(_, len)| start..start + len);
            match key {
                Some(key) if key.end > at => return Some(key),
                Some(key) => start = key.end,
                None => start += rest.chars().next().map_or(1, char::len_utf8),
            }
        }
        None
    }
}

/// Where each character of a text stands, and the phrase that covers it.
pub(super) fn all(text: &str, plan: &Plan<'_>) -> Vec<(usize, Option<Range<usize>>)> {
    let mut keys = plan.keys_in(text).map(|(_, key)| key).peekable();
    let covering = |(at, _)| {
        while keys.next_if(|key| key.end <= at).is_some() {}
        (at, keys.peek().filter(|key| key.start <= at).cloned())
    };
    text.char_indices().map(covering).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::trace::Trace;
    use crate::{Direction, Rare, tables};

    #[test]
    fn one_place_is_as_all_are() {
        let plan = tables::plan(Direction::S2t);
        let text = "他在皇后大道后面的理发店里剪头发，发现只有一只猫。𠮷野家里没有面条，〇七年后复习了一出戏、干了一杯！小林冲锋枪";
        let mut trace = Trace::default();
        trace.run(plan, Rare::Include, text, false, None);
        let phrases = Phrases::new(plan, text, &trace.steps);
        let all = all(text, plan);
        let found: Vec<_> = text.char_indices().map(|(at, _)| (at, phrases.covering(at))).collect();
        assert_eq!(found, all);
        let is_some = |length: usize| all.iter().any(|(at, _)| usize::from(phrases.at(*at)) == length);
        assert!([0, 2, 3].into_iter().all(is_some));
        // 林冲 is the phrase, but 冲锋枪 reaches into it; of 林 both say the same.
        let gun = text.find("林冲锋枪").unwrap_or_default();
        assert_eq!([phrases.at(gun), phrases.at(gun + 3)], [2, 0]);
    }
}
