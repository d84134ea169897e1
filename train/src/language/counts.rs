//! How often symbols, pairs and triples occur.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use zhnorm_table::language::{BLANK, START};

/// Triples are counted where both their pairs have at least this count: the
/// others would not be kept, and are nine in ten.
const PAIRS_OF_A_TRIPLE: u32 = 6;

/// Spreads a packed key by one multiplication; nobody chooses these keys.
#[derive(Default)]
pub(crate) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("keys are of 64 bits");
    }

    fn write_u64(&mut self, key: u64) {
        let product = u128::from(key ^ 0x243f_6a88_85a3_08d3) * 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c834;
        self.0 = (product >> 64) as u64 ^ product as u64;
    }
}

pub(crate) type Table = HashMap<u64, u32, BuildHasherDefault<Spread>>;

/// Symbols one behind the other, 16 bits each.
pub(crate) fn pack(symbols: &[u16]) -> u64 {
    symbols.iter().fold(0, |all, s| all << 16 | u64::from(*s))
}

/// Weighted counts.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) singles: Table,
    pub(crate) pairs: Table,
    pub(crate) triples: Table,
}

impl Counts {
    pub(crate) fn add_pairs(&mut self, symbols: &[u16], weight: u32) {
        let mut before = START[1];
        for &symbol in symbols {
            *self.singles.entry(pack(&[symbol])).or_default() += weight;
            *self.pairs.entry(pack(&[before, symbol])).or_default() += weight;
            before = symbol;
        }
    }

    /// After all pairs.
    pub(crate) fn add_triples(&mut self, symbols: &[u16], weight: u32) {
        let pairs = &self.pairs;
        let is_frequent = |a, b| pairs.get(&pack(&[a, b])).is_some_and(|n| *n >= PAIRS_OF_A_TRIPLE);
        let mut context = START;
        for &symbol in symbols {
            let [a, b] = context;
            if is_frequent(a, b) && is_frequent(b, symbol) {
                *self.triples.entry(pack(&[a, b, symbol])).or_default() += weight;
            }
            context = if symbol == BLANK { START } else { [b, symbol] };
        }
    }

    /// What is inside a word.
    pub(crate) fn add_word(&mut self, word: &[u16], count: u32) {
        for symbol in word {
            *self.singles.entry(pack(&[*symbol])).or_default() += count;
        }
        for pair in word.windows(2) {
            *self.pairs.entry(pack(pair)).or_default() += count;
        }
        for triple in word.windows(3) {
            *self.triples.entry(pack(triple)).or_default() += count;
        }
    }
}
