//! Loops over bytes that the processor does many at a time, and the only
//! `unsafe` of the library. Knows bytes, not Chinese.

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "vector loads and stores")]
mod avx512;
mod scalar;
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "vector loads and stores")]
mod search;
mod set;
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "vector loads and stores")]
mod sieve;
mod signs;
#[cfg(test)]
mod tests;
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "vector loads and stores")]
mod x86;

pub(crate) use scalar::of_three;
pub(crate) use set::{Set, members};
pub(crate) use signs::{ASKS, BEYOND, CUT, STOPS, TELLS, clean_len, kept_len, signs};
use std::sync::OnceLock;

use zhnorm_table::chars::PLANE;
use zhnorm_table::filter::Filter;
use zhnorm_table::model::{self, Bucket};

/// A mark at which keys of any length may start, not only keys of two.
pub(crate) const LONGER: u16 = 1 << 15;

/// What the processor can do, found out once.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Level {
    Scalar,
    #[cfg(target_arch = "x86_64")]
    Avx2(x86::Avx2),
    #[cfg(target_arch = "x86_64")]
    Avx512(avx512::Avx512, x86::Avx2),
}

impl Level {
    #[inline]
    pub(crate) fn detect() -> Self {
        // Many features are asked for, which a short text would wait for.
        static LEVEL: OnceLock<Level> = OnceLock::new();
        *LEVEL.get_or_init(|| {
            #[cfg(target_arch = "x86_64")]
            match (x86::Avx2::detect(), avx512::Avx512::detect()) {
                (Some(avx2), Some(avx512)) => return Self::Avx512(avx512, avx2),
                (Some(avx2), None) => return Self::Avx2(avx2),
                (None, _) => {}
            }
            Self::Scalar
        })
    }

    /// Loops of which there is no form for the highest level take this one.
    #[cfg(target_arch = "x86_64")]
    #[inline]
    fn avx2(self) -> Option<x86::Avx2> {
        match self {
            Self::Scalar => None,
            Self::Avx2(avx2) | Self::Avx512(_, avx2) => Some(avx2),
        }
    }
}

/// Where the codes of a run of characters are written to, and their places.
pub(crate) struct Run<'a> {
    pub(crate) codes: &'a mut [u16],
    pub(crate) positions: &'a mut [u16],
}

impl Run<'_> {
    fn after(&mut self, count: usize) -> Run<'_> {
        Run { codes: &mut self.codes[count..], positions: &mut self.positions[count..] }
    }
}

/// As many ASCII characters are no longer taken one by one.
pub(crate) const ASCII_RUN: usize = 32;
/// What a [`Run`] must have room for behind the source's characters.
pub(crate) const SLACK: usize = 64;

/// Writes the codes of the first characters of a text, and their positions (from
/// `at` on), up to a character of four bytes or as many of ASCII as [`ASCII_RUN`].
/// Returns how many bytes and characters; what is behind them is undefined.
#[inline(always)]
pub(crate) fn decode(level: Level, source: &[u8], at: usize, mut run: Run<'_>) -> (usize, usize) {
    match level {
        Level::Scalar => scalar::decode(source, at, usize::MAX, run),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) => {
            let (mut from, mut count) = (0, 0);
            loop {
                let (bytes, chars) = avx2.decode(&source[from..], at + from, run.after(count));
                (from, count) = (from + bytes, count + chars);
                // What stopped that: a character of two bytes, the last few, or the end.
                let most = if source.len() - from >= x86::SPAN { 1 } else { usize::MAX };
                let (bytes, chars) = scalar::decode(&source[from..], at + from, most, run.after(count));
                (from, count) = (from + bytes, count + chars);
                if bytes == 0 || from == source.len() {
                    return (from, count);
                }
            }
        }
        #[cfg(target_arch = "x86_64")]
        Level::Avx512(avx512, _) => avx512.decode(source, at, run),
    }
}

/// The characters of a text, and room for those of the next one.
#[derive(Debug, Default)]
pub(crate) struct Characters {
    /// As many as there are places; then room.
    codes: Vec<u16>,
    places: Vec<u32>,
    positions: Vec<u16>,
}

impl Characters {
    /// Their codes; 0 of one of four bytes.
    pub(crate) fn codes(&self) -> &[u16] {
        &self.codes[..self.places.len()]
    }

