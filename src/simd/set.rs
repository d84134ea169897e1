//! Sets of characters, and which of many one has.

use zhnorm_table::chars::PLANE;

use super::{Level, scalar};

/// Characters of the basic plane.
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code, reason = "read with AVX-512 only"))]
pub(crate) struct Set {
    /// A bit for each.
    pub(super) bits: [u32; PLANE / 32],
    /// A bit for some together; set where the set may have one of them.
    pub(super) sieve: [u8; SIEVE],
}

/// Bytes of a sieve.
pub(super) const SIEVE: usize = 128;
/// What a code is multiplied with, in 16 bits, for the upper ten bits to tell its bit in a
/// sieve. Of all odd factors the one that passes fewest characters of Simplified newspaper text
/// and reviews for the set of ambiguous ones: one in nine, where others pass one in five.
pub(super) const FACTOR: u16 = 60825;

impl Set {
    #[cfg(test)]
    pub(crate) fn of(codes: impl IntoIterator<Item = u16>) -> Self {
        let mut bytes = [0; PLANE / 8];
        for code in codes {
            bytes[code as usize / 8] |= 1 << (code % 8);
        }
        Self::of_bits(&bytes)
    }

    /// A set whose bits are given, the first character's lowest.
    pub(crate) const fn of_bits(bytes: &[u8; PLANE / 8]) -> Self {
        let (mut set, (words, _)) = (Self { bits: [0; PLANE / 32], sieve: [0; SIEVE] }, bytes.as_chunks());
        let mut at = 0;
        while at < words.len() {
            set.bits[at] = u32::from_le_bytes(words[at]);
            let mut rest = set.bits[at];
            while rest != 0 {
                let code = (32 * at) as u16 + rest.trailing_zeros() as u16;
                let hash = code.wrapping_mul(FACTOR);
                set.sieve[hash as usize >> 9] |= 1 << (hash >> 6 & 7);
                rest &= rest - 1;
            }
            at += 1;
        }
        set
    }

    #[inline]
    pub(crate) const fn has(&self, code: u16) -> bool {
        self.bits[code as usize / 32] >> (code % 32) & 1 != 0
    }
}

/// Writes the numbers of the codes that a set has; returns how many. There is room
/// for as many as there are codes, and what is behind them is undefined.
#[inline]
pub(crate) fn members(level: Level, set: &Set, codes: &[u16], found: &mut [u16]) -> usize {
    let (from, count) = match level {
        Level::Scalar => (0, 0),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) => avx2.members(set, codes, found),
        #[cfg(target_arch = "x86_64")]
        Level::Avx512(avx512, _) => avx512.members(set, codes, found),
    };
    count + scalar::members(set, &codes[from..], from, &mut found[count..])
}
