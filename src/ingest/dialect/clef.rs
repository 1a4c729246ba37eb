//! Compact log event format of Serilog (clef-json.org): JSON lines of .NET programs → entries.
//!
//! `@t` time, `@l` level (absent: Information), `@m` message or `@mt` its template, `@x` exception, `@tr` trace id.

use super::fields::{compact, has_any, mean_value, word};
use super::shape::Shape;
use super::{Dialect, Head, Record, Score};
use crate::entry::{Entry, Severity};
use crate::ingest::value::Value;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Clef;

const SHAPE: Shape = Shape {
    time: &["@t"],
    level: &["@l"],
    message: &["@m"],
    detail: &["@x"],
    service: &["Application", "ServiceName"],
    instance: &["MachineName", "EnvironmentUserName"],
    log: &["SourceContext"],
    trace: &["@tr"],
    ..Shape::NONE
};

impl Dialect for Clef {
    fn id(&self) -> &'static str {
        "clef"
    }

    fn title(&self) -> &'static str {
        "Serilog CLEF"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "CLEF fields (@t, @mt)", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref().filter(|value| points(value) > 0) else { return 0 };
        let mut entry = SHAPE.entry(value, record);
        entry.written_severity = entry.written_severity.or(Some(Severity::Info));
        if value.get("@m").is_none() {
            entry.message = Cow::Owned(rendered(word(value, &["@mt"]), value));
        }
        if entry.message.is_empty() {
            entry.message = entry.detail.clone().unwrap_or_default();
        }
        emit(&entry);
        1
    }
}

/// Keys that begin with `@` are reserved by the format.
fn points(value: &Value<'_>) -> u32 {
    if value.get("@t").is_some() && has_any(value, &["@m", "@mt", "@i", "@x", "@l"]) { 98 } else { 0 }
}

/// The template with its holes `{name}`, `{@name}` and `{name:format}` filled from the event's fields.
fn rendered(template: &str, value: &Value<'_>) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((hole, tail)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            break;
        };
        let name = hole.trim_start_matches(['@', '$']).split([':', ',']).next().unwrap_or("");
        match value.get(name) {
            Some(filled) => out.push_str(&filled.scalar().map_or_else(|| compact(filled), str::to_owned)),
            None => {
                out.push('{');
                out.push_str(hole);
                out.push('}');
            }
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}
