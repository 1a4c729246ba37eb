//! Access logs of web servers → entries, and access lines that an application prints → the request they tell of.
//!
//! Common and combined log format (httpd.apache.org/docs/2.4/logs.html, nginx.org/en/docs/http/ngx_http_log_module.html): `host
//! ident user [time] "request" status bytes "referer" "agent"`, with or without a virtual host before and a duration in seconds
//! behind. Lines of gunicorn, uvicorn, Envoy (envoyproxy.io/docs, default format), gin, morgan, Next.js and the like hold the same
//! in other orders.

use super::fields::{mean, micros, request_line};
use super::{Dialect, Head, Record, Score};
use crate::entry::figure::upstreams;
use crate::entry::{Entry, Http, Nanos};
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Access;

/// Under which name its lines stand: what a server writes when an answer is sent.
const LOG: &str = "access";
/// Bytes of a line that are looked at.
const LINE: usize = 4096;
/// Bytes before the time of a line.
const HEAD: usize = 400;

impl Dialect for Access {
    fn id(&self) -> &'static str {
        "access"
    }

    fn title(&self) -> &'static str {
        "access log of a web server"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean(head, "lines of the common or combined log format", |record| {
            if record.value.is_none() && common(record.text).is_some() { 90 } else { 0 }
        })
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(line) = common(record.text).filter(|_| record.value.is_none()) else { return 0 };
        let mut entry = Entry {
            span: record.span,
            written_severity: record.group_severity,
            time: Some(line.time),
            time_text: Cow::Borrowed(line.time_text),
            message: Cow::Owned(request_line(&line.http)),
            http: Some(line.http),
            figures: upstreams(record.text.lines().next().unwrap_or("")),
            ..Entry::default()
        };
        entry.source.service = Cow::Borrowed(line.host);
        entry.source.log = Cow::Borrowed(LOG);
        emit(&entry);
        1
    }
}

/// A line of the common log format.
struct Line<'t> {
    /// The virtual host that leads the line, or empty.
    host: &'t str,
    time: Nanos,
    time_text: &'t str,
    http: Http<'t>,
}

fn common(text: &str) -> Option<Line<'_>> {
    let text = text.lines().next()?;
    let open = memchr::memchr(b'[', text.as_bytes()).filter(|open| *open <= HEAD)?;
    let (who, rest) = (text.get(..open)?, text.get(open + 1..)?);
    let names: Vec<&str> = who.split_ascii_whitespace().collect();
    let (host, remote) = match names.as_slice() {
        [remote, _, _] => ("", *remote),
        // A virtual host, with its port or without.
        [host, remote, _, ..] if names.len() == 4 => (host.split(':').next().unwrap_or(host), *remote),
        _ => return None,
    };
    let (time_text, rest) = rest.split_once(']')?;
    let time = stamp(time_text)?;
    let mut http = quoted(rest)?;
    http.remote = Cow::Borrowed(remote);
    Some(Line { host, time, time_text, http })
}

/// `29/Nov/2026:03:48:42 +0100`.
fn stamp(text: &str) -> Option<Nanos> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (date, clock) = text.split_once(':')?;
    let mut parts = date.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let (clock, zone) = clock.split_once(' ').unwrap_or((clock, "+0000"));
    Nanos::parse(&format!("{year}-{month:02}-{day:0>2}T{clock}{zone}"))
}

/// `"GET /path HTTP/1.1" 200 …`, anywhere in a text.
fn quoted(text: &str) -> Option<Http<'_>> {
    let open = memchr::memchr(b'"', text.as_bytes())?;
    let inside = text.get(open + 1..)?;
    let close = memchr::memchr(b'"', inside.as_bytes())?;
    let (request, rest) = (inside.get(..close)?, inside.get(close + 1..)?);
    let mut words = request.split(' ');
    let (method, url) = (words.next().filter(|word| is_method(word))?, words.next()?);
    if url.is_empty() || !words.next().is_none_or(|protocol| protocol.starts_with("HTTP/")) {
        return None;
    }
    let mut words = rest.split_ascii_whitespace();
    let status = words.next().and_then(status)?;
    let mut http = Http { method: Cow::Borrowed(method), url: Cow::Borrowed(url), status, ..Http::default() };
    let behind: Vec<&str> = words.take(5).collect();
    http.latency_micros = match behind.as_slice() {
        // Envoy: response flags, bytes in, bytes out, milliseconds.
        [flags, received, sent, took, ..]
            if flags.bytes().all(|b| b.is_ascii_uppercase() || b == b'-' || b == b',')
                && is_number(received)
                && is_number(sent) =>
        {
            micros(took, 1_000)
        }
        _ => seconds_behind(rest),
    };
    if let Some(agent) = rest.split('"').nth(3).filter(|agent| !agent.is_empty()) {
        http.user_agent = Cow::Borrowed(agent);
    }
    Some(http)
}

