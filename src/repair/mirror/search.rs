//! What the bytes around a question mark once said: a search over the bytes that
//! the mirror's program lost, judged by the language model.
//!
//! A reading of the page is a [`Path`]: either in step with the text's
//! characters, or with a lead byte in hand whose trail is the first byte of the
//! next pair that the page shows. In step, what the page shows is right. With a
//! lead in hand, the page's pairs are cut between two characters, and what it
//! shows is only their bytes. Question marks stand for pairs that are no
//! character: there a path splits into all that could have been.

use std::ops::Range;

use super::annotated::{self, Set};
use super::beam::{Beam, Path, Step};
use super::gbk::Gbk;
use super::reader::Reader;
use super::token::{self, Rest, Token, mark};
use crate::repair::model::{self, OTHER};

/// Paths, the best ones, for which a lost trail is looked for: there each one splits
/// into a hundred. Two lose a rewrite in 112 documents, four lose none.
const TRYING: usize = 8;
/// Characters tried for a lost trail: those that read best.
const TRAILS: usize = 40;
/// Characters in step after which two paths are judged: the model sees no further.
const SETTLED: usize = 3;
/// Bytes after which a stretch is given up: text without one ASCII character for
/// so long is seldom, and copies of it are dear.
const LONGEST: usize = 600;
/// Costs that may be asked of the model for one stretch, and for a page: so many, and
/// so many more for each byte. Damaged pages need about 2 a byte. Text made of
/// question marks, where each may be anything, would need a thousand.
const MOST: usize = 20_000;
const MOST_FREE: usize = 100_000;
const MOST_PER_BYTE: usize = 24;
/// Bytes behind a swallowed one that tell what it was.
const TELLING: usize = 200;
/// What it costs, in bits, that a character stands without the annotation that
/// the page puts behind it elsewhere.
const NOT_ANNOTATED: f32 = 10.0;
/// What it costs that a swallowed byte was this or that.
const SWALLOWED: f32 = 2.0;
const SWALLOWED_OTHER: f32 = 4.0;
/// What stands for a byte that cannot be known.
const UNKNOWN: char = '\u{fffd}';

/// A stretch rewritten.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rewrite {
    pub(super) range: Range<usize>,
    pub(super) text: String,
    /// How many bits better the best other reading would have to be.
    pub(super) margin: f32,
    /// How many bits better this reads than the page as it is.
    pub(super) gain: f32,
}

/// Reads damaged stretches of one page.
pub(super) struct Search<'t> {
    text: &'t str,
    gbk: &'static Gbk,
    /// The characters that this page annotates.
    seen: Set,
    beam: Beam,
}

impl<'t> Search<'t> {
    pub(super) fn new(text: &'t str, seen: Set) -> Self {
        Self { text, gbk: Gbk::get(), seen, beam: Beam::default() }
    }

    /// Whether the page up to a place has had all the work that is due to it.
    pub(super) fn is_spent(&self, at: usize) -> bool {
        self.beam.effort > MOST_FREE + at * MOST_PER_BYTE
    }

    /// Reads from the question mark at `at` until all readings agree again:
    /// the best one's rewrites, and where it ends.
    pub(super) fn read(&mut self, at: usize, before: Reader) -> (Vec<Rewrite>, usize) {
        self.beam.begin();
        let most = self.beam.effort + MOST;
        let start = Path::new(Step::In(self.gbk.trail(before.last)), before);
        let mut literal = start;
        let mut paths = vec![start];
        let mut place = at;
        let mut settled = 0;
        while let Some((token, len)) = token::token(self.text, place).filter(|_| place < at + LONGEST) {
            let end = place + len;
            let is_lost = matches!(token, Token::Lost(_));
            for (i, path) in paths.iter().enumerate() {
                if i < TRYING || !is_lost || !matches!(path.step, Step::Lead(_)) {
                    self.advance(*path, token, place..end);
                }
            }
            literal = self.literally(literal, token, place..end);
            self.beam.turn(&mut paths);
            place = end;
            let all_in = paths.iter().all(|p| matches!(p.step, Step::In(_)));
            settled = if all_in && !is_lost { settled + 1 } else { 0 };
            if self.beam.effort > most {
                return (Vec::new(), place);
            }
            if settled == SETTLED || token == Token::Char('\n') && all_in {
                break;
            }
        }
        paths.retain(|p| matches!(p.step, Step::In(_)));
        (self.choose(&paths, &literal), place)
    }

