//! Every level does what the scalar one does.

use zhnorm_table::chars::may_start;

use super::*;

/// Characters of one to four bytes, some with special outputs, in an order
/// that repeats late.
fn text(seed: usize, chars: usize) -> String {
    let some: Vec<char> = "文字漢語一二三四五六七八九十\u{fff}\u{ffff}，。aé\u{20000}⿰".chars().collect();
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
        if (c as u32).is_multiple_of(997) {
            // A special one: a number.
            bytes = [1, 0xd8, 0, 0x80];
        }
        plane[c as usize] = bytes;
        seen.push(c);
    }
    let plane: Box<[[u8; 4]; PLANE]> = plane.try_into().expect("its length");
    let chunks: Vec<char> = seen.chars().collect();
    for chunk in chunks.chunks(1000) {
        let text: String = chunk.iter().collect();
        let (_, codes, positions) = decoded(Level::detect(), text.as_bytes());
        let positions: Vec<u16> = positions.iter().map(|at| at - 7).collect();
        let special = |at: usize| codes.get(at).is_some_and(|code| plane[*code as usize][3] & 0x80 != 0);
        let of_codes = codes.iter().map(|code| plane[*code as usize][3]);
        let done = text.char_indices().nth(codes.len()).map_or(text.len(), |(at, _)| at);
        for level in levels() {
            let (mut output, mut classes) = (vec![0; text.len() + SLACK], vec![0; codes.len() + SLACK]);
            let seen = look_up(level, &plane, &codes, &positions, &mut output, &mut classes);
            assert_eq!(seen, of_codes.clone().fold(0, |seen, class| seen | class));
            assert!(classes[..codes.len()].iter().copied().eq(of_codes.clone()), "{level:?}");
            let same = text[..done].char_indices().enumerate().all(|(i, (at, c))| {
                special(i) || output[at..at + c.len_utf8()] == text.as_bytes()[at..at + c.len_utf8()]
            });
            assert!(same, "{level:?}");
        }
    }
}

#[test]
fn every_level_marks_the_same_of_some_classes() {
    let bits = |n: usize| (0..n).map(|i| (i * i * 31 + i * 7) as u8 | (i >> 3) as u8).collect::<Vec<u8>>();
    let small: [u8; zhnorm_table::filter::SMALL] = bits(1 << 12).try_into().expect("its length");
    let pairs: Box<[u8; 1 << 14]> = bits(1 << 14).try_into().expect("its length");
    let triples: Box<[u8; 1 << 15]> = bits(1 << 15).try_into().expect("its length");
    let mut marked = 0;
    for len in (0..70).chain([1000, 1500]) {
        let codes: Vec<u16> = (0..len + SLACK).map(|i| (i * i * 77 + len) as u16).collect();
        for some in [0x3f, 0x0f, 0x03, 0] {
            let class = |i: usize| (i * i * 5 + len * 3) as u8 & some | 1 << (i % 4);
            let classes: Vec<u8> = (0..=len).map(class).chain([0; SLACK]).collect();
            for filter in [Filter::Small(&small), Filter::Middle(&pairs, &triples)] {
                let mark = |i: usize| {
                    let [first, second] = [i, i + 1].map(|i| u32::from(classes[i]) << 24);
                    let longer = filter.starts([codes[i], codes[i + 1], codes[i + 2]])?;
                    may_start(first, second).then_some(i as u16 | if longer { LONGER } else { 0 })
                };
                let wanted: Vec<u16> = (0..len).filter_map(mark).collect();
                for level in levels() {
                    let mut found = vec![0; len + LANES];
                    let count = marks_by_class(level, &filter, len, &classes, &codes, &mut found);
                    assert_eq!(found[..count], wanted, "{level:?} {len} {some}");
                }
                marked += wanted.len();
            }
        }
    }
    assert!(marked > 1000, "{marked}");
}

