//! Pages of annotated mirrors: sites that copied Simplified pages, turned them
//! to Traditional character by character, and put pinyin behind some characters
//! and nothings into sentence marks, by replacing bytes of GBK without looking
//! where characters begin. DESIGN.md describes the damage.
//!
//! A page is found to be of this kind as a whole ([`page`]) or left alone.

mod annotated;
mod gbk;
mod page;
mod search;
mod token;

use crate::edit::Edit;
use search::Search;
use token::{Rest, Token, token};

const ANNOTATION: &str = "repair/mirror/annotation";
const SHIFTED: &str = "repair/mirror/shifted";
const DEBRIS: &str = "repair/mirror/debris";

/// Rewrites that gain less, in bits, are not made.
const LEAST_GAIN: f32 = 6.0;

/// What undoes the damage; nothing where the page is none of a mirror's.
pub(crate) fn find(text: &str) -> Vec<Edit> {
    let Some(page) = page::Page::of(text) else {
        return Vec::new();
    };
    let search = Search::new(text, page.seen);
    let mut edits = Vec::new();
    let mut at = 0;
    while let Some(next) = memchr::memchr3(b'(', b'?', 0xef, &text.as_bytes()[at..]) {
        at += next;
        // Of EF only the full-width question mark is looked for.
        let Some((token, len)) = token(text, at) else {
            break;
        };
        match token {
            Token::Note(_) => {
                notes(text, at..at + len, &mut edits);
                at += len;
            }
            Token::Lost(rest)
                if rest != Rest::Nothing
                    || text[at + len..].chars().next().and_then(token::mark).is_some() =>
            {
                let (rewrites, end) = search.read(at);
                let end = rewrite(text, at..end, rewrites, &mut edits);
                at = end.max(at + len);
            }
            _ => at += len,
        }
    }
    edits
}

/// Adds the rewrites of a stretch, and the annotations between them; returns
/// where the last one ends.
fn rewrite(
    text: &str,
    range: std::ops::Range<usize>,
    rewrites: Vec<search::Rewrite>,
    edits: &mut Vec<Edit>,
) -> usize {
    let mut at = range.start;
    for rewrite in rewrites.into_iter().filter(|r| r.gain >= LEAST_GAIN) {
        notes(text, at..rewrite.range.start, edits);
        at = rewrite.range.end;
        let is_debris = text[rewrite.range.clone()].ends_with('>');
        let rule = match is_debris {
            true => DEBRIS,
            false if rewrite.text.is_empty() => ANNOTATION,
            false => SHIFTED,
        };
        let confidence = 50.0 + 49.0 * (1.0 - (-rewrite.margin.max(0.0) / 6.0).exp2());
        edits.push(edit(rewrite.range, rewrite.text, rule, confidence as u8));
    }
    at
}

/// Takes away the annotations of a stretch.
fn notes(text: &str, range: std::ops::Range<usize>, edits: &mut Vec<Edit>) {
    let mut at = range.start;
    while let Some(next) = memchr::memchr(b'(', &text.as_bytes()[at..range.end]) {
        at += next;
        let len = token::note(text, at);
        if let Some(len) = len {
            edits.push(edit(at..at + len, String::new(), ANNOTATION, 99));
        }
        at += len.unwrap_or(1);
    }
}

fn edit(range: std::ops::Range<usize>, text: String, rule: &'static str, confidence: u8) -> Edit {
    Edit { range, text, rule, confidence }
}
