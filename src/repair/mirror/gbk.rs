//! Bytes and characters of CP936, the GBK that the mirror's program reads.
//!
//! It is what encoding_rs calls GBK, user-defined areas included (AAA1 to AFFE,
//! F8A1 to FEFE and A140 to A7A0 are U+E000 to U+E765), but for what GB 18030
//! added: those pairs are not assigned in CP936 (compared pair by pair with
//! Python's codec `cp936`, which has no user-defined areas; where these are is
//! what PHP's mbstring, the program at work, documents).

use std::sync::OnceLock;

use encoding_rs::GBK;

/// Where a pair of bytes is no character.
const NONE: u16 = 0;

/// The two directions of CP936's two-byte characters.
pub(super) struct Gbk {
    /// For each pair from 8140.
    chars: Vec<u16>,
    /// For each character of the basic plane.
    bytes: Vec<u16>,
    /// Pairs of two bytes above 80 that are no character, sorted.
    unassigned: Vec<[u8; 2]>,
}

impl Gbk {
    pub(super) fn get() -> &'static Self {
        static TABLES: OnceLock<Gbk> = OnceLock::new();
        TABLES.get_or_init(|| {
            let (chars, bytes) = (vec![NONE; 0x7f << 8], vec![NONE; 1 << 16]);
            let mut tables = Self { chars, bytes, unassigned: Vec::new() };
            for pair in 0x8140..=0xfefeu16 {
                let Some(c) = assigned(pair) else {
                    continue;
                };
                tables.chars[usize::from(pair - 0x8100)] = c;
                let bytes = &mut tables.bytes[usize::from(c)];
                if *bytes == NONE {
                    *bytes = pair;
                }
            }
            let pairs = (0x8181..=0xfefeu16).map(u16::to_be_bytes);
            let unassigned =
                |pair: &[u8; 2]| (0x81..=0xfe).contains(&pair[1]) && tables.char(pair[0], pair[1]).is_none();
            tables.unassigned = pairs.filter(unassigned).collect();
            tables
        })
    }

    /// The second bytes with which a first one is no character.
    pub(super) fn unassigned(&self, first: u8) -> impl Iterator<Item = u8> {
        let from = self.unassigned.partition_point(|pair| pair[0] < first);
        self.unassigned[from..].iter().take_while(move |pair| pair[0] == first).map(|pair| pair[1])
    }

    /// The character of two bytes.
    pub(super) fn char(&self, lead: u8, trail: u8) -> Option<char> {
        let pair = u16::from_be_bytes([lead, trail]).checked_sub(0x8100)?;
        let c = self.chars.get(usize::from(pair)).filter(|c| **c != NONE)?;
        char::from_u32(u32::from(*c))
    }

    /// The two bytes of a character.
    pub(super) fn bytes(&self, c: char) -> Option<[u8; 2]> {
        let bytes = self.bytes.get(c as usize).filter(|bytes| **bytes != NONE)?;
        Some(bytes.to_be_bytes())
    }

    /// The last byte of a character of two.
    pub(super) fn trail(&self, c: char) -> u8 {
        self.bytes(c).map_or(0, |bytes| bytes[1])
    }
}

/// The character of a pair in CP936.
fn assigned(pair: u16) -> Option<u16> {
    let [lead, trail] = pair.to_be_bytes();
    if trail < 0x40 || trail == 0x7f || trail == 0xff {
        return None;
    }
    let c = match pair {
        // encoding_rs follows the web, where this is a second U+3000.
        0xa3a0 => return Some(0xe5e5),
        0xa2e3 | 0xa6d9..=0xa6df | 0xa6ec | 0xa6ed | 0xa6f3 | 0xa8bc | 0xa8bf | 0xa989..=0xa995 => {
            return None;
        }
        0xfe50..=0xfea0 => return None,
        _ => {
            let pair = [lead, trail];
            let text = GBK.decode_without_bom_handling_and_without_replacement(&pair)?;
            let mut chars = text.chars();
            let first = chars.next().filter(|_| chars.next().is_none())?;
            u16::try_from(first as u32).ok()?
        }
    };
    // What GB 18030 keeps free in the areas that are not the user's.
    (!(0xe766..0xf900).contains(&c)).then_some(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_and_bytes_are_each_others_inverse() {
        let gbk = Gbk::get();
        let mut count = 0;
        for pair in 0x8140..=0xfefeu16 {
            let [lead, trail] = pair.to_be_bytes();
            if let Some(c) = gbk.char(lead, trail) {
                assert_eq!(gbk.bytes(c), Some([lead, trail]), "{pair:x}");
                count += 1;
            }
        }
        // The 21,791 pairs that CP936 assigns, and its 1,894 user-defined ones.
        assert_eq!(count, 23_685);
        assert_eq!(gbk.bytes('報'), Some([0x88, 0xf3]));
        assert_eq!(gbk.char(0xc8, 0xd5), Some('日'));
        assert_eq!(gbk.char(0xaa, 0xa1), Some('\u{e000}'));
        assert_eq!(gbk.char(0xf8, 0xa1), Some('\u{e234}'));
        assert_eq!(gbk.char(0xa1, 0x40), Some('\u{e4c6}'));
        assert_eq!(gbk.char(0xa2, 0xe3), None);
        assert_eq!(gbk.bytes('a'), None);
    }
}
