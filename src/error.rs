//! What can go wrong: arguments, dictionaries and configurations. Text cannot.

use std::path::PathBuf;

use crate::{Direction, Protect, Target};

/// Why a converter cannot be made. Converting text never fails.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No exact conversion of that name.
    #[error("unknown configuration `{name}`, did you mean `{nearest}`? known: {}, or the path of an OpenCC configuration file", list(Direction::ALL.iter().map(|d| d.name())))]
    UnknownDirection {
        /// What was asked for.
        name: String,
        /// The known name most like it.
        nearest: &'static str,
    },
    /// No target of that name.
    #[error("unknown target `{name}`, did you mean `{nearest}`? known: {}", list(Target::NAMES.iter().map(|(n, _)| *n)))]
    UnknownTarget {
        /// What was asked for.
        name: String,
        /// The known name most like it.
        nearest: &'static str,
    },
    /// No Unicode step of that name.
    #[cfg(feature = "normalize")]
    #[error("unknown step `{name}`, did you mean `{nearest}`? known: {} none", list(crate::Steps::NAMES.iter().map(|(n, ..)| *n)))]
    UnknownStep {
        /// What was asked for.
        name: String,
        /// The known name most like it.
        nearest: &'static str,
    },
    /// No profile of that name.
    #[cfg(feature = "normalize")]
    #[error("unknown profile `{name}`, did you mean `{nearest}`? known: {}", list(crate::Profile::ALL.iter().map(|p| p.name())))]
    UnknownProfile {
        /// What was asked for.
        name: String,
        /// The known name most like it.
        nearest: &'static str,
    },
    /// No kind of protected text of that name.
    #[error("unknown kind `{name}`, did you mean `{nearest}`? known: {}", list(Protect::NAMES.iter().map(|(n, _)| *n)))]
    UnknownProtect {
        /// What was asked for.
        name: String,
        /// The known name most like it.
        nearest: &'static str,
    },
    /// A configuration or dictionary that cannot be understood.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
        /// What was found and what was expected.
        message: String,
    },
    /// A dictionary of more words than can be looked for.
    #[error("the dictionary is too large: {message}")]
    TooLarge {
        /// The limit.
        message: String,
    },
    /// A file that cannot be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(" ")
}
