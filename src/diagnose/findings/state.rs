//! Is it still going on? From the times of the failures, the end of the log and what came after.

use crate::diagnose::causality::{self, Incident, Scene};
use crate::diagnose::lifecycle::collapse::What;
use crate::diagnose::statements::{self, time};
use crate::diagnose::{lifecycle, measures, troubles, words};
use crate::entry::Nanos;
use crate::entry::time::{SECOND, duration_words};
use crate::order::{Gather as _, Order as _};
use crate::report::model::{Rich, State};
use foldhash::fast::FixedState;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Failures by the statement that tells of them.
type Wordings = BTreeMap<usize, Vec<(Nanos, u32)>>;

/// The state of an incident with the reason in words.
pub(crate) struct Standing {
    pub(crate) state: State,
    pub(crate) text: Rich,
    pub(crate) first: Option<Nanos>,
    pub(crate) last: Option<Nanos>,
    /// Rows that show how it ended, if it did.
    pub(crate) proof: Vec<u32>,
}

/// Works out the state. `times` are the failures in time order.
pub(crate) fn standing(scene: &Scene<'_>, incident: &Incident, times: &[(Nanos, u32)]) -> Standing {
    let first = times.first().map(|(time, _)| *time);
    let last = times.last().map(|(time, _)| *time);
    let end = scene.index.rows().last().and_then(crate::digest::Row::time);
    let (Some(first_at), Some(last_at), Some(end)) = (first, last, end) else {
        return Standing {
            state: State::Unknown,
            text: Rich::text("The log has no times, so it does not say when."),
            first,
            last,
            proof: Vec::new(),
        };
    };
    let when = words::span(first_at, last_at);
    let rest = (end.0 - ended(scene, times).unwrap_or(last_at).0).max(0);
    let over = lifecycle::repaired::repaired(scene, incident, [first_at, last_at], &when)
        .or_else(|| lifecycle::works_again::find(scene, incident, [first_at, last_at], &when))
        .or_else(|| super::lasting::gave_up(scene, incident, [last_at, end], &when));
    let told = |(state, text, proof)| Standing { state, text, first, last, proof };
    if let Some(over) = over {
        return told(over);
    }
    let collapse = incident.collapse.as_ref();
    let stands = collapse.is_some_and(|c| {
        matches!(c.what, What::Job | What::Build | What::Deploy | What::FalseSuccess)
            || c.what == What::Loop && super::extent::rejected(scene, c)
    });
    if stands {
        let text = Rich::text(format!(
            "Last failure at {} UTC; the log ends {}, and no success follows in it.",
            last_at.date_time(),
            later(rest)
        ));
        return told((State::Ongoing, text, Vec::new()));
    }
    if let Some((state, text)) =
        statements::counted::standing(scene, incident, [last_at, end]).filter(|_| times.len() == 1)
    {
        return told((state, text, Vec::new()));
    }
    if times.len() == 1 {
        let text = Rich::text(format!(
            "It happened once, at {} UTC; the log ends {}.",
            last_at.date_time(),
            later(rest)
        ));
        return told((State::Once, text, Vec::new()));
    }
    told(by_rhythm(scene, incident, times, [last_at, end], rest))
}

