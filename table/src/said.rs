//! What the dictionary says of an ambiguous character, worked out beforehand: what each
//! candidate of the context model scores by the dictionary's choice and the phrase that made
//! it, whatever stands around; and what another one needs to take its place.
//!
//! Tried and lost, on the held-out lines and on one source of other text: margins
//! of 0.5 and 1.0 (no fewer errors, fewer fixed), of 0 (phrases of names break); that
//! long phrases are always right (a tenth of the errors left on transcripts stood under
//! them: 改制为 is 改制為), or are as right as others (小天后 and 十余只 break).

use crate::features::{self, LONGEST, hashes_said};
use crate::model::{Entry, MOST, Model, Reach, UNIT, sum};

/// Lengths of phrases that make a difference, none included.
pub const LENGTHS: usize = LONGEST as usize + 1;
/// Bytes of what the dictionary says with one choice: the scores for each length, the least of
/// each candidate's, and the most, with nothing and with either part of its reach.
const SAID: usize = 2 * MOST * (LENGTHS + 1 + 3);

/// What may still be asked behind some scores, when they may change no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beyond {
    /// The phrase alone.
    Phrase,
    /// The field, too.
    Field,
    /// The window, too.
    Window,
}

/// By how much a candidate must beat the dictionary's, of which a phrase of so many characters
/// made the choice, or none that another does not make doubtful. A long one hardly matches by
/// chance.
pub const fn margin(phrase: usize) -> i32 {
    match phrase {
        0 => UNIT / 4,
        1 | 2 => UNIT / 2,
        _ => 2 * UNIT,
    }
}

/// Asks a model what each candidate scores by what the dictionary says, whatever stands
/// around, for [`AllSaid`] to read.
pub fn write(model: &Model<'_>) -> Vec<u8> {
    let (mut first, mut said) = (Vec::new(), Vec::new());
    for entry in model.entries() {
        first.extend(((said.len() / SAID) as u16).to_le_bytes());
        for choice in 0..entry.candidates().len() as u8 {
            let scores: [[i16; MOST]; LENGTHS] = std::array::from_fn(|phrase| {
                let features = hashes_said(features::Said { choice, phrase: phrase as u8 });
                model.scores(&entry, &features, sum).map(|score| score as i16)
            });
            let of_all = |pick: fn(i16, i16) -> i16| -> [i16; MOST] {
                std::array::from_fn(|c| scores.iter().map(|of| of[c]).reduce(pick).unwrap_or_default())
            };
            let most = of_all(i16::max);
            let with = |part: fn(Reach) -> u8| -> [i16; MOST] {
                let reach = |c| model.reach(&entry, choice.into(), c).unwrap_or_default();
                let is_one = |c: usize| c < entry.candidates().len();
                std::array::from_fn(|c| most[c] + if is_one(c) { i16::from(part(reach(c))) } else { 0 })
            };
            let range = [of_all(i16::min), most, with(|reach| reach.field), with(|reach| reach.window)];
            said.extend(scores.iter().chain(&range).flatten().flat_map(|score| score.to_le_bytes()));
        }
    }
    first.extend(said);
    first
}

/// What the dictionary says of all characters and choices, read where it stands: for each
/// entry two bytes, where its choices begin; then [`Said`] of each choice. All integers
/// are little-endian.
#[derive(Clone, Copy, Debug)]
pub struct AllSaid<'a> {
    first: &'a [[u8; 2]],
    said: &'a [[u8; SAID]],
}

impl<'a> AllSaid<'a> {
    /// Reads what [`write()`] wrote of a model.
    pub fn new(bytes: &'a [u8], model: &Model<'_>) -> Option<Self> {
        let (first, said) = bytes.split_at_checked(2 * model.entries().count())?;
        Some(Self { first: first.as_chunks().0, said: said.as_chunks().0 })
    }

    /// What is said of an entry, given the dictionary's choice.
    #[inline]
    pub fn get(&self, entry: usize, choice: usize) -> Option<Said<'a>> {
        let first = u16::from_le_bytes(*self.first.get(entry)?);
        self.said.get(first as usize + choice).map(Said)
    }
}

/// What each candidate scores by what the dictionary says.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a>(&'a [u8; SAID]);

