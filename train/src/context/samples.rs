//! From text to what is learned from: each place of an ambiguous character, with
//! the window around it in Simplified and what the author wrote.

use std::collections::HashMap;
use std::path::Path;
use std::thread;

use zhnorm_table::features::{self, AROUND, COUNT, FIELD, IN_FIELD, NOTHING, Said, class};
use zhnorm_table::model::digest;

use super::corpus::SOURCES;
use super::dictionary::{Dictionary, Line};
use super::names;
use super::tagged::{self, Words};

/// A place of an ambiguous character.
#[derive(Clone, Copy)]
pub(super) struct Sample {
    pub(super) field: [u16; FIELD],
    pub(super) said: Said,
    /// The number of the author's candidate.
    pub(super) wanted: u8,
    pub(super) weight: f32,
    /// As how many it counts where a feature must be seen twice.
    pub(super) seen: u32,
    /// Whether nothing but the word counts in which it stands, not its edges, which
    /// it has in a list only, nor what the dictionary says of it there.
    pub(super) is_word: bool,
}

impl Sample {
    /// All features, those of the window first.
    pub(super) fn features(&self, cluster: impl Fn(u16) -> u8) -> [u32; COUNT + IN_FIELD] {
        let all = Self::features_of(&self.field, self.said, &cluster);
        if !self.is_word {
            return all;
        }
        // What changes with the edges is of the edges.
        let field = self.field.map(|code| if code == class::EDGE { class::MARK } else { code });
        let other = Self::features_of(&field, self.said, &cluster);
        let is_inside = |i: usize| all[i] == other[i] && !(AROUND + 1..COUNT).contains(&i);
        std::array::from_fn(|i| if is_inside(i) { all[i] } else { NOTHING })
    }

    fn features_of(field: &[u16; FIELD], said: Said, cluster: impl Fn(u16) -> u8) -> [u32; COUNT + IN_FIELD] {
        let near = features::hashes(&features::window_of(field), cluster, said);
        let far = features::hashes_field(field);
        std::array::from_fn(|i| if i < COUNT { near[i] } else { far[i - COUNT] })
    }
}

/// Whether it is context that decides the character in the middle, not house style.
pub(super) fn is_context(c: char, field: &[u16; FIELD], dictionary: &Dictionary) -> bool {
    !dictionary.is_styled(c, &features::window_of(field))
}

/// All that was read.
#[derive(Default)]
pub(super) struct Samples {
    /// To learn from, by Simplified character.
    pub(super) learned: HashMap<char, Vec<Sample>>,
    /// To check with: whole lines that nothing was learned from.
    pub(super) held_out: HashMap<char, Vec<Sample>>,
    /// The codes of everything, for clusters.
    pub(super) codes: Vec<u16>,
}

/// One line of so many is held out.
const HELD_OUT: u64 = 50;
/// How often one window may count: laws repeat themselves.
const COPIES: u8 = 2;
/// As how many places one in a list of words counts: a list has each word once, and
/// what is seen once is not learned from.
const LISTED: u32 = 2;
/// How often authors must have used a candidate.
pub(super) const USED: usize = 8;

