//! OpenCC's algorithm, slow and obvious: the definition of every exact
//! conversion, and the twin that the compiled plans are tested against.
//!
//! The steps are those of OpenCC 1.4.2 (`src/PrefixMatch.cpp`,
//! `src/MaxMatchSegmentation.cpp`, `src/Conversion.cpp`, `src/Config.cpp`):
//! a normalization pass, a segmentation, then every stage for each segment by
//! itself. Nothing here is tuned; [`crate::compose`] is.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::Rare;
use crate::ids;
use crate::lexicon::Lexicon;

/// How a group asks its dictionaries (OpenCC's `match_policy`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// The first dictionary with any match gives its longest one.
    ShortCircuit,
    /// The longest match of all; of two equally long, the earlier dictionary's.
    Union,
}

/// A dictionary of a stage: one lexicon, or a group of dictionaries.
#[derive(Clone, Debug)]
pub enum Dict {
    /// The pairs of one lexicon.
    Leaf(Arc<Leaf>),
    /// Several dictionaries behind one policy.
    Group(Policy, Vec<Dict>),
}

/// The pairs of one lexicon, ready for longest-prefix queries.
#[derive(Debug)]
pub struct Leaf {
    values: HashMap<String, String>,
    /// The longest key, in bytes, that starts with each character.
    longest: HashMap<char, usize>,
}

impl Leaf {
    /// The first value of each key.
    pub fn new(lexicon: &Lexicon) -> Self {
        let mut longest: HashMap<char, usize> = HashMap::new();
        let mut values = HashMap::new();
        for entry in lexicon.entries() {
            let Some(first) = entry.key.chars().next() else {
                continue;
            };
            let len = longest.entry(first).or_default();
            *len = entry.key.len().max(*len);
            values.insert(entry.key.clone(), entry.value().to_owned());
        }
        Self { values, longest }
    }

    fn longest_match<'a>(&'a self, text: &str) -> Option<(usize, &'a str)> {
        let longest = *self.longest.get(&text.chars().next()?)?;
        let longest = longest.min(text.len());
        let ends = (1..=longest).rev().filter(|&n| text.is_char_boundary(n));
        ends.filter_map(|n| self.values.get(&text[..n]).map(|v| (n, v.as_str()))).next()
    }
}

impl Dict {
    /// A dictionary of one lexicon.
    pub fn leaf(lexicon: &Lexicon) -> Self {
        Self::Leaf(Arc::new(Leaf::new(lexicon)))
    }

    /// The match at the start of `text`: its length in bytes and its value.
    pub fn longest_match(&self, text: &str) -> Option<(usize, &str)> {
        match self {
            Self::Leaf(leaf) => leaf.longest_match(text),
            Self::Group(Policy::ShortCircuit, dicts) => {
                dicts.iter().find_map(|dict| dict.longest_match(text))
            }
            Self::Group(Policy::Union, dicts) => {
                let matches = dicts.iter().filter_map(|dict| dict.longest_match(text));
                matches.reduce(|best, next| if next.0 > best.0 { next } else { best })
            }
        }
    }

    /// The one dictionary that is equal to this group: in it the longest key
    /// always wins.
    ///
    /// Where an earlier dictionary of a short-circuit group has a prefix of a
    /// later one's key, the earlier one always answers first, so the later key
    /// is dead. Without dead keys the longest match is the first dictionary's.
    pub fn flatten(&self) -> BTreeMap<String, String> {
        match self {
            Self::Leaf(leaf) => {
                let pairs = leaf.values.iter();
                pairs.map(|(k, v)| (k.clone(), v.clone())).collect()
            }
            Self::Group(policy, dicts) => {
                let mut all: BTreeMap<String, String> = BTreeMap::new();
                for dict in dicts {
                    let mut next = dict.flatten();
                    if *policy == Policy::ShortCircuit {
                        next.retain(|key, _| !has_prefix(&all, key));
                    }
                    for (key, value) in next {
                        all.entry(key).or_insert(value);
                    }
                }
                all
            }
        }
    }
}

/// Whether a key of `dict` is a prefix of `text`, `text` itself included.
pub fn has_prefix(dict: &BTreeMap<String, String>, text: &str) -> bool {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    ends.into_iter().any(|end| dict.contains_key(&text[..end]))
}

/// A conversion: what OpenCC's configuration files describe.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// Passes over the whole text before it is segmented.
    pub normalization: Vec<Dict>,
    /// Cuts the text into segments that no later rule crosses.
    pub segmentation: Option<Dict>,
    /// Passes over each segment, one after the other.
    pub stages: Vec<Dict>,
}

