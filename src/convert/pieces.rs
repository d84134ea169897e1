//! A text in pieces: blocks, and what is UTF-8 in bytes that should be. Knows no
//! rule.

use std::borrow::Cow;

use crate::cut::{BLOCK, Cuts};
use crate::edit::Edit;

/// What is done to the text in bytes, while what is not UTF-8 stays.
pub(crate) fn by_chunks<'t>(bytes: &'t [u8], convert: impl Fn(&str) -> Cow<'_, str>) -> Cow<'t, [u8]> {
    if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
        return match convert(text) {
            Cow::Borrowed(_) => Cow::Borrowed(bytes),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
    }
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 8);
    for chunk in bytes.utf8_chunks() {
        out.extend_from_slice(convert(chunk.valid()).as_bytes());
        out.extend_from_slice(chunk.invalid());
    }
    Cow::Owned(out)
}

/// What is done to bytes as a stream does it: block by block, and in a block
/// chunk by chunk.
pub(crate) fn bytes_by_blocks<'t>(
    cuts: Cuts,
    bytes: &'t [u8],
    convert: impl Fn(&str) -> Cow<'_, str>,
) -> Cow<'t, [u8]> {
    if bytes.len() < BLOCK {
        return by_chunks(bytes, convert);
    }
    let ends = cuts.ends(bytes);
    if ends.len() < 2 {
        return by_chunks(bytes, convert);
    }
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 8);
    let mut start = 0;
    for end in ends {
        out.extend_from_slice(&by_chunks(&bytes[start..end], &convert));
        start = end;
    }
    Cow::Owned(out)
}

/// What is done to a text, block by block: what is decided about a block depends
/// on it alone, so that a stream decides the same.
#[inline]
pub(crate) fn by_blocks<'t>(
    cuts: Cuts,
    text: &'t str,
    convert: impl Fn(&str) -> Cow<'_, str>,
) -> Cow<'t, str> {
    // Short texts are many: no list for them.
    if text.len() < BLOCK {
        return convert(text);
    }
    in_blocks(cuts.ends(text.as_bytes()), text, &convert)
}

/// The same, of a long text. (By itself, so that what is done to a short one is inlined.)
#[inline(never)]
fn in_blocks<'t>(ends: Vec<usize>, text: &'t str, convert: &dyn Fn(&str) -> Cow<'_, str>) -> Cow<'t, str> {
    if ends.len() < 2 {
        return convert(text);
    }
    let (mut out, mut start, mut copied) = (String::new(), 0, 0);
    for end in ends {
        if let Cow::Owned(block) = convert(&text[start..end]) {
            if copied == 0 {
                out.reserve(text.len() + text.len() / 8);
            }
            out.push_str(&text[copied..start]);
            out.push_str(&block);
            copied = end;
        }
        start = end;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// The edits of all blocks of a text.
pub(crate) fn edits_by_blocks(cuts: Cuts, text: &str, edits: impl Fn(&str) -> Vec<Edit>) -> Vec<Edit> {
    let (mut all, mut start) = (Vec::new(), 0);
    for end in cuts.ends(text.as_bytes()) {
        let found = edits(&text[start..end]).into_iter();
        all.extend(
            found.map(|edit| Edit { range: start + edit.range.start..start + edit.range.end, ..edit }),
        );
        start = end;
    }
    all
}
