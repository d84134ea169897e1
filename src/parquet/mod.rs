//! The text in Parquet files: chosen columns are converted, all else is copied.
//! Knows a conversion only as a function.
//!
//! A column chunk in which nothing changes is copied byte for byte, as are all
//! columns that are not chosen; `write.rs` puts them at their new places. A chunk
//! that changes is decoded and encoded again as it was (`chunk.rs`).

mod chunk;
mod pages;
mod schema;
mod write;

use std::borrow::Cow;
use std::io::{self, Cursor, ErrorKind, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::panic::{self, AssertUnwindSafe};

use ::parquet::basic::LogicalType;
use ::parquet::bloom_filter::Sbbf;
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::{
    ColumnChunkMetaData, FooterTail, PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader,
};
use ::parquet::file::reader::{ChunkReader, Length};
use bytes::Bytes;
use rayon::prelude::*;

use chunk::{Chunk, Rewritten};
use write::Output;

/// Small row groups are converted side by side, as many as have so much text.
const AT_ONCE: u64 = 64 << 20;

/// The length of what a file ends with: where its metadata begins, and a mark.
const TAIL: u64 = 8;

/// What converts a value, on any thread.
pub type ConvertShared<'a> = dyn Fn(&[u8]) -> Cow<'_, [u8]> + Sync + 'a;

/// A Parquet file whose text is converted.
///
/// The schema, row groups, compression, encodings, nulls, nested values and the
/// file's own metadata stay. So do statistics, bloom filters and page indexes;
/// those of a column chunk that changes are made anew. Sorting by a column whose
/// values changed is no longer claimed. A value that is not UTF-8 keeps those bytes.
///
/// ```
/// # use std::io::Cursor;
/// # use std::sync::Arc;
/// # use parquet::{data_type::ByteArrayType, file::writer::SerializedFileWriter, schema::parser::parse_message_type};
/// use zhnorm::{Converter, Parquet, Target};
/// # let schema = Arc::new(parse_message_type("message m { required binary text (STRING); }")?);
/// # let mut writer = SerializedFileWriter::new(Vec::new(), schema, Default::default())?;
/// # let mut group = writer.next_row_group()?;
/// # let mut column = group.next_column()?.expect("a column");
/// # column.typed::<ByteArrayType>().write_batch(&["漢字".into()], None, None)?;
/// # column.close()?;
/// # group.close()?;
/// # let file = writer.into_inner()?;
/// let converter = Converter::to(Target::Simplified);
/// let mut parquet = Parquet::open(Cursor::new(file), &["text".into()])?;
/// let (done, written) = parquet.rewrite(&|text| converter.convert_bytes(text), || Ok(Vec::new()))?;
/// assert_eq!(done.changed, 1);
/// let mut texts = Vec::new();
/// let mut parquet = Parquet::open(Cursor::new(written.expect("changed")), &[])?;
/// parquet.values(&mut |text| texts.push(text.to_vec()))?;
/// assert_eq!(texts, ["汉字".as_bytes()]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Parquet<R> {
    source: Source<R>,
    metadata: ParquetMetaData,
    /// The columns to convert, and how users call them.
    chosen: Vec<(usize, String)>,
}

/// What was done to a Parquet file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParquetReport {
    /// The rows of the file.
    pub rows: u64,
    /// The values that changed.
    pub changed: u64,
    /// The bytes in chosen columns that are not UTF-8.
    pub malformed: u64,
    /// Where the first of these are: row group and column.
    pub first_malformed: Option<String>,
}

impl<R: Read + Seek> Parquet<R> {
    /// Reads what a file says of itself. `fields` are paths such as `text`,
    /// `meta.title` or `turns[].content`, or as the file has them,
    /// `turns.list.element.content`; none means every column of strings.
    ///
    /// # Errors
    ///
    /// What the reader says; a file that is damaged or encrypted, or has no such
    /// column of text, in words.
    pub fn open(source: R, fields: &[String]) -> io::Result<Self> {
        let mut source = Source::new(source)?;
        let metadata = read_metadata(&mut source)?;
        let descr = metadata.file_metadata().schema_descr();
        let unknown = descr
            .columns()
            .iter()
            .find(|c| matches!(c.logical_type_ref(), Some(LogicalType::_Unknown { .. })));
        if let Some(column) = unknown {
            let words = format!("column {} is of a kind that is not known yet", column.path());
            return Err(io::Error::new(ErrorKind::Unsupported, words));
        }
        let chosen = schema::choose(descr, fields).map_err(|e| io::Error::new(ErrorKind::InvalidInput, e))?;
        Ok(Self { source, metadata, chosen })
    }