impl Chain {
    /// Characters of which at least one stands in every text that is changed. (What one
    /// stage does to a character, a later one may undo.)
    pub fn changes(&self) -> HashSet<char> {
        let stages = self.normalization.iter().chain(&self.stages);
        let stages: Vec<BTreeMap<String, String>> = stages.map(Dict::flatten).collect();
        let texts = stages.iter().flatten().flat_map(|(key, value)| [key, value]);
        // What each character may have been in the text.
        let mut was: HashMap<char, HashSet<char>> =
            texts.flat_map(|text| text.chars()).map(|c| (c, HashSet::from([c]))).collect();
        let mut changed = HashSet::new();
        for entries in &stages {
            let stay = was.iter().filter(|(c, _)| !entries.contains_key(c.encode_utf8(&mut [0; 4]) as &str));
            let mut next: HashMap<char, HashSet<char>> = stay.map(|(c, was)| (*c, was.clone())).collect();
            for (key, value) in entries {
                if key.chars().count() != value.chars().count() {
                    changed.extend(key.chars().take(1).filter_map(|c| was.get(&c)).flatten());
                    continue;
                }
                for (from, to) in key.chars().zip(value.chars()) {
                    next.entry(to).or_default().extend(was.get(&from).into_iter().flatten());
                }
            }
            was = next;
        }
        changed.extend(was.iter().flat_map(|(c, was)| was.iter().filter(move |was| *was != c)));
        changed
    }

    /// Converts a text.
    pub fn convert(&self, text: &str) -> String {
        let normal = apply_all(&self.normalization, text);
        let Some(dict) = &self.segmentation else {
            return self.convert_segment(&normal);
        };
        let segments = segments(dict, &normal);
        segments.iter().map(|s| self.convert_segment(s)).collect()
    }

    /// Converts one segment of normalized text.
    pub fn convert_segment(&self, segment: &str) -> String {
        apply_all(&self.stages, segment)
    }
}

fn apply_all(dicts: &[Dict], text: &str) -> String {
    let owned = text.to_owned();
    dicts.iter().fold(owned, |text, dict| apply(dict, &text))
}

/// One pass: the longest match is replaced, what has none is copied.
fn apply(dict: &Dict, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let len = match dict.longest_match(rest) {
            Some((len, value)) => {
                out.push_str(value);
                len
            }
            None => {
                let len = unit_len(rest);
                out.push_str(&rest[..len]);
                len
            }
        };
        rest = &rest[len..];
    }
    out
}

/// Each match is a segment, and so is each run between two matches.
fn segments<'t>(dict: &Dict, text: &'t str) -> Vec<&'t str> {
    let mut segments = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        if let Some((len, _)) = dict.longest_match(&text[at..]) {
            if start < at {
                segments.push(&text[start..at]);
            }
            segments.push(&text[at..at + len]);
            at += len;
            start = at;
        } else {
            at += unit_len(&text[at..]);
        }
    }
    if start < at {
        segments.push(&text[start..at]);
    }
    segments
}

/// What is copied where nothing matches: a description sequence or a character.
fn unit_len(text: &str) -> usize {
    let one = text.chars().next().map_or(0, char::len_utf8);
    ids::sequence_len(text).unwrap_or(one)
}

/// A tree of dictionaries as configurations write it, before the choice of
/// [`Rare`] has dropped anything.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What the dictionary is made of.
    pub kind: SpecKind,
    /// OpenCC's `may_output_tofu`.
    pub rare: bool,
}

/// See [`Spec`].
#[derive(Clone, Debug)]
pub enum SpecKind {
    /// One lexicon.
    Leaf(Arc<Leaf>),
    /// A group.
    Group(Policy, Vec<Spec>),
}

impl Spec {
    /// The dictionary under a choice of [`Rare`]; `None` where it is empty.
    pub fn resolve(&self, rare: Rare) -> Option<Dict> {
        if self.rare && rare == Rare::Exclude {
            return None;
        }
        match &self.kind {
            SpecKind::Leaf(leaf) => Some(Dict::Leaf(Arc::clone(leaf))),
            SpecKind::Group(policy, specs) => {
                let dicts: Vec<Dict> = specs.iter().filter_map(|s| s.resolve(rare)).collect();
                (!dicts.is_empty()).then_some(Dict::Group(*policy, dicts))
            }
        }
    }
}

/// A [`Chain`] before the choice of [`Rare`].
#[derive(Clone, Debug, Default)]
pub struct ChainSpec {
    /// See [`Chain::normalization`].
    pub normalization: Vec<Spec>,
    /// See [`Chain::segmentation`]; always takes the rare dictionaries in.
    pub segmentation: Option<Spec>,
    /// See [`Chain::stages`].
    pub stages: Vec<Spec>,
}

