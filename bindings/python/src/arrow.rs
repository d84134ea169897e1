//! Columns by Arrow's C data interface, a value at a time and never in Python.
//! The type of a column stays, and so do its nulls and its chunks.

use std::sync::Arc;

use arrow_array::builder::{
    BinaryViewBuilder, GenericBinaryBuilder, GenericStringBuilder, StringViewBuilder,
};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, GenericBinaryArray, OffsetSizeTrait};
use arrow_schema::{ArrowError, DataType};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3_arrow::input::AnyArray;
use pyo3_arrow::{PyArray, PyChunkedArray};
use zhnorm::Normalizer;

/// Converts what has Arrow's C data interface into what has no other.
pub(crate) fn convert<'py>(
    normalizer: &Normalizer,
    column: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = column.py();
    match column.extract()? {
        AnyArray::Array(array) => {
            let (array, field) = array.into_inner();
            let converted = py.detach(|| self::column(normalizer, &array)).map_err(error)?;
            Ok(Bound::new(py, PyArray::try_new(converted, field).map_err(error)?)?.into_any())
        }
        stream @ AnyArray::Stream(_) => {
            let (chunks, field) = stream.into_chunked_array()?.into_inner();
            let converted =
                py.detach(|| chunks.iter().map(|c| self::column(normalizer, c)).collect::<Result<_, _>>());
            Ok(Bound::new(py, PyChunkedArray::try_new(converted.map_err(error)?, field)?)?.into_any())
        }
    }
}

/// As `convert`, but to pyarrow's own classes.
pub(crate) fn to_pyarrow<'py>(
    normalizer: &Normalizer,
    column: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let pyarrow = column.py().import("pyarrow")?;
    let name = if column.hasattr("__arrow_c_array__")? { "array" } else { "chunked_array" };
    pyarrow.call_method1(name, (convert(normalizer, column)?,))
}

fn error(error: ArrowError) -> PyErr {
    match error {
        ArrowError::NotYetImplemented(message) => PyTypeError::new_err(message),
        ArrowError::InvalidArgumentError(message) => PyValueError::new_err(message),
        other => PyValueError::new_err(other.to_string()),
    }
}

fn column(normalizer: &Normalizer, array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    match array.data_type() {
        DataType::Utf8 => strings::<i32>(normalizer, array.as_string::<i32>().clone().into()),
        DataType::LargeUtf8 => strings::<i64>(normalizer, array.as_string::<i64>().clone().into()),
        DataType::Utf8View => {
            let values = array.as_string_view().clone().to_binary_view();
            let mut out = StringViewBuilder::with_capacity(values.len());
            for value in values.iter() {
                out.append_option(value.map(text).transpose()?.map(|text| normalizer.normalize(text)));
            }
            Ok(Arc::new(out.finish()))
        }
        DataType::Binary => bytes::<i32>(normalizer, array.as_binary()),
        DataType::LargeBinary => bytes::<i64>(normalizer, array.as_binary()),
        DataType::BinaryView => {
            let mut out = BinaryViewBuilder::with_capacity(array.len());
            for value in array.as_binary_view().iter() {
                out.append_option(value.map(|bytes| normalizer.normalize_bytes(bytes)));
            }
            Ok(Arc::new(out.finish()))
        }
        // Each word once, however many rows have it.
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            Ok(dictionary.with_values(column(normalizer, dictionary.values())?))
        }
        DataType::Null => Ok(array.clone()),
        other => Err(ArrowError::NotYetImplemented(format!(
            "a column of {other} is no text: expected string, large_string, string_view, binary, or a dictionary of them"
        ))),
    }
}

fn strings<O: OffsetSizeTrait>(
    normalizer: &Normalizer,
    values: GenericBinaryArray<O>,
) -> Result<ArrayRef, ArrowError> {
    let mut out = GenericStringBuilder::<O>::with_capacity(values.len(), room(&values));
    for value in values.iter() {
        match value {
            None => out.append_null(),
            Some(value) => {
                let converted = normalizer.normalize(text(value)?);
                fits::<O>(out.values_slice().len(), converted.len())?;
                out.append_value(converted);
            }
        }
    }
    Ok(Arc::new(out.finish()))
}

fn bytes<O: OffsetSizeTrait>(
    normalizer: &Normalizer,
    values: &GenericBinaryArray<O>,
) -> Result<ArrayRef, ArrowError> {
    let mut out = GenericBinaryBuilder::<O>::with_capacity(values.len(), room(values));
    for value in values.iter() {
        match value {
            None => out.append_null(),
            Some(value) => {
                let converted = normalizer.normalize_bytes(value);
                fits::<O>(out.values_slice().len(), converted.len())?;
                out.append_value(converted);
            }
        }
    }
    Ok(Arc::new(out.finish()))
}

/// The bytes of the values, and some for those that grow.
fn room<O: OffsetSizeTrait>(values: &GenericBinaryArray<O>) -> usize {
    let offsets = values.value_offsets();
    let len = match offsets {
        [first, .., last] => last.as_usize() - first.as_usize(),
        _ => 0,
    };
    len + len / 64
}

/// What comes over the interface is not checked by anyone before.
fn text(value: &[u8]) -> Result<&str, ArrowError> {
    simdutf8::basic::from_utf8(value).map_err(|_| {
        let message = "a string that is not UTF-8: make it a column of binary, whose bytes pass through";
        ArrowError::InvalidArgumentError(message.to_owned())
    })
}

/// Whether offsets of this width reach so far.
fn fits<O: OffsetSizeTrait>(len: usize, more: usize) -> Result<(), ArrowError> {
    match O::from_usize(len + more) {
        Some(_) => Ok(()),
        None => Err(ArrowError::InvalidArgumentError(
            "a chunk of more than 2 GiB: make it a column of large_string, or of smaller chunks".to_owned(),
        )),
    }
}