    /// The bytes at which they begin.
    pub(crate) fn places(&self) -> &[u32] {
        &self.places
    }

    /// Takes a text of less than 4 GB.
    pub(crate) fn read(&mut self, level: Level, text: &str) {
        const PIECE: usize = 1 << 12;
        self.positions.resize(PIECE.min(text.len()) + SLACK, 0);
        // As much as decoding may write. What is there is written over.
        if self.codes.len() < text.len() + SLACK {
            self.codes.resize(text.len() + SLACK, 0);
        }
        self.places.clear();
        let mut at = 0;
        while at < text.len() {
            let piece = &text.as_bytes()[at..text.floor_char_boundary(at + PIECE)];
            let count = self.places.len();
            let run = Run { codes: &mut self.codes[count..], positions: &mut self.positions };
            at += match decode(level, piece, 0, run) {
                // What stopped that: four bytes, or a long run of ASCII.
                (0, _) => {
                    let len = ascii_len(piece).max(1);
                    let code = |byte: u8| if byte < 0x80 { u16::from(byte) } else { 0 };
                    self.codes[count..].iter_mut().zip(&piece[..len]).for_each(|(to, c)| *to = code(*c));
                    self.places.extend((at..at + len).map(|at| at as u32));
                    if piece[0] < 0x80 { len } else { 4 }
                }
                (bytes, count) => {
                    let places = self.positions[..count].iter().map(|place| at as u32 + u32::from(*place));
                    self.places.extend(places);
                    bytes
                }
            };
        }
    }
}

/// Writes what the characters with these codes become at these places, and a class
/// for each, which is the highest byte of its word. The characters stand one behind the
/// other, and the words are as long as they are. Returns all classes together. The place
/// of a special one, whose word has the sign, holds anything. Of output and classes as
/// many as [`SLACK`] may be overwritten behind the last character.
#[inline]
pub(crate) fn look_up(
    level: Level,
    plane: &[[u8; 4]; PLANE],
    codes: &[u16],
    positions: &[u16],
    output: &mut [u8],
    classes: &mut [u8],
) -> u8 {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx512(avx512, _) if codes.len() >= STEP => {
            avx512.look_up(plane, codes, positions, output, classes)
        }
        // AVX2 cannot compress.
        _ => scalar::look_up(plane, codes, positions, output, classes),
    }
}

/// Characters that are looked at together: what lists of marks have room for beyond
/// the last one.
pub(crate) const LANES: usize = 8;

/// Classes that are looked at together.
pub(crate) const STEP: usize = 32;

/// As [`marks`], of the characters only whose classes say that one may. The classes
/// have the one behind the last character, and then as many of 0 as a [`STEP`] has.
#[inline(always)]
pub(crate) fn marks_by_class(
    level: Level,
    filter: &Filter<'_>,
    count: usize,
    classes: &[u8],
    codes: &[u16],
    marks: &mut [u16],
) -> usize {
    match filter {
        Filter::Small(pairs) => marks_by_class_with(level, pairs, &[], count, classes, codes, marks),
        Filter::Middle(pairs, triples) => {
            marks_by_class_with(level, pairs, triples, count, classes, codes, marks)
        }
        Filter::Large(pairs, triples) => {
            marks_by_class_with(level, pairs, triples, count, classes, codes, marks)
        }
    }
}

#[inline]
fn marks_by_class_with<const P: usize, const T: usize>(
    level: Level,
    pairs: &[u8; P],
    triples: &[u8; T],
    count: usize,
    classes: &[u8],
    codes: &[u16],
    marks: &mut [u16],
) -> usize {
    match level {
        Level::Scalar => scalar::marks_by_class(pairs, triples, count, classes, codes, marks),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) => avx2.marks_by_class((pairs, triples), count, classes, codes, marks, None),
        #[cfg(target_arch = "x86_64")]
        Level::Avx512(avx512, avx2) => {
            avx2.marks_by_class((pairs, triples), count, classes, codes, marks, Some(avx512))
        }
    }
}

