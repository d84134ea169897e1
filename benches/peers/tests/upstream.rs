//! Upstream's own expectations, read where `build-opencc.sh` put them.

use std::collections::HashMap;

use zhnorm::{Converter, Direction};
use zhnorm_peers::{cases, read_upstream, upstream_files};

#[test]
fn every_expectation_of_testcases_json() {
    let converters: HashMap<&str, Converter> =
        Direction::ALL.into_iter().map(|direction| (direction.name(), Converter::exact(direction))).collect();
    let mut checked = 0;
    let mut wrong = Vec::new();
    for case in cases() {
        for (config, expected) in &case.expected {
            let converter = converters
                .get(config.as_str())
                .unwrap_or_else(|| panic!("{}: no direction is named {config}", case.id));
            let got = converter.convert(&case.input);
            checked += 1;
            if got != *expected {
                wrong.push(format!("{} {config}: {} -> {got}, expected {expected}", case.id, case.input));
            }
        }
    }
    assert_eq!(checked, 556, "expectations in testcases.json");
    assert!(wrong.is_empty(), "{} of {checked} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_golden_file() {
    let input = read_upstream("golden/input/us_constitution_zhs.txt");
    let mut checked = 0;
    for file in upstream_files("golden/output") {
        let config = file
            .strip_prefix("us_constitution_zhs.")
            .and_then(|name| name.strip_suffix(".txt"))
            .unwrap_or_else(|| panic!("unknown golden file {file}"));
        if config.ends_with("_jieba") {
            continue; // made by a plugin with another segmentation
        }
        let direction: Direction = config.parse().expect("a direction's name");
        let converter = Converter::exact(direction);
        let got = converter.convert(&input);
        let golden = read_upstream(&format!("golden/output/{file}"));
        for (number, (got, golden)) in got.lines().zip(golden.lines()).enumerate() {
            assert_eq!(got, golden, "{file}, line {}", number + 1);
        }
        assert_eq!(got, golden, "{file}");
        checked += 1;
    }
    assert_eq!(checked, 5, "golden files");
}
