//! What the characters on either side of an ambiguous one and the dictionary's choice say
//! of it, worked out beforehand: the context model's first two features, which are enough
//! at most places. Where they leave doubt, or there are more than two candidates, the model
//! itself is asked.
//!
//! The model's weights of these features are one in twelve of all that it has. Here they
//! stay in a cache where the model does not, and are found without a hash or a branch: a
//! sparse matrix, with a row for either side of each ambiguous character and a column for
//! each neighbour, whose rows are laid over each other so that no two weights meet.
//!
//! Bytes, all integers little-endian:
//!
//! | part | bytes |
//! |---|---|
//! | for each of U+0000..U+FFFF its column (those that say nothing have the first), and its code in a window | 4 each |
//! | for each of U+4E00..U+9FFF the number of its record, from 1; most have none | 1 each |
//! | number of records | 4 |
//! | records: for each region the two candidates, in UTF-8; by how much the dictionary's choice of the first or the second puts the other before it at most, and what beyond is worth to be asked; where either side's row begins | 32 each |
//! | weights of the second candidate, each behind the number of its row | 3 each |

use crate::features::hashes_beside;
use crate::model::{Entry, HAN, MOST, Model, sum};
use crate::said::{AllSaid, Beyond, Said};

const PLANE: usize = 1 << 16;
/// The regions of targets, each of which has its own form of a candidate.
const REGIONS: usize = 3;
const RECORD: usize = 32;
/// Where in a record are what the dictionary says, and the rows.
const SAID: usize = 2 * 4 * REGIONS;
const ROWS: usize = SAID + 4;
const WEIGHT: usize = 3;
/// No lead, whatever stands beside.
const NONE: i32 = i16::MIN as i32;

/// What is known of a place by the characters beside it.
#[derive(Clone, Copy, Debug)]
pub struct Glance {
    /// By how much the other candidate leads at most, in the model's units, whatever phrase
    /// made the dictionary's choice, with all that is within its [`Reach`](crate::model::Reach).
    pub lead: i32,
    /// Whether that is known.
    pub is_known: bool,
    /// The codes of the two in a window: see [`crate::features::code`].
    pub codes: [u16; 2],
}

/// What the neighbours of ambiguous characters say, read where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Beside<'a> {
    columns: &'a [[u8; 4]; PLANE],
    numbers: &'a [u8],
    records: &'a [[u8; RECORD]],
    weights: &'a [[u8; WEIGHT]],
}

impl<'a> Beside<'a> {
    /// Reads what [`write()`] wrote.
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        let (columns, rest) = bytes.split_at_checked(4 * PLANE)?;
        let (numbers, rest) = rest.split_at_checked(HAN.len())?;
        let (count, rest) = rest.split_first_chunk()?;
        let records = (u32::from_le_bytes(*count) as usize).checked_mul(RECORD)?;
        let (records, weights) = rest.split_at_checked(records)?;
        Some(Self {
            columns: columns.as_chunks().0.first_chunk()?,
            numbers,
            records: records.as_chunks().0,
            weights: weights.as_chunks().0,
        })
    }

    /// The code of a character of the basic plane in a window.
    #[inline(always)]
    pub fn code(&self, c: u16) -> u16 {
        let [_, _, low, high] = self.columns[c as usize];
        u16::from_le_bytes([low, high])
    }

    /// What the two characters beside `source` say of it, given what the dictionary made of
    /// it for the region of a number, in UTF-8 with a NUL behind.
    #[inline(always)]
    pub fn glance(&self, [before, source, behind]: [u16; 3], made: u32, region: usize) -> Glance {
        let mut glance = Glance { lead: 0, is_known: false, codes: [before, behind].map(|c| self.code(c)) };
        let number = self.numbers.get((source as usize).wrapping_sub(HAN.start)).copied().unwrap_or(0);
        let Some(record) = self.records.get(number as usize) else { return glance };
        let word = |at: usize| u16::from_le_bytes([record[at], record[at + 1]]);
        let form = |candidate: usize| {
            let at = 8 * (region % REGIONS) + 4 * candidate;
            u32::from_le_bytes([record[at], record[at + 1], record[at + 2], record[at + 3]])
        };
        let mut score = 0;
        for (side, c) in [before, behind].into_iter().enumerate() {
            let [low, high, ..] = self.columns[c as usize];
            let place = word(ROWS + 2 * side) as usize + u16::from_le_bytes([low, high]) as usize;
            let Some(&[low, high, weight]) = self.weights.get(place) else { return glance };
            let is_its = u16::from_le_bytes([low, high]) == 2 * u16::from(number) + side as u16;
            // Half of all have a weight, without a pattern, so there is no branch here.
            score += i32::from(weight as i8) & -i32::from(is_its);
        }
        let [first, second] = [0, 1].map(|candidate| made == form(candidate));
        // What is against the second is for the first.
        let against = -i32::from(!first);
        let said = word(SAID + 2 * usize::from(!first)) as i16;
        glance.lead = i32::from(said) + (score ^ against) - against;
        glance.is_known = first | second;
        glance
    }
}

