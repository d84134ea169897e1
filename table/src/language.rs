//! A language model of Simplified Chinese: what each character costs, in bits,
//! after the two before it.
//!
//! Sequences of one to three [`symbol`]s have a cost, and contexts of one or two
//! have a cost of backing off to a shorter one (Katz's back-off). All are kept in
//! one static function (Botelho, Pagh and Ziviani; the filter of Graf and Lemire
//! with a value beside the fingerprint): a key names three cells, and the cells
//! joined by exclusive or give nineteen bits of fingerprint and five of cost. That
//! is half the size of a table of keys, and as few loads. A key that was never
//! stored is taken for a stored one once in half a million times. Cells of two
//! bytes were tried, eleven bits of fingerprint: a search that tries a hundred
//! characters at a place then met a wrong cheap one at every tenth place.
//!
//! All integers are little-endian: `ZHLM`, the version, the seed and the cells of
//! a segment (u32 each), then three segments of three-byte cells.

/// The version of the format and of [`symbol`].
pub const VERSION: u32 = 1;
/// Bytes before the cells.
const HEADER: usize = 16;
const MAGIC: &[u8; 4] = b"ZHLM";
/// What one step of a stored cost is worth.
pub const STEP: f32 = 0.5;
/// Costs are stored in so many steps.
pub const LEVELS: u32 = 32;
const LEVEL_BITS: u32 = LEVELS.ilog2();
/// What a symbol costs that the model has never seen.
pub const UNSEEN: f32 = 18.0;

/// Stands before a text and for everything blank.
pub const BLANK: u16 = b'\n' as u16;
/// Stands for every character of another script.
pub const OTHER: u16 = 0xfffd;
/// Stands in a key for "back off from here".
const BACK_OFF: u16 = 0xffff;

/// Two symbols, the later one last.
pub type Context = [u16; 2];

/// The context of a text's first character.
pub const START: Context = [BLANK, BLANK];

/// What stands for a character in the model: digits are one, letters are one,
/// punctuation is the same in full and half width, quotes are the mainland's. A
/// Traditional character is to be made Simplified first.
pub fn symbol(c: char) -> u16 {
    let c = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    };
    let folded = match c {
        '0'..='9' => '0',
        'a'..='z' | 'A'..='Z' => 'a',
        '「' => '“',
        '」' => '”',
        '『' => '‘',
        '』' => '’',
        '﹑' => '、',
        '‧' | '•' => '·',
        '─' | '―' | '–' => '—',
        '⋯' | '┅' => '…',
        _ if c.is_whitespace() => '\n',
        '!'..='~' | '·' | '×' | '°' | '‰' | '→' | '—' | '…' | '‘'..='”' => c,
        '\u{3001}'..='\u{301f}' | '\u{3400}'..='\u{9fff}' | '㎡' | '℃' | '■'..='◎' | '★' | '☆' | '※' => {
            c
        }
        _ => '\u{fffd}',
    };
    folded as u16
}

/// What is stored for: a sequence of one to three symbols, or a context of one
/// or two to back off from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u64);

impl Key {
    /// A symbol after up to two others; 0 where there is none.
    pub fn sequence([a, b]: Context, next: u16) -> Self {
        Self((a as u64) << 32 | (b as u64) << 16 | next as u64)
    }

    /// Backing off from a context.
    pub fn back_off(context: Context) -> Self {
        Self::sequence(context, BACK_OFF)
    }

    /// Its three cells, and its fingerprint where the cost's bits are zero.
    fn cells(self, seed: u32, segment: usize) -> ([usize; 3], u32) {
        // The finalizer of SplitMix64 (Steele, Lea and Flood).
        let mut hash = self.0.wrapping_add((seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        hash ^= hash >> 31;
        let place = |i: u32| {
            let part = hash.rotate_left(i * 21) as u32;
            i as usize * segment + ((part as u64 * segment as u64) >> 32) as usize
        };
        let fingerprint = (hash ^ (hash >> 29)).wrapping_mul(0xff51_afd7_ed55_8ccd) >> (40 + LEVEL_BITS);
        ([place(0), place(1), place(2)], (fingerprint as u32) << LEVEL_BITS)
    }
}

/// A model over bytes where they stand.
#[derive(Clone, Copy, Debug)]
pub struct Model<'a> {
    seed: u32,
    segment: usize,
    cells: &'a [[u8; 3]],
}

impl<'a> Model<'a> {
    /// The model in some bytes; `None` where they are not one of this version.
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        let words = bytes.get(..HEADER)?.as_chunks::<4>().0;
        let word = |i: usize| u32::from_le_bytes(words[i]);
        let segment = word(3) as usize;
        let cells = bytes[HEADER..].as_chunks::<3>().0;
        let valid = words[0] == *MAGIC && word(1) == VERSION && segment > 0 && cells.len() == segment * 3;
        valid.then_some(Self { seed: word(2), segment, cells })
    }

    /// What a key has stored.
    #[inline]
    fn get(&self, key: Key) -> Option<f32> {
        let (places, fingerprint) = key.cells(self.seed, self.segment);
        let cell = |[a, b, c]: [u8; 3]| u32::from_le_bytes([a, b, c, 0]);
        let level = places.iter().fold(fingerprint, |all, place| all ^ cell(self.cells[*place]));
        (level < LEVELS).then_some(level as f32 * STEP)
    }

