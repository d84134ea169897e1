//! The characters that mirrors annotate, and how an annotation looks. Knows
//! nothing of pages.

use std::sync::OnceLock;

/// The characters that are annotated.
struct Annotated {
    /// Each with the reading that was seen behind it, sorted.
    all: Vec<(char, &'static str)>,
    /// For each character from [`FIRST`] on its number in `all`, or [`NONE`].
    numbers: Vec<u8>,
}

const FIRST: u32 = 0x4e00;
const NONE: u8 = u8::MAX;

impl Annotated {
    fn get() -> &'static Self {
        static ANNOTATED: OnceLock<Annotated> = OnceLock::new();
        ANNOTATED.get_or_init(|| {
            let lines = include_str!("annotated.tsv").lines().filter(|line| !line.starts_with('#'));
            let fields = lines.filter_map(|line| line.split_once('\t'));
            let mut all: Vec<_> =
                fields.filter_map(|(c, reading)| Some((c.chars().next()?, reading))).collect();
            all.sort_unstable();
            let mut numbers = vec![NONE; 0x5200];
            for (number, (c, _)) in all.iter().enumerate() {
                if let Some(place) = numbers.get_mut((*c as u32 - FIRST) as usize) {
                    *place = number as u8;
                }
            }
            Self { all, numbers }
        })
    }

    fn number(&self, c: char) -> Option<usize> {
        let number = *self.numbers.get((c as u32).wrapping_sub(FIRST) as usize)?;
        (number != NONE).then_some(usize::from(number))
    }
}

/// The reading a mirror puts behind a character.
pub(super) fn reading(c: char) -> Option<&'static str> {
    let annotated = Annotated::get();
    annotated.number(c).map(|number| annotated.all[number].1)
}

/// The characters with a reading.
pub(super) fn with_reading(reading: &str) -> impl Iterator<Item = char> {
    Annotated::get().all.iter().filter(move |(_, r)| *r == reading).map(|(c, _)| *c)
}

/// Some of the characters that are annotated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Set(u128);

impl Set {
    pub(super) fn contains(self, c: char) -> bool {
        Annotated::get().number(c).is_some_and(|number| self.0 >> number & 1 == 1)
    }

    pub(super) fn len(self) -> usize {
        self.0.count_ones() as usize
    }
}

impl FromIterator<char> for Set {
    fn from_iter<I: IntoIterator<Item = char>>(chars: I) -> Self {
        let numbers = chars.into_iter().filter_map(|c| Annotated::get().number(c));
        Self(numbers.fold(0, |set, number| set | 1 << number))
    }
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
        let all = &Annotated::get().all;
        // A set has 128 bits.
        assert_eq!(all.len(), 118);
        assert!(all.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (c, r) in all {
            assert_eq!(syllable(&format!("{r})")), Some(*r), "{c}");
            assert_eq!(reading(*c), Some(*r));
            assert!(with_reading(r).any(|other| other == *c));
        }
        assert_eq!(reading('人'), None);
        let set: Set = "報人質".chars().collect();
        assert!(set.contains('報') && set.contains('質') && !set.contains('人') && !set.contains('評'));
        assert_eq!(set.len(), 2);
        for wrong in ["", ")", "bao)", "bà ao)", "bàò)", "zhuāangng)", "bào", "行)"] {
            assert_eq!(syllable(wrong), None, "{wrong}");
        }
    }
}
