//! Nextcloud's log (docs.nextcloud.com/server/latest/admin_manual/configuration_server/logging_configuration.html): JSON lines → entries.
//!
//! `level` is 0 (debug), 1 (info), 2 (warning), 3 (error), 4 (fatal); `exception.Trace` the stack.

use super::fields::{has_all, mean_value, word};
use super::shape::Shape;
use super::{Dialect, Head, Record, Score};
use crate::entry::{Entry, Severity};
use crate::ingest::value::Value;

/// See the module.
#[derive(Debug)]
pub(super) struct Nextcloud;

const SHAPE: Shape =
    Shape { time: &["time"], message: &["message"], service: &["app"], trace: &["reqId"], ..Shape::NONE };

impl Dialect for Nextcloud {
    fn id(&self) -> &'static str {
        "nextcloud"
    }

    fn title(&self) -> &'static str {
        "Nextcloud"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "Nextcloud fields (reqId, app, level)", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref().filter(|value| points(value) > 0) else { return 0 };
        let mut entry = SHAPE.entry(value, record);
        entry.written_severity = match word(value, &["level"]) {
            "0" => Some(Severity::Debug),
            "1" => Some(Severity::Info),
            "2" => Some(Severity::Warning),
            "3" => Some(Severity::Error),
            "4" => Some(Severity::Critical),
            _ => None,
        };
        emit(&entry);
        1
    }
}

/// The request id and the app are on every line.
fn points(value: &Value<'_>) -> u32 {
    if has_all(value, &["reqId", "app", "level", "message"]) { 98 } else { 0 }
}
