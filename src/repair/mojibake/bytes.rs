//! The bytes that a character was read from, in each encoding that texts are
//! mistaken for. The tables are encoding_rs's, turned round.

use std::collections::HashMap;
use std::sync::OnceLock;

use encoding_rs::{BIG5, Encoding, GBK, WINDOWS_1252};

/// An encoding of two bytes a character.
pub(super) struct Double {
    pub(super) encoding: &'static Encoding,
    /// Characters and the two bytes that decode to each; encoders have fewer, since
    /// none writes Big5's Hong Kong part.
    pairs: HashMap<char, [u8; 2]>,
}

impl Double {
    pub(super) fn gbk() -> &'static Self {
        static TABLE: OnceLock<Double> = OnceLock::new();
        TABLE.get_or_init(|| Self::new(GBK))
    }

    pub(super) fn big5() -> &'static Self {
        static TABLE: OnceLock<Double> = OnceLock::new();
        TABLE.get_or_init(|| Self::new(BIG5))
    }

    fn new(encoding: &'static Encoding) -> Self {
        let mut pairs = HashMap::with_capacity(24_000);
        // Where two pairs say one character, the one outside Big5's Hong Kong part.
        let leads = (0xa1..=0xfe).chain(0x81..=0xa0);
        for bytes in leads.flat_map(|lead| (0x40..=0xfe).map(move |trail| [lead, trail])) {
            let decoded = encoding.decode_without_bom_handling_and_without_replacement(&bytes);
            let mut chars = decoded.iter().flat_map(|text| text.chars());
            if let (Some(c), None) = (chars.next(), chars.next()) {
                pairs.entry(c).or_insert(bytes);
            }
        }
        Self { encoding, pairs }
    }

    pub(super) fn pair(&self, c: char) -> Option<[u8; 2]> {
        self.pairs.get(&c).copied()
    }
}

/// The byte that was read as a character, in ISO 8859-1 or windows-1252. They differ
/// in 80 to 9F, where the first has control characters, so that one answer does.
pub(super) fn single(c: char) -> Option<u8> {
    match c {
        '\0'..='\u{ff}' => Some(c as u8),
        // The last of windows-1252 is the sign of a trade mark.
        '\u{2123}'.. => None,
        _ => {
            let mut buffer = [0; 4];
            let (bytes, _, is_lost) = WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
            bytes.first().copied().filter(|_| !is_lost)
        }
    }
}
