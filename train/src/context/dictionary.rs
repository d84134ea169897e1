//! What the phrase dictionary knows: the candidates of each Simplified
//! character, its own choice, and where its phrases stand.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::PathBuf;

use zhnorm::{Converter, Direction, Rare};
use zhnorm_table::compose;
use zhnorm_table::directions::Directions;
use zhnorm_table::features::{self, FIELD, WINDOW};
use zhnorm_table::layout::Blob;
use zhnorm_table::lexicon::{Format, Lexicon};
use zhnorm_table::model::MOST;
use zhnorm_table::styles::{Form, Region, Styles};
use zhnorm_table::view::{self, Tables};

pub(super) struct Dictionary {
    /// The compiled plans `s2t` and `tw2s`.
    tables: Vec<u8>,
    to_simplified: Converter,
    to_traditional: Converter,
    /// Standard forms that a Simplified character may become, the usual first.
    candidates: BTreeMap<char, Vec<char>>,
    /// A Traditional character's standard form, glyph variants folded.
    folds: HashMap<char, char>,
    phrases: Lexicon,
    styles: Styles,
}

/// What Simplified text writes as another character and OpenCC leaves as it is. (牠 for
/// 它 too: half of the animals near by are 它 to their authors, and nothing was learned.)
const MERGED: [(char, &str); 1] = [('揹', "背")];

/// Stands in a line's Traditional for what nobody knows.
pub(super) const UNKNOWN: char = '\0';

/// A line in both scripts, character by character.
pub(super) struct Line {
    pub(super) traditional: Vec<char>,
    pub(super) simplified: Vec<char>,
    /// What the dictionary makes of the Simplified.
    pub(super) chosen: Vec<char>,
    /// The length of the phrase that covers each character, or 0: see `Plan::phrase`.
    pub(super) phrases: Vec<u8>,
    /// Codes for windows, with edges before and behind.
    pub(super) codes: Vec<u16>,
}

impl Line {
    /// What stands around a character.
    pub(super) fn field(&self, i: usize) -> Option<&[u16; FIELD]> {
        self.codes[i..].first_chunk()
    }
}

