//! Converters as Python objects, and the functions that make one for one call.

use std::hash::{DefaultHasher, Hash, Hasher};

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};

use crate::{arrow, found, options, text};

/// Brings a text in any mix of scripts to a target. What is in the target's
/// script already stays as it is, and so do Japanese and Korean, links and
/// addresses.
///
/// The options are those of `Converter`. Options that name words are worth a
/// `Converter`, which is made once.
///
/// >>> from zhnorm import convert
/// >>> convert("開放中文轉換。这里没有变。")
/// '开放中文转换。这里没有变。'
/// >>> convert("里長干預了。里面的人不干了。", to="taiwan")
/// '里長干預了。裡面的人不幹了。'
/// >>> convert("鼠标和内存", config="s2twp")
/// '滑鼠和記憶體'
#[pyfunction]
#[pyo3(signature = (text, /, to=None, **options))]
pub(crate) fn convert<'py>(
    text: &Bound<'py, PyString>,
    to: Option<&Bound<'py, PyAny>>,
    options: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyString>> {
    let normalizer = match options {
        // The commonest call keeps no options.
        None => {
            let target = options::target(to.filter(|to| !to.is_none()))?;
            zhnorm::Normalizer::builder().converter(zhnorm::Converter::to(target)).build()
        }
        Some(_) => options::normalizer(text.py(), true, to, options)?.0,
    };
    text::convert(&normalizer, text)
}

/// What `convert` changes in a text with the same options, in order.
///
/// >>> from zhnorm import explain
/// >>> for change in explain("云在天上，后面有风", to="traditional"):
/// ...     print(change.before, change.after, change.rule, change.source)
/// 云 雲 character (0, 1)
/// 后面 後面 phrase (5, 7)
/// 风 風 character (8, 9)
#[pyfunction]
#[pyo3(signature = (text, /, to=None, **options))]
pub(crate) fn explain<'py>(
    text: &Bound<'py, PyString>,
    to: Option<&Bound<'py, PyAny>>,
    options: Option<&Bound<'py, PyDict>>,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    found::explain(&options::normalizer(text.py(), true, to, options)?.0, text)
}

/// Converts texts to a target (`to`: simplified, traditional, taiwan, hongkong
/// and their BCP 47 tags) or by one of OpenCC's configurations (`config`: s2t …
/// jp2t, or the path of a configuration file).
///
/// Immutable; may be used by many threads at once, which then run at the same
/// time; can be pickled.
///
/// Options, as the command's flags of the same names: `vocabulary` (keep or
/// target), `variants` (keep or unify), `protect` (a list of html, markdown,
/// code, url, email, wikitext, or none), `dictionary` (a `Dictionary`, a dict, or
/// the path of a file), `keep` (words that are never converted, or the path of a
/// file), `context` (whether an ambiguous character is chosen by what stands
/// around it), `rare` (include or exclude), and before the conversion `repair` (a
/// list of kinds of damage, or auto), `normalize` (a list of Unicode steps) and
/// `profile` (corpus or search-key).
///
/// >>> from zhnorm import Converter
/// >>> converter = Converter(to="taiwan", vocabulary="target")
/// >>> converter.convert("软件和網絡")
/// '軟體和網路'
/// >>> import pickle
/// >>> pickle.loads(pickle.dumps(converter)) == converter
/// True
#[pyclass(frozen, subclass, module = "zhnorm")]
pub(crate) struct Converter {
    inner: zhnorm::Normalizer,
    /// What it was made with. Never given out, so never changed.
    options: Py<PyDict>,
}

