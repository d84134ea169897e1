//! Damage found and undone, before anything else looks at a text.

pub(crate) mod debris;
pub(crate) mod entity;
mod mirror;
pub(crate) mod model;
pub(crate) mod mojibake;

use std::borrow::Cow;

use crate::edit::{self, Edit};
pub use mojibake::losses;

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
    /// Text that was read in a wrong encoding: UTF-8, GBK or Big5 as Latin-1,
    /// windows-1252 or each other.
    Mojibake,
    /// Character references of HTML: `&#20320;`.
    Entity,
    /// What is left of tags (`/p>`), controls, zero-width characters, the
    /// private-use characters of old Hong Kong fonts.
    Debris,
}

impl Damage {
    /// Every kind with its name and one line on what it is.
    pub const NAMES: [(&'static str, Self, &'static str); 5] = [
        ("auto", Self::Auto, "All of these, where the text proves it."),
        (
            "mirror",
            Self::Mirror,
            "Pinyin and cuts by a mirror site, 日?qǐng)?bào) for 日報; named: also unproved.",
        ),
        ("mojibake", Self::Mojibake, "Text read in a wrong encoding, ä½\u{a0}å¥½ for 你好."),
        ("entity", Self::Entity, "Character references, &#20320; for 你."),
        ("debris", Self::Debris, "Remains of tags (/p>), controls, old private-use characters."),
    ];
}

/// What undoes the damage of a text. Mojibake comes first, for nothing can be
/// read before; debris last, for a mirror's has bytes to tell.
pub(crate) fn find(text: &str, classes: &[Damage]) -> Vec<Edit> {
    let is_asked = |damage| classes.contains(&damage) || classes.contains(&Damage::Auto);
    type Stage = fn(&str) -> Vec<Edit>;
    let stages: [(Damage, Stage); 4] = [
        (Damage::Mojibake, mojibake::find),
        (Damage::Mirror, if classes.contains(&Damage::Mirror) { mirror::find_asked } else { mirror::find }),
        (Damage::Entity, entity::find),
        (Damage::Debris, debris::find),
    ];
    let mut all = Vec::new();
    let mut changed: Option<String> = None;
    for (_, stage) in stages.into_iter().filter(|(damage, _)| is_asked(*damage)) {
        let now = changed.as_deref().unwrap_or(text);
        let edits = stage(now);
        if !edits.is_empty() {
            changed = Some(edit::apply(now, &edits));
            all = edit::compose(all, edits);
        }
    }
    all
}

/// A kind of damage that a text shows, to tell a user who did not ask for repair.
///
/// ```
/// use zhnorm::{Damage, damage};
/// assert_eq!(damage("ä½ å¥½ï¼\u{8c}ä¸\u{96}ç\u{95}\u{8c}"), Some(Damage::Mojibake));
/// assert_eq!(damage("你好，世界"), None);
/// ```
pub fn damage(text: &str) -> Option<Damage> {
    if !mirror::find(text).is_empty() {
        return Some(Damage::Mirror);
    }
    (!mojibake::find(text).is_empty()).then_some(Damage::Mojibake)
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
