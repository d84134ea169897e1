//! Loops over bytes that the processor does many at a time, and the only
//! `unsafe` of the library. Knows bytes, not Chinese.

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "vector loads and stores")]
mod avx512;
mod scalar;
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "vector loads and stores")]
mod x86;

use zhnorm_table::chars::{FIRST, PLANE, SECOND, SPECIAL};
use zhnorm_table::filter::Filter;

/// A mark at which keys of any length may start, not only keys of two.
pub(crate) const LONGER: u16 = 1 << 15;

/// What the processor can do, found out once for each text.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Level {
    Scalar,
    #[cfg(target_arch = "x86_64")]
    Avx2(x86::Avx2),
    #[cfg(target_arch = "x86_64")]
    Avx512(avx512::Avx512, x86::Avx2),
}

impl Level {
    pub(crate) fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        match (x86::Avx2::detect(), avx512::Avx512::detect()) {
            (Some(avx2), Some(avx512)) => return Self::Avx512(avx512, avx2),
            (Some(avx2), None) => return Self::Avx2(avx2),
            (None, _) => {}
        }
        Self::Scalar
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
#[inline]
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

/// Writes what the characters with these codes become at these places, and a class
/// for each, which is the highest byte of its word. Returns whether one is special;
/// that one's place holds anything then. Up to three bytes behind the last
/// character are overwritten too.
#[inline]
pub(crate) fn look_up(
    plane: &[[u8; 4]; PLANE],
    codes: &[u16],
    positions: &[u16],
    output: &mut [u8],
    classes: &mut [u8],
) -> bool {
    // One store of four bytes for a character of any length: what it writes too
    // much the next one overwrites. No branch depends on the text.
    let mut seen = 0;
    for ((code, at), class) in codes.iter().zip(positions).zip(classes) {
        let word = plane[*code as usize];
        if let Some(place) = output.get_mut(*at as usize..).and_then(<[u8]>::first_chunk_mut) {
            *place = word;
        }
        let word = u32::from_le_bytes(word);
        *class = (word >> 24) as u8;
        seen |= word;
    }
    seen & SPECIAL != 0
}

/// As [`marks`], with one look at eight classes before that at the filter: for
/// dictionaries whose keys have few first and few second characters.
#[inline]
pub(crate) fn marks_by_class(filter: &Filter<'_>, classes: &[u8], codes: &[u16], marks: &mut [u16]) -> usize {
    const EACH: u64 = u64::from_le_bytes([1; 8]) * (FIRST >> 24) as u64;
    const { assert!(SECOND == FIRST << 1) };
    let mut marked = 0;
    let mut look = |index: usize| {
        let Some([a, b, c]) = codes.get(index..index + 3).and_then(|codes| codes.first_chunk::<3>()) else {
            return;
        };
        if let Some(longer) = filter.starts([*a, *b, *c]) {
            marks[marked] = index as u16 | if longer { LONGER } else { 0 };
            marked += 1;
        }
    };
    let count = codes.len().saturating_sub(2);
    let mut from = 0;
    while let Some(nine) = classes.get(from..from + 9).filter(|_| from < count) {
        let word = |bytes: &[u8]| bytes.first_chunk().map_or(0, |b| u64::from_le_bytes(*b));
        let mut both = word(nine) & (word(&nine[1..]) >> 1) & EACH;
        while both != 0 {
            look(from + both.trailing_zeros() as usize / 8);
            both &= both - 1;
        }
        from += 8;
    }
    for index in from..count {
        look(index);
    }
    marked
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
        Level::Avx2(avx2) | Level::Avx512(_, avx2) => avx2.marks(pairs, triples, codes, marks),
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
    match level {
        Level::Scalar => scalar::has_compatibility(text),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(avx2) | Level::Avx512(_, avx2) => avx2.has_compatibility(text),
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
        if let Some(avx2) = level.avx2() {
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
            _ if text.len() - at >= x86::SPAN => 1,
            #[cfg(target_arch = "x86_64")]
            _ => usize::MAX,
        };
        let (len, more) = scalar::signs(table, &text[at..], most);
        (at, seen) = (at + len, seen | more);
    }
    (at, seen)
}

/// Bytes that are known to be UTF-8 as a string.
#[inline]
pub(crate) fn into_string(bytes: Vec<u8>) -> String {
    debug_assert!(std::str::from_utf8(&bytes).is_ok());
    // SAFETY: the callers append whole pieces only: slices of a `str` between
    // character boundaries, three-byte encodings of table entries that are no
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

    /// Every level that this processor has.
    fn levels() -> Vec<Level> {
        let mut levels = vec![Level::Scalar, Level::detect()];
        #[cfg(target_arch = "x86_64")]
        levels.extend(x86::Avx2::detect().map(Level::Avx2));
        levels
    }

    fn decoded(level: Level, source: &[u8]) -> (usize, Vec<u16>, Vec<u16>) {
        let room = source.len() + SLACK;
        let (mut codes, mut positions) = (vec![0; room], vec![0; room]);
        let run = Run { codes: &mut codes, positions: &mut positions };
        let (bytes, count) = decode(level, source, 7, run);
        codes.truncate(count);
        positions.truncate(count);
        (bytes, codes, positions)
    }

    #[test]
    fn every_level_decodes_the_same_run() {
        let long = "a long run of ASCII, as long as thirty-two and more of them";
        for seed in 0..64 {
            let mut text = text(seed, 160);
            for len in [1, 7, 8, 9, 31, 32, 33, 59] {
                let at = text.char_indices().nth((len * 31 + seed * 7) % 150).map_or(0, |(i, _)| i);
                text.insert_str(at, &long[..len]);
            }
            for (start, _) in text.char_indices() {
                let source = &text.as_bytes()[start..];
                let scalar = decoded(Level::Scalar, source);
                for level in levels() {
                    assert_eq!(decoded(level, source), scalar, "{level:?} {}", &text[start..]);
                }
            }
        }
    }

    #[test]
    fn every_character_is_decoded() {
        let all: Vec<char> = (1..0x10000).filter_map(char::from_u32).collect();
        for offset in 0..3 {
            // Neighbours differ in length now and then, and ASCII makes no long run.
            let text: String = (0..all.len()).map(|i| all[(i * 31 + offset * 7919) % all.len()]).collect();
            for level in levels() {
                let (bytes, codes, positions) = decoded(level, text.as_bytes());
                assert_eq!(bytes, text.len());
                assert!(codes.iter().zip(text.chars()).all(|(code, c)| *code == c as u16), "{level:?}");
                let places = text.char_indices().map(|(at, _)| (at + 7) as u16);
                assert!(positions.iter().copied().eq(places), "{level:?}");
            }
        }
    }

    #[test]
    fn every_character_is_looked_up() {
        let mut plane = vec![[0; 4]; PLANE];
        let mut seen = String::new();
        for c in (0..0x10000).filter_map(char::from_u32) {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes);
            bytes[3] = c as u8 & 3;
            plane[c as usize] = bytes;
            seen.push(c);
        }
        let plane: Box<[[u8; 4]; PLANE]> = plane.try_into().expect("its length");
        let chunks: Vec<char> = seen.chars().collect();
        for chunk in chunks.chunks(1000) {
            let text: String = chunk.iter().collect();
            let (_, codes, positions) = decoded(Level::detect(), text.as_bytes());
            let positions: Vec<u16> = positions.iter().map(|at| at - 7).collect();
            let (mut output, mut classes) = (vec![0; text.len() + 3], vec![0; codes.len()]);
            assert!(!look_up(&plane, &codes, &positions, &mut output, &mut classes));
            let of_codes = codes.iter().map(|code| *code as u8 & 3);
            assert!(classes.iter().copied().eq(of_codes));
            let done = text.char_indices().nth(codes.len()).map_or(text.len(), |(at, _)| at);
            assert_eq!(output[..done], text.as_bytes()[..done]);
        }
    }

    #[test]
    fn classes_leave_the_same_marks() {
        let small: Box<[u8; zhnorm_table::filter::SMALL]> =
            vec![0x77; 1 << 12].try_into().expect("its length");
        let filter = Filter::Small(&small);
        for len in 0..60 {
            let codes: Vec<u16> = (0..len + 2).map(|i| (i * i * 77 + len) as u16).collect();
            let classes: Vec<u8> = (0..len).map(|i| (i * i * 5 + len * 3) as u8).collect();
            let mut found = vec![0; len + 2];
            let count = marks_by_class(&filter, &classes, &codes, &mut found);
            let wanted = |i: &usize| {
                let starts = filter.starts([codes[*i], codes[*i + 1], codes[*i + 2]]).is_some();
                // The last few are looked at without their classes.
                let by_class = classes[*i] & 1 != 0 && classes.get(*i + 1).is_some_and(|c| c & 2 != 0);
                starts && (by_class || found[..count].contains(&(*i as u16 | LONGER)))
            };
            let wanted: Vec<u16> = (0..len).filter(wanted).map(|i| i as u16 | LONGER).collect();
            assert_eq!(found[..count], wanted);
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
