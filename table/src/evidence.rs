//! What a single character says about the script of the text it stands in.
//!
//! Worked out from the lexicon: a character that the conversion to Simplified
//! changes is Traditional, unless Simplified phrases hold it too (乾 in 乾坤);
//! one that the conversion to Traditional always changes is Simplified, unless
//! Traditional phrases hold it too.
//!
//! Bytes: two bits for each character of the basic plane, four to a byte.

use std::collections::HashSet;

use crate::lexicon::Lexicon;

/// Bytes of the table.
pub const LEN: usize = (1 << 16) / 4;

/// What a character says about its script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Nothing: both scripts have it, or neither.
    Shared,
    /// Only Simplified text has it.
    Simplified,
    /// Only Traditional text has it.
    Traditional,
}

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
}

/// Writes the table.
pub fn write(sources: &Sources<'_>) -> Vec<u8> {
    let chars =
        |texts: &mut dyn Iterator<Item = &str>| -> HashSet<char> { texts.flat_map(str::chars).collect() };
    let st = sources.st_phrases.entries().iter();
    let ts = sources.ts_phrases.entries().iter();
    let simplified = chars(&mut st.clone().map(|e| e.key.as_str()).chain(ts.clone().map(|e| e.value())));
    let traditional = chars(&mut st.map(|e| e.value()).chain(ts.map(|e| e.key.as_str())));

    let mut table = vec![0; LEN];
    mark(&mut table, sources.ts_chars, &simplified, Evidence::Traditional);
    mark(&mut table, sources.st_chars, &traditional, Evidence::Simplified);
    table
}

/// Notes `evidence` for every key that never becomes itself, but those in `other`.
fn mark(table: &mut [u8], lexicon: &Lexicon, other: &HashSet<char>, evidence: Evidence) {
    for entry in lexicon.entries().iter().filter(|e| !e.values.contains(&e.key)) {
        for c in entry.key.chars().filter(|c| (*c as usize) < 1 << 16 && !other.contains(c)) {
            table[c as usize / 4] |= (evidence as u8) << (c as usize % 4 * 2);
        }
    }
}

/// What a character says.
#[inline]
pub fn of(table: &[u8; LEN], c: char) -> Evidence {
    let Some(byte) = table.get(c as usize / 4) else {
        return Evidence::Shared;
    };
    match byte >> (c as usize % 4 * 2) & 3 {
        1 => Evidence::Simplified,
        2 => Evidence::Traditional,
        // 3 would be a contradiction of the lexicons.
        _ => Evidence::Shared,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_of_the_other_script_take_evidence_away() {
        let pairs = |p: &[(&str, &str)]| Lexicon::from_pairs(p.iter().copied());
        let table = write(&Sources {
            st_chars: &pairs(&[("汉", "漢"), ("云", "雲"), ("云", "云"), ("后", "後")]),
            ts_chars: &pairs(&[("漢", "汉"), ("乾", "干")]),
            st_phrases: &pairs(&[("皇后", "皇后")]),
            ts_phrases: &pairs(&[("乾坤", "乾坤")]),
        });
        let table: &[u8; LEN] = table.as_slice().try_into().expect("its length");
        assert_eq!(of(table, '汉'), Evidence::Simplified);
        assert_eq!(of(table, '漢'), Evidence::Traditional);
        for c in ['云', '后', '乾', '人', '\u{20000}'] {
            assert_eq!(of(table, c), Evidence::Shared, "{c}");
        }
    }
}
