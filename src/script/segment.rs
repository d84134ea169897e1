//! The script of every character, by what stands around it.
//!
//! A sequence model of two scripts: a character that only one script has costs
//! the other one dearly; changing the script from one character to the next
//! costs the more, the closer they belong together. The cheapest labelling of
//! the whole text is taken, so a stretch that says nothing takes the script of
//! its clause, then of its sentence, then of what is before and behind it.
//!
//! Japanese and Korean are found first, and are no part of it.

use std::ops::Range;

use super::foreign::foreign;
use super::{EVIDENCE, end_of, is_traditional_pair};
use crate::{Direction, tables};
use zhnorm_table::evidence::{self, Evidence};

/// What a character is taken to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    Simplified,
    Traditional,
    /// Nothing in the text tells.
    Unknown,
    /// Japanese or Korean: left alone.
    Foreign,
}

/// What the labelling costs; `odd` is the scale of the others. `zhnorm-train
/// script` looks for better ones, `models/README.md` has what it found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights {
    /// A character of the other script.
    pub odd: u32,
    /// A character that the other script has in few words only.
    pub unusual: u32,
    /// Each character of a Simplified word, in Traditional text.
    pub word: u32,
    /// A change of script inside a word.
    pub inside: u32,
    /// A change of script inside a clause, and at the ends of a clause, a sentence
    /// and a line.
    pub switch: [u32; 4],
}

impl Weights {
    /// The ones in use.
    pub const FITTED: Self = Self { odd: 8, unusual: 3, word: 1, inside: 40, switch: [4, 3, 2, 1] };
}

/// A word that Simplified text has and Traditional text has not.
pub(crate) struct Word {
    /// Its characters, by number.
    pub(crate) chars: Range<usize>,
}

/// The words of a text that Traditional text would write otherwise: keys of the
/// phrases from Simplified that change.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let plan = tables::plan(Direction::S2t);
    let plain = |c: char| u16::try_from(c as u32).map_or(true, |c| plan.chars.plane(c) == c);
    let (mut words, mut at, mut start) = (Vec::new(), 0, 0);
    for (id, range) in plan.keys_in(text) {
        let word = &text[range.clone()];
        start += text[at..range.start].chars().count();
        let end = start + word.chars().count();
        let changes = match plan.keys.values.get(id) {
            Some(value) => value != word.as_bytes(),
            None => !word.chars().all(plain),
        };
        if changes {
            words.push(Word { chars: start..end });
        }
        (at, start) = (range.end, end);
    }
    words
}

/// The label of each character of a text, given its Simplified words.
pub(crate) fn labels(text: &str, words: &[Word]) -> Vec<Label> {
    labels_by(&Weights::FITTED, text, words)
}

/// The same by any weights: for the task that fits them.
pub(crate) fn labels_by(weights: &Weights, text: &str, words: &[Word]) -> Vec<Label> {
    let chars: Vec<char> = text.chars().collect();
    let foreign = foreign(&chars);
    let evidence: Vec<Evidence> = (0..chars.len())
        .map(|i| if foreign[i] { Evidence::Shared } else { evidence::of(EVIDENCE, chars[i]) })
        .collect();
    let tells_nothing =
        |e: &Evidence| matches!(e, Evidence::Shared | Evidence::Japanese | Evidence::Letter | Evidence::End);
    let known = !evidence.iter().all(tells_nothing);
    let label = |i: usize, simplified: bool| match (foreign[i], known, simplified) {
        (true, ..) => Label::Foreign,
        (_, false, _) => Label::Unknown,
        (_, _, true) => Label::Simplified,
        (_, _, false) => Label::Traditional,
    };
    cheapest(weights, &chars, &evidence, words).into_iter().enumerate().map(|(i, s)| label(i, s)).collect()
}

/// The label of each character by its sentence alone: Simplified where the
/// sentence has a character that only Simplified text has, and nothing that only
/// Traditional text has.
pub(crate) fn sentence_labels(text: &str) -> Vec<Label> {
    let chars: Vec<char> = text.chars().collect();
    let foreign = foreign(&chars);
    let mut labels = vec![Label::Unknown; chars.len()];
    for sentence in pieces(&chars, 2) {
        let (mut simplified, mut traditional) = (false, false);
        for i in sentence.clone().filter(|i| !foreign[*i]) {
            match evidence::of(EVIDENCE, chars[i]) {
                Evidence::Simplified => simplified = true,
                Evidence::Traditional => traditional = true,
                Evidence::MostlyTraditional => {
                    let before = i > 0 && is_traditional_pair(chars[i - 1], chars[i]);
                    let behind = chars.get(i + 1).is_some_and(|next| is_traditional_pair(chars[i], *next));
                    traditional |= before || behind;
                }
                _ => {}
            }
        }
        if simplified && !traditional {
            labels[sentence].fill(Label::Simplified);
        }
    }
    for (label, foreign) in labels.iter_mut().zip(foreign) {
        if foreign {
            *label = Label::Foreign;
        }
    }
    labels
}

