//! A stretch of sentences brought to a target in place: what is made of each
//! character stands where that stood, so the conversion is corrected where it
//! stands. The slow twins are [`super::context::whole`] and [`super::context::mixed`],
//! which take what this leaves: Japanese and Korean, description sequences, and
//! characters that change their length.

use std::borrow::Cow;
use std::ops::Range;

use zhnorm_table::features::FIELD;
use zhnorm_table::view::Plan;

use super::context::{self, Chooser, Places};
use super::phrases::Phrases;
use super::trace::{Step, Trace};
use super::{Converter, Rules};
use crate::script::{self, Neighbours, Tape};
use crate::{Target, tables};

/// Converts stretches.
pub(super) struct InPlace<'c> {
    converter: &'c Converter,
    plan: &'c Plan<'static>,
    /// `None` where the dictionary's choice stands.
    chooser: Option<Chooser<'c>>,
}

/// The room that this takes, to be used again.
#[derive(Default)]
pub(super) struct Room {
    trace: Trace,
    tape: Tape,
    several: Several,
    places: Places,
    /// Where the last text that was converted throughout may not be in the target's script.
    unsettled: Vec<usize>,
}

/// Stretches converted as one text, which is sooner done than one by one.
#[derive(Default)]
struct Several {
    text: String,
    converted: Vec<u8>,
    /// Where each one stands in both.
    ranges: Vec<Range<usize>>,
    /// Of each whether it is settled.
    settled: Vec<bool>,
}

/// What became of a stretch.
pub(super) struct Made<'r> {
    pub(super) bytes: Cow<'r, [u8]>,
    /// Whether all its sentences are known to be in the target's script throughout now.
    pub(super) is_settled: bool,
}

impl<'r> Made<'r> {
    /// Of which nothing is known.
    pub(super) fn unsettled(bytes: impl Into<Cow<'r, [u8]>>) -> Self {
        Self { bytes: bytes.into(), is_settled: false }
    }
}

/// Between two stretches: ends of lines, over which no rule reaches, and which to the
/// context are what is beyond a text. As many as it may look at.
const BETWEEN: &str = "\n\n\n\n\n\n";
const _: () = assert!(BETWEEN.len() == FIELD / 2);

impl Room {
    /// What became of one of the last stretches that were converted together.
    pub(super) fn one_of_several(&self, number: usize) -> Made<'_> {
        let Several { converted, ranges, settled, .. } = &self.several;
        Made { bytes: Cow::Borrowed(&converted[ranges[number].clone()]), is_settled: settled[number] }
    }
}

impl<'c> InPlace<'c> {
    /// `None` where rules may do anything to a length.
    pub(super) fn of(converter: &'c Converter, target: Target) -> Option<Self> {
        // Without the feature `config` there are no others.
        #[allow(irrefutable_let_patterns)]
        let Rules::Embedded(plan) = &converter.rules else { return None };
        let chooser = Chooser::of(converter, target).map(|(chooser, _)| chooser);
        Some(Self { converter, plan, chooser })
    }