/// Works out what the neighbours of a model's ambiguous characters say. `code` gives what
/// each character is in a window, `regions` the form that a candidate has in each region.
pub fn write(
    model: &Model<'_>,
    said: AllSaid<'_>,
    code: impl Fn(u16) -> u16,
    regions: [&dyn Fn(u16) -> u16; REGIONS],
) -> Vec<u8> {
    let mut rows = Vec::new();
    let mut records = vec![[0; RECORD]];
    let mut numbers = vec![0; HAN.len()];
    let codes: Vec<u16> = (0..=u16::MAX).map(code).collect();
    let mut known: Vec<u16> = codes.clone();
    known.sort_unstable();
    known.dedup();
    let mut counts = vec![0; PLANE];
    for entry in model.entries().filter(|entry| entry.candidates().len() <= 2) {
        let (Ok(number), Some(place)) =
            (u8::try_from(records.len()), numbers.get_mut((entry.source as usize).wrapping_sub(HAN.start)))
        else {
            continue;
        };
        let Some(record) = record(said, &entry, regions) else { continue };
        *place = number;
        records.push(record);
        let mut sides = [const { Vec::new() }; 2];
        for code in &known {
            for (hash, side) in hashes_beside([*code; 2]).into_iter().zip(&mut sides) {
                let weight = model.score_of_second(&entry, &[hash], sum) as i8;
                if weight != 0 {
                    side.push((*code, weight));
                    counts[*code as usize] += 1;
                }
            }
        }
        rows.extend(
            sides.into_iter().enumerate().map(|(side, row)| (2 * u16::from(number) + side as u16, row)),
        );
    }
    // The commonest first, so that what is often looked up stands together.
    let mut order: Vec<u16> = known.into_iter().filter(|code| counts[*code as usize] > 0).collect();
    order.sort_by_key(|code| std::cmp::Reverse(counts[*code as usize]));
    let mut columns = vec![0u16; PLANE];
    order.iter().zip(1..).for_each(|(code, column)| columns[*code as usize] = column);
    let weights = lay(rows, &columns, order.len() + 1, &mut records);
    let mut out: Vec<u8> =
        codes.iter().flat_map(|code| [columns[*code as usize], *code]).flat_map(u16::to_le_bytes).collect();
    out.extend(numbers);
    out.extend((records.len() as u32).to_le_bytes());
    out.extend(records.as_flattened());
    out.extend(weights.as_flattened());
    out
}

/// The record of an ambiguous character, without its rows; `None` where something of it has
/// no room.
fn record(
    said: AllSaid<'_>,
    entry: &Entry<'_>,
    regions: [&dyn Fn(u16) -> u16; REGIONS],
) -> Option<[u8; RECORD]> {
    let mut record = [0; RECORD];
    // Of one candidate house style may know another form.
    let is_alone = entry.candidates().len() == 1;
    let forms = regions.iter().flat_map(|form| entry.candidates().map(form));
    for (at, form) in record.chunks_mut(if is_alone { 8 } else { 4 }).zip(forms) {
        char::from_u32(form.into()).filter(|c| c.len_utf8() == 3)?.encode_utf8(at);
    }
    for choice in 0..entry.candidates().len() {
        let lead = |said: Said<'_>| said.lead(&[0; MOST], 1 - choice, choice, Beyond::Window);
        let most = if is_alone { NONE } else { lead(said.get(entry.number, choice)?) };
        record[SAID + 2 * choice..][..2].copy_from_slice(&i16::try_from(most).ok()?.to_le_bytes());
    }
    Some(record)
}

