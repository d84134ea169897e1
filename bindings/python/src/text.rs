//! Python's strings in and out. Lone surrogates, which UTF-8 does not have, pass
//! through as the bytes that Python's `surrogatepass` writes for them.

use std::borrow::Cow;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use zhnorm::Normalizer;

/// Below so many bytes a text is done before another thread could take the lock.
const SHORT: usize = 8 << 10;

/// Of many texts, about so many bytes are done between two turns at the lock: strings are copied in
/// and out under it, so other threads convert meanwhile, and what was copied is still in the cache.
const TURN: usize = 256 << 10;

/// A string as UTF-8, with three bytes that are none for each lone surrogate.
pub(crate) fn encode<'py>(text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyBytes>> {
    let encoded = text.encode_utf8();
    encoded.or_else(|_| {
        let encoded = text.call_method1(intern!(text.py(), "encode"), ("utf-8", "surrogatepass"))?;
        Ok(encoded.cast_into()?)
    })
}

/// The text with U+FFFD for each surrogate: as many characters, in the same places.
pub(crate) fn lossy(encoded: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = simdutf8::basic::from_utf8(encoded) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(encoded.len());
    for (piece, surrogate) in pieces(encoded) {
        text.push_str(piece);
        text.extend(surrogate.then_some('\u{fffd}'));
    }
    Cow::Owned(text)
}

/// The stretches between surrogates, each with whether one follows it.
pub(crate) fn pieces(encoded: &[u8]) -> impl Iterator<Item = (&str, bool)> {
    // Each byte of a surrogate is a chunk of its own, and only the first is 0xED.
    let chunks = encoded.utf8_chunks().map(|chunk| (chunk.valid(), chunk.invalid()));
    let firsts = chunks.filter(|(valid, invalid)| !valid.is_empty() || invalid == b"\xed");
    firsts.map(|(valid, invalid)| (valid, !invalid.is_empty()))
}

/// Runs something for a text of `len` bytes, with other threads free to go on.
pub(crate) fn detached<T: Send>(py: Python<'_>, len: usize, run: impl FnOnce() -> T + Send) -> T {
    if len < SHORT { run() } else { py.detach(run) }
}

/// What became of a string.
enum Converted {
    Same,
    Text(String),
    /// With surrogates in it.
    Encoded(Vec<u8>),
}

impl Converted {
    fn of(normalizer: &Normalizer, encoded: &[u8]) -> Self {
        match simdutf8::basic::from_utf8(encoded) {
            Ok(text) => match normalizer.normalize(text) {
                Cow::Borrowed(_) => Self::Same,
                Cow::Owned(text) => Self::Text(text),
            },
            Err(_) => Self::Encoded(normalizer.normalize_bytes(encoded).into_owned()),
        }
    }

    /// The string; the same object where nothing changes.
    fn string<'py>(self, text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>> {
        let py = text.py();
        match self {
            Self::Same => Ok(text.clone()),
            Self::Text(converted) => Ok(PyString::new(py, &converted)),
            Self::Encoded(encoded) => {
                let encoded = PyBytes::new(py, &encoded);
                let decoded = encoded.call_method1(intern!(py, "decode"), ("utf-8", "surrogatepass"))?;
                Ok(decoded.cast_into()?)
            }
        }
    }
}

/// Converts a string.
pub(crate) fn convert<'py>(
    normalizer: &Normalizer,
    text: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyString>> {
    let encoded = encode(text)?;
    let bytes = encoded.as_bytes();
    detached(text.py(), bytes.len(), || Converted::of(normalizer, bytes)).string(text)
}

/// Converts strings, with other threads free to go on for most of the time.
///
/// Strings by way of UTF-16, which Python copies in half the time that UTF-8 takes, lost: to and from
/// it in Rust takes as long again, and one thread was a fifth slower than it is now.
pub(crate) fn convert_many<'py>(
    py: Python<'py>,
    normalizer: &Normalizer,
    texts: &[Bound<'py, PyString>],
) -> PyResult<Vec<Bound<'py, PyString>>> {
    let mut strings = Vec::with_capacity(texts.len());
    while strings.len() < texts.len() {
        let rest = &texts[strings.len()..];
        let (mut encoded, mut len) = (Vec::new(), 0);
        while len < TURN && encoded.len() < rest.len() {
            let text = encode(&rest[encoded.len()])?;
            len += text.as_bytes().len();
            encoded.push(text);
        }
        let bytes: Vec<&[u8]> = encoded.iter().map(|encoded| encoded.as_bytes()).collect();
        let converted = detached(py, len, || {
            bytes.iter().map(|bytes| Converted::of(normalizer, bytes)).collect::<Vec<_>>()
        });
        for (converted, text) in converted.into_iter().zip(rest) {
            strings.push(converted.string(text)?);
        }
    }
    Ok(strings)
}

/// Positions in characters, as Python counts them, from positions in bytes that
/// only go up.
pub(crate) struct Chars<'t> {
    text: &'t str,
    bytes: usize,
    chars: usize,
}

impl<'t> Chars<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, bytes: 0, chars: 0 }
    }

    pub(crate) fn at(&mut self, bytes: usize) -> usize {
        self.chars += self.text[self.bytes..bytes].chars().count();
        self.bytes = bytes;
        self.chars
    }
}
