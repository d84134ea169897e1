//! Text in any mix of scripts, brought to one: what is in the target's script
//! already is copied, the rest is converted by a direction's plan.
//!
//! Whether a character is converted depends on the script it stands in: 里 in
//! 里長 and 干 in 干預 are Traditional, 乾 in 乾清宫 is Simplified.

use std::borrow::Cow;
use std::ops::Range;

use zhnorm_table::evidence::Evidence;

use super::blend::{self, Output};
use super::engine::{self, Step};
use super::{Converter, Rules, context, explain};
use crate::edit::Edit;
use crate::protect;
use crate::script::{self, Label, Signs, Tape};
use crate::{Direction, Target, tables};

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
    let mut out = Output::new(text);
    let mut start = 0;
    // The last sentence before the stretch: what it is in bears on the stretch.
    let mut before = 0..0;
    let kinds = |(end, signs): (usize, Signs)| (end, Kind::of(signs, target), signs.foreign());
    let mut sentences = script::sentences(text).map(kinds).peekable();
    while let Some((first, kind, mut foreign)) = sentences.next() {
        let (mut last, mut end) = (start, first);
        while let Some((next, _, more)) = sentences.next_if(|(_, next, _)| *next == kind) {
            (last, end) = (end, next);
            foreign |= more;
        }
        let stretch = start..end;
        match kind {
            Kind::Keep => {}
            Kind::Convert => {
                if let Cow::Owned(converted) = context::whole(converter, target, &text[stretch.clone()]) {
                    out.put(stretch, &converted);
                }
            }
            Kind::Look => {
                let behind = end..sentences.peek().map_or(end, |(next, ..)| *next);
                let around = [before, stretch.clone(), behind];
                let blended = if foreign { None } else { blend(converter, target, text, &around) };
                if let Some(converted) = blended.unwrap_or_else(|| look(converter, target, text, around)) {
                    out.put(stretch, &converted);
                }
            }
        }
        before = last..end;
        start = end;
    }
    out.finish()
}

/// The Simplified words of a text, in bytes: phrases of its conversion that change.
fn words(text: &str, converted: &str, steps: &[Step]) -> Vec<Range<usize>> {
    let (mut words, mut longer) = (Vec::new(), 0);
    for step in steps {
        let source = step.source.clone();
        let at = (source.start as isize + longer) as usize;
        if step.is_key && text[source.clone()] != converted[at..at + step.len] {
            words.push(source.clone());
        }
        longer += step.len as isize - source.len() as isize;
    }
    words
}

/// Converts a stretch to Traditional in place, given what stands on either side;
/// the outer `None` where only [`look`] can.
fn blend(
    converter: &Converter,
    target: Target,
    text: &str,
    around: &[Range<usize>; 3],
) -> Option<Option<String>> {
    let plan = tables::plan(Direction::S2t);
    #[allow(irrefutable_let_patterns)]
    let Rules::Embedded(own) = &converter.rules else { return None };
    let [before, source, behind] = around.each_ref().map(|range| &text[range.clone()]);
    let normal = |text| engine::normalized(own, converter.rare, text).is_some();
    if target == Target::Simplified || normal(source) {
        return None;
    }
    let (converted, steps) = engine::trace(own, converter.rare, source);
    if converted == source {
        return Some(None);
    }
    if !context::stands(source, &converted) {
        return None;
    }
    let from_simplified = |text: &str| {
        let (converted, steps) = engine::trace(plan, converter.rare, text);
        words(text, &converted, &steps)
    };
    let own_words = match target {
        Target::Traditional => words(source, &converted, &steps),
        _ => from_simplified(source),
    };
    let (words_before, words_behind) = (from_simplified(before), from_simplified(behind));
    let tape = Tape::of([(before, &words_before), (source, &own_words), (behind, &words_behind)]);
    let chooser = context::Chooser::of(converter, target);
    Some(blend::blend(chooser.as_ref().map(|(chooser, _)| chooser), source, &converted, &steps, &tape))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_place_is_what_characters_give() {
        let parts =
            ["这只", "后面", "皇后", "後面", "國家", "国家", "里長", "头发", "發展", "乾坤", "面", "了"];
        let marks = ["", "", "", "，", "。", "\n", " 3D ", "「", "…"];
        let mut state = 7_u64;
        let mut next = |most: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % most
        };
        let mut changed = 0;
        for target in [Target::Traditional, Target::Taiwan, Target::Hongkong] {
            for context in [true, false] {
                let converter = Converter::to(target).context(context);
                for _ in 0..500 {
                    let part = |next: &mut dyn FnMut(usize) -> usize| {
                        let some: Vec<&str> =
                            (0..next(9)).flat_map(|_| [parts[next(12)], marks[next(9)]]).collect();
                        some.concat() + "。"
                    };
                    let [before, stretch, behind] = [(); 3].map(|()| part(&mut next));
                    let text = format!("{before}{stretch}{behind}");
                    let (one, two) = (before.len(), before.len() + stretch.len());
                    let around = [0..one, one..two, two..text.len()];
                    let blended =
                        blend(&converter, target, &text, &around).expect("characters of three bytes");
                    changed += usize::from(blended.is_some());
                    assert_eq!(
                        blended,
                        look(&converter, target, &text, around),
                        "{target}: {before}|{stretch}|{behind}"
                    );
                }
            }
        }
        assert!(changed > 1000, "{changed}");
    }
}
