//! The texts that the model is learned from, and how much each counts.

use std::fs;
use std::io::BufReader;
use std::path::Path;

/// A file of native Traditional text: `NAME.txt.xz` (a sentence or paragraph a
/// line) or `NAME.words.xz` (a word and its count a line).
pub(crate) struct Source {
    pub(crate) file: &'static str,
    /// What it is, with the repository and the commit it was taken from.
    pub(crate) origin: &'static str,
    pub(crate) licence: &'static str,
    /// How much one of its lines counts. Laws and gazettes have their own
    /// wording, which other text must not be pulled to.
    pub(crate) weight: f32,
}

/// In the order in which copies are counted: the best first.
pub(crate) const SOURCES: [Source; 10] = [
    Source {
        file: "archive.txt",
        origin: "transcripts of meetings and interviews; audreyt/archive.tw @ 789eb646",
        licence: "CC0-1.0",
        weight: 1.0,
    },
    Source {
        file: "voice.txt",
        origin: "prompts to be spoken; mozilla/voice-web @ e0bfbc4b, server/data/zh-TW and zh-HK",
        licence: "CC0-1.0",
        weight: 1.0,
    },
    Source {
        file: "moztw.txt",
        origin: "sentences; moztw/cc0-sentences @ 0cd8139d",
        licence: "CC0-1.0",
        weight: 1.0,
    },
    Source {
        file: "hkcancor.txt",
        origin: "conversations in Hong Kong; Hong Kong Cantonese Corpus (Luke, Wong), in PyPI pycantonese 5.0.0",
        licence: "CC-BY-4.0",
        weight: 0.5,
    },
    Source {
        file: "ctcpc.txt",
        origin: "everyday sentences, Hong Kong; Cantonese-Traditional Chinese Parallel Corpus, in PyPI pycantonese 5.0.0",
        licence: "CC0-1.0",
        weight: 0.5,
    },
    Source {
        file: "docs.txt",
        origin: "technical documentation; yowko/Docs.zh-tw @ df9937e9",
        licence: "CC-BY-4.0",
        weight: 0.3,
    },
    Source {
        file: "ly.txt",
        origin: "gazette of the Legislative Yuan; clkao/ly-gazette @ dd7e6897, raw/*.md, every second line",
        licence: "official documents",
        weight: 0.25,
    },
    Source {
        file: "law.txt",
        origin: "laws of Taiwan; kong0107/mojLawSplitJSON @ 0d26e6c7, FalVMingLing/, every second line",
        licence: "statutes",
        weight: 0.1,
    },
    Source {
        file: "mcb.words",
        origin: "words; openvanilla/McBopomofo @ 73d0379e, phrase.occ",
        licence: "MIT",
        weight: 1.0,
    },
    Source {
        file: "rime.words",
        origin: "words of Cantonese; rime-cantonese, in PyPI pycantonese 5.0.0",
        licence: "CC-BY-4.0",
        weight: 1.0,
    },
];

impl Source {
    /// Whether it is a list of words, not text.
    pub(crate) fn is_words(&self) -> bool {
        self.file.ends_with(".words")
    }

    /// Its lines; of a list of words the words.
    pub(crate) fn lines(&self, folder: &Path) -> Result<Vec<String>, String> {
        let path = folder.join(self.file).with_added_extension("xz");
        let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let file = fs::File::open(&path).map_err(|e| told(&e))?;
        let mut bytes = Vec::new();
        lzma_rs::xz_decompress(&mut BufReader::new(file), &mut bytes).map_err(|e| told(&format!("{e:?}")))?;
        let text = String::from_utf8(bytes).map_err(|e| told(&e))?;
        let word = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
        Ok(text.lines().map(|line| if self.is_words() { word(line) } else { line.to_owned() }).collect())
    }
}
