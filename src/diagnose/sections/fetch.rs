//! What a log holds or lacks → the filter, or the query, that fetches it from where the log came from.

use crate::digest::{Index, Row};
use crate::entry::time::SECOND;
use crate::entry::{Nanos, Severity, Source};
use crate::order::Gather as _;
use crate::pattern::{VARIABLE, mask};
use crate::query::{Filter, Term, explorer, shell};
use crate::report::model::{Gap, Query};
use std::collections::BTreeSet;

/// Services, resource types and texts that a query names; of more it names none.
const NAMES: usize = 5;
/// Bytes of a text that is worth searching for, and that a query has room for.
const TEXT_BYTES: std::ops::RangeInclusive<usize> = 8..=120;
/// What lies around a log that an export cut.
const AROUND: i64 = 3600 * SECOND;

/// The filter of some rows: who wrote them, when, and what all of them say, or how severe they are where that can't be said.
/// Empty for a log that is not of Google Cloud, which no other tool could be asked for.
pub(crate) fn of_rows(index: &Index, rows: &[u32]) -> Filter {
    let requests: Vec<u16> = rows.iter().filter_map(|row| index.request_of(*row)).map(|r| r.status).collect();
    let rows: Vec<&Row> = rows.iter().filter_map(|row| index.row(*row)).collect();
    let distinct = |of: fn(&Row) -> u32| rows.iter().map(|row| of(row)).gathered::<BTreeSet<u32>>();
    let numbers = distinct(Row::source);
    let sources: Vec<&Source<'_>> =
        numbers.iter().filter_map(|number| index.sources().get(*number as usize)).collect();
    let resources = names(&sources, |source| &source.resource);
    if resources.is_empty() {
        return Filter::default();
    }
    // What is told of a request, of an audit entry or of an event stands in several fields there, and in no text.
    let is_said = requests.is_empty() && !sources.iter().any(|source| is_made(&source.log));
    let texts = if is_said { texts(index, &distinct(Row::shape)) } else { Vec::new() };
    let statuses: BTreeSet<u16> =
        if requests.len() == rows.len() { requests.into_iter().collect() } else { BTreeSet::new() };
    let statuses = if statuses.contains(&0) || statuses.len() > NAMES { BTreeSet::new() } else { statuses };
    let recorded: BTreeSet<Severity> = if texts.is_empty() && statuses.is_empty() {
        rows.iter().map(|row| row.recorded().unwrap_or_default()).collect()
    } else {
        BTreeSet::new()
    };
    Filter {
        resources,
        services: names(&sources, |source| &source.service),
        from: rows.iter().filter_map(|row| row.time()).min(),
        until: rows.iter().filter_map(|row| row.time()).max(),
        texts: (!texts.is_empty()).then_some(Term { any: texts, regex: false }).into_iter().collect(),
        recorded: recorded.into_iter().collect(),
        statuses: statuses.into_iter().map(|status| (status, status)).collect(),
        ..Filter::default()
    }
}

/// Whether the messages of this log are put together from fields.
fn is_made(log: &str) -> bool {
    log.starts_with("cloudaudit.googleapis.com") || log == "events"
}

