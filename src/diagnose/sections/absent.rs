//! What was looked for and not found: takes all that the log says, gives sentences only where nothing speaks against them.

use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::derived;
use crate::diagnose::{findings, statements, words};
use crate::digest::Index;
use crate::entry::Severity;
use crate::report::model::{Rich, Sentence};
use aho_corasick::AhoCorasick;
use std::cell::OnceCell;
use std::ops::Range;

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

/// Words that stand before an exit code.
const EXITS: [&str; 4] = ["exit code", "exit status", "exited with", "exitcode"];

/// What a word in a text is a sign of.
#[derive(Clone, Copy)]
enum Sign {
    /// A line of [`LOOKED`]; of some words only where they stand in a warning or error.
    Line { number: usize, is_loud: bool },
    /// One of [`EXITS`].
    Exit,
}

/// Every word that is looked for, and what it is a sign of.
fn signs() -> (Vec<&'static str>, Vec<Sign>) {
    let of_lines = LOOKED.into_iter().enumerate().flat_map(|(number, (_, _, hints, loud, _))| {
        let sign = move |is_loud| move |word: &&'static str| (*word, Sign::Line { number, is_loud });
        hints.iter().map(sign(false)).chain(loud.iter().map(sign(true)))
    });
    of_lines.chain(EXITS.into_iter().map(|word| (word, Sign::Exit))).unzip()
}

/// What nothing speaks against: the lines of [`LOOKED`], and that no exit had a code other than 0.
struct Unseen {
    lines: [bool; LOOKED.len()],
    exits: bool,
}

impl Unseen {
    /// What neither troubles, statuses nor the ends of processes show.
    fn by_facts(scene: &Scene<'_>) -> Unseen {
        // An export that left the words out shows nothing, whatever was said.
        let is_worded = worded(scene.index);
        let of_area = |areas: &[&str]| {
            scene.troubles.iter().any(|t| {
                findings::signature(scene.knowledge, t).is_some_and(|s| areas.contains(&s.area.as_str()))
            })
        };
        let answered = |statuses: &[u16]| scene.index.requests().iter().any(|r| statuses.contains(&r.status));
        Unseen {
            lines: LOOKED
                .map(|(_, areas, _, _, statuses)| is_worded && !of_area(areas) && !answered(statuses)),
            exits: scene.episodes.iter().all(|e| e.bad_exits().is_empty()),
        }
    }

    /// Strikes out what words speak of. All words are looked for in one pass over each text, and only until all is struck out.
    fn without_said(mut self, scene: &Scene<'_>) -> Unseen {
        let (words, signs) = signs();
        // In doubt nothing is said.
        let Ok(words) = AhoCorasick::builder().ascii_case_insensitive(true).build(words) else {
            return Unseen { lines: Default::default(), exits: false };
        };
        for (severity, text) in texts(scene) {
            if !self.exits && !self.lines.contains(&true) {
                break;
            }
            // An error is one at whatever level it is said.
            let sounds_bad = OnceCell::new();
            let is_in_error = || {
                severity >= Severity::Warning
                    || *sounds_bad.get_or_init(|| statements::suspect::sounds_bad(text))
            };
            for hit in words.find_overlapping_iter(text) {
                match signs.get(hit.pattern().as_usize()) {
                    Some(Sign::Line { number, is_loud }) => {
                        let line = self.lines.get_mut(*number).filter(|line| **line);
                        if let Some(line) = line {
                            *line = !is_whole(text, hit.range()) || *is_loud && !is_in_error();
                        }
                    }
                    Some(Sign::Exit) => self.exits &= !is_bad_exit(text, hit.end()),
                    None => {}
                }
            }
        }
        self
    }
}

/// All that the log says, with its severity: also where it stands in a field or an object beside the message.
fn texts<'s>(scene: &Scene<'s>) -> impl Iterator<Item = (Severity, &'s str)> {
    let said = scene.statements.iter().map(|s| (s.severity, s.text.as_str()));
    let shapes = scene.index.shapes().iter();
    let shapes = shapes.filter(|s| s.severity() >= Severity::Warning || s.severity() == Severity::Default);
    let beside = shapes.flat_map(|s| s.others().chain(s.fields_unordered()).map(|text| (s.severity(), text)));
    said.chain(beside).chain(scene.index.aside_texts().map(|text| (Severity::Error, text)))
}

/// What an expert would look for, where the log could have shown it and did not.
pub(crate) fn not_found(scene: &Scene<'_>) -> Vec<Sentence> {
    let unseen = Unseen::by_facts(scene).without_said(scene);
    let mut sentences = Vec::new();
    let among = words::count(scene.statements.len() as u64, "distinct message", "distinct messages");
    for ((sentence, ..), _) in LOOKED.into_iter().zip(unseen.lines).filter(|(_, is_unseen)| *is_unseen) {
        sentences.push(derived(
            Rich::text(format!("{sentence} among {among}.")),
            "signatures of that area and words that would hint at it",
            None,
        ));
    }
    if !scene.index.requests().is_empty() && !scene.index.requests().iter().any(|r| r.status >= 500) {
        sentences.push(derived(Rich::text("No request answered with 5xx."), "status of every request", None));
    }
    if unseen.exits {
        sentences.push(derived(
            Rich::text("No exit with a code other than 0."),
            "exit messages of the platform and of process managers",
            None,
        ));
    }
    sentences
}

/// Whether a word that was found stands for itself: a number not as a part of a longer one.
fn is_whole(text: &str, found: Range<usize>) -> bool {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let is_before = found.start.checked_sub(1).is_some_and(is_digit);
    !is_digit(found.start) || !is_before && !is_digit(found.end)
}

/// Whether what follows words before an exit code is a code that is not 0, whoever says it.
fn is_bad_exit(text: &str, end: usize) -> bool {
    let after = crate::digest::cut(text.get(end..).unwrap_or(""), 12);
    after.chars().find(char::is_ascii_digit).is_some_and(|digit| digit != '0')
}

/// Whether most entries that are no requests have words.
fn worded(index: &Index) -> bool {
    let all = index.rows().len().saturating_sub(index.requests().len());
    let shapes = (0u32..).zip(index.shapes()).filter(|(_, shape)| shape.text().trim().is_empty());
    let rows = shapes.flat_map(|(number, _)| index.rows_of_shape(number));
    rows.filter(|&&row| index.request_of(row).is_none()).count() * 2 <= all
}
