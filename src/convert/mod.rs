//! Converters: an exact conversion, or any mix brought to one target.

mod block;
mod cascade;
mod context;
mod engine;
mod mixed;

use std::borrow::Cow;
use std::fmt;
#[cfg(feature = "config")]
use std::sync::Arc;

use zhnorm_table::Rare;
#[cfg(feature = "config")]
use zhnorm_table::chain::Chain;
use zhnorm_table::view::Plan;
#[cfg(feature = "config")]
use zhnorm_table::view::Tables;

use crate::{Direction, Target, tables};

/// Converts text from one script to another.
///
/// `Send + Sync`, cheap to make and to clone: the dictionaries are part of the
/// program and are used where they stand.
///
/// ```
/// use zhnorm::{Converter, Direction};
/// let converter = Converter::exact(Direction::S2twp);
/// assert_eq!(converter.convert("鼠标和内存"), "滑鼠和記憶體");
/// ```
#[derive(Clone)]
pub struct Converter {
    rules: Rules,
    rare: Rare,
    /// What is in this target's script already is left alone.
    target: Option<Target>,
    /// Whether the context model may override the phrase dictionary.
    context: bool,
}

#[derive(Clone)]
enum Rules {
    /// A direction's plan in the program.
    Embedded(&'static Plan<'static>),
    /// A configuration's plan, compiled when it was loaded.
    #[cfg(feature = "config")]
    Compiled(Arc<Vec<u8>>),
    /// A configuration that no plan can hold, run step by step.
    #[cfg(feature = "config")]
    Chain(Arc<Chain>),
}

/// The name under which a configuration's plan is compiled.
#[cfg(feature = "config")]
pub(crate) const COMPILED: &str = "config";

impl Converter {
    /// An exact conversion: what OpenCC 1.4.2's library gives, byte for byte,
    /// rare characters included as they are there.
    ///
    /// ```
    /// use zhnorm::{Converter, Direction};
    /// let converter = Converter::exact(Direction::T2s);
    /// assert_eq!(converter.convert("乾隆年間的頭髮乾燥"), "乾隆年间的头发干燥");
    /// ```
    pub fn exact(direction: Direction) -> Self {
        Self { rules: Rules::Embedded(tables::plan(direction)), rare: Rare::Include, target: None, context: false }
    }

    /// Brings text in any mix of scripts to a target.
    ///
    /// What is in the target's script already stays as it is, byte for byte, and
    /// so do Japanese and Korean, on the way to the Traditional targets. Rare
    /// characters are excluded: few fonts could show them.
    ///
    /// ```
    /// use zhnorm::{Converter, Target};
    /// let converter = Converter::to(Target::Simplified);
    /// assert_eq!(converter.convert("舊聞：這頁沒有變。脚注：这页没有变。"), "旧闻：这页没有变。脚注：这页没有变。");
    /// let converter = Converter::to(Target::Taiwan);
    /// assert_eq!(converter.convert("國家的干預到里長為止。国家的干预到里面去了。"), "國家的干預到里長為止。國家的干預到裡面去了。");
    /// ```
    pub fn to(target: Target) -> Self {
        let direction = match target {
            Target::Simplified => Direction::T2s,
            Target::Traditional => Direction::S2t,
            Target::Taiwan => Direction::S2tw,
            Target::Hongkong => Direction::S2hk,
        };
        Self { rules: Rules::Embedded(tables::plan(direction)), rare: Rare::Exclude, target: Some(target), context: true }
    }

    /// Whether to write characters that few fonts can show (OpenCC's tofu-risk
    /// dictionaries). A configuration's chain decides it when it is loaded.
    ///
    /// ```
    /// use zhnorm::{Converter, Direction, Rare};
    /// let converter = Converter::exact(Direction::T2s);
    /// assert_eq!(converter.convert("㑮"), "𫝈");
    /// assert_eq!(converter.rare(Rare::Exclude).convert("㑮"), "㑮");
    /// ```
    #[must_use]
    pub fn rare(mut self, rare: Rare) -> Self {
        self.rare = rare;
        self
    }

