//! The context model: cases as data in `context.tsv`, and that the model is the
//! one that its manifest describes.

use zhnorm::{Converter, Target};
use zhnorm_table::features::class;
use zhnorm_table::model::{self, Model};

const MODEL: &[u8] = include_bytes!("../models/context.bin");
const MANIFEST: &str = include_str!("../models/context.manifest");

#[test]
fn cases() {
    let mut count = 0;
    let mut faults = Vec::new();
    for line in include_str!("context.tsv").lines().filter(|line| !line.starts_with('#')) {
        let [target, text, with, without] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("expected four columns: {line}");
        };
        let converter = Converter::to(target.parse::<Target>().expect("a target"));
        let check = |got: &str, wanted: &str| match got == wanted {
            true => None,
            false => Some(format!("{target}: {text} gives {got}, not {wanted}")),
        };
        faults.extend(check(&converter.convert(text), with));
        if !without.is_empty() {
            faults.extend(check(&converter.context(false).convert(text), without));
        }
        count += 1;
    }
    assert!(count > 10, "cases were lost");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_manifest_is_the_models() {
    let field = |name: &str| {
        let found = MANIFEST.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('\t'));
        found.unwrap_or_else(|| panic!("no {name} in the manifest"))
    };
    assert!(model::is_whole(MODEL), "the model does not have its header's digest");
    let digest = model::header_digest(MODEL).expect("a header");
    assert_eq!(field("digest"), format!("{digest:016x}"));
    assert_eq!(field("bytes"), MODEL.len().to_string());
    let sources = MANIFEST.lines().filter(|line| line.starts_with("source\t"));
    assert!(sources.inspect(|line| assert_eq!(line.split('\t').count(), 5, "{line}")).count() >= 7);
}

#[test]
fn the_model_is_small_and_sound() {
    assert!(MODEL.len() <= 800_000, "{} bytes", MODEL.len());
    let model = Model::new(MODEL).expect("a model");
    let ambiguous = (0x4e00..0xa000).filter_map(|c| model.number(c)).count();
    assert!(ambiguous > 150, "{ambiguous} characters");
    // Nothing but an ideograph is ever chosen for.
    for code in [class::MARK, class::EDGE, 'の' as u16, 'a' as u16] {
        assert_eq!(model.number(code), None);
    }
}
