//! Damage found and undone, before anything else looks at a text.

#[cfg(feature = "repair")]
pub(crate) mod debris;
#[cfg(feature = "repair")]
pub(crate) mod entity;
pub(crate) mod model;
#[cfg(feature = "repair")]
pub(crate) mod mojibake;
