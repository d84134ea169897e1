//! `--report`: what stands in the page is the source and the result, whatever the
//! texts are, and what else is written beside it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

#[path = "common/files.rs"]
mod common;
use common::{errors, folder};

fn run(folder: &TempDir, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhnorm"));
    command.args(args).current_dir(folder).output().expect("the command")
}

/// The data of a page: the index, and the rows of each page.
struct Page {
    html: String,
    index: Value,
    pages: Vec<Value>,
}

impl Page {
    fn read(path: &Path) -> Self {
        let html = fs::read_to_string(path).expect("a page");
        let (mut index, mut pages) = (Value::Null, Vec::new());
        for part in html.split("<script type=\"application/json\" id=\"").skip(1) {
            let (id, rest) = part.split_once("\">").expect("an id");
            let (data, _) = rest.split_once("</script>").expect("an end");
            // To an HTML parser these are the only things that could end or escape it.
            assert!(!data.contains(['<', '>', '&', '\0', '\u{2028}', '\u{202e}', '\u{feff}', '\u{200b}']));
            let data = serde_json::from_str(data).expect("JSON");
            if id == "index" {
                index = data;
            } else {
                assert_eq!(id, format!("p{}", pages.len()));
                pages.push(data);
            }
        }
        Self { html, index, pages }
    }

    /// Source and result of a text, put together from its pieces.
    fn sides(&self, text: usize) -> [Vec<u8>; 2] {
        let mut sides = [Vec::new(), Vec::new()];
        let of = |page: &usize| self.index["pages"][page][0] == text;
        for page in (0..self.pages.len()).filter(of) {
            for row in self.pages[page].as_array().expect("rows") {
                for piece in row[1].as_array().expect("pieces") {
                    match piece {
                        Value::String(text) => sides.iter_mut().for_each(|side| side.extend(text.bytes())),
                        Value::Array(hex) => {
                            let hex = hex[0].as_str().expect("bytes").split(' ');
                            let bytes = hex.map(|byte| u8::from_str_radix(byte, 16).expect("a byte"));
                            let bytes: Vec<u8> = bytes.collect();
                            sides.iter_mut().for_each(|side| side.extend(&bytes));
                        }
                        number => {
                            let change = &self.index["changes"][number.as_u64().expect("a number") as usize];
                            for (side, text) in sides.iter_mut().zip([&change[0], &change[1]]) {
                                side.extend(text.as_str().expect("a text").bytes());
                            }
                        }
                    }
                }
            }
        }
        sides
    }
}

/// Text that would break out of a page, or out of JSON, or turn it around.
const HOSTILE: &str = "</script><script>alert(1)</script> <!-- <script> ]]> \"里面\" '后台' \\u003c \\ &lt;&amp;&#20320;\n\
    \u{0}里\u{1b}[31m\u{7f}\u{2028}后\u{2029}\u{202e}發\u{2066}\u{200b}\u{feff}\u{fffe}\u{e0041}𠮷\r\n\
    <img src=x onerror=alert(1)> </SCRIPT > </textarea></style>干\t。";

#[test]
fn a_page_holds_source_and_result_of_any_text() {
    let mut bytes = HOSTILE.as_bytes().to_vec();
    bytes.extend(b"\xff\xe6\xbc\n\x80");
    let folder = folder(&[("hostile.txt", &bytes[..]), ("</script>&.txt", "漢".as_bytes())]);
    for args in [
        &["--to", "taiwan"][..],
        &["--to", "simplified", "--repair"],
        &["--config", "s2twp"],
        &["--to", "hongkong", "--normalize", "width,control,zero-width,punctuation", "--repair=entity"],
        &["--profile", "search-key"],
    ] {
        let mut all = args.to_vec();
        all.extend(["--quiet", "--report", "page.html", "-o", "out", "hostile.txt", "</script>&.txt"]);
        let output = run(&folder, &all);
        assert_eq!((errors(&output), output.stdout.len()), (String::new(), 0), "{args:?}");
        let page = Page::read(&folder.path().join("page.html"));
        let [source, result] = page.sides(0);
        assert_eq!(source, bytes, "{args:?}");
        assert_eq!(result, fs::read(folder.path().join("out/hostile.txt")).expect("written"), "{args:?}");
        assert_eq!(page.index["texts"][1]["name"], "</script>&.txt");
        // Nothing of the texts is markup: the scripts are the pages, the index and ours.
        assert_eq!(page.html.matches("<script").count(), page.pages.len() + 2);
        assert_eq!(page.html.matches("</script").count(), page.pages.len() + 2);
        assert!(!page.html.contains("onerror=alert(1)>"));
    }
}

#[test]
fn a_page_asks_for_nothing_and_is_the_same_every_time() {
    let folder = folder(&[("a.txt", "漢字\n".as_bytes())]);
    let mut pages = Vec::new();
    for name in ["one.html", "two.html"] {
        let output = run(&folder, &["--to", "s", "--report", name, "a.txt"]);
        assert_eq!((errors(&output), output.status.code()), (String::new(), Some(0)));
        pages.push(Page::read(&folder.path().join(name)).html);
    }
    assert_eq!(pages[0], pages[1]);
    for asked in ["src=", "href=\"http", "//cdn", "@import", "url(", "fetch("] {
        assert!(!pages[0].contains(asked), "{asked}");
    }
    assert!(pages[0].contains("default-src 'none'"));
}

