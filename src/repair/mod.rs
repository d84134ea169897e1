//! Damage found and undone, before anything else looks at a text.

pub(crate) mod model;
