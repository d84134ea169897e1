//! The context model: for each ambiguous Simplified character its candidates,
//! and for each of their features a small weight.
//!
//! Bytes, all integers little-endian:
//!
//! | part | bytes |
//! |---|---|
//! | magic, digest of all that follows the header (FNV-1a, 64 bits) | 8 + 8 |
//! | number of characters, number of buckets | 4 + 4 |
//! | `han`: for each of U+4E00..U+9FFF its cluster (6 bits) and, above, its entry's number from 1 | 2 each |
//! | `entries`: character, number of candidates, first bucket, buckets, candidates, first reach | 32 each |
//! | `buckets`: four fingerprints, and four weights in sixteenths, 0 where there is none | 12 each |
//! | `reaches`: of each entry for each choice of the dictionary each candidate's [`Reach`] | 2 each |
//!
//! A character's buckets are a hash table of their own. What finds its bucket full
//! is not stored: weights come in the order of their worth. So a look-up is two
//! loads without a branch, and four fingerprints are compared at once; open
//! addressing, whose branches nobody can predict, took three times as long. The
//! first candidate has no weights: its score is 0.

use crate::features::class;

/// The first and the last bytes of the file tell its version.
pub const MAGIC: [u8; 8] = *b"zhnctx\x00\x04";
/// What a weight of one is.
pub const UNIT: i32 = 16;
/// Candidates of a character at most.
pub const MOST: usize = 8;
/// The ideographs that have a cluster.
pub(crate) const HAN: std::ops::Range<usize> = 0x4e00..0xa000;
const HEADER: usize = 24;
/// Where in an entry its candidates are, and where its first reach is.
const CANDIDATES: usize = 12;
const REACHES: usize = CANDIDATES + 2 * MOST;
const ENTRY: usize = REACHES + 4;
/// Weights of a bucket, and its bytes.
const SLOTS: usize = 4;
const BUCKET: usize = 3 * SLOTS;
/// Four fingerprints of two bytes, and their weights.
pub type Bucket = [u8; BUCKET];
/// Clusters from this number on are those of no ideograph.
pub const CLUSTERS: u8 = 64;

/// How near a candidate must come to the dictionary's for more to be asked, in units: where it
/// needs more than this to win, what more there is does not bring it often enough to be worth
/// the time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Of the characters on either side, for the window to be asked.
    pub window: u8,
    /// Of the window, for the field to be asked.
    pub field: u8,
}

/// The weights of one character, to be written.
#[derive(Clone, Debug, Default)]
pub struct Weights {
    /// The Simplified character.
    pub source: u16,
    /// What it may become, in OpenCC's standard forms; at most [`MOST`].
    pub candidates: Vec<u16>,
    /// Feature, candidate (not 0), weight in units; what matters most first.
    pub weights: Vec<(u32, u8, i8)>,
    /// For each choice of the dictionary those of all candidates; or none.
    pub reaches: Vec<Reach>,
}

/// Writes a model. `cluster` gives the cluster of an ideograph, below [`CLUSTERS`].
pub fn write(characters: &[Weights], cluster: impl Fn(u16) -> u8) -> Vec<u8> {
    let mut han: Vec<u16> = HAN.map(|c| u16::from(cluster(c as u16) % CLUSTERS)).collect();
    let (mut entries, mut buckets, mut reaches) = (Vec::new(), Vec::new(), Vec::new());
    for (number, character) in characters.iter().enumerate() {
        if let Some(place) = han.get_mut((character.source as usize).wrapping_sub(HAN.start)) {
            *place |= (number as u16 + 1) << 6;
        }
        // A place for each weight: of five, the least finds its bucket full. With half as many
        // places again most find one, but fewer fit into the file.
        let count = (character.weights.len() / SLOTS).max(1);
        let (first, mut table) = (buckets.len(), vec![[0; BUCKET]; count]);
        let mut filled = vec![0; count];
        for &(feature, candidate, weight) in &character.weights {
            let hash = slot_hash(feature, candidate as usize);
            let place = home(hash, count);
            let (bucket, slot) = (&mut table[place], filled[place]);
            let print = (hash as u16).to_le_bytes();
            // All weights under a fingerprint count, so it must be there once.
            let is_taken = bucket[..2 * slot].as_chunks().0.contains(&print);
            if slot < SLOTS && !is_taken {
                bucket[2 * slot..2 * slot + 2].copy_from_slice(&print);
                bucket[2 * SLOTS + slot] = weight as u8;
                filled[place] += 1;
            }
        }
        buckets.extend(table);
        entries.extend(character.source.to_le_bytes());
        entries.extend((character.candidates.len().min(MOST) as u16).to_le_bytes());
        entries.extend((first as u32).to_le_bytes());
        entries.extend((count as u32).to_le_bytes());
        let padded = character.candidates.iter().copied().chain(std::iter::repeat(0));
        entries.extend(padded.take(MOST).flat_map(u16::to_le_bytes));
        entries.extend((reaches.len() as u32).to_le_bytes());
        let square = character.candidates.len().min(MOST).pow(2);
        let padded = character.reaches.iter().copied().chain(std::iter::repeat(Reach::default()));
        reaches.extend(padded.take(square).map(|reach| [reach.window, reach.field]));
    }
    let mut body: Vec<u8> = han.into_iter().flat_map(u16::to_le_bytes).collect();
    body.extend(entries);
    body.extend(buckets.as_flattened());
    body.extend(reaches.as_flattened());
    let mut out = MAGIC.to_vec();
    out.extend(digest(&body).to_le_bytes());
    out.extend((characters.len() as u32).to_le_bytes());
    out.extend((buckets.len() as u32).to_le_bytes());
    out.extend(body);
    out
}

