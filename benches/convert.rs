//! How fast each direction converts, by the size of the text; how long a
//! converter takes to make. Output is checked against the slow twin first, and
//! the fast path must be many times as fast as that one in the same run.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput};
use zhnorm::{Converter, Direction, Rare, Script, Target, detect};

#[path = "../tests/common/mod.rs"]
mod common;
#[path = "common/mod.rs"]
mod measure;

/// The fast path over the slow one, at least.
const RATIO: f64 = 5.0;
/// `t2s` may take so many times as long as its characters alone, whose outputs are
/// looked up and written whatever stands around them. (From Simplified the text here is
/// too hard for that: one phrase behind the other.)
const BOUND: f64 = 1.6;
/// To Traditional, two cores are so many times as fast as one, at least: twice, where
/// nothing else takes one of them. (What exact conversions wait for is the system, which
/// finds pages for their results.)
#[cfg(feature = "parallel")]
const CORES: f64 = 1.3;
/// Making a converter takes no longer.
const CONSTRUCTION: Duration = Duration::from_micros(100);

/// Words of the dictionaries in a fixed random order, with punctuation: as many
/// keys as no real text has, so a hard case rather than a typical one.
fn text(bytes: usize, simplified: bool) -> String {
    let lexicon = common::source("STPhrases").expect("dict/opencc");
    let entries = lexicon.entries();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut text = String::new();
    while text.len() < bytes {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let entry = &entries[(state >> 11) as usize % entries.len()];
        text.push_str(if simplified { &entry.key } else { entry.value() });
        match state % 11 {
            0 => text.push('，'),
            1 => text.push_str("。\n"),
            2..=5 => text.push('的'),
            _ => {}
        }
    }
    text.truncate(text.floor_char_boundary(bytes));
    text
}

