//! The text of a LogEntry → its entry without a tree of values in between: what nearly every line of a big export is.
//!
//! Reads the members it knows and passes over the others; resources and labels, which are the same for thousands of
//! entries, are read once and known by their bytes. Whatever is out of the ordinary (another spelling, an audit entry, a
//! key twice, text that is no JSON) gives `false`, and the whole record is read as any other; both ways give the same entry.

use super::super::fields::{integer, is_blank, micros};
use super::{audit, bare_trace, labels, origin, payload_trace, say_parts, severity_of};
use crate::entry::{Entry, Http, Nanos, Severity, Source, Span};
use crate::hash;
use crate::ingest::json::{self, Members};
use crate::ingest::value::Value;
use std::borrow::Cow;

/// Places for origins, by hash of their bytes.
const ORIGINS: usize = 1024;
/// Resources and label sets that are looked for before a value is read to its end.
const RECENT: usize = 4;

/// A reader with what it has seen before. Remembers only what repeats, never what an entry becomes.
#[derive(Debug, Default)]
pub(in crate::ingest) struct Direct {
    known: Vec<Option<Box<Known>>>,
    resources: Recent,
    labels: Recent,
}

/// What log name, resource and labels mean.
#[derive(Debug)]
struct Known {
    log_name: String,
    resource: String,
    labels: String,
    source: Source<'static>,
    source_key: u64,
    kept: Vec<(Cow<'static, str>, Cow<'static, str>)>,
}

/// The last few different texts of one member.
#[derive(Debug, Default)]
struct Recent {
    texts: Vec<String>,
    next: usize,
}

impl Recent {
    fn iter(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(String::as_str)
    }

    fn note(&mut self, text: &str) {
        if self.iter().any(|known| known == text) {
            return;
        }
        match self.texts.get_mut(self.next) {
            Some(slot) => {
                slot.clear();
                slot.push_str(text);
            }
            None => self.texts.push(text.to_owned()),
        }
        self.next = (self.next + 1) % RECENT;
    }
}

/// The members of a LogEntry that are read.
#[derive(Default)]
struct Fields<'a> {
    insert_id: Option<Cow<'a, str>>,
    log_name: Option<Cow<'a, str>>,
    time: Option<Cow<'a, str>>,
    severity: Option<Cow<'a, str>>,
    trace: Option<Cow<'a, str>>,
    text: Option<Cow<'a, str>>,
    json: Option<Value<'a>>,
    http: Option<Http<'a>>,
    resource: Option<&'a str>,
    labels: Option<&'a str>,
}

impl Direct {
    /// Reads one record and hands its entry on; `false` if it has to be read the long way.
    pub(in crate::ingest) fn read(
        &mut self,
        text: &str,
        span: Span,
        group: Option<Severity>,
        emit: &mut dyn FnMut(&Entry<'_>),
    ) -> bool {
        let Some(fields) = self.fields(text) else { return false };
        self.emit(text, &fields, span, group, emit).is_some()
    }

    fn emit(
        &mut self,
        text: &str,
        fields: &Fields<'_>,
        span: Span,
        group: Option<Severity>,
        emit: &mut dyn FnMut(&Entry<'_>),
    ) -> Option<()> {
        let json = fields.json.as_ref().filter(|json| !is_blank(json));
        if json.is_some_and(audit::is_audit) {
            return None;
        }
        let log_name = fields.log_name.as_deref().filter(|name| !name.is_empty())?;
        let time_text = fields.time.as_deref()?.trim();
        let time = Nanos::parse(time_text)?;
        let known = self.known(text, log_name, fields.resource?, fields.labels.unwrap_or(""))?;
        let trace = fields.trace.as_deref().filter(|trace| !trace.is_empty()).unwrap_or(payload_trace(json));
        let mut entry = Entry {
            span,
            time: Some(time),
            time_text: Cow::Borrowed(time_text),
            written_severity: fields.severity.as_deref().and_then(severity_of).or(group),
            source: known.borrowed(),
            source_key: known.source_key,
            http: fields.http.clone().filter(|http| !http.url.is_empty() || !http.method.is_empty()),
            trace_id: Some(bare_trace(trace)).filter(|id| !id.is_empty()).map(Cow::Borrowed),
            insert_id: fields.insert_id.as_deref().filter(|id| !id.is_empty()).map(Cow::Borrowed),
            labels: known
                .kept
                .iter()
                .map(|(key, value)| (Cow::Borrowed(&**key), Cow::Borrowed(&**value)))
                .collect(),
            ..Entry::default()
        };
        entry.severity_of_stream = origin::severity_of_stream(&entry.source, entry.written_severity);
        say_parts(fields.text.as_deref().unwrap_or(""), json, None, &mut entry);
        emit(&entry);
        Some(())
    }

    /// The origin of an entry by the bytes that decide it; `None` where they do not decide it alone.
    fn known(&mut self, text: &str, log_name: &str, resource: &str, labels_text: &str) -> Option<&Known> {
        let key = hash::parts([log_name, resource, labels_text]);
        let at = usize::try_from(key % ORIGINS as u64).unwrap_or(0);
        if self.known.is_empty() {
            self.known.resize_with(ORIGINS, || None);
        }
        let slot = self.known.get_mut(at)?;
        let is_it = slot.as_ref().is_some_and(|known| {
            known.log_name == log_name && known.resource == resource && known.labels == labels_text
        });
        if !is_it {
            let (value, _) = json::parse_prefix(text).ok()?;
            if !origin::is_settled(&value) {
                return None;
            }
            let source = origin::source(&value, None, None).into_owned();
            let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
            *slot = Some(Box::new(Known {
                log_name: log_name.to_owned(),
                resource: resource.to_owned(),
                labels: labels_text.to_owned(),
                source_key: hash::parts(source.fields()),
                source,
                kept: labels(&value, None).into_iter().map(|(key, value)| (own(key), own(value))).collect(),
            }));
        }
        slot.as_deref()
    }

    fn fields<'a>(&mut self, text: &'a str) -> Option<Fields<'a>> {
        let mut members = Members::of(text);
        let mut fields = Fields::default();
        while let Some(key) = members.key().ok()? {
            match key.as_ref() {
                "insertId" => once(&mut fields.insert_id, members.text().ok()??)?,
                "logName" => once(&mut fields.log_name, members.text().ok()??)?,
                "timestamp" => once(&mut fields.time, members.text().ok()??)?,
                "severity" => once(&mut fields.severity, members.text().ok()??)?,
                "trace" => once(&mut fields.trace, members.text().ok()??)?,
                "textPayload" => once(&mut fields.text, members.text().ok()??)?,
                "jsonPayload" => once(&mut fields.json, members.value().ok()?)?,
                "httpRequest" => once(&mut fields.http, request(&mut members)?)?,
                "resource" => {
                    let raw = members.raw(self.resources.iter()).ok()?;
                    self.resources.note(raw);
                    once(&mut fields.resource, raw)?;
                }
                "labels" => {
                    let raw = members.raw(self.labels.iter()).ok()?;
                    self.labels.note(raw);
                    once(&mut fields.labels, raw)?;
                }
                key if has_a_say(key) => return None,
                _ => members.skip().ok()?,
            }
        }
        matches!(members.rest().trim(), "" | ",").then_some(fields)
    }
}