/// The state of what failed several times: from its pauses against the silence at the end of the log.
fn by_rhythm(
    scene: &Scene<'_>,
    incident: &Incident,
    times: &[(Nanos, u32)],
    [last_at, end]: [Nanos; 2],
    rest: i64,
) -> (State, Rich, Vec<u32>) {
    let (first_at, last) = (times.first().map_or(last_at, |(time, _)| *time), Some(last_at));
    let when = words::span(first_at, last_at);
    let gaps: Vec<i64> =
        times.windows(2).filter_map(|pair| Some(pair.get(1)?.0.0 - pair.first()?.0.0)).collect();
    let rhythm = measures::paces::words(&times.iter().map(|(time, _)| time.0).collect::<Vec<_>>());
    let patience = patience(scene, &gaps, end, incident.collapse.is_some());
    let patience = match probed(scene, incident) {
        Some(true) => PROBED,
        Some(false) => PROBED.max(patience),
        None => patience,
    };
    let is_short = times.len() >= UNTRIED && (patience..=last_at.0 - first_at.0).contains(&rest);
    if let Some(why) = is_short.then(|| untried(scene, incident, last)).flatten() {
        let text = Rich::text(format!("From {when}{rhythm}; {}.", why(&duration_words(rest))));
        return (State::Ongoing, text, Vec::new());
    }
    if rest <= patience {
        let text = going_on(scene, incident, &format!("From {when}{rhythm}"), rest);
        (State::Ongoing, text, Vec::new())
    } else if let Some(lasts) =
        super::lasting::outlived(scene, incident, [last_at, end], &format!("From {when}{rhythm}"))
    {
        lasts
    } else {
        let text = Rich::text(format!(
            "From {when}{rhythm}; it ended: none in the remaining {} of the log{}.",
            duration_words(rest),
            if asked_again(scene, incident, last) {
                ""
            } else {
                ", though nobody asked for the same path again either"
            }
        ));
        (State::Ended, text, Vec::new())
    }
}

/// Signatures of probes, and how long after the last one a probe that still failed would have been told again: the kubelet asks every few
/// seconds, and repeats an event within minutes (kubernetes/client-go tools/record/events_cache.go).
const PROBES: [&str; 2] = ["k8s-readiness-failed", "k8s-liveness-failed"];
const PROBED: i64 = 600 * SECOND;

/// Where it is about probes that fail, and nothing that ends for it: whether each pod is told of for no longer than that, as new ones are.
fn probed(scene: &Scene<'_>, incident: &Incident) -> Option<bool> {
    let root =
        incident.root.and_then(|root| scene.troubles.get(root)).filter(|_| incident.collapse.is_none())?;
    causality::relations::signature_id(scene, root).filter(|known| PROBES.contains(&known.id.as_str()))?;
    let (mut firsts, mut is_new) = (BTreeMap::<&str, i64>::new(), true);
    for &row in root.occurrences.firsts() {
        let entry = scene.index.row(row)?;
        let (source, at) = (scene.index.source_of(entry)?, entry.time()?.0);
        is_new &= at - *firsts.entry(source.instance.as_ref()).or_insert(at) <= PROBED;
    }
    Some(is_new && firsts.len() > 1)
}

/// Pauses from which on they tell a pace.
const STEADY: usize = 10;

/// How long a silence at the end of the log may be without being a recovery. Two failures have one pause between them, which is no
/// rhythm.
pub(crate) fn patience(scene: &Scene<'_>, gaps: &[i64], end: Nanos, is_collapse: bool) -> i64 {
    let longest = gaps.iter().copied().max().unwrap_or(0);
    let expected = if gaps.len() == 1 { longest } else { longest.saturating_mul(2) };
    let begin = scene.index.rows().first().and_then(crate::digest::Row::time);
    let total = begin.map_or(0, |begin| end.0 - begin.0);
    // Of what came at short intervals many times, a silence of many times the longest of them is one, however long the log is.
    let share = if gaps.len() >= STEADY {
        (total / 20).min(longest.saturating_mul(STEADY as i64 * 2))
    } else {
        total / 20
    };
    expected.max(10 * SECOND).max(if is_collapse { 0 } else { share })
}

/// Words on a silence that is no recovery, given how long it is: callers are refused or fail, and nobody asks again.
fn untried(scene: &Scene<'_>, incident: &Incident, last: Option<Nanos>) -> Option<fn(&str) -> String> {
    if stays_refused(scene, incident, last) {
        Some(|rest| {
            format!(
                "nobody asked again in the remaining {rest} of the log, so the refusal stands as far as it tells"
            )
        })
    } else if stays_failed(scene, incident, last) {
        Some(|rest| {
            format!(
                "nobody asked for it again in the remaining {rest} of the log, and no success followed the first failure, so nothing shows that it is over"
            )
        })
    } else {
        None
    }
}

