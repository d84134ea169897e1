//! Parquet: what changes is the text that was asked for, and nothing else, as seen
//! by the crate that reads it.

use std::fs;
use std::io::Cursor;
use std::process::{Command, Output};
use std::sync::Arc;

use parquet::basic::{Compression, Encoding};
use parquet::column::reader::ColumnReader;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::metadata::{ColumnChunkMetaData, KeyValue, PageIndexPolicy, ParquetMetaData};
use parquet::file::metadata::{ParquetMetaDataReader, SortingColumn};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder, WriterVersion};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use tempfile::TempDir;
use zhnorm::{Converter, Direction, Parquet, ParquetReport};

const SCHEMA: &str = "message corpus {
    required int64 id;
    optional binary text (STRING);
    optional group meta { optional binary title (STRING); optional double score; }
    optional group turns (LIST) { repeated group list { optional group element { optional binary content (STRING); } } }
    optional binary raw;
}";
const TEXT: usize = 1;
const TITLE: usize = 2;
const CONTENT: usize = 4;
const RAW: usize = 5;
const ROWS: usize = 900;

/// The levels and values of a column chunk of bytes.
type Column = (Vec<i16>, Vec<i16>, Vec<ByteArray>);

/// A column chunk: missing in some rows, the lists of some lengths.
fn column(group: usize, column: usize) -> Column {
    let words = ["漢字書籍", "里面", "plain", "", "頭髮乾燥，這裡的書很多。", "汉字"];
    let (mut definitions, mut repetitions, mut values) = Column::default();
    for row in 0..ROWS {
        let value = || format!("{}{}", words[(row + group) % 6], row % 50 + group);
        let levels: &[(i16, i16)] = match (column, row % 7) {
            (CONTENT, 0) => &[(0, 0)],
            (CONTENT, 1) => &[(1, 0)],
            (CONTENT, 2) => &[(4, 0), (2, 1), (3, 1), (4, 1)],
            (CONTENT, _) => &[(4, 0), (4, 1)],
            (TITLE, 1) => &[(0, 0)],
            (TITLE, 2) => &[(1, 0)],
            (TITLE, _) => &[(2, 0)],
            (_, 3) => &[(0, 0)],
            _ => &[(1, 0)],
        };
        let full = match column {
            CONTENT => 4,
            TITLE => 2,
            _ => 1,
        };
        for (definition, repetition) in levels {
            definitions.push(*definition);
            repetitions.push(*repetition);
            if *definition == full {
                let mut value = value().into_bytes();
                // Bytes that are no text, in the middle of some.
                if column == RAW && row % 5 == 0 {
                    value.insert(value.len() / 6 * 3, 0xff);
                }
                values.push(value.into());
            }
        }
    }
    (definitions, repetitions, values)
}

fn file(properties: WriterPropertiesBuilder) -> Vec<u8> {
    let properties = properties
        .set_created_by("a writer version 1.0".into())
        .set_key_value_metadata(Some(vec![KeyValue::new("ARROW:schema".into(), "漢".to_owned())]))
        .set_sorting_columns(Some(vec![
            SortingColumn { column_idx: 0, descending: false, nulls_first: false },
            SortingColumn { column_idx: TEXT as i32, descending: false, nulls_first: false },
        ]));
    let schema = Arc::new(parse_message_type(SCHEMA).expect("a schema"));
    let mut writer =
        SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties.build())).expect("a file");
    for group in 0..3 {
        let mut row_group = writer.next_row_group().expect("a row group");
        for number in 0..6 {
            let mut out = row_group.next_column().expect("a column").expect("one of six");
            let (definitions, repetitions, values) = column(group, number);
            match number {
                0 => {
                    let ids: Vec<i64> = (0..ROWS as i64).collect();
                    out.typed::<Int64Type>().write_batch(&ids, None, None).expect("written");
                }
                3 => {
                    let scores: Vec<f64> = (0..ROWS).map(|row| row as f64 / 3.0).collect();
                    let levels = vec![2; ROWS];
                    out.typed::<DoubleType>().write_batch(&scores, Some(&levels), None).expect("written");
                }
                _ => {
                    let repetitions = (number == CONTENT).then_some(&repetitions[..]);
                    let out = out.typed::<ByteArrayType>();
                    out.write_batch(&values, Some(&definitions), repetitions).expect("written");
                }
            }
            out.close().expect("closed");
        }
        row_group.close().expect("closed");
    }
    writer.into_inner().expect("finished")
}

