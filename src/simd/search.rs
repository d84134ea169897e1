//! Which of many characters are looked for, eight at a time with AVX2.

use std::arch::x86_64::*;
use std::mem::MaybeUninit;
use std::ops::Range;

use zhnorm_table::chars::{FIRST, ODD, SECOND};
use zhnorm_table::filter::{FACTORS, hash2, shift, test as test_one};

use super::avx512::Avx512;
use super::x86::Avx2;
use super::{LANES, LONGER, STEP, Set, scalar};

impl Avx2 {
    /// See [`super::marks`].
    #[inline]
    pub(super) fn marks<const P: usize, const T: usize>(
        self,
        pairs: &[u8; P],
        triples: &[u8; T],
        count: usize,
        codes: &[u16],
        marks: &mut [u16],
    ) -> usize {
        // SAFETY: `self` exists only where AVX2 was detected.
        unsafe { self::marks(pairs, triples, count, codes, marks) }
    }

    /// See [`super::marks_by_class`].
    #[inline]
    pub(super) fn marks_by_class<const P: usize, const T: usize>(
        self,
        (pairs, triples): (&[u8; P], &[u8; T]),
        count: usize,
        classes: &[u8],
        codes: &[u16],
        marks: &mut [u16],
        avx512: Option<Avx512>,
    ) -> usize {
        // SAFETY: `self` exists only where AVX2 was detected.
        unsafe { marks_by_class(pairs, triples, count, classes, codes, marks, avx512) }
    }

    /// See [`super::members`]; returns how many characters it looked at and how
    /// many it found, and leaves the last few to the scalar loop.
    #[inline]
    pub(super) fn members(self, set: &Set, codes: &[u16], found: &mut [u16]) -> (usize, usize) {
        // SAFETY: `self` exists only where AVX2 was detected.
        unsafe { members(set, codes, found) }
    }
}

/// For each set of eight bits, the numbers of those set, in order.
static SET_BITS: [[u8; 8]; 256] = {
    let mut table = [[0; 8]; 256];
    let mut bits = 0;
    while bits < 256 {
        let (mut bit, mut count) = (0, 0);
        while bit < 8 {
            if bits >> bit & 1 != 0 {
                table[bits][count] = bit as u8;
                count += 1;
            }
            bit += 1;
        }
        bits += 1;
    }
    table
};

/// For each set of eight bits, as a shuffle: the lanes of 16 bits whose bits are set.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn set_lanes(bits: u8) -> (__m128i, __m128i) {
    let order = _mm_cvtepu8_epi16(_mm_cvtsi64_si128(i64::from_le_bytes(SET_BITS[bits as usize])));
    // Byte i of the order becomes the two bytes of lane i.
    let shuffle = _mm_add_epi16(_mm_mullo_epi16(order, _mm_set1_epi16(0x0202)), _mm_set1_epi16(0x0100));
    (order, shuffle)
}

/// Eight characters with codes `a` before `b` and `c`: the marks of those at which a
/// key may start, in the first lanes, and the set of these.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn starts<const P: usize, const T: usize>(
    pairs: &[u8; P],
    triples: &[u8; T],
    [a, b, c]: [__m128i; 3],
    number: __m128i,
    wanted: u8,
) -> (__m128i, u8) {
    let times = |codes: __m128i, i: usize| {
        _mm256_mullo_epi32(_mm256_cvtepu16_epi32(codes), _mm256_set1_epi32(FACTORS[i] as i32))
    };
    let pair = _mm256_add_epi32(times(a, 0), times(b, 1));
    let pair_bits = test(pairs, pair);
    let (any, longer) = if T == 0 {
        (pair_bits, pair_bits)
    } else {
        let longer = test(triples, _mm256_add_epi32(pair, times(c, 2)));
        (_mm256_or_si256(pair_bits, longer), longer)
    };
    let set = _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_slli_epi32(any, 31))) as u8 & wanted;
    let is_longer = _mm256_and_si256(longer, _mm256_set1_epi32(1));
    let is_longer = _mm256_slli_epi32(is_longer, LONGER.trailing_zeros() as i32);
    let is_longer = _mm256_permute4x64_epi64(_mm256_packus_epi32(is_longer, is_longer), 0b1000);
    let mark = _mm_or_si128(number, _mm256_castsi256_si128(is_longer));
    (_mm_shuffle_epi8(mark, set_lanes(set).1), set)
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn marks<const P: usize, const T: usize>(
    pairs: &[u8; P],
    triples: &[u8; T],
    count: usize,
    codes: &[u16],
    marks: &mut [u16],
) -> usize {
    let lanes = _mm_setr_epi16(0, 1, 2, 3, 4, 5, 6, 7);
    assert!(count.next_multiple_of(LANES) + 2 <= codes.len() && count + LANES <= marks.len());
    let mut marked = 0;
    for from in (0..count).step_by(LANES) {
        // SAFETY: the last of the three reads ends at `from + 10`, two behind whole lanes.
        let load = |ahead: usize| unsafe { _mm_loadu_si128(codes.as_ptr().add(from + ahead).cast()) };
        let number = _mm_add_epi16(_mm_set1_epi16(from as i16), lanes);
        let wanted = !0 >> (from + LANES).saturating_sub(count);
        let (kept, set) = starts(pairs, triples, [load(0), load(1), load(2)], number, wanted);
        // SAFETY: no more are marked than there are characters, and there is room for
        // eight more.
        unsafe { _mm_storeu_si128(marks.as_mut_ptr().add(marked).cast(), kept) };
        marked += set.count_ones() as usize;
    }
    marked
}

