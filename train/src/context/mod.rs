//! Learns `models/context.bin`: which Traditional character an ambiguous
//! Simplified one stands for, by what stands around it.
//!
//! Native Traditional text is made Simplified by our own conversion, so what the
//! author wrote is the right answer at every place. Each character has a model
//! of its own (`learn`); the largest weights of all are kept, rounded to eight
//! bits, and written with how far it pays to ask for them (`reach`) and a manifest
//! of what they were learned from.

mod clusters;
pub(crate) mod corpus;
mod dictionary;
mod learn;
mod names;
mod reach;
mod samples;
mod sure;
mod tagged;

use std::collections::HashMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use zhnorm_table::model::{self, CLUSTERS, Model, Reach, UNIT, Weights};
use zhnorm_table::said::{self, AllSaid};

use dictionary::Dictionary;
use learn::Weight;
use reach::Needs;
use samples::{Sample, Samples, USED};

/// Weights to keep, three bytes each; four of five find a place.
const KEEP: usize = 240_000;
const THREADS: usize = 2;

/// One command, from a folder of texts to `context.bin` and `context.manifest`.
pub(crate) fn train(corpus: &Path, models: &Path) -> Result<(), String> {
    let dictionary = Dictionary::load()?;
    let mut samples = Samples::read(corpus, &dictionary)?;
    let clusters = clusters::clusters(&samples.codes);
    let cluster = |code: u16| match clusters.get(&code) {
        Some(cluster) => *cluster,
        None if code < 0x4e00 => CLUSTERS + code.min(15) as u8,
        None => CLUSTERS - 1,
    };
    let mut chars: Vec<char> = samples
        .learned
        .keys()
        .copied()
        .filter(|c| dictionary.has_style(*c) || is_ambiguous(*c, &samples))
        .collect();
    chars.sort_by_key(|c| (usize::MAX - samples.learned[c].len(), *c));
    let candidates =
        chars.iter().map(|c| (*c, samples.reduce(*c, dictionary.candidates(*c).unwrap_or_default())));
    let candidates: HashMap<char, Vec<char>> = candidates.collect();
    let weights_of = |samples: &Samples| -> Result<_, String> {
        let learned = learn_all(&chars, samples, &candidates, cluster)?;
        let mut characters = prune(&chars, &dictionary, &candidates, &learned);
        characters.sort_by_key(|c| c.source);
        let found: usize = learned.iter().map(Vec::len).sum();
        let kept: usize = characters.iter().map(|c| c.weights.len()).sum();
        let counts = format!("{} characters, {found} weights, {kept} kept", characters.len());
        Ok((characters, counts))
    };
    let written = |characters: &[Weights]| {
        model::write(characters, |c| clusters.get(&c).copied().unwrap_or(CLUSTERS - 1))
    };
    let unreadable = "the model that was written cannot be read";
    let first = written(&weights_of(&samples)?.0);
    let first = Model::new(&first).ok_or(unreadable)?;
    samples.add_learned(sure::places(corpus, &dictionary, &first, &candidates)?);
    let (mut characters, counts) = weights_of(&samples)?;
    let bytes = written(&characters);
    let view = Model::new(&bytes).ok_or(unreadable)?;
    reach::find(&mut characters, &view, &samples.learned).ok_or(unreadable)?;
    let bytes = written(&characters);
    let view = Model::new(&bytes).ok_or(unreadable)?;
    let report = check(&view, &samples.held_out).ok_or(unreadable)?;
    println!("{counts}, {} bytes\n{report}", bytes.len());
    let manifest = manifest(&bytes, &report);
    let write = |name: &str, bytes: &[u8]| {
        let path = models.join(name);
        fs::write(&path, bytes).map_err(|e| format!("{}: {e}", path.display()))
    };
    write("context.bin", &bytes)?;
    write("context.manifest", manifest.as_bytes())
}

/// Whether authors use more than one of a character's readings, or not the one
/// that the dictionary chooses.
fn is_ambiguous(c: char, samples: &Samples) -> bool {
    let list = &samples.learned[&c];
    let odd = |s: &&Sample| !s.is_word && (s.wanted != list[0].wanted || s.said.choice != s.wanted);
    let odd = list.iter().filter(odd).count();
    ('\u{4e00}'..='\u{9fff}').contains(&c) && odd >= USED
}

