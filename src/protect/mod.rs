//! Which stretches of a text are copied through as they are: links, markup, code.
//! Knows syntax alone: no conversion, and nothing of what characters mean.
//!
//! Each pass works on what those before it have left: Markdown's code and
//! destinations, then tags, then wikitext, then the links in plain text.

#[cfg(all(test, feature = "markdown"))]
mod cases;
mod html;
mod lang;
mod link;
#[cfg(feature = "markdown")]
mod markdown;
mod path;
mod tag;
mod wikitext;

use std::fmt;
use std::ops::{BitOr, Range};
use std::str::FromStr;

use crate::Error;
use crate::direction::nearest;
use crate::simd::{self, Level};

/// What is copied through byte for byte, whatever the target.
///
/// ```
/// use zhnorm::Protect;
/// let protect: Protect = "html,url".parse()?;
/// assert_eq!(protect, Protect::HTML | Protect::URL);
/// assert_eq!(protect.to_string(), "html,url");
/// assert_eq!(Protect::default(), Protect::URL | Protect::EMAIL);
/// # Ok::<(), zhnorm::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Protect(u8);

impl Protect {
    /// Nothing.
    pub const NONE: Self = Self(0);

    /// Tags with their attributes, comments, CDATA, processing instructions and
    /// character references of HTML and XML; the content of `script`, `style`,
    /// `code`, `kbd`, `samp` and `var`, of `translate="no"` and
    /// `class="notranslate"` (HTML Living Standard, 3.2.6.5), and of every
    /// element whose `lang` or `xml:lang` is not Chinese.
    pub const HTML: Self = Self(1);

    /// Code and the destinations of links and images by CommonMark's rules, with
    /// the tags as in [`Protect::HTML`]. The text and the title of a link are text.
    #[cfg(feature = "markdown")]
    pub const MARKDOWN: Self = Self(1 << 1);

    /// Code alone: Markdown's fenced code and code spans, the elements `code` and
    /// `pre`.
    #[cfg(feature = "markdown")]
    pub const CODE: Self = Self(1 << 2);

    /// URLs, with a scheme or with `www.`, and the paths of files. Han belongs to
    /// a URL where it follows a delimiter (`/看`), not where it follows a letter
    /// (`/x看`).
    pub const URL: Self = Self(1 << 3);

    /// Addresses of e-mail, internationalized ones too (RFC 6531).
    pub const EMAIL: Self = Self(1 << 4);

    /// `-{…}-`, the targets of links, the names of templates and their
    /// parameters, `nowiki`, `math`, and the tags as in [`Protect::HTML`]; as
    /// MediaWiki's converter leaves them alone too (`LanguageConverter.php`).
    pub const WIKITEXT: Self = Self(1 << 5);

    /// Every name, the first of each kind being its own.
    pub const NAMES: &[(&'static str, Self)] = &[
        ("html", Self::HTML),
        #[cfg(feature = "markdown")]
        ("markdown", Self::MARKDOWN),
        #[cfg(feature = "markdown")]
        ("code", Self::CODE),
        ("url", Self::URL),
        ("email", Self::EMAIL),
        ("wikitext", Self::WIKITEXT),
        ("none", Self::NONE),
        ("xml", Self::HTML),
    ];

    fn has_markdown(self) -> bool {
        cfg!(feature = "markdown") && self.has(Self(1 << 1))
    }

    fn has_code(self) -> bool {
        cfg!(feature = "markdown") && self.has(Self(1 << 2))
    }

    /// Whether nothing that is protected reaches over the end of a line, or over
    /// the full stop of a sentence.
    pub(crate) fn is_inside_lines(self) -> bool {
        !self.has(Self(!(Self::URL | Self::EMAIL).0))
    }

    /// Whether anything of `other` is protected.
    const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// URLs and e-mail: what no reader wants changed in any kind of text.
impl Default for Protect {
    fn default() -> Self {
        Self::URL | Self::EMAIL
    }
}

impl BitOr for Protect {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Display for Protect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let own = Self::NAMES.iter().filter(|(name, kind)| self.has(*kind) && *name != "xml");
        let names: Vec<_> = own.map(|(name, _)| *name).collect();
        f.write_str(if names.is_empty() { "none" } else { "" })?;
        f.write_str(&names.join(","))
    }
}

impl FromStr for Protect {
    type Err = Error;

    /// A list with commas between the names, or `none` alone.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownProtect`], with the nearest name and all names.
    fn from_str(list: &str) -> Result<Self, Error> {
        if list.trim().eq_ignore_ascii_case("none") {
            return Ok(Self::NONE);
        }
        list.split(',').map(str::trim).try_fold(Self::NONE, |sum, name| {
            // `none` beside other names would be read in two ways.
            let known = || Self::NAMES.iter().filter(|(_, kind)| *kind != Self::NONE);
            let found = known().find(|(n, _)| n.eq_ignore_ascii_case(name));
            found.map(|(_, kind)| sum | *kind).ok_or_else(|| Error::UnknownProtect {
                name: name.to_owned(),
                nearest: nearest(name, known().map(|(n, _)| *n)),
            })
        })
    }
}

/// The script that a `lang` attribute names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    Simplified,
    Traditional,
}

/// A stretch of text and the script that it is said to be in.
pub(crate) type Hint = (Range<usize>, Script);

