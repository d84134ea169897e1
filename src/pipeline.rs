//! The whole way of a text: damage is undone, Unicode steps are taken outside of
//! what is protected, and the script is converted.
//!
//! Each stage hands on edits of what it was given; put together they are edits of
//! the text as it came, which is what `explain` shows.

use std::borrow::Cow;

use crate::convert::{self, Change};
use crate::cut::Cuts;
use crate::edit::{self, Edit};
use crate::protect::{self, Protect};
use crate::{Converter, Damage, Profile, Steps, normalize, profile, repair};

/// Brings a text into order: repair, Unicode steps and conversion, each if asked
/// for.
///
/// ```
/// use zhnorm::{Converter, Damage, Normalizer, Steps, Target};
/// let normalizer = Normalizer::builder()
///     .repair([Damage::Entity])
///     .steps(Steps::WIDTH)
///     .converter(Converter::to(Target::Simplified))
///     .build();
/// assert_eq!(normalizer.normalize("&#28450;字１２３"), "汉字123");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Normalizer {
    damage: Vec<Damage>,
    steps: Option<Steps>,
    folds: bool,
    converter: Option<Converter>,
}

/// Says what a [`Normalizer`] does.
#[derive(Clone, Debug, Default)]
pub struct NormalizerBuilder(Normalizer);

impl NormalizerBuilder {
    /// Kinds of damage to undo.
    #[must_use]
    pub fn repair(mut self, damage: impl IntoIterator<Item = Damage>) -> Self {
        self.0.damage.extend(damage);
        self
    }

    /// The Unicode steps to take. Without [`Steps::COMPAT`] among them the
    /// conversion leaves compatibility ideographs alone too.
    #[must_use]
    pub fn steps(mut self, steps: Steps) -> Self {
        self.0.steps = Some(self.0.steps.map_or(steps, |before| before | steps));
        self
    }

    /// A bundle of all this.
    ///
    /// ```
    /// use zhnorm::{Normalizer, Profile};
    /// let normalizer = Normalizer::builder().profile(Profile::SearchKey).build();
    /// assert_eq!(normalizer.normalize("「後臺」程式Ａ"), "后台程式a");
    /// ```
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        if profile.repairs() {
            self = self.repair([Damage::Auto]);
        }
        self.0.folds |= profile == Profile::SearchKey;
        self.steps(profile.steps())
    }

    /// The conversion of the script, and what it protects.
    #[must_use]
    pub fn converter(mut self, converter: Converter) -> Self {
        self.0.converter = Some(converter);
        self
    }

    /// The normalizer.
    pub fn build(self) -> Normalizer {
        let mut normalizer = self.0;
        let unify = normalizer.steps.is_none_or(|steps| steps.contains(Steps::COMPAT));
        normalizer.converter = normalizer.converter.map(|converter| converter.compatibility(unify));
        normalizer
    }
}

impl Normalizer {
    /// A builder of one that does nothing yet.
    pub fn builder() -> NormalizerBuilder {
        NormalizerBuilder::default()
    }