/// Characters of which the candidates are gathered before they are looked at.
const ROUND: usize = 512;

/// A list of what was gathered, with room for the vector behind.
type List = [MaybeUninit<u16>; ROUND + STEP];

/// The numbers of the candidates, and the codes of these and of the two behind each.
pub(super) struct Candidates {
    pub(super) numbers: List,
    pub(super) codes: [List; 3],
}

/// Gathers the candidates first, with their codes where there may be many, so that
/// none of the eight lanes is spent on another character.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn marks_by_class<const P: usize, const T: usize>(
    pairs: &[u8; P],
    triples: &[u8; T],
    count: usize,
    classes: &[u8],
    codes: &[u16],
    marks: &mut [u16],
    avx512: Option<Avx512>,
) -> usize {
    if count < STEP {
        return few(pairs, triples, classes, codes, marks);
    }
    let list = [const { MaybeUninit::<u16>::uninit() }; ROUND + STEP];
    let mut candidates = Candidates { numbers: list, codes: [list; 3] };
    let (mut from, mut marked) = (0, 0);
    // What is behind the last character belongs to none that is looked for.
    let end = count.next_multiple_of(STEP);
    assert!(end < classes.len() && end + 2 <= codes.len() && count + LANES <= marks.len());
    while from < end {
        let round = from..end.min(from + ROUND);
        from = round.end;
        let (classes, codes_behind) = (&classes[..=end], &codes[..end + 2]);
        let found = match avx512 {
            Some(avx512) => avx512.gather(classes, codes_behind, round, &mut candidates, T > 0),
            None => gather(classes, codes_behind, round, &mut candidates, T > 0),
        };
        let Candidates { numbers, codes: gathered } = &mut candidates;
        if T == 0 {
            for number in &numbers[..found] {
                // SAFETY: written when it was found.
                let index = unsafe { number.assume_init() };
                let (a, b) = (codes[index as usize], codes[index as usize + 1]);
                marks[marked] = index | LONGER;
                marked += usize::from(test_one(pairs, hash2(a, b)));
            }
            continue;
        }
        // What eight lanes hold beyond the last one found.
        for list in gathered.iter_mut().chain([&mut *numbers]) {
            list[found..found + 8].fill(MaybeUninit::new(0));
        }
        for at in (0..found).step_by(8) {
            // SAFETY: up to `found + 8` all was written, and of the marks there is room for
            // eight more than characters.
            unsafe {
                let load = |list: &[MaybeUninit<u16>]| _mm_loadu_si128(list.as_ptr().add(at).cast());
                let [a, b, c] = &*gathered;
                let wanted = !0 >> (at + 8).saturating_sub(found);
                let (kept, set) =
                    starts(pairs, triples, [load(a), load(b), load(c)], load(&*numbers), wanted);
                _mm_storeu_si128(marks.as_mut_ptr().add(marked).cast(), kept);
                marked += set.count_ones() as usize;
            }
        }
    }
    marked
}

/// The candidates among the classes from `from` on, as bits.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
pub(super) fn candidates(classes: &[u8], from: usize) -> u32 {
    // See `may_start` in the table.
    const { assert!(SECOND == FIRST << 1) };
    assert!(from + STEP < classes.len());
    let groups = _mm256_set1_epi8(((FIRST | FIRST << ODD) >> 24) as i8);
    // SAFETY: the second of the two reads ends one behind the step.
    let load = |ahead: usize| unsafe { _mm256_loadu_si256(classes.as_ptr().add(from + ahead).cast()) };
    let both = _mm256_and_si256(_mm256_and_si256(load(0), _mm256_srli_epi16(load(1), 1)), groups);
    !_mm256_movemask_epi8(_mm256_cmpeq_epi8(both, _mm256_setzero_si256())) as u32
}

