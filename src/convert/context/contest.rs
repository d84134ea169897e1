//! What a candidate must score to take the place of the dictionary's choice.
//!
//! Tried and lost, on the held-out lines and on one source of other text: margins
//! of 0.5 and 1.0 (no fewer errors, fewer fixed), of 0 (phrases of names break); that
//! long phrases are always right (a tenth of the errors left on transcripts stood under
//! them: 改制为 is 改制為), or are as right as others (小天后 and 十余只 break).

use zhnorm_table::features::LONGEST;
use zhnorm_table::model::{Entry, LENGTHS, MOST, Said, UNIT};

/// By how much a candidate must beat the dictionary's where no phrase covers the
/// character that another does not make doubtful, where one does, and where a long one
/// does, which hardly matches by chance.
pub(super) const MARGIN: [i32; 3] = [UNIT / 4, UNIT / 2, 2 * UNIT];
/// A phrase of so many characters is long.
const LONG: usize = 3;
/// By how much a candidate must beat a character that may be Traditional already,
/// if the evidence for that is full, beside the margin.
const KEPT: f32 = 3.0 * UNIT as f32;

/// What the dictionary's choice, or the character itself, has to stand against.
pub(super) struct Contest<'a> {
    pub(super) entry: Entry<'a>,
    /// The number of what stands there, should nothing beat it.
    pub(super) standing: usize,
    pub(super) said: Said<'a>,
    /// How sure it is, from 0 to 1, that the character is Traditional already.
    pub(super) kept: f32,
}

impl Contest<'_> {
    fn others(&self) -> impl Iterator<Item = usize> + use<> {
        let standing = self.standing;
        (0..self.entry.candidates().len()).filter(move |candidate| *candidate != standing)
    }

    /// Whether another one may win with so much more than some scores, whatever the phrase is.
    #[inline(always)]
    pub(super) fn may_win(&self, scores: &[i32; MOST], more: i32) -> bool {
        let Self { standing, said, .. } = *self;
        let least = scores[standing] + said.least(standing) + MARGIN[0];
        if self.entry.candidates().len() == 2 {
            // Nearly always, and then without a loop.
            return scores[1 - standing] + said.most(1 - standing) + more > least;
        }
        self.others().any(|candidate| scores[candidate] + said.most(candidate) + more > least)
    }

    /// Which one wins by some scores, if the phrase that covers the character has so many
    /// characters.
    fn winner_of(&self, scores: &[i32; MOST], length: usize) -> Option<usize> {
        let margin = match self.kept > 0.0 {
            true => MARGIN[0] + (KEPT * self.kept) as i32,
            false => MARGIN[usize::from(length > 0) + usize::from(length >= LONG)],
        };
        let score = |candidate: usize| scores[candidate] + self.said.score(length, candidate);
        let better = |best, candidate| if score(candidate) > score(best) { candidate } else { best };
        let best = self.others().fold(self.standing, better);
        (score(best) - score(self.standing) > margin).then_some(best)
    }

    /// Which one wins. The phrase is asked for only where it makes a difference.
    pub(super) fn winner(&self, scores: &[i32; MOST], phrase: impl FnOnce() -> u8) -> Option<u16> {
        if !self.may_win(scores, 0) || (0..LENGTHS).all(|length| self.winner_of(scores, length).is_none()) {
            return None;
        }
        let winner = self.winner_of(scores, usize::from(phrase().min(LONGEST)))?;
        self.entry.candidates().nth(winner)
    }
}
