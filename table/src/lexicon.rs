//! One dictionary file: parsing, checking, and the pairs in order.
//!
//! Two formats share one grammar. Both are UTF-8 lines `key TAB value SPACE
//! value…`, with `#` in the first column starting a comment (OpenCC 1.4.2,
//! `src/Lexicon.cpp`). The files below `dict/` may have a third column of tags
//! and must be sorted; OpenCC's own text dictionaries may be in any order.

use std::collections::BTreeMap;
use std::fmt;

/// Where a dictionary comes from, which decides how strictly it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A file below `dict/`: sorted, no empty value, tags in a third column.
    Tagged,
    /// An OpenCC text dictionary: any order, the first value is all that counts.
    OpenCc,
}

/// A line of a dictionary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What is looked for; never empty.
    pub key: String,
    /// What may replace it, best first; never empty. Conversion uses the first.
    pub values: Vec<String>,
    /// Data that drives derived tables: `tofu-risk`, `reverse-prefer:KEY`.
    pub tags: Vec<String>,
}

impl Entry {
    /// The value that conversion uses.
    pub fn value(&self) -> &str {
        &self.values[0]
    }
}

/// The entries of one dictionary, sorted by key, keys unique.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lexicon {
    entries: Vec<Entry>,
}

/// A dictionary that cannot be read: where, and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Line, from 1; 0 where the fault belongs to no line.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong and what was expected.
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for ParseError {}

impl Lexicon {
    /// Parses a dictionary file.
    ///
    /// # Errors
    ///
    /// A line without a TAB, an empty or repeated key; in [`Format::Tagged`]
    /// also an empty or repeated value, and a key out of order.
    pub fn parse(text: &str, format: Format) -> Result<Self, ParseError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut entries: Vec<(usize, Entry)> = Vec::new();
        for (index, line) in text.split('\n').enumerate() {
            // OpenCC ends a line at the first CR or NUL too.
            let line = line.split(['\r', '\0']).next().unwrap_or("");
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let number = index + 1;
            let entry = parse_line(line, format).map_err(|(at, message)| ParseError {
                line: number,
                column: line[..at].chars().count() + 1,
                message,
            })?;
            entries.push((number, entry));
        }
        let sorted = entries.windows(2).find(|w| w[0].1.key > w[1].1.key);
        if let (Format::Tagged, Some(pair)) = (format, sorted) {
            return Err(ParseError {
                line: pair[1].0,
                column: 1,
                message: format!("key `{}` is out of order: sort by code point", pair[1].1.key),
            });
        }
        entries.sort_by(|a, b| a.1.key.cmp(&b.1.key));
        if let Some(pair) = entries.windows(2).find(|w| w[0].1.key == w[1].1.key) {
            return Err(ParseError {
                line: pair[1].0,
                column: 1,
                message: format!(
                    "key `{}` stands on line {} already: keep one of the two",
                    pair[1].1.key, pair[0].0
                ),
            });
        }
        Ok(Self { entries: entries.into_iter().map(|(_, entry)| entry).collect() })
    }

    /// A dictionary from pairs, each key with its values, in any order. Later
    /// pairs with a known key add values to it.
    pub fn from_pairs<K, V>(pairs: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<String>,
        V: Into<String>,
    {
        let mut map: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (key, value) in pairs {
            map.entry(key.into()).or_default().push(value.into());
        }
        let entries = map.into_iter().map(|(key, values)| Entry { key, values, tags: Vec::new() });
        Self { entries: entries.collect() }
    }

    /// The entries, sorted by key.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry of a key.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|e| e.key.as_str().cmp(key));
        at.ok().map(|at| &self.entries[at])
    }
}

/// A line that is neither blank nor a comment; the error carries a byte offset.
fn parse_line(line: &str, format: Format) -> Result<Entry, (usize, String)> {
    let Some(tab) = line.find('\t') else {
        let expected = "expected `key TAB value`, found no TAB".to_owned();
        return Err((line.len(), expected));
    };
    let (key, rest) = (&line[..tab], &line[tab + 1..]);
    if key.is_empty() {
        return Err((0, "expected a key before the TAB".to_owned()));
    }
    let (values, tags) = match (format, rest.split_once('\t')) {
        (Format::Tagged, Some((values, tags))) => (values, tags),
        _ => (rest, ""),
    };
    let entry = Entry {
        key: key.to_owned(),
        values: values.split(' ').map(str::to_owned).collect(),
        tags: tags.split_whitespace().map(str::to_owned).collect(),
    };
    if format == Format::Tagged {
        for (i, value) in entry.values.iter().enumerate() {
            if value.is_empty() {
                return Err((tab + 1, "expected values between single spaces".to_owned()));
            }
            if entry.values[..i].contains(value) {
                return Err((tab + 1, format!("value `{value}` is given twice")));
            }
        }
    }
    Ok(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str, format: Format) -> (usize, usize) {
        let error = Lexicon::parse(text, format).expect_err(text);
        (error.line, error.column)
    }

    #[test]
    fn reads_pairs_comments_tags_and_line_ends() {
        let text = "\u{feff}# head\r\n\n一\t甲 乙\ttofu-risk\r\n丁\t戊\n";
        let lexicon = Lexicon::parse(text, Format::Tagged).expect("well formed");
        assert_eq!(lexicon.entries().len(), 2);
        let first = lexicon.get("一").expect("present");
        assert_eq!(first.values, ["甲", "乙"]);
        assert_eq!(first.tags, ["tofu-risk"]);
        assert_eq!(lexicon.get("丁").expect("present").value(), "戊");
        assert_eq!(lexicon.get("丙"), None);
    }

    #[test]
    fn faults_name_line_and_column() {
        assert_eq!(fault("一\t甲\n二三 丙", Format::OpenCc), (2, 5));
        assert_eq!(fault("\t甲", Format::OpenCc), (1, 1));
        assert_eq!(fault("二\t甲\n一\t乙", Format::Tagged), (2, 1));
        assert_eq!(fault("二\t甲\n一\t乙\n二\t丙", Format::OpenCc), (3, 1));
        assert_eq!(fault("一\t甲  乙", Format::Tagged), (1, 3));
        assert_eq!(fault("一\t甲 甲", Format::Tagged), (1, 3));
    }

    #[test]
    fn opencc_text_may_be_unsorted_and_its_values_empty() {
        let lexicon = Lexicon::parse("二\t乙\n一\t", Format::OpenCc).expect("as OpenCC reads it");
        assert_eq!(lexicon.entries()[0].value(), "");
        assert_eq!(lexicon.entries()[1].value(), "乙");
    }
}
