//! Which Traditional character an ambiguous Simplified one stands for, by what
//! stands around it: 发 is 發 or 髮, 面 is 面 or 麵.
//!
//! The phrase dictionary has chosen already. House style (`dict/zhnorm/styles.txt`)
//! settles what is spelled in two ways. Elsewhere the model (`models/context.bin`)
//! scores every candidate by the characters around, by groups of like characters
//! and by the dictionary's choice itself, and overrides that choice only by a
//! margin. In text of both scripts a character that both have is left alone the
//! more, the more Traditional the text around it is.
//!
//! Knows nothing of regional words. A candidate is written in the form that the
//! target's region gives to the single character; the regions' phrases concern
//! names, whose forms the margin keeps.
//!
//! Tried and lost, on the held-out lines and on one source of other text: margins
//! of 0.5 and 1.0 (no fewer errors, fewer fixed), of 0 (phrases of names break).

use std::borrow::Cow;

use zhnorm_table::chars::is_special;
use zhnorm_table::features::{self, MIDDLE, Said, WINDOW};
use zhnorm_table::model::{Entry, MOST, Model, UNIT};
use zhnorm_table::styles::{Form, Region, Styles};
use zhnorm_table::view::Plan;

use super::engine::{self, Step};
use super::phrases::{self, Phrases};
use super::{Converter, Rules};
use crate::script::{self, Label};
use crate::simd::{self, Level};
use crate::{Direction, Target, tables};

/// By how much a candidate must beat the dictionary's where no phrase covers the
/// character, and where one does.
const MARGIN: [i32; 2] = [UNIT / 4, UNIT / 2];
/// A phrase of so many characters is right.
const SETTLED: u8 = 3;
/// By how much a candidate must beat a character that may be Traditional already,
/// if the evidence for that is full, beside the margin.
const KEPT: f32 = 3.0 * UNIT as f32;
/// What is left of evidence one character further.
pub(super) const DECAY: f32 = 0.8;
/// As how many characters a mark between clauses counts.
const CLAUSE: i32 = 3;

/// Converts text that is Simplified throughout.
pub(super) fn whole<'t>(converter: &Converter, target: Target, text: &'t str) -> Cow<'t, str> {
    let Some((chooser, plan)) = Chooser::of(converter, target) else {
        return converter.convert_all(text);
    };
    if engine::normalized(plan, converter.rare, text).is_some() {
        let converted = converter.convert_all(text);
        return chooser.by_characters(text, &converted, plan).map_or(converted, Cow::Owned);
    }
    let (converted, steps) = engine::trace(plan, converter.rare, text);
    if !stands(text, &converted) {
        let chosen = chooser.by_characters(text, &converted, plan);
        return Cow::Owned(chosen.unwrap_or(converted));
    }
    Cow::Owned(chooser.in_place(text, converted, &steps))
}

/// Whether what is made of each character stands where that stood, which is so
/// where characters of three bytes became characters of three bytes.
pub(super) fn stands(text: &str, converted: &str) -> bool {
    let is_high = |text: &str| text.bytes().fold(false, |high, byte| high | (byte >= 0xf0));
    converted.len() == text.len() && !is_high(text) && !is_high(converted)
}

/// Chooses in text of both scripts, which the dictionary converted character by
/// character. Returns what each becomes, and whether that is decided whatever its
/// label says.
pub(super) fn mixed(
    converter: &Converter,
    target: Target,
    source: &str,
    converted: String,
    labels: &[Label],
) -> (Vec<char>, Vec<bool>) {
    let mut chars: Vec<char> = converted.chars().collect();
    let Some((chooser, plan)) = Chooser::of(converter, target) else {
        let undecided = vec![false; chars.len()];
        return (chars, undecided);
    };
    let source: Vec<char> = source.chars().collect();
    let evidence = evidence(&source);
    let kept = |i: usize| match (script::only(source[i]), labels[i]) {
        (Some(_), _) => 0.0,
        (None, Label::Traditional) => 1.0,
        (None, _) => evidence[i].clamp(0.0, 1.0),
    };
    let found = chooser.choose(&source, &mut chars, plan, kept);
    let mut decided = vec![false; source.len()];
    found.into_iter().for_each(|i| decided[i] = script::only(source[i]).is_none());
    (chars, decided)
}

