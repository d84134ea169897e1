//! Encodings and archives, by the command.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

#[path = "common/files.rs"]
#[allow(dead_code, reason = "not all of it is needed here")]
mod common;
use common::folder;

fn run(folder: &TempDir, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhnorm"));
    command.args(["--to", "s"]).args(args).current_dir(folder).output().expect("the command")
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

fn unpacked(path: &Path) -> String {
    let mut text = String::new();
    let file = fs::File::open(path).expect("there");
    let read = match path.extension().and_then(|e| e.to_str()) {
        Some("gz") => flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text),
        _ => zstd::Decoder::new(file).expect("zstd").read_to_string(&mut text),
    };
    read.expect("whole");
    text
}

#[test]
fn an_encoding_is_found_out_and_kept() {
    // 我們的書 in Big5; in Simplified 们 and 书 are not in Big5.
    let big5 = b"\xa7\xda\xad\xcc\xaa\xba\xae\xd1\n";
    let folder = folder(&[("a.txt", &big5[..]), ("u.txt", &b"\xff\xfe\xf8f"[..])]);
    let output = run(&folder, &["--encoding", "auto", "--output-encoding", "utf-8", "a.txt", "u.txt"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "我们的书\n\u{feff}书");
    let output = run(&folder, &["--encoding", "auto", "u.txt"]);
    assert_eq!(output.stdout, b"\xff\xfefN");
    // What cannot be written is an error with its place, and the file stays.
    let output = run(&folder, &["--encoding", "big5", "-i", "a.txt"]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let wanted = "zhnorm: a.txt:1: 们 (U+4EEC) cannot be written in Big5, at byte offset 3 of the result; \
                  try --unencodable html\n";
    assert_eq!((errors.as_str(), output.status.code()), (wanted, Some(2)));
    assert_eq!(fs::read(folder.path().join("a.txt")).expect("there"), big5);
    let output = run(&folder, &["--encoding", "big5", "--unencodable", "html", "a.txt"]);
    assert_eq!(output.stdout, b"\xa7\xda&#20204;\xaa\xba&#20070;\n");
}

#[test]
fn archives_are_read_and_written_by_their_names() {
    let several = [gzip("這裡"), gzip("的書\n")].concat();
    let folder =
        folder(&[("a.gz", &several), ("b.zst", &zstd::encode_all(&b"\xe6\x9b\xb8"[..], 0).expect("zstd"))]);
    assert!(run(&folder, &["a.gz", "-o", "a.txt"]).status.success());
    assert_eq!(fs::read_to_string(folder.path().join("a.txt")).expect("text"), "这里的书\n");
    assert!(run(&folder, &["a.gz", "-o", "c.zst"]).status.success());
    assert_eq!(unpacked(&folder.path().join("c.zst")), "这里的书\n");
    assert!(run(&folder, &["-i", "a.gz", "b.zst"]).status.success());
    assert_eq!(unpacked(&folder.path().join("a.gz")), "这里的书\n");
    assert_eq!(unpacked(&folder.path().join("b.zst")), "书");
}

fn xz(text: &str) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(1);
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), options).expect("xz");
    encoder.write_all(text.as_bytes()).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

#[test]
fn xz_with_several_streams_and_cut_short() {
    let long = "這裡的書\n".repeat(40_000);
    let several = [xz("書"), xz(&long)].concat();
    let folder = folder(&[("a.xz", &several[..]), ("cut.xz", &several[..several.len() - 20])]);
    assert!(run(&folder, &["a.xz", "-o", "b.xz"]).status.success());
    assert!(run(&folder, &["b.xz", "-o", "b.txt"]).status.success());
    let text = fs::read_to_string(folder.path().join("b.txt")).expect("text");
    assert!(text == format!("书{}", "这里的书\n".repeat(40_000)));
    let output = run(&folder, &["cut.xz", "-o", "cut.txt"]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        errors.starts_with("zhnorm: cut.xz: the archive is damaged or cut short at byte offset "),
        "{errors}"
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(fs::read_to_string(folder.path().join("cut.txt")).expect("text").starts_with("书这里的书"));
}

#[test]
fn what_was_whole_of_a_broken_archive_is_kept() {
    let whole = gzip(&"這裡的書\n".repeat(50));
    let broken = [whole.as_slice(), &gzip("的書\n")[..10]].concat();
    let folder = folder(&[("a.gz", &broken)]);
    let output = run(&folder, &["a.gz", "-o", "a.txt"]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let wanted = format!(
        "zhnorm: a.gz: the archive is damaged or cut short at byte offset {}, after 650 bytes of text: ",
        broken.len()
    );
    assert!(errors.starts_with(&wanted), "{errors}");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_to_string(folder.path().join("a.txt")).expect("text"), "这里的书\n".repeat(50));
    // In place the rest would be lost.
    assert_eq!(run(&folder, &["-i", "a.gz"]).status.code(), Some(2));
    assert_eq!(fs::read(folder.path().join("a.gz")).expect("there"), broken);
}

#[test]
fn figures_are_json() {
    let folder = folder(&[("a.txt", "書".as_bytes()), ("b.txt", b"x\xff")]);
    let output = run(&folder, &["--stats", "--quiet", "-i", "a.txt", "b.txt", "absent"]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let wanted = "{\"files\":2,\"changed\":1,\"skipped\":0,\"failed\":1,\
                  \"bytes_in\":5,\"bytes_out\":5,\"malformed_bytes\":1,\"records\":0,\"bad_records\":0}";
    assert_eq!(errors.lines().last(), Some(wanted));
}
