//! What a candidate must score to take the place of the dictionary's choice, or of what stands
//! in text of both scripts already.

use zhnorm_table::model::{Bucket, Entry, MOST, Model, UNIT};
use zhnorm_table::said::{Beyond, LENGTHS, Said, margin};

use crate::simd::{self, Level};

/// By how much a candidate must beat a character that may be Traditional already,
/// if the evidence for that is full, beside the margin.
const KEPT: f32 = 3.0 * UNIT as f32;

/// What the dictionary's choice, or the character itself, has to stand against.
pub(super) struct Contest<'a> {
    pub(super) entry: Entry<'a>,
    /// The number of what stands there, should nothing beat it.
    pub(super) standing: usize,
    pub(super) said: Said<'a>,
    /// Those that may take its place, each of them a bit.
    pub(super) rivals: u8,
    /// How sure it is, from 0 to 1, that the character is Traditional already.
    pub(super) kept: f32,
}

impl Contest<'_> {
    /// Whether one of the rivals may still win by some scores and what is beyond; forgets the
    /// others.
    #[inline(always)]
    pub(super) fn is_open(&mut self, scores: &[i32; MOST], beyond: Beyond) -> bool {
        self.rivals = self.said.rivals(scores, self.rivals, self.standing, beyond);
        self.rivals != 0
    }

    /// What some features bring to what stands there and to its rivals.
    #[inline(always)]
    pub(super) fn scores<const N: usize>(
        &self,
        level: Level,
        model: &Model<'_>,
        features: &[u32; N],
    ) -> [i32; MOST] {
        let both = self.rivals | 1 << self.standing;
        let sum = |buckets: &[Bucket], features: &[u32; N]| simd::weights(level, buckets, features);
        model.scores_of(&self.entry, both, features, sum)
    }

    /// Which one wins by some scores, if the phrase that covers the character has so many
    /// characters.
    fn winner_of(&self, scores: &[i32; MOST], length: usize) -> Option<usize> {
        let margin = match self.kept > 0.0 {
            true => margin(0) + (KEPT * self.kept) as i32,
            false => margin(length),
        };
        self.said.winner(scores, self.rivals, self.standing, length, margin)
    }

    /// Which one wins. The phrase is asked for only where it makes a difference.
    pub(super) fn winner(&self, scores: &[i32; MOST], phrase: impl FnOnce() -> u8) -> Option<u16> {
        let rivals = self.said.rivals(scores, self.rivals, self.standing, Beyond::Phrase);
        if rivals == 0 || (0..LENGTHS).all(|length| self.winner_of(scores, length).is_none()) {
            return None;
        }
        let winner = self.winner_of(scores, usize::from(phrase()).min(LENGTHS - 1))?;
        self.entry.candidates().nth(winner)
    }
}
