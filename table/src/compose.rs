//! A chain compiled into a plan of one pass.
//!
//! What makes one pass possible:
//!
//! - Every group of dictionaries is equal to one dictionary in which the
//!   longest key wins ([`crate::chain::Dict::flatten`]).
//! - A key of the segmentation is a segment of its own, so its final output,
//!   through all stages, is known when the tables are made.
//! - Between two such keys most characters meet no longer key in any stage.
//!   Their final output too is known, one by one.
//! - The rest begins at one of few pairs of characters, the `starts`. From
//!   there the stages are run one by one until both stand at a boundary again.
//!
//! A chain that does not fit (three stages, rules for description operators,
//! …) is [`Unsupported`]: [`crate::chain`] runs it as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::Rare;
use crate::chain::{Chain, ChainSpec, has_prefix};
use crate::chars::{self, CharsRef, Outputs};
use crate::filter::{self, code};
use crate::ids;
use crate::layout::Blob;
use crate::trie::{self, TooLarge};
use crate::values;
use crate::view::{PlanRef, StageRef};

/// Why a chain cannot be compiled; it can still be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported(pub String);

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<TooLarge> for Unsupported {
    fn from(error: TooLarge) -> Self {
        Self(error.0.to_owned())
    }
}

type Rules = BTreeMap<String, String>;

/// Normalization must stay where one quick test finds it: the blocks of
/// compatibility ideographs and what shares their first two bytes.
pub fn is_compatibility(c: char) -> bool {
    matches!(c, '\u{f800}'..='\u{fbff}' | '\u{2f000}'..='\u{2ffff}')
}

/// Compiles a chain, both with rare characters and without.
///
/// # Errors
///
/// [`Unsupported`], where the chain must be run by [`crate::chain`] instead.
pub fn compile(spec: &ChainSpec, blob: &mut Blob) -> Result<PlanRef, Unsupported> {
    let both = [spec.resolve(Rare::Include), spec.resolve(Rare::Exclude)];
    let [chain, plain] = &both;
    if chain.stages.len() != plain.stages.len() || !(1..=2).contains(&chain.stages.len()) {
        return Err(Unsupported("a plan has one stage or two".to_owned()));
    }
    let normal = normalization(chain, blob)?;
    let segmentation = chain
        .segmentation
        .as_ref()
        .map_or_else(Rules::new, |d| d.flatten());
    let stages: Vec<Rules> = chain.stages.iter().map(|d| d.flatten()).collect();
    let excluded: Vec<Rules> = plain.stages.iter().map(|d| d.flatten()).collect();
    check(&segmentation, &stages)?;
    // Rare characters are a matter of the last stage's single outputs.
    let last = stages.len() - 1;
    if stages[..last] != excluded[..last] || phrases(&stages[last]) != phrases(&excluded[last]) {
        return Err(Unsupported(
            "rare phrases, or rare characters in an early stage".to_owned(),
        ));
    }

    // With no segmentation a single stage's keys end where a segment would.
    let single = chain.segmentation.is_none() && stages.len() == 1;
    let keys = if single {
        phrases(&stages[0])
    } else {
        segmentation.clone()
    };
    let outputs = char_outputs(&both, &stages);
    let chars = chars::write(&outputs, blob)?;
    let names: Vec<&str> = keys.keys().map(String::as_str).collect();
    let (trie, order) = trie::write(&names, blob)?;
    let values = order.iter().map(|key| {
        let value = chain.convert_segment(key);
        if value != plain.convert_segment(key) {
            return Err(Unsupported(format!("`{key}` has a rare output")));
        }
        Ok((value != untouched(key, &outputs)).then_some(value))
    });
    let values = values::write(&values.collect::<Result<Vec<_>, _>>()?, blob);

    let mut alive = phrases(&stages[0]);
    alive.retain(|key, _| !single && !has_prefix(&segmentation, key));
    let cascade = !alive.is_empty() || stages.len() == 2;
    let starts = if cascade {
        starts(&stages[0], &alive, stages.get(1))
    } else {
        BTreeSet::new()
    };
    let starts: Vec<(u16, u16)> = starts.into_iter().collect();
    let heads: Vec<_> = starts.iter().map(|pair| (*pair, 1)).collect();
    let stage_refs = if cascade {
        stage_refs(&stages, &excluded, &alive, blob)?
    } else {
        vec![]
    };

    let codes: Vec<Vec<u16>> = keys
        .keys()
        .map(|key| key.chars().map(code).collect())
        .collect();
    let late = stages.get(1).map(phrases).unwrap_or_default();
    // A late key's own ASCII may be followed by that of an early key.
    let ascii = ascii_lead(&keys).max(ascii_lead(&alive) + ascii_lead(&late));
    Ok(PlanRef {
        normal,
        chars,
        filter: filter::write(&codes, &starts, blob),
        trie,
        values,
        starts: blob.add(if cascade {
            trie::write_heads(&heads)
        } else {
            vec![]
        }),
        stages: stage_refs,
        ascii: ascii as u32,
    })
}

