//! One text from its source to its target, block by block: blocks are converted
//! side by side while the next ones are read and the last ones written.

use std::borrow::Cow;
use std::fs::{self, Metadata};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use zhnorm::{BadRecord, Blocks, Records};

use super::archive::{Archive, Writer};
use super::atomic::{self, AtomicFile};
use super::encoding::{Encoding, Unencodable, encode};
use super::input::Input;
use super::resume::Manifest;
use super::walk::{Target, Task, shown};
use super::{Job, Jobs, Options};

/// How many blocks each thread gets at a time: more share the work more evenly,
/// and take more memory.
const BLOCKS: usize = 4;

/// As many records of a text are named; of others there is only a count.
const NAMED: u64 = 20;

/// So much of a file that was found shows whether it is text.
pub(super) const SNIFFED: usize = 8192;

/// What became of a text.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) messages: Vec<String>,
    pub(super) failed: bool,
    /// No text, or done by an earlier run: passed over.
    pub(super) skipped: bool,
    pub(super) changed: bool,
    pub(super) bytes_in: u64,
    pub(super) bytes_out: u64,
    pub(super) malformed: u64,
    pub(super) records: u64,
    /// Records that could not be understood and were passed through.
    pub(super) bad: u64,
    /// What is to go to standard output, if it did not go there already.
    pub(super) output: Vec<u8>,
    /// Standard output takes no more.
    pub(super) closed: bool,
}

/// Why a text could not be done.
enum Trouble {
    Io(io::Error),
    /// At a line.
    At(usize, String),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A converted block, and what there is to say about it.
struct Done {
    bytes: Result<Vec<u8>, Unencodable>,
    read: usize,
    /// The converted text's length before it was encoded.
    len: usize,
    lines: usize,
    changed: bool,
    malformed: usize,
    records: usize,
    bad: Vec<BadRecord>,
    /// Where the first malformed byte is, and the lines before it.
    first: Option<(usize, usize)>,
}

/// Where converted blocks go.
enum Sink {
    /// Nothing has to be written yet: the text may stay as it is.
    Waiting,
    File(Box<Writer>),
    Output,
    Kept,
}

#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) options: &'a Options,
    pub(super) jobs: Jobs<'a>,
    pub(super) quiet: bool,
    /// Blocks converted at the same time.
    pub(super) width: usize,
    /// Told of every byte that is read.
    pub(super) progress: &'a (dyn Fn(u64) + Sync),
    pub(super) manifest: Option<&'a Manifest>,
}

