//! Text of any size in flat memory, block by block. Knows converters only as
//! something that changes a block.

use std::borrow::Cow;
use std::io::{self, Read, Write};

use crate::Converter;
#[cfg(feature = "repair")]
use crate::Normalizer;
use crate::cut::{BLOCK, Cuts};

/// How much is asked of a reader at first, and at most: twice as much when it gave all
/// that, for the room is cleared first.
const READ: [usize; 2] = [1 << 14, 1 << 16];

/// Cuts a text into blocks which convert by themselves: put them together again
/// and it is as if the text had been one.
///
/// Where a block ends depends on the text alone, not on how it arrives: in the
/// last quarter of 256 KiB, after an empty line, else after a line, else after a
/// sentence, never inside a description sequence. A text without such a place
/// makes a larger block.
///
/// ```
/// use zhnorm::{Blocks, Converter, Direction};
/// let converter = Converter::exact(Direction::T2s);
/// let mut blocks = Blocks::new(&converter);
/// blocks.push("第一塊".as_bytes());
/// assert_eq!(blocks.take(false), None); // more may come
/// assert_eq!(blocks.take(true), Some("第一塊".into()));
/// assert_eq!(blocks.take(true), None);
/// ```
#[derive(Clone, Debug)]
pub struct Blocks {
    cuts: Cuts,
    buffer: Vec<u8>,
    searched: usize,
    /// How much is asked of a reader next.
    ask: usize,
}

impl Blocks {
    /// Blocks for a converter, whose rules say where a text may be cut.
    pub fn new(converter: &Converter) -> Self {
        Self::after(converter.cuts())
    }

    /// Blocks for a normalizer: with repair, which judges a page as a whole, one.
    #[cfg(feature = "repair")]
    pub fn of(normalizer: &Normalizer) -> Self {
        Self::after(normalizer.cuts())
    }

    /// Blocks of whole lines, for texts of which each line is a record.
    ///
    /// ```
    /// let mut blocks = zhnorm::Blocks::lines();
    /// blocks.push(b"one\ntwo\n");
    /// assert_eq!(blocks.take(true), Some(b"one\ntwo\n".to_vec()));
    /// ```
    pub fn lines() -> Self {
        Self::after(Cuts::Lines)
    }

    /// Blocks of whole records whose fields are separated by a character, with
    /// quotes around those that hold it or a line end.
    ///
    /// ```
    /// let mut blocks = zhnorm::Blocks::separated(b',');
    /// blocks.push(b"one,\"t\nwo\"\n");
    /// assert_eq!(blocks.take(true), Some(b"one,\"t\nwo\"\n".to_vec()));
    /// ```
    pub fn separated(separator: u8) -> Self {
        Self::after(Cuts::Separated(separator))
    }

    /// Blocks that end with an empty line.
    ///
    /// ```
    /// let mut blocks = zhnorm::Blocks::paragraphs();
    /// blocks.push(b"one\n\ntwo");
    /// assert_eq!(blocks.take(true), Some(b"one\n\ntwo".to_vec()));
    /// ```
    pub fn paragraphs() -> Self {
        Self::after(Cuts::Paragraphs)
    }

    /// One block, for texts that cannot be cut.
    ///
    /// ```
    /// let mut blocks = zhnorm::Blocks::whole();
    /// blocks.push(b"{}");
    /// assert_eq!(blocks.take(true), Some(b"{}".to_vec()));
    /// ```
    pub fn whole() -> Self {
        Self::after(Cuts::Nowhere)
    }

    fn after(cuts: Cuts) -> Self {
        Self { cuts, buffer: Vec::new(), searched: 0, ask: READ[0] }
    }

