//! Loops over bytes that the processor does many at a time, and the only
//! `unsafe` of the library. Knows bytes, not Chinese.

/// The number of ASCII bytes at the start.
#[inline]
pub(crate) fn ascii_len(bytes: &[u8]) -> usize {
    let (words, _) = bytes.as_chunks::<8>();
    let is_ascii = |word: &&[u8; 8]| u64::from_ne_bytes(**word) & 0x8080_8080_8080_8080 == 0;
    let whole = words.iter().take_while(is_ascii).count() * 8;
    let rest = bytes[whole..].iter().take_while(|b| b.is_ascii()).count();
    whole + rest
}

/// Whether a text may hold a compatibility ideograph: one of U+F800 to U+FBFF
/// or U+2F000 to U+2FFFF. Written so that the compiler makes it vector code.
pub(crate) fn has_compatibility(text: &[u8]) -> bool {
    let Some((_, following)) = text.split_first() else {
        return false;
    };
    let chunks = text.chunks(256).zip(following.chunks(256));
    chunks.into_iter().any(|(bytes, nexts)| {
        let pairs = bytes.iter().zip(nexts);
        pairs.fold(false, |found, (byte, next)| {
            let plane = (*byte == 0xef) & (next & 0xf0 == 0xa0);
            let astral = (*byte == 0xf0) & (*next == 0xaf);
            found | plane | astral
        })
    })
}

/// Bytes that are known to be UTF-8 as a string.
#[inline]
pub(crate) fn into_string(bytes: Vec<u8>) -> String {
    debug_assert!(std::str::from_utf8(&bytes).is_ok());
    // SAFETY: the callers append whole pieces only: slices of a `str` between
    // character boundaries, three-byte encodings of table entries that are no
    // surrogates and not below U+0800, and table values, which are UTF-8
    // because the compiler wrote them from `str` or `Tables::validated` checked
    // every one.
    #[allow(unsafe_code)]
    unsafe {
        String::from_utf8_unchecked(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_ends_at_the_first_high_byte() {
        for len in 0..40 {
            for high in 0..=len {
                let mut bytes = vec![b'a'; len];
                if let Some(b) = bytes.get_mut(high) {
                    *b = 0xe4;
                }
                assert_eq!(ascii_len(&bytes), high);
            }
        }
    }

    #[test]
    fn compatibility_ideographs_are_seen_at_every_place() {
        for c in ['\u{f900}', '\u{fad9}', '\u{2f800}', '\u{2fa1d}'] {
            for before in 250..262 {
                let text = "a".repeat(before) + &c.to_string() + "b";
                assert!(has_compatibility(text.as_bytes()), "{c:?} at {before}");
            }
        }
        assert!(!has_compatibility("，漢字。\u{fe30}\u{20000}".repeat(99).as_bytes()));
    }
}
