//! What a converter can be told. Converts nothing.

use zhnorm_table::Rare;

use super::{Converter, Goal, Variants, Vocabulary};
use crate::Error;
use crate::Target;
use crate::dictionary::{Dictionary, Scope};
use crate::protect::Protect;
use crate::style::Style;

impl Converter {
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

    /// What is to be copied through byte for byte: links and addresses where text
    /// is brought to a target, nothing in an exact conversion.
    ///
    /// ```
    /// use zhnorm::{Converter, Protect, Target};
    /// let converter = Converter::to(Target::Simplified).protect(Protect::HTML);
    /// assert_eq!(converter.convert(r#"<p class="後">後來</p>"#), r#"<p class="後">后来</p>"#);
    /// ```
    #[must_use]
    pub fn protect(mut self, protect: Protect) -> Self {
        self.protect = protect;
        self
    }

    /// The user's own words, which beat every built-in rule.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`]: more words than can be looked for, which is millions.
    ///
    /// ```
    /// use zhnorm::{Converter, Dictionary, Direction};
    /// let dictionary = Dictionary::parse("发展\t伸展\n")?;
    /// let converter = Converter::exact(Direction::S2t).with_dictionary(&dictionary)?;
    /// assert_eq!(converter.convert("心理发展"), "心理伸展");
    /// # Ok::<(), zhnorm::Error>(())
    /// ```
    pub fn with_dictionary(mut self, dictionary: &Dictionary) -> Result<Self, Error> {
        let scope = match self.goal {
            Some(Goal::Exact(direction)) => Some(Scope::Exact(direction)),
            Some(Goal::To(target)) => Some(Scope::To(target)),
            None => None,
        };
        self.words = Some(dictionary.words(scope)?);
        Ok(self)
    }

    /// Whether glyph variants in text that is Traditional already (爲 and 為) are
    /// left alone, or brought to the target's standard.
    ///
    /// ```
    /// use zhnorm::{Converter, Target, Variants};
    /// let converter = Converter::to(Target::Taiwan);
    /// assert_eq!(converter.convert("衞生爲先"), "衞生爲先");
    /// assert_eq!(converter.variants(Variants::Unify).convert("衞生爲先"), "衛生為先");
    /// ```
    #[must_use]
    pub fn variants(mut self, variants: Variants) -> Self {
        self.variants = variants;
        self
    }

    /// Whether the words of other regions are left alone, or brought to those of
    /// the target's region.
    ///
    /// ```
    /// use zhnorm::{Converter, Target, Vocabulary};
    /// let converter = Converter::to(Target::Taiwan).vocabulary(Vocabulary::Target);
    /// assert_eq!(converter.convert("软件和軟件"), "軟體和軟體");
    /// ```
    #[must_use]
    pub fn vocabulary(mut self, vocabulary: Vocabulary) -> Self {
        self.vocabulary = vocabulary;
        self
    }

    /// Whether an ambiguous character is chosen by what stands around it, as it is
    /// by default on the way to the Traditional targets, or by the phrase
    /// dictionary alone. Exact conversions never look at the context.
    ///
    /// ```
    /// use zhnorm::{Converter, Target};
    /// let converter = Converter::to(Target::Traditional);
    /// assert_eq!(converter.convert("这只会让人更难过"), "這只會讓人更難過");
    /// assert_eq!(converter.context(false).convert("这只会让人更难过"), "這隻會讓人更難過");
    /// ```
    #[must_use]
    pub fn context(mut self, on: bool) -> Self {
        self.context = on;
        self
    }

    /// House style on the way to the Traditional targets, where it differs from
    /// the target's own. What is Traditional already keeps its author's.
    ///
    /// ```
    /// use zhnorm::{Converter, Style, Target};
    /// let converter = Converter::to(Target::Taiwan);
    /// assert_eq!(converter.convert("宣布本周的计划"), "宣布本週的計畫");
    /// let converter = converter.with_style(&Style::parse("佈\n周\n計劃\n")?);
    /// assert_eq!(converter.convert("宣布本周的计划"), "宣佈本周的計劃");
    /// # Ok::<(), zhnorm::Error>(())
    /// ```
    #[must_use]
    pub fn with_style(mut self, style: &Style) -> Self {
        (self.style, self.own_style) = (Some(style.clone()), false);
        self
    }

    /// As [`Converter::with_style`], with the forms that each text itself writes where it
    /// is Traditional ([`Style::used_in`]). A long text is looked at by [`crate::Blocks`].
    ///
    /// ```
    /// use zhnorm::{Converter, Target};
    /// let converter = Converter::to(Target::Taiwan).with_own_style();
    /// assert_eq!(converter.convert("她唸書給他聽。她念诗给他听。"), "她唸書給他聽。她唸詩給他聽。");
    /// assert_eq!(converter.convert("她念書給他聽。她念诗给他听。"), "她念書給他聽。她念詩給他聽。");
    /// ```
    #[must_use]
    pub fn with_own_style(mut self) -> Self {
        (self.style, self.own_style) = (None, true);
        self
    }

    /// The converter for a text, where that has a style of its own.
    #[inline(always)]
    pub(super) fn in_style_of(&self, text: &str) -> Option<Self> {
        if !self.own_style {
            return None;
        }
        let has_styles = matches!(self.goal, Some(Goal::To(target)) if target != Target::Simplified);
        has_styles.then(|| self.clone().with_style(&Style::used_in(text)))
    }
}
