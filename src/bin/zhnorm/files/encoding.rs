//! Text in the encodings that Chinese has: to UTF-8 and back. Knows no files.
//!
//! What is malformed must not be lost: each such byte goes through the conversion
//! as three bytes that no UTF-8 holds, and comes out as it was.

use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::OnceLock;

use encoding_rs::{Decoder, DecoderResult, Encoder, EncoderResult};

/// An encoding. `Big5` reads Hong Kong's characters too, and does not write them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Encoding {
    #[value(name = "utf-8", alias = "utf8")]
    Utf8,
    #[value(name = "gb18030")]
    Gb18030,
    #[value(name = "gbk", aliases = ["gb2312", "cp936"])]
    Gbk,
    #[value(name = "big5", alias = "cp950")]
    Big5,
    #[value(name = "big5-hkscs")]
    Big5Hkscs,
    #[value(name = "utf-16le", alias = "utf-16")]
    Utf16Le,
    #[value(name = "utf-16be")]
    Utf16Be,
}

/// What a text is in, or that it is to be found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Auto,
    Named(Encoding),
}

impl std::str::FromStr for Wanted {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        if name == "auto" {
            return Ok(Self::Auto);
        }
        let encoding = <Encoding as clap::ValueEnum>::from_str(name, true);
        let known = "known: auto, utf-8, gb18030, gbk, big5, big5-hkscs, utf-16le, utf-16be";
        encoding.map(Self::Named).map_err(|_| format!("unknown encoding; {known}"))
    }
}

impl Encoding {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Gb18030 => "GB18030",
            Self::Gbk => "GBK",
            Self::Big5 => "Big5",
            Self::Big5Hkscs => "Big5-HKSCS",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
        }
    }

    /// Whether a text may begin with a byte order mark.
    pub(super) fn has_mark(self) -> bool {
        !matches!(self, Self::Gbk | Self::Big5 | Self::Big5Hkscs)
    }

    fn whatwg(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Utf8 => encoding_rs::UTF_8,
            Self::Gb18030 => encoding_rs::GB18030,
            Self::Gbk => encoding_rs::GBK,
            Self::Big5 | Self::Big5Hkscs => encoding_rs::BIG5,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
        }
    }

    /// What the beginning of a text is in: a byte order mark, else UTF-8 if it
    /// can be, else GB18030 or Big5 if most characters are common ones there.
    /// What is none of these is taken as UTF-8, and what is malformed stays.
    pub(super) fn detect(start: &[u8]) -> Self {
        match start {
            [0xff, 0xfe, ..] => return Self::Utf16Le,
            [0xfe, 0xff, ..] => return Self::Utf16Be,
            _ => {}
        }
        // The end of what was read may cut a character.
        if std::str::from_utf8(start).map_or_else(|e| e.error_len().is_none(), |_| true) {
            return Self::Utf8;
        }
        let simplified = share(start, 0xb0..=0xd7, |trail| trail >= 0xa1);
        let traditional = share(start, 0xa4..=0xc6, |_| true);
        match (simplified, traditional) {
            (s, t) if s.max(t) < 50 => Self::Utf8,
            (s, t) if s >= t => Self::Gb18030,
            _ => Self::Big5,
        }
    }
}

/// How many in a hundred two-byte characters are in the rows of the common ones;
/// 0 where the bytes cannot be such characters.
fn share(text: &[u8], rows: std::ops::RangeInclusive<u8>, is_trail: impl Fn(u8) -> bool) -> usize {
    let (mut all, mut common, mut at) = (0, 0, 0);
    while at < text.len() {
        match text[at..] {
            [..=0x7f, ..] => at += 1,
            // Four bytes of GB18030: rare, and no sign of anything.
            [0x81..=0xfe, 0x30..=0x39, 0x81..=0xfe, 0x30..=0x39, ..] => at += 4,
            [lead @ 0x81..=0xfe, trail @ (0x40..=0x7e | 0x80..=0xfe), ..] => {
                // Punctuation is at the same place in both.
                if !(0xa1..=0xa3).contains(&lead) {
                    all += 1;
                    common += usize::from(rows.contains(&lead) && is_trail(trail));
                }
                at += 2;
            }
            // Cut at the end of what was read.
            [0x80..=0xff] => break,
            _ => return 0,
        }
    }
    (common * 100usize).checked_div(all).unwrap_or(0)
}

/// One malformed byte on its way through a text of UTF-8.
fn escape(byte: u8) -> [u8; 3] {
    [0xff, 0x80 | byte >> 4, 0x80 | byte & 0xf]
}

/// The malformed bytes of which these are the ways through.
pub(super) fn unescape(bytes: &[u8]) -> Vec<u8> {
    bytes.as_chunks::<3>().0.iter().map(|[_, high, low]| (high & 0xf) << 4 | low & 0xf).collect()
}

