//! Pages that may be decoded. The crate makes room for as many values as a delta
//! encoding says there are; where it lies, no memory is large enough, and that ends
//! the program. So what it says is held against the page's own count first.

use ::parquet::basic::Encoding;
use ::parquet::column::page::{Page, PageMetadata, PageReader};
use ::parquet::errors::{ParquetError, Result};

pub(super) struct Checked {
    pub(super) inner: Box<dyn PageReader>,
    /// Whether there are repetition and definition levels before the values.
    pub(super) levels: [bool; 2],
}

impl PageReader for Checked {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.inner.get_next_page()?;
        if page.as_ref().is_some_and(|page| is_overfull(page, self.levels).unwrap_or(true)) {
            return Err(ParquetError::General("a page with other values than it says".into()));
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.inner.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.inner.skip_next_page()
    }
}

impl Iterator for Checked {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

/// Whether a page encodes more values than it has; `None` where it is cut short.
fn is_overfull(page: &Page, levels: [bool; 2]) -> Option<bool> {
    let lists = match page.encoding() {
        Encoding::DELTA_LENGTH_BYTE_ARRAY => 1,
        Encoding::DELTA_BYTE_ARRAY => 2,
        _ => return Some(false),
    };
    let mut data = &page.buffer()[..];
    match page {
        Page::DataPage { .. } => {
            for _ in levels.iter().filter(|has| **has) {
                let (len, rest) = data.split_at_checked(4)?;
                data = rest.get(u32::from_le_bytes(len.try_into().ok()?) as usize..)?;
            }
        }
        Page::DataPageV2 { def_levels_byte_len, rep_levels_byte_len, .. } => {
            let len = u64::from(*def_levels_byte_len) + u64::from(*rep_levels_byte_len);
            data = data.get(usize::try_from(len).ok()?..)?;
        }
        Page::DictionaryPage { .. } => return Some(false),
    }
    // A page without a value may have no list at all.
    for _ in 0..if data.is_empty() { 0 } else { lists } {
        if skip_integers(&mut data)? > u64::from(page.num_values()) {
            return Some(true);
        }
    }
    Some(false)
}

/// Passes over a list of integers (DELTA_BINARY_PACKED of parquet-format's
/// Encodings.md); how many it says it has.
fn skip_integers(data: &mut &[u8]) -> Option<u64> {
    let (block, parts, count) = (varint(data)?, varint(data)?, varint(data)?);
    varint(data)?;
    if parts == 0 || block % parts != 0 || parts > block || count > u64::from(u32::MAX) {
        return None;
    }
    let a_part = block / parts;
    let mut left = count.saturating_sub(1);
    while left > 0 {
        varint(data)?;
        let (widths, rest) = data.split_at_checked(usize::try_from(parts).ok()?)?;
        *data = rest;
        for width in widths {
            // What is not needed of the last block is not there.
            if left == 0 {
                break;
            }
            let bits = a_part.checked_mul(u64::from(*width))?;
            *data = data.get(usize::try_from(bits / 8).ok()?..)?;
            left = left.saturating_sub(a_part);
        }
    }
    Some(count)
}

fn varint(data: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = data.split_first()?;
        *data = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
