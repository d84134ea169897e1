//! The command `zhnorm`: arguments, files, exit status. Converts nothing
//! itself and uses the library's public items only.

mod args;
mod files;
mod run;
mod show;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    run::run(&args::Args::parse())
}
