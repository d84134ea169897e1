//! Files in, files out: what to read, where to write, on how many threads. Knows
//! no conversion: a text's blocks go through a job.

mod atomic;
mod process;
mod walk;

use std::borrow::Cow;
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use rayon::prelude::*;
use zhnorm::Blocks;

use process::{Report, Run};
use walk::{Plan, Target, Task};

/// Trouble: an argument, a file, or the output.
pub(crate) const TROUBLE: u8 = 2;

/// What is done to a block of text.
pub(crate) type Job<'a> = dyn Fn(&[u8]) -> Cow<'_, [u8]> + Sync + 'a;

/// A file up to this length is one piece of work; a larger one is shared.
const LARGE: u64 = 4 << 20;
/// As much work is handed out at once, so that reports come in time and in order.
const HANDED_OUT: (usize, u64) = (1024, 32 << 20);

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Options {
    /// Write here: for one file a file, for folders and several files a folder
    /// with the same tree in it
    #[arg(long, short, value_name = "PATH", conflicts_with = "in_place")]
    pub(crate) output: Option<PathBuf>,

    /// Rewrite the files that change; one is there as it was or as it should
    /// be, never half
    #[arg(long, short)]
    pub(crate) in_place: bool,

    /// In folders, only files that match, or with a leading `!` no files that
    /// match; may be repeated
    #[arg(long, short, value_name = "GLOB")]
    pub(crate) glob: Vec<String>,

    /// How many threads work [default: one for each core]
    #[arg(long, short = 'j', value_name = "N")]
    pub(crate) threads: Option<std::num::NonZeroUsize>,
}

/// Runs a job over all that `paths` name.
pub(crate) fn run(
    options: &Options,
    paths: &[PathBuf],
    quiet: bool,
    job: &Job<'_>,
    blocks: &Blocks,
) -> ExitCode {
    let plan = match Plan::new(options, paths) {
        Ok(plan) => plan,
        Err(message) => {
            report(&message);
            return ExitCode::from(TROUBLE);
        }
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads.map_or(0, usize::from)).build();
    let pool = match pool {
        Ok(pool) => pool,
        Err(error) => {
            report(&error.to_string());
            return ExitCode::from(TROUBLE);
        }
    };
    // Without a handler Ctrl-C would leave the file that is being written.
    let _ = ctrlc::set_handler(|| atomic::abandon(130));
    for trouble in &plan.troubles {
        report(trouble);
    }
    let run = Run { job, blocks, quiet, width: pool.current_num_threads(), progress: &|_| {} };
    let failed = pool.install(|| all(&run, &plan.tasks)) || !plan.troubles.is_empty();
    if failed { ExitCode::from(TROUBLE) } else { ExitCode::SUCCESS }
}

/// What `paths` name, and what could not be found: for what only reads.
pub(crate) fn sources(options: &Options, paths: &[PathBuf]) -> Result<(Vec<PathBuf>, Vec<String>), String> {
    let plan = Plan::new(options, paths)?;
    Ok((plan.tasks.into_iter().map(|task| task.source).collect(), plan.troubles))
}

/// Runs all tasks, in order as far as anybody can see; whether one failed.
fn all(run: &Run<'_>, tasks: &[Task]) -> bool {
    let mut failed = false;
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
        for each in reports {
            let is_open = tell(&each, &mut failed);
            if !is_open {
                return failed;
            }
        }
    }
    failed
}

/// Whether a text is large enough that threads share it, or may be.
fn is_shared(task: &Task) -> bool {
    task.len > LARGE
        || walk::is_standard_input(&task.source)
        || task.target == Target::Output && task.len == 0
}

/// Writes what a text has for standard output and standard error; whether
/// standard output takes more.
fn tell(each: &Report, failed: &mut bool) -> bool {
    *failed |= each.failed;
    for message in &each.messages {
        report(message);
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
            report(&format!("standard output: {error}"));
            *failed = true;
            false
        }
    }
}

pub(crate) fn report(message: &str) {
    // Standard error may be closed; there is nobody left to tell.
    let _ = writeln!(io::stderr(), "zhnorm: {message}");
}
