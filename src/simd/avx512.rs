//! The loops that take 64 bytes at a time, with AVX-512.
//!
//! Tried and lost: 21 characters by two permutations where all have three bytes. That
//! is mispredicted as often as it is won, a hundredth of t2s. Ten characters one by one
//! took a third longer than with the vectors; their words put into a vector one by one, so that
//! nothing is stored and read again, no less for `t2s` and a tenth longer for `s2t`.

use std::arch::x86_64::*;
use std::mem::MaybeUninit;
use std::ops::Range;

use zhnorm_table::chars::PLANE;

use super::search::{Candidates, candidates};
use super::signs::{ASKS, CUT, STOPS, TELLS, Told};
use super::x86::Avx2;
use super::{ASCII_RUN, Run, scalar};

/// Proof that the processor has AVX-512 with byte permutations and compression, and all
/// that [`Avx2`] is a proof of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx512(());

impl Avx512 {
    pub(super) fn detect() -> Option<Self> {
        let all = Avx2::detect().is_some()
            && std::arch::is_x86_feature_detected!("avx512bw")
            && std::arch::is_x86_feature_detected!("avx512f")
            && std::arch::is_x86_feature_detected!("avx512vbmi")
            && std::arch::is_x86_feature_detected!("avx512vbmi2");
        all.then_some(Self(()))
    }

    /// See [`super::decode`].
    #[inline]
    pub(super) fn decode(self, source: &[u8], at: usize, mut run: Run<'_>) -> (usize, usize) {
        // SAFETY: `self` exists only where these features were detected.
        unsafe {
            if source.len() <= SHORT && decode_short(source, at, &mut run) {
                return (source.len(), source.len() / 3);
            }
            decode::<true>(source, at, run)
        }
    }

    /// Lists the candidates of a round of whole steps; returns how many.
    #[inline]
    pub(super) fn gather(
        self,
        classes: &[u8],
        codes: &[u16],
        round: Range<usize>,
        to: &mut Candidates,
        with_codes: bool,
    ) -> usize {
        // SAFETY: `self` exists only where these features were detected.
        unsafe { gather(classes, codes, round, to, with_codes) }
    }

    /// See [`super::signs::kept_len`].
    #[inline]
    pub(super) fn kept_len(self, table: &[u8; PLANE], text: &[u8], told: &mut Told) -> usize {
        // SAFETY: `self` exists only where these features were detected.
        unsafe { kept_len(table, text, told) }
    }

    /// See [`super::look_up`].
    #[inline]
    pub(super) fn look_up(
        self,
        plane: &[[u8; 4]; PLANE],
        codes: &[u16],
        positions: &[u16],
        output: &mut [u8],
        classes: &mut [u8],
    ) -> u8 {
        // SAFETY: `self` exists only where these features were detected.
        unsafe { look_up(plane, codes, positions, output, classes) }
    }
}

/// Goes on over blocks of so many characters; the first that holds a stop is left. What was
/// stored of one is not read before all of it is.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
fn kept_len(table: &[u8; PLANE], text: &[u8], told: &mut Told) -> usize {
    let (mut codes, mut signs) = ([0; ROUND + STEP], [0; ROUND + STEP]);
    let mut from = 0;
    loop {
        let rest = &text[from..];
        let bytes = load(rest, 0);
        if rest.len() >= STEP && _mm512_movepi8_mask(bytes) == 0 {
            let is = |end: u8| _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(end as i8));
            let ends = is(b'\n') | is(b'\r') | is(b'!') | is(b'?');
            let mut next = *told;
            if next.pass(!ends, ends, 0, 0) {
                return from;
            }
            *told = next;
            from += STEP;
            continue;
        }
        let run = Run { codes: &mut codes, positions: &mut [] };
        let (len, count) = decode::<false>(rest, 0, run);
        scalar::signs_of(table, &codes[..count], &mut signs);
        let mut next = *told;
        let mut is_stop = false;
        for at in (0..count).step_by(STEP) {
            let inside = if count - at < STEP { !(!0 << (count - at)) } else { !0 };
            let signs = load(&signs[at..], 0);
            let has = |bits: u8| _mm512_test_epi8_mask(signs, _mm512_set1_epi8(bits as i8)) & inside;
            let ends = has(CUT);
            is_stop |= has(STOPS) != 0 || next.pass(!ends, ends, has(TELLS), has(ASKS));
        }
        if is_stop || len == 0 {
            return from;
        }
        *told = next;
        from += len;
    }
}

