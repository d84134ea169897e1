//! From dictionary text to table bytes to a zero-copy view.
//!
//! The same compiler serves two callers: zhnorm's build script, which compiles
//! the whole `dict/` folder into the library, and a user's configuration file,
//! which is compiled when it is loaded. This crate does no I/O, depends on
//! nothing, and knows nothing of files, scripts or commands.
//!
//! Read in this order:
//!
//! 1. [`lexicon`]: one dictionary file, parsed and checked.
//! 2. [`chain`]: OpenCC's algorithm over such dictionaries, slow and obvious.
//!    It is the definition of every exact conversion.
//! 3. [`directions`]: the text format in which `dict/directions` defines each
//!    exact conversion, and the tables derived from other tables.
//! 4. [`compose`]: a chain compiled into one pass: what each character becomes,
//!    and which keys are a segment with which final output; [`between`]: what
//!    else is longer than a character, and which few places need the stages one
//!    by one.
//! 5. [`chars`], [`trie`], [`values`], [`filter`]: the parts of a compiled
//!    plan, each with its builder, its byte format and its reader.
//! 6. [`layout`] and [`view`]: the container of all plans.
//! 7. [`features`] and [`model`]: the context model, and what it looks at; [`said`] and
//!    [`beside`]: what is looked at first, worked out beforehand.
//! 8. [`styles`] and [`uses`]: house style, and which one an author has.
//! 9. [`language`]: another table of its own, the language model that repairs use.

pub mod beside;
pub mod between;
pub mod chain;
pub mod chars;
pub mod compose;
pub mod directions;
pub mod evidence;
pub mod features;
pub mod filter;
pub mod ids;
pub mod language;
pub mod layout;
pub mod lexicon;
pub mod model;
pub mod said;
pub mod styles;
pub mod trie;
pub mod uses;
pub mod values;
pub mod view;

/// Whether rules whose output few fonts can show are used: OpenCC's
/// tofu-risk switch (`may_output_tofu`, OpenCC 1.4.2 `src/Config.cpp`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rare {
    /// Use them, as OpenCC's library does by default.
    Include,
    /// Leave such characters as they are, as OpenCC's command does by default.
    Exclude,
}