#[test]
fn packed_and_encoded_texts_and_records_are_read() {
    let gb = encoding_rs::GBK.encode("那頁漢字\n").0;
    let mut gb = gb.into_owned();
    gb.push(0xff);
    let folder = folder(&[
        ("gb.txt", &gb[..]),
        ("a.jsonl", "{\"text\":\"漢\\n字\",\"id\":\"語\"}\n{\"text\":\"\"}\n{\"text\":\"書\"}\n".as_bytes()),
    ]);
    let output = run(&folder, &["--to", "s", "-o", "plain.txt.gz", "--quiet", "--encoding", "gbk", "gb.txt"]);
    assert_eq!(errors(&output), "");
    run(&folder, &["--to", "s", "--report", "gb.html", "--encoding", "gbk", "gb.txt"]);
    let [source, result] = Page::read(&folder.path().join("gb.html")).sides(0);
    assert_eq!(source, ["那頁漢字\n".as_bytes(), b"\xff"].concat());
    assert_eq!(result, ["那页汉字\n".as_bytes(), b"\xff"].concat());
    run(&folder, &["--to", "t", "--report", "gz.html", "--encoding", "gbk", "plain.txt.gz"]);
    let [source, _] = Page::read(&folder.path().join("gz.html")).sides(0);
    assert_eq!(source, ["那页汉字\n".as_bytes(), b"\xff"].concat());
    run(&folder, &["--to", "s", "--report", "records.html", "--field", "text", "a.jsonl"]);
    let page = Page::read(&folder.path().join("records.html"));
    let rows: Vec<(i64, &str)> = page.pages[0]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| (row[0].as_i64().expect("a line"), row[2].as_str().expect("scripts")))
        .collect();
    assert_eq!(rows, [(1, "t"), (0, "t"), (3, "t")]);
    assert_eq!(page.sides(0)[1], "汉\n字书".as_bytes());
}

#[test]
fn beside_other_output_the_report_comes_first() {
    let folder = folder(&[("in/a.txt", "漢\n".as_bytes()), ("in/b.txt", "同\n".as_bytes())]);
    let output = run(&folder, &["--to", "s", "--report", "in/page.html", "-i", "in"]);
    assert_eq!((errors(&output), output.status.code()), (String::new(), Some(0)));
    assert_eq!(fs::read_to_string(folder.path().join("in/a.txt")).expect("there"), "汉\n");
    let page = Page::read(&folder.path().join("in/page.html"));
    // Of what was there before, and not of itself.
    assert_eq!(page.index["texts"].as_array().map(Vec::len), Some(2));
    assert_eq!(page.sides(0), ["漢\n".as_bytes(), "汉\n".as_bytes()]);
    let again = run(&folder, &["--to", "s", "--check", "--report", "in/page.html", "in"]);
    assert_eq!((again.stdout.len(), again.status.code()), (0, Some(0)));
    let page = Page::read(&folder.path().join("in/page.html"));
    assert_eq!(page.index["texts"].as_array().map(Vec::len), Some(2));
    assert_eq!(page.index["changes"].as_array().map(Vec::len), Some(0));
}

#[test]
fn what_makes_no_sense_writes_no_page() {
    let folder = folder(&[("a.txt", "漢\n".as_bytes())]);
    let refused = |args: &[&str], words: &str| {
        let mut all = vec!["--to", "s"];
        all.extend(args);
        let output = run(&folder, &all);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(errors(&output).contains(words), "{args:?}: {}", errors(&output));
    };
    refused(&["--report", "a.txt", "a.txt"], "a.txt: is input and report");
    refused(&["--report", "p.html", "-o", "p.html", "a.txt"], "p.html: is output and report");
    refused(&["--report", "p.html", "-o", "out.txt"], "standard input is read once");
    refused(&["--report", "p.html", "-i"], "standard input");
    assert!(!folder.path().join("p.html").exists() && !folder.path().join("out.txt").exists());
    assert_eq!(fs::read_to_string(folder.path().join("a.txt")).expect("there"), "漢\n");
    // A missing file is trouble; the page of the others is there.
    refused(&["--report", "p.html", "missing.txt", "a.txt"], "missing.txt");
    assert_eq!(Page::read(&folder.path().join("p.html")).index["texts"].as_array().map(Vec::len), Some(1));
    // No unfinished file is left.
    let left = fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(left, 2);
}

#[test]
fn a_long_text_has_many_pages_that_are_short() {
    let text = "后面的人说，那些书都旧了。\n".repeat(20_000);
    let folder = folder(&[("a.txt", text.as_bytes())]);
    run(&folder, &["--to", "taiwan", "--report", "page.html", "a.txt"]);
    let page = Page::read(&folder.path().join("page.html"));
    assert!(page.pages.len() > 40, "{}", page.pages.len());
    assert!(page.pages.iter().all(|page| page.to_string().len() < 60_000));
    assert_eq!(page.sides(0)[0], text.as_bytes());
    let counts = page.index["counts"].as_array().expect("counts");
    let all: u64 = counts.iter().map(|count| count.as_u64().expect("a number")).sum();
    assert_eq!(page.index["texts"][0]["changes"], all);
    // Changes that are the same are told once.
    assert!(counts.len() < 10);
}
