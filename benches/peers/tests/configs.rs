//! Configurations: ours mean what upstream's say, and a user's own file gives
//! what OpenCC's library gives by the same file.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;
use zhnorm::{Converter, Direction, Rare};
use zhnorm_peers::{json, oracle_of, read_upstream};

/// A dictionary of a configuration, as `dict/directions` writes it.
fn expression(dict: &Value, inner: bool) -> String {
    let mut text = match dict["type"].as_str() {
        Some("group") => {
            let joined = if dict["match_policy"] == "union" { " + " } else { " > " };
            let dicts = dict["dicts"].as_array().expect("an array");
            let parts: Vec<String> = dicts.iter().map(|d| expression(d, true)).collect();
            let joined = parts.join(joined);
            if inner { format!("({joined})") } else { joined }
        }
        _ => dict["file"].as_str().expect("a file").trim_end_matches(".ocd2").to_owned(),
    };
    if dict["may_output_tofu"] == true {
        text.push('?');
    }
    text
}

#[test]
fn directions_are_upstreams_configurations() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dict/directions");
    let text = fs::read_to_string(path).expect("dict/directions");
    for direction in Direction::ALL {
        let config = json(&read_upstream(&format!("config/{direction}.json")));
        let pass = |value: &Value| expression(&value["dict"], false);
        let mut parts: Vec<String> =
            config["normalization"].as_array().expect("one").iter().map(pass).collect();
        parts.push(match config.get("segmentation") {
            Some(segmentation) => pass(segmentation),
            None => "-".to_owned(),
        });
        parts.extend(config["conversion_chain"].as_array().expect("some").iter().map(pass));
        let wanted = parts.join(" | ");
        let own = text.lines().filter_map(|line| line.split_once('='));
        let mut own = own.filter(|(name, _)| name.trim() == direction.name());
        assert_eq!(own.next().map(|(_, definition)| definition.trim()), Some(&*wanted), "{direction}");
    }
}

/// Small random numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) as usize % n
    }

    fn word(&mut self, letters: &[&str], least: usize, most: usize) -> String {
        let len = least + self.below(most - least + 1);
        (0..len).map(|_| letters[self.below(letters.len())]).collect()
    }
}

const LETTERS: [&str; 8] = ["甲", "乙", "丙", "a", "b", "·", "\u{20001}", "\u{20801}"];

/// A dictionary of few random pairs: inline, or a file beside the configuration.
fn dictionary(random: &mut Random, least: usize, folder: &Path, files: &mut usize) -> String {
    let mut pairs: Vec<(String, String)> = (0..1 + random.below(5))
        .map(|_| (random.word(&LETTERS, least, 3), random.word(&LETTERS, 1, 3)))
        .collect();
    pairs.sort();
    pairs.dedup_by(|a, b| a.0 == b.0);
    if random.below(2) == 0 {
        let entries: Vec<String> = pairs.iter().map(|(k, v)| format!("{k:?}: {v:?}")).collect();
        return format!(r#"{{"type": "inline", "entries": {{{}}}}}"#, entries.join(", "));
    }
    *files += 1;
    let name = format!("{files}.txt");
    let mut text = String::from("# own pairs\n\n");
    for (key, value) in pairs.iter().rev() {
        writeln!(text, "{key}\t{value} 丁").expect("a string");
    }
    fs::write(folder.join(&name), text).expect("a temporary file");
    format!(r#"{{"type": "text", "file": "{name}"}}"#)
}

fn group(random: &mut Random, least: usize, depth: usize, folder: &Path, files: &mut usize) -> String {
    if depth == 0 || random.below(3) == 0 {
        return dictionary(random, least, folder, files);
    }
    let dicts: Vec<String> =
        (0..1 + random.below(3)).map(|_| group(random, least, depth - 1, folder, files)).collect();
    // Upstream warns of each group without a policy, so few are without.
    let policy = match random.below(16) {
        0 => "",
        n if n % 2 == 0 => r#""match_policy": "union","#,
        _ => r#""match_policy": "short_circuit","#,
    };
    format!(r#"{{"type": "group", {policy} "dicts": [{}]}}"#, dicts.join(", "))
}

#[test]
fn own_configurations_are_equal_to_opencc() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for round in 0..400 {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut files = 0;
        let mut parts = vec![r#""name": "test""#.to_owned()];
        if random.below(2) == 0 {
            let dict = group(&mut random, 1, 1, folder.path(), &mut files);
            parts.push(format!(r#""segmentation": {{"type": "mmseg", "dict": {dict}}}"#));
        }
        if random.below(4) == 0 {
            let dict = r#"{"type": "inline", "entries": {"豈": "甲", "丙": "乙甲"}}"#;
            parts.push(format!(r#""normalization": [{{"dict": {dict}}}]"#));
        }
        let stages: Vec<String> = (0..1 + random.below(3))
            .map(|_| format!(r#"{{"dict": {}}}"#, group(&mut random, 1, 2, folder.path(), &mut files)))
            .collect();
        parts.push(format!(r#""conversion_chain": [{},]"#, stages.join(", ")));
        let config = format!("{{ // own\n{},}}", parts.join(",\n"));
        let path = folder.path().join("own.json");
        fs::write(&path, &config).expect("a temporary file");

        let ours = Converter::from_config(&path, Rare::Include).expect("well formed");
        let theirs = oracle_of(&path);
        let odd = ["⿰", "⿲甲", "豈", "ababab", "\n", "⿰甲乙"];
        let letters: Vec<&str> = LETTERS.iter().chain(&LETTERS).chain(&odd).copied().collect();
        for _ in 0..40 {
            let text = random.word(&letters, 0, 60);
            let wanted = theirs.convert(&text).expect("no NUL in it");
            assert_eq!(ours.convert(&text), wanted, "round {round}: {text} by {config}");
        }
    }
}
