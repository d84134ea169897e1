//! House style: words that careful writers spell in two ways, with a form for
//! each target. `dict/zhnorm/styles.txt` is one, and says what the format is.
//!
//! A rule is for one character of a word: its form where the word stands. Rules
//! decide before the context model does, which learns nothing at their places.

use crate::features::{MIDDLE, WINDOW};

/// What is written in one character's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// What the phrase dictionary chooses.
    Dictionary,
    /// What the context model chooses.
    Context,
    /// This character.
    Own(char),
}

/// The targets of a style, in the order of the file's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// OpenCC's standard forms.
    Traditional,
    /// Taiwan.
    Taiwan,
    /// Hong Kong.
    Hongkong,
}

/// What is written for one character of a word, by target.
#[derive(Clone, Debug)]
struct Rule {
    /// The word, by its place around the character: a code, or 0 for any.
    window: [u16; WINDOW],
    length: usize,
    forms: [Form; 3],
}

/// Rules by the character that they are for.
#[derive(Clone, Debug, Default)]
pub struct Styles(Vec<(u16, Vec<Rule>)>);

impl Styles {
    /// Parses a table of styles.
    ///
    /// # Errors
    ///
    /// A line that is not a word of at most four characters of the basic plane
    /// with three forms, each `=`, `-` or as long as the word; with its number.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut styles = Self::default();
        for (index, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let rules = parse_line(line).map_err(|fault| format!("{}: {fault}", index + 1))?;
            for (c, rule) in rules {
                match styles.0.binary_search_by_key(&c, |(c, _)| *c) {
                    Ok(at) => styles.0[at].1.push(rule),
                    Err(at) => styles.0.insert(at, (c, vec![rule])),
                }
            }
        }
        for (_, rules) in &mut styles.0 {
            // The longest word first; of two as long the earlier line.
            rules.sort_by_key(|rule| usize::MAX - rule.length);
        }
        Ok(styles)
    }

    /// The characters that have rules.
    pub fn characters(&self) -> impl Iterator<Item = u16> {
        self.0.iter().map(|(c, _)| *c)
    }

    /// Whether a character has rules.
    #[inline]
    pub fn has(&self, c: u16) -> bool {
        self.0.binary_search_by_key(&c, |(c, _)| *c).is_ok()
    }

    /// What the rules say of the character in the middle of a window of codes
    /// (see [`crate::features`]), which has rules if `c` is a key.
    pub fn form(&self, c: u16, window: &[u16; WINDOW], region: Region) -> Form {
        let Ok(at) = self.0.binary_search_by_key(&c, |(c, _)| *c) else {
            return Form::Context;
        };
        let stands =
            |rule: &&Rule| rule.window.iter().zip(window).all(|(word, code)| *word == 0 || word == code);
        let found = self.0[at].1.iter().find(stands);
        found.map_or(Form::Context, |rule| rule.forms[region as usize])
    }
}

fn parse_line(line: &str) -> Result<Vec<(u16, Rule)>, String> {
    let columns: Vec<Vec<char>> = line.split('\t').map(|column| column.chars().collect()).collect();
    let [word, forms @ ..] = columns.as_slice() else {
        return Err("expected a word".to_owned());
    };
    let forms: &[Vec<char>; 3] = forms.try_into().map_err(|_| "expected a word and three forms, by TAB")?;
    if word.is_empty() || word.len() > MIDDLE + 1 {
        return Err(format!("a word has 1 to {} characters", MIDDLE + 1));
    }
    let codes: Vec<u16> = word.iter().map_while(|c| u16::try_from(*c as u32).ok()).collect();
    if codes.len() != word.len() {
        return Err("a word is of the basic plane".to_owned());
    }
    if let Some(form) = forms.iter().find(|f| ![vec!['='], vec!['-']].contains(f) && f.len() != word.len()) {
        let form: String = form.iter().collect();
        return Err(format!("`{form}` is neither `=` nor `-` nor as long as its word"));
    }
    let rule = |at: usize| {
        let mut window = [0; WINDOW];
        window[MIDDLE - at..][..codes.len()].copy_from_slice(&codes);
        let form = |column: &Vec<char>| match column.as_slice() {
            ['='] => Form::Dictionary,
            ['-'] => Form::Context,
            form => Form::Own(form[at]),
        };
        Rule { window, length: codes.len(), forms: [form(&forms[0]), form(&forms[1]), form(&forms[2])] }
    };
    Ok(codes.iter().enumerate().map(|(at, code)| (*code, rule(at))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(text: &str) -> [u16; WINDOW] {
        let mut window = [4; WINDOW];
        window.iter_mut().zip(text.chars()).for_each(|(code, c)| *code = c as u16);
        window
    }

    #[test]
    fn the_longest_word_at_a_place_decides() {
        let styles = Styles::parse("# a comment\n周\t-\t-\t周\n周末\t=\t週末\t周末\n").expect("well formed");
        let form = |text, region| styles.form('周' as u16, &window(text), region);
        assert_eq!(form("我在这周末去玩", Region::Taiwan), Form::Own('週'));
        assert_eq!(form("我在这周末去玩", Region::Traditional), Form::Dictionary);
        assert_eq!(form("我在这周去玩了", Region::Taiwan), Form::Context);
        assert_eq!(form("我在这周去玩了", Region::Hongkong), Form::Own('周'));
        assert_eq!(styles.form('我' as u16, &window("我在这周去玩了"), Region::Taiwan), Form::Context);
    }

    #[test]
    fn faults_are_named() {
        for (line, part) in
            [("周末\t=\t週\t=", "`週`"), ("周末\t=", "three forms"), ("一二三四五\t=\t=\t=", "1 to 4")]
        {
            let fault = Styles::parse(line).expect_err("a fault");
            assert!(fault.starts_with("1: ") && fault.contains(part), "{fault}");
        }
    }
}
