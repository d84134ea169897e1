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

fn content(n: usize) -> String {
    format!("{n}甲字").repeat(1 + n * 40) + "\n"
}

fn folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("twice.json"), TWICE).expect("written");
    fs::create_dir(folder.path().join("in")).expect("a folder");
    for n in 0..FILES {
        fs::write(folder.path().join(format!("in/{n}.txt")), content(n)).expect("written");
    }
    folder
}

fn command(folder: &TempDir, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhnorm"));
    command.args(["--config", "twice.json", "--resume", "in"]).args(args).current_dir(folder);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Each file is as it was or as it should be; afterwards all are as they should be.
fn check(root: &Path, finished: bool) {
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
        let after = content(n).replace('甲', "甲甲");
        assert!(text == after || !finished && text == content(n), "{name} is torn");
        seen += 1;
    }
    assert!(seen == FILES || !finished);
}

fn rounds(args: &[&str], output: &str, rounds: u64, stop: &str) {
    for round in 0..rounds {
        let folder = folder();
        // Killed up to three times, then left alone.
        for part in 0..3 {
            let mut child = command(&folder, args).spawn().expect("the command");
            sleep(Duration::from_micros(3000 + round * 7919 % 40_000 + part * 5000));
            let number = child.id().to_string();
            Command::new("kill").args([stop, &number]).stderr(Stdio::null()).status().expect("kill");
            child.wait().expect("ended");
            check(&folder.path().join(output), false);
        }
        assert!(command(&folder, args).status().expect("the command").success());
        check(&folder.path().join(output), true);
    }
}

#[test]
fn a_killed_run_in_place_is_continued() {
    rounds(&["-i"], "in", 6, "-KILL");
}

#[test]
fn a_killed_run_to_a_folder_is_continued() {
    rounds(&["-o", "out"], "out", 6, "-KILL");
}

#[test]
fn an_interrupted_run_leaves_nothing_but_the_manifest() {
    rounds(&["-i"], "in", 3, "-INT");
}

/// Minutes: `cargo test --test killed -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn at_two_hundred_moments() {
    rounds(&["-i"], "in", 70, "-KILL");
    rounds(&["-o", "out"], "out", 70, "-KILL");
}
