//! One column chunk: decoded, its values converted, and encoded as it was.

use std::borrow::Cow;
use std::io::{self, Read, Seek};
use std::sync::Arc;

use ::parquet::basic::Encoding;
use ::parquet::bloom_filter::Sbbf;
use ::parquet::column::page::{Page, PageReader};
use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use ::parquet::column::writer::{ColumnCloseResult, ColumnWriter, ColumnWriterImpl, get_column_writer};
use ::parquet::data_type::{ByteArray, ByteArrayType};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use ::parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use ::parquet::file::serialized_reader::SerializedPageReader;
use ::parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use rayon::prelude::*;

use super::pages::Checked;
use super::{ConvertShared, Part, Source, bloom_filter, damaged, guarded, range};

/// So much text is decoded at a time, and converted on all threads.
const BATCH: i64 = 4 << 20;

/// The limit that other writers have for a dictionary too, if it was not larger.
const DICTIONARY: usize = 1 << 20;

/// A column chunk as it is in the file.
#[derive(Debug)]
pub(super) struct Chunk {
    group: usize,
    column: usize,
    name: String,
    metadata: ColumnChunkMetaData,
    rows: i64,
    part: Arc<Part>,
    /// The size of the bloom filter.
    bloom: Option<usize>,
    has_column_index: bool,
    has_offset_index: bool,
}

/// A column chunk to be written in place of an old one. Its offsets begin at 0.
#[derive(Debug)]
pub(super) struct Rewritten {
    pub(super) bytes: Vec<u8>,
    pub(super) close: ColumnCloseResult,
}

/// What was seen in a chunk.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) changed: u64,
    pub(super) malformed: u64,
}

/// Some rows of a chunk.
#[derive(Default)]
struct Batch {
    rows: usize,
    definitions: Vec<i16>,
    repetitions: Vec<i16>,
    values: Vec<ByteArray>,
}

impl Chunk {
    pub(super) fn read<R: Read + Seek>(
        source: &mut Source<R>,
        metadata: &ParquetMetaData,
        (group, column): (usize, usize),
        name: &str,
    ) -> io::Result<Self> {
        let row_group = metadata.row_group(group);
        let own = row_group.column(column);
        let index = metadata.page_index_for_row_group(group);
        let mut chunk = Self {
            group,
            column,
            name: name.to_owned(),
            metadata: own.clone(),
            rows: row_group.num_rows(),
            part: Arc::new(source.part(range(own).ok_or_else(|| damaged("no place"))?)?),
            bloom: None,
            has_column_index: index.column_index(column).is_some(),
            has_offset_index: index.offset_index(column).is_some(),
        };
        let bloom = bloom_filter(source, own).map_err(|error| chunk.damaged(error))?;
        chunk.bloom = bloom.map(|bloom| bloom.num_blocks() * 32);
        Ok(chunk)
    }

    pub(super) fn group(&self) -> usize {
        self.group
    }

    pub(super) fn column(&self) -> usize {
        self.column
    }

    /// How it is called in messages.
    pub(super) fn place(&self) -> String {
        format!("row group {}, column {}", self.group + 1, self.name)
    }

    fn damaged(&self, error: impl ToString) -> io::Error {
        let (place, start) = (self.place(), self.part.start);
        damaged(format!("{place}, at byte offset {start}: {}", error.to_string()))
    }

    /// Shows all values.
    pub(super) fn each(&self, see: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        let mut values = self.batches()?;
        while let Some(batch) = values.next()? {
            batch.values.iter().for_each(|value| see(value.data()));
        }
        Ok(())
    }

    /// The chunk with its values converted; `None` where none changes.
    pub(super) fn rewrite(&self, convert: &ConvertShared<'_>) -> io::Result<(Option<Rewritten>, Found)> {
        let mut found = Found::default();
        let properties = Arc::new(guarded(|| self.properties()).map_err(|error| self.damaged(error))?);
        let mut sink = TrackedWrite::new(Vec::new());
        let pages = Box::new(SerializedPageWriter::new(&mut sink));
        let ColumnWriter::ByteArrayColumnWriter(mut writer) =
            get_column_writer(self.metadata.column_descr_ptr(), properties, pages)
        else {
            return Err(self.damaged("no column of bytes"));
        };
        let mut bloom = self.bloom.map(Sbbf::new_with_num_of_bytes);
        let mut values = self.batches()?;
        let mut done = Batch::default();
        loop {
            // A batch is encoded while the next one is decoded and converted.
            let (written, next) = rayon::join(
                || self.write(&mut writer, &done, &mut bloom),
                || match values.next()? {
                    Some(mut batch) => {
                        let some = batch.values.par_iter_mut().map(|value| converted(value, convert));
                        let some = some.reduce(Found::default, Found::and);
                        Ok(Some((batch, some)))
                    }
                    None => io::Result::Ok(None),
                },
            );
            written?;
            let Some((batch, some)) = next? else { break };
            found = found.and(some);
            done = batch;
        }
        if found.changed == 0 {
            return Ok((None, found));
        }
        let mut close = guarded(|| writer.close()).map_err(|error| self.damaged(error))?;
        close.bloom_filter = bloom;
        close.column_index = close.column_index.filter(|_| self.has_column_index);
        close.offset_index = close.offset_index.filter(|_| self.has_offset_index);
        let bytes = sink.into_inner().map_err(|error| self.damaged(error))?;
        Ok((Some(Rewritten { bytes, close }), found))
    }

