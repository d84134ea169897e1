//! What the context model looks at around a character, as hashes.
//!
//! A window is the character and three on either side, in Simplified forms, so
//! that text of either script gives the same one. Its features are every run of
//! two to four characters that holds the middle one, pairs and single characters
//! with gaps, the same over clusters of characters, and what the dictionary says.
//!
//! A field reaches twice as far. It adds which characters stand in it, wherever
//! they do: coffee is 沖, not 衝, on either side and at any distance. That costs
//! time, so it is asked only where the window leaves doubt.
//!
//! The hash of a run is made from the sum of its places, each with a factor of its
//! own, so that one product serves all runs that share it.

/// Characters of a window; the middle one is in question.
pub const WINDOW: usize = 7;
/// The middle of a window.
pub const MIDDLE: usize = WINDOW / 2;
/// Features of a window.
pub const COUNT: usize = 28;
/// The first of them, which are of what stands around; the others are of what the
/// dictionary says.
pub const AROUND: usize = 24;

/// Characters of a field, around the same one.
pub const FIELD: usize = 13;
/// Features of a field.
pub const IN_FIELD: usize = FIELD - 1;

/// The feature where a field has no ideograph, which a word alone would have ten
/// times, or the one in question again. Nothing is learned of it.
pub const NOTHING: u32 = 0;

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
    /// The characters of the phrase that covers it; 0 without one that is not doubtful.
    pub phrase: u8,
}

/// Phrases of so many characters and longer ones are alike.
pub const LONGEST: u8 = 5;

/// The features of a window. `cluster` gives each of its codes' cluster.
#[inline(always)]
pub fn hashes(window: &[u16; WINDOW], cluster: impl Fn(u16) -> u8, said: Said) -> [u32; COUNT] {
    let mut all = [0; COUNT];
    let (around, rest) = all.split_at_mut(AROUND);
    around.copy_from_slice(&hashes_around(window, cluster));
    rest.copy_from_slice(&hashes_said(said));
    all
}

/// The first two features, of the characters on either side.
#[inline(always)]
pub fn hashes_beside([before, behind]: [u16; 2]) -> [u32; 2] {
    let part = |place: usize, code: u16| CHARACTERS[place].wrapping_mul(u32::from(code));
    numbered(0, [part(MIDDLE - 1, before), part(MIDDLE + 1, behind)])
}

/// The features of the character alone, and of what the dictionary says.
#[inline]
pub fn hashes_said(said: Said) -> [u32; COUNT - AROUND] {
    let choice = (u32::from(said.choice) + 1).wrapping_mul(CHOICE);
    let phrase = |length: u32| (length + 1).wrapping_mul(PHRASE);
    let length = u32::from(said.phrase.min(LONGEST));
    let covered = choice.wrapping_add(phrase(length.min(1)));
    numbered(AROUND, [0, choice, covered, choice.wrapping_add(phrase(6 + length))])
}

/// The features of what stands around. The compiler makes vector code of all but
/// the sums.
#[inline(always)]
pub fn hashes_around(window: &[u16; WINDOW], cluster: impl Fn(u16) -> u8) -> [u32; AROUND] {
    // Every place of a window with a factor of its own, so that sums tell the runs apart.
    let (mut w, mut c) = ([0u32; WINDOW], [0u32; WINDOW]);
    for (i, code) in window.iter().enumerate() {
        w[i] = CHARACTERS[i].wrapping_mul(u32::from(*code));
        c[i] = CLUSTERS[i].wrapping_mul(u32::from(cluster(*code)) + 1);
    }
    let sum = |parts: &[u32]| parts.iter().fold(0u32, |sum, part| sum.wrapping_add(*part));
    let runs = [
        // Runs of two, three and four.
        sum(&[w[2]]),
        sum(&[w[4]]),
        sum(&[w[2], w[1]]),
        sum(&[w[2], w[4]]),
        sum(&[w[4], w[5]]),
        sum(&[w[2], w[1], w[0]]),
        sum(&[w[2], w[1], w[4]]),
        sum(&[w[2], w[4], w[5]]),
        sum(&[w[4], w[5], w[6]]),
        // With gaps.
        w[0],
        w[1],
        w[5],
        w[6],
        sum(&[w[1], w[4]]),
        sum(&[w[2], w[5]]),
        // Clusters.
        c[2],
        c[4],
        sum(&[c[2], c[1]]),
        sum(&[c[4], c[5]]),
        sum(&[c[2], c[4]]),
        sum(&[c[2], c[1], c[0]]),
        sum(&[c[4], c[5], c[6]]),
        sum(&[c[2], c[1], c[4]]),
        sum(&[c[2], c[4], c[5]]),
    ];
    numbered(0, runs)
}

