//! Which script a text is in, where, and how sure that is.

use std::fmt;
use std::ops::Range;

use super::foreign::{self, Language};
use super::{EVIDENCE, Label, Neighbours, segment};
use zhnorm_table::evidence::{self, Evidence};

/// What a text, or a stretch of one, is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Script {
    /// Simplified Chinese.
    Simplified,
    /// Traditional Chinese.
    Traditional,
    /// Both.
    Mixed,
    /// Chinese characters that both scripts have, and no others.
    Common,
    /// Japanese.
    Japanese,
    /// Anything else, Korean too.
    Other,
}

impl Script {
    /// The name, as `--detect` prints it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Simplified => "simplified",
            Self::Traditional => "traditional",
            Self::Mixed => "mixed",
            Self::Common => "common",
            Self::Japanese => "japanese",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A stretch of a text in one script.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Span {
    /// Where it is, in bytes.
    pub range: Range<usize>,
    /// Its script; never [`Script::Mixed`].
    pub script: Script,
}

/// Chinese characters for each kana in a Japanese name, at most.
const HAN_PER_KANA: usize = 5;

/// What a text is written in.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Detection {
    /// The script of the text as a whole.
    pub script: Script,
    /// How sure that is, from 0 to 1: the more characters tell, and the more of
    /// them tell the same, the surer.
    pub confidence: f64,
    /// Characters in Simplified stretches.
    pub simplified: usize,
    /// Characters in Traditional stretches.
    pub traditional: usize,
    /// Chinese characters in stretches that tell nothing.
    pub common: usize,
    /// Characters in Japanese stretches.
    pub japanese: usize,
    /// All others.
    pub other: usize,
}

/// Which script a text is in.
///
/// ```
/// use zhnorm::{Script, detect};
/// let detection = detect("這頁的正文是繁體。");
/// assert_eq!((detection.script, detection.simplified), (Script::Traditional, 0));
/// assert_eq!(detect("这页的正文是繁體。").script, Script::Mixed);
/// assert_eq!(detect("人山人海").script, Script::Common);
/// assert_eq!(detect("これは本です").script, Script::Japanese);
/// assert_eq!(detect("hello").script, Script::Other);
/// ```
pub fn detect(text: &str) -> Detection {
    let told = Told::of(text);
    let mut counts = [0usize; 6];
    for i in 0..told.chars.len() {
        counts[told.script(i) as usize] += 1;
    }
    let [simplified, traditional, _, common, japanese, other] = counts;
    let (signs_simplified, signs_traditional) = told.signs();
    let chinese = simplified + traditional + common;
    let script = match (signs_simplified, signs_traditional) {
        _ if japanese > chinese || told.is_japanese_name() => Script::Japanese,
        _ if chinese == 0 => Script::Other,
        (0, 0) => Script::Common,
        (_, 0) => Script::Simplified,
        (0, _) => Script::Traditional,
        _ => Script::Mixed,
    };
    // Laplace's rule of succession over what tells: one sign is right three times
    // in four, ten are right twelve in thirteen and more.
    let all = signs_simplified + signs_traditional;
    let agreeing = match script {
        Script::Mixed => all,
        Script::Simplified => signs_simplified,
        Script::Traditional => signs_traditional,
        Script::Japanese => japanese,
        _ => chinese.max(other),
    };
    let confidence = (agreeing + 1) as f64 / (agreeing + 2) as f64;
    Detection { script, confidence, simplified, traditional, common, japanese, other }
}

/// The stretches of a text, each in one script: they follow one another and cover
/// the text.
///
/// ```
/// use zhnorm::{Script, spans};
/// let found: Vec<_> = spans("國家。国家。").map(|span| (span.range, span.script)).collect();
/// assert_eq!(found, [(0..9, Script::Traditional), (9..18, Script::Simplified)]);
/// ```
pub fn spans(text: &str) -> impl Iterator<Item = Span> {
    let told = Told::of(text);
    let mut spans: Vec<Span> = Vec::new();
    for (i, (at, c)) in text.char_indices().enumerate() {
        let end = at + c.len_utf8();
        let script = told.script(i);
        // What is no letter of any script goes with what is before it.
        let neutral = script == Script::Other && !c.is_alphanumeric();
        match spans.last_mut() {
            Some(last) if last.script == script || neutral => last.range.end = end,
            _ => spans.push(Span { range: at..end, script }),
        }
    }
    spans.into_iter()
}

/// What is known of each character of a text.
struct Told {
    chars: Vec<char>,
    languages: Vec<Language>,
    labels: Vec<Label>,
}

impl Told {
    fn of(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let languages = foreign::languages(&chars);
        let labels = segment::labels(text, Neighbours::default(), &super::simplified_words(text));
        Self { chars, languages, labels }
    }

    fn script(&self, i: usize) -> Script {
        let c = self.chars[i];
        let is_letter = evidence::of(EVIDENCE, c) == Evidence::Letter;
        match (self.languages[i], self.labels[i]) {
            (Language::Japanese, _) if is_letter || is_han(c) => Script::Japanese,
            (Language::Chinese, Label::Simplified) if is_han(c) => Script::Simplified,
            (Language::Chinese, Label::Traditional) if is_han(c) => Script::Traditional,
            (Language::Chinese, _) if is_han(c) => Script::Common,
            _ => Script::Other,
        }
    }

    /// Whether there is a kana for every few Chinese characters and none of these is
    /// Chinese alone. Conversion asks for more: there, taking 優の良品 for Japanese
    /// would cost a word.
    fn is_japanese_name(&self) -> bool {
        let count = |is: &dyn Fn(char) -> bool| self.chars.iter().filter(|c| is(**c)).count();
        let kana = count(&|c| matches!(c, '\u{3041}'..='\u{30fa}'));
        let chinese = count(&|c| evidence::is_chinese(EVIDENCE, c));
        kana > 0 && chinese == 0 && count(&is_han) <= kana * HAN_PER_KANA
    }

    /// How many characters tell that their stretch is Simplified, and Traditional.
    fn signs(&self) -> (usize, usize) {
        let mut signs = (0, 0);
        for (i, c) in self.chars.iter().enumerate() {
            match self.script(i) {
                Script::Simplified | Script::Traditional => {}
                _ => continue,
            }
            match evidence::of(EVIDENCE, *c) {
                Evidence::Simplified => signs.0 += 1,
                // Traditional text has 于 and 后 of its own, Simplified text 於 and 麼
                // in old names only.
                Evidence::Traditional | Evidence::MostlyTraditional => signs.1 += 1,
                _ => {}
            }
        }
        signs
    }
}

/// Whether a character is a Chinese one (Unicode 16, Script=Han, without signs).
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '々' | '〇')
}
