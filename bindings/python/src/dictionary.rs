//! The user's own words as a Python object. It keeps their text, so that it can
//! be sent to another process, where no file of the same name may be.

use std::fs;
use std::path::PathBuf;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::error;

/// Words of your own, which beat every built-in rule: a mapping of what is found
/// to what is written, and words that are never converted.
///
/// >>> from zhnorm import Converter, Dictionary
/// >>> words = Dictionary({"软件": "軟體"}, keep=["里根"])
/// >>> Converter(to="taiwan", dictionary=words).convert("里根的软件和硬件")
/// '里根的軟體和硬件'
#[pyclass(frozen, module = "zhnorm", eq, hash)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Dictionary {
    /// Lines `from TAB to`, or `from TAB to TAB direction`.
    pairs: String,
    /// One word a line.
    keep: String,
}

impl Dictionary {
    /// The library's own dictionary.
    pub(crate) fn load(&self) -> PyResult<zhnorm::Dictionary> {
        zhnorm::Dictionary::parse(&self.pairs).and_then(|pairs| pairs.keep(&self.keep)).map_err(error)
    }

    fn checked(self) -> PyResult<Self> {
        self.load()?;
        Ok(self)
    }

    /// From what the options `dictionary` and `keep` may be.
    pub(crate) fn from_options(
        dictionary: Option<&Bound<'_, PyAny>>,
        keep: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let mut words = Self { pairs: String::new(), keep: String::new() };
        match dictionary {
            None => {}
            Some(given) => match given.cast::<Self>() {
                Ok(given) => words = given.get().clone(),
                Err(_) => words.pairs = pairs(given)?,
            },
        }
        if let Some(given) = keep {
            if !words.keep.is_empty() && !words.keep.ends_with('\n') {
                words.keep.push('\n');
            }
            words.keep.push_str(&kept(given)?);
        }
        words.checked()
    }
}

#[pymethods]
impl Dictionary {
    #[new]
    #[pyo3(signature = (pairs=None, *, keep=None))]
    fn new(pairs: Option<&Bound<'_, PyAny>>, keep: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        Self::from_options(pairs, keep)
    }

    /// From text: lines `from TAB to`, or `from TAB to TAB direction` for one
    /// target or configuration alone; and words to keep, one a line.
    ///
    /// >>> from zhnorm import Dictionary, convert
    /// >>> words = Dictionary.parse("里根\t雷根\ttaiwan\n里根\t列根\thongkong\n")
    /// >>> convert("里根", to="hongkong", dictionary=words)
    /// '列根'
    #[staticmethod]
    #[pyo3(signature = (pairs, keep=""))]
    fn parse(pairs: &str, keep: &str) -> PyResult<Self> {
        Self { pairs: pairs.to_owned(), keep: keep.to_owned() }.checked()
    }

    /// From files with the same text.
    #[staticmethod]
    #[pyo3(signature = (pairs=None, *, keep=None))]
    fn read(pairs: Option<PathBuf>, keep: Option<PathBuf>) -> PyResult<Self> {
        // Read by the library first: its messages name the file.
        let mut words = zhnorm::Dictionary::default();
        if let Some(path) = &pairs {
            words = words.and_read(path).map_err(error)?;
        }
        if let Some(path) = &keep {
            words.and_keep(path).map_err(error)?;
        }
        let text = |path: Option<PathBuf>| path.map(fs::read_to_string).transpose();
        Ok(Self { pairs: text(pairs)?.unwrap_or_default(), keep: text(keep)?.unwrap_or_default() })
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String, String))> {
        let words = slf.get();
        Ok((slf.get_type().getattr("parse")?, (words.pairs.clone(), words.keep.clone())))
    }

    fn __repr__(&self) -> String {
        let lines = |text: &str| text.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).count();
        format!("<zhnorm.Dictionary of {} pairs and {} words to keep>", lines(&self.pairs), lines(&self.keep))
    }
}

/// The text of pairs: a mapping's, or a file's.
fn pairs(given: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(mapping) = given.cast::<PyDict>() {
        let mut text = String::new();
        for (from, to) in mapping {
            let (from, to): (String, String) = (from.extract()?, to.extract()?);
            let to_is_line = !to.contains(['\t', '\n', '\r']);
            if !to_is_line {
                return Err(PyValueError::new_err(format!(
                    "`{from}` becomes {to:?}: it cannot hold a TAB or a line end"
                )));
            }
            text.extend([word(&from)?, "\t", &to, "\n"]);
        }
        return Ok(text);
    }
    let path: PathBuf = given.extract().map_err(|_| {
        PyTypeError::new_err("dictionary: expected a Dictionary, a dict of words, or the path of a file")
    })?;
    Ok(Dictionary::read(Some(path), None)?.pairs)
}

/// The text of words to keep: a list's, or a file's.
fn kept(given: &Bound<'_, PyAny>) -> PyResult<String> {
    let is_path = given.is_instance_of::<PyString>() || given.hasattr("__fspath__")?;
    if is_path {
        return Ok(Dictionary::read(None, Some(given.extract()?))?.keep);
    }
    let mut text = String::new();
    for given in given.try_iter()? {
        let given: String = given?.extract()?;
        text.extend([word(&given)?, "\n"]);
    }
    Ok(text)
}

/// A word that a line can hold.
fn word(word: &str) -> PyResult<&str> {
    if word.starts_with('#') || word.contains(['\t', '\n', '\r']) {
        let message = format!("{word:?}: a word cannot begin with `#`, nor hold a TAB or a line end");
        return Err(PyValueError::new_err(message));
    }
    Ok(word)
}
