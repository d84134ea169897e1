//! Which script a stretch of text is in. Knows characters, not conversions.

mod segment;

use zhnorm_table::evidence::{self, Evidence};

pub(crate) use segment::{Label, Word, labels, sentence_labels};

pub(crate) static EVIDENCE: &[u8; evidence::LEN] = include_bytes!(concat!(env!("OUT_DIR"), "/evidence.bin"));

static PAIRS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/pairs.bin"));

/// Whether two neighbours make a Traditional word, though neither alone tells.
fn is_traditional_pair(a: char, b: char) -> bool {
    evidence::is_traditional_pair(PAIRS.as_chunks::<4>().0, a, b)
}

/// Where a sentence ends. No key of any dictionary holds one of these.
fn is_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '。' | '！' | '？' | '!' | '?' | '\u{2028}' | '\u{2029}')
}

/// The sentences of a text, with what ends them.
pub(crate) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(is_end)
}

/// What the characters of a sentence say, each by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signs {
    /// Some are only Simplified.
    pub(crate) simplified: bool,
    /// Some are only Traditional.
    pub(crate) traditional: bool,
    /// Some lean to a script.
    pub(crate) unsure: bool,
    /// Some are Japanese or Korean.
    pub(crate) foreign: bool,
}

/// The signs of a sentence.
pub(crate) fn signs(sentence: &str) -> Signs {
    let mut seen = [false; 8];
    for c in sentence.chars() {
        seen[evidence::of(EVIDENCE, c) as usize] = true;
    }
    let has = |e: Evidence| seen[e as usize];
    Signs {
        simplified: has(Evidence::Simplified),
        traditional: has(Evidence::Traditional),
        unsure: has(Evidence::MostlySimplified) || has(Evidence::MostlyTraditional),
        foreign: has(Evidence::Japanese) || has(Evidence::Letter),
    }
}

/// The script that alone has a character.
pub(crate) fn only(c: char) -> Option<Label> {
    match evidence::of(EVIDENCE, c) {
        Evidence::Simplified => Some(Label::Simplified),
        Evidence::Traditional => Some(Label::Traditional),
        _ => None,
    }
}
