use std::collections::BTreeSet;

use zhnorm_peers::read_upstream;

use crate::random::Random;
use crate::special::special;
use crate::words::Words;

/// Generated text; its lines are tried one by one too.
pub struct Text {
    pub name: &'static str,
    pub text: String,
}

pub fn all(words: &Words, random: &mut Random) -> Vec<Text> {
    let texts = [
        ("keys and values", words.all.join("\n")),
        ("joined keys and values", joined(words, random)),
        ("beginnings and misspellings", near_misses(words, random)),
        ("overlapping keys", overlaps(words, random)),
        ("mixed", mixed(words, random)),
        ("phrases across offsets", offsets(words, random)),
        ("all of Unicode", unicode()),
        ("upstream's benchmark", read_upstream("zuozhuan.txt")),
    ];
    texts.into_iter().map(|(name, text)| Text { name, text }).collect()
}

/// All words in random orders: lines of up to 200, then all in one line.
fn joined(words: &Words, random: &mut Random) -> String {
    let mut order: Vec<&str> = words.all.iter().map(String::as_str).collect();
    random.shuffle(&mut order);
    let mut text = String::new();
    let mut rest = order.as_slice();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(1 + random.below(200)));
        text.extend(line.iter().copied());
        text.push('\n');
        rest = after;
    }
    random.shuffle(&mut order);
    text.extend(order);
    text
}

/// Beginnings of keys, alone and going on otherwise, and keys with one character wrong.
fn near_misses(words: &Words, random: &mut Random) -> String {
    let mut lines = BTreeSet::new();
    for key in &words.keys {
        for (end, right) in key.char_indices().skip(1) {
            let wrong = match random.below(4) {
                0 => random.char_in(1, 0x7ff),
                // One that 16 bits cannot tell from the right one.
                1 => char::from_u32(u32::from(right) % 0x10000 + 0x10000).unwrap_or(right),
                _ => words.char(random),
            };
            let (before, after) = (&key[..end], &key[end + right.len_utf8()..]);
            lines.insert(before.to_owned());
            lines.insert(format!("{before}{wrong}"));
            lines.insert(format!("{before}{wrong}{after}"));
        }
    }
    lines.into_iter().collect::<Vec<_>>().join("\n")
}

/// Chains of keys in which each begins with the last characters of the one before.
fn overlaps(words: &Words, random: &mut Random) -> String {
    let mut text = String::new();
    for key in &words.keys {
        let mut key: Vec<char> = key.chars().collect();
        for start in 1..key.len() {
            let Some(next) = words.longer(&key[start..], random) else {
                continue;
            };
            text.extend(&key[..start]);
            text.push_str(next);
            text.push('\n');
        }
        for _ in 0..random.below(8) {
            let start = 1.max(key.len().saturating_sub(1 + random.below(3)));
            let Some(next) = key.get(start..).and_then(|end| words.longer(end, random)) else {
                break;
            };
            text.extend(&key[..start]);
            key = next.chars().collect();
        }
        text.extend(key);
        text.push('\n');
    }
    text
}

/// Lines of words and of everything that is special to a converter, dense or sparse.
fn mixed(words: &Words, random: &mut Random) -> String {
    let mut text = String::new();
    while text.len() < 2_000_000 {
        let words_between = random.below(6);
        for _ in 0..random.below(60) {
            for _ in 0..random.below(words_between + 1) {
                text.push_str(words.word(random));
            }
            special(words, random, &mut text);
        }
        text.push('\n');
    }
    text
}

/// Phrases that lie across a power of two, where buffers and blocks would end: its byte after
/// ASCII, its character after ASCII and after ideographs.
fn offsets(words: &Words, random: &mut Random) -> String {
    let mut text = String::new();
    for end in (4..=13).map(|power| 1_usize << power) {
        for phrases in &words.phrases {
            for before in 1..=3 {
                for (filler, length) in [("a", end - 3 * before), ("a", end - before), ("的", end - before)]
                {
                    text.push_str(&filler.repeat(length));
                    text.push_str(&phrases[random.below(phrases.len())]);
                    text.push_str(words.word(random));
                    text.push('\n');
                }
            }
        }
    }
    text
}

/// Every character but NUL: ideographs each on a line, the others by 64.
fn unicode() -> String {
    let mut text = String::new();
    for c in '\u{1}'..=char::MAX {
        text.push(c);
        let ideograph = matches!(u32::from(c), 0x2e80..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x33fff);
        if ideograph || u32::from(c) % 64 == 0 {
            text.push('\n');
        }
    }
    text
}