/// Viterbi's algorithm over two states; true where the text is Simplified.
fn cheapest(weights: &Weights, chars: &[char], evidence: &[Evidence], words: &[Word]) -> Vec<bool> {
    // Costs so far with the last character Simplified, and Traditional; for
    // each character, whether either came from the other script.
    let mut costs = [0u32; 2];
    let mut from: Vec<[bool; 2]> = Vec::with_capacity(chars.len());
    let mut switch = 0;
    let mut words = words.iter().peekable();
    for (i, (c, evidence)) in chars.iter().zip(evidence).enumerate() {
        let [simplified, traditional] = costs;
        let crossed = [traditional + switch < simplified, simplified + switch < traditional];
        from.push(crossed);
        costs = [simplified.min(traditional + switch), traditional.min(simplified + switch)];
        match evidence {
            Evidence::Simplified => costs[1] += weights.odd,
            Evidence::Traditional => costs[0] += weights.odd,
            Evidence::MostlySimplified => costs[1] += weights.unusual,
            Evidence::MostlyTraditional => costs[0] += weights.unusual,
            Evidence::Shared | Evidence::Japanese | Evidence::Letter | Evidence::End => {}
        }
        switch = weights.switch[end_of(*c)];
        words.next_if(|word| word.chars.end <= i);
        if let Some(word) = words.peek().filter(|word| word.chars.contains(&i)) {
            costs[1] += weights.word;
            if i + 1 < word.chars.end {
                switch = weights.inside;
            }
        }
    }
    let mut simplified = costs[0] < costs[1];
    let mut labels = vec![false; chars.len()];
    for (i, crossed) in from.iter().enumerate().rev() {
        labels[i] = simplified;
        if crossed[usize::from(!simplified)] {
            simplified = !simplified;
        }
    }
    labels
}

/// What is known of a character of a [`Tape`]: whether its script came from the
/// other one in the cheapest labelling so far if it is Simplified, and if
/// Traditional; whether only one script has it; how it ends what it stands in;
/// whether it is taken to be Simplified.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mark(u8);

/// How far a character takes what is behind it from what is before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    Character,
    Clause,
    Line,
}

impl Mark {
    const CROSSED: [u8; 2] = [1, 2];
    const ONLY: [u8; 2] = [4, 8];
    const CLAUSE: u8 = 16;
    const LINE: u8 = 32;
    const SIMPLIFIED: u8 = 64;

    fn has(self, bit: u8) -> bool {
        self.0 & bit != 0
    }

    pub(crate) fn is_simplified(self) -> bool {
        self.has(Self::SIMPLIFIED)
    }

    /// The script that alone has the character.
    pub(crate) fn only(self) -> Option<Label> {
        match (self.has(Self::ONLY[0]), self.has(Self::ONLY[1])) {
            (true, _) => Some(Label::Simplified),
            (_, true) => Some(Label::Traditional),
            _ => None,
        }
    }

    pub(crate) fn pace(self) -> Pace {
        match (self.has(Self::CLAUSE), self.has(Self::LINE)) {
            (true, _) => Pace::Clause,
            (_, true) => Pace::Line,
            _ => Pace::Character,
        }
    }
}

/// The labelling of [`labels`] for text without Japanese and Korean, from bytes
/// and without a word about characters in between. The two costs of [`cheapest`]
/// count by their difference alone, so one number is carried along.
#[derive(Debug, Default)]
pub(crate) struct Tape {
    marks: Vec<Mark>,
    /// The cost of Simplified less that of Traditional, so far.
    lead: i32,
    switch: i32,
    is_known: bool,
    stretch: Range<usize>,
}

impl Tape {
    /// The label of each character of a stretch with what stands around it:
    /// texts with their Simplified words, in bytes.
    pub(crate) fn of(pieces: [(&str, &[Range<usize>]); 3]) -> Self {
        let mut tape = Self::default();
        let [before, stretch, behind] = pieces;
        tape.push(before);
        let start = tape.marks.len();
        tape.push(stretch);
        tape.stretch = start..tape.marks.len();
        tape.push(behind);
        let mut simplified = tape.lead < 0;
        for mark in tape.marks.iter_mut().rev() {
            mark.0 |= if simplified { Mark::SIMPLIFIED } else { 0 };
            simplified ^= mark.has(Mark::CROSSED[usize::from(!simplified)]);
        }
        tape
    }