    /// Whether an ambiguous character is chosen by what stands around it, as it is
    /// by default on the way to the Traditional targets, or by the phrase
    /// dictionary alone. Exact conversions never look at the context.
    ///
    /// ```
    /// use zhnorm::{Converter, Target};
    /// let converter = Converter::to(Target::Traditional);
    /// assert_eq!(converter.convert("他把面煮好了"), "他把麪煮好了");
    /// assert_eq!(converter.context(false).convert("他把面煮好了"), "他把面煮好了");
    /// ```
    #[must_use]
    pub fn context(mut self, on: bool) -> Self {
        self.context = on;
        self
    }

    #[cfg(feature = "config")]
    pub(crate) fn compiled(tables: Vec<u8>, rare: Rare) -> Self {
        Self { rules: Rules::Compiled(Arc::new(tables)), rare, target: None, context: false }
    }

    #[cfg(feature = "config")]
    pub(crate) fn chain(chain: Chain, rare: Rare) -> Self {
        Self { rules: Rules::Chain(Arc::new(chain)), rare, target: None, context: false }
    }

    /// Converts a text; borrowed where nothing changes. Never fails.
    ///
    /// ```
    /// use std::borrow::Cow;
    /// use zhnorm::{Converter, Direction};
    /// let converter = Converter::exact(Direction::S2t);
    /// assert!(matches!(converter.convert("人人"), Cow::Borrowed(_)));
    /// assert_eq!(converter.convert("万里长城"), "萬里長城");
    /// ```
    pub fn convert<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.target {
            None => self.convert_all(text),
            Some(target) => mixed::convert(self, target, text),
        }
    }

    fn convert_all<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match &self.rules {
            Rules::Embedded(plan) => engine::convert(plan, self.rare, text),
            #[cfg(feature = "config")]
            Rules::Compiled(bytes) => match Tables::trusted(bytes).and_then(|tables| tables.plan(COMPILED)) {
                Some(plan) => engine::convert(&plan, self.rare, text),
                None => unreachable!("compiled when the configuration was loaded"),
            },
            #[cfg(feature = "config")]
            Rules::Chain(chain) => {
                let out = chain.convert(text);
                if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
            }
        }
    }

    /// Converts a text and appends the result.
    ///
    /// ```
    /// use zhnorm::{Converter, Direction};
    /// let mut out = String::from("> ");
    /// Converter::exact(Direction::T2s).convert_into("書", &mut out);
    /// assert_eq!(out, "> 书");
    /// ```
    pub fn convert_into(&self, text: &str, out: &mut String) {
        out.push_str(&self.convert(text));
    }

    /// Converts bytes that should be UTF-8. What is not stays where and as it
    /// is, and rules do not reach across it.
    ///
    /// ```
    /// use zhnorm::{Converter, Direction};
    /// let converter = Converter::exact(Direction::T2s);
    /// assert_eq!(converter.convert_bytes(b"\xe6\x9b\xb8\xff"), &b"\xe4\xb9\xa6\xff"[..]);
    /// ```
    pub fn convert_bytes<'t>(&self, bytes: &'t [u8]) -> Cow<'t, [u8]> {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return match self.convert(text) {
                Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
                Cow::Owned(text) => Cow::Owned(text.into_bytes()),
            };
        }
        let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 8);
        for chunk in bytes.utf8_chunks() {
            out.extend_from_slice(self.convert(chunk.valid()).as_bytes());
            out.extend_from_slice(chunk.invalid());
        }
        Cow::Owned(out)
    }
}

impl fmt::Debug for Converter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules = match &self.rules {
            Rules::Embedded(_) => "embedded",
            #[cfg(feature = "config")]
            Rules::Compiled(_) => "compiled",
            #[cfg(feature = "config")]
            Rules::Chain(_) => "chain",
        };
        let mut debug = f.debug_struct("Converter");
        debug.field("rules", &rules).field("rare", &self.rare).finish_non_exhaustive()
    }
}
