//! Text in any mix of scripts, brought to one: what is in the target's script
//! already is copied, the rest is converted by a direction's plan.
//!
//! Whether a character is converted depends on the script it stands in: 里 in
//! 里長 and 干 in 干預 are Traditional, 乾 in 乾清宫 is Simplified.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

use super::in_place::{self, InPlace, Made};
use super::kept::with_kept;
use super::stretches::{Became, Kind, Stretch, Stretches};
use super::{Converter, context, explain};
use crate::cut::BLOCK;
use crate::edit::Edit;
use crate::script::{self, Label, Neighbours};
use crate::{Target, protect, simd};

/// Rules feed each other in chains of two or three; this only bounds the loop.
pub(super) const ROUNDS: usize = 8;

/// Converts until nothing changes, so that a second run changes nothing: one
/// rule's output may be another's input. One round does for nearly every text.
pub(super) fn convert<'t>(converter: &Converter, target: Target, text: &'t str) -> Cow<'t, str> {
    with_room(text.len(), |room| {
        let mut rounds = Rounds::new(converter, target, room);
        let Some(mut out) = rounds.once(text, None) else {
            return Cow::Borrowed(text);
        };
        let mut before = Cow::Borrowed(text);
        for _ in 0..ROUNDS {
            let Some(again) = rounds.once(&out, Some(&before)) else { break };
            before = Cow::Owned(std::mem::replace(&mut out, again));
        }
        Cow::Owned(out)
    })
}

/// What is changed in a text; [`convert`] is the same without the edits.
pub(super) fn edits(converter: &Converter, target: Target, text: &str) -> Vec<Edit> {
    match convert(converter, target, text) {
        Cow::Borrowed(_) => Vec::new(),
        Cow::Owned(converted) => explain::between(converter, text, &converted),
    }
}

/// What is changed in a text that its markup says the script of; what its own
/// characters say outweighs that.
pub(super) fn hinted_edits(
    converter: &Converter,
    target: Target,
    text: &str,
    script: protect::Script,
) -> Vec<Edit> {
    let is_own = (script == protect::Script::Simplified) == (target == Target::Simplified);
    let own = if target == Target::Simplified { Label::Simplified } else { Label::Traditional };
    let mut said = text.chars().filter_map(script::only).peekable();
    let contradicts = said.any(|label| (label == own) != is_own);
    if contradicts {
        return edits(converter, target, text);
    }
    if is_own {
        return Vec::new();
    }
    let converted = context::whole(converter, target, text);
    explain::between(converter, text, &converted)
}

/// Stretches of the other script throughout that were gathered to be converted together.
#[derive(Default)]
struct Together {
    /// Among those of these numbers.
    numbers: Range<usize>,
    /// How many of them were asked for.
    asked: usize,
    /// Whether they could be.
    is_done: bool,
}

/// The room that rounds take, to be used again.
#[derive(Default)]
struct Room {
    stretches: Stretches,
    in_place: in_place::Room,
}

thread_local! {
    /// The thread's room. To ask for it took a tenth of a short text's time, and a third of
    /// that of some long ones, whose pages the system cleared again and again.
    static KEPT: Cell<Option<Box<Room>>> = const { Cell::new(None) };
}

/// Does something in the thread's room, or in a new one that a text longer than a block
/// needs: some times as much is kept.
fn with_room<T>(len: usize, work: impl FnOnce(&mut Room) -> T) -> T {
    if len > 2 * BLOCK {
        return work(&mut Room::default());
    }
    with_kept(&KEPT, Box::default, work)
}

/// Rounds of one conversion.
struct Rounds<'c> {
    converter: &'c Converter,
    target: Target,
    in_place: Option<InPlace<'c>>,
    room: &'c mut Room,
    together: Together,
    /// What was looked at in the last round, if all of the text stands where it stood.
    looked: Vec<(Range<usize>, Neighbours)>,
}

