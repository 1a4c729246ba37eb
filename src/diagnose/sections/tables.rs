//! Tables: severities, requests, deployments.

use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::lifecycle::Episode;
use crate::diagnose::words::{self, per_mille};
use crate::entry::{Native, Severity};
use crate::order::Order as _;
use crate::query::Filter;
use crate::report::model::{Count, Deployment, PathRow, Requests, Rich, Sentence, SeverityRow};
use std::collections::BTreeMap;

/// Rows of a table that are shown.
const PATHS: usize = 15;

/// Entries whose level has a name that Cloud Logging does not have.
struct Named {
    native: Native,
    rows: Vec<u32>,
    /// How many of them really are of the severity that it stands for.
    really: u64,
}

impl Named {
    fn row(&self, book: &mut Book<'_>, total: u64) -> SeverityRow {
        let evidence = book.rows(&self.rows);
        severity_row(self.native.name(), [self.rows.len() as u64, total], self.really, evidence)
    }
}

fn natives(scene: &Scene<'_>) -> Vec<Named> {
    let mut found = Native::ALL.map(|native| Named { native, rows: Vec::new(), really: 0 });
    for (number, row) in (0u32..).zip(scene.index.rows()) {
        let Some(native) = row.native() else { continue };
        if let Some(named) = found.iter_mut().find(|named| named.native == native) {
            named.rows.push(number);
            named.really += u64::from(row.severity() == native.severity());
        }
    }
    found.into_iter().filter(|named| !named.rows.is_empty()).collect()
}

/// Recorded severities, the highest first, `none` last; the effective number beside each.
pub(crate) fn severities(scene: &Scene<'_>, book: &mut Book<'_>) -> (Vec<SeverityRow>, Vec<Sentence>) {
    let total = scene.index.rows().len() as u64;
    let recorded = by_severity(|severity| scene.index.n_recorded_at_least(severity));
    let effective = by_severity(|severity| scene.index.n_at_least(severity));
    let none = total - recorded.iter().sum::<u64>();
    let natives = natives(scene);
    let mut rows = Vec::new();
    for severity in Severity::ALL.into_iter().rev() {
        let at = usize::from(severity.rank());
        let own = natives.iter().filter(|named| named.native.severity() == severity);
        let apart = |of: fn(&Named) -> u64| -> u64 { own.clone().map(of).sum() };
        let rest = |all: &[u64], of| all.get(at).copied().unwrap_or(0).saturating_sub(apart(of));
        let n = rest(&recorded, |named| named.rows.len() as u64);
        let really = rest(&effective, |named| named.really);
        // FATAL stands above CRITICAL, SEVERE beside ERROR, TRACE and VERBOSE below DEBUG.
        let (above, below): (Vec<&Named>, Vec<&Named>) =
            own.clone().partition(|named| named.native == Native::Fatal);
        rows.extend(above.into_iter().map(|named| named.row(book, total)));
        if n > 0 || really > 0 && severity != Severity::Default {
            let filter = Filter { recorded: vec![severity], ..Filter::default() };
            let evidence = book.filter_of(
                if n > 0 { filter } else { Filter::of_severities([severity]) },
                if n > 0 { n } else { really },
            );
            rows.push(severity_row(severity.name(), [n, total], really, evidence));
        }
        rows.extend(below.into_iter().map(|named| named.row(book, total)));
    }
    if none > 0 {
        let filter = Filter { recorded: vec![Severity::Default], ..Filter::default() };
        let evidence = book.filter_of(filter, none);
        rows.push(severity_row("none", [none, total], effective.first().copied().unwrap_or(0), evidence));
    }
    (rows, notes(scene, book))
}

fn severity_row(
    name: &str,
    [entries, total]: [u64; 2],
    effective: u64,
    evidence: Option<u32>,
) -> SeverityRow {
    let per_mille = per_mille(entries, total);
    SeverityRow { name: name.to_owned(), entries, per_mille, effective, evidence }
}

