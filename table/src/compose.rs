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
//! - The rest begins with one of few texts ([`crate::between`]), and of most of
//!   these too the final output is known. From the others the stages are run
//!   one by one until both stand at a boundary again.
//!
//! A chain that does not fit (three stages, rules for description operators,
//! …) is [`Unsupported`]: [`crate::chain`] runs it as it is.

use std::collections::BTreeMap;
use std::fmt;

use crate::Rare;
use crate::between::{Between, Rules, sole};
use crate::chain::{Chain, ChainSpec, has_prefix};
use crate::chars::{self, CharsRef, Outputs, Said};
use crate::filter::{self, code};
use crate::ids;
use crate::layout::Blob;
use crate::trie::{self, TooLarge};
use crate::values;
use crate::view::{KeysRef, LazyRef, PlanRef, StageRef};

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
    let (normal, unnormalized) = normalization(chain, blob)?;
    let segmentation = chain.segmentation.as_ref().map_or_else(Rules::new, |d| d.flatten());
    let stages: Vec<Rules> = chain.stages.iter().map(|d| d.flatten()).collect();
    let excluded: Vec<Rules> = plain.stages.iter().map(|d| d.flatten()).collect();
    check(&segmentation, &stages)?;
    // Rare characters are a matter of the last stage's single outputs.
    let last = stages.len() - 1;
    if stages[..last] != excluded[..last] || phrases(&stages[last]) != phrases(&excluded[last]) {
        return Err(Unsupported("rare phrases, or rare characters in an early stage".to_owned()));
    }

    // With no segmentation a single stage's keys end where a segment would.
    let single = chain.segmentation.is_none() && stages.len() == 1;
    let keys = if single { phrases(&stages[0]) } else { segmentation.clone() };
    let outputs = char_outputs(&both, &stages);
    let known = |key: &String| {
        let value = chain.convert_segment(key);
        (value == plain.convert_segment(key)).then(|| (value != untouched(key, &outputs)).then_some(value))
    };
    let (keys_ref, written) = write_keys(keys.keys(), blob, |key| {
        known(key).ok_or_else(|| Unsupported(format!("`{key}` has a rare output")))
    })?;

    let mut alive = phrases(&stages[0]);
    alive.retain(|key, _| !single && !has_prefix(&segmentation, key));
    let late = stages.get(1).map(phrases).unwrap_or_default();
    let runs_stages = !alive.is_empty() || stages.len() == 2;
    let sources = Between { segmentation: &segmentation, first: &stages[0], alive: &alive, late: &late };
    let between = if runs_stages { sources.texts() } else { BTreeMap::new() };
    let stage_refs = if runs_stages { stage_refs(&stages, &excluded, &alive, blob)? } else { Vec::new() };
    let (between_ref, order) = write_keys(between.keys(), blob, |text| {
        let closed = Some(text).filter(|text| between[*text]);
        // An empty value sends the search to the stages.
        Ok(closed.and_then(known).unwrap_or_else(|| Some(String::new())))
    })?;
    let enterable: Vec<bool> = order.iter().map(|(text, _)| sources.is_enterable(text)).collect();

    let codes = |key: &String| -> Vec<u16> { key.chars().map(code).collect() };
    let key_codes: Vec<Vec<u16>> = keys.keys().map(codes).collect();
    let all: Vec<Vec<u16>> = key_codes.iter().cloned().chain(between.keys().map(codes)).collect();
    let entered = std::iter::repeat_n(&false, written.len()).chain(&enterable);
    let each = || written.iter().chain(&order).zip(entered.clone());
    let changing = each().filter(|((_, value), entered)| value.is_some() || **entered);
    let changing: Vec<Vec<u16>> = changing.map(|((key, _), _)| codes(key)).collect();
    let keeping = each().filter(|((_, value), _)| value.is_none());
    let keeping: Vec<Vec<u16>> = keeping.map(|((key, _), _)| codes(key)).collect();
    let lazy = (keeping.len() > changing.len()).then(|| LazyRef {
        changes: filter::write(&changing, blob),
        keeps: filter::write(&keeping, blob),
        beside: filter::write_neighbours(&all, blob),
        reach: keeping.iter().map(Vec::len).max().unwrap_or(0) as u32,
    });
    // Who looks for what changes nothing, too, does without classes.
    let looked_for = if lazy.is_some() { &changing } else { &all };
    let said = Said { looked_for, keys: &key_codes, unnormalized: &unnormalized };
    // A late key's own ASCII may be followed by that of an early key.
    let ascii = ascii_lead(&keys).max(ascii_lead(&alive) + ascii_lead(&late));
    Ok(PlanRef {
        normal,
        chars: chars::write(&outputs, Some(said), blob)?,
        filter: filter::write(&all, blob),
        lazy,
        keys: keys_ref,
        between: between_ref,
        enterable: values::write_bits(&enterable, blob),
        stages: stage_refs,
        ascii: ascii as u32,
    })
}

