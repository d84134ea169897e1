//! The loops eight characters at a time, with AVX2.

use std::arch::x86_64::*;

use zhnorm_table::chars::PLANE;
use zhnorm_table::model::{Bucket, home};

use super::signs::{ASKS, CUT, STOPS, TELLS, Told};
use super::{ASCII_RUN, Run, Work};

/// Proof that the processor has AVX2.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx2(());

impl Avx2 {
    pub(super) fn detect() -> Option<Self> {
        let all = std::arch::is_x86_feature_detected!("avx2")
            && std::arch::is_x86_feature_detected!("bmi1")
            && std::arch::is_x86_feature_detected!("bmi2")
            && std::arch::is_x86_feature_detected!("lzcnt")
            && std::arch::is_x86_feature_detected!("popcnt");
        all.then_some(Self(()))
    }

    /// See [`super::decode`]; stops before a character of two bytes, eight of ASCII
    /// and the last characters, too.
    #[inline]
    pub(super) fn decode(self, source: &[u8], at: usize, run: Run<'_>) -> (usize, usize) {
        // SAFETY: `self` exists only where AVX2 was detected.
        unsafe { decode(source, at, run) }
    }

    /// See [`super::vectorized`].
    #[inline]
    pub(super) fn vectorized<W: Work>(self, work: W) -> W::Output {
        #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
        fn inner<W: Work>(work: W) -> W::Output {
            work.run()
        }
        // SAFETY: `self` exists only where AVX2 was detected.
        unsafe { inner(work) }
    }

    /// See [`super::signs::signs`]; stops before a character of two or four bytes, and
    /// before the last characters, too.
    #[inline]
    pub(super) fn signs<const CUTS: bool>(self, table: &[u8; PLANE], text: &[u8]) -> (usize, u8) {
        // SAFETY: `self` exists only where AVX2 was detected.
        unsafe { signs::<CUTS>(table, text) }
    }

    /// See [`super::signs::clean_len`]; stops up to eight characters before that, before one of
    /// two bytes, and before the last ones.
    #[inline]
    pub(super) fn clean_len(self, table: &[u8; PLANE], mask: u8, text: &[u8]) -> usize {
        // SAFETY: `self` exists only where AVX2 was detected.
        unsafe { clean_len(table, mask, text) }
    }

    /// See [`super::signs::kept_len`]; stops as [`Self::clean_len`] does.
    #[inline]
    pub(super) fn kept_len(self, table: &[u8; PLANE], text: &[u8], told: &mut Told) -> usize {
        // SAFETY: `self` exists only where AVX2 was detected.
        unsafe { kept_len(table, text, told) }
    }

    /// See [`super::seven`]; of the first seven characters.
    #[inline]
    pub(super) fn seven(self, text: &[u8]) -> Option<[u16; 8]> {
        // SAFETY: `self` exists only where AVX2 was detected.
        unsafe { seven(text) }
    }

    /// See [`super::weights`].
    #[inline(always)]
    pub(super) fn weights(self, buckets: &[Bucket], hashes: &[u32]) -> i32 {
        // SAFETY: `self` exists only where AVX2 was detected.
        unsafe { weights(buckets, hashes) }
    }
}

/// Bytes read for eight characters of three, two vectors of 16, the second twelve
/// bytes on, and the word behind them.
pub(super) const SPAN: usize = 32;