/// Reads a text as UTF-8.
pub(super) struct Decode<R> {
    inner: R,
    decoder: Decoder,
    /// What was read last, after the few bytes before it.
    raw: Vec<u8>,
    /// How much of `raw` is decoded.
    used: usize,
    out: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Decode<R> {
    pub(super) fn new(inner: R, encoding: Encoding) -> Self {
        // A byte order mark is a character like others, and stays.
        let decoder = encoding.whatwg().new_decoder_without_bom_handling();
        Self { inner, decoder, raw: Vec::new(), used: 0, out: Vec::new(), given: 0, ended: false }
    }

    fn more(&mut self) -> io::Result<()> {
        // A malformed sequence may have begun in the last read.
        self.raw.drain(..self.used.saturating_sub(8));
        self.used = self.raw.len();
        self.raw.resize(self.used + (1 << 16), 0);
        let got = loop {
            match self.inner.read(&mut self.raw[self.used..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.raw.truncate(self.used + *got.as_ref().unwrap_or(&0));
        self.ended = got? == 0;
        self.out.clear();
        self.given = 0;
        loop {
            let rest = &self.raw[self.used..];
            let room = self.decoder.max_utf8_buffer_length_without_replacement(rest.len());
            let len = self.out.len();
            self.out.resize(len + room.unwrap_or(rest.len() * 4 + 16), 0);
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(rest, &mut self.out[len..], self.ended);
            self.out.truncate(len + written);
            self.used += read;
            match result {
                DecoderResult::InputEmpty => return Ok(()),
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(len, after) => {
                    let end = self.used.saturating_sub(after.into());
                    let bad = &self.raw[end.saturating_sub(len.into())..end];
                    self.out.extend(bad.iter().flat_map(|byte| escape(*byte)));
                }
            }
        }
    }
}

impl<R: Read> Read for Decode<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.out.len() && !self.ended {
            self.more()?;
        }
        let rest = &self.out[self.given..];
        let len = rest.len().min(buffer.len());
        buffer[..len].copy_from_slice(&rest[..len]);
        self.given += len;
        Ok(len)
    }
}

/// What an encoding cannot write.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unencodable {
    /// Its place in the text, in bytes of UTF-8.
    pub(super) at: usize,
    /// The line ends before it.
    pub(super) line: usize,
    /// The character; none for a malformed byte of another encoding.
    pub(super) char: Option<char>,
}

/// Writes text as `to`. Malformed bytes came from `from`; they are what they were
/// if that is `to` too. `html`: what cannot be written becomes a reference.
pub(super) fn encode(text: &[u8], from: Encoding, to: Encoding, html: bool) -> Result<Vec<u8>, Unencodable> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 4);
    let mut at = 0;
    let unencodable = |at: usize, char| {
        let line = text[..at].iter().filter(|b| **b == b'\n').count();
        Unencodable { at, line, char }
    };
    for chunk in text.utf8_chunks() {
        encode_valid(chunk.valid(), to, html, &mut out).map_err(|(i, c)| unencodable(at + i, Some(c)))?;
        at += chunk.valid().len();
        for byte in chunk.invalid() {
            match (from == to, &text[at..]) {
                (true, [0xff, high, low, ..]) => out.push((high & 0xf) << 4 | low & 0xf),
                // The second and third byte of what was just written.
                (true, _) if *byte != 0xff => {}
                _ => return Err(unencodable(at, None)),
            }
            at += 1;
        }
    }
    Ok(out)
}

fn encode_valid(text: &str, to: Encoding, html: bool, out: &mut Vec<u8>) -> Result<(), (usize, char)> {
    match to {
        Encoding::Utf8 => out.extend_from_slice(text.as_bytes()),
        Encoding::Utf16Le => out.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
        Encoding::Utf16Be => out.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
        _ => {
            let mut encoder = to.whatwg().new_encoder();
            let mut at = 0;
            while at < text.len() {
                let (read, unmappable) = encode_some(&mut encoder, &text[at..], out);
                at += read;
                let Some(c) = unmappable else {
                    continue;
                };
                let start = at - c.len_utf8();
                match hong_kong(to, &text[start..]) {
                    Some((len, bytes)) => {
                        out.extend_from_slice(&bytes);
                        at = start + len;
                    }
                    None if html => out.extend_from_slice(format!("&#{};", c as u32).as_bytes()),
                    None => return Err((start, c)),
                }
            }
        }
    }
    Ok(())
}

/// Encodes until something cannot be; how much was read, and what cannot.
fn encode_some(encoder: &mut Encoder, text: &str, out: &mut Vec<u8>) -> (usize, Option<char>) {
    let room = encoder.max_buffer_length_from_utf8_without_replacement(text.len());
    let len = out.len();
    out.resize(len + room.unwrap_or(text.len() * 4 + 16), 0);
    let (result, read, written) = encoder.encode_from_utf8_without_replacement(text, &mut out[len..], true);
    out.truncate(len + written);
    match result {
        EncoderResult::Unmappable(c) => (read, Some(c)),
        EncoderResult::InputEmpty | EncoderResult::OutputFull => (read, None),
    }
}

