//! Keyword arguments, named as the command's flags are, made into a converter.

use std::path::Path;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use zhnorm::{Converter, Direction, Rare, Target, Variants, Vocabulary};

use crate::dictionary::Dictionary;
use crate::error;

const NAMES: &str = "to, config, vocabulary, variants, protect, dictionary, keep, context, rare";

/// What was asked for; `None` is the library's default.
#[derive(Default)]
struct Options<'py> {
    to: Option<Bound<'py, PyAny>>,
    config: Option<Bound<'py, PyAny>>,
    vocabulary: Option<Bound<'py, PyAny>>,
    variants: Option<Bound<'py, PyAny>>,
    protect: Option<Bound<'py, PyAny>>,
    dictionary: Option<Bound<'py, PyAny>>,
    keep: Option<Bound<'py, PyAny>>,
    context: Option<Bound<'py, PyAny>>,
    rare: Option<Bound<'py, PyAny>>,
}

impl<'py> Options<'py> {
    fn of(to: Option<&Bound<'py, PyAny>>, given: Option<&Bound<'py, PyDict>>) -> PyResult<Self> {
        let mut options = Self { to: to.filter(|to| !to.is_none()).cloned(), ..Self::default() };
        for (name, value) in given.into_iter().flatten() {
            let name: &Bound<'_, PyString> = name.cast()?;
            let place = match &*name.to_cow()? {
                "to" => &mut options.to,
                "config" => &mut options.config,
                "vocabulary" => &mut options.vocabulary,
                "variants" => &mut options.variants,
                "protect" => &mut options.protect,
                "dictionary" => &mut options.dictionary,
                "keep" => &mut options.keep,
                "context" => &mut options.context,
                "rare" => &mut options.rare,
                other => {
                    let message = format!("unknown option `{other}`; known: {NAMES}");
                    return Err(PyTypeError::new_err(message));
                }
            };
            if !value.is_none() {
                *place = Some(value);
            }
        }
        Ok(options)
    }

    fn rules(&self) -> PyResult<Converter> {
        let rare =
            choice("rare", self.rare.as_ref(), &[("include", Rare::Include), ("exclude", Rare::Exclude)])?;
        let Some(config) = &self.config else {
            let mut converter = Converter::to(target(self.to.as_ref())?);
            if let Some(rare) = rare {
                converter = converter.rare(rare);
            }
            return Ok(converter);
        };
        if let Some(name) = [("to", &self.to), ("vocabulary", &self.vocabulary), ("variants", &self.variants)]
            .iter()
            .find_map(|(name, value)| value.is_some().then_some(*name))
        {
            return Err(PyValueError::new_err(format!("`{name}` cannot be used with `config`")));
        }
        let name: std::path::PathBuf = config.extract()?;
        let name = name.to_string_lossy();
        match name.parse::<Direction>() {
            Ok(direction) => Ok(Converter::exact(direction).rare(rare.unwrap_or(Rare::Include))),
            // A name with a separator or an ending is meant as a file.
            Err(_) if name.contains(['/', '\\', '.']) || Path::new(&*name).is_file() => {
                Converter::from_config(&*name, rare.unwrap_or(Rare::Include)).map_err(error)
            }
            Err(unknown) => Err(error(unknown)),
        }
    }
}

/// The converter for keyword arguments, and the arguments that make it again
/// anywhere: the words of files are in them, not the files' names.
pub(crate) fn converter<'py>(
    py: Python<'py>,
    to: Option<&Bound<'py, PyAny>>,
    given: Option<&Bound<'py, PyDict>>,
) -> PyResult<(Converter, Bound<'py, PyDict>)> {
    let options = Options::of(to, given)?;
    let mut converter = options.rules()?;
    let kept = PyDict::new(py);
    let plain = [
        ("to", &options.to),
        ("config", &options.config),
        ("vocabulary", &options.vocabulary),
        ("variants", &options.variants),
        ("protect", &options.protect),
        ("context", &options.context),
        ("rare", &options.rare),
    ];
    for (name, value) in plain {
        if let Some(value) = value {
            kept.set_item(name, value)?;
        }
    }
    let words = [("keep", Vocabulary::Keep), ("target", Vocabulary::Target)];
    if let Some(vocabulary) = choice("vocabulary", options.vocabulary.as_ref(), &words)? {
        converter = converter.vocabulary(vocabulary);
    }
    let forms = [("keep", Variants::Keep), ("unify", Variants::Unify)];
    if let Some(variants) = choice("variants", options.variants.as_ref(), &forms)? {
        converter = converter.variants(variants);
    }
    if let Some(context) = &options.context {
        converter = converter.context(context.extract()?);
    }
    if let Some(protect) = &options.protect {
        let list = protect_list(protect)?;
        converter = converter.protect(list.parse().map_err(error)?);
        kept.set_item("protect", list)?;
    }
    if options.dictionary.is_some() || options.keep.is_some() {
        let words = Dictionary::from_options(options.dictionary.as_ref(), options.keep.as_ref())?;
        converter = converter.with_dictionary(&words.load()?).map_err(error)?;
        kept.set_item("dictionary", Bound::new(py, words)?)?;
    }
    Ok((converter, kept))
}

/// The target that is named; Simplified where none is.
pub(crate) fn target(to: Option<&Bound<'_, PyAny>>) -> PyResult<Target> {
    let Some(to) = to else { return Ok(Target::Simplified) };
    to.cast::<PyString>()?.to_cow()?.parse().map_err(error)
}

fn choice<T: Copy>(
    option: &str,
    given: Option<&Bound<'_, PyAny>>,
    known: &[(&str, T)],
) -> PyResult<Option<T>> {
    let Some(given) = given else { return Ok(None) };
    let given = given.cast::<PyString>()?.to_cow()?;
    match known.iter().find(|(name, _)| *name == given) {
        Some((_, value)) => Ok(Some(*value)),
        None => {
            let known = known.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" ");
            Err(PyValueError::new_err(format!("unknown {option} `{given}`; known: {known}")))
        }
    }
}

/// A list of kinds, or the command's list with commas.
fn protect_list(given: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(list) = given.cast::<PyString>() {
        return Ok(list.to_cow()?.into_owned());
    }
    let kinds: Vec<String> = given.extract()?;
    Ok(if kinds.is_empty() { "none".to_owned() } else { kinds.join(",") })
}
