//! UTF-8 read as GBK or Big5, and each of these read as the other.
//!
//! Such text is made of characters that hardly any text has. A place with three of
//! these among four is looked at, and nothing else: a table look-up for each character,
//! and for every second one in text without any.

use std::ops::Range;

use encoding_rs::Encoding;

use super::bytes::Double;
use super::{cost, each, is_cjk, is_odd, reads_well};
use crate::edit::Edit;
use crate::repair::model;
use crate::simd;

/// Characters that UTF-8 must give, and a pair of encodings.
const LEAST: usize = 3;
/// What must be gained for each character, in bits.
const GAIN: f32 = 3.0;
/// What the ends of a line may lose that is one encoding read as another throughout, in
/// bits: a rare name. Two clean characters before it lose more.
const ENDS: f32 = 15.0;

/// What each character near such a place costs at least where it was damaged, in bits.
const CHEAPEST: f32 = 12.0;

/// Adds the edits, line by line.
pub(super) fn find(text: &str, edits: &mut Vec<Edit>) {
    let mut from = 0;
    while let Some(at) = rare_place(&text[from..]).map(|at| from + at) {
        // Rare words stand among common ones in text that reads well.
        let before: usize = text[..at].chars().rev().take(3).map(char::len_utf8).sum();
        let behind: usize = text[at..].chars().take(5).map(char::len_utf8).sum();
        let is_damaged = each(&text[at - before..at + behind]).0 >= CHEAPEST;
        let last = at + text[at..].chars().next().map_or(1, char::len_utf8);
        if !is_damaged || !may_be_other(&text[at - before..last]) {
            from = last;
            continue;
        }
        let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
        let end = text[at..].find('\n').map_or(text.len(), |i| at + i);
        let line = Line::new(&text[start..end], start);
        if let Some(found) = line.judge() {
            edits.extend(found);
        }
        from = end;
    }
}

/// Whether four characters may be read in another way, before a whole line is: an
/// ideograph in UTF-8 in their bytes, or at least three that are cheap in the other
/// encoding of two bytes.
fn may_be_other(four: &str) -> bool {
    let (gbk, big5) = (Double::gbk(), Double::big5());
    [(gbk, big5.encoding), (big5, gbk.encoding)].into_iter().any(|(read_as, other)| {
        let bytes: Vec<u8> = four.chars().filter_map(|c| read_as.pair(c)).flatten().collect();
        let is_utf8 = bytes.utf8_chunks().any(|chunk| chunk.valid().contains(is_cjk));
        let (written, _) = other.decode_without_bom_handling(&bytes);
        let (cost, count) = each(&written);
        is_utf8 || count >= 3 && cost < CHEAPEST + 2.0
    })
}

/// The first place where three of four characters are odd, two of these rare ideographs.
pub(super) fn rare_place(text: &str) -> Option<usize> {
    const ODD: u32 = 0b0101_0101;
    const RARE: u32 = 0b1010_1010;
    let class = |[a, b, c]: [u8; 3]| {
        let code = usize::from(a & 0xf) << 12 | usize::from(b & 0x3f) << 6 | usize::from(c & 0x3f);
        u32::from(CLASSES[code / 4] >> (code % 4 * 2) & 3)
    };
    let bytes = text.as_bytes();
    // The classes of the last characters, two bits each.
    let mut seen = 0u32;
    let mut at = 0;
    while at < bytes.len() {
        if seen & 0b11_1111 == 0 {
            // Of four characters with three odd ones every second one cannot be none,
            // so that every second one is looked at. The last two may begin such four.
            let is_plain = |bytes: &&[u8; 12]| {
                let [a, _, _, b, b1, b2, c, _, _, d, d1, d2] = **bytes;
                let leads = (a ^ 0xe0) | (b ^ 0xe0) | (c ^ 0xe0) | (d ^ 0xe0);
                leads < 0x10 && class([b, b1, b2]) | class([d, d1, d2]) == 0
            };
            let plain = bytes[at..].as_chunks().0.iter().take_while(is_plain).count() * 12;
            at += plain.saturating_sub(6);
        }
        let here = at;
        let class = match bytes[at..] {
            [a @ 0xe0..=0xef, b, c, ..] => {
                at += 3;
                class([a, b, c])
            }
            [0..=0x7f, next, ..] => {
                at += 1;
                if next.is_ascii() {
                    at += simd::ascii_len(&bytes[at..]);
                    seen = 0;
                }
                0
            }
            [0xf0..=0xff, b, ..] => {
                at += 4;
                // Ideographs are in planes 2 and 3, F0 A0 and above; emoji are below.
                if b >= 0xa0 { 3 } else { 0 }
            }
            // Letters of two bytes, and the last character of ASCII.
            _ => {
                at += 2;
                0
            }
        };
        seen = seen << 2 | class;
        if class != 0 && (seen & ODD).count_ones() >= 3 && (seen & RARE).count_ones() >= 2 {
            return Some(here);
        }
    }
    None
}

