//! A quick look at a text's bytes, by which stages pass over text that has nothing for
//! them. Knows no stage.

/// Whether three bytes in a row pass a test; zeros follow the last one. The compiler
/// makes vector code of it where the test has no branches: `&` and `|` only.
#[inline(always)]
pub(crate) fn any3(text: &str, test: impl Fn(u8, u8, u8) -> bool) -> bool {
    const CHUNK: usize = 1024;
    let bytes = text.as_bytes();
    let get = |i: usize| bytes.get(i).copied().unwrap_or(0);
    let whole = bytes.len().saturating_sub(2);
    let (first, second, third) =
        (&bytes[..whole], &bytes[bytes.len().min(1)..], &bytes[bytes.len() - whole..]);
    let chunks = first.chunks(CHUNK).zip(second.chunks(CHUNK)).zip(third.chunks(CHUNK));
    let found = chunks.into_iter().any(|((a, b), c)| {
        let rows = a.iter().zip(b).zip(c);
        rows.fold(false, |found, ((a, b), c)| found | test(*a, *b, *c))
    });
    found || (whole..bytes.len()).any(|i| test(get(i), get(i + 1), get(i + 2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_bytes_are_seen_at_every_place() {
        for len in [0, 1, 2, 3, 7, 1022, 1023, 1024, 1025, 2050] {
            let clean = "a".repeat(len);
            assert!(!any3(&clean, |a, b, c| a == b'x' || b == b'x' || c == b'x'));
            for at in 0..len {
                let mut text = clean.clone();
                text.replace_range(at..at + 1, "x");
                assert!(any3(&text, |a, _, _| a == b'x'), "{len} {at}");
                let ends = |a, b, c| a == b'x' && (b == b'a' || b == 0) && (c == b'a' || c == 0);
                assert!(any3(&text, ends), "{len} {at}");
            }
        }
    }
}
