//! Bytes in any encoding: however they are read, the text is the same, and written
//! again it is that text. The first two bytes choose the encoding and the size of
//! the reads.

#![no_main]

use std::io::{self, Read};

use encoding::{Decode, Encoding, encode};
use libfuzzer_sys::fuzz_target;

#[allow(dead_code, unreachable_pub)]
#[path = "../../src/bin/zhnorm/files/encoding.rs"]
mod encoding;

const ENCODINGS: [Encoding; 6] = [
    Encoding::Gb18030,
    Encoding::Gbk,
    Encoding::Big5,
    Encoding::Big5Hkscs,
    Encoding::Utf16Le,
    Encoding::Utf16Be,
];

/// Gives so many bytes at a time.
struct Slow<'a>(&'a [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.0.len().min(buffer.len()).min(self.1);
        buffer[..len].copy_from_slice(&self.0[..len]);
        self.0 = &self.0[len..];
        Ok(len)
    }
}

fn decoded(bytes: &[u8], encoding: Encoding, size: usize) -> Vec<u8> {
    let mut text = Vec::new();
    Decode::new(Slow(bytes, size), encoding).read_to_end(&mut text).expect("a slice has all");
    text
}

fuzz_target!(|data: &[u8]| {
    let [choice, size, bytes @ ..] = data else { return };
    let encoding = ENCODINGS[usize::from(*choice) % ENCODINGS.len()];
    let text = decoded(bytes, encoding, usize::MAX);
    assert!(decoded(bytes, encoding, usize::from(*size) % 9 + 1) == text);
    match encode(&text, encoding, encoding, false) {
        // Some characters have two codes, so not the bytes are compared.
        Ok(again) => assert!(decoded(&again, encoding, usize::MAX) == text),
        // Big5 reads what only Hong Kong's writes, GBK what only GB18030 writes.
        Err(bad) => assert!(matches!(encoding, Encoding::Big5 | Encoding::Gbk) && bad.char.is_some()),
    }
    let _ = Encoding::detect(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        // As references everything can be written.
        assert!(encode(text.as_bytes(), Encoding::Utf8, encoding, true).is_ok());
    }
});
