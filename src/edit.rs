//! One change of a text, as a stage finds it and the pipeline makes it. Knows no
//! stage.

use std::iter::Peekable;
use std::ops::Range;
use std::vec::IntoIter;

/// A stretch of a text and what is to stand in its place.
///
/// A stage returns its edits in order; no two of them overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// The stretch, in bytes of the stage's input.
    pub(crate) range: Range<usize>,
    /// What takes its place.
    pub(crate) text: String,
    /// The stage and its rule, as users see it: `repair/mirror`, `normalize/width`.
    pub(crate) rule: &'static str,
    /// How sure the stage is, in percent.
    pub(crate) confidence: u8,
}

/// A text with its edits made.
pub(crate) fn apply(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(&text[at..edit.range.start]);
        out.push_str(&edit.text);
        at = edit.range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// The edits that do at once what two rounds of edits do one after the other:
/// `first` of a text, `second` of what `first` makes of it.
///
/// Edits of both rounds that overlap become one; the least sure of them names its
/// rule, the earlier one where they are equally sure. All others stay as they are.
pub(crate) fn compose(first: Vec<Edit>, second: Vec<Edit>) -> Vec<Edit> {
    if first.is_empty() || second.is_empty() {
        return if first.is_empty() { second } else { first };
    }
    let mut rounds = Rounds { first: first.into_iter().peekable(), second: second.into_iter(), here: (0, 0) };
    let mut next_second = rounds.second.next();
    let mut composed = Vec::new();
    loop {
        // What overlaps in the text between the rounds: one edit, or several.
        let (before, mut from_first, mut from_second) = (rounds.here, Vec::new(), Vec::new());
        let mut between: Option<Range<usize>> = None;
        loop {
            let made = rounds.next_made();
            let seen = next_second.as_ref().map(|edit| edit.range.clone());
            // Where both start at one place, an empty one stands before the other.
            let place = |r: &Range<usize>| (r.start, r.end);
            let is_first = match (&made, &seen) {
                (None, None) => break,
                (Some(made), Some(seen)) => place(made) <= place(seen),
                (made, _) => made.is_some(),
            };
            let Some(range) = (if is_first { made } else { seen }) else { break };
            match &mut between {
                None => between = Some(range.clone()),
                Some(between) if range.start < between.end => between.end = between.end.max(range.end),
                Some(_) => break,
            }
            if is_first {
                from_first.extend(rounds.take_first().map(|edit| (range.start, edit)));
            } else {
                from_second.extend(next_second.take());
                next_second = rounds.second.next();
            }
        }
        let Some(between) = between else { return composed };
        let original = |here: (usize, usize), at: usize| here.0 + (at - here.1);
        let range = original(before, between.start)..original(rounds.here, between.end);
        composed.extend(merge(range, between, from_first, from_second));
    }
}

/// What is left of two rounds of edits.
struct Rounds {
    first: Peekable<IntoIter<Edit>>,
    second: IntoIter<Edit>,
    /// Behind the last edit taken from the first round: the place in the original
    /// text, and in the text between the rounds.
    here: (usize, usize),
}

impl Rounds {
    /// Where the text of the next edit of the first round stands between the rounds.
    fn next_made(&mut self) -> Option<Range<usize>> {
        let (original, between) = self.here;
        let edit = self.first.peek()?;
        let start = between + (edit.range.start - original);
        Some(start..start + edit.text.len())
    }

    fn take_first(&mut self) -> Option<Edit> {
        let made = self.next_made()?;
        let edit = self.first.next()?;
        self.here = (edit.range.end, made.end);
        Some(edit)
    }
}

/// One edit in place of several that cover `between` without a gap.
fn merge(
    range: Range<usize>,
    between: Range<usize>,
    first: Vec<(usize, Edit)>,
    second: Vec<Edit>,
) -> Option<Edit> {
    let all = first.iter().map(|(_, edit)| edit).chain(&second);
    let (rule, confidence) = all.map(|e| (e.rule, e.confidence)).min_by_key(|(_, c)| *c)?;
    let mut text = String::new();
    let mut at = between.start;
    let mut made = first.into_iter().peekable();
    let end = Range { start: between.end, end: between.end };
    for (seen, new) in second.iter().map(|e| (&e.range, e.text.as_str())).chain([(&end, "")]) {
        // What the first round made and the second did not see.
        while let Some((start, edit)) = made.peek() {
            let stop = start + edit.text.len();
            let (from, to) = (at.max(*start), seen.start.min(stop));
            if from < to {
                text.push_str(&edit.text[from - start..to - start]);
            }
            if stop > seen.end {
                break;
            }
            made.next();
        }
        text.push_str(new);
        at = seen.end;
    }
    Some(Edit { range, text, rule, confidence })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn edits_are_made_in_order() {
        let edit = |range, text: &str| Edit { range, text: text.into(), rule: "test", confidence: 100 };
        assert_eq!(apply("abcdef", &[]), "abcdef");
        assert_eq!(apply("abcdef", &[edit(0..1, "xy"), edit(3..5, ""), edit(6..6, "z")]), "xybcfz");
    }

    #[test]
    fn edits_that_overlap_become_one() {
        let edit = |range, text: &str, rule, confidence| Edit { range, text: text.into(), rule, confidence };
        let first = vec![edit(1..2, "BBB", "a", 100), edit(3..4, "", "a", 90), edit(5..6, "F", "a", 100)];
        assert_eq!(apply("abcdef", &first), "aBBBceF");
        let second = vec![edit(2..3, "x", "b", 80), edit(4..6, "y", "b", 100), edit(7..7, "z", "b", 100)];
        assert_eq!(compose(first.clone(), Vec::new()), first);
        assert_eq!(compose(Vec::new(), second.clone()), second);
        let composed = compose(first, second);
        assert_eq!(apply("abcdef", &composed), "aBxByFz");
        let names: Vec<_> = composed.iter().map(|e| (e.range.clone(), e.rule, e.confidence)).collect();
        assert_eq!(names, [(1..2, "b", 80), (2..5, "a", 90), (5..6, "a", 100), (6..6, "b", 100)]);
    }

    /// Edits of a text: how many characters to pass, how many to take, what to put.
    fn edits(text: &str, steps: &[(usize, usize, String)], rule: &'static str) -> Vec<Edit> {
        let mut places: Vec<usize> = text.char_indices().map(|(i, _)| i).collect();
        places.push(text.len());
        let mut at = 0;
        let mut edits = Vec::new();
        for (pass, take, put) in steps {
            let (start, end) = (at + pass, at + pass + take);
            if end >= places.len() {
                break;
            }
            let confidence = 50 + (start % 50) as u8;
            edits.push(Edit { range: places[start]..places[end], text: put.clone(), rule, confidence });
            at = end;
        }
        edits
    }

    proptest! {
        #[test]
        fn edits_composed_do_what_they_do_one_after_the_other(
            text in "[a中𠀀]{0,24}",
            first in prop::collection::vec((0usize..4, 0usize..4, "[x文]{0,4}"), 0..8),
            second in prop::collection::vec((0usize..4, 0usize..6, "[y字]{0,3}"), 0..8),
        ) {
            let first = edits(&text, &first, "first");
            let between = apply(&text, &first);
            let second = edits(&between, &second, "second");
            let composed = compose(first.clone(), second.clone());
            prop_assert_eq!(apply(&text, &composed), apply(&between, &second));
            prop_assert!(composed.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
            let least = |edits: &[Edit]| edits.iter().map(|e| e.confidence).min();
            let both: Vec<Edit> = first.into_iter().chain(second).collect();
            prop_assert_eq!(least(&composed), least(&both));
        }
    }
}