/// Two bits for each character below U+10000, worked out when this was built: 1 for an
/// odd one, 3 for a rare ideograph, 0 for all others.
pub(super) static CLASSES: &[u8; 1 << 14] = include_bytes!(concat!(env!("OUT_DIR"), "/odd.bin"));

/// A line and where each of its characters starts; the last one is its end.
struct Line<'t> {
    text: &'t str,
    start: usize,
    chars: Vec<(usize, char)>,
}

impl<'t> Line<'t> {
    fn new(text: &'t str, start: usize) -> Self {
        Self { text, start, chars: text.char_indices().collect() }
    }

    /// The best reading of the line: the edits of the way of damage that gains most.
    fn judge(&self) -> Option<Vec<Edit>> {
        let (gbk, big5) = (Double::gbk(), Double::big5());
        let ways =
            [self.utf8(gbk), self.utf8(big5), self.pairs(gbk, big5.encoding), self.pairs(big5, gbk.encoding)];
        let best = ways.into_iter().max_by(|(a, _), (b, _)| a.total_cmp(b))?;
        (best.0 > 0.0).then_some(best.1)
    }

    /// What a stretch gains by being written so, if that is enough.
    fn gain(&self, range: &Range<usize>, written: &str) -> Option<f32> {
        let ((before, _), (after, count)) = (each(&self.text[range.clone()]), each(written));
        let is_text = reads_well(after, count) && before - after >= GAIN && !written.contains(is_odd);
        is_text.then_some((before - after) * count as f32)
    }

    fn edit(&self, range: Range<usize>, written: String, confidence: u8) -> Edit {
        super::written(self.start + range.start..self.start + range.end, written, confidence)
    }

    fn place(&self, i: usize) -> usize {
        self.chars.get(i).map_or(self.text.len(), |(at, _)| *at)
    }

    /// UTF-8 read as another encoding: stretches of characters whose bytes are UTF-8.
    fn utf8(&self, read_as: &Double) -> (f32, Vec<Edit>) {
        // The bytes, and for each the number of the character that starts there.
        let (mut bytes, mut owners) = (Vec::new(), Vec::new());
        for (i, (_, c)) in self.chars.iter().enumerate() {
            let before = bytes.len();
            match (c, read_as.pair(*c)) {
                (c, _) if c.is_ascii() => bytes.push(*c as u8),
                // GBK has nothing in two bytes that begin with 80.
                ('€', _) if read_as.encoding == encoding_rs::GBK => bytes.push(0x80),
                (_, Some(pair)) => bytes.extend(pair),
                // Never a part of UTF-8.
                (_, None) => bytes.push(0xff),
            }
            owners.push(Some(i));
            owners.resize(bytes.len().max(before + 1), None);
        }
        owners.push(Some(self.chars.len()));
        let (mut gain, mut edits) = (0.0, Vec::new());
        let mut at = 0;
        while at < bytes.len() {
            let (end, written, behind) = stretch(&bytes, &owners, at);
            let ends = (owners[at], owners[end]);
            at = behind.max(at + 1);
            if let (Some(from), Some(to)) = ends
                && written.chars().filter(|c| is_cjk(*c)).count() >= LEAST
            {
                let range = self.place(from)..self.place(to);
                if let Some(gained) = self.gain(&range, written) {
                    gain += gained;
                    edits.push(self.edit(range, written.to_owned(), 97));
                    at = end;
                }
            }
        }
        (gain, edits)
    }

    /// One encoding of two bytes read as another: every character by itself.
    fn pairs(&self, read_as: &Double, written_in: &'static Encoding) -> (f32, Vec<Edit>) {
        let other = |c: char| -> Option<char> {
            if c.is_ascii() {
                return Some(c);
            }
            let pair = read_as.pair(c)?;
            let decoded = written_in.decode_without_bom_handling_and_without_replacement(&pair)?;
            let mut chars = decoded.chars();
            chars.next().filter(|c| chars.next().is_none() && !is_odd(*c))
        };
        let others: Vec<Option<char>> = self.chars.iter().map(|(_, c)| other(*c)).collect();
        let (mut gain, mut edits) = (0.0, Vec::new());
        let mut i = 0;
        while i < others.len() {
            let len = others[i..].iter().take_while(|c| c.is_some()).count();
            if let Some((range, written)) = self.best(i, &others[i..i + len])
                && !self.has_word(&range)
                && let Some(gained) = self.gain(&range, &written)
            {
                gain += gained;
                edits.push(self.edit(range, written, 90));
            }
            i += len.max(1);
        }
        (gain, edits)
    }