/// Chooses candidates for one target.
pub(super) struct Chooser<'a> {
    level: Level,
    model: &'static Model<'static>,
    styles: &'a Styles,
    /// To the Simplified forms that windows are made of.
    simplified: &'static Plan<'static>,
    /// From standard forms to the target's.
    region: Option<&'static Plan<'static>>,
    style: Region,
}

/// A place in question.
struct Place<'a> {
    source: u16,
    /// What the dictionary made of it.
    converted: char,
    window: &'a [u16; WINDOW],
    /// How sure it is, from 0 to 1, that the character is Traditional already.
    kept: f32,
}

/// What each candidate scores at a place.
struct Scoring<'a> {
    level: Level,
    model: &'a Model<'a>,
    entry: &'a Entry<'a>,
    window: &'a [u16; WINDOW],
    said: Said,
}

impl simd::Work for Scoring<'_> {
    type Output = [i32; MOST];

    #[inline(always)]
    fn run(self) -> [i32; MOST] {
        let hashes = features::hashes(self.window, |code| self.model.cluster(code), self.said);
        self.model.scores(self.entry, &hashes, |buckets, hashes| simd::weights(self.level, buckets, hashes))
    }
}

impl<'a> Chooser<'a> {
    /// `None` where the dictionary's choice stands.
    pub(super) fn of(converter: &'a Converter, target: Target) -> Option<(Self, &'a Plan<'static>)> {
        let (region, style) = match target {
            Target::Simplified => return None,
            Target::Traditional => (None, Region::Traditional),
            Target::Taiwan => (Some(Direction::T2tw), Region::Taiwan),
            Target::Hongkong => (Some(Direction::T2hk), Region::Hongkong),
        };
        // A configuration's rules are the user's.
        #[allow(irrefutable_let_patterns)]
        let Rules::Embedded(plan) = &converter.rules else {
            return None;
        };
        let chooser = Self {
            level: Level::detect(),
            model: tables::context_model(),
            styles: match &converter.style {
                Some(style) => style.styles(),
                None => tables::styles(),
            },
            simplified: tables::plan(Direction::Tw2s),
            region: region.map(tables::plan),
            style,
        };
        converter.context.then_some((chooser, plan))
    }

    /// Corrects a conversion in which what is made of a character stands where
    /// that stood.
    fn in_place(&self, text: &str, converted: String, steps: &[Step]) -> String {
        let (mut out, mut copied) = (String::new(), 0);
        let mut phrases = Phrases::new(text, steps);
        let mut at = 0;
        while let Some((here, entry)) = self.next_entry(text.as_bytes(), at) {
            at = here + 3;
            if let Some(chosen) = self.chosen(&entry, text, &converted, here, 0.0, &mut phrases) {
                out.push_str(&converted[copied..here]);
                out.push(chosen);
                copied = at;
            }
        }
        if copied == 0 {
            return converted;
        }
        out.push_str(&converted[copied..]);
        out
    }

    /// The next ambiguous character of a text from a byte on, and what the model
    /// knows of it.
    #[inline]
    fn next_entry(&self, bytes: &[u8], mut at: usize) -> Option<(usize, Entry<'static>)> {
        while let Some(&[a, b, c]) = bytes[at..].first_chunk() {
            // A byte inside a character begins none of three.
            if a & 0xf0 != 0xe0 {
                at += 1;
                continue;
            }
            if let Some(number) = self.model.number(code_of_three([a, b, c])) {
                return Some((at, self.model.entry(number)?));
            }
            at += 3;
        }
        None
    }

