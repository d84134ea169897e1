//! Folders for tests of the command, and what it says.

use std::fs;
use std::process::Output;

use tempfile::TempDir;

/// A folder with these files.
pub(crate) fn folder<C: AsRef<[u8]>>(files: &[(&str, C)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("below")).expect("a folder");
        fs::write(path, content).expect("written");
    }
    folder
}

/// What was written to standard error.
pub(crate) fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}
