//! The failures of an incident → when and how they began: a quiet baseline and then a burst, a step in the share of a path,
//! more load, a new revision just before.

use crate::diagnose::causality::{Incident, Scene};
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::measures::density::{Stretch, burst, densest};
use crate::diagnose::statements::time;
use crate::diagnose::words::{self, number, per_mille, percent};
use crate::digest::RequestRow;
use crate::entry::Nanos;
use crate::entry::time::{SECOND, duration_words};
use crate::order::Order as _;
use crate::report::model::{Rich, Sentence};
use std::collections::BTreeMap;

/// Occurrences that a burst has at least.
const BURST: u64 = 10;
/// Times as frequent as before it.
const TIMES_AS_OFTEN: u64 = 8;
/// The quiet before it lasts at least this long, and this part of the log.
const QUIET: i64 = 60 * SECOND;
const QUIET_PART: i64 = 10;
/// Entries that prove that the quiet time was logged at all.
const LOGGED: usize = 5;
/// Requests on either side of a step of their status, and how large the step is: this many times the share before, and at
/// least this many per mille.
const SIDE: u64 = 10;
const STEP_TIMES: u64 = 3;
const STEP_PER_MILLE: u64 = 200;
/// Load has to grow this many times, with requests enough on either side.
const LOAD_TIMES: u64 = 3;
const LOAD_REQUESTS: u64 = 30;
/// Requests before a surge that show that there was traffic at all.
const BASELINE: u64 = 3;
/// What comes this long before the first failure may have brought it.
const BEFORE: i64 = 600 * SECOND;

/// How occurrences began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Onset {
    pub(crate) at: Nanos,
    /// Occurrences before, and how long that was.
    pub(crate) before: u64,
    pub(crate) quiet: i64,
    /// Occurrences of the burst, how long it lasted, and its first and last by place.
    pub(crate) n: u64,
    pub(crate) lasted: i64,
    pub(crate) first: usize,
    pub(crate) last: usize,
}

/// The onset of occurrences (ascending) in a span of log.
fn onset(times: &[i64], from: i64, until: i64, least: u64, times_as_often: u64) -> Option<Onset> {
    let (first, last) = burst(times, from, until)?;
    let (begin, end) = (*times.get(first)?, *times.get(last)?);
    let n = (last - first + 1) as u64;
    let quiet = begin.saturating_sub(from);
    let (before, lasted) = (first as u64, end.saturating_sub(begin));
    // One occurrence more than there were, so that none in a short time is not infinitely rare.
    let denser = i128::from(n) * i128::from(quiet)
        >= i128::from(times_as_often) * i128::from(before.max(1)) * i128::from(lasted.max(SECOND));
    let long = quiet >= QUIET && quiet >= until.saturating_sub(from) / QUIET_PART;
    (n >= least && denser && long).then_some(Onset {
        at: Nanos(begin),
        before,
        quiet,
        n,
        lasted,
        first,
        last,
    })
}

/// The service of a row; empty if unknown.
fn service<'s>(scene: &'s Scene<'_>, row: u32) -> &'s str {
    let source = scene.index.row(row).and_then(|row| scene.index.source_of(row));
    source.map_or("", |source| source.service.as_ref())
}

/// First and last time of a service's entries.
fn span(scene: &Scene<'_>, name: &str) -> Option<(i64, i64)> {
    let is_of: Vec<bool> =
        scene.index.sources().iter().map(|s| name.is_empty() || s.service == name).collect();
    let mut times = scene
        .index
        .rows()
        .iter()
        .filter(|row| is_of.get(row.source() as usize).copied().unwrap_or(name.is_empty()))
        .filter_map(crate::digest::Row::time);
    let first = times.next()?;
    Some((first.0, times.next_back().unwrap_or(first).0))
}

/// Whether the log holds entries of the service from before a row: no failure in a time that was not logged says nothing.
fn logged_before(scene: &Scene<'_>, row: u32, name: &str) -> bool {
    let before = (0..row).rev().filter(|&n| name.is_empty() || service(scene, n) == name);
    before.take(LOGGED).count() == LOGGED
}

