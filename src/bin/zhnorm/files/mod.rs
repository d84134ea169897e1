//! Files in, files out: what to read, where to write, on how many threads. Knows
//! no conversion: a text's blocks go through a job.

mod archive;
mod atomic;
#[cfg_attr(not(feature = "parquet"), path = "no_columns.rs")]
mod columns;
mod encoding;
mod input;
mod options;
mod process;
mod resume;
mod summary;
mod text;
mod walk;

use std::borrow::Cow;
use std::fs;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rayon::prelude::*;
use zhnorm::Blocks;

use atomic::AtomicFile;
pub(crate) use options::Options;
use process::{Report, Run};
use resume::Manifest;
use summary::{Progress, Summary};
pub(crate) use text::Text;
use walk::{Plan, Target, Task};

/// Trouble: an argument, a file, or the output.
pub(crate) const TROUBLE: u8 = 2;

/// What is done to a block of text.
pub(crate) type Job<'a> = dyn Fn(&[u8]) -> Cow<'_, [u8]> + Sync + 'a;

/// What is done to text, and to text with tags, which is one block.
#[derive(Clone, Copy)]
pub(crate) struct Jobs<'a> {
    pub(crate) text: &'a Job<'a>,
    pub(crate) html: &'a Job<'a>,
    pub(crate) blocks: &'a Blocks,
}

/// A file up to this length is one piece of work; a larger one is shared.
const LARGE: u64 = 4 << 20;
/// A file up to this length is one block, no work for two.
const SHORT: u64 = 256 << 10;
/// As much work is handed out at once, so that reports come in time and in order.
const HANDED_OUT: (usize, u64) = (1024, 32 << 20);

/// What must be the same for an interrupted run to be continued.
type Fingerprint<'a> = dyn Fn() -> String + 'a;

/// Runs a job over all that `paths` name.
pub(crate) fn run(
    options: &Options,
    (paths, fingerprint): (&[PathBuf], &Fingerprint<'_>),
    quiet: bool,
    jobs: Jobs<'_>,
) -> ExitCode {
    match try_run(options, (paths, fingerprint), quiet, jobs) {
        Ok(false) => ExitCode::SUCCESS,
        Ok(true) => ExitCode::from(TROUBLE),
        Err(message) => {
            report(&message);
            ExitCode::from(TROUBLE)
        }
    }
}

/// Writes a file that is no result, and is there as a whole or not at all.
pub(crate) fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let old = fs::metadata(&path).ok();
    if let Some(words) = old.as_ref().and_then(atomic::refusal) {
        return Err(io::Error::other(words));
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = BufWriter::new(AtomicFile::create(&path, old.as_ref())?);
    write(&mut file)?;
    let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync()?;
    file.finish()
}

/// Whether anything failed; `Err` if nothing could be begun.
fn try_run(
    options: &Options,
    (paths, fingerprint): (&[PathBuf], &Fingerprint<'_>),
    quiet: bool,
    jobs: Jobs<'_>,
) -> Result<bool, String> {
    let plan = Plan::new(options, paths)?;
    let manifest = options.manifest(paths).map(|path| Manifest::open(&path, &fingerprint())).transpose()?;
    // This thread is one of them: for a short text it takes longer to begin one.
    let is_short = is_short(&plan.tasks);
    let threads = if is_short { 1 } else { options.threads.map_or(0, usize::from) };
    if !is_short {
        keep_freed_memory();
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).use_current_thread().build();
    let pool = pool.map_err(|error| error.to_string())?;
    let progress = Progress::new(&plan.tasks, quiet);
    for trouble in &plan.troubles {
        progress.report(trouble);
    }
    let run = Run {
        options,
        jobs,
        quiet,
        width: pool.current_num_threads(),
        progress: &|bytes| progress.add(bytes),
        manifest: manifest.as_ref(),
    };
    let mut summary = Summary::default();
    summary.failed += plan.troubles.len();
    pool.install(|| all(&run, &plan.tasks, &progress, &mut summary));
    progress.finish();
    if let Some(manifest) = manifest.filter(|_| summary.failed == 0) {
        manifest.remove();
    }
    if options.stats {
        let _ = writeln!(io::stderr(), "{}", summary.json());
    }
    Ok(summary.failed > 0 || summary.bad > 0)
}

/// Runs all tasks, in order as far as anybody can see.
fn all(run: &Run<'_>, tasks: &[Task], progress: &Progress, summary: &mut Summary) {
    let mut rest = tasks;
    while let Some(first) = rest.first() {
        let reports = if is_shared(first) {
            rest = &rest[1..];
            vec![run.text(first, false)]
        } else {
            let (mut count, mut len) = (0, 0);
            while count < HANDED_OUT.0 && len < HANDED_OUT.1 && rest.get(count).is_some_and(|t| !is_shared(t))
            {
                len += rest[count].len;
                count += 1;
            }
            let (now, later) = rest.split_at(count);
            rest = later;
            let alone = Run { width: 1, ..*run };
            now.par_iter().with_max_len(1).map(|task| alone.text(task, true)).collect()
        };
        for mut each in reports {
            let is_open = tell(&mut each, progress);
            summary.add(&each);
            if !is_open {
                return;
            }
        }
    }
}

/// Lets the allocator keep what blocks leave for those that come next. glibc, by itself, gave
/// it back and asked for it again, each time as cleared pages: a sixth of the time of `t2s`.
/// It keeps twice as much as the largest piece that it once gave back, up to 32 MiB, so it is
/// made to give back one, which nothing touches. Other allocators do not mind.
fn keep_freed_memory() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(1 << 24)));
}

/// Whether there is only one text, known to be one block.
fn is_short(tasks: &[Task]) -> bool {
    matches!(tasks, [one] if !is_shared(one) && unpacked(one) <= SHORT)
}

/// Whether a text is large enough that threads share it, or may be.
fn is_shared(task: &Task) -> bool {
    unpacked(task) > LARGE
        || walk::is_standard_input(&task.source)
        || task.target == Target::Output && task.len == 0
}

/// The length of a text, or a guess where it is packed.
fn unpacked(task: &Task) -> u64 {
    let packed = archive::Archive::of(&task.source) != archive::Archive::None;
    if packed { task.len * 16 } else { task.len }
}

/// Writes what a text has for standard output and standard error; whether
/// standard output takes more.
fn tell(each: &mut Report, progress: &Progress) -> bool {
    for message in &each.messages {
        progress.report(message);
    }
    if each.closed || each.output.is_empty() {
        return !each.closed;
    }
    let mut output = io::stdout().lock();
    match output.write_all(&each.output).and_then(|()| output.flush()) {
        Ok(()) => true,
        // Whoever read the output has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => false,
        Err(error) => {
            progress.report(&format!("standard output: {error}"));
            each.failed = true;
            false
        }
    }
}

pub(crate) fn report(message: &str) {
    // Colours at a terminal only, and not under NO_COLOR, as clap has it.
    let style = clap::builder::styling::AnsiColor::Red.on_default().bold();
    // Standard error may be closed; there is nobody left to tell.
    let _ = writeln!(anstream::stderr(), "{style}zhnorm:{style:#} {message}");
}

impl Options {
    /// Where it is noted which files are done.
    fn manifest(&self, paths: &[PathBuf]) -> Option<PathBuf> {
        if let Some(named) = self.resume.as_ref()? {
            return Some(named.clone());
        }
        let folder = match (&self.output, paths) {
            (Some(output), _) => output.as_path(),
            (None, [path]) if path.is_dir() => path,
            _ => Path::new("."),
        };
        Some(folder.join(".zhnorm-resume"))
    }
}
