//! OpenCC's configuration files: JSON with comments and trailing commas that
//! names the dictionaries of each step (OpenCC 1.4.2,
//! `data/config/opencc_config.schema.json` and `src/Config.cpp`).

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jsonc_parser::ast::{Array, Object, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use zhnorm_table::Rare;
use zhnorm_table::chain::{ChainSpec, Leaf, Policy, Spec, SpecKind};
use zhnorm_table::lexicon::{Format, Lexicon};
use zhnorm_table::{compose, layout::Blob, view};

use crate::convert::COMPILED;
use crate::{Converter, Error, lexicons};

impl Converter {
    /// Loads an OpenCC configuration file, with its text and inline
    /// dictionaries, groups and mmseg segmentation.
    ///
    /// A dictionary's file is looked for beside the configuration, then in the
    /// working directory, then among the built-in ones (`STPhrases.txt`, …).
    /// Compiled dictionaries (`ocd`, `ocd2`) and plugins are refused.
    ///
    /// ```no_run
    /// use zhnorm::{Converter, Rare};
    /// let converter = Converter::from_config("house-style.json", Rare::Include)?;
    /// println!("{}", converter.convert("里面"));
    /// # Ok::<(), zhnorm::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Io`] for a file that cannot be read, [`Error::Syntax`] for one
    /// that cannot be understood, with its line and column.
    pub fn from_config(path: impl AsRef<Path>, rare: Rare) -> Result<Self, Error> {
        let path = path.as_ref();
        let text = read(path)?;
        let spec = Loader { path, text: &text, rare }.load()?;
        let mut blob = Blob::default();
        Ok(match compose::compile(&spec, &mut blob) {
            Ok(plan) => Self::compiled(view::finish(&[(COMPILED, plan)], blob), rare),
            // Rarely used forms: right, at the speed of the definition.
            Err(_) => Self::chain(spec.resolve(rare), rare),
        })
    }
}

struct Loader<'a> {
    path: &'a Path,
    text: &'a str,
    rare: Rare,
}

