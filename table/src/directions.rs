//! The text format that defines each exact conversion, and the tables derived
//! from other tables: `dict/directions`.
//!
//! ```text
//! DERIVED := reverse NAME          keys and values swapped (OpenCC's reverse.py)
//! DERIVED := tofu-risk NAME        what the tagged entries offer besides themselves
//! DERIVED := project DIRECTION NAME NAME…   what the keys of NAME are converted from
//! DERIVED := follow NAME NEXT       the keys of NAME with what NEXT makes of their values
//! DERIVED := words DIRECTION NAME NAME…     keys and values of NAME, converted
//! direction = normalization | segmentation or - | stage | stage
//! ```
//!
//! A stage is a name, or names joined by `>` (the first dictionary with a match
//! answers) or `+` (the longest match answers), nested by parentheses. `NAME?`
//! is used only where rare characters are included.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::Rare;
use crate::chain::{ChainSpec, Leaf, Policy, Spec, SpecKind};
use crate::lexicon::Lexicon;

/// A parsed `directions` file together with the dictionaries it names.
pub struct Directions<'a> {
    derived: HashMap<&'a str, Vec<&'a str>>,
    conversions: Vec<(&'a str, &'a str)>,
    source: &'a dyn Fn(&str) -> Result<Lexicon, String>,
    leaves: RefCell<HashMap<String, Arc<Leaf>>>,
}

impl<'a> Directions<'a> {
    /// Parses the definitions; `source` reads a dictionary that is not derived.
    ///
    /// # Errors
    ///
    /// A line that is neither definition nor comment, with its number.
    pub fn parse(text: &'a str, source: &'a dyn Fn(&str) -> Result<Lexicon, String>) -> Result<Self, String> {
        let (mut derived, mut conversions) = (HashMap::new(), Vec::new());
        for (index, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some((name, rule)) = line.split_once(":=") {
                derived.insert(name.trim(), rule.split_whitespace().collect());
            } else if let Some((name, definition)) = line.split_once('=') {
                conversions.push((name.trim(), definition.trim()));
            } else {
                return Err(format!("{}: expected `NAME := …` or `name = …`", index + 1));
            }
        }
        Ok(Self { derived, conversions, source, leaves: RefCell::default() })
    }

