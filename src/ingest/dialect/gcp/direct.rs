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
use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

/// Origins remembered before all are forgotten.
const ORIGINS: usize = 4096;
/// Members that are remembered, how many are looked for behind each, and longest key.
const MEMBERS: usize = 64;
const FOLLOWERS: usize = 4;
const KEY_BYTES: usize = 40;
/// Resources and label sets that are looked for before a value is read to its end.
const RECENT: usize = 16;

/// A reader with what it has seen before. Remembers only what repeats, never what an entry becomes.
#[derive(Debug, Default)]
pub(in crate::ingest) struct Direct {
    known: HashMap<u64, Known, foldhash::fast::FixedState>,
    layout: Layout,
    resources: Recent,
    labels: Recent,
}

/// What log name, resource and labels mean; they are known by the hash of their bytes, as texts are everywhere.
#[derive(Debug)]
struct Known {
    source: Source<'static>,
    source_key: u64,
    kept: Vec<(Cow<'static, str>, Cow<'static, str>)>,
}

/// Some different texts of one member with their hashes, those that come often in front.
#[derive(Debug, Default)]
struct Recent {
    texts: Vec<(String, u64)>,
}

impl Recent {
    /// Passes over a member's value and gives its hash.
    fn read(&mut self, members: &mut Members<'_>) -> Option<u64> {
        let (text, known) = members.raw(self.texts.iter().map(|(text, _)| text.as_str())).ok()?;
        let Some(at) = known else { return Some(self.note(text)) };
        let hash = self.texts.get(at)?.1;
        if let Some(before) = at.checked_sub(1) {
            self.texts.swap(before, at);
        }
        Some(hash)
    }

    fn note(&mut self, text: &str) -> u64 {
        let hash = hash::bytes(text.as_bytes());
        if self.texts.len() >= RECENT {
            self.texts.pop();
        }
        self.texts.push((text.to_owned(), hash));
        hash
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
    resource: Option<u64>,
    labels: Option<u64>,
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
        let known = self.known(text, log_name, fields.resource?, fields.labels.unwrap_or_default())?;
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
    fn known(&mut self, text: &str, log_name: &str, resource: u64, labels_of: u64) -> Option<&Known> {
        let key = hash::mix(hash::mix(hash::bytes(log_name.as_bytes()), resource), labels_of);
        if self.known.len() >= ORIGINS {
            self.known.clear();
        }
        match self.known.entry(key) {
            Slot::Occupied(slot) => Some(slot.into_mut()),
            Slot::Vacant(slot) => {
                let (value, _) = json::parse_prefix(text).ok()?;
                if !origin::is_settled(&value) {
                    return None;
                }
                let source = origin::source(&value, None, None).into_owned();
                let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
                Some(slot.insert(Known {
                    source_key: hash::parts(source.fields()),
                    source,
                    kept:
                        labels(&value, None).into_iter().map(|(key, value)| (own(key), own(value))).collect(),
                }))
            }
        }
    }

    fn fields<'a>(&mut self, text: &'a str) -> Option<Fields<'a>> {
        let mut members = Members::of(text);
        let mut fields = Fields::default();
        let mut before = None;
        while let Some((member, place)) = self.layout.next(&mut members, before)? {
            before = Some(place);
            match member {
                Member::InsertId => once(&mut fields.insert_id, members.text().ok()??)?,
                Member::LogName => once(&mut fields.log_name, members.text().ok()??)?,
                Member::Time => once(&mut fields.time, members.text().ok()??)?,
                Member::Severity => once(&mut fields.severity, members.text().ok()??)?,
                Member::Trace => once(&mut fields.trace, members.text().ok()??)?,
                Member::Text => once(&mut fields.text, members.text().ok()??)?,
                Member::Json => once(&mut fields.json, members.value().ok()?)?,
                Member::Request => once(&mut fields.http, request(&mut members)?)?,
                Member::Resource => once(&mut fields.resource, self.resources.read(&mut members)?)?,
                Member::Labels => once(&mut fields.labels, self.labels.read(&mut members)?)?,
                Member::Other => members.skip().ok()?,
            }
        }
        matches!(members.rest().trim(), "" | ",").then_some(fields)
    }
}

/// A member of a LogEntry.
#[derive(Clone, Copy, Debug)]
enum Member {
    InsertId,
    LogName,
    Time,
    Severity,
    Trace,
    Text,
    Json,
    Request,
    Resource,
    Labels,
    Other,
}

impl Member {
    /// The member of this name; `None` where this way doesn't know it and the long one does.
    fn of(key: &str) -> Option<Member> {
        Some(match key {
            "insertId" => Member::InsertId,
            "logName" => Member::LogName,
            "timestamp" => Member::Time,
            "severity" => Member::Severity,
            "trace" => Member::Trace,
            "textPayload" => Member::Text,
            "jsonPayload" => Member::Json,
            "httpRequest" => Member::Request,
            "resource" => Member::Resource,
            "labels" => Member::Labels,
            key if has_a_say(key) => return None,
            _ => Member::Other,
        })
    }
}

/// Which member followed which: entries of one export are written alike, so the next key is mostly known.
#[derive(Debug, Default)]
struct Layout {
    keys: Vec<Key>,
    /// Those that came first.
    first: [usize; FOLLOWERS],
}

/// A key that was met.
#[derive(Debug)]
struct Key {
    /// In quotes, with its colon.
    text: String,
    member: Member,
    /// Places of those that came behind it, the last met in front.
    followers: [usize; FOLLOWERS],
}

impl Layout {
    /// The next member, before whose value `members` then stands, and its place; `Some(None)` behind the last. `before` is the
    /// place of the one before.
    fn next(&mut self, members: &mut Members<'_>, before: Option<usize>) -> Option<Option<(Member, usize)>> {
        let followers =
            before.map_or(&self.first, |at| self.keys.get(at).map_or(&self.first, |key| &key.followers));
        for at in followers {
            if let Some(key) = self.keys.get(*at)
                && members.begins(before.is_none(), &key.text)
            {
                return Some(Some((key.member, *at)));
            }
        }
        let Some(key) = members.key().ok()? else { return Some(None) };
        let member = Member::of(&key)?;
        Some(Some((member, self.note(&key, member, before))))
    }

    /// The place of a key, which from now on is looked for first behind the one before.
    fn note(&mut self, key: &str, member: Member, before: Option<usize>) -> usize {
        let is_it = |known: &Key| known.text.get(1..known.text.len() - 2) == Some(key);
        let at = self.keys.iter().position(is_it).unwrap_or(self.keys.len());
        if at == self.keys.len() {
            if at >= MEMBERS || key.len() > KEY_BYTES || key.contains(['"', '\\']) {
                return usize::MAX;
            }
            self.keys.push(Key { text: format!("\"{key}\":"), member, followers: [usize::MAX; FOLLOWERS] });
        }
        let followers = match before {
            None => Some(&mut self.first),
            Some(before) => self.keys.get_mut(before).map(|key| &mut key.followers),
        };
        if let Some(followers) = followers {
            followers.rotate_right(1);
            if let Some(first) = followers.first_mut() {
                *first = at;
            }
        }
        at
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
