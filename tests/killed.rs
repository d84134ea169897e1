//! A run that is killed at any moment, and the next one.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

const FILES: usize = 60;

/// Not idempotent, so a file that is done twice shows it.
const TWICE: &str = r#"{"conversion_chain":[{"dict":{"type":"inline","entries":{"甲":"甲甲"}}}]}"#;

/// Idempotent: a run without a manifest does again what is done.
const ONCE: &str = r#"{"conversion_chain":[{"dict":{"type":"inline","entries":{"甲":"乙乙"}}}]}"#;

fn content(n: usize) -> String {
    format!("{n}甲字").repeat(1 + n * 40) + "\n"
}

fn folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("twice.json"), TWICE).expect("written");
    fs::write(folder.path().join("once.json"), ONCE).expect("written");
    fs::create_dir(folder.path().join("in")).expect("a folder");
    for n in 0..FILES {
        fs::write(folder.path().join(format!("in/{n}.txt")), content(n)).expect("written");
    }
    folder
}

fn command(folder: &TempDir, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhnorm"));
    let config = if args.contains(&"--resume") { "twice.json" } else { "once.json" };
    command.args(["--config", config, "in"]).args(args).current_dir(folder);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Each file is as it was or as it should be; afterwards all are as they should be.
fn check(root: &Path, after: &str, finished: bool) {
    let mut seen = 0;
    for entry in fs::read_dir(root).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("named").display().to_string();
        if name.starts_with('.') {
            assert!(!finished, "{name} was left behind");
            continue;
        }
        let n: usize = name.trim_end_matches(".txt").parse().expect("a number");
        let text = fs::read_to_string(&path).expect("text");
        let after = content(n).replace('甲', after);
        assert!(text == after || !finished && text == content(n), "{name} is torn");
        seen += 1;
    }
    assert!(seen == FILES || !finished);
}

/// Whether a run got to its end, where it removes its manifest.
fn is_all(root: &Path, after: &str) -> bool {
    let is_after = |n: usize| {
        let text = fs::read_to_string(root.join(format!("{n}.txt")));
        text.is_ok_and(|text| text == content(n).replace('甲', after))
    };
    !root.join(".zhnorm-resume").exists() && (0..FILES).all(is_after)
}

fn rounds(args: &[&str], output: &str, rounds: u64, stop: &str) {
    let after = if args.contains(&"--resume") { "甲甲" } else { "乙乙" };
    for round in 0..rounds {
        let folder = folder();
        // Killed up to three times, then left alone. A run that was faster than its
        // end has nothing to continue: another one would do all a second time.
        let is_done = (0..3).any(|part| {
            let mut child = command(&folder, args).spawn().expect("the command");
            sleep(Duration::from_micros(3000 + round * 7919 % 40_000 + part * 5000));
            let number = child.id().to_string();
            Command::new("kill").args([stop, &number]).stderr(Stdio::null()).status().expect("kill");
            child.wait().expect("ended");
            let output = folder.path().join(output);
            check(&output, after, false);
            is_all(&output, after)
        });
        assert!(is_done || command(&folder, args).status().expect("the command").success());
        check(&folder.path().join(output), after, true);
    }
}

#[test]
fn a_killed_run_in_place_is_continued() {
    rounds(&["-i", "--resume"], "in", 6, "-KILL");
}

#[test]
fn a_killed_run_to_a_folder_is_continued() {
    rounds(&["-o", "out", "--resume"], "out", 6, "-KILL");
}

#[test]
fn a_killed_run_without_a_manifest_loses_nothing() {
    rounds(&["-i"], "in", 6, "-KILL");
}

#[test]
fn a_run_with_other_options_is_no_continuation() {
    let folder = folder();
    let manifest = "zhnorm-resume of something else\n";
    fs::write(folder.path().join("in/.zhnorm-resume"), manifest).expect("written");
    let output = command(&folder, &["-i", "--resume"]).stderr(Stdio::piped()).output().expect("the command");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("other options"));
    fs::remove_file(folder.path().join("in/.zhnorm-resume")).expect("was left alone");
    // What was not begun is as it was.
    check(&folder.path().join("in"), "甲", true);

    // An unfinished run's manifest, and another option.
    fs::create_dir(folder.path().join("in/records")).expect("a folder");
    fs::write(folder.path().join("in/records/bad.jsonl"), "{\"a\":\"甲\"}\n").expect("written");
    let unwritable = ["-i", "--resume", "--field", "a."];
    assert!(!command(&folder, &unwritable).status().expect("the command").success());
    let kept = fs::read(folder.path().join("in/.zhnorm-resume")).expect("an unfinished run's manifest");
    assert_eq!(command(&folder, &["-i", "--resume"]).status().expect("the command").code(), Some(2));
    assert!(fs::read(folder.path().join("in/.zhnorm-resume")).expect("still there") == kept);
}

#[test]
fn an_interrupted_run_leaves_nothing_but_the_manifest() {
    rounds(&["-i", "--resume"], "in", 3, "-INT");
}

/// Minutes: `cargo test --test killed -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn at_two_hundred_moments() {
    rounds(&["-i", "--resume"], "in", 70, "-KILL");
    rounds(&["-o", "out", "--resume"], "out", 70, "-KILL");
}
