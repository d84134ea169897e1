//! The loops one character at a time: what the vector forms must be equal to,
//! and what runs where there are none.

use zhnorm_table::chars::{PLANE, may_start};
use zhnorm_table::filter::{hash2, hash3, test};

use super::signs::{ASKS, BEYOND, CUT, STOPS, TELLS, Told};
use super::{ASCII_RUN, LONGER, Run, Set};

/// The code of a character from its three bytes.
#[inline(always)]
pub(crate) fn of_three([a, b, c]: [u8; 3]) -> u16 {
    (a as u16) << 12 | (b as u16 & 0x3f) << 6 | c as u16 & 0x3f
}

/// See [`super::decode`]; of so many steps at most, each a character or a run of ASCII.
#[inline]
pub(super) fn decode(source: &[u8], at: usize, most: usize, run: Run<'_>) -> (usize, usize) {
    let room = run.codes.len().min(run.positions.len());
    let (mut from, mut count) = (0, 0);
    for _ in 0..most {
        let Some(rest) = source.get(from..).filter(|rest| !rest.is_empty()) else { break };
        if count + ASCII_RUN > room {
            break;
        }
        let (code, len) = match *rest {
            [0..0x80, ..] => {
                let ascii = rest.iter().take(ASCII_RUN).take_while(|b| b.is_ascii()).count();
                if ascii == ASCII_RUN {
                    break;
                }
                for byte in &rest[..ascii] {
                    run.codes[count] = *byte as u16;
                    run.positions[count] = (at + from) as u16;
                    (count, from) = (count + 1, from + 1);
                }
                continue;
            }
            [a @ 0x80..0xe0, b, ..] => ((a as u16 & 0x1f) << 6 | b as u16 & 0x3f, 2),
            [a @ 0xe0..0xf0, b, c, ..] => (of_three([a, b, c]), 3),
            _ => break,
        };
        run.codes[count] = code;
        run.positions[count] = (at + from) as u16;
        (count, from) = (count + 1, from + len);
    }
    (from, count)
}

/// See [`super::look_up`].
#[inline(always)]
pub(super) fn look_up(
    plane: &[[u8; 4]; PLANE],
    codes: &[u16],
    positions: &[u16],
    output: &mut [u8],
    classes: &mut [u8],
) -> u8 {
    // One store of four bytes for a character of any length: what it writes too
    // much the next one overwrites. No branch depends on the text.
    let mut seen = 0;
    for ((code, at), class) in codes.iter().zip(positions).zip(classes) {
        let word = plane[*code as usize];
        if let Some(place) = output.get_mut(*at as usize..).and_then(<[u8]>::first_chunk_mut) {
            *place = word;
        }
        let word = u32::from_le_bytes(word);
        *class = (word >> 24) as u8;
        seen |= word;
    }
    (seen >> 24) as u8
}

/// See [`super::marks`].
#[inline]
pub(super) fn marks<const P: usize, const T: usize>(
    pairs: &[u8; P],
    triples: &[u8; T],
    count: usize,
    codes: &[u16],
    marks: &mut [u16],
) -> usize {
    let mut marked = 0;
    for (i, three) in codes[..count + 2].windows(3).enumerate() {
        let (any, longer) = starts(pairs, triples, [three[0], three[1], three[2]]);
        marks[marked] = i as u16 | if longer { LONGER } else { 0 };
        marked += usize::from(any);
    }
    marked
}

/// See [`super::marks_by_class`].
#[inline]
pub(super) fn marks_by_class<const P: usize, const T: usize>(
    pairs: &[u8; P],
    triples: &[u8; T],
    count: usize,
    classes: &[u8],
    codes: &[u16],
    marks: &mut [u16],
) -> usize {
    // Which they are first, without a branch, and then of these those that are marked.
    let mut found = 0;
    for (i, both) in classes[..=count].windows(2).enumerate() {
        marks[found] = i as u16;
        let word = |class: u8| u32::from(class) << 24;
        found += usize::from(may_start(word(both[0]), word(both[1])));
    }
    let mut marked = 0;
    for candidate in 0..found {
        let index = marks[candidate];
        let Some(three) = codes.get(index as usize..).and_then(<[u16]>::first_chunk) else { break };
        let (any, longer) = starts(pairs, triples, *three);
        marks[marked] = index | if longer { LONGER } else { 0 };
        marked += usize::from(any);
    }
    marked
}