impl<'c> Rounds<'c> {
    fn new(converter: &'c Converter, target: Target, room: &'c mut Room) -> Self {
        room.stretches.all.clear();
        let in_place = InPlace::of(converter, target);
        let (together, looked) = Default::default();
        Self { converter, target, in_place, room, together, looked }
    }

    /// One round; `None` where nothing changes. `before` is what the text was made
    /// of in the last one.
    fn once(&mut self, text: &str, before: Option<&str>) -> Option<String> {
        self.room.stretches.find(self.target, text);
        let mut out = Output::new(text);
        let last = std::mem::take(&mut self.looked);
        self.together = Together::default();
        for number in 0..self.room.stretches.all.len() {
            let Stretch { range, kind, is_foreign, may_change, .. } = &self.room.stretches.all[number];
            if !may_change {
                continue;
            }
            let (range, kind, is_foreign) = (range.clone(), *kind, *is_foreign);
            let stretch = &text[range.clone()];
            // What did not change, between the same neighbours, does not change now.
            let mut neighbours = Neighbours::default();
            if kind == Kind::Look {
                neighbours = self.room.stretches.neighbours(text, number);
                let is_same = |(was, beside): &(Range<usize>, _)| *was == range && *beside == neighbours;
                let found = last.binary_search_by_key(&range.start, |(was, _)| was.start);
                let was_looked_at = found.is_ok_and(|found| is_same(&last[found]));
                self.looked.push((range.clone(), neighbours));
                if was_looked_at && before.is_some_and(|before| before[range.clone()] == *stretch) {
                    continue;
                }
            }
            if kind == Kind::Convert {
                self.gather(text, number);
            }
            let Some(made) = self.convert(stretch, kind, is_foreign, neighbours) else { continue };
            let became = Became { len: made.bytes.len(), is_settled: made.is_settled };
            if out.put(range, &made.bytes) {
                self.room.stretches.all[number].became = Some(became);
            }
        }
        if out.has_moved() {
            self.looked.clear();
        }
        out.finish()
    }

    /// Converts some stretches of the other script together, from one on, unless it was
    /// among the last that were.
    fn gather(&mut self, text: &str, number: usize) {
        // Four of the engine's blocks; of one, the last one is too often a short one.
        const SOME: usize = 16384;
        let stretches = &self.room.stretches;
        let is_alone = stretches.one_by_one || stretches.all.len() == 1;
        let Some(in_place) = self.in_place.as_ref().filter(|_| !is_alone) else { return };
        if self.together.numbers.contains(&number) {
            return;
        }
        let mut len = 0;
        let is_wanted = |stretch: &&Stretch| stretch.kind == Kind::Convert && stretch.may_change;
        let fits = |(_, stretch): &(usize, &Stretch)| {
            len += stretch.range.len();
            len <= SOME
        };
        let wanted = stretches.all.iter().enumerate().skip(number).filter(|(_, stretch)| is_wanted(stretch));
        let numbers: Vec<usize> = wanted.take_while(fits).map(|(number, _)| number).collect();
        let end = numbers.last().map_or(number, |last| last + 1);
        let texts = numbers.iter().map(|number| &text[stretches.all[*number].range.clone()]);
        let is_done = numbers.len() > 1 && in_place.convert_several(&mut self.room.in_place, texts);
        self.together = Together { numbers: number..end, asked: 0, is_done };
    }

