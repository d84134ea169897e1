//! Keyword arguments, named as the command's flags are, made into a normalizer.

use std::path::{Path, PathBuf};

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};
use zhnorm::{Converter, Damage, Direction, Normalizer, Rare, Style, Target, Variants, Vocabulary};

use crate::dictionary::Dictionary;
use crate::error;

macro_rules! options {
    ($($name:ident)*) => {
        /// What was asked for; `None` is the library's default.
        #[derive(Default)]
        struct Options<'py> {
            $($name: Option<Bound<'py, PyAny>>),*
        }

        impl<'py> Options<'py> {
            const NAMES: &'static str = concat!($(" ", stringify!($name)),*);

            fn place(&mut self, name: &str) -> Option<&mut Option<Bound<'py, PyAny>>> {
                match name {
                    $(stringify!($name) => Some(&mut self.$name),)*
                    _ => None,
                }
            }

            /// What makes the same again.
            fn given(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
                let given = PyDict::new(py);
                $(if let Some(value) = &self.$name {
                    given.set_item(stringify!($name), value)?;
                })*
                Ok(given)
            }
        }
    };
}

options!(to config style vocabulary variants protect dictionary keep context rare repair normalize profile);

impl<'py> Options<'py> {
    fn of(to: Option<&Bound<'py, PyAny>>, given: Option<&Bound<'py, PyDict>>) -> PyResult<Self> {
        let mut options = Self { to: to.filter(|to| !to.is_none()).cloned(), ..Self::default() };
        for (name, value) in given.into_iter().flatten() {
            let name = name.cast::<PyString>()?.to_cow()?.into_owned();
            let Some(place) = options.place(&name) else {
                return Err(PyTypeError::new_err(format!("unknown option `{name}`; known:{}", Self::NAMES)));
            };
            if !value.is_none() {
                *place = Some(value);
            }
        }
        Ok(options)
    }

    /// Puts lists as the command has them and words in place of their files'
    /// names, so that the options mean the same anywhere.
    fn settle(&mut self, py: Python<'py>) -> PyResult<()> {
        if self.dictionary.is_some() || self.keep.is_some() {
            let words = Dictionary::from_options(self.dictionary.as_ref(), self.keep.as_ref())?;
            (self.dictionary, self.keep) = (Some(Bound::new(py, words)?.into_any()), None);
        }
        if let Some(given) = self.style.take_if(|given| given.extract::<PathBuf>().is_ok() && !is_own(given))
        {
            let path: PathBuf = given.extract()?;
            let text = std::fs::read_to_string(&path);
            let text = text.map_err(|source| error(zhnorm::Error::Io { path, source }))?;
            self.style = Some(PyList::new(py, text.trim_start_matches('\u{feff}').lines())?.into_any());
        }
        for list in [&mut self.protect, &mut self.normalize, &mut self.repair] {
            if let Some(given) = list.take() {
                *list = Some(PyString::new(py, &names(&given)?).into_any());
            }
        }
        Ok(())
    }

    fn rules(&self) -> PyResult<Converter> {
        let rares = [("include", Rare::Include), ("exclude", Rare::Exclude)];
        let rare = choice("rare", self.rare.as_ref(), &rares)?;
        let Some(config) = &self.config else {
            let converter = Converter::to(target(self.to.as_ref())?);
            return Ok(rare.into_iter().fold(converter, Converter::rare));
        };
        let only_with_to = [
            ("to", &self.to),
            ("style", &self.style),
            ("vocabulary", &self.vocabulary),
            ("variants", &self.variants),
        ];
        if let Some((name, _)) = only_with_to.iter().find(|(_, value)| value.is_some()) {
            return Err(PyValueError::new_err(format!("`{name}` cannot be used with `config`")));
        }
        let (name, rare) = (config.extract::<PathBuf>()?, rare.unwrap_or(Rare::Include));
        let name = name.to_string_lossy();
        match name.parse::<Direction>() {
            Ok(direction) => Ok(Converter::exact(direction).rare(rare)),
            // A name with a separator or an ending is meant as a file.
            Err(_) if name.contains(['/', '\\', '.']) || Path::new(&*name).is_file() => {
                Converter::from_config(&*name, rare).map_err(error)
            }
            Err(unknown) => Err(error(unknown)),
        }
    }