/// Writes the numbers of the characters at which a key may start; returns how many.
/// What is behind them is undefined. `codes` has the two behind the last character, and
/// goes on for [`LANES`] more, whatever these are.
#[inline]
pub(crate) fn marks(
    level: Level,
    filter: &Filter<'_>,
    count: usize,
    codes: &[u16],
    marks: &mut [u16],
) -> usize {
    match filter {
        Filter::Small(pairs) => marks_with(level, pairs, &[], count, codes, marks),
        Filter::Middle(pairs, triples) => marks_with(level, pairs, triples, count, codes, marks),
        Filter::Large(pairs, triples) => marks_with(level, pairs, triples, count, codes, marks),
    }
}

#[inline]
fn marks_with<const P: usize, const T: usize>(
    level: Level,
    pairs: &[u8; P],
    triples: &[u8; T],
    count: usize,
    codes: &[u16],
    marks: &mut [u16],
) -> usize {
    match level {
        Level::Scalar => scalar::marks(pairs, triples, count, codes, marks),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) | Level::Avx512(_, avx2) => avx2.marks(pairs, triples, count, codes, marks),
    }
}

/// The codes of the seven characters around the one at a byte of a text, where all
/// have three bytes and 32 can be read from the first one on. (The eighth is any.)
#[inline]
pub(crate) fn seven(level: Level, text: &[u8], at: usize) -> Option<[u16; 8]> {
    let from = at.checked_sub(9)?;
    match level {
        Level::Scalar => scalar::seven(&text[from..]),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) | Level::Avx512(_, avx2) => avx2.seven(&text[from..]),
    }
}

/// The number of ASCII bytes at the start.
#[inline]
pub(crate) fn ascii_len(bytes: &[u8]) -> usize {
    let (words, _) = bytes.as_chunks::<8>();
    let is_ascii = |word: &&[u8; 8]| u64::from_ne_bytes(**word) & 0x8080_8080_8080_8080 == 0;
    let whole = words.iter().take_while(is_ascii).count() * 8;
    let rest = bytes[whole..].iter().take_while(|b| b.is_ascii()).count();
    whole + rest
}

/// Whether a text may hold a compatibility ideograph: one of U+F800 to U+FBFF
/// or U+2F000 to U+2FFFF.
pub(crate) fn has_compatibility(level: Level, text: &[u8]) -> bool {
    struct Look<'t>(&'t [u8]);
    impl Work for Look<'_> {
        type Output = bool;
        #[inline(always)]
        fn run(self) -> bool {
            scalar::has_compatibility(self.0)
        }
    }
    vectorized(level, Look(text))
}

/// Work whose loops the compiler makes vector code of. A closure will not do, for
/// it has to be inlined, and so has what it calls.
pub(crate) trait Work {
    type Output;
    fn run(self) -> Self::Output;
}

/// Does a work with all that the processor can do.
#[inline]
pub(crate) fn vectorized<W: Work>(level: Level, work: W) -> W::Output {
    match level {
        Level::Scalar => work.run(),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) | Level::Avx512(_, avx2) => avx2.vectorized(work),
    }
}

/// Has the processor load what will be read soon.
#[inline(always)]
pub(crate) fn prefetch<T>(what: &T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: no more than a hint, whatever the address is.
    #[allow(unsafe_code)]
    unsafe {
        std::arch::x86_64::_mm_prefetch(std::ptr::from_ref(what).cast(), std::arch::x86_64::_MM_HINT_T0);
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = what;
}

/// See [`zhnorm_table::model::sum`].
#[inline(always)]
pub(crate) fn weights<const N: usize>(level: Level, buckets: &[Bucket], hashes: &[u32; N]) -> i32 {
    match level {
        Level::Scalar => model::sum(buckets, hashes),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) | Level::Avx512(_, avx2) => avx2.weights(buckets, hashes),
    }
}

/// Bytes that are known to be UTF-8 as a string.
#[inline]
pub(crate) fn into_string(bytes: Vec<u8>) -> String {
    debug_assert!(std::str::from_utf8(&bytes).is_ok());
    // SAFETY: the callers write whole pieces only: slices of a `str` between
    // character boundaries, one character over another of as many bytes, three-byte encodings of table entries that are no
    // surrogates and not below U+0800, and table values, which are UTF-8
    // because the compiler wrote them from `str` or `Tables::validated` checked
    // every one.
    #[allow(unsafe_code)]
    unsafe {
        String::from_utf8_unchecked(bytes)
    }
}
