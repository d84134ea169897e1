//! What is left over of markup and encodings: tags without their `<`, controls,
//! zero-width characters between ideographs, private-use characters of the Hong Kong
//! supplement. Knows no cause; `mirror` has that, and runs before.

use encoding_rs::BIG5;
use zhnorm_table::evidence::{self, Evidence};

use crate::edit::{self, Edit};
use crate::normalize::{self, Steps};
use crate::script::EVIDENCE;

const RULE: &str = "repair/debris";

/// Elements of HTML that pages of text are made of, sorted.
const ELEMENTS: [&str; 47] = [
    "a",
    "article",
    "b",
    "blockquote",
    "body",
    "br",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "figure",
    "font",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "html",
    "i",
    "img",
    "label",
    "li",
    "ol",
    "option",
    "p",
    "pre",
    "script",
    "section",
    "select",
    "small",
    "span",
    "strong",
    "style",
    "table",
    "tbody",
    "td",
    "th",
    "tr",
    "u",
    "ul",
];

/// What of a text is debris. What stood between two pieces of it may show more.
pub(crate) fn find(text: &str) -> Vec<Edit> {
    let mut all = Vec::new();
    let mut changed: Option<String> = None;
    loop {
        let now = changed.as_deref().unwrap_or(text);
        let mut edits = normalize::find(now, Steps::CONTROL | Steps::ZERO_WIDTH, None);
        edits.iter_mut().for_each(|edit| edit.rule = RULE);
        let mut rest = edit::apply(now, &edits);
        for find in [private, tags] {
            let more = find(&rest);
            rest = edit::apply(&rest, &more);
            edits = edit::compose(edits, more);
        }
        if edits.is_empty() {
            return all;
        }
        all = edit::compose(all, edits);
        changed = Some(rest);
    }
}

/// `/p>` and its like at the start of a line, behind `>` or `?` or behind a character
/// that is not ASCII, where no tag is open: a decoder took the `<` for the second
/// byte of a character.
fn tags(text: &str) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    let mut from = 0;
    while let Some(end) = text[from..].find('>').map(|at| from + at) {
        let line = &text[from..end];
        from = end + 1;
        let Some((before, name)) = line.rsplit_once('/') else { continue };
        let is_element = ELEMENTS.binary_search(&name.to_ascii_lowercase().as_str()).is_ok();
        let is_open = before.rfind('<').is_some();
        let last = before.chars().next_back();
        let is_behind = last.map_or(end == line.len() || text[..end - line.len()].ends_with('>'), |c| {
            !c.is_ascii() || matches!(c, '?' | '\n')
        });
        if is_element && !is_open && is_behind {
            let range = end - name.len() - 1..end + 1;
            edits.push(Edit { range, text: String::new(), rule: RULE, confidence: 90 });
        }
    }
    edits
}

/// Characters of the Hong Kong supplement where its first versions, and Microsoft's
/// user-defined part of Big5, have them in the private use area.
///
/// GBK's user-defined part stands in the same place. So it must be Traditional text,
/// each private character must have one of the supplement, and none may stand beside
/// another: those are runs that were read a byte late.
fn private(text: &str) -> Vec<Edit> {
    let is_private = |c: char| matches!(c, '\u{e000}'..='\u{f8ff}');
    // U+E000 to U+F8FF begin with EE, and EF 80 to EF A3.
    if !crate::scan::any3(text, |a, b, _| (a == 0xee) | (a == 0xef) & (b < 0xa4)) {
        return Vec::new();
    }
    let mut edits: Vec<Edit> = Vec::new();
    let (mut is_traditional, mut is_simplified) = (false, false);
    for (at, c) in text.char_indices() {
        match evidence::of(EVIDENCE, c) {
            Evidence::Traditional => is_traditional = true,
            Evidence::Simplified => is_simplified = true,
            _ => {}
        }
        if is_private(c) {
            let Some(new) = supplement(c) else { return Vec::new() };
            if edits.last().is_some_and(|last| last.range.end == at) {
                return Vec::new();
            }
            edits.push(Edit { range: at..at + c.len_utf8(), text: new, rule: RULE, confidence: 85 });
        }
    }
    if is_traditional && !is_simplified { edits } else { Vec::new() }
}

/// The character of the supplement at a private place: rows of 157, in the order in
/// which Big5 was extended.
fn supplement(c: char) -> Option<String> {
    let (first, lead) = match c {
        '\u{e000}'..='\u{e310}' => (0xe000, 0xfa),
        '\u{e311}'..='\u{eeb7}' => (0xe311, 0x8e),
        '\u{eeb8}'..='\u{f6b0}' => (0xeeb8, 0x81),
        _ => return None,
    };
    let place = u32::from(c) - first;
    let trail = match place % 157 {
        low @ 0..=62 => 0x40 + low,
        high => 0xa1 + high - 63,
    };
    let bytes = [(lead + place / 157) as u8, trail as u8];
    let decoded = BIG5.decode_without_bom_handling_and_without_replacement(&bytes)?;
    decoded.chars().all(char::is_alphanumeric).then(|| decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::apply;
    use proptest::prelude::*;

    fn run(text: &str) -> String {
        apply(text, &find(text))
    }

    #[test]
    fn remains_of_tags_are_removed() {
        assert!(ELEMENTS.is_sorted());
        assert_eq!(run("这是第一段。/p>这是标题/h2>/div>\n/strong>好?/P>"), "这是第一段。这是标题\n好?");
        for clean in [
            "<p>好</p>",
            "<br/>",
            "<a href=路/p>",
            "a/p>b",
            "甲/乙>丙",
            "1/2>0.4",
            "甲/pp>",
            "x /p>",
            "",
            "/",
            ">",
        ] {
            assert_eq!(run(clean), clean);
        }
    }

    #[test]
    fn what_is_not_seen_is_removed() {
        assert_eq!(run("\u{feff}甲\u{200b}乙\u{feff}丙\u{0}丁"), "\u{feff}甲乙丙丁");
        assert_eq!(run("👨\u{200d}👩 a\u{200b}b"), "👨\u{200d}👩 a\u{200b}b");
    }

    #[test]
    fn the_supplement_in_traditional_text_alone() {
        // Big5 FA40, 8E40 and 8840 plus what stands there since HKSCS-2004.
        for (private, bytes) in
            [('\u{e000}', [0xfa, 0x40]), ('\u{e310}', [0xfe, 0xfe]), ('\u{e311}', [0x8e, 0x40])]
        {
            let expected = BIG5.decode_without_bom_handling(&bytes).0;
            assert_eq!(supplement(private).as_deref(), Some(&*expected), "{private:?}");
            assert_eq!(run(&format!("這個{private}嗎")), format!("這個{expected}嗎"));
            assert_eq!(run(&format!("这个{private}吗")), format!("这个{private}吗"));
            assert_eq!(run(&format!("這個{private}{private}嗎")), format!("這個{private}{private}嗎"));
        }
        assert_eq!(run("這個\u{f8ff}\u{e000}嗎"), "這個\u{f8ff}\u{e000}嗎");
    }

    proptest! {
        #[test]
        fn a_second_run_changes_nothing(pieces in prop::collection::vec(prop::sample::select(vec![
            "/p>", "/", "p", ">", "<", "?", "h2", "/h2>", "好", "這", "这", "\n", "\u{0}", "\u{200b}", "\u{feff}", "\u{e000}", "\u{f8ff}", " ", "a",
        ]), 0..16)) {
            let once = run(&pieces.concat());
            prop_assert_eq!(run(&once), once);
        }
    }
}
