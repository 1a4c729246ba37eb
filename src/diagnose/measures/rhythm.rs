//! Messages and requests that come at a steady pace → where the pace stops although the log goes on.
//!
//! A log that simply ends says nothing, nor does a file that ends before another: only entries of the same files count as going
//! on, and they have to lie in both halves of the silence.

use super::beats::{Group, by_words, groups, name, services};
use crate::diagnose::causality::Scene;
use crate::diagnose::statements::time;
use crate::diagnose::{anomalies, words};
use crate::digest::Row;
use crate::entry::Nanos;
use crate::entry::time::SECOND;
use crate::order::{Gather as _, Order as _};
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// Beats of a rhythm at least, and of one that neither its words nor its period give away.
pub(crate) const BEATS: usize = 6;
const PLAIN_BEATS: usize = 20;
/// Periods that a rhythm is silent for at least.
const SILENT_PERIODS: i64 = 4;
const PLAIN_SILENT_PERIODS: i64 = 10;
/// Shortest period, and shortest one without telling words.
const PERIOD: i64 = SECOND;
const PLAIN_PERIOD: i64 = 5 * SECOND;
/// Beats nearer than this are one.
const SAME_BEAT: i64 = SECOND / 2;
/// Share of the pauses (per cent) that lie within a fifth of the period.
const STEADY_PER_CENT: usize = 85;
/// Entries that show that the log goes on.
const GOING_ON: usize = 5;
/// Rhythms that are looked at.
const RHYTHMS: usize = 200;

/// What keeps a pace by its nature.
const WORDS: [&str; 18] = [
    "heartbeat",
    "keepalive",
    "alive",
    "health",
    "healthz",
    "healthcheck",
    "livez",
    "readyz",
    "liveness",
    "readiness",
    "ping",
    "cron",
    "tick",
    "watchdog",
    "scheduler",
    "scheduled",
    "periodic",
    "poll",
];
/// What keeps a pace only until it is done.
const UNTIL_DONE: [&str; 16] = [
    "wait",
    "waiting",
    "blocked",
    "retry",
    "retries",
    "retrying",
    "attempt",
    "progress",
    "remaining",
    "eta",
    "step",
    "epoch",
    "batch",
    "%",
    "connecting",
    "trying",
];
/// Words of a wanted end.
const STOPS: [&str; 12] = [
    "stopp", "stopping", "shut", "closing", "closed", "exit", "terminat", "disabled", "paused", "scal",
    "sigterm", "finished",
];

/// A steady pace and the stretch without it.
#[derive(Clone, Debug)]
pub(crate) struct Silence {
    /// What is said or asked for.
    pub(crate) name: String,
    pub(crate) service: String,
    /// Whether it keeps a pace; else the period is its longest pause.
    pub(crate) steady: bool,
    pub(crate) period: i64,
    pub(crate) beats: Vec<(i64, u32)>,
    /// The last beat before the silence.
    pub(crate) since: Nanos,
    pub(crate) row: u32,
    /// The beat after it; none if it lasts to the end of the log.
    pub(crate) until: Option<(Nanos, u32)>,
    pub(crate) lasted: i64,
    /// Whether words or period say that it is meant to go on.
    pub(crate) telling: bool,
    /// Other entries in the silence: of the same service, and of the same files.
    pub(crate) of_service: Vec<u32>,
    pub(crate) others: Vec<u32>,
    /// Whether the log itself says that something stops or starts anew at that time.
    pub(crate) wanted: bool,
}

/// Whether a name has words at all: lone brackets of a dump keep no pace of their own.
fn says(name: &str) -> bool {
    name.chars().filter(|c| c.is_alphabetic()).count() >= 4
}

