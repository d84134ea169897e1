//! Learns the models below `models/` from texts that the project does not hold.
//! `models/README.md` says how.
//!
//! One subcommand for each model; output depends on the texts and the program
//! alone, not on threads or time.

mod context;
mod language;
mod script;

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "usage: zhnorm-train context CORPUS OUT
       zhnorm-train language CORPUS PACKAGES OUT
       zhnorm-train script CORPUS
  CORPUS    folder of the Traditional texts (*.txt.xz)
  PACKAGES  folder that train/packages.sh wrote
  OUT       folder for the model and its manifest: models";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&Path> = args.iter().map(Path::new).collect();
    let done = match *args {
        [model, corpus] if model == Path::new("script") => script::fit(corpus),
        [model, corpus, out] if model == Path::new("context") => context::train(corpus, out),
        [model, corpus, packages, out] if model == Path::new("language") => {
            language::train(corpus, packages, out)
        }
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("zhnorm-train: {message}");
            ExitCode::from(2)
        }
    }
}
