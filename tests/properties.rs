//! Laws of conversion, on texts made of what the dictionaries hold.

mod common;
#[path = "common/pieces.rs"]
mod pieces;

use std::borrow::Cow;
use std::cell::LazyCell;

use proptest::prelude::*;
use zhnorm::{Converter, Direction, Rare, Target};
use zhnorm_table::chain::Chain;

thread_local! {
    static PIECES: LazyCell<pieces::Pieces> = LazyCell::new(|| {
        let lexicons = common::lexicons();
        pieces::Pieces::new(&lexicons)
    });
    static ANY2S: LazyCell<Chain> = LazyCell::new(|| common::with_targets(|t| t.chain("any2s").expect("defined").resolve(Rare::Exclude)));
    static CHAINS: LazyCell<Vec<[Chain; 2]>> = LazyCell::new(|| {
        let both = |spec: common::ChainSpec| [spec.resolve(Rare::Include), spec.resolve(Rare::Exclude)];
        common::chains().into_iter().map(|(_, spec)| both(spec)).collect()
    });
}

fn text(most: usize) -> impl Strategy<Value = String> {
    let numbers = prop::collection::vec(any::<u32>(), 0..most);
    numbers.prop_map(|numbers| PIECES.with(|pieces| pieces.text(&numbers)))
}

/// Without description operators, which could make the end of a sentence a part
/// of a character.
fn without_operators(text: &str) -> String {
    text.replace(|c| ('\u{2ff0}'..='\u{2fff}').contains(&c), "")
}

fn check(text: &str) -> Result<(), TestCaseError> {
    for direction in Direction::ALL {
        for (i, rare) in [Rare::Include, Rare::Exclude].into_iter().enumerate() {
            let slow = CHAINS.with(|chains| chains[direction as usize][i].convert(text));
            let fast = Converter::exact(direction).rare(rare).convert(text);
            prop_assert_eq!(&*fast, &*slow, "{} {:?} of {}", direction, rare, text);
            // Every code point of the input may be its own output here.
            prop_assert_eq!(matches!(fast, Cow::Borrowed(_)), slow == text);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(common::cases(150)))]

    #[test]
    fn the_fast_path_is_equal_to_the_slow_one(text in text(12)) {
        check(&text)?;
    }

    /// Of up to 64 bytes, which few loops take many characters of at a time.
    #[test]
    fn and_on_short_texts(text in text(12), start in 0..64_usize, len in 0..=64_usize) {
        let from = text.ceil_char_boundary(start.min(text.len()));
        let to = text.floor_char_boundary((from + len).min(text.len()));
        check(&text[from..to.max(from)])?;
    }

    #[test]
    fn and_on_texts_of_several_blocks(text in text(120)) {
        check(&text)?;
    }

    #[test]
    fn malformed_bytes_stay_and_stop_every_rule(
        texts in prop::collection::vec(text(6), 1..5),
        bad in prop::sample::select(vec![&b"\xff"[..], b"\x80", b"\xed\xa0\x80", b"\xf8", b"\xc0\xaf"]),
    ) {
        let converter = Converter::exact(Direction::S2twp);
        let bytes = texts.iter().map(|t| t.as_bytes()).collect::<Vec<_>>().join(bad);
        let parts: Vec<_> = texts.iter().map(|t| converter.convert(t)).collect();
        let wanted = parts.iter().map(|t| t.as_bytes()).collect::<Vec<_>>().join(bad);
        prop_assert_eq!(converter.convert_bytes(&bytes), wanted);
    }

    #[test]
    fn to_simplified_gives_what_its_chain_gives_or_what_was_there(text in text(40)) {
        let text = without_operators(&text);
        let target = Converter::to(Target::Simplified).convert(&text).into_owned();
        // Both go on until nothing changes: the rules feed each other now and then.
        let mut all = vec![text.clone()];
        loop {
            let last = &all[all.len() - 1];
            let next = ANY2S.with(|chain| chain.convert(last));
            if next == *last {
                break;
            }
            all.push(next);
        }
        let chars: Vec<Vec<char>> = all.iter().map(|t| t.chars().collect()).collect();
        prop_assert_eq!(target.chars().count(), chars[0].len());
        for (i, c) in target.chars().enumerate() {
            prop_assert!(chars.iter().any(|t| t[i] == c), "{} at {} of {}", c, i, text);
        }
    }

    #[test]
    fn a_second_run_to_a_target_changes_nothing(text in text(40)) {
        let text = without_operators(&text);
        for target in Target::ALL {
            let converter = Converter::to(target);
            let once = converter.convert(&text).into_owned();
            let twice = converter.convert(&once).into_owned();
            prop_assert_eq!(&twice, &once, "{} of {}", target, text);
        }
    }

    #[test]
    fn to_a_target_gives_one_character_for_each(text in text(40)) {
        for direction in [Direction::S2t, Direction::S2tw, Direction::S2hk, Direction::T2s] {
            let converted = Converter::exact(direction).rare(Rare::Exclude).convert(&text).into_owned();
            prop_assert_eq!(converted.chars().count(), text.chars().count());
        }
    }

    #[test]
    fn convert_into_appends(before in text(4), text in text(4)) {
        let converter = Converter::exact(Direction::T2s);
        let mut out = before.clone();
        converter.convert_into(&text, &mut out);
        prop_assert_eq!(out, before + &converter.convert(&text));
    }
}

/// Every length of padding up to the ends of the first block and of the second, before text
/// whose rules reach over several characters: no rule is lost at an edge.
#[test]
fn no_edge_of_a_block_cuts_a_rule() {
    let rules = "乾隆年间SQL注入攻击头发干燥里姆斯基-科萨科夫⿰氵漢U盘豈";
    for direction in [Direction::S2twp, Direction::Tw2sp, Direction::S2t, Direction::T2s] {
        let converter = Converter::exact(direction);
        let wanted = converter.convert(rules);
        for fill in ["x", "的", "é", "\u{20fff}"] {
            let near = |block: usize| (block - 90) / fill.len()..(block + 8) / fill.len();
            for n in (0..40).chain(near(4032)).chain(near(8000)) {
                let text = fill.repeat(n) + rules;
                let got = converter.convert(&text);
                assert_eq!(got.strip_prefix(&fill.repeat(n)), Some(&*wanted), "{n} times {fill}");
            }
        }
    }
}
