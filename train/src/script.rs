//! Fits the few weights by which the library tells Simplified from Traditional
//! inside a text (`src/script/segment.rs`): prints the best ones it finds.
//!
//! Texts of both scripts are made of native Traditional ones, cut at paragraphs,
//! sentences, clauses and words, each part in a script of its own; so the right
//! label of every character is known. Only characters count that both scripts have
//! and that the conversion to Traditional changes: for all others the label makes
//! no difference. Each second text is for fitting, the others are to check with.

use std::path::Path;

use zhnorm::fit::{Weights, is_simplified_by};
use zhnorm::{Converter, Direction};

use crate::context::corpus::SOURCES;

/// Lines of each source.
const LINES: usize = 600;
/// Lines of a text.
const TEXT: usize = 6;
/// Damage to Traditional text counts as many times what is missed in Simplified
/// text: when unsure, a text is left as it is.
const DAMAGE: u32 = 10;

/// A text, and for each character that counts its place and whether it is Simplified.
struct Sample {
    text: String,
    counted: Vec<(usize, bool)>,
}

/// Prints the weights and what they cost.
pub(crate) fn fit(corpus: &Path) -> Result<(), String> {
    let mut samples = Vec::new();
    for source in SOURCES.iter().filter(|source| source.file.ends_with(".txt")) {
        let lines = source.lines(corpus)?;
        let step = (lines.len() / LINES).max(1);
        let lines: Vec<&str> = lines.iter().step_by(step).map(String::as_str).collect();
        samples.extend(lines.chunks(TEXT).enumerate().map(|(i, lines)| sample(lines, i)));
    }
    let (odd, even): (Vec<_>, Vec<_>) = samples.into_iter().enumerate().partition(|(i, _)| i % 2 == 1);
    let [fitting, checking] = [odd, even].map(|half| half.into_iter().map(|(_, s)| s).collect::<Vec<_>>());
    let mut best = Weights::FITTED;
    let mut least = cost(&best, &fitting);
    println!("now    {best:?}: {} {}", Shown(least), Shown(cost(&best, &checking)));
    loop {
        let before = best;
        for other in neighbours(&before) {
            let found = cost(&other, &fitting);
            if total(found) < total(least) {
                (best, least) = (other, found);
            }
        }
        if best == before {
            break;
        }
    }
    println!("fitted {best:?}: {} {}", Shown(least), Shown(cost(&best, &checking)));
    Ok(())
}

/// Weights of which one is a step away. `odd` is the scale of the others.
fn neighbours(weights: &Weights) -> Vec<Weights> {
    let mut all = Vec::new();
    let mut add = |change: &dyn Fn(&mut Weights, i32)| {
        for by in [-3, -2, -1, 1, 2, 3] {
            let mut other = *weights;
            change(&mut other, by);
            all.push(other);
        }
    };
    let step = |weight: &mut u32, by: i32| *weight = weight.saturating_add_signed(by).clamp(1, 60);
    add(&|w, by| step(&mut w.unusual, by));
    add(&|w, by| step(&mut w.word, by));
    add(&|w, by| step(&mut w.inside, by * 5));
    for i in 0..4 {
        add(&|w, by| step(&mut w.switch[i], by));
    }
    // A change costs no more where the text is divided more: what a text of cut
    // lines says otherwise is an accident of how it was cut.
    all.retain(|w| w.switch.is_sorted_by(|a, b| a >= b));
    all
}

/// Characters that count, damaged and missed ones.
fn cost(weights: &Weights, samples: &[Sample]) -> (usize, u32, u32) {
    let mut cost = (0, 0, 0);
    for sample in samples {
        let labels = is_simplified_by(weights, &sample.text);
        cost.0 += sample.counted.len();
        for (i, simplified) in &sample.counted {
            cost.1 += u32::from(labels[*i] && !simplified);
            cost.2 += u32::from(!labels[*i] && *simplified);
        }
    }
    cost
}

fn total((_, damaged, missed): (usize, u32, u32)) -> u32 {
    damaged * DAMAGE + missed
}

struct Shown((usize, u32, u32));

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (all, damaged, missed) = self.0;
        write!(f, "[of {all}: {damaged} damaged, {missed} missed]")
    }
}

/// A text of both scripts; `number` says how it is cut.
fn sample(lines: &[&str], number: usize) -> Sample {
    let simplified = Converter::exact(Direction::T2s);
    let traditional = Converter::exact(Direction::S2t);
    let mut random = 0x9e37_79b9_7f4a_7c15u64.wrapping_mul(number as u64 + 1);
    let mut toss = |odds: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random >> 33) % 100 < odds
    };
    let (mut text, mut counted, mut place) = (String::new(), Vec::new(), 0);
    let text_of = lines.join("\n");
    let odds = [10, 50, 90][number % 3];
    for part in parts(&text_of, number / 3 % 4) {
        let other = simplified.convert(part);
        let is_simplified = toss(odds) && other.chars().count() == part.chars().count();
        let part = if is_simplified { &*other } else { part };
        for c in part.chars() {
            let alone = c.to_string();
            let both = simplified.convert(&alone) == alone;
            if both && traditional.convert(&alone) != alone {
                counted.push((place, is_simplified));
            }
            place += 1;
        }
        text.push_str(part);
    }
    Sample { text, counted }
}

/// A text cut into paragraphs, sentences, clauses, or pairs of characters.
fn parts(text: &str, level: usize) -> Vec<&str> {
    match level {
        0 => text.split_inclusive('\n').collect(),
        1 => text.split_inclusive(['\n', '。', '！', '？']).collect(),
        2 => text.split_inclusive(['\n', '。', '！', '？', '，', '；', '、', '：']).collect(),
        _ => {
            let places: Vec<usize> = text.char_indices().map(|(i, _)| i).step_by(2).collect();
            let ends = places.iter().copied().skip(1).chain([text.len()]);
            places.iter().zip(ends).map(|(start, end)| &text[*start..end]).collect()
        }
    }
}
