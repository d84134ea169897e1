use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::options::Options;
use crate::peer::{Loaded, Peer};

/// One measurement converts the text again and again for about so long.
const LONG_ENOUGH: Duration = Duration::from_millis(40);

pub fn run(options: &Options) -> Result<(), String> {
    pin();
    println!("| direction | OpenCC MB/s | zhconv MB/s | zhnorm MB/s | zhnorm/OpenCC | zhnorm/zhconv |");
    println!("|---|--:|--:|--:|--:|--:|");
    for &direction in &options.directions {
        let text = options.read_text(direction)?;
        let peers = Peer::ALL.map(|peer| peer.load(direction));
        let [Some(opencc), _, Some(zhnorm)] = &peers else {
            unreachable!("OpenCC and zhnorm have every direction");
        };
        if zhnorm.convert(&text) != opencc.convert(&text) {
            return Err(format!("{}: zhnorm's output is not OpenCC's", direction.name()));
        }
        let [opencc, zhconv, zhnorm] = measure(&peers, &text, options.rounds);
        println!(
            "| {} | {} | {} | {} | {} | {} |",
            direction.name(),
            cell(opencc, ""),
            cell(zhconv, ""),
            cell(zhnorm, ""),
            cell(ratio(zhnorm, opencc), "x"),
            cell(ratio(zhnorm, zhconv), "x"),
        );
    }
    Ok(())
}

/// Keeps the thread on one core, where the system allows it.
fn pin() {
    let core = core_affinity::get_core_ids().and_then(|cores| cores.last().copied());
    if !core.is_some_and(core_affinity::set_for_current) {
        eprintln!("note: not pinned to one core");
    }
}

/// Median MB/s (10^6 bytes of input a second) of each peer, all taking turns in every round, so
/// that a slow moment of the machine meets them all.
fn measure(peers: &[Option<Loaded>; 3], text: &str, rounds: usize) -> [Option<f64>; 3] {
    let convert = |peer: &Loaded| {
        let start = Instant::now();
        black_box(peer.convert(black_box(text)));
        start.elapsed()
    };
    let times = peers.each_ref().map(|peer| {
        let once = convert(peer.as_ref()?).max(Duration::from_nanos(1));
        Some(LONG_ENOUGH.div_duration_f64(once).ceil().max(1.0) as u32)
    });
    let mut rates = [const { Vec::new() }; 3];
    for round in 0..rounds {
        for turn in 0..3 {
            let i = (round + turn) % 3;
            if let (Some(peer), Some(times)) = (&peers[i], times[i]) {
                let spent: Duration = (0..times).map(|_| convert(peer)).sum();
                rates[i].push(text.len() as f64 * f64::from(times) / spent.as_secs_f64() / 1e6);
            }
        }
    }
    rates.map(median)
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

fn ratio(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    Some(one? / other?)
}

fn cell(value: Option<f64>, unit: &str) -> String {
    match value {
        Some(value) if value < 10.0 => format!("{value:.2}{unit}"),
        Some(value) if value < 100.0 => format!("{value:.1}{unit}"),
        Some(value) => format!("{value:.0}{unit}"),
        None => "—".to_owned(),
    }
}