/// Ways to write a file.
fn properties() -> Vec<WriterPropertiesBuilder> {
    let new = WriterProperties::builder;
    let mut all: Vec<_> = [Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::LZ4_RAW]
        .into_iter()
        .chain([Compression::ZSTD(Default::default()), Compression::GZIP(Default::default())])
        .chain([Compression::BROTLI(Default::default())])
        .map(|compression| new().set_compression(compression).set_bloom_filter_enabled(true))
        .collect();
    all.push(new().set_dictionary_enabled(false).set_data_page_size_limit(500).set_write_batch_size(50));
    all.push(new().set_writer_version(WriterVersion::PARQUET_2_0));
    all.push(new().set_statistics_enabled(parquet::file::properties::EnabledStatistics::None));
    for encoding in [Encoding::DELTA_BYTE_ARRAY, Encoding::DELTA_LENGTH_BYTE_ARRAY] {
        let columns = ["text", "meta.title", "raw", "turns.list.element.content"];
        let builder = new().set_writer_version(WriterVersion::PARQUET_2_0).set_dictionary_enabled(false);
        all.push(columns.into_iter().fold(builder, |all, c| all.set_column_encoding(c.into(), encoding)));
    }
    all
}

fn metadata(file: &[u8]) -> ParquetMetaData {
    let reader = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Optional);
    reader.parse_and_finish(&bytes::Bytes::copy_from_slice(file)).expect("metadata")
}

fn read(file: &[u8], group: usize, column: usize) -> Column {
    let reader = SerializedFileReader::new(bytes::Bytes::copy_from_slice(file)).expect("a file");
    let row_group = reader.get_row_group(group).expect("a row group");
    let ColumnReader::ByteArrayColumnReader(mut reader) =
        row_group.get_column_reader(column).expect("a column")
    else {
        panic!("column {column} has no bytes");
    };
    let mut read = Column::default();
    reader.read_records(ROWS + 1, Some(&mut read.0), Some(&mut read.1), &mut read.2).expect("read");
    read
}

fn rewritten(file: &[u8], fields: &[&str]) -> (ParquetReport, Option<Vec<u8>>) {
    let converter = Converter::exact(Direction::T2s);
    let fields: Vec<String> = fields.iter().map(|f| f.to_string()).collect();
    let mut parquet = Parquet::open(Cursor::new(file), &fields).expect("a file");
    parquet.rewrite(&|text| converter.convert_bytes(text), || Ok(Vec::new())).expect("whole")
}

fn chunk<'f>(file: &'f [u8], column: &ColumnChunkMetaData) -> &'f [u8] {
    let (start, len) = column.byte_range();
    &file[start as usize..][..len as usize]
}

