//! From counts to the keys of a model: absolute discounting with interpolation
//! (Ney, Essen and Kneser), pruned to a number of keys by what each gains
//! (Seymore and Rosenfeld), written with back-off (Katz).

use std::collections::HashMap;

use zhnorm_table::language::{Context, Key};

use super::counts::{Counts, Table, pack};

/// What is taken from every count for what was not seen.
const DISCOUNT: [f64; 2] = [2.0, 3.0];
/// A symbol that occurs less has no key: it costs as one never seen.
const LEAST: u32 = 2;
/// Back-off that costs less than half a step has no key.
const LEAST_BACK_OFF: f64 = 0.25;

/// What follows one context, with counts.
struct Followers {
    context: Context,
    list: Vec<(u16, u32)>,
    total: f64,
}

/// A sequence that might be kept.
struct Candidate {
    context: Context,
    next: u16,
    probability: f64,
    gain: f64,
}

/// The keys of a model and their costs.
pub(crate) fn entries(counts: &Counts, budget: usize) -> Vec<(Key, f32)> {
    let mut entries = Vec::new();
    let total: f64 = counts.singles.values().map(|n| f64::from(*n)).sum();
    let mut singles: HashMap<u16, f64> = HashMap::new();
    for (key, count) in sorted(&counts.singles).into_iter().filter(|(_, n)| *n >= LEAST) {
        let probability = f64::from(count) / total;
        singles.insert(key as u16, probability);
        entries.push((Key::sequence([0, 0], key as u16), bits(probability)));
    }
    let single = |c: u16| singles.get(&c).copied().unwrap_or(1e-7);

    let pairs = followers(&counts.pairs, 1, |_| None);
    let mut pair_rest: HashMap<u16, f64> = HashMap::new();
    let mut pair_probability: HashMap<u64, f64> = HashMap::new();
    let mut candidates = Vec::new();
    for f in &pairs {
        let rest = rest(f, DISCOUNT[0]);
        pair_rest.insert(f.context[1], rest);
        for (next, count) in &f.list {
            let lower = single(*next);
            let p = (f64::from(*count) - DISCOUNT[0]).max(0.0) / f.total + rest * lower;
            pair_probability.insert(pack(&[f.context[1], *next]), p);
            candidates.extend(candidate(f.context, *next, *count, p, lower));
        }
    }
    let pair = |b: u16, c: u16| {
        let known = pair_probability.get(&pack(&[b, c])).copied();
        known.unwrap_or_else(|| pair_rest.get(&b).copied().unwrap_or(1.0) * single(c))
    };
    let triples = followers(&counts.triples, 2, |[a, b]| counts.pairs.get(&pack(&[a, b])).copied());
    for f in &triples {
        let rest = rest(f, DISCOUNT[1]);
        for (next, count) in &f.list {
            let lower = pair(f.context[1], *next);
            let p = (f64::from(*count) - DISCOUNT[1]).max(0.0) / f.total + rest * lower;
            candidates.extend(candidate(f.context, *next, *count, p, lower));
        }
    }
    let kept = keep(candidates, budget - entries.len());
    add_kept(kept, &single, &mut entries);
    entries.sort_by_key(|(key, _)| *key);
    entries
}

/// A candidate, if it gains anything over its shorter context.
fn candidate(context: Context, next: u16, count: u32, probability: f64, lower: f64) -> Option<Candidate> {
    let gain = f64::from(count) * (probability / lower).log2();
    (gain > 0.0 && probability > 0.0).then_some(Candidate { context, next, probability, gain })
}

/// The candidates that gain most, while they and their contexts fit.
fn keep(mut candidates: Vec<Candidate>, budget: usize) -> Vec<Candidate> {
    candidates.sort_by(|a, b| {
        b.gain.total_cmp(&a.gain).then_with(|| (a.context, a.next).cmp(&(b.context, b.next)))
    });
    let mut contexts = std::collections::HashSet::new();
    let mut keys = 0;
    candidates.truncate(
        candidates
            .iter()
            .take_while(|c| {
                keys += 1 + usize::from(contexts.insert(c.context));
                keys <= budget
            })
            .count(),
    );
    candidates
}

/// Adds the kept sequences, and what backing off from their contexts costs.
fn add_kept(kept: Vec<Candidate>, single: &dyn Fn(u16) -> f64, entries: &mut Vec<(Key, f32)>) {
    let mut by_context: std::collections::BTreeMap<Context, Vec<Candidate>> = Default::default();
    for candidate in kept {
        by_context.entry(candidate.context).or_default().push(candidate);
    }
    let mut pairs: HashMap<u64, f64> = HashMap::new();
    let mut off: HashMap<u16, f64> = HashMap::new();
    // Contexts of one symbol have 0 as their first, so they come first.
    for (context, list) in by_context {
        let lower = |c: u16| match context[0] {
            0 => single(c),
            _ => {
                let known = pairs.get(&pack(&[context[1], c])).copied();
                known.unwrap_or_else(|| off.get(&context[1]).copied().unwrap_or(1.0) * single(c))
            }
        };
        let taken: f64 = list.iter().map(|c| c.probability).sum();
        let covered: f64 = list.iter().map(|c| lower(c.next)).sum();
        let back_off = ((1.0 - taken).max(1e-4) / (1.0 - covered).max(1e-4)).min(1.0);
        if -back_off.log2() >= LEAST_BACK_OFF {
            entries.push((Key::back_off(context), bits(back_off)));
        }
        if context[0] == 0 {
            off.insert(context[1], back_off);
            pairs.extend(list.iter().map(|c| (pack(&[context[1], c.next]), c.probability)));
        }
        entries.extend(list.iter().map(|c| (Key::sequence(context, c.next), bits(c.probability))));
    }
}

fn bits(probability: f64) -> f32 {
    -probability.log2() as f32
}

/// What is left of a context's probability for its shorter context.
fn rest(followers: &Followers, discount: f64) -> f64 {
    let taken: f64 = followers.list.iter().map(|(_, n)| (f64::from(*n) - discount).max(0.0)).sum();
    (1.0 - taken / followers.total).max(0.01)
}

/// A table by context, in order. `total` knows more of a context than its
/// followers in the table.
fn followers(table: &Table, of: usize, total: impl Fn(Context) -> Option<u32>) -> Vec<Followers> {
    let mut all: Vec<Followers> = Vec::new();
    for (key, count) in sorted(table) {
        let (b, next) = ((key >> 16) as u16, key as u16);
        let context = if of == 1 { [0, b] } else { [(key >> 32) as u16, b] };
        match all.last_mut().filter(|f| f.context == context) {
            Some(f) => f.list.push((next, count)),
            None => all.push(Followers { context, list: vec![(next, count)], total: 0.0 }),
        }
    }
    for f in &mut all {
        let sum: f64 = f.list.iter().map(|(_, n)| f64::from(*n)).sum();
        f.total = sum.max(total(f.context).map_or(0.0, f64::from));
    }
    all
}

fn sorted(table: &Table) -> Vec<(u64, u32)> {
    let mut list: Vec<_> = table.iter().map(|(key, count)| (*key, *count)).collect();
    list.sort_unstable();
    list
}
