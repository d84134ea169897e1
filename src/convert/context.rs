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
use zhnorm_table::features::{self, LONGEST, MIDDLE, WINDOW};
use zhnorm_table::model::{AllSaid, Entry, LENGTHS, MOST, Model, UNIT};
use zhnorm_table::styles::{Form, Region, Styles};
use zhnorm_table::view::Plan;

use super::phrases;
use super::{Converter, Rules};
use crate::script::{self, Label};
use crate::simd::{self, Level};
use crate::{Direction, Target, tables};

/// By how much a candidate must beat the dictionary's where no phrase covers the
/// character, and where one does.
const MARGIN: [i32; 2] = [UNIT / 4, UNIT / 2];
/// A phrase of so many characters is right.
const SETTLED: usize = 3;
/// By how much a candidate must beat a character that may be Traditional already,
/// if the evidence for that is full, beside the margin.
const KEPT: f32 = 3.0 * UNIT as f32;

/// Converts text that is Simplified throughout.
pub(super) fn whole<'t>(converter: &Converter, target: Target, text: &'t str) -> Cow<'t, str> {
    let converted = converter.convert_all(text);
    let Some((chooser, plan)) = Chooser::of(converter, target) else { return converted };
    chooser.by_characters(text, &converted, plan).map_or(converted, Cow::Owned)
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
    let leanings = script::leanings(&source);
    let kept = |i: usize| match (script::only(source[i]), labels[i]) {
        (Some(_), _) => 0.0,
        (None, Label::Traditional) => 1.0,
        (None, _) => leanings[i],
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
    said: &'static AllSaid,
    styles: &'a Styles,
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

/// What each candidate scores at a place by what stands around.
struct Scoring<'a> {
    level: Level,
    model: &'a Model<'a>,
    entry: &'a Entry<'a>,
    window: &'a [u16; WINDOW],
}

impl simd::Work for Scoring<'_> {
    type Output = [i32; MOST];

    #[inline(always)]
    fn run(self) -> [i32; MOST] {
        let hashes = features::hashes_around(self.window, |code| self.model.cluster(code));
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
            said: tables::said(),
            styles: match &converter.style {
                Some(style) => style.styles(),
                None => tables::styles(),
            },
            region: region.map(tables::plan),
            style,
        };
        converter.context.then_some((chooser, plan))
    }

    /// Corrects in place what the dictionary made of the ambiguous character at a
    /// byte: what is made of each character of the text stands where that stood.
    pub(super) fn correct(
        &self,
        text: &str,
        converted: &mut [u8],
        at: usize,
        kept: f32,
        phrase: impl Fn() -> u8,
    ) {
        let bytes = text.as_bytes();
        let Some(entry) = ideograph(bytes, at).and_then(|c| self.model.entry(self.model.number(c)?)) else {
            return;
        };
        let Some(made) = ideograph(converted, at) else { return };
        let made = char::from_u32(made.into()).unwrap_or_default();
        let place = Place { source: entry.source, converted: made, window: &self.window(text, at), kept };
        if let Some(chosen) = self.choice(&entry, &place, phrase) {
            let mut buffer = [0; 4];
            if let chosen @ [_, _, _] = chosen.encode_utf8(&mut buffer).as_bytes() {
                converted[at..at + 3].copy_from_slice(chosen);
            }
        }
    }

    /// The window around the character at a byte.
    fn window(&self, text: &str, start: usize) -> [u16; WINDOW] {
        let mut window = [features::class::EDGE; WINDOW];
        if let Some(codes) = simd::seven(self.level, text.as_bytes(), start) {
            window.iter_mut().zip(codes).for_each(|(window, code)| *window = tables::context_code(code));
            return window;
        }
        let (before, behind) = text.split_at(start);
        window[..MIDDLE].iter_mut().rev().zip(before.chars().rev()).for_each(|(to, c)| *to = code(c));
        window[MIDDLE..].iter_mut().zip(behind.chars()).for_each(|(to, c)| *to = code(c));
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
        let codes = source.iter().map(|c| code(*c));
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

    /// What a character becomes, if not what the dictionary made of it. The phrase
    /// that covers it is asked for only where it may make a difference.
    fn choice(&self, entry: &Entry<'_>, place: &Place<'_>, phrase: impl FnOnce() -> u8) -> Option<char> {
        let source = char::from_u32(place.source.into()).unwrap_or_default();
        let is_kept = place.kept > 0.0;
        match self.styles.form(place.source, place.window, self.style) {
            // The style of Traditional text is its author's.
            Form::Dictionary | Form::Own(_) if is_kept => return Some(source),
            Form::Dictionary => return None,
            Form::Own(c) => return Some(c),
            Form::Context => {}
        };
        let number = |c: char| {
            let is = |candidate: u16| c as u32 == u32::from(candidate) || c == self.regional(candidate);
            entry.candidates().position(is)
        };
        let unchosen = is_kept.then_some(source);
        let Some(choice) = number(place.converted).filter(|_| entry.candidates().len() > 1) else {
            return unchosen;
        };
        let said = self.said.get(entry.number, choice)?;
        let scoring = Scoring { level: self.level, model: self.model, entry, window: place.window };
        let around = simd::vectorized(self.level, scoring);
        // What stands there, should nothing beat it: the dictionary's choice, or
        // the character itself, even if it is a variant of a candidate only.
        let standing = if is_kept { number(source).unwrap_or(choice) } else { choice };
        let count = entry.candidates().len();
        let with = |said: &[i16; MOST], candidate: usize| around[candidate] + i32::from(said[candidate]);
        // Whatever the phrase is, nearly always.
        let [least, most] = &said.range;
        let stands = with(least, standing) + MARGIN[0];
        if (0..count).all(|candidate| candidate == standing || with(most, candidate) <= stands) {
            return unchosen;
        }
        let best = |length: usize| {
            let margin = match is_kept {
                true => MARGIN[0] + (KEPT * place.kept) as i32,
                false if length >= SETTLED => return standing,
                false => MARGIN[usize::from(length > 0)],
            };
            let score = |candidate: usize| with(&said.by_length[length], candidate);
            let best =
                (0..count).fold(
                    standing,
                    |best, candidate| {
                        if score(candidate) > score(best) { candidate } else { best }
                    },
                );
            if score(best) - score(standing) > margin { best } else { standing }
        };
        if (0..LENGTHS).all(|length| best(length) == standing) {
            return unchosen;
        }
        match best(usize::from(phrase().min(LONGEST))) {
            best if best == standing => unchosen,
            best => entry.candidates().nth(best).map(|candidate| self.regional(candidate)),
        }
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

/// The code that a character has in a window.
fn code(c: char) -> u16 {
    u16::try_from(c as u32).map_or(features::class::OTHER, tables::context_code)
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
