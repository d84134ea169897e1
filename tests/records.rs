//! Records: against a parser of JSON, and at the edges of blocks.

use proptest::prelude::*;
use serde_json::Value;
use zhnorm::{Converter, Direction, Format, Records};

fn converter() -> Converter {
    Converter::exact(Direction::T2s)
}

fn rewritten(fields: &[&str], line: &[u8]) -> (Vec<u8>, usize) {
    let fields: Vec<String> = fields.iter().map(|f| f.to_string()).collect();
    let records = Records::new(Format::JsonLines, &fields).expect("fields");
    let converter = converter();
    let got = records.rewrite(line, &|text| converter.convert_bytes(text));
    (got.bytes, got.bad.len())
}

/// Text with all that must be escaped, and what changes.
fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "書", "\"", "\\", "\n", "\u{1}", "頭髮", "x", "/", "😀", "\u{2028}", "字", "乾隆",
    ]);
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn value() -> impl Strategy<Value = Value> {
    let key = prop::sample::select(vec!["text", "a", "書", "b.c", ""]);
    let leaf = prop_oneof![
        text().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter_map("finite", |f| f.is_finite().then(|| Value::from(f))),
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())),
        ]
    })
}

/// Some characters as escapes and some space between tokens, as other writers do.
fn disguised(value: &Value, seed: u64) -> String {
    let text = if seed.is_multiple_of(3) {
        serde_json::to_string_pretty(value)
    } else {
        serde_json::to_string(value)
    };
    let text = text.expect("written").replace('\n', " ");
    let mut out = String::new();
    for (i, c) in text.chars().enumerate() {
        let n = seed.wrapping_mul(i as u64 + 7) % 5;
        if !c.is_ascii() && n < 2 {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    out
}

/// What should come out: the strings at `text`, `a[].text` and `書`.
fn convert(value: &mut Value, converter: &Converter) {
    let Value::Object(object) = value else {
        return;
    };
    let string = |value: &mut Value| {
        if let Value::String(text) = value {
            *text = converter.convert(text).into_owned();
        }
    };
    for key in ["text", "書"] {
        object.get_mut(key).map(string);
    }
    if let Some(Value::Array(items)) = object.get_mut("a") {
        for item in items.iter_mut().filter_map(Value::as_object_mut) {
            item.get_mut("text").map(string);
        }
    }
}

proptest! {
    #[test]
    fn json_lines_are_what_a_parser_would_make(value in value(), seed in any::<u64>()) {
        let line = disguised(&value, seed);
        let (got, bad) = rewritten(&["text", "a[].text", "書"], line.as_bytes());
        prop_assert_eq!(bad, 0);
        let got = String::from_utf8(got).expect("UTF-8");
        // Read again: a parser does not keep every digit.
        let before: Value = serde_json::from_str(&line).expect("JSON");
        let mut value = before.clone();
        convert(&mut value, &converter());
        prop_assert_eq!(&serde_json::from_str::<Value>(&got).expect("JSON"), &value, "{}", line);
        if value == before {
            prop_assert_eq!(got, line);
        }
    }

    #[test]
    fn every_byte_that_is_not_selected_stays(value in value(), chosen in text(), seed in any::<u64>()) {
        let rest = disguised(&value, seed);
        let chosen = serde_json::to_string(&chosen).expect("written");
        let line = format!("{{ \"x\" :{rest} ,\"chosen\":{chosen}, \"書\":\"\\u66f8\"  }} \r\n");
        let (got, bad) = rewritten(&["chosen"], line.as_bytes());
        prop_assert_eq!(bad, 0);
        let start = format!("{{ \"x\" :{rest} ,\"chosen\":\"");
        let end = "\", \"書\":\"\\u66f8\"  } \r\n";
        prop_assert!(got.starts_with(start.as_bytes()) && got.ends_with(end.as_bytes()));
    }

    /// Both say what JSON is, but for strings that are no UTF-8 or half a pair.
    #[test]
    fn what_is_no_json_is_told(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\\", "\\u00e9", "1", "-", "0", ".5", "e+1", "true", "null", " ", "書",
        ]), 1..9),
    ) {
        let line = pieces.concat();
        let (got, bad) = rewritten(&["a"], line.as_bytes());
        prop_assert_eq!(String::from_utf8(got).expect("UTF-8"), line.as_str());
        let is_blank = line.trim().is_empty();
        prop_assert_eq!(bad == 0, is_blank || serde_json::from_str::<Value>(&line).is_ok(), "{}", line);
    }

    /// However separated values are cut into blocks, records stay whole.
    #[test]
    fn separated_values_keep_what_is_not_chosen(rows in prop::collection::vec((text(), text()), 1..20)) {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let table = |convert: &dyn Fn(&str) -> String| {
            let row = |(a, b): &(String, String)| format!("{},{}\r\n", quoted(a), quoted(&convert(b)));
            rows.iter().map(row).collect::<String>()
        };
        let mut records = Records::new(Format::Csv, &["2".into()]).expect("a column");
        let before = table(&|text| text.to_owned());
        records.begin(before.as_bytes()).expect("two columns");
        let converter = converter();
        let got = records.rewrite(before.as_bytes(), &|text| converter.convert_bytes(text));
        prop_assert_eq!(got.bad, vec![]);
        prop_assert_eq!(String::from_utf8(got.bytes).expect("UTF-8"), table(&|text| converter.convert(text).into_owned()));
    }
}

#[test]
fn blocks_of_records_are_whole_records() {
    let row = "\"乾隆,\n\n\"\"書\",頭髮\r\n";
    let text = row.repeat(30_000);
    let records = Records::new(Format::Csv, &[]).expect("columns");
    let mut blocks = records.blocks();
    blocks.push(text.as_bytes());
    let (mut all, mut count) = (Vec::new(), 0);
    while let Some(block) = blocks.take(true) {
        assert!(block.len().is_multiple_of(row.len()) && block.len() <= 1 << 18);
        all.extend_from_slice(&block);
        count += 1;
    }
    assert!(all == text.as_bytes() && count > 2);
}
