//! What each character becomes by itself.
//!
//! A character of the basic plane finds its output in one array of words: the
//! three bytes to write, and flags: [`SPECIAL`], [`FIRST`] and so on. An
//! output that is not one character as long as its source cannot stand there;
//! the word is special, and has a number of the surrogates' range instead, which
//! no character has. What is looked up rarely, as a stage's characters are, has blocks of
//! 256 outputs in place of words, and none where all become themselves: a fifth of the
//! memory.
//!
//! Sections: `plane` (u32 for each of 65,536 characters; or u8 for each of 256 blocks: its
//! number, then the blocks: u16 for each character, 0 for itself), `specials` (u32 for
//! rare characters included, u32 for excluded: place in the pool and length),
//! `astral` (u32 character above the plane, u32 special; sorted), `pool`
//! (UTF-8). All integers are little-endian.

use std::collections::BTreeMap;

use crate::Rare;
use crate::ids;
use crate::layout::{Blob, Reader, Section};
use crate::trie::TooLarge;

/// The number of characters of the basic plane.
pub const PLANE: usize = 1 << 16;
/// The words of all characters of the basic plane, little-endian.
pub type Words = [[u8; 4]; PLANE];
/// Characters of a block, and blocks of the plane.
const BLOCK: usize = 256;
/// Set in the word of a character whose output the plane does not hold.
pub const SPECIAL: u32 = 1 << 31;
/// Set in the word of a character that is the first of some text that is looked for, and
/// its second; by [`ODD`] bits further up where the second one's code is odd. (Two groups
/// leave two candidates of three that one left.)
pub const FIRST: u32 = 1 << 24;
/// See [`FIRST`].
pub const SECOND: u32 = FIRST << 1;
/// See [`FIRST`].
pub const ODD: u32 = 2;
/// Set in the word of a character that is the first of some key, and its second.
pub const KEY_FIRST: u32 = 1 << 28;
/// See [`KEY_FIRST`].
pub const KEY_SECOND: u32 = 1 << 29;
/// Set in the word of a character that becomes another one.
pub const CHANGES: u32 = 1 << 30;
const FLAGS: u32 = 0x7f << 24;

/// Whether a text that is looked for may begin with two characters, by their words.
#[inline]
pub fn may_start(first: u32, second: u32) -> bool {
    first & second >> 1 & (FIRST | FIRST << ODD) != 0
}

/// Stands in the plane for an ideographic description operator.
pub const DESCRIPTION: u16 = 0xd800;
/// Stands in the plane for a character that the plan's normalization changes, and nothing
/// else does.
const UNNORMALIZED: u16 = DESCRIPTION + 1;
/// Special outputs are numbered from here, in the plane up to 0xDFFF.
const FIRST_SPECIAL: u16 = UNNORMALIZED + 1;
const MOST_SPECIALS: usize = 0x7fe;

/// Whether an entry of the plane is no output but a number.
#[inline]
pub fn is_special(output: u16) -> bool {
    output & 0xf800 == 0xd800
}

/// The output of a character with rare ones included, and excluded.
pub type Outputs = [String; 2];

/// Sections of a [`Chars`].
#[derive(Clone, Copy, Debug)]
pub struct CharsRef {
    plane: Section,
    specials: Section,
    astral: Section,
    pool: Section,
}

/// What is said about characters beside their outputs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said<'a> {
    /// The codes of the texts that are looked for.
    pub looked_for: &'a [Vec<u16>],
    /// The codes of the keys of the segmentation.
    pub keys: &'a [Vec<u16>],
    /// What normalization changes.
    pub unnormalized: &'a [char],
}

/// Writes the outputs of characters; all others become themselves. With words, where
/// something is said about characters, else with blocks.
///
/// # Errors
///
/// More special outputs than the plane can number, or one too long.
pub fn write(
    outputs: &BTreeMap<char, Outputs>,
    said: Option<Said<'_>>,
    blob: &mut Blob,
) -> Result<CharsRef, TooLarge> {
    // Surrogates stand for characters above the plane; these are special too.
    let itself = |c: u32| char::from_u32(c).map_or(special_word(DESCRIPTION), plain_word);
    let mut plane: Vec<u32> = (0..PLANE as u32).map(itself).collect();
    for c in ('\u{2ff0}'..='\u{2fff}').filter(|c| ids::arity(*c) > 0) {
        plane[c as usize] = special_word(DESCRIPTION);
    }
    let mut specials = Specials::default();
    let mut astral = Vec::new();
    for (&c, [include, exclude]) in outputs {
        let plain = single(include).filter(|_| include == exclude && c.len_utf8() == 3);
        let place = plane.get_mut(c as usize);
        match (place, plain) {
            (Some(place), Some(output)) => {
                *place = plain_word(output) | if output == c { 0 } else { CHANGES }
            }
            (Some(_), None) if is_identity(c, include, exclude) => {}
            (Some(place), None) => {
                let number = specials.add(include, exclude)?;
                if number >= MOST_SPECIALS {
                    return Err(TooLarge("more than 2,046 characters have special outputs"));
                }
                *place = special_word(FIRST_SPECIAL + number as u16);
            }
            (None, _) => {
                astral.push(c as u32);
                astral.push(specials.add(include, exclude)? as u32);
            }
        }
    }
    Ok(CharsRef {
        plane: match said {
            Some(said) => blob.add_u32(&said_of(plane, said)),
            None => blob.add(blocks(&plane)),
        },
        specials: blob.add_u32(&specials.places),
        astral: blob.add_u32(&astral),
        pool: blob.add(specials.pool),
    })
}