/// Whether files cover at least half of the quiet before an onset: between the end of one export and the beginning of the next
/// nothing was logged, whatever happened.
fn is_covered(scene: &Scene<'_>, onset: &Onset) -> bool {
    let (from, until) = (onset.at.0.saturating_sub(onset.quiet), onset.at.0);
    let times = scene
        .index
        .files()
        .iter()
        .filter_map(|file| Some((file.first.as_ref()?.0.0, file.last.as_ref()?.0.0)));
    let mut spans: Vec<(i64, i64)> = times.collect();
    spans.order();
    let (mut reached, mut hole) = (from, 0_i64);
    for (first, last) in spans.into_iter().chain([(until, until)]) {
        hole = hole.saturating_add(first.min(until).saturating_sub(reached).max(0));
        reached = reached.max(last);
    }
    hole.saturating_mul(2) < onset.quiet.max(1)
}

/// How the failures of an incident began, if the log shows a time without them.
pub(crate) fn of(scene: &Scene<'_>, failures: &[(Nanos, u32)]) -> Option<Onset> {
    if (failures.len() as u64) < BURST {
        return None;
    }
    let first = failures.first()?.1;
    let name = service(scene, first);
    let times: Vec<i64> = failures.iter().map(|(time, _)| time.0).collect();
    let (from, until) = span(scene, name)?;
    let found = onset(&times, from, until, BURST, TIMES_AS_OFTEN)?;
    let row = failures.get(found.first)?.1;
    (logged_before(scene, row, name) && is_covered(scene, &found)).then_some(found)
}

/// `none in the 52 min before, then 431 within 4 min 2 s`.
fn told(onset: &Onset) -> String {
    let before = if onset.before == 0 { "none".to_owned() } else { number(onset.before) };
    let within = if onset.lasted < SECOND {
        "within a second".to_owned()
    } else {
        format!("within {}", duration_words(onset.lasted))
    };
    format!("{before} in the {} before, then {} {within}", duration_words(onset.quiet), number(onset.n))
}

/// What the times and shares of an incident's failures tell of its beginning.
pub(crate) fn about(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    incident: &Incident,
    failures: &[(Nanos, u32)],
) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    if let Some(onset) = of(scene, failures) {
        let rows: Vec<u32> =
            failures.get(onset.first..=onset.last).unwrap_or_default().iter().map(|(_, row)| *row).collect();
        let text = format!("It began at {} UTC: {}.", onset.at.date_time(), told(&onset));
        sentences.push(derived(
            Rich::text(text),
            "densest stretch of its failures against the time before",
            book.rows(&super::sorted(rows)),
        ));
    }
    sentences.extend(step(scene, book, incident));
    if !sentences.is_empty() {
        sentences.extend(trigger(scene, book, failures));
    }
    sentences
}

/// The same for a why: nothing, unless the log shows that the failures did begin.
pub(crate) fn why(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    incident: &Incident,
    failures: &[(Nanos, u32)],
) -> Vec<Sentence> {
    let began = of(scene, failures).is_some() || step(scene, book, incident).is_some();
    if began { trigger(scene, book, failures) } else { Vec::new() }
}

/// What else changed when the failures began.
fn trigger(scene: &Scene<'_>, book: &mut Book<'_>, failures: &[(Nanos, u32)]) -> Vec<Sentence> {
    let Some(&(at, row)) = failures.first() else { return Vec::new() };
    [newcomer(scene, book, at, row), load(scene, book, at, row)].into_iter().flatten().collect()
}

/// A step in the share of requests of one path that failed.
struct Step<'s> {
    path: u32,
    /// All requests of the path.
    all: Vec<&'s RequestRow>,
    stretch: Stretch,
    since: Nanos,
    /// 400 or 500.
    floor: u16,
}

