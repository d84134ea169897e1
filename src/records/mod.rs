//! Texts of records: which parts are text to convert, and everything else byte for
//! byte as it was. Knows a conversion only as a function.

mod csv;
mod escape;
mod json;
mod subtitle;

use std::borrow::Cow;

use crate::stream::Blocks;

/// How a text of records is written.
///
/// ```
/// use zhnorm::Format;
/// assert_eq!(Format::of_extension("jsonl"), Some(Format::JsonLines));
/// assert_eq!(Format::of_extension("txt"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// A JSON value (RFC 8259) on each line.
    JsonLines,
    /// One JSON value.
    Json,
    /// Comma-separated values (RFC 4180).
    Csv,
    /// The same with tabs.
    Tsv,
    /// SubRip subtitles.
    SubRip,
    /// Web Video Text Tracks (W3C).
    WebVtt,
    /// Advanced SubStation Alpha, and what came before it.
    Ass,
}

impl Format {
    /// The format that files with this ending have.
    pub fn of_extension(extension: &str) -> Option<Self> {
        Some(match extension.to_ascii_lowercase().as_str() {
            "jsonl" | "ndjson" => Self::JsonLines,
            "json" => Self::Json,
            "csv" => Self::Csv,
            "tsv" => Self::Tsv,
            "srt" => Self::SubRip,
            "vtt" => Self::WebVtt,
            "ass" | "ssa" => Self::Ass,
            _ => return None,
        })
    }
}

/// A record that could not be understood. It is in the output as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRecord {
    /// Its number in the block, from 0.
    pub number: usize,
    /// What is wrong with it.
    pub message: String,
}

/// A block of records with its text converted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rewritten {
    /// The block.
    pub bytes: Vec<u8>,
    /// How many records it has.
    pub records: usize,
    /// Those that were passed through because they could not be understood.
    pub bad: Vec<BadRecord>,
}

/// Converts the text in records and nothing else.
///
/// ```
/// use zhnorm::{Converter, Format, Records, Target};
/// let converter = Converter::to(Target::Simplified);
/// let records = Records::new(Format::JsonLines, &["text".into()])?;
/// let block = "{\"id\": \"書\",  \"text\":\"\\u66f8\"}\n".as_bytes();
/// let rewritten = records.rewrite(block, &|text| converter.convert_bytes(text));
/// assert_eq!(rewritten.bytes, "{\"id\": \"書\",  \"text\":\"\\u4e66\"}\n".as_bytes());
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug)]
pub struct Records {
    format: Format,
    fields: Vec<json::Path>,
    names: Vec<String>,
    header: Option<csv::Header>,
}

impl Records {
    /// Records of a format. `fields` of JSON are paths such as `text`, `meta.title`
    /// or `turns[].content`; of CSV names of the first record or numbers from 1;
    /// none means every string, or every column. Subtitles have no fields.
    ///
    /// # Errors
    ///
    /// A field that makes no sense, in words.
    pub fn new(format: Format, fields: &[String]) -> Result<Self, String> {
        let paths = match format {
            Format::JsonLines | Format::Json => {
                fields.iter().map(|f| json::Path::parse(f)).collect::<Result<_, _>>()?
            }
            _ => Vec::new(),
        };
        if paths.len() > json::MOST {
            return Err(format!("at most {} fields", json::MOST));
        }
        Ok(Self { format, fields: paths, names: fields.to_vec(), header: None })
    }

    /// What cuts a text of these records where a block of them ends.
    pub fn blocks(&self) -> Blocks {
        match self.format {
            Format::JsonLines => Blocks::lines(),
            Format::Csv => Blocks::separated(b','),
            Format::Tsv => Blocks::separated(b'\t'),
            Format::SubRip | Format::WebVtt => Blocks::paragraphs(),
            Format::Json | Format::Ass => Blocks::whole(),
        }
    }

    /// Learns from the first block what holds for all: the names of columns.
    ///
    /// # Errors
    ///
    /// A field that the first record does not name, in words.
    pub fn begin(&mut self, block: &[u8]) -> Result<(), String> {
        if let Format::Csv | Format::Tsv = self.format {
            self.header = Some(csv::Header::read(block, self.separator(), &self.names)?);
        }
        Ok(())
    }

    /// Converts the text in a block. `convert` may see several pieces at once, a
    /// piece on each line.
    pub fn rewrite(&self, block: &[u8], convert: &Convert<'_>) -> Rewritten {
        match self.format {
            Format::JsonLines => json::rewrite_lines(block, &self.fields, convert),
            Format::Json => json::rewrite_whole(block, &self.fields, convert),
            Format::Csv | Format::Tsv => csv::rewrite(block, self.separator(), self.header.as_ref(), convert),
            Format::SubRip => subtitle::rewrite_cues(block, true, convert),
            Format::WebVtt => subtitle::rewrite_cues(block, false, convert),
            Format::Ass => subtitle::rewrite_dialogue(block, convert),
        }
    }

    fn separator(&self) -> u8 {
        if self.format == Format::Tsv { b'\t' } else { b',' }
    }
}

/// What converts a piece of text.
pub type Convert<'a> = dyn Fn(&[u8]) -> Cow<'_, [u8]> + 'a;

#[cfg(test)]
pub(crate) mod tests {
    use std::borrow::Cow;

    use super::*;

    /// 書 to 书, and two characters in place of 裡.
    pub(crate) fn convert(text: &[u8]) -> Cow<'_, [u8]> {
        let Ok(text) = simdutf8::basic::from_utf8(text) else {
            return Cow::Borrowed(text);
        };
        match text.contains(['書', '裡']) {
            true => Cow::Owned(text.replace('書', "书").replace('裡', "里\"面").into_bytes()),
            false => Cow::Borrowed(text.as_bytes()),
        }
    }

    pub(crate) fn rewritten(format: Format, fields: &[&str], text: &str) -> (String, Vec<(usize, String)>) {
        let fields: Vec<String> = fields.iter().map(|f| f.to_string()).collect();
        let mut records = Records::new(format, &fields).expect("fields");
        records.begin(text.as_bytes()).expect("a header");
        let got = records.rewrite(text.as_bytes(), &convert);
        let bad = got.bad.into_iter().map(|bad| (bad.number, bad.message)).collect();
        (String::from_utf8(got.bytes).expect("UTF-8"), bad)
    }
}
