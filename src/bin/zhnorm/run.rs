//! From arguments to a job: which converter.

use std::path::Path;
use std::process::ExitCode;

use zhnorm::{Blocks, Converter, Dictionary, Direction, Error, Rare, Target};

use crate::args::{Args, Switch};
use crate::files::{self, TROUBLE, report};
use crate::show::{self, Show};

pub(crate) fn run(args: &Args) -> ExitCode {
    let converter = match converter(args) {
        Ok(converter) => converter,
        Err(error) => {
            report(&error.to_string());
            return ExitCode::from(TROUBLE);
        }
    };
    if let Some(show) = Show::of(args) {
        return show::run(show, &converter, &args.files, &args.paths);
    }
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
    let mut converter = rules(args)?;
    if let Some(rare) = args.rare {
        converter = converter.rare(rare.into());
    }
    if let Some(protect) = args.protect {
        converter = converter.protect(protect);
    }
    if args.dict.is_empty() && args.keep.is_empty() {
        return Ok(converter);
    }
    let mut dictionary = Dictionary::default();
    for path in &args.dict {
        dictionary = dictionary.and_read(path)?;
    }
    for path in &args.keep {
        dictionary = dictionary.and_keep(path)?;
    }
    converter.with_dictionary(&dictionary)
}

fn rules(args: &Args) -> Result<Converter, Error> {
    let Some(config) = args.config.as_deref() else {
        // `--detect` converts nothing.
        let target = args.to.unwrap_or(Target::Simplified);
        let converter = Converter::to(target).context(args.context == Switch::On);
        return Ok(converter.variants(args.variants.into()).vocabulary(args.vocabulary.into()));
    };
    match config.parse::<Direction>() {
        Ok(direction) => Ok(Converter::exact(direction)),
        // A name with a separator or an ending is meant as a file.
        Err(_) if config.contains(['/', '\\', '.']) || Path::new(config).is_file() => {
            Converter::from_config(config, args.rare.map_or(Rare::Include, Rare::from))
        }
        Err(error) => Err(error),
    }
}