impl ChainSpec {
    /// The chain under a choice of [`Rare`].
    pub fn resolve(&self, rare: Rare) -> Chain {
        let all = |specs: &[Spec]| specs.iter().filter_map(|s| s.resolve(rare)).collect();
        Chain {
            normalization: all(&self.normalization),
            segmentation: self.segmentation.as_ref().and_then(|s| s.resolve(Rare::Include)),
            stages: all(&self.stages),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(pairs: &[(&str, &str)]) -> Dict {
        Dict::leaf(&Lexicon::from_pairs(pairs.iter().copied()))
    }

    #[test]
    fn a_short_circuit_group_prefers_the_earlier_dictionary_to_the_longer_key() {
        let first = leaf(&[("ab", "1"), ("abcd", "2")]);
        let second = leaf(&[("abc", "3"), ("b", "4"), ("a", "5")]);
        let group = Dict::Group(Policy::ShortCircuit, vec![first.clone(), second.clone()]);
        assert_eq!(group.longest_match("abcx"), Some((2, "1")));
        assert_eq!(group.longest_match("abcd"), Some((4, "2")));
        assert_eq!(group.longest_match("ax"), Some((1, "5")));
        let union = Dict::Group(Policy::Union, vec![first, second]);
        assert_eq!(union.longest_match("abcx"), Some((3, "3")));
    }

    #[test]
    fn a_flattened_group_matches_like_the_group() {
        let parts = [
            leaf(&[("ab", "1"), ("abcd", "2"), ("c", "3")]),
            leaf(&[("abc", "4"), ("b", "5"), ("bc", "6"), ("c", "7")]),
            leaf(&[("cab", "8"), ("d", "9"), ("da", "0")]),
        ];
        let outer = [Policy::ShortCircuit, Policy::Union];
        for (one, two) in outer.iter().flat_map(|a| outer.map(|b| (*a, b))) {
            let inner = Dict::Group(one, parts[..2].to_vec());
            let group = Dict::Group(two, vec![inner, parts[2].clone()]);
            let flat = Lexicon::from_pairs(group.flatten());
            let flat = Dict::leaf(&flat);
            for n in 0..4usize.pow(6) {
                let text: String = (0..6).map(|i| ['a', 'b', 'c', 'd'][n >> (2 * i) & 3]).collect();
                assert_eq!(group.longest_match(&text), flat.longest_match(&text), "{text}");
            }
        }
    }

    #[test]
    fn what_is_changed_holds_a_character_that_is_told() {
        let first = leaf(&[("a", "b"), ("bc", "ca"), ("d", "e")]);
        let second =
            [leaf(&[("b", "a"), ("bb", "bb"), ("cb", "ca"), ("e", "d"), ("af", "a")]), leaf(&[("e", "d")])];
        let mut unchanged = 0;
        for second in second {
            let chain = Chain { stages: vec![first.clone(), second], ..Chain::default() };
            let changes = chain.changes();
            // d becomes e, which is undone.
            assert!(changes.contains(&'c') && !changes.contains(&'d'), "{changes:?}");
            for n in 0..6usize.pow(5) {
                let text: String =
                    (0..5).map(|i| ['a', 'b', 'c', 'd', 'f', 'x'][n / 6usize.pow(i) % 6]).collect();
                let is_told = text.chars().any(|c| changes.contains(&c));
                assert!(is_told || chain.convert(&text) == text, "{text}");
                unchanged += usize::from(!is_told);
            }
        }
        assert!(unchanged > 200, "{unchanged}");
    }

    #[test]
    fn a_segment_edge_stops_every_rule() {
        let chain = Chain {
            normalization: vec![leaf(&[("z", "a")])],
            segmentation: Some(leaf(&[("ab", "ab")])),
            stages: vec![leaf(&[("ab", "x"), ("c", "x")]), leaf(&[("xx", "!")])],
        };
        assert_eq!(chain.convert("cabcc"), "xx!");
        assert_eq!(chain.convert("czbcc"), "xx!");
    }

    #[test]
    fn rare_dictionaries_leave_the_stages_but_not_the_segmentation() {
        let spec = |pairs: &[(&str, &str)], rare| Spec {
            kind: SpecKind::Leaf(Arc::new(Leaf::new(&Lexicon::from_pairs(pairs.iter().copied())))),
            rare,
        };
        let chain = ChainSpec {
            segmentation: Some(spec(&[("ab", "ab")], true)),
            stages: vec![spec(&[("ab", "1")], true), spec(&[("c", "2")], false)],
            ..ChainSpec::default()
        };
        let chain = chain.resolve(Rare::Exclude);
        assert!(chain.segmentation.is_some());
        assert_eq!(chain.stages.len(), 1);
    }
}
