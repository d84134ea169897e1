//! What stands between the quotes of a JSON string, as text and back (RFC 8259, 7).
//! Knows no fields and no records.

use std::borrow::Cow;

use crate::simd::{self, Level};

/// The first byte that is one of some. Looks at many at once without a branch for
/// each, which the compiler makes vectors of.
#[inline(always)]
fn first(bytes: &[u8], is_one: impl Fn(&u8) -> bool) -> Option<usize> {
    let (chunks, _) = bytes.as_chunks::<32>();
    let none = |chunk: &&[u8; 32]| chunk.iter().fold(0, |any, b| any | u8::from(is_one(b))) == 0;
    let without = chunks.iter().take_while(none).count() * 32;
    bytes[without..].iter().position(&is_one).map(|at| without + at)
}

/// How many bytes come before a quote, a backslash or a control character.
pub(super) fn plain_len(bytes: &[u8]) -> usize {
    struct Plain<'t>(&'t [u8]);
    impl simd::Work for Plain<'_> {
        type Output = usize;

        #[inline(always)]
        fn run(self) -> usize {
            let is_special = |b: &u8| (*b == b'"') | (*b == b'\\') | (*b < 0x20);
            first(self.0, is_special).unwrap_or(self.0.len())
        }
    }
    simd::vectorized(Level::detect(), Plain(bytes))
}

/// The text of a string. Half of a surrogate pair becomes what UTF-8 would write
/// for it, which is malformed, so no conversion touches it.
pub(super) fn unescaped(content: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\\', content).is_none() {
        return Cow::Borrowed(content);
    }
    let mut out = Vec::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        let kind = rest[at + 1];
        rest = &rest[at + 2..];
        match kind {
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'u' => {
                let mut code = unit(rest);
                rest = &rest[4..];
                if let (0xd800..=0xdbff, [b'\\', b'u', low @ ..]) = (code, rest) {
                    let low_unit = unit(low);
                    if let 0xdc00..=0xdfff = low_unit {
                        code = 0x10000 + ((code - 0xd800) << 10) + (low_unit - 0xdc00);
                        rest = &rest[6..];
                    }
                }
                match char::from_u32(code) {
                    Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                    None => out.extend([0xed, 0x80 | (code >> 6 & 0x3f) as u8, 0x80 | (code & 0x3f) as u8]),
                }
            }
            other => out.push(other),
        }
    }
    out.extend_from_slice(rest);
    Cow::Owned(out)
}

/// Four hexadecimal digits.
fn unit(digits: &[u8]) -> u32 {
    digits[..4].iter().fold(0, |all, digit| all << 4 | char::from(*digit).to_digit(16).unwrap_or(0))
}

/// Writes a text as the content of a string, as the content was that it was made of.
pub(super) fn escape(text: &[u8], content: &[u8], out: &mut Vec<u8>) {
    let ascii = content.is_ascii();
    let unit = |unit: u32, out: &mut Vec<u8>| out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
    let start = out.len();
    let mut rest = text;
    loop {
        let (plain, special) = rest.split_at(plain_len(rest));
        match ascii {
            false => out.extend_from_slice(plain),
            true => {
                for chunk in plain.utf8_chunks() {
                    chunk.valid().encode_utf16().for_each(|code| match u8::try_from(code) {
                        Ok(byte) if byte.is_ascii() => out.push(byte),
                        _ => unit(code.into(), out),
                    });
                    out.extend_from_slice(chunk.invalid());
                }
            }
        }
        let Some((byte, after)) = special.split_first() else { break };
        match byte {
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            8 => out.extend_from_slice(b"\\b"),
            12 => out.extend_from_slice(b"\\f"),
            b'"' | b'\\' => out.extend([b'\\', *byte]),
            _ => unit(u32::from(*byte), out),
        }
        rest = after;
    }
    // Nothing but an escape makes one.
    if memchr::memchr(b'\\', content).is_some() {
        halves(start, out);
    }
}

/// Writes halves of surrogate pairs as the escapes that they were.
fn halves(start: usize, out: &mut Vec<u8>) {
    let is_half = |w: &[u8]| matches!(w, [0xed, 0xa0..=0xbf, 0x80..=0xbf, ..]);
    let written = &out[start..];
    let Some(first) = memchr::memchr_iter(0xed, written).find(|at| is_half(&written[*at..])) else {
        return;
    };
    let tail = out.split_off(start + first);
    let mut rest = tail.as_slice();
    while let [byte, after @ ..] = rest {
        if is_half(rest) {
            let code = 0xd000 | u32::from(rest[1] & 0x3f) << 6 | u32::from(rest[2] & 0x3f);
            out.extend_from_slice(format!("\\u{code:04x}").as_bytes());
            rest = &rest[3..];
        } else {
            out.push(*byte);
            rest = after;
        }
    }
}
