//! Failed and refused requests in words: which paths, how often, and whether users or a script asked.

use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived, observed};
use crate::diagnose::measures::latency::Latencies;
use crate::diagnose::troubles::Kind;
use crate::diagnose::{measures, statements, words};
use crate::entry::Nanos;
use crate::entry::time::SECOND;
use crate::order::Order as _;
use crate::query::shell;
use crate::report::model::{Rich, Sentence};
use std::collections::BTreeMap;

/// Paths that are named; the rest is counted.
const NAMED: usize = 4;
/// Paths of a list.
const LISTED: usize = 8;
/// Occurrences of each message that are looked at for a request beside them.
const LOOKED: usize = 100;

/// What most refusals are.
pub(crate) const REFUSED: &str = "refused as the client's fault (4xx)";

/// Requests to one method and path with one status.
struct Group {
    path: String,
    status: u16,
    rows: Vec<u32>,
}

/// Groups of requests, the largest first.
fn groups(scene: &Scene<'_>, rows: &[u32]) -> Vec<Group> {
    let mut found: BTreeMap<(&str, u16), Vec<u32>> = BTreeMap::new();
    for &row in rows {
        if let Some(request) = scene.index.request_of(row) {
            found
                .entry((scene.index.path(request.path).unwrap_or(""), request.status))
                .or_default()
                .push(row);
        }
    }
    let mut groups: Vec<Group> = found
        .into_iter()
        .map(|((path, status), rows)| Group { path: path.to_owned(), status, rows })
        .collect();
    groups.order_by_key(|group| std::cmp::Reverse(group.rows.len()));
    groups
}

/// ` to `GET /a`, `GET /b` and 3 more paths`.
fn named(text: Rich, groups: &[Group]) -> Rich {
    let mut text = text;
    let rest = groups.len().saturating_sub(NAMED);
    let shown = groups.len() - rest;
    for (at, group) in groups.iter().take(NAMED).enumerate() {
        let before = if at == 0 {
            ""
        } else if at + 1 == shown && rest == 0 {
            " and "
        } else {
            ", "
        };
        text = text.t(before).c(&group.path);
        if groups.len() > 1 && group.rows.len() > 1 {
            text = text.t(format!(" ({})", words::number(group.rows.len() as u64)));
        }
    }
    if rest == 0 {
        text
    } else {
        text.t(format!(" and {}", words::count(rest as u64, "more path", "more paths")))
    }
}

/// The path that failed most often; of refused requests where none failed.
pub(crate) fn most_frequent(scene: &Scene<'_>, rows: &[u32]) -> Option<String> {
    let groups = groups(scene, rows);
    let failed = groups.iter().find(|group| group.status >= 500);
    failed.or(groups.first()).map(|group| group.path.clone())
}

/// How many requests failed with a server error, and which.
pub(crate) fn failed(scene: &Scene<'_>, rows: &[u32]) -> Rich {
    let groups: Vec<Group> = groups(scene, rows).into_iter().filter(|g| g.status >= 500).collect();
    let n: usize = groups.iter().map(|g| g.rows.len()).sum();
    let mut statuses: Vec<u16> = groups.iter().map(|g| g.status).collect();
    statuses.order();
    statuses.dedup();
    let statuses: Vec<String> = statuses.iter().map(u16::to_string).collect();
    let text = format!(
        "{} failed with a server error ({}): ",
        words::count(n as u64, "request", "requests"),
        words::list(&statuses)
    );
    named(Rich::text(text), &groups).t(".")
}

/// How many requests were refused, and which.
pub(crate) fn refused(scene: &Scene<'_>, rows: &[u32]) -> Rich {
    let groups = groups(scene, rows);
    let text = words::count(rows.len() as u64, "request was refused: ", "requests were refused: ");
    named(Rich::text(text), &groups).t(".")
}

/// `117 requests refused as the client's fault (4xx), most often …`.
pub(crate) fn refused_title(scene: &Scene<'_>, rows: &[u32], refused: &str) -> Rich {
    let groups = groups(scene, rows);
    let text = format!("{} {refused}", words::count(rows.len() as u64, "request", "requests"));
    match groups.first() {
        Some(group) if groups.len() == 1 => {
            Rich::text(text + ": ").c(&group.path).t(format!(" answered {}", group.status))
        }
        Some(group) if group.rows.len() > 2 && group.rows.len() * 5 >= rows.len() => {
            Rich::text(text + ", most often ").c(&group.path).t(format!(
                " with {} ({})",
                group.status,
                words::count(group.rows.len() as u64, "time", "times")
            ))
        }
        _ => Rich::text(text),
    }
}

/// Who was refused: many paths a few times each are a script, not people.
pub(crate) fn refused_impact(scene: &Scene<'_>, rows: &[u32]) -> Rich {
    let groups = groups(scene, rows);
    let most = groups.first().map_or(0, |g| g.rows.len());
    if groups.len() >= 6 && most * 3 <= rows.len() {
        return Rich::text(format!(
            "Callers were refused; the service itself worked. {} were asked for, the most frequent only {}: that looks like a test script or a scanner that walks through the addresses, not like users, and is then harmless.",
            words::count(groups.len() as u64, "different path", "different paths"),
            words::count(most as u64, "time", "times"),
        ));
    }
    Rich::text("Callers were refused; the service itself worked.")
}

