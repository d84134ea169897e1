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

/// Which quotes a character is of, as a bit, and whether it opens them.
fn quotes(c: char) -> Option<(u8, bool)> {
    let number = match c {
        '“' | '”' => 0,
        '‘' | '’' => 1,
        '「' | '」' => 2,
        '『' | '』' => 3,
        '《' | '》' => 4,
        _ => return None,
    };
    Some((1 << number, matches!(c, '“' | '‘' | '「' | '『' | '《')))
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reader {
    pub(super) context: Context,
    /// The last character.
    pub(super) last: char,
    /// A bit for each kind of quotes.
    open: u8,
}

impl Default for Reader {
    fn default() -> Self {
        Self { context: model::START, last: '\n', open: 0 }
    }
}

impl Reader {
    /// Reads a character; what it costs.
    pub(super) fn read(&mut self, c: char) -> f32 {
        let symbol = model::symbol(c);
        self.read_at(c, symbol, model::cost(self.context, symbol))
    }

    /// Reads a character whose symbol and cost in the model are known.
    pub(super) fn read_at(&mut self, c: char, symbol: u16, cost: f32) -> f32 {
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
            self.open = 0;
        }
        let Some((bit, opens)) = quotes(c) else {
            return Quote::None;
        };
        let was_open = self.open & bit != 0;
        self.open = if opens { self.open | bit } else { self.open & !bit };
        match (opens, was_open) {
            (true, false) => Quote::Opening,
            (false, true) => Quote::Closing,
            _ => Quote::Unmatched,
        }
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
