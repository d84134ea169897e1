//! The stages one by one, from a place where a rule of several characters may
//! begin to the next place where no rule reaches across.
//!
//! Used where no key of the segmentation stands, so rules may reach up to the
//! next such key and no further. Text is pulled through the first stage only as
//! far as the second looks ahead: a few characters in nearly all cases.

use zhnorm_table::Rare;
use zhnorm_table::ids;
use zhnorm_table::trie::head;
use zhnorm_table::view::{Plan, Stage};

pub(crate) struct Cascade<'p> {
    plan: &'p Plan<'p>,
    first: &'p Stage<'p>,
    second: Option<&'p Stage<'p>>,
    rare: Rare,
    /// The first stage's output, and where its tokens end there and in the text.
    middle: String,
    edges: Vec<(usize, usize)>,
    output: Vec<u8>,
}

/// How far the text has been pulled through the first stage.
struct Source<'t> {
    text: &'t str,
    at: usize,
    /// Where the segment ends: the text, or the next key of the segmentation.
    end: usize,
}

impl<'p> Cascade<'p> {
    pub(crate) fn new(plan: &'p Plan<'p>, rare: Rare) -> Self {
        let Some((first, second)) = &plan.stages else {
            unreachable!("a plan with open texts has stages");
        };
        let (middle, edges, output) = Default::default();
        Self { plan, first, second: second.as_ref(), rare, middle, edges, output }
    }

    /// Converts from `from`, where no key of the segmentation stands, to the
    /// next boundary of all stages: how many bytes, and into what.
    pub(crate) fn run(&mut self, text: &str, from: usize) -> (usize, &[u8]) {
        self.middle.clear();
        self.edges.clear();
        self.output.clear();
        let mut source = Source { text, at: from, end: text.len() };
        let mut done = 0;
        let mut edges = 0;
        loop {
            done = match self.second {
                Some(stage) => self.second_token(stage, done, &mut source),
                None => self.pass_on(done, &mut source),
            };
            while edges < self.edges.len() && self.edges[edges].0 < done {
                edges += 1;
            }
            // Both stages end a token here, or the segment is used up.
            match self.edges.get(edges) {
                Some((middle, at)) if *middle == done => return (at - from, &self.output),
                Some(_) => {}
                None => return (source.at - from, &self.output),
            }
        }
    }

    /// With one stage its tokens are the output.
    fn pass_on(&mut self, done: usize, source: &mut Source<'_>) -> usize {
        self.pull(source);
        self.output.extend_from_slice(&self.middle.as_bytes()[done..]);
        self.middle.len()
    }

    /// One token of the second stage, from `done` in the first one's output.
    fn second_token(&mut self, stage: &'p Stage<'p>, done: usize, source: &mut Source<'_>) -> usize {
        while self.middle[done..].chars().nth(1).is_none() && self.pull(source) {}
        if let Some(((a, b), len)) = head(&self.middle[done..])
            && let Some(bucket) = stage.keys.trie.bucket(a, b)
        {
            let longest = stage.keys.trie.longest_key(bucket, len);
            while self.middle.len() < done + longest && self.pull(source) {}
            let rest = &self.middle[done..];
            if let Some((id, len)) = stage.keys.trie.longest(bucket, rest.as_bytes(), len) {
                let value = stage.keys.values.get(id).unwrap_or(&rest.as_bytes()[..len]);
                self.output.extend_from_slice(value);
                return done + len;
            }
        }
        let Some(c) = self.middle[done..].chars().next() else {
            return done;
        };
        if ids::arity(c) > 0 {
            // A sequence of the longest kind ends within this.
            while self.middle[done..].chars().nth(64).is_none() && self.pull(source) {}
        }
        let rest = &self.middle[done..];
        let len = ids::sequence_len(rest).unwrap_or(c.len_utf8());
        let mut buffer = [0; 4];
        let output = stage.chars.get(c, self.rare, &mut buffer);
        self.output.extend_from_slice(output.unwrap_or(&rest.as_bytes()[..len]));
        done + len
    }

    /// Takes one token of the first stage; false where the segment has ended.
    fn pull(&mut self, source: &mut Source<'_>) -> bool {
        if source.at == source.end {
            return false;
        }
        let rest = &source.text[source.at..source.end];
        let mut found = self.first.keys.trie.longest_at(rest);
        if let Some((_, len)) = found {
            let inner = rest[..len].char_indices().skip(1);
            let key = inner.map(|(i, _)| source.at + i).find(|i| self.is_key(source.text, *i));
            if let Some(key) = key {
                source.end = key;
                found = self.first.keys.trie.longest_at(&source.text[source.at..key]);
            }
        }
        let rest = &source.text[source.at..source.end];
        let len = if let Some((id, len)) = found {
            let value = self.first.keys.values.get(id).and_then(|v| std::str::from_utf8(v).ok());
            self.middle.push_str(value.unwrap_or(&rest[..len]));
            len
        } else {
            let c = rest.chars().next().unwrap_or_default();
            let mut buffer = [0; 4];
            let output = self.first.chars.get(c, self.rare, &mut buffer);
            let output = output.and_then(|o| std::str::from_utf8(o).ok());
            let len = ids::sequence_len(rest).unwrap_or(c.len_utf8());
            self.middle.push_str(output.unwrap_or(&rest[..len]));
            len
        };
        source.at += len;
        self.edges.push((self.middle.len(), source.at));
        if source.at < source.end && self.is_key(source.text, source.at) {
            source.end = source.at;
        }
        true
    }

    /// Whether a key of the segmentation starts at `at`.
    fn is_key(&self, text: &str, at: usize) -> bool {
        self.plan.keys.trie.longest_at(&text[at..]).is_some()
    }
}
