//! Levels that rise to a limit before a failure begins (a disk, memory, a queue), or because of it: sentences of the finding
//! that has the failure, with what was said once as the rise began.

use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived, hypothesis};
use crate::diagnose::findings::{self, Told};
use crate::diagnose::measures::series::{Point, Series, collect, quoted, said_before};
use crate::diagnose::words;
use crate::entry::Nanos;
use crate::entry::figure::Kind;
use crate::entry::time::{SECOND, duration_words};
use crate::order::Order as _;
use crate::report::model::{Class, Grade, Rich, Sentence, Why};

/// Values of a series at least, and before the failure.
const VALUES: usize = 6;
const BEFORE: usize = 4;
/// Per cent from which something is full, and by how much it rose at least, in thousandths.
const FULL: i64 = 85_000;
const ROSE: i64 = 10_000;
/// Times its size before that a level without a limit has to reach, and its least size then (thousandths).
const TIMES: i64 = 5;
const LEAST: i64 = 100_000;
/// The rule behind the sentences.
const RULE: &str = "values of a field in time, before and after the first failure";
/// Levels told in one finding.
const NAMED: usize = 3;
/// Longest pause of values for which what was said before the first higher one is a candidate.
const PAUSE: i64 = 600 * SECOND;

/// A rise: its first and last point, and the limit it reached.
struct Rise<'s> {
    series: &'s Series,
    from: Point,
    to: Point,
    /// The last point that was as low as before.
    low: Point,
    limit: Option<(&'s Series, i64)>,
}

/// Adds sentences to findings whose failures begin when a level arrives at its limit, or after whose begin one grows.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut Vec<Told>) {
    if scene.index.figures().is_empty() || told.iter().all(|t| t.finding.class == Class::Notice) {
        return;
    }
    let all = collect(scene, &[Kind::Level, Kind::Limit]);
    let mut taken: Vec<*const Series> = Vec::new();
    for t in told.iter_mut().filter(|t| t.finding.class != Class::Notice) {
        let Some(first) = t.failures.first().map(|(time, _)| time.0).or(t.finding.first.map(|time| time.0))
        else {
            continue;
        };
        let mut rises = rises(&all, first, &taken);
        // Those with a limit first, then the highest; of several nodes or queues with one name the highest stands for all.
        rises.order_by_key(|(before, rise)| {
            (
                !before,
                rise.limit.is_none(),
                !rise.series.is_percent(),
                std::cmp::Reverse(rise.to.value),
                rise.series.of.clone(),
            )
        });
        let mut names: Vec<(&str, &str)> = Vec::new();
        for (before, rise) in &rises {
            let name = (rise.series.name.as_str(), rise.series.said.as_str());
            if names.contains(&name) || names.len() >= NAMED {
                continue;
            }
            names.push(name);
            let alike = rises
                .iter()
                .filter(|(b, other)| {
                    b == before && (other.series.name.as_str(), other.series.said.as_str()) == name
                })
                .count();
            let sentence = sentence(book, rise, *before, alike - 1);
            t.finding.quotes.extend(quoted(scene, &[(rise.series, rise.low), (rise.series, rise.to)]));
            if *before {
                t.finding.cause.push(sentence);
                t.finding.cause.extend(candidate(scene, book, rise));
            } else {
                t.finding.symptoms.push(sentence);
            }
        }
        taken.extend(rises.iter().map(|(_, rise)| std::ptr::from_ref(rise.series)));
    }
    // A warning that says only such a value is told there.
    let rows =
        all.iter().filter(|s| taken.contains(&std::ptr::from_ref(**s))).flat_map(|series| series.rows());
    let rows = findings::sorted(rows.collect());
    let is_told = |t: &Told| !t.rows.is_empty() && t.rows.iter().all(|row| rows.binary_search(row).is_ok());
    told.retain(|t| t.finding.class != Class::Notice || !is_told(t));
}

