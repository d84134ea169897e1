//! Tags of HTML and XML, and what their attributes say of the text between them.
//!
//! Tags are read as the HTML Living Standard reads them (13.2.5), with two
//! differences for text that is no page at all: a `<` that cannot begin a tag is
//! text, and so is a tag that another `<` cuts short.

use std::ops::Range;

use super::lang::{self, Said};
use super::tag::{Tag, Tags};
use super::{Hint, Places, Protect, Script};

/// What a pass looks for.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    /// Tags, comments and the like are protected, their attributes heeded.
    pub(super) tags: bool,
    /// Code is protected: `code` and `pre`.
    code: bool,
    /// Some elements are MediaWiki's.
    wiki: bool,
}

impl Rules {
    /// The rules for some kinds, `None` where they need no tags.
    pub(super) fn of(protect: Protect) -> Option<Self> {
        let wiki = protect.has(Protect::WIKITEXT);
        let tags = wiki || protect.has(Protect::HTML) || protect.has_markdown();
        let code = protect.has_code();
        (tags || code).then_some(Self { tags, code, wiki })
    }

    /// Whether an element's content is protected.
    fn fixes(self, name: &str) -> bool {
        self.tags && is_one_of(name, FIXED) || self.code && is_one_of(name, &["code", "pre"])
    }

    /// Whether an element's content holds no tags.
    fn is_raw(self, name: &str) -> bool {
        self.tags && is_one_of(name, HIDDEN) || self.wiki && is_one_of(name, WIKITEXT)
    }
}

/// Elements whose content is not text of a language.
const FIXED: &[&str] = &["code", "kbd", "samp", "var"];

/// Elements whose content holds no tags and is never shown; unclosed, they run to
/// the end (13.2.5.2 and on).
const HIDDEN: &[&str] = &["script", "style"];

/// MediaWiki's own tags, and the extensions' that its projects have.
const WIKITEXT: &[&str] = &[
    "nowiki",
    "pre",
    "math",
    "chem",
    "ce",
    "source",
    "syntaxhighlight",
    "score",
    "timeline",
    "hiero",
    "graph",
    "mapframe",
    "maplink",
    "templatedata",
];

/// Elements without content (13.1.2).
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// Elements whose end tag may be left out before the next of them (13.1.2.4).
const IMPLIED: &[&[&str]] = &[&["li"], &["p"], &["dt", "dd"], &["td", "th"], &["tr"], &["option"]];

/// Elements that end a paragraph (13.1.2.4).
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "details",
    "div",
    "dl",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "main",
    "menu",
    "nav",
    "ol",
    "pre",
    "search",
    "section",
    "table",
    "ul",
];

/// Deeper elements are not followed. As browsers do: it bounds the time.
const DEEPEST: usize = 512;

/// What holds for the text at a place.
#[derive(Clone, Copy, Default, PartialEq)]
struct State {
    /// Inside an element like `code`.
    code: bool,
    /// Inside `translate="no"`.
    untranslated: bool,
    /// In a language that is not Chinese.
    foreign: bool,
    script: Option<Script>,
}

impl State {
    fn is_protected(self) -> bool {
        self.code || self.untranslated || self.foreign
    }

    /// What holds inside an element.
    fn inside(mut self, tag: &Tag<'_>, rules: Rules) -> Self {
        self.code |= rules.fixes(tag.name);
        if !rules.tags {
            return self;
        }
        match tag.lang.map(lang::said) {
            // A page's `lang="en"` is more often left from a template than true;
            // of languages that are written with Han it is believed.
            Some(Said::Foreign) if is_one_of(tag.name, &["html"]) && !has_han(tag.lang) => {}
            Some(Said::Foreign) => (self.foreign, self.script) = (true, None),
            Some(Said::Chinese(script)) => (self.foreign, self.script) = (false, script),
            Some(Said::Nothing) => (self.foreign, self.script) = (false, None),
            None => {}
        }
        match tag.translate {
            Some("no" | "NO" | "No") => self.untranslated = true,
            Some("yes" | "YES" | "Yes" | "") => self.untranslated = false,
            _ => {}
        }
        self.untranslated |=
            tag.class.is_some_and(|c| c.split_ascii_whitespace().any(|c| c == "notranslate"));
        self
    }
}

/// Whether a language tag is of a language that is written with Han, but not
/// Chinese.
fn has_han(tag: Option<&str>) -> bool {
    let language = tag.and_then(|tag| tag.trim().get(..2)).unwrap_or_default();
    is_one_of(language, &["ja", "ko", "vi"])
}

