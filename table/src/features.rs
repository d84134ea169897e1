//! What the context model looks at around a character, as hashes.
//!
//! A window is the character and three on either side, in Simplified forms, so
//! that text of either script gives the same one. Its features are every run of
//! two to four characters that holds the middle one, pairs and single characters
//! with gaps, the same over clusters of characters, and what the dictionary says.
//!
//! The hash of a run is made from its left part and its right part, so parts are
//! packed once for all runs that share them.

/// Characters of a window; the middle one is in question.
pub const WINDOW: usize = 7;
/// The middle of a window.
pub const MIDDLE: usize = WINDOW / 2;
/// Features of a window.
pub const COUNT: usize = 28;

/// Codes that no ideograph has: what a character is, where only that matters.
pub mod class {
    /// Punctuation, symbols and spaces.
    pub const MARK: u16 = 1;
    /// A digit, of either width.
    pub const DIGIT: u16 = 2;
    /// Any other letter of one or two bytes.
    pub const LATIN: u16 = 3;
    /// The end of a line.
    pub const EDGE: u16 = 4;
    /// Anything else that is no ideograph of the basic plane.
    pub const OTHER: u16 = 5;
}

/// The code of a character, given the plane of what ideographs become in
/// Simplified.
#[inline]
pub fn code(c: char, simplified: impl Fn(u16) -> u16) -> u16 {
    match c {
        '\u{3400}'..='\u{9fff}' => simplified(c as u16),
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => class::EDGE,
        '0'..='9' | '０'..='９' => class::DIGIT,
        'A'..='Z' | 'a'..='z' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '\u{c0}'..='\u{24f}' => class::LATIN,
        '\0'..='\u{bf}' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' => {
            class::MARK
        }
        _ => class::OTHER,
    }
}

/// What the dictionary says of the character in the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Said {
    /// The number of the candidate that it chooses.
    pub choice: u8,
    /// The characters of the phrase that covers it; 0 without one.
    pub phrase: u8,
}

/// The features of a window. `cluster` gives each of its codes' cluster.
#[inline]
pub fn hashes(window: &[u16; WINDOW], cluster: impl Fn(u16) -> u8, said: Said) -> [u64; COUNT] {
    let w = window.map(u64::from);
    let c = window.map(|code| u64::from(cluster(code)));
    // Runs that end before the middle and that begin behind it, by length.
    let left = [0, w[2], w[2] | w[1] << 16, w[2] | w[1] << 16 | w[0] << 32];
    let right = [0, w[4], w[4] | w[5] << 16, w[4] | w[5] << 16 | w[6] << 32];
    let choice = u64::from(said.choice) + 1;
    let phrase = u64::from(said.phrase.min(5));
    [
        // Runs of two, three and four.
        mix(left[1], 0, 1),
        mix(0, right[1], 1),
        mix(left[2], 0, 2),
        mix(left[1], right[1], 2),
        mix(0, right[2], 2),
        mix(left[3], 0, 3),
        mix(left[2], right[1], 3),
        mix(left[1], right[2], 3),
        mix(0, right[3], 3),
        // With gaps.
        mix(w[0], 0, 4),
        mix(w[1], 0, 5),
        mix(0, w[5], 5),
        mix(0, w[6], 4),
        mix(w[1], w[4], 6),
        mix(w[2], w[5], 7),
        // Clusters.
        mix(c[2], 0, 8),
        mix(0, c[4], 8),
        mix(c[2] | c[1] << 8, 0, 9),
        mix(0, c[4] | c[5] << 8, 9),
        mix(c[2], c[4], 10),
        mix(c[2] | c[1] << 8 | c[0] << 16, 0, 11),
        mix(0, c[4] | c[5] << 8 | c[6] << 16, 11),
        mix(c[2] | c[1] << 8, c[4], 12),
        mix(c[2], c[4] | c[5] << 8, 13),
        // The character alone, and the dictionary.
        mix(0, 0, 14),
        mix(choice, 0, 15),
        mix(choice, 1 + phrase.min(1), 16),
        mix(choice, 1 + phrase, 17),
    ]
}

#[inline]
fn mix(left: u64, right: u64, template: u64) -> u64 {
    let x = left.wrapping_mul(0x9e37_79b9_7f4a_7c15)
        ^ right.wrapping_mul(0xc2b2_ae3d_27d4_eb4f).rotate_left(29)
        ^ template.wrapping_mul(0x1656_67b1_9e37_79f9);
    let x = (x ^ x >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93);
    x ^ x >> 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_features_of_a_window_are_one() {
        let said = Said { choice: 0, phrase: 2 };
        for window in [[10, 10, 10, 10, 10, 10, 10], [11, 12, 13, 14, 15, 16, 17]] {
            let hashes: HashSet<u64> = hashes(&window, |code| code as u8, said).into_iter().collect();
            assert_eq!(hashes.len(), COUNT);
        }
    }

    #[test]
    fn a_code_says_what_kind_of_character_it_is() {
        let kinds = ['后', '，', '7', 'ｘ', '\n', 'の'].map(|c| code(c, |c| c));
        assert_eq!(kinds, ['后' as u16, class::MARK, class::DIGIT, class::LATIN, class::EDGE, class::OTHER]);
    }
}
