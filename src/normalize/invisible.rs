//! `control`, `selectors` and `zero-width`: what is not seen.

use super::text::{Found, chars, is_blank, is_han, is_line_end};
use crate::edit::Edit;
use crate::scan::any3;

/// See [`super::Steps::CONTROL`].
pub(super) fn control(text: &str) -> Vec<Edit> {
    let mut found = Found::new("normalize/control", 100);
    let is_control = |a: u8, b: u8, _: u8| {
        let usual = (a == b'\t') | (a == b'\n') | (a == b'\r');
        (a < 0x20) & !usual | (a == 0x7f) | (a == 0xc2) & matches!(b, 0x80..=0x9f) & (b != 0x85)
    };
    if any3(text, is_control) {
        for (at, c) in chars(text) {
            match c {
                '\t' | '\n' | '\r' | '\u{85}' => {}
                '\u{b}' | '\u{c}' => found.push_char(at, c, '\n'),
                c if c.is_control() => found.push(at..at + c.len_utf8(), ""),
                _ => {}
            }
        }
    }
    found.edits()
}

/// See [`super::Steps::SELECTORS`].
pub(super) fn selectors(text: &str) -> Vec<Edit> {
    let mut found = Found::new("normalize/selectors", 100);
    // U+FE00 to U+FE0F are EF B8 80 to EF B8 8F, U+E0100 and above F3 A0 84 and above.
    if any3(text, |a, b, c| (a == 0xef) & (b == 0xb8) & (c < 0x90) | (a == 0xf3) & (b == 0xa0)) {
        let mut behind_han = 0;
        for (at, c) in chars(text) {
            let end = at + c.len_utf8();
            if is_selector(c) && at == behind_han && at > 0 {
                found.push(at..end, "");
                behind_han = end;
            } else if is_han(c) {
                behind_han = end;
            }
        }
    }
    found.edits()
}

fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// See [`super::Steps::ZERO_WIDTH`].
pub(super) fn zero_width(text: &str) -> Vec<Edit> {
    let mut found = Found::new("normalize/zero-width", 100);
    let is_there = |a: u8, b: u8, c: u8| {
        let space = (a == 0xe2) & ((b == 0x80) & matches!(c, 0x8b..=0x8d) | (b == 0x81) & (c == 0xa0));
        space | (a == 0xef) & (b == 0xbb) & (c == 0xbf)
    };
    if !any3(text, is_there) {
        return found.edits();
    }
    let mut end = 0;
    for (at, c) in chars(text) {
        if at < end || !is_zero_width(c) || at == 0 && c == '\u{feff}' {
            continue;
        }
        let rest = text[at..].trim_start_matches(is_zero_width);
        end = text.len() - rest.len();
        let before = text[..at].chars().next_back().filter(|c| *c != '\u{feff}');
        let sides = [before, rest.chars().next()];
        // Behind it may be no selector: that would come to stand behind an ideograph.
        let is_neutral = sides.iter().all(|c| c.is_none_or(is_neutral));
        let is_apart = sides.iter().all(|c| c.is_none_or(|c| is_blank(c) || is_line_end(c)));
        if is_apart || is_neutral && sides.iter().flatten().any(|c| is_chinese(*c)) {
            found.push(at..end, "");
        }
    }
    found.edits()
}

fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// Ideographs and the punctuation between them, and what has their width.
fn is_chinese(c: char) -> bool {
    let common = matches!(c, '“' | '”' | '‘' | '’' | '…' | '—' | '·' | '・');
    let cjk = matches!(c, '\u{3000}'..='\u{3029}' | '\u{3030}'..='\u{303f}');
    is_han(c) || common || cjk || matches!(c, '\u{ff01}'..='\u{ff65}' | '\u{ffe0}'..='\u{ffe6}')
}

/// What a zero-width character does nothing to.
fn is_neutral(c: char) -> bool {
    is_chinese(c) || c.is_ascii() || is_blank(c) || is_line_end(c)
}
