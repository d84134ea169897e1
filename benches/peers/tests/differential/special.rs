use crate::random::Random;
use crate::words::Words;

/// Adds something that no dictionary holds, or that a converter must not look into.
pub fn special(words: &Words, random: &mut Random, text: &mut String) {
    match random.below(12) {
        0 => text.push_str(random.pick(&["a", "OpenCC 1.4", "<b>", "&amp;", "-", " ", "{}", "\t"])),
        1 => text.push_str(random.pick(&["，", "。", "「", "』", "……", "—", "·", "〇", "々"])),
        2 => text.push(random.char_in(0x3000, 0x30ff)),
        3 => text.push(random.char_in(0xff00, 0xffef)),
        4 => text.push(random.char_in(0xf900, 0xfaff)),
        5 => text.push(random.char_in(0x2f800, 0x2fa1f)),
        6 => text.push(random.char_in(0x20000, 0x323af)),
        7 => {
            text.push(words.char(random));
            text.push(if random.one_in(2) {
                random.char_in(0xfe00, 0xfe0f)
            } else {
                random.char_in(0xe0100, 0xe01ef)
            });
        }
        8 => text.push_str(random.pick(&["😀", "👩‍👩‍👧", "🇹🇼", "❤️", "👍🏽", "1️⃣", "\u{200d}"])),
        9 => text.push_str(random.pick(&["\n", "\r\n", "\r", "\u{2028}", "\u{feff}", "\u{1}"])),
        10 => text.push(random.char_in(1, 0x10ffff)),
        _ => {
            let from = text.len();
            description(words, random, text, 3);
            if random.one_in(3) {
                // Most beginnings of a sequence are incomplete.
                let keep = random.below(text[from..].chars().count());
                let kept: String = text[from..].chars().take(keep).collect();
                text.truncate(from);
                text.push_str(&kept);
            }
        }
    }
}

/// An ideographic description sequence, now and then deeper or longer than OpenCC accepts.
fn description(words: &Words, random: &mut Random, text: &mut String, depth: usize) {
    if random.one_in(10) {
        let levels = 1 + random.below(70);
        text.extend((0..levels).map(|_| random.char_in(0x2ff0, 0x2fff)));
        text.extend((0..levels + random.below(levels + 2)).map(|_| words.char(random)));
        return;
    }
    let operator = random.char_in(0x2ff0, 0x2fff);
    // U+31EF describes too, but OpenCC does not know it.
    let written = if random.one_in(20) { '㇯' } else { operator };
    text.push(written);
    let operands = match operator {
        '⿲' | '⿳' => 3,
        '⿾' | '⿿' => 1,
        _ => 2,
    };
    for _ in 0..operands {
        match random.below(8) {
            0..=1 if depth > 0 => description(words, random, text, depth - 1),
            2 => text.push(random.char_in(0xf900, 0xfaff)),
            3 => text.push_str(words.word(random)),
            4 => text.push(random.char_in(0x20, 0x7e)),
            _ => text.push(words.char(random)),
        }
    }
}
