//! What shows that failures are over though little of the log is left: takes an incident, finds the message of a success that was missing
//! while it lasted and is said again, the other revision that serves since the failing one got its last request, or the answers to the
//! same paths since.

use crate::diagnose::causality::{Incident, Scene};
use crate::diagnose::statements::{self, time};
use crate::diagnose::words;
use crate::digest::{RequestRow, Row};
use crate::entry::time::duration_words;
use crate::entry::{Nanos, Severity};
use crate::order::Gather as _;
use crate::report::model::{Rich, State};
use std::collections::BTreeSet;

/// Failures, successes before them, and successes that are missing meanwhile, at least.
const LEAST: usize = 3;
/// Requests that another revision answers since, at least, and how many of a hundred may fail.
const SERVED: usize = 10;
const FAILS: usize = 5;
/// How many times as many answers in a row as ever between two failures, and for how long at least.
const TIMES: usize = 3;
const LASTS: i64 = 60_000_000_000;
/// How long the log goes on without the revision, in nanoseconds.
const WITHOUT: i64 = 120_000_000_000;

/// What shows it: state, words and rows.
pub(crate) fn find(
    scene: &Scene<'_>,
    incident: &Incident,
    [first, last]: [Nanos; 2],
    when: &str,
) -> Option<(State, Rich, Vec<u32>)> {
    said_again(scene, incident, [first, last], when)
        .or_else(|| unserved(scene, incident, last, when))
        .or_else(|| answered(scene, incident, last, when))
}

/// A calm message of the same service that was said before, not once meanwhile though it was due, and again since: all that stopped is
/// back, and nothing else fails there.
fn said_again(
    scene: &Scene<'_>,
    incident: &Incident,
    [_, last]: [Nanos; 2],
    when: &str,
) -> Option<(State, Rich, Vec<u32>)> {
    let root = incident.root.and_then(|root| scene.troubles.get(root))?;
    let failures = root.occurrences.firsts();
    let mine = scene.service(*failures.first()?).filter(|name| !name.is_empty())?;
    if incident.collapse.is_some() || !incident.requests.is_empty() || failures.len() < LEAST {
        return None;
    }
    let works = statements::ordinary::of(scene, [*failures.first()?, *failures.last()?]);
    let is_due = |work: &&statements::ordinary::Work<'_>| {
        work.before >= LEAST && work.meanwhile == 0 && work.due >= LEAST as i128
    };
    let main = works
        .iter()
        .filter(is_due)
        .max_by_key(|work| (work.before, std::cmp::Reverse(work.said.text.clone())))?;
    let all_back = works.iter().filter(is_due).all(|work| work.since > 0);
    let fails_on = scene.troubles.iter().any(|trouble| {
        let rows = trouble.occurrences.firsts();
        let later = rows.len() - rows.partition_point(|row| time(scene.index, *row) <= Some(last));
        trouble.severity >= Severity::Error
            && later > 0
            && rows.last().and_then(|row| scene.service(*row)) == Some(mine)
    });
    if !all_back || fails_on {
        return None;
    }
    let rows = main.said.occurrences.firsts();
    let again = *rows.get(rows.partition_point(|row| time(scene.index, *row) <= Some(last)))?;
    let at = time(scene.index, again)?;
    let text = Rich::text(format!("From {when}; it is over: "))
        .c(words::headline(statements::prefix::unprefixed(&main.said.text), 120))
        .t(format!(
            ", and the like, was said {} times before, not once meanwhile, and again at {} UTC, {} after the last failure.",
            main.before,
            at.date_time(),
            duration_words(at.0 - last.0)
        ));
    Some((State::Ended, text, vec![again]))
}