impl Step<'_> {
    fn is_bad(&self, request: &RequestRow) -> bool {
        request.status / 100 == self.floor / 100
    }

    fn n_bad(&self, requests: &[&RequestRow]) -> u64 {
        requests.iter().filter(|r| self.is_bad(r)).count() as u64
    }
}

/// When requests of the path where most failed began to fail so often, if there is such a time.
pub(crate) fn stepped(scene: &Scene<'_>, incident: &Incident) -> Option<Nanos> {
    step_of(scene, incident).map(|step| step.since)
}

fn step_of<'s>(scene: &Scene<'s>, incident: &Incident) -> Option<Step<'s>> {
    let failed = incident.requests.iter().filter_map(|&row| scene.index.request_of(row));
    let floor = if failed.clone().any(|r| r.status >= 500) { 500 } else { 400 };
    let mut paths: BTreeMap<u32, u64> = BTreeMap::new();
    // Only what the sentence says: among refusals, an answer of 5xx is another matter.
    failed.filter(|r| r.status / 100 == floor / 100).for_each(|r| *paths.entry(r.path).or_default() += 1);
    let (path, _) = paths
        .into_iter()
        .filter(|(_, n)| *n >= SIDE / 2)
        .max_by_key(|(path, n)| (*n, std::cmp::Reverse(*path)))?;
    let all: Vec<&RequestRow> = scene.index.requests().iter().filter(|r| r.path == path).collect();
    let bad = |r: &RequestRow| r.status / 100 == floor / 100;
    let stretch = densest(all.iter().map(|r| (u64::from(bad(r)), 1)))?;
    let since = time(scene.index, all.get(stretch.from)?.row)?;
    let step = Step { path, all, stretch, since, floor };
    let before = step.all.get(..step.stretch.from)?;
    let share = per_mille(step.stretch.hits, step.stretch.exposure);
    let earlier = per_mille(step.n_bad(before), before.len() as u64);
    let is_step = step.stretch.exposure >= SIDE
        && before.len() as u64 >= SIDE
        && share >= earlier * STEP_TIMES
        && share >= earlier + STEP_PER_MILLE;
    is_step.then_some(step)
}

/// A step in the share of requests that failed, of the path where most failed.
fn step(scene: &Scene<'_>, book: &mut Book<'_>, incident: &Incident) -> Option<Sentence> {
    let step = step_of(scene, incident)?;
    let Step { path, ref all, ref stretch, since, floor } = step;
    let n_bad = |requests: &[&RequestRow]| step.n_bad(requests);
    let (before, rest) = (all.get(..stretch.from)?, all.get(stretch.until + 1..)?);
    let inside = all.get(stretch.from..=stretch.until)?;
    let share = per_mille(stretch.hits, stretch.exposure);
    let earlier = per_mille(n_bad(before), before.len() as u64);
    let kind = if floor == 500 { "with 5xx" } else { "with 4xx" };
    let mut text = Rich::text("Of the requests to ").c(scene.index.path(path).unwrap_or("")).t(format!(
        ", {} of {} ({}) were answered {kind} before {} UTC, and {} of {} ({}) since",
        number(n_bad(before)),
        number(before.len() as u64),
        percent(earlier),
        since.date_time(),
        number(stretch.hits),
        number(stretch.exposure),
        percent(share),
    ));
    if rest.len() as u64 >= SIDE / 2 {
        let until = inside.last().and_then(|r| time(scene.index, r.row))?;
        text = text.t(format!(
            " until {}; after that {} of {}",
            until.clock(),
            number(n_bad(rest)),
            number(rest.len() as u64)
        ));
    }
    let rows: Vec<u32> = all.iter().map(|r| r.row).collect();
    Some(derived(text.t("."), "step in the share of failed requests of one path", book.rows(&rows)))
}

