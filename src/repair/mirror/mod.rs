//! Pages of annotated mirrors: sites that copied Simplified pages, turned them
//! to Traditional character by character, and put pinyin behind some characters
//! and nothings into sentence marks, by replacing bytes of GBK without looking
//! where characters begin. DESIGN.md describes the damage.
//!
//! A page is found to be of this kind as a whole ([`page`]) or left alone.

mod annotated;
mod beam;
mod gbk;
mod page;
mod reader;
mod search;
mod token;

use std::ops::Range;

use crate::edit::Edit;
use reader::Reader;
use search::{Rewrite, Search};
use token::{Rest, Token};

const ANNOTATION: &str = "repair/mirror/annotation";
const SHIFTED: &str = "repair/mirror/shifted";
const DEBRIS: &str = "repair/mirror/debris";

/// How the full-width question mark begins, and the other marks of its block.
const FULL_WIDTH: u8 = 0xef;

/// Rewrites that gain less, in bits, are not made.
const LEAST_GAIN: f32 = 6.0;

/// A page with a rewrite of more than marks that gains so much, in bits, is a
/// mirror's for sure. Honest text loses by it: most often more than 6, and never
/// gained this much in some thousand texts with `?!` in place of every stop.
const PROOF: f32 = 15.0;

/// What undoes the damage; nothing where the page is not a mirror's for sure.
pub(crate) fn find(text: &str) -> Vec<Edit> {
    undo(text, false)
}

/// The same where the user says that the page is a mirror's.
pub(crate) fn find_asked(text: &str) -> Vec<Edit> {
    undo(text, true)
}

fn undo(text: &str, asked: bool) -> Vec<Edit> {
    let Some(page) = page::Page::of(text) else {
        return Vec::new();
    };
    let mut proved = asked || page.is_proved();
    let mut search = Search::new(text, page.seen);
    let mut out = Output { text, edits: Vec::new(), at: 0, reader: Reader::default() };
    // What was searched is not searched again.
    let (mut at, mut searched) = (0, 0);
    while let Some(next) = memchr::memchr3(b'(', b'?', FULL_WIDTH, &text.as_bytes()[at..]) {
        at += next;
        let Some((token, len)) = token::token(text, at) else {
            break;
        };
        at = match token {
            Token::Note(_) if token::note(text, at).is_some() => {
                out.replace(at..at + len, String::new(), ANNOTATION, 99);
                at + len
            }
            Token::Lost(_) if at < searched || search.is_spent(at) => at + len,
            Token::Lost(rest) if rest != Rest::Nothing || token::is_mark(text, at + len) => {
                out.pass(at);
                let (rewrites, end) = search.read(at, out.reader);
                searched = end;
                proved |= rewrites.iter().any(|r| is_proof(text, r));
                out.rewrite(rewrites);
                out.at.max(at + 1)
            }
            _ => at + len,
        };
    }
    if proved { out.edits } else { Vec::new() }
}

/// Whether a rewrite tells that bytes were lost. Marks alone do not: people write
/// `?!?!`, and it does not read well.
fn is_proof(text: &str, rewrite: &Rewrite) -> bool {
    let shown = &text[rewrite.range.clone()];
    rewrite.gain >= PROOF && shown.chars().any(|c| c.is_alphabetic() || c == '>')
}

/// The edits so far, and what has been read up to the last one.
struct Output<'t> {
    text: &'t str,
    edits: Vec<Edit>,
    at: usize,
    reader: Reader,
}

impl Output<'_> {
    /// Takes what stands before a place as it is.
    fn pass(&mut self, to: usize) {
        self.reader.feed(&self.text[self.at..to]);
        self.at = to;
    }

    fn replace(&mut self, range: Range<usize>, text: String, rule: &'static str, confidence: u8) {
        self.pass(range.start);
        self.reader.feed(&text);
        self.at = range.end;
        self.edits.push(Edit { range, text, rule, confidence });
    }

    /// Makes the rewrites of a stretch, and takes away the annotations between.
    fn rewrite(&mut self, rewrites: Vec<Rewrite>) {
        for rewrite in rewrites.into_iter().filter(|r| r.gain >= LEAST_GAIN) {
            let between = &self.text.as_bytes()[..rewrite.range.start];
            let mut at = self.at;
            while let Some(next) = memchr::memchr(b'(', &between[at..]) {
                at += next;
                if let Some(len) = token::note(self.text, at) {
                    self.replace(at..at + len, String::new(), ANNOTATION, 99);
                }
                at += 1;
            }
            let rule = match (self.text[rewrite.range.clone()].ends_with('>'), rewrite.text.is_empty()) {
                (true, _) => DEBRIS,
                (_, true) => ANNOTATION,
                _ => SHIFTED,
            };
            let confidence = 50.0 + 49.0 * (1.0 - (-rewrite.margin.max(0.0) / 6.0).exp2());
            self.replace(rewrite.range, rewrite.text, rule, confidence as u8);
        }
    }
}
