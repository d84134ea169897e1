//! Makes the files of `models/`; see the README there. No part of the library
//! or the command, and not built by default.

mod language;

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "usage: zhnorm-train language CORPUS PACKAGES OUT
  CORPUS    folder of the Traditional texts (*.txt.xz)
  PACKAGES  folder that train/packages.sh wrote
  OUT       folder for language.bin and language.tsv: models";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match *args {
        ["language", corpus, packages, out] => {
            language::train(Path::new(corpus), Path::new(packages), Path::new(out))
        }
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}
