//! Syslog lines as files keep them (RFC 3164 and RFC 5424): text → entries.
//!
//! `Sep 16 04:36:31 host program[12]: text` has neither year nor zone, so such a line has no instant, only a time as written;
//! `2025-09-16T04:36:31.1+00:00 host program[12]: text` (rsyslog) and `<34>1 2025-09-16T04:36:31Z host app 12 - - text` have both.

use super::fields::{mean, syslog_level};
use super::{Dialect, Head, Record, Score, lines, text_time};
use crate::entry::{Entry, Severity};
use crate::ingest::value::Value;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Syslog;

impl Dialect for Syslog {
    fn id(&self) -> &'static str {
        "syslog"
    }

    fn title(&self) -> &'static str {
        "syslog"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean(head, "lines of time, host, program[pid]:", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        if points(record) == 0 {
            return 0;
        }
        let mut entry = lines::entry(record);
        if let Some(line) = split(record.text) {
            entry.time_text = Cow::Borrowed(line.time_text);
            entry.time = line.time;
            entry.written_severity = line.severity;
            entry.source.instance = Cow::Borrowed(line.host);
            entry.source.service = Cow::Borrowed(line.program);
            entry.message = Cow::Borrowed(line.text);
        }
        emit(&entry);
        1
    }
}

fn points(record: &Record<'_>) -> u32 {
    if record.value.is_none() && split(record.text).is_some() { 92 } else { 0 }
}

struct Line<'t> {
    time: Option<crate::entry::Nanos>,
    time_text: &'t str,
    severity: Option<Severity>,
    host: &'t str,
    program: &'t str,
    text: &'t str,
}

fn split(line: &str) -> Option<Line<'_>> {
    let (priority, rest) = match line.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
        Some((priority, rest)) => (Some(priority.parse::<u32>().ok()?), rest),
        None => (None, line),
    };
    let severity = priority.and_then(|n| syslog_level(&Value::Number(Cow::Owned((n % 8).to_string()))));
    if let Some(rest) = rest.strip_prefix("1 ").filter(|_| priority.is_some()) {
        return structured(rest, severity);
    }
    let (time, time_text, rest) = match text_time::leading(rest) {
        Some(timed) if !rest.starts_with('[') => (Some(timed.time), timed.time_text, timed.rest),
        _ => {
            let text = rest.get(..15).filter(|text| is_bsd_time(text))?;
            (None, text, rest.get(16..)?)
        }
    };
    let (host, rest) = rest.split_once(' ')?;
    let (tag, text) = rest.split_once(": ")?;
    let program = tag.split('[').next().unwrap_or(tag);
    let plain = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./()@".contains(&b))
    };
    let tagged = plain(program) && (tag.ends_with(']') || time.is_none());
    (tagged && plain(host)).then_some(Line { time, time_text, severity, host, program, text })
}

/// RFC 5424 behind its version: time, host, app, process, message id, structured data, text.
fn structured(rest: &str, severity: Option<Severity>) -> Option<Line<'_>> {
    let timed = text_time::leading(rest)?;
    let mut words = timed.rest.splitn(5, ' ');
    let (host, program) = (words.next()?, words.next()?);
    let rest = words.nth(2)?;
    let text = match rest.strip_prefix('[') {
        Some(_) => rest.split_once("] ").map_or("", |(_, text)| text),
        None => rest.strip_prefix("- ").unwrap_or(rest),
    };
    Some(Line {
        time: Some(timed.time),
        time_text: timed.time_text,
        severity,
        host,
        program,
        text: text.trim_start_matches('\u{feff}'),
    })
}

/// `Sep 16 04:36:31`, `Nov  3 09:23:38`.
fn is_bsd_time(text: &str) -> bool {
    const MONTHS: &[&str] =
        &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = text.get(..3).is_some_and(|month| MONTHS.contains(&month));
    let clock = text.get(7..15).is_some_and(|clock| clock.bytes().all(|b| b.is_ascii_digit() || b == b':'));
    month && clock && text.bytes().filter(|b| *b == b':').count() == 2
}
