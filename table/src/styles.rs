//! House style: words that careful writers spell in two ways, with a form for
//! each target. `dict/zhnorm/styles.txt` is one, and says what the format is.
//!
//! A rule is for one character of a word: its form where the word stands. Rules
//! decide before the context model does, which learns nothing at their places.

use std::collections::HashMap;
use std::ops::Range;

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
    /// The word's codes, and where in a window it begins.
    word: Vec<u16>,
    start: usize,
    forms: [Form; 3],
    /// The number of its group, if it is of one, and which character of a form it is for.
    group: Option<(usize, usize)>,
}

/// A group of forms between which a house chooses: 佈 and 布, both 布 in Simplified.
struct Group<'t> {
    number: usize,
    simplified: &'t str,
    /// The form that was asked for, if one was.
    chosen: Option<&'t str>,
}

/// One character of a form: what it is in Simplified, and where it stands.
#[derive(Clone, Debug)]
struct Use {
    simplified: u16,
    group: usize,
    form: usize,
    place: usize,
}

/// Rules by the character that they are for.
#[derive(Clone, Debug, Default)]
pub struct Styles {
    rules: Vec<(u16, Vec<Rule>)>,
    groups: usize,
    /// By the characters of forms, what each may stand for.
    uses: HashMap<char, Vec<Use>>,
    /// For each character the number of its rules, from 1: most have none, and are many.
    numbers: Vec<u16>,
    /// What may stand on either side of the character where a rule does: see [`bit`].
    beside: Vec<[u64; 2]>,
}

/// The bit of a neighbour, of which several have the same.
#[inline]
fn bit(code: u16) -> u64 {
    1 << (code.wrapping_mul(0x9e37) >> 10)
}

impl Styles {
    /// Parses a table of styles. Of each group the last form of `choices` that is
    /// one of its own is written, to every target.
    ///
    /// # Errors
    ///
    /// A line that is neither the heading of a group nor words of at most four
    /// characters of the basic plane with a form for each target; with its number.
    pub fn parse(text: &str, choices: &[&str]) -> Result<Self, String> {
        let place = |form: &&str| choices.iter().rposition(|choice| choice == form);
        Self::parse_by(text, |_, forms| {
            (0..forms.len()).max_by_key(|i| place(&forms[*i])).filter(|i| place(&forms[*i]).is_some())
        })
    }

    /// Parses a table of styles. `choose` is given the number of each group, from 0, and
    /// its forms; the one that it chooses is written, to every target.
    ///
    /// # Errors
    ///
    /// As [`Styles::parse`].
    pub fn parse_by(text: &str, choose: impl Fn(usize, &[&str]) -> Option<usize>) -> Result<Self, String> {
        let mut styles = Self::default();
        let mut group = None;
        for (index, line) in text.lines().enumerate() {
            let found = match line.strip_prefix('@') {
                _ if line.is_empty() || line.starts_with('#') => continue,
                Some(heading) => {
                    let mut names = heading.split_whitespace();
                    group = names.next().map(|simplified| {
                        let (number, forms) = (styles.groups, names.collect::<Vec<_>>());
                        styles.add_group(simplified, &forms);
                        let chosen = choose(number, &forms).map(|form| forms[form]);
                        Group { number, simplified, chosen }
                    });
                    continue;
                }
                None => parse_line(line, group.as_ref()),
            };
            for (c, rule) in found.map_err(|fault| format!("{}: {fault}", index + 1))? {
                match styles.rules.binary_search_by_key(&c, |(c, _)| *c) {
                    Ok(at) => styles.rules[at].1.push(rule),
                    Err(at) => styles.rules.insert(at, (c, vec![rule])),
                }
            }
        }
        styles.numbers = vec![0; 1 << 16];
        for (number, (c, rules)) in styles.rules.iter_mut().enumerate() {
            styles.numbers[*c as usize] = number as u16 + 1;
            // The longest word first; of two as long the earlier line.
            rules.sort_by_key(|rule| usize::MAX - rule.word.len());
            styles.beside.push(rules.iter().fold([0; 2], |beside, rule| rule.beside(beside)));
        }
        Ok(styles)
    }