/// That it is still going on when the log ends.
fn going_on(scene: &Scene<'_>, incident: &Incident, since: &str, rest: i64) -> Rich {
    let after = if rest < SECOND / 10 {
        "which is with the last one".to_owned()
    } else {
        format!("{} after the last one", duration_words(rest))
    };
    let alone = if alone(scene, incident) {
        " The log holds nothing but these failures, so it does not show what came after them."
    } else {
        ""
    };
    Rich::text(format!("{since}; still going on when the log ends, {after}.{alone}"))
}

/// Failed or refused requests from which on a silence that is shorter than they lasted is no recovery.
const UNTRIED: usize = 5;

/// Whether the failed paths answered nobody since the first failure, and nobody asked again after the last.
fn stays_failed(scene: &Scene<'_>, incident: &Incident, last: Option<Nanos>) -> bool {
    let failed = || {
        incident.requests.iter().filter_map(|&row| scene.index.request_of(row)).filter(|r| r.status >= 500)
    };
    let paths: BTreeSet<u32> = failed().map(|r| r.path).gathered();
    let Some(first) = failed().map(|r| r.row).min() else { return false };
    let served = |r: &crate::digest::RequestRow| {
        r.row >= first && (1..500).contains(&r.status) && paths.contains(&r.path)
    };
    !asked_again(scene, incident, last) && !scene.index.requests().iter().any(served)
}

/// Whether callers were refused and nobody asked again: a refusal does not pass by itself.
fn stays_refused(scene: &Scene<'_>, incident: &Incident, last: Option<Nanos>) -> bool {
    let refused = |row: &u32| scene.index.request_of(*row).is_some_and(|r| matches!(r.status, 401 | 403));
    !incident.requests.is_empty()
        && incident.requests.iter().all(refused)
        && !asked_again(scene, incident, last)
}

/// When the last failure was over: a long request begins long before it fails, and the log may end with it.
fn ended(scene: &Scene<'_>, times: &[(Nanos, u32)]) -> Option<Nanos> {
    let took = |row: u32| {
        let micros = scene.index.request_of(row).and_then(crate::digest::RequestRow::latency);
        micros
            .and_then(|micros| i64::try_from(micros).ok()?.checked_mul(1000))
            .filter(|nanos| *nanos >= SECOND)
    };
    times.iter().map(|(time, row)| Nanos(time.0.saturating_add(took(*row).unwrap_or(0)))).max()
}

/// Whether requests to the failed paths came after the last failure; true where it is not about requests.
pub(crate) fn asked_again(scene: &Scene<'_>, incident: &Incident, last: Option<Nanos>) -> bool {
    let paths: BTreeSet<u32> = incident
        .requests
        .iter()
        .filter_map(|&row| scene.index.request_of(row))
        .filter(|r| r.status >= 500 || matches!(r.status, 401 | 403))
        .map(|r| r.path)
        .gathered();
    let later = |r: &crate::digest::RequestRow| paths.contains(&r.path) && time(scene.index, r.row) > last;
    paths.is_empty() || scene.index.requests().iter().any(later)
}

/// `8.9 s later`, or `with it`.
fn later(rest: i64) -> String {
    if rest < SECOND / 10 { "with it".to_owned() } else { format!("{} later", duration_words(rest)) }
}

/// Whether nearly every entry belongs to the incident: an export of errors ends with an error, whatever came after.
fn alone(scene: &Scene<'_>, incident: &Incident) -> bool {
    let troubles = incident.root.iter().chain(&incident.symptoms).filter_map(|&n| scene.troubles.get(n));
    let mut rows: Vec<u32> = troubles.flat_map(troubles::Trouble::rows).collect();
    rows.sort_unstable();
    rows.dedup();
    rows.len() * 10 >= scene.index.rows().len() * 9
}

