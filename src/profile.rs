//! Named bundles of what can be done to a text, and the folding that `search-key` adds
//! to its steps. What a bundle holds stands here alone.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;

use crate::direction::nearest;
use crate::edit::Edit;
use crate::{Converter, Direction, Error, Steps};

/// A named bundle of repair and Unicode steps.
///
/// ```
/// use zhnorm::{Profile, Steps};
/// let profile: Profile = "corpus".parse()?;
/// assert!(profile.steps().contains(Steps::WIDTH | Steps::CONTROL));
/// # Ok::<(), zhnorm::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Profile {
    /// For a corpus to train or count with: damage is repaired, and what looks alike is
    /// one character. Nothing that a reader sees as different becomes the same, so
    /// punctuation and variation sequences stay.
    Corpus,
    /// For keys to search by, never for reading: what a searcher would not tell apart is
    /// the same. Lost are script and glyph variants, compatibility forms, case,
    /// punctuation, and blanks beside ideographs.
    SearchKey,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 2] = [Self::Corpus, Self::SearchKey];

    /// The name of the profile.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Corpus => "corpus",
            Self::SearchKey => "search-key",
        }
    }

    /// The Unicode steps of the profile.
    pub const fn steps(self) -> Steps {
        let alike = Steps::COMPAT.with(Steps::RADICALS).with(Steps::NFC).with(Steps::WIDTH);
        let common = alike.with(Steps::ZERO_WIDTH).with(Steps::CONTROL);
        match self {
            Self::Corpus => common.with(Steps::BLANKS),
            Self::SearchKey => common.with(Steps::SELECTORS),
        }
    }

    /// Whether the profile repairs damage wherever it is found.
    pub const fn repairs(self) -> bool {
        matches!(self, Self::Corpus)
    }

    /// What the profile holds, in one line.
    pub fn summary(self) -> String {
        match self {
            Self::Corpus => format!("--repair --normalize {}", self.steps()),
            Self::SearchKey => format!("--normalize {}, then folded", self.steps()),
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Profile {
    type Err = Error;

    /// # Errors
    ///
    /// [`Error::UnknownProfile`], with the nearest name and all names.
    fn from_str(name: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|profile| profile.name().eq_ignore_ascii_case(name));
        found.ok_or_else(|| Error::UnknownProfile {
            name: name.to_owned(),
            nearest: nearest(name, Self::ALL.iter().map(|profile| profile.name())),
        })
    }
}

/// The folding of `search-key`, one edit a line; the steps run before.
///
/// Each line is folded by itself: NFKC (UAX #15), simple lower case, variants of either
/// script and of Japanese to one Simplified character each, whatever word it stands in.
/// Punctuation and blanks become one space, and none beside ideographs and kana or at
/// the ends of the line; `.` and `:` between digits stay.
pub(crate) fn fold(text: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let inner = line.trim_end_matches(['\n', '\r']);
        let mut key = fold_once(inner);
        // Lower case may bring what NFKC folds, and folding what lower case does.
        for _ in 0..4 {
            key = fold_once(&key);
        }
        if key != inner {
            let range = start..start + inner.len();
            edits.push(Edit { range, text: key, rule: "profile/search-key", confidence: 100 });
        }
        start += line.len();
    }
    edits
}

fn fold_once(line: &str) -> String {
    let folded: Vec<char> = line.nfkc().flat_map(char::to_lowercase).map(variant).nfkc().collect();
    let is_digit = |i: Option<usize>| i.and_then(|i| folded.get(i)).is_some_and(char::is_ascii_digit);
    let mut key = String::with_capacity(line.len());
    let mut is_apart = false;
    for (i, c) in folded.iter().copied().enumerate() {
        let is_inside = matches!(c, '.' | ':') && is_digit(i.checked_sub(1)) && is_digit(Some(i + 1));
        if is_ignored(c) {
            continue;
        }
        if separates(c) && !is_inside {
            is_apart = true;
            continue;
        }
        let last = key.chars().next_back();
        if is_apart && !is_solid(c) && last.is_some_and(|last| !is_solid(last)) {
            key.push(' ');
        }
        is_apart = false;
        key.push(c);
    }
    key
}

