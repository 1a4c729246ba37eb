//! Text lines that begin with a time → entries: the dialect of last resort for text.
//!
//! A line without a time is an entry without one (the next line of a stack or of a message). A line that ends in a JSON object
//! behind a short prefix (`web-1  | {"level":…}` of Docker Compose) is read as that object.

use super::fields::mean;
use super::{Dialect, Head, Record, Score, json_text, lines, text_time};
use crate::entry::Entry;
use crate::ingest::value::Value;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Plain;

impl Dialect for Plain {
    fn id(&self) -> &'static str {
        "plain"
    }

    fn title(&self) -> &'static str {
        "plain text"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean(head, "lines that begin with a time", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        if record.value.is_some() {
            return 0;
        }
        if let Some((name, inner)) = prefixed(record.text)
            && let Some(mut entry) = super::json::entry(&inner, record)
        {
            if entry.source.service.is_empty() {
                entry.source.service = Cow::Borrowed(name);
            }
            entry.source.container = Cow::Borrowed(name);
            emit(&entry);
            return 1;
        }
        emit(&lines::entry(record));
        1
    }
}

fn points(record: &Record<'_>) -> u32 {
    let timed = text_time::leading(record.text).is_some() || prefixed(record.text).is_some();
    if timed && record.value.is_none() { 40 } else { 0 }
}

/// A short prefix and the JSON object behind it.
fn prefixed(line: &str) -> Option<(&str, Value<'_>)> {
    let (prefix, _) = line.split_once('{')?;
    if prefix.len() > 64 || !line.trim_end().ends_with('}') {
        return None;
    }
    let inner = json_text::parse(line.get(prefix.len()..)?)?;
    Some((prefix.trim_end_matches([' ', '|', ':', '-']).trim(), inner))
}
