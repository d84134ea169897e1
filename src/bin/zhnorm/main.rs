//! The command `zhnorm`: arguments, files, exit status. Converts nothing
//! itself and uses the library's public items only.

mod args;
mod files;
mod report;
mod run;
mod shell;
mod show;

use std::process::ExitCode;

fn main() -> ExitCode {
    let args = shell::parse();
    match args.asked.answer() {
        Ok(false) => run::run(&args),
        // Whoever reads the answer may have seen enough.
        Ok(true) | Err(_) => ExitCode::SUCCESS,
    }
}
