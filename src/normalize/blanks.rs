//! `blanks`: at the ends of lines, and several in a row.

use super::text::{Found, chars, is_blank, is_line_end};
use crate::edit::Edit;
use crate::scan::any3;

/// See [`super::Steps::BLANKS`].
pub(super) fn blanks(text: &str) -> Vec<Edit> {
    let mut found = Found::new("normalize/blanks", 100);
    // Two blanks in a row, or one before the end of a line or of the text. One blank
    // before what may begin a blank or a line end of several bytes is looked at too.
    let blank = |a: u8, b: u8, c: u8| {
        let ascii = (a == b' ') | (a == b'\t');
        let wide = (a == 0xe3) & (b == 0x80) & (c == 0x80);
        let odd = (a == 0xc2) & (b == 0xa0)
            | (a == 0xe2)
                & (b <= 0x81)
                & ((b == 0x81) & (c == 0x9f) | (b == 0x80) & (c <= 0x8a) | (c == 0xaf));
        let behind = (b <= b' ') | (b == 0xc2) | (b == 0xe2) | (b == 0xe3);
        ascii & behind | wide | odd
    };
    if !any3(text, blank) {
        return found.edits();
    }
    // The run of blanks before the character, and whether a line starts with it.
    let mut run = 0..0;
    let mut starts_line = true;
    for (at, c) in chars(text).chain([(text.len(), '\n')]) {
        if run.end != at {
            // A description sequence was passed over.
            close(text, &run, starts_line, &mut found);
            (run, starts_line) = (at..at, false);
        }
        if is_blank(c) || c == '\t' {
            run.end = at + c.len_utf8();
            continue;
        }
        if is_line_end(c) {
            if !run.is_empty() {
                found.push(run.clone(), "");
            }
        } else {
            close(text, &run, starts_line, &mut found);
        }
        starts_line = is_line_end(c) || at == 0 && c == '\u{feff}';
        run = at + c.len_utf8()..at + c.len_utf8();
    }
    found.edits()
}

/// A run with something behind it in its line.
fn close(text: &str, run: &std::ops::Range<usize>, starts_line: bool, found: &mut Found) {
    let blanks = &text[run.clone()];
    if starts_line || blanks.contains('\t') || blanks.chars().nth(1).is_none() {
        return;
    }
    let all_wide = blanks.chars().all(|c| c == '\u{3000}');
    found.push(run.clone(), if all_wide { "\u{3000}" } else { " " });
}
