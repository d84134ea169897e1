//! From arguments to a job: which converter.

use std::path::Path;
use std::process::ExitCode;

use zhnorm::{Blocks, Converter, Direction, Error, Rare};

use crate::args::Args;
use crate::files::{self, TROUBLE, report};

pub(crate) fn run(args: &Args) -> ExitCode {
    let converter = match converter(args) {
        Ok(converter) => converter,
        Err(error) => {
            report(&error.to_string());
            return ExitCode::from(TROUBLE);
        }
    };
    let blocks = Blocks::new(&converter);
    let job: &files::Job<'_> = &|block| converter.convert_bytes(block);
    files::run(&args.files, (&args.paths, &fingerprint(args)), args.quiet, job, &blocks)
}

/// What must be the same for an interrupted run to be continued.
fn fingerprint(args: &Args) -> String {
    let mut same = args.clone();
    (same.quiet, same.files.stats, same.files.threads, same.files.resume) = (false, false, None, None);
    same.paths.clear();
    format!("{} {same:?}", env!("CARGO_PKG_VERSION"))
}

fn converter(args: &Args) -> Result<Converter, Error> {
    let rare = args.rare.map(Rare::from);
    if let Some(target) = args.to {
        return Ok(Converter::to(target).rare(rare.unwrap_or(Rare::Exclude)));
    }
    let rare = rare.unwrap_or(Rare::Include);
    let config = args.config.as_deref().unwrap_or_default();
    match config.parse::<Direction>() {
        Ok(direction) => Ok(Converter::exact(direction).rare(rare)),
        // A name with a separator or an ending is meant as a file.
        Err(_) if config.contains(['/', '\\', '.']) || Path::new(config).is_file() => {
            Converter::from_config(config, rare)
        }
        Err(error) => Err(error),
    }
}
