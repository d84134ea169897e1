//! On many threads the same comes out as on one.

use std::borrow::Cow;

use proptest::prelude::*;
use zhnorm::{Converter, Direction, Normalizer, Steps, Target};

/// Sentences of both scripts, so many that there are several blocks.
fn text(seed: u64, len: usize) -> String {
    let parts = [
        "这只会让人更难过",
        "幹部干涉，",
        "后面的里程碑。",
        "皇后在宮裡\n",
        "頭髮乾燥。\n\n",
        "plain ",
        "⿰\n漢。",
        "ＡＢ",
    ];
    let (mut text, mut state) = (String::new(), seed | 1);
    while text.len() < len {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.push_str(parts[(state >> 40) as usize % parts.len()]);
    }
    text
}

fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool").install(work)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn a_long_text_is_what_it_is_on_one_thread(seed in any::<u64>(), len in 0usize..1_200_000, threads in 1usize..5) {
        let text = text(seed, len);
        for converter in [Converter::exact(Direction::S2twp), Converter::to(Target::Taiwan)] {
            let wanted = converter.convert(&text);
            prop_assert!(with_threads(threads, || converter.par_convert(&text) == wanted));
            let normalizer = Normalizer::builder().steps(Steps::WIDTH).converter(converter).build();
            prop_assert!(with_threads(threads, || normalizer.par_normalize(&text)) == normalizer.normalize(&text));
        }
    }

    #[test]
    fn many_texts_keep_their_order(seeds in prop::collection::vec(any::<u64>(), 0..200), threads in 1usize..5) {
        let texts: Vec<String> = seeds.iter().map(|seed| text(*seed, (seed % 90) as usize)).collect();
        let converter = Converter::to(Target::Simplified);
        let wanted: Vec<_> = texts.iter().map(|text| converter.convert(text)).collect();
        prop_assert_eq!(with_threads(threads, || converter.par_convert_all(&texts)), wanted);
    }
}

#[test]
fn what_does_not_change_is_borrowed() {
    let text = "plain text\n".repeat(100_000);
    assert!(matches!(Converter::to(Target::Taiwan).par_convert(&text), Cow::Borrowed(_)));
}

#[test]
fn a_result_may_begin_late_and_be_longer() {
    let begin = "plain text\n".repeat(250_000);
    let text = begin.clone() + &"好,好,好,好。\n".repeat(150_000);
    let wanted = begin + &"好，好，好，好。\n".repeat(150_000);
    let normalizer = Normalizer::builder().steps(Steps::PUNCTUATION).build();
    for threads in [1, 2] {
        assert!(with_threads(threads, || normalizer.par_normalize(&text)) == wanted);
    }
}