/// What the table does not say: entries without words, and those that are worse than they are recorded.
fn notes(scene: &Scene<'_>, book: &mut Book<'_>) -> Vec<Sentence> {
    let mut notes = Vec::new();
    notes.extend(wordless(scene, book));
    let hidden: Vec<u32> = (0u32..)
        .zip(scene.index.rows())
        .filter(|(_, row)| {
            row.severity() >= Severity::Warning && row.recorded().is_none_or(|r| r < Severity::Warning)
        })
        .map(|(n, _)| n)
        .collect();
    if !hidden.is_empty() {
        let text = format!(
            "{} of WARNING or above by level or text, without saying so in the severity field.",
            words::count(hidden.len() as u64, "entry is", "entries are")
        );
        notes.push(derived(
            Rich::text(text),
            "level in the payload, prefix of the text, or status of the request",
            book.rows(&hidden),
        ));
    }
    // Loggers that hang an error object on every entry: said once, and never counted as errors.
    for (text, rows) in scene.index.asides() {
        let calm: Vec<u32> = rows
            .into_iter()
            .filter(|&n| scene.index.row(n).is_some_and(|row| row.severity() < Severity::Error))
            .collect();
        if calm.len() >= 3 {
            let sentence = Rich::text(format!(
                "{} below ERROR carry a nested error object that says ",
                words::count(calm.len() as u64, "entry", "entries")
            ))
            .c(words::headline(text, 120))
            .t(": a matter of the logging format, not counted as errors.");
            notes.push(derived(
                sentence,
                "an error object inside the payload against the severity of its entry",
                book.rows(&calm),
            ));
        }
    }
    notes
}

/// How many entries have each severity, given how many have at least it.
fn by_severity(at_least: impl Fn(Severity) -> u64) -> [u64; 9] {
    let mut above = 0;
    let mut counts = Severity::ALL;
    counts.reverse();
    let mut counts = counts.map(|severity| {
        let all = at_least(severity);
        all - std::mem::replace(&mut above, all)
    });
    counts.reverse();
    counts
}

/// Requests as a whole and by path.
pub(crate) fn requests(scene: &Scene<'_>, book: &mut Book<'_>) -> Option<Requests> {
    let all = scene.index.requests();
    if all.is_empty() {
        return None;
    }
    let mut statuses: BTreeMap<u16, u64> = BTreeMap::new();
    let mut paths: BTreeMap<u32, Vec<&crate::digest::RequestRow>> = BTreeMap::new();
    for request in all {
        *statuses.entry(request.status).or_default() += 1;
        paths.entry(request.path).or_default().push(request);
    }
    let counts = |statuses: BTreeMap<u16, u64>, book: &mut Book<'_>, with_evidence: bool| -> Vec<Count> {
        let mut counts: Vec<Count> = statuses
            .into_iter()
            .map(|(status, n)| {
                let filter = Filter { statuses: vec![(status, status)], ..Filter::default() };
                let evidence = if with_evidence { book.filter_of(filter, n) } else { None };
                Count {
                    what: if status == 0 { "no status".to_owned() } else { status.to_string() },
                    n,
                    evidence,
                }
            })
            .collect();
        counts.order_by(|a, b| b.n.cmp(&a.n).then(a.what.cmp(&b.what)));
        counts
    };
    let mut rows: Vec<(u64, PathRow)> = Vec::new();
    for (path, requests) in paths {
        let mut statuses: BTreeMap<u16, u64> = BTreeMap::new();
        requests.iter().for_each(|request| *statuses.entry(request.status).or_default() += 1);
        let failed = requests.iter().filter(|request| request.status >= 500).count() as u64;
        let numbers: Vec<u32> = requests.iter().map(|request| request.row).collect();
        let latency = quantiles(requests.iter().filter_map(|request| request.latency()).collect());
        rows.push((
            failed,
            PathRow {
                path: scene.index.path(path).unwrap_or("(other paths)").to_owned(),
                requests: requests.len() as u64,
                statuses: counts(statuses, book, false),
                latency_micros: latency.map(|[p50, p95, p99, _]| [p50, p95, p99]),
                evidence: book.rows(&numbers),
            },
        ));
    }
    rows.order_by(|(failed, a), (others, b)| {
        others.cmp(failed).then(b.requests.cmp(&a.requests)).then(a.path.cmp(&b.path))
    });
    let more_paths = rows.len().saturating_sub(PATHS) as u64;
    Some(Requests {
        total: all.len() as u64,
        statuses: counts(statuses, book, true),
        latency_micros: quantiles(all.iter().filter_map(crate::digest::RequestRow::latency).collect()),
        paths: rows.into_iter().take(PATHS).map(|(_, row)| row).collect(),
        more_paths,
        notes: Vec::new(),
    })
}

