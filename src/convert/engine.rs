//! The fast path: a plan over a text, block by block.
//!
//! Each block takes three passes, so that none of them waits for another: the
//! first two are [`super::block`]'s; [`Engine::resolve`] looks at the marked
//! places in order and corrects the output. The slow twin of all this is
//! `zhnorm_table::chain`.
//!
//! Of the keys four in five change nothing. They only keep others from matching,
//! so they are looked for where a key that does change something was found, and
//! just before it ([`Engine::boundary`]): one place in a hundred, where looking
//! up each key was one in five.

use std::borrow::Cow;

use zhnorm_table::Rare;
use zhnorm_table::chars::Chars;
use zhnorm_table::filter::code;
use zhnorm_table::ids;
use zhnorm_table::view::{Keys, Lazy, Plan};

use super::block::{Asked, Block, Cursor, with_block};
use super::cascade::Cascade;
use super::normal;
use super::trace::Step;
use crate::simd::{self, LONGER, Set};

/// Characters looked back at together.
const WINDOW: usize = 16;

/// Converts a text; borrowed where nothing changes.
pub(crate) fn convert<'t>(plan: &Plan<'_>, rare: Rare, text: &'t str) -> Cow<'t, str> {
    with_block(|block| {
        let mut engine = Engine::new(plan, rare, text);
        engine.normal = plan.normal.as_ref();
        if engine.run(block) {
            return engine.out.map_or(Cow::Borrowed(text), |out| Cow::Owned(simd::into_string(out)));
        }
        // Rare enough to begin anew. A scan before that took a twentieth of the time.
        let normal = normal::normalized(plan, rare, text);
        let mut engine = Engine::new(plan, rare, normal.as_deref().unwrap_or(text));
        engine.run(block);
        match (engine.out, normal) {
            (Some(out), _) => Cow::Owned(simd::into_string(out)),
            (None, Some(normal)) => Cow::Owned(normal),
            (None, None) => Cow::Borrowed(text),
        }
    })
}

/// The result so far, and what it is made from.
pub(super) struct Engine<'p, 't> {
    plan: &'p Plan<'p>,
    rare: Rare,
    pub(super) text: &'t str,
    /// What ends the run where the text holds something that this changes.
    pub(super) normal: Option<&'p Chars<'p>>,
    /// `None` while the result is the text's own beginning.
    pub(super) out: Option<Vec<u8>>,
    /// `None` before the stages are first run.
    cascade: Option<Cascade<'p>>,
    /// What the rules did, where that is asked for.
    pub(super) steps: Option<Vec<Step>>,
    /// Characters that are asked for, and where they stand.
    pub(super) asked: Option<(&'p Set, Vec<Asked>)>,
    /// What tells keys that change nothing apart, where they need not all be found.
    pub(super) lazy: Option<&'p Lazy<'p>>,
}

/// What is at a place where a key may start.
enum Found<'p> {
    /// A key of so many bytes, what to put in its place, if anything, and whether
    /// it is one of the segmentation.
    Key(usize, Option<&'p [u8]>, bool),
    /// A text from which the stages must be run one by one.
    Open,
    Nothing,
}

impl<'p, 't> Engine<'p, 't> {
    pub(super) fn new(plan: &'p Plan<'p>, rare: Rare, text: &'t str) -> Self {
        Self {
            plan,
            rare,
            text,
            normal: None,
            out: None,
            cascade: None,
            steps: None,
            asked: None,
            lazy: plan.lazy.as_ref(),
        }
    }

    /// Converts the text; false where it has to be normalized first.
    pub(super) fn run(&mut self, block: &mut Block) -> bool {
        let mut base = 0;
        while base < self.text.len() {
            if !block.decode(self.plan, self.normal, self.text, base) {
                return false;
            }
            block.filter(self.plan, self.lazy);
            let next = self.resolve(block, base);
            if let Some((set, found)) = &mut self.asked {
                block.find(set, base, found);
                // What the stages took of the next block.
                let behind = self.text[base + block.len..next].char_indices();
                let behind =
                    behind.map(|(at, c)| Asked { at: base + block.len + at, codes: [0, code(c), 0] });
                found.extend(behind.filter(|asked| set.has(asked.codes[1])));
            }
            base = next;
        }
        true
    }

