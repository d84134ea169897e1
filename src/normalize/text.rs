//! What all steps share: a text's characters without description sequences, what a
//! character is, and collecting edits.

use std::ops::Range;

use zhnorm_table::ids;

use crate::edit::Edit;

/// The characters of a text but those in complete description sequences.
pub(super) fn chars(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..)?;
            let c = rest.chars().next()?;
            let here = at;
            match ids::sequence_len(rest) {
                Some(len) => at += len,
                None => {
                    at += c.len_utf8();
                    return Some((here, c));
                }
            }
        }
    })
}

/// Ideographs, their repetition mark and zero, and what `compat` and `radicals` make
/// ideographs of, so that no answer depends on whether those ran.
pub(super) fn is_han(c: char) -> bool {
    matches!(c,
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{3ffff}'
        | '\u{f900}'..='\u{faff}' | '\u{2e80}'..='\u{2fd5}' | '々' | '〇' | '〡'..='〩')
}

/// Blanks: general category Zs but U+1680, which shows a line.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// Whether a line ends with the character.
pub(super) fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The edits of one step. What touches becomes one edit.
pub(super) struct Found {
    rule: &'static str,
    confidence: u8,
    edits: Vec<Edit>,
}

impl Found {
    pub(super) fn new(rule: &'static str, confidence: u8) -> Self {
        Self { rule, confidence, edits: Vec::new() }
    }

    pub(super) fn push(&mut self, range: Range<usize>, text: &str) {
        match self.edits.last_mut().filter(|last| last.range.end == range.start) {
            Some(last) => {
                last.range.end = range.end;
                last.text.push_str(text);
            }
            None => {
                let (rule, confidence) = (self.rule, self.confidence);
                self.edits.push(Edit { range, text: text.into(), rule, confidence });
            }
        }
    }

    /// One character in place of another.
    pub(super) fn push_char(&mut self, at: usize, old: char, new: char) {
        self.push(at..at + old.len_utf8(), new.encode_utf8(&mut [0; 4]));
    }

    pub(super) fn edits(self) -> Vec<Edit> {
        self.edits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn description_sequences_are_passed_over() {
        let found: String = chars("海⿰氵每⿰⿱一口每，⿰氵").map(|(_, c)| c).collect();
        assert_eq!(found, "海，⿰氵");
    }
}
