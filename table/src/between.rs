//! What may begin between the keys of the segmentation and is longer than one
//! character, in whichever stage.
//!
//! Three kinds of text are found here, all by their first characters:
//!
//! - a key of the first stage;
//! - a text that the first stage turns, character by character, into a key of
//!   the second;
//! - two characters at which a key of the second stage begins in some other
//!   way, partly in the output of a longer key.
//!
//! The first two are *closed*: they have one output, known when the tables are
//! made, unless a key of the segmentation begins inside them, which is looked up
//! when they are met. Where a rule of some stage could reach on beyond such a
//! text, that depends on the next character; so the text with that character
//! stands here too, as *open*, and being longer it is found first. At open texts
//! the stages must be run one by one; a few too many cost time, not correctness.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use crate::chain::has_prefix;

/// Pairs of a flattened dictionary.
pub type Rules = BTreeMap<String, String>;

/// A key of the second stage with more source texts than this is not spelt out.
const MOST_SOURCES: usize = 64;

/// The stages between the keys.
pub struct Between<'a> {
    /// Keys of which none begins between the keys, by definition.
    pub segmentation: &'a Rules,
    /// All rules of the first stage.
    pub first: &'a Rules,
    /// The first stage's keys of two characters and more that are not hidden by
    /// the segmentation's.
    pub alive: &'a Rules,
    /// The second stage's keys of two characters and more.
    pub late: &'a Rules,
}

impl Between<'_> {
    /// Whether a key of the segmentation may begin inside a text, depending on
    /// what follows the text or not.
    pub fn is_enterable(&self, text: &str) -> bool {
        suffixes(text).skip(1).any(|rest| {
            has_prefix(self.segmentation, rest) || !nexts(self.segmentation, [rest].into_iter()).is_empty()
        })
    }

    /// Every text, and whether it is closed.
    pub fn texts(&self) -> BTreeMap<String, bool> {
        let sources = Sources::new(self);
        let mut texts: BTreeMap<String, bool> = BTreeMap::new();
        let mut open: BTreeSet<String> = BTreeSet::new();
        let mut add = |text: &str, closed: bool, next: BTreeSet<char>| {
            texts.insert(text.to_owned(), closed);
            open.extend(next.into_iter().map(|c| format!("{text}{c}")));
        };
        for (key, value) in self.alive {
            let next = nexts(self.late, suffixes(value)).into_iter().flat_map(|c| sources.begin(c));
            add(key, true, next.collect());
        }
        let mut others = Vec::new();
        for key in self.late.keys() {
            let next =
                nexts(self.late, [key.as_str()].into_iter()).into_iter().flat_map(|c| sources.begin(c));
            let next: BTreeSet<char> = next.collect();
            for text in sources.spelt(key) {
                // What another rule takes first is never seen here.
                if has_prefix(self.segmentation, &text) || has_prefix(self.alive, &text) {
                    continue;
                }
                let inside = || suffixes(&text).skip(1);
                let closed = !inside().any(|rest| has_prefix(self.alive, rest));
                let entries = nexts(self.alive, inside());
                add(&text, closed, next.union(&entries).copied().collect());
            }
            others.extend(sources.other_starts(key));
        }
        for text in open.into_iter().chain(others) {
            texts.entry(text).or_insert(false);
        }
        texts
    }
}

/// A text from each of its characters on.
fn suffixes(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices().map(|(at, _)| &text[at..])
}

/// The characters with which keys go on that begin with one of `texts`.
fn nexts<'t>(rules: &Rules, texts: impl Iterator<Item = &'t str>) -> BTreeSet<char> {
    let mut found = BTreeSet::new();
    for text in texts {
        let above = (Bound::Excluded(text), Bound::Unbounded);
        let keys = rules.range::<str, _>(above).map(|(key, _)| key.strip_prefix(text));
        found.extend(keys.map_while(|rest| rest?.chars().next()));
    }
    found
}

