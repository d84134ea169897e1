//! URLs and e-mail addresses in plain text, Han in them included (RFC 3987, 6531).
//!
//! Chinese puts no space between a URL and the sentence, so where one ends has to
//! be decided. Han belongs to it directly after a delimiter or a percent escape,
//! and after other Han of the same segment; not after a letter: in
//! `http://a.tw/x看` the 看 is the sentence's. Where it might be either, it is
//! protected.

use std::ops::Range;

use super::path::Paths;
use super::{Places, Protect};

/// Endings of hosts in Han that are in the root zone (IANA) and met in Chinese.
const HAN_DOMAINS: [&str; 18] = [
    "台灣",
    "台湾",
    "中国",
    "中國",
    "香港",
    "澳門",
    "澳门",
    "新加坡",
    "公司",
    "网络",
    "網路",
    "在线",
    "中文网",
    "集团",
    "政务",
    "公益",
    "网址",
    "移动",
];

/// Endings of hosts that are believed where no scheme and no `www.` comes before.
const BARE_DOMAINS: [&str; 10] = ["com", "org", "edu", "gov", "tw", "hk", "cn", "mo", "sg", "my"];

/// Protected ranges, in order.
pub(super) fn find(text: &str, taken: &[Range<usize>], protect: Protect) -> Vec<Range<usize>> {
    let (url, email) = (protect.has(Protect::URL), protect.has(Protect::EMAIL));
    let starts: &[u8; 4] = if url { b"/\\.@" } else { b"@@@@" };
    let mut places = Places::new(text, taken, starts);
    let mut paths = Paths::default();
    let mut ranges = Vec::new();
    while let Some(at) = places.next() {
        let Range { start, end } = places.gap();
        // What was found before ends where the search begins.
        let (before, rest) = (&text[start..at], &text[at..end]);
        let found = match text.as_bytes()[at] {
            b'@' => address(before, rest).filter(|(_, _, mailto)| email || *mailto).map(|(b, l, _)| (b, l)),
            b'.' => www(before, rest),
            _ => scheme(before, rest).or_else(|| bare(before, rest)).or_else(|| paths.find(before, rest, at)),
        };
        if let Some((back, len)) = found {
            ranges.push(at - back..at + len);
            places.skip_to(at + len);
        }
    }
    ranges
}

/// Whether a character is of a script that is written without spaces.
pub(super) fn is_han(c: char) -> bool {
    c >= '\u{2e80}' && c.is_alphanumeric()
}

/// The bytes at the end of a text that meet a condition.
pub(super) fn back(before: &str, is_meant: impl Fn(char) -> bool) -> usize {
    before.len() - before.trim_end_matches(is_meant).len()
}

