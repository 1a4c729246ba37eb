//! What shows that failures are over though little of the log is left: takes an incident, finds the message of a success that was missing
//! while it lasted and is said again, or the other revision that serves since the failing one got its last request.

use super::causality::{Incident, Scene};
use super::statements::time;
use crate::digest::{RequestRow, Row};
use crate::entry::time::duration_words;
use crate::entry::{Nanos, Severity};
use crate::report::model::{Rich, State};

/// Failures, successes before them, and successes that are missing meanwhile, at least.
const LEAST: usize = 3;
/// Requests that another revision answers since, at least, and how many of a hundred may fail.
const SERVED: usize = 10;
const FAILS: usize = 5;
/// How long the log goes on without the revision, in nanoseconds.
const WITHOUT: i64 = 120_000_000_000;

/// What shows it: state, words and rows.
pub(super) fn find(
    scene: &Scene<'_>,
    incident: &Incident,
    [first, last]: [Nanos; 2],
    when: &str,
) -> Option<(State, Rich, Vec<u32>)> {
    said_again(scene, incident, [first, last], when).or_else(|| unserved(scene, incident, last, when))
}

fn service<'s>(scene: &'s Scene<'_>, row: u32) -> Option<&'s str> {
    scene.index.row(row).and_then(|row| scene.index.source_of(row)).map(|source| source.service.as_ref())
}

/// A calm message of the same service that was said before, not once meanwhile though it was due, and again since.
fn said_again(
    scene: &Scene<'_>,
    incident: &Incident,
    [first, last]: [Nanos; 2],
    when: &str,
) -> Option<(State, Rich, Vec<u32>)> {
    let root = incident.root.and_then(|root| scene.troubles.get(root))?;
    let failures = root.occurrences.firsts();
    let mine = service(scene, *failures.first()?).filter(|name| !name.is_empty())?;
    if incident.collapse.is_some() || !incident.requests.is_empty() || failures.len() < LEAST {
        return None;
    }
    let begin = scene.index.rows().iter().find_map(Row::time)?;
    let (quiet, lasted) = (i128::from(first.0 - begin.0), i128::from(last.0 - first.0));
    let calm = scene
        .statements
        .iter()
        .filter(|s| s.severity < Severity::Warning && !s.audit && !super::suspect::sounds_bad(&s.text));
    let found = calm.filter_map(|said| {
        let rows = said.occurrences.firsts();
        if rows.first().and_then(|row| service(scene, *row)) != Some(mine) {
            return None;
        }
        let at = |row: &u32| time(scene.index, *row);
        let before = rows.partition_point(|row| at(row) < Some(first));
        let since = rows.partition_point(|row| at(row) <= Some(last));
        let again = *rows.get(since)?;
        // As many as would have come meanwhile, had it gone on as before.
        let due = i128::from(u32::try_from(before).ok()?) * lasted / quiet.max(1);
        (before >= LEAST && since == before && due >= LEAST as i128).then_some((before, again, said))
    });
    let (before, again, said) =
        found.max_by_key(|(before, again, _)| (*before, std::cmp::Reverse(*again)))?;
    let at = time(scene.index, again)?;
    let text = Rich::text(format!("From {when}; it is over: "))
        .c(super::words::headline(super::prefix::unprefixed(&said.text), 120))
        .t(format!(
            ", and the like, was said {before} times before, not once meanwhile, and again at {} UTC, {} after the last failure.",
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
    let of_service =
        index.requests().iter().filter(|r| revision(r.row).is_some_and(|(name, _)| name == mine));
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
        .t(format!(
            " answered the {} since.",
            super::words::count(since.len() as u64, "request", "requests")
        ));
    Some((State::Ended, text, since.iter().map(|r| r.row).collect()))
}

fn fails(request: Option<&RequestRow>) -> bool {
    request.is_some_and(|request| request.status >= 500)
}
