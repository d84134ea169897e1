//! One text from its source to its target, block by block: blocks are converted
//! side by side while the next ones are read and the last ones written.

use std::borrow::Cow;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use zhnorm::Blocks;

use super::Job;
use super::atomic::{self, AtomicFile};
use super::walk::{Target, Task, is_standard_input, shown};

/// How many blocks each thread gets at a time: more share the work more evenly,
/// and take more memory.
const BLOCKS: usize = 8;

/// So much of a file that was found shows whether it is text.
const SNIFFED: usize = 8192;

/// What became of a text.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) messages: Vec<String>,
    pub(super) failed: bool,
    /// No text: passed over.
    pub(super) skipped: bool,
    pub(super) changed: bool,
    pub(super) bytes_in: u64,
    pub(super) bytes_out: u64,
    pub(super) malformed: u64,
    /// What is to go to standard output, if it did not go there already.
    pub(super) output: Vec<u8>,
    /// Standard output takes no more.
    pub(super) closed: bool,
}

/// A converted block, and what there is to say about it.
struct Done {
    bytes: Vec<u8>,
    read: usize,
    lines: usize,
    changed: bool,
    malformed: usize,
    /// Where the first malformed byte is, and the lines before it.
    first: Option<(usize, usize)>,
}

/// Where converted blocks go.
enum Sink {
    /// Nothing has to be written yet: the text may stay as it is.
    Waiting,
    File(AtomicFile),
    Output,
    Kept,
}

pub(super) struct Run<'a> {
    pub(super) job: &'a Job<'a>,
    pub(super) blocks: &'a Blocks,
    pub(super) quiet: bool,
    /// Blocks converted at the same time.
    pub(super) width: usize,
    /// Told of every byte that is read.
    pub(super) progress: &'a (dyn Fn(u64) + Sync),
}

