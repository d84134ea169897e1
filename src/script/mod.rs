//! Which script a stretch of text is in. Knows characters, not conversions.

mod detect;
mod foreign;
mod leaning;
mod segment;
mod tape;

use std::ops::Range;

use zhnorm_table::chars::PLANE;
use zhnorm_table::evidence::{self, Evidence};

use crate::simd::{self, Level};
use crate::{Direction, tables};

pub use detect::{Detection, Script, Span, detect, spans};
pub(crate) use leaning::leanings;
pub use segment::Weights;
pub(crate) use segment::{Label, Neighbours, labels, sentence_labels, words};
pub(crate) use tape::Tape;

pub(crate) static EVIDENCE: &[u8; evidence::LEN] = include_bytes!(concat!(env!("OUT_DIR"), "/evidence.bin"));

/// The same as sets: see [`evidence::signs`].
static SIGNS: &[u8; PLANE] = include_bytes!(concat!(env!("OUT_DIR"), "/signs.bin"));
const _: () = assert!(1 << Evidence::End as u8 == simd::CUT);

static PAIRS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/pairs.bin"));

/// Whether two neighbours make a Traditional word, though neither alone tells.
fn is_traditional_pair(a: char, b: char) -> bool {
    evidence::is_traditional_pair(PAIRS.as_chunks::<4>().0, a, b)
}

/// Whether a sentence ends behind a character.
const fn is_end(c: char) -> bool {
    matches!(evidence::of(EVIDENCE, c), Evidence::End)
}

/// How a character ends what it stands in: not, a clause, a sentence, a line.
const fn end_of(c: char) -> usize {
    match c {
        // Nearly all there is.
        '\u{3400}'..='\u{9fff}' => 0,
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => 3,
        c if is_end(c) => 2,
        '，' | '、' | '；' | '：' | ',' | ';' | ':' | '　' | ' ' | '\t' | '…' | '—' | '|' | '/' => 1,
        c if is_quote(c) => 1,
        _ => 0,
    }
}

/// Whether a character opens or closes what is quoted or put in brackets.
const fn is_quote(c: char) -> bool {
    match c {
        '\u{3400}'..='\u{9fff}' => false,
        '「' | '」' | '『' | '』' | '（' | '）' | '(' | ')' | '《' | '》' | '〈' | '〉' | '【' | '】'
        | '[' | ']' => true,
        '“' | '”' | '‘' | '’' | '"' => true,
        _ => false,
    }
}

/// What the characters of a sentence say, each by itself: the bit of each
/// [`Evidence`] that one of them is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signs(u8);

impl Signs {
    /// Whether a character says so.
    #[inline]
    pub(crate) fn has(self, evidence: Evidence) -> bool {
        self.0 >> evidence as u8 & 1 != 0
    }

    /// Whether some are Japanese or Korean.
    #[inline]
    pub(crate) fn foreign(self) -> bool {
        self.has(Evidence::Japanese) || self.has(Evidence::Letter)
    }
}

/// The sentences of a text: where each ends, and its signs. What ends it, and
/// blanks and further ends behind that, are its own.
pub(crate) struct Sentences<'t> {
    level: Level,
    text: &'t str,
    at: usize,
}

/// The sentences of a text.
pub(crate) fn sentences(text: &str) -> Sentences<'_> {
    Sentences { level: Level::detect(), text, at: 0 }
}

impl Sentences<'_> {
    /// Passes over sentences that no rule to Simplified changes anything of, none of them
    /// Japanese or Korean; returns where they end. Passes over none where there are few,
    /// for then to look for them costs more than it saves.
    #[inline]
    pub(crate) fn pass_simplified(&mut self) -> Option<usize> {
        const TOLD: u8 = evidence::CHANGES | 1 << Evidence::Japanese as u8 | 1 << Evidence::Letter as u8;
        const FEW: usize = 128;
        let rest = &self.text[self.at..];
        let clean = simd::clean_len(self.level, SIGNS, TOLD, rest.as_bytes());
        if clean < FEW {
            return None;
        }
        // Any end will do, and nearly every text has these two.
        let clean = &rest.as_bytes()[..clean];
        let mut ends = memchr::memrchr2_iter(b'\n', "。".as_bytes()[2], clean).map(|last| last + 1);
        self.at += ends.find(|end| clean[..*end].ends_with("。".as_bytes()) || clean[end - 1] == b'\n')?;
        self.pass_blanks();
        Some(self.at)
    }

    /// Passes over what belongs to the sentence before.
    #[inline]
    fn pass_blanks(&mut self) {
        while let Some(b'\n' | b'\r' | b' ' | b'\t' | b'!' | b'?') = self.text.as_bytes().get(self.at) {
            self.at += 1;
        }
    }
}

