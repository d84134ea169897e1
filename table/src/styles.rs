//! House style: words that careful writers spell in two ways, with a form for
//! each target. `dict/zhnorm/styles.txt` is one, and says what the format is.
//!
//! A rule is for one character of a word: its form where the word stands. Rules
//! decide before the context model does, which learns nothing at their places.
//!
//! Bytes, all integers little-endian:
//!
//! | part | bytes |
//! |---|---|
//! | for each of U+4E00..U+9FFF the number of its list; most have the first | 1 each |
//! | lists, of which the first is empty: what may stand before and behind (see `bit`), where its rules begin, how many | 24 each |
//! | rules: a word, its length, where in a window it begins, a form for each region, group and place | 18 each |

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::features::{MIDDLE, WINDOW};
use crate::model::HAN;

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

/// Characters of a word at most: a window has as many from any place where one may begin.
const LONGEST: usize = MIDDLE + 1;
const LIST: usize = 24;
/// Where the parts of a rule are, behind its word.
const LEN: usize = 2 * LONGEST;
const START: usize = LEN + 1;
const FORMS: usize = START + 1;
const GROUP: usize = FORMS + 6;
const PLACE: usize = GROUP + 1;
const RULE: usize = PLACE + 1;

/// Rules by the character that they are for.
#[derive(Clone, Debug)]
pub struct Styles(Cow<'static, [u8]>);

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
        let mut lists = BTreeMap::<u16, Vec<Rule>>::new();
        let (mut groups, mut group) = (0, None);
        for (index, line) in text.lines().enumerate() {
            let found = match line.strip_prefix('@') {
                _ if line.is_empty() || line.starts_with('#') => continue,
                Some(heading) => {
                    let mut names = heading.split_whitespace();
                    group = names.next().map(|simplified| {
                        let (number, forms) = (groups, names.collect::<Vec<_>>());
                        groups += 1;
                        let chosen = choose(number, &forms).map(|form| forms[form]);
                        Group { number, simplified, chosen }
                    });
                    continue;
                }
                None => parse_line(line, group.as_ref()),
            };
            for (c, rule) in found.map_err(|fault| format!("{}: {fault}", index + 1))? {
                lists.entry(c).or_default().push(rule);
            }
        }
        if groups.max(lists.len()) > u8::MAX.into() {
            return Err(format!("{groups} groups, {} characters: too many", lists.len()));
        }
        Ok(Self(write(&lists).into()))
    }

    /// Rules in the bytes of others: see [`Styles::bytes`].
    pub const fn embedded(bytes: &'static [u8]) -> Self {
        Self(Cow::Borrowed(bytes))
    }

    /// The rules, to be read again.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The forms of all groups of a table: what may be chosen.
    pub fn choices(text: &str) -> impl Iterator<Item = &str> {
        text.lines()
            .filter_map(|line| line.strip_prefix('@'))
            .flat_map(|heading| heading.split_whitespace().skip(1))
    }

    /// Whether a character has rules.
    #[inline]
    pub fn has(&self, c: u16) -> bool {
        self.list(c).is_some_and(|list| long(list, 16) != 0)
    }

    #[inline]
    fn list(&self, c: u16) -> Option<&[u8; LIST]> {
        let place = Some((c as usize).wrapping_sub(HAN.start)).filter(|place| *place < HAN.len())?;
        let number = *self.0.get(place)? as usize;
        self.0.get(HAN.len() + number * LIST..)?.first_chunk()
    }

    /// Whether the rules may say something of a character between two others.
    #[inline]
    pub fn may_say(&self, c: u16, [before, behind]: [u16; 2]) -> bool {
        self.list(c).is_some_and(|list| long(list, 0) & bit(before) | long(list, 8) & bit(behind) != 0)
    }

    /// What the rules say of the character in the middle of a window of codes
    /// (see [`crate::features`]), which has rules if `c` is a key.
    pub fn form(&self, c: u16, window: &[u16; WINDOW], region: Region) -> Form {
        let form = |rule: &[u8; RULE]| Form::from_code(short(rule, FORMS + 2 * region as usize));
        self.rule(c, window).map_or(Form::Context, form)
    }

    /// The group of the word that a character stands in, and which one of the group's part
    /// it is. A word of one character has none.
    pub(crate) fn group(&self, c: u16, window: &[u16; WINDOW]) -> Option<(usize, usize)> {
        let rule = self.rule(c, window)?;
        let [len, group, place] = [LEN, GROUP, PLACE].map(|at| rule[at] as usize);
        (len > 1).then_some((group.checked_sub(1)?, place))
    }

    fn rule(&self, c: u16, window: &[u16; WINDOW]) -> Option<&[u8; RULE]> {
        let list = self.list(c)?;
        let (first, count) = (long(list, 16) as u32 as usize, (long(list, 16) >> 32) as usize);
        let stands = |rule: &&[u8; RULE]| {
            let [len, start] = [LEN, START].map(|at| rule[at] as usize);
            let codes = window.iter().skip(start).take(len);
            codes.enumerate().all(|(i, code)| short(rule, 2 * i) == *code)
        };
        self.0.get(first..)?.as_chunks().0.iter().take(count).find(stands)
    }
}

