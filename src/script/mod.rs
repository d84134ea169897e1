//! Which script a stretch of text is in. Knows characters, not conversions.

use zhnorm_table::evidence::{self, Evidence};

static EVIDENCE: &[u8; evidence::LEN] = include_bytes!(concat!(env!("OUT_DIR"), "/evidence.bin"));

/// Cuts a text into stretches that are Simplified throughout (true) and
/// stretches that may hold Traditional (false), at the ends of sentences.
///
/// A sentence is Simplified when it has characters that only Simplified text
/// has, and none that only Traditional text has.
pub(crate) fn simplified_spans(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.split_inclusive(is_end).next()?;
        let simplified = is_simplified(first);
        let mut len = first.len();
        for sentence in rest[len..].split_inclusive(is_end) {
            if is_simplified(sentence) != simplified {
                break;
            }
            len += sentence.len();
        }
        let span;
        (span, rest) = rest.split_at(len);
        Some((simplified, span))
    })
}

/// Where a sentence ends. No key of any dictionary holds one of these.
fn is_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '。' | '！' | '？' | '!' | '?' | '\u{2028}' | '\u{2029}')
}

fn is_simplified(sentence: &str) -> bool {
    let mut simplified = false;
    for c in sentence.chars() {
        match evidence::of(EVIDENCE, c) {
            Evidence::Traditional => return false,
            Evidence::Simplified => simplified = true,
            Evidence::Shared => {}
        }
    }
    simplified
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_cover_the_text_and_end_with_sentences() {
        let text = "這頁文字是舊的。这句话不用动。也沒有！这里也是。\n";
        let spans: Vec<_> = simplified_spans(text).collect();
        assert_eq!(spans.iter().map(|s| s.1).collect::<String>(), text);
        let kinds: Vec<_> = spans.iter().map(|s| s.0).collect();
        assert_eq!(kinds, [false, true, false, true, false]);
        assert_eq!(simplified_spans("").count(), 0);
    }
}