#[test]
fn chosen_columns_change_and_nothing_else() {
    let converter = Converter::exact(Direction::T2s);
    for builder in properties() {
        let before = file(builder);
        let (report, after) = rewritten(&before, &["text", "turns[].content", "raw"]);
        let after = after.expect("changed");
        let (old, new) = (metadata(&before), metadata(&after));
        let (old_file, new_file) = (old.file_metadata(), new.file_metadata());
        assert_eq!(old_file.schema(), new_file.schema());
        assert_eq!(old_file.key_value_metadata(), new_file.key_value_metadata());
        assert_eq!(old_file.created_by(), new_file.created_by());
        assert_eq!(old_file.version(), new_file.version());
        assert_eq!((report.rows, report.malformed), (3 * ROWS as u64, 3 * 154));
        assert_eq!(report.first_malformed.as_deref(), Some("row group 1, column raw"));
        for (group, (old_group, new_group)) in old.row_groups().iter().zip(new.row_groups()).enumerate() {
            assert_eq!(old_group.num_rows(), new_group.num_rows());
            assert_eq!(old_group.ordinal(), new_group.ordinal());
            // The text may not be in order any more; the numbers are.
            let by = |g: &parquet::file::metadata::RowGroupMetaData| {
                g.sorting_columns().into_iter().flatten().map(|by| by.column_idx).collect::<Vec<_>>()
            };
            assert_eq!((by(old_group), by(new_group)), (vec![0, 1], vec![0]));
            let old_index = old.page_index_for_row_group(group);
            let new_index = new.page_index_for_row_group(group);
            for i in 0..6 {
                let (was, is) = (old_group.column(i), new_group.column(i));
                assert_eq!(was.compression(), is.compression());
                assert_eq!(was.num_values(), is.num_values());
                assert_eq!(was.statistics().is_some(), is.statistics().is_some());
                assert_eq!(was.bloom_filter_length(), is.bloom_filter_length());
                assert_eq!(was.dictionary_page_offset().is_some(), is.dictionary_page_offset().is_some());
                assert_eq!(old_index.column_index(i).is_some(), new_index.column_index(i).is_some());
                assert_eq!(old_index.offset_index(i).is_some(), new_index.offset_index(i).is_some());
                if [TEXT, CONTENT, RAW].contains(&i) {
                    let encodings = |c: &ColumnChunkMetaData| c.encodings().collect::<Vec<_>>();
                    assert_eq!(encodings(was), encodings(is));
                    let (definitions, repetitions, values) = column(group, i);
                    let got = read(&after, group, i);
                    assert!(got.0 == definitions && (i != CONTENT || got.1 == repetitions));
                    for (before, after) in values.iter().zip(&got.2) {
                        assert_eq!(after.data(), &*converter.convert_bytes(before.data()));
                    }
                    assert_eq!(got.2.len(), values.len());
                    continue;
                }
                assert!(chunk(&before, was) == chunk(&after, is), "column {i} is not the same");
                assert_eq!(was.statistics(), is.statistics());
                assert_eq!(old_index.column_index(i), new_index.column_index(i));
                // The pages are where the index says they are.
                if let Some(pages) = new_index.offset_index(i) {
                    let page = &pages.page_locations()[0];
                    assert_eq!(page.offset, is.data_page_offset());
                }
            }
        }
    }
}

#[test]
fn a_bloom_filter_knows_the_new_values() {
    let before = file(WriterProperties::builder().set_bloom_filter_enabled(true));
    let after = rewritten(&before, &["text"]).1.expect("changed");
    let properties =
        parquet::file::properties::ReaderProperties::builder().set_read_bloom_filter(true).build();
    let options =
        parquet::file::serialized_reader::ReadOptionsBuilder::new().with_reader_properties(properties);
    let reader =
        SerializedFileReader::new_with_options(bytes::Bytes::from(after), options.build()).expect("a file");
    for (column, values) in [
        (TEXT, ["汉字书籍0", "头发干燥，这里的书很多。4"]),
        (TITLE, ["漢字書籍0", "頭髮乾燥，這裡的書很多。4"]),
    ] {
        let row_group = reader.get_row_group(0).expect("a row group");
        let bloom = row_group.get_column_bloom_filter(column).expect("a bloom filter");
        assert!(values.iter().all(|value| bloom.check(value)));
        assert!(!bloom.check(&"absent"));
    }
}

#[test]
fn without_a_change_there_is_nothing_to_write() {
    let before = file(WriterProperties::builder());
    let after = rewritten(&before, &[]).1.expect("changed");
    assert_eq!(rewritten(&after, &[]), (ParquetReport { rows: 2700, ..ParquetReport::default() }, None));
}

/// A file that is damaged anywhere is told or read, and never the end of the run.
#[test]
fn a_damaged_file_is_told() {
    let before =
        file(WriterProperties::builder().set_compression(Compression::SNAPPY).set_bloom_filter_enabled(true));
    let try_it = |bytes: &[u8]| {
        let converter = Converter::exact(Direction::T2s);
        let mut parquet = Parquet::open(Cursor::new(bytes), &[])?;
        parquet.rewrite(&|text| converter.convert_bytes(text), || Ok(Vec::new()))
    };
    for len in [0, 3, 11, 12, before.len() / 2, before.len() - 1] {
        assert!(try_it(&before[..len]).is_err(), "{len} bytes are no file");
    }
    let first = metadata(&before).row_group(1).column(TEXT).byte_range();
    let mut torn = before.clone();
    torn[first.0 as usize + 40..][..60].fill(0);
    let error = try_it(&torn).expect_err("damaged").to_string();
    let place = format!("row group 2, column text, at byte offset {}: ", first.0);
    assert!(error.starts_with(&place), "{error}");
    let mut state = 1u32;
    for _ in 0..100 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let mut bytes = before.clone();
        // More of the metadata than of the values.
        let at = if state & 1 == 0 {
            bytes.len() - 1 - (state >> 8) as usize % 3000
        } else {
            (state >> 8) as usize % bytes.len()
        };
        bytes[at] ^= 1 << (state >> 3 & 7);
        let _ = try_it(&bytes);
    }
}

