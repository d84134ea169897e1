//! Text in any mix of scripts, brought to one: what is in the target's script
//! already is copied, the rest is converted by a direction's plan.
//!
//! Whether a character is converted depends on the script it stands in: 里 in
//! 里長 and 干 in 干預 are Traditional, 乾 in 乾清宫 is Simplified.

use std::borrow::Cow;

use super::Converter;
use super::context::{self, Chooser};
use crate::script::{self, Label, Word};
use crate::{Direction, Target, tables};

/// Rules feed each other in chains of two or three; this only bounds the loop.
const ROUNDS: usize = 8;

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
    fn of(sentence: &str, target: Target) -> Self {
        let signs = script::signs(sentence);
        match (target, signs.simplified, signs.traditional) {
            _ if signs.foreign => Self::Look,
            (Target::Simplified, true, false) if !signs.unsure => Self::Keep,
            (Target::Simplified, _, true) | (Target::Simplified, false, _) => Self::Convert,
            (Target::Simplified, ..) => Self::Look,
            _ if signs.unsure => Self::Look,
            (_, true, false) => Self::Convert,
            (_, false, true) => Self::Keep,
            _ => Self::Look,
        }
    }
}

/// One round; `None` where nothing changes.
fn once(converter: &Converter, target: Target, text: &str) -> Option<String> {
    // Far faster than looking at sentences, and all there is to do for text that
    // needs nothing, as in nearly every second round.
    if let Cow::Borrowed(_) = converter.convert_all(text) {
        return None;
    }
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut at = 0;
    // The last sentence before the stretch: what it is in bears on the stretch.
    let mut before = "";
    let mut sentences = script::sentences(text).peekable();
    while let Some(first) = sentences.next() {
        let kind = Kind::of(first, target);
        let (start, mut last) = (at, first);
        at += first.len();
        while let Some(next) = sentences.next_if(|next| Kind::of(next, target) == kind) {
            (at, last) = (at + next.len(), next);
        }
        let stretch = &text[start..at];
        match kind {
            Kind::Keep => out.push_str(stretch),
            Kind::Convert => out.push_str(&whole(converter, target, stretch)),
            Kind::Look => {
                let behind = sentences.peek().copied().unwrap_or_default();
                look(converter, target, [before, stretch, behind], &mut out);
            }
        }
        before = last;
    }
    (out != text).then_some(out)
}

/// Converts a stretch that is in the other script throughout.
fn whole<'t>(converter: &Converter, target: Target, text: &'t str) -> Cow<'t, str> {
    let converted = converter.convert_all(text);
    if !converter.context || target == Target::Simplified {
        return converted;
    }
    let source: Vec<char> = text.chars().collect();
    let mut chars: Vec<char> = converted.chars().collect();
    if source.len() != chars.len() {
        return converted;
    }
    Chooser::new(target).choose(&source, &mut chars, None);
    Cow::Owned(chars.into_iter().collect())
}

/// Converts a stretch character by character, given what stands on either side.
fn look(converter: &Converter, target: Target, [before, text, behind]: [&str; 3], out: &mut String) {
    let Cow::Owned(converted) = converter.convert_all(text) else {
        return out.push_str(text);
    };
    // The conversions to targets give one character for each. Should a rule of
    // another length come in, it is taken whole: nothing may be lost.
    if converted.chars().count() != text.chars().count() {
        return out.push_str(&converted);
    }
    // From Traditional nearly every rule is safe, so whole sentences are kept
    // or converted; from Simplified most are not.
    let (own, labels, skip) = match target {
        Target::Simplified => (Label::Simplified, script::sentence_labels(text), 0),
        _ => {
            let whole = [before, text, behind].concat();
            (Label::Traditional, script::labels(&whole, &words(&whole)), before.chars().count())
        }
    };
    let source: Vec<char> = text.chars().collect();
    let mut chosen: Vec<char> = converted.chars().collect();
    let by_context = converter.context && target != Target::Simplified;
    if by_context {
        let mut kept = context::evidence(&source);
        for (kept, label) in kept.iter_mut().zip(&labels[skip..]) {
            if *label == Label::Traditional && std::env::var_os("LT").is_some() { *kept = kept.max(std::env::var("LT").unwrap().parse().unwrap()); }
            if *label == Label::Simplified && std::env::var_os("LS").is_some() { *kept = kept.min(std::env::var("LS").unwrap().parse().unwrap()); }
        }
        Chooser::new(target).choose(&source, &mut chosen, Some(&kept));
    }
    for ((c, to), label) in source.into_iter().zip(chosen).zip(&labels[skip..]) {
        let only = script::only(c);
        let takes = match *label {
            Label::Foreign => false,
            _ if by_context && only.is_none() && context::is_ambiguous(c) => true,
            // In the target's script: only what can be no part of it.
            label if label == own => only.is_some_and(|only| only != own),
            _ => only != Some(own),
        };
        out.push(if takes { to } else { c });
    }
}

/// The words of a text that Traditional text would write otherwise: keys of the
/// phrases from Simplified that change.
fn words(text: &str) -> Vec<Word> {
    let plan = tables::plan(Direction::S2t);
    let plain = |c: char| u16::try_from(c as u32).map_or(true, |c| plan.chars.plane(c) == c);
    let mut words = Vec::new();
    let (mut rest, mut start) = (text, 0);
    while let Some(c) = rest.chars().next() {
        let Some((id, len)) = plan.keys.trie.longest_at(rest) else {
            (rest, start) = (&rest[c.len_utf8()..], start + 1);
            continue;
        };
        let word = &rest[..len];
        let end = start + word.chars().count();
        let changes = match plan.keys.values.get(id) {
            Some(value) => value != word.as_bytes(),
            None => !word.chars().all(plain),
        };
        if changes {
            words.push(Word { chars: start..end });
        }
        (rest, start) = (&rest[len..], end);
    }
    words
}
