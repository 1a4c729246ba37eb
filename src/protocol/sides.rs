//! A comparison that the page wants: two sides of what is loaded, and which of them comes first.

use super::FileKey;
use crate::entry::Nanos;
use serde::{Deserialize, Serialize};

/// What is set against what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sides {
    /// Two files.
    Files(FileKey, FileKey),
    /// The two revisions of a change, by its place in [`super::FromWorker::Boundaries`].
    Revisions(u32),
    /// What lies before a span, and the span.
    Before([Nanos; 2]),
    /// What lies outside a span, and the span.
    Rest([Nanos; 2]),
}

/// A comparison that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Baseline and incident.
    pub sides: Sides,
    /// They change places.
    pub swapped: bool,
}
