//! What was looked for and not found: takes all that the log says, gives sentences only where nothing speaks against them.

use super::causality::Scene;
use super::evidence::derived;
use super::words;
use crate::digest::Index;
use crate::entry::Severity;
use crate::report::model::{Rich, Sentence};

/// What is looked for: the sentence, the areas of signatures that would show it, words that would hint at it, and words that do
/// so in a warning or error only. In doubt nothing is said.
type Looked = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);
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
    ),
    (
        "No quota or billing message",
        &["quota-billing"],
        &["quota", "billing", "rate limit", "ratelimit", "resource_exhausted", "too many requests"],
        &["429", "throttl", "limit exceeded", "too_many_requests"],
    ),
];

/// What an expert would look for, where the log could have shown it and did not.
pub(crate) fn not_found(scene: &Scene<'_>) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    // An export that left the words out shows nothing, whatever was said.
    let worded = worded(scene.index);
    let texts: Vec<(bool, String)> = scene
        .statements
        .iter()
        .map(|s| (s.severity >= Severity::Warning, s.text.to_ascii_lowercase()))
        .collect();
    for (sentence, areas, hints, loud) in LOOKED.into_iter().filter(|_| worded) {
        let by_area = scene.troubles.iter().any(|t| {
            super::findings::signature(scene.knowledge, t).is_some_and(|s| areas.contains(&s.area.as_str()))
        });
        let hints_at = |(is_loud, text): &(bool, String)| {
            hints.iter().chain(loud.iter().filter(|_| *is_loud)).any(|hint| text.contains(hint))
        };
        let by_word = || texts.iter().any(hints_at);
        if !by_area && !by_word() {
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
    if scene.episodes.iter().all(|e| e.bad_exits().is_empty()) {
        sentences.push(derived(
            Rich::text("No exit with a code other than 0."),
            "exit messages of the platform and of process managers",
            None,
        ));
    }
    sentences
}

/// Whether most entries that are no requests have words.
fn worded(index: &Index) -> bool {
    let all = index.rows().len().saturating_sub(index.requests().len());
    let shapes = (0u32..).zip(index.shapes()).filter(|(_, shape)| shape.text().trim().is_empty());
    let rows = shapes.flat_map(|(number, _)| index.rows_of_shape(number));
    rows.filter(|&&row| index.request_of(row).is_none()).count() * 2 <= all
}
