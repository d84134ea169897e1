//! Pages damaged as annotated mirrors do it, by the forward model that DESIGN.md
//! describes, are restored; other texts are left alone.

use proptest::prelude::*;
use zhnorm::{Converter, Damage, Direction, Target, repair};

#[path = "common/damage.rs"]
mod damage;

use damage::{PAGES, annotated, damage, half_width};

#[test]
fn damaged_pages_are_restored() {
    let to_simplified = Converter::to(Target::Simplified);
    for page in PAGES {
        let damaged = damage(page);
        assert!(damaged.contains("?!"), "{damaged}");
        let repaired = repair(&damaged, &[Damage::Auto]);
        let restored = half_width(&to_simplified.convert(&repaired));
        assert_eq!(restored.trim_end(), half_width(page), "{damaged}");
        assert_eq!(repair(&repaired, &[Damage::Auto]), repaired);
    }
}

#[test]
fn other_texts_stay() {
    let traditional = Converter::exact(Direction::S2t);
    for page in PAGES {
        let clean = traditional.convert(page).into_owned();
        let half = half_width(&clean);
        let annotate = |text: &str, with: &dyn Fn(usize) -> bool| {
            let mut count = 0;
            let mut out = String::new();
            for c in text.chars() {
                out.push(c);
                if let Some((_, reading)) = annotated().find(|(known, _)| known.starts_with(c)) {
                    count += 1;
                    out += &*if with(count) { format!("({reading})") } else { String::new() };
                }
            }
            out
        };
        let texts = [
            page.to_string(),
            half.replace('。', "?!"),
            half.replace('。', "??"),
            half.replace('。', "?"),
            annotate(&half, &|n| n % 7 == 0),
            annotate(&half, &|n| n < 9),
            annotate(&half, &|_| true),
            annotate(&half.replace('。', "?!"), &|_| true),
            half.chars().map(|c| format!("{c}(zì)")).collect(),
            format!("<ruby>質<rt>zhì</rt></ruby>{half}"),
        ];
        for text in texts.iter().chain([&clean, &half]) {
            assert_eq!(repair(text, &[Damage::Auto]), text.as_str());
        }
    }
    for text in ["", "?", "?!", "(", "質(zhì)", "fn f(a: u8) { g(b) }?!", "図書館(としょかん)へ行く?!また"]
    {
        assert_eq!(
            repair(text, &[Damage::Auto, Damage::Mirror]).replace("(zhì)", ""),
            text.replace("(zhì)", "")
        );
    }
}

/// A damaged page with a text behind it in which every byte may have been lost. It
/// would take minutes if the search were not bounded.
fn page_is_restored_before(piece: &str) {
    let page = damage(PAGES[0]);
    let tail = piece.repeat((1 << 16) / piece.len());
    let restored = repair(&page, &[Damage::Auto]);
    assert_ne!(restored, page);
    let all = repair(&format!("{page}\n{tail}"), &[Damage::Auto]).into_owned();
    assert!(all.starts_with(&*restored) && all.len() > tail.len(), "{}", &all[..page.len()]);
}

#[test]
fn question_marks_without_end_are_bounded() {
    // Each may be a lost lead, or a lost trail and whatever stood behind it.
    page_is_restored_before("?!");
}

#[test]
fn cut_text_without_end_is_bounded() {
    // No byte of ASCII brings a reading back in step.
    page_is_restored_before("?!斑膫");
}

/// Damaged lines, broken anywhere and mixed with anything.
fn pieces() -> impl Strategy<Value = String> {
    let damaged = prop::sample::select(PAGES).prop_map(damage);
    let cut =
        (damaged, any::<prop::sample::Index>(), any::<prop::sample::Index>()).prop_map(|(text, a, b)| {
            let chars: Vec<char> = text.chars().collect();
            let (a, b) = (a.index(chars.len()), b.index(chars.len()));
            chars[a.min(b)..a.max(b)].iter().collect()
        });
    let piece = prop_oneof![
        4 => cut,
        1 => "\\PC{0,20}",
        1 => "[?!(); <>/p報日請質\\n€\u{e0e3}\u{3000}]{0,12}".prop_map(|s| s.replace('質', "質(zhì)")),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn anything_is_repaired_without_a_panic_and_once(text in pieces()) {
        for classes in [[Damage::Auto], [Damage::Mirror]] {
            let once = repair(&text, &classes).into_owned();
            prop_assert_eq!(repair(&once, &classes), once.as_str());
        }
    }
}
