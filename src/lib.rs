//! Traditional and Simplified Chinese, converted exactly as OpenCC does or
//! brought from any mix to one script.
//!
//! ```
//! use zhnorm::{Target, convert};
//! assert_eq!(convert("網頁的正文。网页的页脚。", Target::Simplified), "网页的正文。网页的页脚。");
//! ```
//!
//! # What to read first
//!
//! - [`convert`]: one call, one target.
//! - [`Converter`]: made once, used often, from many threads: [`Converter::to`]
//!   for a target, [`Converter::exact`] for one of OpenCC's [`Direction`]s,
//!   [`Converter::from_config`] for a configuration file of your own.
//! - [`NormalizingWriter`]: text of any size in flat memory.
//! - [`Records`]: the text in JSON, CSV and subtitles, and nothing else.
//!
//! Text never fails to convert; an [`Error`] comes from an argument or a file.
//!
//! # Features and their price
//!
//! | feature | default | brings |
//! |---|---|---|
//! | `cli` | yes | the command `zhnorm`; clap, and crates for files, encodings and archives |
//! | `parallel` | with `cli` | [`Converter::par_convert`], [`Converter::par_convert_all`]; rayon |
//! | `parquet` | no | `Parquet`, also in the command; parquet, bytes, and what `parallel` brings |
//! | `repair` | with `cli` | [`repair()`]; encoding_rs, a language model of 0.6 MB |
//! | `config` | with `cli` | [`Converter::from_config`]; jsonc-parser |
//! | `markdown` | with `cli` | [`Protect::MARKDOWN`], [`Protect::CODE`]; pulldown-cmark |
//! | `normalize` | with `cli` | the Unicode steps, [`Steps`], and [`Profile`]; unicode-normalization |
//!
//! A library user who wants none of them writes `default-features = false`.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "config")]
mod config;
mod convert;
mod cut;
mod dictionary;
mod direction;
mod edit;
mod error;
#[cfg(feature = "config")]
mod lexicons;
#[cfg(feature = "normalize")]
mod normalize;
#[cfg(feature = "parallel")]
mod parallel;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "repair")]
mod pipeline;
#[cfg(feature = "normalize")]
mod profile;
mod protect;
mod records;
#[cfg(feature = "repair")]
mod repair;
#[cfg(feature = "normalize")]
mod scan;
mod script;
mod simd;
mod stream;
mod style;
mod tables;

use std::borrow::Cow;

pub use convert::{Change, Converter, Variants, Vocabulary};
pub use dictionary::Dictionary;
pub use direction::{Direction, Target};
pub use error::Error;
#[cfg(feature = "normalize")]
pub use normalize::Steps;
#[cfg(feature = "parquet")]
pub use parquet::{ConvertShared, Parquet, ParquetReport};
#[cfg(feature = "repair")]
pub use pipeline::{Normalizer, NormalizerBuilder};
#[cfg(feature = "normalize")]
pub use profile::Profile;
pub use protect::Protect;
pub use records::{BadRecord, Convert, Format, Records, Rewritten};
#[cfg(feature = "repair")]
pub use repair::{Damage, damage, losses, repair};
pub use script::{Detection, Script, Span, detect, spans};
pub use stream::{Blocks, NormalizingWriter, Work};
pub use style::Style;
pub use zhnorm_table::Rare;

/// Brings a text in any mix of scripts to a target; see [`Converter::to`].
///
/// ```
/// assert_eq!(zhnorm::convert("開放中文轉換", zhnorm::Target::Simplified), "开放中文转换");
/// ```
pub fn convert(text: &str, target: Target) -> Cow<'_, str> {
    Converter::to(target).convert(text)
}

/// For the task that fits the weights of script detection; no part of the interface.
#[doc(hidden)]
pub mod fit {
    pub use crate::script::{Weights, is_simplified_by};
}

/// The code in README.md and the book is run as a test.
#[cfg(all(doctest, feature = "repair"))]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../book/src/opencc.md")]
#[doc = include_str!("../book/src/zhconv.md")]
#[doc = include_str!("../book/src/dictionary.md")]
#[doc = include_str!("../book/src/reference/library.md")]
struct Readme;
