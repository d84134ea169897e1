//! The characters that mirrors annotate, and how an annotation looks. Knows
//! nothing of pages.

use std::sync::OnceLock;

/// Characters with the reading that was seen behind each, sorted.
fn all() -> &'static [(char, &'static str)] {
    static ALL: OnceLock<Vec<(char, &'static str)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let lines = include_str!("annotated.tsv").lines().filter(|line| !line.starts_with('#'));
        let fields = lines.filter_map(|line| line.split_once('\t'));
        let mut all: Vec<_> = fields.filter_map(|(c, reading)| Some((c.chars().next()?, reading))).collect();
        all.sort_unstable();
        all
    })
}

/// The reading a mirror puts behind a character.
pub(super) fn reading(c: char) -> Option<&'static str> {
    let all = all();
    all.binary_search_by_key(&c, |(c, _)| *c).ok().map(|i| all[i].1)
}

/// The characters with a reading.
pub(super) fn with_reading(reading: &str) -> impl Iterator<Item = char> {
    all().iter().filter(move |(_, r)| *r == reading).map(|(c, _)| *c)
}

/// What is between parentheses, where `rest` begins behind the first one, if it
/// looks like a syllable of pinyin with its tone: at most six letters, one of
/// them with a mark.
pub(super) fn syllable(rest: &str) -> Option<&str> {
    let mut marks = 0;
    for (count, (at, c)) in rest.char_indices().enumerate() {
        match c {
            ')' if marks == 1 => return Some(&rest[..at]),
            'a'..='z' | 'ü' => {}
            'ā' | 'á' | 'ǎ' | 'à' | 'ē' | 'é' | 'ě' | 'è' | 'ī' | 'í' | 'ǐ' | 'ì' => marks += 1,
            'ō' | 'ó' | 'ǒ' | 'ò' | 'ū' | 'ú' | 'ǔ' | 'ù' | 'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => marks += 1,
            _ => return None,
        }
        if count == 6 {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_one_reading_in_syllable_form() {
        assert_eq!(all().len(), 118);
        assert!(all().windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (c, r) in all() {
            assert_eq!(syllable(&format!("{r})")), Some(*r), "{c}");
            assert_eq!(reading(*c), Some(*r));
            assert!(with_reading(r).any(|other| other == *c));
        }
        assert_eq!(reading('人'), None);
        for wrong in ["", ")", "bao)", "bà ao)", "bàò)", "zhuāangng)", "bào", "行)"] {
            assert_eq!(syllable(wrong), None, "{wrong}");
        }
    }
}
