//! Sentences damaged in every way that encoding_rs can, and texts that read well.

use encoding_rs::{BIG5, Encoding, GBK, UTF_8, WINDOWS_1252};
use proptest::prelude::*;

use super::*;
use crate::edit::apply;

fn run(text: &str) -> String {
    apply(text, &find(text))
}

/// A text read in a wrong encoding; no encoding stands for ISO 8859-1, and `None` is
/// what lost something.
fn misread(text: &str, written: &'static Encoding, read: Option<&'static Encoding>) -> Option<String> {
    let (bytes, _, is_lost) =
        if written == UTF_8 { (text.as_bytes().into(), UTF_8, false) } else { written.encode(text) };
    let misread = match read {
        None => bytes.iter().map(|byte| char::from(*byte)).collect(),
        Some(read) => read.decode_without_bom_handling(&bytes).0.into_owned(),
    };
    (!is_lost && !misread.contains('\u{fffd}')).then_some(misread)
}

type Way = (&'static str, &'static Encoding, Option<&'static Encoding>);

const WAYS: [Way; 10] = [
    ("UTF-8 as ISO 8859-1", UTF_8, None),
    ("UTF-8 as windows-1252", UTF_8, Some(WINDOWS_1252)),
    ("UTF-8 as GBK", UTF_8, Some(GBK)),
    ("UTF-8 as Big5", UTF_8, Some(BIG5)),
    ("GBK as ISO 8859-1", GBK, None),
    ("GBK as windows-1252", GBK, Some(WINDOWS_1252)),
    ("Big5 as ISO 8859-1", BIG5, None),
    ("Big5 as windows-1252", BIG5, Some(WINDOWS_1252)),
    ("GBK as Big5", GBK, Some(BIG5)),
    ("Big5 as GBK", BIG5, Some(GBK)),
];

/// The lines of the cases of one kind.
fn cases(kind: &str) -> impl Iterator<Item = &'static str> {
    let lines = include_str!("cases.tsv").lines().filter_map(|line| line.split_once('\t'));
    lines.filter(move |(found, _)| *found == kind).map(|(_, text)| text)
}

#[test]
fn every_way_is_undone() {
    let mut undone = [0; WAYS.len()];
    for text in cases("damaged") {
        for (i, (way, written, read)) in WAYS.into_iter().enumerate() {
            let Some(damaged) = misread(text, written, read).filter(|damaged| damaged != text) else {
                continue;
            };
            assert_eq!(run(&damaged), text, "{way}: {damaged}");
            // As a paragraph and as a field of a line that reads well.
            let page = format!("第一段没有问题。\n{damaged}\n最后一段也好。");
            assert_eq!(run(&page), format!("第一段没有问题。\n{text}\n最后一段也好。"), "{way}");
            let field = format!("[名字] {damaged} | {damaged} [其他]");
            assert_eq!(run(&field), format!("[名字] {text} | {text} [其他]"), "{way}");
            undone[i] += 1;
        }
        let twice = misread(text, UTF_8, None).and_then(|once| misread(&once, UTF_8, Some(WINDOWS_1252)));
        assert_eq!(run(&twice.expect("nothing is lost")), text);
    }
    assert!(undone.iter().all(|count| *count > 0), "{undone:?}");
}

#[test]
fn what_reads_well_stays() {
    for text in cases("clean") {
        assert_eq!(run(text), text);
    }
}

#[test]
fn what_is_lost_is_counted_and_stays() {
    let text = "锟斤拷锟斤拷，很好\u{fffd}\u{fffd}的锟";
    assert_eq!((losses(text), losses("很好，锟")), (2, 0));
    assert_eq!(run(text), text);
    assert_eq!(run("浣犲ソ涓栫晫鍚\u{fffd}"), "你好世界鍚\u{fffd}");
}

proptest! {
    #[test]
    fn a_second_run_changes_nothing(pieces in prop::collection::vec((0usize..8, 0usize..12, 0usize..40), 1..4)) {
        let texts: Vec<_> = cases("damaged").chain(cases("clean")).collect();
        let text: String = pieces.iter().map(|(n, way, len)| {
            let text: String = texts[n % texts.len()].chars().take(*len).collect();
            let way = WAYS.get(*way);
            way.and_then(|(_, written, read)| misread(&text, written, *read)).unwrap_or(text)
        }).collect();
        let once = run(&text);
        prop_assert_eq!(run(&once), once);
    }

    #[test]
    fn no_rare_place_is_passed_over(text in "(的{0,9}|[鍙虫か一aé🀄\u{20000}]{1,4}){0,20}") {
        let class = |c: char| match c as u32 {
            code @ 0x800..=0xffff => double::CLASSES[code as usize / 4] >> (code % 4 * 2) & 3,
            code => if code >= 0x20000 { 3 } else { 0 },
        };
        let chars: Vec<(usize, u8)> = text.char_indices().map(|(at, c)| (at, class(c))).collect();
        let first = (0..chars.len()).find(|i| {
            let four = &chars[i.saturating_sub(3)..=*i];
            let count = |least| four.iter().filter(|(_, class)| *class >= least).count();
            chars[*i].1 > 0 && count(1) >= 3 && count(3) >= 2
        });
        prop_assert_eq!(double::rare_place(&text), first.map(|i| chars[i].0));
    }

    #[test]
    fn any_text_is_taken(text in "(\\PC|[À-ÿ]|[\u{80}-\u{bf}]|[鍙虫墭鎺屽澶栧穦笿穨叭虫]){0,60}") {
        let once = run(&text);
        prop_assert_eq!(run(&once), once);
    }
}

#[test]
fn classes_are_those_of_the_language_model() {
    let class = |c: char| double::CLASSES[c as usize / 4] >> (c as usize % 4 * 2) & 3;
    let is_rare = |c: char| model::cost([OTHER; 2], model::symbol(c)) > 14.5;
    assert!(('\u{3400}'..='\u{9fff}').all(|c| class(c) == if is_rare(c) { 3 } else { 0 }));
    assert_eq!(['国', '國', '\u{e000}', 'の', '┐', 'a', '，'].map(class), [0, 0, 3, 1, 1, 0, 0]);
}
