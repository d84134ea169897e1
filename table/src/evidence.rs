//! What a single character says about the script of the text it stands in.
//!
//! Worked out from the lexicon: a character that the conversion to Simplified
//! changes is Traditional, unless Simplified phrases hold it too (乾 in 乾坤);
//! one that the conversion to Traditional changes is Simplified, unless
//! Traditional phrases hold it too (后 in 皇后); a new Japanese form that neither conversion
//! knows is Japanese.
//!
//! Bytes: four bits for each character of the basic plane, two to a byte; the
//! highest of the four says that Japanese does not have it.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::lexicon::{Entry, Lexicon};

/// Bytes of the table.
pub const LEN: usize = (1 << 16) / 2;

/// What a character says about its script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Nothing: both scripts have it, or neither.
    Shared,
    /// Only Simplified text has it.
    Simplified,
    /// Only Traditional text has it.
    Traditional,
    /// Only Japanese text has it.
    Japanese,
    /// Traditional text has it in few old words and names only.
    MostlySimplified,
    /// Simplified text has it in few old words and names only.
    MostlyTraditional,
    /// A letter of Japanese (kana) or Korean (hangul).
    Letter,
    /// Nothing about the script: a sentence ends behind it.
    End,
}

/// In a set of evidence: some rule to Simplified may change the character, or a text
/// that holds it.
pub const CHANGES_TO_SIMPLIFIED: u8 = 1 << Evidence::Shared as u8;

/// In a set of evidence: some rule to Traditional may, of any region. (A letter's bit, for
/// in a set letters are [`Evidence::Japanese`].)
pub const CHANGES_TO_TRADITIONAL: u8 = 1 << Evidence::Letter as u8;

/// In a set of evidence: no sentence is Traditional that holds such a character.
pub const NOT_TRADITIONAL: u8 =
    1 << Evidence::Simplified as u8 | 1 << Evidence::MostlySimplified as u8 | 1 << Evidence::Japanese as u8;

/// What ends a sentence. No key of any dictionary holds one of these.
pub const ENDS: [char; 9] = ['\n', '\r', '!', '?', '。', '！', '？', '\u{2028}', '\u{2029}'];

/// The blocks of kana and hangul (Unicode 16, Blocks.txt), without the marks
/// that Chinese text has too (・ and ー).
const LETTERS: [std::ops::RangeInclusive<u32>; 7] = [
    0x1100..=0x11ff,
    0x3041..=0x3096,
    0x30a1..=0x30fa,
    0x3131..=0x318e,
    0x31f0..=0x31ff,
    0xac00..=0xd7a3,
    0xff66..=0xffdc,
];

/// The lexicons that the evidence is worked out from.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// Characters from Simplified to Traditional.
    pub st_chars: &'a Lexicon,
    /// Characters from Traditional to Simplified.
    pub ts_chars: &'a Lexicon,
    /// Phrases from Simplified to Traditional.
    pub st_phrases: &'a Lexicon,
    /// Phrases from Traditional to Simplified.
    pub ts_phrases: &'a Lexicon,
    /// Traditional characters to the forms of a region, for each region.
    pub regions: &'a [&'a Lexicon],
    /// Characters from new Japanese forms to old ones.
    pub jp_chars: &'a Lexicon,
}

/// Of so many phrases that hold a character, one may be of the other script: a
/// name, which says nothing against the character's own.
const NAMES: usize = 100;
/// Of so many, one may be: names and old words, few enough to lean on.
const FEW: usize = 20;

