//! Text with tags. An odd first byte: the others are numbers of pieces, and those
//! that are protected come out as they were; else they are the text, which a second
//! run leaves alone.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use zhnorm::{Converter, Protect, Target};

static CONVERTER: LazyLock<Converter> =
    LazyLock::new(|| Converter::to(Target::Traditional).protect(Protect::HTML));

/// What is converted, and what is not.
const TEXT: [&str; 12] = ["书", "这里的头发", "国家。", "\n", " ", "漢", "a", "<", "> ", "& ", "里", "か"];
const PROTECTED: [&str; 12] = [
    "<p title=\"书\">",
    "</p>",
    "<br/>",
    "<!-- 书 <b> -->",
    "<code>书</code>",
    "<script>书 < 书</script>",
    "&#20070;",
    "<i lang='ja'>书</i>",
    "<b translate=no>书<i>书</i></b>",
    "<style>书</style>",
    "<![CDATA[书]]>",
    "<img alt=书>",
];

fuzz_target!(|data: &[u8]| {
    let Some((choice, rest)) = data.split_first() else { return };
    if choice & 1 == 1 {
        let (mut text, mut kept) = (String::new(), Vec::new());
        for n in rest.iter().map(|n| usize::from(*n)) {
            let piece = if n & 1 == 0 { TEXT[n / 2 % 12] } else { PROTECTED[n / 2 % 12] };
            if n & 1 == 1 {
                let start = text.chars().count();
                kept.push(start..start + piece.chars().count());
            }
            text.push_str(piece);
        }
        let converted = CONVERTER.convert(&text);
        let (before, after): (Vec<char>, Vec<char>) = (text.chars().collect(), converted.chars().collect());
        assert!(before.len() == after.len());
        for range in kept {
            assert!(before[range.clone()] == after[range.clone()], "{text}");
        }
        return;
    }
    let once = CONVERTER.convert_bytes(rest);
    let has_operators = String::from_utf8_lossy(rest).contains(|c| ('\u{2ff0}'..='\u{2fff}').contains(&c));
    assert!(has_operators || CONVERTER.convert_bytes(&once) == once);
});
