//! Text in any mix of scripts, brought to one: what is in the target's script
//! already is copied, the rest is converted by a direction's plan.
//!
//! Whether a character is converted depends on the script it stands in: 里 in
//! 里長 and 干 in 干預 are Traditional, 乾 in 乾清宫 is Simplified.

use std::borrow::Cow;
use std::ops::Range;

use zhnorm_table::evidence::Evidence;

use super::{Converter, context, explain};
use crate::Target;
use crate::edit::Edit;
use crate::protect;
use crate::script::{self, Label, Signs};

/// Rules feed each other in chains of two or three; this only bounds the loop.
pub(super) const ROUNDS: usize = 8;

/// Converts until nothing changes, so that a second run changes nothing: one
/// rule's output may be another's input. One round does for nearly every text.
pub(super) fn convert<'t>(converter: &Converter, target: Target, text: &'t str) -> Cow<'t, str> {
    let Some(mut out) = once(converter, target, text) else {
        return Cow::Borrowed(text);
    };
    for _ in 0..ROUNDS {
        match once(converter, target, &out) {
            Some(again) => out = again,
            None => break,
        }
    }
    Cow::Owned(out)
}

/// What is changed in a text; [`convert`] is the same without the edits.
pub(super) fn edits(converter: &Converter, target: Target, text: &str) -> Vec<Edit> {
    match convert(converter, target, text) {
        Cow::Borrowed(_) => Vec::new(),
        Cow::Owned(converted) => explain::between(converter, text, &converted),
    }
}

/// What is changed in a text that its markup says the script of; what its own
/// characters say outweighs that.
pub(super) fn hinted_edits(
    converter: &Converter,
    target: Target,
    text: &str,
    script: protect::Script,
) -> Vec<Edit> {
    let is_own = (script == protect::Script::Simplified) == (target == Target::Simplified);
    let own = if target == Target::Simplified { Label::Simplified } else { Label::Traditional };
    let mut said = text.chars().filter_map(script::only).peekable();
    let contradicts = said.any(|label| (label == own) != is_own);
    if contradicts {
        return edits(converter, target, text);
    }
    if is_own {
        return Vec::new();
    }
    let converted = context::whole(converter, target, text);
    explain::between(converter, text, &converted)
}

/// What is to be done with a stretch of sentences.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// In the target's script throughout.
    Keep,
    /// In the other script throughout.
    Convert,
    /// Both, neither, or another language: character by character.
    Look,
}

impl Kind {
    fn of(signs: Signs, target: Target) -> Self {
        let (simplified, traditional) = (signs.has(Evidence::Simplified), signs.has(Evidence::Traditional));
        let (mostly_simplified, mostly_traditional) =
            (signs.has(Evidence::MostlySimplified), signs.has(Evidence::MostlyTraditional));
        match (target, simplified, traditional) {
            _ if signs.foreign() => Self::Look,
            (Target::Simplified, true, false) if mostly_traditional => Self::Look,
            (Target::Simplified, true, false) => Self::Keep,
            (Target::Simplified, ..) => Self::Convert,
            (_, true, false) => Self::Convert,
            (_, false, true) if !mostly_simplified => Self::Keep,
            _ => Self::Look,
        }
    }
}

/// One round; `None` where nothing changes.
fn once(converter: &Converter, target: Target, text: &str) -> Option<String> {
    let mut out = Output { text, out: None, kept: 0 };
    let mut start = 0;
    // The last sentence before the stretch: what it is in bears on the stretch.
    let mut before = 0..0;
    let mut sentences = script::sentences(text).map(|(end, signs)| (end, Kind::of(signs, target))).peekable();
    while let Some((first, kind)) = sentences.next() {
        let (mut last, mut end) = (start, first);
        while let Some((next, _)) = sentences.next_if(|(_, next)| *next == kind) {
            (last, end) = (end, next);
        }
        let stretch = start..end;
        match kind {
            Kind::Keep => {}
            Kind::Convert => {
                if let Cow::Owned(converted) = context::whole(converter, target, &text[stretch.clone()]) {
                    out.replace(stretch, &converted);
                }
            }
            Kind::Look => {
                let behind = end..sentences.peek().map_or(end, |(next, _)| *next);
                if let Some(converted) = look(converter, target, text, [before, stretch.clone(), behind]) {
                    out.replace(stretch, &converted);
                }
            }
        }
        before = last..end;
        start = end;
    }
    out.finish()
}

/// A result that is not written before something changes.
struct Output<'t> {
    text: &'t str,
    out: Option<String>,
    /// Bytes of the text that the result stands for.
    kept: usize,
}

impl Output<'_> {
    fn replace(&mut self, range: Range<usize>, with: &str) {
        let text = self.text;
        let out = self.out.get_or_insert_with(|| String::with_capacity(text.len() + text.len() / 8));
        out.push_str(&text[self.kept..range.start]);
        out.push_str(with);
        self.kept = range.end;
    }

    fn finish(mut self) -> Option<String> {
        if let Some(out) = &mut self.out {
            out.push_str(&self.text[self.kept..]);
        }
        self.out
    }
}

/// Converts a stretch character by character, given what stands on either side;
/// `None` where nothing changes.
fn look(converter: &Converter, target: Target, text: &str, around: [Range<usize>; 3]) -> Option<String> {
    let [before, stretch, behind] = around;
    let Cow::Owned(converted) = converter.convert_all(&text[stretch.clone()]) else {
        return None;
    };
    let source = &text[stretch.clone()];
    // The conversions to targets give one character for each. Should a rule of
    // another length come in, it is taken whole: nothing may be lost.
    if converted.chars().count() != source.chars().count() {
        return Some(converted);
    }
    // From Traditional nearly every rule is safe, so whole sentences are kept
    // or converted; from Simplified most are not.
    let (own, labels, skip) = match target {
        Target::Simplified => (Label::Simplified, script::sentence_labels(source), 0),
        _ => {
            let whole = &text[before.start..behind.end];
            (Label::Traditional, script::labels(whole, &script::words(whole)), text[before].chars().count())
        }
    };
    let (converted, decided) = context::mixed(converter, target, source, converted, &labels[skip..]);
    let mut changed = false;
    let mut out = String::with_capacity(source.len());
    for (((c, to), label), decided) in source.chars().zip(converted).zip(&labels[skip..]).zip(decided) {
        let only = script::only(c);
        let takes = match *label {
            Label::Foreign => false,
            _ if decided => true,
            // In the target's script: only what can be no part of it.
            label if label == own => only.is_some_and(|only| only != own),
            _ => only != Some(own),
        };
        changed |= takes && c != to;
        out.push(if takes { to } else { c });
    }
    changed.then_some(out)
}
