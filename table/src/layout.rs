//! The container of compiled tables: numbered sections, each stored once.
//!
//! Bytes: the magic and version, a u32 count of sections, then for each its
//! u32 offset and u32 length, then the sections, each at a multiple of 64. The
//! last section is the root, which [`crate::view`] reads. Equal sections are
//! stored once, so directions share what they have in common.
//! All integers are little-endian, and none needs alignment to be read.

use std::collections::HashMap;

/// First bytes of every table; the last two are the format's version.
const MAGIC: [u8; 8] = *b"zhnorm\x00\x01";
const ALIGN: usize = 64;
const HEAD: usize = MAGIC.len() + 4;

/// The number of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section(pub(crate) u32);

/// Collects sections.
#[derive(Debug, Default)]
pub struct Blob {
    sections: Vec<Vec<u8>>,
    known: HashMap<Vec<u8>, u32>,
}

impl Blob {
    /// Adds a section, or finds the equal one.
    pub fn add(&mut self, bytes: Vec<u8>) -> Section {
        let next = self.sections.len() as u32;
        let number = *self.known.entry(bytes.clone()).or_insert(next);
        if number == next {
            self.sections.push(bytes);
        }
        Section(number)
    }

    /// Adds a section of u32 words.
    pub fn add_u32(&mut self, words: &[u32]) -> Section {
        self.add(words.iter().flat_map(|w| w.to_le_bytes()).collect())
    }

    /// All sections with `root` as the last.
    pub fn finish(mut self, root: Vec<u8>) -> Vec<u8> {
        self.sections.push(root);
        let mut out = MAGIC.to_vec();
        out.extend((self.sections.len() as u32).to_le_bytes());
        let mut offset = (HEAD + 8 * self.sections.len()).next_multiple_of(ALIGN);
        for section in &self.sections {
            out.extend((offset as u32).to_le_bytes());
            out.extend((section.len() as u32).to_le_bytes());
            offset = (offset + section.len()).next_multiple_of(ALIGN);
        }
        for section in &self.sections {
            out.resize(out.len().next_multiple_of(ALIGN), 0);
            out.extend_from_slice(section);
        }
        out
    }
}

/// Finds sections in the bytes of a table.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    index: &'a [[u8; 8]],
}

impl<'a> Reader<'a> {
    /// `None` where the bytes are no table of this version or are cut short.
    pub(crate) fn new(bytes: &'a [u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&MAGIC)?;
        let (count, rest) = rest.split_first_chunk::<4>()?;
        let count = u32::from_le_bytes(*count) as usize;
        let (index, _) = rest.get(..count.checked_mul(8)?)?.as_chunks::<8>();
        let reader = Self { bytes, index };
        let whole = (0..count).all(|i| reader.try_bytes(Section(i as u32)).is_some());
        (whole && count > 0).then_some(reader)
    }

    fn try_bytes(&self, section: Section) -> Option<&'a [u8]> {
        let [a, b, c, d, e, f, g, h] = *self.index.get(section.0 as usize)?;
        let offset = u32::from_le_bytes([a, b, c, d]) as usize;
        let len = u32::from_le_bytes([e, f, g, h]) as usize;
        self.bytes.get(offset..offset.checked_add(len)?)
    }

    /// The bytes of a section; empty where there is none.
    pub(crate) fn bytes(&self, section: Section) -> &'a [u8] {
        self.try_bytes(section).unwrap_or_default()
    }

    /// A section as records of `N` bytes.
    pub(crate) fn chunks<const N: usize>(&self, section: Section) -> &'a [[u8; N]] {
        self.bytes(section).as_chunks::<N>().0
    }

    pub(crate) fn root(&self) -> &'a [u8] {
        self.bytes(Section(self.index.len() as u32 - 1))
    }
}
