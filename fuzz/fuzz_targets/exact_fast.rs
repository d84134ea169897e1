//! The fast path of every direction against the slow one. The first byte
//! chooses the direction; the others are text, or numbers of pieces of text.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use zhnorm::{Converter, Direction, Rare};
use zhnorm_table::chain::Chain;

#[path = "../../tests/common/mod.rs"]
mod common;
#[path = "../../tests/common/pieces.rs"]
mod pieces;

static PIECES: LazyLock<pieces::Pieces> = LazyLock::new(|| pieces::Pieces::new(&common::lexicons()));

static CHAINS: LazyLock<Vec<[Chain; 2]>> = LazyLock::new(|| {
    let chains = common::chains().into_iter();
    chains.map(|(_, spec)| [Rare::Include, Rare::Exclude].map(|rare| spec.resolve(rare))).collect()
});

fuzz_target!(|data: &[u8]| {
    let Some((choice, rest)) = data.split_first() else {
        return;
    };
    let direction = Direction::ALL[(choice & 15) as usize];
    let rare = if choice & 16 == 0 { Rare::Include } else { Rare::Exclude };
    let text = if choice & 32 == 0 {
        let numbers: Vec<u32> = rest.as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b)).collect();
        PIECES.text(&numbers)
    } else {
        String::from_utf8_lossy(rest).into_owned()
    };
    let slow = CHAINS[direction as usize][usize::from(rare == Rare::Exclude)].convert(&text);
    let fast = Converter::exact(direction).rare(rare).convert(&text);
    assert!(fast == slow, "{direction} {rare:?}: {text:?} gives {fast:?}, not {slow:?}");
});
