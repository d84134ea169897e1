//! Which of the forms of a style an author uses who writes Traditional text: the other
//! way round than [`crate::styles`], and asked for as seldom as a text's own style is.

use std::collections::HashMap;

use crate::features::{MIDDLE, WINDOW};
use crate::styles::Styles;

/// One character of a form: what it is in Simplified, and where it stands.
#[derive(Clone, Debug)]
struct Use {
    simplified: u16,
    group: usize,
    form: usize,
    place: usize,
}

/// By the characters of forms, what each may stand for.
#[derive(Clone, Debug, Default)]
pub struct Uses {
    uses: HashMap<char, Vec<Use>>,
    groups: usize,
}

impl Uses {
    /// Of a table of styles that is well formed.
    pub fn of(text: &str) -> Self {
        let mut all = Self::default();
        for heading in text.lines().filter_map(|line| line.strip_prefix('@')) {
            let mut names = heading.split_whitespace();
            let Some(simplified) = names.next() else { continue };
            for (form, characters) in names.enumerate() {
                for (place, (c, simplified)) in characters.chars().zip(simplified.chars()).enumerate() {
                    let Ok(simplified) = u16::try_from(simplified as u32) else { continue };
                    all.uses.entry(c).or_default().push(Use { simplified, group: all.groups, form, place });
                }
            }
            all.groups += 1;
        }
        all
    }

    /// How many groups there are.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// Whether a character is one of a form.
    pub fn is_of_form(&self, c: char) -> bool {
        self.uses.contains_key(&c)
    }

    /// Which form of which group an author uses who writes a character in the middle of a
    /// window, both by number; `None` where that tells nothing. A word of one character
    /// does not: 布 is also cloth.
    pub fn used(&self, styles: &Styles, written: char, window: &[u16; WINDOW]) -> Option<(usize, usize)> {
        let uses = self.uses.get(&written)?;
        let stands = |usage: &&Use| {
            // The window has what this character alone is in Simplified: of 畫, not 划.
            let mut window = *window;
            window[MIDDLE] = usage.simplified;
            styles.group(usage.simplified, &window) == Some((usage.group, usage.place))
        };
        let usage = uses.iter().find(stands)?;
        let is_other = |other: &&Use| (other.group, other.place) == (usage.group, usage.place);
        (uses.iter().filter(is_other).count() == 1).then_some((usage.group, usage.form))
    }
}