    /// Corrects a block's output and appends it; returns where the next begins. What is
    /// rare is not inlined: tw2sp took a fiftieth longer. (With all marks
    /// loaded beforehand, as those of lazy plans are, tw2sp took 4 % longer.)
    fn resolve(&mut self, block: &mut Block, base: usize) -> usize {
        let bytes = self.text.as_bytes();
        // Bytes of the block that were appended, and all up to which tokens are known.
        let (mut taken, mut appended) = (0, 0);
        // The character there.
        let mut known = 0;
        let mut is_cut = base + block.len == bytes.len();
        let mut cursor = Cursor::default();
        // Few and far between: each waits for the trie.
        if self.lazy.is_some() {
            block.marked().for_each(|index| self.load(block, index));
        }
        while let Some(place) = block.next(&mut cursor) {
            let (at, from) = (place.at, base + place.at);
            if place.index < known {
                continue;
            }
            let found = match place.mark {
                // A longer key that changes nothing may stand here without a mark.
                Some(all) => self.find(block, base, place.index, all || self.lazy.is_some()),
                // One that does not keeps this character, too, from its own output.
                None if place.is_special && self.lazy.is_some() => self.find(block, base, place.index, true),
                None => Found::Nothing,
            };
            if let Some(lazy) = self.lazy {
                let changes = match found {
                    Found::Key(_, value, _) => value.is_some(),
                    Found::Open => true,
                    Found::Nothing => {
                        place.is_special || self.plan.stages.is_some() && is_operator(place.code)
                    }
                };
                if !changes {
                    continue;
                }
                (_, known) = self.boundary(lazy, block, base, known, place.index);
                if known > place.index {
                    continue;
                }
            }
            match found {
                Found::Key(len, ..) if at + len > block.len => {
                    // The next block begins with this key and holds all of it.
                    block.end_at(at);
                    is_cut = true;
                    break;
                }
                Found::Key(len, value, is_key) => {
                    taken = at + len;
                    // A key has two characters at least, and most have no more.
                    known = block.index_at(place.index + 2, taken);
                    if let Some(steps) = &mut self.steps {
                        let written = value.unwrap_or(&block.output[at..taken]);
                        let source = from..from + len;
                        let changes = !is_same(written, &bytes[source.clone()]);
                        steps.push(Step { source, len: written.len(), is_key, changes });
                    }
                    if let Some(value) = value {
                        self.replace(block, base, &mut appended, at, taken, value);
                    }
                }
                Found::Open => {
                    taken = self.run_stages(block, base, &mut appended, at);
                    known = block.index_at(place.index, taken);
                }
                // What is no description sequence may become one when a stage
                // adds characters.
                Found::Nothing if self.plan.stages.is_some() && is_operator(place.code) => {
                    taken = self.run_stages(block, base, &mut appended, at);
                    known = block.index_at(place.index, taken);
                }
                Found::Nothing if place.is_special => {
                    let c = self.text[from..].chars().next().unwrap_or_default();
                    let end = at + c.len_utf8();
                    let mut buffer = [0; 4];
                    let output = self.plan.chars.get(c, self.rare, &mut buffer);
                    if let Some(output) = output.filter(|o| *o != &bytes[from..base + end]) {
                        if let Some(steps) = &mut self.steps {
                            let source = from..base + end;
                            steps.push(Step { source, len: output.len(), is_key: false, changes: true });
                        }
                        self.replace(block, base, &mut appended, at, end, output);
                    }
                }
                Found::Nothing => {}
            }
        }
        if let Some(lazy) = self.lazy.filter(|_| !is_cut && known < block.count()) {
            let (start, end) = self.boundary(lazy, block, base, known, block.count());
            if end > block.count() {
                block.end_at(block.at(start));
            }
        }
        if appended < block.len {
            self.append(block, base, appended);
        }
        base + block.len.max(taken)
    }

