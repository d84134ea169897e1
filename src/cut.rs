//! Where a text may be cut so that its parts convert as the whole does. Knows
//! bytes, not conversions.
//!
//! Blocks are a property of the text alone: where one ends is decided when all of
//! its window is there, however the text arrives, so output cannot depend on it.

use memchr::memrchr_iter;
use zhnorm_table::ids;

/// So many bytes at most, where the text has a place to cut. A decision about
/// script sees no further than its block.
pub(crate) const BLOCK: usize = 1 << 18;

/// A block ends in the last quarter, if it can.
const WINDOW: usize = BLOCK / 4 * 3;

/// A description sequence has 64 characters at most and may hold anything.
const SEQUENCE: usize = 64 * 4;

/// After what a text may be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cuts {
    /// The ends of lines and sentences: no rule holds one.
    Sentences,
    /// The ends of lines: rules may hold the end of a sentence.
    Lines,
    /// Empty lines: what is between them belongs together.
    Paragraphs,
    /// The ends of records whose fields have a separator, and quotes if need be.
    Separated(u8),
    /// Nowhere: rules hold the ends of lines.
    Nowhere,
}

impl Cuts {
    /// The end of a text's first block, if it is known yet. `searched` is 0 for a
    /// new block, and remembers between calls what needs no second look.
    pub(crate) fn end_of_block(self, text: &[u8], searched: &mut usize) -> Option<usize> {
        if text.len() < BLOCK || self == Self::Nowhere {
            return None;
        }
        if let Self::Separated(separator) = self {
            return end_of_records(text, separator);
        }
        if *searched == 0 {
            let is_safe = |end: &usize| self.is_end(&text[..*end]) && is_outside_sequences(&text[..*end]);
            let lines = || memrchr_iter(b'\n', &text[WINDOW - 1..BLOCK]).map(|at| WINDOW + at);
            let mut paragraphs = lines().filter(|end| is_paragraph(&text[..*end]));
            let found = paragraphs
                .find(|end| is_outside_sequences(&text[..*end]))
                .or_else(|| lines().find(is_safe))
                .or_else(|| (WINDOW..=BLOCK).rev().find(is_safe));
            if found.is_some() {
                return found;
            }
            *searched = BLOCK;
        }
        let safe = |end: &usize| self.is_end(&text[..*end]) && is_outside_sequences(&text[..*end]);
        let end = (*searched + 1..=text.len()).find(safe);
        *searched = text.len();
        end
    }

    /// The ends of all blocks of a text, its own end last.
    pub(crate) fn ends(self, text: &[u8]) -> Vec<usize> {
        let (mut ends, mut at) = (Vec::new(), 0);
        while at < text.len() {
            at += self.end_of_block(&text[at..], &mut 0).unwrap_or(text.len() - at);
            ends.push(at);
        }
        ends
    }

    fn is_end(self, text: &[u8]) -> bool {
        match text {
            _ if self == Self::Paragraphs => is_paragraph(text),
            [.., b'\n'] => true,
            // Not the ASCII ones: links hold them.
            [.., 0xe3, 0x80, 0x82] | [.., 0xef, 0xbc, 0x81 | 0x9f] => self == Self::Sentences,
            _ => false,
        }
    }
}

/// The end of the last record in the window, or of the first one behind it.
fn end_of_records(text: &[u8], separator: u8) -> Option<usize> {
    let (mut at, mut last) = (0, None);
    while let Some(end) = record_len(&text[at..], separator, |_| {}) {
        at += end;
        if at > BLOCK {
            return last.or(Some(at));
        }
        last = Some(at);
    }
    last.filter(|last| *last >= WINDOW)
}

/// The length of the first record, with its line end: quotes stand around a field,
/// a quote inside is doubled (RFC 4180). `field` is told where each field ends.
pub(crate) fn record_len(text: &[u8], separator: u8, mut field: impl FnMut(usize)) -> Option<usize> {
    let mut at = 0;
    loop {
        if text.get(at) == Some(&b'"') {
            at += 1;
            loop {
                at += text[at..].iter().position(|b| *b == b'"')? + 1;
                if text.get(at) != Some(&b'"') {
                    break;
                }
                at += 1;
            }
        }
        at += text[at..].iter().position(|b| *b == separator || *b == b'\n')?;
        field(at);
        at += 1;
        if text[at - 1] == b'\n' {
            return Some(at);
        }
    }
}

/// Whether a text ends with an empty line.
fn is_paragraph(text: &[u8]) -> bool {
    text.ends_with(b"\n\n") || text.ends_with(b"\n\r\n")
}

/// Whether no description sequence reaches over the end of a text.
fn is_outside_sequences(text: &[u8]) -> bool {
    let near = &text[text.len().saturating_sub(SEQUENCE)..];
    let operators = near.windows(3).enumerate().filter(|(_, w)| matches!(w, [0xe2, 0xbf, 0xb0..=0xbf]));
    let mut rests =
        operators.filter_map(|(at, _)| near[at..].utf8_chunks().next().map(|c| (c, near.len() - at)));
    rests.all(|(chunk, len)| chunk.valid().len() < len || ids::sequence_len(chunk.valid()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(cuts: Cuts, text: &str) -> Vec<usize> {
        let (mut ends, mut at) = (Vec::new(), 0);
        while let Some(end) = cuts.end_of_block(&text.as_bytes()[at..], &mut 0) {
            ends.push(end);
            at += end;
        }
        ends
    }

    #[test]
    fn a_paragraph_is_better_than_a_line_and_a_line_than_a_sentence() {
        let fill = "x".repeat(WINDOW + 10);
        let rest = "y".repeat(BLOCK);
        assert_eq!(ends(Cuts::Sentences, &format!("{fill}\n\nab\nc。{rest}")), [WINDOW + 12]);
        assert_eq!(ends(Cuts::Sentences, &format!("{fill}ab\nc。{rest}")), [WINDOW + 13]);
        assert_eq!(ends(Cuts::Sentences, &format!("{fill}c。{rest}")), [WINDOW + 14]);
        assert_eq!(ends(Cuts::Lines, &format!("{fill}c。{rest}")), []);
        assert_eq!(ends(Cuts::Nowhere, &format!("{fill}\n{rest}")), []);
    }

    #[test]
    fn a_text_without_a_place_grows_to_the_first_one() {
        let text = format!("{}。{}。", "x".repeat(BLOCK * 2), "y".repeat(20));
        assert_eq!(ends(Cuts::Sentences, &text), [BLOCK * 2 + 3]);
        let (mut searched, mut found) = (0, None);
        for len in 0..text.len() {
            found = found.or_else(|| Cuts::Sentences.end_of_block(&text.as_bytes()[..len], &mut searched));
        }
        assert_eq!(found, Some(BLOCK * 2 + 3));
    }

    #[test]
    fn no_description_sequence_is_cut() {
        let text = format!("{}⿰\n漢。⿱\n{}", "x".repeat(WINDOW + 10), "x".repeat(BLOCK));
        assert_eq!(ends(Cuts::Sentences, &text), [WINDOW + 20]);
    }
}