/// The codes of eight characters of three bytes at `from`, 0 for what is none, and how
/// many are some, from the first on; `from + SPAN` is within the text.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn eight(text: &[u8], from: usize) -> (__m128i, usize) {
    debug_assert!(from + SPAN <= text.len());
    // The three bytes of a character, last first.
    #[rustfmt::skip]
    let gather = _mm256_setr_epi8(
        2, 1, 0, -1, 5, 4, 3, -1, 8, 7, 6, -1, 11, 10, 9, -1,
        2, 1, 0, -1, 5, 4, 3, -1, 8, 7, 6, -1, 11, 10, 9, -1,
    );
    // SAFETY: `from + SPAN` is within the text: 12 + 16 bytes.
    let bytes = unsafe {
        let low = _mm_loadu_si128(text.as_ptr().add(from).cast());
        let high = _mm_loadu_si128(text.as_ptr().add(from + 12).cast());
        _mm256_set_m128i(high, low)
    };
    let word = _mm256_shuffle_epi8(bytes, gather);
    let marker = _mm256_and_si256(word, _mm256_set1_epi32(0x00f0_c0c0));
    let is_three = _mm256_cmpeq_epi32(marker, _mm256_set1_epi32(0x00e0_8080));
    let code = _mm256_or_si256(
        _mm256_and_si256(_mm256_srli_epi32(word, 4), _mm256_set1_epi32(0xf000)),
        _mm256_or_si256(
            _mm256_and_si256(_mm256_srli_epi32(word, 2), _mm256_set1_epi32(0x0fc0)),
            _mm256_and_si256(word, _mm256_set1_epi32(0x003f)),
        ),
    );
    let code = _mm256_and_si256(code, is_three);
    let packed = _mm256_permute4x64_epi64(_mm256_packus_epi32(code, code), 0b1000);
    let three = (_mm256_movemask_ps(_mm256_castsi256_ps(is_three)) as u8).trailing_ones();
    (_mm256_castsi256_si128(packed), three as usize)
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn decode(source: &[u8], at: usize, run: Run<'_>) -> (usize, usize) {
    let steps = _mm_setr_epi16(0, 3, 6, 9, 12, 15, 18, 21);
    let room = run.codes.len().min(run.positions.len());
    let (mut from, mut count) = (0, 0);
    while from + SPAN <= source.len() && count + 8 + ASCII_RUN <= room {
        let (code, three) = eight(source, from);
        let position = _mm_add_epi16(_mm_set1_epi16((at + from) as i16), steps);
        // SAFETY: `count + 8` is within both slices.
        unsafe {
            _mm_storeu_si128(run.codes.as_mut_ptr().add(count).cast(), code);
            _mm_storeu_si128(run.positions.as_mut_ptr().add(count).cast(), position);
        }
        // No branch depends on where a run of either kind ends. (With a branch for
        // eight whole characters this lost a third of its speed on text with figures
        // and Latin words.)
        count += three;
        from += 3 * three;
        // SAFETY: 24 bytes at most were taken of `SPAN`.
        let word = unsafe { source.as_ptr().add(from).cast::<u64>().read_unaligned() }.to_le();
        let ascii = (word & 0x8080_8080_8080_8080).trailing_zeros() as usize / 8;
        let position =
            _mm_add_epi16(_mm_set1_epi16((at + from) as i16), _mm_setr_epi16(0, 1, 2, 3, 4, 5, 6, 7));
        // SAFETY: `count + ASCII_RUN` is within both slices.
        unsafe {
            let code = _mm_cvtepu8_epi16(_mm_cvtsi64_si128(word as i64));
            _mm_storeu_si128(run.codes.as_mut_ptr().add(count).cast(), code);
            _mm_storeu_si128(run.positions.as_mut_ptr().add(count).cast(), position);
        }
        // A longer run of ASCII is told as a whole, and so is one that the span cuts.
        if ascii == 8 || (ascii == 0 && three < 8) {
            break;
        }
        count += ascii;
        from += ascii;
    }
    (from, count)
}

