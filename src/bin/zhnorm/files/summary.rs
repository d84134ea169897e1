//! What a run says of itself: a bar while it goes on, figures at its end.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::process::Report;
use super::walk::Task;

/// Work that is done sooner needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar on standard error, at a terminal, for work that takes its time.
pub(super) struct Progress {
    bar: OnceLock<ProgressBar>,
    total: u64,
    done: AtomicU64,
    begun: Instant,
    quiet: bool,
}

impl Progress {
    pub(super) fn new(tasks: &[Task], quiet: bool) -> Self {
        let total = tasks.iter().map(|task| task.len).sum();
        let (bar, done) = Default::default();
        Self { bar, total, done, begun: Instant::now(), quiet }
    }

    pub(super) fn add(&self, bytes: u64) {
        let done = self.done.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if !self.quiet && self.begun.elapsed() > PATIENCE {
            self.bar.get_or_init(|| self.begin(done)).set_position(done);
        }
    }

    fn begin(&self, done: u64) -> ProgressBar {
        let bar = if self.total > 0 { ProgressBar::new(self.total) } else { ProgressBar::no_length() };
        bar.set_draw_target(ProgressDrawTarget::hidden());
        let style = "{bar:30} {decimal_bytes} of {decimal_total_bytes}, {decimal_bytes_per_sec}, {eta} left";
        if let Some(style) = ProgressStyle::with_template(style).ok().filter(|_| self.total > 0) {
            bar.set_style(style);
        }
        bar.set_position(done);
        // All until now was not done in this moment.
        bar.reset_eta();
        // Draws nothing where standard error is no terminal.
        bar.set_draw_target(ProgressDrawTarget::stderr());
        bar
    }

    pub(super) fn report(&self, message: &str) {
        match self.bar.get() {
            Some(bar) => bar.suspend(|| super::report(message)),
            None => super::report(message),
        }
    }

    pub(super) fn finish(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

/// The figures of a run.
#[derive(Debug, Default)]
pub(super) struct Summary {
    files: usize,
    changed: usize,
    skipped: usize,
    pub(super) failed: usize,
    bytes_in: u64,
    bytes_out: u64,
    malformed: u64,
    records: u64,
    pub(super) bad: u64,
}

impl Summary {
    pub(super) fn add(&mut self, report: &Report) {
        self.files += usize::from(!report.skipped && !report.failed);
        self.changed += usize::from(report.changed && !report.failed);
        self.skipped += usize::from(report.skipped);
        self.failed += usize::from(report.failed);
        self.bytes_in += report.bytes_in;
        self.bytes_out += report.bytes_out;
        self.malformed += report.malformed;
        self.records += report.records;
        self.bad += report.bad;
    }

    /// Nothing but numbers, and none that differs from run to run.
    pub(super) fn json(&self) -> String {
        let Self { files, changed, skipped, failed, bytes_in, bytes_out, malformed, records, bad } = self;
        format!(
            "{{\"files\":{files},\"changed\":{changed},\"skipped\":{skipped},\"failed\":{failed},\
             \"bytes_in\":{bytes_in},\"bytes_out\":{bytes_out},\"malformed_bytes\":{malformed},\
             \"records\":{records},\"bad_records\":{bad}}}"
        )
    }
}