    /// The names of the conversions, in the file's order.
    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        self.conversions.iter().map(|(name, _)| *name)
    }

    /// The names of the derived tables, sorted.
    pub fn derived(&self) -> Vec<&'a str> {
        let mut names: Vec<&str> = self.derived.keys().copied().collect();
        names.sort_unstable();
        names
    }

    /// The chain of a conversion.
    ///
    /// # Errors
    ///
    /// An unknown name, a malformed definition, or what `source` reports.
    pub fn chain(&self, name: &str) -> Result<ChainSpec, String> {
        let found = self.conversions.iter().find(|(n, _)| *n == name);
        let (_, definition) = found.ok_or_else(|| format!("unknown conversion `{name}`"))?;
        let mut parts = definition.split('|').map(str::trim);
        let mut next = || match parts.next() {
            Some("-") | None => Ok(None),
            Some(part) => self.expression(part).map(Some),
        };
        let normalization = next()?.into_iter().collect();
        let segmentation = next()?;
        let mut stages = Vec::new();
        while let Some(stage) = next()? {
            stages.push(stage);
        }
        Ok(ChainSpec { normalization, segmentation, stages })
    }

    /// A dictionary by name, derived where `directions` says so.
    ///
    /// # Errors
    ///
    /// A malformed rule, a tag that fits no entry, or what `source` reports.
    pub fn lexicon(&self, name: &str) -> Result<Lexicon, String> {
        let Some(rule) = self.derived.get(name) else {
            return (self.source)(name);
        };
        let derived = match rule.as_slice() {
            ["reverse", of] => reverse(&self.lexicon(of)?),
            ["tofu-risk", of] => Ok(tofu_risk(&self.lexicon(of)?)),
            ["project", direction, of @ ..] => self.project(direction, of),
            ["follow", of, next] => Ok(follow(&self.lexicon(of)?, &self.lexicon(next)?)),
            ["words", direction, of @ ..] => self.words(direction, of),
            _ => Err("expected `reverse`, `tofu-risk`, `project`, `follow` or `words`".to_owned()),
        };
        derived.map_err(|e| format!("{name}: {e}"))
    }

    fn leaf(&self, name: &str) -> Result<Arc<Leaf>, String> {
        if let Some(leaf) = self.leaves.borrow().get(name) {
            return Ok(Arc::clone(leaf));
        }
        let leaf = Arc::new(Leaf::new(&self.lexicon(name)?));
        let mut leaves = self.leaves.borrow_mut();
        leaves.insert(name.to_owned(), Arc::clone(&leaf));
        Ok(leaf)
    }

    fn expression(&self, text: &str) -> Result<Spec, String> {
        let text = text.trim();
        let (mut depth, mut start) = (0, 0);
        let (mut terms, mut policy) = (Vec::new(), None);
        for (at, c) in text.char_indices() {
            let joined = match c {
                '(' => {
                    depth += 1;
                    continue;
                }
                ')' => {
                    depth -= 1;
                    continue;
                }
                '>' if depth == 0 => Policy::ShortCircuit,
                '+' if depth == 0 => Policy::Union,
                _ => continue,
            };
            if policy.replace(joined).is_some_and(|p| p != joined) {
                return Err(format!("`{text}` joins by `>` and `+`: use parentheses"));
            }
            terms.push(&text[start..at]);
            start = at + 1;
        }
        if let Some(policy) = policy {
            terms.push(&text[start..]);
            let specs = terms.into_iter().map(|t| self.expression(t));
            let kind = SpecKind::Group(policy, specs.collect::<Result<_, _>>()?);
            return Ok(Spec { kind, rare: false });
        }
        if let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
            return self.expression(inner);
        }
        let (name, rare) = match text.strip_suffix('?') {
            Some(name) => (name, true),
            None => (text, false),
        };
        let kind = SpecKind::Leaf(self.leaf(name)?);
        Ok(Spec { kind, rare })
    }

    /// Words of one region with those of another, all in the script that text is
    /// brought to. Of two dictionaries with the same key the first counts. A pair
    /// whose value another pair would change is left out: a second run has to
    /// change nothing.
    fn words(&self, direction: &str, names: &[&str]) -> Result<Lexicon, String> {
        let chain = self.chain(direction)?.resolve(Rare::Exclude);
        let mut pairs: HashMap<String, String> = HashMap::new();
        for name in names {
            for entry in self.lexicon(name)?.entries() {
                let (key, value) = (chain.convert(&entry.key), chain.convert(entry.value()));
                pairs.entry(key).or_insert(value);
            }
        }
        let keys: Vec<String> = pairs.keys().cloned().collect();
        let changes = |value: &str| {
            let mut found = keys.iter().filter(|key| value.contains(key.as_str()));
            found.any(|key| pairs[key] != *key)
        };
        let stable = pairs.iter().filter(|(key, value)| key != value && !changes(value));
        Ok(Lexicon::from_pairs(stable.map(|(k, v)| (k.clone(), v.clone()))))
    }

    /// Each key of the dictionaries under what it is converted to: so that text
    /// of the other side keeps the regional word in one segment. Keys converted
    /// to less than three characters are left out, for they would cut longer
    /// words (OpenCC 1.4.2, generate_st_phrases_from_regional_phrases.py).
    fn project(&self, direction: &str, names: &[&str]) -> Result<Lexicon, String> {
        let chain = self.chain(direction)?.resolve(Rare::Include);
        let mut pairs: Vec<(String, String)> = Vec::new();
        for name in names {
            for entry in self.lexicon(name)?.entries() {
                let converted = chain.convert(&entry.key);
                let pair = (converted, entry.key.clone());
                if pair.0.chars().count() >= 3 && !pairs.contains(&pair) {
                    pairs.push(pair);
                }
            }
        }
        let lexicon = Lexicon::from_pairs(pairs);
        match lexicon.entries().iter().find(|e| e.values.len() > 1) {
            Some(entry) => Err(format!("`{}` stands for two different keys", entry.key)),
            None => Ok(lexicon),
        }
    }
}

