//! A text in which each stretch that no rule may touch is one character: an
//! object replacement character (U+FFFC), which no dictionary holds and every
//! conversion copies. So what stands around a stretch is converted as one text,
//! and its script is told by all of it.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem;

use crate::edit::Edit;

const HOLE: &str = "\u{fffc}";

/// Where the holes of a text are. Not [`str::match_indices`], which looks for the
/// last byte alone, and half of all Chinese text ends there.
fn places(text: &str) -> impl Iterator<Item = usize> {
    // To make one anew took a fiftieth of a short text's time.
    static FINDER: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(HOLE));
    FINDER.find_iter(text.as_bytes())
}

/// A stretch of a text that conversion does not see.
#[derive(Clone, Debug)]
pub(super) struct Hole {
    /// The stretch, in bytes of the text.
    pub(super) range: Range<usize>,
    /// What takes its place, if it changes.
    pub(super) to: Option<String>,
}

/// A text with holes.
pub(super) struct Holed {
    pub(super) text: String,
    /// What is behind each U+FFFC of the text, in order: the text's own are holes too.
    holes: Vec<Hole>,
}

impl Holed {
    /// Of a text and its holes, in order and without overlap.
    pub(super) fn new(text: &str, holes: Vec<Hole>) -> Self {
        let mut holed = Self { text: String::with_capacity(text.len()), holes: Vec::new() };
        let mut at = 0;
        for hole in holes {
            holed.gap(text, at..hole.range.start);
            at = hole.range.end;
            holed.text.push_str(HOLE);
            holed.holes.push(hole);
        }
        holed.gap(text, at..text.len());
        holed
    }

    fn gap(&mut self, text: &str, range: Range<usize>) {
        let own = places(&text[range.clone()]).map(|at| range.start + at);
        self.holes.extend(own.map(|at| Hole { range: at..at + HOLE.len(), to: None }));
        self.text.push_str(&text[range]);
    }

    /// The result: what became of the text with holes, and what was behind them.
    pub(super) fn fill(&self, text: &str, converted: &str) -> String {
        let mut out = String::with_capacity(text.len() + text.len() / 8);
        let mut at = 0;
        for (hole, place) in self.holes.iter().zip(places(converted)) {
            out.push_str(&converted[at..place]);
            out.push_str(hole.to.as_deref().unwrap_or(&text[hole.range.clone()]));
            at = place + HOLE.len();
        }
        out.push_str(&converted[at..]);
        out
    }

    /// Edits of the text with holes as edits of the text, with those of the holes.
    pub(super) fn edits(&self, found: Vec<Edit>, rule: &'static str) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut holes = self.holes.iter().peekable();
        // How many bytes the holes so far are longer than what stands for them.
        let mut longer = 0isize;
        let mut pass = |until: Option<usize>, longer: &mut isize, edits: &mut Vec<Edit>| {
            let is_before = |hole: &Hole, longer: isize| {
                until.is_none_or(|until| hole.range.start as isize - longer < until as isize)
            };
            while let Some(hole) = holes.next_if(|hole| is_before(hole, *longer)) {
                *longer += hole.range.len() as isize - HOLE.len() as isize;
                if let Some(to) = hole.to.clone() {
                    edits.push(Edit { range: hole.range.clone(), text: to, rule, confidence: 100 });
                }
            }
        };
        for mut edit in found {
            pass(Some(edit.range.start), &mut longer, &mut edits);
            let moved = |place: usize| (place as isize + longer) as usize;
            edit.range = moved(edit.range.start)..moved(edit.range.end);
            edits.push(edit);
        }
        pass(None, &mut longer, &mut edits);
        edits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::apply;

    #[test]
    fn what_is_in_holes_comes_back() {
        let text = "甲\u{fffc}乙http://a 丙丁";
        let holes = vec![
            Hole { range: text.find("http").expect("there")..text.find(" ").expect("there"), to: None },
            Hole { range: text.find("丁").expect("there")..text.len(), to: Some("TING".into()) },
        ];
        let holed = Holed::new(text, holes);
        assert_eq!(holed.text, "甲\u{fffc}乙\u{fffc} 丙\u{fffc}");
        assert_eq!(holed.fill(text, "A\u{fffc}乙乙\u{fffc} C\u{fffc}"), "A\u{fffc}乙乙http://a CTING");
        let edit =
            |at: usize, to: &str| Edit { range: at..at + 3, text: to.into(), rule: "r", confidence: 100 };
        let found = vec![edit(0, "A"), edit(6, "乙乙"), edit(13, "C")];
        assert_eq!(apply(&holed.text, &found), "A\u{fffc}乙乙\u{fffc} C\u{fffc}");
        assert_eq!(apply(text, &holed.edits(found, "user")), "A\u{fffc}乙乙http://a CTING");
    }
}
