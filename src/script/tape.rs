//! The labelling of [`super::segment`] for text without Japanese and Korean, many
//! characters at a time: what of a conversion in place is taken, and how
//! Traditional the text is around the ambiguous characters.
//!
//! Codes and places come first; then one pass goes forwards and one back. No branch
//! depends on what a character says. The two costs of `segment::cheapest` count by
//! their difference alone, so one number is carried along. The slow twins are
//! [`super::labels`] and [`super::leanings`].

use std::ops::Range;

use zhnorm_table::chars::PLANE;
use zhnorm_table::evidence;

use super::leaning::{self, Pace};
use super::segment::Weights;
use super::{EVIDENCE, Label, Neighbours, end_of};
use crate::simd::{self, Level};
use crate::tables::AMBIGUOUS;

/// What a character does by itself. Its number is that of its evidence where that
/// tells; else there is one for each end and pace.
#[derive(Clone, Copy)]
#[repr(align(16))]
struct Class {
    /// What it costs Simplified less what it costs Traditional.
    cost: i8,
    /// What a change of script costs behind it.
    switch: i8,
    only: Option<Label>,
    /// What it says of its script, and what is left of that behind it.
    sign: i32,
    left: i32,
}

/// The class of what says and ends nothing.
const PLAIN: u8 = 8;
const CLASSES: [Class; 32] = {
    let weights = Weights::FITTED;
    let (odd, unusual) = (weights.odd as i8, weights.unusual as i8);
    let (switch, left) = (weights.switch[0] as i8, Pace::Character.left());
    let mut classes = [Class { cost: 0, switch, sign: 0, left, only: None }; 32];
    let costs = [0, -odd, odd, 0, -unusual, unusual];
    let mut code = 0;
    while code < costs.len() {
        classes[code].cost = costs[code];
        code += 1;
    }
    classes[1].only = Some(Label::Simplified);
    classes[2].only = Some(Label::Traditional);
    classes[1].sign = leaning::sign(classes[1].only);
    classes[2].sign = leaning::sign(classes[2].only);
    let mut number = 0;
    while number < 4 * Pace::ALL.len() {
        let class = &mut classes[PLAIN as usize + number];
        class.switch = weights.switch[number / Pace::ALL.len()] as i8;
        class.left = Pace::ALL[number % Pace::ALL.len()].left();
        number += 1;
    }
    classes
};
const NUMBER: u8 = 31;
/// Beside a class: the character is ambiguous.
const ASKED: u8 = 32;
/// Beside a class: in the cheapest labelling so far the character's script came from
/// the other one, if it is Simplified, and if Traditional.
const CROSSED: [u8; 2] = [64, 128];

/// The class of each character of the basic plane, and whether it is ambiguous.
static CLASS_OF: [u8; PLANE] = {
    let mut table = [PLAIN; PLANE];
    let mut c = 0;
    while c < PLANE {
        let code = evidence::code(EVIDENCE, c as u16);
        if CLASSES[code as usize].cost != 0 {
            table[c] = code;
        } else if let Some(c) = char::from_u32(c as u32) {
            table[c as usize] += (Pace::ALL.len() * end_of(c) + Pace::of(c) as usize) as u8;
        }
        if AMBIGUOUS.has(c as u16) {
            table[c] |= ASKED;
        }
        c += 1;
    }
    table
};

/// Room in front for what the first character writes too much.
const AHEAD: usize = 3;

/// What was found, and the room for it, to be used again.
#[derive(Debug, Default)]
pub(crate) struct Tape {
    characters: simd::Characters,
    /// For each character its class and what stands beside that.
    marks: Vec<u8>,
    /// For each byte, behind [`AHEAD`]: all bits where its conversion is taken, none
    /// where not.
    taken: Vec<u8>,
    /// What the text before says of the ambiguous characters.
    before: Vec<i32>,
    kept: Vec<(usize, f32)>,
}

/// Where the way forwards is: what Simplified costs so far less what Traditional
/// does, what a change of script costs next, and what the text before says.
#[derive(Clone, Copy, Default)]
struct State {
    lead: i32,
    switch: i32,
    sum: i32,
    is_known: bool,
}

impl State {
    /// Takes a character; in the cheapest labelling, whether its script came from the
    /// other one.
    #[inline(always)]
    fn pass(&mut self, class: &Class) -> u8 {
        let crossed = [self.lead > self.switch, self.lead < -self.switch];
        self.lead = self.lead.min(self.switch).max(-self.switch) + i32::from(class.cost);
        self.switch = i32::from(class.switch);
        self.sum = leaning::pass(self.sum, class.sign, class.left);
        self.is_known |= class.cost != 0;
        (u8::from(crossed[0]) * CROSSED[0]) | (u8::from(crossed[1]) * CROSSED[1])
    }
}

