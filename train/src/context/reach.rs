//! How near another candidate must come for more to be asked: conversion looks at the
//! characters on either side first, then at the window, then at the field, and goes on only
//! where that may change something. How often it does is counted on what was learned from, for
//! each choice of the dictionary by itself: of 个 hardly anything further away changes it, but
//! 出 in 这出音乐剧 is told by what stands behind.

use std::collections::HashMap;

use zhnorm_table::features::{self, hashes_around, hashes_beside, hashes_field};
use zhnorm_table::model::{Entry, MOST, Model, Reach, Weights, sum};
use zhnorm_table::said::{self, AllSaid, margin};

use super::samples::Sample;

/// At how many places a window may be asked, to make one of them right.
const WINDOWS: f64 = 1600.0;
/// The same of a field.
const FIELDS: f64 = 800.0;

/// What a place needs.
pub(super) struct Needs {
    /// The reach from which on its window is asked, and its field.
    window: i32,
    field: i32,
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
        let need = |scores: &[i32; MOST]| margin(0) + 1 - said.lead(entry, scores, choice);
        let window = features::window_of(&sample.field);
        let on_either_side = [window[features::MIDDLE - 1], window[features::MIDDLE + 1]];
        let beside = model.scores(entry, &hashes_beside(on_either_side), sum);
        let mut scores = model.scores(entry, &hashes_around(&window, |code| model.cluster(code)), sum);
        let needs = [need(&beside), need(&scores)];
        let field = model.scores(entry, &hashes_field(&sample.field), sum);
        scores.iter_mut().zip(field).for_each(|(score, field)| *score += field);
        let length = sample.said.phrase.min(features::LONGEST) as usize;
        let winner = said.winner(entry, &scores, choice, length, margin(length));
        let chosen = winner.unwrap_or(choice) as u8;
        Some(Self { window: needs[0], field: needs[1], chosen })
    }

    /// What is chosen within a reach.
    pub(super) fn chosen(&self, choice: u8, reach: Reach) -> u8 {
        let is_asked = self.window <= reach.window.into() && self.field <= reach.field.into();
        if is_asked { self.chosen } else { choice }
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
        for (choice, reach) in character.reaches.iter_mut().enumerate().take(entry.candidates().len()) {
            let of_choice = |sample: &&Sample| !sample.is_word && sample.said.choice as usize == choice;
            let gains = list.iter().filter(of_choice).filter_map(|sample| {
                let needs = Needs::of(model, said, &entry, sample)?;
                let [by_all, by_choice] =
                    [needs.chosen, choice as u8].map(|chosen| i32::from(chosen == sample.wanted));
                Some((needs, by_all - by_choice))
            });
            let gains: Vec<_> = gains.collect();
            reach.window = best(gains.iter().map(|(needs, gain)| (needs.window, *gain)), WINDOWS);
            let asked = gains.iter().filter(|(needs, _)| needs.window <= reach.window.into());
            reach.field = best(asked.map(|(needs, gain)| (needs.field, *gain)), FIELDS);
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
