//! Subtitles: what is shown is converted; numbers, times, tags and styles stay.

use std::borrow::Cow;
use std::ops::Range;

use super::{BadRecord, Convert, Rewritten};

/// SubRip and WebVTT: what stands from a line with times to an empty line.
/// `strict`: there is nothing else, as in SubRip.
pub(super) fn rewrite_cues(block: &[u8], strict: bool, convert: &Convert<'_>) -> Rewritten {
    let (mut pieces, mut records, mut bad) = (Vec::new(), 0, Vec::new());
    // Lines since an empty one, and whether one had times.
    let (mut lines, mut timed, mut at) = (0, false, 0);
    for line in block.split_inclusive(|b| *b == b'\n') {
        let start = at;
        at += line.len();
        let text = trimmed(line);
        if text.is_empty() {
            end_of_cue(strict && lines > 0 && !timed, &mut records, &mut bad);
            (lines, timed) = (0, false);
            continue;
        }
        if lines == 0 {
            records += 1;
        }
        lines += 1;
        if timed {
            pieces.extend(outside(text, start, b"<{", b">}"));
        }
        timed |= text.windows(3).any(|w| w == b"-->");
    }
    end_of_cue(strict && lines > 0 && !timed, &mut records, &mut bad);
    Rewritten { bytes: converted(block, &pieces, convert), records, bad }
}

fn end_of_cue(is_bad: bool, records: &mut usize, bad: &mut Vec<BadRecord>) {
    if is_bad {
        let message = "text without a line of times".into();
        bad.push(BadRecord { number: *records - 1, message });
    }
}

/// Advanced SubStation Alpha: the text of the lines that are dialogue.
pub(super) fn rewrite_dialogue(block: &[u8], convert: &Convert<'_>) -> Rewritten {
    let (mut pieces, mut records, mut bad, mut at) = (Vec::new(), 0, Vec::new(), 0);
    // The text is the last field, and may hold the separator.
    let mut fields = 10;
    for line in block.split_inclusive(|b| *b == b'\n') {
        let start = at;
        at += line.len();
        let text = trimmed(line);
        if text.starts_with(b"Format:") {
            fields = text.split(|b| *b == b',').count();
        }
        let Some(rest) = text.strip_prefix(b"Dialogue:") else {
            continue;
        };
        records += 1;
        let mut commas = rest.iter().enumerate().filter(|(_, b)| **b == b',');
        match commas.nth(fields.saturating_sub(2)) {
            Some((comma, _)) => {
                let from = text.len() - rest.len() + comma + 1;
                pieces.extend(
                    outside(&text[from..], start + from, b"{", b"}").flat_map(|range| breaks(block, range)),
                );
            }
            None => {
                let message = format!("fewer than {fields} fields");
                bad.push(BadRecord { number: records - 1, message });
            }
        }
    }
    Rewritten { bytes: converted(block, &pieces, convert), records, bad }
}

fn trimmed(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The stretches of a text outside its tags. A tag without an end is text.
fn outside<'t>(
    text: &'t [u8],
    base: usize,
    open: &'t [u8],
    close: &'t [u8],
) -> impl Iterator<Item = Range<usize>> + 't {
    // Of what kinds no tag that begins further on has an end: looked for once.
    let (mut at, mut endless) = (0, [false; 2]);
    std::iter::from_fn(move || {
        while at < text.len() {
            let start = at;
            let mut from = at;
            // The next tag that has an end.
            let tag = loop {
                let kind = |b: &u8| open.iter().zip(endless).position(|(o, endless)| o == b && !endless);
                let found = text[from..].iter().enumerate().find_map(|(i, b)| Some((from + i, kind(b)?)));
                let Some((begin, kind)) = found else {
                    break None;
                };
                let end = close[kind];
                if let Some(len) = text[begin..].iter().position(|b| *b == end) {
                    break Some(begin..begin + len + 1);
                }
                endless[kind] = true;
                from = begin + 1;
            };
            let tag = tag.unwrap_or(text.len()..text.len());
            at = tag.end;
            if tag.start > start {
                return Some(base + start..base + tag.start);
            }
        }
        None
    })
}

/// Splits a stretch at `\N`, `\n` and `\h`: line breaks and a hard space.
fn breaks(block: &[u8], range: Range<usize>) -> Vec<Range<usize>> {
    let (mut pieces, mut start, mut at) = (Vec::new(), range.start, range.start);
    while at < range.end {
        if at + 1 < range.end && block[at] == b'\\' && b"Nnh".contains(&block[at + 1]) {
            pieces.push(start..at);
            at += 2;
            start = at;
        } else {
            at += 1;
        }
    }
    pieces.push(start..range.end);
    pieces
}

/// Converts pieces of a block as the lines of one text, so that each is
/// understood by its neighbours.
fn converted(block: &[u8], pieces: &[Range<usize>], convert: &Convert<'_>) -> Vec<u8> {
    let texts: Vec<&[u8]> = pieces.iter().map(|range| &block[range.clone()]).collect();
    let text = texts.join(&b'\n');
    let Cow::Owned(together) = convert(&text) else {
        return block.to_vec();
    };
    let mut lines: Vec<Cow<'_, [u8]>> = together.split(|b| *b == b'\n').map(Cow::Borrowed).collect();
    // No rule of ours touches the end of a line; a user's may.
    if lines.len() != pieces.len() {
        lines = texts.iter().map(|text| convert(text)).collect();
    }
    let (mut out, mut at) = (Vec::with_capacity(block.len() + block.len() / 8), 0);
    for (range, line) in pieces.iter().zip(lines) {
        out.extend_from_slice(&block[at..range.start]);
        out.extend_from_slice(&line);
        at = range.end;
    }
    out.extend_from_slice(&block[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::tests::rewritten;

    #[test]
    fn subrip_keeps_all_but_what_is_shown() {
        let text = "1\r\n00:00:01,000 --> 00:00:02,000\r\n<font face=\"書\">書</font>{\\an8}書\r\n書 < 書\r\n\r\n書\r\n\r\n2\n0 --> 1\n書";
        let (got, bad) = rewritten(Format::SubRip, &[], text);
        let wanted = "1\r\n00:00:01,000 --> 00:00:02,000\r\n<font face=\"書\">书</font>{\\an8}书\r\n书 < 书\r\n\r\n書\r\n\r\n2\n0 --> 1\n书";
        assert_eq!(got, wanted);
        assert_eq!(bad, [(1, "text without a line of times".into())]);
    }

    #[test]
    fn webvtt_keeps_notes_and_styles() {
        let text = "WEBVTT 書\n\nNOTE 書\n\nSTYLE\n::cue(書) {}\n\n書\n00:01.000 --> 00:02.000 align:left\n<v 書>書\n";
        let (got, bad) = rewritten(Format::WebVtt, &[], text);
        assert_eq!((got, bad), (text.replace("<v 書>書", "<v 書>书"), vec![]));
    }

    #[test]
    fn substation_alpha_keeps_styles_and_overrides() {
        let text = "[V4+ Styles]\nFormat: Name, Fontname\nStyle: 書,書\n[Events]\nFormat: Start, Style, Text\n\
                    Dialogue: 0,書,{\\fn書}書,書\\N書\nComment: 0,書,書\nDialogue: 書\n";
        let (got, bad) = rewritten(Format::Ass, &[], text);
        assert_eq!(got, text.replace("{\\fn書}書,書\\N書", "{\\fn書}书,书\\N书"));
        assert_eq!(bad, [(1, "fewer than 3 fields".into())]);
    }
}
