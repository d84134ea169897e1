//! The forms and the words of the target's region, for text that is in its script
//! already. Off unless asked for: they are the author's choice.

use zhnorm_table::Rare;
use zhnorm_table::view::Plan;

use super::explain;
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

/// Rules feed each other now and then; this only bounds the loop.
const ROUNDS: usize = 8;

/// What the passes change, again until nothing changes, so that a second run
/// changes nothing either.
pub(super) fn edits(plans: &[Pass], text: &str) -> Vec<Edit> {
    let mut all = Vec::new();
    let mut current = text.to_owned();
    for _ in 0..ROUNDS {
        let before = current.clone();
        for (plan, rule) in plans {
            let mut found = explain::engine_edits(plan, Rare::Exclude, &current, Some(rule));
            let foreign = script::foreign_ranges(&current);
            found
                .retain(|edit| !foreign.iter().any(|f| f.start < edit.range.end && edit.range.start < f.end));
            if !found.is_empty() {
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