/// Bytes of one step.
const STEP: usize = 64;

/// Without `PLACES` the codes alone are written, and a run of ASCII does not end it.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
fn decode<const PLACES: bool>(source: &[u8], at: usize, run: Run<'_>) -> (usize, usize) {
    #[rustfmt::skip]
    let numbers = _mm512_set_epi8(
        63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48,
        47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32,
        31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16,
        15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
    );
    let room = if PLACES { run.codes.len().min(run.positions.len()) } else { run.codes.len() };
    let (mut from, mut count) = (0, 0);
    while from < source.len() && count + STEP <= room {
        let rest = &source[from..];
        // The next 64 bytes, as they begin one, two and three bytes of a character.
        // (No closure takes vectors here: it would be a call through memory.)
        let one = load(rest, 0);
        let two = load(rest, 1);
        let three = load(rest, 2);
        let inside = if rest.len() < STEP { !(!0 << rest.len()) } else { !0 };
        let ascii = !_mm512_movepi8_mask(one) & inside;
        let four = _mm512_cmpge_epu8_mask(one, _mm512_set1_epi8(0xf0_u8 as i8)) & inside;
        let (mut bytes, mut taken, mut is_end) = (STEP, !0, false);
        // Rare, and else the next step does not wait for the length of this one.
        let may_run = PLACES && (ascii >> 63 != 0 || ascii.count_ones() >= ASCII_RUN as u32);
        if rest.len() < STEP || four != 0 || may_run {
            (bytes, is_end) = taken_of(rest.len(), if PLACES { ascii } else { 0 }, four);
            taken = if bytes < STEP { !(!0 << bytes) } else { !0 };
        }
        let continued = _mm512_cmplt_epi8_mask(one, _mm512_set1_epi8(0xc0_u8 as i8));
        let leads = !continued & taken;
        let chars = leads.count_ones() as usize;
        let of_two = _mm512_cmplt_epu8_mask(one, _mm512_set1_epi8(0xe0_u8 as i8)) & !ascii & leads;
        // One compression and three permutations: to compress each is slower.
        let number = _mm512_maskz_compress_epi8(leads, numbers);
        let one = _mm512_permutexvar_epi8(number, one);
        let two = _mm512_permutexvar_epi8(number, two);
        let three = _mm512_permutexvar_epi8(number, three);
        // As 16-bit numbers 32 at a time: in Chinese text, all of them.
        let mut half = 0;
        while half < chars {
            let one = widened(one, half);
            let two = _mm512_and_si512(widened(two, half), _mm512_set1_epi16(0x3f));
            let three = _mm512_and_si512(widened(three, half), _mm512_set1_epi16(0x3f));
            let code = _mm512_or_si512(_mm512_slli_epi16(one, 12), _mm512_slli_epi16(two, 6));
            let mut code = _mm512_or_si512(code, three);
            let is_ascii = _mm512_cmplt_epu16_mask(one, _mm512_set1_epi16(0x80));
            code = _mm512_mask_mov_epi16(code, is_ascii, one);
            if of_two != 0 {
                let is_two = _mm512_cmplt_epu16_mask(one, _mm512_set1_epi16(0xe0)) & !is_ascii;
                let high = _mm512_slli_epi16(_mm512_and_si512(one, _mm512_set1_epi16(0x1f)), 6);
                code = _mm512_mask_mov_epi16(code, is_two, _mm512_or_si512(high, two));
            }
            store(run.codes, count + half, code);
            if PLACES {
                let position = _mm512_add_epi16(widened(number, half), _mm512_set1_epi16((at + from) as i16));
                store(run.positions, count + half, position);
            }
            half += 32;
        }
        (from, count) = (from + bytes, count + chars);
        if is_end {
            break;
        }
    }
    (from, count)
}

/// Bytes of sixteen characters of three.
const SHORT: usize = 48;