/// What is protected in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Guarded {
    /// In order; no two of them touch.
    pub(crate) ranges: Vec<Range<usize>>,
    /// What `lang` attributes say of the text outside the ranges; a hint reaches
    /// over the ranges inside it. In order, without overlap.
    pub(crate) hints: Vec<Hint>,
}

/// Finds what is protected in a text.
pub(crate) fn find(text: &str, protect: Protect) -> Guarded {
    let mut guarded = Guarded::default();
    #[cfg(feature = "markdown")]
    if protect.has_markdown() || protect.has_code() {
        guarded.add(markdown::find(text, protect));
    }
    let rules = html::Rules::of(protect);
    if let Some(rules) = rules {
        let (found, hints) = html::find(text, &guarded.ranges, rules);
        guarded.add(found);
        guarded.hints = hints;
    }
    if protect.has(Protect::WIKITEXT) {
        guarded.add(wikitext::find(text, &guarded.ranges));
    }
    if protect.has(Protect::URL | Protect::EMAIL) {
        guarded.add(link::find(text, &guarded.ranges, protect));
    }
    if rules.is_some_and(|rules| rules.tags) {
        guarded.add(html::references(text, &guarded.ranges));
    }
    guarded
}

impl Guarded {
    /// Takes more ranges in: sorted, and as one where they touch.
    fn add(&mut self, found: Vec<Range<usize>>) {
        if found.is_empty() {
            return;
        }
        let mut all = std::mem::take(&mut self.ranges);
        all.extend(found);
        all.sort_by_key(|range| range.start);
        for range in all.into_iter().filter(|range| !range.is_empty()) {
            match self.ranges.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => self.ranges.push(range),
            }
        }
    }
}

/// The places in a text where something may begin, outside what is taken.
struct Places<'t, const N: usize> {
    bytes: &'t [u8],
    taken: std::slice::Iter<'t, Range<usize>>,
    /// The bytes that something may begin with, all ASCII.
    starts: [u8; N],
    /// Where the search goes on.
    at: usize,
    /// Where the text begins that nothing has taken.
    gap_start: usize,
    /// Where what comes next of `taken` begins and ends.
    next: Range<usize>,
}

impl<'t, const N: usize> Places<'t, N> {
    fn new(text: &'t str, taken: &'t [Range<usize>], starts: &[u8; N]) -> Self {
        debug_assert!(starts.is_ascii());
        let end = text.len()..text.len();
        let mut taken = taken.iter();
        let next = taken.next().cloned().unwrap_or(end);
        Self { bytes: text.as_bytes(), taken, starts: *starts, at: 0, gap_start: 0, next }
    }

    /// The next place.
    fn next(&mut self) -> Option<usize> {
        loop {
            if self.at < self.next.start {
                let gap = &self.bytes[self.at..self.next.start];
                let first = First { bytes: gap, set: &self.starts };
                if let Some(i) = simd::vectorized(Level::detect(), first) {
                    self.at += i + 1;
                    return Some(self.at - 1);
                }
            }
            if self.next.start == self.bytes.len() {
                return None;
            }
            self.skip_to(self.at.max(self.next.end));
            let end = self.bytes.len()..self.bytes.len();
            self.next = self.taken.next().cloned().unwrap_or(end);
        }
    }

    /// What is not taken around the last place.
    fn gap(&self) -> Range<usize> {
        self.gap_start..self.next.start
    }

    /// Takes what is before a place.
    fn skip_to(&mut self, at: usize) {
        (self.at, self.gap_start) = (at, at);
    }
}

/// The first byte that is in a set. Many at a time, for there are mostly none: the
/// compiler makes vector code of a chunk.
struct First<'a, const N: usize> {
    bytes: &'a [u8],
    set: &'a [u8; N],
}

impl<const N: usize> simd::Work for First<'_, N> {
    type Output = Option<usize>;

    #[inline(always)]
    fn run(self) -> Option<usize> {
        const CHUNK: usize = 64;
        let (mut from, (chunks, _)) = (0, self.bytes.as_chunks::<CHUNK>());
        for chunk in chunks {
            let mut any = false;
            for byte in chunk {
                for one in self.set {
                    any |= byte == one;
                }
            }
            if any {
                break;
            }
            from += CHUNK;
        }
        let is_in = |byte: &u8| self.set.contains(byte);
        self.bytes[from..].iter().position(is_in).map(|i| from + i)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_kind_brings_the_nearest_and_the_list() {
        let error = "url,htlm".parse::<Protect>().expect_err("unknown").to_string();
        assert!(error.contains("`html`") && error.contains("wikitext"), "{error}");
        assert!("none,url".parse::<Protect>().is_err());
        assert!("".parse::<Protect>().is_err());
        assert_eq!(" URL, xml ".parse::<Protect>().expect("known"), Protect::HTML | Protect::URL);
        assert_eq!("none".parse::<Protect>().expect("known"), Protect::NONE);
    }

    #[test]
    fn what_is_shown_is_what_is_read() {
        for bits in 0..64 {
            let Ok(protect) = Protect(bits).to_string().parse::<Protect>() else { panic!("{bits}") };
            assert_eq!(protect.to_string(), Protect(bits).to_string());
        }
    }

    #[test]
    fn ranges_that_touch_are_one() {
        let mut guarded = Guarded::default();
        guarded.add(vec![5..7, 0..2, 2..3, 6..6]);
        guarded.add(vec![1..2, 9..9, 6..8]);
        assert_eq!(guarded.ranges, [0..3, 5..8]);
    }
}