fn long<const N: usize>(bytes: &[u8; N], at: usize) -> u64 {
    u64::from_le_bytes(std::array::from_fn(|i| bytes[at + i]))
}

fn short<const N: usize>(bytes: &[u8; N], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

/// Writes rules by their characters.
fn write(lists: &BTreeMap<u16, Vec<Rule>>) -> Vec<u8> {
    let mut numbers = vec![0; HAN.len()];
    let (mut out, mut rules) = (vec![0; LIST], Vec::new());
    for ((c, list), number) in lists.iter().zip(1..) {
        numbers[*c as usize - HAN.start] = number;
        for side in list.iter().fold([0; 2], |beside, rule| rule.beside(beside)) {
            out.extend(side.to_le_bytes());
        }
        let first = HAN.len() + LIST * (1 + lists.len()) + rules.len();
        out.extend([first as u32, list.len() as u32].map(u32::to_le_bytes).as_flattened());
        // The longest word first; of two as long the earlier line.
        let mut list: Vec<&Rule> = list.iter().collect();
        list.sort_by_key(|rule| usize::MAX - rule.word.len());
        for rule in list {
            let codes = rule.word.iter().copied().chain(std::iter::repeat(0)).take(LONGEST);
            rules.extend(codes.flat_map(u16::to_le_bytes));
            rules.extend([rule.word.len() as u8, rule.start as u8]);
            rules.extend(rule.forms.map(|form| form.code().to_le_bytes()).as_flattened());
            let (group, place) = rule.group.map_or((0, 0), |(group, place)| (group + 1, place));
            rules.extend([group as u8, place as u8]);
        }
    }
    [numbers, out, rules].concat()
}

impl Form {
    /// No character that is written has these numbers.
    const DICTIONARY: u16 = 0;
    const CONTEXT: u16 = 1;

    fn code(self) -> u16 {
        match self {
            Self::Dictionary => Self::DICTIONARY,
            Self::Context => Self::CONTEXT,
            Self::Own(c) => c as u16,
        }
    }

    fn from_code(code: u16) -> Self {
        match code {
            Self::DICTIONARY => Self::Dictionary,
            Self::CONTEXT => Self::Context,
            c => char::from_u32(c.into()).map_or(Self::Context, Self::Own),
        }
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
    if codes.len() != word.chars().count() || forms.iter().any(|form| form.chars().any(|c| c > '\u{ffff}')) {
        return Err("words and forms are of the basic plane".to_owned());
    }
    if codes.is_empty() || codes.len() > LONGEST {
        return Err(format!("a word has 1 to {LONGEST} characters"));
    }
    if let Some(code) = codes[part.clone()].iter().find(|code| !HAN.contains(&(**code).into())) {
        return Err(format!("U+{code:04X} has no rules"));
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
            ("の\t=\t=\t=", "U+306E"),
            ("𠮷\t=\t=\t=", "basic plane"),
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
