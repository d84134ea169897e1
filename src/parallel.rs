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
    let done: Vec<Cow<'t, str>> = blocks.into_par_iter().with_max_len(1).map(convert).collect();
    match done.iter().all(|block| matches!(block, Cow::Borrowed(_))) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(concat(&done)),
    }
}

/// The texts one behind the other. To copy them, into pages that the system has yet to
/// find, takes twice as long as `t2s`: all threads do it. (Some blocks at a time, to use
/// their memory again, is as fast for `t2s` and slower for what takes longer.)
fn concat(texts: &[Cow<'_, str>]) -> String {
    let mut out = vec![0; texts.iter().map(|text| text.len()).sum()];
    let mut rest = out.as_mut_slice();
    let place = |text: &&str| rest.split_off_mut(..text.len()).unwrap_or_default();
    let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
    let places: Vec<&mut [u8]> = texts.iter().map(place).collect();
    places.into_par_iter().zip(texts).for_each(|(place, text)| place.copy_from_slice(text.as_bytes()));
    simd::into_string(out)
}
