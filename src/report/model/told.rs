//! One entry on its way into an export of entries. Not redacted.

use crate::entry::{Nanos, Severity};

/// An entry with what a table of entries shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Row number in time order over all files.
    pub row: u32,
    /// Its time.
    pub time: Option<Nanos>,
    /// Its effective severity.
    pub severity: Severity,
    /// Service, function, job.
    pub service: String,
    /// Revision.
    pub revision: String,
    /// Instance.
    pub instance: String,
    /// Log.
    pub log: String,
    /// Status of its request.
    pub status: Option<u16>,
    /// The message with its detail.
    pub message: String,
    /// The record as it stands in its file, or empty.
    pub record: String,
    /// Whether the message is that of another entry of the same kind, since its file is not at hand.
    pub is_sample: bool,
}
