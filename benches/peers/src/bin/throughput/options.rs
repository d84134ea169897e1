use std::fs;
use std::path::PathBuf;

use zhnorm::Direction;
use zhnorm_peers::cache;

use crate::peer::Peer;

pub const USAGE: &str = "\
usage: throughput [--rounds N] [--directions a,b] [--text FILE] [--chart FILE] [--readme FILE] [--memory]

  --rounds N        measure each converter N times and take the median (default 7)
  --directions a,b  only these, for example s2t,t2s (default: all 16)
  --text FILE       convert this UTF-8 text instead of the one that corpus.sh makes
  --chart FILE      draw the table as an SVG too
  --readme FILE     put the tables in the place of those that are there
  --memory          measure construction and resident memory instead of speed";

pub enum Mode {
    Help,
    Speed,
    Memory,
    /// What `Memory` starts a child process with, once for each measurement.
    MemoryOf(Peer),
}

pub struct Options {
    pub mode: Mode,
    pub rounds: usize,
    pub directions: Vec<Direction>,
    pub text: Option<PathBuf>,
    pub chart: Option<PathBuf>,
    pub readme: Option<PathBuf>,
}

impl Options {
    pub fn parse(mut args: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            mode: Mode::Speed,
            rounds: 7,
            directions: Direction::ALL.to_vec(),
            text: None,
            chart: None,
            readme: None,
        };
        while let Some(flag) = args.next() {
            let mut value = || args.next().ok_or(format!("{flag} needs a value"));
            match flag.as_str() {
                "--rounds" => {
                    let rounds = value()?;
                    options.rounds = match rounds.parse() {
                        Ok(rounds) if rounds > 0 => rounds,
                        _ => return Err(format!("--rounds: {rounds} is not a positive number")),
                    };
                }
                "--directions" => {
                    options.directions = value()?.split(',').map(direction).collect::<Result<_, _>>()?;
                }
                "--text" => options.text = Some(value()?.into()),
                "--chart" => options.chart = Some(value()?.into()),
                "--readme" => options.readme = Some(value()?.into()),
                "--memory" => options.mode = Mode::Memory,
                "--memory-of" => options.mode = Mode::MemoryOf(value()?.parse()?),
                "--help" | "-h" => options.mode = Mode::Help,
                _ => return Err(format!("unknown argument {flag}\n{USAGE}")),
            }
        }
        Ok(options)
    }

    /// The text to convert in one direction.
    pub fn read_text(&self, direction: Direction) -> Result<String, String> {
        let (path, remedy) = match &self.text {
            Some(path) => (path.clone(), ""),
            None => {
                let simplified = direction.name().starts_with("s2");
                let name = if simplified { "simplified.txt" } else { "traditional.txt" };
                (cache().join("bench").join(name), ": run benches/peers/corpus.sh first")
            }
        };
        let text =
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}{remedy}", path.display()))?;
        if text.is_empty() || text.contains('\0') {
            return Err(format!("{}: empty, or holds NUL, which OpenCC cannot take", path.display()));
        }
        Ok(text)
    }
}

fn direction(name: &str) -> Result<Direction, String> {
    name.parse().map_err(|_| {
        let names: Vec<&str> = Direction::ALL.into_iter().map(Direction::name).collect();
        format!("--directions: {name} is none of {}", names.join(", "))
    })
}