    /// What the model knows of the character at a byte, if it is ambiguous.
    #[inline]
    pub(super) fn entry(&self, bytes: &[u8], at: usize) -> Option<Entry<'static>> {
        let number = self.model.number(ideograph(bytes, at)?)?;
        self.model.entry(number)
    }

    /// What the character at a byte becomes, if not what the dictionary made of it
    /// at the same byte.
    pub(super) fn chosen(
        &self,
        entry: &Entry<'_>,
        text: &str,
        converted: &str,
        at: usize,
        kept: f32,
        phrases: &mut Phrases<'_>,
    ) -> Option<char> {
        let phrase = phrases.length(at);
        if kept == 0.0 && phrase >= SETTLED && !self.styles.has(entry.source) {
            return None;
        }
        let window = self.window(text, at);
        let converted = converted[at..].chars().next().unwrap_or_default();
        let place = Place { source: entry.source, converted, window: &window, kept };
        self.choice(entry, &place, || phrase)
    }

    /// The window around the character at a byte.
    fn window(&self, text: &str, start: usize) -> [u16; WINDOW] {
        let bytes = text.as_bytes();
        let mut window = [features::class::EDGE; WINDOW];
        let (before, rest) = window.split_at_mut(MIDDLE);
        let mut at = start;
        for code in before.iter_mut().rev() {
            let Some(before) = at.checked_sub(3) else {
                let Some(c) = text[..at].chars().next_back() else { break };
                (at, *code) = (at - c.len_utf8(), self.code(c));
                continue;
            };
            if let Some(c) = ideograph(bytes, before) {
                (at, *code) = (before, plain(self.simplified, c));
            } else if let Some(c) = text[..at].chars().next_back() {
                (at, *code) = (at - c.len_utf8(), self.code(c));
            }
        }
        at = start;
        for code in rest {
            if let Some(c) = ideograph(bytes, at) {
                (at, *code) = (at + 3, plain(self.simplified, c));
            } else if let Some(c) = text[at..].chars().next() {
                (at, *code) = (at + c.len_utf8(), self.code(c));
            }
        }
        window
    }

    /// Corrects a conversion whose characters may stand elsewhere; `None` where
    /// their number differs.
    fn by_characters(&self, text: &str, converted: &str, plan: &Plan<'_>) -> Option<String> {
        let source: Vec<char> = text.chars().collect();
        let mut chars: Vec<char> = converted.chars().collect();
        if source.len() != chars.len() {
            return None;
        }
        self.choose(&source, &mut chars, plan, |_| 0.0);
        Some(chars.into_iter().collect())
    }

    /// Corrects `converted`, which the dictionary made of `source` character by
    /// character. Returns the numbers of the ambiguous ones.
    fn choose(
        &self,
        source: &[char],
        converted: &mut [char],
        plan: &Plan<'_>,
        kept: impl Fn(usize) -> f32,
    ) -> Vec<usize> {
        let edge = std::iter::repeat_n(features::class::EDGE, MIDDLE);
        let codes = source.iter().map(|c| self.code(*c));
        let codes: Vec<u16> = edge.clone().chain(codes).chain(edge).collect();
        let (mut phrases, mut found) = (None, Vec::new());
        for (i, c) in source.iter().enumerate() {
            let entry = u16::try_from(*c as u32).ok().and_then(|c| self.model.number(c));
            let Some(entry) = entry.and_then(|number| self.model.entry(number)) else {
                continue;
            };
            let Some(window) = codes[i..].first_chunk() else {
                continue;
            };
            found.push(i);
            let place = Place { source: entry.source, converted: converted[i], window, kept: kept(i) };
            let phrase = || phrases.get_or_insert_with(|| phrases::lengths(source, plan))[i];
            if let Some(chosen) = self.choice(&entry, &place, phrase) {
                converted[i] = chosen;
            }
        }
        found
    }

    /// What a character becomes, if not what the dictionary made of it.
    fn choice(&self, entry: &Entry<'_>, place: &Place<'_>, phrase: impl FnOnce() -> u8) -> Option<char> {
        let source = char::from_u32(place.source.into()).unwrap_or_default();
        let form = self.styles.form(place.source, place.window, self.style);
        let phrase = match form {
            // The style of Traditional text is its author's.
            Form::Dictionary | Form::Own(_) if place.kept > 0.0 => return Some(source),
            Form::Dictionary => return None,
            Form::Own(c) => return Some(c),
            Form::Context => phrase(),
        };
        if place.kept == 0.0 && phrase >= SETTLED {
            return None;
        }
        let number = |c: char| {
            let is = |candidate: u16| c as u32 == u32::from(candidate) || c == self.regional(candidate);
            entry.candidates().position(is)
        };
        let Some(choice) = number(place.converted) else {
            return (place.kept > 0.0).then_some(source);
        };
        let said = Said { choice: choice as u8, phrase };
        let scores = simd::vectorized(
            self.level,
            Scoring { level: self.level, model: self.model, entry, window: place.window, said },
        );
        // What stands there, should nothing beat it: the dictionary's choice, or
        // the character itself, even if it is a variant of a candidate only.
        let (standing, margin) = match place.kept > 0.0 {
            true => (number(source).unwrap_or(choice), MARGIN[0] + (KEPT * place.kept) as i32),
            false => (choice, MARGIN[usize::from(phrase > 0)]),
        };
        let mut best = standing;
        for candidate in 0..entry.candidates().count() {
            if scores[candidate] > scores[best] {
                best = candidate;
            }
        }
        if best == standing || scores[best] - scores[standing] <= margin {
            return (place.kept > 0.0).then_some(source);
        }
        entry.candidates().nth(best).map(|candidate| self.regional(candidate))
    }

    fn code(&self, c: char) -> u16 {
        features::code(c, |c| plain(self.simplified, c))
    }

    /// The form of a standard character in the target's region.
    fn regional(&self, candidate: u16) -> char {
        let form = self.region.map_or(candidate, |plan| plain(plan, candidate));
        char::from_u32(u32::from(form)).unwrap_or_default()
    }
}

