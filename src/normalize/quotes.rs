//! Quotation marks in the target's form: “ ‘ ’ ” for Simplified (GB/T 15834-2011),
//! 「 『 』 」 for the Traditional targets (the Ministry of Education's manual of
//! punctuation), the outer form outside and the inner one inside.

use super::punctuation::Char;
use super::text::is_han;
use crate::Target;

/// The outer and the inner opening mark, then the closing ones.
const CURLY: [[char; 2]; 2] = [['“', '‘'], ['”', '’']];
const CORNER: [[char; 2]; 2] = [['「', '『'], ['」', '』']];
const OPENING: [char; 4] = ['“', '‘', '「', '『'];
const CLOSING: [char; 4] = ['”', '’', '」', '』'];

/// Tells each mark of a line that changes, and its new form.
pub(super) fn quotes(line: &[Char], target: Option<Target>, change: &mut dyn FnMut(&Char, char)) {
    let (old, new) = match target {
        None => return,
        Some(Target::Simplified) => (CORNER, CURLY),
        Some(_) => (CURLY, CORNER),
    };
    let (pairs, alone) = pairs(line);
    // How many ideographs stand before each character.
    let counts = std::iter::once(0).chain(line.iter().scan(0, |count, char| {
        *count += usize::from(is_han(char.c));
        Some(*count)
    }));
    let counts: Vec<usize> = counts.collect();
    // The last character of each pair that is open, and whether its form is the outer one.
    let mut open: Vec<(usize, bool)> = Vec::new();
    for (from, to) in pairs {
        while open.pop_if(|(end, _)| *end < from).is_some() {}
        let is_inside_outer = open.last().is_some_and(|(_, outer)| *outer);
        // An ideograph inside, or directly before or behind.
        let around = from.saturating_sub(1)..(to + 2).min(line.len());
        let is_chinese = old == CORNER || counts[around.start] < counts[around.end];
        if old[0].contains(&line[from].c) && is_chinese {
            change(&line[from], new[0][usize::from(is_inside_outer)]);
            change(&line[to], new[1][usize::from(is_inside_outer)]);
            open.push((to, !is_inside_outer));
        } else {
            open.push((to, matches!(line[from].c, '“' | '「')));
        }
    }
    // A mark without its other half, as in a quotation of several paragraphs. ‘ and ’
    // may be apostrophes, and “ ” must belong to an ideograph.
    for i in alone {
        let side = usize::from(old[1].contains(&line[i].c));
        let Some(kind) = old[side].iter().position(|c| *c == line[i].c) else { continue };
        let inside = if side == 0 { i.checked_add(1) } else { i.checked_sub(1) };
        let is_han_inside = inside.and_then(|k| line.get(k)).is_some_and(|char| is_han(char.c));
        if old == CORNER || kind == 0 && is_han_inside {
            change(&line[i], new[side][kind]);
        }
    }
}

/// The pairs of marks by where they open, and the marks without a pair.
fn pairs(line: &[Char]) -> (Vec<(usize, usize)>, Vec<usize>) {
    let (mut open, mut pairs, mut alone) = (Vec::<usize>::new(), Vec::new(), Vec::new());
    // How many of each opening mark are open: no search that finds nothing.
    let mut counts = [0usize; 4];
    let kind = |c: char| OPENING.iter().position(|o| *o == c);
    for (i, char) in line.iter().enumerate() {
        if let Some(kind) = kind(char.c) {
            counts[kind] += 1;
            open.push(i);
        }
        let Some(closed) = CLOSING.iter().position(|o| *o == char.c) else { continue };
        if counts[closed] == 0 {
            alone.push(i);
            continue;
        }
        while let Some(k) = open.pop() {
            if let Some(kind) = kind(line[k].c) {
                counts[kind] -= 1;
            }
            if line[k].c == OPENING[closed] {
                pairs.push((k, i));
                break;
            }
            alone.push(k);
        }
    }
    alone.extend(open);
    pairs.sort_unstable();
    (pairs, alone)
}
