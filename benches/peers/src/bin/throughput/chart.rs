//! The table as a picture: a panel for each direction, a bar for each converter, the fastest first.
//! Everything is said in text too, and nothing by colour alone.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::peer::Peer;
use crate::speed::Row;

const COLUMNS: usize = 4;
const WIDTH: i32 = 250;
const BAR: i32 = 15;
/// Where bars begin, after the names, and how long the longest is, before its figure.
const LEFT: i32 = 106;
const LONGEST: i32 = 104;
/// Above the first bar and below the last one.
const HEAD: i32 = 30;
const FOOT: i32 = 14;

/// As attributes these are for light pages; `STYLE` has those for dark ones.
const TEXT: RGBColor = RGBColor(31, 35, 40);
const OURS: RGBColor = RGBColor(9, 105, 218);
const THEIRS: RGBColor = RGBColor(140, 149, 159);
const STYLE: &str = "<style>@media (prefers-color-scheme: dark) {\
text { fill: #e6edf3 } rect[fill=\"#0969DA\"] { fill: #4493f8 } rect[fill=\"#8C959F\"] { fill: #768390 } }</style>";

const TITLE: &str = "<title>Megabytes of text a second by direction and converter</title>";

pub fn draw(rows: &[Row]) -> Result<String, String> {
    let lines = rows.len().div_ceil(COLUMNS);
    // A line of panels is as high as its longest panel.
    let bars = |row: &Row| row.figures.iter().flatten().count() as i32;
    let heights: Vec<i32> = rows
        .chunks(COLUMNS)
        .map(|line| HEAD + FOOT + BAR * line.iter().map(bars).max().unwrap_or(0))
        .collect();
    let size = (WIDTH as u32 * COLUMNS.min(rows.len()) as u32, heights.iter().sum::<i32>() as u32);
    let fastest = rows.iter().flat_map(|row| row.figures.iter().flatten()).map(|figure| figure.rate);
    let fastest = fastest.fold(1.0, f64::max);
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        for line in 0..lines {
            let top = heights[..line].iter().sum::<i32>();
            for (column, row) in rows[line * COLUMNS..].iter().take(COLUMNS).enumerate() {
                let panel = root.clone().shrink((column as i32 * WIDTH, top), (WIDTH, heights[line]));
                self::panel(&panel, row, fastest).map_err(|error| error.to_string())?;
            }
        }
        root.present().map_err(|error| error.to_string())?;
    }
    Ok(svg.replacen(">\n", &format!(" role=\"img\">\n{TITLE}{STYLE}\n"), 1))
}

fn panel(
    area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    row: &Row,
    fastest: f64,
) -> Result<(), Box<dyn std::error::Error>> {
    let font = |size| ("sans-serif", size).into_font().color(&TEXT);
    let right = font(14).pos(Pos::new(HPos::Right, VPos::Center));
    let left = font(14).pos(Pos::new(HPos::Left, VPos::Center));
    let heading = ("sans-serif", 17, FontStyle::Bold).into_font().color(&TEXT);
    area.draw(&Text::new(format!("{}, MB/s", row.direction.name()), (LEFT, 8), heading))?;
    let mut bars: Vec<_> =
        row.figures.iter().zip(Peer::ALL).filter_map(|(f, peer)| Some((peer, f.as_ref()?))).collect();
    bars.sort_by(|(_, one), (_, other)| other.rate.total_cmp(&one.rate));
    for (number, (peer, figure)) in bars.into_iter().enumerate() {
        let top = HEAD + number as i32 * BAR;
        let middle = top + BAR / 2 + 1;
        let end = LEFT + (f64::from(LONGEST) * figure.rate / fastest).ceil() as i32;
        let color = if peer == Peer::Zhnorm { OURS } else { THEIRS };
        area.draw(&Text::new(peer.name(), (LEFT - 5, middle), right.clone()))?;
        area.draw(&Rectangle::new([(LEFT, top + 1), (end, top + BAR - 1)], color.filled()))?;
        area.draw(&Text::new(format!("{:.0}", figure.rate), (end + 4, middle), left.clone()))?;
    }
    Ok(())
}
