//! Which Traditional character an ambiguous Simplified one stands for, by what
//! stands around it: 发 is 發 or 髮, 面 is 面 or 麵.
//!
//! The phrase dictionary has chosen already. House style (`dict/zhnorm/styles.txt`)
//! settles what is spelled in two ways. Elsewhere the model (`models/context.bin`)
//! scores every candidate by the characters around, by groups of like characters
//! and by the dictionary's choice itself, where those leave doubt also by what
//! stands further away, and overrides that choice only by a margin. In text of both
//! scripts a character that both have is left alone the more, the more Traditional
//! the text around it is.
//!
//! Knows nothing of regional words. A candidate is written in the form that the
//! target's region gives to the single character; the regions' phrases concern
//! names, whose forms the margin keeps.

mod contest;
mod places;

use std::borrow::Cow;

use zhnorm_table::beside::Beside;
use zhnorm_table::features::{self, FIELD, WINDOW};
use zhnorm_table::ids;
use zhnorm_table::model::{Entry, MOST, Model, sum};
use zhnorm_table::said::{self, AllSaid, Beyond};
use zhnorm_table::styles::{Form, Region, Styles};
use zhnorm_table::view::Plan;

use super::phrases;
use super::{Converter, Rules};
use crate::script::{self, Label};
use crate::simd::{self, Level};
use crate::{Direction, Target, tables};
use contest::Contest;

pub(super) use places::Places;

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
    said: AllSaid<'static>,
    beside: &'static Beside<'static>,
    styles: &'a Styles,
    /// From standard forms to the target's.
    region: Option<&'static Plan<'static>>,
    style: Region,
}

/// A place in question.
struct Place<'a> {
    entry: &'a Entry<'a>,
    /// What the dictionary made of it.
    converted: char,
    /// The codes on either side.
    beside: [u16; 2],
    /// How sure it is, from 0 to 1, that the character is Traditional already.
    kept: f32,
}

/// What each candidate scores at a place by all that stands around.
struct Around<'a> {
    level: Level,
    model: &'a Model<'a>,
    contest: &'a Contest<'a>,
    window: &'a [u16; WINDOW],
}

impl simd::Work for Around<'_> {
    type Output = [i32; MOST];

    #[inline(always)]
    fn run(self) -> [i32; MOST] {
        let hashes = features::hashes_around(self.window, |code| self.model.cluster(code));
        self.contest.scores(self.level, self.model, &hashes)
    }
}

/// What the field adds to that.
struct Field<'a> {
    level: Level,
    model: &'a Model<'a>,
    contest: &'a Contest<'a>,
    codes: [u16; FIELD],
}

impl simd::Work for Field<'_> {
    type Output = [i32; MOST];

    #[inline(always)]
    fn run(self) -> [i32; MOST] {
        let hashes = features::hashes_field(&self.codes);
        self.contest.scores(self.level, self.model, &hashes)
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
            beside: tables::beside(),
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
        let beside = [code_before(text, at), code_at(text, at + 3)];
        let place = Place { entry: &entry, converted: made, beside, kept };
        if let Some(chosen) = self.choice(&place, || self.window(text, at), || codes(text, at), phrase) {
            put(converted, at, chosen);
        }
    }

    /// The window around the character at a byte.
    fn window(&self, text: &str, start: usize) -> [u16; WINDOW] {
        if let Some(codes) = simd::seven(self.level, text.as_bytes(), start) {
            let mut window = [features::class::EDGE; WINDOW];
            window.iter_mut().zip(codes).for_each(|(window, code)| *window = tables::context_code(code));
            return window;
        }
        codes(text, start)
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
        let edge = std::iter::repeat_n(features::class::EDGE, FIELD / 2);
        let codes = source.iter().map(|c| tables::window_code(*c));
        let codes: Vec<u16> = edge.clone().chain(codes).chain(edge).collect();
        let (mut phrases, mut found) = (None, Vec::new());
        let described = described(source);
        for (i, c) in source.iter().enumerate() {
            if described.get(i).is_some_and(|is| *is) {
                continue;
            }
            let entry = u16::try_from(*c as u32).ok().and_then(|c| self.model.number(c));
            let Some(entry) = entry.and_then(|number| self.model.entry(number)) else {
                continue;
            };
            let Some(field) = codes[i..].first_chunk::<FIELD>() else {
                continue;
            };
            found.push(i);
            let beside = [field[FIELD / 2 - 1], field[FIELD / 2 + 1]];
            let place = Place { entry: &entry, converted: converted[i], beside, kept: kept(i) };
            let phrase = || {
                let (text, all) = phrases.get_or_insert_with(|| {
                    let text: String = source.iter().collect();
                    let all = phrases::all(&text, plan);
                    (text, all)
                });
                let (at, covering) = &all[i];
                plan.phrase(text, *at, covering.clone())
            };
            if let Some(chosen) = self.choice(&place, || features::window_of(field), || *field, phrase) {
                converted[i] = chosen;
            }
        }
        found
    }

    /// What a character becomes, if not what the dictionary made of it. The window
    /// and the phrase are asked for only where they may make a difference.
    fn choice(
        &self,
        place: &Place<'_>,
        window: impl Fn() -> [u16; WINDOW],
        field: impl Fn() -> [u16; FIELD],
        phrase: impl FnOnce() -> u8,
    ) -> Option<char> {
        let Place { entry, converted, kept, .. } = *place;
        let source = char::from_u32(entry.source.into()).unwrap_or_default();
        let is_kept = kept > 0.0;
        if self.styles.may_say(entry.source, place.beside) {
            match self.styles.form(entry.source, &window(), self.style) {
                // The style of Traditional text is its author's.
                Form::Dictionary | Form::Own(_) if is_kept => return Some(source),
                Form::Dictionary => return None,
                Form::Own(c) => return Some(c),
                Form::Context => {}
            }
        }
        let unchosen = is_kept.then_some(source);
        let Some(mut contest) = self.contest(entry, converted, kept) else { return unchosen };
        let (level, model) = (self.level, self.model);
        // Two features are sooner looked up than handed over to vector code.
        let beside = model.scores(entry, &features::hashes_beside(place.beside), sum);
        if !contest.is_open(&beside, Beyond::Window) {
            return unchosen;
        }
        let mut around =
            simd::vectorized(level, Around { level, model, contest: &contest, window: &window() });
        if !contest.is_open(&around, Beyond::Field) {
            return unchosen;
        }
        let far = simd::vectorized(level, Field { level, model, contest: &contest, codes: field() });
        around.iter_mut().zip(far).for_each(|(score, far)| *score += far);
        contest.winner(&around, phrase).map_or(unchosen, |winner| Some(self.regional(winner)))
    }

    /// What stands against what the dictionary made of a character; `None` where the model
    /// does not know that.
    #[inline]
    fn contest<'e>(&self, entry: &Entry<'e>, converted: char, kept: f32) -> Option<Contest<'e>> {
        let number = |c: char| {
            let is = |candidate: u16| c as u32 == u32::from(candidate) || c == self.regional(candidate);
            entry.candidates().position(is)
        };
        let choice = number(converted)?;
        let said = self.said.get(entry.number, choice)?;
        // What stands there, should nothing beat it: the dictionary's choice, or the character
        // itself, even if it is a variant of a candidate only.
        let source = || number(char::from_u32(entry.source.into()).unwrap_or_default());
        let standing = if kept > 0.0 { source().unwrap_or(choice) } else { choice };
        Some(Contest { entry: *entry, standing, said, rivals: said::others(entry, standing), kept })
    }

    /// The form of a standard character in the target's region.
    fn regional(&self, candidate: u16) -> char {
        let form = self.region.map_or(candidate, |plan| plan.chars.plain(candidate));
        char::from_u32(u32::from(form)).unwrap_or_default()
    }
}

