//! What the tests and the benchmark share: upstream's data, as `build-opencc.sh` installs it, and
//! OpenCC itself as the oracle.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jsonc_parser::ParseOptions;
use opencc_rust::OpenCC;
use serde::Deserialize;
use zhnorm::Direction;

/// One of upstream's cases: an input, and what each configuration named makes of it.
#[derive(Deserialize)]
pub struct Case {
    pub id: String,
    pub input: String,
    pub expected: BTreeMap<String, String>,
}

/// A key of a dictionary and its values; conversion uses the first value only.
pub struct Entry {
    pub key: String,
    pub values: Vec<String>,
}

/// The cache folder that the scripts beside this package write to.
pub fn cache() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
        .expect("neither XDG_CACHE_HOME nor HOME is set");
    cache.join("zhnorm")
}

/// Where `build-opencc.sh` installs OpenCC.
///
/// # Panics
///
/// If it is not there.
pub fn opencc_prefix() -> PathBuf {
    let prefix = cache().join("opencc-1.4.2");
    assert!(
        prefix.join("stamp").exists(),
        "no OpenCC in {}: run benches/peers/build-opencc.sh first",
        prefix.display()
    );
    prefix
}

/// Reads a file of upstream's test data, named by its path below `upstream/`.
pub fn read_upstream(path: &str) -> String {
    read(&opencc_prefix().join("upstream").join(path))
}

/// The names of the files in a folder of upstream's test data, sorted.
pub fn upstream_files(folder: &str) -> Vec<String> {
    let folder = opencc_prefix().join("upstream").join(folder);
    let mut names: Vec<String> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|file| file.expect("a readable folder").file_name())
        .map(|name| name.into_string().expect("a UTF-8 file name"))
        .collect();
    names.sort();
    names
}

/// Upstream's test cases.
pub fn cases() -> Vec<Case> {
    #[derive(Deserialize)]
    struct File {
        cases: Vec<Case>,
    }
    let file: File = serde_json::from_value(json(&read_upstream("testcases.json"))).expect("cases");
    file.cases
}

/// JSON with comments and trailing commas, as upstream writes it.
pub fn json(text: &str) -> serde_json::Value {
    jsonc_parser::parse_to_serde_value(text, &ParseOptions::default()).expect("JSON with comments")
}

/// The entries of all of upstream's dictionary sources.
pub fn dictionaries() -> Vec<Vec<Entry>> {
    upstream_files("dictionary")
        .iter()
        .map(|name| read_upstream(&format!("dictionary/{name}")))
        .map(|text| text.lines().filter_map(entry).collect())
        .collect()
}

fn entry(line: &str) -> Option<Entry> {
    if line.starts_with('#') || line.is_empty() {
        return None;
    }
    let (key, values) = line.split_once('\t')?;
    Some(Entry { key: key.to_owned(), values: values.split_whitespace().map(str::to_owned).collect() })
}

/// OpenCC by a configuration file, rare characters included.
pub fn oracle_of(config: &Path) -> OpenCC {
    OpenCC::new(config).unwrap_or_else(|error| panic!("{}: {error}", config.display()))
}

/// OpenCC for one direction, rare characters included, as its library has it by default.
pub fn oracle(direction: Direction) -> OpenCC {
    let config = opencc_prefix().join("share/opencc").join(format!("{}.json", direction.name()));
    oracle_of(&config)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
