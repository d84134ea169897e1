use std::collections::{BTreeSet, HashMap};

use zhnorm_peers::{dictionaries, oracle};

use crate::random::Random;

/// What the dictionaries hold.
pub struct Words {
    /// Every key, every value, and what OpenCC makes of them in other scripts, so that the later
    /// stages of a direction meet whole phrases too.
    pub all: Vec<String>,
    /// Every key.
    pub keys: Vec<String>,
    /// The keys of two characters or more of each dictionary that has any.
    pub phrases: Vec<Vec<String>>,
    /// The same of all dictionaries, by their first character.
    by_first: HashMap<char, Vec<String>>,
    chars: Vec<char>,
}

impl Words {
    pub fn read() -> Self {
        let dictionaries = dictionaries();
        assert_eq!(dictionaries.len(), 17, "dictionary sources");
        let mut all: BTreeSet<String> = BTreeSet::new();
        let mut keys = BTreeSet::new();
        let mut phrases = Vec::new();
        for entries in dictionaries {
            let longer = |key: &&String| key.chars().nth(1).is_some();
            let of_one: Vec<String> =
                entries.iter().map(|entry| &entry.key).filter(longer).cloned().collect();
            if !of_one.is_empty() {
                phrases.push(of_one);
            }
            for entry in entries {
                all.extend(entry.values);
                all.insert(entry.key.clone());
                keys.insert(entry.key);
            }
        }
        assert!(keys.len() > 50_000, "only {} keys", keys.len());
        let lines: String = all.iter().flat_map(|word| [word, "\n"]).collect();
        for direction in ["t2s", "s2t", "tw2t", "hk2t", "t2jp"] {
            let oracle = oracle(direction.parse().expect("a direction's name"));
            let converted = oracle.convert(&lines).expect("UTF-8 without NUL");
            all.extend(converted.lines().map(str::to_owned));
        }
        let chars: BTreeSet<char> = all.iter().flat_map(|word| word.chars()).collect();
        let mut by_first: HashMap<char, Vec<String>> = HashMap::new();
        for phrase in phrases.iter().flatten() {
            let first = phrase.chars().next().expect("a phrase has characters");
            by_first.entry(first).or_default().push(phrase.clone());
        }
        Self {
            all: all.into_iter().collect(),
            keys: keys.into_iter().collect(),
            phrases,
            by_first,
            chars: chars.into_iter().collect(),
        }
    }

    pub fn word(&self, random: &mut Random) -> &str {
        &self.all[random.below(self.all.len())]
    }

    pub fn char(&self, random: &mut Random) -> char {
        self.chars[random.below(self.chars.len())]
    }

    /// A key that starts with `text` and is longer.
    pub fn longer(&self, text: &[char], random: &mut Random) -> Option<&str> {
        let phrases = self.by_first.get(text.first()?)?;
        let from = random.below(phrases.len());
        let (before, after) = phrases.split_at(from);
        after
            .iter()
            .chain(before)
            .find(|key| key.chars().count() > text.len() && starts_with(key, text))
            .map(String::as_str)
    }
}

fn starts_with(key: &str, text: &[char]) -> bool {
    let mut key = key.chars();
    text.iter().all(|&c| key.next() == Some(c))
}