    /// Appends what is left of a block, unless the result is the text so far.
    #[inline]
    fn append(&mut self, block: &Block, base: usize, appended: usize) {
        let output = &block.output[appended..block.len];
        if let Some(out) = &mut self.out {
            return out.extend_from_slice(output);
        }
        // Nothing was spliced in this block, or there would be a result. To compare what
        // was just written by small stores is to wait for them.
        let changes =
            block.changes.unwrap_or_else(|| !is_same(output, &self.text.as_bytes()[base..base + block.len]));
        if changes && block.len == self.text.len() {
            self.out = Some(output.to_vec());
        } else if changes {
            self.begin(base).extend_from_slice(output);
        }
    }

    /// The first boundary between tokens at the character `index` or behind it, and
    /// where the token before that begins. `known` is a boundary, and between both
    /// no token changes anything.
    ///
    /// Goes back to a place that no key covers, wherever it may begin, and from
    /// there forward. What was gone through is known then, so all calls together
    /// take linear time.
    #[inline(never)]
    fn boundary(
        &self,
        lazy: &Lazy<'_>,
        block: &Block,
        base: usize,
        known: usize,
        index: usize,
    ) -> (usize, usize) {
        // Nearly always so: to look for keys that may cover the place took five times as long.
        if index > 0 && !lazy.beside.may_be(block.codes(index - 1)[0], block.codes(index)[0]) {
            return (index, index);
        }
        let mut clear = index;
        while let Some(covering) = self.covering(lazy, block, base, known, clear) {
            clear = covering;
        }
        let (mut start, mut end) = (clear, clear);
        while end < index {
            start = end;
            end += match lazy.keeps.may_start(block.codes(start)) {
                true => self.token(block, base, start),
                false => 1,
            };
        }
        (start, end)
    }

    /// Where a key may begin that changes nothing, from the character `known` on,
    /// and goes on at `index`.
    #[inline]
    fn covering(
        &self,
        lazy: &Lazy<'_>,
        block: &Block,
        base: usize,
        known: usize,
        index: usize,
    ) -> Option<usize> {
        let earliest = (index + 1).saturating_sub(lazy.reach).max(known);
        let (mut end, mut marks) = (index, [0; WINDOW + simd::LANES]);
        while end > earliest {
            let start = earliest.max(end.saturating_sub(WINDOW));
            let codes = block.codes_from(start);
            let marked = simd::marks(block.level, &lazy.keeps, end - start, codes, &mut marks);
            for mark in &marks[..marked] {
                let place = start + (mark & !LONGER) as usize;
                let may_cover = mark & LONGER != 0 || place + 1 == index;
                if may_cover && place + self.token(block, base, place) > index {
                    return Some(place);
                }
            }
            end = start;
        }
        None
    }

    /// How many characters a token has that begins at a character and changes nothing.
    fn token(&self, block: &Block, base: usize, index: usize) -> usize {
        let from = base + block.at(index);
        match self.find(block, base, index, true) {
            Found::Key(len, None, _) => self.text[from..from + len].chars().count(),
            // Where a token that does change something begins, that was known.
            Found::Key(..) | Found::Open | Found::Nothing => 1,
        }
    }

    /// Has loaded what [`Self::find`] reads first.
    #[inline]
    fn load(&self, block: &Block, index: usize) {
        let keys = if block.may_be_key(index) { &self.plan.keys } else { &self.plan.between };
        let [a, b, _] = block.codes(index);
        if let Some(place) = keys.trie.place(a, b) {
            simd::prefetch(place);
        }
    }

    /// What begins at a character. `all`: not only keys of two characters.
    #[inline(always)]
    fn find(&self, block: &Block, base: usize, index: usize, all: bool) -> Found<'p> {
        let plan = self.plan;
        if block.may_be_key(index)
            && let Some((id, len)) = self.longest(&plan.keys, block, base, index, all)
        {
            return Found::Key(len, plan.keys.values.get(id), true);
        }
        let Some((id, len)) = self.longest(&plan.between, block, base, index, all) else {
            return Found::Nothing;
        };
        let value = plan.between.values.get(id);
        let is_open = value.is_some_and(<[u8]>::is_empty);
        if is_open || plan.enterable.get(id) && self.is_entered(block, base, index, len) {
            return Found::Open;
        }
        Found::Key(len, value, false)
    }

