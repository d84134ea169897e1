//! Which of many characters a set has, 32 at a time with AVX-512: a sieve of 1024 bits that fits
//! into two vectors passes one character in nine, and of those each is looked up.

use std::arch::x86_64::*;

use super::avx512::Avx512;
use super::set::{FACTOR, SIEVE, Set};

/// Characters of one step.
const STEP: usize = 32;

impl Avx512 {
    /// See [`super::members`]; returns how many characters it looked at and how many it found,
    /// and leaves the last few to the scalar loop.
    #[inline]
    pub(super) fn members(self, set: &Set, codes: &[u16], found: &mut [u16]) -> (usize, usize) {
        // SAFETY: `self` exists only where these features were detected.
        unsafe { members(set, codes, found) }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
fn members(set: &Set, codes: &[u16], found: &mut [u16]) -> (usize, usize) {
    #[rustfmt::skip]
    let lanes = _mm512_set_epi16(
        31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16,
        15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
    );
    const { assert!(SIEVE == 128) };
    // SAFETY: the sieve has 128 bytes.
    let [low, high] = [0, 64].map(|at| unsafe { _mm512_loadu_si512(set.sieve.as_ptr().add(at).cast()) });
    let whole = codes.len() / STEP * STEP;
    assert!(whole <= found.len());
    let mut passed = 0;
    for from in (0..whole).step_by(STEP) {
        // SAFETY: `from + STEP` is within the codes.
        let code = unsafe { _mm512_loadu_si512(codes.as_ptr().add(from).cast()) };
        // As `Set::of_bits` does.
        let hash = _mm512_mullo_epi16(code, _mm512_set1_epi16(FACTOR as i16));
        let byte = _mm512_permutex2var_epi8(low, _mm512_srli_epi16(hash, 9), high);
        let bit = _mm512_and_si512(_mm512_srli_epi16(hash, 6), _mm512_set1_epi16(7));
        let passes = _mm512_test_epi16_mask(_mm512_srlv_epi16(byte, bit), _mm512_set1_epi16(1));
        let number = _mm512_add_epi16(_mm512_set1_epi16(from as i16), lanes);
        let number = _mm512_maskz_compress_epi16(passes, number);
        // SAFETY: no more pass than were looked at, and `from + STEP` is within what is found.
        unsafe { _mm512_storeu_si512(found.as_mut_ptr().add(passed).cast(), number) };
        passed += passes.count_ones() as usize;
    }
    let mut count = 0;
    for at in 0..passed {
        let number = found[at];
        found[count] = number;
        count += usize::from(set.has(codes[number as usize]));
    }
    (whole, count)
}
