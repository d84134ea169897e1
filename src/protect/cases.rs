//! The cases in `tests/protected.tsv`, and laws that hold for any text.

use proptest::prelude::*;

use super::*;

/// A text with its protected ranges between `⟦` and `⟧`.
fn marked(text: &str, protect: Protect) -> String {
    let mut out = String::new();
    let mut at = 0;
    for range in find(text, protect).ranges {
        out += &text[at..range.start];
        out += &format!("⟦{}⟧", &text[range.clone()]);
        at = range.end;
    }
    out + &text[at..]
}

#[test]
fn cases() {
    let rows = include_str!("../../tests/protected.tsv").lines().filter(|row| !row.starts_with('#'));
    let mut wrong = Vec::new();
    let mut seen = 0;
    for row in rows.filter(|row| !row.is_empty()) {
        let columns: Vec<_> = row.split('\t').map(|column| column.replace("\\n", "\n")).collect();
        let [kinds, text, wanted] = columns.as_slice() else { panic!("{row}") };
        let protect = kinds.parse::<Protect>().expect("known kinds");
        let got = marked(text, protect);
        if got != *wanted {
            wrong.push(format!("{kinds}\n  text   {text}\n  wanted {wanted}\n  got    {got}"));
        }
        seen += 1;
    }
    assert!(wrong.is_empty(), "{} of {seen} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(seen >= 200, "{seen} cases");
}

/// What `lang` attributes say, as `s` and `t` under each character.
#[test]
fn languages_are_hints() {
    let shown = |text: &str| {
        let hints = find(text, Protect::HTML).hints;
        assert!(hints.is_sorted_by(|a, b| a.0.end <= b.0.start), "{hints:?}");
        let letter = |i| match hints.iter().find(|(range, _)| range.contains(&i)) {
            Some((_, Script::Simplified)) => 's',
            Some((_, Script::Traditional)) => 't',
            None => '.',
        };
        let text = text.char_indices().filter(|(_, c)| link::is_han(*c));
        text.map(|(i, _)| letter(i)).collect::<String>()
    };
    assert_eq!(shown("里<p lang='zh-TW'>里<b>里</b></p>里"), ".tt.");
    assert_eq!(shown("<html lang=zh-Hans>里<q lang=zh-hk>里里</q>里<q lang=zh>里</q></html>里"), "stts..");
    assert_eq!(shown("<p lang=zh-SG>里<p>里"), "s.");
    assert_eq!(shown("<p xml:lang='zh_MO'>里<q lang=ja>里<q lang=zh-MY>里</q>里</q>里</p>"), "t.s.t");
    assert_eq!(shown("<ul lang=zh-CN><li>里<li lang=zh-TW>里<li>里</ul>里"), "sts.");
    assert_eq!(shown("<b lang=zh-CN><script>里</script>里<!--里--></i>里"), "ssss");
    assert_eq!(shown("<br lang=zh-CN>里"), ".");
}

/// Pieces of all kinds of markup, and text between them.
const PIECES: &[&str] = &[
    "后",
    "里面",
    "后台",
    "，",
    "。",
    "　",
    " ",
    "\n",
    "\n\n",
    "\r\n",
    "a",
    "Tx",
    "7",
    "é",
    "の",
    "🎉",
    "\u{301}",
    "http://",
    "www.",
    "a.tw",
    "例子.台灣",
    "mailto:",
    "@",
    ":",
    "/",
    "//",
    "\\",
    "\\\\",
    ".",
    "..",
    "./",
    "~/",
    "C:\\",
    ".txt",
    "/usr/",
    "?",
    "#",
    "&",
    "=",
    "%E5",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    "</",
    "/>",
    "<p",
    "<p>",
    "</p>",
    "<b lang=\"ja\">",
    "<b lang='zh-TW'",
    "</b>",
    "<code>",
    "</code>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?xml",
    "?>",
    "<!DOCTYPE",
    "&amp;",
    "&#x",
    ";",
    "\"",
    "'",
    "`",
    "``",
    "```",
    "~~~",
    "    ",
    "> ",
    "- ",
    "[后](",
    "![",
    "](",
    "]: ",
    "[后]: ",
    "-{",
    "}-",
    "[[",
    "]]",
    "{{",
    "}}",
    "{{{",
    "}}}",
    "|",
    "-",
    "_",
    "__",
    "__TOC__",
    "<nowiki>",
    "</nowiki>",
    "<math>",
    "{|",
    "|-",
    "File:",
    "lang|ja|",
    "|名=",
    ".svg",
];

fn text(longest: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(PIECES), 0..longest).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn ranges_are_in_order_and_between_characters(text in text(40), bits in 0..64u8) {
        let guarded = find(&text, Protect(bits));
        let mut last = None;
        for range in &guarded.ranges {
            prop_assert!(range.start < range.end && last.is_none_or(|end| end < range.start));
            prop_assert!(text.get(range.clone()).is_some(), "{:?} of {:?}", range, text);
            last = Some(range.end);
        }
        let mut last = 0;
        for (range, _) in &guarded.hints {
            prop_assert!(range.start < range.end && last <= range.start);
            prop_assert!(text.get(range.clone()).is_some(), "{:?} of {:?}", range, text);
            last = range.end;
        }
        prop_assert_eq!(find(&text, Protect::NONE), Guarded::default());
    }

    /// Links know nothing of other paragraphs, so a text may be cut between them.
    #[test]
    fn links_are_found_paragraph_by_paragraph(one in text(20), two in text(20), bits in 1..4u8) {
        let protect = Protect(bits << 3);
        let both = find(&format!("{one}\n\n{two}"), protect).ranges;
        let mut apart = find(&one, protect).ranges;
        let behind = find(&two, protect).ranges;
        apart.extend(behind.into_iter().map(|r| r.start + one.len() + 2..r.end + one.len() + 2));
        prop_assert_eq!(both, apart);
    }

    /// More kinds never protect less of links than what the others leave.
    #[test]
    fn what_is_protected_by_a_pass_stays(text in text(30)) {
        let tags = find(&text, Protect::HTML).ranges;
        let all = find(&text, Protect::HTML | Protect::URL | Protect::EMAIL).ranges;
        for tag in tags {
            prop_assert!(all.iter().any(|range| range.start <= tag.start && tag.end <= range.end));
        }
    }
}

/// Texts of nothing but beginnings, and nested as deeply, take linear time:
/// quadratic, these would take minutes.
#[test]
fn beginnings_without_an_end() {
    let pieces = PIECES.iter().map(|piece| (*piece, ""));
    let more =
        ["<a b=\"", "<a b='c", "</x", "后/", "a.", "后@", "<p>后", "<后>", "<a ", "http://[", "www.a:"];
    let nested = [
        ("{{a|b=", "}}"),
        ("{{a|", "=}}"),
        ("{{lang|", "}}"),
        ("[[a|", "]]"),
        ("-{", "}-"),
        ("<b lang=ja>", "</b>"),
        ("<p>", "</b>"),
        ("http://a.tw/(", ")"),
        ("[", "](后)"),
    ];
    for (open, close) in pieces.chain(more.map(|piece| (piece, ""))).chain(nested) {
        let text = open.repeat(20_000) + &close.repeat(20_000);
        for bits in (0..6).map(|bit| 1 << bit) {
            let _ = find(&text, Protect(bits));
        }
    }
}
