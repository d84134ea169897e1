//! Any bytes as tables: refused, or every plan in them can be read. The input
//! is laid over real tables, so that it gets past the first bytes.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use zhnorm_table::chain::{ChainSpec, Leaf, Spec, SpecKind};
use zhnorm_table::compose;
use zhnorm_table::layout::Blob;
use zhnorm_table::lexicon::Lexicon;
use zhnorm_table::view::{Tables, finish};

static TABLES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let spec = |pairs: &[(&str, &str)]| Spec {
        kind: SpecKind::Leaf(Leaf::new(&Lexicon::from_pairs(pairs.iter().copied())).into()),
        rare: false,
    };
    let chain = ChainSpec {
        segmentation: Some(spec(&[("甲乙", "甲乙"), ("甲乙丙", "丁")])),
        stages: vec![spec(&[("甲乙", "乙"), ("丙", "丁丁")]), spec(&[("丁丁甲", "戊")])],
        ..ChainSpec::default()
    };
    let mut blob = Blob::default();
    let plan = compose::compile(&chain, &mut blob).expect("supported");
    finish(&[("small", plan)], blob)
});

fuzz_target!(|edits: Vec<(u32, u8)>| {
    let mut bytes = TABLES.clone();
    for (at, byte) in edits {
        let at = at as usize % bytes.len();
        bytes[at] = byte;
    }
    let Some(tables) = Tables::validated(&bytes) else {
        return;
    };
    for name in tables.names() {
        let plan = tables.plan(name).expect("validated");
        for keys in [plan.keys, plan.between] {
            for text in ["甲乙丙", "丁丁甲", "丙"] {
                if let Some((id, len)) = keys.trie.longest_at(text) {
                    assert!(text.is_char_boundary(len));
                    let _ = keys.values.get(id);
                }
            }
        }
    }
});
