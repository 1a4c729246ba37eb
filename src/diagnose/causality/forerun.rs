//! What a service can't reach, and what fails in it a little later for as long: the one is taken for the cause of the other, since both
//! began out of a calm, one shortly after the other, and neither goes on without the other.

use super::relations::signature_id;
use super::{Incident, Scene, hang};
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::knowledge::Role;
use crate::diagnose::lifecycle::collapse::Collapse;
use crate::diagnose::statements::time;
use crate::diagnose::troubles::{self, Kind, Trouble};
use crate::entry::Nanos;
use crate::entry::time::{SECOND, duration_words};
use crate::report::model::{Rich, Sentence};

/// How long after the one the other begins, at most and at least.
const LATER: i64 = 300 * SECOND;
const APART: i64 = 2 * SECOND;
/// How often the one is said at least, and the longest pause in it while the other goes on.
const OFTEN: usize = 5;
const PAUSE: i64 = 60 * SECOND;
/// The calm before, at least.
const CALM: i64 = 120 * SECOND;
/// Areas of knowledge on what a service needs: what it calls, and what it runs on.
const NEEDS: [&str; 8] = [
    "tls-dns-network",
    "redis",
    "mongodb",
    "mysql",
    "cloud-sql-postgres",
    "memory-cpu-disk",
    "quota-billing",
    "third-party-api",
];

/// The area of knowledge on calls that schedulers and queues make.
const CALLS: &str = "scheduler-pubsub-tasks";

/// Whether a trouble is a need that is not met, and another one what fails of it from a little later on.
pub(crate) fn is_so(scene: &Scene<'_>, need: &Trouble, failure: &Trouble) -> bool {
    let index = scene.index;
    let source = |trouble: &Trouble| {
        let row = index.row(trouble.occurrences.first()?.first())?;
        index.source_of(row)
    };
    let (Some(here), Some(there)) = (source(need), source(failure)) else { return false };
    let of_need = need.occurrences.firsts();
    if here.service != there.service || of_need.len() < OFTEN || failure.occurrences.len() < OFTEN {
        return false;
    }
    let is_known = signature_id(scene, failure).is_some_and(|s| !s.generic);
    let told = matches!(failure.kind, Kind::Exception | Kind::Message | Kind::Signature(_));
    if is_known || !told || !is_need(scene, need) || !waits(scene, failure) {
        return false;
    }
    let at = |row: Option<&u32>| time(index, *row?).map(|at| at.0);
    let of_failure = failure.occurrences.firsts();
    let (Some(began), Some(failed)) = (at(of_need.first()), at(of_failure.first())) else { return false };
    let (Some(until), Some(end)) = (at(of_need.last()), at(of_failure.last())) else { return false };
    let log = index.rows().iter().find_map(crate::digest::Row::time).map_or(began, |first| first.0);
    let lead = failed - began;
    let pause = PAUSE.max((end - failed) / 5);
    let times = of_need.iter().filter_map(|row| at(Some(row)));
    let mut last = None;
    let goes_on = times.filter(|t| *t <= end).all(|t| {
        let before = last.replace(t);
        before.is_none_or(|before: i64| t - before <= pause)
    });
    (APART..=LATER).contains(&lead) && began - log >= CALM.max(lead) && end - until <= pause && goes_on
}

/// Hangs warnings that no signature knows on the failure of a call to the same thing, before which they began (`slow call to X`, and
/// ten minutes later `call to X timed out`), and what a scheduler says of its calls on the failure of what it calls.
pub(crate) fn join(scene: &Scene<'_>, incidents: &mut Vec<Incident>) {
    let root = |incident: &Incident| incident.root.and_then(|root| scene.troubles.get(root));
    let is_hung = |child: &Trouble, host: &Trouble| {
        let is_warning = child.role == Role::Warning && child.kind == Kind::Message;
        let is_call = signature_id(scene, child).is_some_and(|known| known.area == CALLS);
        is_warning && host.role != Role::Warning && same_target(scene, child, host)
            || is_call && super::shared::is_told_by_caller(scene, host, child)
    };
    let is_alone = |incident: &Incident| incident.collapse.is_none() && incident.symptoms.is_empty();
    hang(incidents, |incidents, incident| {
        let child = root(incident).filter(|_| incident.collapse.is_none())?;
        incidents.iter().position(|other| {
            let ends = other.collapse.as_ref().is_some_and(|collapse| is_starved(scene, collapse, child));
            ends || is_alone(incident) && root(other).is_some_and(|host| is_hung(child, host))
        })
    });
}

/// Whether a failure says what it called, by a host or a URL, and that is not the service that ends again and again.
fn names_another(scene: &Scene<'_>, collapse: &Collapse, child: &Trouble) -> bool {
    let text = child.lead(scene.statements).map_or("", |lead| lead.text.as_str());
    let head = crate::digest::cut(text, 600).to_ascii_lowercase();
    let is_host = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let mut parts = word.split('.');
        let letters =
            |part: &str| part.len() >= 2 && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        word.contains("://")
            || word.matches('.').count() >= 1
                && parts.all(letters)
                && word.bytes().any(|b| b.is_ascii_alphabetic())
    };
    let names = head.split_whitespace().any(is_host) || troubles::beside::called(scene, child).is_some();
    names && !head.contains(&collapse.service.to_ascii_lowercase())
}

