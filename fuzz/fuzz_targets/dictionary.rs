//! Any text as a dictionary: it is read or refused, and what is read is sorted,
//! unique and as long as its lines.

#![no_main]

use libfuzzer_sys::fuzz_target;
use zhnorm_table::lexicon::{Format, Lexicon};

fuzz_target!(|text: &str| {
    for format in [Format::Tagged, Format::OpenCc] {
        match Lexicon::parse(text, format) {
            Ok(lexicon) => {
                let keys: Vec<&str> = lexicon.entries().iter().map(|e| e.key.as_str()).collect();
                assert!(keys.windows(2).all(|w| w[0] < w[1]));
                assert!(lexicon.entries().iter().all(|e| !e.key.is_empty() && !e.values.is_empty()));
            }
            Err(error) => assert!(error.line <= text.split('\n').count() && error.column > 0),
        }
    }
});