/// The period of beats (ascending), if they keep one.
fn period(times: &[i64]) -> Option<i64> {
    let mut gaps: Vec<i64> = times.windows(2).filter_map(|pair| Some(pair.get(1)? - pair.first()?)).collect();
    let middle = gaps.len() / 2;
    if gaps.is_empty() {
        return None;
    }
    let median = *gaps.select_nth_unstable(middle).1;
    let steady = gaps.iter().filter(|gap| (*gap - median).abs() <= (median / 5).max(SECOND / 4)).count();
    // A silence in the middle is one pause more, and doesn't make the rest unsteady.
    let silences = gaps.iter().filter(|gap| **gap >= median * SILENT_PERIODS).take(2).count();
    (times.len() >= BEATS && median >= PERIOD && steady * 100 >= (gaps.len() - silences) * STEADY_PER_CENT)
        .then_some(median)
}

/// Whether a period is one that people give to schedulers: whole minutes, to two per cent.
fn is_scheduled(period: i64) -> bool {
    let off = period % (60 * SECOND);
    period >= 59 * SECOND && off.min(60 * SECOND - off) <= (period / 50).min(2 * SECOND)
}

fn has_word(text: &str, wanted: &[&str]) -> bool {
    let text = text.to_ascii_lowercase();
    text.split(|c: char| !c.is_ascii_alphabetic() && c != '%').any(|word| wanted.contains(&word))
}

/// Sorts beats, takes those that are one as one, and gives their period, if they keep one.
fn settled(group: &mut Group) -> Option<i64> {
    group.beats.sort_unstable();
    group.beats.dedup_by(|later, earlier| later.0 - earlier.0 < SAME_BEAT);
    let times: Vec<i64> = group.beats.iter().map(|(time, _)| *time).collect();
    period(&times)
}

/// All silences, the telling ones first, then in time order.
pub(crate) fn silences(scene: &Scene<'_>) -> Vec<Silence> {
    let (of_source, names) = services(scene);
    let twins = OnceCell::new();
    let mut found: Vec<Silence> = groups(scene, &of_source)
        .into_iter()
        .filter_map(|mut group| {
            let period = settled(&mut group)?;
            group.name = name(scene, &group);
            says(&group.name).then_some((period, group))
        })
        .take(RHYTHMS)
        .filter_map(|(period, group)| {
            let silence = |period, group| silence(scene, &of_source, &names, period, group);
            let mut whole = group.clone();
            let found = silence(period, group)?;
            // The same words under another severity: what they tell of goes on.
            let twins = twins.get_or_init(|| by_words(scene));
            if !whole.join(scene, &of_source, twins) {
                return Some(found);
            }
            settled(&mut whole).and_then(|period| silence(period, whole))
        })
        .collect();
    found.extend(anomalies::stops::instances(scene));
    found.order_by(|a, b| (!a.telling, a.since, &a.name).cmp(&(!b.telling, b.since, &b.name)));
    found
}

