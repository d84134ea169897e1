//! The same choices as [`Chooser::choice`], at many places of one text that is Simplified
//! throughout: in passes over some of them, so that none waits for another's look into memory
//! or for a branch that nobody can foresee.
//!
//! Four places in five are settled by the characters beside them (`zhnorm_table::beside`).
//! Those at which house style may have a say, and those of which too little is known, are
//! chosen one by one.
//!
//! Tried and lost: records for three candidates and four as well (they settle few, and the
//! larger table made all slower), these also in passes once their neighbours leave doubt
//! (4 % slower), house style by itself, the others then as all are, all neighbours'
//! weights only when their places in the table are known, and the window's loaded beforehand (no
//! difference). The phrase first, which would settle four in five of the places that are left:
//! to look it up costs more than to ask the model (a fifth slower).

use zhnorm_table::features;
use zhnorm_table::model::MOST;
use zhnorm_table::said::{Beyond, margin};

use super::{Chooser, Contest, codes, ideograph, put};
use crate::convert::block::Asked;
use crate::simd;

/// Places that are gone through together.
const TOGETHER: usize = 16;

/// The places of a text, in bytes, that the characters beside them do not settle; kept for the
/// room that they take.
#[derive(Default)]
pub(in crate::convert) struct Places {
    /// Where the model is asked for all that stands around.
    open: Vec<usize>,
    /// Where all is asked, house style first.
    others: Vec<usize>,
    contested: Vec<Contested>,
    /// Where something else may stand now than what the dictionary made.
    pub(in crate::convert) changed: Vec<usize>,
}

/// A place, and what each candidate scores there.
struct Contested {
    at: usize,
    contest: Contest<'static>,
    scores: [i32; MOST],
}

impl Chooser<'_> {
    /// Corrects in place what the dictionary made of the ambiguous characters of a text: what is
    /// made of each character stands where that stood.
    pub(in crate::convert) fn correct_all(
        &self,
        text: &str,
        converted: &mut [u8],
        asked: &[Asked],
        Places { open, others, contested, changed }: &mut Places,
        phrase: impl Fn(usize) -> u8,
    ) {
        self.sort(converted, asked, open, others);
        changed.clear();
        changed.extend_from_slice(others);
        for at in others {
            self.correct(text, converted, *at, 0.0, || phrase(*at));
        }
        for open in open.chunks(TOGETHER) {
            contested.clear();
            contested.extend(open.iter().filter_map(|at| self.contested(text, converted, *at)));
            simd::vectorized(self.level, AllAround { chooser: self, text, contested });
            contested.retain_mut(|place| place.contest.is_open(&place.scores, Beyond::Field));
            simd::vectorized(self.level, AllFields { chooser: self, text, contested });
            for Contested { at, contest, scores } in contested.iter() {
                if let Some(winner) = contest.winner(scores, || phrase(*at)) {
                    put(converted, *at, self.regional(winner));
                    changed.push(*at);
                }
            }
        }
    }

    /// Sorts places by the characters beside them.
    fn sort(&self, converted: &[u8], asked: &[Asked], open: &mut Vec<usize>, others: &mut Vec<usize>) {
        for places in [&mut *open, &mut *others] {
            places.clear();
            places.resize(asked.len(), 0);
        }
        let (mut opens, mut rest) = (0, 0);
        for Asked { at, codes: [before, source, behind] } in asked.iter().copied() {
            let made = converted.get(at..).and_then(|made| made.first_chunk()).copied();
            // Of four bytes the last is the next character's.
            let made = u32::from_le_bytes(made.unwrap_or_default()) & 0xff_ffff;
            let glance = self.beside.glance([before, source, behind], made, self.style as usize);
            let is_known =
                glance.is_known & (before != 0) & (behind != 0) & !self.styles.may_say(source, glance.codes);
            let is_open = glance.lead > margin(0);
            // Written in any case: there is no branch that depends on the text.
            (open[opens], others[rest]) = (at, at);
            opens += usize::from(is_known & is_open);
            rest += usize::from(!is_known);
        }
        open.truncate(opens);
        others.truncate(rest);
    }

    /// A place that the model is to be asked about; `None` where the dictionary's choice stands.
    fn contested(&self, text: &str, converted: &[u8], at: usize) -> Option<Contested> {
        let model = self.model;
        let entry = model.entry(model.number(ideograph(text.as_bytes(), at)?)?)?;
        let made = char::from_u32(ideograph(converted, at)?.into())?;
        let contest = self.contest(&entry, made, 0.0)?;
        Some(Contested { at, contest, scores: [0; MOST] })
    }
}