    /// Takes more of the text.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Takes more of the text from a reader; 0 at its end.
    ///
    /// # Errors
    ///
    /// What the reader says. What it gave before is kept.
    pub fn read(&mut self, reader: &mut impl Read) -> io::Result<usize> {
        let len = self.buffer.len();
        self.buffer.reserve_exact((BLOCK + READ[1]).saturating_sub(len).max(self.ask));
        self.buffer.resize(len + self.ask, 0);
        let got = loop {
            match reader.read(&mut self.buffer[len..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let count = got.as_ref().map_or(0, |got| *got);
        self.buffer.truncate(len + count);
        if count == self.ask {
            self.ask = READ[1].min(2 * self.ask);
        }
        got
    }

    /// The next block, if all of it is there. `last`: nothing more will come.
    pub fn take(&mut self, last: bool) -> Option<Vec<u8>> {
        let end = self.cuts.end_of_block(&self.buffer, &mut self.searched);
        let end = end.or_else(|| (last && !self.buffer.is_empty()).then_some(self.buffer.len()))?;
        self.searched = 0;
        let rest = self.buffer.split_off(end);
        Some(std::mem::replace(&mut self.buffer, rest))
    }
}

/// Converts what is written to it, and passes it on.
///
/// What comes out is what [`Converter::convert_bytes`] makes of each of the
/// [`Blocks`], whatever the sizes of the writes: for an exact conversion, of the
/// text as a whole.
///
/// ```
/// use std::io::Write;
/// use zhnorm::{Converter, Direction, NormalizingWriter};
/// let mut writer = NormalizingWriter::new(Converter::exact(Direction::T2s), Vec::new());
/// for piece in "乾隆年間的頭髮".as_bytes().chunks(2) {
///     writer.write_all(piece)?;
/// }
/// assert_eq!(writer.finish()?, "乾隆年间的头发".as_bytes());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct NormalizingWriter<W: Write> {
    work: Work,
    blocks: Blocks,
    /// Gone only when finished.
    inner: Option<W>,
}

/// What a [`NormalizingWriter`] does to a text.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Work {
    /// It converts the script.
    Convert(Converter),
    /// It goes the whole way.
    #[cfg(feature = "repair")]
    Normalize(Normalizer),
}

impl From<Converter> for Work {
    fn from(converter: Converter) -> Self {
        Self::Convert(converter)
    }
}

#[cfg(feature = "repair")]
impl From<Normalizer> for Work {
    fn from(normalizer: Normalizer) -> Self {
        Self::Normalize(normalizer)
    }
}

impl Work {
    fn blocks(&self) -> Blocks {
        match self {
            Self::Convert(converter) => Blocks::new(converter),
            #[cfg(feature = "repair")]
            Self::Normalize(normalizer) => Blocks::of(normalizer),
        }
    }

    fn of<'t>(&self, block: &'t [u8]) -> Cow<'t, [u8]> {
        match self {
            Self::Convert(converter) => converter.convert_bytes(block),
            #[cfg(feature = "repair")]
            Self::Normalize(normalizer) => normalizer.normalize_bytes(block),
        }
    }
}

impl<W: Write> NormalizingWriter<W> {
    /// A writer that converts for another: with a [`Converter`] or a normalizer.
    pub fn new(work: impl Into<Work>, inner: W) -> Self {
        let work = work.into();
        Self { blocks: work.blocks(), work, inner: Some(inner) }
    }

    /// Writes what is left and gives the inner writer back. Without it the rest is
    /// written when this is dropped, and nobody is told of an error.
    ///
    /// # Errors
    ///
    /// What the inner writer says.
    pub fn finish(mut self) -> io::Result<W> {
        self.pass_on(true)?;
        self.inner.take().ok_or_else(|| io::Error::other("finished already"))
    }

    fn pass_on(&mut self, last: bool) -> io::Result<()> {
        let Some(inner) = &mut self.inner else {
            return Ok(());
        };
        while let Some(block) = self.blocks.take(last) {
            inner.write_all(&self.work.of(&block))?;
        }
        Ok(())
    }
}

impl<W: Write> Write for NormalizingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // What is there already goes first: after an error it is not taken twice.
        self.pass_on(false)?;
        self.blocks.push(bytes);
        Ok(bytes.len())
    }

    /// Flushes the inner writer; a block that is not complete stays.
    fn flush(&mut self) -> io::Result<()> {
        self.pass_on(false)?;
        self.inner.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl<W: Write> Drop for NormalizingWriter<W> {
    fn drop(&mut self) {
        let _ = self.pass_on(true);
    }
}