    /// Shows all values of the chosen columns, one row group after the other.
    ///
    /// # Errors
    ///
    /// What the reader says; a damaged file, with the place.
    pub fn values(&mut self, see: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        for group in 0..self.metadata.num_row_groups() {
            for (column, name) in &self.chosen {
                let chunk = Chunk::read(&mut self.source, &self.metadata, (group, *column), name)?;
                chunk.each(see)?;
            }
        }
        Ok(())
    }

    /// Converts the values of the chosen columns. `begin` gives what the file is
    /// written to, and is called if there is a change; else there is nothing to write.
    ///
    /// # Errors
    ///
    /// What reader and writer say; a damaged file, with the place.
    pub fn rewrite<W: Write>(
        &mut self,
        convert: &ConvertShared<'_>,
        begin: impl FnOnce() -> io::Result<W>,
    ) -> io::Result<(ParquetReport, Option<W>)> {
        let mut report = ParquetReport::default();
        let mut at = 0;
        // Nothing is written as long as nothing changes.
        let first = loop {
            match self.some_groups(at, convert, &mut report)? {
                groups if groups.is_empty() => return Ok((report, None)),
                groups if groups.iter().flatten().any(Option::is_some) => break groups,
                groups => at += groups.len(),
            }
        };
        let mut sink = begin()?;
        let mut output = Output::new(&mut sink, &self.metadata)?;
        for _ in 0..at {
            output.group(&mut self.source, &self.metadata, Vec::new())?;
        }
        let mut groups = first;
        while !groups.is_empty() {
            at += groups.len();
            for new in groups {
                output.group(&mut self.source, &self.metadata, new)?;
            }
            groups = self.some_groups(at, convert, &mut report)?;
        }
        output.finish(&self.metadata)?;
        Ok((report, Some(sink)))
    }

    /// The next row groups: for each column the new chunk, if it changes.
    fn some_groups(
        &mut self,
        at: usize,
        convert: &ConvertShared<'_>,
        report: &mut ParquetReport,
    ) -> io::Result<Vec<Vec<Option<Rewritten>>>> {
        let groups = self.metadata.row_groups();
        let size = |group: usize| {
            let columns = self.chosen.iter().map(|(column, _)| groups[group].column(*column));
            columns.map(|column| column.uncompressed_size().max(0) as u64).sum::<u64>()
        };
        let (mut end, mut all) = (at, 0u64);
        while end < groups.len() && (end == at || all.saturating_add(size(end)) <= AT_ONCE) {
            all = all.saturating_add(size(end));
            end += 1;
        }
        let mut chunks = Vec::new();
        for group in at..end {
            for (column, name) in &self.chosen {
                chunks.push(Chunk::read(&mut self.source, &self.metadata, (group, *column), name)?);
            }
        }
        let done: io::Result<Vec<_>> = chunks.par_iter().map(|chunk| chunk.rewrite(convert)).collect();
        let columns = self.metadata.file_metadata().schema_descr().num_columns();
        let mut new: Vec<Vec<Option<Rewritten>>> = Vec::new();
        new.resize_with(end - at, || std::iter::repeat_with(|| None).take(columns).collect());
        for (chunk, (rewritten, found)) in chunks.iter().zip(done?) {
            report.changed += found.changed;
            report.malformed += found.malformed;
            if found.malformed > 0 {
                report.first_malformed.get_or_insert_with(|| chunk.place());
            }
            new[chunk.group() - at][chunk.column()] = rewritten;
        }
        report.rows += groups[at..end].iter().map(|group| group.num_rows().max(0) as u64).sum::<u64>();
        Ok(new)
    }
}

/// A file that is read at known places.
#[derive(Debug)]
struct Source<R> {
    inner: R,
    len: u64,
}

impl<R: Read + Seek> Source<R> {
    fn new(mut inner: R) -> io::Result<Self> {
        let len = inner.seek(SeekFrom::End(0))?;
        Ok(Self { inner, len })
    }

    /// Part of the file, which knows its place.
    fn part(&mut self, range: Range<u64>) -> io::Result<Part> {
        if range.start > range.end || range.end > self.len {
            return Err(damaged(format!("bytes {range:?} of a file of {}", self.len)));
        }
        self.inner.seek(SeekFrom::Start(range.start))?;
        let mut bytes = vec![0; (range.end - range.start) as usize];
        self.inner.read_exact(&mut bytes)?;
        Ok(Part { start: range.start, bytes: bytes.into() })
    }

