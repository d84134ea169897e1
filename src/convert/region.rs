//! The forms and the words of the target's region, for text that is in its script
//! already. Off unless asked for: they are the author's choice.

use std::ops::Range;

use zhnorm_table::Rare;
use zhnorm_table::view::Plan;

use super::{explain, mixed};
use crate::edit::{self, Edit};
use crate::tables::{self, Extra};
use crate::{Direction, Target, script};

/// What becomes of glyph variants (爲 and 為) in text that is Traditional already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Variants {
    /// They are left alone.
    #[default]
    Keep,
    /// They become the target's standard: OpenCC's, Taiwan's or Hong Kong's.
    Unify,
}

/// What becomes of the words of other regions (软件 and 軟體).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Vocabulary {
    /// They are left alone.
    #[default]
    Keep,
    /// They become the words of the target's region, by OpenCC's TWPhrases and
    /// HKPhrases in either direction. The target Traditional is of no region.
    Target,
}

/// One pass: its rules, and how a change is named.
pub(super) type Pass = (&'static Plan<'static>, &'static str);

/// The passes that a target asks for, in order.
pub(super) fn plans(target: Target, variants: Variants, vocabulary: Vocabulary) -> Vec<Pass> {
    let mut plans = Vec::new();
    if variants == Variants::Unify {
        // From the other regions' forms to OpenCC's, and from there to the target's.
        let directions: &[Direction] = match target {
            Target::Simplified => &[],
            Target::Traditional => &[Direction::Tw2t, Direction::Hk2t],
            Target::Taiwan => &[Direction::Hk2t, Direction::T2tw],
            Target::Hongkong => &[Direction::Tw2t, Direction::T2hk],
        };
        plans.extend(directions.iter().map(|direction| (tables::plan(*direction), "variant")));
    }
    if vocabulary == Vocabulary::Target {
        let words = match target {
            Target::Simplified => Some(Extra::WordsSimplified),
            Target::Taiwan => Some(Extra::WordsTaiwan),
            Target::Hongkong => Some(Extra::WordsHongkong),
            Target::Traditional => None,
        };
        plans.extend(words.map(|words| (tables::extra(words), "vocabulary")));
    }
    plans
}

/// What the passes change, again until nothing changes, so that a second run
/// changes nothing either.
pub(super) fn edits(plans: &[Pass], text: &str) -> Vec<Edit> {
    let mut all = Vec::new();
    let mut current = text.to_owned();
    for _ in 0..mixed::ROUNDS {
        let before = current.clone();
        // Told before the passes: forms between two of them are nobody's.
        let mut foreign = script::foreign_ranges(&current);
        for (plan, rule) in plans {
            let mut found = explain::rule_edits(plan, Rare::Exclude, &current, [rule; 2]);
            found
                .retain(|edit| !foreign.iter().any(|f| f.start < edit.range.end && edit.range.start < f.end));
            if !found.is_empty() {
                move_behind(&mut foreign, &found);
                current = edit::apply(&current, &found);
                all = edit::compose(all, found);
            }
        }
        if current == before {
            break;
        }
    }
    all
}

/// Moves ranges to where they are when edits outside of them have been made.
fn move_behind(ranges: &mut [Range<usize>], edits: &[Edit]) {
    let (mut edits, mut longer) = (edits.iter().peekable(), 0isize);
    for range in ranges {
        while let Some(edit) = edits.next_if(|edit| edit.range.end <= range.start) {
            longer += edit.text.len() as isize - edit.range.len() as isize;
        }
        let moved = |place: usize| (place as isize + longer) as usize;
        *range = moved(range.start)..moved(range.end);
    }
}
