//! Values with separators: chosen columns, every other byte as it was.

use std::borrow::Cow;
use std::ops::Range;

use super::{BadRecord, Convert, Rewritten};
use crate::cut::record_len;

/// What the first record says of all.
#[derive(Clone, Debug)]
pub(super) struct Header {
    /// The columns to convert; all where there is none.
    columns: Vec<usize>,
    /// How many fields a record has.
    width: usize,
    /// Whether the first record is names. Its bytes, to know it again.
    names: Option<Vec<u8>>,
}

impl Header {
    pub(super) fn read(block: &[u8], separator: u8, fields: &[String]) -> Result<Self, String> {
        let start = block.strip_prefix(b"\xef\xbb\xbf").unwrap_or(block);
        let (ranges, end) = record(start, separator);
        let mut header = Self { columns: Vec::new(), width: ranges.len(), names: None };
        if fields.is_empty() {
            return Ok(header);
        }
        if let Ok(numbers) = fields.iter().map(|field| field.parse()).collect::<Result<Vec<usize>, _>>() {
            if let Some(wrong) = numbers.iter().find(|n| !(1..=header.width).contains(*n)) {
                return Err(format!("no column {wrong}: the first record has {} fields", header.width));
            }
            header.columns = numbers.into_iter().map(|n| n - 1).collect();
            return Ok(header);
        }
        for field in fields {
            let is_named = |range: &Range<usize>| *text(&start[range.clone()]) == *field.as_bytes();
            let column = ranges.iter().position(is_named);
            header.columns.push(column.ok_or_else(|| format!("no column `{field}` in the first record"))?);
        }
        header.names = Some(block[..block.len() - start.len() + end].to_vec());
        Ok(header)
    }
}

/// The fields of the first record, without its line end, and its length.
fn record(text: &[u8], separator: u8) -> (Vec<Range<usize>>, usize) {
    let (mut ranges, mut start) = (Vec::new(), 0);
    let end = record_len(text, separator, |end| {
        ranges.push(start..end);
        start = end + 1;
    });
    let end = end.unwrap_or_else(|| {
        // The last record has no line end.
        ranges.push(start..text.len());
        text.len()
    });
    if let Some(last) = ranges.last_mut()
        && last.end > last.start
        && text[last.end - 1] == b'\r'
    {
        last.end -= 1;
    }
    (ranges, end)
}

/// A field without its quotes.
fn text(field: &[u8]) -> Cow<'_, [u8]> {
    let Some(inside) = field.strip_prefix(b"\"").and_then(|f| f.strip_suffix(b"\"")) else {
        return Cow::Borrowed(field);
    };
    if !inside.contains(&b'"') {
        return Cow::Borrowed(inside);
    }
    let mut before = 0;
    let doubled = inside.iter().filter(|b| {
        before = if **b == b'"' { before + 1 } else { 0 };
        **b != b'"' || before % 2 == 1
    });
    Cow::Owned(doubled.copied().collect())
}

/// What is wrong with a field, if anything.
fn fault(field: &[u8]) -> Option<&'static str> {
    let inside = field.strip_prefix(b"\"")?;
    let Some(inside) = inside.strip_suffix(b"\"") else {
        return Some("a quoted field without its end");
    };
    // Quotes inside come in pairs.
    let runs = inside.split(|b| *b != b'"');
    runs.into_iter().any(|run| run.len() % 2 == 1).then_some("a single quote inside a quoted field")
}

fn write(text: &[u8], quoted: bool, separator: u8, out: &mut Vec<u8>) {
    if !quoted && !text.iter().any(|b| [b'"', b'\n', b'\r', separator].contains(b)) {
        return out.extend_from_slice(text);
    }
    out.push(b'"');
    for byte in text {
        out.extend(std::iter::repeat_n(*byte, 1 + usize::from(*byte == b'"')));
    }
    out.push(b'"');
}

pub(super) fn rewrite(
    block: &[u8],
    separator: u8,
    header: Option<&Header>,
    convert: &Convert<'_>,
) -> Rewritten {
    let mut out =
        Rewritten { bytes: Vec::with_capacity(block.len() + block.len() / 16), ..Rewritten::default() };
    let names = header.and_then(|header| header.names.as_deref()).unwrap_or_default();
    let mut rest = block;
    if !names.is_empty() && block.starts_with(names) {
        out.bytes.extend_from_slice(names);
        out.records = 1;
        rest = &block[names.len()..];
    }
    while !rest.is_empty() {
        let (ranges, end) = record(rest, separator);
        rewrite_record(&rest[..end], &ranges, separator, header, convert, &mut out);
        rest = &rest[end..];
    }
    out
}

fn rewrite_record(
    record: &[u8],
    ranges: &[Range<usize>],
    separator: u8,
    header: Option<&Header>,
    convert: &Convert<'_>,
    out: &mut Rewritten,
) {
    // A line of nothing is no record.
    if record.iter().all(|b| *b == b'\r' || *b == b'\n') {
        return out.bytes.extend_from_slice(record);
    }
    let number = out.records;
    out.records += 1;
    let mut message = ranges.iter().find_map(|range| fault(&record[range.clone()])).map(String::from);
    if let Some(width) = header.map(|h| h.width).filter(|width| *width != ranges.len()) {
        message.get_or_insert(format!("{} fields where the first record has {width}", ranges.len()));
    }
    let mut at = 0;
    match message {
        Some(message) => out.bad.push(BadRecord { number, message }),
        None => {
            for (i, range) in ranges.iter().enumerate() {
                if header.is_some_and(|h| !h.columns.is_empty() && !h.columns.contains(&i)) {
                    continue;
                }
                let field = &record[range.clone()];
                let plain = text(field);
                if let Cow::Owned(converted) = convert(&plain)
                    && converted != *plain
                {
                    out.bytes.extend_from_slice(&record[at..range.start]);
                    write(&converted, field.starts_with(b"\""), separator, &mut out.bytes);
                    at = range.end;
                }
            }
        }
    }
    out.bytes.extend_from_slice(&record[at..]);
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::tests::rewritten;

    #[test]
    fn chosen_columns_change() {
        let text = "書,b\r\n書, 書 \r\n\"書\"\"\n,\",\"書\"\r\n裡,書";
        let (got, bad) = rewritten(Format::Csv, &["書"], text);
        assert_eq!(got, "書,b\r\n书, 書 \r\n\"书\"\"\n,\",\"書\"\r\n\"里\"\"面\",書");
        assert_eq!(bad, []);
        assert_eq!(rewritten(Format::Csv, &["2"], "書,書\n").0, "書,书\n");
        assert_eq!(rewritten(Format::Tsv, &[], "書\t\"書\"\n").0, "书\t\"书\"\n");
    }

    #[test]
    fn a_bad_record_stays_and_is_named() {
        let (got, bad) = rewritten(Format::Csv, &["a"], "a,b\n書,1\n書\n\"書\"x,1\n書,2\n\"書,3\n");
        assert_eq!(got, "a,b\n书,1\n書\n\"書\"x,1\n书,2\n\"書,3\n");
        let said: Vec<_> = bad.iter().map(|(number, message)| (*number, message.as_str())).collect();
        let wanted = [
            (2, "1 fields where the first record has 2"),
            (3, "a quoted field without its end"),
            (5, "a quoted field without its end"),
        ];
        assert_eq!(said, wanted);
    }
}
