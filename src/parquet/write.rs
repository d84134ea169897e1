//! A new file from an old one: chunks are copied or put in place of old ones, and
//! the metadata tells where they are now.

use std::cell::Cell;
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::rc::Rc;
use std::sync::Arc;

use ::parquet::bloom_filter::Sbbf;
use ::parquet::file::metadata::page_index::PageIndexBuilder;
use ::parquet::file::metadata::{
    ColumnChunkMetaData, FileMetaData, ParquetMetaData, ParquetMetaDataBuilder, ParquetMetaDataWriter,
    RowGroupMetaData,
};
use ::parquet::file::writer::TrackedWrite;

use super::chunk::Rewritten;
use super::{Source, bloom_filter, damaged, range};

const MAGIC: &[u8] = b"PAR1";

pub(super) struct Output<'w, W: Write> {
    sink: TrackedWrite<Noting<'w, W>>,
    groups: Vec<RowGroupMetaData>,
    indexes: PageIndexBuilder,
}

impl<'w, W: Write> Output<'w, W> {
    pub(super) fn new(inner: &'w mut W, metadata: &ParquetMetaData) -> io::Result<Self> {
        let mut sink = TrackedWrite::new(Noting { inner, error: Rc::default() });
        sink.write_all(MAGIC)?;
        let columns = metadata.file_metadata().schema_descr().num_columns();
        let indexes = PageIndexBuilder::new(metadata.num_row_groups(), columns);
        Ok(Self { sink, groups: Vec::new(), indexes })
    }

    /// Writes the next row group. `new`: for each column what takes a chunk's place;
    /// shorter if all that follow are copied.
    pub(super) fn group<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
        metadata: &ParquetMetaData,
        new: Vec<Option<Rewritten>>,
    ) -> io::Result<()> {
        let number = self.groups.len();
        let old = metadata.row_group(number);
        let start = self.sink.bytes_written() as i64;
        let index = metadata.page_index_for_row_group(number);
        let mut new = new.into_iter();
        let (mut columns, mut blooms, mut changed) = (Vec::new(), Vec::new(), Vec::new());
        for (i, column) in old.columns().iter().enumerate() {
            let here = self.sink.bytes_written() as i64;
            let (from, pages, values, chunk) = match new.next().flatten() {
                None => {
                    let range = range(column).ok_or_else(|| damaged("no place"))?;
                    source.copy(range.clone(), &mut self.sink)?;
                    blooms.push(bloom_filter(source, column)?);
                    let (pages, values) = (index.offset_index(i).cloned(), index.column_index(i).cloned());
                    (range.start as i64, pages, values, column.clone())
                }
                Some(new) => {
                    self.sink.write_all(&new.bytes)?;
                    blooms.push(new.close.bloom_filter);
                    changed.push(i as i32);
                    (0, new.close.offset_index, new.close.column_index, new.close.metadata)
                }
            };
            columns.push(moved(&chunk, here - from)?);
            if let Some(mut pages) = pages {
                for page in &mut pages.page_locations {
                    page.offset += here - from;
                }
                self.indexes.put_offset_index(pages, number, i);
            }
            if let Some(values) = values {
                self.indexes.put_column_index(values, number, i);
            }
        }
        for (column, bloom) in columns.iter_mut().zip(blooms) {
            if let Some(bloom) = bloom {
                *column = self.bloom(column, &bloom)?;
            }
        }
        let uncompressed =
            |columns: &[ColumnChunkMetaData]| columns.iter().map(|c| c.uncompressed_size()).sum::<i64>();
        let grown = uncompressed(&columns) - uncompressed(old.columns());
        // Rows that were sorted by what changed may not be any more, nor by what
        // comes after it.
        let sorting = old.sorting_columns().map(|all| {
            all.iter().take_while(|by| !changed.contains(&by.column_idx)).cloned().collect::<Vec<_>>()
        });
        let mut builder = RowGroupMetaData::builder(old.schema_descr_ptr())
            .set_num_rows(old.num_rows())
            .set_total_byte_size(old.total_byte_size() + grown)
            .set_sorting_columns(sorting.filter(|sorting| !sorting.is_empty()))
            .set_column_metadata(columns);
        if let Some(ordinal) = old.ordinal() {
            builder = builder.set_ordinal(ordinal);
        }
        if old.file_offset().is_some() {
            builder = builder.set_file_offset(start);
        }
        self.groups.push(builder.build().map_err(damaged)?);
        Ok(())
    }

    fn bloom(&mut self, column: &ColumnChunkMetaData, bloom: &Sbbf) -> io::Result<ColumnChunkMetaData> {
        let start = self.sink.bytes_written();
        bloom.write(&mut self.sink).map_err(io::Error::other)?;
        let len = i32::try_from(self.sink.bytes_written() - start).map_err(damaged)?;
        let builder = column.clone().into_builder().set_bloom_filter_offset(Some(start as i64));
        builder.set_bloom_filter_length(Some(len)).build().map_err(damaged)
    }

    /// Writes what the file says of itself.
    pub(super) fn finish(mut self, old: &ParquetMetaData) -> io::Result<()> {
        let file = old.file_metadata();
        let file = FileMetaData::new(
            file.version(),
            file.num_rows(),
            file.created_by().map(String::from),
            file.key_value_metadata().cloned(),
            file.schema_descr_ptr(),
            file.column_orders().cloned(),
        );
        let metadata = ParquetMetaDataBuilder::new(file)
            .set_row_groups(std::mem::take(&mut self.groups))
            .set_page_index(Some(Arc::new(self.indexes.build())))
            .build();
        self.sink.flush()?;
        let error = self.sink.inner().error.clone();
        ParquetMetaDataWriter::new_with_tracked(self.sink, &metadata)
            .with_preserve_page_index_locations(false)
            .finish()
            .map_err(io::Error::other)?;
        error.take().map_or(Ok(()), Err)
    }
}

