//! How fast damage is found in clean text and undone in damaged text. What comes out
//! is checked first.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use zhnorm::{Converter, Damage, Direction, Target, repair};

#[path = "../tests/common/damage.rs"]
mod damage;

use damage::{PAGES, annotated, damage, half_width};

const BYTES: usize = 1_000_000;

#[path = "common/mod.rs"]
mod measure;

fn repeated(text: &str) -> String {
    text.repeat(BYTES.div_ceil(text.len()))
}

/// Notes behind all characters that mirrors annotate, as an author may put them.
fn with_notes(text: &str) -> String {
    let note = |c: char| annotated().find(|(known, _)| known.starts_with(c));
    let written = |c: char| note(c).map_or(c.to_string(), |(_, reading)| format!("{c}({reading})"));
    text.chars().map(written).collect()
}

fn benches(criterion: &mut Criterion) {
    let pages = PAGES.join("\n");
    let traditional = Converter::exact(Direction::S2t).convert(&half_width(&pages)).into_owned();
    let clean = [
        ("clean simplified", repeated(&pages)),
        ("clean traditional", repeated(&traditional)),
        ("clean with notes", repeated(&with_notes(&traditional))),
        ("clean with ?!", repeated(&traditional.replace('。', "?!"))),
    ];
    for (name, text) in &clean {
        assert_eq!(repair(text, &[Damage::Auto]), text.as_str(), "{name}");
    }
    let to_simplified = Converter::to(Target::Simplified);
    let page: String = PAGES.iter().map(|page| damage(page)).collect();
    let restored = half_width(&to_simplified.convert(&repair(&page, &[Damage::Auto])));
    assert_eq!(restored.trim_end(), half_width(&pages));

    let mut group = criterion.benchmark_group("repair");
    let damaged = ("damaged", repeated(&page));
    for (name, text) in clean.iter().chain([&damaged]) {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(*name, text, |b, text| b.iter(|| repair(black_box(text), &[Damage::Auto])));
    }
    group.throughput(Throughput::Bytes(page.len() as u64));
    group.bench_with_input("damaged, one page", &page, |b, text| {
        b.iter(|| repair(black_box(text), &[Damage::Auto]))
    });
    group.finish();
}

fn main() {
    measure::run(benches);
}
