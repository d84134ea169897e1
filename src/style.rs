//! House style that a user chooses: which of two forms to write where careful
//! writers differ. Knows the groups of `dict/zhnorm/styles.txt`, and converts
//! nothing.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use zhnorm_table::styles::Styles;

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

    /// Every form is written for every word of its group.
    #[test]
    fn every_choice_can_be_made() {
        let mut forms: Vec<&str> = Vec::new();
        let mut faults = Vec::new();
        for line in tables::STYLES.lines().filter(|line| !line.starts_with('#')) {
            if let Some(heading) = line.strip_prefix('@') {
                forms = heading.split_whitespace().skip(1).collect();
                continue;
            }
            let words = line.split('\t').next().unwrap_or_default().split(' ');
            for word in words.filter(|word| word.chars().count() > 1) {
                for form in &forms {
                    let style = Style::parse(form).expect("a form");
                    // Among Simplified characters, or the word might be Traditional already.
                    let text = format!("这说{word}，这说");
                    let found =
                        Converter::to(Target::Hongkong).with_style(&style).convert(&text).into_owned();
                    if !found.contains(form) {
                        faults.push(format!("{form}: {word} is {found}"));
                    }
                }
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