impl Iterator for Sentences<'_> {
    type Item = (usize, Signs);

    #[inline]
    fn next(&mut self) -> Option<(usize, Signs)> {
        let rest = &self.text.as_bytes()[self.at..];
        if rest.is_empty() {
            return None;
        }
        let (len, seen) = simd::signs(self.level, SIGNS, rest);
        self.at += len;
        self.pass_blanks();
        Some((self.at, Signs(seen)))
    }
}

/// Where Japanese and Korean stand in a text, in bytes.
pub(crate) fn foreign_ranges(text: &str) -> Vec<Range<usize>> {
    if !sentences(text).any(|(_, signs)| signs.foreign()) {
        return Vec::new();
    }
    let chars: Vec<char> = text.chars().collect();
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for ((at, c), foreign) in text.char_indices().zip(foreign::foreign(&chars)) {
        let end = at + c.len_utf8();
        match ranges.last_mut() {
            _ if !foreign => {}
            Some(last) if last.end == at => last.end = end,
            _ => ranges.push(at..end),
        }
    }
    ranges
}

/// The words of a text that Traditional text would write otherwise.
fn simplified_words(text: &str) -> Vec<segment::Word> {
    words(tables::plan(Direction::S2t), text)
}

/// Which characters of a text are Simplified by other weights than the fitted ones.
pub fn is_simplified_by(weights: &Weights, text: &str) -> Vec<bool> {
    let labels = segment::labels_by(weights, text, Neighbours::default(), &simplified_words(text));
    labels.into_iter().map(|label| label == Label::Simplified).collect()
}

/// The script that alone has a character.
pub(crate) fn only(c: char) -> Option<Label> {
    match evidence::of(EVIDENCE, c) {
        Evidence::Simplified => Some(Label::Simplified),
        Evidence::Traditional => Some(Label::Traditional),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(feature = "config")]
    use crate::Converter;
    use crate::Rare;
    use crate::tables::Extra;

    /// Whether sentences that hold this may be passed over.
    fn is_clean(text: &str) -> bool {
        let level = Level::detect();
        simd::clean_len(level, SIGNS, evidence::CHANGES, text.as_bytes()) == text.len()
    }

    #[test]
    fn no_character_that_is_passed_over_changes() {
        let plan = tables::extra(Extra::Any2s);
        let changes = |c: &char| {
            let mut buffer = [0; 4];
            let output = plan.chars.get(*c, Rare::Exclude, &mut buffer);
            output.is_some_and(|output| output != c.encode_utf8(&mut [0; 4]).as_bytes())
        };
        let chars = ('\u{80}'..='\u{ffff}').filter(changes);
        assert!(chars.clone().count() > 3000);
        chars.for_each(|c| assert!(!is_clean(&c.to_string()), "{c:?}"));
        // A character of ASCII is passed over.
        assert!(SIGNS[..0x80].iter().all(|signs| signs & evidence::CHANGES == 0));
    }

    #[cfg(feature = "config")]
    #[test]
    fn no_phrase_that_is_passed_over_changes() {
        let converter = Converter::to(crate::Target::Simplified).protect(crate::Protect::NONE);
        let mut clean = 0;
        for name in ["TSPhrases", "TWVariantsRevPhrases", "HKVariantsRevPhrases", "STPhrases"] {
            for entry in crate::lexicons::get(name).expect("embedded").entries() {
                let key = entry.key.as_str();
                assert!(!is_clean(key) || converter.convert(key) == key, "{key}");
                clean += usize::from(is_clean(key));
            }
        }
        assert!(clean > 1000, "{clean}");
    }
}
