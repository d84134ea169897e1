//! Reading compiled plans without copying them.
//!
//! The root section lists the plans: for each its name (8 bytes, NUL-padded),
//! the section that holds its record, and four unused bytes. A record is a list
//! of u32 section numbers in the order of [`PlanRef`]'s fields.

use std::ops::Range;

use crate::chars::{Chars, CharsRef, Words as CharWords};
use crate::filter::{Filter, FilterRef, Neighbours, code};
use crate::layout::{Blob, Reader, Section};
use crate::trie::{Trie, TrieRef};
use crate::values::{Bits, Values, ValuesRef};

const NAME: usize = 8;
/// Words of a record before its stages, and of each stage.
const KEYS: usize = 4 + 4;
const LAZY: usize = 2 + 2 + 1 + 1;
const FIXED: usize = 4 + 4 + 2 + LAZY + KEYS + KEYS + 1 + 1 + 1;
const STAGE: usize = 4 + KEYS;

/// Sections of keys and their values.
#[derive(Clone, Copy, Debug)]
pub struct KeysRef {
    pub(crate) trie: TrieRef,
    pub(crate) values: ValuesRef,
}

impl KeysRef {
    fn to_words(self) -> impl Iterator<Item = u32> {
        self.trie.to_words().into_iter().chain(self.values.to_words())
    }
}

/// Sections of one stage.
#[derive(Clone, Copy, Debug)]
pub struct StageRef {
    pub(crate) chars: CharsRef,
    pub(crate) keys: KeysRef,
}

/// Sections of a [`Lazy`].
#[derive(Clone, Copy, Debug)]
pub struct LazyRef {
    pub(crate) changes: FilterRef,
    pub(crate) keeps: FilterRef,
    pub(crate) beside: Section,
    pub(crate) reach: u32,
}

impl LazyRef {
    fn to_words(self) -> [u32; LAZY] {
        let [[a, b], [c, d]] = [self.changes, self.keeps].map(FilterRef::to_words);
        [a, b, c, d, self.beside.0, self.reach]
    }
}

/// Sections of a plan; see [`Plan`] for what each is.
#[derive(Clone, Debug)]
pub struct PlanRef {
    pub(crate) normal: Option<CharsRef>,
    pub(crate) chars: CharsRef,
    pub(crate) filter: FilterRef,
    pub(crate) lazy: Option<LazyRef>,
    pub(crate) keys: KeysRef,
    pub(crate) between: KeysRef,
    pub(crate) enterable: Section,
    pub(crate) stages: Vec<StageRef>,
    pub(crate) ascii: u32,
}

/// Writes the root of a table and finishes it.
pub fn finish(plans: &[(impl AsRef<str>, PlanRef)], mut blob: Blob) -> Vec<u8> {
    let mut root = Vec::new();
    for (name, plan) in plans {
        let mut words = Vec::with_capacity(FIXED + 2 * STAGE);
        words.extend(plan.normal.map_or([u32::MAX; 4], CharsRef::to_words));
        words.extend(plan.chars.to_words());
        words.extend(plan.filter.to_words());
        words.extend(plan.lazy.map_or([u32::MAX; LAZY], LazyRef::to_words));
        words.extend(plan.keys.to_words());
        words.extend(plan.between.to_words());
        words.extend([plan.enterable.0, plan.ascii, plan.stages.len() as u32]);
        for stage in &plan.stages {
            words.extend(stage.chars.to_words());
            words.extend(stage.keys.to_words());
        }
        let record = blob.add_u32(&words);
        let mut padded = [0; NAME];
        let len = name.as_ref().len().min(NAME);
        padded[..len].copy_from_slice(&name.as_ref().as_bytes()[..len]);
        root.extend_from_slice(&padded);
        root.extend_from_slice(&record.0.to_le_bytes());
        root.extend_from_slice(&[0; 4]);
    }
    blob.finish(root)
}

/// Keys of two characters and more, and what each becomes.
#[derive(Clone, Copy, Debug)]
pub struct Keys<'a> {
    /// Finds the longest key at a place, by number.
    pub trie: Trie<'a>,
    /// What a key becomes, by its number; what `None` stands for is said where
    /// the keys are used.
    pub values: Values<'a>,
}

/// One stage: its rules for single characters and its longer keys.
#[derive(Clone, Copy, Debug)]
pub struct Stage<'a> {
    /// What a character becomes in this stage.
    pub chars: Chars<'a>,
    /// The keys that may begin in this stage; `None` for the key itself.
    pub keys: Keys<'a>,
}

