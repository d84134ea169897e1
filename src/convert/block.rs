//! The fast path: a plan over a text, block by block.
//!
//! Each block takes three passes, so that none of them waits for another:
//!
//! 1. [`Block::decode`] writes the plain output of every character, whatever
//!    stands around it, and notes the characters' codes.
//! 2. [`Block::filter`] marks where a key may start, without a branch.
//! 3. [`Engine::resolve`] looks at the marks in order, skips those inside a key
//!    already taken, and corrects the output in place.
//!
//! The output buffer of a block has the positions of its input. What changes
//! length is spliced when the block is appended to the result.
//! The slow twin of all this is `zhnorm_table::chain`.

use std::borrow::Cow;

use zhnorm_table::Rare;
use zhnorm_table::chars::Chars;
use zhnorm_table::filter::{Filter, code};
use zhnorm_table::ids;
use zhnorm_table::view::{Keys, Plan};

use super::cascade::Cascade;
use crate::simd::{self, LONGER, Level, Run};

/// Input bytes of a block: codes, marks and output together stay in a
/// first-level cache. Short texts take the small one, which is quick to clear.
const LONG: usize = 4096;
const SHORT: usize = 512;
/// Stands between characters that are not neighbours. No key holds a NUL.
const GAP: u16 = 0;

/// Converts a text; borrowed where nothing changes.
pub(crate) fn convert<'t>(plan: &Plan<'_>, rare: Rare, text: &'t str) -> Cow<'t, str> {
    let level = Level::detect();
    let normal = plan.normal.and_then(|chars| normalize(level, &chars, rare, text));
    let source = normal.as_deref().unwrap_or(text);
    let out = match source.len() {
        0..SHORT => Engine::new(level, plan, rare, source).run::<SHORT>(),
        _ => Engine::new(level, plan, rare, source).run::<LONG>(),
    };
    match (out, normal) {
        (Some(out), _) => Cow::Owned(simd::into_string(out)),
        (None, Some(normal)) => Cow::Owned(normal),
        (None, None) => Cow::Borrowed(text),
    }
}

/// The compatibility ideographs of a text unified, `None` where there are none.
fn normalize(level: Level, chars: &Chars<'_>, rare: Rare, text: &str) -> Option<String> {
    if !simd::has_compatibility(level, text.as_bytes()) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let unit = ids::sequence_len(rest).unwrap_or(c.len_utf8());
        let mut buffer = [0; 4];
        match chars.get(c, rare, &mut buffer).and_then(|o| std::str::from_utf8(o).ok()) {
            Some(output) => out.push_str(output),
            None => out.push_str(&rest[..unit]),
        }
        rest = &rest[unit..];
    }
    (out != text).then_some(out)
}

/// The result so far, and what it is made from.
struct Engine<'p, 't> {
    plan: &'p Plan<'p>,
    rare: Rare,
    text: &'t str,
    level: Level,
    /// `None` while the result is the text's own beginning.
    out: Option<Vec<u8>>,
    cascade: Option<Cascade<'p>>,
}

/// The three passes' buffers. Indices of `codes` are characters, positions are
/// bytes of the block.
struct Block<const N: usize> {
    /// Input bytes of this block.
    len: usize,
    output: [u8; N],
    codes: [u16; N],
    positions: [u16; N],
    count: usize,
    marks: [u16; N],
    marked: usize,
    /// Characters whose output cannot stand in place, as indices of `codes`.
    specials: Vec<u16>,
}

impl<'p, 't> Engine<'p, 't> {
    fn new(level: Level, plan: &'p Plan<'p>, rare: Rare, text: &'t str) -> Self {
        let cascade = plan.stages.as_ref();
        Self {
            plan,
            rare,
            text,
            level,
            out: None,
            cascade: cascade.map(|(one, two)| Cascade::new(plan, one, two.as_ref(), rare)),
        }
    }

    fn run<const N: usize>(mut self) -> Option<Vec<u8>> {
        let mut block = Block::<N> {
            len: 0,
            output: [0; N],
            codes: [0; N],
            positions: [0; N],
            count: 0,
            marks: [0; N],
            marked: 0,
            specials: Vec::new(),
        };
        let mut base = 0;
        while base < self.text.len() {
            block.decode(self.level, self.plan, self.text, base);
            block.filter(self.level, &self.plan.filter);
            base = self.resolve(&mut block, base);
        }
        self.out
    }