/// A line a path.
pub(crate) fn by_path(scene: &Scene<'_>, book: &mut Book<'_>, rows: &[u32]) -> Vec<Sentence> {
    let groups = groups(scene, rows);
    if groups.len() < 2 {
        return Vec::new();
    }
    let line = |group: Group| {
        let n = words::count(group.rows.len() as u64, "time", "times");
        let text = Rich::default().c(format!("{} {}", group.path, group.status)).t(format!(" ({n})"));
        observed(text, book.rows(&group.rows))
    };
    groups.into_iter().take(LISTED).map(line).collect()
}

/// Requests that fail as a consequence: a sentence a status.
pub(crate) fn consequences(scene: &Scene<'_>, book: &mut Book<'_>, rows: &[u32]) -> Vec<Sentence> {
    let mut by_status: BTreeMap<u16, Vec<Group>> = BTreeMap::new();
    for group in groups(scene, rows) {
        by_status.entry(group.status).or_default().push(group);
    }
    let mut sentences = Vec::new();
    for (status, groups) in by_status.into_iter().rev() {
        let mut rows: Vec<u32> = groups.iter().flat_map(|g| g.rows.iter().copied()).collect();
        rows.sort_unstable();
        let n = words::count(rows.len() as u64, "request", "requests");
        let text = named(Rich::text(format!("{n} answered {status}: ")), &groups).t(".");
        sentences.push(derived(text, "follows from the cause by time and place", book.rows(&rows)));
    }
    sentences
}

/// What requests say whose failure no message explains: how long they took, and that the reason is not in the log.
pub(crate) fn unexplained(scene: &Scene<'_>, rows: &[u32]) -> Rich {
    let took = Latencies::of(scene.index, rows).map(|latencies| match latencies.limit_seconds() {
        Some(seconds) => format!("Cut off after {seconds} s, a time limit. "),
        None => format!(
            "{} took {}, so no time limit cut {} off. ",
            if latencies.n == 1 { "It" } else { "They" },
            latencies.words(),
            if latencies.n == 1 { "it" } else { "them" }
        ),
    });
    let took = took.unwrap_or_default();
    let (heard, all) = heard(scene, rows);
    Rich::text(match (heard, rows.len()) {
        (true, _) => format!(
            "{took}What is said beside them goes with a part of them only: what failed the others is not in this log."
        ),
        (false, _) if !all => format!(
            "{took}None of the first {LOOKED} of each message of a failure in that time goes with {}: they do not tell what failed.",
            if rows.len() == 1 { "it" } else { "them" }
        ),
        (false, 1) => {
            format!("{took}No message of a failure stands beside it: what failed is not in this log.")
        }
        (false, _) => {
            format!("{took}No message of a failure stands beside them: what failed is not in this log.")
        }
    })
}

/// Whether a message of a failure stands beside one of these requests, which was too little to hang all of them on it, and whether
/// all messages were looked at for that.
fn heard(scene: &Scene<'_>, rows: &[u32]) -> (bool, bool) {
    let rows = super::sorted(rows.to_vec());
    let spans = rows.iter().filter_map(|&row| measures::spans::span(scene, row));
    let (from, until) = spans.fold((i64::MAX, i64::MIN), |(a, b), (from, to)| (a.min(from), b.max(to)));
    let is_near = |row: &u32| {
        let at = statements::time(scene.index, *row);
        at.is_some_and(|at| from <= at.0 && at.0 <= until.saturating_add(SECOND))
    };
    let mut all = true;
    for trouble in
        scene.troubles.iter().filter(|t| !matches!(t.kind, Kind::ServerErrors | Kind::ClientErrors))
    {
        let mut firsts = trouble.occurrences.firsts().iter().copied().filter(is_near);
        let is_beside = |row| {
            let served = measures::spans::served_at(scene, row, SECOND);
            served.iter().any(|(row, _)| rows.binary_search(row).is_ok())
        };
        if firsts.by_ref().take(LOOKED).any(is_beside) {
            return (true, all);
        }
        all &= firsts.next().is_none();
    }
    (false, all)
}

/// What to do about requests whose failure no message explains.
pub(crate) fn advice(scene: &Scene<'_>, rows: &[u32]) -> Rich {
    let text = named(Rich::text("Find out what fails behind "), &groups(scene, rows));
    text.t(": read what the service logged in those seconds, every severity, stdout and stderr, by the trace ids of the requests. If nothing is there, let the handler log its errors.")
}

/// The command that reads it, where the log is of Google Cloud.
pub(crate) fn command(
    values: &BTreeMap<String, String>,
    first: Option<Nanos>,
    last: Option<Nanos>,
) -> String {
    if !values.get("resource_type").is_some_and(|resource| resource.starts_with("cloud_run")) {
        return String::new();
    }
    let (Some(service), Some(project), Some(first), Some(last)) =
        (values.get("service"), values.get("project"), first, last)
    else {
        return String::new();
    };
    let stamp = |time: Nanos| time.date_time().replacen(' ', "T", 1) + "Z";
    let (from, until) = (stamp(Nanos(first.0 - 10 * SECOND)), stamp(Nanos(last.0 + 10 * SECOND)));
    let mut command = "gcloud logging read 'resource.labels.service_name=\"".to_owned();
    shell::add(&mut command, service);
    command.push_str(&format!("\" AND timestamp>=\"{from}\" AND timestamp<=\"{until}\"' --project="));
    shell::add(&mut command, project);
    command.push_str(" --order=asc --limit=1000");
    command
}