/// Keys that change nothing apart from those that do. They matter only where one
/// of the others begins inside, and so need not be looked for elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Lazy<'a> {
    /// Where a key may begin that may give what the plan's `chars` does not.
    pub changes: Filter<'a>,
    /// Where one may begin that may give what `chars` does.
    pub keeps: Filter<'a>,
    /// Which characters some key may hold next to each other, of those that change something too.
    pub beside: Neighbours<'a>,
    /// How many characters at most such a one has.
    pub reach: usize,
}

impl<'a> Lazy<'a> {
    /// `Some(None)` where a plan has none.
    fn read(reader: &Reader<'a>, words: [u32; LAZY]) -> Option<Option<Self>> {
        if words == [u32::MAX; LAZY] {
            return Some(None);
        }
        let [a, b, c, d, beside, reach] = words;
        let filter = |words| Filter::read(reader, FilterRef::from_words(words));
        let beside = Neighbours::read(reader, Section(beside))?;
        Some(Some(Self { changes: filter([a, b])?, keeps: filter([c, d])?, beside, reach: reach as usize }))
    }
}

/// A compiled conversion.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// What compatibility ideographs become before all else.
    pub normal: Option<Chars<'a>>,
    /// The final output of a character that no key covers.
    pub chars: Chars<'a>,
    /// Its words.
    pub words: &'a CharWords,
    /// Where a key of `keys` or `between` may begin.
    pub filter: Filter<'a>,
    /// Where most of the keys change nothing, what tells them apart.
    pub lazy: Option<Lazy<'a>>,
    /// The keys of the segmentation; without one, of the only stage. Their
    /// values are final, `None` for what `chars` gives.
    pub keys: Keys<'a>,
    /// What may begin where no key of `keys` does. From here `stages` must be run
    /// one by one, if the value is empty or a key of `keys` begins inside.
    pub between: Keys<'a>,
    /// Inside which keys of `between` one of `keys` may begin at all.
    pub enterable: Bits<'a>,
    /// `None`, where the other tables say all.
    pub stages: Option<(Stage<'a>, Option<Stage<'a>>)>,
    /// How many ASCII characters at most stand at the start of a key.
    pub ascii: usize,
}

impl<'a> Plan<'a> {
    /// The keys that stand in a text, from left to right, the longest at each
    /// place: the number of each, and its bytes.
    pub fn keys_in<'t>(
        &self,
        text: &'t str,
    ) -> impl Iterator<Item = (usize, Range<usize>)> + use<'_, 'a, 't> {
        // The codes of the next characters. A NUL stands in no key.
        let mut ahead = text.chars().map(code).chain([0; 3]);
        let mut codes = [(); 3].map(|()| ahead.next().unwrap_or_default());
        let mut at = 0;
        std::iter::from_fn(move || {
            while let Some(c) = text[at..].chars().next() {
                let start = at;
                let longest = || self.keys.trie.longest_at(&text[start..]);
                let found = if self.filter.may_start(codes) { longest() } else { None };
                let end = start + found.map_or(c.len_utf8(), |(_, len)| len);
                for c in text[start..end].chars() {
                    codes = [codes[1], codes[2], ahead.next().unwrap_or_default()];
                    at += c.len_utf8();
                }
                if let Some((id, _)) = found {
                    return Some((id, start..end));
                }
            }
            None
        })
    }

    /// How many characters the key has that covers the character at a byte of a text; 0
    /// also where another key makes that doubtful: 林冲 is a name, but not in 小林冲锋枪.
    pub fn phrase(&self, text: &str, at: usize, key: Option<Range<usize>>) -> u8 {
        let Some(key) = key else { return 0 };
        if self.is_doubtful(text, at, &key) { 0 } else { text[key].chars().count() as u8 }
    }

    /// Whether a key that begins inside the one which covers a character, and goes
    /// beyond its end, makes something else of it; but not where yet another key
    /// follows, so that the text is all keys as they were found. (What was lost with
    /// other keys is in `models/README.md`.)
    fn is_doubtful(&self, text: &str, at: usize, key: &Range<usize>) -> bool {
        // A key that reaches beyond the end holds what stands on either side of it.
        let [before, behind] =
            [text[..key.end].chars().next_back(), text[key.end..].chars().next()].map(|c| c.map_or(0, code));
        if self.lazy.is_some_and(|lazy| !lazy.beside.may_be(before, behind)) {
            return false;
        }
        if self.keys.trie.longest_at(&text[key.end..]).is_some() {
            return false;
        }
        // What the longest key that begins at a byte makes of the character, and its end.
        let made = |start: usize| {
            let (id, len) = self.keys.trie.longest_at(&text[start..])?;
            let made = match self.keys.values.get(id) {
                Some(value) => {
                    let place = text[start..at].chars().count();
                    std::str::from_utf8(value).ok()?.chars().nth(place)? as u32
                }
                None => u32::from(self.chars.plain(text[at..].chars().next()? as u16)),
            };
            Some((made, start + len))
        };
        let Some((says, _)) = made(key.start) else { return false };
        let starts = text[key.start..].char_indices().map(|(start, _)| key.start + start);
        let inside = starts.skip(1).take_while(|start| *start <= at);
        let mut others = inside.filter_map(made);
        others.any(|(other, end)| end > key.end && other != says)
    }
}