/// FNV-1a, 64 bits: tells a model from another, proves nothing.
pub fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[inline(always)]
fn slot_hash(feature: u32, candidate: usize) -> u32 {
    // The first that has weights, nearly always the only one, costs nothing.
    match candidate {
        1 => feature,
        _ => (feature ^ candidate as u32).wrapping_mul(0x9e37_79b1),
    }
}

/// The bucket of a hash, by its upper half; the lower one is the fingerprint.
#[inline(always)]
pub fn home(hash: u32, buckets: usize) -> usize {
    ((hash >> 16).wrapping_mul(buckets as u32) >> 16) as usize
}

/// A model, read where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Model<'a> {
    han: &'a [[u8; 2]],
    entries: &'a [[u8; ENTRY]],
    buckets: &'a [Bucket],
    reaches: &'a [[u8; 2]],
}

impl<'a> Model<'a> {
    /// Reads a model; `None` where the bytes are something else or cut short.
    /// The digest is not checked: see [`is_whole`].
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        let (header, body) = bytes.split_at_checked(HEADER)?;
        let word = |at: usize| Some(u32::from_le_bytes(header.get(at..at + 4)?.try_into().ok()?) as usize);
        if header[..8] != MAGIC {
            return None;
        }
        let (count, buckets) = (word(16)?, word(20)?);
        let (han, rest) = body.split_at_checked(2 * HAN.len())?;
        let (entries, rest) = rest.split_at_checked(count.checked_mul(ENTRY)?)?;
        let (table, rest) = rest.split_at_checked(buckets.checked_mul(BUCKET)?)?;
        let (reaches, rest) = rest.as_chunks();
        let (han, entries, table) = (han.as_chunks().0, entries.as_chunks().0, table.as_chunks().0);
        let model = Self { han, entries, buckets: table, reaches };
        let inside = |e: Entry<'_>| {
            (1..=1 << 16).contains(&e.buckets)
                && e.first.checked_add(e.buckets).is_some_and(|end| end <= buckets)
                && e.candidates.len().checked_sub(1).is_some_and(|last| model.reach(&e, last, last).is_some())
        };
        (rest.is_empty() && (0..count).all(|i| model.entry(i).is_some_and(inside))).then_some(model)
    }

    /// The number of the entry of a character; `None` where it has one reading.
    #[inline]
    pub fn number(&self, c: u16) -> Option<usize> {
        let word = self.han.get((c as usize).wrapping_sub(HAN.start))?;
        (u16::from_le_bytes(*word) as usize >> 6).checked_sub(1)
    }

    /// The cluster of a code of [`crate::features`].
    #[inline(always)]
    pub fn cluster(&self, code: u16) -> u8 {
        match self.han.get((code as usize).wrapping_sub(HAN.start)) {
            Some(word) => word[0] & (CLUSTERS - 1),
            None if code <= class::OTHER => CLUSTERS + code as u8,
            None => CLUSTERS,
        }
    }

    /// An entry by its number.
    #[inline]
    pub fn entry(&self, number: usize) -> Option<Entry<'a>> {
        let bytes = self.entries.get(number)?;
        let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let count = (bytes[2] as usize).min(MOST);
        Some(Entry {
            number,
            source: u16::from_le_bytes([bytes[0], bytes[1]]),
            candidates: bytes[CANDIDATES..CANDIDATES + 2 * count].as_chunks().0,
            first: word(4) as usize,
            buckets: word(8) as usize,
        })
    }

    /// How near a candidate must come where the dictionary makes a choice.
    pub fn reach(&self, entry: &Entry<'_>, choice: usize, candidate: usize) -> Option<Reach> {
        let first = u32::from_le_bytes(*self.entries.get(entry.number)?[REACHES..].first_chunk()?) as usize;
        let at = first.checked_add(choice * entry.candidates.len() + candidate)?;
        let [window, field] = *self.reaches.get(at)?;
        Some(Reach { window, field })
    }

    /// All entries, by their numbers.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'a>> {
        (0..self.entries.len()).filter_map(|number| self.entry(number))
    }

    /// The score of the second candidate alone: see [`Self::scores`].
    #[inline(always)]
    pub fn score_of_second<const N: usize>(
        &self,
        entry: &Entry<'_>,
        features: &[u32; N],
        sum: impl Fn(&[Bucket], &[u32; N]) -> i32,
    ) -> i32 {
        sum(self.buckets_of(entry), &features.map(|feature| slot_hash(feature, 1)))
    }

    #[inline(always)]
    fn buckets_of(&self, entry: &Entry<'_>) -> &'a [Bucket] {
        &self.buckets[entry.first..entry.first + entry.buckets]
    }

    /// The score of each candidate, in units, given its features and how the weights
    /// under some hashes are added up: [`sum`] or what gives the same.
    #[inline(always)]
    pub fn scores<const N: usize>(
        &self,
        entry: &Entry<'_>,
        features: &[u32; N],
        sum: impl Fn(&[Bucket], &[u32; N]) -> i32,
    ) -> [i32; MOST] {
        self.scores_of(entry, u8::MAX, features, sum)
    }

    /// The same of some candidates, each of them a bit; that of the others is 0.
    #[inline(always)]
    pub fn scores_of<const N: usize>(
        &self,
        entry: &Entry<'_>,
        candidates: u8,
        features: &[u32; N],
        sum: impl Fn(&[Bucket], &[u32; N]) -> i32,
    ) -> [i32; MOST] {
        let buckets = self.buckets_of(entry);
        let mut scores = [0; MOST];
        for (candidate, score) in scores[..entry.candidates.len()].iter_mut().enumerate().skip(1) {
            if candidates >> candidate & 1 == 0 {
                continue;
            }
            let mut hashes = *features;
            hashes.iter_mut().for_each(|hash| *hash = slot_hash(*hash, candidate));
            *score = sum(buckets, &hashes);
        }
        scores
    }
}

