//! The output of each key, by the key's number.
//!
//! Most keys of the large dictionaries change nothing: they only keep shorter
//! keys from matching. So a bit tells whether a key has a value at all, and the
//! values of the others stand one after the other in a pool. The bits of a
//! whole direction fit a first-level cache. Where most keys have values, each key has
//! its value's place instead, which is one load in place of three. (Records that hold
//! short values in place of a pool are no faster, and larger.)
//!
//! Sections: `bits` (u64 words), `ranks` (u32 for each word: how many values
//! stand before it), `ends` (u32 for each value: where it ends in the pool),
//! `pool` (UTF-8). Without bits and ranks, `ends` has places (u32 for each key: where
//! its value begins, and eight bits of its length). All integers are little-endian.

use crate::layout::{Blob, Reader, Section};

/// Sections of a [`Values`].
#[derive(Clone, Copy, Debug)]
pub struct ValuesRef {
    bits: Section,
    ranks: Section,
    ends: Section,
    pool: Section,
}

/// The place of no value.
const NOWHERE: u32 = u32::MAX;
/// No value with a place is as long, and no pool with places.
const LONGEST: usize = 0xff;
const LARGEST: usize = 1 << 24;

/// Writes the values of keys 0, 1, 2, …; `None` where a key changes nothing.
pub fn write(values: &[Option<String>], blob: &mut Blob) -> ValuesRef {
    let all = || values.iter().flatten();
    let is_small =
        all().map(String::len).sum::<usize>() < LARGEST && all().all(|value| value.len() < LONGEST);
    if is_small && all().count() * 2 > values.len() {
        write_places(values, blob)
    } else {
        write_ends(values, blob)
    }
}

fn write_places(values: &[Option<String>], blob: &mut Blob) -> ValuesRef {
    let mut pool = vec![];
    let place = |value: &Option<String>| match value {
        Some(value) => {
            let place = (pool.len() as u32) << 8 | value.len() as u32;
            pool.extend_from_slice(value.as_bytes());
            place
        }
        None => NOWHERE,
    };
    let places: Vec<u32> = values.iter().map(place).collect();
    let none = blob.add(Vec::new());
    ValuesRef { bits: none, ranks: none, ends: blob.add_u32(&places), pool: blob.add(pool) }
}

fn write_ends(values: &[Option<String>], blob: &mut Blob) -> ValuesRef {
    let (mut bits, mut ranks, mut ends, mut pool) = (vec![], vec![], vec![], vec![]);
    for word in values.chunks(64) {
        ranks.push(ends.len() as u32);
        let mut set = 0u64;
        for (i, value) in word.iter().enumerate() {
            if let Some(value) = value {
                set |= 1 << i;
                pool.extend_from_slice(value.as_bytes());
                ends.push(pool.len() as u32);
            }
        }
        bits.extend_from_slice(&set.to_le_bytes());
    }
    ValuesRef {
        bits: blob.add(bits),
        ranks: blob.add_u32(&ranks),
        ends: blob.add_u32(&ends),
        pool: blob.add(pool),
    }
}

/// Writes one bit for each of keys 0, 1, 2, …
pub fn write_bits(bits: &[bool], blob: &mut Blob) -> Section {
    let word = |bits: &[bool]| bits.iter().rev().fold(0u64, |word, bit| word << 1 | u64::from(*bit));
    blob.add(bits.chunks(64).flat_map(|bits| word(bits).to_le_bytes()).collect())
}

/// Reads what [`write_bits`] wrote.
#[derive(Clone, Copy, Debug)]
pub struct Bits<'a>(&'a [[u8; 8]]);

impl<'a> Bits<'a> {
    pub(crate) fn read(reader: &Reader<'a>, at: Section) -> Self {
        Self(reader.chunks(at))
    }

    /// The bit of key number `id`.
    #[inline]
    pub fn get(&self, id: usize) -> bool {
        u64::from_le_bytes(self.0[id / 64]) >> (id % 64) & 1 != 0
    }

    pub(crate) fn has_room_for(&self, keys: usize) -> bool {
        keys <= self.0.len() * 64
    }
}

impl ValuesRef {
    pub(crate) fn to_words(self) -> [u32; 4] {
        [self.bits, self.ranks, self.ends, self.pool].map(|s| s.0)
    }

    pub(crate) fn from_words(words: [u32; 4]) -> Self {
        let [bits, ranks, ends, pool] = words.map(Section);
        Self { bits, ranks, ends, pool }
    }
}

/// The output of each key, by the key's number.
#[derive(Clone, Copy, Debug, Default)]
pub struct Values<'a> {
    bits: &'a [[u8; 8]],
    ranks: &'a [[u8; 4]],
    /// Or places, where there are no bits.
    ends: &'a [[u8; 4]],
    pool: &'a [u8],
}

impl<'a> Values<'a> {
    pub(crate) fn read(reader: &Reader<'a>, at: ValuesRef) -> Self {
        Self {
            bits: reader.chunks(at.bits),
            ranks: reader.chunks(at.ranks),
            ends: reader.chunks(at.ends),
            pool: reader.bytes(at.pool),
        }
    }

    /// The value of key number `id`, `None` where the key changes nothing.
    #[inline(always)]
    pub fn get(&self, id: usize) -> Option<&'a [u8]> {
        if self.bits.is_empty() {
            let place = u32::from_le_bytes(self.ends[id]);
            let (at, len) = ((place >> 8) as usize, (place & 0xff) as usize);
            return if place == NOWHERE { None } else { Some(&self.pool[at..at + len]) };
        }
        let word = u64::from_le_bytes(self.bits[id / 64]);
        let bit = 1u64 << (id % 64);
        if word & bit == 0 {
            return None;
        }
        let before = (word & (bit - 1)).count_ones() as usize;
        let index = u32::from_le_bytes(self.ranks[id / 64]) as usize + before;
        let end = |i: usize| u32::from_le_bytes(self.ends[i]) as usize;
        let start = if index == 0 { 0 } else { end(index - 1) };
        Some(&self.pool[start..end(index)])
    }

    /// Whether keys up to a number can be asked for.
    pub(crate) fn has_room_for(&self, keys: usize) -> bool {
        keys <= if self.bits.is_empty() { self.ends.len() } else { self.bits.len() * 64 }
    }

    pub(crate) fn is_valid(&self) -> bool {
        if self.bits.is_empty() {
            return self.ends.iter().all(|place| {
                let place = u32::from_le_bytes(*place);
                let at = (place >> 8) as usize;
                let piece = self.pool.get(at..at + (place & 0xff) as usize);
                place == NOWHERE || piece.is_some_and(|p| std::str::from_utf8(p).is_ok())
            });
        }
        let mut start = 0;
        let pieces = self.ends.iter().all(|end| {
            let end = u32::from_le_bytes(*end) as usize;
            let piece = self.pool.get(start..end);
            start = end;
            piece.is_some_and(|p| std::str::from_utf8(p).is_ok())
        });
        let counts = self.bits.iter().zip(self.ranks).scan(0, |sum, (word, rank)| {
            let right = u32::from_le_bytes(*rank) == *sum;
            *sum += u64::from_le_bytes(*word).count_ones();
            Some((right, *sum))
        });
        let (right, total) = counts.fold((true, 0), |(all, _), (right, sum)| (all && right, sum));
        pieces && right && total as usize == self.ends.len() && self.bits.len() == self.ranks.len()
    }
}