    /// What becomes of a stretch; `None` where nothing changes.
    fn convert<'s>(
        &'s mut self,
        stretch: &'s str,
        kind: Kind,
        is_foreign: bool,
        neighbours: Neighbours,
    ) -> Option<Made<'s>> {
        let (in_place, room) = (self.in_place.as_ref(), &mut self.room.in_place);
        let together = &mut self.together;
        let made = match kind {
            Kind::Keep => return None,
            Kind::Convert if together.is_done => {
                together.asked += 1;
                Some(room.one_of_several(together.asked - 1))
            }
            Kind::Convert => in_place.and_then(|in_place| in_place.whole(room, stretch)),
            // To Simplified there are few.
            Kind::Look if is_foreign || self.target == Target::Simplified => None,
            Kind::Look => {
                let blend = in_place.and_then(|in_place| in_place.blend(room, stretch, neighbours));
                blend.map(Made::unsettled)
            }
        };
        match (made, kind) {
            (Some(made), _) => Some(made),
            (None, Kind::Look) => {
                let converted = look(self.converter, self.target, stretch, neighbours)?;
                Some(Made::unsettled(converted.into_bytes()))
            }
            (None, _) => Some(match context::whole(self.converter, self.target, stretch) {
                Cow::Borrowed(text) => Made::unsettled(text.as_bytes()),
                Cow::Owned(text) => Made::unsettled(text.into_bytes()),
            }),
        }
    }
}

/// A result that is not written before something changes.
struct Output<'t> {
    text: &'t str,
    out: Option<Vec<u8>>,
    /// Bytes of the text that the result stands for.
    kept: usize,
    /// Whether something took the place of what has another length.
    has_moved: bool,
}

impl<'t> Output<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, out: None, kept: 0, has_moved: false }
    }

    /// Returns whether that is something else.
    fn put(&mut self, range: Range<usize>, with: &[u8]) -> bool {
        let text = self.text.as_bytes();
        if text[range.clone()] == *with {
            return false;
        }
        self.has_moved |= with.len() != range.len();
        let out = self.out.get_or_insert_with(|| Vec::with_capacity(text.len() + text.len() / 8));
        out.extend_from_slice(&text[self.kept..range.start]);
        out.extend_from_slice(with);
        self.kept = range.end;
        true
    }

    /// Whether something does not stand where it stood in the text.
    fn has_moved(&self) -> bool {
        self.has_moved
    }

    fn finish(mut self) -> Option<String> {
        if let Some(out) = &mut self.out {
            out.extend_from_slice(&self.text.as_bytes()[self.kept..]);
        }
        self.out.map(simd::into_string)
    }
}

