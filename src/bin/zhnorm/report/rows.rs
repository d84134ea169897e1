//! A text as rows: a line of it each, with what stays, what changes, and the
//! scripts of both sides. Knows no page and no JSON.
//!
//! The pieces of all rows, put together, are the text as it came and the text as
//! it is written, byte for byte.

use std::mem;

use zhnorm::{Blocks, Change, Normalizer, Script, Span, spans};

/// A line is cut at a sentence's end behind so many bytes, and anywhere behind four
/// times as many: a row is to be seen at a glance.
const LONG: usize = 1500;

/// A part of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Both sides have it.
    Same(String),
    Changed(Change),
    /// Bytes that are no text, on both sides.
    Malformed(Vec<u8>),
}

/// A line, or a part of a long one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// Counted from 1; 0 where the row goes on with the line before.
    pub(super) line: usize,
    pub(super) pieces: Vec<Piece>,
    pub(super) source: Scripts,
    pub(super) result: Scripts,
}

/// The scripts of one side of a row, and for how many UTF-16 units each goes on:
/// that is how a browser counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scripts(pub(super) Vec<(Script, usize)>);

impl Scripts {
    fn push(&mut self, script: Script, text: &str) {
        let len = text.encode_utf16().count();
        match self.0.last_mut() {
            _ if len == 0 => {}
            Some((last, all)) if *last == script => *all += len,
            _ => self.0.push((script, len)),
        }
    }
}

/// The stretches of a text as its pieces come by.
#[derive(Clone)]
struct Stretches {
    spans: Vec<Span>,
    next: usize,
    at: usize,
}

impl Stretches {
    fn new(text: &str) -> Self {
        Self { spans: spans(text).collect(), next: 0, at: 0 }
    }

    /// Notes the scripts of the text that comes next.
    fn take(&mut self, mut text: &str, scripts: &mut Scripts) {
        while let Some(span) = self.spans.get(self.next).filter(|_| !text.is_empty()) {
            let (now, later) = text.split_at(text.len().min(span.range.end - self.at));
            scripts.push(span.script, now);
            self.at += now.len();
            self.next += usize::from(self.at == span.range.end);
            text = later;
        }
    }
}

/// Makes rows of texts and hands them on.
pub(super) struct Rows<F> {
    hand_on: F,
    row: Row,
    /// Bytes in the row.
    len: usize,
    line: usize,
    /// Of records, whose lines nobody counts: the row's number is the record's.
    records: bool,
}

impl<F: FnMut(Row)> Rows<F> {
    pub(super) fn new(records: bool, hand_on: F) -> Self {
        Self { hand_on, row: Row { line: 1, ..Row::default() }, len: 0, line: 1, records }
    }

    /// A text, or that of one record, and what a normalizer makes of it: decided
    /// about block by block, as where it is written. `original`: the malformed bytes
    /// as they stood in the file.
    pub(super) fn text(
        &mut self,
        normalizer: &Normalizer,
        mut bytes: &[u8],
        original: &dyn Fn(&[u8]) -> Vec<u8>,
    ) {
        let mut blocks = Blocks::of(normalizer);
        let mut last = false;
        loop {
            while let Some(block) = blocks.take(last) {
                self.block(normalizer, &block, original);
            }
            if last {
                break;
            }
            // Memory gives what it has.
            last = blocks.read(&mut bytes).is_ok_and(|got| got == 0);
        }
        if self.records {
            self.end(self.line + 1);
        }
    }

    /// Hands on what is left; the next row is the first of another text.
    pub(super) fn finish(&mut self) {
        self.end(1);
        self.line = 1;
    }

