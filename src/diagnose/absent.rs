//! What was looked for and not found: takes all that the log says, gives sentences only where nothing speaks against them.

use super::causality::Scene;
use super::evidence::derived;
use super::words;
use crate::digest::Index;
use crate::entry::Severity;
use crate::report::model::{Rich, Sentence};

/// What is looked for: the sentence, the areas of signatures that would show it, words that would hint at it, words that do so in
/// a warning or error only, and statuses of requests. In doubt nothing is said.
type Looked =
    (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str], &'static [u16]);
const LOOKED: [Looked; 4] = [
    (
        "No sign of memory, CPU or disk running out",
        &["memory-cpu-disk"],
        &[
            "memory",
            "oom",
            "heap",
            "no space",
            "disk full",
            "sigkill",
            "signal 9",
            "watermark",
            "enospc",
            "evicted",
            "table full",
        ],
        &[
            "disk",
            " space",
            "storage",
            "conntrack",
            "cpu",
            "exhausted",
            "too many open files",
            "throttl",
            "is full",
        ],
        &[507],
    ),
    (
        "No refused or timed-out connection, DNS or TLS error",
        &["tls-dns-network"],
        &[
            "refused",
            "timed out",
            "timeout",
            "econn",
            "enotfound",
            "getaddrinfo",
            "certificate",
            "fetch failed",
            "unreachable",
            "connection reset",
            "broken pipe",
            "closed the connection",
        ],
        &[
            "eai_again",
            "no such host",
            "name resolution",
            "tls",
            "ssl",
            "handshake",
            "reset by peer",
            "unavailable",
            "socket",
            "conntrack",
        ],
        &[502, 504],
    ),
    (
        "No refused credentials or missing permission",
        &["auth-iam"],
        &[
            "denied",
            "unauthor",
            "not authorized",
            "unauthenticated",
            "permission",
            "forbidden",
            "credential",
            "password",
            "invalid token",
            "not authenticated",
        ],
        &["401", "403", "access key", "expired token", "login failed", "read-only"],
        &[401, 403, 407],
    ),
    (
        "No quota or billing message",
        &["quota-billing"],
        &["quota", "billing", "rate limit", "ratelimit", "resource_exhausted", "too many requests"],
        &["429", "throttl", "limit exceeded", "too_many_requests"],
        &[429],
    ),
];

/// What an expert would look for, where the log could have shown it and did not.
pub(crate) fn not_found(scene: &Scene<'_>) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    // An export that left the words out shows nothing, whatever was said.
    let worded = worded(scene.index);
    // An error is one at whatever level it is said, and also where it stands in a field or an object beside the message.
    let is_loud = |severity, text: &str| severity >= Severity::Warning || super::suspect::sounds_bad(text);
    let shapes = scene.index.shapes().iter();
    let shapes = shapes.filter(|s| s.severity() >= Severity::Warning || s.severity() == Severity::Default);
    let beside = shapes.flat_map(|s| s.others().chain(s.fields_unordered()).map(|text| (s.severity(), text)));
    let asides = scene.index.asides().map(|(text, _)| (Severity::Error, text));
    let texts: Vec<(bool, String)> = scene
        .statements
        .iter()
        .map(|s| (s.severity, s.text.as_str()))
        .chain(beside)
        .chain(asides)
        .map(|(severity, text)| (is_loud(severity, text), text.to_ascii_lowercase()))
        .collect();
    let answered = |statuses: &[u16]| scene.index.requests().iter().any(|r| statuses.contains(&r.status));
    for (sentence, areas, hints, loud, statuses) in LOOKED.into_iter().filter(|_| worded) {
        let by_area = scene.troubles.iter().any(|t| {
            super::findings::signature(scene.knowledge, t).is_some_and(|s| areas.contains(&s.area.as_str()))
        });
        let hints_at = |(is_loud, text): &(bool, String)| {
            hints.iter().chain(loud.iter().filter(|_| *is_loud)).any(|hint| says(text, hint))
        };
        let by_word = || texts.iter().any(hints_at);
        if !by_area && !answered(statuses) && !by_word() {
            let text = format!(
                "{sentence} among {}.",
                words::count(scene.statements.len() as u64, "distinct message", "distinct messages")
            );
            sentences.push(derived(
                Rich::text(text),
                "signatures of that area and words that would hint at it",
                None,
            ));
        }
    }
    if !scene.index.requests().is_empty() && !scene.index.requests().iter().any(|r| r.status >= 500) {
        sentences.push(derived(Rich::text("No request answered with 5xx."), "status of every request", None));
    }
    let exits = texts.iter().any(|(_, text)| exits_badly(text));
    if !exits && scene.episodes.iter().all(|e| e.bad_exits().is_empty()) {
        sentences.push(derived(
            Rich::text("No exit with a code other than 0."),
            "exit messages of the platform and of process managers",
            None,
        ));
    }
    sentences
}

/// Whether a text holds a hint; a number not as a part of a longer one.
fn says(text: &str, hint: &str) -> bool {
    let is_part = |c: Option<char>| {
        c.is_some_and(|c| c.is_ascii_digit()) && hint.starts_with(|c: char| c.is_ascii_digit())
    };
    text.match_indices(hint).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + hint.len()..).and_then(|text| text.chars().next());
        !is_part(before) && !is_part(after)
    })
}

/// Whether a text names an exit code that is not 0, whoever says it.
fn exits_badly(text: &str) -> bool {
    ["exit code", "exit status", "exited with", "exitcode"].iter().any(|words| {
        text.match_indices(words).any(|(at, _)| {
            let after = crate::digest::cut(text.get(at + words.len()..).unwrap_or(""), 12);
            after.chars().find(char::is_ascii_digit).is_some_and(|digit| digit != '0')
        })
    })
}

/// Whether most entries that are no requests have words.
fn worded(index: &Index) -> bool {
    let all = index.rows().len().saturating_sub(index.requests().len());
    let shapes = (0u32..).zip(index.shapes()).filter(|(_, shape)| shape.text().trim().is_empty());
    let rows = shapes.flat_map(|(number, _)| index.rows_of_shape(number));
    rows.filter(|&&row| index.request_of(row).is_none()).count() * 2 <= all
}
