//! Converters: an exact conversion, or any mix brought to one target.
//!
//! A text goes through four steps: what is protected and what the user's words
//! say is taken out ([`holes`]), the script is converted ([`engine`], or [`mixed`]
//! where text is brought to a target), the forms and words of the target's region
//! follow ([`region`]), and what was taken out comes back.

mod block;
mod cascade;
mod context;
mod engine;
mod explain;
mod holes;
mod in_place;
mod kept;
mod mixed;
mod normal;
mod options;
mod phrases;
mod pieces;
mod region;
mod stretches;
mod trace;

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

use crate::cut::Cuts;
use crate::dictionary::Words;
use crate::protect::{self, Guarded, Protect};
use crate::style::Style;
use crate::{Direction, Target, edit, tables};
use holes::{Hole, Holed};

pub use explain::Change;
#[cfg(feature = "repair")]
pub(crate) use explain::changes;
#[cfg(feature = "repair")]
pub(crate) use pieces::{by_blocks, bytes_by_blocks, edits_by_blocks};
pub use region::{Variants, Vocabulary};

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
    goal: Option<Goal>,
    variants: Variants,
    vocabulary: Vocabulary,
    protect: Protect,
    words: Option<Words>,
    /// Whether compatibility ideographs are unified.
    compatibility: bool,
    /// Whether the context model may override the phrase dictionary.
    context: bool,
    /// The user's choice of styles, if there is one.
    style: Option<Style>,
    /// Whether each text's own style is its house style.
    own_style: bool,
}

