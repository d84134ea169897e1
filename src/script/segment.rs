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
use zhnorm_table::evidence::{self, Evidence};
use zhnorm_table::view::Plan;

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

/// The sentences next to a stretch, which are of one script each: what that is, and
/// the character that ends the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Neighbours {
    pub(crate) before: Option<(Label, char)>,
    pub(crate) behind: Option<Label>,
}

/// A word that Simplified text has and Traditional text has not.
pub(crate) struct Word {
    /// Its characters, by number.
    pub(crate) chars: Range<usize>,
}

/// The words of a text that Traditional text would write otherwise: phrases of a
/// plan from Simplified that change.
pub(crate) fn words(plan: &Plan<'_>, text: &str) -> Vec<Word> {
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

/// The label of each character of a text, given what stands on either side and the
/// Simplified words.
pub(crate) fn labels(text: &str, neighbours: Neighbours, words: &[Word]) -> Vec<Label> {
    labels_by(&Weights::FITTED, text, neighbours, words)
}

/// The same by any weights: for the task that fits them.
pub(crate) fn labels_by(weights: &Weights, text: &str, neighbours: Neighbours, words: &[Word]) -> Vec<Label> {
    let chars: Vec<char> = text.chars().collect();
    let foreign = foreign(&chars);
    let evidence: Vec<Evidence> = (0..chars.len())
        .map(|i| if foreign[i] { Evidence::Shared } else { evidence::of(EVIDENCE, chars[i]) })
        .collect();
    let tells_nothing =
        |e: &Evidence| matches!(e, Evidence::Shared | Evidence::Japanese | Evidence::Letter | Evidence::End);
    let known = !evidence.iter().all(tells_nothing) || neighbours != Neighbours::default();
    let label = |i: usize, simplified: bool| match (foreign[i], known, simplified) {
        (true, ..) => Label::Foreign,
        (_, false, _) => Label::Unknown,
        (_, _, true) => Label::Simplified,
        (_, _, false) => Label::Traditional,
    };
    cheapest(weights, &chars, neighbours, &evidence, words)
        .into_iter()
        .enumerate()
        .map(|(i, s)| label(i, s))
        .collect()
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
fn cheapest(
    weights: &Weights,
    chars: &[char],
    neighbours: Neighbours,
    evidence: &[Evidence],
    words: &[Word],
) -> Vec<bool> {
    // Costs so far with the last character Simplified, and Traditional; for
    // each character, whether either came from the other script.
    let odd = |label| if label == Label::Simplified { [0, weights.odd] } else { [weights.odd, 0] };
    let mut costs = neighbours.before.map_or([0; 2], |(label, _)| odd(label));
    let mut from: Vec<[bool; 2]> = Vec::with_capacity(chars.len());
    let mut switch = neighbours.before.map_or(0, |(_, end)| weights.switch[end_of(end)]);
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
    // Behind the last character, whatever a change of script costs there.
    let crossed = |costs: [u32; 2]| [costs[1] + switch < costs[0], costs[0] + switch < costs[1]];
    let mut simplified = match neighbours.behind.map(odd) {
        None => costs[0] < costs[1],
        Some([s, t]) => {
            let [from_other, to_other] = crossed(costs);
            let simplified = costs[0].min(costs[1] + switch) + s < costs[1].min(costs[0] + switch) + t;
            simplified ^ if simplified { from_other } else { to_other }
        }
    };
    let mut labels = vec![false; chars.len()];
    for (i, crossed) in from.iter().enumerate().rev() {
        labels[i] = simplified;
        if crossed[usize::from(!simplified)] {
            simplified = !simplified;
        }
    }
    labels
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
        labels(text, Neighbours::default(), &[]).into_iter().map(letter).collect()
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
        let labels = labels("國后面国", Neighbours::default(), &word);
        assert_eq!(labels[1], labels[2]);
    }
}
