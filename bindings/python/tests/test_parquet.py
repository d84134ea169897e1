"""The command on Parquet files, as pyarrow writes and reads them."""

import datetime
import decimal
import os
import subprocess

import pytest
import zhnorm

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

ROWS = 2000
TEXTS = ["開放中文轉換", None, "", "plain", "这页是简体，里面有書。", "頭髮" * 40]


def table():
    """Columns of every kind; three of them are converted."""
    text = [TEXTS[row % 6] for row in range(ROWS)]
    turns = [
        None if row % 9 == 0 else [{"role": "甲", "content": TEXTS[(row + i) % 6]} for i in range(row % 4)] for row in range(ROWS)
    ]
    columns = {
        "id": pa.array(range(ROWS), pa.uint32()),
        "text": pa.array(text),
        "turns": pa.array(turns, pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))),
        "meta": pa.array([{"title": t, "書": t} for t in text]),
        "large": pa.array(text, pa.large_string()),
        "kind": pa.array(text).dictionary_encode(),
        "raw": pa.array([None if t is None else t.encode() + b"\xff" for t in text], pa.binary()),
        "score": pa.array([row / 7 if row % 3 else None for row in range(ROWS)]),
        "price": pa.array([decimal.Decimal(row) / 4 for row in range(ROWS)], pa.decimal128(12, 2)),
        "time": pa.array([datetime.datetime(2020, 1, 1) + datetime.timedelta(hours=row) for row in range(ROWS)], pa.timestamp("us", "Asia/Taipei")),
        "labels": pa.array([[("書", row)] for row in range(ROWS)], pa.map_(pa.string(), pa.int64())),
        "vector": pa.array([[row / 2, 1.0] for row in range(ROWS)], pa.list_(pa.float32(), 2)),
    }
    return pa.table(columns).replace_schema_metadata({"pandas": "{}", "note": "書"})


def converted(values):
    if isinstance(values, list):
        return [converted(value) for value in values]
    return values if values is None else zhnorm.convert(values, to="simplified")


@pytest.mark.parametrize(
    "options",
    [
        {"compression": "snappy"},
        {"compression": "zstd", "data_page_version": "2.0", "write_page_index": True},
        {"compression": "gzip", "use_dictionary": False, "column_encoding": {"text": "DELTA_BYTE_ARRAY"}},
        {"compression": {"text": "zstd", "id": "none"}, "version": "1.0", "write_statistics": False},
        {"compression": "lz4", "sorting_columns": [pq.SortingColumn(0), pq.SortingColumn(1)], "data_page_size": 300},
    ],
    ids=str,
)
def test_all_but_the_text_is_as_pyarrow_wrote_it(tmp_path, options):
    program = os.environ.get("ZHNORM_COMMAND")
    if not program:
        pytest.skip("ZHNORM_COMMAND names no command to compare with")
    before, after = tmp_path / "before.parquet", tmp_path / "after.parquet"
    source = table()
    if options.get("version") == "1.0":
        source = source.set_column(0, "id", source["id"].cast(pa.int64()))
    pq.write_table(source, before, row_group_size=700, **options)
    fields = ["text", "turns[].content", "meta.title"]
    arguments = [argument for field in fields for argument in ("--field", field)]
    subprocess.run([program, "--to", "simplified", *arguments, before, "-o", after], check=True)

    old, new = pq.ParquetFile(before), pq.ParquetFile(after)
    assert new.schema_arrow.equals(old.schema_arrow, check_metadata=True)
    assert new.schema.equals(old.schema)
    for name in ["created_by", "format_version", "num_rows", "num_row_groups", "metadata"]:
        assert getattr(new.metadata, name) == getattr(old.metadata, name)
    for group in range(old.num_row_groups):
        was, now = old.metadata.row_group(group), new.metadata.row_group(group)
        assert now.num_rows == was.num_rows
        changed = {1, 3, 4}
        assert now.sorting_columns == tuple(by for by in was.sorting_columns if by.column_index not in changed)
        for column in range(was.num_columns):
            a, b = was.column(column), now.column(column)
            for name in ["compression", "path_in_schema", "num_values", "has_dictionary_page", "is_stats_set", "has_column_index", "has_offset_index"]:
                assert getattr(b, name) == getattr(a, name), (name, a.path_in_schema)
            # The format's first version has another name for the same dictionary.
            same = {"RLE", "PLAIN", "RLE_DICTIONARY"} if "PLAIN_DICTIONARY" in a.encodings and column in changed else set(a.encodings)
            assert set(b.encodings) == same
            if column not in changed:
                assert b.statistics == a.statistics
                assert b.total_compressed_size == a.total_compressed_size
            elif b.statistics and b.statistics.has_null_count:
                assert b.statistics.null_count == a.statistics.null_count

    old, new = old.read(), new.read()
    new.validate(full=True)
    for name in old.column_names:
        if name not in ("text", "turns", "meta"):
            assert new[name].equals(old[name]), name
    assert new["text"].to_pylist() == converted(old["text"].to_pylist())
    for a, b in zip(old["meta"].to_pylist(), new["meta"].to_pylist()):
        assert b == {"title": converted(a["title"]), "書": a["書"]}
    for a, b in zip(old["turns"].to_pylist(), new["turns"].to_pylist()):
        assert b == (None if a is None else [{**turn, "content": converted(turn["content"])} for turn in a])


def test_a_filter_finds_the_new_text(tmp_path):
    """Statistics and page indexes are those of the new values."""
    program = os.environ.get("ZHNORM_COMMAND")
    if not program:
        pytest.skip("ZHNORM_COMMAND names no command to compare with")
    path = tmp_path / "a.parquet"
    texts = sorted(["漢字", "書", "龍", "a"] * 300)
    pq.write_table(pa.table({"text": texts}), path, row_group_size=400, write_page_index=True)
    subprocess.run([program, "--config", "t2s", "-i", path], check=True)
    for text in ["汉字", "书", "龙", "a"]:
        assert pq.read_table(path, filters=[("text", "==", text)]).num_rows == 300
    assert pq.read_table(path, filters=[("text", "==", "書")]).num_rows == 0
