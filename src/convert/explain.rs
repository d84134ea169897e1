//! What a conversion changed, where, and by which rule.

use std::ops::Range;

use zhnorm_table::Rare;
use zhnorm_table::view::Plan;

use super::holes::Holed;
use super::normal;
use super::trace::{Step, Trace};
use super::{Converter, Goal, Rules, mixed, pieces, region, without_compatibility};
use crate::edit::{self, Edit};
use crate::protect::{self, Guarded};
use crate::tables;

/// One change of a text.
///
/// The changes of a text are in order, no two of them overlap, and what is
/// between them is the same before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// Where it is in the text, in bytes.
    pub source: Range<usize>,
    /// Where it is in the result, in bytes.
    pub target: Range<usize>,
    /// What was there.
    pub before: String,
    /// What is there now.
    pub after: String,
    /// The rule: `character`, `phrase`, `context`, `compatibility`, `variant`, `vocabulary`,
    /// `user`, or a stage and its rule such as `repair/mirror` or `normalize/width`.
    pub rule: &'static str,
    /// How sure the rule is, in percent.
    pub confidence: u8,
    /// What else a single character could have become, by the lexicon.
    pub alternatives: Vec<String>,
}

impl Converter {
    /// What [`Converter::convert`] changes in a text.
    ///
    /// ```
    /// use zhnorm::{Converter, Target};
    /// let changes = Converter::to(Target::Traditional).explain("云在天上，后面有风");
    /// let rules: Vec<_> = changes.iter().map(|c| (&*c.before, &*c.after, c.rule)).collect();
    /// assert_eq!(rules, [("云", "雲", "character"), ("后面", "後面", "phrase"), ("风", "風", "character")]);
    /// assert_eq!(changes[0].source, 0..3);
    /// assert_eq!(changes[0].alternatives, ["云"]);
    /// ```
    pub fn explain(&self, text: &str) -> Vec<Change> {
        changes(text, self.edits(text))
    }

    /// What is changed in a text, as edits.
    pub(crate) fn edits(&self, text: &str) -> Vec<Edit> {
        pieces::edits_by_blocks(self.decides_by(), text, |block| self.block_edits(block))
    }

    fn block_edits(&self, text: &str) -> Vec<Edit> {
        if let Some(converter) = self.in_style_of(text) {
            return converter.block_edits(text);
        }
        let mut edits = self.guarded_edits(text, protect::find(text, self.protect));
        if self.goes_on() {
            for _ in 0..mixed::ROUNDS {
                let current = edit::apply(text, &edits);
                let more = self.guarded_edits(&current, protect::find(&current, self.protect));
                if more.is_empty() {
                    break;
                }
                edits = edit::compose(edits, more);
            }
            edits.retain(|edit| text[edit.range.clone()] != edit.text);
        }
        edits
    }

    pub(super) fn guarded_edits(&self, text: &str, mut guarded: Guarded) -> Vec<Edit> {
        let hints = std::mem::take(&mut guarded.hints);
        let mut inside = Vec::new();
        for (range, script) in hints {
            let Some(Goal::To(target)) = self.goal else { break };
            // What has a hint is a text of its own, seen from outside as one hole.
            let (within, without) = split(guarded.ranges, &range);
            guarded.ranges = without;
            guarded.ranges.push(range.clone());
            guarded.ranges.sort_by_key(|r| r.start);
            let part = &text[range.clone()];
            let holed = Holed::new(part, self.holes(part, Guarded { ranges: within, hints: Vec::new() }));
            let found = mixed::hinted_edits(self, target, &holed.text, script);
            inside.extend(holed.edits(found, "user").into_iter().map(|mut edit| {
                edit.range = range.start + edit.range.start..range.start + edit.range.end;
                edit
            }));
        }
        let holed = Holed::new(text, self.holes(text, guarded));
        let mut edits = holed.edits(self.plain_edits(&holed.text), "user");
        if !inside.is_empty() {
            edits.extend(inside);
            edits.sort_by_key(|edit| edit.range.start);
        }
        // What one pass changed another one may have changed back.
        edits.retain(|edit| text[edit.range.clone()] != edit.text);
        edits
    }

    fn plain_edits(&self, text: &str) -> Vec<Edit> {
        let Some(Goal::To(target)) = self.goal else { return self.exact_edits(text) };
        let first = mixed::edits(self, target, text);
        let plans = region::plans(target, self.variants, self.vocabulary);
        if plans.is_empty() {
            return first;
        }
        let second = region::edits(&plans, &edit::apply(text, &first));
        edit::compose(first, second)
    }

    fn exact_edits(&self, text: &str) -> Vec<Edit> {
        match &self.rules {
            Rules::Embedded(plan) if self.compatibility => engine_edits(plan, self.rare, text),
            Rules::Embedded(plan) => engine_edits(&without_compatibility(plan), self.rare, text),
            #[cfg(feature = "config")]
            Rules::Compiled(_) | Rules::Chain(_) => {
                let converted = self.convert_all(text);
                self.with_plan(|plan| engine_edits(plan, self.rare, text))
                    .filter(|edits| edit::apply(text, edits) == converted)
                    .unwrap_or_else(|| whole(text, &converted))
            }
        }
    }
}

/// One edit for all, where a configuration's rules are run step by step.
#[cfg(feature = "config")]
fn whole(text: &str, converted: &str) -> Vec<Edit> {
    if text == converted {
        return Vec::new();
    }
    vec![Edit { range: 0..text.len(), text: converted.to_owned(), rule: "configuration", confidence: 100 }]
}

