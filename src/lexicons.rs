//! The text of `dict/`, for configurations that name its dictionaries, so that
//! they need no data folder beside the program.

use zhnorm_table::directions::Directions;
use zhnorm_table::lexicon::{Format, Lexicon};

macro_rules! files {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../dict/opencc/", $name, ".txt")))),*]
    };
}

const FILES: &[(&str, &str)] = files!(
    "CJK_Compatibility_Ideographs"
    "HKPhrases" "HKPhrasesRev" "HKVariants" "HKVariantsPhrases" "HKVariantsRevPhrases"
    "JPShinjitaiCharacters" "JPShinjitaiPhrases"
    "STCharacters" "STPhrases"
    "TSCharacters" "TSPhrases"
    "TWPhrases" "TWPhrasesRev" "TWVariants" "TWVariantsPhrases" "TWVariantsRevPhrases"
);

const DIRECTIONS: &str = include_str!("../dict/directions");

/// A dictionary of `dict/` by name, derived ones too; `None` where there is none.
pub(crate) fn get(name: &str) -> Option<Lexicon> {
    let source = |name: &str| {
        let found = FILES.iter().find(|(known, _)| *known == name);
        let (_, text) = found.ok_or_else(|| format!("no dictionary {name}"))?;
        Lexicon::parse(text, Format::Tagged).map_err(|e| e.to_string())
    };
    Directions::parse(DIRECTIONS, &source).ok()?.lexicon(name).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dictionary_is_embedded() {
        for name in ["TWVariantsRev", "STPhrases_GeneratedFromRegionalPhrases", "TSCharactersExt"] {
            assert!(get(name).is_some_and(|l| l.entries().len() > 10), "{name}");
        }
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/dict/opencc");
        let files = std::fs::read_dir(folder).expect("the folder");
        let names = files.map(|f| f.expect("an entry").path());
        let names = names.filter(|path| path.extension().is_some_and(|e| e == "txt"));
        let mut names: Vec<_> = names.filter_map(|p| Some(p.file_stem()?.to_owned())).collect();
        names.sort();
        assert_eq!(names, FILES.iter().map(|f| f.0).collect::<Vec<_>>());
        assert_eq!(get("Absent"), None);
    }
}
