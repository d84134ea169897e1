//! `width`: letters and digits in their usual width.

use unicode_normalization::UnicodeNormalization;

use super::text::{Found, chars};
use crate::edit::Edit;
use crate::scan::any3;

/// See [`super::Steps::WIDTH`].
pub(super) fn width(text: &str) -> Vec<Edit> {
    let mut found = Found::new("normalize/width", 100);
    // U+FF00 to U+FFBF begin with EF BC to EF BE; ，：；？！ and their like are EF BC
    // or EF BD too, so only letters and digits are asked for, and what is above.
    let is_wide = |a: u8, b: u8, c: u8| {
        let digits = (b == 0xbc) & matches!(c, 0x90..=0x99);
        let letters = (b == 0xbc) & matches!(c, 0xa1..=0xba) | (b == 0xbd) & matches!(c, 0x81..=0x9a);
        let kana = (b == 0xbd) & (c >= 0xa1) | (b == 0xbe) & (c <= 0x9f);
        let signs = (b == 0xbc) & ((c == 0x8e) | (c == 0x9a) | (c == 0x8f) | (c == 0x8d) | (c == 0x85));
        (a == 0xef) & (digits | letters | kana | signs)
    };
    if !any3(text, is_wide) {
        return found.edits();
    }
    let mut behind_end = 0;
    for (at, c) in chars(text) {
        let end = at + c.len_utf8();
        match c {
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => found.push_char(at, c, narrow(c)),
            '％' if is_digit(text[..at].chars().next_back()) => found.push_char(at, c, '%'),
            '．' | '：' | '／' | '－' => {
                let between =
                    is_digit(text[..at].chars().next_back()) && is_digit(text[end..].chars().next());
                if between {
                    found.push_char(at, c, narrow(c));
                }
            }
            '｡'..='ﾟ' if at >= behind_end => {
                // A voiced sound mark is one character with its kana. One behind any other
                // character stays: NFKC would make it combine with that.
                let mark = text[end..].chars().next().filter(|m| matches!(m, 'ﾞ' | 'ﾟ'));
                let pair: String = [Some(c), mark].into_iter().flatten().nfkc().collect();
                if mark.is_some() && pair.chars().count() == 1 {
                    behind_end = end + mark.map_or(0, char::len_utf8);
                    found.push(at..behind_end, &pair);
                } else if !matches!(c, 'ﾞ' | 'ﾟ') {
                    found.push(at..end, &c.to_string().nfkc().collect::<String>());
                }
            }
            _ => {}
        }
    }
    found.edits()
}

/// The ASCII character of a full-width one: U+FF01 to U+FF5E are U+0021 to U+007E.
fn narrow(c: char) -> char {
    char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
}

fn is_digit(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_digit() || matches!(c, '０'..='９'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nfkc_agrees() {
        for c in '\u{ff00}'..='\u{ffef}' {
            let text = format!("1{c}1");
            let out = crate::edit::apply(&text, &width(&text));
            assert!(out == text || out == text.nfkc().collect::<String>(), "{text} {out}");
        }
        let count = |text: &str| width(text).len();
        assert_eq!(count(&('\u{ff61}'..='\u{ff9f}').map(|c| format!("{c},")).collect::<String>()), 61);
    }
}
