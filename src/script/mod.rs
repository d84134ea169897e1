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
use crate::{Direction, Target, tables};

pub use detect::{Detection, Script, Span, detect, spans};
pub(crate) use leaning::leanings;
pub use segment::Weights;
pub(crate) use segment::{Label, Neighbours, labels, sentence_labels, words};
pub(crate) use tape::Tape;

pub(crate) static EVIDENCE: &[u8; evidence::LEN] = include_bytes!(concat!(env!("OUT_DIR"), "/evidence.bin"));

/// The same as sets: see [`evidence::signs`].
static SIGNS: &[u8; PLANE] = include_bytes!(concat!(env!("OUT_DIR"), "/signs.bin"));
const fn sign(evidence: Evidence) -> u8 {
    1 << evidence as u8
}
const _: () = {
    assert!(simd::CUT == sign(Evidence::End));
    assert!(simd::STOPS == evidence::NOT_TRADITIONAL);
    assert!(simd::TELLS == sign(Evidence::Traditional));
    assert!(simd::ASKS == evidence::CHANGES_TO_TRADITIONAL);
    assert!(simd::BEYOND == evidence::CHANGES_TO_SIMPLIFIED | evidence::CHANGES_TO_TRADITIONAL);
};

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

    /// Whether some rule to a target may change the sentence.
    #[inline]
    pub(crate) fn may_change(self, target: Target) -> bool {
        let changes = match target {
            Target::Simplified => evidence::CHANGES_TO_SIMPLIFIED,
            _ => evidence::CHANGES_TO_TRADITIONAL,
        };
        self.0 & changes != 0
    }

    /// Whether some are Japanese or Korean.
    #[inline]
    pub(crate) fn foreign(self) -> bool {
        self.has(Evidence::Japanese)
    }
}

/// The sentences of a text: where each ends, and its signs. What ends it, and
/// blanks and further ends behind that, are its own.
pub(crate) struct Sentences<'t> {
    level: Level,
    text: &'t str,
    at: usize,
}

/// Bytes of sentences that are worth to be passed over together.
const FEW: usize = 128;

/// Where some sentence ends, the last one within so many bytes that ends with one of the
/// two characters that end most.
fn some_end(text: &[u8], within: usize) -> Option<usize> {
    let text = &text[..within];
    let mut ends = memchr::memrchr2_iter(b'\n', "。".as_bytes()[2], text).map(|last| last + 1);
    ends.find(|end| text[..*end].ends_with("。".as_bytes()) || text[end - 1] == b'\n')
}

