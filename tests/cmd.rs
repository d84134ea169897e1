//! The command: a case a file, and what a file of text cannot hold.

use std::io::Write;
use std::process::{Command, Stdio};

#[test]
fn cases() {
    trycmd::TestCases::new().case("tests/cmd/*.toml");
}

fn run(args: &[&str], input: &[u8]) -> (Vec<u8>, String, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhnorm"));
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command");
    child.stdin.take().expect("piped").write_all(input).expect("written");
    let output = child.wait_with_output().expect("finished");
    let errors = String::from_utf8(output.stderr).expect("UTF-8");
    (output.stdout, errors, output.status.code())
}

#[test]
fn malformed_bytes_are_passed_through_and_counted() {
    let input = "一\n漢\u{0}".as_bytes().iter().chain(b"\xff\xe6\xbc").copied().collect::<Vec<_>>();
    let (output, errors, status) = run(&["--to", "s"], &input);
    assert_eq!(output, "一\n汉\u{0}".as_bytes().iter().chain(b"\xff\xe6\xbc").copied().collect::<Vec<_>>());
    assert_eq!(status, Some(0));
    let wanted = "zhnorm: standard input:2: warning: 3 bytes are not UTF-8 and were passed through, \
                  the first at byte offset 8\n";
    assert_eq!(errors, wanted);
    let (_, errors, _) = run(&["--to", "s", "--quiet"], &input);
    assert_eq!(errors, "");
}

#[test]
fn a_byte_order_mark_and_every_line_end_stay() {
    let input = "\u{feff}漢\r\n語\r字\n\u{2028}末";
    let (output, ..) = run(&["--to", "s"], input.as_bytes());
    assert_eq!(String::from_utf8(output).expect("UTF-8"), "\u{feff}汉\r\n语\r字\n\u{2028}末");
}

/// The reader goes away before the command has written all: no word of it.
#[test]
#[cfg(unix)]
fn a_broken_pipe_is_quiet() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhnorm"));
    command.args(["--to", "s"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command");
    drop(child.stdout.take());
    let input = "長長的文字".repeat(100_000);
    child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("finished");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

/// What cannot be written is trouble, even the last bytes without a line end.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_reported() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a full device");
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhnorm"));
    command.args(["--to", "s"]).stdin(Stdio::piped()).stdout(full).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command");
    child.stdin.take().expect("piped").write_all("漢".as_bytes()).expect("written");
    let output = child.wait_with_output().expect("finished");
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(errors.starts_with("zhnorm: standard output: "), "{errors}");
}

#[test]
fn shells_and_the_manual_are_told_of_every_flag() {
    for args in [&["--completions", "bash"][..], &["--completions", "fish"], &["--man"]] {
        let (output, errors, status) = run(args, b"");
        assert_eq!((errors.as_str(), status), ("", Some(0)));
        // In a manual page a hyphen is escaped.
        let text = String::from_utf8(output).expect("UTF-8").replace('\\', "");
        for flag in ["in-place", "resume", "unencodable"] {
            assert!(text.contains(flag), "{flag} of {args:?}");
        }
    }
}
