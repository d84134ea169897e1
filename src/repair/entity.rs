//! Character references that were left in plain text: `&#20320;`, `&hellip;`. Knows
//! HTML's names and nothing of its elements.
//!
//! A reference is decoded once, and only with its semicolon. `<`, `>` and `&` stay
//! references, since they would make markup, or one more reference of what stands
//! behind; so do line ends and other controls, and within a tag all of ASCII, since a
//! quotation mark would end an attribute. So a second run finds nothing, and what
//! was escaped twice (`&amp;#20320;`) is left alone.

use std::sync::OnceLock;

use encoding_rs::WINDOWS_1252;

use crate::edit::Edit;

/// The longest name, `&CounterClockwiseContourIntegral;`, has 31 letters.
const LONGEST: usize = 34;

/// The references that a text should not have.
pub(crate) fn find(text: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut state = State::default();
    let mut done = 0;
    while let Some(at) = text[done..].find('&').map(|at| done + at) {
        state.pass(&text[done..at]);
        let reference = reference(&text[at..]);
        let decoded = reference.and_then(decode).filter(|chars| chars.chars().all(|c| state.allows(c)));
        match (reference, decoded) {
            (Some(reference), Some(chars)) => {
                state.pass(&chars);
                done = at + reference.len();
                edits.push(Edit { range: at..done, text: chars, rule: "repair/entity", confidence: 95 });
            }
            (reference, _) => {
                let raw = reference.map_or("&", |reference| reference);
                state.pass(raw);
                done = at + raw.len();
            }
        }
    }
    edits
}

/// What has been written before a reference.
#[derive(Default)]
struct State {
    /// Behind `<` and a letter, before `>`.
    is_in_tag: bool,
    /// Behind `&` and what may be the start of a name.
    is_in_name: bool,
}

impl State {
    fn pass(&mut self, text: &str) {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '#';
        self.is_in_name = match text.rfind(|c| !is_name(c)) {
            Some(at) => text[at..].starts_with('&'),
            None => self.is_in_name,
        };
        if let Some(at) = text.rfind(['<', '>']) {
            let opens = text[at..].strip_prefix('<');
            self.is_in_tag =
                opens.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/'));
        }
    }

    /// Whether a character may be written out here.
    fn allows(&self, c: char) -> bool {
        let completes = c.is_ascii_alphanumeric() || matches!(c, '#' | ';');
        match c {
            '<' | '>' | '&' => false,
            c if c.is_control() => false,
            c if c.is_ascii() => !(self.is_in_tag || self.is_in_name && completes),
            _ => true,
        }
    }
}

/// The reference at the start of a text.
fn reference(text: &str) -> Option<&str> {
    let end = text.bytes().take(LONGEST).position(|b| b == b';')?;
    let name = &text[1..end];
    let is_reference = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(hex) => !hex.is_empty() && hex.bytes().all(|b| b.is_ascii_hexdigit()),
            None => !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()),
        },
        None => !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric()),
    };
    is_reference.then_some(&text[..=end])
}

/// What a reference says by the HTML standard, `None` where that is U+FFFD.
fn decode(reference: &str) -> Option<String> {
    let Some(number) = reference.strip_prefix("&#").and_then(|rest| rest.strip_suffix(';')) else {
        return named(reference).map(str::to_owned);
    };
    let number = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    match number.ok()? {
        // The standard reads these as windows-1252.
        byte @ 0x80..=0x9f => {
            let bytes = [byte as u8];
            Some(WINDOWS_1252.decode_without_bom_handling(&bytes).0.into_owned())
        }
        number => char::from_u32(number).filter(|c| !is_nothing(*c)).map(String::from),
    }
}

/// Noncharacters, and what says that something was lost.
fn is_nothing(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}' | '\u{fffd}') || u32::from(c) & 0xfffe == 0xfffe
}

/// HTML's names without `&`, sorted, each with what it says: `hellip;…`. Not those of
/// controls, which are never written.
static NAMES: &str = include_str!(concat!(env!("OUT_DIR"), "/names.txt"));

/// What a name with `&` and semicolon says.
fn named(reference: &str) -> Option<&'static str> {
    static LINES: OnceLock<Vec<(&str, &str)>> = OnceLock::new();
    let lines = LINES.get_or_init(|| NAMES.lines().filter_map(|line| line.split_once(';')).collect());
    let name = reference.strip_prefix('&')?.strip_suffix(';')?;
    lines.binary_search_by_key(&name, |(known, _)| known).ok().map(|found| lines[found].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_html() {
        let mut count = 0;
        for entity in entities::ENTITIES.iter().filter(|entity| entity.entity.ends_with(';')) {
            let is_control = entity.characters.chars().any(char::is_control);
            assert_eq!(named(entity.entity), (!is_control).then_some(entity.characters));
            count += 1;
        }
        assert_eq!(count, 2125);
        assert_eq!(entities::ENTITIES.iter().map(|entity| entity.entity.len()).max(), Some(LONGEST - 1));
        assert_eq!(named("&hellip;"), Some("…"));
    }
    use crate::edit::apply;
    use proptest::prelude::*;

    fn run(text: &str) -> String {
        apply(text, &find(text))
    }

    #[test]
    fn cases() {
        for line in include_str!("entity.tsv").lines().filter(|line| !line.starts_with('#')) {
            let (before, after) = line.split_once('\t').expect(line);
            let after = if after == "=" { before } else { after };
            assert_eq!(run(before), after, "{line}");
            assert_eq!(run(after), after, "{line}");
        }
    }

    proptest! {
        #[test]
        fn a_second_run_changes_nothing(pieces in prop::collection::vec(prop::sample::select(vec![
            "&", "#", ";", "&#38;", "&amp;", "&lt", "&lt;", "&#35;", "&#59;", "&#97;", "a", "m", "p", "x", "1", "&#x4f60;",
            "&#20320;", "20320", "&hellip;", "&quot;", "&#34;", "<", ">", "<a ", "好", " ", "&#10;", "&#0;", "&#147;",
        ]), 0..16)) {
            let once = run(&pieces.concat());
            prop_assert_eq!(run(&once), once.as_str());
            let count = |text: &str, c: char| text.matches(c).count();
            prop_assert_eq!(count(&once, '<'), count(&pieces.concat(), '<'));
        }

        #[test]
        fn any_text_is_taken(text in "(\\PC|[&#;<>a-z0-9]){0,40}") {
            let once = run(&text);
            prop_assert_eq!(run(&once), once);
        }
    }
}