    /// Brings a text into order; borrowed where nothing changes. Never fails. A text
    /// is taken for one page: its damage is judged as a whole.
    pub fn normalize<'t>(&self, text: &'t str) -> Cow<'t, str> {
        convert::by_blocks(self.cuts(), text, |block| self.normalize_block(block))
    }

    fn normalize_block<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let edits = self.before_conversion(text);
        let text = if edits.is_empty() { Cow::Borrowed(text) } else { edit::apply(text, &edits).into() };
        let text = match &self.converter {
            Some(converter) => then(text, |text| converter.convert(text)),
            None => text,
        };
        if !self.folds {
            return text;
        }
        then(text, |text| match profile::fold(text) {
            edits if edits.is_empty() => Cow::Borrowed(text),
            edits => edit::apply(text, &edits).into(),
        })
    }

    /// Brings bytes into order that should be UTF-8; what is not stays where and as
    /// it is.
    ///
    /// ```
    /// use zhnorm::{Normalizer, Steps};
    /// let normalizer = Normalizer::builder().steps(Steps::WIDTH).build();
    /// assert_eq!(normalizer.normalize_bytes("Ａ\u{0}Ｂ".as_bytes()), "A\u{0}B".as_bytes());
    /// assert_eq!(normalizer.normalize_bytes(b"\xef\xbc\xa1\xff"), &b"A\xff"[..]);
    /// ```
    pub fn normalize_bytes<'t>(&self, bytes: &'t [u8]) -> Cow<'t, [u8]> {
        convert::bytes_by_blocks(self.cuts(), bytes, |text| self.normalize_block(text))
    }

    /// What [`Normalizer::normalize`] changes in a text, stage by stage put together.
    ///
    /// ```
    /// use zhnorm::{Converter, Damage, Normalizer, Target};
    /// let converter = Converter::to(Target::Simplified);
    /// let normalizer = Normalizer::builder().repair([Damage::Entity]).converter(converter).build();
    /// let rules: Vec<_> = normalizer.explain("&#20320;與我").iter().map(|c| (c.source.clone(), c.rule)).collect();
    /// assert_eq!(rules, [(0..8, "repair/entity"), (8..11, "character")]);
    /// assert_eq!(Normalizer::builder().converter(Converter::to(Target::Simplified)).build().normalize("與"), "与");
    /// ```
    pub fn explain(&self, text: &str) -> Vec<Change> {
        convert::changes(text, convert::edits_by_blocks(self.cuts(), text, |block| self.block_edits(block)))
    }

    fn block_edits(&self, text: &str) -> Vec<Edit> {
        let mut edits = self.before_conversion(text);
        if let Some(converter) = &self.converter {
            let more = converter.edits(&edit::apply(text, &edits));
            edits = edit::compose(edits, more);
        }
        if self.folds {
            let more = profile::fold(&edit::apply(text, &edits));
            edits = edit::compose(edits, more);
        }
        edits.retain(|edit| text[edit.range.clone()] != edit.text);
        edits
    }

    /// What repair and the steps change.
    #[inline]
    fn before_conversion(&self, text: &str) -> Vec<Edit> {
        match self.damage.is_empty() && self.steps.is_none() {
            true => Vec::new(),
            false => self.repairs_and_steps(text),
        }
    }

    fn repairs_and_steps(&self, text: &str) -> Vec<Edit> {
        let repairs = repair::find(text, &self.damage);
        let Some(steps) = self.steps else { return repairs };
        let repaired =
            if repairs.is_empty() { Cow::Borrowed(text) } else { edit::apply(text, &repairs).into() };
        let target = self.converter.as_ref().and_then(Converter::target);
        let mut edits = normalize::find(&repaired, steps, target);
        let protect = self.converter.as_ref().map_or(Protect::NONE, Converter::protected);
        if !edits.is_empty() && protect != Protect::NONE {
            let guarded = protect::find(&repaired, protect).ranges;
            edits.retain(|e| !guarded.iter().any(|g| g.start < e.range.end && e.range.start < g.end));
        }
        edit::compose(repairs, edits)
    }

    /// After what a text may be cut into parts that come out as the whole does.
    pub(crate) fn cuts(&self) -> Cuts {
        let conversion = self.converter.as_ref().map_or(Cuts::Sentences, Converter::cuts);
        match self.steps {
            // A page is judged as a whole, and quotes reach over lines.
            _ if !self.damage.is_empty() => Cuts::Nowhere,
            Some(steps) if steps.contains(Steps::PUNCTUATION) => Cuts::Nowhere,
            Some(_) if conversion == Cuts::Sentences => Cuts::Lines,
            _ if self.folds && conversion == Cuts::Sentences => Cuts::Lines,
            _ => conversion,
        }
    }
}

/// A text, borrowed or not, and a step more.
fn then<'t>(text: Cow<'t, str>, step: impl FnOnce(&str) -> Cow<'_, str>) -> Cow<'t, str> {
    match text {
        Cow::Owned(text) => match step(&text) {
            Cow::Owned(more) => Cow::Owned(more),
            Cow::Borrowed(_) => Cow::Owned(text),
        },
        Cow::Borrowed(text) => match step(text) {
            Cow::Owned(more) => Cow::Owned(more),
            Cow::Borrowed(_) => Cow::Borrowed(text),
        },
    }
}
