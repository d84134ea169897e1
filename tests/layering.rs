//! A source file uses only files of its own level or a lower one: the order in
//! which they can be read and understood.

use std::fs;
use std::path::Path;

/// Modules of the library from the lowest level up.
const LEVELS: &[&[&str]] = &[
    &["simd", "direction", "error", "edit", "cut", "scan"],
    &["tables", "lexicons", "script", "protect", "dictionary", "style", "normalize"],
    &["convert", "repair"],
    &["config", "profile"],
    &["pipeline"],
    &["stream", "parallel"],
    &["records", "parquet"],
];

fn level(module: &str) -> Option<usize> {
    LEVELS.iter().position(|level| level.contains(&module))
}

/// Every Rust file below a folder.
fn sources(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The library's modules that a text names, whether they are named by a path
/// or in a list.
fn used(text: &str) -> Vec<&str> {
    let after = text.split("crate::").skip(1);
    let names = after.flat_map(|rest| match rest.strip_prefix('{') {
        Some(list) => list.split('}').next().unwrap_or("").split([',', ' ', '\n']).collect(),
        None => vec![rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("")],
    });
    let modules = names.map(|name| name.split("::").next().unwrap_or(name));
    modules.filter(|name| level(name).is_some()).collect()
}

#[test]
fn modules_use_lower_levels_only() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
    let mut files = Vec::new();
    sources(root, &mut files);
    let mut seen = 0;
    for file in &files {
        let inside = file.strip_prefix(root).expect("below the root");
        let first = inside.iter().next().and_then(|p| p.to_str()).expect("a name");
        let module = first.trim_end_matches(".rs");
        let text = fs::read_to_string(file).expect("UTF-8");
        if module == "lib" {
            continue;
        }
        if module == "bin" {
            assert!(!text.contains("zhnorm_table"), "{} must use the library only", inside.display());
            continue;
        }
        let own = level(module).unwrap_or_else(|| panic!("{module} has no level in this test"));
        for other in used(&text) {
            let lower = level(other).is_some_and(|l| l <= own);
            assert!(lower, "{} uses {other}, which is of a higher level", inside.display());
            seen += 1;
        }
    }
    assert!(seen > 5, "no uses were found: the test does not see them");
}

#[test]
fn files_are_read_in_one_sitting() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in [
        "src",
        "table",
        "train/src",
        "tests",
        "benches/peers/src",
        "benches/peers/tests",
        "bindings/python/src",
    ] {
        sources(&root.join(folder), &mut files);
    }
    for file in files {
        let lines = fs::read_to_string(&file).expect("UTF-8").lines().count();
        assert!(lines <= 450, "{} has {lines} lines", file.display());
    }
}
