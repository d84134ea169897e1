//! Cases as data, and the laws that hold for every set of steps.

use proptest::prelude::*;

use super::*;
use crate::edit::apply;

fn run(text: &str, steps: Steps, target: Option<Target>) -> String {
    let edits = find(text, steps, target);
    let in_order = edits.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start);
    assert!(in_order, "{text:?} {edits:?}");
    apply(text, &edits)
}

/// A field of the cases: `\u{...}`, `\n`, `\r` and `\t` as in Rust.
fn unescape(field: &str) -> String {
    let mut out = String::new();
    let mut rest = field;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        rest = if let Some(hex) = after.strip_prefix("u{") {
            let (hex, after) = hex.split_once('}').expect("closed");
            out.push(u32::from_str_radix(hex, 16).ok().and_then(char::from_u32).expect(hex));
            after
        } else {
            out.push(match after.as_bytes()[0] {
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                other => panic!("no escape: {other}"),
            });
            &after[1..]
        };
    }
    out + rest
}

#[test]
fn cases() {
    let (mut seen, mut wrong) = (Steps::NONE, Vec::new());
    for (number, line) in include_str!("cases.tsv").lines().enumerate() {
        if line.starts_with("# ") || line.is_empty() {
            continue;
        }
        let fields: Vec<_> = line.split('\t').collect();
        let [steps, target, before, after] = fields[..] else { panic!("line {}: {line}", number + 1) };
        let steps = steps.parse::<Steps>().expect("steps");
        let target = (target != "-").then(|| target.parse::<Target>().expect("a target"));
        let before = unescape(before);
        let after = if after == "=" { before.clone() } else { unescape(after) };
        for text in [&before, &after] {
            let out = run(text, steps, target);
            if out != after {
                wrong.push(format!("line {}: {line}\n{out:?}", number + 1));
            }
        }
        seen = seen | steps;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(Steps::NAMES.iter().all(|(_, step, _)| seen.contains(*step)), "{seen}");
}

/// Every set of steps, and a target or none.
fn options() -> impl Strategy<Value = (Steps, Option<Target>)> {
    let targets = prop::sample::select(vec![None, Some(Target::Simplified), Some(Target::Taiwan)]);
    let steps = prop::collection::vec(any::<bool>(), Steps::NAMES.len()).prop_map(|asked| {
        let named = Steps::NAMES.iter().zip(asked).filter(|(_, asked)| *asked);
        named.fold(Steps::NONE, |steps, ((_, step, _), _)| steps | *step)
    });
    (steps, targets)
}

/// Texts of what the steps look for, close together.
fn texts() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "中",
        "文",
        "葛\u{e0100}",
        "\u{f900}",
        "\u{2f800}",
        "\u{fe00}",
        "\u{fe0f}",
        "\u{e0101}",
        "⼈",
        "⺡",
        "⿰",
        "⿲",
        "⿰氵每",
        "⿰⺡⼈",
        "e",
        "\u{301}",
        "\u{327}",
        "が",
        "か",
        "\u{3099}",
        "ﾞ",
        "ｶ",
        "ｶﾞ",
        "ﾊﾟ",
        "ｱ",
        "､",
        "Ａ",
        "９",
        "9",
        "．",
        "：",
        "％",
        "／",
        ",",
        ".",
        "..",
        "...",
        "…",
        "!",
        "?",
        ":",
        ";",
        "(",
        ")",
        "（",
        "）",
        "-",
        "--",
        "——",
        "“",
        "”",
        "‘",
        "’",
        "「",
        "」",
        "『",
        "』",
        "\"",
        "'",
        "，",
        "。",
        "！",
        "\u{200b}",
        "\u{200d}",
        "\u{feff}",
        "\u{2060}",
        "👨\u{200d}👩",
        "\u{0}",
        "\u{7f}",
        "\u{85}",
        "\u{b}",
        "\u{c}",
        " ",
        "  ",
        "　",
        "\u{a0}",
        "\u{2000}",
        "\t",
        "\n",
        "\r\n",
        "\u{2028}",
        "a",
        "\u{212a}",
        "각",
        "\u{1100}",
        "\u{1161}",
        "\u{11a8}",
        "क\u{94d}",
    ]);
    prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn a_second_run_changes_nothing(text in texts(), (steps, target) in options()) {
        let once = run(&text, steps, target);
        prop_assert_eq!(run(&once, steps, target), once);
    }

    #[test]
    fn any_text_is_taken(text in "\\PC{0,40}", (steps, target) in options()) {
        let once = run(&text, steps, target);
        prop_assert_eq!(run(&once, steps, target), once);
    }

    #[test]
    fn sequences_survive(before in texts(), behind in texts(), (steps, target) in options()) {
        // An operator before would take the sequences for its operands.
        let before = before.replace(['⿰', '⿲'], "");
        let sequences = "⿰⺡⼈葛\u{e0100}⿱\u{f900}Ａ，";
        let text = format!("{before}，{sequences}{behind}");
        let kept = if steps.contains(Steps::SELECTORS) { "⿰⺡⼈葛⿱\u{f900}Ａ" } else { &sequences[..sequences.len() - 3] };
        prop_assert!(run(&text, steps, target).contains(kept));
    }
}
