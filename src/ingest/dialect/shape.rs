//! A table of field names → an entry: what most structured dialects need. Takes an object, gives an [`Entry`].
//!
//! Names may be dotted: `log.level` finds both the key `log.level` and the key `level` inside `log`.

use super::fields::{chomp, http_of, integer, is_blank, level_of, native_of, request_line, time_of};
use super::{Record, payload};
use crate::entry::{Entry, Http, Severity, Source};
use crate::ingest::value::Value;
use std::borrow::Cow;

/// Names of fields, each list in order of preference.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) time: &'static [&'static str],
    pub(super) level: &'static [&'static str],
    pub(super) message: &'static [&'static str],
    pub(super) detail: &'static [&'static str],
    pub(super) project: &'static [&'static str],
    pub(super) service: &'static [&'static str],
    pub(super) revision: &'static [&'static str],
    pub(super) instance: &'static [&'static str],
    pub(super) execution: &'static [&'static str],
    pub(super) location: &'static [&'static str],
    pub(super) log: &'static [&'static str],
    pub(super) container: &'static [&'static str],
    pub(super) trace: &'static [&'static str],
    pub(super) id: &'static [&'static str],
}

impl Shape {
    /// No names at all.
    pub(super) const NONE: Shape = Shape {
        time: &[],
        level: &[],
        message: &[],
        detail: &[],
        project: &[],
        service: &[],
        revision: &[],
        instance: &[],
        execution: &[],
        location: &[],
        log: &[],
        container: &[],
        trace: &[],
        id: &[],
    };

    /// The entry in an object. A payload's usual places are searched for what the table does not name.
    pub(super) fn entry<'v>(&self, value: &'v Value<'_>, record: &Record<'_>) -> Entry<'v> {
        let mut entry = Entry { span: record.span, ..Entry::default() };
        if let Some((time, text)) = self.time.iter().filter_map(|name| at(value, name)).find_map(time_of) {
            (entry.time, entry.time_text) = (Some(time), text);
        }
        let levels = || self.level.iter().filter_map(|name| at(value, name));
        entry.written_severity = levels().find_map(level_of).or(record.group_severity);
        entry.native = levels().find(|level| level_of(level).is_some()).and_then(native_of);
        entry.source = self.source(value);
        entry.http = request(value);
        entry.trace_id = some(text(value, self.trace));
        entry.insert_id = some(text(value, self.id));
        entry.message = Cow::Borrowed(chomp(text(value, self.message)));
        entry.detail = some(text(value, self.detail));
        if entry.http.is_none() {
            let said = text(value, self.message);
            let said = super::text_time::leading(said).map_or(said, |timed| timed.rest.trim_start());
            entry.http = super::access::said(said);
        }
        self.complete(value, &mut entry);
        entry
    }

    fn complete<'v>(&self, value: &'v Value<'_>, entry: &mut Entry<'v>) {
        if entry.message.is_empty() {
            let spoken = payload::spoken(value);
            entry.message = match (&entry.http, spoken) {
                (_, Some(spoken)) => spoken,
                (Some(http), None) => Cow::Owned(request_line(http)),
                (None, None) => payload::message(value),
            };
        }
        // An error beside a failed request is what it failed of, whatever level is written.
        let is_failed = entry.http.as_ref().is_some_and(|http| http.status >= 500);
        let failing = entry.written_severity.max(is_failed.then_some(Severity::Error));
        if entry.detail.is_none() {
            let beside = payload::beside(value, &entry.message, failing);
            (entry.detail, entry.aside) = (beside.detail, beside.aside);
            entry.figures = beside.figures;
        } else {
            entry.figures = super::figures::of(value);
        }
        payload::state(value, failing, entry);
    }

    fn source<'v>(&self, value: &'v Value<'_>) -> Source<'v> {
        let field = |names| Cow::Borrowed(text(value, names));
        Source {
            project: field(self.project),
            resource: Cow::Borrowed(""),
            service: field(self.service),
            revision: field(self.revision),
            instance: field(self.instance),
            execution: field(self.execution),
            location: field(self.location),
            log: field(self.log),
            container: field(self.container),
        }
    }
}

fn some(text: &str) -> Option<Cow<'_, str>> {
    (!text.is_empty()).then_some(Cow::Borrowed(text))
}