    fn choose(&self, paths: &[Path], literal: &Path) -> Vec<Rewrite> {
        let Some((best, others)) = paths.split_first() else {
            return Vec::new();
        };
        let done = self.beam.done(best);
        if done.is_empty() {
            return Vec::new();
        }
        let gain = literal.cost - best.cost;
        let other = others.iter().find(|path| self.beam.done(path) != done);
        let margin = other.map_or(gain, |path| path.cost - best.cost).min(gain);
        done.into_iter().map(|(range, text)| Rewrite { range, text, margin, gain }).collect()
    }

    /// The page as it is.
    fn literally(&self, mut path: Path, token: Token<'_>, range: Range<usize>) -> Path {
        let is_note = matches!(token, Token::Note(_)) && token::note(self.text, range.start).is_some();
        if !is_note {
            for c in self.text[range].chars() {
                path.cost += path.reader.read(c);
                path.step = Step::In(self.gbk.trail(c));
            }
        }
        path
    }

    /// All that a path can become by one more token.
    fn advance(&mut self, path: Path, token: Token<'_>, range: Range<usize>) {
        match (path.step, token) {
            (step, Token::Note(syllable)) => {
                // It is of the pair that the page shows, or of the path's own.
                let shown = token::note(self.text, range.start).is_some();
                match (annotated::reading(path.reader.last) == Some(syllable), step) {
                    _ if shown => self.beam.push(path),
                    (true, Step::In(_)) => self.beam.drop(path, range),
                    (false, Step::In(_)) => self.keep(path, token, range),
                    _ => {}
                }
            }
            (Step::In(last), Token::Lost(rest)) => {
                self.keep(path, token, range.clone());
                self.lose_step(path, last, rest, range);
            }
            (Step::In(_), Token::Char(_)) => self.keep(path, token, range),
            (Step::Orphan, _) => self.take_orphan(path, range),
            (Step::Lead(lead), Token::Char(c)) => self.shift(path, lead, c, range.end),
            (Step::Lead(lead), Token::Lost(rest)) => {
                self.lose_trail(path, lead, rest, range.clone());
                if rest == Rest::Nothing {
                    self.shift(path, lead, '？', range.end);
                }
            }
        }
    }

    /// A path takes the page as it is.
    fn keep(&mut self, path: Path, token: Token<'_>, range: Range<usize>) {
        let path = self.literally(path, token, range);
        self.beam.effort += 1;
        self.beam.push(path);
    }

    /// In step, a lead byte was cut off: by a mark, or by an annotation of the
    /// pair that it makes with the byte before.
    fn lose_step(&mut self, path: Path, last: u8, rest: Rest<'_>, range: Range<usize>) {
        match rest {
            Rest::Nothing if token::is_mark(self.text, range.end) => {
                self.beam.open(path, range.start, Step::Orphan);
            }
            Rest::Note(syllable) => {
                let keys = annotated::with_reading(syllable).filter_map(|c| self.gbk.bytes(c));
                for key in keys.filter(|key| key[0] == last) {
                    self.beam.open(path, range.start, Step::Lead(key[1]));
                }
            }
            _ => {}
        }
    }

    /// The mark behind a lost lead byte: A3 is the lead's trail.
    fn take_orphan(&mut self, path: Path, range: Range<usize>) {
        // A question mark's token may hold more than the mark; that is not this.
        let mut chars = self.text[range].chars();
        let (Some(second), None) = (chars.next().and_then(mark), chars.next()) else {
            return;
        };
        let after = model::after(path.reader.context);
        for c in (0x81..=0xfe).filter_map(|lead| self.gbk.char(lead, 0xa3)).filter(is_text) {
            let mut path = path;
            let symbol = model::symbol(c);
            self.beam.put_at(&mut path, c, symbol, after.cost(symbol));
            path.step = Step::Lead(second);
            self.beam.push(path);
        }
    }

    /// With a lead in hand, the page shows a character: its first byte is the
    /// lead's trail.
    fn shift(&mut self, path: Path, lead: u8, shown: char, end: usize) {
        let full = match shown {
            ' ' => Some('\u{3000}'),
            '!'..='~' => char::from_u32(shown as u32 + 0xfee0),
            _ => None,
        };
        if shown.is_ascii() {
            // Below 0x40 no byte is a trail.
            if let Some(c) = self.gbk.char(lead, shown as u8).filter(is_text) {
                let mut path = path;
                self.put_plain(&mut path, c);
                self.beam.close(path, end, shown as u8);
            }
        }
        for [first, second] in
            full.or(Some(shown)).and_then(|c| self.gbk.bytes(c)).into_iter().chain(euro(shown))
        {
            let Some(c) = self.gbk.char(lead, first).filter(is_text) else {
                continue;
            };
            let mut path = path;
            self.put_plain(&mut path, c);
            match second {
                0x81..=0xfe => {
                    path.step = Step::Lead(second);
                    self.beam.push(path);
                }
                0 => self.beam.close(path, end, first),
                0x40..0x7f => {
                    self.beam.put(&mut path, second as char);
                    self.beam.close(path, end, second);
                }
                _ => {}
            }
        }
    }

