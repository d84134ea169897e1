//! Unicode steps: one spelling for what Unicode writes in several ways. Each step
//! stands by itself and is off unless asked for. Knows nothing of scripts but the
//! target, which `punctuation` needs for its quotes.
//!
//! Every step leaves complete ideographic description sequences as they are, and
//! all but `selectors` leave variation sequences as they are. A second run changes
//! nothing, whatever the set of steps: they run again until nothing changes.

mod blanks;
mod compat;
mod invisible;
mod nfc;
mod punctuation;
mod quotes;
mod steps;
mod text;
mod width;

pub use steps::Steps;

use crate::Target;
use crate::edit::{self, Edit};

/// A step: what it changes in a text.
type Find = fn(&str, Option<Target>) -> Vec<Edit>;

/// The steps in the order in which they run. Removing comes first, since it brings
/// together what others look at; `width` is before `nfc`, which joins kana with
/// their marks; `punctuation` looks at what is final by then, and `blanks` at what
/// all others have left. So the second round finds nothing but for rare neighbours:
/// `zero-width` sees （ where `punctuation` has found a bracket of ASCII.
const ORDER: [(Steps, Find); 9] = [
    (Steps::CONTROL, |text, _| invisible::control(text)),
    (Steps::SELECTORS, |text, _| invisible::selectors(text)),
    (Steps::COMPAT, |text, _| compat::compat(text)),
    (Steps::RADICALS, |text, _| compat::radicals(text)),
    (Steps::WIDTH, |text, _| width::width(text)),
    (Steps::NFC, |text, _| nfc::nfc(text)),
    (Steps::ZERO_WIDTH, |text, _| invisible::zero_width(text)),
    (Steps::PUNCTUATION, punctuation::punctuation),
    (Steps::BLANKS, |text, _| blanks::blanks(text)),
];

/// What a set of steps changes in a text, as edits of that text.
pub(crate) fn find(text: &str, steps: Steps, target: Option<Target>) -> Vec<Edit> {
    let mut all = Vec::new();
    let mut changed: Option<String> = None;
    // Rounds end: a step removes characters or replaces them by some that no step
    // replaces where they stand.
    loop {
        let mut is_final = true;
        for (_, step) in ORDER.iter().filter(|(name, _)| steps.contains(*name)) {
            let now = changed.as_deref().unwrap_or(text);
            let edits = step(now, target);
            if !edits.is_empty() {
                changed = Some(edit::apply(now, &edits));
                all = edit::compose(all, edits);
                is_final = false;
            }
        }
        if is_final {
            break;
        }
    }
    // What one step undid of another's is no change.
    all.retain(|edit| text[edit.range.clone()] != edit.text);
    all
}

#[cfg(test)]
mod tests;
