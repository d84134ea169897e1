//! A text in chunks of any size is what it is as a whole. The first two bytes choose
//! the direction and the size; the others are repeated until there are blocks.

#![no_main]

use std::io::Write;

use libfuzzer_sys::fuzz_target;
use zhnorm::{Converter, Direction, NormalizingWriter};

fuzz_target!(|data: &[u8]| {
    let [choice, size, text @ ..] = data else {
        return;
    };
    if text.is_empty() {
        return;
    }
    let text = text.repeat(600_000 / text.len());
    let converter = Converter::exact(Direction::ALL[(choice & 15) as usize]);
    let mut writer = NormalizingWriter::new(converter.clone(), Vec::new());
    for chunk in text.chunks((usize::from(*size) << 12) + 1) {
        writer.write_all(chunk).expect("a vector takes all");
    }
    assert!(writer.finish().expect("a vector takes all") == *converter.convert_bytes(&text));
});
