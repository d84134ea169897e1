//! The user's own words: what each becomes, and what is never converted. Knows
//! no other rule; all others stand behind these.
//!
//! One pair a line, `from TAB to`, or `from TAB to TAB direction` for one target
//! or one exact conversion alone. Empty lines and lines that begin with `#` tell
//! nothing. A list of words to keep has one word a line.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::{Direction, Error, Target};

/// Words of the user's own, which beat every built-in rule, across any boundary.
///
/// The longest word wins, from left to right. What a pair writes is kept when it
/// is read again, so that a second run changes nothing.
///
/// ```
/// use zhnorm::{Converter, Dictionary, Target};
/// let dictionary = Dictionary::parse("软件\t軟體\n里根\t雷根\ttaiwan\n")?;
/// let converter = Converter::to(Target::Taiwan).with_dictionary(&dictionary)?;
/// assert_eq!(converter.convert("里根的软件和硬件"), "雷根的軟體和硬件");
/// # Ok::<(), zhnorm::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    /// By word and direction, so that two that contradict meet.
    rules: BTreeMap<(String, Option<Scope>), Rule>,
}

/// Where a pair stands and what it writes.
#[derive(Clone, Debug)]
struct Rule {
    to: String,
    path: PathBuf,
    line: usize,
}

/// What a pair is for, if not for everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    To(Target),
    Exact(Direction),
}

impl Dictionary {
    /// Parses pairs.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`]: a line that is no pair, an unknown direction, and two
    /// lines that contradict each other, or of which one changes what the other
    /// writes: both are named.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::default().with_pairs(Path::new("dictionary"), text)
    }

    /// Reads a file of pairs.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], and what [`Dictionary::parse`] reports.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::default().and_read(path)
    }

    /// Adds the pairs of a file; errors as [`Dictionary::read`].
    ///
    /// # Errors
    ///
    /// As [`Dictionary::read`].
    pub fn and_read(self, path: impl AsRef<Path>) -> Result<Self, Error> {
        let text = read(path.as_ref())?;
        self.with_pairs(path.as_ref(), &text)
    }

    /// Adds words that are never converted, one a line.
    ///
    /// ```
    /// use zhnorm::{Converter, Dictionary, Target};
    /// let dictionary = Dictionary::default().keep("台积电\n")?;
    /// let converter = Converter::to(Target::Traditional).with_dictionary(&dictionary)?;
    /// assert_eq!(converter.convert("台积电说"), "台积电說");
    /// # Ok::<(), zhnorm::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`]: a word that a pair converts; both lines are named.
    pub fn keep(self, words: &str) -> Result<Self, Error> {
        self.with_words(Path::new("list of words to keep"), words)
    }

    /// Adds the words of a file, never to be converted.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], and what [`Dictionary::keep`] reports.
    pub fn and_keep(self, path: impl AsRef<Path>) -> Result<Self, Error> {
        let text = read(path.as_ref())?;
        self.with_words(path.as_ref(), &text)
    }

    fn with_pairs(mut self, path: &Path, text: &str) -> Result<Self, Error> {
        for (line, content) in lines(text) {
            let fault = |column, message| Error::Syntax { path: path.to_owned(), line, column, message };
            let mut columns = content.split('\t');
            let (from, to, direction) = (columns.next(), columns.next(), columns.next());
            let (Some(from), Some(to), None) = (from, to, columns.next()) else {
                let message = "expected `from TAB to`, or `from TAB to TAB direction`".to_owned();
                return Err(fault(1, message));
            };
            if from.is_empty() {
                return Err(fault(1, "nothing stands before the TAB: write the word to convert".to_owned()));
            }
            let scope = direction.filter(|d| !d.is_empty()).map(scope).transpose();
            let scope = scope.map_err(|e| {
                let before = from.chars().count() + to.chars().count();
                fault(before + 3, e.to_string())
            })?;
            self.add(from, scope, Rule { to: to.to_owned(), path: path.to_owned(), line })?;
        }
        self.check_chains()
    }

    fn with_words(mut self, path: &Path, text: &str) -> Result<Self, Error> {
        for (line, word) in lines(text) {
            self.add(word, None, Rule { to: word.to_owned(), path: path.to_owned(), line })?;
        }
        self.check_chains()
    }

    fn add(&mut self, from: &str, scope: Option<Scope>, rule: Rule) -> Result<(), Error> {
        let place = (from.to_owned(), scope);
        if let Some(other) = self.rules.get(&place).filter(|other| other.to != rule.to) {
            let (path, line) = (&other.path, other.line);
            let message =
                format!("`{from}` becomes `{}` by {}:{line}: keep one of the two", other.to, path.display());
            return Err(Error::Syntax { path: rule.path, line: rule.line, column: 1, message });
        }
        self.rules.entry(place).or_insert(rule);
        Ok(())
    }

    /// What one pair writes and another one changes would depend on the number
    /// of runs.
    fn check_chains(self) -> Result<Self, Error> {
        for ((from, scope), rule) in &self.rules {
            let next = [*scope, None].into_iter().find_map(|s| self.rules.get(&(rule.to.clone(), s)));
            let Some(next) = next.filter(|next| next.to != rule.to) else { continue };
            let message = format!(
                "`{from}` becomes `{}`, which {}:{} changes: a second run would go on from there",
                rule.to,
                next.path.display(),
                next.line
            );
            return Err(Error::Syntax { path: rule.path.clone(), line: rule.line, column: 1, message });
        }
        Ok(self)
    }

    /// The words for one target or one exact conversion, ready to be found; those
    /// for all alone where a configuration has no name.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`].
    pub(crate) fn words(&self, own: Option<Scope>) -> Result<Words, Error> {
        let mut pairs: BTreeMap<&str, &str> = BTreeMap::new();
        let rules_of = |scope| self.rules.iter().filter(move |((_, s), _)| *s == scope);
        let all = || rules_of(None).chain(own.into_iter().flat_map(move |own| rules_of(Some(own))));
        // A later one takes an earlier one's place: what pairs write stands
        // behind the pairs, a pair for this target before one for all.
        for (_, rule) in all().filter(|(_, rule)| !rule.to.is_empty()) {
            pairs.insert(&rule.to, &rule.to);
        }
        for ((from, _), rule) in all() {
            pairs.insert(from, &rule.to);
        }
        let found = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(pairs.keys());
        let found = found.map_err(|e| Error::TooLarge { message: e.to_string() })?;
        let to = pairs.into_values().map(str::to_owned).collect();
        Ok(Words(Arc::new((found, to))))
    }
}

