//! The rate of the library alone on a column: what `bench.py` compares with.
//! Prints MB/s for each line converted to one buffer, best of 7.

use std::time::Instant;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(path), Some(to)) = (arguments.next(), arguments.next()) else { return };
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let rows: Vec<&str> = text.lines().collect();
    let converter = zhnorm::Converter::to(to.parse().unwrap_or(zhnorm::Target::Simplified));
    let bytes: usize = rows.iter().map(|row| row.len()).sum();
    let once = || {
        let (start, mut out) = (Instant::now(), String::with_capacity(bytes + bytes / 64));
        rows.iter().for_each(|row| converter.convert_into(row, &mut out));
        std::hint::black_box(&out);
        start.elapsed().as_secs_f64()
    };
    let best = (0..7).map(|_| once()).fold(f64::MAX, f64::min);
    let ten: String = text.chars().filter(|c| *c > '\u{4e00}').take(10).collect();
    let calls = |_| {
        let start = Instant::now();
        (0..100_000).for_each(|_| drop(std::hint::black_box(converter.convert(std::hint::black_box(&ten)))));
        start.elapsed().as_secs_f64() / 1e5
    };
    let call = (0..7).map(calls).fold(f64::MAX, f64::min);
    println!("{:.1} {:.0}", bytes as f64 / best / 1e6, call * 1e9);
}
