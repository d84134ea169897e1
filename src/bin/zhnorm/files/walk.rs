//! From paths on the command line to files to read and places to write. Reads no
//! file.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use ignore::overrides::OverrideBuilder;

use super::Options;

/// One text to read, and where it goes.
#[derive(Clone, Debug)]
pub(super) struct Task {
    /// `-` is standard input.
    pub(super) source: PathBuf,
    pub(super) target: Target,
    /// Found in a folder, not named: passed over where it is no text.
    pub(super) found: bool,
    /// The file's length, 0 where it is not known.
    pub(super) len: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Output,
    File(PathBuf),
    InPlace,
}

impl Task {
    /// How the source is called in messages.
    pub(super) fn name(&self) -> String {
        shown(&self.source)
    }
}

/// What there is to do, and what could not be found.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) tasks: Vec<Task>,
    pub(super) troubles: Vec<String>,
}

pub(super) fn is_standard_input(path: &Path) -> bool {
    path == Path::new("-")
}

/// How a path is shown.
pub(super) fn shown(path: &Path) -> String {
    if is_standard_input(path) { "standard input".into() } else { path.display().to_string() }
}

impl Plan {
    /// Files of folders come in the order of their names, so that a run can be
    /// told from the paths alone. `Err`: the command line makes no sense.
    pub(super) fn new(options: &Options, paths: &[PathBuf]) -> Result<Self, String> {
        let mut plan = Self::default();
        if options.in_place && (paths.is_empty() || paths.iter().any(|p| is_standard_input(p))) {
            return Err("--in-place needs files: standard input has no place".into());
        }
        let standard_input = [PathBuf::from("-")];
        let paths = if paths.is_empty() { &standard_input } else { paths };
        let alone = paths.len() == 1;
        let is_tree = !alone || paths[0].is_dir();
        for path in paths {
            if is_standard_input(path) || !path.is_dir() {
                let target = match &options.output {
                    Some(out) => Target::File(Self::place(out, path, is_tree)?),
                    None if options.in_place => Target::InPlace,
                    None => Target::Output,
                };
                plan.add(path.clone(), target, false);
                continue;
            }
            // A single folder's content goes into the output; of several, each
            // goes under its own name.
            let out = options.output.as_ref().map(|out| match path.file_name() {
                Some(name) if !alone => out.join(name),
                _ => out.clone(),
            });
            plan.walk(options, path, out.as_deref())?;
        }
        plan.check(options)?;
        Ok(plan)
    }

    /// Where a single file goes.
    fn place(out: &Path, path: &Path, is_tree: bool) -> Result<PathBuf, String> {
        let is_folder = is_tree || out.is_dir() || out.to_string_lossy().ends_with(std::path::is_separator);
        match path.file_name() {
            Some(name) if is_folder && !is_standard_input(path) => Ok(out.join(name)),
            _ if is_folder => Err(format!("{}: cannot go into a folder, it has no name", shown(path))),
            _ => Ok(out.to_owned()),
        }
    }

    fn walk(&mut self, options: &Options, folder: &Path, out: Option<&Path>) -> Result<(), String> {
        let mut builder = WalkBuilder::new(folder);
        // A folder need not be a repository to have its .gitignore meant.
        builder.require_git(false).sort_by_file_name(Ord::cmp);
        // A link out of the folder is read, but what it points to is not rewritten.
        builder.follow_links(!options.in_place);
        if !options.glob.is_empty() {
            let mut globs = OverrideBuilder::new(folder);
            for glob in &options.glob {
                globs.add(glob).map_err(|e| e.to_string())?;
            }
            builder.overrides(globs.build().map_err(|e| e.to_string())?);
        }
        // What this very run writes is not its input.
        let there = |path: &Option<PathBuf>| path.as_ref().and_then(|path| fs::canonicalize(path).ok());
        let (output, report) = (there(&options.output), there(&options.report));
        builder.filter_entry(move |entry| {
            let written = if entry.path().is_dir() { &output } else { &report };
            written.is_none() || fs::canonicalize(entry.path()).ok() != *written
        });
        for entry in builder.build() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.troubles.push(error.to_string());
                    continue;
                }
            };
            if !entry.file_type().is_some_and(|kind| kind.is_file()) {
                continue;
            }
            let path = entry.into_path();
            let target = match out {
                Some(out) => Target::File(out.join(path.strip_prefix(folder).unwrap_or(&path))),
                None if options.in_place => Target::InPlace,
                None => Target::Output,
            };
            self.add(path, target, true);
        }
        Ok(())
    }

    fn add(&mut self, source: PathBuf, target: Target, found: bool) {
        let len = fs::metadata(&source).map_or(0, |m| m.len());
        self.tasks.push(Task { source, target, found, len });
    }

    /// No file is written twice, and none that is read.
    fn check(&mut self, options: &Options) -> Result<(), String> {
        if let Some(report) = &options.report {
            let there = fs::canonicalize(report).ok();
            let is_read = |task: &Task| there.is_some() && fs::canonicalize(&task.source).ok() == there;
            if self.tasks.iter().any(is_read) {
                return Err(format!("{}: is input and report", report.display()));
            }
            if self.tasks.iter().any(|task| task.target == Target::File(report.clone())) {
                return Err(format!("{}: is output and report", report.display()));
            }
        }
        let mut written = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let has_targets = self.tasks.iter().any(|task| matches!(task.target, Target::File(_)));
        let sources = self.tasks.iter().filter(|_| has_targets);
        let sources: BTreeSet<PathBuf> =
            sources.filter_map(|task| fs::canonicalize(&task.source).ok()).collect();
        for task in &self.tasks {
            let Target::File(target) = &task.target else {
                continue;
            };
            if !written.insert(target.clone()) {
                return Err(format!("{}: two inputs would be written there", target.display()));
            }
            if fs::canonicalize(target).is_ok_and(|target| sources.contains(&target)) {
                return Err(format!("{}: is input and output; use --in-place", target.display()));
            }
        }
        // A file that is named twice, or through a link, is rewritten once.
        self.tasks.retain(|task| {
            task.target != Target::InPlace
                || fs::canonicalize(&task.source).map_or(true, |path| seen.insert(path))
        });
        Ok(())
    }
}
