//! Runs of a job that no platform names: takes what a service says as one ends, and tells series that come in such runs, how many
//! runs they are, what each claims, and what changed between two of them.

use super::Fall;
use crate::diagnose::causality::Scene;
use crate::diagnose::changes::restated;
use crate::diagnose::changes::switched::{Changed, service};
use crate::diagnose::evidence::{Book, derived, quotes};
use crate::diagnose::measures::beats::masked;
use crate::diagnose::measures::series::{Point, Series};
use crate::diagnose::statements::{Statement, time};
use crate::diagnose::troubles::beside::{of_row, pairs};
use crate::diagnose::words;
use crate::entry::Severity;
use crate::entry::time::SECOND;
use crate::order::{Gather as _, Order as _};
use crate::report::model::{Quote, Rich, Sentence};
use std::collections::{BTreeMap, BTreeSet};

/// Words of a line that a run ends with.
const ENDS: [&str; 7] = ["finished", "complete", "completed", "done", "ended", "succeeded", "exited"];
/// A run begins this long after the one before has ended, at least; what is nearer together is one run.
const APART: i64 = 600 * SECOND;
/// Ends that show that there are runs at all.
const LEAST: usize = 6;
/// Names of fields that say how a run went, and their values where it went well.
const OUTCOMES: [&str; 4] = ["status", "result", "outcome", "state"];
const WELL: [&str; 6] = ["success", "succeeded", "ok", "completed", "done", "finished"];

/// Times that something is said that is more than chance, and how many such messages are told.
const SAID: usize = 3;
const TOLD: usize = 3;
/// The rule behind the sentence.
pub(super) const NEWS: &str = "messages of the job before and since the last run that did its work";

/// Which series are those of a job by its own word: their values come in runs that the service says the end of.
pub(super) fn told(scene: &Scene<'_>, all: &[&Series]) -> Vec<bool> {
    let ends = ends(scene);
    let is_told = |series: &&Series| {
        if series.batch || series.points.len() < LEAST {
            return false;
        }
        let row = series.points.first().map(|point| point.row);
        let Some(ends) = row.and_then(|row| ends.get(service(scene, row))) else { return false };
        let lasts = ends_of_runs(&times(&series.points));
        let is_ended = |last: &i64| {
            let next = ends.partition_point(|end| end < last);
            ends.get(next).is_some_and(|end| end.saturating_sub(*last) < APART)
        };
        lasts.len() >= LEAST && lasts.iter().all(is_ended)
    };
    all.iter().map(is_told).collect()
}

/// When each service said that a run has ended, in time order.
fn ends<'s>(scene: &'s Scene<'_>) -> BTreeMap<&'s str, Vec<i64>> {
    let mut ends: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for statement in scene.statements.iter().filter(|s| s.severity < Severity::Warning && !s.audit) {
        let rows = statement.occurrences.firsts();
        // Most of what is said often is said again too soon, which the first two entries of it show.
        let mut gaps = rows.windows(2).filter_map(|pair| match pair {
            [a, b] => Some(time(scene.index, *b)?.0.saturating_sub(time(scene.index, *a)?.0)),
            _ => None,
        });
        let Some(row) = rows.first().filter(|_| rows.len() >= LEAST && gaps.all(|gap| gap >= APART)) else {
            continue;
        };
        let line = words::headline(&statement.text, 200).to_ascii_lowercase();
        if line.split(|c: char| !c.is_ascii_alphabetic()).any(|word| ENDS.contains(&word)) {
            let times = rows.iter().filter_map(|row| Some(time(scene.index, *row)?.0));
            ends.entry(service(scene, *row)).or_default().extend(times);
        }
    }
    ends.values_mut().for_each(|times| times.order());
    ends
}

fn times(points: &[Point]) -> Vec<i64> {
    points.iter().map(|point| point.time).collect()
}

/// The last of the times of each run.
fn ends_of_runs(times: &[i64]) -> Vec<i64> {
    let is_last = |pair: &&[i64]| matches!(pair, [a, b] if b.saturating_sub(*a) >= APART);
    let followed = times.windows(2).filter(is_last).filter_map(|pair| pair.first());
    followed.chain(times.last()).copied().collect()
}

