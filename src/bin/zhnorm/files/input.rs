//! A source as the UTF-8 it holds: opened, unpacked, decoded.

use std::fs::{self, File, Metadata};
use std::io::{self, Cursor, ErrorKind, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::archive::{Archive, Counted};
use super::atomic;
use super::encoding::{Decode, Encoding, Wanted};
use super::walk::{Target, Task, is_standard_input};

/// The beginning of a text by which its encoding is found out.
const SNIFFED: u64 = 1 << 18;

pub(super) struct Input<'a> {
    pub(super) reader: Box<dyn Read + Send + 'a>,
    pub(super) encoding: Encoding,
    pub(super) archive: Archive,
    pub(super) metadata: Option<Metadata>,
    /// Bytes of the file that were read.
    count: Arc<AtomicU64>,
}

impl<'a> Input<'a> {
    pub(super) fn open(task: &Task, wanted: Wanted, progress: &'a (dyn Fn(u64) + Sync)) -> io::Result<Self> {
        let count = Arc::new(AtomicU64::new(0));
        if is_standard_input(&task.source) {
            let inner = Counted { inner: io::stdin(), count: count.clone(), progress };
            let (reader, encoding) = decoded(Box::new(inner), wanted)?;
            return Ok(Self { reader, encoding, archive: Archive::None, metadata: None, count });
        }
        let file = File::open(&task.source)?;
        let metadata = fs::metadata(&task.source)?;
        if metadata.is_dir() {
            return Err(ErrorKind::IsADirectory.into());
        }
        let refusal = atomic::refusal(&metadata).filter(|_| task.target == Target::InPlace);
        if let Some(words) = refusal {
            return Err(io::Error::other(words));
        }
        if task.target == Target::Output && is_standard_output(&metadata) {
            return Err(io::Error::other("is input and output; use --in-place"));
        }
        let archive = Archive::of(&task.source);
        let inner = archive.reader(Counted { inner: file, count: count.clone(), progress })?;
        let (reader, encoding) = decoded(inner, wanted)?;
        Ok(Self { reader, encoding, archive, metadata: Some(metadata), count })
    }

    /// What to say of an error in reading, after so much text.
    pub(super) fn explain(&self, error: &io::Error, read: u64) -> String {
        let at = self.count.load(Ordering::Relaxed);
        match self.archive {
            Archive::None => error.to_string(),
            _ => format!(
                "the archive is damaged or cut short at byte offset {at}, after {read} bytes of text: {error}"
            ),
        }
    }
}

fn decoded<'r>(
    mut inner: Box<dyn Read + Send + 'r>,
    wanted: Wanted,
) -> io::Result<(Box<dyn Read + Send + 'r>, Encoding)> {
    let encoding = match wanted {
        Wanted::Named(encoding) => encoding,
        Wanted::Auto => {
            let mut start = Vec::new();
            // What an archive cannot give is said when the text gets there.
            let end = inner.by_ref().take(SNIFFED).read_to_end(&mut start).err();
            let encoding = Encoding::detect(&start);
            let rest = Rest { error: end, inner };
            inner = Box::new(Cursor::new(start).chain(rest));
            encoding
        }
    };
    Ok(match encoding {
        Encoding::Utf8 => (inner, encoding),
        _ => (Box::new(Decode::new(inner, encoding)), encoding),
    })
}

/// What comes after the beginning, or the error that came in it.
struct Rest<R> {
    error: Option<io::Error>,
    inner: R,
}

impl<R: Read> Read for Rest<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.error.take().map_or_else(|| self.inner.read(buffer), Err)
    }
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
