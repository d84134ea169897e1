//! `punctuation`: ASCII signs where Chinese ones should stand. Looks at one line at
//! a time; see `quotes` for quotation marks.
//!
//! A sign's context is what stands beside it without the marks that may come
//! between, in either width. So what is changed here never changes a context.

use super::quotes;
use super::text::{chars, is_blank, is_han, is_line_end};
use crate::Target;
use crate::edit::Edit;
use crate::scan::any3;

/// The name of the rule; the step is sure by its rules, not by Unicode's.
const RULE: &str = "normalize/punctuation";
const CONFIDENCE: u8 = 90;

/// A character of a line. A description sequence stands as one ideograph.
#[derive(Clone, Copy)]
pub(super) struct Char {
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) c: char,
}

/// See [`super::Steps::PUNCTUATION`].
pub(super) fn punctuation(text: &str, target: Option<Target>) -> Vec<Edit> {
    let mut edits = Vec::new();
    if !has_sign(text) {
        return edits;
    }
    let mut line = Vec::new();
    let mut start = 0;
    for piece in text.split_inclusive(is_line_end) {
        // Ideographs begin with E3 and above.
        if has_sign(piece) && piece.bytes().any(|b| b >= 0xe3) {
            line.clear();
            read(piece, start, &mut line);
            let first = edits.len();
            signs(&line, &mut edits);
            quotes::quotes(&line, target, &mut |char: &Char, new: char| {
                edits.push(edit(char.at, char.end, new))
            });
            edits[first..].sort_by_key(|edit: &Edit| edit.range.start);
        }
        start += piece.len();
    }
    edits
}

/// Whether a text has signs that might change.
fn has_sign(text: &str) -> bool {
    any3(text, |a, b, c| {
        let separator = (a == b',') | (a == b'.') | (a == b':') | (a == b';') | (a == b'-');
        let mark = (a == b'!') | (a == b'?') | (a == b'(') | (a == b')');
        // ‘ ’ “ ” … are E2 80 98 to E2 80 A6, 「 」 『 』 are E3 80 8C to E3 80 8F.
        let curly = (a == 0xe2) & (b == 0x80) & matches!(c, 0x98..=0xa6);
        separator | mark | curly | (a == 0xe3) & (b == 0x80) & matches!(c, 0x8c..=0x8f)
    })
}

/// The characters of a line without its end.
fn read(piece: &str, start: usize, line: &mut Vec<Char>) {
    let mut end = 0;
    let mut push = |from: usize, to: usize, c| line.push(Char { at: start + from, end: start + to, c });
    for (at, c) in chars(piece).chain([(piece.len(), '\n')]) {
        if at > end {
            push(end, at, '〇');
        }
        end = at + c.len_utf8();
        if !is_line_end(c) {
            push(at, end, c);
        }
    }
}

fn edit(at: usize, end: usize, new: impl Into<String>) -> Edit {
    Edit { range: at..end, text: new.into(), rule: RULE, confidence: CONFIDENCE }
}

fn signs(line: &[Char], edits: &mut Vec<Edit>) {
    let near = Near::new(line);
    let mut i = 0;
    while let Some(Char { at, end, c }) = line.get(i).copied() {
        let run = line[i..].iter().take_while(|next| next.c == c).count();
        let last = line[i + run - 1].end;
        match c {
            '.' if (3..=6).contains(&run) && trails_off(line, i, run) => edits.push(edit(at, last, "……")),
            '…' if run == 1 && trails_off(line, i, 1) => edits.push(edit(at, end, "……")),
            '-' if run == 2 && is_han_at(line, i.wrapping_sub(1)) && is_han_at(line, i + 2) => {
                edits.push(edit(at, last, "——"));
            }
            '(' | ')' => {
                let is_changed = |k: &usize| near.parens.get(*k) == Some(&Paren::Changed);
                for k in (i..i + run).filter(is_changed) {
                    edits.push(edit(line[k].at, line[k].end, if c == '(' { '（' } else { '）' }));
                }
            }
            ',' | '!' | '?' | ':' | ';' | '.' if run == 1 || matches!(c, '!' | '?') => {
                for k in i..i + run {
                    sign(line, k, &near, edits);
                }
            }
            _ => {}
        }
        i += run;
    }
}

