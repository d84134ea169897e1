//! House style that a user chooses: which of two forms to write where careful
//! writers differ. Knows the groups of `dict/zhnorm/styles.txt`, and converts
//! nothing.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use zhnorm_table::evidence::Evidence;
use zhnorm_table::features::{MIDDLE, WINDOW, class};
use zhnorm_table::styles::Styles;

use crate::script::{self, Label};
use crate::{Error, tables};

/// A choice of forms, such as 佈 rather than 布 in 宣佈, for words that are spelled
/// in two ways.
///
/// One form a line; of two forms of one group the later line counts. Empty lines
/// and lines that begin with `#` tell nothing. The groups, their words and what
/// each target has by default stand in `dict/zhnorm/styles.txt`.
///
/// ```
/// use zhnorm::{Converter, Style, Target};
/// let style = Style::parse("# ours\n瞭解\n唸\n")?;
/// let converter = Converter::to(Target::Taiwan).with_style(&style);
/// assert_eq!(converter.convert("了解念书的人"), "瞭解唸書的人");
/// # Ok::<(), zhnorm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Style(Arc<Styles>);

impl Style {
    /// Parses forms.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`]: a line that is no form of any group.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::of(Path::new("style"), text)
    }

    /// Reads a file of forms.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], and what [`Style::parse`] reports.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let text = fs::read_to_string(path);
        Self::of(path, &text.map_err(|source| Error::Io { path: path.to_owned(), source })?)
    }

    /// The forms that a text itself writes where it is Traditional: of each group the one
    /// that it has most often. Where it has none, or two as often, each target's default.
    ///
    /// ```
    /// use zhnorm::{Converter, Style, Target};
    /// let text = "公司宣佈了計劃。公司发布了计划。";
    /// let converter = Converter::to(Target::Taiwan);
    /// assert_eq!(converter.convert(text), "公司宣佈了計劃。公司發布了計畫。");
    /// let converter = converter.with_style(&Style::used_in(text));
    /// assert_eq!(converter.convert(text), "公司宣佈了計劃。公司發佈了計劃。");
    /// ```
    pub fn used_in(text: &str) -> Self {
        let (styles, known) = (tables::styles(), tables::uses());
        let mut counts = vec![HashMap::<usize, usize>::new(); known.groups()];
        let mut start = 0;
        for (end, signs) in script::sentences(text) {
            let sentence = &text[start..end];
            start = end;
            // What is a form in some words may be Simplified in all others.
            let is_simplified = |c: char| script::only(c) == Some(Label::Simplified) && !known.is_of_form(c);
            if signs.foreign() || !signs.has(Evidence::Traditional) || sentence.chars().any(is_simplified) {
                continue;
            }
            let edge = std::iter::repeat_n(class::EDGE, MIDDLE);
            let codes: Vec<u16> =
                edge.clone().chain(sentence.chars().map(tables::window_code)).chain(edge).collect();
            for (c, window) in sentence.chars().zip(codes.windows(WINDOW)) {
                let used = window.first_chunk().and_then(|window| known.used(styles, c, window));
                if let Some((group, form)) = used {
                    *counts[group].entry(form).or_default() += 1;
                }
            }
        }
        let most = |group: usize, _: &[&str]| {
            let (form, count) = counts[group].iter().max_by_key(|(_, count)| **count)?;
            let is_alone = counts[group].values().filter(|other| *other == count).count() == 1;
            is_alone.then_some(*form)
        };
        let styles = Styles::parse_by(tables::STYLES, most);
        Self(Arc::new(styles.unwrap_or_else(|fault| unreachable!("styles.txt:{fault}"))))
    }

    fn of(path: &Path, text: &str) -> Result<Self, Error> {
        let fault = |line, message| Error::Syntax { path: path.to_owned(), line, column: 1, message };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut choices = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let form = line.trim_end();
            if form.is_empty() || form.starts_with('#') {
                continue;
            }
            if !Styles::choices(tables::STYLES).any(|known| known == form) {
                let known: Vec<&str> = Styles::choices(tables::STYLES).collect();
                let message = format!("no style has the form `{form}`; known: {}", known.join(" "));
                return Err(fault(index + 1, message));
            }
            choices.push(form);
        }
        let styles = Styles::parse(tables::STYLES, &choices);
        styles.map(|styles| Self(Arc::new(styles))).map_err(|message| fault(0, message))
    }

    pub(crate) fn styles(&self) -> &Styles {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Converter, Target};

    /// Each choice with a text and what it is with it.
    #[test]
    fn cases() {
        let mut count = 0;
        for line in include_str!("style.tsv").lines().filter(|line| !line.starts_with('#')) {
            let [choices, target, text, wanted] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("expected four columns: {line}");
            };
            let style = Style::parse(&choices.replace(' ', "\n")).expect("forms");
            let target = target.parse::<Target>().expect("a target");
            assert_eq!(Converter::to(target).with_style(&style).convert(text), wanted, "{choices}");
            count += 1;
        }
        assert!(count > 10, "cases were lost");
    }

    #[test]
    fn a_form_that_no_group_has_is_named() {
        let error = Style::parse("# ours\n佈\n貓\n").expect_err("a fault").to_string();
        assert!(error.starts_with("style:3:1: no style has the form `貓`; known: "), "{error}");
    }

    /// Every word of a group of more than one character, with the group's forms.
    fn words() -> Vec<(&'static str, Vec<&'static str>)> {
        let mut forms: Vec<&str> = Vec::new();
        let mut all = Vec::new();
        for line in tables::STYLES.lines().filter(|line| !line.starts_with('#')) {
            if let Some(heading) = line.strip_prefix('@') {
                forms = heading.split_whitespace().skip(1).collect();
                continue;
            }
            let words = line.split('\t').next().unwrap_or_default().split(' ');
            all.extend(words.filter(|word| word.chars().count() > 1).map(|word| (word, forms.clone())));
        }
        assert!(all.iter().filter(|(_, forms)| forms.len() > 1).count() > 100);
        all
    }

    /// Every form is written for every word of its group.
    #[test]
    fn every_choice_can_be_made() {
        let mut faults = Vec::new();
        for (word, forms) in words() {
            for form in forms {
                let style = Style::parse(form).expect("a form");
                // Among Simplified characters, or the word might be Traditional already.
                let text = format!("这说{word}，这说");
                let converter = Converter::to(Target::Hongkong).with_style(&style);
                let found = converter.convert(&text).into_owned();
                if !found.contains(form) {
                    faults.push(format!("{form}: {word} is {found}"));
                }
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    /// What is written with a form is read as that form.
    #[test]
    fn every_form_is_seen_in_use() {
        let mut faults = Vec::new();
        for (word, forms) in words() {
            for form in forms {
                let text = format!("这说{word}，这说。");
                let converter = Converter::to(Target::Taiwan);
                let style = Style::parse(form).expect("a form");
                let written = converter.clone().with_style(&style).convert(&text).into_owned();
                let again = converter.with_style(&Style::used_in(&written)).convert(&text).into_owned();
                if again != written {
                    faults.push(format!("{written} is {again}"));
                }
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    #[test]
    fn only_traditional_sentences_tell_and_most_of_them_decide() {
        let converter = Converter::to(Target::Taiwan).with_own_style();
        for (text, wanted) in [
            // The Simplified sentence's own 布 is no form.
            ("这里发布了。", "這裡發布了。"),
            ("這裡宣佈，那裡宣佈，後來公布。这里发布了。", "這裡宣佈，那裡宣佈，後來公布。這裡發佈了。"),
            // As often: the target's own.
            ("這裡宣佈，後來公布。这里发布了。", "這裡宣佈，後來公布。這裡發布了。"),
            // Each group by itself.
            ("這項計劃是誰規畫的？这项计划是谁规划的？", "這項計劃是誰規畫的？這項計劃是誰規畫的？"),
        ] {
            let converted = converter.convert(text);
            assert_eq!(converted, wanted);
            assert_eq!(converter.convert(&converted), converted);
            let changes = converter.explain(text);
            let rebuilt = changes.iter().rev().fold(text.to_owned(), |mut text, change| {
                text.replace_range(change.source.clone(), &change.after);
                text
            });
            assert_eq!(rebuilt, converted);
        }
    }
}
