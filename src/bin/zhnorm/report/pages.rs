//! Rows as pages of JSON that stand in an HTML file, and what the pages have in
//! common. Knows no drawing.

use std::collections::HashMap;
use std::io::{self, Write};

use serde_json::{Value, json};
use zhnorm::{Change, Script};

use super::about;
use super::rows::{Piece, Row, Scripts};
use crate::files::Text;

/// A page is full when so many bytes of text are on it, or so many rows: it is drawn
/// in a moment, and a text of 10 MB has some hundreds.
const FULL: (usize, usize) = (18_000, 150);

/// The scripts in the order in which the mix of a text counts them, each by the
/// letter that stands for it.
const SCRIPTS: [(Script, char); 5] = [
    (Script::Traditional, 't'),
    (Script::Simplified, 's'),
    (Script::Common, 'c'),
    (Script::Japanese, 'j'),
    (Script::Other, 'o'),
];

/// What makes two changes the same: before, after, rule, confidence. What a
/// character could have become follows from them.
type Same = (String, String, &'static str, u8);

/// Writes pages.
pub(super) struct Pages<W> {
    output: W,
    error: Option<io::Error>,
    page: Vec<Value>,
    bytes: usize,
    /// For each page its text, and the line that it begins with.
    index: Vec<[usize; 2]>,
    known: HashMap<Same, usize>,
    /// Changes that are not the same: what is to be said of each.
    changes: Vec<Value>,
    counts: Vec<usize>,
    rules: Vec<&'static str>,
    texts: Vec<Value>,
    text: Figures,
}

/// The figures of one text.
#[derive(Default)]
struct Figures {
    first: usize,
    /// The line that the last row is of.
    line: usize,
    changes: usize,
    repairs: usize,
    malformed: usize,
    before: [usize; SCRIPTS.len()],
    after: [usize; SCRIPTS.len()],
    name: String,
    encoding: &'static str,
    records: bool,
}

impl<W: Write> Pages<W> {
    pub(super) fn new(output: W) -> Self {
        Self {
            output,
            error: None,
            page: Vec::new(),
            bytes: 0,
            index: Vec::new(),
            known: HashMap::new(),
            changes: Vec::new(),
            counts: Vec::new(),
            rules: Vec::new(),
            texts: Vec::new(),
            text: Figures::default(),
        }
    }

    pub(super) fn begin(&mut self, text: &Text) {
        self.text = Figures {
            first: self.index.len(),
            name: text.name.clone(),
            encoding: text.encoding(),
            records: text.has_records(),
            ..Figures::default()
        };
    }

    pub(super) fn row(&mut self, row: Row) {
        if self.page.is_empty() {
            let line = if row.line > 0 { row.line } else { self.text.line };
            self.index.push([self.texts.len(), line]);
        }
        self.text.line = self.text.line.max(row.line);
        add(&mut self.text.before, &row.source);
        add(&mut self.text.after, &row.result);
        let scripts = [letters(&row.source), letters(&row.result)];
        let pieces: Vec<Value> = row.pieces.into_iter().map(|piece| self.piece(piece)).collect();
        self.page.push(match scripts {
            [source, result] if source == result => json!([row.line, pieces, source]),
            [source, result] => json!([row.line, pieces, source, result]),
        });
        if self.bytes >= FULL.0 || self.page.len() >= FULL.1 {
            self.write_page();
        }
    }

    fn piece(&mut self, piece: Piece) -> Value {
        match piece {
            Piece::Same(text) => {
                self.bytes += text.len();
                text.into()
            }
            Piece::Changed(change) => {
                self.bytes += change.before.len();
                self.change(change).into()
            }
            Piece::Malformed(bytes) => {
                self.text.malformed += bytes.len();
                self.bytes += bytes.len();
                json!([bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ")])
            }
        }
    }

    /// The number of a change among all that are not the same.
    fn change(&mut self, change: Change) -> usize {
        self.text.changes += 1;
        self.text.repairs += usize::from(change.rule.starts_with("repair/"));
        let same = (change.before, change.after, change.rule, change.confidence);
        if let Some(number) = self.known.get(&same) {
            self.counts[*number] += 1;
            return *number;
        }
        let rule = self.rules.iter().position(|known| *known == change.rule).unwrap_or_else(|| {
            self.rules.push(change.rule);
            self.rules.len() - 1
        });
        self.changes.push(json!([same.0, same.1, rule, same.3, change.alternatives]));
        self.counts.push(1);
        self.known.insert(same, self.changes.len() - 1);
        self.changes.len() - 1
    }

    /// Ends a text; `Err` where a page could not be written.
    pub(super) fn end(&mut self) -> Result<(), ()> {
        self.write_page();
        let Figures { first, line, changes, repairs, malformed, before, after, name, encoding, records } =
            std::mem::take(&mut self.text);
        self.texts.push(json!({
            "name": name, "encoding": encoding, "records": records, "lines": line, "changes": changes,
            "repairs": repairs, "malformed": malformed, "before": before, "after": after,
            "first": first, "pages": self.index.len() - first,
        }));
        if self.error.is_none() { Ok(()) } else { Err(()) }
    }

    fn write_page(&mut self) {
        let page = std::mem::take(&mut self.page);
        self.bytes = 0;
        if page.is_empty() || self.error.is_some() {
            return;
        }
        let id = format!("p{}", self.index.len() - 1);
        self.error = write_data(&mut self.output, &id, &page.into()).err();
    }

    /// Writes what the pages have in common. `done`: what was asked for; `language`:
    /// that of the result.
    pub(super) fn finish(mut self, done: &str, language: Option<&str>) -> io::Result<()> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let rule = |rule: &&str| json!({"name": rule, "kind": about::kind(rule), "about": about::rule(rule)});
        let index = json!({
            "version": env!("CARGO_PKG_VERSION"), "done": done, "language": language,
            "rules": self.rules.iter().map(rule).collect::<Vec<_>>(),
            "changes": self.changes, "counts": self.counts,
            "texts": self.texts, "pages": self.index,
        });
        write_data(&mut self.output, "index", &index)
    }
}

fn add(mix: &mut [usize; SCRIPTS.len()], scripts: &Scripts) {
    for (script, len) in &scripts.0 {
        if let Some(place) = SCRIPTS.iter().position(|(known, _)| known == script) {
            mix[place] += len;
        }
    }
}

/// The letter of a script, where there is one; else each with its length.
fn letters(scripts: &Scripts) -> String {
    let letter =
        |script| SCRIPTS.iter().find(|(known, _)| *known == script).map_or('o', |(_, letter)| *letter);
    match scripts.0.as_slice() {
        [(script, _)] => letter(*script).into(),
        all => all.iter().map(|(script, len)| format!("{}{len}", letter(*script))).collect(),
    }
}

/// Writes JSON that HTML reads as it stands: no tag or comment begins in it, and
/// nothing in it turns the text around for whoever looks at the file.
fn write_data(output: &mut impl Write, id: &str, data: &Value) -> io::Result<()> {
    let json = data.to_string();
    write!(output, "<script type=\"application/json\" id=\"{id}\">")?;
    let mut rest = json.as_str();
    while let Some(at) = rest.find(must_be_escaped) {
        output.write_all(&rest.as_bytes()[..at])?;
        let mut chars = rest[at..].chars();
        let mut units = [0; 2];
        for unit in chars.next().unwrap_or_default().encode_utf16(&mut units) {
            write!(output, "\\u{unit:04x}")?;
        }
        rest = chars.as_str();
    }
    writeln!(output, "{rest}</script>")
}

/// These stand nowhere in JSON but in strings.
fn must_be_escaped(c: char) -> bool {
    matches!(c,
        '<' | '>' | '&' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}
