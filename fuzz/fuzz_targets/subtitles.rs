//! Subtitles, well formed or not: lines stay lines, and what is no text to be shown
//! stays. The first byte chooses the format; the others are numbers of pieces.

#![no_main]

use std::borrow::Cow;

use libfuzzer_sys::fuzz_target;
use zhnorm::{Blocks, Format, Records};

const PIECES: [&str; 24] = [
    "\n",
    "\n\n",
    "\r\n",
    "\r\n\r\n",
    "a",
    "aa漢a",
    "00:01 --> 00:02\n",
    "1\n",
    "<i>",
    "</i>",
    "<font a=\"a\">",
    "{\\an8}",
    "{",
    "}",
    "<",
    ">",
    "Dialogue: ",
    "0,0:00:01.00,a,a,a,0,0,0,,a",
    "Format: Start, Style, Text\n",
    "\\N",
    ",",
    "WEBVTT a\n",
    "NOTE a\n",
    "\u{feff}",
];

fn mark(piece: &[u8]) -> Cow<'_, [u8]> {
    Cow::Owned(piece.iter().map(|b| if *b == b'a' { b'b' } else { *b }).collect())
}

fn longer(piece: &[u8]) -> Cow<'_, [u8]> {
    Cow::Owned(piece.iter().flat_map(|b| vec![*b; 1 + usize::from(*b == b'a')]).collect())
}

fuzz_target!(|data: &[u8]| {
    let Some((choice, rest)) = data.split_first() else { return };
    let format = [Format::SubRip, Format::WebVtt, Format::Ass][usize::from(choice & 3) % 3];
    let mut text: String = rest.iter().map(|n| PIECES[usize::from(*n) % PIECES.len()]).collect();
    // Now and then, and not often, so long that it is cut.
    if *choice == 0xa5 && !text.is_empty() {
        text.push_str("\n\n");
        text = text.repeat(600_000 / text.len());
    }
    let records = Records::new(format, &[]).expect("no fields");
    let same = records.rewrite(text.as_bytes(), &|piece| Cow::Borrowed(piece));
    assert!(same.bytes == text.as_bytes());
    let got = records.rewrite(text.as_bytes(), &mark);
    assert!(got.bytes.len() == text.len() && got.records == same.records && got.bad == same.bad);
    // Longer text stays in its line.
    let long = records.rewrite(text.as_bytes(), &longer);
    let shown = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("letters for letters");
    let (got, long) = (shown(&got.bytes), shown(&long.bytes));
    let has_times = got.contains("-->");
    for ((old, new), long) in text.lines().zip(got.lines()).zip(long.lines()) {
        assert!(old.bytes().zip(new.bytes()).all(|(a, b)| a == b || (a, b) == (b'a', b'b')));
        assert!(
            long.len()
                == old.len() + old.len() - old.bytes().zip(new.bytes()).filter(|(a, b)| a == b).count()
        );
        let is_kept = match format {
            Format::Ass => !old.starts_with("Dialogue:"),
            _ => old.starts_with("WEBVTT") && !has_times,
        };
        assert!(!is_kept || old == new);
    }
    assert!(text.lines().count() == got.lines().count() && got.lines().count() == long.lines().count());
    // In blocks it is what it is as a whole.
    let mut blocks: Blocks = records.blocks();
    blocks.push(text.as_bytes());
    let parts: Vec<u8> = std::iter::from_fn(|| blocks.take(true))
        .flat_map(|block| records.rewrite(&block, &mark).bytes)
        .collect();
    assert!(parts == got.as_bytes());
});