impl Run<'_> {
    /// Converts a text. `keep`: what is for standard output is kept in the report.
    pub(super) fn text(&self, task: &Task, keep: bool) -> Report {
        let mut report = Report::default();
        match self.try_text(task, keep, &mut report) {
            Ok(()) => return report,
            // Whoever read the output has seen enough.
            Err(Trouble::Io(error)) if report.closed && error.kind() == ErrorKind::BrokenPipe => {
                return report;
            }
            Err(Trouble::Io(error)) => {
                let name = if report.closed { "standard output".into() } else { shown(&task.source) };
                report.messages.push(format!("{name}: {error}"));
            }
            Err(Trouble::At(line, message)) => {
                report.messages.push(format!("{}:{line}: {message}", shown(&task.source)));
            }
        }
        report.failed = true;
        report
    }

    fn try_text(&self, task: &Task, keep: bool, report: &mut Report) -> Result<(), Trouble> {
        let metadata = fs::metadata(&task.source).ok();
        if self.manifest.is_some_and(|manifest| manifest.has(task, metadata.as_ref())) {
            report.skipped = true;
            return Ok(());
        }
        if self.options.is_parquet(task) {
            return Ok(self.columns(task, metadata.as_ref(), report)?);
        }
        let mut input = Input::open(task, self.options.encoding, self.progress)?;
        let encodings = (input.encoding, self.options.output_encoding.unwrap_or(input.encoding));
        let mut records = self.options.records(task).map_err(io::Error::other)?;
        let (job, blocks) = match self.options.is_html(task) {
            true => (self.jobs.html, Blocks::whole()),
            false => (self.jobs.text, self.jobs.blocks.clone()),
        };
        let mut blocks = records.as_ref().map_or(blocks, Records::blocks);
        let mut sink = match (&task.target, keep) {
            (Target::Output, true) => Sink::Kept,
            (Target::Output, false) => Sink::Output,
            _ => Sink::Waiting,
        };
        let (mut lines, mut text_out, mut first) = (1, 0, None);
        let mut batch = self.batch(&mut blocks, &mut *input.reader);
        if task.found && batch.blocks.first().is_some_and(|b| b[..b.len().min(SNIFFED)].contains(&0)) {
            report.skipped = true;
            return Ok(());
        }
        // A mark of Unicode alone is no text, and not lost where it means nothing.
        if let Some(block) =
            batch.blocks.first_mut().filter(|b| !encodings.1.has_mark() && b.starts_with(b"\xef\xbb\xbf"))
        {
            block.drain(..3);
        }
        if let (Some(records), Some(block)) = (&mut records, batch.blocks.first()) {
            records.begin(block).map_err(io::Error::other)?;
        }
        let mut done: Vec<Done> = Vec::new();
        loop {
            let ended = batch.blocks.is_empty();
            let (error, batch_is_last) = (batch.error.take(), batch.is_last);
            let (next, written) = rayon::join(
                || {
                    let blocks = batch.blocks.into_par_iter().with_max_len(1);
                    blocks.map(|block| self.convert(job, &block, encodings, records.as_ref())).collect()
                },
                || -> Result<Batch, Trouble> {
                    // In place, an unchanged text of one batch is left alone.
                    report.changed |= done.iter().any(|done| done.changed);
                    let must = task.target != Target::InPlace || report.changed || !ended;
                    if matches!(sink, Sink::Waiting) && must && (ended || !done.is_empty()) {
                        sink = Sink::File(Box::new(create(task, input.metadata.as_ref())?));
                    }
                    for done in &done {
                        if first.is_none() {
                            first = done.first.map(|(at, line)| (report.bytes_in + at as u64, lines + line));
                        }
                        let bytes = done.bytes.as_ref().map_err(|bad| {
                            let (at, name) = (text_out + bad.at, encodings.1.name());
                            let what = bad.char.map_or("a malformed byte".into(), |c| format!("{c} (U+{:04X})", c as u32));
                            let message = format!(
                                "{what} cannot be written in {name}, at byte offset {at} of the result; try --unencodable html"
                            );
                            Trouble::At(lines + bad.line, message)
                        })?;
                        lines += done.lines;
                        text_out += done.len;
                        report.bytes_in += done.read as u64;
                        report.bytes_out += bytes.len() as u64;
                        report.malformed += done.malformed as u64;
                        report.name_bad(&shown(&task.source), &done.bad);
                        report.records += done.records as u64;
                        match &mut sink {
                            Sink::Waiting => {}
                            Sink::File(file) => file.write_all(bytes)?,
                            Sink::Output => {
                                let written = io::stdout().lock().write_all(bytes);
                                written.inspect_err(|_| report.closed = true)?;
                            }
                            Sink::Kept => report.output.extend_from_slice(bytes),
                        }
                    }
                    let no_more = ended || batch_is_last || error.is_some();
                    Ok(if no_more { Batch::default() } else { self.batch(&mut blocks, &mut *input.reader) })
                },
            );
            done = next;
            batch = written?;
            batch.error = error.or(batch.error);
            if ended {
                break;
            }
        }
        if let Some(error) = batch.error {
            let message = input.explain(&error, report.bytes_in);
            // What was whole is worth having; the input stays where it is.
            if let (Sink::File(file), Target::File(_)) = (sink, &task.target) {
                let file = file.end()?;
                file.sync()?;
                file.finish()?;
            }
            return Err(io::Error::new(error.kind(), message).into());
        }
        match sink {
            Sink::File(file) if task.target != Target::InPlace || report.changed => {
                self.finish(task, metadata.as_ref(), file.end()?)?;
            }
            // Flushed here: what standard output does at exit tells nobody of a full disk.
            Sink::Output => io::stdout().lock().flush().inspect_err(|_| report.closed = true)?,
            Sink::File(_) | Sink::Waiting => self.leave(task, metadata.as_ref())?,
            Sink::Kept => {}
        }
        if report.bad > NAMED {
            let more = report.bad - NAMED;
            report.messages.push(format!("{}: {more} more records were passed through", shown(&task.source)));
        }
        if let Some((offset, line)) = first.filter(|_| !self.quiet) {
            let (name, count) = (encodings.0.name(), report.malformed);
            // The place in the file is known only where nothing was decoded.
            let place = match encodings.0 {
                Encoding::Utf8 => format!(", the first at byte offset {offset}"),
                _ => String::new(),
            };
            report.messages.push(format!(
                "{}:{line}: warning: {count} bytes are not {name} and were passed through{place}",
                shown(&task.source),
            ));
        }
        Ok(())
    }

    /// A file that is written takes its place.
    pub(super) fn finish(&self, task: &Task, source: Option<&Metadata>, file: AtomicFile) -> io::Result<()> {
        file.sync()?;
        if let Some(manifest) = self.manifest {
            manifest.add(task, source, &file.metadata()?)?;
        }
        file.finish()
    }

    /// A file stays as it is.
    pub(super) fn leave(&self, task: &Task, source: Option<&Metadata>) -> io::Result<()> {
        match (self.manifest, source) {
            (Some(manifest), Some(source)) => manifest.add(task, Some(source), source),
            _ => Ok(()),
        }
    }

    /// As many blocks as are converted at the same time, fewer at the end.
    fn batch(&self, blocks: &mut Blocks, reader: &mut (dyn Read + Send)) -> Batch {
        let mut batch = Batch::default();
        let mut last = false;
        while batch.blocks.len() < self.width * BLOCKS {
            if let Some(block) = blocks.take(last) {
                batch.blocks.push(block);
            } else if last {
                batch.is_last = true;
                break;
            } else {
                match blocks.read(&mut &mut *reader) {
                    Ok(got) => last = got == 0,
                    // What came before it is whole.
                    Err(error) => (batch.error, last) = (Some(error), true),
                }
            }
        }
        batch
    }

    fn convert(
        &self,
        job: &Job<'_>,
        block: &[u8],
        (from, to): (Encoding, Encoding),
        records: Option<&Records>,
    ) -> Done {
        let (mut count, mut bad) = (0, Vec::new());
        let converted = match records {
            None => job(block),
            Some(records) => {
                let rewritten = records.rewrite(block, job);
                (count, bad) = (rewritten.records, rewritten.bad);
                Cow::Owned(rewritten.bytes)
            }
        };
        let is_same = match &converted {
            Cow::Borrowed(_) => true,
            Cow::Owned(bytes) => bytes == block,
        };
        let (mut malformed, mut first) = (0, None);
        if simdutf8::basic::from_utf8(block).is_err()
            && let Err(error) = std::str::from_utf8(block)
        {
            first = Some((error.valid_up_to(), lines(&block[..error.valid_up_to()])));
            malformed = block.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
            if from != Encoding::Utf8 {
                malformed /= 3;
            }
        }
        let len = converted.len();
        let bytes = match from == Encoding::Utf8 && to == Encoding::Utf8 {
            true => Ok(converted.into_owned()),
            false => encode(&converted, from, to, self.options.unencodable.is_some()),
        };
        Done {
            bytes,
            read: block.len(),
            len,
            lines: lines(block),
            changed: !is_same || from != to,
            malformed,
            records: count,
            bad,
            first,
        }
    }
}