/// The bytes of a character that only Hong Kong's Big5 has. The WHATWG encoding
/// reads these and does not write them, so they are had by reading all.
fn hong_kong(to: Encoding, text: &str) -> Option<(usize, [u8; 2])> {
    static TABLE: OnceLock<HashMap<String, [u8; 2]>> = OnceLock::new();
    if to != Encoding::Big5Hkscs {
        return None;
    }
    let table = TABLE.get_or_init(|| {
        let pairs = (0x87..=0xfe).flat_map(|lead| (0x40..=0xfe).map(move |trail| [lead, trail]));
        let read = |pair: [u8; 2]| {
            let text =
                encoding_rs::BIG5.decode_without_bom_handling_and_without_replacement(&pair)?.into_owned();
            Some((text, pair)).filter(|(text, _)| !text.is_ascii())
        };
        pairs.filter_map(read).collect()
    });
    // Four of them are a letter with a mark.
    let mut ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let (one, two) = (ends.next()?, ends.next());
    [two, Some(one)].into_iter().flatten().find_map(|end| Some((end, *table.get(&text[..end])?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Encoding; 6] = [
        Encoding::Gb18030,
        Encoding::Gbk,
        Encoding::Big5,
        Encoding::Big5Hkscs,
        Encoding::Utf16Le,
        Encoding::Utf16Be,
    ];

    fn decoded(bytes: &[u8], encoding: Encoding) -> Vec<u8> {
        // Small reads, so that a character or a malformed sequence is cut.
        struct Slow<'a>(&'a [u8]);
        impl Read for Slow<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let len = self.0.len().min(buffer.len()).min(1);
                buffer[..len].copy_from_slice(&self.0[..len]);
                self.0 = &self.0[len..];
                Ok(len)
            }
        }
        let mut out = Vec::new();
        Decode::new(Slow(bytes), encoding).read_to_end(&mut out).expect("read");
        out
    }

    #[test]
    fn every_encoding_there_and_back() {
        let text = "\u{feff}書籍 book，這是字。\r\n";
        for encoding in ALL {
            let text = if encoding.has_mark() { text } else { &text[3..] };
            let bytes = encode(text.as_bytes(), Encoding::Utf8, encoding, false).expect("has all");
            assert_eq!(String::from_utf8(decoded(&bytes, encoding)).as_deref(), Ok(text), "{encoding:?}");
        }
    }

    #[test]
    fn malformed_bytes_come_back_and_go_nowhere_else() {
        let cases: [(Encoding, &[u8]); 5] = [
            (Encoding::Gb18030, b"a\xcc\xff\xa1\xa1b\x81\x30\x81"),
            (Encoding::Gb18030, b"\xffa\xc3\xff"),
            (Encoding::Big5, b"a\xff\xa4\xa4\xa4"),
            (Encoding::Utf16Le, b"a\0\x00\xd8b\0\x01"),
            (Encoding::Utf16Be, b"\0a\xdc\x00\0b\0"),
        ];
        for (encoding, bytes) in cases {
            let text = decoded(bytes, encoding);
            assert!(std::str::from_utf8(&text).is_err());
            assert_eq!(encode(&text, encoding, encoding, false).as_deref(), Ok(bytes), "{encoding:?}");
            assert!(encode(&text, encoding, Encoding::Utf8, true).is_err_and(|bad| bad.char.is_none()));
        }
    }

    #[test]
    fn what_cannot_be_written_is_named_or_becomes_a_reference() {
        let text = "書\n这".as_bytes();
        let bad = Unencodable { at: 4, line: 1, char: Some('这') };
        assert_eq!(encode(text, Encoding::Utf8, Encoding::Big5, false), Err(bad));
        assert_eq!(
            encode(text, Encoding::Utf8, Encoding::Big5, true).as_deref(),
            Ok(&b"\xae\xd1\n&#36825;"[..])
        );
    }

    #[test]
    fn hong_kong_has_more_characters() {
        for text in ["㗎", "咗啲", "Ê̄x"] {
            assert!(encode(text.as_bytes(), Encoding::Utf8, Encoding::Big5, false).is_err());
            let bytes = encode(text.as_bytes(), Encoding::Utf8, Encoding::Big5Hkscs, false).expect("has it");
            assert_eq!(decoded(&bytes, Encoding::Big5Hkscs), text.as_bytes());
        }
    }

    #[test]
    fn short_texts_are_told_apart() {
        for (text, encoding) in [
            ("我们的书", Encoding::Gb18030),
            ("请把这个文件打开。", Encoding::Gb18030),
            ("我們的書", Encoding::Big5),
            ("請開啟這個檔案。", Encoding::Big5),
            ("今天天氣很好", Encoding::Big5),
        ] {
            let bytes = encode(text.as_bytes(), Encoding::Utf8, encoding, false).expect("has all");
            assert_eq!(Encoding::detect(&bytes), encoding, "{text}");
        }
        assert_eq!(Encoding::detect("書".as_bytes()), Encoding::Utf8);
        assert_eq!(Encoding::detect(b"caf\xe9 \xff"), Encoding::Utf8);
        assert_eq!(Encoding::detect(b"\xff\xfea\0"), Encoding::Utf16Le);
    }
}
