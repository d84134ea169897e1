//! Reads one tag, comment or the like. Knows no element.
//!
//! What is searched for and not found once is not searched for again further on,
//! so that a text of nothing but beginnings takes linear time.

use std::collections::HashSet;

/// A start or end tag.
pub(super) struct Tag<'t> {
    pub(super) name: &'t str,
    pub(super) end: usize,
    pub(super) closing: bool,
    /// Closed in itself, as in XML: `<br/>`.
    pub(super) empty: bool,
    /// The values of `lang` or `xml:lang`, `translate` and `class`.
    pub(super) lang: Option<&'t str>,
    pub(super) translate: Option<&'t str>,
    pub(super) class: Option<&'t str>,
}

/// A text whose tags are read from its beginning to its end.
pub(super) struct Tags<'t> {
    text: &'t str,
    /// What does not occur any more.
    gone: Vec<String>,
    /// Names in end tags that are not ASCII, once they are needed.
    closed: Option<HashSet<&'t str>>,
}

impl<'t> Tags<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, gone: Vec::new(), closed: None }
    }

    /// The end of the next `mark`.
    fn after(&mut self, from: usize, mark: &str) -> Option<usize> {
        if self.gone.iter().any(|gone| gone == mark) {
            return None;
        }
        let found = self.text[from..].find(mark).map(|i| from + i + mark.len());
        if found.is_none() {
            self.gone.push(mark.to_owned());
        }
        found
    }

    /// The beginning of the next end tag of a name.
    pub(super) fn end_tag(&mut self, from: usize, name: &str) -> Option<usize> {
        let key = format!("</{}", name.to_ascii_lowercase());
        if self.gone.contains(&key) {
            return None;
        }
        let bytes = self.text.as_bytes();
        let is_end = |i: &usize| {
            let behind = bytes.get(i + key.len());
            bytes[*i..].get(..key.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(key.as_bytes()))
                && behind.is_none_or(|b| matches!(b, b'>' | b'/') || b.is_ascii_whitespace())
        };
        let found = self.text[from..].match_indices("</").map(|(i, _)| from + i).find(is_end);
        if found.is_none() {
            self.gone.push(key);
        }
        found
    }

    /// The end of the comment, CDATA, declaration or instruction at a `<`.
    pub(super) fn other(&mut self, at: usize) -> Option<usize> {
        let rest = &self.text[at..];
        if rest.starts_with("<!-->") || rest.starts_with("<!--->") {
            return self.after(at, ">");
        }
        // Cut off before its end, a comment is still a comment.
        let end = self.text.len();
        match rest.as_bytes().get(1)? {
            b'!' if rest.starts_with("<!--") => Some(self.after(at + 4, "-->").unwrap_or(end)),
            b'!' if rest.starts_with("<![CDATA[") => Some(self.after(at + 9, "]]>").unwrap_or(end)),
            b'!' if rest.as_bytes().get(2)?.is_ascii_alphabetic() => self.declaration(at + 2),
            b'?' if rest.as_bytes().get(2)?.is_ascii_alphabetic() => {
                self.after(at, "?>").or_else(|| self.after(at, ">"))
            }
            _ => None,
        }
    }

    /// The end of `<!DOCTYPE …>`, whose internal subset has declarations of its own.
    fn declaration(&mut self, at: usize) -> Option<usize> {
        let end = self.after(at, ">")?;
        match self.text[at..end].contains('[') {
            true => self.after(at, "]>").or(Some(end)),
            false => Some(end),
        }
    }

    /// The tag at a `<`.
    pub(super) fn tag(&mut self, at: usize) -> Option<Tag<'t>> {
        let closing = self.text[at + 1..].starts_with('/');
        let from = at + 1 + usize::from(closing);
        let name = name(&self.text[from..])?;
        let mut tag = Tag {
            name,
            end: from + name.len(),
            closing,
            empty: false,
            lang: None,
            translate: None,
            class: None,
        };
        self.attributes(&mut tag)?;
        // 〈重要〉 is often written with `<` and `>`: only XML's are in pairs.
        (name.is_ascii() || closing || tag.empty || self.is_closed(name)).then_some(tag)
    }

    fn is_closed(&mut self, name: &str) -> bool {
        let text = self.text;
        let ends = || text.match_indices("</").filter_map(|(i, _)| self::name(&text[i + 2..]));
        self.closed.get_or_insert_with(|| ends().filter(|name| !name.is_ascii()).collect()).contains(name)
    }

    /// Reads to the end of a tag. `None` where there is none.
    fn attributes(&mut self, tag: &mut Tag<'t>) -> Option<()> {
        let bytes = self.text.as_bytes();
        let mut at = tag.end;
        let mut has_value = false;
        loop {
            match bytes.get(at) {
                // Cut off inside its attributes, it is still a tag.
                None if has_value => {
                    tag.end = at;
                    return Some(());
                }
                None | Some(b'<') => return None,
                Some(b'>') => {
                    tag.end = at + 1;
                    return Some(());
                }
                Some(b'/') => (tag.empty, at) = (true, at + 1),
                Some(b) if b.is_ascii_whitespace() => at += 1,
                Some(_) => {
                    tag.empty = false;
                    let is_end = |b: &u8| matches!(b, b'/' | b'>' | b'<' | b'=') || b.is_ascii_whitespace();
                    let name = at..until(bytes, at + 1, is_end);
                    let equals = until(bytes, name.end, |b| !b.is_ascii_whitespace());
                    at = name.end;
                    if bytes.get(equals) == Some(&b'=') {
                        let from = until(bytes, equals + 1, |b| !b.is_ascii_whitespace());
                        let (value, end) = self.value(from);
                        tag.set(&self.text[name], value);
                        (at, has_value) = (end, true);
                    }
                }
            }
        }
    }

    /// An attribute's value, and where reading goes on.
    fn value(&mut self, at: usize) -> (&'t str, usize) {
        let bytes = self.text.as_bytes();
        if let Some(quote @ (b'"' | b'\'')) = bytes.get(at) {
            let mark = if *quote == b'"' { "\"" } else { "'" };
            if let Some(end) = self.after(at + 1, mark) {
                return (&self.text[at + 1..end - 1], end);
            }
            let end = self.after(at, ">").map_or(bytes.len(), |end| end - 1);
            return (&self.text[at + 1..end], end);
        }
        let end = until(bytes, at, |b| *b == b'>' || b.is_ascii_whitespace());
        (&self.text[at..end], end)
    }
}

impl<'t> Tag<'t> {
    fn set(&mut self, name: &str, value: &'t str) {
        let place = match name.to_ascii_lowercase().as_str() {
            "lang" | "xml:lang" => &mut self.lang,
            "translate" => &mut self.translate,
            "class" => &mut self.class,
            _ => return,
        };
        // Of two attributes with one name, the first counts.
        place.get_or_insert(value);
    }
}

/// The first place from `at` on whose byte is meant, or the end.
fn until(bytes: &[u8], at: usize, is_meant: impl Fn(&u8) -> bool) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().position(is_meant).map_or(bytes.len(), |i| at + i)
}

/// The name that a text begins with: a letter, then what XML allows in names.
fn name(text: &str) -> Option<&str> {
    if !text.starts_with(char::is_alphabetic) {
        return None;
    }
    let is_end = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'));
    let end = text.find(is_end).unwrap_or(text.len());
    let behind = text[end..].bytes().next();
    behind.is_none_or(|b| matches!(b, b'>' | b'/') || b.is_ascii_whitespace()).then_some(&text[..end])
}
