//! What a shell and a manual want to know of the command.

use std::io;

use clap::{CommandFactory, FromArgMatches};
use clap_complete::Shell;

use crate::args::Args;

/// The command line. Flags that stand alone need nothing to convert to.
pub(crate) fn parse() -> Args {
    let first = std::env::args_os().nth(1).unwrap_or_default();
    let stands_alone =
        first.to_str().is_some_and(|flag| flag == "--man" || flag.starts_with("--completions"));
    let command = match stands_alone {
        true => Args::command().mut_group("what", |group| group.required(false)),
        false => Args::command(),
    };
    Args::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
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
        let mut command = Args::command();
        if let Some(shell) = self.completions {
            // Into memory first: the generator cannot be told of a closed pipe.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut command, "zhnorm", &mut script);
            io::Write::write_all(&mut io::stdout(), &script)?;
        } else if self.man {
            clap_mangen::Man::new(command).render(&mut io::stdout())?;
        }
        Ok(self.completions.is_some() || self.man)
    }
}