    /// The longest key of a table that begins at a character: its number and its length.
    #[inline(always)]
    fn longest(
        &self,
        keys: &Keys<'p>,
        block: &Block,
        base: usize,
        index: usize,
        all: bool,
    ) -> Option<(usize, usize)> {
        let [a, b, _] = block.codes(index);
        let bucket = keys.trie.bucket(a, b)?;
        match bucket.pair_key() {
            Some(id) if !all => Some((id, block.pair_len(index))),
            _ => {
                let bytes = &self.text.as_bytes()[base + block.at(index)..];
                keys.trie.longest(bucket, bytes, block.pair_len(index))
            }
        }
    }

    /// Whether a key of the segmentation begins inside a text of so many bytes, which begins
    /// at a character.
    #[inline(never)]
    fn is_entered(&self, block: &Block, base: usize, index: usize, len: usize) -> bool {
        let at = block.at(index);
        let inside = self.text[base + at..][..len].char_indices().zip(index..).skip(1);
        // The classes tell where that may be, up to the block's end.
        let mut places = inside.filter(|(_, index)| at + len > block.len || block.may_be_key(*index));
        places.any(|((i, _), _)| self.plan.keys.trie.longest_at(&self.text[base + at + i..]).is_some())
    }

    /// Runs the stages one by one from the block's byte `at`; returns the byte
    /// at which all of them end a token.
    #[inline(never)]
    fn run_stages(&mut self, block: &mut Block, base: usize, appended: &mut usize, at: usize) -> usize {
        let mut cascade = self.cascade.take().unwrap_or_else(|| Cascade::new(self.plan, self.rare));
        let (len, output) = cascade.run(self.text, base + at);
        if let Some(steps) = &mut self.steps {
            let source = base + at..base + at + len;
            let changes = output != &self.text.as_bytes()[source.clone()];
            steps.push(Step { source, len: output.len(), is_key: false, changes });
        }
        self.replace(block, base, appended, at, at + len, output);
        self.cascade = Some(cascade);
        at + len
    }

    /// Puts `value` in place of the block's bytes `at..end`.
    #[inline(always)]
    fn replace(
        &mut self,
        block: &mut Block,
        base: usize,
        appended: &mut usize,
        at: usize,
        end: usize,
        value: &[u8],
    ) {
        if value.len() == end - at && end <= block.len {
            if self.out.is_none() {
                match is_same(value, &self.text.as_bytes()[base + at..base + end]) {
                    true => block.unless_same(),
                    false => block.changes = Some(true),
                }
            }
            let output = &mut block.output[at..end];
            // Nearly always two characters: without a call.
            match (<&mut [u8; 6]>::try_from(&mut *output), <&[u8; 6]>::try_from(value)) {
                (Ok(output), Ok(value)) => *output = *value,
                _ => output.copy_from_slice(value),
            }
            return;
        }
        if self.out.is_none() {
            self.begin(base);
        }
        if let Some(out) = &mut self.out {
            out.extend_from_slice(&block.output[*appended..at]);
            out.extend_from_slice(value);
        }
        *appended = end;
    }

    /// The result, with the unchanged text before `base` as its beginning.
    fn begin(&mut self, base: usize) -> &mut Vec<u8> {
        self.out.get_or_insert_with(|| {
            let mut out = Vec::with_capacity(self.text.len() + self.text.len() / 8 + 64);
            out.extend_from_slice(&self.text.as_bytes()[..base]);
            out
        })
    }
}

/// Whether two texts are equal, without a call.
#[inline]
fn is_same(one: &[u8], two: &[u8]) -> bool {
    one.len() == two.len() && one.iter().zip(two).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

/// Whether a code is an ideographic description operator's.
fn is_operator(code: u16) -> bool {
    char::from_u32(code as u32).is_some_and(|c| ids::arity(c) > 0)
}
