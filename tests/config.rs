//! Configuration files: what they mean, against the slow twin on random small
//! dictionaries; where their dictionaries are looked for; what is refused.

mod common;

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use tempfile::TempDir;
use zhnorm::{Converter, Direction, Error, Rare};
use zhnorm_table::chain::{Chain, Dict, Policy};
use zhnorm_table::lexicon::Lexicon;

fn file(folder: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, text).expect("a temporary file");
    path
}

fn load(text: &str) -> Result<Converter, Error> {
    let folder = TempDir::new().expect("a temporary folder");
    Converter::from_config(file(&folder, "test.json", text), Rare::Include)
}

/// Pairs of a dictionary, and a group of dictionaries, as configuration and as
/// the twin's.
type Pairs = Vec<(String, String)>;

fn inline(pairs: &Pairs) -> String {
    let entries: Vec<String> = pairs.iter().map(|(k, v)| format!("{k:?}: {v:?}")).collect();
    format!(r#"{{"type": "inline", "entries": {{{}}}}}"#, entries.join(", "))
}

fn group(policy: Policy, dicts: &[Pairs]) -> (String, Dict) {
    let name = match policy {
        Policy::ShortCircuit => "short_circuit",
        Policy::Union => "union",
    };
    let texts: Vec<String> = dicts.iter().map(inline).collect();
    let json = format!(r#"{{"type": "group", "match_policy": "{name}", "dicts": [{}]}}"#, texts.join(", "));
    let leaves = dicts.iter().map(|p| Dict::leaf(&Lexicon::from_pairs(p.iter().cloned())));
    (json, Dict::Group(policy, leaves.collect()))
}

/// Few characters, so that keys overlap: of one to four bytes, two that share
/// a code, and one that looks like the edge of a block's ASCII run.
fn letter() -> impl Strategy<Value = char> {
    prop::sample::select(vec!['甲', '乙', '丙', 'a', 'b', '·', '\u{20001}', '\u{20801}'])
}

fn word(len: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    prop::collection::vec(letter(), len).prop_map(String::from_iter)
}

fn pairs(least: usize) -> impl Strategy<Value = Pairs> {
    let pair = (word(least..4), word(1..4));
    let keyed = prop::collection::btree_map(pair.0, pair.1, 1..6);
    keyed.prop_map(|map| map.into_iter().collect())
}

fn policy() -> impl Strategy<Value = Policy> {
    prop::sample::select(vec![Policy::ShortCircuit, Policy::Union])
}

fn stage() -> impl Strategy<Value = (String, Dict)> {
    let dicts = prop::collection::vec(pairs(1), 1..3);
    (policy(), dicts).prop_map(|(policy, dicts)| group(policy, &dicts))
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => letter().prop_map(String::from),
        1 => Just("⿰".to_owned()),
        1 => Just("⿲甲".to_owned()),
        1 => Just("豈".to_owned()),
        1 => Just("ababab".to_owned()),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|v| v.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(common::cases(1000)))]

    #[test]
    fn a_compiled_configuration_is_equal_to_the_chain(
        segmentation in prop::option::of((policy(), prop::collection::vec(pairs(2), 1..3))),
        stages in prop::collection::vec(stage(), 1..4),
        texts in prop::collection::vec(text(), 8),
    ) {
        let segmentation = segmentation.map(|(policy, dicts)| group(policy, &dicts));
        let chain = Chain {
            normalization: Vec::new(),
            segmentation: segmentation.as_ref().map(|s| s.1.clone()),
            stages: stages.iter().map(|s| s.1.clone()).collect(),
        };
        let segmentation = segmentation.map_or(String::new(), |(json, _)| {
            format!(r#""segmentation": {{"type": "mmseg", "dict": {json}}},"#)
        });
        let stages: Vec<String> = stages.iter().map(|s| format!(r#"{{"dict": {}}}"#, s.0)).collect();
        let json = format!(r#"{{{segmentation} "conversion_chain": [{}]}}"#, stages.join(", "));
        let converter = load(&json).expect("well formed");
        for text in &texts {
            prop_assert_eq!(converter.convert(text), chain.convert(text), "{} by {}", text, json);
        }
    }
}

/// Found by the property above: a first stage that adds characters completes a
/// description sequence; a key of the second stage begins with more ASCII than
/// any key of the first.
#[test]
fn stages_meet() {
    let two = |a: &str, b: &str| {
        let stage = |entries| format!(r#"{{"dict": {{"type": "inline", "entries": {{{entries}}}}}}}"#);
        let json = format!(r#"{{"conversion_chain": [{}, {}]}}"#, stage(a), stage(b));
        load(&json).expect("well formed")
    };
    let longer = two(r#""甲": "甲甲甲""#, r#""甲": "乙""#);
    assert_eq!(longer.convert("⿲甲"), "⿲甲甲甲");
    let ascii = two(r#""b乙": "丙""#, r#""a丙": "甲""#);
    assert_eq!(ascii.convert("ababab乙"), "abab甲");
}

/// Found by the property above: a key that changes nothing begins with a character that
/// alone becomes a shorter one.
#[test]
fn a_key_that_changes_nothing_keeps_its_first_character() {
    let entries = r#""甲": "a", "甲乙": "甲乙", "甲丙": "甲丙""#;
    let json =
        format!(r#"{{"conversion_chain": [{{"dict": {{"type": "inline", "entries": {{{entries}}}}}}}]}}"#);
    let converter = load(&json).expect("well formed");
    assert_eq!(converter.convert("甲甲乙甲丁甲丙"), "a甲乙a丁甲丙");
}

#[test]
fn dictionaries_are_found_beside_the_file_and_built_in() {
    let folder = TempDir::new().expect("a temporary folder");
    file(&folder, "mine.txt", "# own words\r\n里面\t裡邊 裡面\r\n");
    let config = file(
        &folder,
        "test.json",
        r#"{
            // the house's words first
            "name": "house style",
            "conversion_chain": [{"dict": {"type": "group", "dicts": [
                {"type": "text", "file": "mine.txt"},
                {"type": "text", "file": "STPhrases.txt"},
                {"type": "text", "file": "STCharacters.txt"},
            ]}}],
        }"#,
    );
    let converter = Converter::from_config(config, Rare::Include).expect("well formed");
    assert_eq!(converter.convert("皇后在里面"), "皇后在裡邊");
}

#[test]
fn the_built_in_dictionaries_make_the_built_in_conversion() {
    let config = r#"{
        "normalization": [{"dict": {"type": "text", "file": "CJK_Compatibility_Ideographs.txt"}}],
        "segmentation": {"type": "mmseg", "dict": {"type": "text", "file": "TSPhrases.txt"}},
        "conversion_chain": [
            {"dict": {"type": "group", "dicts": [
                {"type": "text", "file": "TWPhrasesRev.txt"},
                {"type": "text", "file": "TWVariantsRevPhrases.txt"},
                {"type": "text", "file": "TWVariantsRev.txt"}]}},
            {"dict": {"type": "group", "dicts": [
                {"type": "text", "file": "TSPhrases.txt"},
                {"type": "text", "file": "TSCharactersExt.txt", "may_output_tofu": true},
                {"type": "text", "file": "TSCharacters.txt"}]}}]}"#;
    let text = "滑鼠和記憶體都壞了，U盤裡的PN結圖也不見了。㑮豈⿰氵漢這麼著";
    for rare in [Rare::Include, Rare::Exclude] {
        let folder = TempDir::new().expect("a temporary folder");
        let own = Converter::from_config(file(&folder, "t.json", config), rare).expect("well formed");
        let exact = Converter::exact(Direction::Tw2sp).rare(rare);
        assert_eq!(own.convert(text), exact.convert(text));
    }
}

/// Each faulty configuration, the line and column named, and a part of the message.
const FAULTS: &[(&str, usize, usize, &str)] = &[
    ("[]", 1, 1, "expected a JSON object"),
    ("{", 1, 1, ""),
    ("{\"name\": 'x'}", 1, 10, ""),
    ("{}", 1, 1, "expected an array `conversion_chain`"),
    ("{\"conversion_chain\": {}}", 1, 22, "expected an array"),
    ("{\"conversion_chain\": [{}]}", 1, 23, "expected an object `dict`"),
    (
        "{\n\"conversion_chain\": [{\"dict\": {\"type\": \"ocd2\", \"file\": \"a.ocd2\"}}]}",
        2,
        40,
        "expected `text`, `inline` or `group`",
    ),
    ("{\"segmentation\": {\"type\": \"jieba\"}, \"conversion_chain\": []}", 1, 27, "supported is `mmseg`"),
    (
        "{\"conversion_chain\": [{\"dict\": {\"type\": \"text\", \"file\": \"甲.txt\"}}]}",
        1,
        57,
        "no file `甲.txt`",
    ),
    (
        "{\"conversion_chain\": [{\"dict\": {\"type\": \"inline\", \"entries\": {\"甲\": \"乙\",\n \"甲\": \"丙\"}}}]}",
        2,
        2,
        "given twice",
    ),
    (
        "{\"conversion_chain\": [{\"dict\": {\"type\": \"inline\", \"entries\": {\"甲\": \"\"}}}]}",
        1,
        68,
        "not empty",
    ),
    (
        "{\"conversion_chain\": [{\"dict\": {\"type\": \"inline\", \"may_output_tofu\": true, \"entries\": {}}}]}",
        1,
        70,
        "may_output_tofu",
    ),
    (
        "{\"conversion_chain\": [{\"dict\": {\"type\": \"group\", \"match_policy\": \"any\", \"dicts\": [{\"type\": \"inline\", \"entries\": {\"a\": \"b\"}}]}}]}",
        1,
        66,
        "expected `short_circuit` or `union`",
    ),
];

#[test]
fn faults_name_line_column_and_what_was_expected() {
    for (text, line, column, part) in FAULTS {
        match load(text) {
            Err(Error::Syntax { line: l, column: c, message, .. }) => {
                assert_eq!((l, c), (*line, *column), "{message} in {text}");
                assert!(message.contains(part), "{message} in {text}");
            }
            other => panic!("{other:?} for {text}"),
        }
    }
}

#[test]
fn a_faulty_dictionary_is_named_by_its_own_path() {
    let folder = TempDir::new().expect("a temporary folder");
    file(&folder, "bad.txt", "甲\t乙\n丙 丁\n");
    let text = r#"{"conversion_chain": [{"dict": {"type": "text", "file": "bad.txt"}}]}"#;
    let error = Converter::from_config(file(&folder, "t.json", text), Rare::Include);
    let error = error.expect_err("no TAB").to_string();
    assert!(error.contains("bad.txt:2:4: expected `key TAB value`"), "{error}");
    let missing = Converter::from_config(folder.path().join("absent.json"), Rare::Include);
    assert!(matches!(missing, Err(Error::Io { .. })));
    let bytes = folder.path().join("latin.json");
    fs::write(&bytes, b"{\n \xff").expect("a temporary file");
    let error = Converter::from_config(bytes, Rare::Include).expect_err("not UTF-8").to_string();
    assert!(error.contains(":2:2: expected UTF-8"), "{error}");
}

#[test]
fn a_dropped_dictionary_is_not_even_looked_for() {
    let text = r#"{"conversion_chain": [
        {"dict": {"type": "text", "file": "absent.txt", "may_output_tofu": true}},
        {"dict": {"type": "inline", "entries": {"甲": "乙"}}}]}"#;
    let folder = TempDir::new().expect("a temporary folder");
    let path = file(&folder, "t.json", text);
    assert!(Converter::from_config(&path, Rare::Include).is_err());
    let converter = Converter::from_config(&path, Rare::Exclude).expect("nothing missing");
    assert_eq!(converter.convert("甲"), "乙");
}
