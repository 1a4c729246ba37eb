//! Stands in.
use super::{Effective, Entry, Origin, Severity};
/// Stands in.
pub fn effective(entry: &Entry<'_>) -> Effective {
    match entry.written_severity {
        Some(severity) => Effective { severity, origin: Origin::Field },
        None => Effective { severity: Severity::Default, origin: Origin::None },
    }
}