/// The class of what has a script alone.
fn class_of(label: Label) -> &'static Class {
    &CLASSES[if label == Label::Simplified { 1 } else { 2 }]
}

/// The script before a character, given its own.
#[inline(always)]
fn back(simplified: bool, mark: u8) -> bool {
    simplified ^ (mark & if simplified { CROSSED[0] } else { CROSSED[1] } != 0)
}

impl Tape {
    /// Labels a stretch of less than 4 GB. `words` are its Simplified words, by bytes
    /// and in order. `asks`: ambiguous characters are taken to be chosen.
    pub(crate) fn read(
        &mut self,
        text: &str,
        neighbours: Neighbours,
        words: impl Iterator<Item = Range<usize>>,
        asks: bool,
    ) {
        self.characters.read(Level::detect(), text);
        // What is there is written over.
        self.marks.resize(self.characters.codes().len(), 0);
        self.taken.resize(AHEAD + text.len(), 0);
        self.before.clear();
        self.kept.clear();
        let mut state = State::default();
        if let Some((label, c)) = neighbours.before {
            state.pass(class_of(label));
            state.switch = Weights::FITTED.switch[end_of(c)] as i32;
            state.sum = 0;
        }
        self.forwards(&mut state, words, if asks { NUMBER | ASKED } else { NUMBER });
        let crossed = neighbours.behind.map(|label| state.pass(class_of(label)));
        let simplified = state.lead < 0;
        self.backwards(text.len(), crossed.map_or(simplified, |mark| back(simplified, mark)), state.is_known);
    }

    /// Whether the conversion of each byte is taken: all bits or none.
    pub(crate) fn taken(&self) -> &[u8] {
        &self.taken[AHEAD..]
    }

    /// The ambiguous characters, the last one first: their bytes, and how sure it is,
    /// from 0 to 1, that they are Traditional already.
    pub(crate) fn kept(&self) -> &[(usize, f32)] {
        &self.kept
    }

    fn forwards(&mut self, state: &mut State, words: impl Iterator<Item = Range<usize>>, of_mark: u8) {
        let mut at = 0;
        for word in words {
            at = self.pass(state, at, word.start, of_mark, |_| ());
            let switch = state.switch;
            at = self.pass(state, at, word.end, of_mark, |state| {
                state.lead -= Weights::FITTED.word as i32;
                state.switch = Weights::FITTED.inside as i32;
            });
            // No word ends with what ends anything.
            state.switch = if word.is_empty() { switch } else { Weights::FITTED.switch[0] as i32 };
        }
        self.pass(state, at, usize::MAX, of_mark, |_| ());
    }

    /// Goes on from a character up to a byte; returns the character there.
    #[inline(always)]
    fn pass(
        &mut self,
        state: &mut State,
        from: usize,
        end: usize,
        of_mark: u8,
        then: impl Fn(&mut State),
    ) -> usize {
        let (mut now, table) = (*state, &CLASS_OF);
        let (codes, places) = (self.characters.codes(), self.characters.places());
        let characters = codes[from..].iter().zip(&places[from..]).zip(&mut self.marks[from..]);
        let mut passed = 0;
        for ((code, place), mark) in characters {
            if *place as usize >= end {
                break;
            }
            let class = table[*code as usize] & of_mark;
            if class & ASKED != 0 {
                self.before.push(now.sum);
            }
            *mark = class | now.pass(&CLASSES[(class & NUMBER) as usize]);
            then(&mut now);
            passed += 1;
        }
        *state = now;
        from + passed
    }

    fn backwards(&mut self, len: usize, mut simplified: bool, is_known: bool) {
        let (mut sum, mut end) = (0, len);
        for (mark, place) in self.marks.iter().zip(self.characters.places()).rev() {
            let class = &CLASSES[(mark & NUMBER) as usize];
            let (is_asked, is_traditional) = (mark & ASKED != 0, is_known & !simplified);
            if is_asked {
                let before = self.before.pop().unwrap_or_default();
                let kept = match class.only {
                    Some(Label::Simplified) => Some(0.0),
                    Some(_) => None,
                    None if is_traditional => Some(1.0),
                    None => Some(leaning::share(sum + before)),
                };
                self.kept.extend(kept.map(|kept| (*place as usize, kept)));
            }
            let is_taken = match class.only {
                Some(only) => only == Label::Simplified,
                None => is_asked | !is_traditional,
            };
            // Four bytes for a character of any length: those before it come next.
            if let Some(four) = self.taken.get_mut(end - 1..).and_then(<[u8]>::first_chunk_mut::<4>) {
                *four = [u8::from(!is_taken).wrapping_sub(1); 4];
            }
            end = *place as usize;
            sum = leaning::pass(sum, class.sign, class.left);
            simplified = back(simplified, *mark);
        }
    }
}