impl Samples {
    pub(super) fn read(folder: &Path, dictionary: &Dictionary) -> Result<Self, String> {
        let mut samples = Self::default();
        let mut words = Words::default();
        for source in &SOURCES {
            let lines = source.lines(folder)?;
            let seen = if source.is_words() { LISTED } else { 1 };
            let (one, two) = lines.split_at(lines.len() / 2);
            let native = |lines: &[String]| {
                let lines = lines.iter().filter_map(|line| dictionary.line(line));
                Self::of(lines, source.weight, seen, dictionary)
            };
            let halves = thread::scope(|scope| {
                let other = scope.spawn(|| native(two));
                [Ok(native(one)), other.join()]
            });
            for half in halves {
                samples.add(half.map_err(|_| "a thread panicked")?);
            }
            if source.is_words() {
                lines.iter().for_each(|word| words.add(word, dictionary));
            }
        }
        dictionary.phrases().for_each(|phrase| words.add(phrase, dictionary));
        let phrases = dictionary.phrases().filter_map(|phrase| dictionary.line(phrase));
        samples.add(Self::of(phrases, 1.0, LISTED, dictionary));
        let names = names::names(folder, dictionary)?;
        let names = names.iter().filter_map(|name| dictionary.line(name));
        samples.add(Self::of(names, names::WEIGHT, LISTED, dictionary));
        let tagged = tagged::lines(folder, dictionary, &words)?.into_iter();
        samples.add(Self::of(tagged, tagged::WEIGHT, 1, dictionary));
        for list in samples.learned.values_mut() {
            let mut seen: HashMap<([u16; FIELD], bool), u8> = HashMap::new();
            list.retain(|sample| {
                let count = seen.entry((sample.field, sample.is_word)).or_default();
                *count = count.saturating_add(1);
                *count <= COPIES
            });
        }
        Ok(samples)
    }

    fn of(lines: impl Iterator<Item = Line>, weight: f32, seen: u32, dictionary: &Dictionary) -> Self {
        let mut samples = Self::default();
        for line in lines {
            let text: String = line.traditional.iter().collect();
            let held_out = digest(text.as_bytes()).is_multiple_of(HELD_OUT);
            let found = if held_out { &mut samples.held_out } else { &mut samples.learned };
            for (i, c) in line.simplified.iter().enumerate() {
                let Some(candidates) = dictionary.candidates(*c) else {
                    continue;
                };
                let number = |c| dictionary.number(candidates, c);
                let (Some(wanted), Some(choice)) = (number(line.traditional[i]), number(line.chosen[i]))
                else {
                    continue;
                };
                let Some(field) = line.field(i) else {
                    continue;
                };
                // An entry is made even of a character that style always decides.
                let list = found.entry(*c).or_default();
                if !is_context(*c, field, dictionary) {
                    continue;
                }
                let said = Said { choice, phrase: line.phrases[i] };
                let sample = Sample { field: *field, said, wanted, weight, seen, is_word: false };
                list.push(sample);
                if seen == LISTED && !held_out {
                    list.push(Sample { is_word: true, ..sample });
                }
            }
            if !held_out {
                samples.codes.extend(&line.codes[FIELD / 2..]);
            }
        }
        samples
    }

    /// Forgets the candidates of a character that hardly any author used, but for
    /// the first; returns the others, which are numbered anew.
    pub(super) fn reduce(&mut self, c: char, candidates: &[char]) -> Vec<char> {
        let Some(learned) = self.learned.get_mut(&c) else {
            return candidates.to_vec();
        };
        let uses = |k: usize| learned.iter().filter(|s| s.wanted as usize == k && !s.is_word).count();
        let used: Vec<usize> = (0..candidates.len()).filter(|k| *k == 0 || uses(*k) >= USED).collect();
        let number = |k: u8| used.iter().position(|used| *used == k as usize).map(|k| k as u8);
        for list in [Some(learned), self.held_out.get_mut(&c)].into_iter().flatten() {
            list.retain_mut(|sample| {
                let numbers = (number(sample.wanted), number(sample.said.choice));
                if let (Some(wanted), Some(choice)) = numbers {
                    (sample.wanted, sample.said.choice) = (wanted, choice);
                }
                numbers.0.is_some() && numbers.1.is_some()
            });
        }
        used.into_iter().map(|k| candidates[k]).collect()
    }

    /// Learns from more places, whose candidates are numbered as they are by now.
    pub(super) fn add_learned(&mut self, places: HashMap<char, Vec<Sample>>) {
        for (c, mut list) in places {
            self.learned.entry(c).or_default().append(&mut list);
        }
    }

    fn add(&mut self, other: Self) {
        self.add_learned(other.learned);
        for (c, mut list) in other.held_out {
            self.held_out.entry(c).or_default().append(&mut list);
        }
        self.codes.extend(other.codes);
    }
}