/// Whether what became of a character of three bytes [settles](script::settles) its sentence.
pub(super) fn settles(text: &str, converted: &[u8], at: usize) -> bool {
    let [source, made] = [text.as_bytes(), converted].map(|bytes| ideograph(bytes, at));
    source.zip(made).is_some_and(|(source, made)| script::settles(source, made))
}

/// Puts a character of three bytes in the place of another one.
fn put(converted: &mut [u8], at: usize, c: char) {
    let mut buffer = [0; 4];
    if let c @ [_, _, _] = c.encode_utf8(&mut buffer).as_bytes() {
        converted[at..at + 3].copy_from_slice(c);
    }
}

/// Whether each character stands in a description sequence, of which no part is converted;
/// empty where none does.
fn described(source: &[char]) -> Vec<bool> {
    if source.iter().all(|c| ids::arity(*c) == 0) {
        return Vec::new();
    }
    let text: String = source.iter().collect();
    let mut sequences = ids::sequences(&text).peekable();
    let is_in_one = |(at, _)| {
        while sequences.next_if(|sequence| sequence.end <= at).is_some() {}
        sequences.peek().is_some_and(|sequence| sequence.start <= at)
    };
    text.char_indices().map(is_in_one).collect()
}

/// The codes around the character at a byte.
fn codes<const N: usize>(text: &str, start: usize) -> [u16; N] {
    let mut codes = [features::class::EDGE; N];
    let (before, behind) = text.split_at(start);
    codes[..N / 2]
        .iter_mut()
        .rev()
        .zip(before.chars().rev())
        .for_each(|(to, c)| *to = tables::window_code(c));
    codes[N / 2..].iter_mut().zip(behind.chars()).for_each(|(to, c)| *to = tables::window_code(c));
    codes
}

/// The code that the character which begins at a byte has in a window.
#[inline]
fn code_at(text: &str, at: usize) -> u16 {
    match text.as_bytes()[at..].first_chunk() {
        Some(&[a @ 0xe0..0xf0, b, c]) => tables::context_code(simd::of_three([a, b, c])),
        _ => text[at..].chars().next().map_or(features::class::EDGE, tables::window_code),
    }
}

/// The same of the character that ends before a byte.
#[inline]
fn code_before(text: &str, end: usize) -> u16 {
    match text.as_bytes()[..end].last_chunk() {
        Some(&[a @ 0xe0..0xf0, b, c]) => tables::context_code(simd::of_three([a, b, c])),
        _ => text[..end].chars().next_back().map_or(features::class::EDGE, tables::window_code),
    }
}

/// The ideograph that begins at a byte, if one of the basic plane does.
#[inline]
fn ideograph(bytes: &[u8], at: usize) -> Option<u16> {
    let three: &[u8; 3] = bytes.get(at..)?.first_chunk()?;
    let code = simd::of_three(*three);
    (three[0] & 0xf0 == 0xe0 && (0x3400..=0x9fff).contains(&code)).then_some(code)
}
