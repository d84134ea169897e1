//! Whether a page is an annotated mirror's. Clean text is told by one scan for
//! parentheses.

use memchr::memchr_iter;

use super::annotated::{self, Set};
use super::gbk::Gbk;
use super::token::{self, Rest, Token};

/// Annotations that a page must have, of so many characters.
const LEAST: usize = 4;

/// What is known of a page with annotations.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The characters that it annotates.
    pub(super) seen: Set,
    /// Their annotations, and where they have none.
    notes: usize,
    missing: usize,
    /// Syllables in parentheses behind other characters, or wrong ones.
    others: usize,
    /// Pairs of bytes across two characters that are an annotated character's,
    /// with its annotation between them, and without.
    fired: usize,
    unfired: usize,
}

impl Page {
    /// `None` where a page is not a mirror's.
    pub(super) fn of(text: &str) -> Option<Self> {
        let is_note = |at: &usize| is_behind_a_character(text, *at) && token::note(text, *at).is_some();
        let notes = memchr_iter(b'(', text.as_bytes()).filter(is_note);
        let seen: Set = notes.filter_map(|at| text[..at].chars().next_back()).collect();
        if seen.len() < LEAST {
            return None;
        }
        let page = Self { seen, ..Self::default() }.counted(text);
        page.is_consistent().then_some(page)
    }

    /// Whether a mirror could have made it: what is annotated is so every time,
    /// and nothing else is.
    fn is_consistent(&self) -> bool {
        let rare = |count: usize| count * 10 <= self.notes;
        rare(self.missing) && rare(self.others) && self.unfired * 4 <= self.fired
    }

    /// Whether only a mirror could have made it: bytes were replaced across two
    /// characters. An author may well annotate some characters, and all of these.
    pub(super) fn is_proved(&self) -> bool {
        self.fired > 0
    }

    fn counted(mut self, text: &str) -> Self {
        let gbk = Gbk::get();
        let (mut at, mut last) = (0, '\n');
        while let Some((token, len)) = token::token(text, at) {
            let follows_note = token::note(text, at + len).is_some();
            let bytes = gbk.bytes(last);
            let across = |second: u8| bytes.and_then(|first| gbk.char(first[1], second));
            match token {
                Token::Note(_) if token::note(text, at).is_some() => self.notes += 1,
                Token::Note(_) => self.others += 1,
                Token::Lost(Rest::Note(syllable)) => {
                    let keys = annotated::with_reading(syllable).filter_map(|c| gbk.bytes(c));
                    self.fired +=
                        usize::from(keys.map(|key| key[0]).any(|first| bytes.is_some_and(|b| b[1] == first)));
                }
                Token::Char(c) => {
                    self.missing += usize::from(!follows_note && self.seen.contains(c));
                    let key = gbk.bytes(c).and_then(|bytes| across(bytes[0]));
                    self.unfired += usize::from(key.is_some_and(|key| self.seen.contains(key)));
                }
                Token::Lost(_) => {}
            }
            last = match token {
                Token::Char(c) => c,
                _ => '\n',
            };
            at += len;
        }
        self
    }
}

fn is_behind_a_character(text: &str, at: usize) -> bool {
    at > 0 && text.as_bytes()[at - 1] >= 0x80
}