fn is_one_of(name: &str, list: &[&str]) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Protected ranges, and what `lang` attributes say, outside what is taken.
pub(super) fn find(text: &str, taken: &[Range<usize>], rules: Rules) -> (Vec<Range<usize>>, Vec<Hint>) {
    let mut pass = Pass {
        text,
        rules,
        open: Vec::new(),
        state: State::default(),
        since: 0,
        ranges: Vec::new(),
        hints: Vec::new(),
    };
    let mut places = Places::new(text, taken, b"<");
    let mut tags = Tags::new(text);
    while let Some(at) = places.next() {
        if let Some(end) = pass.step(&mut tags, at) {
            places.skip_to(end);
        }
    }
    pass.turn(State::default(), text.len());
    (pass.ranges, pass.hints)
}

struct Pass<'t> {
    text: &'t str,
    rules: Rules,
    /// The open elements, each with what holds around it.
    open: Vec<(&'t str, State)>,
    state: State,
    /// Where the state began.
    since: usize,
    ranges: Vec<Range<usize>>,
    hints: Vec<Hint>,
}

impl<'t> Pass<'t> {
    /// Takes what begins at a place; returns its end.
    fn step(&mut self, tags: &mut Tags<'t>, at: usize) -> Option<usize> {
        if let Some(end) = tags.other(at) {
            self.protect(at..end);
            return Some(end);
        }
        let tag = tags.tag(at)?;
        self.protect(at..tag.end);
        if tag.closing {
            self.close(&tag, at);
            return Some(tag.end);
        }
        if tag.empty {
            return Some(tag.end);
        }
        if self.rules.is_raw(tag.name) {
            let unclosed = if is_one_of(tag.name, HIDDEN) { self.text.len() } else { tag.end };
            let end = tags.end_tag(tag.end, tag.name).unwrap_or(unclosed);
            self.protect(tag.end..end);
            return Some(end);
        }
        if !is_one_of(tag.name, VOID) {
            self.open(&tag, at);
        }
        Some(tag.end)
    }

    fn open(&mut self, tag: &Tag<'t>, at: usize) {
        let ends = |last: &str| {
            let implied = IMPLIED.iter().any(|set| is_one_of(tag.name, set) && is_one_of(last, set));
            implied || is_one_of(last, &["p"]) && is_one_of(tag.name, BLOCKS)
        };
        if let Some((_, outer)) = self.open.pop_if(|(last, _)| ends(last)) {
            self.turn(outer, at);
        }
        if self.open.len() == DEEPEST {
            return;
        }
        self.open.push((tag.name, self.state));
        let inside = self.state.inside(tag, self.rules);
        // Of protected elements the tags are protected too.
        self.turn(inside, if inside.is_protected() { at } else { tag.end });
    }

    fn close(&mut self, tag: &Tag<'t>, at: usize) {
        let open = self.open.iter().rposition(|(name, _)| name.eq_ignore_ascii_case(tag.name));
        if let Some(i) = open {
            let outer = self.open[i].1;
            self.turn(outer, if self.state.is_protected() { tag.end } else { at });
            self.open.truncate(i);
        }
    }

    /// Another state holds from a place on.
    fn turn(&mut self, state: State, at: usize) {
        if state == self.state && at < self.text.len() {
            return;
        }
        let range = self.since..at;
        match self.state {
            _ if range.is_empty() => {}
            old if old.is_protected() => self.ranges.push(range),
            State { script: Some(script), .. } => self.hints.push((range, script)),
            _ => {}
        }
        (self.state, self.since) = (state, at);
    }

    fn protect(&mut self, range: Range<usize>) {
        if self.rules.tags {
            self.ranges.push(range);
        }
    }
}

/// The character references, which are looked for when URLs are known: `&amp;` is
/// part of one.
pub(super) fn references(text: &str, taken: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut places = Places::new(text, taken, b"&");
    let mut ranges = Vec::new();
    while let Some(at) = places.next() {
        if let Some(len) = reference(&text[at..places.gap().end]) {
            ranges.push(at..at + len);
        }
    }
    ranges
}

/// The length of the character reference that a text begins with (13.1.4).
fn reference(text: &str) -> Option<usize> {
    // The longest name is `CounterClockwiseContourIntegral`.
    let end = text.bytes().take(40).position(|b| b == b';')?;
    let name = &text[1..end];
    let is_reference = match name.strip_prefix('#').map(|digits| (digits, digits.strip_prefix(['x', 'X']))) {
        Some((_, Some(hex))) => !hex.is_empty() && hex.bytes().all(|b| b.is_ascii_hexdigit()),
        Some((digits, None)) => !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()),
        None => !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric()),
    };
    is_reference.then_some(end + 1)
}
