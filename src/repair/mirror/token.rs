//! What stands at a place of a damaged page: a character, an annotation, or a
//! question mark with what is left of what it swallowed.

use super::annotated;

/// A stretch of a page that the search reads at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    Char(char),
    /// A syllable in parentheses.
    Note(&'t str),
    /// A question mark, which may stand for two lost bytes.
    Lost(Rest<'t>),
}

/// What is left behind a question mark of a thing whose first byte it swallowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest<'t> {
    Nothing,
    /// A syllable and its closing parenthesis.
    Note(&'t str),
    /// A tag without its `<`.
    Tag,
    /// The number of a character reference without its `&`.
    Reference(char),
}

/// Tags that stand between Chinese sentences.
const TAGS: &[&str] = &[
    "p",
    "br",
    "strong",
    "b",
    "span",
    "div",
    "a",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "em",
    "i",
    "u",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "td",
    "th",
    "tr",
    "table",
    "tbody",
    "img",
    "font",
    "section",
    "center",
    "article",
    "blockquote",
    "sup",
    "sub",
    "hr",
];
/// A longer stretch up to `>` is no tag.
const LONGEST_TAG: usize = 300;

/// The token at a place and its length; `None` at the text's end.
pub(super) fn token(text: &str, at: usize) -> Option<(Token<'_>, usize)> {
    let rest = &text[at..];
    let c = rest.chars().next()?;
    if c == '('
        && let Some(syllable) = annotated::syllable(&rest[1..])
    {
        return Some((Token::Note(syllable), syllable.len() + 2));
    }
    if !is_lost(c) {
        return Some((Token::Char(c), c.len_utf8()));
    }
    let behind = &rest[c.len_utf8()..];
    let (left, len) = if let Some(syllable) = annotated::syllable(behind) {
        (Rest::Note(syllable), syllable.len() + 1)
    } else if let Some(len) = tag(behind) {
        (Rest::Tag, len)
    } else if let Some((c, len)) = reference(behind) {
        (Rest::Reference(c), len)
    } else {
        (Rest::Nothing, 0)
    };
    Some((Token::Lost(left), c.len_utf8() + len))
}

/// The length of the annotation at a parenthesis, if the character before it is
/// one that mirrors annotate so.
pub(super) fn note(text: &str, at: usize) -> Option<usize> {
    let rest = text[at..].strip_prefix('(')?;
    let before = text[..at].chars().next_back()?;
    let reading = annotated::reading(before)?;
    let rest = rest.strip_prefix(reading)?;
    rest.starts_with(')').then_some(reading.len() + 2)
}

fn is_lost(c: char) -> bool {
    matches!(c, '?' | '？')
}

/// The second byte of a sentence mark's A3 pair, if the mirror's program looks
/// for that mark.
pub(super) fn mark(c: char) -> Option<u8> {
    match c {
        '!' | '！' => Some(0xa1),
        '?' | '？' => Some(0xbf),
        ';' | '；' => Some(0xbb),
        _ => None,
    }
}

/// Whether a sentence mark that the mirror's program looks for is at a place.
pub(super) fn is_mark(text: &str, at: usize) -> bool {
    text[at..].chars().next().and_then(mark).is_some()
}

fn tag(rest: &str) -> Option<usize> {
    let name = rest.strip_prefix('/').unwrap_or(rest);
    let letters = name.bytes().take(10).take_while(u8::is_ascii_alphanumeric).count();
    if !TAGS.contains(&&name[..letters]) {
        return None;
    }
    let rest = &rest[..rest.floor_char_boundary(LONGEST_TAG)];
    let end = rest.find(['>', '<', '\n', '?'])?;
    (rest.as_bytes()[end] == b'>').then_some(end + 1)
}

fn reference(rest: &str) -> Option<(char, usize)> {
    let rest = rest.strip_prefix('#')?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let c = rest[..digits].parse().ok().and_then(char::from_u32)?;
    rest[digits..].starts_with(';').then_some((c, digits + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_take_what_belongs_together() {
        let first = |text| token(text, 0).expect("a token");
        assert_eq!(first("請人"), (Token::Char('請'), 3));
        assert_eq!(first("?!"), (Token::Lost(Rest::Nothing), 1));
        assert_eq!(first("?qǐng)?"), (Token::Lost(Rest::Note("qǐng")), 7));
        assert_eq!(first("?/h2>\n"), (Token::Lost(Rest::Tag), 5));
        assert_eq!(first("?a href=\"x\">"), (Token::Lost(Rest::Tag), 12));
        assert_eq!(first("?a 人>"), (Token::Lost(Rest::Tag), 7));
        assert_eq!(first("?abc>"), (Token::Lost(Rest::Nothing), 1));
        assert_eq!(first("?#20320;"), (Token::Lost(Rest::Reference('你')), 8));
        assert_eq!(first("?#99999999;"), (Token::Lost(Rest::Nothing), 1));
        assert_eq!(token("請(qǐng)人", 3), Some((Token::Note("qǐng"), 7)));
        assert_eq!(token("請(人)", 3), Some((Token::Char('('), 1)));
        assert_eq!((note("請(qǐng)人", 3), note("人(qǐng)", 3)), (Some(7), None));
        assert_eq!(token("", 0), None);
    }
}