    /// Corrects a block's output and appends it; returns where the next begins.
    fn resolve<const N: usize>(&mut self, block: &mut Block<N>, base: usize) -> usize {
        let bytes = self.text.as_bytes();
        // Bytes of the block that a key has taken, and that were appended.
        let (mut taken, mut appended) = (0, 0);
        let (mut mark, mut special) = (0, 0);
        loop {
            let next_mark = block.marks[..block.marked].get(mark).copied().unwrap_or(u16::MAX);
            let next_special = block.specials.get(special).copied().unwrap_or(u16::MAX);
            let index = (next_mark & !LONGER).min(next_special) as usize;
            if index >= block.count {
                break;
            }
            let is_mark = (next_mark & !LONGER) as usize == index;
            let is_special = next_special as usize == index;
            mark += usize::from(is_mark);
            special += usize::from(is_special);
            let at = block.positions[index] as usize;
            if at < taken {
                continue;
            }
            let from = base + at;
            let pair = (block.codes[index], block.codes[index + 1]);
            // What is no sequence yet may become one when a stage adds characters.
            let mut runs_stages = is_special && is_operator(pair.0);
            if is_mark {
                let all = next_mark & LONGER != 0;
                let plan = self.plan;
                let mut values = &plan.keys.values;
                let mut found = self.find(&plan.keys, from, pair, all);
                if found.is_none() {
                    found = self.find(&plan.between, from, pair, all);
                    runs_stages |= found.is_some_and(|(id, len)| {
                        plan.between.values.get(id).is_some_and(<[u8]>::is_empty)
                            || plan.enterable.get(id) && self.is_entered(from, len)
                    });
                    values = &plan.between.values;
                }
                if let Some((id, len)) = found {
                    if !runs_stages {
                        if at + len > block.len {
                            // The next block begins with this key and holds all of it.
                            block.len = at;
                            break;
                        }
                        taken = at + len;
                        if let Some(value) = values.get(id) {
                            self.replace(block, base, &mut appended, at, taken, value);
                        }
                        continue;
                    }
                }
            }
            if runs_stages && let Some(cascade) = &mut self.cascade {
                let (len, value) = cascade.run(self.text, from);
                let value = std::mem::take(value);
                taken = at + len;
                self.replace(block, base, &mut appended, at, taken, &value);
                self.give_back(value);
                continue;
            }
            if is_special {
                let c = self.text[from..].chars().next().unwrap_or_default();
                let mut buffer = [0; 4];
                if let Some(value) = self.plan.chars.get(c, self.rare, &mut buffer) {
                    let end = at + c.len_utf8();
                    if value != &bytes[from..base + end] {
                        self.replace(block, base, &mut appended, at, end, value);
                    }
                }
            }
        }
        let end = block.len.max(taken);
        if appended < block.len {
            let output = &block.output[appended..block.len];
            match &mut self.out {
                Some(out) => out.extend_from_slice(output),
                // Nothing was spliced in this block, or there would be a result.
                None if output == &bytes[base..base + block.len] => {}
                None => self.begin(base).extend_from_slice(output),
            }
        }
        base + end
    }

    /// The key at `from` whose first characters have these codes: its number
    /// and its length. `all`: not only keys of two characters.
    #[inline]
    fn find(&self, keys: &Keys<'p>, from: usize, pair: (u16, u16), all: bool) -> Option<(usize, usize)> {
        let bucket = keys.trie.bucket(pair.0, pair.1)?;
        let bytes = &self.text.as_bytes()[from..];
        let head = char_len(bytes[0]) + char_len(bytes[char_len(bytes[0])]);
        match bucket.pair_key() {
            Some(id) if !all => Some((id, head)),
            _ => keys.trie.longest(bucket, bytes, head),
        }
    }

    /// Whether a key of the segmentation begins inside a text.
    fn is_entered(&self, from: usize, len: usize) -> bool {
        let inside = self.text[from..from + len].char_indices().skip(1);
        let mut places = inside.map(|(i, _)| &self.text[from + i..]);
        places.any(|rest| self.plan.keys.trie.longest_at(rest).is_some())
    }

