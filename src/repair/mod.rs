//! Damage found and undone, before anything else looks at a text.

pub(crate) mod debris;
pub(crate) mod entity;
mod mirror;
pub(crate) mod model;
pub(crate) mod mojibake;

use std::borrow::Cow;

use crate::edit::{self, Edit};

/// A kind of damage to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Damage {
    /// Every kind, where the text proves it.
    Auto,
    /// Pages of annotated mirrors: pinyin behind some characters, and text cut
    /// between the bytes of GBK. Named so, annotations are taken away even where
    /// nothing proves that no author put them there.
    Mirror,
}

impl Damage {
    /// Every kind with its name.
    pub const NAMES: [(&'static str, Self); 2] = [("auto", Self::Auto), ("mirror", Self::Mirror)];
}

/// What undoes the damage of a text.
pub(crate) fn find(text: &str, classes: &[Damage]) -> Vec<Edit> {
    if classes.contains(&Damage::Mirror) {
        return mirror::find_asked(text);
    }
    if classes.contains(&Damage::Auto) { mirror::find(text) } else { Vec::new() }
}

/// A text with its damage undone as far as it is sure; borrowed where there is
/// none. The text is taken for one page. It is not converted: what a mirror
/// turned to Traditional stays so.
///
/// ```
/// use zhnorm::{Damage, repair};
/// let page = "人民日?qǐng)?bào)社評(píng)：時(shí)機(jī)、質(zhì)量和標(biāo)準(zhǔn)。";
/// assert_eq!(repair(page, &[Damage::Auto]), "人民日報社評：時機、質量和標準。");
/// // An author's notes stay.
/// let page = "評(píng)、時(shí)、質(zhì)、標(biāo)是今天的生字。";
/// assert_eq!(repair(page, &[Damage::Auto]), page);
/// assert_eq!(repair(page, &[Damage::Mirror]), "評、時、質、標是今天的生字。");
/// ```
pub fn repair<'t>(text: &'t str, classes: &[Damage]) -> Cow<'t, str> {
    match find(text, classes) {
        edits if edits.is_empty() => Cow::Borrowed(text),
        edits => Cow::Owned(edit::apply(text, &edits)),
    }
}
