//! bunyan (github.com/trentm/node-bunyan#log-record-fields): JSON lines of Node programs → entries.
//!
//! `level` is 10 (trace) to 60 (fatal), `v` the format's version, `err` an object with its stack.

use super::fields::{has_all, mean_value};
use super::shape::Shape;
use super::{Dialect, Head, Record, Score};
use crate::entry::Entry;
use crate::ingest::value::Value;

/// See the module.
#[derive(Debug)]
pub(super) struct Bunyan;

const SHAPE: Shape = Shape {
    time: &["time"],
    level: &["level"],
    message: &["msg"],
    detail: &["err.stack"],
    service: &["name"],
    instance: &["hostname"],
    log: &["component"],
    ..Shape::NONE
};

impl Dialect for Bunyan {
    fn id(&self) -> &'static str {
        "bunyan"
    }

    fn title(&self) -> &'static str {
        "bunyan"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "bunyan fields (name, hostname, pid, level, v)", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref().filter(|value| points(value) > 0) else { return 0 };
        emit(&SHAPE.entry(value, record));
        1
    }
}

/// All core fields are required by the format.
fn points(value: &Value<'_>) -> u32 {
    if has_all(value, &["name", "hostname", "pid", "level", "msg", "v"]) { 100 } else { 0 }
}