/// What no one sees: controls, zero-width characters, soft hyphens, selectors.
fn is_ignored(c: char) -> bool {
    let is_selector = matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}');
    let is_unseen = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}');
    c.is_control() && !c.is_whitespace() || is_selector || is_unseen
}

/// Blanks and punctuation. Of ASCII not what words are written with: `C++`, `C#`, `R&D`.
fn separates(c: char) -> bool {
    let ascii = matches!(
        c,
        '!' | '"' | '\'' | '(' | ')' | ',' | '-' | '.' | '/' | ':' | ';' | '?' | '[' | '\\' | ']'
    ) || matches!(c, '_' | '{' | '}');
    let latin = matches!(c, '¡' | '§' | '«' | '¶' | '·' | '»' | '¿');
    let general = matches!(c, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}');
    let cjk = matches!(c, '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}' | '〰' | '〽' | '゠' | '・');
    c.is_whitespace() || ascii || latin || general || cjk
}

/// Ideographs and kana, which are written without blanks.
fn is_solid(c: char) -> bool {
    is_ideograph(&c)
        || matches!(c, '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}')
}

fn is_ideograph(c: &char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

/// The one character that stands for all variants of an ideograph.
fn variant(c: char) -> char {
    static VARIANTS: OnceLock<HashMap<char, char>> = OnceLock::new();
    let variants = VARIANTS.get_or_init(|| {
        // A line for each, so that none stands in a word.
        let all: Vec<char> = ('\u{3400}'..='\u{323af}').filter(is_ideograph).collect();
        let mut folded: String = all.iter().flat_map(|c| [*c, '\n']).collect();
        for direction in [Direction::Tw2t, Direction::Hk2t, Direction::Jp2t, Direction::T2s] {
            folded = Converter::exact(direction).convert(&folded).into_owned();
        }
        let pairs = all.into_iter().zip(folded.lines().filter_map(|line| line.chars().next()));
        pairs.filter(|(old, new)| old != new).collect()
    });
    // Two variants may name each other; the first answer but one is final.
    let next = |c: char| variants.get(&c).copied().unwrap_or(c);
    let once = next(c);
    if next(next(once)) == once { once.max(next(once)) } else { next(next(once)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::apply;
    use proptest::prelude::*;

    fn key(text: &str) -> String {
        apply(text, &fold(text))
    }

    #[test]
    fn what_a_searcher_would_not_tell_apart_is_the_same() {
        let same: [&[&str]; 6] = [
            &["臺灣圖書館", "台湾图书馆", "台灣図書館", "「臺灣」 圖書館！"],
            &["裏面的乾隆", "裡面的乾隆", "里面的干隆"],
            &["Ｃ＋＋ 程式", "c++程式", "C++，程式"],
            &["①Hello,  World!", "1hello world", "１ｈｅｌｌｏ　world。"],
            &["3.14 和 12:30", "３．１４和12：30"],
            &["葛\u{e0100}飾", "葛飾", "葛\u{200b}饰"],
        ];
        for texts in same {
            for text in texts {
                assert_eq!(key(text), key(texts[0]), "{text}");
            }
        }
        assert_ne!(key("3.14"), key("314"));
        assert_ne!(key("1, 2"), key("12"));
        assert_eq!(key("甲。\r\n乙！\n"), "甲\r\n乙\n");
    }

    #[test]
    fn names_are_read_as_written() {
        for profile in Profile::ALL {
            assert_eq!(profile.to_string().parse::<Profile>().expect("known"), profile);
        }
        let error = "corpora".parse::<Profile>().expect_err("unknown").to_string();
        assert!(error.contains("`corpus`") && error.contains("search-key"), "{error}");
        assert!(Profile::Corpus.summary().contains("zero-width"));
    }

    #[test]
    fn every_variant_is_final() {
        for c in ('\u{3400}'..='\u{323af}').filter(is_ideograph) {
            assert_eq!(variant(variant(c)), variant(c), "{c}");
        }
    }

    proptest! {
        #[test]
        fn a_second_run_changes_nothing(text in "([一-龥]|[a-zA-Z0-9.,: ]|[ｱ-ﾟＡ-Ｚ]|[\u{1100}-\u{1175}]|\\PC|\n){0,40}") {
            let once = key(&text);
            prop_assert_eq!(key(&once), once);
        }
    }
}