    fn block(&mut self, normalizer: &Normalizer, block: &[u8], original: &dyn Fn(&[u8]) -> Vec<u8>) {
        let mut chunks = block.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            self.chunk(chunk.valid(), normalizer.explain(chunk.valid()));
            let mut malformed = chunk.invalid().to_vec();
            while let Some(next) = chunks.next_if(|next| next.valid().is_empty()) {
                malformed.extend_from_slice(next.invalid());
            }
            if !malformed.is_empty() {
                self.push(Piece::Malformed(original(&malformed)));
            }
        }
    }

    fn chunk(&mut self, text: &str, changes: Vec<Change>) {
        let source = Stretches::new(text);
        let result = applied(text, &changes).map_or_else(|| source.clone(), |result| Stretches::new(&result));
        let mut sides = [source, result];
        let mut at = 0;
        for change in changes {
            self.same(&text[at..change.source.start], &mut sides);
            at = change.source.end;
            for piece in in_lines(change) {
                match piece {
                    Piece::Changed(change) => self.changed(change, &mut sides),
                    Piece::Same(same) => self.same(&same, &mut sides),
                    Piece::Malformed(_) => self.push(piece),
                }
            }
        }
        self.same(&text[at..], &mut sides);
    }

    fn changed(&mut self, change: Change, [source, result]: &mut [Stretches; 2]) {
        source.take(&change.before, &mut self.row.source);
        result.take(&change.after, &mut self.row.result);
        let lines = change.before.matches('\n').count();
        let ends = change.before.ends_with('\n');
        self.len += change.before.len();
        self.push(Piece::Changed(change));
        self.pass(lines, ends);
        if self.len > 4 * LONG {
            self.end(0);
        }
    }

    fn same(&mut self, text: &str, [source, result]: &mut [Stretches; 2]) {
        for line in text.split_inclusive('\n') {
            let mut rest = line;
            while !rest.is_empty() {
                let (now, later) = rest.split_at(self.room(rest));
                source.take(now, &mut self.row.source);
                result.take(now, &mut self.row.result);
                self.len += now.len();
                self.push(Piece::Same(now.to_owned()));
                rest = later;
                if !rest.is_empty() {
                    self.end(0);
                }
            }
            let ends = line.ends_with('\n');
            self.pass(usize::from(ends), ends);
        }
    }

    /// How much of a line fits into the row; never nothing.
    fn room(&self, text: &str) -> usize {
        let (short, long) = (LONG.saturating_sub(self.len), (4 * LONG).saturating_sub(self.len).max(LONG));
        if text.len() <= short {
            return text.len();
        }
        let start = text.floor_char_boundary(short);
        let mut last = '\0';
        for (at, c) in text[start..].char_indices() {
            let is_end = |c| matches!(c, '。' | '！' | '？' | '；');
            let closes = matches!(c, '」' | '』' | '”' | '’' | '）' | '\n' | '\r') || is_end(c);
            if is_end(last) && !closes || start + at >= long {
                return start + at;
            }
            last = if closes && is_end(last) { last } else { c };
        }
        text.len()
    }

    fn push(&mut self, piece: Piece) {
        match (self.row.pieces.last_mut(), piece) {
            (Some(Piece::Same(last)), Piece::Same(more)) => last.push_str(&more),
            (_, piece) => self.row.pieces.push(piece),
        }
    }

    /// So many lines have gone by; `ends`: the row is at the end of one.
    fn pass(&mut self, lines: usize, ends: bool) {
        if !self.records {
            self.line += lines;
        }
        if ends {
            self.end(if self.records { 0 } else { self.line });
        }
    }

    /// Hands on the row and begins the next one.
    fn end(&mut self, line: usize) {
        if self.records && line > 0 {
            self.line = line;
        }
        let row = mem::replace(&mut self.row, Row { line, ..Row::default() });
        self.len = 0;
        if !row.pieces.is_empty() {
            (self.hand_on)(row);
        }
    }
}

/// The text with its changes made; none where there are none.
fn applied(text: &str, changes: &[Change]) -> Option<String> {
    if changes.is_empty() {
        return None;
    }
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for change in changes {
        out.push_str(&text[at..change.source.start]);
        out.push_str(&change.after);
        at = change.source.end;
    }
    out.push_str(&text[at..]);
    Some(out)
}

/// A change line by line, where it has as many of them before and after. Of a rule
/// that says no more than how a text came out, only what differs.
fn in_lines(change: Change) -> Vec<Piece> {
    let lines = |text: &str| text.split_inclusive('\n').count();
    if lines(&change.before) != lines(&change.after) {
        return vec![Piece::Changed(change)];
    }
    let says_nothing = change.rule == "configuration";
    let pairs = change.before.split_inclusive('\n').zip(change.after.split_inclusive('\n'));
    let parts =
        pairs.flat_map(|(before, after)| match (before.strip_suffix('\n'), after.strip_suffix('\n')) {
            _ if says_nothing => differing(before, after),
            (Some(a), Some(b)) => vec![(a, b), ("\n", "\n")],
            _ => vec![(before, after)],
        });
    let piece = |(before, after): (&str, &str)| {
        if before == after {
            return Piece::Same(before.to_owned());
        }
        let mut part = change.clone();
        (part.before, part.after) = (before.to_owned(), after.to_owned());
        Piece::Changed(part)
    };
    parts.map(piece).collect()
}

/// Two texts in parts that are alike or differ: character by character, or where one
/// has more of them, what is between their common ends.
fn differing<'t>(before: &'t str, after: &'t str) -> Vec<(&'t str, &'t str)> {
    let chars = |text: &'t str| text.char_indices().map(move |(at, c)| &text[at..at + c.len_utf8()]);
    if chars(before).count() == chars(after).count() {
        let pairs: Vec<_> = chars(before).zip(chars(after)).collect();
        let runs = pairs.chunk_by(|(a, b), (c, d)| (a == b) == (c == d));
        let mut ends = (0, 0);
        let run = |run: &[(&str, &str)]| {
            let starts = ends;
            ends = run.iter().fold(ends, |(a, b), (c, d)| (a + c.len(), b + d.len()));
            (&before[starts.0..ends.0], &after[starts.1..ends.1])
        };
        return runs.map(run).collect();
    }
    let alike = |(a, b): &(&str, &str)| a == b;
    let head: usize = chars(before).zip(chars(after)).take_while(alike).map(|(c, _)| c.len()).sum();
    let (inside, outside) = (&before[head..], &after[head..]);
    let ends = inside.chars().rev().zip(outside.chars().rev());
    let tail: usize = ends.take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum();
    let (inside, end) = inside.split_at(inside.len() - tail);
    let parts = [(&before[..head], &before[..head]), (inside, &outside[..outside.len() - tail]), (end, end)];
    parts.into_iter().filter(|(a, b)| !a.is_empty() || !b.is_empty()).collect()
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
