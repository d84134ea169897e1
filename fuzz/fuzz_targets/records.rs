//! Records of any format, well formed or not: where nothing changes every byte
//! stays, and what is marked changes in no other place. The first byte chooses the
//! format.

#![no_main]

use std::borrow::Cow;

use libfuzzer_sys::fuzz_target;
use zhnorm::{Format, Records};

const FORMATS: [Format; 7] =
    [Format::JsonLines, Format::Json, Format::Csv, Format::Tsv, Format::SubRip, Format::WebVtt, Format::Ass];

fuzz_target!(|data: &[u8]| {
    let Some((choice, text)) = data.split_first() else {
        return;
    };
    let format = FORMATS[usize::from(*choice) % FORMATS.len()];
    let field: &[String] = if choice & 64 == 0 { &[] } else { &["1".into()] };
    let mut records = Records::new(format, field).expect("a field");
    if records.begin(text).is_err() {
        return;
    }
    let same = records.rewrite(text, &|piece| Cow::Borrowed(piece));
    assert!(same.bytes == text);
    // Letters for letters: the length stays, unless a string is written anew.
    let marked = records.rewrite(text, &|piece| {
        Cow::Owned(piece.iter().map(|b| if *b == b'a' { b'b' } else { *b }).collect())
    });
    assert!(marked.bad == same.bad && marked.records == same.records);
    let again = records.rewrite(&marked.bytes, &|piece| Cow::Borrowed(piece));
    assert!(again.bytes == marked.bytes && again.bad.len() == same.bad.len());
});
