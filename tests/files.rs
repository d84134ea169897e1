//! Files and folders: what is written, what is left alone, what is refused.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

#[path = "common/files.rs"]
mod common;
use common::{errors, folder};

const TRADITIONAL: &str = "這裡的書\n";
const SIMPLIFIED: &str = "这里的书\n";

fn run(folder: &TempDir, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhnorm"));
    command.args(["--to", "s"]).args(args).current_dir(folder).output().expect("the command")
}

fn read(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every file below a folder, by its path.
fn tree(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            let inner = tree(&path)
                .into_iter()
                .map(|p| format!("{}/{p}", path.file_name().expect("named").display()));
            found.extend(inner);
        } else {
            found.push(path.file_name().expect("named").display().to_string());
        }
    }
    found.sort();
    found
}

#[test]
fn a_folder_is_mirrored_without_what_is_ignored_hidden_or_binary() {
    let files = [
        ("in/a.txt", TRADITIONAL),
        ("in/sub/b.md", TRADITIONAL),
        ("in/sub/same.txt", SIMPLIFIED),
        ("in/.hidden", TRADITIONAL),
        ("in/.gitignore", "made/\n"),
        ("in/made/c.txt", TRADITIONAL),
        ("in/picture", "\u{1}\u{0}這"),
    ];
    let folder = folder(&files);
    let output = run(&folder, &["in", "-o", "out"]);
    assert_eq!((errors(&output).as_str(), output.status.code()), ("", Some(0)));
    assert_eq!(tree(&folder.path().join("out")), ["a.txt", "sub/b.md", "sub/same.txt"]);
    assert_eq!(read(&folder, "out/sub/b.md"), SIMPLIFIED);
    assert_eq!(read(&folder, "in/a.txt"), TRADITIONAL);
    // Into a folder inside the input: not read again.
    for _ in 0..2 {
        assert!(run(&folder, &["in", "-o", "in/out"]).status.success());
    }
    assert_eq!(tree(&folder.path().join("in/out")), ["a.txt", "sub/b.md", "sub/same.txt"]);
}

#[test]
fn one_file_goes_to_a_file_or_into_a_folder() {
    let folder = folder(&[("a.txt", TRADITIONAL), ("b.txt", TRADITIONAL), ("there/x", "")]);
    assert!(run(&folder, &["a.txt", "-o", "new.txt"]).status.success());
    assert!(run(&folder, &["a.txt", "-o", "there"]).status.success());
    assert!(run(&folder, &["a.txt", "-o", "deep/er/"]).status.success());
    assert!(run(&folder, &["a.txt", "b.txt", "-o", "both"]).status.success());
    for name in ["new.txt", "there/a.txt", "deep/er/a.txt", "both/a.txt", "both/b.txt"] {
        assert_eq!(read(&folder, name), SIMPLIFIED);
    }
}

#[test]
fn globs_choose_files() {
    let folder = folder(&[("in/a.txt", TRADITIONAL), ("in/b.md", TRADITIONAL)]);
    assert!(run(&folder, &["in", "-i", "--glob", "*.md"]).status.success());
    assert_eq!(read(&folder, "in/a.txt"), TRADITIONAL);
    assert_eq!(read(&folder, "in/b.md"), SIMPLIFIED);
}

#[test]
fn in_place_rewrites_what_changes_and_nothing_else() {
    let folder = folder(&[("a.txt", TRADITIONAL), ("b.txt", SIMPLIFIED)]);
    let modified = || fs::metadata(folder.path().join("b.txt")).and_then(|m| m.modified()).expect("a time");
    let before = modified();
    assert!(run(&folder, &["-i", "."]).status.success());
    assert_eq!(read(&folder, "a.txt"), SIMPLIFIED);
    assert_eq!(modified(), before);
    assert_eq!(tree(folder.path()), ["a.txt", "b.txt"]);
}

