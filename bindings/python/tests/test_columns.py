"""Columns: every type of string, nulls, slices and chunks; Polars and pandas."""

import pytest
import zhnorm
from zhnorm import Converter

pa = pytest.importorskip("pyarrow")

TYPES = [
    pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string()),
    pa.dictionary(pa.int8(), pa.large_string()),
]
VALUES = ["漢字", None, "abc", "", "開放中文轉換開放中文轉換", "漢字", None]
EXPECTED = ["汉字", None, "abc", "", "开放中文转换开放中文转换", "汉字", None]


def column(values, kind):
    if pa.types.is_dictionary(kind):
        return pa.array(values, kind.value_type).dictionary_encode().cast(kind)
    return pa.array(values, kind)


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_types_nulls_and_slices(kind):
    array = column(VALUES, kind)
    converted = zhnorm.convert_arrow(array)
    converted.validate(full=True)
    assert converted.type == kind and converted.to_pylist() == EXPECTED
    assert zhnorm.convert_arrow(array[2:5]).to_pylist() == EXPECTED[2:5]
    assert zhnorm.convert_arrow(array[:0]).to_pylist() == []
    chunked = zhnorm.convert_arrow(pa.chunked_array([array, array[3:], array[:0]]))
    assert chunked.type == kind and chunked.num_chunks == 3
    assert chunked.to_pylist() == EXPECTED + EXPECTED[3:]
    assert zhnorm.convert_arrow(pa.chunked_array([], kind)).type == kind


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary(), pa.binary_view()], ids=str)
def test_bytes_that_are_not_utf8_pass_through(kind):
    array = pa.array(["漢".encode() + b"\xff", None], kind)
    assert zhnorm.convert_arrow(array).to_pylist() == ["汉".encode() + b"\xff", None]


def test_as_strings_are_converted(texts):
    converter = Converter("taiwan", vocabulary="target")
    assert converter.convert_arrow(pa.array(texts)).to_pylist() == [converter.convert(text) for text in texts]


def test_errors():
    with pytest.raises(TypeError, match="Int64 is no text"):
        zhnorm.convert_arrow(pa.array([1]))
    broken = pa.array([b"\xff"], pa.binary()).view(pa.string())
    with pytest.raises(ValueError, match="not UTF-8"):
        zhnorm.convert_arrow(broken)
    with pytest.raises(ValueError, match="__arrow_c_"):
        zhnorm.convert_arrow(["漢字"])


def test_polars():
    pl = pytest.importorskip("polars")
    import zhnorm.polars

    frame = pl.DataFrame({"text": VALUES, "n": range(len(VALUES))})
    converted = frame.lazy().with_columns(pl.col("text").zhnorm.convert(to="simplified")).collect()
    assert converted["text"].to_list() == EXPECTED and converted.schema == frame.schema
    assert frame["text"].cast(pl.Categorical).zhnorm.convert().to_list() == EXPECTED
    grouped = frame.group_by("n").agg(pl.col("text").zhnorm.convert()).sort("n")
    assert grouped["text"].to_list() == [[value] for value in EXPECTED]


@pytest.mark.parametrize("kind", ["object", "str", "string[pyarrow]", "arrow"])
def test_pandas(kind):
    pd = pytest.importorskip("pandas")
    import zhnorm.pandas

    dtype = pd.ArrowDtype(pa.string()) if kind == "arrow" else kind
    series = pd.Series(VALUES, index=range(7, 14), name="text", dtype=dtype)
    converted = series.zhnorm.convert(to="simplified")
    assert converted.dtype == series.dtype and converted.name == "text"
    assert list(converted.index) == list(series.index)
    assert [None if pd.isna(value) else value for value in converted] == EXPECTED