    /// With a lead in hand, its trail was lost in a pair that is no character.
    fn lose_trail(&mut self, path: Path, lead: u8, rest: Rest<'_>, range: Range<usize>) {
        let after = model::after(path.reader.context);
        let mut tried = Vec::new();
        // Many signs are the model's symbol for what it does not know.
        let mut last = (OTHER, after.cost(OTHER));
        for trail in 0x40..=0xfe {
            let Some(c) = self.gbk.char(lead, trail).filter(is_text) else {
                continue;
            };
            if let Rest::Note(syllable) = rest
                && annotated::reading(c) != Some(syllable)
            {
                continue;
            }
            let mut path = path;
            if !matches!(rest, Rest::Note(_)) {
                path.cost += self.not_annotated(c);
            }
            let symbol = model::symbol(c);
            if symbol != last.0 {
                last = (symbol, after.cost(symbol));
            }
            self.beam.put_at(&mut path, c, symbol, last.1);
            if !self.beam.is_lost(path.cost) {
                tried.push((path, trail));
            }
        }
        if tried.len() > TRAILS {
            tried.select_nth_unstable_by(TRAILS, |a, b| a.0.cost.total_cmp(&b.0.cost));
            tried.truncate(TRAILS);
        }
        match rest {
            Rest::Note(_) | Rest::Tag => {
                for (path, trail) in tried {
                    self.beam.close(path, range.end, trail);
                }
            }
            Rest::Reference(c) => {
                for (mut path, trail) in tried {
                    self.beam.put(&mut path, c);
                    self.beam.close(path, range.end, trail);
                }
            }
            Rest::Nothing => {
                let swallowed = self.swallowed(range.end);
                for (mut path, trail) in tried {
                    let after = model::after(path.reader.context);
                    for (swallowed, read_as, cost) in &swallowed {
                        let mut path = path;
                        path.cost += cost;
                        let symbol = model::symbol(*read_as);
                        self.beam.put_as(&mut path, *swallowed, symbol, after.cost(symbol));
                        self.beam.close(path, range.end, 0);
                    }
                    for second in self.gbk.unassigned(trail) {
                        path.step = Step::Lead(second);
                        self.beam.push(path);
                    }
                    if token::is_mark(self.text, range.end) {
                        path.cost += SWALLOWED;
                        self.beam.close(path, range.end, trail);
                    }
                }
            }
        }
    }

    /// What a question mark may have swallowed, given what follows: the
    /// character, what the model is to read it as, and its cost.
    fn swallowed(&self, end: usize) -> Vec<(char, char, f32)> {
        let rest = &self.text[end..self.text.floor_char_boundary(end + TELLING)];
        let line = rest.split('\n').next().unwrap_or_default();
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let behind = line[digits..].chars().next();
        let digit = match (digits, behind, line.as_bytes().first()) {
            // A year lacks its first digit, a month of two digits too.
            (3, Some('年'), Some(b'0')) => '2',
            (3, Some('年'), Some(b'7'..=b'9')) => '1',
            (1, Some('月'), _) => '1',
            _ => UNKNOWN,
        };
        let mut options = vec![(digit, '0', SWALLOWED), (UNKNOWN, '\u{fffd}', SWALLOWED_OTHER)];
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            options.push((UNKNOWN, 'a', SWALLOWED));
        }
        let close = line.find([')', '）']).unwrap_or(usize::MAX);
        if close < line.find(['(', '（']).unwrap_or(usize::MAX) {
            options.push(('(', '(', SWALLOWED));
        }
        options
    }

    /// Puts a character that has no annotation behind it.
    fn put_plain(&mut self, path: &mut Path, c: char) {
        path.cost += self.not_annotated(c);
        self.beam.put(path, c);
    }

    fn not_annotated(&self, c: char) -> f32 {
        if self.seen.contains(c) { NOT_ANNOTATED } else { 0.0 }
    }
}

/// Whether a character is what texts are made of; user-defined ones are not, and a
/// blank cannot be told from anything else.
fn is_text(c: &char) -> bool {
    !('\u{e000}'..'\u{f900}').contains(c) && *c != '\u{3000}'
}

/// The euro sign is CP936's only byte above ASCII that is a character.
fn euro(shown: char) -> Option<[u8; 2]> {
    (shown == '€').then_some([0x80, 0])
}