/// Another revision that answers since the one that fails got its last request.
fn unserved(
    scene: &Scene<'_>,
    incident: &Incident,
    last: Nanos,
    when: &str,
) -> Option<(State, Rich, Vec<u32>)> {
    let index = scene.index;
    let revision = |row: u32| {
        let source = index.row(row).and_then(|row| index.source_of(row))?;
        Some((source.service.as_ref(), source.revision.as_ref())).filter(|(_, revision)| !revision.is_empty())
    };
    let failed: Vec<u32> =
        incident.requests.iter().copied().filter(|row| fails(index.request_of(*row))).collect();
    let (mine, failing) = revision(*failed.first()?)?;
    if failed.len() < LEAST || failed.iter().any(|row| revision(*row) != Some((mine, failing))) {
        return None;
    }
    // Only who asks for the same shows that it is served.
    let paths: BTreeSet<u32> = failed.iter().filter_map(|row| Some(index.request_of(*row)?.path)).gathered();
    let of_service = index
        .requests()
        .iter()
        .filter(|r| paths.contains(&r.path) && revision(r.row).is_some_and(|(name, _)| name == mine));
    let own = of_service.clone().rfind(|r| revision(r.row).is_some_and(|(_, name)| name == failing))?;
    let since: Vec<&RequestRow> = of_service.filter(|r| r.row > own.row && r.status > 0).collect();
    let bad = since.iter().filter(|r| r.status >= 500).count();
    let serving = revision(since.first()?.row)?.1;
    let one = since.iter().all(|r| revision(r.row).is_some_and(|(_, name)| name == serving));
    let (gone, end) = (time(index, own.row)?, index.rows().last().and_then(Row::time)?);
    if since.len() < SERVED || bad * 100 > since.len() * FAILS || !one || end.0 - gone.0.max(last.0) < WITHOUT
    {
        return None;
    }
    let text = Rich::text(format!("From {when}; it is over: "))
        .c(failing)
        .t(format!(" got its last request at {} UTC, and ", gone.date_time()))
        .c(serving)
        .t(format!(" answered the {} since.", words::count(since.len() as u64, "request", "requests")));
    Some((State::Ended, text, since.iter().map(|r| r.row).collect()))
}

/// The paths that failed are answered since, by the same service, many times more often in a row and for longer than between any two
/// failures. Where one instance failed alone, it has to be among those that answer.
fn answered(
    scene: &Scene<'_>,
    incident: &Incident,
    last: Nanos,
    when: &str,
) -> Option<(State, Rich, Vec<u32>)> {
    let index = scene.index;
    let failed: Vec<&RequestRow> = incident
        .requests
        .iter()
        .filter_map(|row| index.request_of(*row))
        .filter(|r| fails(Some(r)))
        .collect();
    let mut paths: Vec<u32> = failed.iter().map(|r| r.path).collect();
    paths.sort_unstable();
    paths.dedup();
    if incident.collapse.is_some() || failed.len() < LEAST {
        return None;
    }
    let instance =
        |row: u32| index.row(row).and_then(|row| index.source_of(row)).map(|source| source.instance.as_ref());
    let mine = scene.service(failed.first()?.row)?;
    let at = |row: u32| time(index, row).map_or(0, |at| at.0);
    let (mut longest, mut run, mut bad, mut pause, mut before) = (0, Vec::new(), 0, 0, None);
    let of_paths = index
        .requests()
        .iter()
        .filter(|r| paths.binary_search(&r.path).is_ok() && scene.service(r.row) == Some(mine));
    for request in of_paths {
        if fails(Some(request)) {
            let now = at(request.row);
            // What was answered before the first failure tells nothing of the pauses.
            longest = if bad > 0 { longest.max(run.len()) } else { 0 };
            pause = pause.max(before.map_or(0, |before: i64| now - before));
            (before, bad) = (Some(now), bad + 1);
            run.clear();
        } else if (200..400).contains(&request.status) {
            run.push(request.row);
        }
    }
    run.retain(|row| at(*row) > last.0);
    let lasts = run.last().map_or(0, |row| at(*row) - last.0);
    let alone = instance(failed.first()?.row)
        .filter(|one| !one.is_empty() && failed.iter().all(|r| instance(r.row) == Some(one)));
    let good = run.len() >= SERVED
        && run.len() > longest * TIMES
        && bad == failed.len()
        && lasts >= pause.max(LASTS)
        && alone.is_none_or(|one| run.iter().any(|row| instance(*row) == Some(one)));
    let between = match longest {
        0 => "not once between two failures".to_owned(),
        n => format!("at most {n} times in a row between two failures"),
    };
    let text = Rich::text(format!(
        "From {when}; it is over: the same {} answered without an error {} times since, {between}.",
        if paths.len() == 1 { "path was" } else { "paths were" },
        run.len()
    ));
    good.then_some((State::Ended, text, run))
}

fn fails(request: Option<&RequestRow>) -> bool {
    request.is_some_and(|request| request.status >= 500)
}