/// Whether a key may start with these codes, and whether one longer than a pair.
#[inline]
pub(super) fn starts<const P: usize, const T: usize>(
    pairs: &[u8; P],
    triples: &[u8; T],
    [a, b, c]: [u16; 3],
) -> (bool, bool) {
    let pair = hash2(a, b);
    let short = test(pairs, pair);
    if T == 0 {
        return (short, short);
    }
    let longer = test(triples, hash3(pair, c));
    (short | longer, longer)
}

/// See [`super::members`]; from the character number `from` on.
#[inline]
pub(super) fn members(set: &Set, codes: &[u16], from: usize, found: &mut [u16]) -> usize {
    let mut count = 0;
    for (i, code) in codes.iter().enumerate() {
        found[count] = (from + i) as u16;
        count += usize::from(set.has(*code));
    }
    count
}

/// See [`super::seven`]; of the first seven characters.
#[inline]
pub(super) fn seven(text: &[u8]) -> Option<[u16; 8]> {
    let (characters, _) = text.first_chunk::<32>()?.as_chunks::<3>();
    let mut codes = [0; 8];
    for (code, [a, b, c]) in codes.iter_mut().zip(&characters[..7]) {
        if a & 0xf0 != 0xe0 {
            return None;
        }
        *code = of_three([*a, *b, *c]);
    }
    Some(codes)
}

/// What a table says of a text's first character, and its length.
#[inline]
fn sign(table: &[u8; PLANE], text: &[u8]) -> (u8, usize) {
    match *text {
        [a @ 0xe0..0xf0, b, c, ..] => (table[of_three([a, b, c]) as usize], 3),
        [a @ 0xc0..0xe0, b, ..] => (table[((a as u16 & 0x1f) << 6 | b as u16 & 0x3f) as usize], 2),
        [0xf0..=0xff, ..] => (BEYOND, 4),
        [a, ..] => (table[a as usize], 1),
        [] => (0, 1),
    }
}

/// What a table says of each character. (Not inlined where there are wide vectors: the
/// compiler would put the bytes into one, each by itself.)
#[inline(never)]
pub(super) fn signs_of(table: &[u8; PLANE], codes: &[u16], signs: &mut [u8]) {
    for (sign, code) in signs.iter_mut().zip(codes) {
        *sign = table[*code as usize];
    }
}

/// See [`super::signs::clean_len`]; of so many characters at most.
#[inline]
pub(super) fn clean_len(table: &[u8; PLANE], mask: u8, text: &[u8], most: usize) -> usize {
    let mut at = 0;
    for _ in 0..most {
        if at >= text.len() {
            break;
        }
        let (sign, len) = sign(table, &text[at..]);
        if sign & mask != 0 || len == 4 {
            break;
        }
        at += len;
    }
    at.min(text.len())
}

/// See [`super::signs::kept_len`]; of so many characters at most.
#[inline]
pub(super) fn kept_len(table: &[u8; PLANE], text: &[u8], told: &mut Told, most: usize) -> usize {
    let mut at = 0;
    for _ in 0..most {
        let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) else { break };
        let (sign, len) = sign(table, rest);
        let is_end = sign & CUT != 0;
        if sign & STOPS != 0 || len == 4 || (is_end && told.asks && !told.tells) {
            break;
        }
        told.tells = !is_end && (told.tells || sign & TELLS != 0);
        told.asks = !is_end && (told.asks || sign & ASKS != 0);
        at += len;
    }
    at.min(text.len())
}

/// See [`super::signs::signs`]; of so many characters at most.
#[inline]
pub(super) fn signs<const CUTS: bool>(table: &[u8; PLANE], text: &[u8], most: usize) -> (usize, u8) {
    let (mut at, mut seen) = (0, 0);
    for _ in 0..most {
        let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) else { break };
        let (sign, len) = sign(table, rest);
        at += len;
        seen |= sign;
        if CUTS && sign & CUT != 0 {
            break;
        }
    }
    (at.min(text.len()), seen)
}

/// See [`super::has_compatibility`]. The compiler makes it vector code.
#[inline(always)]
pub(super) fn has_compatibility(text: &[u8]) -> bool {
    let Some((_, following)) = text.split_first() else {
        return false;
    };
    let chunks = text.chunks(256).zip(following.chunks(256));
    chunks.into_iter().any(|(bytes, nexts)| {
        let pairs = bytes.iter().zip(nexts);
        pairs.fold(false, |found, (byte, next)| {
            let plane = (*byte == 0xef) & (next & 0xf0 == 0xa0);
            let astral = (*byte == 0xf0) & (*next == 0xaf);
            found | plane | astral
        })
    })
}
