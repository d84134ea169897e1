//! JSON, looked through for the strings that are to be converted. Only a string
//! that changes is written anew; nothing is parsed into values.

use std::borrow::Cow;
use std::ops::Range;

use super::escape::{escape, plain_len, unescaped};
use super::{BadRecord, Convert, Rewritten};

/// A set of fields is the bits of a word.
pub(super) const MOST: usize = 64;

/// As deep as `serde_json` goes.
const DEEPEST: usize = 127;

/// The way to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    /// Every element of an array.
    Each,
}

impl Path {
    /// `a.b`, `a[].b`; a backslash takes the next character as it is.
    pub(super) fn parse(field: &str) -> Result<Self, String> {
        let (mut steps, mut key, mut pending) = (Vec::new(), String::new(), true);
        let mut rest = field.chars();
        while let Some(c) = rest.next() {
            match c {
                '\\' => key.extend(rest.next()),
                '.' | '[' => {
                    if !key.is_empty() {
                        steps.push(Step::Key(std::mem::take(&mut key)));
                    } else if c == '.' && pending {
                        return Err(format!("field `{field}`: expected a name before `.`"));
                    }
                    pending = c == '.';
                    if c == '[' {
                        if rest.next() != Some(']') {
                            return Err(format!("field `{field}`: expected `]` after `[`"));
                        }
                        steps.push(Step::Each);
                    }
                }
                c => key.push(c),
            }
        }
        match key.is_empty() {
            true if pending => return Err(format!("field `{field}`: expected a name at its end")),
            true => {}
            false => steps.push(Step::Key(key)),
        }
        Ok(Self(steps))
    }
}

pub(super) fn rewrite_lines(block: &[u8], fields: &[Path], convert: &Convert<'_>) -> Rewritten {
    let mut out =
        Rewritten { bytes: Vec::with_capacity(block.len() + block.len() / 16), ..Rewritten::default() };
    let mut found = Vec::new();
    let mut rest = block;
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let (line, after) = rest.split_at(end);
        rest = after;
        if line.iter().all(|b| b" \t\r\n".contains(b)) {
            out.bytes.extend_from_slice(line);
            continue;
        }
        rewrite(line, fields, convert, &mut found, &mut out);
    }
    out
}

pub(super) fn rewrite_whole(block: &[u8], fields: &[Path], convert: &Convert<'_>) -> Rewritten {
    let mut out = Rewritten::default();
    rewrite(block, fields, convert, &mut Vec::new(), &mut out);
    out
}

/// Appends a value to `out`. `found` is room to work in.
fn rewrite(
    value: &[u8],
    fields: &[Path],
    convert: &Convert<'_>,
    found: &mut Vec<Range<usize>>,
    out: &mut Rewritten,
) {
    let number = out.records;
    out.records += 1;
    found.clear();
    let mut scan = Scan { bytes: value, at: 0, fields, found };
    if value.starts_with(b"\xef\xbb\xbf") {
        scan.at = 3;
    }
    let mut at = 0;
    if let Err(message) = scan.document() {
        let message = format!("{message} at byte {}", scan.at);
        out.bad.push(BadRecord { number, message });
    } else {
        for range in found.iter() {
            let content = &value[range.clone()];
            let text = unescaped(content);
            if let Cow::Owned(converted) = convert(&text)
                && converted != *text
            {
                out.bytes.extend_from_slice(&value[at..range.start]);
                escape(&converted, content, &mut out.bytes);
                at = range.end;
            }
        }
    }
    out.bytes.extend_from_slice(&value[at..]);
}

/// Looks through one value.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    fields: &'a [Path],
    found: &'a mut Vec<Range<usize>>,
}

type Checked = Result<(), &'static str>;

