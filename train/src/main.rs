//! Learns the models below `models/` from text. `models/README.md` says how.
//!
//! One subcommand for each model; output depends on the texts and the program
//! alone, not on threads or time.

mod context;

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "usage: zhnorm-train context CORPUS-FOLDER [MODELS-FOLDER]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let models = concat!(env!("CARGO_MANIFEST_DIR"), "/../models");
    let done = match *arguments.as_slice() {
        ["context", corpus] => context::train(Path::new(corpus), Path::new(models)),
        ["context", corpus, models] => context::train(Path::new(corpus), Path::new(models)),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("zhnorm-train: {error}");
            ExitCode::FAILURE
        }
    }
}