/// `scheme://…` around its first `/`: the bytes before and from there on.
fn scheme(before: &str, rest: &str) -> Option<(usize, usize)> {
    let scheme = before.strip_suffix(':').filter(|_| rest.starts_with("//"))?;
    let len = back(scheme, |c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let name = &scheme[scheme.len() - len..];
    let name = name.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    let host = rest[2..].chars().next()?;
    let has_host = host.is_alphanumeric() || matches!(host, '/' | '[' | '_' | '%');
    (!name.is_empty() && has_host).then(|| (name.len() + 1, 2 + body(&rest[2..], user(&rest[2..]))))
}

/// `www.…` around its first dot.
fn www(before: &str, rest: &str) -> Option<(usize, usize)> {
    let len = back(before, |c| c.is_ascii_alphanumeric() || c == '-');
    let is_www = before[before.len() - len..].eq_ignore_ascii_case("www");
    let host = rest[1..].chars().next()?;
    (is_www && host.is_alphanumeric()).then(|| (3, 1 + body(&rest[1..], 0)))
}

/// `host/…` around its first `/`, where the host's ending is one of few.
fn bare(before: &str, rest: &str) -> Option<(usize, usize)> {
    let len = back(before, |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    let (host, ending) = before[before.len() - len..].rsplit_once('.')?;
    let is_host = host.starts_with(|c: char| c.is_ascii_alphanumeric()) && BARE_DOMAINS.contains(&ending);
    (is_host && rest.starts_with('/')).then(|| (len, 1 + tail(&rest[1..], "/")))
}

/// The length of a host, with the user of that length before it and its path after it.
fn body(text: &str, user: usize) -> usize {
    let host = user + host(&text[user..]);
    let rest = &text[host..];
    if rest.starts_with(['/', '?', '#']) {
        return host + 1 + tail(&rest[1..], &rest[..1]);
    }
    host
}

/// The length of `name:password@`.
fn user(text: &str) -> usize {
    let is_user =
        |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | '%' | '!' | '$' | '+' | ':');
    let len = text.find(|c| !is_user(c)).unwrap_or(text.len());
    if text[len..].starts_with('@') { len + 1 } else { 0 }
}

/// The length of a host with its port, in which Han follows a dot, or
/// stands before the first one.
fn host(text: &str) -> usize {
    if let Some(address) = text.strip_prefix('[') {
        let is_more = |c: char| c.is_ascii_hexdigit() || matches!(c, ':' | '.' | '%');
        let rest = address.trim_start_matches(is_more);
        let end = text.len() - rest.len() + 1;
        return if rest.starts_with(']') { end + port(&text[end..]) } else { 0 };
    }
    let mut len = 0;
    for (i, label, is_last) in labels(text) {
        len = i + host_label(label, i == 0, is_last);
        if len < i + label.len() {
            return len;
        }
    }
    len + port(&text[len..])
}

fn port(text: &str) -> usize {
    let rest = text.strip_prefix(':').unwrap_or_default();
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits == 0 { 0 } else { digits + 1 }
}

/// The parts of a host between dots, each with its place and whether it is the last.
fn labels(text: &str) -> impl Iterator<Item = (usize, &str, bool)> {
    let is_label = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '%');
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let at = next.take()?;
        let rest = &text[at..];
        let len = rest.find(|c| !is_label(c)).unwrap_or(rest.len());
        let behind =
            rest[len..].strip_prefix('.').filter(|more| len > 0 && more.starts_with(char::is_alphanumeric));
        next = behind.map(|_| at + len + 1);
        Some((at, &rest[..len], behind.is_none()))
    })
}

/// How much of a label is the host's.
fn host_label(label: &str, is_first: bool, is_last: bool) -> usize {
    if is_last && let Some(domain) = HAN_DOMAINS.iter().find(|domain| label.starts_with(*domain)) {
        return domain.len();
    }
    // `3c市集.tw` has not ended yet at its Han; `a.tw看` has.
    let ends = |i: usize| label[..i].ends_with(|c: char| c.is_alphanumeric() && !is_han(c));
    let mut hans = label.char_indices().filter(|(_, c)| is_han(*c)).map(|(i, _)| i);
    let end = hans.find(|i| ends(*i)).filter(|_| is_last || !is_first);
    let label = &label[..end.unwrap_or(label.len())];
    label.trim_end_matches(['-', '_', '%']).len()
}

/// The length of a path, query and fragment after the delimiter `first`.
fn tail(text: &str, first: &str) -> usize {
    let mut depth = [0u32; 2];
    let mut end = 0;
    // Whether Han may follow, and whether this segment has some.
    let (mut open, mut has_han) = (true, false);
    let mut is_query = first == "?";
    for (i, c) in text.char_indices() {
        let before = &text[..i];
        match c {
            _ if is_han(c) => {
                if !(open || has_han && !ends_with_extension(before)) {
                    break;
                }
                has_han = true;
            }
            '/' | '?' | '#' | '&' | '=' => (open, has_han, is_query) = (true, false, is_query || c == '?'),
            '-' | '_' | '+' | '~' | '@' | '$' => open = true,
            // `_(消歧義)`, `Category:台灣`, `a[鍵]=`.
            '(' => (depth[0], open) = (depth[0] + 1, before.ends_with('_') || has_han),
            '[' => (depth[1], open) = (depth[1] + 1, is_query),
            ')' if depth[0] > 0 => depth[0] -= 1,
            ']' if depth[1] > 0 => depth[1] -= 1,
            ':' => open = has_han || is_namespace(before),
            ';' if before.ends_with("&amp") => (open, has_han) = (true, false),
            '!' | '*' | ';' => (open, has_han) = (false, false),
            ',' => open = false,
            '.' | '%' => open = has_han,
            _ if c.is_ascii_alphanumeric() => open = is_escape_end(before, c),
            _ if c.is_alphanumeric() && !is_han(c) => open = false,
            // White space, quotation marks, brackets and all punctuation of CJK.
            _ => break,
        }
        end = i + c.len_utf8();
    }
    trimmed(&text[..end]).len()
}