/// The whole of a text that is no longer than that, if all its characters have three bytes:
/// what comes next waits for nothing but this, and here it waits for half as long.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
fn decode_short(source: &[u8], at: usize, run: &mut Run<'_>) -> bool {
    // The three bytes of a character, last first.
    #[rustfmt::skip]
    let three = _mm512_set_epi8(
        0, 45, 46, 47, 0, 42, 43, 44, 0, 39, 40, 41, 0, 36, 37, 38,
        0, 33, 34, 35, 0, 30, 31, 32, 0, 27, 28, 29, 0, 24, 25, 26,
        0, 21, 22, 23, 0, 18, 19, 20, 0, 15, 16, 17, 0, 12, 13, 14,
        0, 9, 10, 11, 0, 6, 7, 8, 0, 3, 4, 5, 0, 0, 1, 2,
    );
    let steps = _mm256_setr_epi16(0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 36, 39, 42, 45);
    let word = _mm512_permutexvar_epi8(three, load(source, 0));
    let marker = _mm512_and_si512(word, _mm512_set1_epi32(0x00f0_c0c0));
    let is_three = _mm512_cmpeq_epi32_mask(marker, _mm512_set1_epi32(0x00e0_8080));
    let (Some(codes), Some(positions)) = (run.codes.first_chunk_mut(), run.positions.first_chunk_mut())
    else {
        return false;
    };
    let (codes, positions): (&mut [u16; 16], &mut [u16; 16]) = (codes, positions);
    let code = _mm512_or_si512(
        _mm512_and_si512(_mm512_srli_epi32(word, 4), _mm512_set1_epi32(0xf000)),
        _mm512_or_si512(
            _mm512_and_si512(_mm512_srli_epi32(word, 2), _mm512_set1_epi32(0x0fc0)),
            _mm512_and_si512(word, _mm512_set1_epi32(0x003f)),
        ),
    );
    // SAFETY: both places are sixteen words long.
    unsafe {
        _mm256_storeu_si256(codes.as_mut_ptr().cast(), _mm512_cvtepi32_epi16(code));
        let position = _mm256_add_epi16(_mm256_set1_epi16(at as i16), steps);
        _mm256_storeu_si256(positions.as_mut_ptr().cast(), position);
    }
    3 * is_three.trailing_ones() as usize == source.len()
}

/// How many bytes a step takes, and whether none comes behind it. It ends before a
/// character of four bytes and a long run of ASCII, and before ASCII that the next step
/// continues, so that a run of it is always seen from its start.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn taken_of(len: usize, ascii: u64, four: u64) -> (usize, bool) {
    let mut bytes = len.min(STEP);
    if len > STEP && ascii >> 63 != 0 {
        bytes = STEP - ascii.leading_ones() as usize;
    }
    let mut runs = ascii & ascii >> 1;
    runs &= runs >> 2;
    runs &= runs >> 4;
    runs &= runs >> 8;
    runs &= runs >> 16;
    const { assert!(ASCII_RUN == 32) };
    let stops = four | runs;
    (bytes.min(stops.trailing_zeros() as usize), stops != 0)
}

/// Words that are found one by one before any is read as one of sixteen: what was just
/// stored cannot be read so at once. (The processor's own gathering is slower, for ten
/// characters by a sixth.)
const ROUND: usize = 256;
/// Words of one vector.
const WORDS: usize = 16;

