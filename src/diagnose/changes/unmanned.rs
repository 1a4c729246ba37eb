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

/// What gets full when nobody takes the work away, with words of the levels that tell how full it is.
const FULL: [(&str, &[&str]); 6] = [
    ("redis-oom", &["redis"]),
    ("disk-full", DISK),
    ("pg-disk-full", DISK),
    ("mysql-disk-full", DISK),
    ("mongo-disk-full", DISK),
    ("etcd-space", &["etcd"]),
];
const DISK: &[&str] = &["disk", "volume", "filesystem", "mount", "storage", "space"];
/// How long before the first failure the workload may have gone.
const REACH: i64 = 48 * 3600 * SECOND;
/// Values of a level on either side, and how many times the most before it the last value is, at least.
const VALUES: usize = 4;
const TIMES: i64 = 2;
/// How soon it rises, as a part of the time until the first failure, and how many of a hundred steps may go down.
const SOON: i64 = 4;
const DOWN: usize = 10;
/// How long a roll-out takes, and a process that is asked to stop.
const ROLLED: i64 = 3600 * SECOND;
const STOPPING: i64 = 300 * SECOND;
/// The rule behind the sentence.
const RULE: &str = "a workload that was scaled to nothing, and a level that rises since and did not before";

/// Adds it to the cause of each finding of something that is full.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut [Told]) {
    for t in told.iter_mut().filter(|t| t.priority < Priority::P2) {
        let root = t.incident.root.and_then(|root| scene.troubles.get(root));
        let known = root.and_then(|root| signature(scene.knowledge, root));
        let words = known.and_then(|known| FULL.iter().find(|(id, _)| *id == known.id.as_str()));
        let (Some((_, words)), Some(first)) = (words, t.finding.first) else { continue };
        let Some((gone, level, [before, last])) = found(scene, words, first.0) else { continue };
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
                " was at most {} until then, mostly rises since, and is {} before the failures.",
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
fn found<'s>(
    scene: &'s Scene<'_>,
    words: &[&str],
    first: i64,
) -> Option<(Scaling<'s>, &'s Series, [i64; 2])> {
    let all = scalings(scene);
    let gone = |s: &Scaling<'_>| s.to == 0 && s.from > 0 && (first - REACH..first).contains(&s.at);
    // A roll-out empties one set and fills another one of the same workload, and what is gone says nothing more.
    let is_up = |s: &Scaling<'_>| {
        let mut others = all.iter().filter(|o| o.workload == s.workload && o.row != s.row && o.at < first);
        others.any(|o| o.to > 0 && o.at > s.at - ROLLED) || speaks(scene, s, first)
    };
    let gone = all.iter().rposition(|s| gone(s) && !is_up(s)).and_then(|at| all.get(at))?;
    let levels = collect(scene, &[Kind::Level]);
    let of_it = |level: &&Series| {
        let name = format!("{} {} {}", level.name, level.of, level.said).to_ascii_lowercase();
        words.iter().any(|word| name.contains(word))
    };
    let risen = levels
        .into_iter()
        .filter(of_it)
        .filter_map(|level| Some((risen(&level.points, gone.at, first)?, level)));
    let ([before, last], level) = risen.max_by_key(|([before, last], level)| {
        (*last / (*before).max(1000), std::cmp::Reverse((level.name.clone(), level.said.clone())))
    })?;
    let gone = Scaling { workload: gone.workload, ..*gone };
    Some((gone, level, [before, last]))
}

/// Whether a workload says something after it went.
fn speaks(scene: &Scene<'_>, gone: &Scaling<'_>, first: i64) -> bool {
    let since = (gone.at + STOPPING)..first;
    scene.index.rows().iter().any(|row| {
        row.time().is_some_and(|at| since.contains(&at.0))
            && scene.index.source_of(row).is_some_and(|source| source.service == gone.workload)
    })
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
