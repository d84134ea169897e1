//! Rows: their pieces are the text and the result, whatever stands in it.

use proptest::prelude::*;
use zhnorm::{Change, Converter, Damage, Direction, Normalizer, Script, Steps, Target};

use super::{LONG, Piece, Row, Rows, in_lines};

fn rows(normalizer: &Normalizer, bytes: &[u8]) -> Vec<Row> {
    let mut all = Vec::new();
    let mut rows = Rows::new(false, |row| all.push(row));
    rows.text(normalizer, bytes, &<[u8]>::to_vec);
    rows.finish();
    all
}

/// The two sides of some pieces, put together.
fn joined<'p>(pieces: impl IntoIterator<Item = &'p Piece>) -> [Vec<u8>; 2] {
    let mut sides = [Vec::new(), Vec::new()];
    for piece in pieces {
        let (before, after) = match piece {
            Piece::Same(text) => (text.as_bytes(), text.as_bytes()),
            Piece::Changed(change) => (change.before.as_bytes(), change.after.as_bytes()),
            Piece::Malformed(bytes) => (&**bytes, &**bytes),
        };
        sides[0].extend_from_slice(before);
        sides[1].extend_from_slice(after);
    }
    sides
}

fn normalizers() -> Vec<Normalizer> {
    let to = |target| Normalizer::builder().converter(Converter::to(target));
    let config = r#"{"name": "house", "normalization": [{"type": "text", "file": "TSCharacters.txt"}],
        "conversion_chain": [{"dict": {"type": "inline", "entries": {"里面": "裡邊", "干": "乾"}}}]}"#;
    let mut all = vec![
        Normalizer::builder().build(),
        to(Target::Simplified).build(),
        to(Target::Taiwan)
            .repair([Damage::Auto])
            .steps(Steps::WIDTH | Steps::PUNCTUATION | Steps::CONTROL)
            .build(),
        Normalizer::builder().converter(Converter::exact(Direction::S2twp)).build(),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("house.json");
    std::fs::write(&path, config).expect("written");
    if let Ok(converter) = Converter::from_config(&path, zhnorm::Rare::Include) {
        all.push(Normalizer::builder().converter(converter).build());
    }
    all
}

/// The pieces make both texts, and the scripts are as long as what they are of.
fn check(normalizer: &Normalizer, bytes: &[u8]) -> Result<(), TestCaseError> {
    let rows = rows(normalizer, bytes);
    let [source, result] = joined(rows.iter().flat_map(|row| &row.pieces));
    prop_assert_eq!(&source, bytes);
    prop_assert_eq!(result, normalizer.normalize_bytes(bytes).into_owned());
    for row in &rows {
        let texts = row.pieces.iter().filter(|piece| !matches!(piece, Piece::Malformed(_)));
        let units = joined(texts).map(|side| String::from_utf8_lossy(&side).encode_utf16().count());
        let sum = |scripts: &super::Scripts| scripts.0.iter().map(|(_, len)| len).sum::<usize>();
        prop_assert_eq!([sum(&row.source), sum(&row.result)], units);
    }
    Ok(())
}

const PARTS: &[&str] = &[
    "这只会让人更难过。",
    "里長干預了。",
    "里面的人不干了",
    "図書館戦争のすべて",
    "，",
    "\n",
    "\r\n",
    "\n\n",
    "𠮷",
    "ＡＢ１２",
    ",",
    "</script>",
    "<!--",
    "\"'\\",
    "\u{0}",
    "\u{2028}",
    "\u{202e}",
    "\u{200b}",
    "&#20320;",
    "浠婂ぉ澶╂皵寰堝ソ",
    "ËýËµÄÇ¼äµêµÄ",
    "hello ",
    "\u{feff}",
    "後",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn pieces_make_the_source_and_the_result(
        parts in prop::collection::vec((prop::sample::select(PARTS), prop::option::weighted(0.1, any::<u8>())), 0..24),
    ) {
        let mut bytes = Vec::new();
        for (part, malformed) in parts {
            bytes.extend_from_slice(part.as_bytes());
            bytes.extend(malformed);
        }
        for normalizer in normalizers() {
            check(&normalizer, &bytes)?;
        }
    }
}