    fn converter(&self) -> PyResult<Converter> {
        let mut converter = self.rules()?;
        if let Some(style) = &self.style {
            converter = match is_own(style) {
                true => converter.with_own_style(),
                false => {
                    let forms: Vec<String> = style.extract()?;
                    converter.with_style(&Style::parse(&forms.join("\n")).map_err(error)?)
                }
            };
        }
        let words = [("keep", Vocabulary::Keep), ("target", Vocabulary::Target)];
        if let Some(vocabulary) = choice("vocabulary", self.vocabulary.as_ref(), &words)? {
            converter = converter.vocabulary(vocabulary);
        }
        let forms = [("keep", Variants::Keep), ("unify", Variants::Unify)];
        if let Some(variants) = choice("variants", self.variants.as_ref(), &forms)? {
            converter = converter.variants(variants);
        }
        if let Some(context) = &self.context {
            converter = converter.context(context.extract()?);
        }
        if let Some(protect) = &self.protect {
            converter = converter.protect(names(protect)?.parse().map_err(error)?);
        }
        if let Some(words) = &self.dictionary {
            let words = words.cast::<Dictionary>()?.get().load()?;
            converter = converter.with_dictionary(&words).map_err(error)?;
        }
        Ok(converter)
    }

    fn normalizer(&self, converts: bool) -> PyResult<Normalizer> {
        let mut builder = Normalizer::builder();
        if let Some(classes) = &self.repair {
            builder = builder.repair(names(classes)?.split(',').map(damage).collect::<PyResult<Vec<_>>>()?);
        }
        if let Some(steps) = &self.normalize {
            builder = builder.steps(names(steps)?.parse().map_err(error)?);
        }
        if let Some(profile) = &self.profile {
            builder = builder.profile(names(profile)?.parse().map_err(error)?);
        }
        if converts || self.to.is_some() || self.config.is_some() {
            builder = builder.converter(self.converter()?);
        }
        Ok(builder.build())
    }
}

/// The normalizer for keyword arguments, and the arguments that make it again
/// anywhere. `converts`: to Simplified, if nothing else is said.
pub(crate) fn normalizer<'py>(
    py: Python<'py>,
    converts: bool,
    to: Option<&Bound<'py, PyAny>>,
    given: Option<&Bound<'py, PyDict>>,
) -> PyResult<(Normalizer, Bound<'py, PyDict>)> {
    let mut options = Options::of(to, given)?;
    options.settle(py)?;
    Ok((options.normalizer(converts)?, options.given(py)?))
}

/// The target that is named; Simplified where none is.
pub(crate) fn target(to: Option<&Bound<'_, PyAny>>) -> PyResult<Target> {
    let Some(to) = to else { return Ok(Target::Simplified) };
    to.cast::<PyString>()?.to_cow()?.parse().map_err(error)
}

/// Whether a text's own style is asked for.
fn is_own(style: &Bound<'_, PyAny>) -> bool {
    style.cast::<PyString>().is_ok_and(|style| style.to_cow().is_ok_and(|style| style == "own"))
}

fn damage(name: &str) -> PyResult<Damage> {
    let known = Damage::NAMES.map(|(name, damage, _)| (name, damage));
    find("kind of damage", name.trim(), &known)
}

fn choice<T: Copy>(
    option: &str,
    given: Option<&Bound<'_, PyAny>>,
    known: &[(&str, T)],
) -> PyResult<Option<T>> {
    given.map(|given| find(option, &given.cast::<PyString>()?.to_cow()?, known)).transpose()
}

fn find<T: Copy>(what: &str, name: &str, known: &[(&str, T)]) -> PyResult<T> {
    let found = known.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let known = known.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" ");
        PyValueError::new_err(format!("unknown {what} `{name}`; known: {known}"))
    })
}

/// A list of names, or the command's list with commas.
fn names(given: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(list) = given.cast::<PyString>() {
        return Ok(list.to_cow()?.into_owned());
    }
    let names: Vec<String> = given.extract()?;
    Ok(if names.is_empty() { "none".to_owned() } else { names.join(",") })
}