/// Text of either script, and of both in turn, clause by clause.
fn kinds(bytes: usize) -> [(&'static str, String); 3] {
    let [simplified, traditional] = [true, false].map(|simplified| text(bytes, simplified));
    let clauses =
        |text: String| -> Vec<String> { text.split_inclusive(['，', '。']).map(str::to_owned).collect() };
    let halves = clauses(text(bytes / 2, true)).into_iter().zip(clauses(text(bytes / 2, false)));
    let mixed = halves.flat_map(|(one, two)| [one, two]).collect();
    [("simplified", simplified), ("traditional", traditional), ("mixed", mixed)]
}

/// A conversion to a target does what it should: nothing is lost, a second run
/// changes nothing, and what is of one script is told.
fn check_targets() {
    for (kind, text) in kinds(60_000) {
        for target in Target::ALL {
            let converter = Converter::to(target);
            let once = converter.convert(&text);
            assert_eq!(once.chars().count(), text.chars().count(), "{kind} to {target}");
            assert_eq!(converter.convert(&once), once, "{kind} to {target} again");
        }
        let is_changed = Converter::to(Target::Traditional).convert(&text) != text;
        assert!(is_changed || kind == "traditional", "{kind}");
        assert_eq!(detect(&text).script == Script::Simplified, kind == "simplified");
    }
}

fn is_from_simplified(direction: Direction) -> bool {
    direction.name().starts_with('s')
}

fn check() {
    for (name, spec) in common::chains() {
        let direction: Direction = name.parse().expect("a direction");
        let text = text(60_000, is_from_simplified(direction));
        let chain = spec.resolve(Rare::Include);
        let start = Instant::now();
        let converter = Converter::exact(direction);
        let made = start.elapsed();
        let start = Instant::now();
        let slow = chain.convert(&text);
        let slow_time = start.elapsed();
        assert_eq!(converter.convert(&text), slow, "{direction}");
        let fast_time = (0..5).map(|_| {
            let start = Instant::now();
            black_box(converter.convert(black_box(&text)));
            start.elapsed()
        });
        let ratio = slow_time.as_secs_f64() / fast_time.min().unwrap_or_default().as_secs_f64();
        println!("{name:6} {ratio:5.0} times the slow twin, made in {made:?}");
        assert!(ratio >= RATIO, "{direction} is only {ratio:.1} times as fast as the slow twin");
        assert!(made <= CONSTRUCTION, "{direction} took {made:?} to make");
    }
}

/// How near `t2s` comes to its characters alone, in the same run.
fn check_bound() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("characters.json");
    let chain = r#"[{"dict": {"type": "text", "file": "TSCharacters.txt"}}]"#;
    std::fs::write(&path, format!(r#"{{"name": "characters", "conversion_chain": {chain}}}"#))
        .expect("a file");
    let alone = Converter::from_config(&path, Rare::Include).expect("a configuration");
    let converter = Converter::exact(Direction::T2s);
    let text = text(1_000_000, false);
    let time = |converter: &Converter| {
        let start = Instant::now();
        black_box(converter.convert(black_box(&text)));
        start.elapsed().as_secs_f64()
    };
    // The least of several, which take turns.
    let times = (0..25).map(|_| [time(&converter), time(&alone)]);
    let [all, alone] = times.fold([f64::MAX; 2], |[a, b], [c, d]| [a.min(c), b.min(d)]);
    println!("t2s takes {:.2} times as long as its characters alone", all / alone);
    assert!(all / alone <= BOUND, "t2s takes {:.2} times as long as its characters alone", all / alone);
}

/// What a second core gains, in the same run, on 64 MB. With `--test` it would take longer
/// than all else.
#[cfg(feature = "parallel")]
fn check_cores() {
    let is_test = std::env::args().any(|argument| argument == "--test");
    if is_test || std::thread::available_parallelism().map_or(1, usize::from) < 2 {
        return;
    }
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
    let pools = [1, 2].map(pool);
    for (name, converter, simplified, bound) in [
        ("t2s", Converter::exact(Direction::T2s), false, 1.0),
        ("s2t", Converter::exact(Direction::S2t), true, 1.0),
        ("to traditional", Converter::to(Target::Traditional), true, CORES),
    ] {
        let text = text(64_000_000, simplified);
        let time = |pool: &rayon::ThreadPool| {
            let start = Instant::now();
            black_box(pool.install(|| converter.par_convert(black_box(&text))));
            start.elapsed().as_secs_f64()
        };
        let times = (0..5).map(|_| [time(&pools[0]), time(&pools[1])]);
        let [one, two] = times.fold([f64::MAX; 2], |[a, b], [c, d]| [a.min(c), b.min(d)]);
        println!("{name}: {:.2} times as fast on two cores as on one, {two:.3} s for 64 MB", one / two);
        assert!(one / two >= bound, "{name}: {:.2} times as fast on two cores as on one", one / two);
    }
}

fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("exact");
    for direction in Direction::ALL {
        let converter = Converter::exact(direction);
        for (size, bytes) in [("1MB", 1_000_000), ("11KB", 11_000), ("10chars", 30)] {
            let text = text(bytes, is_from_simplified(direction));
            group.throughput(Throughput::Bytes(text.len() as u64));
            let id = BenchmarkId::new(direction.name(), size);
            group.bench_with_input(id, &text, |b, text| b.iter(|| converter.convert(text)));
        }
    }
    group.finish();

    let mut group = criterion.benchmark_group("nothing to do");
    let converter = Converter::exact(Direction::T2s);
    for (name, text) in [("simplified", text(1_000_000, true)), ("ascii", "plain text ".repeat(90_000))] {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(name, &text, |b, text| b.iter(|| converter.convert(text)));
    }
    group.finish();

    for (kind, text) in kinds(1_000_000) {
        let mut group = criterion.benchmark_group(format!("to a target, {kind} text"));
        group.throughput(Throughput::Bytes(text.len() as u64));
        for target in Target::ALL {
            let converter = Converter::to(target);
            group.bench_with_input(target.name(), &text, |b, text| b.iter(|| converter.convert(text)));
        }
        group.bench_with_input("detect", &text, |b, text| b.iter(|| detect(text)));
        group.finish();
    }

    let mut group = criterion.benchmark_group("to a target, 10 characters");
    for (kind, text) in kinds(30) {
        let converter = Converter::to(Target::Traditional);
        group.bench_with_input(kind, &text, |b, text| b.iter(|| converter.convert(text)));
    }
    group.finish();

    criterion.bench_function("construction", |b| b.iter(|| Converter::exact(black_box(Direction::S2twp))));
}

fn main() {
    check();
    check_targets();
    check_bound();
    #[cfg(feature = "parallel")]
    check_cores();
    measure::run(benches);
}
