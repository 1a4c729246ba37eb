//! MongoDB's structured log (mongodb.com/docs/manual/reference/log-messages): JSON lines → entries.
//!
//! `t.$date` is the time, `s` a severity letter (F E W I D1–D5), `c` the component, `ctx` the thread, `attr` what `msg` is about.

use super::fields::{compact, has_all, mean_value};
use super::shape::{Shape, at};
use super::{Dialect, Head, Record, Score};
use crate::entry::{Entry, Severity};
use crate::ingest::value::Value;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Mongodb;

const SHAPE: Shape =
    Shape { time: &["t"], level: &["s"], message: &["msg"], log: &["c"], instance: &["ctx"], ..Shape::NONE };

impl Dialect for Mongodb {
    fn id(&self) -> &'static str {
        "mongodb"
    }

    fn title(&self) -> &'static str {
        "MongoDB"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "MongoDB fields (t.$date, s, c, msg)", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref().filter(|value| points(value) > 0) else { return 0 };
        let mut entry = SHAPE.entry(value, record);
        entry.source.service = Cow::Borrowed("mongodb");
        // `ctx` names a thread or connection, which comes and goes.
        entry.source.instance = Cow::Borrowed("");
        if let Some(attr) = value.get("attr").filter(|_| entry.written_severity > Some(Severity::Info)) {
            entry.detail = Some(Cow::Owned(compact(attr)));
        }
        emit(&entry);
        1
    }
}

/// `t.$date` beside one-letter keys is unmistakable.
fn points(value: &Value<'_>) -> u32 {
    if at(value, "t.$date").is_some() && has_all(value, &["s", "c", "msg"]) { 100 } else { 0 }
}