    fn add_group(&mut self, simplified: &str, forms: &[&str]) {
        for (form, characters) in forms.iter().enumerate() {
            for (place, (c, simplified)) in characters.chars().zip(simplified.chars()).enumerate() {
                let Ok(simplified) = u16::try_from(simplified as u32) else { continue };
                self.uses.entry(c).or_default().push(Use { simplified, group: self.groups, form, place });
            }
        }
        self.groups += 1;
    }

    /// The forms of all groups of a table: what may be chosen.
    pub fn choices(text: &str) -> impl Iterator<Item = &str> {
        text.lines()
            .filter_map(|line| line.strip_prefix('@'))
            .flat_map(|heading| heading.split_whitespace().skip(1))
    }

    /// The characters that have rules.
    pub fn characters(&self) -> impl Iterator<Item = u16> {
        self.rules.iter().map(|(c, _)| *c)
    }

    /// Whether a character has rules.
    #[inline]
    pub fn has(&self, c: u16) -> bool {
        self.numbers.get(c as usize).is_some_and(|number| *number != 0)
    }

    fn number(&self, c: u16) -> Option<usize> {
        (*self.numbers.get(c as usize)? as usize).checked_sub(1)
    }

    /// Whether the rules may say something of a character between two others.
    #[inline]
    pub fn may_say(&self, c: u16, [before, behind]: [u16; 2]) -> bool {
        self.number(c).is_some_and(|at| {
            let [one, two] = self.beside[at];
            one & bit(before) | two & bit(behind) != 0
        })
    }

    /// What the rules say of the character in the middle of a window of codes
    /// (see [`crate::features`]), which has rules if `c` is a key.
    pub fn form(&self, c: u16, window: &[u16; WINDOW], region: Region) -> Form {
        self.rule(c, window).map_or(Form::Context, |rule| rule.forms[region as usize])
    }

    fn rule(&self, c: u16, window: &[u16; WINDOW]) -> Option<&Rule> {
        let stands = |rule: &&Rule| window[rule.start..].starts_with(&rule.word);
        self.rules[self.number(c)?].1.iter().find(stands)
    }

    /// Whether a character is one of a form.
    pub fn is_of_form(&self, c: char) -> bool {
        self.uses.contains_key(&c)
    }

    /// Which form of which group an author uses who writes a character in the middle of a
    /// window, both by number; `None` where that tells nothing. A word of one character
    /// does not: 布 is also cloth.
    pub fn used(&self, written: char, window: &[u16; WINDOW]) -> Option<(usize, usize)> {
        let uses = self.uses.get(&written)?;
        let stands = |usage: &&Use| {
            // The window has what this character alone is in Simplified: of 畫, not 划.
            let mut window = *window;
            window[MIDDLE] = usage.simplified;
            let rule = self.rule(usage.simplified, &window);
            rule.is_some_and(|rule| rule.word.len() > 1 && rule.group == Some((usage.group, usage.place)))
        };
        let usage = uses.iter().find(stands)?;
        let is_other = |other: &&Use| (other.group, other.place) == (usage.group, usage.place);
        (uses.iter().filter(is_other).count() == 1).then_some((usage.group, usage.form))
    }

    /// How many groups there are.
    pub fn groups(&self) -> usize {
        self.groups
    }
}

impl Rule {
    /// What may stand beside a character, with what this rule allows on one side.
    fn beside(&self, [before, behind]: [u64; 2]) -> [u64; 2] {
        let middle = MIDDLE - self.start;
        match (middle.checked_sub(1), self.word.get(middle + 1)) {
            (Some(at), _) => [before | bit(self.word[at]), behind],
            (None, Some(next)) => [before, behind | bit(*next)],
            // A word of one character stands between any.
            (None, None) => [!0; 2],
        }
    }
}

impl<'t> Group<'t> {
    /// What is written for a word in place of the table's form. A form that the
    /// character has in Simplified too is right everywhere, another only in the
    /// words of the group.
    fn form(&self, word: &str) -> Option<&'t str> {
        self.chosen.filter(|form| *form == self.simplified || word.chars().count() > 1)
    }
}