/// p50, p95, p99 and maximum by nearest rank.
pub(crate) fn quantiles(mut values: Vec<u64>) -> Option<[u64; 4]> {
    values.sort_unstable();
    let at = |per_cent: usize| values.get((values.len() * per_cent).div_ceil(100).saturating_sub(1)).copied();
    Some([at(50)?, at(95)?, at(99)?, at(100)?])
}

/// Revisions, jobs and builds with what became of them.
pub(crate) fn deployments(episodes: &[Episode]) -> Vec<Deployment> {
    use crate::diagnose::knowledge::Phase;
    episodes
        .iter()
        .filter(|episode| !episode.name.is_empty())
        .map(|episode| {
            let exits = episode.bad_exits().len() as u64;
            let failed = |phase| episode.of(phase).next().is_some();
            let outcome =
                if failed(Phase::BuildFailed) || failed(Phase::JobFailed) || failed(Phase::DeployFailed) {
                    "failed"
                } else if exits > 1 && !episode.is_healthy() {
                    "restarts in a loop"
                } else if exits > 0 && !episode.is_healthy() {
                    "crashed"
                } else if failed(Phase::JobDone) || failed(Phase::BuildDone) {
                    "completed"
                } else if failed(Phase::StopRequested)
                    && episode.of(Phase::StopRequested).last().map(|e| e.time)
                        >= episode.last.map(|t| crate::entry::Nanos(t.0 - 5_000_000_000))
                {
                    "stopped on request"
                } else if episode.is_healthy() && is_young(episode, episodes) {
                    "came up; too young to tell"
                } else if episode.is_healthy() {
                    "works"
                } else {
                    "no verdict in the log"
                };
            Deployment {
                name: episode.name.clone(),
                service: episode.service.clone(),
                first: episode.first,
                last: episode.last,
                entries: episode.entries,
                starts: episode.starts().len() as u64,
                exits,
                instances: episode.instances.len() as u64,
                outcome: outcome.to_owned(),
            }
        })
        .take(40)
        .collect()
}

/// Whether a revision has not yet lived as long as failed ones of its service did, and has answered nothing.
fn is_young(episode: &Episode, all: &[Episode]) -> bool {
    let lived = |e: &Episode| e.last.zip(e.first).map_or(0, |(last, first)| last.0 - first.0);
    let failed = all.iter().filter(|e| e.service == episode.service && !e.service.is_empty());
    let cycle = failed.flat_map(Episode::cycles).map(|cycle| cycle.until.0 - cycle.from.0).min();
    episode.served == 0 && cycle.is_some_and(|cycle| lived(episode) < cycle)
}

/// Entries that say nothing at all: a script that exports logs may leave the payload out.
fn wordless(scene: &Scene<'_>, book: &mut Book<'_>) -> Option<Sentence> {
    let rows: Vec<u32> = (0u32..)
        .zip(scene.index.rows())
        .filter(|(n, row)| {
            row.severity() >= Severity::Warning
                && scene.index.request_of(*n).is_none()
                && scene.index.shape(row.shape()).is_none_or(|s| !s.text().chars().any(char::is_alphanumeric))
        })
        .map(|(n, _)| n)
        .collect();
    if rows.is_empty() {
        return None;
    }
    let n =
        words::count(rows.len() as u64, "entry of WARNING or above has", "entries of WARNING or above have");
    let text = format!(
        "{n} no text: the export left the payload out, so the cause may be in what is missing. Export the log again with textPayload, jsonPayload and protoPayload."
    );
    Some(derived(Rich::text(text), "entries without message and request", book.rows(&rows)))
}
