//! The command line.

use std::fmt::Write;
use std::path::PathBuf;

use clap::{ArgGroup, Parser, ValueEnum};
use zhnorm::{Direction, Rare, Target};

use crate::files::Options;
use crate::shell::Asked;

/// Bring Chinese text to one script, whatever mix of scripts it is in.
///
/// Reads each PATH, a file or a folder (standard input where there is none, or
/// for `-`), and writes the result to standard output. Text never fails to convert: bytes that are
/// not UTF-8 are passed through where they stand.
#[derive(Clone, Debug, Parser)]
#[command(version, after_help = after_help(), after_long_help = after_help())]
#[command(group = ArgGroup::new("what").required(true).args(["to", "config"]))]
pub(crate) struct Args {
    /// Bring any mix of scripts to this one
    #[arg(long, value_name = "TARGET", value_parser = str::parse::<Target>)]
    pub(crate) to: Option<Target>,

    /// Convert exactly as OpenCC does, by one of its configurations or by a
    /// configuration file (JSON with comments)
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) config: Option<String>,

    /// Write characters that few fonts can show, or leave what would become
    /// one as it is [default: include with --config, exclude with --to]
    #[arg(long, value_name = "CHOICE")]
    pub(crate) rare: Option<RareChoice>,

    /// Say nothing on standard error but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,

    #[command(flatten)]
    pub(crate) files: Options,

    #[command(flatten)]
    pub(crate) asked: Asked,

    /// What to read
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RareChoice {
    Include,
    Exclude,
}

impl From<RareChoice> for Rare {
    fn from(choice: RareChoice) -> Self {
        match choice {
            RareChoice::Include => Self::Include,
            RareChoice::Exclude => Self::Exclude,
        }
    }
}

/// What `--to` and `--config` know.
fn after_help() -> String {
    let mut help = String::from("Targets:\n");
    for target in Target::ALL {
        let names = Target::NAMES.iter().filter(|(n, t)| *t == target && *n != target.name());
        let others: Vec<&str> = names.map(|(name, _)| *name).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(help, "  {:<12} also {}", target.name(), others.join(", "));
    }
    help.push_str("\nConfigurations:\n");
    for direction in Direction::ALL {
        let _ = writeln!(help, "  {:<6} {}", direction.name(), direction.summary());
    }
    help.push_str("\nExit status: 0 done, 2 trouble (named on standard error; other files are still done)");
    help
}