/// The most ASCII characters that a key begins with.
fn ascii_lead(rules: &Rules) -> usize {
    let lead = |key: &String| key.bytes().take_while(u8::is_ascii).count();
    rules.keys().map(lead).max().unwrap_or(0)
}

fn normalization(chain: &Chain, blob: &mut Blob) -> Result<Option<CharsRef>, Unsupported> {
    if chain.normalization.is_empty() {
        return Ok(None);
    }
    let [dict] = chain.normalization.as_slice() else {
        return Err(Unsupported("several normalization passes".to_owned()));
    };
    let mut outputs = BTreeMap::new();
    for (key, value) in dict.flatten() {
        match sole(&key) {
            Some(c) if is_compatibility(c) => outputs.insert(c, [value.clone(), value]),
            _ => {
                return Err(Unsupported(format!(
                    "`{key}` is no compatibility ideograph"
                )));
            }
        };
    }
    Ok(Some(chars::write(&outputs, blob)?))
}

/// What the plan's search relies on, of every key and value.
fn check(segmentation: &Rules, stages: &[Rules]) -> Result<(), Unsupported> {
    if let Some(key) = segmentation.keys().find(|key| sole(key).is_some()) {
        return Err(Unsupported(format!(
            "`{key}` is a segment of one character"
        )));
    }
    for (key, value) in stages.iter().flatten().chain(segmentation) {
        let odd = |c: char| c == '\0' || ids::arity(c) > 0;
        let fault = match () {
            () if key.chars().any(odd) => "holds a description operator or NUL",
            () if value.chars().any(odd) => "becomes a description operator or NUL",
            () if key.is_ascii() => "is ASCII throughout",
            () if value.is_empty() => "becomes nothing",
            () if key.chars().chain(value.chars()).any(is_compatibility) => {
                "holds a compatibility ideograph"
            }
            () => continue,
        };
        return Err(Unsupported(format!("`{key}` {fault}")));
    }
    Ok(())
}

/// The keys of two characters and more.
fn phrases(rules: &Rules) -> Rules {
    let longer = rules.iter().filter(|(key, _)| sole(key).is_none());
    longer.map(|(k, v)| (k.clone(), v.clone())).collect()
}

/// The character that a text is, if it is one.
fn sole(text: &str) -> Option<char> {
    let mut chars = text.chars();
    let c = chars.next()?;
    chars.next().is_none().then_some(c)
}

/// The final output of every character that any stage has a rule for.
fn char_outputs(both: &[Chain; 2], stages: &[Rules]) -> BTreeMap<char, Outputs> {
    let keys = stages
        .iter()
        .flat_map(|rules| rules.keys().filter_map(|key| sole(key)));
    let output = |c: char| {
        both.each_ref()
            .map(|chain| chain.convert_segment(&c.to_string()))
    };
    keys.map(|c| (c, output(c))).collect()
}

