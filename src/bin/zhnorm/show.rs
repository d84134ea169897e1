//! What the command writes in place of the result: whether text would change,
//! what would, why, and which script it is in.

use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;
use similar::TextDiff;
use zhnorm::{Change, Normalizer, detect};

use crate::args::Args;
use crate::files::{self, Options, TROUBLE, report};

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

    /// Writes it for one file; true where `--check` found that it would change.
    pub(crate) fn write(
        self,
        normalizer: &Normalizer,
        path: &Path,
        bytes: &[u8],
        output: &mut impl Write,
    ) -> io::Result<bool> {
        match self {
            Self::Check => return check(normalizer, path, bytes, output),
            Self::Diff => write_diff(normalizer, path, bytes, output)?,
            Self::Explain => explain(normalizer, path, bytes, output)?,
            Self::Detect => write_script(path, bytes, output)?,
            Self::DetectEachLine => {
                let text = String::from_utf8_lossy(bytes);
                for line in text.lines() {
                    writeln!(output, "{}", detect(line).script)?;
                }
            }
        }
        Ok(false)
    }
}

/// Writes it for all that `paths` name.
pub(crate) fn run(show: Show, normalizer: &Normalizer, options: &Options, paths: &[PathBuf]) -> ExitCode {
    let (sources, troubles) = match files::sources(options, paths) {
        Ok(found) => found,
        Err(message) => {
            report(&message);
            return ExitCode::from(TROUBLE);
        }
    };
    troubles.iter().for_each(|trouble| report(trouble));
    let (mut failed, mut would_change) = (!troubles.is_empty(), false);
    let mut output = io::stdout().lock();
    for path in &sources {
        let bytes = match read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                report(&format!("{}: {error}", path.display()));
                failed = true;
                continue;
            }
        };
        // Flushed here: what standard output does at exit tells nobody of a full disk.
        let written = show.write(normalizer, path, &bytes, &mut output);
        match written.and_then(|found| output.flush().map(|()| found)) {
            Ok(found) => would_change |= found,
            // Whoever read the output has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => break,
            Err(error) => {
                report(&format!("standard output: {error}"));
                failed = true;
                break;
            }
        }
    }
    match (failed, would_change) {
        (true, _) => ExitCode::from(TROUBLE),
        (_, true) => ExitCode::from(WOULD_CHANGE),
        _ => ExitCode::SUCCESS,
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    fs::read(path)
}

/// The name of an input in messages.
pub(crate) fn name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".into() } else { path.display().to_string() }
}

fn check(normalizer: &Normalizer, path: &Path, bytes: &[u8], output: &mut impl Write) -> io::Result<bool> {
    let changes = *normalizer.normalize_bytes(bytes) != *bytes;
    if changes {
        writeln!(output, "{} would change", name(path))?;
    }
    Ok(changes)
}

/// Bytes that are not UTF-8 are shown as U+FFFD.
fn write_diff(normalizer: &Normalizer, path: &Path, bytes: &[u8], output: &mut impl Write) -> io::Result<()> {
    let converted = normalizer.normalize_bytes(bytes);
    if *converted == *bytes {
        return Ok(());
    }
    let (before, after) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&converted));
    let diff = TextDiff::from_lines(&*before, &*after);
    let name = path.display().to_string();
    write!(output, "{}", diff.unified_diff().header(&format!("a/{name}"), &format!("b/{name}")))
}

fn explain(normalizer: &Normalizer, path: &Path, bytes: &[u8], output: &mut impl Write) -> io::Result<()> {
    // Where the chunk begins in the file, in the result, and on which line.
    let (mut source, mut target, mut line) = (0, 0, 1);
    for chunk in bytes.utf8_chunks() {
        let text = chunk.valid();
        let (mut at, mut end) = (0, 0);
        for change in normalizer.explain(text) {
            line += text[at..change.source.start].matches('\n').count();
            at = change.source.start;
            end = change.target.end + text.len() - change.source.end;
            writeln!(output, "{}", object(path, line, source, target, &change))?;
        }
        line += text[at..].matches('\n').count();
        let len = if at == 0 && end == 0 { text.len() } else { end };
        source += text.len() + chunk.invalid().len();
        target += len + chunk.invalid().len();
    }
    Ok(())
}

fn object(path: &Path, line: usize, source: usize, target: usize, change: &Change) -> serde_json::Value {
    json!({
        "path": path.display().to_string(),
        "line": line,
        "source": [source + change.source.start, source + change.source.end],
        "target": [target + change.target.start, target + change.target.end],
        "before": change.before,
        "after": change.after,
        "rule": change.rule,
        "confidence": change.confidence,
        "alternatives": change.alternatives,
    })
}

fn write_script(path: &Path, bytes: &[u8], output: &mut impl Write) -> io::Result<()> {
    let found = detect(&String::from_utf8_lossy(bytes));
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
    writeln!(output, "{}: {} (confidence {sure:.2}): {}", name(path), found.script, shares.join(", "))
}