/// Failures of an incident in time order: exits of a loop, failed requests, else occurrences of the root (those within
/// half a second at one place, or of one trace id, are one failure).
pub(crate) fn failures(scene: &Scene<'_>, incident: &Incident) -> Vec<(Nanos, u32)> {
    let with_time = |row: u32| Some((time(scene.index, row)?, row));
    if let Some(collapse) = &incident.collapse {
        return collapse.cycles.iter().map(|cycle| (cycle.until, cycle.exit)).collect();
    }
    let root = incident.root.and_then(|root| scene.troubles.get(root));
    let root_is_request = root.is_some_and(|root| {
        root.occurrences.first().is_some_and(|o| scene.index.request_of(o.first()).is_some())
    });
    let failed: Vec<u32> = incident
        .requests
        .iter()
        .copied()
        .filter(|&row| root_is_request || scene.index.request_of(row).is_some_and(|r| r.status >= 500))
        .collect();
    let said = root.map(|root| said(scene, root)).unwrap_or_default();
    // What callers saw counts, unless the cause struck more often than anybody called.
    let rows: Vec<u32> = said.iter().map(|(_, row)| *row).collect();
    if failed.len() >= said.len()
        || root_is_request
        || !failed.is_empty() && measures::spans::inside(scene, &rows, &failed)
    {
        failed.into_iter().filter_map(with_time).collect()
    } else {
        said
    }
}

/// Failures that a trouble tells of: one a trace id and wording; else what is said within half a second at one place is one,
/// however it is worded, and as many as one of its wordings says.
fn said(scene: &Scene<'_>, root: &troubles::Trouble) -> Vec<(Nanos, u32)> {
    // Which statement each row belongs to, in the order of rows.
    let mut wording: Vec<(u32, usize)> = Vec::new();
    for (number, statement) in root.statements.iter().filter_map(|&n| Some((n, scene.statements.get(n)?))) {
        wording.extend(statement.occurrences.firsts().iter().map(|row| (*row, number)));
    }
    wording.order();
    let mut wording = wording.into_iter().peekable();
    let mut found: Vec<(Nanos, u32)> = Vec::new();
    let mut seen: HashSet<u64, FixedState> = HashSet::default();
    // The cluster at one place that is being read: its wordings with their failures.
    let mut open: BTreeMap<u32, (Nanos, Wordings)> = BTreeMap::new();
    let mut before: Option<(u32, i64, u32)> = None;
    for occurrence in root.occurrences.iter() {
        let row = occurrence.first();
        let Some(at) = time(scene.index, row) else { continue };
        if let Some(id) = occurrence.rows.iter().find_map(|&n| scene.index.trace_id_of(n)) {
            if seen.insert(id) {
                found.push((at, row));
            }
            continue;
        }
        // Lines without a place of their own belong to what they follow.
        let source = match before {
            Some((end, since, place)) if row.saturating_sub(end) <= 16 && at.0 == since => place,
            _ => scene.index.row(row).map_or(0, crate::digest::Row::source),
        };
        before = Some((occurrence.rows.last().copied().unwrap_or(row), at.0, source));
        let (last, cluster) = open.entry(source).or_insert((at, BTreeMap::new()));
        if at.0 - last.0 >= SECOND / 2 {
            found.extend(most(std::mem::take(cluster)));
        }
        *last = at;
        while wording.next_if(|(first, _)| *first < row).is_some() {}
        let number = wording.peek().filter(|(first, _)| *first == row).map_or(0, |(_, number)| *number);
        cluster.entry(number).or_default().push((at, row));
    }
    found.extend(open.into_values().flat_map(|(_, cluster)| most(cluster)));
    found.order();
    found
}

/// The failures of the wording that was said most often; of equals the first.
fn most(cluster: BTreeMap<usize, Vec<(Nanos, u32)>>) -> Vec<(Nanos, u32)> {
    cluster
        .into_values()
        .max_by_key(|found| (found.len(), std::cmp::Reverse(found.first().copied())))
        .unwrap_or_default()
}
