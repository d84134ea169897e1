//! Pages damaged as annotated mirrors do it, by the forward model that DESIGN.md
//! describes, are restored; other texts are left alone.

use encoding_rs::GBK;
use proptest::prelude::*;
use zhnorm::{Converter, Damage, Direction, Target, repair};

const ANNOTATED: &str = include_str!("../src/repair/mirror/annotated.tsv");

/// One-to-many characters, which mirrors leave alone.
const LEFT_ALONE: &str = "干斗群范里后么于余筑并";

const PAGES: &[&str] = &[
    "县里的图书馆上个月换了新的书架。\n“我们把旧书一本本登记，再按类别摆好。”馆长李文说，“读者找书比从前快多了。”几位老师带着学生来\
     帮忙，整整忙了三天。\n人民日报的记者也到现场看过，称赞这里的管理经验。\n“以后每个乡镇都会有这样的书屋。”",
    "今年春天，农业专家到山区调查茶叶的质量。\n“雨水少，茶树长得慢，但是味道更好。”一位种了三十年茶的老人说。\n专家建议村里统一标准，\
     设立检测点，对市场上的产品负责。\n“只要大家认真做，销路不是问题！”经济合作社的负责人这样回答。",
    "学校门口的路修了两个月，终于通车了。\n“孩子们再也不用绕远路。”张老师高兴地说。运动场也换了新的跑道，下午训练的时候，\
     操场上总是很热闹。\n区里计划明年把这条路延长到火车站，预算已经报上去了。“到那个时候，进城只要十分钟。”",
    "这家企业从修理机械起步，现在给医院生产检验设备。\n“最难的是人才。”总经理在会议上说，“我们把利润的一半用在技术研究上。”\
     车间里，工人正在调试新的生产线。\n数据显示，产品出现问题的比例降到了百分之一以下。",
];

fn annotated() -> impl Iterator<Item = (&'static str, &'static str)> {
    ANNOTATED.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

fn half_width(text: &str) -> String {
    let half = |c| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).expect("ASCII"),
        _ => c,
    };
    text.chars().map(half).collect()
}

/// As PHP reads CP936: what is no character becomes a question mark and takes
/// both bytes.
fn decode(bytes: &[u8]) -> String {
    let mut out = String::new();
    let mut rest = bytes;
    while let Some((&lead, tail)) = rest.split_first() {
        if lead < 0x80 || tail.is_empty() {
            out.push(if lead < 0x80 { lead as char } else { '?' });
            rest = tail;
            continue;
        }
        let pair = &rest[..2];
        let text = GBK.decode_without_bom_handling_and_without_replacement(pair);
        let is_added = |text: &str| text.chars().any(|c| ('\u{e766}'..'\u{f900}').contains(&c));
        match text.filter(|text| pair[1] >= 0x40 && !is_added(text)) {
            Some(text) => out.push_str(&text),
            None => out.push('?'),
        }
        rest = &rest[2..];
    }
    out
}

fn replace(bytes: &[u8], what: &[u8], with: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at..].starts_with(what) {
            out.extend_from_slice(with);
            at += what.len();
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    out
}

/// Puts a byte before sentence marks that are found between characters.
fn cut_marks(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut at, mut inside) = (0, false);
    while at < bytes.len() {
        let is_mark = bytes[at] == 0xa3 && bytes.get(at + 1).is_some_and(|b| [0xa1, 0xbf, 0xbb].contains(b));
        if inside && is_mark {
            out.push(0);
        }
        inside = !inside && bytes[at] >= 0x80;
        out.push(bytes[at]);
        at += 1;
    }
    out
}

fn damage(text: &str) -> String {
    let to_traditional = Converter::exact(Direction::S2t);
    let html: String = text.lines().map(|line| format!("{line}</p>\n")).collect();
    let mut traditional = String::new();
    for c in html.chars() {
        let one = c.to_string();
        traditional += &*if LEFT_ALONE.contains(c) { one } else { to_traditional.convert(&one).into_owned() };
    }
    let (bytes, _, lost) = GBK.encode(&traditional);
    assert!(!lost, "the page has characters that GBK has not");
    let mut bytes = cut_marks(&bytes);
    for (c, reading) in annotated() {
        let key = GBK.encode(c).0;
        let note = GBK.encode(reading).0;
        bytes = replace(&bytes, &key, &[&key, &b"("[..], &note, b")"].concat());
    }
    let shown = decode(&bytes).replace("</p>", "").replace('\0', "");
    half_width(&shown)
}

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