/// Names that sources bear, if all of them bear one and it is a few.
fn names(sources: &[&Source<'_>], of: for<'s> fn(&'s Source<'_>) -> &'s str) -> Vec<String> {
    let all: BTreeSet<&str> = sources.iter().map(|source| of(source)).gathered();
    let is_some = !all.contains("") && all.len() <= NAMES;
    if is_some { all.into_iter().map(str::to_owned).collect() } else { Vec::new() }
}

/// The longest constant piece of the first line of each shape, or nothing where one has none.
fn texts(index: &Index, shapes: &BTreeSet<u32>) -> Vec<String> {
    if shapes.len() > 4 * NAMES {
        return Vec::new();
    }
    let piece = |shape: &u32| {
        let line = index.shape(*shape)?.message().lines().find(|line| !line.trim().is_empty())?;
        let mut masked = String::new();
        mask(line, &mut masked);
        let pieces = masked.split(VARIABLE).map(|piece| piece.trim_matches([' ', '"', '\'', '\\']));
        let longest = pieces.max_by_key(|piece| piece.len())?;
        // What is masked may be written in another way than it stood there.
        let cut = crate::digest::cut(longest, *TEXT_BYTES.end());
        (cut.len() >= *TEXT_BYTES.start() && line.contains(cut)).then(|| cut.to_owned())
    };
    let all: Option<BTreeSet<String>> = shapes.iter().map(piece).collect();
    all.filter(|all| all.len() <= NAMES).map(|all| all.into_iter().collect()).unwrap_or_default()
}

/// The source with most entries that a query can name, and the span of the log.
fn main_source(index: &Index) -> Option<(&Source<'static>, [Nanos; 2])> {
    let counts = super::overview::entries_by_source(index);
    let (source, _) = index
        .sources()
        .iter()
        .zip(&counts)
        .filter(|(source, _)| !source.service.is_empty() && !source.resource.is_empty())
        .max_by_key(|(source, n)| (**n, std::cmp::Reverse((*source).clone())))?;
    Some((source, index.span()?))
}

/// Entries of the main service in a span that is wider by this much.
fn of_service(source: &Source<'_>, [first, last]: [Nanos; 2], around: i64) -> Filter {
    Filter {
        resources: vec![source.resource.to_string()],
        services: vec![source.service.to_string()],
        from: Some(Nanos(first.0.saturating_sub(around))),
        until: Some(Nanos(last.0.saturating_add(around))),
        ..Filter::default()
    }
}

/// Queries that fetch what surrounds the log.
pub(super) fn queries(index: &Index) -> Vec<Query> {
    let Some((source, span)) = main_source(index) else { return Vec::new() };
    let scope = explorer::Scope { project: source.project.to_string(), ..explorer::Scope::default() };
    let text = explorer::print(&of_service(source, span, AROUND), &scope);
    let command = shell::read_logs(&text, &source.project);
    let what = if explorer::names_services(&source.resource) { "service" } else { "type of resource" };
    vec![
        Query {
            title: format!("Everything of this {what} from an hour before to an hour after"),
            language: "logs-explorer".into(),
            text,
        },
        Query { title: "The same as a command".into(), language: "gcloud".into(), text: command },
    ]
}

/// A blind spot by what is missing, and how the filter of all that the service wrote has to change to fetch it.
pub(super) struct Blind {
    what: &'static str,
    change: fn(&mut Filter),
}

/// The export ended at a limit.
pub(super) const CUT: Blind = Blind {
    what: "What lies before and after",
    change: |filter| {
        filter.from = filter.from.map(|from| Nanos(from.0.saturating_sub(AROUND)));
        filter.until = filter.until.map(|until| Nanos(until.0.saturating_add(AROUND)));
    },
};
/// Only what is severe was exported.
pub(super) const MILD: Blind = Blind {
    what: "Entries below WARNING",
    change: |filter| {
        filter.recorded = Severity::ALL.into_iter().filter(|level| *level < Severity::Warning).collect();
    },
};
/// The application itself says nothing.
pub(super) const OUTPUT: Blind = Blind {
    what: "stdout and stderr",
    change: |filter| {
        filter.logs = ["stderr", "stdout"].map(|log| format!("run.googleapis.com/{log}")).into();
    },
};
/// Requests were not exported.
pub(super) const REQUESTS: Blind = Blind {
    what: "The request log",
    change: |filter| filter.logs = vec!["run.googleapis.com/requests".into()],
};
/// Nothing tells of a change.
pub(super) const CHANGES: Blind = Blind {
    what: "Deployments and other changes from a day before on",
    change: |filter| {
        filter.logs =
            ["activity", "system_event"].map(|log| format!("cloudaudit.googleapis.com/{log}")).into();
        filter.from = filter.from.map(|from| Nanos(from.0.saturating_sub(24 * AROUND)));
    },
};

/// What the log lacks, with filters that fetch it; nothing for a log that is not of Google Cloud.
pub(super) fn gaps(index: &Index, blind: &[&Blind]) -> Vec<Gap> {
    let Some((source, span)) = main_source(index) else { return Vec::new() };
    let gap = |blind: &&Blind| {
        let mut filter = of_service(source, span, 0);
        (blind.change)(&mut filter);
        Gap { what: blind.what.to_owned(), filter }
    };
    blind.iter().map(gap).collect()
}
