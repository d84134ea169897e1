//! Where a key may start: bitmaps of hashed character pairs and triples.
//!
//! Two bits answer "no key starts here" for nine positions in ten, without a
//! branch. A set bit may be a false alarm; a clear one never is wrong.
//!
//! A key sets two bits of one word, so that one load asks for both: with as many
//! keys in a bitmap, that makes a tenth of the false alarms that one bit made.
//!
//! A small dictionary has a bitmap of the first two characters of every key,
//! which fits a first-level cache. A larger one has two: pairs for keys of two
//! characters, triples for the first three characters of longer keys.
//!
//! Characters enter as [`code`]s of 16 bits.

use crate::layout::{Blob, Reader, Section};

/// Bytes of the pair bitmap of a small dictionary.
pub const SMALL: usize = 1 << 12;
/// Bytes of the bitmaps of pairs and triples of a middling dictionary.
pub const MIDDLE: (usize, usize) = (1 << 14, 1 << 15);
/// Bytes of the bitmaps of pairs and triples of a large dictionary.
pub const LARGE: (usize, usize) = (1 << 16, 1 << 17);
/// Dictionaries of more keys than this are middling, and large: beyond, one
/// place in twenty would be a false alarm. (With a limit of 12,000, s2twp took a thirtieth
/// less time, and a sixteenth more memory.)
const MIDDLE_FROM: usize = 1500;
const LARGE_FROM: usize = 16_000;

/// A character in 16 bits: itself in the basic plane, else a code in the
/// surrogates' range, which several characters share.
#[inline]
pub fn code(c: char) -> u16 {
    let c = c as u32;
    if c < 0x10000 { c as u16 } else { 0xd800 | (c & 0x7ff) as u16 }
}

/// What the first, second and third character are multiplied with.
pub const FACTORS: [u32; 3] = [0x9e37_79b1, 0x85eb_ca77, 0x27d4_eb2f];

/// The hash of a pair; its high bits are the good ones.
#[inline]
pub fn hash2(a: u16, b: u16) -> u32 {
    (a as u32).wrapping_mul(FACTORS[0]).wrapping_add((b as u32).wrapping_mul(FACTORS[1]))
}

/// The hash of a triple, from that of its first two characters.
#[inline]
pub fn hash3(pair: u32, c: u16) -> u32 {
    pair.wrapping_add((c as u32).wrapping_mul(FACTORS[2]))
}

/// How far right a hash is shifted to number a bit of `N` bytes.
pub const fn shift<const N: usize>() -> u32 {
    32 - (N * 8).trailing_zeros()
}

/// The word of a hash in a bitmap of `N` bytes, a power of two, and its two bits.
#[inline]
fn place<const N: usize>(hash: u32) -> (usize, [u32; 2]) {
    let first = hash >> shift::<N>();
    (first as usize / 32, [first % 32, (hash >> (shift::<N>() - 5)) % 32])
}

/// Whether both bits of a hash are set.
#[inline]
pub fn test<const N: usize>(bits: &[u8; N], hash: u32) -> bool {
    let (word, [one, two]) = place::<N>(hash);
    let word = u32::from_le_bytes(bits.as_chunks::<4>().0[word]);
    word >> one & word >> two & 1 != 0
}

fn set<const N: usize>(bits: &mut [u8], hash: u32) {
    let (word, both) = place::<N>(hash);
    for bit in both {
        bits[word * 4 + bit as usize / 8] |= 1 << (bit % 8);
    }
}

/// Sections of a [`Filter`].
#[derive(Clone, Copy, Debug)]
pub struct FilterRef {
    pairs: Section,
    triples: Section,
}

/// Writes the filter of keys, given as the codes of their characters.
pub fn write(keys: &[Vec<u16>], blob: &mut Blob) -> FilterRef {
    let (mut pairs, mut triples) = (Vec::new(), Vec::new());
    match keys.len() {
        0..MIDDLE_FROM => fill::<SMALL, 0>(keys, &mut pairs, &mut triples),
        MIDDLE_FROM..LARGE_FROM => fill::<{ MIDDLE.0 }, { MIDDLE.1 }>(keys, &mut pairs, &mut triples),
        _ => fill::<{ LARGE.0 }, { LARGE.1 }>(keys, &mut pairs, &mut triples),
    }
    FilterRef { pairs: blob.add(pairs), triples: blob.add(triples) }
}

