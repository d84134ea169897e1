//! A new file from an old one: chunks are copied or put in place of old ones, and
//! the metadata tells where they are now.

use std::cell::RefCell;
use std::io::{self, Read, Seek, Write};
use std::rc::Rc;
use std::sync::Arc;

use ::parquet::basic::ColumnOrder;
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
    sink: TrackedWrite<Sink<'w, W>>,
    groups: Vec<RowGroupMetaData>,
    indexes: PageIndexBuilder,
}

impl<'w, W: Write> Output<'w, W> {
    pub(super) fn new(inner: &'w mut W, metadata: &ParquetMetaData) -> io::Result<Self> {
        let mut sink = TrackedWrite::new(Sink(Rc::new(RefCell::new(State { inner, kept: None }))));
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
        let (orders, columns) = (file.column_orders().cloned(), file.schema_descr().num_columns());
        let file = FileMetaData::new(
            file.version(),
            file.num_rows(),
            file.created_by().map(String::from),
            file.key_value_metadata().cloned(),
            file.schema_descr_ptr(),
            None,
        );
        let metadata = ParquetMetaDataBuilder::new(file)
            .set_row_groups(std::mem::take(&mut self.groups))
            .set_page_index(Some(Arc::new(self.indexes.build())))
            .build();
        self.sink.flush()?;
        let sink = self.sink.inner().0.clone();
        sink.borrow_mut().kept = Some(Vec::new());
        let writer = ParquetMetaDataWriter::new_with_tracked(self.sink, &metadata);
        writer.with_preserve_page_index_locations(false).finish().map_err(damaged)?;
        let mut sink = sink.borrow_mut();
        let mut tail = sink.kept.take().unwrap_or_default();
        put_orders(&mut tail, orders.as_deref(), columns)?;
        sink.inner.write_all(&tail)?;
        sink.inner.flush()
    }
}

/// Puts the orders in which columns are compared in place of those that the crate
/// writes, which are those of the newest version of the format: other readers do
/// not know them, and what is copied was not written by them.
///
/// They are the last field of the metadata, three bytes each (`ColumnOrder` of
/// parquet.thrift in the compact protocol: the field, the end of its empty struct,
/// the end of the union); behind them come the end of the metadata and the mark.
fn put_orders(tail: &mut Vec<u8>, orders: Option<&[ColumnOrder]>, columns: usize) -> io::Result<()> {
    const END: usize = 1 + 8;
    let other = || damaged("metadata in another form than was expected");
    let end = tail.len().checked_sub(END).ok_or_else(other)?;
    let start = end.checked_sub(3 * columns).ok_or_else(other)?;
    let is_order = |bytes: &[u8]| matches!(bytes, [0x1c | 0x2c | 0x3c, 0, 0]);
    if columns == 0 || tail[end] != 0 || !tail[start..end].chunks(3).all(is_order) {
        return Err(other());
    }
    if let Some(orders) = orders.filter(|orders| orders.len() == columns) {
        for (order, bytes) in orders.iter().zip(tail[start..end].chunks_mut(3)) {
            bytes[0] = match order {
                ColumnOrder::TYPE_DEFINED_ORDER(_) => 0x1c,
                ColumnOrder::IEEE_754_TOTAL_ORDER => 0x2c,
                ColumnOrder::INT96_TIMESTAMP_ORDER => 0x3c,
                // One that nobody knows stays one.
                ColumnOrder::UNDEFINED | ColumnOrder::UNKNOWN => 0xfc,
            };
        }
        return Ok(());
    }
    // There were none: the field goes, with its head and that of its list, where a
    // count of 15 and more has bytes of its own.
    let count = if columns < 15 { 0 } else { (usize::BITS - columns.leading_zeros()).div_ceil(7) as usize };
    let start = start.checked_sub(2 + count).ok_or_else(other)?;
    tail.drain(start..end);
    let at = tail.len() - 8;
    let len = u32::from_le_bytes([tail[at], tail[at + 1], tail[at + 2], tail[at + 3]]) as usize;
    let len = u32::try_from(len - (end - start)).map_err(damaged)?;
    tail[at..at + 4].copy_from_slice(&len.to_le_bytes());
    Ok(())
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

/// Where a file goes. The crate's writer of metadata takes it, and lets go of it
/// without telling of an error, so what that writes is kept and written afterwards.
struct Sink<'w, W>(Rc<RefCell<State<'w, W>>>);

struct State<'w, W> {
    inner: &'w mut W,
    kept: Option<Vec<u8>>,
}

impl<W: Write> Write for Sink<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let state = &mut *self.0.borrow_mut();
        match &mut state.kept {
            Some(kept) => kept.write(bytes),
            None => state.inner.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.borrow_mut().inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use ::parquet::basic::SortOrder;
    use ::parquet::file::metadata::ParquetMetaDataReader;
    use ::parquet::file::writer::SerializedFileWriter;
    use ::parquet::schema::parser::parse_message_type;

    use super::*;

    #[test]
    fn the_orders_of_columns_are_those_of_the_old_file() {
        let typed = ColumnOrder::TYPE_DEFINED_ORDER(SortOrder::SIGNED);
        for count in [1, 14, 15, 16, 127, 128, 300] {
            let columns: String = (0..count).map(|n| format!("required double c{n}; ")).collect();
            let schema =
                Arc::new(parse_message_type(&format!("message m {{ {columns} }}")).expect("a schema"));
            let writer = SerializedFileWriter::new(Vec::new(), schema, Default::default()).expect("a file");
            let file = writer.into_inner().expect("finished");
            let read = |file: Vec<u8>| {
                let metadata = ParquetMetaDataReader::new().parse_and_finish(&bytes::Bytes::from(file));
                metadata.expect("metadata").file_metadata().clone()
            };
            let before = read(file.clone());
            for orders in [None, Some(vec![typed; count]), Some(vec![ColumnOrder::UNKNOWN; count])] {
                let mut file = file.clone();
                put_orders(&mut file, orders.as_deref(), count).expect("known form");
                let after = read(file);
                assert_eq!(after.column_orders(), orders.as_ref());
                assert_eq!((after.schema(), after.created_by()), (before.schema(), before.created_by()));
            }
        }
    }
}
