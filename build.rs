//! Compiles `dict/` into one table file that the library embeds.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use zhnorm_table::Rare;
use zhnorm_table::beside;
use zhnorm_table::compose;
use zhnorm_table::directions::Directions;
use zhnorm_table::evidence::{self, Sources};
use zhnorm_table::features::{self, class};
use zhnorm_table::language;
use zhnorm_table::layout::Blob;
use zhnorm_table::lexicon::{Format, Lexicon};
use zhnorm_table::model::{self, Model};
use zhnorm_table::said::{self, AllSaid};
use zhnorm_table::styles::Styles;
use zhnorm_table::view::{self, Tables};

fn main() {
    println!("cargo::rerun-if-changed=dict");
    println!("cargo::rerun-if-changed=models/language.bin");
    println!("cargo::rerun-if-changed=models/context.bin");
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    if let Err(error) = compile(&root.join("dict"), &root.join("models"), &out) {
        eprintln!("error: {error}");
        std::process::exit(1);
    }
}

fn compile(dict: &Path, models: &Path, out: &Path) -> Result<(), String> {
    let source = |name: &str| {
        let paths = ["opencc", "zhnorm"].map(|folder| dict.join(folder).join(name).with_extension("txt"));
        let path = paths.iter().find(|path| path.is_file()).unwrap_or(&paths[0]);
        let text = read(path)?;
        Lexicon::parse(&text, Format::Tagged).map_err(|e| format!("{}:{e}", path.display()))
    };
    let mut blob = Blob::default();
    let mut plans = Vec::new();
    // What the second file defines is made from what the first one does.
    let text = read(&dict.join("directions"))? + &read(&dict.join("targets"))?;
    let path = dict.join("{directions,targets}");
    let directions = Directions::parse(&text, &source);
    let directions = directions.map_err(|e| format!("{}:{e}", path.display()))?;
    for name in directions.names() {
        let plan = directions
            .chain(name)
            .and_then(|chain| compose::compile(&chain, &mut blob).map_err(|e| e.to_string()));
        plans.push((name, plan.map_err(|e| format!("{}: {name}: {e}", path.display()))?));
    }
    let tables = view::finish(&plans, blob);
    let symbols = symbols(&tables)?;
    write(&out.join("odd.bin"), odd(&symbols, &models.join("language.bin"))?)?;
    write(&out.join("symbols.bin"), symbols.iter().flat_map(|symbol| symbol.to_le_bytes()).collect())?;
    let context = models.join("context.bin");
    let styles = dict.join("zhnorm/styles.txt");
    let parsed = Styles::parse(&read(&styles)?, &[]).map_err(|e| format!("{}:{e}", styles.display()))?;
    let bytes = read_bytes(&context)?;
    let empty = model::write(&[], |_| 0);
    let model = match Model::new(&bytes) {
        None => {
            // What trains a new one is built with this.
            println!("cargo::warning={}: of another version, to be trained anew", context.display());
            Model::new(&empty).ok_or("empty model")?
        }
        Some(model) => model,
    };
    let said = said::write(&model);
    write(&out.join("beside.bin"), beside(&model, &said, &tables)?)?;
    write(&out.join("said.bin"), said)?;
    let ambiguous = ambiguous(&model, &parsed);
    write(&out.join("styles.bin"), parsed.bytes().to_vec())?;
    let sources = Sources {
        st_chars: &source("STCharacters")?,
        ts_chars: &source("TSCharacters")?,
        st_phrases: &source("STPhrases")?,
        ts_phrases: &source("TSPhrases")?,
        regions: &[&source("TWVariants")?, &source("HKVariants")?],
        jp_chars: &source("JPShinjitaiCharacters")?,
    };
    let characters = evidence::write(&sources);
    let pairs = evidence::write_pairs(&sources, characters.as_slice().try_into().map_err(|_| "evidence")?);
    let signs = signs(&characters, &directions)?;
    write(&out.join("asked.bin"), asked(ambiguous.clone(), &signs, &tables)?)?;
    write(&out.join("ambiguous.bin"), ambiguous)?;
    write(&out.join("signs.bin"), signs)?;
    write(&out.join("tables.bin"), tables)?;
    write(&out.join("evidence.bin"), characters)?;
    write(&out.join("pairs.bin"), pairs)?;
    write(&out.join("kanji.bin"), kanji())?;
    #[cfg(feature = "repair")]
    write(&out.join("names.txt"), names())?;
    write(&out.join("choices.txt"), choices(&[&source("STCharacters")?, &source("TSCharacters")?]))
}

/// What each character of the basic plane is in a window of the context model, which is
/// made of Simplified forms, and what those beside an ambiguous character say.
fn beside(model: &Model<'_>, said: &[u8], tables: &[u8]) -> Result<Vec<u8>, String> {
    let plan = |name| Tables::trusted(tables).and_then(|tables| tables.plan(name)).ok_or(name);
    let (simplified, taiwan, hongkong) = (plan("tw2s")?, plan("t2tw")?, plan("t2hk")?);
    let simplified = |c: u16| simplified.chars.plain(c);
    let code = |c: u16| char::from_u32(c.into()).map_or(class::OTHER, |c| features::code(c, simplified));
    let said = AllSaid::new(said, model).ok_or("said.bin")?;
    let (taiwan, hongkong) = (|c| taiwan.chars.plain(c), |c| hongkong.chars.plain(c));
    Ok(beside::write(model, said, code, [&|c| c, &taiwan, &hongkong]))
}

