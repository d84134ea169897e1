//! Mojibake: text that was written in one encoding and read in another. Undone where
//! the bytes that were read can be had back, and what they then say is Chinese.
//!
//! `latin` has what was read one byte a character, `double` what was read two bytes
//! a character; both ask the language model, which knows either script. What was
//! lost in reading is counted here and never changed.

mod bytes;
mod double;
mod latin;

use zhnorm_table::language::{OTHER, UNSEEN};

use super::model::{self, Context};
use crate::edit::{self, Edit};

/// The stretches of a text that were read in a wrong encoding, as they were written.
pub(crate) fn find(text: &str) -> Vec<Edit> {
    let mut all = Vec::new();
    let mut changed: Option<String> = None;
    // A line may have another field that is seen once this one reads well. Every round
    // makes the text cost less, so they end.
    loop {
        let now = changed.as_deref().unwrap_or(text);
        let mut edits = Vec::new();
        latin::find(now, &mut edits);
        if edits.is_empty() {
            double::find(now, &mut edits);
        }
        if edits.is_empty() {
            return all;
        }
        changed = Some(edit::apply(now, &edits));
        all = edit::compose(all, edits);
    }
}

/// How many places of a text were lost in reading: runs of U+FFFD, and of 锟斤拷,
/// which is U+FFFD twice in UTF-8 read as GBK. Nothing can bring them back.
///
/// ```
/// assert_eq!(zhnorm::losses("第\u{fffd}\u{fffd}章 锟斤拷"), 2);
/// ```
pub fn losses(text: &str) -> usize {
    // Nearly every text has neither, and by character would be looked for in vain.
    if ["\u{fffd}", "锟"].iter().all(|sign| memchr::memmem::find(text.as_bytes(), sign.as_bytes()).is_none())
    {
        return 0;
    }
    let mut count = 0;
    let mut rest = text;
    while let Some(at) = rest.find(['\u{fffd}', '锟']) {
        rest = &rest[at..];
        let behind = rest.trim_start_matches('\u{fffd}').trim_start_matches("锟斤拷");
        let is_loss = behind.len() < rest.len();
        count += usize::from(is_loss);
        rest = if is_loss { behind } else { &rest['锟'.len_utf8()..] };
    }
    count
}

#[cfg(test)]
mod tests;

fn written(range: std::ops::Range<usize>, text: String, confidence: u8) -> Edit {
    Edit { range, text, rule: "repair/mojibake", confidence }
}

/// What a character costs behind those before it, in bits. The model knows kana, lines
/// and letters of other scripts as one symbol that is common; here they are signs of
/// damage, or of a wrong way to undo it.
fn cost(context: &mut Context, c: char) -> f32 {
    let symbol = model::symbol(c);
    let cost = if symbol == OTHER { UNSEEN } else { model::cost(*context, symbol) };
    *context = model::then(*context, symbol);
    cost
}

/// What each character of a text costs that is not ASCII, and how many there are.
fn each(text: &str) -> (f32, usize) {
    let (mut context, mut bits, mut count) = (model::START, 0.0, 0);
    for c in text.chars() {
        let cost = cost(&mut context, c);
        if !c.is_ascii() {
            bits += cost;
            count += 1;
        }
    }
    (bits / count.max(1) as f32, count)
}

/// Whether a text reads as Chinese: the shorter, the better it has to read. What was
/// decoded wrongly costs 13 bits and more.
fn reads_well(cost: f32, count: usize) -> bool {
    cost <= 12.5 - 6.0 / count as f32
}

/// Ideographs, kana, and the punctuation of both.
fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ff01}'..='\u{ff5e}' | '\u{20000}'..='\u{3ffff}')
}

/// What no text says that was read as it was written.
fn is_odd(c: char) -> bool {
    matches!(c, '\u{fffd}' | '\u{e000}'..='\u{f8ff}') || c.is_control() && !matches!(c, '\t' | '\n' | '\r')
}
