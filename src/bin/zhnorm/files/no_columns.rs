//! In place of `columns.rs` where the command is built without Parquet.

use std::fs::Metadata;
use std::io::{self, ErrorKind};

use super::Options;
use super::process::{Report, Run};
use super::text::Text;
use super::walk::Task;

const WORDS: &str = "this zhnorm reads no Parquet: install it with `--features parquet`";

fn refused<T>() -> io::Result<T> {
    Err(io::Error::new(ErrorKind::Unsupported, WORDS))
}

impl Run<'_> {
    /// What is found and cannot be read is passed over, as all that is no text.
    pub(super) fn columns(&self, task: &Task, _: Option<&Metadata>, report: &mut Report) -> io::Result<()> {
        report.skipped = task.found;
        if task.found { Ok(()) } else { refused() }
    }
}

impl Text {
    pub(super) fn of_columns(_: &Options, task: &Task) -> io::Result<Option<Self>> {
        if task.found { Ok(None) } else { refused() }
    }
}