impl Run<'_> {
    /// Converts a text. `keep`: what is for standard output is kept in the report.
    pub(super) fn text(&self, task: &Task, keep: bool) -> Report {
        let mut report = Report::default();
        if let Err(error) = self.try_text(task, keep, &mut report) {
            // Whoever read the output has seen enough.
            if report.closed && error.kind() == ErrorKind::BrokenPipe {
                return report;
            }
            report.failed = true;
            let name = if report.closed { "standard output".into() } else { shown(&task.source) };
            report.messages.push(format!("{name}: {error}"));
        }
        report
    }

    fn try_text(&self, task: &Task, keep: bool, report: &mut Report) -> io::Result<()> {
        let mut reader: Box<dyn Read + Send> = match is_standard_input(&task.source) {
            true => Box::new(io::stdin()),
            false => Box::new(File::open(&task.source)?),
        };
        let metadata = fs::metadata(&task.source).ok();
        if let Some(metadata) = &metadata {
            if metadata.is_dir() {
                return Err(ErrorKind::IsADirectory.into());
            }
            let refusal = atomic::refusal(metadata).filter(|_| task.target == Target::InPlace);
            if let Some(words) = refusal {
                return Err(io::Error::other(words));
            }
            if task.target == Target::Output && is_standard_output(metadata) {
                return Err(io::Error::other("is input and output; use --in-place"));
            }
        }
        let mut blocks = self.blocks.clone();
        let mut sink = match (&task.target, keep) {
            (Target::Output, true) => Sink::Kept,
            (Target::Output, false) => Sink::Output,
            _ => Sink::Waiting,
        };
        let (mut lines, mut first) = (1, None);
        let mut batch = self.batch(&mut blocks, &mut *reader);
        if task.found && batch.blocks.first().is_some_and(|b| b[..b.len().min(SNIFFED)].contains(&0)) {
            report.skipped = true;
            return Ok(());
        }
        let mut done: Vec<Done> = Vec::new();
        loop {
            let ended = batch.blocks.is_empty();
            let error = batch.error.take();
            let (next, written) = rayon::join(
                || batch.blocks.into_par_iter().with_max_len(1).map(|block| self.convert(&block)).collect(),
                || -> io::Result<Batch> {
                    // In place, an unchanged text of one batch is left alone.
                    report.changed |= done.iter().any(|done| done.changed);
                    let must = task.target != Target::InPlace || report.changed || !ended;
                    if matches!(sink, Sink::Waiting) && must && (ended || !done.is_empty()) {
                        sink = Sink::File(create(task, metadata.as_ref())?);
                    }
                    for done in &done {
                        if first.is_none() {
                            first = done.first.map(|(at, line)| (report.bytes_in + at as u64, lines + line));
                        }
                        lines += done.lines;
                        report.bytes_in += done.read as u64;
                        report.bytes_out += done.bytes.len() as u64;
                        report.malformed += done.malformed as u64;
                        match &mut sink {
                            Sink::Waiting => {}
                            Sink::File(file) => file.write_all(&done.bytes)?,
                            Sink::Output => {
                                let written = io::stdout().lock().write_all(&done.bytes);
                                written.inspect_err(|_| report.closed = true)?;
                            }
                            Sink::Kept => report.output.extend_from_slice(&done.bytes),
                        }
                    }
                    Ok(if ended || error.is_some() {
                        Batch::default()
                    } else {
                        self.batch(&mut blocks, &mut *reader)
                    })
                },
            );
            done = next;
            batch = written?;
            if let Some(error) = error {
                batch.error = Some(error);
            }
            if ended {
                break;
            }
        }
        if let Some(error) = batch.error {
            return Err(error);
        }
        match sink {
            Sink::File(file) if task.target != Target::InPlace || report.changed => {
                file.sync()?;
                file.finish()?;
            }
            // Flushed here: what standard output does at exit tells nobody of a full disk.
            Sink::Output => io::stdout().lock().flush().inspect_err(|_| report.closed = true)?,
            Sink::File(_) | Sink::Waiting | Sink::Kept => {}
        }
        if let Some((offset, line)) = first.filter(|_| !self.quiet) {
            report.messages.push(format!(
                "{}:{line}: warning: {} bytes are not UTF-8 and were passed through, the first at byte offset {offset}",
                shown(&task.source),
                report.malformed,
            ));
        }
        Ok(())
    }

    /// As many blocks as are converted at the same time, fewer at the end.
    fn batch(&self, blocks: &mut Blocks, reader: &mut (dyn Read + Send)) -> Batch {
        let mut batch = Batch::default();
        let mut last = false;
        while batch.blocks.len() < self.width * BLOCKS {
            if let Some(block) = blocks.take(last) {
                batch.blocks.push(block);
            } else if last {
                break;
            } else {
                match blocks.read(&mut &mut *reader) {
                    Ok(got) => {
                        (self.progress)(got as u64);
                        last = got == 0;
                    }
                    // What came before it is whole.
                    Err(error) => (batch.error, last) = (Some(error), true),
                }
            }
        }
        batch
    }

    fn convert(&self, block: &[u8]) -> Done {
        let converted = (self.job)(block);
        let changed = match &converted {
            Cow::Borrowed(_) => false,
            Cow::Owned(bytes) => bytes != block,
        };
        let lines = |bytes: &[u8]| bytes.iter().filter(|b| **b == b'\n').count();
        let (mut malformed, mut first) = (0, None);
        if let Err(error) = std::str::from_utf8(block) {
            first = Some((error.valid_up_to(), lines(&block[..error.valid_up_to()])));
            malformed = block.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
        }
        let (read, lines) = (block.len(), lines(block));
        Done { bytes: converted.into_owned(), read, lines, changed, malformed, first }
    }
}

#[derive(Default)]
struct Batch {
    blocks: Vec<Vec<u8>>,
    /// What stopped the reading, after these blocks.
    error: Option<io::Error>,
}

/// Begins the file that a task writes.
fn create(task: &Task, metadata: Option<&Metadata>) -> io::Result<AtomicFile> {
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

#[cfg(unix)]
fn is_standard_output(source: &Metadata) -> bool {
    use std::os::fd::AsFd;
    use std::os::unix::fs::MetadataExt;
    let output = io::stdout().as_fd().try_clone_to_owned().and_then(|fd| File::from(fd).metadata());
    source.is_file()
        && output.is_ok_and(|o| o.is_file() && (o.dev(), o.ino()) == (source.dev(), source.ino()))
}

#[cfg(not(unix))]
fn is_standard_output(_: &Metadata) -> bool {
    false
}
