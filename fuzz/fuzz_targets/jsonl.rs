//! JSON Lines against serde_json: chosen strings are what the parser and the
//! conversion make of them, and every other byte stays. An even first byte: the
//! others are the text, else numbers of pieces of it.

#![no_main]

use std::borrow::Cow;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use zhnorm::{Format, Records};

const PIECES: [&str; 32] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"a\":",
    "\"b\":[",
    "\"a\"",
    "\"x\"",
    "\"",
    "\\u0061",
    "\\\"",
    "\\ud83d",
    "\\ude00",
    "\\n",
    " ",
    "\n",
    "\r\n",
    "1",
    "-0.5e3",
    "true",
    "null",
    "a",
    "漢",
    "{\"a\":\"a\\u6f22",
    "\"}",
    "{\"b\":[{\"a\":\"a\"}",
    "]}",
    "\\/",
    "\t",
    "\u{0}",
];

fn mark(text: &[u8]) -> Cow<'_, [u8]> {
    Cow::Owned(text.iter().map(|b| if *b == b'a' { b'z' } else { *b }).collect())
}

/// What the parser's value should become: at `a` and at `b[].a`.
fn marked(value: &mut Value) {
    let Value::Object(object) = value else { return };
    let string = |value: &mut Value| {
        if let Value::String(text) = value {
            *text = text.replace('a', "z");
        }
    };
    object.get_mut("a").map(string);
    if let Some(Value::Array(items)) = object.get_mut("b") {
        for item in items.iter_mut().filter_map(Value::as_object_mut) {
            item.get_mut("a").map(string);
        }
    }
}

/// A line as what is between its strings, and its strings with their quotes.
fn tokens(line: &[u8]) -> Vec<&[u8]> {
    let (mut tokens, mut start, mut at, mut inside) = (Vec::new(), 0, 0, false);
    while at < line.len() {
        match line[at] {
            b'\\' if inside => at += 1,
            b'"' => {
                tokens.push(&line[start..at]);
                (start, inside) = (at, !inside);
            }
            _ => {}
        }
        at += 1;
    }
    tokens.push(&line[start..]);
    tokens
}

fuzz_target!(|data: &[u8]| {
    let Some((choice, rest)) = data.split_first() else { return };
    let text = match choice & 1 {
        0 => rest.to_vec(),
        _ => rest.iter().flat_map(|n| PIECES[usize::from(*n) % PIECES.len()].bytes()).collect(),
    };
    let records = Records::new(Format::JsonLines, &["a".into(), "b[].a".into()]).expect("fields");
    for line in text.split_inclusive(|b| *b == b'\n') {
        let got = records.rewrite(line, &mark);
        let Ok(before) = serde_json::from_slice::<Value>(line) else {
            if !got.bad.is_empty() {
                assert!(got.bytes == line);
            }
            continue;
        };
        assert!(got.bad.is_empty() && got.records == 1);
        let mut wanted = before.clone();
        marked(&mut wanted);
        assert!(serde_json::from_slice::<Value>(&got.bytes).expect("JSON") == wanted);
        let (old, new) = (tokens(line), tokens(&got.bytes));
        assert!(old.len() == new.len());
        for (i, (old, new)) in old.iter().zip(&new).enumerate() {
            // Every second one is a string, and those that changed held an `a`.
            assert!(
                old == new || i % 2 == 1 && (old.contains(&b'a') || old.windows(4).any(|w| w == b"0061"))
            );
        }
    }
});