/// A duration in seconds behind the quoted parts: `0.123`, `rt=0.123`, as nginx and gunicorn are often told to add it; behind the
/// length of the request where ingress-nginx writes it, `431 0.123 [name]`.
fn seconds_behind(rest: &str) -> Option<u64> {
    let named = |word: &&str| word.starts_with("rt=") || word.starts_with("request_time=");
    let mut tail = rest.rsplit_once('"')?.1.split_ascii_whitespace();
    let (first, second, third) = (tail.next(), tail.next(), tail.next());
    let behind_length =
        second.filter(|_| first.is_some_and(is_number) && third.is_some_and(|word| word.starts_with('[')));
    let word = rest.split_ascii_whitespace().find(named).or(behind_length).or(first)?;
    let number = word.rsplit('=').next()?.trim_matches('"');
    number.contains('.').then(|| micros(number, 1_000_000)).flatten()
}

/// The request that a message tells of, where it is an access line: `"GET /a HTTP/1.1" 200` anywhere in its first line, `POST /a
/// 201 12ms`, `GET /a -> 200 in 12 ms`, `[GIN] … | 200 | 1.2ms | 10.0.0.1 | GET "/a"`. Requests to a URL are calls of somebody else,
/// and not told here.
pub(super) fn said(text: &str) -> Option<Http<'_>> {
    let line = text.lines().next().filter(|line| line.len() <= LINE)?;
    let first = line.split(' ').next()?;
    let http = if is_method(first) {
        bare(line)
    } else if first.starts_with("method=") || first == "at=info" || first == "at=error" {
        pairs(line)
    } else if line.starts_with("[GIN]") {
        gin(line)
    } else if memchr::memmem::find(line.as_bytes(), b" HTTP/").is_some() {
        quoted(line)
    } else {
        None
    };
    http.filter(|http| http.url.starts_with('/'))
}

fn bare(line: &str) -> Option<Http<'_>> {
    let mut words = line.split_ascii_whitespace();
    let (method, url) = (words.next()?, words.next().filter(|url| url.starts_with('/'))?);
    let mut word = words.next()?;
    if matches!(word, "->" | "→" | "-" | "=>") || word.starts_with("HTTP/") {
        word = words.next()?;
    }
    let status = status(word)?;
    let mut took = words.next();
    while took.is_some_and(|word| matches!(word, "in" | "-" | "after" | "took")) {
        took = words.next();
    }
    let latency_micros = took.and_then(|word| duration(word, words.next()));
    Some(Http {
        method: Cow::Borrowed(method),
        url: Cow::Borrowed(url),
        status,
        latency_micros,
        ..Http::default()
    })
}

/// `method=POST path=/orders format=json controller=OrdersController action=create status=500 duration=58.91` (roidrage/lograge, key_value.rb;
/// milliseconds) and Heroku's router (`at=info method=GET path="/" … dyno=web.1 … service=18ms status=200`,
/// devcenter.heroku.com/articles/http-routing). Other programs write calls of their own in this form.
fn pairs(whole: &str) -> Option<Http<'_>> {
    // What an error says may look like pairs too.
    let line = whole.split_once(" error=").map_or(whole, |(line, _)| line);
    let find = |name: &str| {
        let mut pairs = line.split_ascii_whitespace().filter_map(|word| word.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value.trim_matches('"'))
    };
    let of_rails = find("controller").is_some() && find("format").is_some();
    let of_router = find("dyno").is_some() && find("service").is_some();
    let code = status(find("status")?)?;
    let method = find("method").filter(|method| is_method(method) && (of_rails || of_router))?;
    // It stands behind the error.
    let last = || whole.rsplit(' ').find_map(|word| word.strip_prefix("duration="));
    let took = if of_rails { last().and_then(|took| micros(took, 1_000)) } else { None };
    Some(Http {
        method: Cow::Borrowed(method),
        url: Cow::Borrowed(find("path")?),
        status: code,
        latency_micros: took.or_else(|| find("service").and_then(|took| duration(took, None))),
        ..Http::default()
    })
}

fn gin(line: &str) -> Option<Http<'_>> {
    let mut parts = line.split('|').map(str::trim).skip(1);
    let (code, took, remote) = (status(parts.next()?)?, parts.next()?, parts.next()?);
    let (method, url) = parts.next()?.split_once(' ')?;
    Some(Http {
        method: Cow::Borrowed(method),
        url: Cow::Borrowed(url.trim().trim_matches('"')),
        status: code,
        latency_micros: duration(took, None),
        remote: Cow::Borrowed(remote),
        ..Http::default()
    })
}

/// Microseconds of `12ms`, `1.2s`, `350µs`, or `12.5` with its unit as the next word.
pub(super) fn duration(word: &str, next: Option<&str>) -> Option<u64> {
    let word = word.trim_matches(|c| matches!(c, '(' | ')' | ',' | ';' | '+'));
    let end = word.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(word.len());
    let (number, unit) = word.split_at_checked(end)?;
    let unit = if unit.is_empty() { next?.trim_end_matches([')', ',', ';']) } else { unit };
    let each = match unit {
        "s" | "sec" | "seconds" => 1_000_000,
        "ms" | "msec" => 1_000,
        "us" | "µs" | "μs" => 1,
        _ => return None,
    };
    if number.is_empty() { None } else { micros(number, each) }
}

/// Whether a word is a method of HTTP (RFC 9110, section 9; PATCH of RFC 5789).
pub(super) fn is_method(word: &str) -> bool {
    matches!(word, "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS")
}

fn status(word: &str) -> Option<u16> {
    word.parse().ok().filter(|status| word.len() == 3 && (100..600).contains(status))
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests;