impl Dictionary {
    pub(super) fn load() -> Result<Self, String> {
        let dict = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../dict"));
        let read = |path: PathBuf| fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()));
        let source = |name: &str| {
            let text = read(dict.join("opencc").join(name).with_extension("txt"))?;
            Lexicon::parse(&text, Format::Tagged).map_err(|e| format!("{name}: {e}"))
        };
        let text = read(dict.join("directions"))?;
        let directions = Directions::parse(&text, &source)?;
        let (mut blob, mut plans) = (Blob::default(), Vec::new());
        for name in ["s2t", "tw2s"] {
            let chain = directions.chain(name)?;
            plans.push((name, compose::compile(&chain, &mut blob).map_err(|e| e.to_string())?));
        }
        let phrases = source("STPhrases")?;
        let folds = folds(&[source("TWVariants")?, source("HKVariants")?]);
        let candidates = candidates(&source("STCharacters")?, &folds);
        Ok(Self {
            tables: view::finish(&plans, blob),
            to_simplified: Converter::exact(Direction::Tw2s).rare(Rare::Exclude),
            to_traditional: Converter::exact(Direction::S2t).rare(Rare::Exclude),
            candidates,
            folds,
            phrases,
            styles: Styles::parse(&read(dict.join("zhnorm/styles.txt"))?, &[])?,
        })
    }

    /// The phrases' Traditional sides.
    pub(super) fn phrases(&self) -> impl Iterator<Item = &str> {
        self.phrases.entries().iter().map(|entry| entry.value())
    }

    /// What the dictionary makes of a Simplified text.
    pub(super) fn traditional(&self, simplified: &[char]) -> String {
        self.to_traditional.convert(&simplified.iter().collect::<String>()).into_owned()
    }

    /// Whether a Simplified text begins with a phrase.
    pub(super) fn begins_with_phrase(&self, simplified: &str) -> bool {
        let s2t = Tables::trusted(&self.tables).and_then(|tables| tables.plan("s2t"));
        s2t.is_some_and(|plan| plan.keys.trie.longest_at(simplified).is_some())
    }

    /// What is made of a Traditional text.
    pub(super) fn simplified(&self, traditional: &str) -> String {
        let simplified = self.to_simplified.convert(traditional).into_owned();
        MERGED.iter().fold(simplified, |text, (from, to)| text.replace(*from, to))
    }

    /// A line of Traditional text with what is made from it; `None` where
    /// conversion changes its length.
    pub(super) fn line(&self, traditional: &str) -> Option<Line> {
        self.line_of(&self.simplified(traditional), traditional.chars().collect())
    }

    /// The same of a line that both scripts are given of.
    pub(super) fn line_of(&self, simplified: &str, traditional: Vec<char>) -> Option<Line> {
        let chosen = self.to_traditional.convert(simplified);
        let tables = Tables::trusted(&self.tables)?;
        let (s2t, tw2s) = (tables.plan("s2t")?, tables.plan("tw2s")?);
        let mut line = Line {
            traditional,
            simplified: simplified.chars().collect(),
            chosen: chosen.chars().collect(),
            phrases: Vec::new(),
            codes: vec![features::class::EDGE; FIELD / 2],
        };
        let count = line.traditional.len();
        if line.simplified.len() != count || line.chosen.len() != count {
            return None;
        }
        let mut keys = s2t.keys_in(simplified).map(|(_, key)| key).peekable();
        for at in simplified.char_indices().map(|(at, _)| at) {
            while keys.next_if(|key| key.end <= at).is_some() {}
            let key = keys.peek().filter(|key| key.start <= at).cloned();
            line.phrases.push(s2t.phrase(simplified, at, key));
        }
        let simple = |c: u16| tw2s.chars.plain(c);
        line.codes.extend(line.simplified.iter().map(|c| features::code(*c, simple)));
        line.codes.extend([features::class::EDGE; FIELD / 2]);
        Some(line)
    }

    /// What a Simplified character may become; `None` where there is no choice.
    pub(super) fn candidates(&self, c: char) -> Option<&[char]> {
        self.candidates.get(&c).map(Vec::as_slice)
    }

    /// Whether the house style decides the character in the middle of a window,
    /// in Taiwan, where the texts are from.
    pub(super) fn is_styled(&self, c: char, window: &[u16; WINDOW]) -> bool {
        self.styles.form(c as u16, window, Region::Taiwan) != Form::Context
    }

    /// Whether the house style has rules for a character.
    pub(super) fn has_style(&self, c: char) -> bool {
        u16::try_from(c as u32).is_ok_and(|c| self.styles.has(c))
    }

    /// The number of the candidate that a Traditional character is.
    pub(super) fn number(&self, candidates: &[char], c: char) -> Option<u8> {
        candidates.iter().position(|candidate| self.is_same(*candidate, c)).map(|at| at as u8)
    }

    /// Whether two characters are glyph variants of one.
    pub(super) fn is_same(&self, a: char, b: char) -> bool {
        let fold = |c: char| self.folds.get(&c).copied().unwrap_or(c);
        fold(a) == fold(b)
    }
}

/// Each character of regional variants under one of its group.
fn folds(regions: &[Lexicon]) -> HashMap<char, char> {
    let mut folds: HashMap<char, char> = HashMap::new();
    for entry in regions.iter().flat_map(Lexicon::entries) {
        let (Some(a), Some(b)) = (entry.key.chars().next(), entry.value().chars().next()) else {
            continue;
        };
        let root = |c: char| folds.get(&c).copied().unwrap_or(c);
        let (from, to) = (root(b), root(a));
        for c in folds.values_mut().filter(|c| **c == from) {
            *c = to;
        }
        folds.insert(a, to);
        folds.insert(b, to);
    }
    folds
}

/// What a Simplified character may become, by the lexicon; nothing where it has no choice.
fn candidates(st: &Lexicon, folds: &HashMap<char, char>) -> BTreeMap<char, Vec<char>> {
    let single = |text: &str| {
        let mut chars = text.chars();
        chars.next().filter(|c| chars.next().is_none() && (*c as u32) < 0x1_0000)
    };
    let mut pairs: Vec<(char, char)> = Vec::new();
    for entry in st.entries() {
        let values = entry.values.iter().filter_map(|v| single(v));
        pairs.extend(values.filter_map(|v| Some((single(&entry.key)?, v))));
    }
    let mut found: BTreeMap<char, Vec<char>> = BTreeMap::new();
    let fold = |c: char| folds.get(&c).copied().unwrap_or(c);
    for (s, t) in pairs {
        let list = found.entry(s).or_default();
        if list.len() < MOST && !list.iter().any(|other| fold(*other) == fold(t)) {
            list.push(t);
        }
    }
    found.retain(|_, list| list.len() > 1);
    found
}