/// The step of the whys that a level, a slow call, or what was said once before it answers.
pub(crate) fn why(main: &Told) -> Option<Why> {
    let cause = &main.finding.cause;
    let alternatives: Vec<Sentence> =
        cause.iter().filter(|s| s.grade == Grade::Hypothesis && s.evidence.is_some()).cloned().collect();
    let answer = cause.iter().find(|s| s.rule == RULE || s.rule == super::shift::RULE);
    let (question, answer, alternatives) = match (answer, alternatives.split_first()) {
        (Some(answer), _) if answer.rule == RULE => {
            ("What had grown when it began?", answer.clone(), alternatives)
        }
        (Some(answer), _) => ("What had become slow when it began?", answer.clone(), alternatives),
        (None, Some((first, rest))) => ("What changed just before?", first.clone(), rest.to_vec()),
        (None, None) => return None,
    };
    Some(Why { question: Rich::text(question), answer, alternatives })
}

/// What rose up to a failure, and what grows since (`false`).
fn rises<'s>(all: &[&'s Series], first: i64, taken: &[*const Series]) -> Vec<(bool, Rise<'s>)> {
    let levels = all.iter().copied().filter(|s| s.kind == Kind::Level && s.points.len() >= VALUES);
    let mut rises: Vec<(bool, Rise<'_>)> = Vec::new();
    for series in levels.filter(|s| !taken.contains(&std::ptr::from_ref(*s))) {
        let (early, late) = series.points.split_at(series.points.partition_point(|p| p.time <= first));
        if let Some(rise) = rise(series, early, all) {
            rises.push((true, rise));
        } else if let Some(rise) = growth(series, early.last().into_iter().chain(late)) {
            rises.push((false, rise));
        }
    }
    rises
}

/// The middle of the first quarter of some points.
fn base(points: &[Point]) -> Option<i64> {
    let quarter = points.get(..points.len().div_ceil(4))?;
    let mut values: Vec<i64> = quarter.iter().map(|point| point.value).collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

/// Whether most steps go up or stay.
fn is_rising(points: &[Point]) -> bool {
    let steps = points.len().saturating_sub(1);
    let down = points.windows(2).filter(|pair| matches!(pair, [a, b] if b.value < a.value)).count();
    steps >= 2 && down * 5 <= steps
}

/// The rise of the values up to a failure, if they arrive at a limit there.
fn rise<'s>(series: &'s Series, early: &'s [Point], all: &[&'s Series]) -> Option<Rise<'s>> {
    if early.len() < BEFORE {
        return None;
    }
    let base = base(early)?;
    let to = *early.last()?;
    let limit = all
        .iter()
        .copied()
        .filter(|s| {
            s.kind == Kind::Limit && s.said == series.said && s.of == series.of && s.service == series.service
        })
        .filter(|s| is_pair(&series.name, &s.name))
        .find_map(|s| {
            let at = s.points.iter().rev().find(|point| point.time <= to.time)?.value;
            (to.value.saturating_mul(100) >= at.saturating_mul(95) && to.value <= at.saturating_mul(2))
                .then_some((s, at))
        });
    let is_full = series.is_percent() && to.value >= FULL && to.value - base >= ROSE && to.value <= 100_000
        || limit.is_some_and(|(_, at)| base.saturating_mul(5) <= at.saturating_mul(4))
        || !series.is_percent() && to.value >= LEAST && to.value >= base.max(1000).saturating_mul(TIMES);
    let lowest = early.iter().take(early.len().div_ceil(2)).map(|point| point.value).min()?;
    let bound = lowest.saturating_add((to.value - lowest) / 50);
    let at = early.iter().rposition(|point| point.value <= bound)?;
    let (low, from) = (*early.get(at)?, *early.get(at + 1)?);
    (is_full && is_rising(early.get(at..)?)).then_some(Rise { series, from, to, low, limit })
}

