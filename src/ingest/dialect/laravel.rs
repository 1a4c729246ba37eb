//! Laravel's log file (laravel.com/docs/logging, Monolog's LineFormatter): text → entries.
//!
//! `[2025-09-16 04:36:31] production.ERROR: text {"exception":"[object] (…)`; the context is JSON whose stack runs over further
//! lines, which come as records of their own.

use super::fields::mean;
use super::{Dialect, Head, Record, Score, lines, text_time};
use crate::entry::{Entry, Severity};
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Laravel;

impl Dialect for Laravel {
    fn id(&self) -> &'static str {
        "laravel"
    }

    fn title(&self) -> &'static str {
        "Laravel"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean(head, "lines of [time] channel.LEVEL:", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        if points(record) == 0 {
            return 0;
        }
        let mut entry = lines::entry(record);
        if let Some((channel, level, text)) = split(record.text) {
            entry.written_severity = Severity::parse(level);
            entry.source.service = Cow::Borrowed(channel);
            entry.message = Cow::Borrowed(text);
            if let Some((message, context)) = text.split_once(" {\"exception\":\"") {
                entry.message = Cow::Borrowed(message);
                entry.detail = Some(Cow::Borrowed(context));
            }
        }
        emit(&entry);
        1
    }
}

fn points(record: &Record<'_>) -> u32 {
    if record.value.is_none() && split(record.text).is_some() { 98 } else { 0 }
}

fn split(line: &str) -> Option<(&str, &str, &str)> {
    if !line.starts_with('[') {
        return None;
    }
    let (head, text) = text_time::leading(line)?.rest.split_once(": ")?;
    let (channel, level) = head.split_once('.')?;
    let plain =
        !channel.is_empty() && channel.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    (plain && Severity::parse(level).is_some()).then_some((channel, level, text))
}
