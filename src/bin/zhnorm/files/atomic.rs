//! A file that is there with all its content, or as it was before. Knows nothing
//! of what is written.
//!
//! The result goes to a file beside the target, named after it, and takes its
//! place by a rename. What a killed run left behind has that name too: the next
//! run for the same target removes it. A lock tells a dead run from a live one.

use std::collections::BTreeSet;
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

/// Files that an interrupted run must remove.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn unfinished() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Without a handler Ctrl-C would leave the file that is being written. A run that writes
/// none does without: a handler has a thread of its own.
fn handle_interrupts() {
    static HANDLER: Once = Once::new();
    HANDLER.call_once(|| {
        let _ = ctrlc::set_handler(|| abandon(130));
    });
}

/// Removes what is not finished and ends the program, as on Ctrl-C.
fn abandon(status: i32) -> ! {
    // Held to the end: no other file is begun.
    let files = unfinished();
    for path in files.iter() {
        let _ = fs::remove_file(path);
    }
    std::process::exit(status)
}

/// A file being written.
pub(super) struct AtomicFile {
    file: File,
    beside: PathBuf,
    target: PathBuf,
    done: bool,
}

impl AtomicFile {
    /// Begins a file in place of `target`. `like`: what it replaces, whose mode
    /// and owner it takes.
    pub(super) fn create(target: &Path, like: Option<&Metadata>) -> io::Result<Self> {
        let mut name = std::ffi::OsString::from(".");
        name.push(target.file_name().ok_or_else(|| io::Error::from(ErrorKind::IsADirectory))?);
        name.push(".zhnorm");
        let beside = target.with_file_name(name);
        handle_interrupts();
        unfinished().insert(beside.clone());
        match Self::locked(&beside) {
            Ok(file) => {
                let new = Self { file, beside, target: target.to_owned(), done: false };
                if let Some(like) = like {
                    new.take_after(like)?;
                }
                Ok(new)
            }
            Err(error) => {
                unfinished().remove(&beside);
                Err(error)
            }
        }
    }

    fn locked(beside: &Path) -> io::Result<File> {
        let busy = || io::Error::new(ErrorKind::ResourceBusy, "another run of zhnorm is writing it");
        loop {
            // Never follows a link that somebody put there.
            match OpenOptions::new().write(true).create_new(true).open(beside) {
                Ok(file) => {
                    match file.try_lock() {
                        Err(TryLockError::WouldBlock) => return Err(busy()),
                        // A file system without locks: then nobody can tell.
                        Err(TryLockError::Error(_)) | Ok(()) => {}
                    }
                    // A run that saw it before it was locked may have removed it.
                    return if is_at(&file, beside) { Ok(file) } else { Err(busy()) };
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    if !fs::symlink_metadata(beside)?.is_file() {
                        return Err(error);
                    }
                    let old = File::open(beside)?;
                    if matches!(old.try_lock(), Err(TryLockError::WouldBlock)) {
                        return Err(busy());
                    }
                    fs::remove_file(beside)?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    #[cfg(unix)]
    fn take_after(&self, like: &Metadata) -> io::Result<()> {
        use std::os::unix::fs::{MetadataExt, fchown};
        let own = self.file.metadata()?;
        if (own.uid(), own.gid()) != (like.uid(), like.gid()) {
            fchown(&self.file, Some(like.uid()), Some(like.gid())).map_err(|error| {
                let words = format!("its owner and group cannot be kept ({error}); write elsewhere with -o");
                io::Error::new(error.kind(), words)
            })?;
        }
        self.file.set_permissions(like.permissions())
    }

    #[cfg(not(unix))]
    fn take_after(&self, like: &Metadata) -> io::Result<()> {
        self.file.set_permissions(like.permissions())
    }

    /// What the file is known by, before and after it takes its place.
    pub(super) fn metadata(&self) -> io::Result<Metadata> {
        self.file.metadata()
    }

    /// Makes sure that all is on the disk. Called before [`Self::finish`].
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    /// Takes the target's place.
    pub(super) fn finish(mut self) -> io::Result<()> {
        fs::rename(&self.beside, &self.target)?;
        self.done = true;
        // The name is as lasting as the content.
        #[cfg(unix)]
        if let Some(folder) = self.target.parent() {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            // A file system that cannot is no reason to fail.
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
        }
        Ok(())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if !self.done {
            let _ = fs::remove_file(&self.beside);
        }
        unfinished().remove(&self.beside);
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |m: &Metadata| (m.dev(), m.ino());
    matches!((file.metadata(), fs::symlink_metadata(path)), (Ok(a), Ok(b)) if id(&a) == id(&b))
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.is_file()
}

/// Why a file must not be replaced, if so.
pub(super) fn refusal(metadata: &Metadata) -> Option<String> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let links = metadata.nlink();
        if links > 1 {
            return Some(format!(
                "has {links} hard links, and a new file would part them; write elsewhere with -o"
            ));
        }
    }
    if !metadata.is_file() {
        return Some("is no regular file; write elsewhere with -o".into());
    }
    metadata
        .permissions()
        .readonly()
        .then(|| "is read-only; make it writable, or write elsewhere with -o".into())
}