/// What a chunk's metadata says after it was moved by so many bytes.
fn moved(old: &ColumnChunkMetaData, by: i64) -> io::Result<ColumnChunkMetaData> {
    let mut builder = ColumnChunkMetaData::builder(old.column_descr_ptr())
        .set_compression_codec(old.compression_codec())
        .set_encodings_mask(*old.encodings_mask())
        .set_num_values(old.num_values())
        .set_total_compressed_size(old.compressed_size())
        .set_total_uncompressed_size(old.uncompressed_size())
        .set_data_page_offset(old.data_page_offset() + by)
        .set_index_page_offset(old.index_page_offset().map(|at| at + by))
        .set_dictionary_page_offset(old.dictionary_page_offset().map(|at| at + by))
        .set_unencoded_byte_array_data_bytes(old.unencoded_byte_array_data_bytes())
        .set_repetition_level_histogram(old.repetition_level_histogram().cloned())
        .set_definition_level_histogram(old.definition_level_histogram().cloned());
    if let Some(statistics) = old.statistics() {
        builder = builder.set_statistics(statistics.clone());
    }
    if let Some(statistics) = old.geo_statistics() {
        builder = builder.set_geo_statistics(Box::new(statistics.clone()));
    }
    if let Some(pages) = old.page_encoding_stats() {
        builder = builder.set_page_encoding_stats(pages.clone());
    }
    builder.build().map_err(damaged)
}

/// Passes on what is written and notes an error: the crate's writer of metadata
/// lets go of a buffer without telling what became of it.
struct Noting<'w, W> {
    inner: &'w mut W,
    error: Rc<Cell<Option<io::Error>>>,
}

impl<W: Write> Write for Noting<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes);
        written.inspect_err(|error| {
            if error.kind() != ErrorKind::Interrupted {
                self.error.set(Some(io::Error::new(error.kind(), error.to_string())));
            }
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