#[test]
fn a_text_of_several_blocks_is_what_is_written() {
    let text = "里面的人不干了。皇后的面容，头发乱了。\n".repeat(16_000) + "\u{fffd}末";
    let mut bytes = text.into_bytes();
    bytes.insert(300_000, 0xff);
    for normalizer in normalizers().iter().take(2) {
        assert!(check(normalizer, &bytes).is_ok());
    }
}

#[test]
fn rows_have_the_numbers_of_their_lines() {
    let normalizer = &normalizers()[1];
    let lines = |text: &str| rows(normalizer, text.as_bytes()).iter().map(|row| row.line).collect::<Vec<_>>();
    assert_eq!(lines(""), [0usize; 0]);
    assert_eq!(lines("一\n\n三\n"), [1, 2, 3]);
    assert_eq!(lines("漢\r\n語"), [1, 2]);
    let long = format!("{}\n末", "一句話而已。「兩句。」".repeat(100));
    assert_eq!(lines(&long), [1, 0, 0, 2]);
    for row in &rows(normalizer, long.as_bytes())[..2] {
        let [source, _] = joined(&row.pieces);
        let text = String::from_utf8(source).expect("UTF-8");
        assert!(text.ends_with('。') || text.ends_with("」"), "cut at a sentence's end: {text}");
        assert!(!text.starts_with('」'));
    }
}

/// Where nothing ends a sentence, a row ends all the same.
#[test]
fn no_row_is_longer_than_it_may_be() {
    for text in ["漢".repeat(20_000), "一".repeat(20_000), "漢a".repeat(9_000)] {
        let rows = rows(&normalizers()[1], text.as_bytes());
        let longest = rows.iter().map(|row| joined(&row.pieces)[0].len()).max();
        assert!(longest.is_some_and(|len| len <= 5 * LONG), "{longest:?}");
    }
}

#[test]
fn scripts_of_both_sides() {
    let rows = rows(&normalizers()[1], "國家。国家。".as_bytes());
    let scripts = |scripts: &super::Scripts| scripts.0.clone();
    assert_eq!(scripts(&rows[0].source), [(Script::Traditional, 3), (Script::Simplified, 3)]);
    assert_eq!(scripts(&rows[0].result), [(Script::Simplified, 6)]);
}

/// Any change, whose texts are then others.
fn change(before: &str, after: &str, rule: &'static str) -> Change {
    let mut change = normalizers()[1].explain("漢").remove(0);
    (change.before, change.after, change.rule) = (before.to_owned(), after.to_owned(), rule);
    change
}

#[test]
fn a_change_of_many_lines_is_many_changes() {
    let parts = |before: &str, after: &str, rule| -> Vec<String> {
        let show = |piece| match piece {
            Piece::Same(text) => text,
            Piece::Changed(change) => format!("{}>{}", change.before, change.after),
            Piece::Malformed(_) => unreachable!("no bytes"),
        };
        in_lines(change(before, after, rule)).into_iter().map(show).collect()
    };
    assert_eq!(parts("a\nb\n", "x\nb\n", "repair/mojibake"), ["a>x", "\n", "b", "\n"]);
    assert_eq!(parts("a\nb", "xy", "repair/mojibake"), ["a\nb>xy"]);
    assert_eq!(parts("甲乙丙丁\n", "甲己庚丁\n", "configuration"), ["甲", "乙丙>己庚", "丁\n"]);
    assert_eq!(parts("甲乙丁", "甲己庚丁", "configuration"), ["甲", "乙>己庚", "丁"]);
    assert_eq!(parts("甲乙", "己庚", "phrase"), ["甲乙>己庚"]);
}