/// Whether the service got many more requests from just before the failures on.
fn load(scene: &Scene<'_>, book: &mut Book<'_>, at: Nanos, row: u32) -> Option<Sentence> {
    let name = service(scene, row);
    let requests: Vec<(i64, u32)> = scene
        .index
        .requests()
        .iter()
        .filter(|r| service(scene, r.row) == name)
        .filter_map(|r| Some((time(scene.index, r.row)?.0, r.row)))
        .collect();
    let times: Vec<i64> = requests.iter().map(|(time, _)| *time).collect();
    let (from, until) = span(scene, name)?;
    let found = onset(&times, from, until, LOAD_REQUESTS, LOAD_TIMES)
        .filter(|o| o.before >= BURST && is_covered(scene, o))?;
    let lead = at.0.saturating_sub(found.at.0);
    let rows: Vec<u32> = requests.get(found.first..=found.last)?.iter().map(|(_, row)| *row).collect();
    // What is asked again because it failed is no load: then next to nothing of it succeeds.
    let failed = |row: &&u32| scene.index.request_of(**row).is_some_and(|r| r.status >= 400);
    if rows.iter().filter(failed).count() * 20 >= rows.len() * 19 {
        return None;
    }
    let text = format!(
        "The load grew from {} UTC on, {}: {}.",
        found.at.date_time(),
        if lead < SECOND {
            "with the first failure".to_owned()
        } else {
            format!("{} before the first failure", duration_words(lead))
        },
        told(&found).replacen(
            &format!(", then {}", number(found.n)),
            &format!(", then {}", words::count(found.n, "request", "requests")),
            1
        ),
    );
    (-SECOND..=BEFORE / 2).contains(&lead).then(|| {
        derived(Rich::text(text), "densest stretch of all requests of the service", book.rows(&rows))
    })
}

/// Requests of the whole log that suddenly come much more often than before.
pub(crate) fn surge(scene: &Scene<'_>, book: &mut Book<'_>, requests: &[(i64, u32)]) -> Option<Sentence> {
    let times: Vec<i64> = requests.iter().map(|(time, _)| *time).collect();
    let (from, until) = span(scene, "")?;
    let found = onset(&times, from, until, LOAD_REQUESTS, TIMES_AS_OFTEN).filter(|o| o.before >= BASELINE)?;
    let rows: Vec<u32> = requests.get(found.first..=found.last)?.iter().map(|(_, row)| *row).collect();
    let text =
        format!("Requests came much more often from {} UTC on: {}.", found.at.date_time(), told(&found));
    (logged_before(scene, *rows.first()?, "") && is_covered(scene, &found))
        .then(|| derived(Rich::text(text), "densest stretch of all requests", book.rows(&rows)))
}

/// A revision that appears for the first time shortly before the failures, where another one was there before.
fn newcomer(scene: &Scene<'_>, book: &mut Book<'_>, at: Nanos, row: u32) -> Option<Sentence> {
    let name = service(scene, row);
    let revision = scene.index.row(row).and_then(|row| scene.index.source_of(row))?.revision.to_string();
    let mut others =
        scene.episodes.iter().filter(|e| e.service == name && !name.is_empty() && e.name != revision);
    let mine =
        scene.episodes.iter().find(|e| e.service == name && e.name == revision && !revision.is_empty())?;
    let first = mine.first.filter(|first| others.any(|other| other.first < Some(*first)))?;
    let lead = at.0.saturating_sub(first.0);
    let rows: Vec<u32> = (0u32..)
        .zip(scene.index.rows())
        .filter(|(_, row)| row.time() >= Some(first))
        .take_while(|(n, _)| *n <= row)
        .filter(|(_, row)| scene.index.source_of(row).is_some_and(|s| s.revision == revision))
        .map(|(n, _)| n)
        .take(1)
        .collect();
    let when = if lead < SECOND {
        "at that moment".to_owned()
    } else {
        format!("{} before the first failure", duration_words(lead))
    };
    (0..=BEFORE).contains(&lead).then(|| {
        let text = Rich::text("The revision ").c(&revision).t(format!(
            " appears for the first time {when}, and another one of the service was there before it."
        ));
        derived(text, "first entry of each revision", book.rows(&rows))
    })
}