/// The rules of a line: words, and a form for each target.
fn parse_line(line: &str, group: Option<&Group<'_>>) -> Result<Vec<(u16, Rule)>, String> {
    let mut columns = line.split('\t');
    let words = columns.next().unwrap_or_default();
    let forms: Vec<&str> = columns.collect();
    let forms: [&str; 3] = forms.try_into().map_err(|_| "expected words and three forms, by TAB")?;
    let mut rules = Vec::new();
    for word in words.split(' ') {
        let part = group.map_or(word, |group| group.simplified);
        let at = word.find(part).ok_or_else(|| format!("`{word}` does not hold its group's `{part}`"))?;
        let at = word[..at].chars().count();
        let forms = forms.map(|form| group.and_then(|group| group.form(word)).unwrap_or(form));
        let number = group.map(|group| group.number);
        rules.extend(rules_of(word, at..at + part.chars().count(), forms, number)?);
    }
    Ok(rules)
}

/// A rule for each character of a word's part.
fn rules_of(
    word: &str,
    part: Range<usize>,
    forms: [&str; 3],
    group: Option<usize>,
) -> Result<Vec<(u16, Rule)>, String> {
    let codes: Vec<u16> = word.chars().map_while(|c| u16::try_from(c as u32).ok()).collect();
    if codes.is_empty() || codes.len() > MIDDLE + 1 {
        return Err(format!("a word has 1 to {} characters", MIDDLE + 1));
    }
    if codes.len() != word.chars().count() {
        return Err("a word is of the basic plane".to_owned());
    }
    if let Some(form) = forms.iter().find(|f| !["=", "-"].contains(f) && f.chars().count() != part.len()) {
        return Err(format!("`{form}` is neither `=` nor `-` nor as long as what it is for"));
    }
    let rule = |at: usize| {
        let form = |form: &str| match form {
            "=" => Form::Dictionary,
            "-" => Form::Context,
            form => form.chars().nth(at - part.start).map_or(Form::Context, Form::Own),
        };
        let group = group.map(|group| (group, at - part.start));
        Rule { word: codes.clone(), start: MIDDLE - at, forms: forms.map(form), group }
    };
    Ok(part.clone().map(|at| (codes[at], rule(at))).collect())
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
        let styles =
            Styles::parse("# a comment\n周\t-\t-\t周\n周末\t=\t週末\t周末\n", &[]).expect("well formed");
        let form = |text, region| styles.form('周' as u16, &window(text), region);
        assert_eq!(form("我在这周末去玩", Region::Taiwan), Form::Own('週'));
        assert_eq!(form("我在这周末去玩", Region::Traditional), Form::Dictionary);
        assert_eq!(form("我在这周去玩了", Region::Taiwan), Form::Context);
        assert_eq!(form("我在这周去玩了", Region::Hongkong), Form::Own('周'));
        assert_eq!(styles.form('我' as u16, &window("我在这周去玩了"), Region::Taiwan), Form::Context);
    }

    #[test]
    fn a_choice_is_for_its_group_alone() {
        let table = "@ 布 佈 布\n布\t=\t布\t=\n宣布 公布\t=\t布\t=\n@\n周边\t周邊\t周邊\t周邊\n";
        let form = |choices: &[&str], c: char, text| {
            let styles = Styles::parse(table, choices).expect("well formed");
            styles.form(c as u16, &window(text), Region::Taiwan)
        };
        assert_eq!(form(&[], '布', "他们宣布了结果"), Form::Own('布'));
        assert_eq!(form(&["佈"], '布', "他们宣布了结果"), Form::Own('佈'));
        assert_eq!(form(&["佈"], '布', "他们买布了结果"), Form::Own('布'));
        assert_eq!(form(&["佈", "布"], '布', "他们公布了结果"), Form::Own('布'));
        assert_eq!(form(&["佈"], '宣', "我他们宣布了结"), Form::Context);
        assert_eq!(form(&["佈"], '周', "城市的周边地区"), Form::Own('周'));
        assert_eq!(Styles::choices(table).collect::<Vec<_>>(), ["佈", "布"]);
    }

    #[test]
    fn faults_are_named() {
        for (line, part) in [
            ("周末\t=\t週\t=", "`週`"),
            ("周末\t=", "three forms"),
            ("一二三四五\t=\t=\t=", "1 to 4"),
            ("@ 布 佈 布\n念\t=\t=\t=", "`布`"),
        ] {
            let fault = Styles::parse(line, &[]).expect_err("a fault");
            let number = line.lines().count().to_string();
            assert!(fault.starts_with(&number) && fault.contains(part), "{fault}");
        }
    }
}