    /// Puts `value` in place of the block's bytes `at..end`.
    fn replace<const N: usize>(
        &mut self,
        block: &mut Block<N>,
        base: usize,
        appended: &mut usize,
        at: usize,
        end: usize,
        value: &[u8],
    ) {
        if value.len() == end - at && end <= block.len {
            block.output[at..end].copy_from_slice(value);
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

    fn give_back(&mut self, buffer: Vec<u8>) {
        if let Some(cascade) = &mut self.cascade {
            cascade.give_back(buffer);
        }
    }
}

impl<const N: usize> Block<N> {
    /// Takes the block that begins at `base`: copies it, writes the plain
    /// output of each character of three bytes over it, and notes all codes.
    fn decode(&mut self, level: Level, plan: &Plan<'_>, text: &str, base: usize) {
        // Room for a store of four bytes, and for two codes of what follows.
        let mut end = text.len().min(base + N - 8);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.len = end - base;
        let source = &text.as_bytes()[base..end];
        self.output[..self.len].copy_from_slice(source);
        self.specials.clear();
        (self.count, self.marked) = (0, 0);
        let mut at = 0;
        while at < self.len {
            let run = Run {
                output: &mut self.output[at..self.len],
                codes: &mut self.codes[self.count..],
                positions: &mut self.positions[self.count..],
            };
            let (bytes, count) = simd::decode(level, plan.chars.plane_table(), &source[at..], at, run);
            self.count += count;
            at += bytes;
            // What the run ends at.
            let Some(&lead) = source.get(at) else {
                break;
            };
            if lead < 0x80 {
                at = self.ascii(source, at, plan.ascii);
                continue;
            }
            let c = text[base + at..].chars().next().unwrap_or_default();
            match ids::sequence_len(&text[base + at..]) {
                Some(len) if at + len <= self.len => {
                    // Left as it is; nothing matches into or out of it.
                    self.push(GAP, at);
                    self.output[at..at + len].copy_from_slice(&source[at..at + len]);
                    at += len;
                }
                Some(_) if at > 0 => {
                    self.len = at;
                    break;
                }
                _ => {
                    // Of two bytes: listed in the plane; of four: looked up when resolved.
                    let of_two = c.len_utf8() == 2 && plan.chars.plane(c as u16) == c as u16;
                    if !of_two {
                        self.specials.push(self.count as u16);
                    }
                    self.push(code(c), at);
                    at += c.len_utf8();
                }
            }
        }
        let mut following = text[base + self.len..].chars();
        for ahead in 0..2 {
            self.codes[self.count + ahead] = following.next().map_or(GAP, code);
        }
    }

    /// A run of ASCII. Only its edges can be part of a key: two characters as
    /// the continuation of what is before, and as many as a key begins with.
    fn ascii(&mut self, source: &[u8], at: usize, lead: usize) -> usize {
        let run = simd::ascii_len(&source[at..]);
        let all = at..at + run;
        let (head, tail) =
            if run <= 3 + lead { (all.clone(), 0..0) } else { (at..at + 2, all.end - lead..all.end) };
        let is_cut = !tail.is_empty() || head.end < all.end;
        for i in head {
            self.push(source[i] as u16, i);
        }
        if is_cut {
            self.push(GAP, at + 2);
        }
        for i in tail {
            self.push(source[i] as u16, i);
        }
        all.end
    }

    #[inline]
    fn push(&mut self, code: u16, at: usize) {
        self.codes[self.count] = code;
        self.positions[self.count] = at as u16;
        self.count += 1;
    }

    /// Marks the characters at which a key may start.
    fn filter(&mut self, level: Level, filter: &Filter<'_>) {
        self.marked = simd::marks(level, filter, &self.codes[..self.count + 2], &mut self.marks);
    }
}

/// Whether a code is an ideographic description operator's.
fn is_operator(code: u16) -> bool {
    char::from_u32(code as u32).is_some_and(|c| ids::arity(c) > 0)
}

/// The length of the UTF-8 character that starts with a byte.
#[inline]
fn char_len(lead: u8) -> usize {
    match lead {
        0..0x80 => 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    }
}
