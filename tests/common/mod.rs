//! The slow twin of every direction, read from `dict/`.

#![allow(dead_code, reason = "each test uses a part")]

use std::fs;
use std::path::Path;

pub(crate) use zhnorm_table::chain::ChainSpec;
use zhnorm_table::directions::Directions;
use zhnorm_table::lexicon::{Format, Lexicon};

/// The folder `dict/`, whether this is compiled for the tests or for `fuzz/`.
pub(crate) fn dict() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = package.ancestors().find(|folder| folder.join("dict").is_dir());
    Box::leak(root.expect("dict/ above the package").join("dict").into_boxed_path())
}

pub(crate) fn source(name: &str) -> Result<Lexicon, String> {
    let paths = ["opencc", "zhnorm"].map(|folder| dict().join(folder).join(name).with_extension("txt"));
    let path = paths.iter().find(|path| path.is_file()).unwrap_or(&paths[0]);
    let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    Lexicon::parse(&text, Format::Tagged).map_err(|e| format!("{}:{e}", path.display()))
}

/// Calls `f` with the parsed `dict/directions`.
pub(crate) fn with_directions<T>(f: impl FnOnce(&Directions<'_>) -> T) -> T {
    with_definitions(&definitions("directions"), f)
}

/// Calls `f` with `dict/targets` too.
pub(crate) fn with_targets<T>(f: impl FnOnce(&Directions<'_>) -> T) -> T {
    with_definitions(&(definitions("directions") + &definitions("targets")), f)
}

fn definitions(file: &str) -> String {
    fs::read_to_string(dict().join(file)).expect("in dict/")
}

fn with_definitions<T>(text: &str, f: impl FnOnce(&Directions<'_>) -> T) -> T {
    f(&Directions::parse(text, &source).expect("well formed"))
}

/// How many random cases a property takes; PROPTEST_CASES asks for more.
pub(crate) fn cases(usual: u32) -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|n| n.parse().ok()).unwrap_or(usual)
}

/// The chain of every direction, in order.
pub(crate) fn chains() -> Vec<(&'static str, ChainSpec)> {
    with_directions(|directions| {
        let names = zhnorm::Direction::ALL.map(zhnorm::Direction::name);
        let chain = |name| (name, directions.chain(name).expect("defined"));
        names.into_iter().map(chain).collect()
    })
}

/// Every dictionary, derived ones too.
pub(crate) fn lexicons() -> Vec<Lexicon> {
    with_directions(|directions| {
        let files = fs::read_dir(dict().join("opencc")).expect("dict/opencc");
        let paths = files.map(|f| f.expect("an entry").path());
        let texts = paths.filter(|path| path.extension().is_some_and(|e| e == "txt"));
        let mut names: Vec<String> = texts
            .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
            .chain(directions.derived().into_iter().map(str::to_owned))
            .collect();
        names.sort();
        names.iter().map(|name| directions.lexicon(name).expect("readable")).collect()
    })
}
