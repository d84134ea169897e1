//! Which Traditional character an ambiguous Simplified one stands for, by what
//! stands around it: 发 is 發 or 髮, 里 is 裏, 里 or 哩.
//!
//! The phrase dictionary has chosen already. The model (`models/context.bin`)
//! scores every candidate by the characters around, by groups of like characters
//! and by the dictionary's choice itself, and overrides that choice only by a
//! margin. In text of both scripts a character that both have is left alone the
//! more, the more the text around it is Traditional.
//!
//! Knows no labels of scripts and no regional words; a candidate is written in
//! the form that the target's region gives to the single character.

use zhnorm_table::chars::is_special;
use zhnorm_table::features::{self, MIDDLE, Said, WINDOW};
use zhnorm_table::model::{Entry, Model, UNIT};
use zhnorm_table::styles::{Form, Region, Styles};
use zhnorm_table::view::Plan;

use crate::script::{self, Label};
use crate::{Direction, Target, tables};

/// By how much a candidate must beat the dictionary's where no phrase covers the
/// character, and where one does.
static MARGIN: std::sync::LazyLock<[i32; 2]> = std::sync::LazyLock::new(|| {let g=|n: &str,d: i32| std::env::var(n).map_or(d,|v| v.parse().unwrap()); [g("M0",4), g("M1",8)]});
/// A phrase of so many characters is right.
const SETTLED: u8 = 3;
/// By how much more a candidate must beat a character that may be Traditional
/// already, if the evidence for that is full.
const KEPT: f32 = 3.0 * UNIT as f32;
/// What is left of evidence one character further.
const DECAY: f32 = 0.8;
/// How many characters a mark between clauses counts for.
const CLAUSE: i32 = 3;

/// Chooses candidates for one target.
pub(super) struct Chooser {
    model: &'static Model<'static>,
    /// To the Simplified forms that windows are made of.
    simplified: &'static Plan<'static>,
    /// From standard forms to the target's.
    region: Option<&'static Plan<'static>>,
    phrases: &'static Plan<'static>,
    styles: &'static Styles,
    style: Region,
}

impl Chooser {
    pub(super) fn new(target: Target) -> Self {
        let region = match target {
            Target::Taiwan => Some(tables::plan(Direction::T2tw)),
            Target::Hongkong => Some(tables::plan(Direction::T2hk)),
            Target::Traditional | Target::Simplified => None,
        };
        Self {
            model: tables::context_model(),
            simplified: tables::plan(Direction::Tw2s),
            region,
            phrases: tables::plan(Direction::S2t),
            styles: tables::styles(),
            style: match target {
                Target::Taiwan => Region::Taiwan,
                Target::Hongkong => Region::Hongkong,
                Target::Traditional | Target::Simplified => Region::Traditional,
            },
        }
    }

    /// Corrects `converted`, which the dictionary made of `source` character by
    /// character. `kept` says for each character how sure it is, from 0 to 1, that
    /// it is Traditional already; nothing for text that is Simplified throughout.
    pub(super) fn choose(&self, source: &[char], converted: &mut [char], kept: Option<&[f32]>) {
        let edge = std::iter::repeat_n(features::class::EDGE, MIDDLE);
        let codes = source.iter().map(|c| self.code(*c));
        let codes: Vec<u16> = edge.clone().chain(codes).chain(edge).collect();
        let mut phrases = None;
        for (i, c) in source.iter().enumerate() {
            let Some(entry) = self.entry(*c) else {
                continue;
            };
            let phrase = phrases.get_or_insert_with(|| self.phrases(source))[i];
            let kept = kept.map_or(0.0, |kept| kept[i]);
            let Some(window) = codes[i..].first_chunk() else {
                continue;
            };
            if let Some(chosen) = self.choice(&entry, window, *c, converted[i], phrase, kept) {
                converted[i] = chosen;
            }
        }
    }

    /// What a character becomes, if not what the dictionary made of it.
    fn choice(
        &self,
        entry: &Entry<'_>,
        window: &[u16; WINDOW],
        source: char,
        converted: char,
        phrase: u8,
        kept: f32,
    ) -> Option<char> {
        if kept <= 0.0 {
            match self.styles.form(source as u16, window, self.style) {
                Form::Dictionary => return None,
                Form::Own(c) => return Some(c),
                Form::Context if phrase >= SETTLED => return None,
                Form::Context => {}
            }
        }
        let is = |candidate: u16, c: char| c as u32 == candidate as u32 || c == self.regional(candidate);
        let choice = entry.candidates().position(|candidate| is(candidate, converted))?;
        let said = Said { choice: choice as u8, phrase };
        let hashes = features::hashes(window, |code| self.model.cluster(code), said);
        let scores = self.model.scores(entry, &hashes);
        // What stands there, should nothing beat it.
        let own = (kept > 0.0).then(|| entry.candidates().position(|candidate| is(candidate, source))).flatten();
        let (standing, margin) = match own {
            Some(own) => (own, MARGIN[0] + (KEPT * kept.min(1.0)) as i32),
            None => (choice, MARGIN[usize::from(phrase > 0)]),
        };
        let mut best = standing;
        for candidate in 0..entry.candidates().count() {
            if scores[candidate] > scores[best] {
                best = candidate;
            }
        }
        if scores[best] - scores[standing] <= margin {
            best = standing;
        }
        match best {
            _ if Some(best) == own => Some(source),
            _ if best == choice => None,
            _ => entry.candidates().nth(best).map(|candidate| self.regional(candidate)),
        }
    }

    fn entry(&self, c: char) -> Option<Entry<'static>> {
        let c = u16::try_from(c as u32).ok()?;
        self.model.number(c).and_then(|number| self.model.entry(number))
    }

    fn code(&self, c: char) -> u16 {
        features::code(c, |c| plain(self.simplified, c))
    }

    /// The form of a standard character in the target's region.
    fn regional(&self, candidate: u16) -> char {
        let form = self.region.map_or(candidate, |plan| plain(plan, candidate));
        char::from_u32(u32::from(form)).unwrap_or_default()
    }

    /// The length of the phrase that covers each character, or 0.
    fn phrases(&self, source: &[char]) -> Vec<u8> {
        let text: String = source.iter().collect();
        let mut lengths = Vec::with_capacity(source.len());
        let mut rest = text.as_str();
        while let Some(c) = rest.chars().next() {
            let (bytes, phrase) = match self.phrases.keys.trie.longest_at(rest) {
                Some((_, len)) => (len, rest[..len].chars().count()),
                None => (c.len_utf8(), 0),
            };
            lengths.extend(std::iter::repeat_n(phrase as u8, phrase.max(1)));
            rest = &rest[bytes..];
        }
        lengths
    }
}

/// What a plan makes of a single character.
fn plain(plan: &Plan<'_>, c: u16) -> u16 {
    match plan.chars.plane(c) {
        special if is_special(special) => c,
        plain => plain,
    }
}

/// How Traditional the text is around each character: what characters of one
/// script alone say, less with every character between.
pub(super) fn evidence(source: &[char]) -> Vec<f32> {
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

/// Whether a character is one that the model chooses for.
pub(super) fn is_ambiguous(c: char) -> bool {
    u16::try_from(c as u32).is_ok_and(|c| tables::context_model().number(c).is_some())
}
