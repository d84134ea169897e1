//! zhnorm against OpenCC on generated text: every direction, the whole text at once and each of
//! its lines alone. `ZHNORM_SEED=N` generates other text.

mod minimise;
mod random;
mod special;
mod text;
mod words;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::LazyLock;

use opencc_rust::OpenCC;
use zhnorm::{Converter, Direction};
use zhnorm_peers::oracle;

use minimise::minimise;
use random::Random;
use text::Text;
use words::Words;

/// At most so many examples are shown for each text.
const EXAMPLES: usize = 10;

static SEED: LazyLock<u64> = LazyLock::new(|| match std::env::var("ZHNORM_SEED") {
    Ok(seed) => seed.parse().expect("ZHNORM_SEED should be a number"),
    Err(_) => 1,
});

static TEXTS: LazyLock<Vec<Text>> = LazyLock::new(|| text::all(&Words::read(), &mut Random::new(*SEED)));

struct Pair {
    ours: Converter,
    theirs: OpenCC,
}

impl Pair {
    fn new(direction: Direction) -> Self {
        Self { theirs: oracle(direction), ours: Converter::exact(direction) }
    }

    fn opencc(&self, input: &str) -> String {
        self.theirs.convert(input).expect("OpenCC converts any UTF-8 without NUL")
    }

    fn differ(&self, input: &str) -> bool {
        self.ours.convert(input) != self.opencc(input)
    }

    /// Smallest inputs, out of this text, on which the two differ.
    fn examples(&self, text: &str) -> (usize, BTreeSet<String>) {
        let different: Vec<&str> = text.split('\n').filter(|line| self.differ(line)).collect();
        // Lines from all over the text, as neighbours tend to differ for one reason.
        let step = different.len().div_ceil(EXAMPLES).max(1);
        let mut examples: BTreeSet<String> = different
            .iter()
            .step_by(step)
            .map(|line| minimise(line, |shorter| self.differ(shorter)))
            .collect();
        if examples.is_empty() && self.differ(text) {
            examples.insert(minimise(text, |shorter| self.differ(shorter)));
        }
        (different.len(), examples)
    }
}

fn check(name: &str) {
    let direction: Direction = name.parse().expect("a direction's name");
    let pair = Pair::new(direction);
    let mut report = String::new();
    for Text { name, text } in TEXTS.iter() {
        assert!(!text.contains('\0'), "OpenCC cannot take NUL");
        let (lines, examples) = pair.examples(text);
        if examples.is_empty() {
            continue;
        }
        writeln!(report, "{name}: {lines} lines differ alone, for example").unwrap();
        for input in examples {
            writeln!(
                report,
                "  {input:?} ({})\n    zhnorm {:?}\n    OpenCC {:?}",
                input.escape_unicode(),
                pair.ours.convert(&input),
                pair.opencc(&input),
            )
            .unwrap();
        }
    }
    assert!(report.is_empty(), "{} with ZHNORM_SEED={}:\n{report}", direction.name(), *SEED);
}

macro_rules! directions {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                check(stringify!($name));
            }
        )*

        #[test]
        fn no_direction_is_left_out() {
            let tested = BTreeSet::from([$(stringify!($name)),*]);
            let all: BTreeSet<&str> = Direction::ALL.into_iter().map(Direction::name).collect();
            assert_eq!(tested, all);
        }
    };
}

directions! {
    s2t t2s s2tw tw2s s2hk hk2s s2twp tw2sp s2hkp hk2sp t2tw tw2t t2hk hk2t t2jp jp2t
}
