//! A Parquet file that is damaged anywhere, metadata and pages: told or read, never
//! the end of the run; what was written is read again. Small inputs damage a good
//! file (pairs of a place and a byte), others are the file.

#![no_main]

use std::borrow::Cow;
use std::io::Cursor;
use std::sync::{Arc, LazyLock, Once};

use libfuzzer_sys::fuzz_target;
use parquet::basic::{Compression, Encoding};
use parquet::data_type::ByteArrayType;
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use zhnorm::Parquet;

static GOOD: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let new = WriterProperties::builder;
    let delta = new().set_dictionary_enabled(false).set_writer_version(WriterVersion::PARQUET_2_0);
    vec![
        file(new().set_compression(Compression::SNAPPY).set_bloom_filter_enabled(true).build()),
        file(new().set_compression(Compression::LZ4_RAW).set_dictionary_enabled(false).build()),
        file(
            delta
                .set_encoding(Encoding::DELTA_BYTE_ARRAY)
                .set_compression(Compression::ZSTD(Default::default()))
                .build(),
        ),
        file(new().set_encoding(Encoding::DELTA_LENGTH_BYTE_ARRAY).set_dictionary_enabled(false).build()),
    ]
});

fn file(properties: WriterProperties) -> Vec<u8> {
    let schema = "message m { optional binary a (STRING); repeated binary b (STRING); }";
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).expect("a file");
    for _ in 0..2 {
        let mut group = writer.next_row_group().expect("a group");
        let values = ["a漢", "", "bb", "a"].map(Into::into);
        for levels in
            [[[1, 0, 1, 1, 1].as_slice(), &[0; 5]], [&[1, 1, 0, 1, 1, 0, 0], &[0, 1, 0, 0, 1, 0, 0]]]
        {
            let mut column = group.next_column().expect("a column").expect("one of two");
            let written =
                column.typed::<ByteArrayType>().write_batch(&values, Some(levels[0]), Some(levels[1]));
            written.expect("a vector takes all");
            column.close().expect("a vector takes all");
        }
        group.close().expect("a vector takes all");
    }
    writer.into_inner().expect("a vector takes all")
}

fn mark(text: &[u8]) -> Cow<'_, [u8]> {
    Cow::Owned(text.iter().map(|b| if *b == b'a' { b'b' } else { *b }).collect())
}

fn rewritten(file: &[u8]) -> std::io::Result<(u64, Option<Vec<u8>>)> {
    let (report, written) = Parquet::open(Cursor::new(file), &[])?.rewrite(&mark, || Ok(Vec::new()))?;
    Ok((report.rows, written))
}

/// A panic that the library catches is no crash; libFuzzer's own hook takes it for one.
static CAUGHT: Once = Once::new();

fuzz_target!(|data: &[u8]| {
    CAUGHT.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    let [choice, damage @ ..] = data else { return };
    let bytes = if data.starts_with(b"PAR1") {
        data.to_vec()
    } else {
        let mut bytes = GOOD[usize::from(*choice) % GOOD.len()].clone();
        for change in damage.chunks_exact(3) {
            let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
            bytes[at] = change[2];
        }
        bytes
    };
    if let Ok((rows, Some(written))) = rewritten(&bytes) {
        let (again, nothing) = rewritten(&written).expect("what was written is whole");
        assert!(again == rows && nothing.is_none());
    }
});