    /// What any symbol costs after two others.
    pub fn after(&self, context: Context) -> After<'a> {
        let [a, b] = context;
        let both = self.get(Key::back_off([a, b])).unwrap_or(0.0);
        let last = self.get(Key::back_off([0, b])).unwrap_or(0.0);
        After { model: *self, context, off: [both, both + last] }
    }

    /// What a symbol costs after two others, in bits.
    pub fn cost(&self, context: Context, next: u16) -> f32 {
        let [a, b] = context;
        if let Some(cost) = self.get(Key::sequence([a, b], next)) {
            return cost;
        }
        let mut off = self.get(Key::back_off([a, b])).unwrap_or(0.0);
        if let Some(cost) = self.get(Key::sequence([0, b], next)) {
            return off + cost;
        }
        off += self.get(Key::back_off([0, b])).unwrap_or(0.0);
        off + self.get(Key::sequence([0, 0], next)).unwrap_or(UNSEEN)
    }
}

/// A context in which many symbols are tried: what it costs to back off from it is
/// looked up once.
#[derive(Clone, Copy, Debug)]
pub struct After<'a> {
    model: Model<'a>,
    context: Context,
    /// Backing off from both symbols, and from the last one besides.
    off: [f32; 2],
}

impl After<'_> {
    /// What [`Model::cost`] says of a symbol.
    #[inline]
    pub fn cost(&self, next: u16) -> f32 {
        let [a, b] = self.context;
        let one = |key, off| self.model.get(key).map(|cost| off + cost);
        one(Key::sequence([a, b], next), 0.0)
            .or_else(|| one(Key::sequence([0, b], next), self.off[0]))
            .or_else(|| one(Key::sequence([0, 0], next), self.off[1]))
            .unwrap_or(self.off[1] + UNSEEN)
    }
}

/// Writes a model of keys and their costs in bits.
pub fn write(entries: &[(Key, f32)]) -> Vec<u8> {
    let segment = (entries.len() * 123 / 100 + 32).div_ceil(3);
    // A seed fails where some keys' cells cannot be told apart; most do not.
    let solved = (0..).find_map(|seed| Some((seed, solve(entries, seed, segment)?)));
    let (seed, cells) = solved.unwrap_or_default();
    let mut bytes = MAGIC.to_vec();
    for word in [VERSION, seed, segment as u32] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend(cells.iter().flat_map(|cell| cell.to_le_bytes().into_iter().take(3)));
    bytes
}

/// The cells that give every key its fingerprint and cost, found by taking away,
/// one after the other, a key that has a cell for itself.
fn solve(entries: &[(Key, f32)], seed: u32, segment: usize) -> Option<Vec<u32>> {
    // For each cell how many keys are left in it, and their numbers joined.
    let mut left = vec![(0u32, 0usize); segment * 3];
    for (number, (key, _)) in entries.iter().enumerate() {
        for place in key.cells(seed, segment).0 {
            left[place] = (left[place].0 + 1, left[place].1 ^ number);
        }
    }
    let mut alone: Vec<usize> = (0..left.len()).filter(|place| left[*place].0 == 1).collect();
    let mut order = Vec::with_capacity(entries.len());
    while let Some(place) = alone.pop() {
        let (1, number) = left[place] else {
            continue;
        };
        order.push((place, number));
        for place in entries[number].0.cells(seed, segment).0 {
            left[place] = (left[place].0 - 1, left[place].1 ^ number);
            if left[place].0 == 1 {
                alone.push(place);
            }
        }
    }
    if order.len() < entries.len() {
        return None;
    }
    let mut cells = vec![0u32; segment * 3];
    for (place, number) in order.into_iter().rev() {
        let (key, cost) = entries[number];
        let (places, fingerprint) = key.cells(seed, segment);
        let level = (cost / STEP).round().clamp(0.0, (LEVELS - 1) as f32) as u32;
        let others = places.iter().filter(|p| **p != place).fold(0, |all, p| all ^ cells[*p]);
        cells[place] = others ^ fingerprint ^ level;
    }
    Some(cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_the_rest_is_not_found() {
        let key = |n: u32| Key::sequence([0, n as u16], 7);
        let entries: Vec<_> = (1..20_000).map(|n| (key(n), (n % 32) as f32 * STEP)).collect();
        let bytes = write(&entries);
        let model = Model::new(&bytes).expect("a model");
        assert!(entries.iter().all(|(key, cost)| model.get(*key) == Some(*cost)));
        let wrong = (20_000..60_000).filter(|n| model.get(key(*n)).is_some()).count();
        assert!(wrong < 3, "{wrong}");
        assert!(Model::new(&bytes[1..]).is_none() && Model::new(&bytes[..bytes.len() - 2]).is_none());
    }

    #[test]
    fn a_sequence_that_is_not_stored_backs_off() {
        let bytes = write(&[
            (Key::sequence([1, 2], 3), 1.0),
            (Key::sequence([0, 2], 3), 2.0),
            (Key::sequence([0, 0], 3), 4.0),
            (Key::back_off([1, 2]), 0.5),
            (Key::back_off([0, 2]), 1.5),
        ]);
        let model = Model::new(&bytes).expect("a model");
        assert_eq!(model.cost([1, 2], 3), 1.0);
        assert_eq!(model.cost([9, 2], 3), 2.0);
        assert_eq!(model.cost([1, 9], 3), 4.0);
        assert_eq!(model.cost([1, 2], 4), 2.0 + UNSEEN);
        for [a, b, next] in [[1, 2, 3], [9, 2, 3], [1, 9, 3], [1, 2, 4], [9, 9, 9]] {
            assert_eq!(model.after([a, b]).cost(next), model.cost([a, b], next));
        }
    }

    #[test]
    fn characters_that_mean_the_same_are_one_symbol() {
        for [a, b] in [['，', ','], ['７', '1'], ['Ａ', 'z'], ['「', '“'], ['　', '\n'], ['か', 'é']]
        {
            assert_eq!(symbol(a), symbol(b), "{a} {b}");
        }
        assert_eq!(symbol('国'), '国' as u16);
    }
}