/// What stands beside each character of a line, worked out once for all of them.
struct Near {
    /// Whether the character before, but for marks that may stand between, is an ideograph.
    follows_han: Vec<bool>,
    /// The first place from here on with no such mark.
    behind: Vec<usize>,
    /// The first place from here on with no blank.
    beyond: Vec<usize>,
    parens: Vec<Paren>,
}

impl Near {
    fn new(line: &[Char]) -> Self {
        let mut last_is_han = false;
        let follows_han = line.iter().map(|char| {
            let before = last_is_han;
            if !may_stand_between(char.c) {
                last_is_han = is_han(char.c);
            }
            before
        });
        let follows_han = follows_han.collect();
        let from = |passed: &dyn Fn(char) -> bool| {
            let mut places: Vec<usize> = (0..=line.len() + 1).map(|i| i.min(line.len())).collect();
            for i in (0..line.len()).rev().filter(|i| passed(line[*i].c)) {
                places[i] = places[i + 1];
            }
            places
        };
        Self { follows_han, behind: from(&may_stand_between), beyond: from(&is_blank), parens: parens(line) }
    }
}

/// One sign with an ideograph before it, and behind it an ideograph, an opening
/// mark or the end of the line.
fn sign(line: &[Char], i: usize, near: &Near, edits: &mut Vec<Edit>) {
    let Char { at, end, c } = line[i];
    // A colon with a bracket of its own is a face.
    if !near.follows_han[i] || matches!(c, ':' | ';') && near.parens.get(i + 1) == Some(&Paren::Alone) {
        return;
    }
    let behind = near.behind[i + 1];
    let next = near.beyond[behind];
    let is_next = line.get(next).is_none_or(|char| is_han(char.c) || is_opening(char.c));
    // A full stop directly between two characters may be part of a name.
    if !is_next || c == '.' && next == i + 1 && next < line.len() {
        return;
    }
    let wide = match c {
        '.' => '。',
        c => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
    };
    // A Chinese sign brings the blank behind it along.
    let blanks = &line[i + 1..next];
    let is_dropped = next < line.len() && is_han(line[next].c) && blanks.iter().all(|char| char.c == ' ');
    edits.push(edit(at, if is_dropped && behind == i + 1 { line[next].at } else { end }, wide));
}

/// Whether what trails off belongs to Chinese text.
fn trails_off(line: &[Char], i: usize, run: usize) -> bool {
    let before = i.checked_sub(1).map(|k| line[k].c);
    is_han_at(line, i.wrapping_sub(1))
        || is_han_at(line, i + run) && before.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '…')
}

fn is_han_at(line: &[Char], i: usize) -> bool {
    line.get(i).is_some_and(|char| is_han(char.c))
}

/// What may stand between a sign and the ideograph that it follows.
fn may_stand_between(c: char) -> bool {
    matches!(
        c,
        '!' | '?'
            | '！'
            | '？'
            | '"'
            | '\''
            | '”'
            | '’'
            | '」'
            | '』'
            | ')'
            | '）'
            | '》'
            | '〉'
            | '】'
            | '〕'
    )
}

fn is_opening(c: char) -> bool {
    matches!(c, '“' | '‘' | '「' | '『' | '(' | '（' | '《' | '〈' | '【' | '〔')
}

/// What becomes of a bracket.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Paren {
    /// It is none.
    No,
    /// It is one without its other half.
    Alone,
    Kept,
    Changed,
}

/// The round brackets of a line, paired in either width. A pair is changed where an
/// ideograph stands at either end of what it holds or before it, or where one of
/// the two is wide already.
fn parens(line: &[Char]) -> Vec<Paren> {
    let mut parens = vec![Paren::No; line.len()];
    let mut open = Vec::new();
    for (i, char) in line.iter().enumerate() {
        match char.c {
            '(' | '（' => {
                parens[i] = Paren::Alone;
                open.push(i);
            }
            ')' | '）' => match open.pop() {
                Some(k) => {
                    let is_wide = line[k].c == '（' || char.c == '）';
                    let is_chinese =
                        [k.wrapping_sub(1), k + 1, i - 1].into_iter().any(|near| is_han_at(line, near));
                    let now = if is_wide || is_chinese { Paren::Changed } else { Paren::Kept };
                    (parens[k], parens[i]) = (now, now);
                }
                None => parens[i] = Paren::Alone,
            },
            _ => {}
        }
    }
    parens
}