/// Tried and lost: the signs of a block into an array first, and the sentences from its words, was a third
/// slower. Where a sentence ends is mispredicted all the same, and here the next one's characters are looked
/// up meanwhile. Sets of 64 characters, in which one addition tells of all sentences whether they have a sign
/// of their own, were a third faster on text with Latin words, a tenth slower without, and a quarter slower
/// on text of both scripts. The same with nothing done for a sentence but where the kind changes: as fast on
/// text of both scripts, a quarter slower where most is kept. Sixteen characters at a time with AVX-512, a
/// tenth slower: more is done in vain where an end is mispredicted. Where most sentences are kept,
/// [`clean_len`] and [`kept_len`] pass over them first.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn signs<const CUTS: bool>(table: &[u8; PLANE], text: &[u8]) -> (usize, u8) {
    let cuts = if CUTS { u64::from_ne_bytes([CUT; 8]) } else { 0 };
    let together = |seen: u64| {
        let seen = seen | seen >> 32;
        let seen = seen | seen >> 16;
        (seen | seen >> 8) as u8
    };
    let (mut from, mut seen) = (0, 0u64);
    while from + SPAN <= text.len() {
        let (code, three) = eight(text, from);
        let signs = signs_of(table, code);
        // Nearly always so, and then the next round does not wait for the length.
        if three == 8 && signs & cuts == 0 {
            seen |= signs;
            from += 24;
            continue;
        }
        let signs = first(signs, three);
        if signs & cuts != 0 {
            let count = (signs & cuts).trailing_zeros() as usize / 8 + 1;
            return (from + 3 * count, together(seen | first(signs, count)));
        }
        seen |= signs;
        from += 3 * three;
        if three == 8 {
            continue;
        }
        // SAFETY: 24 bytes at most were taken of `SPAN`.
        let word = unsafe { text.as_ptr().add(from).cast::<u64>().read_unaligned() }.to_le();
        let ascii = (word & 0x8080_8080_8080_8080).trailing_zeros() as usize / 8;
        let end = ascii_ends(word).trailing_zeros() as usize / 8;
        if end < ascii {
            let sign = table[text[from + end] as usize];
            seen |= u64::from(sign);
            if CUTS && sign & CUT != 0 {
                return (from + end + 1, together(seen));
            }
        }
        match ascii {
            0 => break,
            8 => from += 8 + plain_len(&text[from + 8..]),
            _ => from += ascii,
        }
    }
    (from, together(seen))
}

/// What a table says of eight characters, a byte for each.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn signs_of(table: &[u8; PLANE], codes: __m128i) -> u64 {
    let four = |codes: i64| {
        let one = |i: u32| u64::from(table[(codes >> (16 * i)) as u16 as usize]);
        one(0) | one(1) << 8 | one(2) << 16 | one(3) << 24
    };
    four(_mm_cvtsi128_si64(codes)) | four(_mm_extract_epi64(codes, 1)) << 32
}

/// So many first bytes, up to eight; shifted in two steps, for 64 is too far.
fn first(bytes: u64, count: usize) -> u64 {
    bytes & !(!0 << (count * 4) << (count * 4))
}

/// The highest bit of each of eight bytes of ASCII that ends a sentence.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn ascii_ends(word: u64) -> u64 {
    let word = _mm_cvtsi64_si128(word as i64);
    let is = |c: u8| _mm_cmpeq_epi8(word, _mm_set1_epi8(c as i8));
    let ends = _mm_or_si128(_mm_or_si128(is(b'\n'), is(b'\r')), _mm_or_si128(is(b'!'), is(b'?')));
    _mm_cvtsi128_si64(ends) as u64 & u64::from_ne_bytes([CUT; 8])
}

/// How many bytes at the start are ASCII that ends no sentence, as far as whole vectors go.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn plain_len(text: &[u8]) -> usize {
    let mut len = 0;
    for bytes in text.as_chunks::<32>().0 {
        // SAFETY: 32 bytes.
        let bytes = unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) };
        let is = |c: u8| _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(c as i8));
        let ends =
            _mm256_or_si256(_mm256_or_si256(is(b'\n'), is(b'\r')), _mm256_or_si256(is(b'!'), is(b'?')));
        let stops = _mm256_movemask_epi8(_mm256_or_si256(ends, bytes)) as u32;
        len += stops.trailing_zeros() as usize;
        if stops != 0 {
            break;
        }
    }
    len
}