/// A bit for each character of the basic plane: set for one of which the context model
/// knows several readings, or house style several forms.
fn ambiguous(model: &Model<'_>, styles: &Styles) -> Vec<u8> {
    let mut bits = vec![0; (1 << 16) / 8];
    for entry in model.entries().filter(|entry| entry.candidates().len() > 1 || styles.has(entry.source)) {
        bits[entry.source as usize / 8] |= 1 << (entry.source % 8);
    }
    bits
}

/// The same, and one for each character of Simplified text that by itself becomes none which
/// tells that a sentence is Traditional, or one which tells that it is not.
fn asked(mut bits: Vec<u8>, signs: &[u8], tables: &[u8]) -> Result<Vec<u8>, String> {
    let tables = Tables::trusted(tables).ok_or("tables")?;
    for name in ["s2t", "s2tw", "s2hk"] {
        let plan = tables.plan(name).ok_or(name)?;
        for (c, own) in (0..=u16::MAX).zip(signs) {
            let made = plan.chars.plain(c);
            if !evidence::settles(*own, signs[made as usize]) {
                bits[c as usize / 8] |= 1 << (c % 8);
            }
        }
    }
    Ok(bits)
}

/// What stands for each character of the basic plane, of either script, in the language
/// model, which is of Simplified text.
fn symbols(tables: &[u8]) -> Result<Vec<u16>, String> {
    let plan = Tables::trusted(tables).and_then(|tables| tables.plan("t2s")).ok_or("no plan t2s")?;
    let simplified = |c: char| char::from_u32(plan.chars.plain(c as u16).into()).unwrap_or(c);
    let symbol = |c| char::from_u32(c).map_or(language::OTHER, |c| language::symbol(simplified(c)));
    Ok((0..1 << 16).map(symbol).collect())
}

/// Two bits for each character of the basic plane: 1 for an odd one, which wrong
/// decoding makes and Chinese text hardly has, 3 for a rare ideograph (by itself it
/// costs more than 14.5 bits in the language model), 0 for all others.
fn odd(symbols: &[u16], language: &Path) -> Result<Vec<u8>, String> {
    const RARE: f32 = 14.5;
    let bytes = read_bytes(language)?;
    let model = language::Model::new(&bytes).ok_or_else(|| format!("{}: not a model", language.display()))?;
    let mut table = vec![0; (1 << 16) / 4];
    let mut set = |c: char, class: u8| table[c as usize / 4] |= class << (c as usize % 4 * 2);
    let is_rare = |c: &char| model.cost([language::OTHER; 2], symbols[*c as usize]) > RARE;
    for c in ('\u{3400}'..='\u{9fff}').filter(is_rare).chain('\u{e000}'..='\u{f8ff}') {
        set(c, 3);
    }
    for c in ('\u{2500}'..='\u{25ff}').chain('\u{3040}'..='\u{312f}').chain('\u{3200}'..='\u{33ff}') {
        set(c, 1);
    }
    Ok(table)
}

/// What each character of the basic plane says of the sentence it stands in.
fn signs(characters: &[u8], directions: &Directions) -> Result<Vec<u8>, String> {
    let changes = |names: &[&str]| -> Result<HashSet<char>, String> {
        let chains: Result<Vec<_>, _> = names.iter().map(|name| directions.chain(name)).collect();
        Ok(chains?.iter().flat_map(|chain| chain.resolve(Rare::Include).changes()).collect())
    };
    let characters = characters.try_into().map_err(|_| "evidence")?;
    Ok(evidence::signs(characters, &changes(&["any2s"])?, &changes(&["s2t", "s2tw", "s2hk"])?))
}

/// A line for each character that may become several: itself and what it may become.
fn choices(lexicons: &[&Lexicon]) -> Vec<u8> {
    let mut lines = std::collections::BTreeMap::new();
    for entry in lexicons.iter().flat_map(|l| l.entries()).filter(|e| e.values.len() > 1) {
        lines.entry(entry.key.as_str()).or_insert_with(|| entry.values.concat());
    }
    lines.iter().flat_map(|(key, values)| format!("{key}{values}\n").into_bytes()).collect()
}

/// A line for each name that HTML has for a character or two: `hellip;…`. Sorted, without
/// those of controls.
#[cfg(feature = "repair")]
fn names() -> Vec<u8> {
    let all = entities::ENTITIES.iter().filter(|entity| !entity.characters.chars().any(char::is_control));
    let names = all
        .filter_map(|entity| Some((entity.entity.strip_prefix('&')?.strip_suffix(';')?, entity.characters)));
    let sorted: std::collections::BTreeMap<&str, &str> = names.collect();
    sorted.iter().flat_map(|(name, characters)| format!("{name};{characters}\n").into_bytes()).collect()
}

/// A bit for each character of the basic plane: set for the 2,965 kanji of level
/// 1 of JIS X 0208, which Shift_JIS has below 0x989F (WHATWG Encoding Standard,
/// index jis0208).
fn kanji() -> Vec<u8> {
    let mut bits = vec![0; (1 << 16) / 8];
    for lead in 0x88..=0x98u8 {
        for trail in 0x40..=0xfcu8 {
            if (lead, trail) < (0x88, 0x9f) || (lead, trail) > (0x98, 0x72) {
                continue;
            }
            let bytes = [lead, trail];
            let found = encoding_rs::SHIFT_JIS.decode_without_bom_handling_and_without_replacement(&bytes);
            for c in found.as_deref().unwrap_or_default().chars().map(|c| c as usize) {
                bits[c / 8] |= 1 << (c % 8);
            }
        }
    }
    bits
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|e| format!("{}: {e}", path.display()))
}

fn write(path: &Path, bytes: Vec<u8>) -> Result<(), String> {
    fs::write(path, bytes).map_err(|e| format!("{}: {e}", path.display()))
}
