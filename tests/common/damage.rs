//! Pages, and what annotated mirrors make of them, by the forward model that DESIGN.md
//! describes.

use encoding_rs::GBK;
use zhnorm::{Converter, Direction};

const ANNOTATED: &str = include_str!("../../src/repair/mirror/annotated.tsv");

/// One-to-many characters, which mirrors leave alone.
const LEFT_ALONE: &str = "干斗群范里后么于余筑并";

/// Pages as they were written.
pub(crate) const PAGES: &[&str] = &[
    "县里的图书馆上个月换了新的书架。\n“我们把旧书一本本登记，再按类别摆好。”馆长李文说，“读者找书比从前快多了。”几位老师带着学生来\
     帮忙，整整忙了三天。\n人民日报的记者也到现场看过，称赞这里的管理经验。\n“以后每个乡镇都会有这样的书屋。”",
    "今年春天，农业专家到山区调查茶叶的质量。\n“雨水少，茶树长得慢，但是味道更好。”一位种了三十年茶的老人说。\n专家建议村里统一标准，\
     设立检测点，对市场上的产品负责。\n“只要大家认真做，销路不是问题！”经济合作社的负责人这样回答。",
    "学校门口的路修了两个月，终于通车了。\n“孩子们再也不用绕远路。”张老师高兴地说。运动场也换了新的跑道，下午训练的时候，\
     操场上总是很热闹。\n区里计划明年把这条路延长到火车站，预算已经报上去了。“到那个时候，进城只要十分钟。”",
    "这家企业从修理机械起步，现在给医院生产检验设备。\n“最难的是人才。”总经理在会议上说，“我们把利润的一半用在技术研究上。”\
     车间里，工人正在调试新的生产线。\n数据显示，产品出现问题的比例降到了百分之一以下。",
];

/// Characters that mirrors annotate, with the reading behind each.
pub(crate) fn annotated() -> impl Iterator<Item = (&'static str, &'static str)> {
    ANNOTATED.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

pub(crate) fn half_width(text: &str) -> String {
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

/// What a mirror makes of a page.
pub(crate) fn damage(text: &str) -> String {
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
