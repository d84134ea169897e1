//! What has been read of a line, as far as it bears on what comes next: two
//! characters for the language model, and which quotes are open.

use crate::repair::model::{self, Context};

/// What it costs, in bits, to close a quote that is not open or to open one that
/// is: the model does not see so far.
const UNMATCHED: f32 = 5.0;
/// What it costs at most to open and to close a quote behind a mark, and to end a
/// line behind a quote closed so: many of the model's texts are single sentences,
/// so it has seen too few.
const OPENING: f32 = 6.0;
const CLOSING: f32 = 3.0;
const ENDING: f32 = 1.5;

const QUOTES: [[char; 2]; 5] = [['“', '”'], ['‘', '’'], ['「', '」'], ['『', '』'], ['《', '》']];

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reader {
    pub(super) context: Context,
    /// The last character.
    pub(super) last: char,
    open: [bool; QUOTES.len()],
}

impl Default for Reader {
    fn default() -> Self {
        Self { context: model::START, last: '\n', open: [false; QUOTES.len()] }
    }
}

impl Reader {
    /// Reads a character; what it costs.
    pub(super) fn read(&mut self, c: char) -> f32 {
        self.read_as(c, model::symbol(c))
    }

    /// Reads a character of which only this is known.
    pub(super) fn read_as(&mut self, c: char, symbol: u16) -> f32 {
        let cost = model::cost(self.context, symbol);
        let before = self.last;
        let is_mark = matches!(before, '。' | '!' | '！' | '?' | '？' | '…' | '，' | ',' | '：' | ':' | '\n');
        match self.pass(c, symbol) {
            Quote::None if c == '\n' && matches!(before, '”' | '’' | '」' | '』') => cost.min(ENDING),
            Quote::None => cost,
            Quote::Opening if is_mark && matches!(c, '“' | '「') => cost.min(OPENING),
            Quote::Closing if is_mark || matches!(before, '’' | '』') => cost.min(CLOSING),
            Quote::Opening | Quote::Closing => cost,
            Quote::Unmatched => cost + UNMATCHED,
        }
    }

    /// Reads what is certain.
    pub(super) fn feed(&mut self, text: &str) {
        // Of the lines before nothing matters.
        let line = text.rfind('\n').map_or(0, |at| at);
        for c in text[line..].chars() {
            self.pass(c, model::symbol(c));
        }
    }

    /// Goes on behind a character; what quote it is.
    fn pass(&mut self, c: char, symbol: u16) -> Quote {
        self.context = model::then(self.context, symbol);
        self.last = c;
        if c == '\n' {
            self.open = Default::default();
        }
        for (open, quotes) in self.open.iter_mut().zip(QUOTES) {
            if c == quotes[0] {
                return if std::mem::replace(open, true) { Quote::Unmatched } else { Quote::Opening };
            }
            if c == quotes[1] {
                return if std::mem::replace(open, false) { Quote::Closing } else { Quote::Unmatched };
            }
        }
        Quote::None
    }
}

/// What a character is in the quotes of its line.
enum Quote {
    None,
    Opening,
    Closing,
    Unmatched,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_told_by_what_is_open() {
        let mut reader = Reader::default();
        reader.feed("他说：“好。");
        let cost = |c| Reader::read(&mut reader.clone(), c);
        assert!(cost('”') + UNMATCHED < cost('“'));
        reader.feed("\n");
        let cost = |c| Reader::read(&mut reader.clone(), c);
        assert!(cost('“') + UNMATCHED < cost('”'));
        assert_eq!(reader, Reader::default());
    }
}
