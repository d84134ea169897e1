//! Paths of files in plain text.
//!
//! A slash between words is no path: 和/或, 里/外. It is one where the beginning says
//! so (`./`, `~/`, `C:\`, `/usr/`), or the ending (`說明.txt`).

use super::link::{back, ends_with_extension, is_han};

/// Folders at the root of the usual systems, after which no ending is needed.
const ROOTS: [&str; 26] = [
    "bin",
    "boot",
    "data",
    "dev",
    "etc",
    "home",
    "lib",
    "media",
    "mnt",
    "opt",
    "proc",
    "root",
    "run",
    "sbin",
    "srv",
    "sys",
    "tmp",
    "usr",
    "var",
    "www",
    "app",
    "Applications",
    "Library",
    "System",
    "Users",
    "Volumes",
];

/// The search for paths in one text.
#[derive(Default)]
pub(super) struct Paths {
    /// Up to here slashes are known to be no path's.
    tried: usize,
}

impl Paths {
    /// A path around its first slash, the text's byte `at`: the bytes before and
    /// from there on.
    pub(super) fn find(&mut self, before: &str, rest: &str, at: usize) -> Option<(usize, usize)> {
        let slash = rest.chars().next()?;
        if let Some(found) = drive(before, rest).or_else(|| relative_to_known(before, rest)) {
            return Some(found);
        }
        if at < self.tried || rest[1..].starts_with(slash) && slash == '/' {
            return None;
        }
        if let Some(len) = server(rest) {
            return Some((0, len));
        }
        let (len, has_extension) = segments(rest, slash);
        self.tried = at + len;
        let name = start(before);
        match name {
            _ if begins_at_root(rest) && back(before, |c| !is_han(c) && is_part(c)) == 0 => Some((0, len)),
            _ if has_extension && !before.ends_with([slash, '<', ':']) => Some((name, len)),
            _ => None,
        }
    }
}

/// Whether a path begins with a known folder, and something in that.
fn begins_at_root(path: &str) -> bool {
    const LONGEST: usize = 12;
    let names = path.strip_prefix('/').unwrap_or_default();
    let len = names.bytes().take(LONGEST + 1).position(|b| b == b'/');
    len.is_some_and(|len| ROOTS.contains(&&names[..len]) && names[len + 1..].starts_with(is_part))
}

/// The bytes before the first slash that are the path's: a name of one script,
/// as nothing tells where 打開 ends in 打開src/主頁.js but the script.
fn start(before: &str) -> usize {
    let ascii = back(before, |c| is_part(c) && !is_han(c));
    match ascii {
        0 => back(before, is_part),
        _ => before[before.len() - ascii..].trim_start_matches(['-', '@', '+', '~']).len(),
    }
}

/// `C:\…` or `C:/…`.
fn drive(before: &str, rest: &str) -> Option<(usize, usize)> {
    let letter = before.strip_suffix(':')?;
    let is_drive = back(letter, |c| c.is_ascii_alphanumeric()) == 1
        && letter.ends_with(|c: char| c.is_ascii_alphabetic())
        && !rest.starts_with("//");
    is_drive.then(|| (2, segments(rest, rest.chars().next().unwrap_or('/')).0))
}

/// `./…`, `../…` and `~/…`.
fn relative_to_known(before: &str, rest: &str) -> Option<(usize, usize)> {
    let marks = back(before, |c| matches!(c, '.' | '~'));
    let outside = before[..before.len() - marks].chars().next_back();
    let is_known = matches!(&before[before.len() - marks..], "." | ".." | "~")
        && outside.is_none_or(|c| !c.is_ascii_alphanumeric() && !matches!(c, '/' | '\\' | '…'));
    let len = if is_known { segments(rest, rest.chars().next()?).0 } else { 0 };
    (len > 1).then_some((marks, len))
}

/// `\\server\…`.
fn server(rest: &str) -> Option<usize> {
    let name = rest.strip_prefix("\\\\")?;
    let len = name.find(|c| !is_part(c)).filter(|len| *len > 0)?;
    name[len..].starts_with('\\').then(|| 2 + len + segments(&name[len..], '\\').0)
}

/// What a file's name may hold, of what plain text holds between names.
fn is_part(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '~' | '@')
}

/// The length of a run of slashes and names, and whether it ends as files do.
fn segments(text: &str, slash: char) -> (usize, bool) {
    let mut at = 0;
    let mut has_extension = false;
    while text.as_bytes().get(at) == Some(&(slash as u8)) {
        let name = &text[at + 1..];
        let len = name_len(name, slash);
        has_extension = ends_with_extension(&name[..len]);
        at += 1 + len;
    }
    (at, has_extension)
}

/// The length of one name. A name that another follows is taken whole; the last
/// one ends with its ending, or where Han follows a letter.
fn name_len(text: &str, slash: char) -> usize {
    let mut end = text.find(|c| !(is_part(c) || is_bracket(c))).unwrap_or(text.len());
    let is_dots = text[..end].bytes().all(|b| b == b'.');
    // In a.txt和./b.txt the dot is the next path's.
    if text[end..].starts_with(slash) && (is_dots || !text[..end].ends_with('.')) {
        return end;
    }
    if slash == '\\' && text[end..].starts_with(' ') {
        // `C:\Program Files\`: names with spaces, if a backslash ends them.
        let is_end = |c: char| !(is_part(c) || is_bracket(c) || c == ' ');
        let long = text.char_indices().take(64).find(|(_, c)| is_end(*c));
        if let Some((long, '\\')) = long.filter(|(long, _)| !text[..*long].ends_with(' ')) {
            return long;
        }
    }
    // Han ends it behind an ending, and behind a letter unless an ending is to come.
    let hans = text[..end].char_indices().filter(|(_, c)| is_han(*c)).map(|(i, _)| i);
    for (n, i) in hans.enumerate() {
        let before = &text[..i];
        let goes_on = || {
            let is_first_after_letter = n == 0 && before.ends_with(|c: char| c.is_ascii_alphanumeric());
            !is_first_after_letter || text[i..end].split(is_han).any(ends_with_extension)
        };
        if ends_with_extension(before) || !goes_on() {
            end = i;
            break;
        }
    }
    let name = text[..end].trim_end_matches(['.', '-', '(', '[']);
    // A closing bracket before any opening one is the sentence's.
    let unbalanced = [('(', ')'), ('[', ']')].into_iter().filter_map(|(opening, closing)| {
        let closing = name.find(closing)?;
        name.find(opening).is_none_or(|opening| closing < opening).then_some(closing)
    });
    unbalanced.min().unwrap_or(name.len())
}

fn is_bracket(c: char) -> bool {
    matches!(c, '(' | ')' | '[' | ']')
}