#[test]
fn every_level_marks_the_same_characters() {
    let bits = |n: usize| (0..n).map(|i| (i * i * 31 + i * 7) as u8 & (i >> 3) as u8).collect::<Vec<u8>>();
    let small: [u8; zhnorm_table::filter::SMALL] = bits(1 << 12).try_into().expect("its length");
    let pairs: Box<[u8; 1 << 16]> = bits(1 << 16).try_into().expect("its length");
    let triples: Box<[u8; 1 << 17]> = bits(1 << 17).try_into().expect("its length");
    for len in (0..60).chain([1000]) {
        for seed in 0..8_usize {
            let codes: Vec<u16> =
                (0..len + 2 + LANES).map(|i| (i * i * 77 + i * seed * 1931 + seed) as u16).collect();
            for filter in [Filter::Small(&small), Filter::Large(&pairs, &triples)] {
                let run = |level| {
                    let mut found = vec![0; len + LANES];
                    let count = marks(level, &filter, len, &codes, &mut found);
                    found.truncate(count);
                    found
                };
                let scalar = run(Level::Scalar);
                assert_eq!(run(Level::detect()), scalar);
                assert!(scalar.iter().all(|mark| ((mark & !LONGER) as usize) < len));
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
        let hashes: [u32; 24] = std::array::from_fn(|_| next() & 0xffff_0007);
        let sum = |level| weights(level, &buckets[..count], &hashes);
        assert_eq!(sum(Level::detect()), sum(Level::Scalar));
        sums.push(sum(Level::Scalar));
    }
    assert!(sums.iter().any(|sum| *sum > 100) && sums.iter().any(|sum| *sum < -100));
}

#[test]
fn every_level_finds_the_members_of_a_set() {
    let codes: Vec<u16> = (0..1000_u16).map(|i| i.wrapping_mul(40_503) >> (i % 3)).collect();
    let set = Set::of(codes.iter().copied().step_by(31).chain([0, u16::MAX]));
    for from in 0..20 {
        let codes = &codes[from..];
        let run = |level| {
            let mut found = vec![0; codes.len()];
            let count = members(level, &set, codes, &mut found);
            found.truncate(count);
            found
        };
        let expected: Vec<u16> = (0..codes.len() as u16).filter(|i| set.has(codes[*i as usize])).collect();
        for level in levels() {
            assert_eq!(run(level), expected, "{level:?}");
        }
        assert!(!expected.is_empty() && expected.len() < codes.len());
    }
}

#[test]
fn every_level_reads_all_characters() {
    for seed in 0..64 {
        let mut text = text(seed, 500);
        for put in ["a long run of ASCII, longer than what is taken one by one", "😀😀", "é\u{10ffff}ab"]
        {
            let at = text.char_indices().nth(seed * 7).map_or(0, |(i, _)| i);
            text.insert_str(at, put);
        }
        let expected = |c: char| u16::try_from(c as u32).unwrap_or(0);
        for level in [Level::Scalar, Level::detect()] {
            let mut characters = Characters::default();
            characters.read(level, "another text");
            characters.read(level, &text);
            let (codes, places) = (characters.codes(), characters.places());
            assert!(codes.iter().copied().eq(text.chars().map(expected)), "{text}");
            assert!(places.iter().map(|at| *at as usize).eq(text.char_indices().map(|(at, _)| at)), "{text}");
        }
    }
}

#[test]
fn every_level_reads_seven_characters() {
    let text = "一二三é四五六七八九十百千abcd萬億兆";
    let mut seen = 0;
    for (at, _) in text.char_indices() {
        let [one, two] = [Level::Scalar, Level::detect()].map(|level| seven(level, text.as_bytes(), at));
        assert_eq!(one.map(|codes| codes[..7].to_vec()), two.map(|codes| codes[..7].to_vec()));
        let Some(codes) = one else { continue };
        let from = at - 9;
        assert!(text[from..].chars().zip(codes).take(7).all(|(c, code)| c as u32 == u32::from(code)));
        seen += 1;
    }
    assert!(seen > 1);
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
                let rest = &text[start..];
                let run = |level| signs::<true>(level, &table, rest.as_bytes());
                assert_eq!(run(Level::detect()), run(Level::Scalar), "{rest}");
                let run = |level| signs::<false>(level, &table, rest.as_bytes());
                let of = |c: char| u16::try_from(c as u32).map_or(BEYOND, |code| table[code as usize]);
                let seen = rest.chars().fold(0, |seen, c| seen | of(c)) & !CUT;
                for level in levels() {
                    let (len, signs) = run(level);
                    assert_eq!((len, signs & !CUT), (rest.len(), seen), "{rest}");
                }
            }
        }
    }
}

#[test]
fn every_level_finds_how_far_a_text_says_nothing() {
    let mut table = Box::new([0; PLANE]);
    table['四' as usize] = 2;
    table['。' as usize] = CUT;
    let mut lengths = std::collections::HashSet::new();
    for seed in 0..64 {
        for missing in [&['四'][..], &['四', '\u{20000}'], &[]] {
            let text = text(seed, 300).replace(missing, "a long run of ASCII");
            for (start, _) in text.char_indices() {
                let rest = &text[start..];
                let expected = rest.find(['四', '\u{20000}']).unwrap_or(rest.len());
                for level in levels() {
                    assert_eq!(clean_len(level, &table, 2, rest.as_bytes()), expected, "{level:?} {rest}");
                }
                lengths.insert(expected);
            }
        }
    }
    assert!(lengths.len() > 200);
}

/// What [`kept_len`] is to find, character by character.
fn kept(table: &[u8; PLANE], text: &str) -> usize {
    let (mut said, mut at) = (0, 0);
    for c in text.chars() {
        let signs = u16::try_from(c as u32).map_or(STOPS, |code| table[code as usize]);
        let is_end = signs & CUT != 0;
        if signs & STOPS != 0 || (is_end && said & (ASKS | TELLS) == ASKS) {
            break;
        }
        said = if is_end { 0 } else { said | signs };
        at += c.len_utf8();
    }
    at
}

#[test]
fn every_level_finds_how_far_sentences_are_kept() {
    let mut table = Box::new([0; PLANE]);
    for (c, sign) in [('一', 1 << 1), ('四', ASKS), ('七', ASKS | TELLS), ('字', TELLS), ('語', TELLS)] {
        table[c as usize] = sign;
    }
    for end in "。！\n!".chars() {
        table[end as usize] = CUT;
    }
    let mut lengths = std::collections::HashSet::new();
    for seed in 0..16 {
        for (rare, ends) in
            [("四", "。"), ("四", "！\n"), ("一", "。。"), ("一四", "one.\ntwo!\n"), ("", "\n")]
        {
            let rare: Vec<char> = rare.chars().chain(['\u{20000}']).collect();
            let text = text(seed, 1200).replace(rare.as_slice(), ends).replace('。', ends);
            for (start, _) in text.char_indices().step_by(31) {
                let rest = &text[start..];
                let expected = kept(&table, rest);
                for level in levels() {
                    assert_eq!(kept_len(level, &table, rest.as_bytes()), expected, "{level:?} {rest}");
                }
                lengths.insert(expected);
            }
        }
    }
    assert!(lengths.len() > 200 && lengths.iter().any(|len| *len > 1000));
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