/// Whether another service waits in vain for what a process would do that ends again and again: that begins out of a calm a little after
/// the first end, and is over a little after the last one.
fn is_starved(scene: &Scene<'_>, collapse: &Collapse, child: &Trouble) -> bool {
    let index = scene.index;
    let firsts = child.occurrences.firsts();
    let at = |row: Option<&u32>| time(index, *row?).map(|at| at.0);
    let service =
        |row: &u32| index.row(*row).and_then(|row| index.source_of(row)).map(|s| s.service.as_ref());
    let (Some(began), Some(ended)) = (at(firsts.first()), at(firsts.last())) else { return false };
    let (Some(first), Some(last)) = (collapse.cycles.first(), collapse.cycles.last()) else { return false };
    let log = index.rows().iter().find_map(crate::digest::Row::time).map_or(began, |first| first.0);
    let is_other = firsts.iter().all(|row| service(row) != Some(collapse.service.as_str()));
    let lead = began - first.until.0;
    child.severity >= crate::entry::Severity::Warning
        && collapse.cycles.len() >= OFTEN
        && firsts.len() >= OFTEN
        && is_other
        && waits(scene, child)
        && !names_another(scene, collapse, child)
        && (0..=LATER).contains(&lead)
        && first.until.0 - log >= CALM.max(lead)
        && (ended - last.until.0).abs() <= LATER
}

/// Whether a warning and a failure of one service name the same thing that is called, and the warning began before.
pub(crate) fn same_target(scene: &Scene<'_>, warning: &Trouble, failure: &Trouble) -> bool {
    let first = |trouble: &Trouble| trouble.occurrences.firsts().first().copied();
    let (Some(one), Some(other)) = (first(warning), first(failure)) else { return false };
    let service = |row: u32| {
        let row = scene.index.row(row)?;
        Some(scene.index.source_of(row)?.service.as_ref())
    };
    let at = |row: u32| time(scene.index, row).map_or(0, |at| at.0);
    let last = warning.occurrences.firsts().last().copied().map_or(0, at);
    let said = warning.lead(scene.statements).map_or("", |lead| lead.text.as_str());
    let said = crate::digest::cut(said, 300).to_ascii_lowercase();
    one < other
        && at(other) - last <= LATEST
        && BADLY.iter().any(|word| said.contains(word))
        && warning.occurrences.len() >= OFTEN
        && service(one) == service(other)
        && troubles::beside::called(scene, failure)
            .is_some_and(|called| troubles::beside::called(scene, warning) == Some(called))
}

/// Words of what waits for something else: an error in code, or a right that is missing, has reasons of its own.
const WAITS: [&str; 20] = [
    "timeout",
    "timed out",
    "time out",
    "unavailable",
    "refused",
    "connect",
    "pool",
    "acquire",
    "deadline",
    "circuit",
    "reset",
    "broken pipe",
    "unreachable",
    "no response",
    "not ready",
    "not received",
    "not available",
    "no answer",
    "no reply",
    "still waiting",
];

/// Whether a failure says that it waited in vain, or lost what it was connected to.
fn waits(scene: &Scene<'_>, failure: &Trouble) -> bool {
    let error = failure.trace(scene.statements).map(crate::trace::root);
    let named = error.map(|root| format!("{} {}", root.kind, root.message));
    let said = failure.lead(scene.statements).map_or("", |lead| lead.text.as_str());
    let text = named.filter(|text| text.trim().len() > 3).unwrap_or_else(|| said.to_owned());
    let lower = crate::digest::cut(&text, 600).to_ascii_lowercase();
    WAITS.iter().any(|word| lower.contains(word))
}

/// Words of a warning that a call goes badly, and how long before the failure it may have been said for the last time.
const BADLY: [&str; 10] =
    ["slow", "took", "retry", "fail", "timeout", "timed out", "latency", "refused", "unavailable", "error"];
const LATEST: i64 = 300 * SECOND;

/// Whether its words are known to say that something which the service needs is not there.
fn is_need(scene: &Scene<'_>, trouble: &Trouble) -> bool {
    let Some(lead) = trouble.lead(scene.statements) else { return false };
    let known = lead.matches.iter().filter_map(|found| scene.knowledge.signatures().get(found.signature));
    trouble.role == Role::Cause
        && known.into_iter().any(|s| s.role == Role::Cause && NEEDS.contains(&s.area.as_str()))
}

/// When the cause of failed requests was said for the first time, where that is before the first of them.
pub(crate) fn tell(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    incident: &Incident,
    failures: &[(Nanos, u32)],
) -> Option<Sentence> {
    let root = incident.root.and_then(|root| scene.troubles.get(root))?;
    let row = root.occurrences.first()?.first();
    let (began, failed) = (time(scene.index, row)?.0, failures.first()?.0.0);
    let lead = failed - began;
    if incident.requests.is_empty() || incident.collapse.is_some() || !(APART..=LATER).contains(&lead) {
        return None;
    }
    let text = format!(
        "The cause is logged since {} UTC, {} before the first failure.",
        Nanos(began).date_time(),
        duration_words(lead)
    );
    Some(derived(Rich::text(text), "first entry of the cause against the first failure", book.rows(&[row])))
}