#[test]
#[cfg(unix)]
fn in_place_keeps_the_mode_and_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder(&[("a.txt", TRADITIONAL), ("b.txt", TRADITIONAL)]);
    let path = folder.path().join("a.txt");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
    symlink("a.txt", folder.path().join("link")).expect("linked");
    assert!(run(&folder, &["-i", "link", "a.txt", "."]).status.success());
    assert_eq!(read(&folder, "a.txt"), SIMPLIFIED);
    assert_eq!(read(&folder, "b.txt"), SIMPLIFIED);
    assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_link(folder.path().join("link")).expect("a link"), Path::new("a.txt"));
}

#[test]
fn what_could_lose_something_is_refused_in_words() {
    let folder =
        folder(&[("a.txt", TRADITIONAL), ("hard", TRADITIONAL), ("fixed", TRADITIONAL), ("d/a.txt", "")]);
    fs::hard_link(folder.path().join("hard"), folder.path().join("other")).expect("linked");
    let mut permissions = fs::metadata(folder.path().join("fixed")).expect("there").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(folder.path().join("fixed"), permissions).expect("set");
    let cases: &[(&[&str], &str)] = &[
        (&["-i", "hard"], "hard: has 2 hard links, and a new file would part them; write elsewhere with -o"),
        (&["-i", "fixed"], "fixed: is read-only; make it writable, or write elsewhere with -o"),
        (&["a.txt", "-o", "a.txt"], "a.txt: is input and output; use --in-place"),
        (&["a.txt", "d/a.txt", "-o", "out"], "out/a.txt: two inputs would be written there"),
        (&["-i"], "--in-place needs files: standard input has no place"),
        (&["-i", "absent"], "absent: No such file or directory (os error 2)"),
    ];
    for (args, message) in cases {
        let output = run(&folder, args);
        assert_eq!(errors(&output), format!("zhnorm: {message}\n"));
        assert_eq!(output.status.code(), Some(2));
    }
    for name in ["a.txt", "hard", "fixed"] {
        assert_eq!(read(&folder, name), TRADITIONAL);
    }
    // The others are still done.
    let output = run(&folder, &["-i", "absent", "fixed", "a.txt"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(read(&folder, "a.txt"), SIMPLIFIED);
}

/// Appending a file to itself would never end.
#[test]
#[cfg(unix)]
fn standard_output_that_is_an_input_is_refused() {
    let folder = folder(&[("a.txt", TRADITIONAL)]);
    let output = fs::OpenOptions::new().append(true).open(folder.path().join("a.txt")).expect("open");
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhnorm"));
    command.args(["--to", "s", "a.txt"]).current_dir(&folder).stdout(output);
    assert_eq!(command.status().expect("the command").code(), Some(2));
    assert_eq!(read(&folder, "a.txt"), TRADITIONAL);
}

#[test]
fn what_a_killed_run_left_is_removed() {
    let folder = folder(&[("a.txt", TRADITIONAL), (".a.txt.zhnorm", "half")]);
    assert!(run(&folder, &["-i", "a.txt"]).status.success());
    assert_eq!(tree(folder.path()), ["a.txt"]);
    assert_eq!(read(&folder, "a.txt"), SIMPLIFIED);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let text = |n: usize| "乾隆年間的頭髮，里面的书。".repeat(n) + "\n";
    let (small, large) = (text(1000) + "\u{0}\n", (0..2000).map(|n| text(n % 70)).collect::<String>());
    let folder = folder(&[("a", &small[..]), ("b", &large[..]), ("c", "沒有行末")]);
    let one = run(&folder, &["-j", "1", "a", "b", "absent", "c"]);
    let two = run(&folder, &["-j", "2", "a", "b", "absent", "c"]);
    assert_eq!(one, two);
    assert_eq!(one.stdout.len(), small.len() + large.len() + 12);
}

#[test]
fn what_only_looks_reads_what_a_conversion_reads() {
    let folder = folder(&[
        ("in/a.txt", TRADITIONAL),
        ("in/b.jsonl", "{\"id\":\"書\",\"text\":\"书\"}\n{\"id\":\"書\",\"text\":\"\\u66f8\"}\n"),
        ("in/c.html", "<p title=\"書\">书</p>\n"),
        ("in/binary", "書\0"),
    ]);
    let (gbk, ..) = encoding_rs::GBK.encode("這裡的書很多，這是第一本書。");
    fs::write(folder.path().join("in/d.txt"), gbk).expect("written");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, TRADITIONAL.as_bytes()).expect("memory");
    fs::write(folder.path().join("in/e.txt.gz"), packed.finish().expect("memory")).expect("written");

    let look = |flag: &str, more: &[&str]| {
        let output = run(&folder, &[&["in", "--encoding", "auto", flag], more].concat());
        (output.status.code(), String::from_utf8(output.stdout).expect("UTF-8"))
    };
    let (status, found) = look("--check", &["--field", "text"]);
    assert_eq!(status, Some(1));
    let wanted = ["a.txt", "b.jsonl", "d.txt", "e.txt.gz"].map(|name| format!("in/{name} would change\n"));
    assert_eq!(found, wanted.concat());

    let (_, diff) = look("--diff", &["--field", "text", "--glob", "b.*"]);
    assert!(
        diff.contains("\n-{\"id\":\"書\",\"text\":\"\\u66f8\"}\n+{\"id\":\"書\",\"text\":\"\\u4e66\"}\n"),
        "{diff}"
    );
    let (_, explained) = look("--explain", &["--field", "text", "--glob", "b.*"]);
    assert!(explained.contains("\"source\":null") && explained.lines().count() == 1, "{explained}");
    let (_, explained) = look("--explain", &["--glob", "e.*"]);
    assert!(explained.contains("\"source\":[0,3]"), "{explained}");
    let (_, scripts) = look("--detect", &["--glob", "d.*"]);
    assert!(scripts.starts_with("in/d.txt: traditional"), "{scripts}");
}

/// No room on the disk: here a limit to a file's size, which writes run into.
#[test]
#[cfg(unix)]
fn what_cannot_be_written_to_its_end_is_not_there_at_all() {
    let text = TRADITIONAL.repeat(40_000);
    let folder = folder(&[("a.txt", &text[..]), ("small.txt", TRADITIONAL)]);
    for args in ["-i a.txt small.txt", "a.txt small.txt -o out", "a.txt -o out/a.txt"] {
        let script = format!("trap '' XFSZ; ulimit -f 64; exec \"$0\" --to s {args}");
        let mut command = Command::new("sh");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_zhnorm")]).current_dir(&folder);
        let output = command.output().expect("a shell");
        assert_eq!(output.status.code(), Some(2), "{args}");
        assert!(errors(&output).starts_with("zhnorm: a.txt: "), "{}", errors(&output));
        assert!(read(&folder, "a.txt") == text);
        assert!(
            tree(folder.path()).iter().all(|name| ["a.txt", "small.txt", "out/small.txt"].contains(&&**name))
        );
    }
    assert_eq!(read(&folder, "small.txt"), SIMPLIFIED);
}

#[test]
fn html_is_converted_as_with_protect_html() {
    let page = "<!-- 書 -->\n<p title=\"書\">書</p><code>書</code> &lt;書&gt; <i lang=\"ja\">書</i>\n";
    let folder = folder(&[("page.html", page), ("page.XHTML", page), ("page.txt", page)]);
    let output = |args: &[&str]| String::from_utf8(run(&folder, args).stdout).expect("UTF-8");
    let wanted = output(&["page.txt", "--protect", "html"]);
    assert_eq!(wanted, page.replace("\">書</p>", "\">书</p>").replace(";書&", ";书&"));
    assert_eq!(output(&["page.html"]), wanted);
    assert_eq!(output(&["page.XHTML"]), wanted);
    assert_eq!(output(&["page.txt", "--format", "html"]), wanted);
    assert_eq!(output(&["page.html", "--format", "text"]), page.replace('書', "书"));
}
