//! What `explain` says is what `convert` does, and the laws of the options of a
//! conversion to a target.
#![cfg(feature = "markdown")]

mod common;
#[path = "common/pieces.rs"]
mod pieces;

use std::cell::LazyCell;

use proptest::prelude::*;
use zhnorm::{Converter, Dictionary, Direction, Protect, Target, Variants, Vocabulary, spans};

thread_local! {
    static PIECES: LazyCell<pieces::Pieces> = LazyCell::new(|| pieces::Pieces::new(&common::lexicons()));
}

/// What stands between words in real text and must not change.
const AROUND: &[&str] =
    &["", "。", "，", "\n", " http://a.tw/後 ", "<b title=\"後\">", "王@a.tw", "です", "\u{fffc}", "`后`"];

fn text() -> impl Strategy<Value = String> {
    let part = (prop::collection::vec(any::<u32>(), 0..10), prop::sample::select(AROUND));
    prop::collection::vec(part, 0..5).prop_map(|parts| {
        let part = |(numbers, around): (Vec<u32>, &str)| {
            let words = PIECES.with(|pieces| pieces.text(&numbers));
            // An operator could make the end of a sentence a part of a character.
            words.replace(|c| ('\u{2ff0}'..='\u{2fff}').contains(&c), "") + around
        };
        parts.into_iter().map(part).collect()
    })
}

fn converters() -> Vec<(String, Converter)> {
    let dictionary = "程序\t程式碼\n后台\t後端\ttaiwan\n里\tLI\ts2t\n".to_owned() + "软件\t軟體\n";
    let dictionary =
        Dictionary::parse(&dictionary).and_then(|d| d.keep("皇后\n头发\n")).expect("well formed");
    let all = Protect::HTML | Protect::MARKDOWN | Protect::URL | Protect::EMAIL | Protect::WIKITEXT;
    let mut converters = Vec::new();
    for target in Target::ALL {
        let plain = Converter::to(target);
        let unified = plain.clone().variants(Variants::Unify);
        let regional = unified.clone().vocabulary(Vocabulary::Target);
        let guarded = plain.clone().protect(all).with_dictionary(&dictionary).expect("small");
        for (name, converter) in
            [("plain", plain), ("unified", unified), ("regional", regional), ("guarded", guarded)]
        {
            converters.push((format!("{target} {name}"), converter));
        }
    }
    converters
}

fn check_explained(name: &str, converter: &Converter, text: &str) -> Result<(), TestCaseError> {
    let converted = converter.convert(text);
    let (mut rebuilt, mut at) = (String::new(), 0);
    for change in converter.explain(text) {
        prop_assert!(change.source.start >= at, "{}: out of order in {}", name, text);
        rebuilt.push_str(&text[at..change.source.start]);
        prop_assert_eq!(rebuilt.len(), change.target.start);
        prop_assert_eq!(&text[change.source.clone()], &change.before);
        rebuilt.push_str(&change.after);
        prop_assert_eq!(rebuilt.len(), change.target.end);
        prop_assert_ne!(&change.before, &change.after, "{}: no change in {}", name, text);
        at = change.source.end;
    }
    rebuilt.push_str(&text[at..]);
    prop_assert_eq!(rebuilt, converted, "{} of {}", name, text);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(common::cases(100)))]

    #[test]
    fn changes_make_the_result_and_a_second_run_makes_none(text in text()) {
        for (name, converter) in converters() {
            check_explained(&name, &converter, &text)?;
            let once = converter.convert(&text).into_owned();
            prop_assert_eq!(&*converter.convert(&once), &once, "{} of {}", name, text);
        }
    }

    #[test]
    fn changes_make_the_result_of_exact_conversions(text in text()) {
        for direction in Direction::ALL {
            check_explained(direction.name(), &Converter::exact(direction), &text)?;
        }
    }

    #[test]
    fn spans_follow_one_another_and_cover_the_text(text in text()) {
        let mut at = 0;
        for span in spans(&text) {
            prop_assert_eq!(span.range.start, at);
            prop_assert!(text.is_char_boundary(span.range.end) && span.range.end > at);
            at = span.range.end;
        }
        prop_assert_eq!(at, text.len());
    }
}

/// Cases of the user's words, a case a line: pairs, words to keep, target, text,
/// result; the result is empty where nothing changes.
#[test]
fn words_of_the_user() {
    let mut count = 0;
    for line in include_str!("words.tsv").lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<String> = line.split('|').map(|field| field.trim().to_owned()).collect();
        let [pairs, keep, target, text, wanted] = fields.as_slice() else {
            panic!("expected five columns: {line}");
        };
        let pairs = pairs.replace(' ', "\n").replace(['=', '@'], "\t");
        let dictionary = Dictionary::parse(&pairs).and_then(|d| d.keep(&keep.replace(' ', "\n")));
        let converter = match target.parse::<Direction>() {
            Ok(direction) => Converter::exact(direction),
            Err(_) => Converter::to(target.parse().expect("a target")),
        };
        let converter = converter.with_dictionary(&dictionary.expect("well formed")).expect("small");
        let converted = converter.convert(text).into_owned();
        assert_eq!(&converted, if wanted.is_empty() { text } else { wanted }, "{line}");
        assert_eq!(converter.convert(&converted), converted, "a second run: {line}");
        count += 1;
    }
    assert!(count >= 40, "cases were lost");
}