/// Each key of a dictionary with what the next one makes of its value.
fn follow(lexicon: &Lexicon, next: &Lexicon) -> Lexicon {
    let pairs = lexicon.entries().iter().filter_map(|e| {
        let value = next.get(e.value())?.value();
        Some((e.key.clone(), value.to_owned()))
    });
    Lexicon::from_pairs(pairs)
}

/// Every value with the keys that have it; a `reverse-prefer:VALUE` tag moves
/// its entry's key to the front of VALUE's.
fn reverse(lexicon: &Lexicon) -> Result<Lexicon, String> {
    let entries = lexicon.entries().iter();
    let prefers = |e: &crate::lexicon::Entry, value: &str| {
        let wanted = |t: &String| t.strip_prefix("reverse-prefer:") == Some(value);
        e.tags.iter().any(wanted)
    };
    let tags = entries.clone().flat_map(|e| e.tags.iter().map(move |t| (e, t)));
    for (entry, tag) in tags {
        let value = tag.strip_prefix("reverse-prefer:");
        if value.is_some_and(|v| !entry.values.iter().any(|w| w == v)) {
            return Err(format!("`{}` has the tag {tag} but no such value", entry.key));
        }
    }
    let mut pairs: Vec<_> =
        entries.flat_map(|e| e.values.iter().map(move |v| (!prefers(e, v), v, &e.key))).collect();
    // A stable sort: preferred keys first, the others in the file's order.
    pairs.sort_by_key(|(other, ..)| *other);
    let pairs = pairs.into_iter().map(|(_, value, key)| (value.clone(), key.clone()));
    Ok(Lexicon::from_pairs(pairs))
}

/// What entries with the tag `tofu-risk` offer besides their own key.
fn tofu_risk(lexicon: &Lexicon) -> Lexicon {
    let tagged = lexicon.entries().iter().filter(|e| e.tags.iter().any(|t| t == "tofu-risk"));
    Lexicon::from_pairs(tagged.flat_map(|e| {
        let own = usize::from(e.value() == e.key);
        e.values[own..].iter().map(|v| (e.key.clone(), v.clone()))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Format;

    const FILES: [(&str, &str); 3] = [
        ("Words", "ab\tAB\ncd\tcd\n"),
        ("Chars", "a\tx y\nb\tx\treverse-prefer:x\nc\tc z\ttofu-risk\n"),
        ("Region", "XYZ\tQ\n"),
    ];

    fn source(name: &str) -> Result<Lexicon, String> {
        let (_, text) = FILES.iter().find(|f| f.0 == name).ok_or("missing file")?;
        Lexicon::parse(text, Format::Tagged).map_err(|e| e.to_string())
    }

    #[test]
    fn derived_tables_follow_their_tags() {
        let text = "Rev := reverse Chars\nExt := tofu-risk Chars\n";
        let directions = Directions::parse(text, &source).expect("well formed");
        let rev = directions.lexicon("Rev").expect("derivable");
        assert_eq!(rev.get("x").expect("a value").values, ["b", "a"]);
        assert_eq!(rev.get("y").expect("a value").values, ["a"]);
        let ext = directions.lexicon("Ext").expect("derivable");
        assert_eq!(ext.entries().len(), 1);
        assert_eq!(ext.entries()[0].values, ["z"]);
    }

    #[test]
    fn expressions_nest() {
        let text = "Ext := tofu-risk Chars\nt = - | Words | (Words + Region) > Ext? > Chars\n";
        let directions = Directions::parse(text, &source).expect("well formed");
        let chain = directions.chain("t").expect("defined");
        assert_eq!(chain.resolve(Rare::Include).convert("abacXYZ"), "ABxzQ");
        assert_eq!(chain.resolve(Rare::Exclude).convert("abacXYZ"), "ABxcQ");
    }

    #[test]
    fn faults_are_named() {
        assert!(Directions::parse("what", &source).is_err());
        let bad = Directions::parse("t = - | - | Words > Chars + Region\nu = - | - | Absent", &source);
        let bad = bad.expect("lines are well formed");
        assert!(bad.chain("t").expect_err("mixed").contains("parentheses"));
        assert_eq!(bad.chain("u").expect_err("absent"), "missing file");
        assert!(bad.chain("v").is_err());
    }
}