/// Words with what is said about characters.
fn said_of(mut plane: Vec<u32>, said: Said<'_>) -> Vec<u32> {
    for text in said.looked_for {
        if let [first, second, ..] = text.as_slice() {
            let up = if second % 2 == 0 { 0 } else { ODD };
            plane[*first as usize] |= FIRST << up;
            plane[*second as usize] |= SECOND << up;
        }
    }
    for (code, flag) in said.keys.iter().flat_map(|text| text.iter().zip([KEY_FIRST, KEY_SECOND])) {
        plane[*code as usize] |= flag;
    }
    for c in said.unnormalized {
        if let Some(word) = plane.get_mut(*c as usize) {
            *word = special_word(UNNORMALIZED);
        }
    }
    plane
}

/// Words as blocks. (A surrogate, which no character is, may stand for itself.)
fn blocks(plane: &[u32]) -> Vec<u8> {
    let (mut numbers, mut blocks) = (vec![], vec![[[0; 2]; BLOCK]]);
    for (first, words) in (0..=u16::MAX).step_by(BLOCK).zip(plane.chunks(BLOCK)) {
        let output = |(c, word): (u16, &u32)| match output_of(*word) {
            output if output == c || is_special(c) => [0; 2],
            output => output.to_le_bytes(),
        };
        let outputs: Vec<[u8; 2]> = (first..=first + (BLOCK - 1) as u16).zip(words).map(output).collect();
        let Ok(block) = <[[u8; 2]; BLOCK]>::try_from(outputs) else { unreachable!("chunks of the plane") };
        if block == blocks[0] {
            numbers.push(0);
        } else {
            numbers.push(blocks.len() as u8);
            blocks.push(block);
        }
    }
    numbers.into_iter().chain(blocks.into_flattened().into_flattened()).collect()
}

/// The output that a word holds, or its number.
#[inline]
fn output_of(word: u32) -> u16 {
    let bytes = word.to_le_bytes();
    if word & SPECIAL != 0 {
        return u16::from_le_bytes([bytes[0], bytes[1]]);
    }
    let [a, b, c] = [bytes[0] as u16, bytes[1] as u16 & 0x3f, bytes[2] as u16 & 0x3f];
    match a {
        0..0x80 => a,
        0x80..0xe0 => (a & 0x1f) << 6 | b,
        _ => a << 12 | b << 6 | c,
    }
}

/// The word of a character, of the basic plane, that is an output.
fn plain_word(c: char) -> u32 {
    let mut bytes = [0; 4];
    c.encode_utf8(&mut bytes);
    u32::from_le_bytes(bytes)
}

fn special_word(number: u16) -> u32 {
    SPECIAL | number as u32
}

/// The one character of three bytes that an output is.
fn single(output: &str) -> Option<char> {
    let mut chars = output.chars();
    let c = chars.next().filter(|c| c.len_utf8() == 3)?;
    chars.next().is_none().then_some(c)
}

fn is_identity(c: char, include: &str, exclude: &str) -> bool {
    let mut buffer = [0; 4];
    let itself = &*c.encode_utf8(&mut buffer);
    include == itself && exclude == itself
}

#[derive(Default)]
struct Specials {
    places: Vec<u32>,
    pool: Vec<u8>,
}

impl Specials {
    fn add(&mut self, include: &str, exclude: &str) -> Result<usize, TooLarge> {
        for output in [include, exclude] {
            if output.len() > 255 || self.pool.len() >= 1 << 24 {
                return Err(TooLarge("the output of a character is longer than 255 bytes"));
            }
            self.places.push((self.pool.len() as u32) << 8 | output.len() as u32);
            self.pool.extend_from_slice(output.as_bytes());
        }
        Ok(self.places.len() / 2 - 1)
    }
}

impl CharsRef {
    pub(crate) fn to_words(self) -> [u32; 4] {
        [self.plane, self.specials, self.astral, self.pool].map(|s| s.0)
    }

    pub(crate) fn from_words(words: [u32; 4]) -> Self {
        let [plane, specials, astral, pool] = words.map(Section);
        Self { plane, specials, astral, pool }
    }
}

/// The outputs of the basic plane.
#[derive(Clone, Copy, Debug)]
enum Plane<'a> {
    Words(&'a Words),
    Blocks(&'a [u8; PLANE / BLOCK], &'a [[[u8; 2]; BLOCK]]),
}