/// What a converter is for.
#[derive(Clone, Copy)]
enum Goal {
    Exact(Direction),
    /// What is in this target's script already is left alone.
    To(Target),
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
        Self::new(Rules::Embedded(tables::plan(direction)), Rare::Include, Some(Goal::Exact(direction)))
    }

    fn new(rules: Rules, rare: Rare, goal: Option<Goal>) -> Self {
        let (variants, vocabulary) = Default::default();
        Self {
            rules,
            rare,
            goal,
            variants,
            vocabulary,
            protect: Protect::NONE,
            words: None,
            context: true,
            style: None,
            own_style: false,
            compatibility: true,
        }
    }

    /// Brings text in any mix of scripts to a target.
    ///
    /// What is in the target's script already stays as it is, byte for byte, and
    /// so do Japanese and Korean, links and addresses ([`Converter::protect`]).
    /// Rare characters are excluded: few fonts could show them.
    ///
    /// ```
    /// use zhnorm::{Converter, Target};
    /// let converter = Converter::to(Target::Simplified);
    /// assert_eq!(converter.convert("舊聞：這頁沒有變。脚注：这页没有变。"), "旧闻：这页没有变。脚注：这页没有变。");
    /// let converter = Converter::to(Target::Taiwan);
    /// assert_eq!(converter.convert("國家的干預到里長為止。国家的干预到里面去了。"), "國家的干預到里長為止。國家的干預到裡面去了。");
    /// ```
    pub fn to(target: Target) -> Self {
        let plan = match target {
            Target::Simplified => tables::extra(tables::Extra::Any2s),
            Target::Traditional => tables::plan(Direction::S2t),
            Target::Taiwan => tables::plan(Direction::S2tw),
            Target::Hongkong => tables::plan(Direction::S2hk),
        };
        let converter = Self::new(Rules::Embedded(plan), Rare::Exclude, Some(Goal::To(target)));
        converter.protect(Protect::default())
    }

    /// Whether compatibility ideographs are unified, as OpenCC does.
    #[cfg(feature = "repair")]
    pub(crate) fn compatibility(mut self, unify: bool) -> Self {
        self.compatibility = unify;
        self
    }

    /// The target, where there is one.
    #[cfg(feature = "repair")]
    pub(crate) fn target(&self) -> Option<Target> {
        match self.goal {
            Some(Goal::To(target)) => Some(target),
            _ => None,
        }
    }

    /// What is copied through.
    #[cfg(feature = "repair")]
    pub(crate) fn protected(&self) -> Protect {
        self.protect
    }

    /// After what a text may be cut into parts.
    #[inline]
    pub(crate) fn cuts(&self) -> Cuts {
        match self.rules {
            // Markup may reach over any line.
            _ if !self.protect.is_inside_lines() => Cuts::Nowhere,
            Rules::Embedded(_) if self.words.is_some() => Cuts::Lines,
            Rules::Embedded(_) => Cuts::Sentences,
            // A user's rules may hold anything.
            #[cfg(feature = "config")]
            _ => Cuts::Nowhere,
        }
    }

    #[cfg(feature = "config")]
    pub(crate) fn compiled(tables: Vec<u8>, rare: Rare) -> Self {
        Self::new(Rules::Compiled(Arc::new(tables)), rare, None)
    }

    #[cfg(feature = "config")]
    pub(crate) fn chain(chain: Chain, rare: Rare) -> Self {
        Self::new(Rules::Chain(Arc::new(chain)), rare, None)
    }

    /// After what a text is cut before anything is decided about it. Rules alone
    /// need no cut.
    #[inline(always)]
    fn decides_by(&self) -> Cuts {
        match self.goal {
            Some(Goal::To(_)) => self.cuts(),
            _ => Cuts::Nowhere,
        }
    }

    /// Converts a text; borrowed where nothing changes. Never fails. Decides about
    /// a long text by [`crate::Blocks`], as a stream does.
    ///
    /// ```
    /// use std::borrow::Cow;
    /// use zhnorm::{Converter, Direction};
    /// let converter = Converter::exact(Direction::S2t);
    /// assert!(matches!(converter.convert("人人"), Cow::Borrowed(_)));
    /// assert_eq!(converter.convert("万里长城"), "萬里長城");
    /// ```
    pub fn convert<'t>(&self, text: &'t str) -> Cow<'t, str> {
        pieces::by_blocks(self.decides_by(), text, |block| self.convert_block(block))
    }

    #[inline(always)]
    fn convert_block<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if let Some(converter) = self.in_style_of(text) {
            return converter.convert_block(text);
        }
        if !self.goes_on() {
            return self.convert_once(text);
        }
        let mut converted = self.convert_once(text);
        for _ in 0..mixed::ROUNDS {
            match self.convert_once(&converted) {
                Cow::Borrowed(_) => break,
                Cow::Owned(again) => converted = Cow::Owned(again),
            }
        }
        converted
    }

    /// Whether what one run writes may be a word of the user's to the next one, or
    /// a form that tells less: a second run to a target has to change nothing.
    #[inline(always)]
    fn goes_on(&self) -> bool {
        let asked = self.variants == Variants::Unify || self.vocabulary == Vocabulary::Target;
        (asked || self.words.is_some()) && matches!(self.goal, Some(Goal::To(_)))
    }

    #[inline(always)]
    fn convert_once<'t>(&self, text: &'t str) -> Cow<'t, str> {
        // No rule to a target changes ASCII alone, and many records of a corpus are nothing else
        // (`tests/dict.rs` looks at every key).
        if self.words.is_none() && matches!(self.goal, Some(Goal::To(_))) && text.is_ascii() {
            return Cow::Borrowed(text);
        }
        if self.protect == Protect::NONE && self.words.is_none() {
            return self.convert_plain(text);
        }
        let guarded = protect::find(text, self.protect);
        if !guarded.hints.is_empty() {
            // Rare: each stretch with a hint is converted by itself.
            let edits = self.guarded_edits(text, guarded);
            return if edits.is_empty() { Cow::Borrowed(text) } else { edit::apply(text, &edits).into() };
        }
        let holes = self.holes(text, guarded);
        if holes.is_empty() {
            return self.convert_plain(text);
        }
        let unchanged = holes.iter().all(|hole| hole.to.is_none());
        let holed = Holed::new(text, holes);
        match self.convert_plain(&holed.text) {
            Cow::Borrowed(_) if unchanged => Cow::Borrowed(text),
            converted => Cow::Owned(holed.fill(text, &converted)),
        }
    }

    /// What is protected, and the user's words outside of that.
    fn holes(&self, text: &str, guarded: Guarded) -> Vec<Hole> {
        let protected = guarded.ranges.into_iter().map(|range| Hole { range, to: None });
        let Some(words) = &self.words else { return protected.collect() };
        let (mut holes, mut at) = (Vec::new(), 0);
        let end = Hole { range: text.len()..text.len(), to: None };
        for hole in protected.chain([end]) {
            let gap = at..hole.range.start;
            at = hole.range.end;
            for (found, to) in words.find(&text[gap.clone()]) {
                let range = gap.start + found.start..gap.start + found.end;
                let to = (to != &text[range.clone()]).then(|| to.to_owned());
                holes.push(Hole { range, to });
            }
            if !hole.range.is_empty() {
                holes.push(hole);
            }
        }
        holes
    }

    /// Converts a text that nothing is protected in.
    #[inline(always)]
    fn convert_plain<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let Some(Goal::To(target)) = self.goal else { return self.convert_all(text) };
        let converted = mixed::convert(self, target, text);
        let plans = region::plans(target, self.variants, self.vocabulary);
        if plans.is_empty() {
            return converted;
        }
        match region::edits(&plans, &converted) {
            edits if edits.is_empty() => converted,
            edits => Cow::Owned(edit::apply(&converted, &edits)),
        }
    }

    /// Converts a text by the rules alone, whatever script it is in.
    #[inline(always)]
    fn convert_all<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match &self.rules {
            Rules::Embedded(plan) if self.compatibility => engine::convert(plan, self.rare, text),
            Rules::Embedded(plan) => engine::convert(&without_compatibility(plan), self.rare, text),
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

    /// The plan whose phrases tell Simplified text from Traditional.
    fn phrases(&self) -> &Plan<'_> {
        match &self.rules {
            Rules::Embedded(plan) => plan,
            #[cfg(feature = "config")]
            _ => tables::plan(Direction::S2t),
        }
    }

    /// Calls `f` with the plan, where there is one.
    #[cfg(feature = "config")]
    fn with_plan<T>(&self, f: impl FnOnce(&Plan<'_>) -> T) -> Option<T> {
        match &self.rules {
            Rules::Embedded(plan) => Some(f(plan)),
            Rules::Compiled(bytes) => Some(f(&Tables::trusted(bytes)?.plan(COMPILED)?)),
            Rules::Chain(_) => None,
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
        pieces::bytes_by_blocks(self.decides_by(), bytes, |text| self.convert_block(text))
    }
}

/// A plan that leaves compatibility ideographs alone.
fn without_compatibility(plan: &Plan<'static>) -> Plan<'static> {
    Plan { normal: None, ..*plan }
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
        debug.field("rules", &rules).field("rare", &self.rare).field("protect", &self.protect);
        debug.finish_non_exhaustive()
    }
}
