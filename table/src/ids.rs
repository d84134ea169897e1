//! Ideographic description sequences: where one starts, and how long it is.
//!
//! A sequence such as ⿰氵每 describes one character by its parts, so no part of
//! it may be converted. The rule is OpenCC 1.4.2's (`src/UTF8Util.hpp`):
//! operators U+2FF0 to U+2FFF with one to three operands, at most 16 deep and
//! 64 characters long; what is not complete is no sequence.

use std::ops::Range;

const MAX_DEPTH: usize = 16;
const MAX_CHARS: usize = 64;

/// The number of operands of a description operator, 0 for any other character.
pub fn arity(c: char) -> usize {
    match c {
        '\u{2ff2}' | '\u{2ff3}' => 3,
        '\u{2ffe}' | '\u{2fff}' => 1,
        '\u{2ff0}'..='\u{2ffd}' => 2,
        _ => 0,
    }
}

/// The length in bytes of the complete description sequence at the start of
/// `text`, or `None` where there is none.
///
/// ```
/// use zhnorm_table::ids::sequence_len;
/// assert_eq!(sequence_len("⿰氵每而"), Some(9));
/// assert_eq!(sequence_len("⿰氵"), None);
/// assert_eq!(sequence_len("海"), None);
/// ```
pub fn sequence_len(text: &str) -> Option<usize> {
    if arity(text.chars().next()?) == 0 {
        return None;
    }
    // Operands still wanted at each depth: a stack in place of recursion.
    let mut wanted = [0usize; MAX_DEPTH];
    let mut depth = 0;
    for (count, (at, c)) in text.char_indices().enumerate() {
        if count == MAX_CHARS {
            return None;
        }
        let operands = arity(c);
        if operands > 0 {
            // The operator's operands stand one level deeper than itself.
            depth += 1;
            if depth == MAX_DEPTH {
                return None;
            }
            wanted[depth] = operands;
            continue;
        }
        wanted[depth] -= 1;
        while wanted[depth] == 0 {
            depth -= 1;
            if depth == 0 {
                return Some(at + c.len_utf8());
            }
            wanted[depth] -= 1;
        }
    }
    None
}

/// The complete description sequences of a text, none inside another, in bytes.
///
/// ```
/// let found = zhnorm_table::ids::sequences("海⿰氵每而⿱");
/// assert_eq!(found.collect::<Vec<_>>(), [3..12]);
/// ```
pub fn sequences(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + text[from..].find(|c| arity(c) > 0)?;
            if let Some(len) = sequence_len(&text[at..]) {
                from = at + len;
                return Some(at..from);
            }
            from = at + text[at..].chars().next()?.len_utf8();
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operands_nest() {
        assert_eq!(sequence_len("⿱⿰木木⿰木木。"), Some("⿱⿰木木⿰木木".len()));
        assert_eq!(sequence_len("⿲彳氵亍x"), Some("⿲彳氵亍".len()));
        assert_eq!(sequence_len("⿾口"), Some("⿾口".len()));
        assert_eq!(sequence_len("⿱⿰木木⿰木"), None);
    }

    #[test]
    fn depth_and_length_are_bounded() {
        let nested = |n: usize| "⿾".repeat(n) + "木";
        assert!(sequence_len(&nested(15)).is_some());
        assert_eq!(sequence_len(&nested(16)), None);
        let wide = |n: usize| {
            // A full binary tree by halves keeps the depth small.
            fn tree(n: usize) -> String {
                if n == 1 {
                    return "木".into();
                }
                format!("⿰{}{}", tree(n / 2), tree(n - n / 2))
            }
            tree(n)
        };
        assert!(sequence_len(&wide(32)).is_some(), "63 characters");
        assert_eq!(sequence_len(&wide(33)), None, "65 characters");
    }
}