/// Sixteen words without their zero bytes are the output.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
fn look_up(
    plane: &[[u8; 4]; PLANE],
    codes: &[u16],
    positions: &[u16],
    output: &mut [u8],
    classes: &mut [u8],
) -> u8 {
    let mut seen = _mm512_setzero_si512();
    let mut words = [const { MaybeUninit::<[u8; 4]>::uninit() }; ROUND];
    let whole = codes.len() / WORDS * WORDS;
    for round in (0..whole).step_by(ROUND) {
        let round_end = whole.min(round + ROUND);
        for (word, code) in words.iter_mut().zip(&codes[round..round_end]) {
            word.write(plane[*code as usize]);
        }
        for from in (round..round_end).step_by(WORDS) {
            let words = &words[from - round..][..WORDS];
            // SAFETY: sixteen words of four bytes, written in this round.
            let words = unsafe { _mm512_loadu_si512(words.as_ptr().cast()) };
            seen = _mm512_or_si512(seen, words);
            let at = positions[from] as usize;
            let places = (output.get_mut(at..at + STEP), classes.get_mut(from..from + WORDS));
            let is_special = _mm512_cmplt_epi32_mask(words, _mm512_setzero_si512());
            let (Some(place), Some(class), 0) = (places.0, places.1, is_special) else {
                let end = from + WORDS;
                let (codes, positions) = (&codes[from..end], &positions[from..end]);
                scalar::look_up(plane, codes, positions, output, &mut classes[from..end]);
                continue;
            };
            // The first byte is one even of a NUL.
            let bytes = _mm512_test_epi8_mask(words, _mm512_set1_epi32(0x00ff_ffff)) | 0x1111_1111_1111_1111;
            // SAFETY: the places have 64 bytes and 16.
            unsafe {
                let bytes = _mm512_maskz_compress_epi8(bytes, words);
                _mm512_storeu_si512(place.as_mut_ptr().cast(), bytes);
                let classes = _mm512_cvtepi32_epi8(_mm512_srli_epi32(words, 24));
                _mm_storeu_si128(class.as_mut_ptr().cast(), classes);
            }
        }
    }
    let (codes, positions) = (&codes[whole..], &positions[whole..]);
    let more = scalar::look_up(plane, codes, positions, output, &mut classes[whole..]);
    (_mm512_reduce_or_epi32(seen) as u32 >> 24) as u8 | more
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
fn gather(
    classes: &[u8],
    codes: &[u16],
    round: Range<usize>,
    to: &mut Candidates,
    with_codes: bool,
) -> usize {
    #[rustfmt::skip]
    let lanes = _mm512_set_epi16(
        31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16,
        15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
    );
    const { assert!(super::STEP == 32) };
    assert!(round.len() + super::STEP <= to.numbers.len() && round.end + 2 <= codes.len());
    let mut found = 0;
    for from in round.step_by(super::STEP) {
        let set = candidates(classes, from);
        let number = _mm512_add_epi16(_mm512_set1_epi16(from as i16), lanes);
        // SAFETY: the last read ends two behind the round. No more were found than it has
        // characters, and a step more has room.
        unsafe {
            let number = _mm512_maskz_compress_epi16(set, number);
            _mm512_storeu_si512(to.numbers.as_mut_ptr().add(found).cast(), number);
            for (ahead, list) in to.codes.iter_mut().enumerate().filter(|_| with_codes) {
                let codes = _mm512_loadu_si512(codes.as_ptr().add(from + ahead).cast());
                let codes = _mm512_maskz_compress_epi16(set, codes);
                _mm512_storeu_si512(list.as_mut_ptr().add(found).cast(), codes);
            }
        }
        found += set.count_ones() as usize;
    }
    found
}

/// Up to 64 bytes from `ahead` on, zeros behind them.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn load(bytes: &[u8], ahead: usize) -> __m512i {
    if bytes.len() >= ahead + STEP {
        // SAFETY: there are 64 bytes behind `ahead`.
        return unsafe { _mm512_loadu_si512(bytes.as_ptr().add(ahead).cast()) };
    }
    let len = bytes.len().saturating_sub(ahead);
    // SAFETY: `ahead` is at most the length here or `len` is 0, and a masked load
    // reads the bytes of its mask only.
    unsafe { _mm512_maskz_loadu_epi8(!(!0 << len), bytes.as_ptr().wrapping_add(ahead).cast()) }
}

/// 32 bytes from the first or the 32nd on, each as 16 bits.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn widened(bytes: __m512i, half: usize) -> __m512i {
    _mm512_cvtepu8_epi16(if half == 0 {
        _mm512_castsi512_si256(bytes)
    } else {
        _mm512_extracti64x4_epi64(bytes, 1)
    })
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn store(to: &mut [u16], from: usize, words: __m512i) {
    if let Some(place) = to.get_mut(from..from + 32) {
        // SAFETY: the place is 32 words long.
        unsafe { _mm512_storeu_si512(place.as_mut_ptr().cast(), words) };
    }
}
