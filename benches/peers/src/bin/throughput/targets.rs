//! How fast text of either script, and of both, is brought to one: `zhnorm --to` beside
//! what others offer for it, which converts all there is.

use std::fmt::Write;
use std::hint::black_box;

use zhconv::{Variant, get_builtin_converter};
use zhnorm::{Converter, Direction, Target};
use zhnorm_peers::oracle;

use crate::options::Options;
use crate::speed::{Work, cell, measure, ratio};

/// The beginning of the table that is made.
pub const HEAD: &str = "| target | text | zhnorm |";

/// Rates in Markdown, with the ratio to zhconv.
pub fn table(options: &Options) -> Result<String, String> {
    let [simplified, traditional] = [Direction::S2t, Direction::T2s].map(|of| options.read_text(of));
    let (simplified, traditional) = (simplified?, traditional?);
    let texts = [
        ("both scripts", mixed(&simplified, &traditional)),
        ("Simplified", simplified),
        ("Traditional", traditional),
    ];
    let mut table = format!("{HEAD} OpenCC | zhconv | zhnorm/zhconv |\n|---|---|--:|--:|--:|--:|\n");
    for target in [Target::Traditional, Target::Simplified] {
        for (name, text) in &texts {
            let rates = measure(&converters(target).map(Some), text, options.rounds);
            let [zhnorm, _, zhconv] = rates[..] else { unreachable!("three of them") };
            let _ = write!(table, "| {target} | {name} |");
            for rate in &rates {
                let _ = write!(table, " {} |", cell(*rate, ""));
            }
            let _ = writeln!(table, " {} |", cell(ratio(zhnorm, zhconv), "x"));
        }
    }
    Ok(table)
}

/// What zhnorm, OpenCC and zhconv have for a target. Where nothing is to be done zhnorm
/// finds that out and gives the text back, which is no string of its own.
fn converters(target: Target) -> [Work; 3] {
    let (direction, variant) = match target {
        Target::Simplified => (Direction::T2s, Variant::ZhHans),
        _ => (Direction::S2t, Variant::ZhHant),
    };
    let (zhnorm, opencc, zhconv) = (Converter::to(target), oracle(direction), get_builtin_converter(variant));
    [
        Box::new(move |text| _ = black_box(zhnorm.convert(text))),
        Box::new(move |text| _ = black_box(opencc.convert(text).expect("UTF-8 text without NUL"))),
        Box::new(move |text| _ = black_box(zhconv.convert(text))),
    ]
}

/// Sentences of both texts in turn.
fn mixed(one: &str, other: &str) -> String {
    let [one, other] = [one, other].map(|text| text.split_inclusive(['。', '！', '？', '\n']));
    let mut text = String::new();
    for sentence in one.zip(other).flat_map(|(one, other)| [one, other]) {
        text.push_str(sentence);
        if text.len() >= 1_000_000 {
            break;
        }
    }
    text
}
