//! Which files of an interrupted run are done. Knows no conversion.
//!
//! A line is added before a file takes its place, with what the new file will be
//! known by; so a run that is killed at any moment is told from one that was not:
//! the file at the target is that one, or it is not.

use std::collections::HashMap;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use super::walk::{Target, Task};

pub(super) struct Manifest {
    path: PathBuf,
    /// For each target: the source's identity, then the result's.
    done: HashMap<String, String>,
    file: Mutex<File>,
}

/// What tells a file from every other and from itself after a change.
fn identity(metadata: &Metadata) -> String {
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(metadata);
    #[cfg(not(unix))]
    let number = 0;
    format!("{number}:{}:{}", metadata.len(), modified.unwrap_or_default().as_nanos())
}

/// The name of a task's target; on one line, whatever it holds.
fn key(task: &Task) -> Option<String> {
    match &task.target {
        Target::Output => None,
        Target::File(path) => Some(format!("{path:?}")),
        Target::InPlace => Some(format!("{:?}", task.source)),
    }
}

fn identities(task: &Task, source: Option<&Metadata>, result: &Metadata) -> String {
    // In place the source is gone when the result is there.
    let source = source.filter(|_| task.target != Target::InPlace).map(identity);
    format!("{} {}", source.unwrap_or_else(|| "-".into()), identity(result))
}

impl Manifest {
    /// Opens a manifest or begins one. `run`: what must be the same for a run to
    /// be continued.
    pub(super) fn open(path: &Path, run: &str) -> Result<Self, String> {
        let named = |error: io::Error| format!("{}: {error}", path.display());
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(named)?;
        }
        let head = format!("zhnorm-resume {run}\n");
        let old = fs::read_to_string(path).unwrap_or_default();
        let file = OpenOptions::new().create(true).append(true).open(path).map_err(named)?;
        let mut manifest = Self { path: path.to_owned(), done: HashMap::new(), file: Mutex::new(file) };
        // A line that was cut short is of a file that is not in its place.
        let whole = &old[..old.rfind('\n').map_or(0, |end| end + 1)];
        match whole.strip_prefix(&head) {
            Some(lines) => {
                for line in lines.lines() {
                    let mut parts = line.splitn(3, ' ');
                    if let (Some(source), Some(result), Some(key)) =
                        (parts.next(), parts.next(), parts.next())
                    {
                        manifest.done.insert(key.into(), format!("{source} {result}"));
                    }
                }
                let tail = if whole.len() < old.len() { "\n" } else { "" };
                manifest.append(tail).map_err(named)?;
            }
            None if whole.is_empty() => {
                // Nothing, or a first line that was cut short.
                fs::write(path, "").and_then(|()| manifest.append(&head)).map_err(named)?;
            }
            None => {
                return Err(format!(
                    "{}: is of a run with other options; finish that, or remove the file to begin anew",
                    path.display()
                ));
            }
        }
        Ok(manifest)
    }

    fn append(&self, line: &str) -> io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(line.as_bytes())?;
        file.sync_data()
    }

    /// Whether a task is done and nothing has changed since.
    pub(super) fn has(&self, task: &Task, source: Option<&Metadata>) -> bool {
        let Some(done) = key(task).and_then(|key| self.done.get(&key)) else {
            return false;
        };
        let target = match &task.target {
            Target::File(path) => path,
            _ => &task.source,
        };
        fs::metadata(target).is_ok_and(|result| *done == identities(task, source, &result))
    }

    /// Notes that a task's result is about to take its place.
    pub(super) fn add(&self, task: &Task, source: Option<&Metadata>, result: &Metadata) -> io::Result<()> {
        match key(task) {
            Some(key) => self.append(&format!("{} {key}\n", identities(task, source, result))),
            None => Ok(()),
        }
    }

    /// All is done: there is nothing to continue.
    pub(super) fn remove(&self) {
        let _ = fs::remove_file(&self.path);
    }
}
