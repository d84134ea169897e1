//! The library `zhnorm` as a Python module: arguments in, results out. Uses the
//! library's public items only and converts nothing itself.
//!
//! `text` brings Python's strings in and out, `options` makes a converter of
//! keyword arguments, `arrow` does columns, `found` has what is told of a text.

mod arrow;
mod converter;
mod dictionary;
mod found;
mod options;
mod text;

use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;

/// The library's errors under Python's names, in the same words.
fn error(error: zhnorm::Error) -> PyErr {
    let message = error.to_string();
    match error {
        // With its number, `OSError` becomes `FileNotFoundError` and so on.
        zhnorm::Error::Io { path, source } => match source.raw_os_error() {
            Some(number) => {
                let said = source.to_string();
                let said = said.split(" (os error").next().unwrap_or_default().to_owned();
                PyOSError::new_err((number, said, path.display().to_string()))
            }
            None => PyOSError::new_err(message),
        },
        _ => PyValueError::new_err(message),
    }
}

#[pymodule]
mod _zhnorm {
    #[pymodule_export]
    use super::converter::{Converter, Normalizer, convert, explain};
    #[pymodule_export]
    use super::dictionary::Dictionary;
    #[pymodule_export]
    use super::found::{detect, spans};
    use pyo3::prelude::*;
    use pyo3::types::PyList;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        let directions = zhnorm::Direction::ALL.iter().map(|direction| direction.name());
        module.add("CONFIGS", PyList::new(module.py(), directions)?)
    }
}
