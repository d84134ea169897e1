//! Characters that stand in like places, grouped: what is learned of one holds a
//! little for the others.
//!
//! A character is the square roots of the shares of its neighbours before and
//! behind, for the commonest neighbours; k-means groups these.

use std::collections::HashMap;

use zhnorm_table::model::CLUSTERS;

/// The commonest characters that count as neighbours.
const NEIGHBOURS: usize = 256;
/// Rarer characters are all put into one cluster.
const SEEN: u32 = 50;
const ROUNDS: usize = 12;

/// The cluster of each ideograph that was seen often enough.
pub(super) fn clusters(codes: &[u16]) -> HashMap<u16, u8> {
    let mut counts = vec![0u32; 1 << 16];
    for code in codes {
        counts[*code as usize] += 1;
    }
    let mut ranked: Vec<u16> = (0..=u16::MAX).filter(|c| counts[*c as usize] >= SEEN).collect();
    ranked.sort_by_key(|c| (u32::MAX - counts[*c as usize], *c));
    let mut place = vec![usize::MAX; 1 << 16];
    for (i, code) in ranked.iter().enumerate().take(NEIGHBOURS) {
        place[*code as usize] = i;
    }
    let chars: Vec<u16> = ranked.into_iter().filter(|c| *c >= 0x4e00).collect();
    let mut row = vec![usize::MAX; 1 << 16];
    for (i, code) in chars.iter().enumerate() {
        row[*code as usize] = i;
    }
    let mut vectors = vec![[0f32; 2 * NEIGHBOURS]; chars.len()];
    for pair in codes.windows(2) {
        let [before, behind] = [pair[0] as usize, pair[1] as usize];
        if row[before] != usize::MAX && place[behind] != usize::MAX {
            vectors[row[before]][place[behind]] += 1.0;
        }
        if row[behind] != usize::MAX && place[before] != usize::MAX {
            vectors[row[behind]][NEIGHBOURS + place[before]] += 1.0;
        }
    }
    for vector in &mut vectors {
        for half in vector.chunks_mut(NEIGHBOURS) {
            let sum: f32 = half.iter().sum::<f32>().max(1.0);
            half.iter_mut().for_each(|x| *x = (*x / sum).sqrt());
        }
    }
    let found = means(&vectors);
    chars.into_iter().zip(found).collect()
}

/// k-means; the last cluster is left to the characters that have no vector.
fn means(vectors: &[[f32; 2 * NEIGHBOURS]]) -> Vec<u8> {
    let count = CLUSTERS as usize - 1;
    let step = (vectors.len() / 4 / count).max(1);
    let mut centres: Vec<_> = vectors.iter().step_by(step).take(count).copied().collect();
    let mut found = vec![0u8; vectors.len()];
    for _ in 0..ROUNDS {
        for (vector, cluster) in vectors.iter().zip(&mut found) {
            let far = |centre: &[f32; 2 * NEIGHBOURS]| -> f32 {
                centre.iter().zip(vector).map(|(a, b)| (a - b) * (a - b)).sum()
            };
            let nearest = centres.iter().map(far).enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
            *cluster = nearest.map_or(0, |(i, _)| i as u8);
        }
        let mut sizes = vec![0f32; centres.len()];
        let mut sums = vec![[0f32; 2 * NEIGHBOURS]; centres.len()];
        for (vector, cluster) in vectors.iter().zip(&found) {
            sizes[*cluster as usize] += 1.0;
            sums[*cluster as usize].iter_mut().zip(vector).for_each(|(sum, x)| *sum += x);
        }
        for ((centre, sum), size) in centres.iter_mut().zip(sums).zip(sizes).filter(|(_, size)| *size > 0.0) {
            *centre = sum.map(|x| x / size);
        }
    }
    found
}
