//! From arguments to a job: which converter.

use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use zhnorm::{
    Blocks, Converter, Damage, Dictionary, Direction, Error, Normalizer, Profile, Protect, Rare, Style,
    Target,
};

use crate::args::{Args, Switch};
use crate::files::{self, TROUBLE, Text, report};
use crate::show::{self, Show};

pub(crate) fn run(args: &Args) -> ExitCode {
    let normalizers = match Normalizers::new(args) {
        Ok(normalizers) => normalizers,
        Err(error) => {
            report(&error.to_string());
            return ExitCode::from(TROUBLE);
        }
    };
    if let Some(code) = report_first(args, &normalizers) {
        return code;
    }
    if let Some(show) = Show::of(args) {
        return show::run(show, &normalizers, &args.files, &args.paths);
    }
    let blocks = Blocks::of(&normalizers.text);
    let hint = Hint::new(args);
    let text: &files::Job<'_> = &|block| {
        hint.look(block);
        normalizers.text.normalize_bytes(block)
    };
    let html: &files::Job<'_> = &|block| {
        hint.look(block);
        normalizers.html.normalize_bytes(block)
    };
    let jobs = files::Jobs { text, html, blocks: &blocks };
    files::run(&args.files, (&args.paths, &|| fingerprint(args)), args.quiet, jobs)
}

/// Writes the report, if one is asked for, before anything is rewritten. The exit
/// status, where that is all.
fn report_first(args: &Args, normalizers: &Normalizers) -> Option<ExitCode> {
    args.files.report.as_ref()?;
    let alone = Show::of(args).is_none() && !args.files.in_place && args.files.output.is_none();
    let once = args.paths.is_empty() || args.paths.iter().any(|path| path == Path::new("-"));
    let written = match !alone && once {
        true => Err("--report beside another output needs files: standard input is read once".into()),
        false => crate::report::run(args, normalizers),
    };
    match written {
        Err(message) => {
            report(&message);
            Some(ExitCode::from(TROUBLE))
        }
        Ok(true) if alone => Some(ExitCode::from(TROUBLE)),
        Ok(_) => alone.then_some(ExitCode::SUCCESS),
    }
}

/// Tells once that a text is damaged, where nobody asked for repair, or beyond it.
struct Hint {
    is_done: AtomicBool,
    /// Bytes of the records so far.
    records: AtomicUsize,
}

impl Hint {
    /// So much of a block is looked at: no more than a glance.
    const GLANCE: usize = 1 << 12;
    /// Of as many bytes in records, which are shorter, too. To look at every record took
    /// a sixth of the time, and at a quarter of each block a fifteenth.
    const OF: usize = 1 << 16;

    fn new(args: &Args) -> Self {
        let asked = !args.repair.is_empty() || args.profile.is_some_and(Profile::repairs);
        let is_done = args.quiet || asked || args.to.is_none();
        Self { is_done: AtomicBool::new(is_done), records: AtomicUsize::new(0) }
    }

    /// Whether a block of so many bytes is not looked at.
    fn passes_over(&self, len: usize) -> bool {
        len < Self::GLANCE && self.records.fetch_add(len, Ordering::Relaxed) % Self::OF >= Self::GLANCE
    }

    fn look(&self, block: &[u8]) {
        if self.is_done.load(Ordering::Relaxed) || self.passes_over(block.len()) {
            return;
        }
        let glance = &block[..block.len().min(Self::GLANCE)];
        let valid = || glance.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        let text = simdutf8::basic::from_utf8(glance).unwrap_or_else(|_| valid());
        let (found, lost) = (zhnorm::damage(text), zhnorm::losses(text));
        if found.is_none() && lost == 0 || self.is_done.swap(true, Ordering::Relaxed) {
            return;
        }
        if lost > 0 {
            report(&format!(
                "hint: {lost} places were lost before (U+FFFD, 锟斤拷), nothing brings them back"
            ));
        }
        if let Some(found) = found {
            let name =
                Damage::NAMES.iter().find(|(_, damage, _)| *damage == found).map_or("", |(name, ..)| name);
            report(&format!(
                "hint: the text looks damaged ({name}): --repair undoes that, --quiet hides this"
            ));
        }
    }
}

