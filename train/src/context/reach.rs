//! How near another candidate must come for more to be asked: conversion looks at the
//! characters on either side first, then at the window, then at the field, and goes on only
//! where that may change something. How often it does is counted on what was learned from, for
//! each choice of the dictionary and each other candidate: hardly anything further away makes 個
//! something else, but 出 in 这出音乐剧 is told by what stands behind.

use std::collections::HashMap;

use zhnorm_table::features::{self, hashes_around, hashes_beside, hashes_field};
use zhnorm_table::model::{Entry, MOST, Model, Reach, Weights, sum};
use zhnorm_table::said::{self, AllSaid, Beyond, margin};

use super::samples::Sample;

/// At how many places a window may be asked, to make one of them right.
const WINDOWS: f64 = 1600.0;
/// The same of a field.
const FIELDS: f64 = 800.0;

/// What a place needs.
pub(super) struct Needs {
    /// The reach from which on each candidate has the window asked, and the field.
    window: [i32; MOST],
    field: [i32; MOST],
    /// What is chosen if both are.
    chosen: u8,
}

impl Needs {
    pub(super) fn of(
        model: &Model<'_>,
        said: AllSaid<'_>,
        entry: &Entry<'_>,
        sample: &Sample,
    ) -> Option<Self> {
        let choice = sample.said.choice as usize;
        let said = said.get(entry.number, choice)?;
        let needs = |scores: &[i32; MOST]| {
            std::array::from_fn(|of| margin(0) + 1 - said.lead(scores, of, choice, Beyond::Phrase))
        };
        let around = features::window_of(&sample.field);
        let beside = [around[features::MIDDLE - 1], around[features::MIDDLE + 1]];
        let window = needs(&model.scores(entry, &hashes_beside(beside), sum));
        let mut scores = model.scores(entry, &hashes_around(&around, |code| model.cluster(code)), sum);
        let field = needs(&scores);
        let far = model.scores(entry, &hashes_field(&sample.field), sum);
        scores.iter_mut().zip(far).for_each(|(score, far)| *score += far);
        let length = sample.said.phrase.min(features::LONGEST) as usize;
        let winner = said.winner(&scores, said::others(entry, choice), choice, length, margin(length));
        Some(Self { window, field, chosen: winner.unwrap_or(choice) as u8 })
    }

    /// What is chosen if so much is within reach.
    pub(super) fn chosen(&self, choice: u8, reach: impl Fn(usize) -> Reach) -> u8 {
        let is_asked = |of: usize| {
            self.window[of] <= reach(of).window.into() && self.field[of] <= reach(of).field.into()
        };
        if is_asked(self.chosen.into()) { self.chosen } else { choice }
    }
}

/// Finds the reaches of all characters.
pub(super) fn find(
    characters: &mut [Weights],
    model: &Model<'_>,
    learned: &HashMap<char, Vec<Sample>>,
) -> Option<()> {
    let said = said::write(model);
    let said = AllSaid::new(&said, model)?;
    for character in characters {
        let list = learned.get(&char::from_u32(character.source.into())?)?;
        let entry = model.entry(model.number(character.source)?)?;
        let count = entry.candidates().len();
        for choice in 0..count {
            let of_choice = |sample: &&Sample| !sample.is_word && sample.said.choice as usize == choice;
            let places: Vec<_> = list
                .iter()
                .filter(of_choice)
                .filter_map(|sample| Some((Needs::of(model, said, &entry, sample)?, sample.wanted as usize)))
                .collect();
            let reach = |of: usize| {
                let gain = |(needs, wanted): &(Needs, usize)| match needs.chosen as usize == of {
                    true => i32::from(*wanted == of) - i32::from(*wanted == choice),
                    false => 0,
                };
                let window = best(places.iter().map(|place| (place.0.window[of], gain(place))), WINDOWS);
                let asked = places.iter().filter(|(needs, _)| needs.window[of] <= window.into());
                let field = best(asked.map(|place| (place.0.field[of], gain(place))), FIELDS);
                Reach { window, field }
            };
            let mut reaches: Vec<Reach> = (0..count).filter(|of| *of != choice).map(reach).collect();
            // In text of both scripts it may be the dictionary's choice that needs to win.
            let most = |part: fn(&Reach) -> u8| reaches.iter().map(part).max().unwrap_or(0);
            let own = Reach { window: most(|reach| reach.window), field: most(|reach| reach.field) };
            reaches.insert(choice, own);
            character.reaches.extend(reaches);
        }
    }
    Some(())
}

/// The reach at which gains outweigh most what it takes to ask, given what each place needs and
/// gains; one gain is worth to ask at so many places.
fn best(places: impl Iterator<Item = (i32, i32)>, worth: f64) -> u8 {
    let mut gains = [0.0; 1 << 8];
    for (need, gain) in places {
        if let Some(gains) = gains.get_mut(need.max(0) as usize) {
            *gains += f64::from(gain) - 1.0 / worth;
        }
    }
    let (mut best, mut all) = ((0, f64::MIN), 0.0);
    for (reach, gain) in (0..=u8::MAX).zip(gains) {
        all += gain;
        if all > best.1 {
            best = (reach, all);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::best;

    #[test]
    fn to_ask_is_worth_what_it_gains() {
        // Of a thousand places with each need, a hundred gain up to 30, beyond one.
        let gain = |need, i| i32::from(i < if need <= 30 { 100 } else { 1 });
        let places = || (0..60).flat_map(|need| (0..1000).map(move |i| (need, gain(need, i))));
        assert_eq!(best(places(), 100.0), 30);
        assert_eq!(best(places(), 5.0), 0);
        assert_eq!(best(places(), 5000.0), 59);
        assert_eq!(best([(300, 1), (-5, 0)].into_iter(), 100.0), 0);
    }
}