/// Whether names share a word that says what they measure: `redis_used_memory_mb` and `redis_maxmemory_mb`.
fn is_pair(level: &str, limit: &str) -> bool {
    let word = |text: &str| {
        text.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("").to_ascii_lowercase()
    };
    let unit = |text: &str| text.rsplit('_').next().unwrap_or("").to_ascii_lowercase();
    // `used_memory` and `maxmemory`, as Redis has them.
    let is_most = || limit.to_ascii_lowercase().strip_prefix("max").is_some_and(|of| of == unit(level));
    word(level) == word(limit)
        || unit(level) == unit(limit)
        || limit.eq_ignore_ascii_case("limit")
        || is_most()
}

/// The growth of the values since a failure.
fn growth<'s>(series: &'s Series, late: impl Iterator<Item = &'s Point>) -> Option<Rise<'s>> {
    let late: Vec<Point> = late.copied().collect();
    let (from, to) = (*late.first()?, *late.last()?);
    let grew = to.value >= LEAST && to.value >= from.value.max(1000).saturating_mul(TIMES);
    (late.len() >= BEFORE && grew && is_rising(&late) && !series.is_percent()).then_some(Rise {
        series,
        from,
        to,
        low: from,
        limit: None,
    })
}

/// `` `usedPercent` of `disk usage` (`data-0`) rose from 71 % to 95.4 %, 01:15:00 to 02:47:00, when the failures begin. ``
fn sentence(book: &mut Book<'_>, rise: &Rise<'_>, before: bool, alike: usize) -> Sentence {
    let series = rise.series;
    let span = words::span(Nanos(rise.low.time), Nanos(rise.to.time));
    let mut text = series.title().t(format!(
        " {} from {} to {}",
        if before { "rose" } else { "grows" },
        series.words(rise.low.value),
        series.words(rise.to.value)
    ));
    if let Some((limit, at)) = rise.limit {
        text = text.t(format!(", its limit of {} (", series.words(at))).c(&limit.name).t(")");
    }
    text = text.t(format!(", {span}"));
    if alike > 0 {
        text = text.t(format!("; {} the same way", words::count(alike as u64, "other rises", "others rise")));
    }
    let text =
        if before { text.t("; then the failures begin.") } else { text.t(": since the failures began.") };
    derived(text, RULE, book.rows(&series.rows()))
}

/// What was said once as the rise began.
fn candidate(scene: &Scene<'_>, book: &mut Book<'_>, rise: &Rise<'_>) -> Option<Sentence> {
    (rise.from.time - rise.low.time <= PAUSE).then_some(())?;
    let (text, at, rows) = said_before(scene, rise.low.time.max(rise.from.time - PAUSE), rise.from.time)?;
    Some(guess(book, &text, at, &rows, "as the rise began"))
}

/// A candidate of what changed.
pub(crate) fn guess(book: &mut Book<'_>, text: &str, at: Nanos, rows: &[u32], when: &str) -> Sentence {
    let times =
        if rows.len() > 1 { format!(", {} times", words::number(rows.len() as u64)) } else { String::new() };
    let text =
        Rich::text(format!("What changed {when} may be this, said at {} UTC{times}: ", at.date_time()))
            .c(text)
            .t(". It is said only then or seldom; without it the same would not begin at that moment.");
    Sentence { evidence: book.rows(rows), ..hypothesis(text) }
}

/// What was said once within a minute before the first failure of the main findings.
pub(crate) fn candidates(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut [Told]) {
    const NEAR: i64 = 60 * SECOND;
    for t in
        told.iter_mut().filter(|t| t.finding.class != Class::Notice && t.incident.collapse.is_none()).take(2)
    {
        let Some(first) = t.finding.first.filter(|_| why(t).is_none()) else { continue };
        let Some((text, at, rows)) = said_before(scene, first.0.saturating_sub(NEAR), first.0) else {
            continue;
        };
        if t.rows.iter().any(|row| rows.contains(row)) {
            continue;
        }
        let when = format!("{} before the first failure", duration_words(first.0.saturating_sub(at.0)));
        t.finding.cause.push(guess(book, &text, at, &rows, &when));
    }
}
