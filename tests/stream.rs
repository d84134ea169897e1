//! However a text is cut on its way, the output is the same.

use std::io::{self, Write};

use zhnorm::{Blocks, Converter, Direction, NormalizingWriter, Protect, Target, Variants, Vocabulary};

/// So large that it makes several blocks, with all that a cut could break.
fn adversarial() -> Vec<u8> {
    let line = "乾隆年間的頭髮乾燥，滑鼠與軟體。⿰\n漢字里面的头发⿱⿰木木⿰木。木！鼠标\r\n";
    let mut text = Vec::new();
    for n in 0..6000 {
        text.extend_from_slice(line.as_bytes());
        match n % 50 {
            0 => text.extend_from_slice(b"\n\n"),
            7 => text.extend_from_slice(b"\xe6\xbc"),
            9 => text.extend_from_slice("⿰".as_bytes()),
            11 => text.extend_from_slice(&b"plain "[..n % 6]),
            _ => {}
        }
    }
    text
}

fn converters() -> Vec<Converter> {
    let exact = [Direction::T2s, Direction::S2twp, Direction::Tw2sp].map(Converter::exact);
    exact.into_iter().chain([Target::Simplified, Target::Taiwan].map(Converter::to)).collect()
}

fn written(converter: &Converter, text: &[u8], size: usize) -> Vec<u8> {
    let mut writer = NormalizingWriter::new(converter.clone(), Vec::new());
    for chunk in text.chunks(size) {
        writer.write_all(chunk).expect("a vector takes all");
    }
    writer.finish().expect("a vector takes all")
}

#[test]
fn an_exact_conversion_in_blocks_is_that_of_the_whole() {
    let text = adversarial();
    for direction in [Direction::S2t, Direction::T2s, Direction::S2twp, Direction::Tw2sp, Direction::Hk2sp] {
        let converter = Converter::exact(direction);
        assert!(written(&converter, &text, 100_000) == *converter.convert_bytes(&text), "{direction}");
    }
}

#[test]
fn the_size_of_the_chunks_changes_nothing() {
    let text = adversarial();
    for converter in converters() {
        let wanted = written(&converter, &text, usize::MAX);
        let sizes =
            [64 << 10, 128 << 10, 256 << 10, 1 << 20, 2 << 20].into_iter().flat_map(|n| [n - 1, n, n + 1]);
        for size in sizes {
            assert!(written(&converter, &text, size) == wanted, "{size} bytes at a time");
        }
    }
    // Small chunks are about the cuts, which all converters share.
    let converter = Converter::exact(Direction::T2s);
    let wanted = written(&converter, &text, usize::MAX);
    for size in 1..=64 {
        assert!(written(&converter, &text, size) == wanted, "{size} bytes at a time");
    }
}

#[test]
fn blocks_put_together_are_the_text() {
    let text = adversarial();
    let mut blocks = Blocks::new(&Converter::exact(Direction::T2s));
    blocks.push(&text);
    let mut all = Vec::new();
    let mut count = 0;
    while let Some(block) = blocks.take(true) {
        assert!(block.len() <= 1 << 18);
        all.extend_from_slice(&block);
        count += 1;
    }
    assert!(all == text && count > 2);
}

/// Text of both scripts: what is decided about a place depends on what is around
/// it, and so on where a block ends. Every sentence is another one.
fn of_both_scripts() -> String {
    let parts = [
        "这只会让人更难过",
        "他面對面地吃面",
        "后面的里程碑",
        "皇后在宮裡",
        "头发发白了",
        "乾隆年间",
        "幹部干涉",
        "台風過後",
        "一只鳥",
        "只有三只",
        "鐘表店",
        "钟先生",
        "松樹下放松",
        "複雜的回复",
        "これは日本語です",
        "關係系統",
    ];
    let marks = ["，", "。", "！", "、", "\n", "。\n\n", "，", "，"];
    let (mut text, mut state) = (String::new(), 7u32);
    while text.len() < 700_000 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        text.push_str(parts[(state >> 20) as usize % parts.len()]);
        text.push_str(marks[(state >> 9) as usize % marks.len()]);
    }
    text
}

/// A decision sees no further than its block, whoever makes the blocks.
#[test]
fn at_once_and_as_a_stream_the_same_is_decided() {
    let text = of_both_scripts();
    let regional = Converter::to(Target::Taiwan).vocabulary(Vocabulary::Target).variants(Variants::Unify);
    let unprotected = Converter::to(Target::Taiwan).protect(Protect::NONE);
    for (converter, text) in [
        (Converter::to(Target::Simplified), &text),
        (unprotected, &text),
        // Without lines it is cut after sentences.
        (regional, &text.replace('\n', "。")),
    ] {
        let wanted = converter.convert(text);
        for size in [65_536, 262_145, usize::MAX] {
            assert!(
                written(&converter, text.as_bytes(), size) == wanted.as_bytes(),
                "{size} bytes at a time"
            );
        }
    }
    let (converter, bytes) = (Converter::to(Target::Taiwan), adversarial());
    assert!(written(&converter, &bytes, 100_000) == *converter.convert_bytes(&bytes));
}

#[test]
fn what_is_explained_of_a_long_text_is_what_is_done() {
    let text = of_both_scripts();
    let converter = Converter::to(Target::Taiwan);
    let mut changed = text.clone();
    for change in converter.explain(&text).iter().rev() {
        changed.replace_range(change.source.clone(), &change.after);
    }
    assert!(changed == converter.convert(&text));
}

/// One line of 5 MB, with sentences and without.
#[test]
fn one_long_line_is_converted_whole() {
    for sentence in ["乾隆年間的頭髮乾燥，滑鼠與軟體。", "乾隆年間的頭髮乾燥，滑鼠與軟體，"]
    {
        let converter = Converter::exact(Direction::Tw2sp);
        let wanted = converter.convert(sentence).repeat(100_000);
        assert!(written(&converter, sentence.repeat(100_000).as_bytes(), 1 << 16) == wanted.as_bytes());
    }
}

/// A writer that takes so many bytes and no more, like a disk.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.min(bytes.len()) {
            0 => Err(io::ErrorKind::StorageFull.into()),
            len => {
                self.0 -= len;
                Ok(len)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_an_error_and_not_silence() {
    let text = adversarial();
    for room in [0, 1, 300_000, text.len() / 2] {
        let mut writer = NormalizingWriter::new(Converter::exact(Direction::T2s), Full(room));
        let written = text.chunks(4096).try_for_each(|chunk| writer.write_all(chunk));
        let error = written.and_then(|()| writer.finish().map(drop)).expect_err("full");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}

/// A sentence that tells nothing takes the script of its neighbours, of which a
/// block's first and last have one only.
#[test]
fn neighbours_in_another_block_decide_nothing() {
    let converter = Converter::to(Target::Taiwan);
    for first in 0..4 {
        let text = "国家发展。千里干面。國家發展。千里干面。".repeat(5000);
        let text = &text[first * 15..];
        assert!(written(&converter, text.as_bytes(), 65_536) == converter.convert(text).as_bytes());
    }
}
