//! The weights of one character: a log-linear model of its candidates, learned
//! by FTRL-proximal, which leaves most weights at exactly zero (McMahan et al.,
//! "Ad Click Prediction", 2013, algorithm 1).

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use zhnorm_table::features::{COUNT, IN_FIELD, NOTHING};
use zhnorm_table::model::MOST;

use super::samples::Sample;

/// The step size.
const ALPHA: f32 = 0.2;
const BETA: f32 = 1.0;
/// What a weight must be worth to be more than zero.
const L1: f32 = 0.5;
const EPOCHS: usize = 3;
/// How often a feature must be seen.
const SEEN: u32 = 2;

/// Features are hashes already, of half the bits that a map wants.
#[derive(Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {}
    fn write_u32(&mut self, value: u32) {
        self.0 = u64::from(value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

type Features<T> = HashMap<u32, T, BuildHasherDefault<Same>>;

/// A weight that is not zero.
pub(super) struct Weight {
    pub(super) feature: u32,
    pub(super) candidate: u8,
    pub(super) value: f32,
    /// How often its feature was seen.
    pub(super) seen: u32,
}

/// Learns from samples of one character with so many candidates.
pub(super) fn learn(samples: &[Sample], candidates: usize, cluster: impl Fn(u16) -> u8) -> Vec<Weight> {
    let hashes = |sample: &Sample| sample.features(&cluster);
    let mut seen: Features<u32> = Features::default();
    for sample in samples {
        for feature in hashes(sample).into_iter().filter(|feature| *feature != NOTHING) {
            *seen.entry(feature).or_default() += sample.seen;
        }
    }
    let mut kept: Vec<(u32, u32)> = seen.into_iter().filter(|(_, count)| *count >= SEEN).collect();
    kept.sort_unstable();
    let ids: Features<u32> =
        kept.iter().enumerate().map(|(id, (feature, _))| (*feature, id as u32)).collect();
    let mut weights = vec![Coordinate::default(); kept.len() * (candidates - 1)];
    let rows: Vec<[u32; COUNT + IN_FIELD]> = samples
        .iter()
        .map(|sample| hashes(sample).map(|feature| ids.get(&feature).copied().unwrap_or(u32::MAX)))
        .collect();
    let others = candidates - 1;
    for _ in 0..EPOCHS {
        for i in order(samples.len()) {
            let (sample, row) = (&samples[i], &rows[i]);
            let mut scores = [0f32; MOST];
            let places = row.iter().filter(|id| **id != u32::MAX).map(|id| *id as usize * others);
            for place in places.clone() {
                for k in 0..others {
                    scores[k + 1] += weights[place + k].weight();
                }
            }
            let most = scores[..candidates].iter().copied().fold(f32::MIN, f32::max);
            let mut sum = 0.0;
            for score in &mut scores[..candidates] {
                *score = (*score - most).exp();
                sum += *score;
            }
            for k in 0..others {
                let wanted = if sample.wanted as usize == k + 1 { 1.0 } else { 0.0 };
                let gradient = (scores[k + 1] / sum - wanted) * sample.weight;
                if gradient.abs() > 1e-4 {
                    for place in places.clone() {
                        weights[place + k].step(gradient);
                    }
                }
            }
        }
    }
    let values = weights.iter().enumerate().map(|(at, w)| (at, w.weight()));
    let values = values.filter(|(_, value)| *value != 0.0);
    values
        .map(|(at, value)| {
            let (feature, seen) = kept[at / others];
            Weight { feature, candidate: (at % others + 1) as u8, value, seen }
        })
        .collect()
}

/// All numbers below `count`, far from their neighbours: texts that belong
/// together must not follow each other.
fn order(count: usize) -> impl Iterator<Item = usize> {
    let mut step = (count as f64 * 0.618) as usize | 1;
    while count > 0 && gcd(step, count) > 1 {
        step += 2;
    }
    (0..count).map(move |i| i * step % count)
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[derive(Clone, Copy, Default)]
struct Coordinate {
    z: f32,
    n: f32,
}

impl Coordinate {
    #[inline]
    fn weight(self) -> f32 {
        if self.z.abs() <= L1 {
            return 0.0;
        }
        -(self.z - L1.copysign(self.z)) * ALPHA / (BETA + self.n.sqrt())
    }

    #[inline]
    fn step(&mut self, gradient: f32) {
        let more = self.n + gradient * gradient;
        self.z += gradient - (more.sqrt() - self.n.sqrt()) / ALPHA * self.weight();
        self.n = more;
    }
}