impl Said<'_> {
    #[inline]
    fn row(self, row: usize, candidate: usize) -> i32 {
        // No candidate is beyond: so the compiler sees it too.
        let at = 2 * (row * MOST + candidate % MOST);
        i16::from_le_bytes([self.0[at], self.0[at + 1]]).into()
    }

    /// The score of a candidate where a phrase of so many characters made the choice.
    #[inline]
    pub fn score(self, length: usize, candidate: usize) -> i32 {
        self.row(length, candidate)
    }

    /// The least of a candidate's scores.
    #[inline]
    pub fn least(self, candidate: usize) -> i32 {
        self.row(LENGTHS, candidate)
    }

    /// The most that a candidate may score, if it comes within its reach of what is beyond.
    #[inline]
    pub fn most(self, candidate: usize, beyond: Beyond) -> i32 {
        self.row(LENGTHS + 1 + beyond as usize, candidate)
    }

    /// By how much a candidate leads what stands there at most by some scores and what is beyond.
    #[inline(always)]
    pub fn lead(self, scores: &[i32; MOST], candidate: usize, standing: usize, beyond: Beyond) -> i32 {
        scores[candidate] + self.most(candidate, beyond) - scores[standing] - self.least(standing)
    }

    /// Which of some candidates may take the place of what stands there, each of them a bit.
    #[inline(always)]
    pub fn rivals(self, scores: &[i32; MOST], some: u8, standing: usize, beyond: Beyond) -> u8 {
        let may_win = |candidate: usize| self.lead(scores, candidate, standing, beyond) > margin(0);
        if some.is_power_of_two() {
            // Nearly always, and then without a loop.
            return if may_win(some.trailing_zeros() as usize) { some } else { 0 };
        }
        each(some)
            .filter(|candidate| may_win(*candidate))
            .fold(0, |rivals, candidate| rivals | 1 << candidate)
    }

    /// Which of some candidates beats what stands there by more than a margin, if the phrase has
    /// so many characters.
    pub fn winner(
        self,
        scores: &[i32; MOST],
        rivals: u8,
        standing: usize,
        length: usize,
        margin: i32,
    ) -> Option<usize> {
        let score = |candidate: usize| scores[candidate] + self.score(length, candidate);
        let better = |best, candidate| if score(candidate) > score(best) { candidate } else { best };
        let best = each(rivals).fold(standing, better);
        (score(best) - score(standing) > margin).then_some(best)
    }
}

/// All candidates of an entry but one, each of them a bit.
#[inline(always)]
pub fn others(entry: &Entry<'_>, standing: usize) -> u8 {
    u8::MAX >> (MOST - entry.candidates().len()) & !(1 << standing)
}

fn each(candidates: u8) -> impl Iterator<Item = usize> {
    (0..MOST).filter(move |candidate| candidates >> candidate & 1 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{WINDOW, hashes, hashes_around};
    use crate::model::{self, Weights};

    #[test]
    fn scores_are_those_of_both_kinds_of_features() {
        let said = features::Said { choice: 1, phrase: 2 };
        let (window, cluster) = ([7; WINDOW], |code| code as u8);
        let features = hashes(&window, cluster, said);
        let weights = features.iter().enumerate().map(|(i, feature)| (*feature, 1, 1 << (i % 5))).collect();
        let candidates = ['裡', '里'].map(|c| c as u16).to_vec();
        let weights = Weights { source: '里' as u16, candidates, weights, ..Weights::default() };
        let bytes = model::write(&[weights], |_| 0);
        let model = Model::new(&bytes).expect("a model");
        let entry = model.entry(0).expect("an entry");
        let around = model.scores(&entry, &hashes_around(&window, cluster), sum)[1];
        let all_said = write(&model);
        let said = AllSaid::new(&all_said, &model).and_then(|said| said.get(0, 1)).expect("scores");
        assert!(around > 0 && said.score(2, 1) > 0);
        assert_eq!(model.scores(&entry, &features, sum)[1], around + said.score(2, 1));
        let scores = (0..LENGTHS).map(|length| said.score(length, 1));
        assert_eq!(scores.clone().min(), Some(said.least(1)));
        assert_eq!(scores.max(), Some(said.most(1, Beyond::Phrase)));
    }
}
