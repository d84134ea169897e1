//! What the bytes around a question mark once said: a search over the bytes that
//! the mirror's program lost, judged by the language model.
//!
//! A reading of the page is a [`Path`]: either in step with the text's
//! characters, or with a lead byte in hand whose trail is the first byte of the
//! next pair that the page shows. In step, what the page shows is right. With a
//! lead in hand, the page's pairs are cut between two characters, and what it
//! shows is only their bytes. Question marks stand for pairs that are no
//! character: there a path splits into all that could have been.

use std::collections::HashMap;
use std::collections::HashSet;
use std::ops::Range;

use super::annotated;
use super::gbk::Gbk;
use super::reader::Reader;
use super::token::{self, Rest, Token, mark};
use crate::repair::model::{self, Context, OTHER};

/// Paths kept after each token, and how many bits a kept one may be behind the
/// best.
const WIDTH: usize = 64;
const BEHIND: f32 = 40.0;
/// Characters tried for a lost trail: those that read best.
const TRAILS: usize = 40;
/// Characters in step after which two paths are judged: the model sees no further.
const SETTLED: usize = 3;
/// Bytes after which a stretch is given up: text without one ASCII character for
/// so long is seldom, and copies of it are dear.
const LONGEST: usize = 600;
/// Bytes behind a swallowed one that tell what it was.
const TELLING: usize = 200;
/// What it costs, in bits, that a character stands without the annotation that
/// the page puts behind it elsewhere.
const NOT_ANNOTATED: f32 = 10.0;
/// What a character costs besides that no Chinese text is made of: the model has
/// one symbol for all, which is no rare one.
const OUTLANDISH: f32 = 8.0;
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Step {
    /// In step; the second byte of the last character.
    In(u8),
    /// A lead byte in hand.
    Lead(u8),
    /// An unknown lead byte in hand, with a sentence mark behind it.
    Orphan,
}

#[derive(Clone, Debug)]
struct Path {
    step: Step,
    reader: Reader,
    cost: f32,
    /// Stretches done, and the one being read.
    done: Vec<(Range<usize>, String)>,
    open: Option<(usize, String)>,
}

/// Reads damaged stretches of one page.
pub(super) struct Search<'t> {
    text: &'t str,
    gbk: &'static Gbk,
    /// The characters that this page annotates.
    seen: HashSet<char>,
    /// Pairs of a trail and a lead that are no character.
    unassigned: Vec<(u8, u8)>,
}

impl<'t> Search<'t> {
    pub(super) fn new(text: &'t str, seen: HashSet<char>) -> Self {
        let gbk = Gbk::get();
        let high = 0x81..=0xfeu8;
        let pairs = high.clone().flat_map(|x| high.clone().map(move |y| (x, y)));
        let unassigned = pairs.filter(|(x, y)| gbk.char(*x, *y).is_none()).collect();
        Self { text, gbk, seen, unassigned }
    }

    /// Reads from the question mark at `at` until all readings agree again:
    /// the best one's rewrites, and where it ends.
    pub(super) fn read(&self, at: usize, before: Reader) -> (Vec<Rewrite>, usize) {
        let step = Step::In(self.gbk.trail(before.last));
        let start = Path { step, reader: before, cost: 0.0, done: Vec::new(), open: None };
        let mut literal = start.clone();
        let mut paths = vec![start];
        let mut place = at;
        let mut settled = 0;
        while let Some((token, len)) = token::token(self.text, place).filter(|_| place < at + LONGEST) {
            let end = place + len;
            let mut next = Vec::new();
            for path in &paths {
                self.advance(path, token, place..end, &mut next);
            }
            literal = self.literally(&literal, token, place..end);
            paths = best(next);
            place = end;
            let all_in = paths.iter().all(|p| matches!(p.step, Step::In(_)));
            settled = if all_in && !matches!(token, Token::Lost(_)) { settled + 1 } else { 0 };
            if settled == SETTLED || token == Token::Char('\n') && all_in {
                break;
            }
        }
        paths.retain(|p| matches!(p.step, Step::In(_)));
        (self.choose(&paths, &literal), place)
    }

    fn choose(&self, paths: &[Path], literal: &Path) -> Vec<Rewrite> {
        let Some((best, others)) = paths.split_first().filter(|(best, _)| !best.done.is_empty()) else {
            return Vec::new();
        };
        let gain = literal.cost - best.cost;
        let margin = others.iter().find(|p| p.done != best.done).map_or(gain, |p| p.cost - best.cost);
        let rewrite = |(range, text): &(Range<usize>, String)| Rewrite {
            range: range.clone(),
            text: text.clone(),
            margin: margin.min(gain),
            gain,
        };
        best.done.iter().map(rewrite).collect()
    }

