//! What a shell and a manual want to know of the command.

use std::io;

use clap::error::ErrorKind;
use clap::{Command, CommandFactory, FromArgMatches};
use clap_complete::Shell;

use crate::args::{self, Args};

/// The command line. Flags that stand alone need nothing to convert to.
pub(crate) fn parse() -> Args {
    let first = std::env::args_os().nth(1).unwrap_or_default();
    let stands_alone =
        first.to_str().is_some_and(|flag| flag == "--man" || flag.starts_with("--completions"));
    let command = match stands_alone {
        true => Args::command().mut_group("what", |group| group.required(false)),
        false => Args::command(),
    };
    let matches = command.try_get_matches().unwrap_or_else(|error| match error.kind() {
        ErrorKind::DisplayHelp => with_help().get_matches(),
        _ => error.exit(),
    });
    Args::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

/// The command with all that its help says, which takes as long to write as the rest.
fn with_help() -> Command {
    let end = args::after_help();
    Args::command().after_help(end.clone()).after_long_help(end)
}

/// Flags that stand alone.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Asked {
    /// Print what a shell needs to complete the command
    #[arg(long, value_name = "SHELL", exclusive = true)]
    completions: Option<Shell>,

    /// Print the manual page
    #[arg(long, exclusive = true)]
    man: bool,
}

impl Asked {
    /// Prints what was asked for; whether anything was.
    pub(crate) fn answer(&self) -> io::Result<bool> {
        if let Some(shell) = self.completions {
            // Into memory first: the generator cannot be told of a closed pipe.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut with_help(), "zhnorm", &mut script);
            io::Write::write_all(&mut io::stdout(), &script)?;
        } else if self.man {
            clap_mangen::Man::new(with_help()).render(&mut io::stdout())?;
        }
        Ok(self.completions.is_some() || self.man)
    }
}