fn silence(
    scene: &Scene<'_>,
    of_source: &[Option<usize>],
    names: &[String],
    period: i64,
    group: Group,
) -> Option<Silence> {
    let telling = has_word(&group.name, &WORDS) || is_scheduled(period);
    let plain = group.path.is_none()
        && group.beats.len() >= PLAIN_BEATS
        && period >= PLAIN_PERIOD
        && !has_word(&group.name, &UNTIL_DONE);
    let periods = match (telling, plain) {
        (true, _) if !has_word(&group.name, &UNTIL_DONE) => SILENT_PERIODS,
        (false, true) => PLAIN_SILENT_PERIODS,
        _ => return None,
    };
    let least = period.saturating_mul(periods).max(10 * SECOND);
    let files: BTreeSet<u32> =
        group.beats.iter().filter_map(|(_, row)| scene.index.row(*row)).map(Row::file).gathered();
    let ours = |row: &&Row| files.contains(&row.file());
    let end = scene.index.rows().iter().rev().find(ours).and_then(Row::time)?;
    let (last, last_row) = group.beats.last().copied()?;
    let (at, row, until) = if end.0 - last >= least {
        (last, last_row, None)
    } else {
        let pause = |pair: &&[(i64, u32)]| pair.last().map_or(0, |b| b.0) - pair.first().map_or(0, |a| a.0);
        let pair = group.beats.windows(2).max_by_key(pause).filter(|pair| pause(pair) >= least)?;
        let ((at, row), (until, next)) = (*pair.first()?, *pair.last()?);
        // Before it there has to be a rhythm too, not only after it.
        group.beats.iter().filter(|beat| beat.0 <= at).nth(BEATS - 1)?;
        (at, row, Some((Nanos(until), next)))
    };
    let stop = until.map_or(end.0, |(until, _)| until.0);
    let inside: Vec<(u32, &Row)> = (row + 1..)
        .zip(scene.index.rows().iter().skip(row as usize + 1))
        .take_while(|(_, row)| row.time().is_some_and(|time| time.0 < stop || until.is_none()))
        .filter(|(_, row)| ours(row))
        .collect();
    let of = |row: &Row| of_source.get(row.source() as usize).copied().flatten();
    let of_service =
        inside.iter().filter(|(_, row)| of(row) == Some(group.service)).map(|(n, _)| *n).collect();
    Some(Silence {
        name: group.name,
        service: names.get(group.service).cloned().unwrap_or_default(),
        steady: true,
        period,
        since: Nanos(at),
        row,
        until,
        lasted: stop - at,
        telling,
        of_service,
        others: inside.iter().map(|(n, _)| *n).collect(),
        wanted: is_wanted(scene, of_source, group.service, at, period, stop),
        beats: group.beats,
    })
}

impl Silence {
    /// Entries of these rows in the first and in the second half of the silence.
    fn halves(&self, scene: &Scene<'_>, rows: &[u32]) -> (usize, usize) {
        let middle = self.since.0 + self.lasted / 2;
        let at = |row: &u32| time(scene.index, *row).map_or(0, |time| time.0);
        let later = rows.iter().filter(|row| at(row) >= middle).count();
        (rows.len() - later, later)
    }

    /// Whether the log goes on meanwhile.
    pub(crate) fn log_goes_on(&self, scene: &Scene<'_>) -> bool {
        let (early, late) = self.halves(scene, &self.others);
        early + late >= GOING_ON && early > 0 && late > 0
    }

    /// Whether the service itself goes on meanwhile.
    pub(crate) fn service_goes_on(&self, scene: &Scene<'_>) -> bool {
        let (early, late) = self.halves(scene, &self.of_service);
        early + late >= GOING_ON - 2 && late > 0
    }
}

/// Whether words tell of a stop.
pub(crate) fn says_stop(text: &str) -> bool {
    let line = words::headline(text, 300).to_ascii_lowercase();
    line.split(|c: char| !c.is_ascii_alphabetic()).any(|word| STOPS.iter().any(|stop| word.starts_with(stop)))
}

/// Whether a stop is said around the last beat, or the service appears with another instance or revision from then on.
fn is_wanted(
    scene: &Scene<'_>,
    of_source: &[Option<usize>],
    service: usize,
    at: i64,
    period: i64,
    stop: i64,
) -> bool {
    let mine = |row: &Row| of_source.get(row.source() as usize).copied().flatten() == Some(service);
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for (n, row) in (0u32..).zip(scene.index.rows()).filter(|(_, row)| mine(row)) {
        let (Some(time), Some(source)) = (row.time(), scene.index.source_of(row)) else { continue };
        if time.0 > stop {
            break;
        }
        let names = [source.revision.as_ref(), source.instance.as_ref()];
        let is_new = names.iter().any(|name| !name.is_empty() && !known.contains(name));
        if is_new && time.0 >= at - 2 * period {
            return true;
        }
        known.extend(names);
        let is_near = (at - period..=at + period + 10 * SECOND).contains(&time.0);
        if is_near && says_stop(&scene.index.text_of(n)) {
            return true;
        }
    }
    false
}

#[cfg(test)]
#[path = "rhythm_tests.rs"]
mod tests;
