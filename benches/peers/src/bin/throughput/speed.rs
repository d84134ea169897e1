//! How fast each converter is, all taking turns on one core; as a table, and as a chart.

use std::fmt::Write;
use std::hint::black_box;
use std::time::Duration;

use cpu_time::ThreadTime;
use zhnorm::Direction;

use crate::chart;
use crate::options::Options;
use crate::peer::Peer;
use crate::targets;

/// Converts a text, and drops what it made.
pub type Work = Box<dyn Fn(&str)>;

/// One measurement converts the text again and again for about so long.
const LONG_ENOUGH: Duration = Duration::from_millis(40);

/// What was measured in one direction.
pub struct Row {
    pub direction: Direction,
    /// By the order of `Peer::ALL`; none for a peer that does not have the direction.
    pub figures: Vec<Option<Figure>>,
}

pub struct Figure {
    /// 10^6 bytes of input a second.
    pub rate: f64,
    /// Whether the output is OpenCC's.
    pub is_exact: bool,
}

pub fn run(options: &Options) -> Result<(), String> {
    pin();
    let rows = options.directions.iter().map(|&direction| {
        eprint!("{} ", direction.name());
        row(options, direction)
    });
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    eprintln!();
    let table = table(&rows);
    let targets = targets::table(options)?;
    print!("{table}\n{targets}");
    if let Some(path) = &options.chart {
        std::fs::write(path, chart::draw(&rows)?).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    if let Some(path) = &options.readme {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let tables = [("| direction | zhnorm |", &table), (targets::HEAD, &targets)];
        let text = tables.into_iter().try_fold(text, |text, (head, table)| replaced(text, head, table));
        let text = text.ok_or(format!("{}: a table is missing", path.display()))?;
        std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

fn row(options: &Options, direction: Direction) -> Result<Row, String> {
    let text = options.read_text(direction)?;
    let peers = Peer::ALL.map(|peer| peer.load(direction));
    let outputs = peers.each_ref().map(|peer| peer.as_ref().map(|convert| convert(&text)));
    let opencc = &outputs[position(Peer::OpenCc)];
    if outputs[position(Peer::Zhnorm)] != *opencc {
        return Err(format!("{}: zhnorm's output is not OpenCC's", direction.name()));
    }
    let work = |convert: crate::peer::Loaded| -> Work { Box::new(move |text| _ = black_box(convert(text))) };
    let rates = measure(&peers.map(|peer| peer.map(work)), &text, options.rounds);
    let figures = rates.into_iter().zip(&outputs);
    let figures = figures.map(|(rate, output)| Some(Figure { rate: rate?, is_exact: output == opencc }));
    Ok(Row { direction, figures: figures.collect() })
}

fn position(peer: Peer) -> usize {
    Peer::ALL.iter().position(|other| *other == peer).expect("all of them")
}

/// Keeps the thread on one core, where the system allows it.
fn pin() {
    let core = core_affinity::get_core_ids().and_then(|cores| cores.last().copied());
    if !core.is_some_and(core_affinity::set_for_current) {
        eprintln!("note: not pinned to one core");
    }
}

/// The median rate of each peer, all taking turns in every round, so that a slow moment of the
/// machine meets them all. The thread's own time counts: what else runs here is no converter's fault.
pub fn measure(peers: &[Option<Work>], text: &str, rounds: usize) -> Vec<Option<f64>> {
    let convert = |peer: &Work| {
        let start = ThreadTime::now();
        peer(black_box(text));
        start.elapsed()
    };
    let times = |peer: &Option<Work>| {
        let once = convert(peer.as_ref()?).max(Duration::from_nanos(1));
        Some(LONG_ENOUGH.div_duration_f64(once).ceil().max(1.0) as u32)
    };
    let times: Vec<_> = peers.iter().map(times).collect();
    let mut rates = vec![Vec::new(); peers.len()];
    for round in 0..rounds {
        for turn in 0..peers.len() {
            let i = (round + turn) % peers.len();
            if let (Some(peer), Some(times)) = (&peers[i], times[i]) {
                let spent: Duration = (0..times).map(|_| convert(peer)).sum();
                rates[i].push(text.len() as f64 * f64::from(times) / spent.as_secs_f64() / 1e6);
            }
        }
    }
    rates.into_iter().map(median).collect()
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// Rates in Markdown, with the ratios to OpenCC and to the fastest of the others.
fn table(rows: &[Row]) -> String {
    let names = Peer::ALL.map(Peer::name).join(" | ");
    let mut table = format!("| direction | {names} | zhnorm/OpenCC | zhnorm/next |\n|---|");
    table.push_str(&"--:|".repeat(Peer::ALL.len() + 2));
    table.push('\n');
    for row in rows {
        let rate = |peer| row.figures[position(peer)].as_ref().map(|figure| figure.rate);
        let others = row.figures.iter().zip(Peer::ALL).filter(|(_, peer)| *peer != Peer::Zhnorm);
        let next = others.filter_map(|(figure, _)| Some(figure.as_ref()?.rate)).reduce(f64::max);
        let _ = write!(table, "| {} |", row.direction.name());
        for figure in &row.figures {
            let mark = if figure.as_ref().is_none_or(|figure| figure.is_exact) { "" } else { "\\*" };
            let _ = write!(table, " {} |", cell(figure.as_ref().map(|figure| figure.rate), mark));
        }
        for peer in [rate(Peer::OpenCc), next] {
            let _ = write!(table, " {} |", cell(ratio(rate(Peer::Zhnorm), peer), "x"));
        }
        table.push('\n');
    }
    table
}

/// A text with the table replaced that begins so.
fn replaced(text: String, head: &str, table: &str) -> Option<String> {
    let start = text.find(head)?;
    let old: usize =
        text[start..].split_inclusive('\n').take_while(|line| line.starts_with('|')).map(str::len).sum();
    Some([&text[..start], table, &text[start + old..]].concat())
}

pub fn ratio(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    Some(one? / other?)
}

pub fn cell(value: Option<f64>, unit: &str) -> String {
    match value {
        Some(value) if value < 10.0 => format!("{value:.2}{unit}"),
        Some(value) if value < 100.0 => format!("{value:.1}{unit}"),
        Some(value) => format!("{value:.0}{unit}"),
        None => "—".to_owned(),
    }
}
