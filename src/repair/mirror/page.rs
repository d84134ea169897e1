//! Whether a page is an annotated mirror's. Clean text is told by one scan for
//! parentheses.

use std::collections::HashSet;

use memchr::memchr_iter;

use super::token;

/// Annotations that a page must have.
const LEAST: usize = 4;

/// What is known of a damaged page.
pub(super) struct Page {
    /// The characters that it annotates.
    pub(super) seen: HashSet<char>,
}

impl Page {
    /// `None` where a page is not a mirror's.
    pub(super) fn of(text: &str) -> Option<Self> {
        let is_note = |at: &usize| is_behind_a_character(text, *at) && token::note(text, *at).is_some();
        let notes = memchr_iter(b'(', text.as_bytes()).filter(is_note);
        let seen: HashSet<char> = notes.filter_map(|at| text[..at].chars().next_back()).collect();
        (seen.len() >= LEAST).then_some(Self { seen })
    }
}

fn is_behind_a_character(text: &str, at: usize) -> bool {
    at > 0 && text.as_bytes()[at - 1] >= 0x80
}
