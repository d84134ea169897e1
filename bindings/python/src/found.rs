//! What is told of a text: its script, its spans, its changes. The results are
//! named tuples, defined in `zhnorm/_types.py`; positions count characters.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyString, PyType};
use zhnorm::{Change, Normalizer};

use crate::text::{self, Chars, detached};

/// Which script a text is in: `simplified`, `traditional`, `mixed`, `common`,
/// `japanese` or `other`, how sure that is from 0 to 1, and how many characters
/// stand in stretches of each.
///
/// >>> from zhnorm import detect
/// >>> detect("這頁的正文是繁體。").script
/// 'traditional'
/// >>> detect("这页的正文是繁體。")
/// Detection(script='mixed', confidence=0.8, simplified=2, traditional=6, common=0, japanese=0, other=1)
#[pyfunction]
#[pyo3(signature = (text, /))]
pub(crate) fn detect<'py>(text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyAny>> {
    static TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let py = text.py();
    let encoded = text::encode(text)?;
    let bytes = encoded.as_bytes();
    let found = detached(py, bytes.len(), || zhnorm::detect(&text::lossy(bytes)));
    let counts = (found.simplified, found.traditional, found.common, found.japanese, found.other);
    let (simplified, traditional, common, japanese, other) = counts;
    TYPE.import(py, "zhnorm._types", "Detection")?.call1((
        found.script.name(),
        found.confidence,
        simplified,
        traditional,
        common,
        japanese,
        other,
    ))
}

/// The stretches of a text, each in one script: they follow one another and
/// cover the text. `text[span.start:span.end]` is the stretch.
///
/// >>> from zhnorm import spans
/// >>> spans("國家。国家。")
/// [Span(start=0, end=3, script='traditional'), Span(start=3, end=6, script='simplified')]
#[pyfunction]
#[pyo3(signature = (text, /))]
pub(crate) fn spans<'py>(text: &Bound<'py, PyString>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    static TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let py = text.py();
    let encoded = text::encode(text)?;
    let bytes = encoded.as_bytes();
    let found = detached(py, bytes.len(), || {
        let text = text::lossy(bytes);
        let mut chars = Chars::new(&text);
        let span =
            |span: zhnorm::Span| (chars.at(span.range.start), chars.at(span.range.end), span.script.name());
        zhnorm::spans(&text).map(span).collect::<Vec<_>>()
    });
    let span = TYPE.import(py, "zhnorm._types", "Span")?;
    found.into_iter().map(|found| span.call1(found)).collect()
}

/// Positions of a change in characters, and the change.
type Placed = ((usize, usize), (usize, usize), Change);

/// What a converter changes in a text.
pub(crate) fn explain<'py>(
    normalizer: &Normalizer,
    text: &Bound<'py, PyString>,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    static TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let py = text.py();
    let encoded = text::encode(text)?;
    let bytes = encoded.as_bytes();
    let found = detached(py, bytes.len(), || placed(normalizer, bytes));
    let change = TYPE.import(py, "zhnorm._types", "Change")?;
    let object = |(source, target, c): Placed| {
        change.call1((source, target, c.before, c.after, c.rule, c.confidence, c.alternatives))
    };
    found.into_iter().map(object).collect()
}

fn placed(normalizer: &Normalizer, encoded: &[u8]) -> Vec<Placed> {
    let mut placed = Vec::new();
    let (mut before, mut after) = (0, 0);
    for (text, surrogate) in text::pieces(encoded) {
        let mut chars = Chars::new(text);
        // What a change adds to or takes from the characters behind it.
        let mut shift = after as isize - before as isize;
        for change in normalizer.explain(text) {
            let from = before + chars.at(change.source.start);
            let till = before + chars.at(change.source.end);
            let (old, new) = (till - from, change.after.chars().count());
            let start = from.wrapping_add_signed(shift);
            placed.push(((from, till), (start, start + new), change));
            shift += new as isize - old as isize;
        }
        before += chars.at(text.len()) + usize::from(surrogate);
        after = before.wrapping_add_signed(shift);
    }
    placed
}
