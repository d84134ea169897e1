//! What a candidate must score to take the place of the dictionary's choice, or of what stands
//! in text of both scripts already.

use zhnorm_table::model::{Entry, MOST, Reach, UNIT};
use zhnorm_table::said::{LENGTHS, Said, margin};

/// By how much a candidate must beat a character that may be Traditional already,
/// if the evidence for that is full, beside the margin.
const KEPT: f32 = 3.0 * UNIT as f32;

/// What the dictionary's choice, or the character itself, has to stand against.
pub(super) struct Contest<'a> {
    pub(super) entry: Entry<'a>,
    /// The number of what stands there, should nothing beat it.
    pub(super) standing: usize,
    pub(super) said: Said<'a>,
    pub(super) reach: Reach,
    /// How sure it is, from 0 to 1, that the character is Traditional already.
    pub(super) kept: f32,
}

impl Contest<'_> {
    /// Whether another one may win with so much more than some scores, whatever the phrase is.
    #[inline(always)]
    pub(super) fn may_win(&self, scores: &[i32; MOST], more: u8) -> bool {
        self.said.lead(&self.entry, scores, self.standing) + i32::from(more) > margin(0)
    }

    /// Which one wins by some scores, if the phrase that covers the character has so many
    /// characters.
    fn winner_of(&self, scores: &[i32; MOST], length: usize) -> Option<usize> {
        let margin = match self.kept > 0.0 {
            true => margin(0) + (KEPT * self.kept) as i32,
            false => margin(length),
        };
        self.said.winner(&self.entry, scores, self.standing, length, margin)
    }

    /// Which one wins. The phrase is asked for only where it makes a difference.
    pub(super) fn winner(&self, scores: &[i32; MOST], phrase: impl FnOnce() -> u8) -> Option<u16> {
        if !self.may_win(scores, 0) || (0..LENGTHS).all(|length| self.winner_of(scores, length).is_none()) {
            return None;
        }
        let winner = self.winner_of(scores, usize::from(phrase()).min(LENGTHS - 1))?;
        self.entry.candidates().nth(winner)
    }
}
