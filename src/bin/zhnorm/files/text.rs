//! One text in memory, for what only looks at it: read as a conversion reads it.

use std::borrow::Cow;
use std::io::{self, Read};
use std::path::PathBuf;

use zhnorm::Records;

use super::Options;
use super::input::Input;
use super::process::SNIFFED;
use super::walk::{Task, shown};

/// A text, unpacked and decoded.
pub(crate) struct Text {
    pub(crate) path: PathBuf,
    /// How it is called in messages.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    /// It is converted as HTML.
    pub(crate) is_html: bool,
    records: Option<Records>,
    /// Where the values of columns end, if it has any.
    pub(super) values: Option<Vec<usize>>,
}

impl Text {
    /// A text without its bytes.
    pub(super) fn new(options: &Options, task: &Task) -> Self {
        let (path, name, is_html) = (task.source.clone(), shown(&task.source), options.is_html(task));
        Self { path, name, bytes: Vec::new(), is_html, records: None, values: None }
    }

    /// Reads what a task names; `None` for what was found and is no text.
    pub(crate) fn read(options: &Options, task: &Task) -> io::Result<Option<Self>> {
        if options.is_parquet(task) {
            return Self::of_columns(options, task);
        }
        let mut input = Input::open(task, options.encoding, &|_| {})?;
        let mut bytes = Vec::new();
        let read = input.reader.read_to_end(&mut bytes);
        read.map_err(|error| io::Error::new(error.kind(), input.explain(&error, bytes.len() as u64)))?;
        if task.found && bytes[..bytes.len().min(SNIFFED)].contains(&0) {
            return Ok(None);
        }
        let mut records = options.records(task).map_err(io::Error::other)?;
        if let Some(records) = &mut records {
            records.begin(&bytes).map_err(io::Error::other)?;
        }
        Ok(Some(Self { bytes, records, ..Self::new(options, task) }))
    }

    pub(crate) fn has_records(&self) -> bool {
        self.records.is_some() || self.has_columns()
    }

    /// It has values and no lines.
    pub(crate) fn has_columns(&self) -> bool {
        self.values.is_some()
    }

    /// What a job makes of the text, or of the text in its records.
    pub(crate) fn rewritten(&self, job: &dyn Fn(&[u8]) -> Cow<'_, [u8]>) -> Cow<'_, [u8]> {
        if let Some(ends) = &self.values {
            let mut start = 0;
            let values = ends.iter().map(|end| &self.bytes[std::mem::replace(&mut start, *end)..*end]);
            return Cow::Owned(values.map(job).collect::<Vec<_>>().concat());
        }
        let Some(records) = &self.records else { return job(&self.bytes) };
        let mut blocks = records.blocks();
        blocks.push(&self.bytes);
        let rewritten =
            std::iter::from_fn(|| blocks.take(true)).map(|block| records.rewrite(&block, job).bytes);
        Cow::Owned(rewritten.collect::<Vec<_>>().concat())
    }
}