/// What all characters of a text say together, wherever sentences end.
pub(crate) fn signs(text: &str) -> Signs {
    Signs(simd::signs::<false>(Level::detect(), SIGNS, text.as_bytes()).1)
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
        const TOLD: u8 = evidence::CHANGES_TO_SIMPLIFIED | sign(Evidence::Japanese);
        let rest = &self.text.as_bytes()[self.at..];
        let clean = simd::clean_len(self.level, SIGNS, TOLD, rest);
        self.at += some_end(rest, clean).filter(|_| clean >= FEW)?;
        self.pass_blanks();
        Some(self.at)
    }

    /// Passes over sentences that are all Traditional, or hold nothing that a rule to
    /// Traditional may change, the last one of which is Traditional; as above.
    #[inline]
    pub(crate) fn pass_traditional(&mut self) -> Option<usize> {
        let rest = &self.text.as_bytes()[self.at..];
        if rest.len() < FEW {
            return None;
        }
        let kept = simd::kept_len(self.level, SIGNS, rest);
        let mut end = some_end(rest, kept).filter(|_| kept >= FEW)?;
        loop {
            let start = some_end(rest, end - 1);
            let mut last = Self { at: self.at + start.unwrap_or(0), ..*self };
            last.pass_blanks();
            let mut is_traditional = false;
            while last.at < self.at + end {
                is_traditional = last.next()?.1.has(Evidence::Traditional);
            }
            if is_traditional {
                self.at = last.at;
                return Some(self.at);
            }
            end = start?;
        }
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
        let (len, seen) = simd::signs::<true>(self.level, SIGNS, rest);
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

/// See [`evidence::settles`]; of codes.
#[inline]
pub(crate) fn settles(source: u16, made: u16) -> bool {
    evidence::settles(SIGNS[source as usize], SIGNS[made as usize])
}

/// Whether of the sentence around a byte, at which some character begins, one of three bytes
/// tells that it is Traditional, and the character itself does not tell otherwise.
pub(crate) fn is_told(text: &[u8], at: usize) -> bool {
    let signs = |three: &[u8; 3]| match three {
        [0xe0..0xf0, _, _] => SIGNS[simd::of_three(*three) as usize],
        _ => sign(Evidence::End),
    };
    let Some((three, behind)) = text[at..].split_first_chunk::<3>() else { return false };
    let tells = |three: &[u8; 3]| {
        let signs = signs(three);
        let is_over = signs & sign(Evidence::End) != 0;
        if is_over { Some(false) } else { (signs & sign(Evidence::Traditional) != 0).then_some(true) }
    };
    signs(three) & evidence::NOT_TRADITIONAL == 0
        && (text[..at].as_rchunks().1.iter().rev().find_map(tells) == Some(true)
            || behind.as_chunks().0.iter().find_map(tells) == Some(true))
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
    use crate::Rare;
    use crate::tables::Extra;
    #[cfg(feature = "config")]
    use crate::{Converter, Protect};

    /// Whether no character of a text has a sign.
    fn is_without(sign: u8, text: &str) -> bool {
        simd::clean_len(Level::detect(), SIGNS, sign, text.as_bytes()) == text.len()
    }

    const DIRECTIONS: [Direction; 3] = [Direction::S2t, Direction::S2tw, Direction::S2hk];

    #[test]
    fn a_character_that_changes_has_a_sign() {
        let to_traditional =
            DIRECTIONS.map(|direction| (tables::plan(direction), evidence::CHANGES_TO_TRADITIONAL));
        let to_simplified = [(tables::extra(Extra::Any2s), evidence::CHANGES_TO_SIMPLIFIED)];
        for (plan, sign) in to_simplified.into_iter().chain(to_traditional) {
            let changes = |c: &char| {
                let mut buffer = [0; 4];
                let output = plan.chars.get(*c, Rare::Exclude, &mut buffer);
                output.is_some_and(|output| output != c.encode_utf8(&mut [0; 4]).as_bytes())
            };
            let chars = ('\u{80}'..='\u{ffff}').filter(changes);
            assert!(chars.clone().count() > 2000);
            chars.for_each(|c| assert!(!is_without(sign, &c.to_string()), "{c:?}"));
        }
    }

    #[test]
    fn ends_and_ascii_have_no_other_sign() {
        let is_end = |signs: &&u8| **signs == sign(Evidence::End);
        assert!(SIGNS.iter().all(|signs| is_end(&signs) || signs & sign(Evidence::End) == 0));
        assert_eq!(SIGNS[..0x80].iter().filter(is_end).count(), 4);
        assert_eq!(SIGNS[..0x80].iter().filter(|signs| **signs == 0).count(), 0x7c);
    }

    #[cfg(feature = "config")]
    #[test]
    fn a_phrase_that_changes_has_a_sign() {
        let to_simplified = Converter::to(Target::Simplified).protect(Protect::NONE);
        let to_traditional = DIRECTIONS
            .map(|direction| (Converter::exact(direction), evidence::CHANGES_TO_TRADITIONAL))
            .to_vec();
        let converters = [vec![(to_simplified, evidence::CHANGES_TO_SIMPLIFIED)], to_traditional].concat();
        for (converter, sign) in converters {
            let mut without = 0;
            for name in [
                "TSPhrases",
                "TWVariantsRevPhrases",
                "HKVariantsRevPhrases",
                "STPhrases",
                "TWVariantsPhrases",
                "HKVariantsPhrases",
            ] {
                for entry in crate::lexicons::get(name).expect("embedded").entries() {
                    let key = entry.key.as_str();
                    assert!(!is_without(sign, key) || converter.convert(key) == key, "{key}");
                    without += usize::from(is_without(sign, key));
                }
            }
            assert!(without > 1000, "{without}");
        }
    }
}
