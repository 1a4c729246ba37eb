//! Who took the work away is gone: takes urgent findings of what is full, gives the workload of Kubernetes that was scaled to nothing before,
//! hours before at times, and the level that rises since.

use super::scaled::{Scaling, scalings};
use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived, quotes};
use crate::diagnose::findings::{Told, signature};
use crate::diagnose::measures::series::{Point, Series, collect};
use crate::diagnose::words;
use crate::entry::Nanos;
use crate::entry::figure::Kind;
use crate::entry::time::{SECOND, duration_words};
use crate::report::model::{Priority, Rich, Sentence, Why};

/// What gets full when nobody takes the work away.
const FULL: [&str; 6] =
    ["redis-oom", "disk-full", "pg-disk-full", "mysql-disk-full", "mongo-disk-full", "etcd-space"];
/// How long before the first failure the workload may have gone.
const REACH: i64 = 48 * 3600 * SECOND;
/// Values of a level on either side, and how many times the most before it the last value is, at least.
const VALUES: usize = 4;
const TIMES: i64 = 3;
/// How soon it rises, as a part of the time until the first failure, and how many of a hundred steps may go down.
const SOON: i64 = 4;
const DOWN: usize = 10;
/// The rule behind the sentence.
const RULE: &str = "a workload that was scaled to nothing, and a level that rises since and did not before";

/// Adds it to the cause of each finding of something that is full.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut [Told]) {
    let is_full = |t: &Told| {
        let root = t.incident.root.and_then(|root| scene.troubles.get(root));
        let known = root.and_then(|root| signature(scene.knowledge, root));
        t.priority < Priority::P2 && known.is_some_and(|known| FULL.contains(&known.id.as_str()))
    };
    for t in told.iter_mut().filter(|t| is_full(t)) {
        let Some(first) = t.finding.first else { continue };
        let Some((gone, level, [before, last])) = found(scene, first.0) else { continue };
        let text = Rich::default()
            .c(gone.workload)
            .t(format!(
                " was scaled from {} to 0 at {} UTC, {} before the first failure, and not up again: ",
                words::number(gone.from),
                Nanos(gone.at).date_time(),
                duration_words(first.0 - gone.at)
            ))
            .c(&level.name)
            .t(format!(
                " was at most {} until then, rises since, and is {} before the failures.",
                number(before),
                number(last)
            ));
        let rows = [gone.row, level.points.iter().rfind(|p| p.time < first.0).map_or(gone.row, |p| p.row)];
        let place = t.finding.cause.len().min(1);
        t.finding.cause.insert(place, derived(text, RULE, book.rows(&rows)));
        t.finding.quotes.extend(quotes(scene.index, &rows, 2));
    }
}

fn number(thousandths: i64) -> String {
    words::number(u64::try_from(thousandths / 1000).unwrap_or(0))
}

/// The last workload that went, with the level that rises most since: the most before, and the last before the failures.
fn found<'s>(scene: &'s Scene<'_>, first: i64) -> Option<(Scaling<'s>, &'s Series, [i64; 2])> {
    let all = scalings(scene);
    let gone = |s: &Scaling<'_>| s.to == 0 && s.from > 0 && (first - REACH..first).contains(&s.at);
    // A roll-out empties one set and fills another one of the same workload.
    let is_up = |s: &Scaling<'_>| {
        all.iter()
            .any(|o| o.workload == s.workload && o.to > 0 && (s.at - 600 * SECOND..first).contains(&o.at))
    };
    let gone = all.iter().rposition(|s| gone(s) && !is_up(s)).and_then(|at| all.get(at))?;
    let levels = collect(scene, &[Kind::Level]);
    let risen = levels.into_iter().filter_map(|level| Some((risen(&level.points, gone.at, first)?, level)));
    let ([before, last], level) = risen.max_by_key(|([before, last], level)| {
        (*last / (*before).max(1000), std::cmp::Reverse((level.name.clone(), level.said.clone())))
    })?;
    let gone = Scaling { workload: gone.workload, ..*gone };
    Some((gone, level, [before, last]))
}

/// Whether a level rises from a time on and did not before: its most before, and its last value before the failures.
fn risen(points: &[Point], at: i64, first: i64) -> Option<[i64; 2]> {
    let (cut, end) = (points.partition_point(|p| p.time <= at), points.partition_point(|p| p.time < first));
    let (before, since) = (points.get(..cut)?, points.get(cut..end)?);
    let most = before.iter().map(|p| p.value).max()?;
    let last = since.last()?.value;
    let over = since.iter().find(|p| p.value > most)?;
    let down = since.windows(2).filter(|pair| matches!(pair, [a, b] if b.value < a.value)).count();
    let good = before.len() >= VALUES
        && since.len() >= VALUES
        && last >= most.max(1000).saturating_mul(TIMES)
        && (over.time - at).saturating_mul(SOON) <= first - at
        && down * 100 <= since.len() * DOWN;
    good.then_some([most, last])
}

fn sentence(told: &Told) -> Option<&Sentence> {
    told.finding.cause.iter().find(|sentence| sentence.rule == RULE)
}

/// The step of the whys that it answers.
pub(crate) fn why(main: &Told) -> Option<Why> {
    let answer = sentence(main)?.clone();
    Some(Why { question: Rich::text("Why did it fill up?"), answer, alternatives: Vec::new() })
}

/// What to do about it first.
pub(crate) fn step(told: &Told) -> Option<Rich> {
    let text = sentence(told)?.text.plain();
    Some(Rich::text("Scale up again what takes the work away, and watch the level fall: ").t(text))
}
