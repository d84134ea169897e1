//! `compat` and `radicals`: characters that stand for a unified ideograph.

use unicode_normalization::char::{decompose_canonical, decompose_compatible};

use super::text::{Found, chars};
use crate::edit::Edit;
use crate::scan::any3;
use crate::simd::{self, Level};

/// The CJK radicals supplement, each followed by its ideograph: the facts of
/// EquivalentUnifiedIdeograph.txt, Unicode 17.0 (© Unicode, Inc., Unicode License
/// v3). It has no ideograph for U+2E80. NFKC knows two of them only.
const SUPPLEMENT: &str = "\
⺁厂 ⺂乛 ⺃乚 ⺄乙 ⺅亻 ⺆冂 ⺇𠘨 ⺈刀 ⺉刂 ⺊卜 ⺋㔾 ⺌小 ⺍小 ⺎兀 ⺏尣 ⺐尢 ⺑𡯂 ⺒巳 ⺓幺 ⺔彑 ⺕𫜹 ⺖忄 ⺗心 ⺘扌 ⺙攵 ⺛旡 ⺜日 ⺝月 \
⺞歺 ⺟母 ⺠民 ⺡氵 ⺢氺 ⺣灬 ⺤爫 ⺥爫 ⺦丬 ⺧牛 ⺨犭 ⺩王 ⺪𤴔 ⺫目 ⺬示 ⺭礻 ⺮𥫗 ⺯糹 ⺰纟 ⺱罓 ⺲罒 ⺳㓁 ⺴冗 ⺵𦉫 ⺶羊 ⺷𦍌 ⺸𦍋 ⺹耂 \
⺺肀 ⺻聿 ⺼肉 ⺽𦥑 ⺾艹 ⺿艹 ⻀艹 ⻁虎 ⻂衤 ⻃覀 ⻄西 ⻅见 ⻆角 ⻇𧢲 ⻈讠 ⻉贝 ⻊𧾷 ⻋车 ⻌辶 ⻍辶 ⻎辶 ⻏邑 ⻐钅 ⻑長 ⻒镸 ⻓长 ⻔门 ⻕𨸏 \
⻖阝 ⻗雨 ⻘青 ⻙韦 ⻚页 ⻛风 ⻜飞 ⻝食 ⻞𩙿 ⻟飠 ⻠饣 ⻡𩠐 ⻢马 ⻣骨 ⻤鬼 ⻥鱼 ⻦鸟 ⻧卤 ⻨麦 ⻩黄 ⻪黾 ⻫斉 ⻬齐 ⻭歯 ⻮齿 ⻯竜 ⻰龙 ⻱龜 \
⻲亀 ⻳龟";

/// See [`super::Steps::COMPAT`].
pub(super) fn compat(text: &str) -> Vec<Edit> {
    let mut found = Found::new("normalize/compat", 100);
    if simd::has_compatibility(Level::detect(), text.as_bytes()) {
        for (at, c) in chars(text) {
            if let Some(new) = unified(c).filter(|new| *new != c) {
                found.push_char(at, c, new);
            }
        }
    }
    found.edits()
}

/// The ideograph that a compatibility ideograph duplicates.
fn unified(c: char) -> Option<char> {
    let mut only = None;
    if matches!(c, '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}') {
        decompose_canonical(c, |d| only = Some(d));
    }
    only
}

/// See [`super::Steps::RADICALS`].
pub(super) fn radicals(text: &str) -> Vec<Edit> {
    let mut found = Found::new("normalize/radicals", 100);
    // U+2E80 to U+2FFF begin with E2 BA to E2 BF.
    if any3(text, |a, b, _| (a == 0xe2) & (b >= 0xba)) {
        for (at, c) in chars(text) {
            if let Some(new) = ideograph(c) {
                found.push_char(at, c, new);
            }
        }
    }
    found.edits()
}

/// The ideograph that a radical looks like.
fn ideograph(c: char) -> Option<char> {
    match c {
        '\u{2e80}'..='\u{2eff}' => SUPPLEMENT.split(c).nth(1)?.chars().next(),
        '\u{2f00}'..='\u{2fd5}' => {
            let mut only = None;
            decompose_compatible(c, |d| only = Some(d));
            only
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::text::is_han;
    use super::*;

    #[test]
    fn compatibility_ideographs_are_those_of_opencc() {
        let lines = include_str!("../../dict/opencc/CJK_Compatibility_Ideographs.txt").lines();
        let pairs = lines.filter_map(|line| line.split_once('\t'));
        let mut pairs: Vec<(char, char)> =
            pairs.filter_map(|(a, b)| Some((a.chars().next()?, b.chars().next()?))).collect();
        let ours = ('\u{f900}'..='\u{faff}').chain('\u{2f800}'..='\u{2fa1f}');
        let mut ours: Vec<_> = ours.filter_map(|c| unified(c).filter(|u| *u != c).map(|u| (c, u))).collect();
        pairs.sort_unstable();
        ours.sort_unstable();
        assert_eq!(ours, pairs);
    }

    #[test]
    fn every_radical_has_an_ideograph_that_is_no_radical() {
        let count = |range: std::ops::RangeInclusive<char>| range.filter_map(ideograph).count();
        assert_eq!((count('\u{2e80}'..='\u{2eff}'), count('\u{2f00}'..='\u{2fdf}')), (114, 214));
        for c in '\u{2e80}'..='\u{2fdf}' {
            let Some(new) = ideograph(c) else { continue };
            assert!(is_han(new) && ideograph(new).is_none(), "{c} {new}");
            let mut nfkc = String::new();
            decompose_compatible(c, |d| nfkc.push(d));
            assert!(nfkc == c.to_string() || nfkc == new.to_string(), "{c} {new} {nfkc}");
        }
    }
}