/// A key and its value, `None` where that is what its characters become.
type Written = (String, Option<String>);

/// Writes keys and what `value` says of each; also gives both in order.
fn write_keys<'k>(
    keys: impl Iterator<Item = &'k String>,
    blob: &mut Blob,
    value: impl Fn(&String) -> Result<Option<String>, Unsupported>,
) -> Result<(KeysRef, Vec<Written>), Unsupported> {
    let names: Vec<&str> = keys.map(String::as_str).collect();
    let (trie, order) = trie::write(&names, blob)?;
    let values = order.iter().map(value).collect::<Result<Vec<_>, _>>()?;
    let written = values::write(&values, blob);
    Ok((KeysRef { trie, values: written }, order.into_iter().zip(values).collect()))
}

/// The most ASCII characters that a key begins with.
fn ascii_lead(rules: &Rules) -> usize {
    let lead = |key: &String| key.bytes().take_while(u8::is_ascii).count();
    rules.keys().map(lead).max().unwrap_or(0)
}

/// The normalization, and what it changes.
fn normalization(chain: &Chain, blob: &mut Blob) -> Result<(Option<CharsRef>, Vec<char>), Unsupported> {
    if chain.normalization.is_empty() {
        return Ok((None, Vec::new()));
    }
    let [dict] = chain.normalization.as_slice() else {
        return Err(Unsupported("several normalization passes".to_owned()));
    };
    let mut outputs = BTreeMap::new();
    for (key, value) in dict.flatten() {
        match sole(&key) {
            Some(c) if is_compatibility(c) => outputs.insert(c, [value.clone(), value]),
            _ => {
                return Err(Unsupported(format!("`{key}` is no compatibility ideograph")));
            }
        };
    }
    let chars = chars::write(&outputs, None, blob)?;
    Ok((Some(chars), outputs.into_keys().collect()))
}

/// What the plan's search relies on, of every key and value.
fn check(segmentation: &Rules, stages: &[Rules]) -> Result<(), Unsupported> {
    if let Some(key) = segmentation.keys().find(|key| sole(key).is_some()) {
        return Err(Unsupported(format!("`{key}` is a segment of one character")));
    }
    for (key, value) in stages.iter().flatten().chain(segmentation) {
        let odd = |c: char| c == '\0' || ids::arity(c) > 0;
        let fault = match () {
            () if key.chars().any(odd) => "holds a description operator or NUL",
            () if value.chars().any(odd) => "becomes a description operator or NUL",
            () if key.is_ascii() => "is ASCII throughout",
            () if value.is_empty() => "becomes nothing",
            () if key.chars().chain(value.chars()).any(is_compatibility) => "holds a compatibility ideograph",
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

/// The final output of every character that any stage has a rule for.
fn char_outputs(both: &[Chain; 2], stages: &[Rules]) -> BTreeMap<char, Outputs> {
    let keys = stages.iter().flat_map(|rules| rules.keys().filter_map(|key| sole(key)));
    let output = |c: char| both.each_ref().map(|chain| chain.convert_segment(&c.to_string()));
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
        let longer = if i == 0 { alive.clone() } else { phrases(rules) };
        let outputs = rules.iter().filter_map(|(key, value)| {
            let without = plain.get(key).unwrap_or(key);
            Some((sole(key)?, [value.clone(), without.clone()]))
        });
        let (keys, _) =
            write_keys(longer.keys(), blob, |key| Ok(Some(&longer[key]).filter(|v| *v != key).cloned()))?;
        refs.push(StageRef { chars: chars::write(&outputs.collect(), None, blob)?, keys });
    }
    Ok(refs)
}