impl Loader<'_> {
    fn load(&self) -> Result<ChainSpec, Error> {
        let options = ParseOptions {
            allow_comments: true,
            allow_trailing_commas: true,
            allow_loose_object_property_names: false,
            allow_missing_commas: false,
            allow_single_quoted_strings: false,
            allow_hexadecimal_numbers: false,
            allow_unary_plus_numbers: false,
            allow_bare_decimal_point_numbers: false,
            allow_non_finite_numbers: false,
            allow_extended_string_escapes: false,
        };
        let text = self.text.strip_prefix('\u{feff}').unwrap_or(self.text);
        let shift = self.text.len() - text.len();
        let parsed = parse_to_ast(text, &CollectOptions::default(), &options);
        let parsed = parsed.map_err(|e| self.fault(e.range().start + shift, e.kind().to_string()))?;
        let root = parsed.value;
        let Some(Value::Object(root)) = &root else {
            return Err(self.fault(0, "expected a JSON object"));
        };
        let loader = Loader { text, ..*self };
        let segmentation = match root.get("segmentation") {
            Some(_) => loader.segmentation(loader.object(root, "segmentation")?)?,
            None => None,
        };
        let stages = loader.passes(loader.array(root, "conversion_chain")?)?;
        let normalization = match root.get("normalization") {
            Some(_) => loader.passes(loader.array(root, "normalization")?)?,
            None => Vec::new(),
        };
        Ok(ChainSpec { normalization, segmentation, stages })
    }

    fn segmentation(&self, object: &Object<'_>) -> Result<Option<Spec>, Error> {
        let kind = self.string(object, "type")?;
        if kind != "mmseg" {
            let message = format!("segmentation `{kind}` needs a plugin, supported is `mmseg`");
            return Err(self.at(object, "type", message));
        }
        // Segmentation takes rare dictionaries whatever the choice is.
        let including = Loader { rare: Rare::Include, ..*self };
        let dict = including.dict(self.object(object, "dict")?)?;
        dict.map(Some).ok_or_else(|| self.at(object, "dict", "expected a dictionary that is not empty"))
    }

    fn passes(&self, array: &Array<'_>) -> Result<Vec<Spec>, Error> {
        let mut specs = Vec::new();
        // OpenCC passes over elements that are no objects.
        for object in array.elements.iter().filter_map(Value::as_object) {
            specs.extend(self.dict(self.object(object, "dict")?)?);
        }
        Ok(specs)
    }

    /// A dictionary; `None` where the choice of rare characters drops it.
    fn dict(&self, object: &Object<'_>) -> Result<Option<Spec>, Error> {
        let kind = self.string(object, "type")?;
        if kind == "inline" {
            return self.inline(object).map(Some);
        }
        let rare = match object.get("may_output_tofu").map(|p| &p.value) {
            None => false,
            Some(Value::BooleanLit(literal)) => literal.value,
            Some(_) => return Err(self.at(object, "may_output_tofu", "expected true or false")),
        };
        if rare && self.rare == Rare::Exclude {
            return Ok(None);
        }
        let kind = match kind {
            "group" => {
                let array = self.array(object, "dicts")?;
                let mut specs = Vec::new();
                for value in &array.elements {
                    let Value::Object(dict) = value else {
                        return Err(self.fault(value.start(), "expected a dictionary object"));
                    };
                    specs.extend(self.dict(dict)?);
                }
                if specs.is_empty() {
                    return Ok(None);
                }
                SpecKind::Group(self.policy(object)?, specs)
            }
            "text" => SpecKind::Leaf(self.file(object)?),
            other => {
                let message = format!(
                    "dictionary type `{other}` is not supported, expected `text`, `inline` or \
                     `group`; built-in dictionaries are of type `text`, such as STPhrases.txt"
                );
                return Err(self.at(object, "type", message));
            }
        };
        Ok(Some(Spec { kind, rare: false }))
    }

    fn policy(&self, object: &Object<'_>) -> Result<Policy, Error> {
        if object.get("match_policy").is_none() {
            return Ok(Policy::ShortCircuit);
        }
        match self.string(object, "match_policy")? {
            "short_circuit" => Ok(Policy::ShortCircuit),
            "union" => Ok(Policy::Union),
            other => {
                let message = format!("policy `{other}`, expected `short_circuit` or `union`");
                Err(self.at(object, "match_policy", message))
            }
        }
    }

    fn inline(&self, object: &Object<'_>) -> Result<Spec, Error> {
        if object.get("may_output_tofu").is_some() {
            let message = "an inline dictionary has no may_output_tofu";
            return Err(self.at(object, "may_output_tofu", message));
        }
        let entries = self.object(object, "entries")?;
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        for property in &entries.properties {
            let key = property.name.as_str();
            let Some(value) = property.value.as_string_lit().filter(|v| !v.value.is_empty()) else {
                return Err(self.fault(property.value.start(), "expected a string that is not empty"));
            };
            if key.is_empty() {
                return Err(self.fault(property.start(), "expected a key that is not empty"));
            }
            pairs.push((key, &value.value));
        }
        let lexicon = Lexicon::from_pairs(pairs);
        if let Some(entry) = lexicon.entries().iter().find(|e| e.values.len() > 1) {
            let mut twice = entries.properties.iter().filter(|p| p.name.as_str() == entry.key);
            let place = twice.next_back().map_or(0, Ranged::start);
            return Err(self.fault(place, format!("key `{}` is given twice", entry.key)));
        }
        Ok(Spec { kind: SpecKind::Leaf(Arc::new(Leaf::new(&lexicon))), rare: false })
    }

    /// The dictionary of a `file` property.
    fn file(&self, object: &Object<'_>) -> Result<Arc<Leaf>, Error> {
        let name = self.string(object, "file")?;
        let folder = self.path.parent().unwrap_or(Path::new(""));
        // An absolute name replaces the folder it is joined to.
        let mut places = [folder.join(name), PathBuf::from(name)].into_iter();
        let lexicon = match places.find(|place| place.is_file()) {
            Some(place) => Lexicon::parse(&read(&place)?, Format::OpenCc).map_err(|e| Error::Syntax {
                path: place,
                line: e.line,
                column: e.column,
                message: e.message,
            })?,
            None => {
                let built_in = name.strip_suffix(".txt").and_then(lexicons::get);
                built_in.ok_or_else(|| {
                    let message = format!(
                        "no file `{name}` beside this configuration or in the working \
                         directory, and no built-in dictionary of that name"
                    );
                    self.at(object, "file", message)
                })?
            }
        };
        Ok(Arc::new(Leaf::new(&lexicon)))
    }

    fn object<'v>(&self, of: &'v Object<'v>, name: &str) -> Result<&'v Object<'v>, Error> {
        let expected = || self.at(of, name, format!("expected an object `{name}`"));
        of.get_object(name).ok_or_else(expected)
    }

    fn array<'v>(&self, of: &'v Object<'v>, name: &str) -> Result<&'v Array<'v>, Error> {
        let expected = || self.at(of, name, format!("expected an array `{name}`"));
        of.get_array(name).ok_or_else(expected)
    }

    fn string<'v>(&self, of: &'v Object<'v>, name: &str) -> Result<&'v str, Error> {
        let expected = || self.at(of, name, format!("expected a string `{name}`"));
        of.get_string(name).map(|s| s.value.as_ref()).ok_or_else(expected)
    }

    /// A fault at the value of a property, or at the object that lacks it.
    fn at(&self, object: &Object<'_>, name: &str, message: impl Into<String>) -> Error {
        let property = object.get(name);
        let place = property.map_or(object.start(), |p| p.value.start());
        self.fault(place, message)
    }

    fn fault(&self, offset: usize, message: impl Into<String>) -> Error {
        let before = &self.text[..self.text.floor_char_boundary(offset)];
        let line = before.rsplit('\n').next().unwrap_or("");
        Error::Syntax {
            path: self.path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
            message: message.into(),
        }
    }
}

/// The text of a file. What is not UTF-8 is named by its place.
fn read(path: &Path) -> Result<String, Error> {
    let bytes = fs::read(path).map_err(|source| Error::Io { path: path.to_owned(), source })?;
    String::from_utf8(bytes).map_err(|e| {
        let valid = &e.as_bytes()[..e.utf8_error().valid_up_to()];
        let line = valid.rsplit(|b| *b == b'\n').next().unwrap_or_default();
        Error::Syntax {
            path: path.to_owned(),
            line: valid.iter().filter(|b| **b == b'\n').count() + 1,
            column: String::from_utf8_lossy(line).chars().count() + 1,
            message: "expected UTF-8".to_owned(),
        }
    })
}
