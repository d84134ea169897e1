//! What a language tag (BCP 47) says about the text it is given to.

use super::Script;

/// Subtags of languages written with Chinese characters that a converter of
/// Chinese may touch: `zh` and its members (ISO 639-3, macrolanguage `zho`).
const CHINESE: [&str; 9] = ["zh", "cmn", "yue", "wuu", "nan", "hak", "gan", "hsn", "lzh"];

/// What a tag says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Chinese(Option<Script>),
    /// Another language, or none at all (`zxx`).
    Foreign,
    /// The tag is empty, undetermined or of several languages.
    Nothing,
}

/// What a tag says; `_` is read as `-`, as it is met so often.
pub(super) fn said(tag: &str) -> Said {
    let tag = tag.trim().to_ascii_lowercase();
    let mut subtags = tag.split(['-', '_']);
    let language = subtags.next().unwrap_or_default();
    if CHINESE.contains(&language) {
        let subtags: Vec<_> = subtags.collect();
        // A script outweighs the region: `zh-Hant-CN`.
        let script = subtags.iter().find_map(|s| script(s));
        return Said::Chinese(script.or_else(|| subtags.iter().find_map(|s| region(s))));
    }
    match language {
        "" | "und" | "mul" | "x" | "i" => Said::Nothing,
        // What templates hold before they are filled in: `{{lang}}`, `$lang`.
        _ if !language.bytes().all(|b| b.is_ascii_alphabetic()) || language.len() > 3 => Said::Nothing,
        _ => Said::Foreign,
    }
}

/// `chs` and `cht` are Windows' old names.
fn script(subtag: &str) -> Option<Script> {
    match subtag {
        "hans" | "chs" => Some(Script::Simplified),
        "hant" | "cht" => Some(Script::Traditional),
        _ => None,
    }
}

fn region(subtag: &str) -> Option<Script> {
    match subtag {
        "cn" | "sg" | "my" => Some(Script::Simplified),
        "tw" | "hk" | "mo" => Some(Script::Traditional),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_says_what_it_names() {
        let chinese = Said::Chinese(None);
        let simplified = Said::Chinese(Some(Script::Simplified));
        let traditional = Said::Chinese(Some(Script::Traditional));
        for (tag, wanted) in [
            ("zh-Hans", simplified),
            ("ZH-cn", simplified),
            ("zh_SG", simplified),
            ("zh-cmn-Hans-CN", simplified),
            ("zh-Hant-CN", traditional),
            ("zh-CHT", traditional),
            (" zh-TW ", traditional),
            ("yue-Hant-HK", traditional),
            ("zh-MO", traditional),
            ("zh", chinese),
            ("zh-Latn-pinyin", chinese),
            ("lzh", chinese),
            ("", Said::Nothing),
            ("und", Said::Nothing),
            ("{{lang}}", Said::Nothing),
            ("ja", Said::Foreign),
            ("ko-KR", Said::Foreign),
            ("en", Said::Foreign),
            ("zxx", Said::Foreign),
        ] {
            assert_eq!(said(tag), wanted, "{tag}");
        }
    }
}