/// The weights under all hashes together.
#[inline]
pub fn sum<const N: usize>(buckets: &[Bucket], hashes: &[u32; N]) -> i32 {
    const EACH: u64 = 0x0001_0001_0001_0001;
    const HIGH: u64 = EACH << 15;
    let of = |hash: u32| {
        let bucket = &buckets[home(hash, buckets.len())];
        let Some((prints, weights)) = bucket.split_first_chunk() else { return 0 };
        // Of the differences those that are zero, each as its highest bit: most often none.
        let differ = u64::from_le_bytes(*prints) ^ (u64::from(hash as u16) * EACH);
        let mut found = !(((differ & !HIGH) + !HIGH) | differ) & HIGH;
        let mut sum = 0;
        while found != 0 {
            sum += i32::from(weights[found.trailing_zeros() as usize / 16] as i8);
            found &= found - 1;
        }
        sum
    };
    hashes.iter().map(|hash| of(*hash)).sum()
}

/// Whether the digest in the header is that of the rest.
pub fn is_whole(bytes: &[u8]) -> bool {
    let body = bytes.get(HEADER..);
    header_digest(bytes).is_some_and(|found| body.is_some_and(|body| digest(body) == found))
}

/// The digest in the header.
pub fn header_digest(bytes: &[u8]) -> Option<u64> {
    bytes.get(8..16)?.try_into().ok().map(u64::from_le_bytes)
}

/// One ambiguous character.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Its number in the model.
    pub number: usize,
    /// The Simplified character.
    pub source: u16,
    candidates: &'a [[u8; 2]],
    first: usize,
    buckets: usize,
}

impl Entry<'_> {
    /// What it may become, in OpenCC's standard forms.
    #[inline]
    pub fn candidates(&self) -> impl ExactSizeIterator<Item = u16> {
        self.candidates.iter().map(|c| u16::from_le_bytes(*c))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::COUNT;

    fn example() -> Vec<u8> {
        let feature = |i: u32| (i + 1).wrapping_mul(0x9e37_79b1);
        // The first ones always find a place.
        let few = [(feature(3), 2, 7), (feature(4), 2, -9)];
        let weights = few.into_iter().chain((0..100).map(|i| (feature(i), 1, i as i8))).collect();
        let source = '干' as u16;
        let reaches = (0..9).map(|i| Reach { window: i, field: 40 + i }).collect();
        let candidates = ['幹', '乾', '干'].map(|c| c as u16).to_vec();
        write(&[Weights { source, candidates, weights, reaches }], |c| (c % 64) as u8)
    }

    #[test]
    fn what_is_written_is_read() {
        let bytes = example();
        let model = Model::new(&bytes).expect("a model");
        assert_eq!(model.number('人' as u16), None);
        let entry = model.entry(model.number('干' as u16).expect("its number")).expect("an entry");
        assert_eq!(entry.candidates().collect::<Vec<_>>(), ['幹', '乾', '干'].map(|c| c as u16));
        assert_eq!(model.reach(&entry, 1, 2), Some(Reach { window: 5, field: 45 }));
        assert_eq!(model.cluster(0x4e41), 1);
        let mut features = [0; COUNT];
        for (i, feature) in features.iter_mut().enumerate() {
            *feature = (i as u32 + 1).wrapping_mul(0x9e37_79b1);
        }
        assert_eq!(model.scores(&entry, &features, sum)[..3], [0, (0..COUNT as i32).sum(), -2]);
    }

    #[test]
    fn damage_is_seen() {
        let mut bytes = example();
        assert!(is_whole(&bytes));
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        assert!(!is_whole(&bytes));
        assert!(Model::new(&bytes[..last]).is_none());
    }
}