#[pymethods]
impl Converter {
    #[new]
    #[pyo3(signature = (to=None, **options))]
    fn new<'py>(
        py: Python<'py>,
        to: Option<&Bound<'py, PyAny>>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Self> {
        let (inner, options) = options::normalizer(py, true, to, options)?;
        Ok(Self { inner, options: options.unbind() })
    }

    /// Converts a text. Never fails; the same object comes back where nothing
    /// changes, and lone surrogates stay where they are.
    #[pyo3(signature = (text, /))]
    fn convert<'py>(&self, text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>> {
        text::convert(&self.inner, text)
    }

    /// Converts each text of a sequence. Many short texts are better converted so
    /// by threads, which then do not take turns at each of them.
    ///
    /// >>> from zhnorm import Converter
    /// >>> Converter().convert_many(["開放", "中文"])
    /// ['开放', '中文']
    #[pyo3(signature = (texts, /))]
    fn convert_many<'py>(
        &self,
        py: Python<'py>,
        texts: Vec<Bound<'py, PyString>>,
    ) -> PyResult<Vec<Bound<'py, PyString>>> {
        text::convert_many(py, &self.inner, &texts)
    }

    /// What `convert` changes in a text, in order.
    #[pyo3(signature = (text, /))]
    fn explain<'py>(&self, text: &Bound<'py, PyString>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        found::explain(&self.inner, text)
    }

    /// Converts a column: anything with Arrow's C data interface. An array comes
    /// back as a `pyarrow.Array` and a stream of arrays as a
    /// `pyarrow.ChunkedArray`, of the same type, with nulls where they were.
    ///
    /// >>> import pyarrow as pa
    /// >>> from zhnorm import Converter
    /// >>> Converter(to="simplified").convert_arrow(pa.array(["漢字", None])).to_pylist()
    /// ['汉字', None]
    #[pyo3(signature = (column, /))]
    fn convert_arrow<'py>(&self, column: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        arrow::to_pyarrow(&self.inner, column)
    }

    /// As `convert_arrow`, but what comes back is known by Arrow's C data
    /// interface alone, so that pyarrow is not needed.
    #[pyo3(signature = (column, /))]
    fn _convert_arrow<'py>(&self, column: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        arrow::convert(&self.inner, column)
    }

    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        Ok((PyTuple::empty(py), self.options.bind(py).copy()?))
    }

    fn __eq__(slf: &Bound<'_, Self>, other: &Bound<'_, Self>) -> PyResult<bool> {
        let (own, theirs) = (slf.get().options.bind(slf.py()), other.get().options.bind(slf.py()));
        Ok(slf.get_type().is(other.get_type()) && own.eq(theirs)?)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<u64> {
        // Equal options may be in any order.
        let mut sum = 0u64;
        for (name, value) in self.options.bind(py) {
            let mut hasher = DefaultHasher::new();
            (name.hash()?, value.str()?.hash()?).hash(&mut hasher);
            sum = sum.wrapping_add(hasher.finish());
        }
        Ok(sum)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let options = slf.get().options.bind(slf.py()).iter();
        let options = options.map(|(name, value)| Ok(format!("{}={}", name.str()?, value.repr()?)));
        let name = slf.get_type().qualname()?;
        Ok(format!("zhnorm.{name}({})", options.collect::<PyResult<Vec<_>>>()?.join(", ")))
    }
}

/// Brings texts into order by the options of a `Converter`, each if asked for:
/// without `to` and `config`, the script is left alone.
///
/// >>> from zhnorm import Normalizer
/// >>> normalizer = Normalizer(repair="entity", normalize=["width"])
/// >>> normalizer.normalize("&#28450;字１２３")
/// '漢字123'
/// >>> Normalizer("simplified", profile="corpus").normalize("&#28450;字")
/// '汉字'
#[pyclass(frozen, extends = Converter, module = "zhnorm")]
pub(crate) struct Normalizer;

#[pymethods]
impl Normalizer {
    #[new]
    #[pyo3(signature = (to=None, **options))]
    fn new<'py>(
        py: Python<'py>,
        to: Option<&Bound<'py, PyAny>>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let (inner, options) = options::normalizer(py, false, to, options)?;
        Ok(PyClassInitializer::from(Converter { inner, options: options.unbind() }).add_subclass(Self))
    }

    /// Brings a text into order, as `convert` does.
    #[pyo3(signature = (text, /))]
    fn normalize<'py>(slf: &Bound<'py, Self>, text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>> {
        text::convert(&slf.as_super().get().inner, text)
    }
}
