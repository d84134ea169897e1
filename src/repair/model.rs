//! How well a text reads as Chinese, in bits. Knows the language model and which
//! Traditional character is which Simplified one, and no kind of damage.
//!
//! Ordinary text, Simplified or Traditional, costs 5 to 9 bits a character; text
//! decoded by a wrong encoding costs 14 and more.

use std::sync::OnceLock;

pub(crate) use zhnorm_table::language::{After, Context, OTHER, START};
use zhnorm_table::language::{BLANK, Model};

static BYTES: &[u8] = include_bytes!("../../models/language.bin");

fn model() -> &'static Model<'static> {
    static MODEL: OnceLock<Model<'static>> = OnceLock::new();
    let model = || Model::new(BYTES).unwrap_or_else(|| unreachable!("a test reads models/language.bin"));
    MODEL.get_or_init(model)
}

/// What stands for each character of the basic plane in the model: two bytes.
static SYMBOLS: &[u8; 2 << 16] = include_bytes!(concat!(env!("OUT_DIR"), "/symbols.bin"));

/// What stands for a character of either script in the model.
pub(crate) fn symbol(c: char) -> u16 {
    SYMBOLS.as_chunks().0.get(c as usize).map_or(OTHER, |symbol| u16::from_le_bytes(*symbol))
}

/// The context after one more symbol. A line begins anew.
pub(crate) fn then(context: Context, symbol: u16) -> Context {
    if symbol == BLANK { START } else { [context[1], symbol] }
}

/// What a symbol costs in a context, in bits.
pub(crate) fn cost(context: Context, symbol: u16) -> f32 {
    model().cost(context, symbol)
}

/// What any symbol costs in a context: for where many are tried.
pub(crate) fn after(context: Context) -> After<'static> {
    model().after(context)
}

/// What a text costs, in bits; divide by its characters to compare texts.
#[cfg_attr(not(test), allow(dead_code))] // for the repair of mojibake
pub(crate) fn bits(text: &str) -> f32 {
    let mut context = START;
    let mut bits = 0.0;
    for symbol in text.chars().map(symbol) {
        bits += cost(context, symbol);
        context = then(context, symbol);
    }
    bits
}

#[cfg(test)]
mod tests {
    use zhnorm_table::language;

    use super::*;

    #[test]
    fn both_scripts_have_the_same_symbols() {
        for (one, other) in [('國', '国'), ('国', '国'), ('A', 'z'), ('，', ',')] {
            assert_eq!(symbol(one), language::symbol(other), "{one}");
        }
        assert_eq!(symbol('\u{20000}'), OTHER);
    }

    fn each(text: &str) -> f32 {
        bits(text) / text.chars().count() as f32
    }

    #[test]
    fn both_scripts_read_as_chinese_and_wrong_decodings_do_not() {
        let simplified = "他们把修好的钟表一件件摆回柜台，等着主人来取。";
        let traditional = "他們把修好的鐘錶一件件擺回櫃檯，等著主人來取。";
        assert!(each(simplified) < 10.0, "{}", each(simplified));
        assert!(each(traditional) < 10.0, "{}", each(traditional));
        for wrong in ["浠栦滑鎶婁慨濂界殑閽熻〃", "斑膫沓脩", "隆邦邉訖吡擞窒", "鏈夐挶鐨勫"]
        {
            assert!(each(wrong) > 13.0, "{wrong} {}", each(wrong));
        }
    }

    #[test]
    fn the_manifest_is_of_this_model() {
        let manifest = include_str!("../../models/language.tsv");
        let field = |name: &str| {
            let line = manifest.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('\t'));
            line.and_then(|value| value.parse::<usize>().ok()).expect("a number")
        };
        assert!(Model::new(BYTES).is_some());
        assert_eq!(field("version"), language::VERSION as usize);
        assert_eq!(field("bytes"), BYTES.len());
        assert!(BYTES.len() <= 1_000_000);
        assert!(field("keys") * 3 < BYTES.len() && field("keys") > 100_000);
    }
}
