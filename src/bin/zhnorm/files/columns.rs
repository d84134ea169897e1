//! A Parquet file from its source to its target: all of it is known before anything
//! is written, and what is written takes its place as every other file.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind};

use zhnorm::Parquet;

use super::Options;
use super::archive::Archive;
use super::atomic;
use super::encoding::{Encoding, Wanted};
use super::process::{Report, Run, create_file};
use super::text::Text;
use super::walk::{Target, Task, is_standard_input, shown};

impl Run<'_> {
    /// Converts the text in the columns of a file.
    pub(super) fn columns(
        &self,
        task: &Task,
        metadata: Option<&Metadata>,
        report: &mut Report,
    ) -> io::Result<()> {
        let refusal = metadata.and_then(atomic::refusal).filter(|_| task.target == Target::InPlace);
        if let Some(words) = refusal {
            return Err(io::Error::other(words));
        }
        match &task.target {
            Target::Output => return Err(unsupported("Parquet goes to a file: use --in-place or --output")),
            Target::File(path) if Archive::of(path) != Archive::None => {
                return Err(unsupported("Parquet is compressed inside, and not packed again"));
            }
            _ => {}
        }
        let mut parquet = open(self.options, task)?;
        let (done, written) = parquet.rewrite(self.jobs.text, || create_file(task, metadata))?;
        let len = fs::metadata(&task.source)?.len();
        report.changed = written.is_some();
        (report.bytes_in, report.bytes_out) = (len, len);
        (report.records, report.malformed) = (done.rows, done.malformed);
        let written = match written {
            // No byte of it changes.
            None if task.target != Target::InPlace => {
                let mut file = create_file(task, metadata)?;
                io::copy(&mut File::open(&task.source)?, &mut file)?;
                Some(file)
            }
            other => other,
        };
        match written {
            Some(file) => {
                report.bytes_out = file.metadata()?.len();
                self.finish(task, metadata, file)?;
            }
            None => self.leave(task, metadata)?,
        }
        (self.progress)(len);
        if let Some(place) = done.first_malformed.filter(|_| !self.quiet) {
            let (name, count) = (shown(&task.source), done.malformed);
            report.messages.push(format!(
                "{name}: warning: {count} bytes are not UTF-8 and were passed through, the first in {place}"
            ));
        }
        Ok(())
    }
}

impl Text {
    /// The values of a file's columns.
    pub(super) fn of_columns(options: &Options, task: &Task) -> io::Result<Option<Self>> {
        let mut text = Self::new(options, task);
        let mut ends = Vec::new();
        open(options, task)?.values(&mut |value| {
            text.bytes.extend_from_slice(value);
            ends.push(text.bytes.len());
        })?;
        text.values = Some(ends);
        Ok(Some(text))
    }
}

fn open(options: &Options, task: &Task) -> io::Result<Parquet<File>> {
    let is_utf8 = matches!(options.encoding, Wanted::Auto | Wanted::Named(Encoding::Utf8));
    if !is_utf8 || options.output_encoding.is_some_and(|to| to != Encoding::Utf8) {
        return Err(unsupported("text in Parquet is UTF-8 and stays so"));
    }
    if is_standard_input(&task.source) || Archive::of(&task.source) != Archive::None {
        return Err(unsupported("Parquet is read at many places: it must be a file, and unpacked"));
    }
    Parquet::open(File::open(&task.source)?, &options.field)
}

fn unsupported(words: &str) -> io::Error {
    io::Error::new(ErrorKind::Unsupported, words)
}
