//! MediaWiki's markup: `-{…}-`, links, templates. Tags, comments and the content of
//! `nowiki` are taken before.
//!
//! A stack of what is open, as MediaWiki's preprocessor keeps it: only the innermost
//! can be closed, and what is never closed is text.

use std::ops::Range;

use super::Places;
use super::lang::{self, Said};

/// Namespaces of files, whose links have parameters before the caption.
const FILES: [&str; 8] = ["file", "image", "文件", "檔案", "档案", "圖像", "图像", "媒體"];
/// Namespaces of categories, whose links show nothing.
const CATEGORIES: [&str; 3] = ["category", "分類", "分类"];
/// Endings of files that are a template parameter's whole value.
const MEDIA: [&str; 12] =
    ["svg", "png", "jpg", "jpeg", "gif", "webp", "tif", "tiff", "ogg", "webm", "pdf", "djvu"];

/// How behaviour switches in Chinese begin.
const SWITCHES: [&str; 8] = ["目錄", "目录", "無", "无", "強顯", "强显", "不轉換", "不转换"];

/// Bytes of a name: MediaWiki's limit of a title, so that what is nested deeply is
/// not looked through at each level.
const LONGEST: usize = 255;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// `-{…}-`
    Variant,
    /// `[[…]]`
    Link,
    /// `{{…}}`
    Template,
    /// `{{{…}}}`
    Argument,
}

/// Something open.
struct Open {
    kind: Kind,
    start: usize,
    /// Where its last part begins, behind a `|`.
    part: usize,
    parts: usize,
    /// Whether that part has a name, as in `name=value`.
    named: bool,
    /// What of its own markup is protected if it is closed.
    own: Vec<Range<usize>>,
}

/// Protected ranges, in no order.
pub(super) fn find(text: &str, taken: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut pass = Pass { text, open: Vec::new(), ranges: Vec::new() };
    let mut places = Places::new(text, taken, b"-[]{}|=_\n");
    while let Some(at) = places.next() {
        let end = pass.step(at, places.gap().end);
        places.at = end.max(at + 1);
    }
    pass.ranges
}

struct Pass<'t> {
    text: &'t str,
    open: Vec<Open>,
    ranges: Vec<Range<usize>>,
}

impl Pass<'_> {
    /// Takes what begins at a place; returns its end.
    fn step(&mut self, at: usize, gap: usize) -> usize {
        let rest = &self.text[at..gap];
        match rest.as_bytes()[0] {
            b'-' if is_variant(rest) => self.begin(Kind::Variant, at, 2),
            b'[' if rest.starts_with("[[") => self.begin(Kind::Link, at, 2),
            b'[' => at + external(rest).inspect(|len| self.ranges.push(at..at + len)).unwrap_or(1),
            b'{' => match rest.bytes().take(4).take_while(|b| *b == b'{').count() {
                1 => self.line(at, rest, "{|"),
                3 => self.begin(Kind::Argument, at, 3),
                _ => self.begin(Kind::Template, at, 2),
            },
            b']' if rest.starts_with("]]") && self.is_in(Kind::Link) => self.end(at, 2),
            b'}' if rest.starts_with("}}}") && self.is_in(Kind::Argument) => self.end(at, 3),
            b'}' if rest.starts_with("}}") && self.is_in(Kind::Template) => self.end(at, 2),
            b'}' if rest.starts_with("}-") && self.is_in(Kind::Variant) => self.end(at, 2),
            b'|' => self.part(at, rest),
            b'=' if self.is_in(Kind::Template) => self.name(at),
            b'_' => at + switch(rest).inspect(|len| self.ranges.push(at..at + len)).unwrap_or(1),
            // No link's target goes over the end of a line.
            b'\n' if self.open.last().is_some_and(|o| o.kind == Kind::Link && o.parts == 0) => {
                self.open.pop();
                at + 1
            }
            // A gallery's lines are links without brackets.
            b'\n' if namespace(&rest[1..], &FILES) => {
                let name = rest[1..].split(['|', '\n']).next().unwrap_or_default();
                let end = at + 1 + name.len();
                self.ranges.extend(is_media(name).then_some(at + 1..end));
                end
            }
            _ => at + 1,
        }
    }

    fn is_in(&self, kind: Kind) -> bool {
        self.open.last().is_some_and(|open| open.kind == kind)
    }

    fn begin(&mut self, kind: Kind, at: usize, len: usize) -> usize {
        self.open.push(Open { kind, start: at, part: at, parts: 0, named: false, own: Vec::new() });
        at + len
    }

    fn end(&mut self, at: usize, len: usize) -> usize {
        let Some(open) = self.open.pop() else { return at + 1 };
        let end = at + len;
        let whole = match open.kind {
            Kind::Variant => true,
            // With no text of its own, the target is shown, and the wiki finds the
            // page by it.
            Kind::Link => open.parts == 0 || namespace(&self.text[open.start + 2..], &CATEGORIES),
            Kind::Template => open.parts == 0 || self.is_foreign(&open),
            Kind::Argument => open.parts == 0,
        };
        if whole {
            self.ranges.push(open.start..end);
            return end;
        }
        if open.kind == Kind::Template && is_media(&self.text[open.part..at]) {
            self.ranges.push(open.part..at);
        }
        self.ranges.extend(open.own);
        self.ranges.push(at..end);
        end
    }

    /// A `|`: another part of the innermost, or a table's.
    fn part(&mut self, at: usize, rest: &str) -> usize {
        let text = self.text;
        let Some(open) = self.open.last_mut().filter(|open| open.kind != Kind::Variant) else {
            return self.line(at, rest, "|-");
        };
        let before = &text[open.part..at];
        let is_value = open.kind == Kind::Template && is_media(before);
        let is_parameter = open.kind == Kind::Link && namespace(&text[open.start + 2..], &FILES);
        let start = if open.parts == 0 || is_value || is_parameter { open.part } else { at };
        open.own.push(start..at + 1);
        open.parts += 1;
        (open.part, open.named) = (at + 1, false);
        at + 1
    }

    /// A `=`: what is before it is a parameter's name, if it is the part's first.
    fn name(&mut self, at: usize) -> usize {
        let text = self.text;
        if let Some(open) = self.open.last_mut()
            && !std::mem::replace(&mut open.named, true)
            && open.own.last().is_some_and(|last| last.end == open.part)
            && at - open.part <= LONGEST
            && !text[open.part..at].contains(['。', '，'])
        {
            open.own.push(open.part..at + 1);
            open.part = at + 1;
        }
        at + 1
    }

    /// A line of a table that holds attributes alone.
    fn line(&mut self, at: usize, rest: &str, mark: &str) -> usize {
        let is_first = self.text[..at].trim_end_matches([' ', '\t', ':']).ends_with('\n');
        if !rest.starts_with(mark) || at > 0 && !is_first {
            return at + 1;
        }
        let end = at + rest.find('\n').unwrap_or(rest.len());
        self.ranges.push(at..end);
        end
    }

    /// `{{lang|ja|…}}`: a template of the same meaning as the attribute.
    fn is_foreign(&self, open: &Open) -> bool {
        let Some((name, rest)) = self.text[open.start + 2..].trim_start().split_at_checked(4) else {
            return false;
        };
        let Some(tag) = rest.trim_start().strip_prefix('|') else { return false };
        let tag = tag.split(['|', '{', '}']).next().unwrap_or_default();
        name.eq_ignore_ascii_case("lang") && lang::said(tag) == Said::Foreign
    }
}