/// What must be the same for an interrupted run to be continued.
fn fingerprint(args: &Args) -> String {
    let mut same = args.clone();
    (same.quiet, same.files.stats, same.files.threads, same.files.resume) = (false, false, None, None);
    same.files.report = None;
    same.paths.clear();
    format!("{} {same:?}", env!("CARGO_PKG_VERSION"))
}

/// What is done to text, and to text with tags.
pub(crate) struct Normalizers {
    pub(crate) text: Normalizer,
    pub(crate) html: Normalizer,
}

impl Normalizers {
    /// The one for a text.
    pub(crate) fn of(&self, text: &Text) -> &Normalizer {
        if text.is_html { &self.html } else { &self.text }
    }

    fn new(args: &Args) -> Result<Self, Error> {
        let mut builder = Normalizer::builder().repair(args.repair.iter().copied());
        if let Some(steps) = args.normalize {
            builder = builder.steps(steps);
        }
        if let Some(profile) = args.profile {
            builder = builder.profile(profile);
        }
        if args.to.is_none() && args.config.is_none() {
            return Ok(Self { text: builder.clone().build(), html: builder.build() });
        }
        let converter = converter(args)?;
        // Links in the text of a page are left alone as they are elsewhere.
        let usual = if args.to.is_some() { Protect::default() } else { Protect::NONE };
        let protect = args.protect.unwrap_or(usual) | Protect::HTML;
        Ok(Self {
            text: builder.clone().converter(converter.clone()).build(),
            html: builder.converter(converter.protect(protect)).build(),
        })
    }
}

fn converter(args: &Args) -> Result<Converter, Error> {
    let mut converter = rules(args)?;
    if let Some(rare) = args.rare {
        converter = converter.rare(rare.into());
    }
    if let Some(protect) = args.protect {
        converter = converter.protect(protect);
    }
    if args.dict.is_empty() && args.keep.is_empty() {
        return Ok(converter);
    }
    let mut dictionary = Dictionary::default();
    for path in &args.dict {
        dictionary = dictionary.and_read(path)?;
    }
    for path in &args.keep {
        dictionary = dictionary.and_keep(path)?;
    }
    converter.with_dictionary(&dictionary)
}

fn rules(args: &Args) -> Result<Converter, Error> {
    let Some(config) = args.config.as_deref() else {
        let converter =
            Converter::to(args.to.unwrap_or(Target::Simplified)).context(args.context == Switch::On);
        let converter = converter.variants(args.variants.into()).vocabulary(args.vocabulary.into());
        return match &args.style {
            Some(path) if path.as_os_str() == "own" => Ok(converter.with_own_style()),
            Some(path) => Ok(converter.with_style(&Style::read(path)?)),
            None => Ok(converter),
        };
    };
    match config.parse::<Direction>() {
        Ok(direction) => Ok(Converter::exact(direction)),
        // A name with a separator or an ending is meant as a file.
        Err(_) if config.contains(['/', '\\', '.']) || Path::new(config).is_file() => {
            Converter::from_config(config, args.rare.map_or(Rare::Include, Rare::from))
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_records_as_much_is_looked_at_as_of_a_long_text() {
        let hint = Hint { is_done: AtomicBool::new(false), records: AtomicUsize::new(0) };
        assert!(!hint.passes_over(1000));
        let looked = (0..10_000).filter(|_| !hint.passes_over(1000)).count();
        assert!((600..650).contains(&looked), "{looked}");
        assert!((0..100).all(|_| !hint.passes_over(Hint::GLANCE)));
    }
}
