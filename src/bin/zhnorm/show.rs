//! What the command writes in place of the result: whether text would change,
//! what would, why, and which script it is in.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::{self, ErrorKind, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;
use similar::TextDiff;
use zhnorm::{Change, Normalizer, detect};

use crate::args::Args;
use crate::files::{Options, TROUBLE, Text, report};
use crate::run::Normalizers;

/// `--check` found text that would change.
const WOULD_CHANGE: u8 = 1;

/// What is to be written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Show {
    Check,
    Diff,
    Explain,
    Detect,
    DetectEachLine,
}

impl Show {
    /// What the arguments ask for; `None` is the result itself.
    pub(crate) fn of(args: &Args) -> Option<Self> {
        match args {
            Args { check: true, .. } => Some(Self::Check),
            Args { diff: true, .. } => Some(Self::Diff),
            Args { explain: true, .. } => Some(Self::Explain),
            Args { detect: true, each_line: true, .. } => Some(Self::DetectEachLine),
            Args { detect: true, .. } => Some(Self::Detect),
            _ => None,
        }
    }

    /// Writes it for one text; true where `--check` found that it would change.
    fn write(self, normalizer: &Normalizer, text: &Text, output: &mut impl Write) -> io::Result<bool> {
        match self {
            Self::Check => return check(normalizer, text, output),
            Self::Diff => write_diff(normalizer, text, output)?,
            Self::Explain => explain(normalizer, text, output)?,
            Self::Detect => write_script(text, output)?,
            Self::DetectEachLine => {
                for line in all_of(text).lines() {
                    writeln!(output, "{}", detect(line).script)?;
                }
            }
        }
        Ok(false)
    }
}

/// Writes it for all that `paths` name.
pub(crate) fn run(show: Show, normalizers: &Normalizers, options: &Options, paths: &[PathBuf]) -> ExitCode {
    let (mut broken, mut would_change) = (false, false);
    let mut output = io::stdout().lock();
    let found = Text::each(options, paths, |text| {
        if matches!(show, Show::Diff) && text.has_columns() {
            report(&format!("{}: has no lines to compare; use --explain", text.name));
            broken = true;
            return ControlFlow::Continue(());
        }
        // Flushed here: what standard output does at exit tells nobody of a full disk.
        let written = show.write(normalizers.of(text), text, &mut output);
        match written.and_then(|found| output.flush().map(|()| found)) {
            Ok(found) => would_change |= found,
            // Whoever read the output has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return ControlFlow::Break(()),
            Err(error) => {
                report(&format!("standard output: {error}"));
                broken = true;
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    });
    match found {
        Err(message) => {
            report(&message);
            ExitCode::from(TROUBLE)
        }
        Ok(failed) if failed || broken => ExitCode::from(TROUBLE),
        Ok(_) if would_change => ExitCode::from(WOULD_CHANGE),
        Ok(_) => ExitCode::SUCCESS,
    }
}

fn check(normalizer: &Normalizer, text: &Text, output: &mut impl Write) -> io::Result<bool> {
    let changes = *text.rewritten(&|part| normalizer.normalize_bytes(part)) != *text.bytes;
    if changes {
        writeln!(output, "{} would change", text.name)?;
    }
    Ok(changes)
}

/// Bytes that are not UTF-8 are shown as U+FFFD.
fn write_diff(normalizer: &Normalizer, text: &Text, output: &mut impl Write) -> io::Result<()> {
    let converted = text.rewritten(&|part| normalizer.normalize_bytes(part));
    if *converted == *text.bytes {
        return Ok(());
    }
    let (before, after) = (String::from_utf8_lossy(&text.bytes), String::from_utf8_lossy(&converted));
    let diff = TextDiff::from_lines(&*before, &*after);
    let name = text.path.display().to_string();
    write!(output, "{}", diff.unified_diff().header(&format!("a/{name}"), &format!("b/{name}")))
}

/// Positions are those of the text, decoded and unpacked; a record's text has been
/// taken from its place, and is explained without one.
fn explain(normalizer: &Normalizer, text: &Text, output: &mut impl Write) -> io::Result<()> {
    if text.has_records() {
        let found = RefCell::new(Vec::new());
        text.rewritten(&|part| {
            for chunk in part.utf8_chunks() {
                found.borrow_mut().extend(normalizer.explain(chunk.valid()));
            }
            Cow::Borrowed(part)
        });
        return found
            .take()
            .iter()
            .try_for_each(|change| writeln!(output, "{}", object(&text.path, None, change)));
    }
    // Where the chunk begins in the file, in the result, and on which line.
    let (mut source, mut target, mut line) = (0, 0, 1);
    for chunk in text.bytes.utf8_chunks() {
        let valid = chunk.valid();
        let (mut at, mut end) = (0, 0);
        for change in normalizer.explain(valid) {
            line += valid[at..change.source.start].matches('\n').count();
            at = change.source.start;
            end = change.target.end + valid.len() - change.source.end;
            writeln!(output, "{}", object(&text.path, Some((line, source, target)), &change))?;
        }
        line += valid[at..].matches('\n').count();
        let len = if at == 0 && end == 0 { valid.len() } else { end };
        source += valid.len() + chunk.invalid().len();
        target += len + chunk.invalid().len();
    }
    Ok(())
}

/// `place`: the line, and where the text of the change begins in source and target.
fn object(path: &Path, place: Option<(usize, usize, usize)>, change: &Change) -> serde_json::Value {
    let (source, target) = (&change.source, &change.target);
    json!({
        "path": path.display().to_string(),
        "line": place.map(|(line, ..)| line),
        "source": place.map(|(_, at, _)| [at + source.start, at + source.end]),
        "target": place.map(|(.., at)| [at + target.start, at + target.end]),
        "before": change.before,
        "after": change.after,
        "rule": change.rule,
        "confidence": change.confidence,
        "alternatives": change.alternatives,
    })
}

/// The text as it is read, or that of all records.
fn all_of(text: &Text) -> Cow<'_, str> {
    if !text.has_records() {
        return String::from_utf8_lossy(&text.bytes);
    }
    let all = RefCell::new(String::new());
    text.rewritten(&|part| {
        all.borrow_mut().push_str(&String::from_utf8_lossy(part));
        all.borrow_mut().push('\n');
        Cow::Borrowed(part)
    });
    Cow::Owned(all.take())
}

fn write_script(text: &Text, output: &mut impl Write) -> io::Result<()> {
    let found = detect(&all_of(text));
    let counts = [
        ("simplified", found.simplified),
        ("traditional", found.traditional),
        ("common", found.common),
        ("japanese", found.japanese),
        ("other", found.other),
    ];
    let all = counts.iter().map(|(_, n)| n).sum::<usize>().max(1);
    let shares = counts.iter().filter(|(_, n)| *n > 0);
    let shares: Vec<_> =
        shares.map(|(name, n)| format!("{name} {:.1} %", 100.0 * *n as f64 / all as f64)).collect();
    let sure = found.confidence;
    writeln!(output, "{}: {} (confidence {sure:.2}): {}", text.name, found.script, shares.join(", "))
}