/// The weights of each character, in the order of `chars`.
fn learn_all(
    chars: &[char],
    samples: &Samples,
    candidates: &HashMap<char, Vec<char>>,
    cluster: impl Fn(u16) -> u8 + Copy + Sync,
) -> Result<Vec<Vec<Weight>>, String> {
    let (next, learned) = (AtomicUsize::new(0), Mutex::new(HashMap::new()));
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(c) = chars.get(at) else {
                        break;
                    };
                    let weights = learn::learn(&samples.learned[c], candidates[c].len(), cluster);
                    if let Ok(mut learned) = learned.lock() {
                        learned.insert(at, weights);
                    }
                }
            });
        }
    });
    let mut learned = learned.into_inner().map_err(|_| "a thread panicked")?;
    (0..chars.len()).map(|at| learned.remove(&at).ok_or_else(|| "a thread panicked".to_owned())).collect()
}

/// The weights that matter most, rounded.
fn prune(
    chars: &[char],
    dictionary: &Dictionary,
    candidates: &HashMap<char, Vec<char>>,
    learned: &[Vec<Weight>],
) -> Vec<Weights> {
    let worth = |w: &Weight| w.value.abs() * (w.seen as f32 + 1.0).ln();
    let mut all: Vec<f32> = learned.iter().flatten().map(worth).collect();
    all.sort_by(|a, b| b.total_cmp(a));
    let least = all.get(KEEP).copied().unwrap_or(0.0);
    let rounded = |w: &Weight| (w.value * UNIT as f32).round().clamp(-127.0, 127.0) as i8;
    let of = |(c, weights): (&char, &Vec<Weight>)| {
        let mut kept: Vec<&Weight> = weights.iter().filter(|w| worth(w) > least && rounded(w) != 0).collect();
        kept.sort_by(|a, b| worth(b).total_cmp(&worth(a)));
        Weights {
            source: *c as u16,
            candidates: candidates[c].iter().map(|c| *c as u16).collect(),
            weights: kept.into_iter().map(|w| (w.feature, w.candidate, rounded(w))).collect(),
            ..Weights::default()
        }
    };
    let kept = |w: &Weights| {
        !w.weights.is_empty() || char::from_u32(w.source.into()).is_some_and(|c| dictionary.has_style(c))
    };
    chars.iter().zip(learned).map(of).filter(kept).collect()
}

/// Errors on the lines that were held out, by the dictionary and by the model.
fn check(model: &Model<'_>, held_out: &HashMap<char, Vec<Sample>>) -> Option<String> {
    let said = said::write(model);
    let said = AllSaid::new(&said, model)?;
    let (mut count, mut by_dictionary, mut by_all, mut by_model) = (0, 0, 0, 0);
    for (c, list) in held_out {
        let entry = model.number(*c as u16).and_then(|number| model.entry(number));
        for sample in list {
            let choice = sample.said.choice;
            let needs = entry.and_then(|entry| Needs::of(model, said, &entry, sample));
            let chosen = |reach: &dyn Fn(usize) -> Reach| {
                needs.as_ref().map_or(choice, |needs| needs.chosen(choice, reach))
            };
            let reach =
                |of| entry.and_then(|entry| model.reach(&entry, choice.into(), of)).unwrap_or_default();
            let is_wrong = |chosen: u8| usize::from(chosen != sample.wanted);
            count += 1;
            by_dictionary += is_wrong(choice);
            by_all += is_wrong(chosen(&|_| Reach { window: u8::MAX, field: u8::MAX }));
            by_model += is_wrong(chosen(&reach));
        }
    }
    Some(format!(
        "held out: {count} ambiguous places; wrong by the dictionary {by_dictionary}, by the model {by_model} (asked everywhere {by_all})"
    ))
}

fn manifest(bytes: &[u8], report: &str) -> String {
    let mut text =
        String::from("# What context.bin was learned from; written by the trainer. See README.md.\n");
    let digest = model::header_digest(bytes).unwrap_or_default();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "digest\t{digest:016x}\nbytes\t{}", bytes.len());
    for source in &corpus::SOURCES {
        let _ = writeln!(
            text,
            "source\t{}\t{}\t{}\t{}",
            source.file, source.weight, source.licence, source.origin
        );
    }
    for (file, weight, licence, origin) in [
        (names::FILE, names::WEIGHT, names::LICENCE, names::ORIGIN),
        (tagged::FILE, tagged::WEIGHT, tagged::LICENCE, tagged::ORIGIN),
        (&sure::FILES.join(","), sure::WEIGHT, sure::LICENCE, sure::ORIGIN),
    ] {
        let _ = writeln!(text, "source\t{file}\t{weight}\t{licence}\t{origin}");
    }
    let _ = writeln!(text, "source\tSTPhrases\t1\tApache-2.0\tOpenCC 1.4.2, dict/opencc");
    let _ = writeln!(text, "{}", report.replacen(": ", "\t", 1));
    text
}