/// Whether a text begins with `-{`; `-{{` is a hyphen before a template.
fn is_variant(rest: &str) -> bool {
    rest.starts_with("-{") && (!rest.starts_with("-{{") || rest.starts_with("-{{{"))
}

/// Whether a link's target is in one of some namespaces: in, not about, as with
/// `[[:Category:…|…]]`.
fn namespace(target: &str, names: &[&str]) -> bool {
    let name = target.split([':', '|', '[', ']', '\n']).next().unwrap_or_default();
    let has_colon = target[name.len()..].starts_with(':');
    has_colon && names.iter().any(|known| known.eq_ignore_ascii_case(name.trim()))
}

/// Whether a parameter's value is the name of a file.
fn is_media(value: &str) -> bool {
    if value.len() > LONGEST {
        return false;
    }
    let value = value.trim();
    let ending = value.rsplit_once('.').map(|(_, ending)| ending);
    !value.contains(['\n', '[', '{', '|'])
        && ending.is_some_and(|e| MEDIA.iter().any(|known| known.eq_ignore_ascii_case(e)))
}

/// The length of `[http://…` up to its text.
fn external(rest: &str) -> Option<usize> {
    let url = &rest[1..];
    let end = url.find(|c: char| c.is_whitespace() || matches!(c, ']' | '[' | '<' | '>' | '"'))?;
    let scheme = url[..end].split("//").next()?;
    let is_scheme = scheme.is_empty() || scheme.ends_with(':');
    let is_url = is_scheme
        && scheme.len() + 2 < end
        && scheme[..scheme.len().saturating_sub(1)].bytes().all(|b| b.is_ascii_alphanumeric());
    (is_url || url.starts_with("mailto:")).then_some(1 + end)
}

/// The length of a behaviour switch: `__TOC__`, `__無目錄__`. Forms to fill in have
/// `__年__` too, so those in Chinese are known by their beginnings.
fn switch(rest: &str) -> Option<usize> {
    let name = rest.strip_prefix("__")?;
    let len = name.char_indices().take(24).find(|(_, c)| !c.is_alphabetic()).map(|(i, _)| i)?;
    let is_known = name[..len].bytes().all(|b| b.is_ascii_uppercase())
        || SWITCHES.iter().any(|known| name.starts_with(known));
    (len > 2 && is_known && name[len..].starts_with("__")).then_some(len + 4)
}