    /// Converts stretches that are of the other script throughout, each to what
    /// [`Self::whole`] makes of it. False where they have to be converted one by one.
    pub(super) fn convert_several<'t>(&self, room: &mut Room, texts: impl Iterator<Item = &'t str>) -> bool {
        let mut several = std::mem::take(&mut room.several);
        several.text.clear();
        several.ranges.clear();
        for text in texts {
            let start = several.text.len();
            several.text.push_str(text);
            several.ranges.push(start..several.text.len());
            several.text.push_str(BETWEEN);
        }
        let is_done = self.whole(room, &several.text).is_some();
        if is_done {
            std::mem::swap(&mut several.converted, &mut room.trace.converted);
            several.settled.clear();
            several.settled.resize(several.ranges.len(), self.chooser.is_some());
            for at in &room.unsettled {
                let number = several.ranges.partition_point(|range| range.end <= *at);
                // No rule is about what stands between them.
                if let Some(is_settled) = several.settled.get_mut(number) {
                    *is_settled = false;
                }
            }
        }
        room.several = several;
        is_done
    }

    /// Converts a stretch that is of the other script throughout.
    ///
    /// Tried and lost: eight ambiguous characters at a time by gathers took 6 % fewer
    /// instructions and as much time. What was decided between the same neighbours, remembered,
    /// is met again at a fifth of the places. One line separator between two stretches, which
    /// eight characters at a time would not stop at, is 1 % sooner and no edge.
    pub(super) fn whole<'r>(&self, room: &'r mut Room, text: &str) -> Option<Made<'r>> {
        room.unsettled.clear();
        self.take(&mut room.trace, text, false)?;
        let Trace { converted, steps, asked, .. } = &mut room.trace;
        let Some(chooser) = &self.chooser else {
            return Some(Made::unsettled(&**converted));
        };
        let phrases = Phrases::new(self.plan, text, steps);
        let places = &mut room.places;
        chooser.correct_all(text, converted, asked, places, |at| phrases.at(at));
        // Every sentence has a character that only Simplified text has, and what becomes of such
        // a one by itself only Traditional text has, but for those that were asked for too. So
        // only these are looked at, and what became of several characters together.
        let together = steps.iter().flat_map(|step| step.source.clone().step_by(3));
        let all = together.chain(places.changed.iter().copied());
        let settles = |at: &usize| context::settles(text, converted, *at) || script::is_told(converted, *at);
        room.unsettled.extend(all.filter(|at| !settles(at)));
        Some(Made { bytes: Cow::Borrowed(converted), is_settled: room.unsettled.is_empty() })
    }

    /// Converts a stretch to Traditional of which some may be so already.
    pub(super) fn blend<'r>(
        &self,
        Room { trace, tape, .. }: &'r mut Room,
        text: &str,
        neighbours: Neighbours,
    ) -> Option<&'r [u8]> {
        u32::try_from(text.len()).ok()?;
        self.take(trace, text, true)?;
        let Trace { converted, steps, .. } = trace;
        if *converted == text.as_bytes() {
            return Some(converted);
        }
        // The Simplified words: phrases that change.
        let words = steps.iter().filter(|step| step.is_key && step.changes).map(|step| step.source.clone());
        tape.read(text, neighbours, words, self.chooser.is_some());
        for ((converted, source), taken) in converted.iter_mut().zip(text.bytes()).zip(tape.taken()) {
            *converted = *converted & taken | source & !taken;
        }
        if let Some(chooser) = &self.chooser {
            let phrases = Phrases::new(self.plan, text, steps);
            for (at, kept) in tape.kept() {
                chooser.correct(text, converted, *at, *kept, || phrases.at(*at));
            }
        }
        Some(converted)
    }

    /// Converts a text; `None` where what is made of a character does not stand where
    /// that stood. `all`: the phrases that change nothing are wanted too, and not where the
    /// characters are that are asked for.
    fn take(&self, trace: &mut Trace, text: &str, all: bool) -> Option<()> {
        let asked = self.chooser.as_ref().filter(|_| !all).map(|_| &tables::ASKED);
        if !trace.run(self.plan, self.converter.rare, text, all, asked) {
            return None;
        }
        let (source, converted) = (text.as_bytes(), &*trace.converted);
        // Rules of characters of three bytes only, nearly always.
        let is_low = !is_high(source) && !is_high(converted);
        let stands = |step: &Step| {
            let low = |bytes: &[u8]| is_low || !is_high(&bytes[step.source.clone()]);
            let is_one = || text[step.source.clone()].chars().nth(1).is_none();
            step.len == step.source.len() && (low(source) && low(converted) || is_one())
        };
        (source.len() == converted.len() && trace.steps.iter().all(stands)).then_some(())
    }
}

/// Whether some character has four bytes. (A loop that does not stop is one over
/// many bytes at a time.)
fn is_high(bytes: &[u8]) -> bool {
    bytes.iter().fold(false, |high, byte| high | (*byte >= 0xf0))
}

#[cfg(all(test, feature = "config"))]
mod tests {
    use super::*;
    use crate::convert::mixed::tests::numbers;
    use crate::lexicons;
    use zhnorm_table::evidence::Evidence;

    #[test]
    fn what_is_settled_is_traditional() {
        let lexicon = lexicons::get("STPhrases").expect("embedded");
        let entries = lexicon.entries();
        let mut next = numbers();
        let mut settled = [0; 2];
        for target in [Target::Traditional, Target::Taiwan, Target::Hongkong] {
            let converter = Converter::to(target);
            let in_place = InPlace::of(&converter, target).expect("an embedded plan");
            let mut room = Room::default();
            for _ in 0..20_000 {
                let text: String = (0..1 + next(4)).map(|_| &*entries[next(entries.len())].key).collect();
                let (_, signs) = script::sentences(&text).next().expect("a sentence");
                let has = |evidence| signs.has(evidence);
                if !has(Evidence::Simplified) || has(Evidence::Traditional) || signs.foreign() {
                    continue;
                }
                let Some(made) = in_place.whole(&mut room, &text) else { continue };
                settled[usize::from(made.is_settled)] += 1;
                if !made.is_settled {
                    continue;
                }
                let made = String::from_utf8(made.bytes.into_owned()).expect("UTF-8");
                let (_, signs) = script::sentences(&made).next().expect("a sentence");
                let has = |evidence| signs.has(evidence);
                let others = has(Evidence::Simplified) | has(Evidence::MostlySimplified) | signs.foreign();
                assert!(has(Evidence::Traditional) && !others, "{target}: {text} {made}");
            }
        }
        assert!(settled[0] > 100 && settled[1] > 10_000, "{settled:?}");
    }
}