/// Lays rows over each other, the longest first, each where all of its weights find room, and
/// notes where in the records.
fn lay(
    mut rows: Vec<(u16, Vec<(u16, i8)>)>,
    columns: &[u16],
    width: usize,
    records: &mut [[u8; RECORD]],
) -> Vec<[u8; WEIGHT]> {
    rows.sort_by_key(|(_, row)| std::cmp::Reverse(row.len()));
    let mut weights = vec![[0; WEIGHT]; width];
    for (number, row) in rows {
        let places: Vec<_> =
            row.iter().map(|(code, weight)| (columns[*code as usize] as usize, *weight)).collect();
        let is_free = |start: &usize| {
            places
                .iter()
                .all(|(column, _)| weights.get(start + column).is_none_or(|weight| *weight == [0; WEIGHT]))
        };
        let start = (0..).find(is_free).unwrap_or_default();
        let (record, side) = (&mut records[number as usize / 2], number as usize % 2);
        let Ok(begins) = u16::try_from(start) else {
            // No room: nothing is known of it.
            *record = [0; RECORD];
            continue;
        };
        weights.resize(weights.len().max(start + width), [0; WEIGHT]);
        for (column, weight) in places {
            let [low, high] = number.to_le_bytes();
            weights[start + column] = [low, high, weight as u8];
        }
        record[ROWS + 2 * side..][..2].copy_from_slice(&begins.to_le_bytes());
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Reach, Weights, write as write_model};
    use crate::said;

    fn utf8(c: char) -> u32 {
        let mut bytes = [0; 4];
        c.encode_utf8(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    #[test]
    fn a_glance_says_what_the_model_says_of_two_features() {
        let codes: Vec<u16> = (0x4e00..0x4e80).collect();
        // Every other neighbour has a weight, on one side or both.
        let weights = |source: u16| {
            let of = |code: u16| {
                let [before, behind] = hashes_beside([code; 2]);
                let weight = (code.wrapping_mul(source) % 90) as i8 - 45;
                [(before, 1, weight), (behind, 1, 7 - weight)].into_iter().take(code as usize % 3)
            };
            Weights {
                source,
                candidates: vec![source + 1, source + 2],
                weights: codes.iter().flat_map(|code| of(*code)).collect(),
                reaches: (0..4).map(|i| Reach { window: 10 + i, field: 0 }).collect(),
            }
        };
        let alone = Weights { source: 0x6000, candidates: vec![0x6001], ..Weights::default() };
        let characters: Vec<Weights> = (0x5000..0x5030).step_by(3).map(weights).chain([alone]).collect();
        let bytes = write_model(&characters, |_| 0);
        let model = Model::new(&bytes).expect("a model");
        let said = said::write(&model);
        let said = AllSaid::new(&said, &model).expect("what it says");
        let regional = |c: u16| if c.is_multiple_of(2) { c + 0x1000 } else { c };
        let bytes = write(&model, said, |c| c, [&|c| c, &regional, &|c| c]);
        let beside = Beside::new(&bytes).expect("what stands beside");
        let (mut known, mut some) = (0, 0);
        for entry in model.entries() {
            for (choice, candidate) in entry.candidates().enumerate() {
                for (i, before) in codes.iter().enumerate() {
                    let behind = codes[i * 7 % codes.len()];
                    let made = char::from_u32(regional(candidate).into()).map_or(0, utf8);
                    let glance = beside.glance([*before, entry.source, behind], made, 1);
                    assert!(glance.is_known && glance.codes == [*before, behind]);
                    if entry.candidates().len() == 1 {
                        assert!(glance.lead < -1000);
                        continue;
                    }
                    let score = model.score_of_second(&entry, &hashes_beside([*before, behind]), sum);
                    let said = said.get(entry.number, choice).expect("of each choice");
                    let lead = if choice == 0 { score } else { -score };
                    let most = said.most(1 - choice, Beyond::Phrase) + [11, 12][choice];
                    assert_eq!(glance.lead, lead + most - said.least(choice));
                    known += 1;
                    some += usize::from(score != 0);
                }
            }
        }
        assert!(known > 1000 && some > known / 2, "{some} of {known}");
        // Of another form, or of a character that is not ambiguous, nothing is known.
        assert!(!beside.glance([0x4e00, 0x5000, 0x4e00], utf8('人'), 1).is_known);
        assert!(!beside.glance([0x4e00, 0x4e00, 0x4e00], utf8('人'), 1).is_known);
    }

    #[test]
    fn rows_keep_their_weights() {
        let mut records = vec![[0; RECORD]; 5];
        let columns: Vec<u16> = (0..=u16::MAX).collect();
        let rows: Vec<_> = (2..10u16)
            .map(|number| {
                (
                    number,
                    (1..40)
                        .filter(|c| c * number % 3 != 0)
                        .map(|c| (c, (c + number) as i8))
                        .collect::<Vec<_>>(),
                )
            })
            .collect();
        let weights = lay(rows.clone(), &columns, 41, &mut records);
        for (number, row) in rows {
            let record = &records[number as usize / 2];
            let at = ROWS + 2 * (number as usize % 2);
            let start = u16::from_le_bytes([record[at], record[at + 1]]) as usize;
            for (column, weight) in row {
                let [low, high] = number.to_le_bytes();
                assert_eq!(weights[start + column as usize], [low, high, weight as u8]);
            }
        }
    }
}