    /// Whether anything in the texts tells.
    pub(crate) fn is_known(&self) -> bool {
        self.is_known
    }

    /// The characters of the stretch.
    pub(crate) fn marks(&self) -> &[Mark] {
        &self.marks[self.stretch.clone()]
    }

    fn push(&mut self, (text, words): (&str, &[Range<usize>])) {
        let bytes = text.as_bytes();
        self.marks.reserve(text.len() / 2);
        let (mut at, mut words) = (0, words.iter());
        let mut word = words.next().cloned().unwrap_or(text.len()..text.len());
        while at < bytes.len() {
            let here = at;
            let (code, end, pace) = match bytes[at..] {
                [a @ 0xe0..0xf0, b, c, ..] => {
                    at += 3;
                    let code = (a as u16) << 12 | (b as u16 & 0x3f) << 6 | c as u16 & 0x3f;
                    if (0x3400..=0x9fff).contains(&code) { (code, 0, 0) } else { others(code) }
                }
                _ => {
                    let c = text[at..].chars().next().unwrap_or_default();
                    at += c.len_utf8();
                    others(u16::try_from(c as u32).unwrap_or(0))
                }
            };
            let crossed = [self.lead > self.switch, self.lead < -self.switch];
            self.lead = self.lead.clamp(-self.switch, self.switch);
            let code = evidence::code(EVIDENCE, code) as usize;
            self.is_known |= KNOWN[code];
            self.lead += COST[code];
            self.switch = Weights::FITTED.switch[end] as i32;
            while here >= word.end && here < text.len() && word.start < text.len() {
                word = words.next().cloned().unwrap_or(text.len()..text.len());
            }
            if word.start <= here && here < word.end {
                self.lead -= Weights::FITTED.word as i32;
                if at < word.end {
                    self.switch = Weights::FITTED.inside as i32;
                }
            }
            let crossed = u8::from(crossed[0]) | u8::from(crossed[1]) << 1;
            self.marks.push(Mark(crossed | ONLY[code] | pace));
        }
    }
}

/// By [`evidence::code`]: what a character costs Simplified less what it costs
/// Traditional, whether it tells anything, and its bit in a [`Mark`].
static COST: [i32; 8] = {
    let (odd, unusual) = (Weights::FITTED.odd as i32, Weights::FITTED.unusual as i32);
    [0, -odd, odd, 0, -unusual, unusual, 0, 0]
};
static KNOWN: [bool; 8] = [false, true, true, false, true, true, false, false];
static ONLY: [u8; 8] = [0, Mark::ONLY[0], Mark::ONLY[1], 0, 0, 0, 0, 0];

/// A character that is no ideograph: itself, what it ends, its bit of pace.
fn others(code: u16) -> (u16, usize, u8) {
    let c = char::from_u32(code.into()).unwrap_or_default();
    let pace = match c {
        '\n' | '\r' => Mark::LINE,
        '，' | '。' | '、' | '；' | '：' | '！' | '？' | ',' | '.' | ';' | ':' | '!' | '?' | '　' | ' ' => {
            Mark::CLAUSE
        }
        _ => 0,
    };
    (code, end_of(c), pace)
}

/// Ranges that end with a character which ends at least so much.
fn pieces(chars: &[char], least: usize) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    chars.split_inclusive(move |c| end_of(*c) >= least).map(move |piece| {
        let range = start..start + piece.len();
        start = range.end;
        range
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let letter = |label| match label {
            Label::Simplified => 's',
            Label::Traditional => 't',
            Label::Unknown => '.',
            Label::Foreign => 'f',
        };
        labels(text, &[]).into_iter().map(letter).collect()
    }

    #[test]
    fn a_stretch_that_says_nothing_takes_the_script_around_it() {
        assert_eq!(shown("人人"), "..");
        assert_eq!(shown("人國人"), "ttt");
        assert_eq!(shown("人国人"), "sss");
        // The change is where it costs least.
        assert_eq!(shown("國人。人国"), "tttss");
        assert_eq!(shown("國人，人国"), "tttss");
        assert_eq!(shown("國人\n一人。人国"), "tttsssss");
    }

    #[test]
    fn a_word_is_of_one_script() {
        let word = [Word { chars: 1..3 }];
        let labels = labels("國后面国", &word);
        assert_eq!(labels[1], labels[2]);
    }
}
