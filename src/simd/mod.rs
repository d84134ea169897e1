//! Loops over bytes that the processor does many at a time, and the only
//! `unsafe` of the library. Knows bytes, not Chinese.

mod scalar;
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "vector loads and stores")]
mod x86;

use zhnorm_table::chars::PLANE;
use zhnorm_table::features::COUNT;
use zhnorm_table::filter::Filter;
use zhnorm_table::model::{self, Bucket};

/// A mark at which keys of any length may start, not only keys of two.
pub(crate) const LONGER: u16 = 1 << 15;

/// What the processor can do, found out once for each text.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Level {
    Scalar,
    #[cfg(target_arch = "x86_64")]
    Avx2(x86::Avx2),
}

impl Level {
    pub(crate) fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = x86::Avx2::detect() {
            return Self::Avx2(avx2);
        }
        Self::Scalar
    }
}

/// Where a run of characters is written to: its output holds the source already.
pub(crate) struct Run<'a> {
    pub(crate) output: &'a mut [u8],
    pub(crate) codes: &'a mut [u16],
    pub(crate) positions: &'a mut [u16],
}

impl Run<'_> {
    fn after(&mut self, bytes: usize, count: usize) -> Run<'_> {
        Run {
            output: &mut self.output[bytes..],
            codes: &mut self.codes[count..],
            positions: &mut self.positions[count..],
        }
    }
}

/// As many ASCII characters are no longer taken one by one.
pub(crate) const ASCII_RUN: usize = 8;

/// Writes the plain outputs, codes and positions (from `at` on) of characters of
/// three bytes and of short runs of ASCII, up to anything else: a character with
/// a special output, or of another length, or a longer run of ASCII. Returns how
/// many bytes and characters; what is behind them in `codes` and `positions` is
/// undefined, and in `output` characters further on may have been replaced.
#[inline]
pub(crate) fn decode(
    level: Level,
    plane: &[[u8; 2]; PLANE],
    source: &[u8],
    at: usize,
    mut run: Run<'_>,
) -> (usize, usize) {
    let (bytes, count) = match level {
        Level::Scalar => (0, 0),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) => avx2.decode(plane, source, at, run.after(0, 0)),
    };
    let rest = scalar::decode(plane, &source[bytes..], at + bytes, run.after(bytes, count));
    (bytes + rest.0, count + rest.1)
}

/// Writes the numbers of the characters at which a key may start, the last two
/// of `codes` excepted; returns how many. What is behind them is undefined.
#[inline]
pub(crate) fn marks(level: Level, filter: &Filter<'_>, codes: &[u16], marks: &mut [u16]) -> usize {
    match filter {
        Filter::Small(pairs) => marks_with(level, pairs, &[], codes, marks),
        Filter::Middle(pairs, triples) => marks_with(level, pairs, triples, codes, marks),
        Filter::Large(pairs, triples) => marks_with(level, pairs, triples, codes, marks),
    }
}

#[inline]
fn marks_with<const P: usize, const T: usize>(
    level: Level,
    pairs: &[u8; P],
    triples: &[u8; T],
    codes: &[u16],
    marks: &mut [u16],
) -> usize {
    let (from, marked) = match level {
        Level::Scalar => (0, 0),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) => avx2.marks(pairs, triples, codes, marks),
    };
    marked + scalar::marks(pairs, triples, &codes[from..], from, &mut marks[marked..])
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
        Level::Avx2(avx2) => avx2.vectorized(work),
    }
}

/// In a table of signs: the text is cut behind such a character.
pub(crate) const CUT: u8 = 1 << 7;

/// The length of a text up to its first cut, the character that cuts included,
/// and what the table says of all its characters together. Of the characters of
/// one byte only `\n`, `\r`, `!` and `?` may say something, of those beyond the
/// basic plane none does. The text begins with a whole character and is UTF-8.
#[inline]
pub(crate) fn signs(level: Level, table: &[u8; PLANE], text: &[u8]) -> (usize, u8) {
    let (mut at, mut seen) = (0, 0);
    while seen & CUT == 0 && at < text.len() {
        #[cfg(target_arch = "x86_64")]
        if let Level::Avx2(avx2) = level {
            let (len, more) = avx2.signs(table, &text[at..]);
            (at, seen) = (at + len, seen | more);
            if seen & CUT != 0 {
                break;
            }
        }
        // What stopped that: a character of two or four bytes, or the last few bytes.
        let most = match level {
            Level::Scalar => usize::MAX,
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(_) if text.len() - at >= x86::SPAN => 1,
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(_) => usize::MAX,
        };
        let (len, more) = scalar::signs(table, &text[at..], most);
        (at, seen) = (at + len, seen | more);
    }
    (at, seen)
}

