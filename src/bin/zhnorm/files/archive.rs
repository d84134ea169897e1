//! Compressed files, known by their names' endings: read and written.

use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::atomic::AtomicFile;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Archive {
    None,
    Gzip,
    Zstd,
    Xz,
}

impl Archive {
    pub(super) fn of(path: &Path) -> Self {
        match path.extension().map(|e| e.to_ascii_lowercase()) {
            Some(e) if e == "gz" => Self::Gzip,
            Some(e) if e == "zst" => Self::Zstd,
            Some(e) if e == "xz" => Self::Xz,
            _ => Self::None,
        }
    }

    /// What is inside, however many members the archive has.
    pub(super) fn reader<'r>(self, inner: impl Read + Send + 'r) -> io::Result<Box<dyn Read + Send + 'r>> {
        Ok(match self {
            Self::None => Box::new(inner),
            Self::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::new(inner))),
            Self::Zstd => Box::new(zstd::Decoder::new(inner)?),
            // The decoder asks for single bytes.
            Self::Xz => Box::new(lzma_rust2::XzReader::new(BufReader::new(inner), true)),
        })
    }

    pub(super) fn writer(self, file: AtomicFile) -> io::Result<Writer> {
        Ok(match self {
            Self::None => Writer::Plain(file),
            Self::Gzip => Writer::Gzip(flate2::write::GzEncoder::new(file, flate2::Compression::default())),
            // With a checksum, as the command zstd writes it.
            Self::Zstd => {
                let mut encoder = zstd::Encoder::new(file, zstd::DEFAULT_COMPRESSION_LEVEL)?;
                encoder.include_checksum(true)?;
                Writer::Zstd(encoder)
            }
            // The level of the command xz.
            Self::Xz => {
                let options = lzma_rust2::XzOptions::with_preset(6);
                Writer::Xz(Box::new(lzma_rust2::XzWriter::new(BufWriter::new(file), options)?))
            }
        })
    }
}

/// A file being written, compressed or not.
pub(super) enum Writer {
    Plain(AtomicFile),
    Gzip(flate2::write::GzEncoder<AtomicFile>),
    Zstd(zstd::Encoder<'static, AtomicFile>),
    Xz(Box<lzma_rust2::XzWriter<BufWriter<AtomicFile>>>),
}

impl Writer {
    pub(super) fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.write_all(bytes),
            Self::Gzip(encoder) => encoder.write_all(bytes),
            Self::Zstd(encoder) => encoder.write_all(bytes),
            Self::Xz(encoder) => encoder.write_all(bytes),
        }
    }

    /// Ends the archive; the file still has to take its place.
    pub(super) fn end(self) -> io::Result<AtomicFile> {
        match self {
            Self::Plain(file) => Ok(file),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Zstd(encoder) => encoder.finish(),
            Self::Xz(encoder) => Ok(encoder.finish()?.into_inner()?),
        }
    }
}

/// Counts what is read, for whoever shows it or names a place.
pub(super) struct Counted<'a, R> {
    pub(super) inner: R,
    pub(super) count: Arc<AtomicU64>,
    pub(super) progress: &'a (dyn Fn(u64) + Sync),
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buffer)?;
        self.count.fetch_add(got as u64, Ordering::Relaxed);
        (self.progress)(got as u64);
        Ok(got)
    }
}