/// Converts a stretch character by character, given what stands on either side;
/// `None` where nothing changes.
fn look(converter: &Converter, target: Target, source: &str, neighbours: Neighbours) -> Option<String> {
    let Cow::Owned(converted) = converter.convert_all(source) else {
        return None;
    };
    // The conversions to targets give one character for each. Should a rule of
    // another length come in, it is taken whole: nothing may be lost.
    if converted.chars().count() != source.chars().count() {
        return Some(converted);
    }
    // From Traditional nearly every rule is safe, so whole sentences are kept
    // or converted; from Simplified most are not.
    let (own, labels) = match target {
        Target::Simplified => (Label::Simplified, script::sentence_labels(source)),
        _ => {
            let words = script::words(converter.phrases(), source);
            (Label::Traditional, script::labels(source, neighbours, &words))
        }
    };
    let (converted, decided) = context::mixed(converter, target, source, converted, &labels);
    let mut changed = false;
    let mut out = String::with_capacity(source.len());
    for (((c, to), label), decided) in source.chars().zip(converted).zip(&labels).zip(decided) {
        let only = script::only(c);
        let takes = match *label {
            Label::Foreign => false,
            _ if decided => true,
            // In the target's script: only what can be no part of it.
            label if label == own => only.is_some_and(|only| only != own),
            _ => only != Some(own),
        };
        changed |= takes && c != to;
        out.push(if takes { to } else { c });
    }
    changed.then_some(out)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Numbers below what is asked for, without a pattern.
    pub(in crate::convert) fn numbers() -> impl FnMut(usize) -> usize {
        let mut state = 7_u64;
        move |most| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % most
        }
    }

    #[test]
    fn in_place_is_what_characters_give() {
        // Of the last five, no character that Simplified text alone has becomes one that tells.
        let parts = [
            "这只", "后面", "皇后", "後面", "國家", "国家", "里長", "头发", "發展", "乾坤", "面", "了",
            "反复", "复苏", "党项", "废后", "卫",
        ];
        let marks =
            ["", "", "", "，", "。", "。", "\n", " 3D ", "「", "…", "é", "😀", "𠮷", "の", "⿰", "⿱⿰。"];
        let mut next = numbers();
        // As a thread's is: what one conversion left there is no other's.
        let mut kept = Room::default();
        let mut changed = 0;
        for target in [Target::Traditional, Target::Taiwan, Target::Hongkong] {
            let converters = [true, false].map(|context| Converter::to(target).context(context));
            for _ in 0..500 {
                for converter in &converters {
                    let some =
                        (0..next(30)).flat_map(|_| [parts[next(parts.len())], marks[next(marks.len())]]);
                    let text = some.collect::<Vec<_>>().concat();
                    let mut other = Room::default();
                    let mut fast = Rounds::new(converter, target, &mut kept);
                    let mut slow = Rounds { in_place: None, ..Rounds::new(converter, target, &mut other) };
                    let one = fast.once(&text, None);
                    assert_eq!(one, slow.once(&text, None), "{target}: {text}");
                    changed += usize::from(one.is_some());
                    // What was looked at and did not change need not be looked at again.
                    if let Some(one) = one {
                        assert_eq!(fast.once(&one, Some(&text)), slow.once(&one, None), "{target}: {text}");
                    }
                }
            }
        }
        assert!(changed > 1000, "{changed}");
    }

    #[test]
    fn sentences_passed_over_together_are_as_one_by_one() {
        // All but the first five are rare, so that stretches without them are long.
        let simplified = "这只猫 国家 ， 。 后面 里长。 乾坤 沈先生。 の ですね。 國家 \n";
        let traditional =
            "這隻貓 國家 ， 。 後面 里長。 乾坤 人人。 」。 の ですね。 国家 \n 面。 。」\n 好！ 里！ 3D";
        let mut next = numbers();
        let mut kept = Room::default();
        for (target, parts) in [
            (Target::Simplified, simplified),
            (Target::Traditional, traditional),
            (Target::Taiwan, traditional),
            (Target::Hongkong, traditional),
        ] {
            let parts: Vec<&str> = parts.split(' ').collect();
            let converter = Converter::to(target);
            let mut passed = 0;
            for rarity in [2, 10, 100] {
                for _ in 0..200 {
                    let some = (0..300).map(|_| if next(rarity) == 0 { next(parts.len()) } else { next(5) });
                    let text: String = some.map(|i| parts[i]).collect();
                    let mut other = Room::default();
                    let mut fast = Rounds::new(&converter, target, &mut kept);
                    let mut slow = Rounds::new(&converter, target, &mut other);
                    slow.room.stretches.one_by_one = true;
                    assert_eq!(fast.once(&text, None), slow.once(&text, None), "{target}: {text}");
                    passed += usize::from(fast.room.stretches.all.len() < slow.room.stretches.all.len());
                }
            }
            assert!(passed > 100, "{target}: {passed}");
        }
    }

    #[test]
    fn a_text_told_at_once_is_as_by_sentences() {
        let parts = ["國家", "里長。", "，", "人人。", "頭髮", "这只。", "ですね。", " 3D\n", "沈先生", "面"];
        let converter = Converter::to(Target::Simplified);
        let mut next = numbers();
        let mut kept = Room::default();
        let mut alone = 0;
        for _ in 0..1000 {
            let text: String = (0..next(8)).map(|_| parts[next(parts.len())]).collect();
            let mut other = Room::default();
            let mut fast = Rounds::new(&converter, Target::Simplified, &mut kept);
            let mut slow = Rounds::new(&converter, Target::Simplified, &mut other);
            slow.room.stretches.one_by_one = true;
            assert_eq!(fast.once(&text, None), slow.once(&text, None), "{text}");
            alone += usize::from(fast.room.stretches.all.len() == 1);
        }
        assert!((100..900).contains(&alone), "{alone}");
    }
}