impl<'a> Plane<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        if let Ok(words) = bytes.as_chunks().0.try_into() {
            return Some(Self::Words(words));
        }
        let (numbers, blocks) = bytes.split_first_chunk()?;
        Some(Self::Blocks(numbers, blocks.as_chunks().0.as_chunks().0))
    }
}

/// What each character becomes by itself.
#[derive(Clone, Copy, Debug)]
pub struct Chars<'a> {
    plane: Plane<'a>,
    specials: &'a [[u8; 8]],
    astral: &'a [[u8; 8]],
    pool: &'a [u8],
}

impl<'a> Chars<'a> {
    pub(crate) fn read(reader: &Reader<'a>, at: CharsRef) -> Option<Self> {
        Some(Self {
            plane: Plane::read(reader.bytes(at.plane))?,
            specials: reader.chunks(at.specials),
            astral: reader.chunks(at.astral),
            pool: reader.bytes(at.pool),
        })
    }

    /// What a character of the basic plane becomes, if that is one of the plane too, else
    /// itself.
    #[inline]
    pub fn plain(&self, c: u16) -> u16 {
        match self.plane(c) {
            special if is_special(special) => c,
            plain => plain,
        }
    }

    /// The output of a character of the basic plane: a character of three
    /// bytes, or a number ([`is_special`]). A character of one or two bytes
    /// stands for itself.
    #[inline]
    pub fn plane(&self, c: u16) -> u16 {
        match self.plane {
            Plane::Words(words) => match output_of(u32::from_le_bytes(words[c as usize])) {
                UNNORMALIZED => c,
                output => output,
            },
            Plane::Blocks(numbers, blocks) => {
                let block = &blocks[numbers[c as usize / BLOCK] as usize];
                match u16::from_le_bytes(block[c as usize % BLOCK]) {
                    0 => c,
                    output => output,
                }
            }
        }
    }

    /// The words of all characters of the basic plane, if there are any.
    pub(crate) fn words(&self) -> Option<&'a Words> {
        match self.plane {
            Plane::Words(words) => Some(words),
            Plane::Blocks(..) => None,
        }
    }

    /// What a number of the plane stands for; `None` for a description operator.
    pub fn special(&self, number: u16, rare: Rare) -> Option<&'a [u8]> {
        let index = number.checked_sub(FIRST_SPECIAL)?;
        self.output(index as usize, rare)
    }

    /// The output of a character above the basic plane that does not become itself.
    pub fn astral(&self, c: char, rare: Rare) -> Option<&'a [u8]> {
        let number = |r: &[u8; 8], at: usize| u32::from_le_bytes([r[at], r[at + 1], r[at + 2], r[at + 3]]);
        let found = self.astral.binary_search_by_key(&(c as u32), |r| number(r, 0));
        self.output(number(&self.astral[found.ok()?], 4) as usize, rare)
    }

    /// The output of any character that does not become itself.
    pub fn get<'b>(&self, c: char, rare: Rare, buffer: &'b mut [u8; 4]) -> Option<&'b [u8]>
    where
        'a: 'b,
    {
        let Ok(bmp) = u16::try_from(c as u32) else {
            return self.astral(c, rare);
        };
        let output = self.plane(bmp);
        if is_special(output) {
            return self.special(output, rare);
        }
        let output = char::from_u32(output as u32).filter(|o| *o != c)?;
        Some(output.encode_utf8(buffer).as_bytes())
    }

    fn output(&self, index: usize, rare: Rare) -> Option<&'a [u8]> {
        let [a, b, c, d, e, f, g, h] = *self.specials.get(index)?;
        let place = match rare {
            Rare::Include => u32::from_le_bytes([a, b, c, d]),
            Rare::Exclude => u32::from_le_bytes([e, f, g, h]),
        };
        let at = (place >> 8) as usize;
        self.pool.get(at..at + (place & 0xff) as usize)
    }

    pub(crate) fn is_valid(&self) -> bool {
        let outputs = (0..self.specials.len()).all(|i| {
            [Rare::Include, Rare::Exclude].iter().all(|rare| {
                let output = self.output(i, *rare);
                output.is_some_and(|o| std::str::from_utf8(o).is_ok())
            })
        });
        let has_blocks = match self.plane {
            Plane::Words(_) => true,
            Plane::Blocks(numbers, blocks) => numbers.iter().all(|n| (*n as usize) < blocks.len()),
        };
        // A special of the plane must exist, and a plain output must fill three
        // bytes where the character does.
        let is_valid = |c: u16| {
            let output = self.plane(c);
            if is_special(output) {
                let is_own = output == c || output == DESCRIPTION;
                return is_own || self.special(output, Rare::Include).is_some();
            }
            let is_word = char::from_u32(output as u32).is_some_and(|output| match self.plane {
                Plane::Words(words) => {
                    let word = u32::from_le_bytes(words[c as usize]);
                    word & SPECIAL != 0 || plain_word(output) == word & !FLAGS
                }
                Plane::Blocks(..) => true,
            });
            is_word && (output == c || (c >= 0x800 && output >= 0x800))
        };
        outputs && has_blocks && (0..=u16::MAX).all(is_valid)
    }
}