fn folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    fs::create_dir(folder.path().join("in")).expect("a folder");
    fs::write(folder.path().join("in/a.parquet"), file(WriterProperties::builder())).expect("written");
    fs::write(folder.path().join("in/b.txt"), "漢字\n").expect("written");
    folder
}

fn run(folder: &TempDir, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhnorm"));
    command.args(["--config", "t2s"]).args(args).current_dir(folder).output().expect("the command")
}

fn said(output: &Output) -> String {
    String::from_utf8([&output.stdout[..], &output.stderr].concat()).expect("UTF-8")
}

#[test]
fn the_command_converts_it_in_folders_and_in_place() {
    let folder = folder();
    let wanted = rewritten(&fs::read(folder.path().join("in/a.parquet")).expect("there"), &["text"])
        .1
        .expect("changed");
    let one = run(&folder, &["in", "-o", "one", "--field", "text", "-j", "1", "--stats"]);
    assert_eq!(one.status.code(), Some(0), "{}", said(&one));
    assert!(said(&one).contains("\"files\":2,\"changed\":2"), "{}", said(&one));
    assert!(run(&folder, &["in", "-o", "two", "--field", "text", "-j", "2"]).status.success());
    for name in ["one/a.parquet", "two/a.parquet"] {
        assert!(fs::read(folder.path().join(name)).expect("there") == wanted, "{name}");
    }
    assert!(said(&run(&folder, &["in", "--check", "--field", "text"])).contains("in/a.parquet would change"));
    assert!(run(&folder, &["-i", "in", "--field", "text", "--resume"]).status.success());
    assert!(fs::read(folder.path().join("in/a.parquet")).expect("there") == wanted);
    // What does not change is left alone, or copied.
    let modified =
        || fs::metadata(folder.path().join("in/a.parquet")).and_then(|m| m.modified()).expect("a time");
    let before = modified();
    assert!(run(&folder, &["-i", "in", "--field", "text"]).status.success());
    assert_eq!(modified(), before);
    assert!(run(&folder, &["in", "-o", "three", "--field", "text"]).status.success());
    assert!(fs::read(folder.path().join("three/a.parquet")).expect("there") == wanted);
    assert!(!said(&run(&folder, &["in", "--check", "--field", "text"])).contains("would change"));
}

#[test]
fn the_command_tells_what_it_cannot_do() {
    let folder = folder();
    let path = folder.path().join("in/a.parquet");
    let cases: [(&[&str], &str); 4] = [
        (&["in/a.parquet"], "in/a.parquet: Parquet goes to a file: use --in-place or --output"),
        (
            &["-i", "in/a.parquet", "--field", "body"],
            "in/a.parquet: no column `body`; columns of text are: text, meta.title, turns[].content",
        ),
        (&["-i", "in/a.parquet", "--encoding", "gbk"], "in/a.parquet: text in Parquet is UTF-8 and stays so"),
        (&["--diff", "in/a.parquet"], "in/a.parquet: has no lines to compare; use --explain"),
    ];
    for (args, words) in cases {
        let output = run(&folder, args);
        assert_eq!(
            (output.status.code(), said(&output).as_str()),
            (Some(2), format!("zhnorm: {words}\n").as_str())
        );
    }
    let explained = run(&folder, &["--explain", "--field", "meta.title", "in/a.parquet"]);
    assert!(
        said(&explained).contains("\"before\":\"頭髮\"") || said(&explained).contains("\"before\":\"漢\"")
    );
    assert!(
        said(&run(&folder, &["--detect", "--field", "text", "in/a.parquet"])).contains("in/a.parquet: mixed")
    );
    // A damaged one is named, and nothing is left behind.
    let whole = fs::read(&path).expect("there");
    fs::write(&path, &whole[..whole.len() - 9]).expect("written");
    let output = run(&folder, &["in", "-o", "out"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).starts_with("zhnorm: in/a.parquet: "), "{}", said(&output));
    let names: Vec<_> = fs::read_dir(folder.path().join("out"))
        .expect("a folder")
        .map(|e| e.expect("an entry").file_name())
        .collect();
    assert_eq!(names, ["b.txt"]);
}