/// Runs that these values come from: by execution where executions are named, else by the pauses between them where it is a job.
pub(super) fn runs(scene: &Scene<'_>, batch: bool, points: &[Point]) -> usize {
    let executions: BTreeSet<&str> = points
        .iter()
        .filter_map(|point| scene.index.row(point.row).and_then(|row| scene.index.source_of(row)))
        // What Airflow names is the task, which is the same in each run.
        .filter(|source| source.resource != crate::diagnose::lifecycle::repaired::UNITS)
        .map(|source| source.execution.as_ref())
        .filter(|name| !name.is_empty())
        .gathered();
    match executions.len() {
        0 if batch => ends_of_runs(&times(points)).len(),
        0 => points.len(),
        n => n,
    }
}

/// `status=success`, where each of these values stands beside such a field.
pub(super) fn claim(scene: &Scene<'_>, points: &[Point]) -> Option<String> {
    let claims = points.iter().map(|point| {
        let line = of_row(scene, point.row)?;
        let said = pairs(line).into_iter().find(|(name, value)| {
            OUTCOMES.contains(&name.to_ascii_lowercase().as_str())
                && WELL.contains(&value.to_ascii_lowercase().as_str())
        });
        said.map(|(name, value)| format!("{name}={value}"))
    });
    let mut claims: Vec<String> = claims.collect::<Option<_>>()?;
    claims.dedup();
    if claims.len() == 1 { claims.pop() } else { None }
}

/// What the job says of itself since the first of the values that are nothing, and said otherwise in all runs before.
pub(super) fn changed(scene: &Scene<'_>, fall: &Fall<'_>) -> Vec<Changed> {
    let ends = fall.before().last().zip(fall.since().first());
    let Some((good, bad)) = ends.filter(|_| fall.batch) else { return Vec::new() };
    restated::between_runs(scene, [good.time, bad.time], bad.row)
}

/// What the job says since the last value that was none of these, and never said before: at whatever level, since a job that counts
/// its empty run as a success tells of the reason below a warning.
pub(super) fn news(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    fall: &Fall<'_>,
) -> Option<(Sentence, Vec<Quote>)> {
    let good = fall.before().last().filter(|_| fall.batch)?;
    let mine = service(scene, good.row);
    let is_new = |statement: &&Statement| {
        let rows = statement.occurrences.firsts();
        let since = |row: &u32| time(scene.index, *row).is_some_and(|at| at.0 > good.time);
        let at = || rows.iter().filter_map(|row| Some(time(scene.index, *row)?.0)).collect::<Vec<_>>();
        !statement.audit
            && rows.iter().all(|row| since(row) && service(scene, *row) == mine)
            && (rows.len() >= SAID || ends_of_runs(&at()).len() == 1 && changes(&statement.text))
            && rows.iter().all(|row| scene.index.request_of(*row).is_none())
    };
    let mut found: Vec<&Statement> = scene.statements.iter().filter(is_new).collect();
    // The same words at another level are nothing new.
    let words = |statement: &Statement| masked(&words::headline(&statement.text, 200));
    let before = |s: &&Statement| {
        let first = s.occurrences.firsts().first();
        first.is_some_and(|row| time(scene.index, *row).is_none_or(|at| at.0 <= good.time))
    };
    let said: BTreeSet<String> = if found.is_empty() {
        BTreeSet::new()
    } else {
        scene.statements.iter().filter(before).map(words).collect()
    };
    found.retain(|statement| !said.contains(&words(statement)));
    found.order_by_key(|s| (s.occurrences.firsts().first().copied(), s.text.clone()));
    found.truncate(TOLD);
    if found.is_empty() {
        return None;
    }
    let mut text = Rich::text("Since then it says what it never said before: ");
    let mut rows = Vec::new();
    for (n, statement) in found.iter().enumerate() {
        let row = statement.occurrences.firsts().first().copied();
        let line = words::headline(&statement.text, 160);
        let beside = row.and_then(|row| of_row(scene, row));
        let line = beside.map_or(line.clone(), |beside| words::brief(&format!("{line} {beside}"), 220));
        text = text.t(if n == 0 { "" } else { ", " }).c(line);
        let times = words::count(statement.occurrences.len() as u64, "time", "times");
        text = text.t(format!(" ({times})"));
        rows.extend(row);
    }
    rows.order();
    Some((derived(text.t("."), NEWS, book.rows(&rows)), quotes(scene.index, &rows, TOLD)))
}

/// Whether a line says that something changed.
fn changes(text: &str) -> bool {
    let line = words::headline(text, 200).to_ascii_lowercase();
    line.split(|c: char| !c.is_ascii_alphabetic())
        .any(|word| matches!(word, "changed" | "migrated" | "upgraded"))
}
