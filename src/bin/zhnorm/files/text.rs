//! One text in memory, for what only looks at it: read as a conversion reads it.

use std::borrow::Cow;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::PathBuf;

use zhnorm::Records;

use super::encoding::{Encoding, unescape};
use super::input::Input;
use super::process::SNIFFED;
use super::walk::{Plan, Task, shown};
use super::{Options, report};

/// A text, unpacked and decoded.
pub(crate) struct Text {
    pub(crate) path: PathBuf,
    /// How it is called in messages.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    /// It is converted as HTML.
    pub(crate) is_html: bool,
    encoding: Encoding,
    records: Option<Records>,
    /// Where the values of columns end, if it has any.
    pub(super) values: Option<Vec<usize>>,
}

impl Text {
    /// A text without its bytes.
    pub(super) fn new(options: &Options, task: &Task) -> Self {
        let (path, name, is_html) = (task.source.clone(), shown(&task.source), options.is_html(task));
        Self { path, name, bytes: Vec::new(), is_html, encoding: Encoding::Utf8, records: None, values: None }
    }

    /// Reads what a task names; `None` for what was found and is no text.
    fn read(options: &Options, task: &Task) -> io::Result<Option<Self>> {
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
        Ok(Some(Self { bytes, records, encoding: input.encoding, ..Self::new(options, task) }))
    }

    /// Hands on each text that `paths` name, until it is told to stop; whether one
    /// could not be read, which is reported.
    pub(crate) fn each(
        options: &Options,
        paths: &[PathBuf],
        mut hand_on: impl FnMut(&Self) -> ControlFlow<()>,
    ) -> Result<bool, String> {
        let plan = Plan::new(options, paths)?;
        plan.troubles.iter().for_each(|trouble| report(trouble));
        let mut failed = !plan.troubles.is_empty();
        for task in &plan.tasks {
            match Self::read(options, task) {
                Ok(Some(text)) if hand_on(&text).is_break() => break,
                Ok(_) => {}
                Err(error) => {
                    report(&format!("{}: {error}", task.name()));
                    failed = true;
                }
            }
        }
        Ok(failed)
    }

    /// What it was written in.
    pub(crate) fn encoding(&self) -> &'static str {
        self.encoding.name()
    }

    /// Malformed bytes as they stand in the file.
    pub(crate) fn original(&self, malformed: &[u8]) -> Vec<u8> {
        match self.encoding {
            Encoding::Utf8 => malformed.to_vec(),
            _ => unescape(malformed),
        }
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
