//! UTF-8 read as ISO 8859-1 or windows-1252, once or several times over, and GBK and
//! Big5 read as one of these.

use super::bytes::single;
use super::{each, is_cjk, is_odd, reads_well};
use crate::edit::Edit;
use crate::scan::any3;

/// How often UTF-8 is taken to have been read wrongly, one time over another.
const TIMES: usize = 3;
/// Ideographs that make a run of UTF-8 sure by itself, and all runs of a line.
const SURE_RUN: usize = 2;
const SURE_LINE: usize = 4;
/// Characters that GBK or Big5 must give.
const LEAST: usize = 4;

/// Whether a text has two letters in a row that are ASCII in neither encoding:
/// C2 and C3 begin U+0080 to U+00FF, the others the rest of windows-1252.
fn is_suspect(text: &str) -> bool {
    any3(text, |a, _, c| {
        (a & 0xfe == 0xc2) & ((c & 0xfe == 0xc2) | (c == 0xc5) | (c == 0xc6) | (c == 0xcb) | (c == 0xe2))
    })
}

/// A character that may have been a byte.
struct Read {
    at: usize,
    end: usize,
    byte: u8,
}

pub(super) fn find(text: &str, edits: &mut Vec<Edit>) {
    if !is_suspect(text) {
        return;
    }
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if is_suspect(line) {
            let mut span = Vec::new();
            for (at, c) in line.char_indices() {
                match single(c) {
                    Some(byte) => {
                        let at = start + at;
                        span.push(Read { at, end: at + c.len_utf8(), byte });
                    }
                    None => judge(text, &std::mem::take(&mut span), edits),
                }
            }
            judge(text, &span, edits);
        }
        start += line.len();
    }
}

/// A stretch of characters that may all have been bytes.
fn judge(text: &str, span: &[Read], edits: &mut Vec<Edit>) {
    if span.iter().filter(|read| read.byte >= 0x80).count() < LEAST {
        return;
    }
    let found = utf8(text, span);
    if !found.is_empty() {
        edits.extend(found);
        return;
    }
    // Quotes and dashes of windows-1252 at the ends may be no part of it.
    let is_whole = |read: &Read| read.end - read.at < 3;
    let from = span.iter().position(is_whole).unwrap_or(0);
    let to = span.iter().rposition(is_whole).map_or(0, |last| last + 1);
    let inner = span.get(from..to).unwrap_or_default();
    edits.extend(double(span).or_else(|| double(inner)));
}

/// The runs of a stretch that are UTF-8.
fn utf8(text: &str, span: &[Read]) -> Vec<Edit> {
    // Where each is, what it says, how many ideographs there are in it.
    let mut found: Vec<(usize, usize, String, usize)> = Vec::new();
    let mut is_clean = true;
    let mut i = 0;
    while i < span.len() {
        let len = span[i..].iter().take_while(|read| read.byte >= 0x80).count();
        let bytes: Vec<u8> = span[i..i + len].iter().map(|read| read.byte).collect();
        let mut at = i;
        for chunk in bytes.utf8_chunks() {
            if !chunk.valid().is_empty() {
                let end = at + chunk.valid().len();
                let written = again(chunk.valid());
                let count = written.chars().filter(|c| is_cjk(*c)).count();
                if written.contains(is_odd) {
                    is_clean = false;
                } else {
                    found.push((at, end, written, count));
                }
                at = end;
            }
            // A quote or a dash stands beside it; anything else speaks against it.
            let stays = &span[at..at + chunk.invalid().len()];
            is_clean &=
                stays.iter().all(|read| text[read.at..read.end].starts_with(['“', '”', '‘', '’', '—', '…']));
            at += stays.len();
        }
        i += len.max(1);
    }
    let all: usize = found.iter().map(|(.., count)| count).sum();
    let is_sure = is_clean && all >= SURE_LINE;
    let found = found.into_iter().filter(|(.., count)| is_sure || *count >= SURE_RUN);
    found.map(|(from, to, written, _)| super::written(span[from].at..span[to - 1].end, written, 99)).collect()
}

/// The text that was written, where it was read wrongly more than once.
fn again(read: &str) -> String {
    let mut written = read.to_owned();
    for _ in 1..TIMES {
        let bytes: Option<Vec<u8>> = written.chars().map(single).collect();
        match bytes.and_then(|bytes| String::from_utf8(bytes).ok()).filter(|next| *next != written) {
            Some(next) => written = next,
            None => break,
        }
    }
    written
}

/// The stretch as GBK or Big5, whichever reads better, if well enough.
fn double(span: &[Read]) -> Option<Edit> {
    let bytes: Vec<u8> = span.iter().map(|read| read.byte).collect();
    let decode = |encoding: &'static encoding_rs::Encoding| {
        let written = encoding.decode_without_bom_handling_and_without_replacement(&bytes)?;
        let (cost, count) = each(&written);
        let is_text = count >= LEAST && reads_well(cost, count) && !written.contains(is_odd);
        is_text.then(|| (cost, written.into_owned()))
    };
    let both = [encoding_rs::GBK, encoding_rs::BIG5].into_iter().filter_map(decode);
    let (_, written) = both.min_by(|(a, _), (b, _)| a.total_cmp(b))?;
    Some(super::written(span.first()?.at..span.last()?.end, written, 95))
}