impl Report {
    fn name_bad(&mut self, name: &str, bad: &[BadRecord]) {
        for BadRecord { number, message } in bad {
            if self.bad < NAMED {
                let number = self.records + *number as u64 + 1;
                self.messages.push(format!("{name}: record {number} was passed through: {message}"));
            }
            self.bad += 1;
        }
    }
}

/// The line ends of a text. Short counts are bytes, which the compiler makes vectors
/// of: this is done for every text, and only trouble needs it.
fn lines(text: &[u8]) -> usize {
    let count = |part: &[u8]| part.iter().fold(0u8, |count, b| count + u8::from(*b == b'\n'));
    text.chunks(255).map(|part| usize::from(count(part))).sum()
}

#[derive(Default)]
struct Batch {
    blocks: Vec<Vec<u8>>,
    /// Nothing comes behind these blocks.
    is_last: bool,
    /// What stopped the reading, after these blocks.
    error: Option<io::Error>,
}

/// Begins the text that a task writes, packed if its name says so.
fn create(task: &Task, metadata: Option<&Metadata>) -> io::Result<Writer> {
    let archive = match &task.target {
        Target::File(path) => Archive::of(path),
        _ => Archive::of(&task.source),
    };
    archive.writer(create_file(task, metadata)?)
}

/// Begins the file that a task writes.
pub(super) fn create_file(task: &Task, metadata: Option<&Metadata>) -> io::Result<AtomicFile> {
    let named = |path: &Path, error: io::Error| {
        io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display()))
    };
    let (target, like): (PathBuf, _) = match &task.target {
        // A link stays a link; what it points to is rewritten.
        Target::InPlace => (fs::canonicalize(&task.source)?, metadata.cloned()),
        Target::File(path) => {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(|error| named(folder, error))?;
            }
            let path = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
            let old = fs::metadata(&path).ok();
            if let Some(words) = old.as_ref().and_then(atomic::refusal) {
                return Err(io::Error::other(format!("{} {words}", path.display())));
            }
            (path, old)
        }
        Target::Output => return Err(io::Error::other("standard output is no file")),
    };
    AtomicFile::create(&target, like.as_ref()).map_err(|error| named(&target, error))
}
