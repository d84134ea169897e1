//! Many texts, or a long one, on all cores: the same output for every number of
//! threads, because what is decided about a block depends on it alone.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::Converter;
#[cfg(feature = "repair")]
use crate::Normalizer;
use crate::cut::Cuts;
use crate::simd;

impl Converter {
    /// Converts many texts on all threads of rayon's pool; the results are in order.
    ///
    /// ```
    /// use zhnorm::{Converter, Target};
    /// let converter = Converter::to(Target::Simplified);
    /// assert_eq!(converter.par_convert_all(&["開放", "中文", "轉換"]), ["开放", "中文", "转换"]);
    /// ```
    pub fn par_convert_all<'t, T: AsRef<str> + Sync>(&self, texts: &'t [T]) -> Vec<Cow<'t, str>> {
        texts.par_iter().map(|text| self.convert(text.as_ref())).collect()
    }

    /// Converts one text, its blocks on all threads of rayon's pool. The same as
    /// [`Converter::convert`], and worth it from some hundred kilobytes on.
    ///
    /// ```
    /// use zhnorm::{Converter, Direction};
    /// let converter = Converter::exact(Direction::T2s);
    /// let text = "乾隆年間的頭髮。\n".repeat(50_000);
    /// assert_eq!(converter.par_convert(&text), "乾隆年间的头发。\n".repeat(50_000));
    /// ```
    pub fn par_convert<'t>(&self, text: &'t str) -> Cow<'t, str> {
        by_blocks(self.cuts(), text, |block| self.convert(block))
    }
}

#[cfg(feature = "repair")]
impl Normalizer {
    /// Brings many texts into order on all threads of rayon's pool; the results are
    /// in order.
    ///
    /// ```
    /// use zhnorm::{Normalizer, Steps};
    /// let normalizer = Normalizer::builder().steps(Steps::WIDTH).build();
    /// assert_eq!(normalizer.par_normalize_all(&["Ａ", "b"]), ["A", "b"]);
    /// ```
    pub fn par_normalize_all<'t, T: AsRef<str> + Sync>(&self, texts: &'t [T]) -> Vec<Cow<'t, str>> {
        texts.par_iter().map(|text| self.normalize(text.as_ref())).collect()
    }

    /// Brings one text into order, its blocks on all threads of rayon's pool. The
    /// same as [`Normalizer::normalize`]; with repair, which judges a page as a
    /// whole, it is one block.
    ///
    /// ```
    /// use zhnorm::{Normalizer, Steps};
    /// let normalizer = Normalizer::builder().steps(Steps::WIDTH).build();
    /// assert_eq!(normalizer.par_normalize(&"Ａ\n".repeat(300_000)), "A\n".repeat(300_000));
    /// ```
    pub fn par_normalize<'t>(&self, text: &'t str) -> Cow<'t, str> {
        by_blocks(self.cuts(), text, |block| self.normalize(block))
    }
}

fn by_blocks<'t>(
    cuts: Cuts,
    text: &'t str,
    convert: impl for<'b> Fn(&'b str) -> Cow<'b, str> + Send + Sync,
) -> Cow<'t, str> {
    let ends = cuts.ends(text.as_bytes());
    if ends.len() < 2 {
        return convert(text);
    }
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let blocks: Vec<&str> = starts.zip(&ends).map(|(start, end)| &text[start..*end]).collect();
    let mut out = Output { text, read: 0, written: None };
    for some in blocks.chunks(BLOCKS * rayon::current_num_threads()) {
        let done: Vec<Cow<'t, str>> = some.par_iter().with_max_len(1).map(|block| convert(block)).collect();
        out.append(&done);
        out.read += some.iter().map(|block| block.len()).sum::<usize>();
    }
    out.finish()
}

/// How many blocks each thread gets at a time. Their memory is then there for the next
/// ones: to have the system find all of it anew took as long as to convert the text.
const BLOCKS: usize = 8;

/// A result that is not written before something changes.
struct Output<'t> {
    text: &'t str,
    /// Bytes of the text that the result stands for.
    read: usize,
    /// Zeros, and how many bytes of the result stand in their place.
    written: Option<(Vec<u8>, usize)>,
}

impl<'t> Output<'t> {
    /// Appends what became of the next blocks: all threads copy.
    fn append(&mut self, done: &[Cow<'_, str>]) {
        if self.written.is_none() && done.iter().all(|block| matches!(block, Cow::Borrowed(_))) {
            return;
        }
        let (out, written) = self.written.get_or_insert_with(|| {
            let mut out = vec![0; self.text.len() + self.text.len() / 8];
            out[..self.read].copy_from_slice(&self.text.as_bytes()[..self.read]);
            (out, self.read)
        });
        let end = *written + done.iter().map(|block| block.len()).sum::<usize>();
        if end > out.len() {
            out.resize(end.max(2 * out.len()), 0);
        }
        let mut rest = &mut out[*written..end];
        let place = |block: &Cow<'_, str>| rest.split_off_mut(..block.len()).unwrap_or_default();
        let places: Vec<&mut [u8]> = done.iter().map(place).collect();
        places.into_par_iter().zip(done).for_each(|(place, block)| place.copy_from_slice(block.as_bytes()));
        *written = end;
    }

    fn finish(self) -> Cow<'t, str> {
        match self.written {
            None => Cow::Borrowed(self.text),
            Some((mut out, written)) => {
                out.truncate(written);
                Cow::Owned(simd::into_string(out))
            }
        }
    }
}
