//! What goes on at the same pace before, while and after users met a failure: takes findings, ranks it behind that failure and says why.

use super::Told;
use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::measures::density::burst;
use crate::diagnose::troubles::Kind;
use crate::diagnose::{anomalies, words};
use crate::report::model::{Class, Priority, Rich};

/// Occurrences that show a pace, and those of them before the failure that users met.
const PACE: usize = 12;
const BEFORE: usize = 4;
/// How many times as frequent it may be on one side of that failure as on the other.
const ALIKE: i128 = 2;
/// The rule behind the sentence.
const RULE: &str =
    "its frequency before that failure and from then on, which differ by a factor of 2 at most";

/// How far behind others of its priority a finding comes: what failed requests or ended something first, then what nothing shows
/// to be met by users, then background.
pub(crate) fn rank(told: &Told) -> u8 {
    let has = |rule| told.finding.cause.iter().any(|sentence| sentence.rule == rule);
    if has(RULE) { 2 } else { u8::from(has(anomalies::halted::RULE)) }
}

/// Says so of each error that failed nothing, and is as frequent without the failure that users met as with it.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut [Told]) {
    let mut times = scene.index.rows().iter().filter_map(crate::digest::Row::time);
    let Some(from) = times.next().map(|time| time.0) else { return };
    let until = times.next_back().map_or(from, |time| time.0);
    let steady: Vec<bool> = told.iter().map(|t| is_steady(t, from, until)).collect();
    let hurt = |t: &Told| {
        let failed = |row: &u32| scene.index.request_of(*row).is_some_and(|r| r.status >= 400);
        t.incident.collapse.is_some() || t.incident.requests.iter().any(failed)
    };
    let proven =
        told.iter().zip(&steady).filter(|(t, steady)| !**steady && t.priority < Priority::P2 && hurt(t));
    // The earliest of what users met.
    let first = proven
        .filter_map(|(t, _)| Some((t.failures.first()?.0, t.finding.title.clone())))
        .min_by_key(|(at, title)| (*at, title.plain()));
    let Some((at, title)) = first else { return };
    for (t, steady) in told.iter_mut().zip(steady) {
        let root = t.incident.root.and_then(|root| scene.troubles.get(root));
        let is_error = t.priority < Priority::P2 && root.is_some_and(|root| root.kind != Kind::ClientErrors);
        let before = t.failures.iter().take_while(|(time, _)| *time < at).count();
        if !steady
            || !is_error
            || hurt(t)
            || !is_alike(before, at.0 - from, t.failures.len() - before, until - at.0)
        {
            continue;
        }
        t.priority = t.priority.max(Priority::P1);
        if t.finding.class == Class::Critical {
            t.finding.class = Class::Warning;
        }
        let mut text = Rich::text(format!(
            "It is background: {} of its {} stand before the first failure of \u{201c}",
            words::number(before as u64),
            words::number(t.failures.len() as u64)
        ));
        text.0.extend(title.0.iter().cloned());
        let rows: Vec<u32> = t.failures.iter().map(|(_, row)| *row).collect();
        t.finding.cause.push(derived(
            text.t(
                "\u{201d}, and its frequency before that and from then on differs by a factor of 2 at most.",
            ),
            RULE,
            book.rows(&super::sorted(rows)),
        ));
    }
}

/// Whether so many in the time before a failure are enough, and about as frequent as those in the time from then on.
fn is_alike(before: usize, passed: i64, since: usize, rest: i64) -> bool {
    let rate = |n: usize, other: i64| i128::try_from(n).unwrap_or(0) * i128::from(other);
    let (one, other) = (rate(before, rest), rate(since, passed));
    before >= BEFORE && one.min(other) > 0 && one.max(other) <= one.min(other) * ALIKE
}

/// Whether failures come from the first quarter of the log to the last, nowhere denser than chance has it.
fn is_steady(t: &Told, from: i64, until: i64) -> bool {
    let times: Vec<i64> = t.failures.iter().map(|(time, _)| time.0).collect();
    let quarter = until.saturating_sub(from) / 4;
    let spans = times.first().is_some_and(|first| *first - from <= quarter)
        && times.last().is_some_and(|last| until - *last <= quarter);
    times.len() >= PACE && spans && t.incident.collapse.is_none() && burst(&times, from, until).is_none()
}
