//! Text of `gcloud run services logs read` (and `gcloud run jobs logs read`, `gcloud app logs read`) → entries.
//!
//! docs.cloud.google.com/sdk/gcloud/reference/run/services/logs/read: a line is a time without zone (UTC), then the text, or method, status
//! and URL of a request. App Engine adds service and version in brackets.

use super::fields::{mean, request_line};
use super::{Dialect, Head, Record, Score, lines, text_time};
use crate::entry::{Entry, Http};
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct RunText;

impl Dialect for RunText {
    fn id(&self) -> &'static str {
        "run-text"
    }

    fn title(&self) -> &'static str {
        "gcloud run logs read"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean(head, "lines of time and text or `METHOD status URL`", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        if points(record) == 0 {
            return 0;
        }
        let mut entry = lines::entry(record);
        // The platform tells of each request itself.
        entry.http = None;
        let timed = text_time::leading(record.text);
        if let Some(http) = timed.and_then(|timed| request(timed.rest)) {
            entry.message = Cow::Owned(request_line(&http));
            entry.http = Some(http);
        }
        emit(&entry);
        1
    }
}

/// A request line is unmistakable; other lines could be anyone's.
fn points(record: &Record<'_>) -> u32 {
    if record.value.is_some() {
        return 0;
    }
    match text_time::leading(record.text) {
        Some(timed) if request(timed.rest).is_some() => 100,
        Some(timed) if timed.time_text.len() == 19 && !record.text.starts_with('[') => 45,
        _ => 0,
    }
}

/// `GET 200 https://host/path`.
fn request(rest: &str) -> Option<Http<'_>> {
    const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    let mut words = rest.split_ascii_whitespace();
    let method = words.next().filter(|word| METHODS.contains(word))?;
    let status = words.next().filter(|word| word.len() == 3)?.parse().ok()?;
    let url = words.next().filter(|word| word.contains("://"))?;
    Some(Http { method: Cow::Borrowed(method), url: Cow::Borrowed(url), status, ..Http::default() })
}