/// What of the source becomes which character in the first stage.
struct Sources<'a> {
    first: &'a Rules,
    /// Characters that become one character, by that.
    single: BTreeMap<char, Vec<char>>,
    /// Tokens that become several characters or have several themselves: what
    /// they begin with, and what they become.
    longer: Vec<(char, &'a str)>,
    /// Of these, characters.
    several: Vec<(char, &'a str)>,
}

impl<'a> Sources<'a> {
    fn new(between: &Between<'a>) -> Self {
        let mut single: BTreeMap<char, Vec<char>> = BTreeMap::new();
        let mut several = Vec::new();
        for (key, value) in between.first {
            match (sole(key), sole(value)) {
                (Some(source), Some(output)) => single.entry(output).or_default().push(source),
                (Some(source), None) => several.push((source, value.as_str())),
                (None, _) => {}
            }
        }
        let alive = between.alive.iter();
        let alive = alive.filter_map(|(key, value)| Some((key.chars().next()?, value.as_str())));
        let longer = alive.chain(several.iter().copied()).collect();
        Self { first: between.first, single, longer, several }
    }

    /// The characters with which a token begins whose output begins with this.
    fn begin(&self, output: char) -> Vec<char> {
        let longer = self.longer.iter().filter(|(_, value)| value.starts_with(output));
        self.of(output).into_iter().chain(longer.map(|(source, _)| *source)).collect()
    }

    /// The characters that become this one.
    fn of(&self, output: char) -> Vec<char> {
        let is_changed = self.first.contains_key(output.encode_utf8(&mut [0; 4]) as &str);
        let own = (!is_changed).then_some(output);
        self.single.get(&output).into_iter().flatten().copied().chain(own).collect()
    }

    /// Every text that becomes `key` character by character; none, if too many.
    fn spelt(&self, key: &str) -> Vec<String> {
        let mut texts = vec![String::new()];
        for c in key.chars() {
            let sources = self.of(c);
            if texts.len() * sources.len() > MOST_SOURCES {
                return Vec::new();
            }
            let longer = texts.iter().flat_map(|text| sources.iter().map(move |s| format!("{text}{s}")));
            texts = longer.collect();
        }
        texts
    }

    /// The pairs of characters that become the first two of `key`.
    fn starts(&self, key: &str) -> Vec<String> {
        let mut chars = key.chars();
        match (chars.next(), chars.next()) {
            (Some(a), Some(b)) => pairs(&self.of(a), &self.of(b)),
            _ => Vec::new(),
        }
    }

    /// The pairs at which `key` may begin in other ways than those spelt out.
    fn other_starts(&self, key: &str) -> Vec<String> {
        let mut found = Vec::new();
        let begins = |rest: &str, output: &str| rest.starts_with(output) || output.starts_with(rest);
        for (i, rest) in suffixes(key).enumerate().skip(1) {
            let here: Vec<char> =
                self.longer.iter().filter(|(_, output)| begins(rest, output)).map(|l| l.0).collect();
            match i {
                // One plain character, then a longer token.
                1 => found.extend(pairs(&self.of(key.chars().next().unwrap_or_default()), &here)),
                _ if here.is_empty() => {}
                _ => found.extend(self.starts(key)),
            }
        }
        if self.spelt(key).is_empty() {
            found.extend(self.starts(key));
        }
        // A token of one character that becomes several, from any of them on.
        for (source, output) in &self.several {
            for rest in suffixes(output).filter_map(|end| key.strip_prefix(end)) {
                let next = rest.chars().next();
                let longer = self.longer.iter().filter(|(_, output)| begins(rest, output)).map(|l| l.0);
                let nexts: Vec<char> = next
                    .into_iter()
                    .flat_map(|c| self.of(c))
                    .chain(next.and(Some(longer)).into_iter().flatten())
                    .collect();
                found.extend(pairs(&[*source], &nexts));
            }
        }
        found
    }
}

fn pairs(firsts: &[char], seconds: &[char]) -> Vec<String> {
    let both = firsts.iter().flat_map(|a| seconds.iter().map(move |b| [*a, *b]));
    both.map(String::from_iter).collect()
}

/// The character that a text is, if it is one.
pub fn sole(text: &str) -> Option<char> {
    let mut chars = text.chars();
    let c = chars.next()?;
    chars.next().is_none().then_some(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(pairs: &[(&str, &str)]) -> Rules {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    fn texts(segmentation: &[(&str, &str)], first: &[(&str, &str)], late: &[(&str, &str)]) -> String {
        let (segmentation, first) = (rules(segmentation), rules(first));
        let mut alive = first.clone();
        alive.retain(|key, _| sole(key).is_none() && !has_prefix(&segmentation, key));
        let late = rules(late);
        let between = Between { segmentation: &segmentation, first: &first, alive: &alive, late: &late };
        let texts = between.texts();
        let shown = texts.iter().map(|(text, closed)| format!("{text}{}", if *closed { "" } else { "?" }));
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_late_key_is_spelt_in_the_source() {
        assert_eq!(texts(&[], &[("a", "x"), ("b", "x")], &[("xy", "z")]), "ay by xy");
        assert_eq!(texts(&[("ay", "ay")], &[("a", "x")], &[("xy", "z")]), "xy");
    }

    #[test]
    fn what_may_be_entered_from_inside_depends_on_the_next_character() {
        assert_eq!(texts(&[], &[("a", "x"), ("yw", "v")], &[("xy", "z")]), "ay ayw? xy xyw? yw");
        assert_eq!(texts(&[], &[("yw", "v")], &[("xywz", "z")]), "xywz? yw");
    }

    #[test]
    fn what_may_go_on_depends_on_the_next_character() {
        assert_eq!(texts(&[], &[("ab", "xy")], &[("zz", "z")]), "ab zz");
        assert_eq!(texts(&[], &[("ab", "xy"), ("c", "z")], &[("yz", "z")]), "ab abc? abz? yc yz");
        assert_eq!(texts(&[], &[("ab", "xy")], &[("xy", "z"), ("xyz", "z")]), "ab abz? xy xyz");
    }

    #[test]
    fn a_late_key_may_end_in_a_longer_token() {
        assert_eq!(texts(&[], &[("ab", "xy")], &[("zx", "z")]), "ab za? zx");
        assert_eq!(texts(&[], &[("ab", "xy")], &[("uvx", "z")]), "ab uv? uvx");
    }

    #[test]
    fn a_character_that_becomes_several_is_followed() {
        assert_eq!(texts(&[], &[("a", "xy")], &[("yz", "z")]), "az? yz");
        assert_eq!(texts(&[], &[("a", "xy"), ("b", "zu")], &[("yz", "z")]), "ab? az? yb? yz");
    }
}