/// Without the punctuation of the sentence, an opening bracket, and a character
/// reference at the end (as GitHub's autolinks).
fn trimmed(text: &str) -> &str {
    let text = text.trim_end_matches(['.', ',', ':', '!', '?', '*', '~', '_', '(', '[']);
    let Some(rest) = text.strip_suffix(';') else { return text };
    let name = back(rest, |c| c.is_ascii_alphanumeric());
    match rest[..rest.len() - name].strip_suffix('&') {
        Some(url) if name > 0 => url,
        _ => rest,
    }
}

/// Whether a letter completes a percent escape.
fn is_escape_end(before: &str, c: char) -> bool {
    let bytes = before.as_bytes();
    c.is_ascii_hexdigit()
        && bytes.last().is_some_and(u8::is_ascii_hexdigit)
        && bytes.len().checked_sub(2).is_some_and(|i| bytes[i] == b'%')
}

/// Whether a segment so far is a word such as `Category`.
fn is_namespace(before: &str) -> bool {
    let len = back(before, |c| c.is_ascii_alphabetic());
    let (outside, word) = before.split_at(before.len() - len);
    len > 3
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && (outside.is_empty() || outside.ends_with(['/', '=']))
}

/// Whether a text ends as files do: a dot, then a letter and up to four more
/// letters or digits. Of endings that begin with a digit only two are met; `0.56g`
/// is a figure.
pub(super) fn ends_with_extension(text: &str) -> bool {
    let len = back(text, |c| c.is_ascii_alphanumeric());
    let (name, ending) = text.split_at(text.len() - len);
    let is_ending = ending.starts_with(|c: char| c.is_ascii_alphabetic()) && len <= 5;
    name.ends_with('.') && (is_ending || matches!(ending, "7z" | "3gp"))
}

/// An address around its `@`: the bytes before it, from there on, and whether
/// `mailto:` comes first.
fn address(before: &str, rest: &str) -> Option<(usize, usize, bool)> {
    let domain = host(&rest[1..]);
    let ending = rest[1..=domain].rsplit_once('.')?.1;
    let is_known = ending.len() > 1 && ending.bytes().all(|b| b.is_ascii_alphabetic())
        || ending.starts_with("xn--")
        || HAN_DOMAINS.contains(&ending);
    let local = local_part(before);
    if !is_known || local == 0 {
        return None;
    }
    let mut len = 1 + domain;
    let scheme = back(&before[..before.len() - local], |c| c.is_ascii_alphabetic() || c == ':');
    let scheme = &before[before.len() - local - scheme..before.len() - local];
    let is_mailto = scheme.len() >= 7 && scheme[scheme.len() - 7..].eq_ignore_ascii_case("mailto:");
    if is_mailto && rest[len..].starts_with('?') {
        len += 1 + tail(&rest[len + 1..], "?");
    }
    Some((local + if is_mailto { 7 } else { 0 }, len, is_mailto))
}

/// The length of an address's part before the `@`: of its last letters' script,
/// so that 寄 does not belong to it in 寄wang@a.tw.
fn local_part(before: &str) -> usize {
    let is_mark = |c: char| matches!(c, '.' | '_' | '-' | '+');
    let is_more = |c: char| is_mark(c) || matches!(c, '!' | '#' | '$' | '%' | '&' | '*' | '=' | '^' | '~');
    let len = match before.chars().next_back().is_some_and(is_han) {
        true => back(before, |c| c.is_alphanumeric() || is_mark(c)),
        false => back(before, |c| c.is_alphanumeric() && !is_han(c) || is_more(c)),
    };
    before[before.len() - len..].trim_start_matches(|c: char| !c.is_alphanumeric()).len()
}