    fn copy(&mut self, range: Range<u64>, output: &mut impl Write) -> io::Result<()> {
        self.inner.seek(SeekFrom::Start(range.start))?;
        let len = range.end - range.start;
        match io::copy(&mut (&mut self.inner).take(len), output)? {
            copied if copied == len => Ok(()),
            _ => Err(ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// Part of a file under its own offsets, as the crate reads it.
#[derive(Debug)]
struct Part {
    start: u64,
    bytes: Bytes,
}

impl Part {
    fn slice(&self, start: u64, len: usize) -> ::parquet::errors::Result<Bytes> {
        let from = start.checked_sub(self.start).and_then(|from| usize::try_from(from).ok());
        let range = from.and_then(|from| Some(from..from.checked_add(len)?));
        match range.filter(|range| range.end <= self.bytes.len()) {
            Some(range) => Ok(self.bytes.slice(range)),
            None => Err(ParquetError::EOF(format!("{len} bytes at offset {start} are outside"))),
        }
    }
}

impl Length for Part {
    fn len(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}

impl ChunkReader for Part {
    type T = Cursor<Bytes>;

    fn get_read(&self, start: u64) -> ::parquet::errors::Result<Self::T> {
        let len = self.len().saturating_sub(start) as usize;
        self.slice(start, len).map(Cursor::new)
    }

    fn get_bytes(&self, start: u64, len: usize) -> ::parquet::errors::Result<Bytes> {
        self.slice(start, len)
    }
}

fn read_metadata<R: Read + Seek>(source: &mut Source<R>) -> io::Result<ParquetMetaData> {
    let start = source.len.checked_sub(TAIL).filter(|start| *start >= 4);
    let start = start.ok_or_else(|| damaged("no Parquet file: too short"))?;
    let tail = FooterTail::try_from(&source.part(start..source.len)?.bytes[..]).map_err(damaged)?;
    if tail.is_encrypted_footer() {
        return Err(io::Error::new(ErrorKind::Unsupported, "the file is encrypted"));
    }
    let begin = start.checked_sub(tail.metadata_length() as u64);
    let begin = begin.ok_or_else(|| damaged("the file is cut short, or its end is damaged"))?;
    let at = |error: ParquetError| damaged(format!("the metadata at byte offset {begin}: {error}"));
    let bytes = source.part(begin..start)?.bytes;
    let metadata = guarded(|| ParquetMetaDataReader::decode_metadata(&bytes)).map_err(at)?;
    for (group, row_group) in metadata.row_groups().iter().enumerate() {
        if row_group.num_rows() < 0 {
            return Err(damaged(format!("row group {} has {} rows", group + 1, row_group.num_rows())));
        }
        for column in row_group.columns() {
            let place = || format!("row group {}, column {}", group + 1, column.column_path());
            if column.file_path().is_some() {
                let words = format!("{}: its data is in another file", place());
                return Err(io::Error::new(ErrorKind::Unsupported, words));
            }
            if range(column).is_none_or(|range| range.start < 4 || range.end > begin) {
                return Err(damaged(format!("{}: its place is outside of the file", place())));
            }
        }
    }
    // The indexes of pages stand behind all chunks.
    let places = metadata.row_groups().iter().flat_map(|group| group.columns());
    let places = places.flat_map(|column| [column.column_index_range(), column.offset_index_range()]);
    let Some(start) = places.flatten().map(|place| place.start).min() else { return Ok(metadata) };
    let tail = source.part(start..source.len)?.bytes;
    let mut reader =
        ParquetMetaDataReader::new_with_metadata(metadata).with_page_index_policy(PageIndexPolicy::Optional);
    guarded(|| reader.read_page_indexes_sized(&tail, source.len).and_then(|()| reader.finish())).map_err(at)
}

/// Where a column chunk is, if that can be.
fn range(column: &ColumnChunkMetaData) -> Option<Range<u64>> {
    let start = column.dictionary_page_offset().unwrap_or_else(|| column.data_page_offset());
    let start = u64::try_from(start).ok()?;
    Some(start..start.checked_add(u64::try_from(column.compressed_size()).ok()?)?)
}

/// The bloom filter of a column chunk, if it has one.
fn bloom_filter<R: Read + Seek>(
    source: &mut Source<R>,
    column: &ColumnChunkMetaData,
) -> io::Result<Option<Sbbf>> {
    let Some(offset) = column.bloom_filter_offset() else { return Ok(None) };
    let start = u64::try_from(offset).map_err(damaged)?;
    let len = column.bloom_filter_length().and_then(|len| u64::try_from(len).ok());
    // Without a length it is somewhere in what follows.
    let end = len.map_or(source.len, |len| start.saturating_add(len));
    let part = source.part(start..end)?;
    guarded(|| Sbbf::read_from_column_chunk(column, &part)).map_err(damaged)
}

/// What the crate makes of a file. It panics on some that are damaged, which is no
/// reason to end a run over many; where panics abort, it ends all the same.
fn guarded<T>(read: impl FnOnce() -> ::parquet::errors::Result<T>) -> ::parquet::errors::Result<T> {
    panic::catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|payload| {
        let words = payload.downcast_ref::<String>().map(String::as_str);
        let words = words.or_else(|| payload.downcast_ref::<&str>().copied());
        Err(ParquetError::General(words.unwrap_or("it cannot be read").to_owned()))
    })
}

fn damaged(error: impl ToString) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, error.to_string())
}
