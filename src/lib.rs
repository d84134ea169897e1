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
//! | `cli` | yes | the command `zhnorm`; clap, rayon, and crates for files, encodings and archives |
//! | `config` | with `cli` | [`Converter::from_config`]; jsonc-parser |
//!
//! A library user who wants neither writes `default-features = false`.

#[cfg(feature = "config")]
mod config;
mod convert;
mod cut;
mod direction;
// Until the pipeline is in.
#[allow(dead_code)]
mod edit;
mod error;
#[cfg(feature = "config")]
mod lexicons;
mod records;
mod script;
mod simd;
mod stream;
mod tables;

use std::borrow::Cow;

pub use convert::Converter;
pub use direction::{Direction, Target};
pub use error::Error;
pub use records::{BadRecord, Convert, Format, Records, Rewritten};
pub use stream::{Blocks, NormalizingWriter};
pub use zhnorm_table::Rare;

/// Brings a text in any mix of scripts to a target; see [`Converter::to`].
///
/// ```
/// assert_eq!(zhnorm::convert("開放中文轉換", zhnorm::Target::Simplified), "开放中文转换");
/// ```
pub fn convert(text: &str, target: Target) -> Cow<'_, str> {
    Converter::to(target).convert(text)
}