/// What a plan makes of a single character.
fn plain(plan: &Plan<'_>, c: u16) -> u16 {
    match plan.chars.plane(c) {
        special if is_special(special) => c,
        plain => plain,
    }
}

/// The length of the UTF-8 character that begins with a byte.
#[inline]
pub(super) fn length(lead: u8) -> usize {
    match lead {
        0..0x80 => 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    }
}

/// The ideograph that begins at a byte, if one of the basic plane does.
#[inline]
fn ideograph(bytes: &[u8], at: usize) -> Option<u16> {
    let three: &[u8; 3] = bytes.get(at..)?.first_chunk()?;
    let code = code_of_three(*three);
    (three[0] & 0xf0 == 0xe0 && (0x3400..=0x9fff).contains(&code)).then_some(code)
}

/// The code of a character from its three bytes.
#[inline]
fn code_of_three([a, b, c]: [u8; 3]) -> u16 {
    u16::from(a) << 12 | (u16::from(b) & 63) << 6 | u16::from(c) & 63
}

/// How Traditional the text is around each character: what characters of one
/// script alone say, less with every character between.
fn evidence(source: &[char]) -> Vec<f32> {
    let sign = |c: char| match script::only(c) {
        Some(Label::Traditional) => 1.0,
        Some(Label::Simplified) => -1.0,
        _ => 0.0,
    };
    let step = |c: char| match c {
        '\n' | '\r' => 0.0,
        '，' | '。' | '、' | '；' | '：' | '！' | '？' | ',' | '.' | ';' | ':' | '!' | '?' | '　' | ' ' => {
            DECAY.powi(CLAUSE)
        }
        _ => DECAY,
    };
    let mut found = vec![0.0; source.len()];
    let mut sum = 0.0;
    for (c, evidence) in source.iter().zip(&mut found) {
        *evidence += sum;
        sum = (sum + sign(*c)) * step(*c);
    }
    sum = 0.0;
    for (c, evidence) in source.iter().zip(&mut found).rev() {
        *evidence += sum;
        sum = (sum + sign(*c)) * step(*c);
    }
    found
}
