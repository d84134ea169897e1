use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use crate::options::Options;
use crate::peer::Peer;

/// Fresh processes for each figure, of which the median counts.
const PROCESSES: usize = 3;

pub fn run(options: &Options) -> Result<(), String> {
    println!("| direction | converter | construct, ms | memory constructed, MiB | after converting, MiB |");
    println!("|---|---|--:|--:|--:|");
    for &direction in &options.directions {
        for peer in Peer::ALL {
            let figures = (0..PROCESSES)
                .map(|_| in_child(options, direction.name(), peer))
                .collect::<Result<Vec<_>, _>>()?;
            // A peer without this direction prints nothing.
            if figures.iter().all(|figures| figures.len() == 3) {
                let median = |i: usize| {
                    let mut column: Vec<f64> = figures.iter().map(|row| row[i]).collect();
                    column.sort_by(f64::total_cmp);
                    column[PROCESSES / 2]
                };
                println!(
                    "| {} | {} | {:.3} | {:.2} | {:.2} |",
                    direction.name(),
                    peer.name(),
                    median(0),
                    median(1),
                    median(2)
                );
            }
        }
    }
    Ok(())
}

fn in_child(options: &Options, direction: &str, peer: Peer) -> Result<Vec<f64>, String> {
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(this);
    command.args(["--memory-of", peer.name(), "--directions", direction]);
    if let Some(text) = &options.text {
        command.arg("--text").arg(text);
    }
    let output = command.output().map_err(|error| error.to_string())?;
    let message = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("measuring {}: {}", peer.name(), message.trim()));
    }
    String::from_utf8_lossy(&output.stdout)
        .split_whitespace()
        .map(|figure| figure.parse().map_err(|_| format!("not a number: {figure}")))
        .collect()
}

/// Prints milliseconds to construct, and growth of resident memory in MiB by constructing and by
/// then converting the text once, its output dropped.
pub fn measure(options: &Options, peer: Peer) -> Result<(), String> {
    let direction = options.directions[0];
    let text = options.read_text(direction)?;
    let before = resident()?;
    let start = Instant::now();
    let Some(convert) = peer.load(direction) else {
        return Ok(());
    };
    let construct = start.elapsed();
    let constructed = resident()?;
    drop(black_box(convert(&text)));
    let converted = resident()?;
    println!("{} {} {}", construct.as_secs_f64() * 1e3, constructed - before, converted - before);
    Ok(())
}

/// Resident memory of this process in MiB.
fn resident() -> Result<f64, String> {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| {
            let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
            line.split_whitespace().nth(1)?.parse::<f64>().ok()
        })
        .map(|kibibytes| kibibytes / 1024.0)
        .ok_or_else(|| "--memory needs Linux: no VmRSS in /proc/self/status".to_owned())
}
