//! `nfc`: normalization form C.

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::text::{Found, chars};
use crate::edit::Edit;
use crate::scan::any3;

/// See [`super::Steps::NFC`].
pub(super) fn nfc(text: &str) -> Vec<Edit> {
    let mut found = Found::new("normalize/nfc", 100);
    // All below U+0300, U+3400 to U+9FFF, general punctuation but U+2000 and U+2001,
    // CJK punctuation and kana without their marks, and U+FF00 and above are as they should be, and do not
    // join with anything before them.
    let is_suspect = |a: u8, b: u8, c: u8| {
        let general = (a == 0xe2) & ((b != 0x80) | (c < 0x82));
        let kana_marks =
            (a == 0xe3) & ((b == 0x80) & matches!(c, 0xaa..=0xaf) | (b == 0x82) & matches!(c, 0x99..=0x9a));
        let wide = (a == 0xef) & (b < 0xbc);
        matches!(a, 0xcc..=0xe1) | general | kana_marks | matches!(a, 0xea..=0xee) | wide | (a >= 0xf0)
    };
    if !any3(text, is_suspect) {
        return found.edits();
    }
    // Pieces from one character that joins with nothing before it to the next;
    // a description sequence, which is passed over, ends a piece too.
    let mut piece = 0..0;
    for (at, c) in chars(text) {
        let starts = is_common(c) || canonical_combining_class(c) == 0 && is_quick(c);
        if starts || at != piece.end {
            compose(text, &piece, &mut found);
            piece.start = at;
        }
        piece.end = at + c.len_utf8();
    }
    compose(text, &piece, &mut found);
    found.edits()
}

/// Most of what Chinese text is made of, which needs no look at Unicode's tables.
fn is_common(c: char) -> bool {
    matches!(c, '\0'..='\u{2ff}' | '\u{3400}'..='\u{9fff}' | '\u{3000}'..='\u{3029}' | '\u{2010}'..='\u{2027}' | '\u{ff00}'..='\u{ffff}')
}

/// Whether a character by itself is in the form, and can be no part of another.
fn is_quick(c: char) -> bool {
    is_nfc_quick(std::iter::once(c)) == IsNormalized::Yes
}

fn compose(text: &str, piece: &std::ops::Range<usize>, found: &mut Found) {
    let old = &text[piece.clone()];
    // Nearly every piece is one character that is in the form already.
    let mut chars = old.chars();
    if let (Some(c), None) = (chars.next(), chars.next())
        && (is_common(c) || is_quick(c))
    {
        return;
    }
    if !old.nfc().eq(old.chars()) {
        found.push(piece.clone(), &old.nfc().collect::<String>());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit;
    use proptest::prelude::*;

    #[test]
    fn every_character_alone_and_behind_a_letter() {
        for c in ('\0'..=char::MAX).filter(|c| zhnorm_table::ids::arity(*c) == 0) {
            for text in [c.to_string(), format!("e{c}"), format!("か{c}中")] {
                let expected: String = text.nfc().collect();
                assert_eq!(edit::apply(&text, &nfc(&text)), expected, "{c:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn pieces_are_the_whole(text in "([a-e]|[가-힣ᄀ-ᇿ]|[\u{300}-\u{345}]|[が-゚ハ]|[À-ỹ]|[\u{f900}-\u{fa10}]|\\PC){0,12}") {
            prop_assume!(!text.contains(|c| zhnorm_table::ids::arity(c) > 0));
            let expected: String = text.nfc().collect();
            prop_assert_eq!(edit::apply(&text, &nfc(&text)), expected);
        }
    }
}