/// The value under a name that may be dotted.
pub(super) fn at<'v, 'a>(value: &'v Value<'a>, name: &str) -> Option<&'v Value<'a>> {
    value.get(name).or_else(|| {
        let (outer, inner) = name.split_once('.')?;
        at(value.get(outer)?, inner)
    })
}

/// The first non-empty text or number under these names.
pub(super) fn text<'v>(value: &'v Value<'_>, names: &[&str]) -> &'v str {
    names
        .iter()
        .filter_map(|name| at(value, name))
        .filter_map(Value::scalar)
        .find(|text| !text.is_empty())
        .unwrap_or("")
}

/// The request an application logger wrote: `req` and `res` of pino-http, `request` and `status` of Caddy, `http…`, or method,
/// path and status side by side, as loggers of echo, zap, zerolog, structlog and nginx have them.
pub(super) fn request<'v>(value: &'v Value<'_>) -> Option<Http<'v>> {
    let holder = ["httpRequest", "http_request", "req", "request", "http"]
        .iter()
        .filter_map(|key| value.get(key))
        .find(|v| !is_blank(v));
    let Some(mut http) = holder.and_then(http_of).filter(|http| !http.url.is_empty()) else {
        return flat(value);
    };
    if http.status == 0 {
        http.status = status(value);
    }
    http.latency_micros = http.latency_micros.or_else(|| latency(value));
    Some(http)
}

fn status(value: &Value<'_>) -> u16 {
    const STATUS: [&str; 11] = [
        "http.response.status_code",
        "DownstreamStatus",
        "response.status_code",
        "res.statusCode",
        "response.status",
        "response.statusCode",
        "status",
        "statusCode",
        "status_code",
        "http.status_code",
        "http_status",
    ];
    let number = STATUS.iter().filter_map(|name| at(value, name)).find_map(integer);
    number.and_then(|n| u16::try_from(n).ok()).filter(|n| (100..600).contains(n)).unwrap_or(0)
}

/// Method, path and status side by side. A URL with its host is a call to somebody else.
fn flat<'v>(value: &'v Value<'_>) -> Option<Http<'v>> {
    // The last of each is Traefik's (doc.traefik.io/traefik/observability/access-logs).
    const METHOD: &[&str] = &[
        "method",
        "http_method",
        "httpMethod",
        "request_method",
        "http.method",
        "http.request.method",
        "verb",
        "RequestMethod",
    ];
    const PATH: &[&str] = &[
        "path",
        "uri",
        "url",
        "request_uri",
        "request_path",
        "http.target",
        "http.path",
        "http_path",
        "url.path",
        "http.route",
        "RequestPath",
    ];
    let method = Some(text(value, METHOD)).filter(|word| super::access::is_method(word))?;
    let path = Some(text(value, PATH)).filter(|path| path.starts_with('/'))?;
    let status = Some(status(value)).filter(|status| *status > 0)?;
    Some(Http {
        method: Cow::Borrowed(method),
        url: Cow::Borrowed(path),
        status,
        latency_micros: latency(value),
        ..Http::default()
    })
}

/// How long a request took: under names that state the unit, or as text with its unit.
fn latency(value: &Value<'_>) -> Option<u64> {
    const MILLIS: &[&str] = &[
        "responseTime",
        "response_time_ms",
        "responseTimeMs",
        "duration_ms",
        "durationMs",
        "latency_ms",
        "latencyMs",
        "elapsed_ms",
        "took_ms",
    ];
    const WORDS: &[&str] = &["latency_human", "duration", "latency", "elapsed", "took"];
    let of = |names, each| {
        Some(text(value, names)).filter(|t| !t.is_empty()).and_then(|t| super::fields::micros(t, each))
    };
    // Traefik writes nanoseconds.
    let nanos = || value.get("DownstreamStatus").and_then(|_| integer(value.get("Duration")?));
    let nanos = || nanos().and_then(|nanos| u64::try_from(nanos / 1_000).ok());
    of(MILLIS, 1_000)
        .or_else(nanos)
        .or_else(|| of(&["request_time"], 1_000_000))
        .or_else(|| WORDS.iter().find_map(|name| super::access::duration(at(value, name)?.text()?, None)))
}