/// Writes the table.
pub fn write(sources: &Sources<'_>) -> Vec<u8> {
    let (st, ts) = (sources.st_phrases.entries(), sources.ts_phrases.entries());
    let simplified = Counts::of(st.iter().map(|e| e.key.as_str()).chain(ts.iter().map(|e| e.value())));
    let traditional = Counts::of(st.iter().map(|e| e.value()).chain(ts.iter().map(|e| e.key.as_str())));
    let forms = sources.regions.iter().flat_map(|region| region.entries());
    let forms: HashSet<char> = forms.flat_map(|e| e.value().chars()).collect();

    let mut table = vec![0; LEN];
    for c in LETTERS.into_iter().flatten() {
        table[c as usize / 2] |= (Evidence::Letter as u8) << (c % 2 * 4);
    }
    for c in ENDS {
        table[c as usize / 2] |= (Evidence::End as u8) << (c as usize % 2 * 4);
    }
    mark(&mut table, sources.ts_chars, |entry, c| match (simplified.get(c), traditional.get(c)) {
        (0, _) if !entry.values.contains(&entry.key) => Some(Evidence::Traditional),
        (few, many) if few * NAMES < many => Some(Evidence::Traditional),
        (few, many) if few * FEW < many => Some(Evidence::MostlyTraditional),
        _ => None,
    });
    mark(&mut table, sources.st_chars, |entry, c| match (traditional.get(c), simplified.get(c)) {
        _ if forms.contains(&c) => None,
        (0, _) if !entry.values.contains(&entry.key) => Some(Evidence::Simplified),
        (few, many) if few * NAMES < many => Some(Evidence::Simplified),
        (few, many) if few * FEW < many => Some(Evidence::MostlySimplified),
        _ => None,
    });
    // What either conversion knows as a character of its own is Chinese too.
    let known: HashSet<char> = [sources.st_chars, sources.ts_chars]
        .iter()
        .flat_map(|lexicon| lexicon.entries())
        .flat_map(|entry| entry.key.chars().chain(entry.value().chars()))
        .collect();
    mark(&mut table, sources.jp_chars, |_, c| {
        let chinese = known.contains(&c) || simplified.get(c) + traditional.get(c) > 0;
        (!chinese).then_some(Evidence::Japanese)
    });
    let forms = |text: fn(&Entry) -> &str| -> HashSet<char> {
        let changed = sources.jp_chars.entries().iter().filter(|e| e.value() != e.key);
        changed.flat_map(|e| text(e).chars()).collect()
    };
    let (new, old) = (forms(|e| &e.key), forms(Entry::value));
    for c in (0..1 << 16).filter_map(char::from_u32) {
        let table: &mut [u8; LEN] = table.as_mut_slice().try_into().unwrap_or_else(|_| unreachable!());
        let is_chinese = match of(table, c) {
            Evidence::Simplified => !new.contains(&c),
            Evidence::Traditional => old.contains(&c) && !new.contains(&c),
            _ => false,
        };
        if is_chinese {
            table[c as usize / 2] |= CHINESE << (c as usize % 2 * 4);
        }
    }
    table
}

/// The evidence of each character of the basic plane as a set of one: the bit of
/// its number, none where it says nothing. So the signs of a stretch are its
/// characters' together. What changes on the way to Simplified and to Traditional
/// is given.
pub fn signs(table: &[u8; LEN], to_simplified: &HashSet<char>, to_traditional: &HashSet<char>) -> Vec<u8> {
    let own = |c: u16| match Evidence::from_code(code(table, c)) {
        Evidence::Shared => 0,
        Evidence::Letter => 1 << Evidence::Japanese as u8,
        evidence => 1 << evidence as u8,
    };
    let bit = |c: u16, changes: &HashSet<char>, bit: u8| {
        if char::from_u32(c.into()).is_some_and(|c| changes.contains(&c)) { bit } else { 0 }
    };
    let changes =
        |c| bit(c, to_simplified, CHANGES_TO_SIMPLIFIED) | bit(c, to_traditional, CHANGES_TO_TRADITIONAL);
    (0..=u16::MAX).map(|c| own(c) | changes(c)).collect()
}

/// Whether a sentence that is Simplified is Traditional once each of its characters has become
/// one such as this: by the signs of what it was, and of what it became.
#[inline]
pub const fn settles(source: u8, made: u8) -> bool {
    const SIMPLIFIED: u8 = 1 << Evidence::Simplified as u8;
    const TRADITIONAL: u8 = 1 << Evidence::Traditional as u8;
    const JAPANESE: u8 = 1 << Evidence::Japanese as u8;
    // Such a sentence holds nothing Traditional or Japanese.
    let is_elsewhere = source & (TRADITIONAL | JAPANESE) != 0;
    is_elsewhere || made & NOT_TRADITIONAL == 0 && (source & SIMPLIFIED == 0 || made & TRADITIONAL != 0)
}

/// Writes the pairs of characters that Traditional phrases alone hold and of
/// which one is [`Evidence::MostlyTraditional`]: 由於 tells what 於 does not.
/// Bytes: u32 for each, the first character in the high half; sorted.
pub fn write_pairs(sources: &Sources<'_>, table: &[u8; LEN]) -> Vec<u8> {
    let (st, ts) = (sources.st_phrases.entries(), sources.ts_phrases.entries());
    let pairs = |text: &str| -> Vec<(char, char)> { text.chars().zip(text.chars().skip(1)).collect() };
    let simplified = st.iter().map(|e| e.key.as_str()).chain(ts.iter().map(|e| e.value()));
    let simplified: HashSet<(char, char)> = simplified.flat_map(pairs).collect();
    let traditional = st.iter().map(|e| e.value()).chain(ts.iter().map(|e| e.key.as_str()));
    let telling = |c: char| of(table, c) == Evidence::MostlyTraditional;
    let found: BTreeSet<u32> = traditional
        .flat_map(pairs)
        .filter(|(a, b)| telling(*a) || telling(*b))
        .filter(|pair| !simplified.contains(pair))
        .filter_map(|(a, b)| pair_word(a, b))
        .collect();
    found.into_iter().flat_map(u32::to_le_bytes).collect()
}