/// Sets the bits of keys in bitmaps of these sizes.
fn fill<const P: usize, const T: usize>(keys: &[Vec<u16>], pairs: &mut Vec<u8>, triples: &mut Vec<u8>) {
    pairs.resize(P, 0);
    triples.resize(T, 0);
    for key in keys {
        match key.as_slice() {
            [a, b, c, ..] if T > 0 => set::<T>(triples, hash3(hash2(*a, *b), *c)),
            [a, b, ..] => set::<P>(pairs, hash2(*a, *b)),
            _ => {}
        }
    }
}

/// Bytes of the bitmap of [`Neighbours`].
pub const NEIGHBOURS: usize = 1 << 15;

/// Writes which characters stand next to each other in keys, given as codes.
pub fn write_neighbours(keys: &[Vec<u16>], blob: &mut Blob) -> Section {
    let mut bits = vec![0; NEIGHBOURS];
    for pair in keys.iter().flat_map(|key| key.windows(2)) {
        set::<NEIGHBOURS>(&mut bits, hash2(pair[0], pair[1]));
    }
    blob.add(bits)
}

/// Which characters stand next to each other in some key: where two do not, no key covers both.
#[derive(Clone, Copy, Debug)]
pub struct Neighbours<'a>(&'a [u8; NEIGHBOURS]);

impl<'a> Neighbours<'a> {
    pub(crate) fn read(reader: &Reader<'a>, at: Section) -> Option<Self> {
        reader.bytes(at).try_into().ok().map(Self)
    }

    /// Whether some key may hold two codes, one behind the other.
    #[inline]
    pub fn may_be(&self, a: u16, b: u16) -> bool {
        test(self.0, hash2(a, b))
    }
}

impl FilterRef {
    pub(crate) fn to_words(self) -> [u32; 2] {
        [self.pairs.0, self.triples.0]
    }

    pub(crate) fn from_words([pairs, triples]: [u32; 2]) -> Self {
        Self { pairs: Section(pairs), triples: Section(triples) }
    }
}

/// Where a key may start.
#[derive(Clone, Copy, Debug)]
pub enum Filter<'a> {
    /// First two characters of every key.
    Small(&'a [u8; SMALL]),
    /// Keys of two characters, and first three characters of longer keys.
    Middle(&'a [u8; MIDDLE.0], &'a [u8; MIDDLE.1]),
    /// The same for many keys.
    Large(&'a [u8; LARGE.0], &'a [u8; LARGE.1]),
}

impl<'a> Filter<'a> {
    /// Whether a key may start with a character's code, given those of the next two.
    #[inline]
    pub fn may_start(&self, codes: [u16; 3]) -> bool {
        self.starts(codes).is_some()
    }

    /// Whether a key may start there, and if so whether one longer than a pair may.
    #[inline]
    pub fn starts(&self, [a, b, c]: [u16; 3]) -> Option<bool> {
        let pair = hash2(a, b);
        let (short, longer) = match self {
            Self::Small(pairs) => (false, test(pairs, pair)),
            Self::Middle(pairs, triples) => (test(pairs, pair), test(triples, hash3(pair, c))),
            Self::Large(pairs, triples) => (test(pairs, pair), test(triples, hash3(pair, c))),
        };
        (short || longer).then_some(longer)
    }

    pub(crate) fn read(reader: &Reader<'a>, at: FilterRef) -> Option<Self> {
        let (pairs, triples) = (reader.bytes(at.pairs), reader.bytes(at.triples));
        match pairs.len() {
            SMALL => Some(Self::Small(pairs.try_into().ok()?)),
            len if len == MIDDLE.0 => Some(Self::Middle(pairs.try_into().ok()?, triples.try_into().ok()?)),
            _ => Some(Self::Large(pairs.try_into().ok()?, triples.try_into().ok()?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_keys_are_known_and_few_others() {
        let keys: Vec<Vec<u16>> = (0..10_000).map(|i| vec![0x4e00 + i, 0x5000 + i / 3, 0x6000 + i]).collect();
        let mut blob = Blob::default();
        let section = write_neighbours(&keys, &mut blob);
        let bytes = blob.finish(section.0.to_le_bytes().to_vec());
        let reader = Reader::new(&bytes).expect("a table");
        let neighbours = Neighbours::read(&reader, section).expect("neighbours");
        let pairs = || keys.iter().flat_map(|key| key.windows(2));
        assert!(pairs().all(|pair| neighbours.may_be(pair[0], pair[1])));
        let others = pairs().filter(|pair| neighbours.may_be(pair[1], pair[0])).count();
        assert!(others < pairs().count() / 20, "{others}");
    }
}