impl Scan<'_> {
    fn document(&mut self) -> Checked {
        let all = if self.fields.len() == MOST { u64::MAX } else { (1 << self.fields.len()) - 1 };
        self.value(all, 0)?;
        self.space();
        if self.at == self.bytes.len() { Ok(()) } else { Err("expected the end of the record") }
    }

    fn peek(&self) -> u8 {
        // No byte of JSON outside a string is zero.
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\r' | b'\n') {
            self.at += 1;
        }
    }

    /// A value. `on`: the fields that lead here or further; `depth`: the steps so far.
    fn value(&mut self, on: u64, depth: usize) -> Checked {
        if depth > DEEPEST {
            return Err("nested too deeply");
        }
        self.space();
        match self.peek() {
            b'"' => {
                let content = self.string()?;
                let ends = |i: usize| on >> i & 1 == 1 && self.fields[i].0.len() == depth;
                if self.fields.is_empty() || on != 0 && (0..self.fields.len()).any(ends) {
                    self.found.push(content);
                }
                Ok(())
            }
            b'{' => self.object(on, depth),
            b'[' => {
                let on = self.on_after(on, depth, |step| *step == Step::Each);
                self.list(b']', |scan| scan.value(on, depth + 1))
            }
            b't' => self.literal(b"true"),
            b'f' => self.literal(b"false"),
            b'n' => self.literal(b"null"),
            _ => self.number(),
        }
    }

    fn object(&mut self, on: u64, depth: usize) -> Checked {
        self.list(b'}', |scan| {
            scan.space();
            if scan.peek() != b'"' {
                return Err("expected a key");
            }
            let key = scan.string()?;
            let on = match on {
                0 => 0,
                _ => {
                    let key = unescaped(&scan.bytes[key]);
                    scan.on_after(on, depth, |step| matches!(step, Step::Key(k) if k.as_bytes() == &*key))
                }
            };
            scan.space();
            if scan.peek() != b':' {
                return Err("expected `:`");
            }
            scan.at += 1;
            scan.value(on, depth + 1)
        })
    }

    /// The fields whose next step is one.
    fn on_after(&self, on: u64, depth: usize, is_step: impl Fn(&Step) -> bool) -> u64 {
        let on_after = |i: usize| on >> i & 1 == 1 && self.fields[i].0.get(depth).is_some_and(&is_step);
        (0..self.fields.len()).filter(|i| on_after(*i)).fold(0, |all, i| all | 1 << i)
    }

    fn list(&mut self, end: u8, mut item: impl FnMut(&mut Self) -> Checked) -> Checked {
        self.at += 1;
        self.space();
        if self.peek() == end {
            self.at += 1;
            return Ok(());
        }
        loop {
            item(self)?;
            self.space();
            match self.peek() {
                b',' => self.at += 1,
                other if other == end => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err("expected `,` or the end of the list"),
            }
        }
    }

    /// What is between the quotes.
    fn string(&mut self) -> Result<Range<usize>, &'static str> {
        self.at += 1;
        let start = self.at;
        loop {
            self.at += plain_len(&self.bytes[self.at..]);
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(start..self.at - 1);
                }
                Some(b'\\') => {
                    let hex = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
                    self.at += match &self.bytes[self.at + 1..] {
                        [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 2,
                        [b'u', rest @ ..] if rest.len() >= 4 && hex(&rest[..4]) => 6,
                        _ => return Err("unknown escape"),
                    }
                }
                Some(_) => return Err("control character in a string"),
                None => return Err("string without an end"),
            }
        }
    }

    fn literal(&mut self, word: &[u8]) -> Checked {
        if !self.bytes[self.at..].starts_with(word) {
            return Err("expected a value");
        }
        self.at += word.len();
        Ok(())
    }

    fn number(&mut self) -> Checked {
        self.at += usize::from(self.peek() == b'-');
        match self.peek() {
            b'0' => self.at += 1,
            b'1'..=b'9' => self.digits()?,
            _ => return Err("expected a value"),
        }
        if self.peek() == b'.' {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), b'+' | b'-'));
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Checked {
        let start = self.at;
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err("expected a digit") }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::tests::rewritten;

    fn line(fields: &[&str], text: &str) -> String {
        let (got, bad) = rewritten(Format::JsonLines, fields, text);
        assert_eq!(bad, []);
        got
    }

    #[test]
    fn only_the_fields_change_and_only_if_their_text_does() {
        let text = "{ \"書\":\"書\", \"a\" : {\"b\": \"書\\/\"}, \"a.b\":\"書\",\"c\":[\"書\",{\"d\":\"書\"}] , \"n\":-1.50e+07 }\r\n";
        let nth = |n: usize, text: &str| {
            let at = text.match_indices('書').nth(n).expect("there").0;
            format!("{}书{}", &text[..at], &text[at + 3..])
        };
        assert_eq!(line(&["書"], text), nth(1, text));
        // A string that changes is written anew.
        assert_eq!(line(&["a.b"], text), nth(2, text).replace("\\/", "/"));
        assert_eq!(line(&["a\\.b"], text), nth(3, text));
        assert_eq!(line(&["c[]"], text), nth(4, text));
        assert_eq!(line(&["c[].d"], text), nth(5, text));
        assert_eq!(line(&["c", "c.d", "n", "a"], text), text);
        assert_eq!(line(&[], text).matches('书').count(), 5);
    }

    #[test]
    fn escapes_are_text() {
        assert_eq!(
            line(&["a"], r#"{"\u0061":"\u66F8\n\u4E66\ud83d\ude00"}"#),
            r#"{"\u0061":"\u4e66\n\u4e66\ud83d\ude00"}"#
        );
        assert_eq!(line(&["a"], r#"{"a":"書\n\ud83d"}"#), r#"{"a":"書\n\ud83d"}"#);
        assert_eq!(line(&["a"], "{\"a\":\"裡\"}"), "{\"a\":\"里\\\"面\"}");
    }

    #[test]
    fn a_bad_record_stays_and_is_named() {
        let (got, bad) =
            rewritten(Format::JsonLines, &["a"], "{\"a\":\"書\"}\n\n{\"a\":\"書\"\n\"書\"\n{\"a\":\"書\"}");
        assert_eq!(got, "{\"a\":\"书\"}\n\n{\"a\":\"書\"\n\"書\"\n{\"a\":\"书\"}");
        assert_eq!(bad, [(1, "expected `,` or the end of the list at byte 11".into())]);
    }

    #[test]
    fn fields_that_make_no_sense_are_refused() {
        for field in ["", "a.", ".a", "a[", "a[x]", "a..b"] {
            assert!(super::Path::parse(field).is_err(), "{field}");
        }
    }
}