/// Features by the number of their kind, from `first` on.
#[inline(always)]
fn numbered<const N: usize>(first: usize, mut x: [u32; N]) -> [u32; N] {
    for (number, x) in x.iter_mut().enumerate() {
        *x = mix(x.wrapping_add(((first + number) as u32 + 1).wrapping_mul(TEMPLATE)));
    }
    x
}

/// The features of a field.
#[inline(always)]
pub fn hashes_field(field: &[u16; FIELD]) -> [u32; IN_FIELD] {
    const TEMPLATES: u32 = COUNT as u32 + 1;
    let mut x = [NOTHING; IN_FIELD];
    for (i, x) in x.iter_mut().enumerate() {
        let code = field[i + usize::from(i >= FIELD / 2)];
        if code > class::OTHER && code != field[FIELD / 2] {
            *x = mix(ANYWHERE.wrapping_mul(u32::from(code)).wrapping_add(TEMPLATES.wrapping_mul(TEMPLATE)));
        }
    }
    x
}

/// The window in the middle of a field.
#[inline]
pub fn window_of(field: &[u16; FIELD]) -> [u16; WINDOW] {
    std::array::from_fn(|i| field[FIELD / 2 - MIDDLE + i])
}

/// Odd numbers without a pattern: the digits of the golden ratio and of square roots.
const CHARACTERS: [u32; WINDOW] =
    [0x9e37_79b1, 0x6a09_e667, 0xbb67_ae85, 1, 0x3c6e_f373, 0xa54f_f53b, 0x510e_527f];
const CLUSTERS: [u32; WINDOW] =
    [0x9b05_688d, 0x1f83_d9ab, 0x5be0_cd19, 1, 0xcbbb_9d5d, 0x629a_292b, 0x9159_015b];
const CHOICE: u32 = 0x152f_ecd9;
const PHRASE: u32 = 0x6733_2667;
const ANYWHERE: u32 = 0x7654_3219;
const TEMPLATE: u32 = 0x8eb4_4a87;

/// Every bit of the result by every bit (the finalizer of MurmurHash3).
#[inline(always)]
fn mix(x: u32) -> u32 {
    let x = (x ^ x >> 16).wrapping_mul(0x85eb_ca6b);
    let x = (x ^ x >> 13).wrapping_mul(0xc2b2_ae35);
    x ^ x >> 16
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_features_of_a_window_are_one() {
        let said = Said { choice: 0, phrase: 2 };
        for window in [[10, 10, 10, 10, 10, 10, 10], [11, 12, 13, 14, 15, 16, 17]] {
            let hashes = hashes(&window, |code| code as u8, said);
            assert_eq!(hashes.iter().collect::<HashSet<_>>().len(), COUNT);
            assert_eq!(hashes[..2], hashes_beside([window[MIDDLE - 1], window[MIDDLE + 1]]));
        }
    }

    #[test]
    fn a_field_says_what_stands_in_it_wherever() {
        let field: [u16; FIELD] = std::array::from_fn(|i| 100 + i as u16);
        assert_eq!(window_of(&field), [103, 104, 105, 106, 107, 108, 109]);
        let mut turned = field;
        turned.reverse();
        let [mut one, mut two] = [field, turned].map(|field| hashes_field(&field));
        one.sort_unstable();
        two.sort_unstable();
        assert_eq!(one, two);
        // The middle one is not in it.
        turned[FIELD / 2] = 7;
        assert_eq!(HashSet::from(hashes_field(&turned)), HashSet::from(one));
        assert_eq!(HashSet::from(one).len(), IN_FIELD);
    }

    #[test]
    fn marks_and_edges_say_nothing_in_a_field() {
        let mut field = [class::EDGE; FIELD];
        assert_eq!(hashes_field(&field), [NOTHING; IN_FIELD]);
        field[0] = '水' as u16;
        assert_eq!(hashes_field(&field).iter().filter(|feature| **feature != NOTHING).count(), 1);
    }

    #[test]
    fn a_code_says_what_kind_of_character_it_is() {
        let kinds = ['后', '，', '7', 'ｘ', '\n', 'の'].map(|c| code(c, |c| c));
        assert_eq!(kinds, ['后' as u16, class::MARK, class::DIGIT, class::LATIN, class::EDGE, class::OTHER]);
    }
}
