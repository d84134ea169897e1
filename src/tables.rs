//! The compiled `dict/`, embedded, and the plan of each direction in it.

use std::sync::OnceLock;

use zhnorm_table::beside::Beside;
use zhnorm_table::features::class;
use zhnorm_table::model::Model;
use zhnorm_table::said::AllSaid;
use zhnorm_table::styles::Styles;
use zhnorm_table::uses::Uses;
use zhnorm_table::view::{Plan, Tables};

use crate::Direction;
use crate::simd::Set;

/// Cache lines start where the tables' sections do.
#[repr(C, align(64))]
struct Aligned<T: ?Sized>(T);

static TABLES: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/tables.bin")));

/// What is compiled beside the directions, in the order of `dict/targets`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Extra {
    /// Traditional text of any region to Simplified.
    Any2s,
    /// Words of other regions to the mainland's, in Simplified text.
    WordsSimplified,
    /// Words of other regions to Taiwan's, in Taiwan's Traditional text.
    WordsTaiwan,
    /// Words of other regions to Hong Kong's, in its Traditional text.
    WordsHongkong,
}

impl Extra {
    const NAMES: [&str; 4] = ["any2s", "words-s", "words-tw", "words-hk"];
}

const DIRECTIONS: usize = Direction::ALL.len();

/// The plan of a direction. The first use of each notes where its parts are;
/// nothing is built or copied.
pub(crate) fn plan(direction: Direction) -> &'static Plan<'static> {
    named(direction as usize, direction.name())
}

/// The plan of what is no direction.
pub(crate) fn extra(extra: Extra) -> &'static Plan<'static> {
    named(DIRECTIONS + extra as usize, Extra::NAMES[extra as usize])
}

fn named(index: usize, name: &str) -> &'static Plan<'static> {
    static PLANS: [OnceLock<Plan<'static>>; DIRECTIONS + Extra::NAMES.len()] =
        [const { OnceLock::new() }; DIRECTIONS + Extra::NAMES.len()];
    PLANS[index].get_or_init(|| {
        let plan = Tables::trusted(&TABLES.0).and_then(|tables| tables.plan(name));
        plan.unwrap_or_else(|| unreachable!("the build script compiled {name}"))
    })
}

static CONTEXT: &[u8] = include_bytes!("../models/context.bin");

/// The context model.
pub(crate) fn context_model() -> &'static Model<'static> {
    static MODEL: OnceLock<Model<'static>> = OnceLock::new();
    MODEL.get_or_init(|| Model::new(CONTEXT).unwrap_or_else(|| unreachable!("the trainer wrote the model")))
}

static SAID: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/said.bin"));

/// What the context model's candidates score by what the dictionary says.
pub(crate) fn said() -> AllSaid<'static> {
    AllSaid::new(SAID, context_model()).unwrap_or_else(|| unreachable!("the build script wrote it"))
}

static BESIDE: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/beside.bin")));

/// What the neighbours of ambiguous characters say.
#[inline]
pub(crate) fn beside() -> &'static Beside<'static> {
    static READ: OnceLock<Beside<'static>> = OnceLock::new();
    READ.get_or_init(|| Beside::new(&BESIDE.0).unwrap_or_else(|| unreachable!("the build script wrote it")))
}

/// The characters that are ambiguous: those of which the context model knows several
/// readings, or house style several forms.
pub(crate) static AMBIGUOUS: Set = Set::of_bits(include_bytes!(concat!(env!("OUT_DIR"), "/ambiguous.bin")));

/// The same, and those of Simplified text whose own conversion does not settle that a sentence
/// becomes Traditional.
pub(crate) static ASKED: Set = Set::of_bits(include_bytes!(concat!(env!("OUT_DIR"), "/asked.bin")));

/// What a character of the basic plane is in a window of the context model: see
/// [`zhnorm_table::features::code`].
#[inline]
pub(crate) fn context_code(c: u16) -> u16 {
    beside().code(c)
}

/// The same of any character.
#[inline]
pub(crate) fn window_code(c: char) -> u16 {
    u16::try_from(c as u32).map_or(class::OTHER, context_code)
}

/// The table of styles, as text.
pub(crate) static STYLES: &str = include_str!("../dict/zhnorm/styles.txt");

/// The built-in house style.
pub(crate) fn styles() -> &'static Styles {
    static BUILT_IN: Styles = Styles::embedded(include_bytes!(concat!(env!("OUT_DIR"), "/styles.bin")));
    &BUILT_IN
}

/// Which of its forms an author uses.
pub(crate) fn uses() -> &'static Uses {
    static USES: OnceLock<Uses> = OnceLock::new();
    USES.get_or_init(|| Uses::of(STYLES))
}

/// What a character may become, the first being what it becomes by itself: for
/// those that may become several. Lines of such characters, sorted.
static CHOICES: &str = include_str!(concat!(env!("OUT_DIR"), "/choices.txt"));

/// What a character may become, by the lexicon; nothing where it has no choice.
pub(crate) fn choices(c: char) -> impl Iterator<Item = char> {
    static LINES: OnceLock<Vec<&str>> = OnceLock::new();
    let lines = LINES.get_or_init(|| CHOICES.lines().collect());
    let found = lines.binary_search_by_key(&Some(c), |line| line.chars().next());
    found.into_iter().flat_map(|i| lines[i].chars().skip(1))
}

#[cfg(test)]
mod tests {
    use zhnorm_table::model::Entry;
    use zhnorm_table::said;

    use super::*;

    #[test]
    fn choices_are_those_of_the_lexicon() {
        assert_eq!(choices('后').collect::<String>(), "後后");
        assert_eq!(choices('乾').collect::<String>(), "干乾");
        assert_eq!(choices('國').count(), 0);
    }

    #[test]
    fn what_the_build_script_worked_out_is_what_model_and_style_say() {
        assert_eq!(SAID, said::write(context_model()));
        let styles = Styles::parse(STYLES, &[]).expect("well formed");
        assert_eq!(super::styles().bytes(), styles.bytes());
        let entries = context_model().entries();
        let is_ambiguous = |entry: &Entry<'_>| entry.candidates().len() > 1 || styles.has(entry.source);
        let ambiguous = Set::of(entries.filter(is_ambiguous).map(|entry| entry.source));
        assert!((0..=u16::MAX).all(|c| AMBIGUOUS.has(c) == ambiguous.has(c)));
        assert!(AMBIGUOUS.has('发' as u16) && !AMBIGUOUS.has('人' as u16));
    }

    #[test]
    fn the_embedded_tables_hold_every_direction_and_are_valid() {
        let tables = Tables::validated(&TABLES.0).expect("valid");
        let names: Vec<_> = tables.names().collect();
        assert_eq!(names, [&Direction::ALL.map(Direction::name)[..], &Extra::NAMES].concat());
    }
}
