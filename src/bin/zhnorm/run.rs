//! From arguments to output: which converter, which inputs, what went wrong.

use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use zhnorm::{Converter, Direction, Error, Rare};

use crate::args::Args;

/// Trouble: an argument, a file, or the output.
const TROUBLE: u8 = 2;

pub(crate) fn run(args: &Args) -> ExitCode {
    let converter = match converter(args) {
        Ok(converter) => converter,
        Err(error) => {
            report(&error.to_string());
            return ExitCode::from(TROUBLE);
        }
    };
    let standard_input = [Path::new("-").to_owned()];
    let paths = if args.paths.is_empty() { &standard_input } else { args.paths.as_slice() };
    let mut output = io::stdout().lock();
    let mut status = ExitCode::SUCCESS;
    for path in paths {
        let bytes = match read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                report(&format!("{}: {error}", path.display()));
                status = ExitCode::from(TROUBLE);
                continue;
            }
        };
        if !args.quiet {
            warn_of_malformed(path, &bytes);
        }
        let bytes = match std::str::from_utf8(&bytes) {
            Ok(text) if args.repair.is_some() => zhnorm::repair(text).into_owned().into_bytes(),
            _ => bytes,
        };
        // Flushed here: what standard output does at exit tells nobody of a full disk.
        let written = output.write_all(&converter.convert_bytes(&bytes)).and_then(|()| output.flush());
        match written {
            Ok(()) => {}
            // Whoever read the output has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return status,
            Err(error) => {
                report(&format!("standard output: {error}"));
                return ExitCode::from(TROUBLE);
            }
        }
    }
    status
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

fn read(path: &Path) -> io::Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    fs::read(path)
}

/// Malformed bytes are passed through; the user should know of them.
fn warn_of_malformed(path: &Path, bytes: &[u8]) {
    let Err(first) = std::str::from_utf8(bytes) else {
        return;
    };
    let offset = first.valid_up_to();
    let line = bytes[..offset].iter().filter(|b| **b == b'\n').count() + 1;
    let count: usize = bytes.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    let name = if path == Path::new("-") { "standard input".into() } else { path.display().to_string() };
    report(&format!(
        "{name}:{line}: warning: {count} bytes are not UTF-8 and were passed through, the first at byte offset {offset}"
    ));
}

fn report(message: &str) {
    // Standard error may be closed; there is nobody left to tell.
    let _ = writeln!(io::stderr(), "zhnorm: {message}");
}