/// Compiled plans by name.
#[derive(Clone, Copy, Debug)]
pub struct Tables<'a>(Reader<'a>);

impl<'a> Tables<'a> {
    /// Reads tables that this version's compiler wrote, at no cost in their
    /// size. `None` where the bytes are something else or cut short.
    pub fn trusted(bytes: &'a [u8]) -> Option<Self> {
        Reader::new(bytes).map(Self)
    }

    /// Reads tables from anywhere: every place in them is checked, and every
    /// text in them is UTF-8.
    pub fn validated(bytes: &'a [u8]) -> Option<Self> {
        let tables = Self::trusted(bytes)?;
        let names: Vec<&str> = tables.names().collect();
        let valid = names.iter().all(|name| tables.plan(name).is_some_and(|p| p.is_valid()));
        valid.then_some(tables)
    }

    /// The names of the plans.
    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        let (records, _) = self.0.root().as_chunks::<{ NAME + 8 }>();
        records.iter().filter_map(|r| std::str::from_utf8(trimmed(&r[..NAME])).ok())
    }

    /// A plan by name.
    pub fn plan(&self, name: &str) -> Option<Plan<'a>> {
        let (records, _) = self.0.root().as_chunks::<{ NAME + 8 }>();
        let record = records.iter().find(|r| trimmed(&r[..NAME]) == name.as_bytes())?;
        let section = u32::from_le_bytes([record[8], record[9], record[10], record[11]]);
        let mut words = Words(self.0.chunks(Section(section)));
        let reader = &self.0;
        let normal = words.take()?;
        let normal = if normal == [u32::MAX; 4] {
            None
        } else {
            Some(Chars::read(reader, CharsRef::from_words(normal))?)
        };
        let chars = Chars::read(reader, CharsRef::from_words(words.take()?))?;
        let mut plan = Plan {
            normal,
            chars,
            words: chars.words()?,
            filter: Filter::read(reader, FilterRef::from_words(words.take()?))?,
            lazy: Lazy::read(reader, words.take()?)?,
            keys: words.keys(reader)?,
            between: words.keys(reader)?,
            enterable: Bits::read(reader, Section(words.take::<1>()?[0])),
            ascii: words.take::<1>()?[0] as usize,
            stages: None,
        };
        let [stages] = words.take::<1>()?;
        if stages > 0 {
            let first = words.stage(reader)?;
            let second = if stages > 1 { Some(words.stage(reader)?) } else { None };
            plan.stages = Some((first, second));
        }
        Some(plan)
    }
}

impl Keys<'_> {
    fn is_valid(&self) -> bool {
        self.trie.is_valid() && self.values.is_valid() && self.values.has_room_for(self.trie.len())
    }
}

impl Plan<'_> {
    fn is_valid(&self) -> bool {
        let stage = |s: &Stage<'_>| s.chars.is_valid() && s.keys.is_valid();
        self.normal.as_ref().is_none_or(Chars::is_valid)
            && self.chars.is_valid()
            && self.keys.is_valid()
            && self.between.is_valid()
            && self.enterable.has_room_for(self.between.trie.len())
            && self.stages.as_ref().is_none_or(|(one, two)| stage(one) && two.as_ref().is_none_or(stage))
    }
}

fn trimmed(name: &[u8]) -> &[u8] {
    let end = name.iter().position(|b| *b == 0).unwrap_or(name.len());
    &name[..end]
}

struct Words<'a>(&'a [[u8; 4]]);

impl<'a> Words<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u32; N]> {
        let (words, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(words.map(u32::from_le_bytes))
    }

    fn keys(&mut self, reader: &Reader<'a>) -> Option<Keys<'a>> {
        Some(Keys {
            trie: Trie::read(reader, TrieRef::from_words(self.take()?)),
            values: Values::read(reader, ValuesRef::from_words(self.take()?)),
        })
    }

    fn stage(&mut self, reader: &Reader<'a>) -> Option<Stage<'a>> {
        Some(Stage {
            chars: Chars::read(reader, CharsRef::from_words(self.take()?))?,
            keys: self.keys(reader)?,
        })
    }
}