/// What the pass leaves of a key whose value is `None`: plain outputs for
/// characters of three bytes, all others as they are.
fn untouched(key: &str, outputs: &BTreeMap<char, Outputs>) -> String {
    let mut text = String::new();
    for c in key.chars() {
        let plain = outputs.get(&c).filter(|_| c.len_utf8() == 3);
        let plain = plain.filter(|[a, b]| a == b).and_then(|[a, _]| sole(a));
        text.push(plain.filter(|o| o.len_utf8() == 3).unwrap_or(c));
    }
    text
}

/// The tables that run the stages one by one between the keys.
fn stage_refs(
    stages: &[Rules],
    excluded: &[Rules],
    alive: &Rules,
    blob: &mut Blob,
) -> Result<Vec<StageRef>, Unsupported> {
    let mut refs = Vec::new();
    for (i, (rules, plain)) in stages.iter().zip(excluded).enumerate() {
        let longer = if i == 0 {
            alive.clone()
        } else {
            phrases(rules)
        };
        let outputs = rules.iter().filter_map(|(key, value)| {
            let without = plain.get(key).unwrap_or(key);
            Some((sole(key)?, [value.clone(), without.clone()]))
        });
        let names: Vec<&str> = longer.keys().map(String::as_str).collect();
        let (trie, order) = trie::write(&names, blob)?;
        let values = order
            .iter()
            .map(|key| Some(&longer[key]).filter(|v| *v != key).cloned());
        refs.push(StageRef {
            chars: chars::write(&outputs.collect(), blob)?,
            trie,
            values: values::write(&values.collect::<Vec<_>>(), blob),
        });
    }
    Ok(refs)
}

/// Every pair of characters at which a rule of more than one character may
/// begin between the keys, in either stage; a few more do no harm.
///
/// The first stage's own keys are plain. A key of the second stage begins
/// somewhere in the output of one first-stage token. If that token has several
/// characters, the pass is already looking. If it has one, the key goes on in
/// the output of the next token, whose first character is then known.
fn starts(first: &Rules, alive: &Rules, second: Option<&Rules>) -> BTreeSet<(u16, u16)> {
    let mut pairs: BTreeSet<(u16, u16)> = BTreeSet::new();
    pairs.extend(
        alive
            .keys()
            .filter_map(|key| trie::head(key))
            .map(|(pair, _)| pair),
    );
    let late = second.map(phrases).unwrap_or_default();
    // Which characters' output begins with a character, and which have several.
    let mut begins: BTreeMap<char, Vec<char>> = BTreeMap::new();
    let mut several: Vec<(char, &str)> = Vec::new();
    for (key, value) in first
        .iter()
        .filter(|(key, _)| sole(key).is_some() || alive.contains_key(*key))
    {
        let (Some(source), Some(output)) = (key.chars().next(), value.chars().next()) else {
            continue;
        };
        begins.entry(output).or_default().push(source);
        if sole(key).is_some() && sole(value).is_none() {
            several.push((source, value));
        }
    }
    let sources = |output: char| {
        let own = (!first.contains_key(output.encode_utf8(&mut [0; 4]) as &str)).then_some(output);
        let others = begins.get(&output).into_iter().flatten().copied();
        others.chain(own).collect::<Vec<_>>()
    };
    let mut add = |froms: &[char], next: char| {
        for to in sources(next) {
            pairs.extend(froms.iter().map(|from| (code(*from), code(to))));
        }
    };
    for key in late.keys() {
        let mut chars = key.chars();
        if let (Some(a), Some(b)) = (chars.next(), chars.next()) {
            add(&sources(a), b);
        }
        for (from, output) in &several {
            let ends = output.char_indices().map(|(at, _)| &output[at..]);
            for rest in ends.filter_map(|end| key.strip_prefix(end)) {
                if let Some(next) = rest.chars().next() {
                    add(&[*from], next);
                }
            }
        }
    }
    pairs
}
