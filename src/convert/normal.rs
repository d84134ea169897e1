//! Compatibility ideographs unified before all else, as a plan says. Knows nothing of
//! what follows.

use zhnorm_table::view::Plan;
use zhnorm_table::{Rare, ids};

use crate::simd::{self, Level};

/// Bytes that are copied together where nothing in them needs care.
const PIECE: usize = 256;

/// A text with its compatibility ideographs unified, if there are any.
pub(super) fn normalized(plan: &Plan<'_>, rare: Rare, text: &str) -> Option<String> {
    let (chars, level) = (plan.normal?, Level::detect());
    if !simd::has_compatibility(level, text.as_bytes()) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, _) = rest.split_at(rest.floor_char_boundary(PIECE));
        if !may_hold_operator(piece.as_bytes()) && !simd::has_compatibility(level, piece.as_bytes()) {
            out.push_str(piece);
            rest = &rest[piece.len()..];
            continue;
        }
        // A description sequence may reach beyond the piece. Nothing in it changes.
        let behind = rest.len() - piece.len();
        while let Some(c) = rest.chars().next().filter(|_| rest.len() > behind) {
            let unit = ids::sequence_len(rest).unwrap_or(c.len_utf8());
            let mut buffer = [0; 4];
            match chars.get(c, rare, &mut buffer).and_then(|o| std::str::from_utf8(o).ok()) {
                Some(output) => out.push_str(output),
                None => out.push_str(&rest[..unit]),
            }
            rest = &rest[unit..];
        }
    }
    (out != text).then_some(out)
}

/// Whether a description operator may be in UTF-8 bytes: all are of U+2FC0 to U+2FFF or
/// U+31C0 to U+31FF. (A loop that does not stop is one over many bytes at a time.)
fn may_hold_operator(bytes: &[u8]) -> bool {
    let pairs = bytes.iter().zip(bytes.iter().skip(1));
    pairs.fold(false, |found, pair| found | matches!(pair, (0xe2, 0xbf) | (0xe3, 0x87)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Direction, tables};

    #[test]
    fn by_pieces_is_character_by_character() {
        let plan = tables::plan(Direction::T2s);
        let chars = plan.normal.expect("OpenCC normalizes first");
        let some = ["漢", "\u{f900}", "\u{2f800}", "⿰", "\u{31ef}", "，", "a", "\u{fb01}", "é", "𠮷"];
        let mut state = 7_usize;
        let mut next = |most: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % most
        };
        for rarity in [3, 30, 300] {
            for _ in 0..300 {
                let part = |_| if next(rarity) == 0 { some[next(some.len())] } else { "字" };
                let text: String = (0..400).map(part).collect();
                let (mut wanted, mut rest) = (String::new(), text.as_str());
                while let Some(c) = rest.chars().next() {
                    let len = ids::sequence_len(rest).unwrap_or(c.len_utf8());
                    let mut buffer = [0; 4];
                    let output = chars.get(c, Rare::Include, &mut buffer);
                    wanted += output.map_or(&rest[..len], |o| std::str::from_utf8(o).expect("UTF-8"));
                    rest = &rest[len..];
                }
                let normal = normalized(plan, Rare::Include, &text);
                assert_eq!(normal.unwrap_or(text), wanted);
            }
        }
    }
}
