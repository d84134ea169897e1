//! Names, which texts of one kind hold too few of: surnames that are other words
//! too (余, 于, 范, 鍾), with given names of a list of words, set into frames.
//!
//! A given name is what no choice has to be made for, so that nothing but the
//! surname is learned here.

use std::fs;
use std::path::Path;

use zhnorm_table::model::digest;

use super::dictionary::Dictionary;

/// jieba's list: a word, its count and what it is a line; `nr` is a name.
pub(crate) const FILE: &str = "dict.txt";
pub(crate) const ORIGIN: &str = "names in frames; PyPI jieba 0.42.1, dict.txt";
pub(crate) const LICENCE: &str = "MIT";
/// How much a name counts.
pub(crate) const WEIGHT: f32 = 0.5;

/// Simplified surnames with several readings, and the surname.
const SURNAMES: [(char, char); 16] = [
    ('余', '余'),
    ('于', '于'),
    ('范', '范'),
    ('钟', '鍾'),
    ('岳', '岳'),
    ('谷', '谷'),
    ('姜', '姜'),
    ('郁', '郁'),
    ('沈', '沈'),
    ('朴', '朴'),
    ('涂', '涂'),
    ('曲', '曲'),
    ('卜', '卜'),
    ('胡', '胡'),
    ('游', '游'),
    ('向', '向'),
];
const BEFORE: [&str; 14] =
    ["", "", "", "、", "，", "和", "與", "由", "的", "記者", "委員", "教授", "主席", "演員"];
const BEHIND: [&str; 14] =
    ["", "、", "，", "說", "表示", "認為", "先生", "女士", "教授", "委員", "和", "的", "在", "（"];

/// Names in Traditional, each in a frame that the name chooses.
pub(super) fn names(folder: &Path, dictionary: &Dictionary) -> Result<Vec<String>, String> {
    let path = folder.join(FILE);
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let framed = text.lines().filter_map(|line| {
        let (word, rest) = line.split_once(' ')?;
        let chars: Vec<char> = word.chars().collect();
        let [surname, given @ ..] = &*chars else { return None };
        let (_, surname) = SURNAMES.iter().find(|(s, _)| s == surname)?;
        let is_plain = given.iter().all(|c| dictionary.candidates(*c).is_none());
        // 余波未平 is listed as a name.
        let is_name = rest.ends_with(" nr") && given.len() == 2 && !dictionary.begins_with_phrase(word);
        let place = digest(word.as_bytes()) as usize >> 8;
        let (before, behind) = (BEFORE[place % BEFORE.len()], BEHIND[place / BEFORE.len() % BEHIND.len()]);
        let given = dictionary.traditional(given);
        (is_plain && is_name).then(|| format!("{before}{surname}{given}{behind}"))
    });
    Ok(framed.collect())
}