    fn write(
        &self,
        writer: &mut ColumnWriterImpl<'_, ByteArrayType>,
        batch: &Batch,
        bloom: &mut Option<Sbbf>,
    ) -> io::Result<()> {
        let column = self.metadata.column_descr();
        let definitions = (column.max_def_level() > 0).then_some(&batch.definitions[..]);
        let repetitions = (column.max_rep_level() > 0).then_some(&batch.repetitions[..]);
        if let Some(bloom) = bloom {
            batch.values.iter().for_each(|value| bloom.insert(value));
        }
        let written = guarded(|| writer.write_batch(&batch.values, definitions, repetitions));
        written.map(drop).map_err(|error| self.damaged(error))
    }

    fn batches(&self) -> io::Result<Batches<'_>> {
        let pages = guarded(|| self.pages()).map_err(|error| self.damaged(error))?;
        match get_column_reader(self.metadata.column_descr_ptr(), pages) {
            ColumnReader::ByteArrayColumnReader(reader) => {
                let a_row = self.metadata.uncompressed_size() / self.rows.max(1);
                let size = (BATCH / a_row.max(1)).clamp(1, 1 << 14) as usize;
                Ok(Batches { chunk: self, reader, size, rows: 0, levels: 0 })
            }
            _ => Err(self.damaged("no column of bytes")),
        }
    }

    fn pages(&self) -> Result<Box<dyn PageReader>, ParquetError> {
        let rows = usize::try_from(self.rows)?;
        let inner = Box::new(SerializedPageReader::new(self.part.clone(), &self.metadata, rows, None)?);
        let column = self.metadata.column_descr();
        let levels = [column.max_rep_level() > 0, column.max_def_level() > 0];
        Ok(Box::new(Checked { inner, levels }))
    }

    /// What makes a writer write as this chunk was written: its compression,
    /// dictionary, encoding, kind of pages, and what was noted of its values. The
    /// level of a compression is not in a file; it is the usual one.
    fn properties(&self) -> Result<WriterProperties, ParquetError> {
        let has = |encoding| self.metadata.encodings().any(|known| known == encoding);
        let (mut version, mut dictionary) = (WriterVersion::PARQUET_1_0, None);
        let mut pages = self.pages()?;
        for _ in 0..2 {
            match pages.get_next_page()? {
                Some(Page::DictionaryPage { buf, .. }) => dictionary = Some(buf.len()),
                Some(Page::DataPageV2 { .. }) => version = WriterVersion::PARQUET_2_0,
                _ => break,
            }
        }
        let encoding =
            [Encoding::DELTA_BYTE_ARRAY, Encoding::DELTA_LENGTH_BYTE_ARRAY].into_iter().find(|e| has(*e));
        let statistics = match self.metadata.statistics() {
            None => EnabledStatistics::None,
            Some(_) if self.has_column_index => EnabledStatistics::Page,
            Some(_) => EnabledStatistics::Chunk,
        };
        let builder = WriterProperties::builder()
            .set_writer_version(version)
            .set_compression(self.metadata.compression())
            .set_dictionary_enabled(dictionary.is_some())
            .set_dictionary_page_size_limit(dictionary.unwrap_or(0).saturating_mul(2).max(DICTIONARY))
            .set_statistics_enabled(statistics);
        Ok(builder.set_encoding(encoding.unwrap_or(Encoding::PLAIN)).build())
    }
}

impl Found {
    fn and(self, other: Self) -> Self {
        Self { changed: self.changed + other.changed, malformed: self.malformed + other.malformed }
    }
}

fn converted(value: &mut ByteArray, convert: &ConvertShared<'_>) -> Found {
    let before = value.data();
    let malformed = match std::str::from_utf8(before) {
        Ok(_) => 0,
        Err(_) => before.utf8_chunks().map(|chunk| chunk.invalid().len() as u64).sum(),
    };
    let new = match convert(before) {
        Cow::Owned(new) if new != before => new,
        _ => return Found { changed: 0, malformed },
    };
    *value = new.into();
    Found { changed: 1, malformed }
}

/// The values of a chunk, some rows at a time.
struct Batches<'c> {
    chunk: &'c Chunk,
    reader: ColumnReaderImpl<ByteArrayType>,
    size: usize,
    rows: i64,
    levels: i64,
}

impl Batches<'_> {
    fn next(&mut self) -> io::Result<Option<Batch>> {
        let mut batch = Batch::default();
        let (definitions, repetitions) = (Some(&mut batch.definitions), Some(&mut batch.repetitions));
        let read =
            guarded(|| self.reader.read_records(self.size, definitions, repetitions, &mut batch.values));
        let (rows, _, levels) = read.map_err(|error| self.chunk.damaged(error))?;
        (self.rows, self.levels) = (self.rows + rows as i64, self.levels + levels as i64);
        batch.rows = rows;
        if rows > 0 {
            return Ok(Some(batch));
        }
        // What is copied and what is written anew must go on fitting together.
        let (own, noted) = ((self.rows, self.levels), (self.chunk.rows, self.chunk.metadata.num_values()));
        match own == noted {
            true => Ok(None),
            false => Err(self.chunk.damaged(format!(
                "{} rows and {} values where the metadata has {} and {}",
                own.0, own.1, noted.0, noted.1
            ))),
        }
    }
}