/// A dictionary's words, found in texts.
#[derive(Clone, Debug)]
pub(crate) struct Words(Arc<(AhoCorasick, Vec<String>)>);

impl Words {
    /// Where words stand in a text, and what each becomes.
    pub(crate) fn find<'s>(&'s self, text: &'s str) -> impl Iterator<Item = (Range<usize>, &'s str)> {
        let (found, to) = &*self.0;
        found.find_iter(text).map(|m| (m.range(), to[m.pattern().as_usize()].as_str()))
    }
}

/// The lines that say something, with their numbers.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).enumerate();
    lines.map(|(i, line)| (i + 1, line)).filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

fn scope(name: &str) -> Result<Scope, Error> {
    match name.parse() {
        Ok(direction) => Ok(Scope::Exact(direction)),
        Err(_) => name.parse().map(Scope::To),
    }
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::Io { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        Dictionary::parse(text).expect_err("a fault").to_string()
    }

    #[test]
    fn faults_name_both_lines() {
        let twice = message("甲\t乙\n# x\n甲\t丙\n");
        assert!(twice.starts_with("dictionary:3:1: ") && twice.contains("dictionary:1"), "{twice}");
        let chain = message("甲\t乙\n乙\t丙\n");
        assert!(chain.contains("dictionary:1:1") && chain.contains("dictionary:2 changes"), "{chain}");
        assert!(message("甲 乙\n").contains("TAB"));
        assert!(message("\t乙\n").contains("before the TAB"));
        assert!(message("甲\t乙\tnowhere\n").contains("dictionary:1:5: unknown target"));
        let kept = Dictionary::parse("甲\t乙\n").and_then(|d| d.keep("丙\n甲\n")).expect_err("both");
        assert!(kept.to_string().starts_with("list of words to keep:2"), "{kept}");
    }

    #[test]
    fn a_pair_for_one_direction_stands_before_one_for_all() {
        let dictionary = Dictionary::parse("甲\t乙\n甲\t丙\ts2t\n丁\t戊\ttw\n").expect("well formed");
        let found = |own| {
            let words = dictionary.words(Some(own)).expect("small");
            words.find("甲乙丁").map(|(_, to)| to.to_owned()).collect::<String>()
        };
        assert_eq!(found(Scope::Exact(Direction::S2t)), "丙乙");
        assert_eq!(found(Scope::To(Target::Taiwan)), "乙乙戊");
    }
}
