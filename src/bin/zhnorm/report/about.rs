//! What the page says of a run and of its rules, in the words that the command's
//! help has.

use zhnorm::{Damage, Steps, Target};

use crate::args::Args;

/// What was asked for, as it was asked for.
pub(super) fn done(args: &Args) -> String {
    let mut words = Vec::new();
    let flags = [
        ("--to", args.to.map(|to| to.name().to_owned())),
        ("--config", args.config.clone()),
        ("--normalize", args.normalize.map(|steps| steps.to_string())),
        ("--profile", args.profile.map(|profile| profile.name().to_owned())),
    ];
    for (flag, value) in flags {
        words.extend(value.map(|value| format!("{flag} {value}")));
    }
    let name =
        |damage: &Damage| Damage::NAMES.iter().find(|(_, known, _)| known == damage).map(|(name, ..)| *name);
    let damage: Vec<&str> = args.repair.iter().filter_map(name).collect();
    if !damage.is_empty() {
        words.push(format!("--repair={}", damage.join(",")));
    }
    words.join(" ")
}

/// The language (BCP 47) that Chinese of the result is in, by which a browser
/// chooses the forms of its characters; none where nobody knows.
pub(super) fn language(args: &Args) -> Option<&'static str> {
    let target = match (args.to, args.config.as_deref()) {
        (Some(Target::Simplified), _) => "s",
        (Some(Target::Traditional), _) => "t",
        (Some(Target::Taiwan), _) => "tw",
        (Some(Target::Hongkong), _) => "hk",
        // The ending of a direction's name, without the `p` of its phrases.
        (None, Some(name)) => match name.split_once('2') {
            Some((_, "jp")) => "jp",
            Some((_, end)) => end.trim_end_matches('p'),
            None => return None,
        },
        _ => return None,
    };
    match target {
        "s" => Some("zh-Hans"),
        "t" => Some("zh-Hant"),
        "tw" => Some("zh-Hant-TW"),
        "hk" => Some("zh-Hant-HK"),
        "jp" => Some("ja"),
        _ => None,
    }
}

/// Rules of conversion, as [`zhnorm::Change::rule`] lists them.
const CONVERSION: [(&str, &str); 9] = [
    ("character", "A single character, by the lexicon."),
    ("phrase", "A phrase of the dictionary."),
    ("context", "What stands around it overrules the dictionary."),
    ("compatibility", "A compatibility ideograph to the one that it duplicates."),
    ("variant", "A glyph variant to the target's standard."),
    ("vocabulary", "A word of another region to the target's."),
    ("user", "A word of your own (--dict)."),
    ("configuration", "The rules of the configuration file, all together."),
    ("profile/search-key", "Folded for searching."),
];

/// One line on a rule.
pub(super) fn rule(rule: &str) -> &'static str {
    let (stage, name) = rule.split_once('/').unwrap_or(("", rule));
    let found = match stage {
        "repair" => Damage::NAMES.iter().find(|(known, ..)| *known == name).map(|(.., summary)| *summary),
        "normalize" => Steps::NAMES.iter().find(|(known, ..)| *known == name).map(|(.., summary)| *summary),
        _ => None,
    };
    let conversion = || CONVERSION.iter().find(|(known, _)| *known == rule).map(|(_, summary)| *summary);
    found.or_else(conversion).unwrap_or("")
}

/// The kinds by which rules are coloured and underlined.
pub(super) fn kind(rule: &str) -> &'static str {
    match rule {
        "character" => "character",
        "phrase" | "vocabulary" | "configuration" => "phrase",
        "context" => "context",
        "user" => "user",
        _ if rule.starts_with("repair/") => "repair",
        _ => "form",
    }
}
