//! Texts that are hard to convert: keys, their prefixes and suffixes, keys that
//! overlap, and what can stand between them, put together by a list of numbers.

use std::collections::HashMap;

use zhnorm_table::lexicon::Lexicon;

pub(crate) struct Pieces {
    words: Vec<String>,
    /// Which words start with a character.
    starts: HashMap<char, Vec<usize>>,
    chars: Vec<char>,
}

/// What no dictionary holds, or only at the edges of few keys.
const ODD: &[&str] = &[
    "a",
    "S",
    "SQL",
    "B",
    "U",
    "PN",
    "-",
    "·",
    "3",
    "é",
    " ",
    "\n",
    "，",
    "。",
    "「",
    "！",
    "\u{3000}",
    "ＡＢ",
    "豈",
    "金",
    "\u{fb00}",
    "\u{2f800}",
    "\u{2fa1d}",
    "\u{20000}",
    "\u{20800}",
    "𪚥",
    "🙂",
    "\u{fe00}",
    "\u{e0100}",
    "の",
    "カ",
    "가",
    "⿰",
    "⿲",
    "⿾",
    "⿰氵",
    "⿰氵每",
    "⿱⿰木木",
    "⿰⿰⿰",
    "\u{0}",
    "\u{301}",
];

impl Pieces {
    pub(crate) fn new<'a>(lexicons: impl IntoIterator<Item = &'a Lexicon>) -> Self {
        let mut words = Vec::new();
        for entry in lexicons.into_iter().flat_map(Lexicon::entries) {
            words.push(entry.key.clone());
            words.extend(entry.values.iter().cloned());
        }
        words.sort();
        words.dedup();
        let mut starts: HashMap<char, Vec<usize>> = HashMap::new();
        let mut chars: Vec<char> = Vec::new();
        for (i, word) in words.iter().enumerate() {
            starts.entry(word.chars().next().unwrap_or_default()).or_default().push(i);
            chars.extend(word.chars());
        }
        chars.sort_unstable();
        chars.dedup();
        Self { words, starts, chars }
    }

    /// One piece for each number.
    pub(crate) fn text(&self, numbers: &[u32]) -> String {
        let mut text = String::new();
        for number in numbers {
            self.push(*number, &mut text);
        }
        text
    }

    fn push(&self, number: u32, text: &mut String) {
        let kind = number % 16;
        let n = (number / 16) as usize;
        let word = &self.words[n % self.words.len()];
        let cut = word.char_indices().map(|(i, _)| i).nth(n % 7 % word.chars().count()).unwrap_or(0);
        match kind {
            0..=3 => text.push_str(word),
            4 => text.push_str(&word[..cut]),
            5 => text.push_str(&word[cut..]),
            // Goes on where the text's last characters begin another word.
            6..=9 => {
                let back = text.char_indices().rev().nth(n % 3);
                let Some((at, c)) = back else {
                    return;
                };
                let Some(words) = self.starts.get(&c) else {
                    return;
                };
                let next = &self.words[words[n % words.len()]];
                if kind < 8 {
                    text.truncate(at);
                    text.push_str(next);
                } else if let Some(rest) = next.strip_prefix(&text[at..].to_owned()) {
                    text.push_str(rest);
                }
            }
            10..=12 => text.push_str(ODD[n % ODD.len()]),
            13 | 14 => text.push(self.chars[n % self.chars.len()]),
            // Moves what follows over the edges of blocks.
            _ => {
                let fill = ["x", "人", "的", "é", "𠀀"][n % 5];
                text.push_str(&fill.repeat(n / 5 % 300));
            }
        }
    }
}