/// Does not ask where anything ends, so that nothing is mispredicted there.
///
/// Tried and lost: codes written to memory and read again one by one (an eighth slower), and
/// 64 bytes at a time with AVX-512 (half as fast: the codes are not forwarded from so wide
/// a store).
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn clean_len(table: &[u8; PLANE], mask: u8, text: &[u8]) -> usize {
    let mut from = 0;
    while from + SPAN <= text.len() {
        let (code, three) = eight(text, from);
        let one = |four: i64, i: u32| table[(four >> (16 * i)) as u16 as usize];
        let four = |codes: i64| one(codes, 0) | one(codes, 1) | one(codes, 2) | one(codes, 3);
        if (four(_mm_cvtsi128_si64(code)) | four(_mm_extract_epi64(code, 1))) & mask != 0 {
            break;
        }
        // Nearly always so, and then the next round does not wait for the length.
        if three == 8 {
            from += 24;
            continue;
        }
        from += 3 * three;
        // SAFETY: 24 bytes at most were taken of `SPAN`.
        let word = unsafe { text.as_ptr().add(from).cast::<u64>().read_unaligned() }.to_le();
        let ascii = (word & 0x8080_8080_8080_8080).trailing_zeros() as usize / 8;
        match ascii {
            0 => break,
            8 => from += 8 + plain_len(&text[from + 8..]),
            _ => from += ascii,
        }
    }
    from
}

/// Goes on over the signs of eight characters, or of fewer and zeros.
#[inline(always)]
fn pass(told: &mut Told, signs: u64) -> bool {
    const LOW: u64 = u64::from_ne_bytes([1; 8]);
    let bit = |sign: u8| signs >> sign.trailing_zeros() & LOW;
    let ends = bit(CUT);
    let inside = ends ^ LOW;
    told.pass((inside << 8).wrapping_sub(inside), ends, bit(TELLS), bit(ASKS))
}

/// Does not ask where sentences end, so that nothing is mispredicted there.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn kept_len(table: &[u8; PLANE], text: &[u8], told: &mut Told) -> usize {
    const STOP: u64 = u64::from_ne_bytes([STOPS; 8]);
    let (mut from, mut now) = (0, *told);
    while from + SPAN <= text.len() {
        let (code, three) = eight(text, from);
        let signs = first(signs_of(table, code), three);
        let mut next = now;
        if pass(&mut next, signs) || signs & STOP != 0 {
            break;
        }
        now = next;
        from += 3 * three;
        // Nearly always so, and then the next round does not wait for the length.
        if three == 8 {
            continue;
        }
        // SAFETY: 24 bytes at most were taken of `SPAN`.
        let word = unsafe { text.as_ptr().add(from).cast::<u64>().read_unaligned() }.to_le();
        let ascii = (word & 0x8080_8080_8080_8080).trailing_zeros() as usize / 8;
        if ascii == 0 || pass(&mut next, first(ascii_ends(word), ascii)) {
            break;
        }
        now = next;
        from += ascii;
        if ascii == 8 {
            from += plain_len(&text[from..]);
        }
    }
    *told = now;
    from
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn seven(text: &[u8]) -> Option<[u16; 8]> {
    if text.len() < SPAN {
        return None;
    }
    let (codes, three) = eight(text, 0);
    let mut seven = [0; 8];
    // SAFETY: eight codes of two bytes.
    unsafe { _mm_storeu_si128(seven.as_mut_ptr().cast(), codes) };
    (three >= 7).then_some(seven)
}

/// Four fingerprints at a time.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn weights(buckets: &[Bucket], hashes: &[u32]) -> i32 {
    let mut sums = _mm_setzero_si128();
    for hash in hashes {
        let bucket = &buckets[home(*hash, buckets.len())];
        // SAFETY: a bucket has eight bytes of fingerprints and four of weights.
        let (prints, weights) = unsafe {
            (_mm_loadl_epi64(bucket.as_ptr().cast()), _mm_loadu_si32(bucket.as_ptr().add(8).cast()))
        };
        let found = _mm_cmpeq_epi16(prints, _mm_set1_epi16(*hash as i16));
        // In 16 bits there is room for as many weights as there are features.
        sums = _mm_add_epi16(sums, _mm_and_si128(found, _mm_cvtepi8_epi16(weights)));
    }
    let pairs = _mm_madd_epi16(sums, _mm_set1_epi16(1));
    _mm_cvtsi128_si32(pairs) + _mm_extract_epi32(pairs, 1)
}