    /// Whether the stretch has a word in Greek or Cyrillic letters, which are common
    /// ideographs in the other encoding. Damage has them one or two at a time. (To ask
    /// for ideographs in place of letters loses most of what was Big5.)
    fn has_word(&self, range: &Range<usize>) -> bool {
        let words = self.text[range.clone()].split(|c| !matches!(c, '\u{370}'..='\u{52f}'));
        words.into_iter().any(|word| word.chars().nth(3).is_some())
    }

    /// The part of a stretch that gains most: all of it, unless clean text stands beside.
    /// A part has to be a field: any Japanese gains somewhere by being taken for Big5.
    fn best(&self, first: usize, others: &[Option<char>]) -> Option<(Range<usize>, String)> {
        let mut contexts = (model::START, model::START);
        let (mut sums, mut sum, mut from, mut best) = (vec![0.0], 0.0, 0, (0.0, 0..0));
        for (i, other) in others.iter().enumerate() {
            let gained = cost(&mut contexts.0, self.chars[first + i].1) - cost(&mut contexts.1, (*other)?);
            sums.push(sums[i] + gained);
            sum += gained;
            if sum <= 0.0 {
                (sum, from) = (0.0, i + 1);
            } else if sum > best.0 {
                best = (sum, from..i + 1);
            }
        }
        let part = |range: Range<usize>| {
            let written: String = others[range.clone()].iter().flatten().collect();
            let count = written.chars().filter(|c| is_cjk(*c)).count();
            let range = self.place(first + range.start)..self.place(first + range.end);
            (count >= LEAST).then_some((range, written))
        };
        let len = others.len();
        let is_end = |i: usize| self.chars.get(first + i).is_none_or(|(_, c)| ends_field(*c));
        let is_end_before = |i: usize| (first + i).checked_sub(1).is_none_or(|i| ends_field(self.chars[i].1));
        let is_ascii = |i: usize| self.chars[first + i].1.is_ascii();
        let Range { mut start, mut end } = best.1;
        // The rest of it may be rare names, but not what other fields say.
        let is_one = !(0..start).chain(end..len).any(is_ascii);
        if is_one && sums[len] >= best.0 - ENDS && is_end_before(0) && is_end(len) {
            return part(0..len);
        }
        // It reaches to the ends of its fields, or to those of the fields before these.
        let to = (end..=len).find(|i| is_end(*i)).filter(|to| sums[end] - sums[*to] <= ENDS);
        let since = (0..=start).rev().find(|i| is_end_before(*i)).filter(|i| sums[start] - sums[*i] >= -ENDS);
        (start, end) = (since.unwrap_or(start), to.unwrap_or(end));
        while start < end && (!is_end_before(start) || is_ascii(start)) {
            start += 1;
        }
        while start < end && (!is_end(end) || is_ascii(end - 1)) {
            end -= 1;
        }
        part(start..end)
    }
}

/// What stands between fields: ASCII and Chinese punctuation.
fn ends_field(c: char) -> bool {
    let is_wide = matches!(c, '\u{3000}'..='\u{301f}' | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff1f}');
    c.is_ascii() || is_wide || matches!(c, '“' | '”' | '‘' | '’' | '…' | '—' | '·')
}

/// The longest stretch of UTF-8 from a place on that ends where a character of more
/// bytes than one does, and a character that was read ends as well; and behind which
/// place it is over.
fn stretch<'b>(bytes: &'b [u8], owners: &[Option<usize>], from: usize) -> (usize, &'b str, usize) {
    let starts = owners[from].is_some() && matches!(bytes[from], 0xc2..=0xf4);
    let valid = match starts.then(|| bytes[from..].utf8_chunks().next()).flatten() {
        Some(chunk) => chunk.valid(),
        None => return (from, "", from),
    };
    // 锟斤拷 says U+FFFD: it was lost before.
    let lost = valid.find('\u{fffd}');
    let stop = lost.unwrap_or(valid.len());
    // A letter may be the second byte of a character.
    let ends = valid[..stop].char_indices().filter(|(at, c)| !c.is_ascii() || owners[from + at].is_none());
    let mut ends = ends.map(|(at, c)| at + c.len_utf8());
    let end = ends.rfind(|end| owners[from + end].is_some()).unwrap_or(0);
    (from + end, &valid[..end], from + lost.map_or(valid.len(), |lost| lost + 3))
}
