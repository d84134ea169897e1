//! One change of a text, as a stage finds it and the pipeline makes it. Knows no
//! stage.

use std::ops::Range;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_made_in_order() {
        let edit = |range, text: &str| Edit { range, text: text.into(), rule: "test", confidence: 100 };
        assert_eq!(apply("abcdef", &[]), "abcdef");
        assert_eq!(apply("abcdef", &[edit(0..1, "xy"), edit(3..5, ""), edit(6..6, "z")]), "xybcfz");
    }
}
