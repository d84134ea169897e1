//! Measures zhnorm beside OpenCC and other converters; see the README.

mod chart;
mod memory;
mod options;
mod peer;
mod speed;
mod targets;

use std::process::ExitCode;

use options::{Mode, Options};

fn main() -> ExitCode {
    let result = Options::parse(std::env::args().skip(1)).and_then(|options| match &options.mode {
        Mode::Help => {
            println!("{}", options::USAGE);
            Ok(())
        }
        Mode::Speed => speed::run(&options),
        Mode::Memory => memory::run(&options),
        Mode::MemoryOf(peer) => memory::measure(&options, *peer),
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("throughput: {error}");
            ExitCode::FAILURE
        }
    }
}