/// Whether two neighbours are one of the pairs that [`write_pairs`] wrote.
pub fn is_traditional_pair(pairs: &[[u8; 4]], a: char, b: char) -> bool {
    let search = |word| pairs.binary_search_by_key(&word, |pair| u32::from_le_bytes(*pair)).is_ok();
    pair_word(a, b).is_some_and(search)
}

fn pair_word(a: char, b: char) -> Option<u32> {
    let half = |c: char| u16::try_from(c as u32).ok().map(u32::from);
    Some(half(a)? << 16 | half(b)?)
}

/// In how many texts each character is.
struct Counts(HashMap<char, usize>);

impl Counts {
    fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let mut counts = HashMap::new();
        for text in texts {
            for c in text.chars().collect::<HashSet<char>>() {
                *counts.entry(c).or_default() += 1;
            }
        }
        Self(counts)
    }

    fn get(&self, c: char) -> usize {
        self.0.get(&c).copied().unwrap_or_default()
    }
}

/// Notes the evidence of every key that conversion changes.
fn mark(table: &mut [u8], lexicon: &Lexicon, evidence: impl Fn(&Entry, char) -> Option<Evidence>) {
    for entry in lexicon.entries().iter().filter(|e| e.value() != e.key) {
        for c in entry.key.chars().filter(|c| (*c as usize) < 1 << 16) {
            if let Some(evidence) = evidence(entry, c) {
                table[c as usize / 2] |= (evidence as u8) << (c as usize % 2 * 4);
            }
        }
    }
}

/// Marks a character of one script that Japanese text does not have.
const CHINESE: u8 = 8;

/// Whether only Chinese text has a character: one of one script alone, which is
/// no new Japanese form, or is the old form of one.
pub fn is_chinese(table: &[u8; LEN], c: char) -> bool {
    table.get(c as usize / 2).is_some_and(|byte| byte >> (c as usize % 2 * 4) & CHINESE != 0)
}

/// What a character says.
#[inline]
pub const fn of(table: &[u8; LEN], c: char) -> Evidence {
    match c {
        '\0'..='\u{ffff}' => Evidence::from_code(code(table, c as u16)),
        _ => Evidence::Shared,
    }
}

/// What a character of the basic plane says, as [`Evidence::from_code`] knows it.
#[inline]
pub const fn code(table: &[u8; LEN], c: u16) -> u8 {
    table[c as usize / 2] >> (c % 2 * 4) & 7
}

impl Evidence {
    /// The evidence of a number that [`code`] gave.
    #[inline]
    pub const fn from_code(code: u8) -> Self {
        match code {
            1 => Evidence::Simplified,
            2 => Evidence::Traditional,
            3 => Evidence::Japanese,
            4 => Evidence::MostlySimplified,
            5 => Evidence::MostlyTraditional,
            6 => Evidence::Letter,
            7 => Evidence::End,
            _ => Evidence::Shared,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_of_the_other_script_take_evidence_away() {
        let pairs = |p: &[(&str, &str)]| Lexicon::from_pairs(p.iter().copied());
        let sources = Sources {
            st_chars: &pairs(&[("汉", "漢"), ("云", "雲"), ("云", "云"), ("后", "後"), ("群", "羣")]),
            ts_chars: &pairs(&[("漢", "汉"), ("乾", "干")]),
            st_phrases: &pairs(&[("皇后", "皇后"), ("云朵", "雲朵"), ("人云", "人云")]),
            ts_phrases: &pairs(&[("乾坤", "乾坤")]),
            regions: &[&pairs(&[("羣", "群")])],
            jp_chars: &pairs(&[("円", "圓"), ("后", "後")]),
        };
        let table = write(&sources);
        let table: &[u8; LEN] = table.as_slice().try_into().expect("its length");
        assert_eq!(of(table, '汉'), Evidence::Simplified);
        assert_eq!(of(table, '漢'), Evidence::Traditional);
        assert_eq!(of(table, '円'), Evidence::Japanese);
        assert_eq!(of(table, 'の'), Evidence::Letter);
        assert!(is_chinese(table, '汉') && !is_chinese(table, '円') && !is_chinese(table, '人'));
        let pairs = write_pairs(
            &Sources { st_phrases: &pairs(&[("由于", "由乾"), ("乾清", "乾清")]), ..sources },
            &{
                let mut table = *table;
                table['乾' as usize / 2] |= (Evidence::MostlyTraditional as u8) << ('乾' as usize % 2 * 4);
                table
            },
        );
        let pairs = pairs.as_chunks::<4>().0;
        assert!(is_traditional_pair(pairs, '由', '乾'));
        assert!(!is_traditional_pair(pairs, '乾', '清'));
        for c in ['云', '后', '群', '乾', '人', '\u{20000}'] {
            assert_eq!(of(table, c), Evidence::Shared, "{c}");
        }
    }
}