/// Ranges that are inside of one, relative to it, and the others.
fn split(ranges: Vec<Range<usize>>, around: &Range<usize>) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let (within, without): (Vec<_>, Vec<_>) =
        ranges.into_iter().partition(|r| around.start <= r.start && r.end <= around.end);
    (within.into_iter().map(|r| r.start - around.start..r.end - around.start).collect(), without)
}

/// What a plan changes in a text, each change by its own rule.
pub(super) fn engine_edits(plan: &Plan<'_>, rare: Rare, text: &str) -> Vec<Edit> {
    let normal = normal::normalized(plan, rare, text);
    let source = normal.as_deref().unwrap_or(text);
    let first = by_characters(text, source, 0, "compatibility");
    edit::compose(first, rule_edits(plan, rare, source, ["character", "phrase"]))
}

/// What a plan's rules change in a text: each rule of several characters, and each
/// character outside of them, and how both are named. Compatibility ideographs
/// stay what they are.
pub(super) fn rule_edits(
    plan: &Plan<'_>,
    rare: Rare,
    source: &str,
    [character, phrase]: [&'static str; 2],
) -> Vec<Edit> {
    let (out, steps) = Trace::of(plan, rare, source);
    let mut edits = Vec::new();
    let (mut at, mut out_at) = (0, 0);
    let end = Step { source: source.len()..source.len(), len: 0, is_key: false, changes: false };
    for step in steps.into_iter().chain([end]) {
        let before = &source[at..step.source.start];
        let after = as_many(&out[out_at..], before);
        edits.extend(by_characters(before, after, at, character));
        out_at += after.len();
        let written = &out[out_at..out_at + step.len];
        if source[step.source.clone()] != *written {
            let is_one = source[step.source.clone()].chars().nth(1).is_none();
            let (text, rule) = (written.to_owned(), if is_one { character } else { phrase });
            edits.push(Edit { range: step.source.clone(), text, rule, confidence: 100 });
        }
        (at, out_at) = (step.source.end, out_at + step.len);
    }
    edits
}

/// The edits between a text and its conversion to a target: a phrase where one
/// of the dictionary stands and was taken whole, else each character.
pub(super) fn between(converter: &Converter, text: &str, converted: &str) -> Vec<Edit> {
    if text.chars().count() != converted.chars().count() {
        return vec![Edit {
            range: 0..text.len(),
            text: converted.to_owned(),
            rule: "phrase",
            confidence: 100,
        }];
    }
    // Without the feature `config` there are no others.
    #[allow(irrefutable_let_patterns)]
    let Rules::Embedded(plan) = &converter.rules else { return Vec::new() };
    let by_rules = engine_edits(plan, converter.rare, text);
    let by_dictionary = edit::apply(text, &by_rules);
    let mut edits = Vec::new();
    let (mut at, mut there) = (0, 0);
    let end = Edit { range: text.len()..text.len(), text: String::new(), rule: "phrase", confidence: 100 };
    for phrase in by_rules.into_iter().filter(|edit| edit.rule == "phrase").chain([end]) {
        let before = &text[at..phrase.range.start];
        let after = as_many(&converted[there..], before);
        edits.extend(by_characters(before, after, at, "character"));
        there += after.len();
        let before = &text[phrase.range.clone()];
        let after = as_many(&converted[there..], before);
        (at, there) = (phrase.range.end, there + after.len());
        if after == phrase.text && after != before {
            edits.push(phrase);
        } else {
            edits.extend(by_characters(before, after, phrase.range.start, "character"));
        }
    }
    by_context(text, &by_dictionary, converted, edits)
}

/// Edits with those named that the dictionary would not have made so.
fn by_context(text: &str, by_dictionary: &str, converted: &str, mut edits: Vec<Edit>) -> Vec<Edit> {
    let places = text.char_indices().zip(by_dictionary.chars()).zip(converted.chars());
    let mut chosen = places.filter(|((_, one), two)| one != two).map(|(((at, _), _), _)| at).peekable();
    for edit in &mut edits {
        while chosen.next_if(|at| *at < edit.range.start).is_some() {}
        if edit.rule == "character" && chosen.peek() == Some(&edit.range.start) {
            edit.rule = "context";
        }
    }
    edits
}

/// The beginning of a text with as many characters as another text.
fn as_many<'t>(text: &'t str, other: &str) -> &'t str {
    let end = text.char_indices().nth(other.chars().count());
    &text[..end.map_or(text.len(), |(i, _)| i)]
}

/// The edits that make a text of as many characters out of another.
pub(super) fn by_characters(before: &str, after: &str, offset: usize, rule: &'static str) -> Vec<Edit> {
    let pairs = before.char_indices().zip(after.chars()).filter(|((_, from), to)| from != to);
    let edit = |((at, from), to): ((usize, char), char)| Edit {
        range: offset + at..offset + at + from.len_utf8(),
        text: to.to_string(),
        rule,
        confidence: 100,
    };
    pairs.map(edit).collect()
}

/// Edits as the user sees them.
pub(crate) fn changes(text: &str, edits: Vec<Edit>) -> Vec<Change> {
    let (mut at, mut target) = (0, 0);
    let change = |edit: Edit| {
        let start = target + edit.range.start - at;
        (at, target) = (edit.range.end, start + edit.text.len());
        let before = &text[edit.range.clone()];
        let mut chars = before.chars();
        let alternatives = match (edit.rule, chars.next(), chars.next()) {
            ("character" | "context", Some(c), None) => {
                tables::choices(c).map(|c| c.to_string()).filter(|c| *c != edit.text).collect()
            }
            _ => Vec::new(),
        };
        Change {
            source: edit.range,
            target: start..target,
            before: before.to_owned(),
            after: edit.text,
            rule: edit.rule,
            confidence: edit.confidence,
            alternatives,
        }
    };
    edits.into_iter().map(change).collect()
}