impl Known {
    fn borrowed(&self) -> Source<'_> {
        Source::from_fields(self.source.fields())
    }
}

/// A member that stands twice is out of the ordinary.
fn once<T>(slot: &mut Option<T>, value: T) -> Option<()> {
    match slot.replace(value) {
        None => Some(()),
        Some(_) => None,
    }
}

/// Members that the long way looks at and this one does not know: other spellings, audit payloads, messages of Pub/Sub.
fn has_a_say(key: &str) -> bool {
    matches!(
        key,
        "protoPayload"
            | "protopayload"
            | "proto_payload"
            | "protopayload_auditlog"
            | "textpayload"
            | "text_payload"
            | "jsonpayload"
            | "json_payload"
            | "raw_payload"
            | "payload"
            | "http_request"
            | "log_name"
            | "insert_id"
            | "message"
            | "data"
            | "messageId"
            | "message_id"
            | "publishTime"
            | "publish_time"
    )
}

/// The request of an entry; another spelling or shape of a member is out of the ordinary.
fn request<'a>(members: &mut Members<'a>) -> Option<Http<'a>> {
    let mut http = Http::default();
    let (mut seen, mut has_status) = (0u32, false);
    let mut inner = members.inner()?;
    while let Some(key) = inner.key().ok()? {
        let bit = match key.as_ref() {
            "requestMethod" => {
                http.method = inner.text().ok()??;
                1
            }
            "requestUrl" => {
                http.url = inner.text().ok()??;
                2
            }
            "userAgent" => {
                http.user_agent = inner.text().ok()??;
                4
            }
            "remoteIp" => {
                http.remote = inner.text().ok()??;
                8
            }
            "latency" => {
                http.latency_micros = micros(&inner.text().ok()??, 1_000_000);
                16
            }
            "status" => {
                let status = inner.value().ok()?;
                let number = integer(&status);
                has_status = !is_blank(&status) && number.is_some();
                http.status = number.and_then(|n| u16::try_from(n).ok()).unwrap_or(0);
                32
            }
            "serverIp"
            | "requestSize"
            | "responseSize"
            | "protocol"
            | "referer"
            | "cacheLookup"
            | "cacheHit"
            | "cacheFillBytes"
            | "cacheValidatedWithOriginServer" => {
                inner.skip().ok()?;
                0
            }
            _ => return None,
        };
        if seen & bit != 0 {
            return None;
        }
        seen |= bit;
    }
    members.past(&inner);
    (!http.url.is_empty() || !http.method.is_empty() || has_status).then_some(http)
}

#[cfg(test)]
mod tests;