    /// The page as it is.
    fn literally(&self, path: &Path, token: Token<'_>, range: Range<usize>) -> Path {
        let mut path = path.clone();
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
    fn advance(&self, path: &Path, token: Token<'_>, range: Range<usize>, next: &mut Vec<Path>) {
        match (path.step, token) {
            (step, Token::Note(syllable)) => {
                // It is of the pair that the page shows, or of the path's own.
                let shown = token::note(self.text, range.start).is_some();
                match (annotated::reading(path.reader.last) == Some(syllable), step) {
                    _ if shown => next.push(path.clone()),
                    (true, Step::In(_)) => {
                        let mut path = path.clone();
                        path.done.push((range, String::new()));
                        next.push(path);
                    }
                    (false, Step::In(_)) => next.push(self.literally(path, token, range)),
                    _ => {}
                }
            }
            (Step::In(last), Token::Lost(rest)) => {
                next.push(self.literally(path, token, range.clone()));
                self.lose_step(path, last, rest, range, next);
            }
            (Step::In(_), Token::Char(_)) => next.push(self.literally(path, token, range)),
            (Step::Orphan, _) => self.take_orphan(path, range, next),
            (Step::Lead(lead), Token::Char(c)) => {
                self.shift(path, lead, c, range.end, next);
            }
            (Step::Lead(lead), Token::Lost(rest)) => {
                self.lose_trail(path, lead, rest, range.clone(), next);
                if rest == Rest::Nothing {
                    self.shift(path, lead, '？', range.end, next);
                }
            }
        }
    }

    /// In step, a lead byte was cut off: by a mark, or by an annotation of the
    /// pair that it makes with the byte before.
    fn lose_step(&self, path: &Path, last: u8, rest: Rest<'_>, range: Range<usize>, next: &mut Vec<Path>) {
        let mut begin = |step| {
            let open = Some((range.start, String::new()));
            next.push(Path { step, open, ..path.clone() });
        };
        match rest {
            Rest::Nothing if token::is_mark(self.text, range.end) => begin(Step::Orphan),
            Rest::Note(syllable) => {
                let keys = annotated::with_reading(syllable).filter_map(|c| self.gbk.bytes(c));
                keys.filter(|key| key[0] == last).for_each(|key| begin(Step::Lead(key[1])));
            }
            _ => {}
        }
    }

    /// The mark behind a lost lead byte: A3 is the lead's trail.
    fn take_orphan(&self, path: &Path, range: Range<usize>, next: &mut Vec<Path>) {
        // A question mark's token may hold more than the mark; that is not this.
        let mut chars = self.text[range.clone()].chars();
        let (Some(second), None) = (chars.next().and_then(mark), chars.next()) else {
            return;
        };
        for c in (0x81..=0xfe).filter_map(|lead| self.gbk.char(lead, 0xa3)).filter(is_text) {
            let mut path = path.clone();
            path.put(c);
            path.step = Step::Lead(second);
            next.push(path);
        }
    }

    /// With a lead in hand, the page shows a character: its first byte is the
    /// lead's trail.
    fn shift(&self, path: &Path, lead: u8, shown: char, end: usize, next: &mut Vec<Path>) {
        let full = match shown {
            ' ' => Some('\u{3000}'),
            '!'..='~' => char::from_u32(shown as u32 + 0xfee0),
            _ => None,
        };
        if shown.is_ascii() {
            // Below 0x40 no byte is a trail.
            if let Some(c) = self.gbk.char(lead, shown as u8).filter(is_text) {
                let mut path = path.clone();
                self.put_plain(&mut path, c);
                path.close(end, shown as u8);
                next.push(path);
            }
        }
        for [first, second] in
            full.or(Some(shown)).and_then(|c| self.gbk.bytes(c)).into_iter().chain(euro(shown))
        {
            let Some(c) = self.gbk.char(lead, first).filter(is_text) else {
                continue;
            };
            let mut path = path.clone();
            self.put_plain(&mut path, c);
            match second {
                0x81..=0xfe => path.step = Step::Lead(second),
                0 => path.close(end, first),
                0x40..0x7f => {
                    path.put(second as char);
                    path.close(end, second);
                }
                _ => continue,
            }
            next.push(path);
        }
    }

    /// With a lead in hand, its trail was lost in a pair that is no character.
    fn lose_trail(&self, path: &Path, lead: u8, rest: Rest<'_>, range: Range<usize>, next: &mut Vec<Path>) {
        let score = |c: char| self.not_annotated(c) + path.reader.clone().read(c);
        let all = (0x40..=0xfe).filter_map(|trail| Some((trail, self.gbk.char(lead, trail)?)));
        let mut trails: Vec<_> =
            all.filter(|(_, c)| is_text(c)).map(|(trail, c)| (score(c), trail, c)).collect();
        trails.sort_by(|a, b| a.0.total_cmp(&b.0));
        let of_syllable = |c: char, syllable| annotated::reading(c) == Some(syllable);
        match rest {
            Rest::Note(syllable) => trails.retain(|(_, _, c)| of_syllable(*c, syllable)),
            _ => trails.truncate(TRAILS),
        }
        let trails = || trails.iter().map(|(_, trail, c)| (*trail, *c));
        match rest {
            Rest::Note(_) => {
                for (trail, c) in trails() {
                    let mut path = path.clone();
                    path.put(c);
                    path.close(range.end, trail);
                    next.push(path);
                }
            }
            Rest::Tag | Rest::Reference(_) => {
                for (trail, c) in trails() {
                    let mut path = path.clone();
                    self.put_plain(&mut path, c);
                    if let Rest::Reference(c) = rest {
                        path.put(c);
                    }
                    path.close(range.end, trail);
                    next.push(path);
                }
            }
            Rest::Nothing => {
                let swallowed = self.swallowed(range.end);
                for (trail, c) in trails() {
                    let mut path = path.clone();
                    self.put_plain(&mut path, c);
                    for (swallowed, read_as, cost) in &swallowed {
                        let mut path = path.clone();
                        path.cost += cost;
                        path.put_as(*swallowed, model::symbol(*read_as));
                        path.close(range.end, 0);
                        next.push(path);
                    }
                    if token::is_mark(self.text, range.end) {
                        path.cost += SWALLOWED;
                        path.close(range.end, trail);
                        next.push(path);
                    }
                }
                for (trail, c) in trails() {
                    for (_, second) in self.unassigned.iter().filter(|(first, _)| *first == trail) {
                        let mut path = path.clone();
                        self.put_plain(&mut path, c);
                        path.step = Step::Lead(*second);
                        next.push(path);
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
    fn put_plain(&self, path: &mut Path, c: char) {
        path.cost += self.not_annotated(c);
        path.put(c);
    }

    fn not_annotated(&self, c: char) -> f32 {
        if self.seen.contains(&c) { NOT_ANNOTATED } else { 0.0 }
    }
}

impl Path {
    fn put(&mut self, c: char) {
        let symbol = model::symbol(c);
        self.cost += if symbol == OTHER { OUTLANDISH } else { 0.0 };
        self.put_as(c, symbol);
    }

    fn put_as(&mut self, c: char, symbol: u16) {
        self.cost += self.reader.read_as(c, symbol);
        if let Some((_, text)) = &mut self.open {
            text.push(c);
        }
    }

    /// In step again; `last` is the last character's second byte.
    fn close(&mut self, end: usize, last: u8) {
        if let Some((start, text)) = self.open.take() {
            self.done.push((start..end, text));
        }
        self.step = Step::In(last);
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

/// Of paths that go on alike the cheapest, and of those the cheapest few.
fn best(paths: Vec<Path>) -> Vec<Path> {
    let mut kept: HashMap<(Step, Context), Path> = HashMap::new();
    for path in paths {
        match kept.entry((path.step, path.reader.context)) {
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(path);
            }
            std::collections::hash_map::Entry::Occupied(mut place) => {
                if path.cost < place.get().cost {
                    place.insert(path);
                }
            }
        }
    }
    let mut kept: Vec<Path> = kept.into_values().collect();
    // Equal costs must not be told apart by the map's order.
    kept.sort_by(|a, b| {
        a.cost
            .total_cmp(&b.cost)
            .then_with(|| a.open.cmp(&b.open))
            .then_with(|| a.done.iter().map(|(_, text)| text).cmp(b.done.iter().map(|(_, text)| text)))
    });
    kept.truncate(WIDTH);
    let least = kept.first().map_or(0.0, |path| path.cost);
    kept.retain(|path| path.cost <= least + BEHIND);
    kept
}
