//! Which characters stand in Japanese or Korean. Knows letters and characters,
//! no words.
//!
//! A sequence model of three languages: kana, hangul and new Japanese forms cost
//! Chinese, characters that only Chinese text has cost the others, and a change
//! of language costs the more, the closer its characters belong together. So a
//! clause without a letter goes with the clauses around it, and a Japanese name
//! inside a Chinese clause ends where its letters end.

use zhnorm_table::evidence::{self, Evidence};

use super::{EVIDENCE, end_of, is_quote};

/// A bit for each character of the basic plane: whether it is of the kanji that
/// Japanese uses most (JIS X 0208, level 1).
static KANJI: &[u8; 1 << 13] = include_bytes!(concat!(env!("OUT_DIR"), "/kanji.bin"));

/// What a letter costs Chinese, and a form that only Japanese has.
const LETTER: u32 = 50;
/// The one letter that Chinese shop signs have.
const NO: u32 = 20;
/// What a letter costs the language that does not have it, and a character that
/// only Chinese has.
const ODD: u32 = 80;
/// What any other character of Chinese costs a language with letters: long
/// stretches without one are rare.
const HAN: u32 = 2;
/// What a character costs Japanese that it uses in few words and names.
const RARE: u32 = 15;
/// What a change costs inside a clause, and at the ends of a clause, a sentence
/// and a line.
const SWITCH: [u32; 4] = [60, 20, 15, 10];
/// What a change costs at the ends of what is quoted: titles and names.
const QUOTE: u32 = 12;

const CHINESE: usize = 0;
const JAPANESE: usize = 1;
const KOREAN: usize = 2;

fn is_hangul(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '\u{ac00}'..='\u{d7a3}' | '\u{ffa0}'..='\u{ffdc}')
}

/// What a character costs each language.
fn costs(c: char) -> [u32; 3] {
    match evidence::of(EVIDENCE, c) {
        Evidence::Letter if is_hangul(c) => [LETTER, ODD, 0],
        Evidence::Letter if c == 'の' => [NO, 0, ODD],
        Evidence::Letter => [LETTER, 0, ODD],
        Evidence::Japanese => [LETTER, 0, HAN],
        Evidence::Simplified if evidence::is_chinese(EVIDENCE, c) => [0, ODD, ODD],
        Evidence::Simplified => [0, HAN, ODD],
        // Korean writes the old forms, as Traditional text does.
        _ if evidence::is_chinese(EVIDENCE, c) => [0, ODD, HAN],
        Evidence::End => [0; 3],
        _ if c < '\u{2e80}' || end_of(c) > 0 => [0; 3],
        _ if !is_frequent(c) => [0, RARE, HAN],
        _ => [0, HAN, HAN],
    }
}

fn is_frequent(c: char) -> bool {
    KANJI.get(c as usize / 8).is_some_and(|bits| bits >> (c as usize % 8) & 1 != 0)
}

/// What a character stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Chinese,
    Japanese,
    Korean,
}

/// True for each character that stands in Japanese or Korean.
pub(super) fn foreign(chars: &[char]) -> Vec<bool> {
    languages(chars).into_iter().map(|language| language != Language::Chinese).collect()
}

/// What each character stands in; Chinese is also all that tells nothing.
pub(super) fn languages(chars: &[char]) -> Vec<Language> {
    let is_sign = |c: &char| matches!(evidence::of(EVIDENCE, *c), Evidence::Letter | Evidence::Japanese);
    if !chars.iter().any(is_sign) {
        return vec![Language::Chinese; chars.len()];
    }
    // Costs so far with the last character in each language, and for each
    // character the language before it, by its own.
    let mut so_far = [0, SWITCH[3], SWITCH[3]];
    let mut from: Vec<[u8; 3]> = Vec::with_capacity(chars.len());
    let mut switch = SWITCH[3];
    let blends = blends(chars);
    for (i, c) in chars.iter().enumerate() {
        let mut own = costs(*c);
        if *c == 'の' && blends[i] {
            own[CHINESE] = LETTER;
        }
        let (best, least) = least(so_far);
        let mut came = [CHINESE as u8, JAPANESE as u8, KOREAN as u8];
        for language in [CHINESE, JAPANESE, KOREAN] {
            if least + switch < so_far[language] {
                so_far[language] = least + switch;
                came[language] = best as u8;
            }
            so_far[language] += own[language];
        }
        from.push(came);
        switch = if is_quote(*c) { QUOTE } else { SWITCH[end_of(*c)] };
    }
    so_far[JAPANESE] += SWITCH[3];
    so_far[KOREAN] += SWITCH[3];
    let (mut language, _) = least(so_far);
    let mut languages = vec![Language::Chinese; chars.len()];
    for (i, came) in from.iter().enumerate().rev() {
        languages[i] = [Language::Chinese, Language::Japanese, Language::Korean][language];
        language = came[language] as usize;
    }
    languages
}

/// Which characters stand in a clause that has forms of both scripts, all of them
/// Japanese too: 科学の無駄. Chinese text of both scripts nearly always has a
/// character that Japanese has not.
fn blends(chars: &[char]) -> Vec<bool> {
    let mut blends = Vec::with_capacity(chars.len());
    for clause in chars.split_inclusive(|c| end_of(*c) > 0) {
        let has = |e: Evidence| clause.iter().any(|c| evidence::of(EVIDENCE, *c) == e);
        let chinese = clause.iter().any(|c| evidence::is_chinese(EVIDENCE, *c));
        let both = has(Evidence::Simplified) && has(Evidence::Traditional);
        blends.resize(blends.len() + clause.len(), both && !chinese);
    }
    blends
}

/// The language that costs least so far; of equals, Chinese.
fn least(costs: [u32; 3]) -> (usize, u32) {
    [JAPANESE, KOREAN].into_iter().fold((CHINESE, costs[CHINESE]), |(best, least), language| {
        if costs[language] < least { (language, costs[language]) } else { (best, least) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        chars.iter().zip(foreign(&chars)).map(|(c, foreign)| if foreign { 'f' } else { *c }).collect()
    }

    #[test]
    fn a_letter_more_or_less() {
        assert_eq!(shown("国の"), "国の");
        assert_eq!(shown("來自小鎮の味道，真的很好"), "來自小鎮の味道，真的很好");
        assert_eq!(shown("科学の無駄"), "fffff");
        assert_eq!(shown("这，図書館です，这"), "这，ffffff这");
        assert_eq!(shown("學校에서，國家"), "fffffff");
        assert_eq!(shown("學校에서，这里说"), "fffff这里说");
    }

    #[test]
    fn a_clause_goes_with_its_neighbours() {
        assert_eq!(shown("終了後、会議室で話した。"), "ffffffffffff");
        assert_eq!(shown("離散家族 相逢이 있다"), "fffffffffff");
        assert_eq!(shown("他们看了となりのトトロ这部片"), "他们看了fffffff这部片");
        assert_eq!(shown("這部「となりのトトロ」很好看"), "這部「ffffffff很好看");
    }

    #[test]
    fn level_1_is_whole() {
        assert_eq!(KANJI.iter().map(|bits| bits.count_ones()).sum::<u32>(), 2965);
        assert!(is_frequent('亜') && is_frequent('腕') && !is_frequent('弌'));
    }
}
