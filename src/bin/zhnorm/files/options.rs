//! The flags that are about files.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use zhnorm::{Format, Records};

use super::archive::Archive;
use super::encoding::{Encoding, Wanted};
use super::walk::Task;

#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Files")]
pub(crate) struct Options {
    /// Write here: for one file a file, for folders and several files a folder
    /// with the same tree in it
    #[arg(long, short, value_name = "PATH", conflicts_with = "in_place")]
    pub(crate) output: Option<PathBuf>,

    /// Rewrite the files that change; each is there as it was or as it should
    /// be, never half
    #[arg(long, short)]
    pub(crate) in_place: bool,

    /// Write a page for a browser, which shows each change beside its source with
    /// its rule; alone, nothing else is written
    #[arg(long, value_name = "PATH")]
    pub(crate) report: Option<PathBuf>,

    /// In folders, only files that match, or with a leading `!` no files that
    /// match; may be repeated
    #[arg(long, short, value_name = "GLOB")]
    pub(crate) glob: Vec<String>,

    /// What the text is in: auto, utf-8, gb18030, gbk, big5, big5-hkscs,
    /// utf-16le or utf-16be
    #[arg(long, value_name = "NAME", default_value = "utf-8", hide_default_value = false)]
    pub(crate) encoding: Wanted,

    /// What to write [default: what the text is in]
    #[arg(long, value_name = "NAME")]
    pub(crate) output_encoding: Option<Encoding>,

    /// Write what an encoding has not as `&#…;` in place of stopping there
    #[arg(long, value_name = "HOW")]
    pub(crate) unencodable: Option<Unencodable>,

    /// How the text is written: text, html (as with --protect html), or in records:
    /// jsonl, json, csv, tsv, srt, vtt, ass or parquet; auto goes by the ending of
    /// the name
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    pub(crate) format: Chosen,

    /// Convert only this field of each record; may be repeated. Of JSON and
    /// Parquet a path such as text, meta.title or turns[].content; of CSV a name
    /// in the first record, or a number [default: all strings, all columns]
    #[arg(long, value_name = "FIELD")]
    pub(crate) field: Vec<String>,

    /// How many threads work [default: one for each core]
    #[arg(long, short = 'j', value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,

    /// Note in FILE which files are done, and pass over what an interrupted run
    /// has done [default FILE: .zhnorm-resume in the output or input folder]
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub(crate) resume: Option<Option<PathBuf>>,

    /// At the end, what was done as one line of JSON on standard error
    #[arg(long)]
    pub(crate) stats: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Unencodable {
    Html,
}

/// How a text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// By the ending of its name.
    Auto,
    Text,
    /// With tags.
    Html,
    Records(Format),
    /// In columns.
    Parquet,
}

impl Chosen {
    fn of_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "html" | "htm" | "xhtml" => Some(Self::Html),
            "parquet" | "pq" => Some(Self::Parquet),
            other => Format::of_extension(other).map(Self::Records),
        }
    }
}

impl std::str::FromStr for Chosen {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "auto" => Ok(Self::Auto),
            "text" | "txt" => Ok(Self::Text),
            _ => Self::of_extension(name).ok_or_else(|| {
                "known: auto, text, html, jsonl, json, csv, tsv, srt, vtt, ass, parquet".into()
            }),
        }
    }
}

impl Options {
    /// How a task's text is written.
    fn format(&self, task: &Task) -> Chosen {
        if self.format != Chosen::Auto {
            return self.format;
        }
        let packed = Archive::of(&task.source) != Archive::None;
        let inner = task.source.with_extension("");
        let path = if packed { &inner } else { &task.source };
        path.extension().and_then(|e| e.to_str()).and_then(Chosen::of_extension).unwrap_or(Chosen::Text)
    }

    /// Whether a task's text has tags.
    pub(super) fn is_html(&self, task: &Task) -> bool {
        self.format(task) == Chosen::Html
    }

    pub(super) fn is_parquet(&self, task: &Task) -> bool {
        self.format(task) == Chosen::Parquet
    }

    /// The records of a task's text, if it has any.
    pub(super) fn records(&self, task: &Task) -> Result<Option<Records>, String> {
        match self.format(task) {
            Chosen::Records(format) => Records::new(format, &self.field).map(Some),
            _ => Ok(None),
        }
    }
}