/// See [`zhnorm_table::model::sum`].
#[inline(always)]
pub(crate) fn weights(level: Level, buckets: &[Bucket], hashes: &[u32; COUNT]) -> i32 {
    match level {
        Level::Scalar => model::sum(buckets, hashes),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) => avx2.weights(buckets, hashes),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Characters of one to four bytes, some with special outputs, in an order
    /// that repeats late.
    fn text(seed: usize, chars: usize) -> String {
        let some: Vec<char> =
            "文字漢語一二三四五六七八九十\u{fff}\u{ffff}，。aé\u{20000}⿰".chars().collect();
        let pick =
            |i: usize| some[(i * i * 7 + i * seed + seed * seed) % if i % 97 < 60 { 16 } else { some.len() }];
        (0..chars).map(pick).collect()
    }

    fn plane() -> Box<[[u8; 2]; PLANE]> {
        let mut plane = Box::new([[0; 2]; PLANE]);
        for (c, output) in plane.iter_mut().enumerate() {
            let special = c == '十' as usize || c == '⿰' as usize;
            *output = if special { 0xd801_u16 } else { (c as u16) ^ 1 }.to_le_bytes();
        }
        plane
    }

    #[test]
    fn every_level_writes_the_same_run() {
        let plane = plane();
        for seed in 0..64 {
            let text = text(seed, 120);
            for (start, _) in text.char_indices().take(40) {
                let source = &text.as_bytes()[start..];
                let run = |level| {
                    let (mut output, mut codes, mut positions) =
                        (source.to_vec(), vec![0; 200], vec![0; 200]);
                    let buffers = Run { output: &mut output, codes: &mut codes, positions: &mut positions };
                    let (bytes, count) = decode(level, &plane, source, 7, buffers);
                    output.truncate(bytes);
                    codes.truncate(count);
                    positions.truncate(count);
                    (output, codes, positions)
                };
                assert_eq!(run(Level::detect()), run(Level::Scalar), "{}", &text[start..]);
            }
        }
    }

    #[test]
    fn every_level_marks_the_same_characters() {
        let bits =
            |n: usize| (0..n).map(|i| (i * i * 31 + i * 7) as u8 & (i >> 3) as u8).collect::<Vec<u8>>();
        let small: [u8; zhnorm_table::filter::SMALL] = bits(1 << 12).try_into().expect("its length");
        let pairs: Box<[u8; 1 << 16]> = bits(1 << 16).try_into().expect("its length");
        let triples: Box<[u8; 1 << 17]> = bits(1 << 17).try_into().expect("its length");
        for len in (2..60).chain([1000]) {
            for seed in 0..8_usize {
                let codes: Vec<u16> =
                    (0..len).map(|i| (i * i * 77 + i * seed * 1931 + seed) as u16).collect();
                for filter in [Filter::Small(&small), Filter::Large(&pairs, &triples)] {
                    let run = |level| {
                        let mut found = vec![0; len];
                        let count = marks(level, &filter, &codes, &mut found);
                        found.truncate(count);
                        found
                    };
                    let scalar = run(Level::Scalar);
                    assert_eq!(run(Level::detect()), scalar);
                    assert!(scalar.iter().all(|mark| ((mark & !LONGER) as usize) < len - 2));
                }
            }
        }
    }

    #[test]
    fn every_level_adds_the_same_weights() {
        let mut state = 7_u32;
        let mut next = || {
            state = state.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
            state ^ state >> 15
        };
        // Few fingerprints, so that many are met, and weights of both signs.
        let slot = |bits: u32| [(bits % 5) as u8, 0];
        let buckets: Vec<Bucket> = (0..100)
            .map(|_| {
                let [a, b, c, d] = [(); 4].map(|()| slot(next()));
                let [e, f, g, h] = next().to_le_bytes();
                [a[0], a[1], b[0], b[1], c[0], c[1], d[0], d[1], e, f, g, h]
            })
            .collect();
        let mut sums = Vec::new();
        for count in 1..100 {
            let hashes: [u32; COUNT] = std::array::from_fn(|_| next() & 0xffff_0007);
            let sum = |level| weights(level, &buckets[..count], &hashes);
            assert_eq!(sum(Level::detect()), sum(Level::Scalar));
            sums.push(sum(Level::Scalar));
        }
        assert!(sums.iter().any(|sum| *sum > 100) && sums.iter().any(|sum| *sum < -100));
    }

    #[test]
    fn ascii_ends_at_the_first_high_byte() {
        for len in 0..40 {
            for high in 0..=len {
                let mut bytes = vec![b'a'; len];
                if let Some(b) = bytes.get_mut(high) {
                    *b = 0xe4;
                }
                assert_eq!(ascii_len(&bytes), high);
            }
        }
    }

    #[test]
    fn every_level_sees_the_same_signs() {
        let mut table = Box::new([0; PLANE]);
        for (i, c) in "一二三四五六七é".chars().enumerate() {
            table[c as usize] = 1 << (i % 7);
        }
        for c in "九。\n?".chars() {
            table[c as usize] = CUT;
        }
        for seed in 0..64 {
            let mut text = text(seed, 120);
            for (place, put) in
                [(3, "one\ntwo"), (50, "3?"), (90, "a long run of ASCII without an end, then one! ")]
            {
                let at = text.char_indices().nth(place).map_or(0, |(i, _)| i);
                text.insert_str(at, put);
            }
            for text in [text.replace(['九', '。'], ""), text] {
                for (start, _) in text.char_indices() {
                    let run = |level| signs(level, &table, &text.as_bytes()[start..]);
                    assert_eq!(run(Level::detect()), run(Level::Scalar), "{}", &text[start..]);
                }
            }
        }
    }

    #[test]
    fn compatibility_ideographs_are_seen_at_every_place() {
        for level in [Level::Scalar, Level::detect()] {
            for c in ['\u{f900}', '\u{fad9}', '\u{2f800}', '\u{2fa1d}'] {
                for before in 250..262 {
                    let text = "a".repeat(before) + &c.to_string() + "b";
                    assert!(has_compatibility(level, text.as_bytes()), "{c:?} at {before}");
                }
            }
            assert!(!has_compatibility(level, "，漢字。\u{fe30}\u{20000}".repeat(99).as_bytes()));
        }
    }
}