/// Of less than a step the candidates are few, and not worth eight at a time.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn few<const P: usize, const T: usize>(
    pairs: &[u8; P],
    triples: &[u8; T],
    classes: &[u8],
    codes: &[u16],
    marks: &mut [u16],
) -> usize {
    let mut marked = 0;
    let mut set = candidates(classes, 0);
    while set != 0 {
        let index = set.trailing_zeros() as usize;
        set &= set - 1;
        let (any, longer) =
            scalar::starts(pairs, triples, [codes[index], codes[index + 1], codes[index + 2]]);
        marks[marked] = index as u16 | if longer { LONGER } else { 0 };
        marked += usize::from(any);
    }
    marked
}

/// Lists the candidates of a round of whole steps; returns how many.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn gather(
    classes: &[u8],
    codes: &[u16],
    round: Range<usize>,
    to: &mut Candidates,
    with_codes: bool,
) -> usize {
    assert!(round.len() <= ROUND && round.end + 2 <= codes.len());
    let mut found = 0;
    for step in round.step_by(STEP) {
        for (from, set) in (step..).step_by(LANES).zip(candidates(classes, step).to_le_bytes()) {
            let (order, shuffle) = set_lanes(set);
            let number = _mm_add_epi16(order, _mm_set1_epi16(from as i16));
            // SAFETY: the last read ends two behind the round. No more were found than it
            // has characters, and a step more has room.
            unsafe {
                _mm_storeu_si128(to.numbers.as_mut_ptr().add(found).cast(), number);
                for (ahead, list) in to.codes.iter_mut().enumerate().filter(|_| with_codes) {
                    let codes = _mm_loadu_si128(codes.as_ptr().add(from + ahead).cast());
                    _mm_storeu_si128(list.as_mut_ptr().add(found).cast(), _mm_shuffle_epi8(codes, shuffle));
                }
            }
            found += set.count_ones() as usize;
        }
    }
    found
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn members(set: &Set, codes: &[u16], found: &mut [u16]) -> (usize, usize) {
    let lanes = _mm_setr_epi16(0, 1, 2, 3, 4, 5, 6, 7);
    let (mut from, mut count) = (0, 0);
    while from + 8 <= codes.len() && count + 8 <= found.len() {
        // SAFETY: `from + 8` is within the codes.
        let code = unsafe { _mm256_cvtepu16_epi32(_mm_loadu_si128(codes.as_ptr().add(from).cast())) };
        // SAFETY: a code divided by 32 is below the number of words.
        let word = unsafe { _mm256_i32gather_epi32(set.bits.as_ptr().cast(), _mm256_srli_epi32(code, 5), 4) };
        // The bit of the code becomes the sign.
        let place = _mm256_andnot_si256(code, _mm256_set1_epi32(31));
        let is_member = _mm256_sllv_epi32(word, place);
        let members = _mm256_movemask_ps(_mm256_castsi256_ps(is_member)) as u8;
        let kept = _mm_shuffle_epi8(_mm_add_epi16(_mm_set1_epi16(from as i16), lanes), set_lanes(members).1);
        // SAFETY: `count + 8` is within what is found.
        unsafe { _mm_storeu_si128(found.as_mut_ptr().add(count).cast(), kept) };
        count += members.count_ones() as usize;
        from += 8;
    }
    (from, count)
}

/// Whether both bits of each hash are set, as the lowest bit of its lane.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn test<const N: usize>(bits: &[u8; N], hash: __m256i) -> __m256i {
    let bit = _mm256_srl_epi32(hash, _mm_cvtsi32_si128(shift::<N>() as i32));
    let place = _mm256_srli_epi32(bit, 5);
    // SAFETY: a hash shifted by `shift::<N>()` is below 8·N, so its word of four
    // bytes is within the N bytes.
    let word = unsafe { _mm256_i32gather_epi32(bits.as_ptr().cast(), place, 4) };
    let low = _mm256_set1_epi32(31);
    let other = _mm256_srl_epi32(hash, _mm_cvtsi32_si128(shift::<N>() as i32 - 5));
    let one = _mm256_srlv_epi32(word, _mm256_and_si256(bit, low));
    _mm256_and_si256(one, _mm256_srlv_epi32(word, _mm256_and_si256(other, low)))
}
