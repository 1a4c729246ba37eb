//! systemd's journal as `journalctl -o json` prints it (systemd.io/JOURNAL_EXPORT_FORMATS): JSON lines → entries.
//!
//! `__REALTIME_TIMESTAMP` is microseconds as text, `PRIORITY` syslog's 0–7, `MESSAGE` a text or a list of bytes.

use super::fields::{has_any, mean_value, syslog_level, word};
use super::shape::Shape;
use super::{Dialect, Head, Record, Score};
use crate::entry::Entry;
use crate::ingest::value::Value;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Journald;

const SHAPE: Shape = Shape {
    time: &["_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP"],
    message: &["MESSAGE"],
    // What systemd says of a unit is of that unit, and not of systemd's own.
    service: &["UNIT", "_SYSTEMD_UNIT", "SYSLOG_IDENTIFIER", "_COMM"],
    instance: &["_HOSTNAME"],
    log: &["SYSLOG_IDENTIFIER", "_COMM"],
    container: &["CONTAINER_NAME"],
    id: &["__CURSOR"],
    ..Shape::NONE
};

impl Dialect for Journald {
    fn id(&self) -> &'static str {
        "journald"
    }

    fn title(&self) -> &'static str {
        "systemd journal"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "journal fields (__REALTIME_TIMESTAMP, MESSAGE)", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref().filter(|value| points(value) > 0) else { return 0 };
        let mut entry = SHAPE.entry(value, record);
        entry.written_severity = value.get("PRIORITY").and_then(syslog_level);
        // The manager tells of a unit; where no field says of which one, the message does.
        if matches!(word(value, &["_SYSTEMD_UNIT"]), "init.scope" | "")
            && word(value, &["UNIT"]).is_empty()
            && word(value, &["SYSLOG_IDENTIFIER"]) == "systemd"
            && let Some(unit) = unit(word(value, &["MESSAGE"]))
        {
            entry.source.service = Cow::Borrowed(unit);
        }
        // What a unit prints gets the level of the stream, whatever it says.
        entry.severity_of_stream = word(value, &["_TRANSPORT"]) == "stdout";
        emit(&entry);
        1
    }
}

/// The unit that a message of the manager is about: `x.service: …`, `Failed to start x.service - …`.
fn unit(message: &str) -> Option<&str> {
    let is_unit = |word: &&str| word.strip_suffix(".service").is_some_and(|name| !name.is_empty());
    let mut words = message.split_whitespace().map(|word| word.trim_end_matches(['.', ':', ','])).take(4);
    words.find(is_unit)
}

/// Keys with two underscores are addresses of the journal.
fn points(value: &Value<'_>) -> u32 {
    if has_any(value, &["__REALTIME_TIMESTAMP", "__CURSOR"]) { 100 } else { 0 }
}
