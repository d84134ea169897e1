//! The book: every command that a page shows is run, and what it prints compared.
//! The Rust of the pages is run beside README's, the Python by the bindings' tests.

use std::path::{Path, PathBuf};

/// The pages, by the table of contents.
fn pages() -> Vec<PathBuf> {
    let source = Path::new("book/src");
    let summary = std::fs::read_to_string(source.join("SUMMARY.md")).expect("the table of contents");
    let links = summary.lines().filter_map(|line| line.split_once("](")?.1.strip_suffix(')'));
    links.map(|link| source.join(link)).collect()
}

/// To write down what the commands print now: `TRYCMD=overwrite cargo test --test book`.
#[test]
#[cfg(unix)]
fn commands() {
    let cases = trycmd::TestCases::new();
    cases.register_bin("cat", Path::new("/bin/cat"));
    for page in pages() {
        cases.case(page);
    }
}

/// What is not run cannot be shown: no other kind of block holds commands, and
/// no page is outside of the table of contents.
#[test]
fn nothing_escapes_the_tests() {
    let mut listed = pages();
    for page in &listed {
        let text =
            std::fs::read_to_string(page).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
        let fences: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("```")).collect();
        for kind in fences.iter().step_by(2) {
            assert!(
                ["console", "rust", "python", "toml"].contains(kind),
                "{}: a block of kind `{kind}`",
                page.display()
            );
        }
    }
    let folders =
        ["book/src", "book/src/reference"].map(|folder| std::fs::read_dir(folder).expect("a folder"));
    let files = folders.into_iter().flatten().map(|file| file.expect("a file").path());
    let mut found: Vec<PathBuf> = files
        .filter(|path| path.extension().is_some_and(|ending| ending == "md") && !path.ends_with("SUMMARY.md"))
        .collect();
    listed.sort();
    found.sort();
    assert_eq!(found, listed);
}
