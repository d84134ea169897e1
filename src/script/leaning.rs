//! How Traditional the text around a character is: what characters of one script
//! alone say, less with every character between.

use super::{Label, only};

/// What one character says, next to it.
const UNIT: i32 = 1 << 12;

/// How far a character takes what is behind it from what is before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    Character,
    /// A mark between clauses: as three characters.
    Clause,
    /// The end of a line: nothing is left.
    Line,
}

impl Pace {
    pub(super) const ALL: [Self; 3] = [Self::Character, Self::Clause, Self::Line];

    pub(super) const fn of(c: char) -> Self {
        match c {
            // Nearly all there is.
            '\u{3400}'..='\u{9fff}' => Self::Character,
            '\n' | '\r' => Self::Line,
            '，' | '。' | '、' | '；' | '：' | '！' | '？' | ',' | '.' | ';' | ':' | '!' | '?' | '　'
            | ' ' => Self::Clause,
            _ => Self::Character,
        }
    }

    /// What is left behind it, of 2^16: 0.8 for each character.
    pub(super) const fn left(self) -> i32 {
        match self {
            Self::Character => 52_429,
            Self::Clause => 33_554,
            Self::Line => 0,
        }
    }
}

/// What a character of one script alone says.
pub(super) const fn sign(only: Option<Label>) -> i32 {
    match only {
        Some(Label::Traditional) => UNIT,
        Some(Label::Simplified) => -UNIT,
        _ => 0,
    }
}

/// Goes on over a character. Whole numbers, so that the sum is ready sooner.
#[inline]
pub(super) const fn pass(sum: i32, sign: i32, left: i32) -> i32 {
    // At most 1 / (1 - 0.8) units and one more: below 2^15.
    ((sum + sign) * left) >> 16
}

/// How sure the text on both sides is Traditional, from 0 to 1.
#[inline]
pub(super) fn share(sum: i32) -> f32 {
    sum.clamp(0, UNIT) as f32 / UNIT as f32
}

/// How sure the text around each character is Traditional, from 0 to 1.
pub(crate) fn leanings(source: &[char]) -> Vec<f32> {
    let mut found = vec![0; source.len()];
    let add = |sum: i32, (c, found): (&char, &mut i32)| {
        *found += sum;
        pass(sum, sign(only(*c)), Pace::of(*c).left())
    };
    source.iter().zip(&mut found).fold(0, add);
    source.iter().zip(&mut found).rev().fold(0, add);
    found.into_iter().map(share).collect()
}