/// What each candidate scores at some places by all that stands around.
struct AllAround<'w, 'c> {
    chooser: &'w Chooser<'c>,
    text: &'w str,
    contested: &'w mut [Contested],
}

impl simd::Work for AllAround<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Chooser { level, model, .. } = *self.chooser;
        for Contested { at, contest, scores } in self.contested {
            let window = self.chooser.window(self.text, *at);
            let hashes = features::hashes_around(&window, |code| model.cluster(code));
            *scores = contest.scores(level, model, &hashes);
        }
    }
}

/// What the field adds to that.
struct AllFields<'w, 'c> {
    chooser: &'w Chooser<'c>,
    text: &'w str,
    contested: &'w mut [Contested],
}

impl simd::Work for AllFields<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Chooser { level, model, .. } = *self.chooser;
        for Contested { at, contest, scores } in self.contested {
            let hashes = features::hashes_field(&codes(self.text, *at));
            let far = contest.scores(level, model, &hashes);
            scores.iter_mut().zip(far).for_each(|(score, far)| *score += far);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::Rules;
    use crate::convert::mixed::tests::numbers;
    use crate::convert::phrases::Phrases;
    use crate::convert::trace::Trace;
    use crate::{Converter, Rare, Target, tables};

    #[test]
    fn all_at_once_are_as_one_by_one() {
        let ambiguous: Vec<char> = (0..=u16::MAX)
            .filter(|c| tables::AMBIGUOUS.has(*c))
            .filter_map(|c| char::from_u32(c.into()))
            .collect();
        let beside: Vec<char> = "的一是了不在人有我他这大来上国个到说们时年会出对着多能好没样头下本天手心水小三两，。、\nA7 の𠮷後國"
            .chars()
            .collect();
        let mut next = numbers();
        let (mut changed, mut places) = (0, Places::default());
        for target in [Target::Traditional, Target::Taiwan, Target::Hongkong] {
            let converter = Converter::to(target);
            #[allow(irrefutable_let_patterns)]
            let Rules::Embedded(plan) = &converter.rules else { continue };
            let (chooser, _) = Chooser::of(&converter, target).expect("a target of Traditional text");
            for _ in 0..500 {
                let text: String = (0..next(400))
                    .map(|_| match next(3) {
                        0 => ambiguous[next(ambiguous.len())],
                        _ => beside[next(beside.len())],
                    })
                    .collect();
                let mut trace = Trace::default();
                if !trace.run(plan, Rare::Include, &text, false, Some(&tables::AMBIGUOUS)) {
                    continue;
                }
                let phrases = Phrases::new(plan, &text, &trace.steps);
                let [mut one, mut many] = [0; 2].map(|_| trace.converted.clone());
                for Asked { at, .. } in &trace.asked {
                    chooser.correct(&text, &mut one, *at, 0.0, || phrases.at(*at));
                }
                chooser.correct_all(&text, &mut many, &trace.asked, &mut places, |at| phrases.at(at));
                assert_eq!(String::from_utf8(many), String::from_utf8(one.clone()), "{target}: {text}");
                changed += usize::from(one != trace.converted);
            }
        }
        assert!(changed > 500, "{changed}");
    }

    #[test]
    fn most_places_are_settled_by_what_stands_beside_them() {
        let converter = Converter::to(Target::Traditional);
        let (chooser, plan) =
            Chooser::of(&converter, Target::Traditional).expect("a target of Traditional text");
        let text =
            "我们后来发现，只要把机器里面的灰尘清理干净，这台设备就能继续为大家准确地计算出各种价格。\n";
        let (mut trace, mut places) = (Trace::default(), Places::default());
        trace.run(plan, Rare::Include, text, false, Some(&tables::AMBIGUOUS));
        chooser.sort(&trace.converted, &trace.asked, &mut places.open, &mut places.others);
        let left = places.open.len() + places.others.len();
        assert!(trace.asked.len() > 8 && left * 2 < trace.asked.len(), "{left} of {}", trace.asked.len());
    }
}
