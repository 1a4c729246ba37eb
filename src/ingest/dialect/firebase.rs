//! Text of `firebase functions:log` → entries.
//!
//! firebase.google.com/docs/functions/writing-and-viewing-logs: a line is an RFC 3339 time, one letter (D, I, N, W, E, `?`), the
//! function's name, a colon and the text; further lines of a text stand on their own.

use super::fields::{level_word, mean};
use super::{Dialect, Head, Record, Score, lines, text_time};
use crate::entry::{Entry, Severity};
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Firebase;

impl Dialect for Firebase {
    fn id(&self) -> &'static str {
        "firebase"
    }

    fn title(&self) -> &'static str {
        "firebase functions:log"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean(head, "lines of time, one letter, function: text", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        if points(record) == 0 {
            return 0;
        }
        let mut entry = lines::entry(record);
        if let Some((severity, function, rest)) = split(record.text) {
            entry.written_severity = severity;
            entry.source.service = Cow::Borrowed(function);
            entry.message = Cow::Borrowed(rest);
        }
        emit(&entry);
        1
    }
}

fn points(record: &Record<'_>) -> u32 {
    if record.value.is_none() && split(record.text).is_some() { 98 } else { 0 }
}

fn split(line: &str) -> Option<(Option<Severity>, &str, &str)> {
    let rest = text_time::leading(line)?.rest;
    let (letter, rest) = rest.split_once(' ')?;
    let severity = match letter {
        "?" => None,
        "D" | "I" | "N" | "W" | "E" | "C" | "A" => level_word(letter).or(Some(Severity::Alert)),
        _ => return None,
    };
    let (function, text) = rest.trim_start().split_once(':')?;
    let name =
        !function.is_empty() && function.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    name.then(|| (severity, function, text.trim_start()))
}
