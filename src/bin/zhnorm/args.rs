//! The command line.

use std::fmt::Write;
use std::path::PathBuf;

use clap::{ArgGroup, Parser, ValueEnum};
use zhnorm::{Damage, Direction, Profile, Protect, Rare, Steps, Target, Variants, Vocabulary};

use crate::files::Options;
use crate::shell::Asked;

/// Bring Chinese text to one script, whatever mix of scripts it is in.
///
/// Reads each PATH, a file or a folder (standard input where there is none, or
/// for `-`), and writes the result to standard output. Text never fails to convert: bytes that are
/// not UTF-8 are passed through where they stand.
#[derive(Clone, Debug, Parser)]
#[command(version)]
#[command(group = ArgGroup::new("what").required(true).multiple(true).args(["to", "config", "detect", "repair", "normalize", "profile"]))]
#[command(group = ArgGroup::new("show").args(["check", "diff", "detect", "explain"]))]
pub(crate) struct Args {
    /// Bring any mix of scripts to this one
    #[arg(long, value_name = "TARGET", value_parser = str::parse::<Target>)]
    pub(crate) to: Option<Target>,

    /// Convert exactly as OpenCC does, by one of its configurations or by a
    /// configuration file (JSON with comments)
    #[arg(long, value_name = "NAME|FILE", conflicts_with = "to")]
    pub(crate) config: Option<String>,

    /// Write characters that few fonts can show, or leave what would become
    /// one as it is [default: include with --config, exclude with --to]
    #[arg(long, value_name = "CHOICE")]
    pub(crate) rare: Option<RareChoice>,

    /// Choose ambiguous characters by what stands around them, or by the phrase
    /// dictionary alone; --config never looks around
    #[arg(long, value_name = "SWITCH", default_value = "on")]
    pub(crate) context: Switch,

    /// House style where careful writers differ (佈 or 布, 週 or 周): a file of
    /// the forms to write, one a line; dict/zhnorm/styles.txt lists them. `own`: as
    /// each text writes them where it is Traditional already
    #[arg(long, value_name = "FILE", requires = "to", conflicts_with = "context")]
    pub(crate) style: Option<PathBuf>,

    /// What becomes of the words of other regions (软件, 軟體)
    #[arg(long, value_name = "CHOICE", default_value = "keep", requires = "to")]
    pub(crate) vocabulary: VocabularyChoice,

    /// What becomes of glyph variants (爲, 為) in text that is Traditional already
    #[arg(long, value_name = "CHOICE", default_value = "keep", requires = "to")]
    pub(crate) variants: VariantsChoice,

    /// Words of your own, which beat every built-in rule: a file of lines
    /// `from TAB to`, or `from TAB to TAB target`
    #[arg(long, value_name = "FILE")]
    pub(crate) dict: Vec<PathBuf>,

    /// Words that are never converted: a file with one a line
    #[arg(long, value_name = "FILE")]
    pub(crate) keep: Vec<PathBuf>,

    /// What is copied through as it is: html, markdown, code, url, email,
    /// wikitext, or none [default: url,email with --to, none with --config]
    #[arg(long, value_name = "LIST", value_parser = str::parse::<Protect>)]
    pub(crate) protect: Option<Protect>,

    /// Write nothing; the exit status is 1 where text would change
    #[arg(long)]
    pub(crate) check: bool,

    /// Write what would change as a unified diff
    #[arg(long)]
    pub(crate) diff: bool,

    /// Write what would change and why, as one JSON object a change
    #[arg(long)]
    pub(crate) explain: bool,

    /// Write the script of each file, the share of each script in it, and how
    /// sure that is; convert nothing
    #[arg(long)]
    pub(crate) detect: bool,

    /// With --detect: write the script of each line instead: simplified,
    /// traditional, mixed, common, japanese or other
    #[arg(long, requires = "detect")]
    pub(crate) each_line: bool,

    /// Find and undo damage first: auto (without a value: all that the text
    /// proves), mirror, mojibake, entity, debris; see below
    #[arg(
        long,
        value_name = "CLASSES",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "auto",
        value_delimiter = ',',
        value_parser = damage
    )]
    pub(crate) repair: Vec<Damage>,

    /// Unicode steps to take, see below, or none [default: compat, as OpenCC]
    #[arg(long, value_name = "LIST", value_parser = str::parse::<Steps>)]
    pub(crate) normalize: Option<Steps>,

    /// A bundle of repair and steps, see below
    #[arg(long, value_name = "NAME", value_parser = str::parse::<Profile>)]
    pub(crate) profile: Option<Profile>,

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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

impl From<RareChoice> for Rare {
    fn from(choice: RareChoice) -> Self {
        match choice {
            RareChoice::Include => Self::Include,
            RareChoice::Exclude => Self::Exclude,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum VocabularyChoice {
    Keep,
    Target,
}

impl From<VocabularyChoice> for Vocabulary {
    fn from(choice: VocabularyChoice) -> Self {
        match choice {
            VocabularyChoice::Keep => Self::Keep,
            VocabularyChoice::Target => Self::Target,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum VariantsChoice {
    Keep,
    Unify,
}

impl From<VariantsChoice> for Variants {
    fn from(choice: VariantsChoice) -> Self {
        match choice {
            VariantsChoice::Keep => Self::Keep,
            VariantsChoice::Unify => Self::Unify,
        }
    }
}

fn damage(name: &str) -> Result<Damage, String> {
    let found = Damage::NAMES.into_iter().find(|(known, ..)| *known == name);
    let names = || Damage::NAMES.map(|(known, ..)| known).join(", ");
    found.map(|(_, damage, _)| damage).ok_or_else(|| format!("unknown kind of damage, known are {}", names()))
}

/// What `--to` and `--config` know, at the end of the help.
pub(crate) fn after_help() -> String {
    let mut help = String::from("Targets:\n");
    for target in Target::ALL {
        let names = Target::NAMES.iter().filter(|(n, t)| *t == target && *n != target.name());
        let others: Vec<&str> = names.map(|(name, _)| *name).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(help, "  {:<12} also {}", target.name(), others.join(", "));
    }
    help.push_str("\nProfiles:\n");
    for profile in Profile::ALL {
        let _ = writeln!(help, "  {:<12} {}", profile.name(), profile.summary());
    }
    help.push_str("\nUnicode steps:\n");
    for (name, _, summary) in Steps::NAMES {
        let _ = writeln!(help, "  {name:<12} {summary}");
    }
    help.push_str("\nDamage:\n");
    for (name, _, summary) in Damage::NAMES {
        let _ = writeln!(help, "  {name:<12} {summary}");
    }
    help.push_str("\nConfigurations:\n");
    for direction in Direction::ALL {
        let _ = writeln!(help, "  {:<6} {}", direction.name(), direction.summary());
    }
    help.push_str("\nExit status: 0 done, 1 --check found text that would change, 2 trouble (named on standard error; other files are still done)");
    help
}
