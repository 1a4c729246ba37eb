//! What becomes slower and slower although nothing fails: takes numbers that entries state over time, gives a finding where a
//! duration or a backlog rises to the end of the log, with what grows beside it, what is no longer cleared, and what changed.

use crate::diagnose::causality::{Incident, Scene};
use crate::diagnose::changes::restated::between_starts;
use crate::diagnose::changes::switched::Changed;
use crate::diagnose::evidence::{Book, derived, hypothesis};
use crate::diagnose::findings::{Told, sorted};
use crate::diagnose::measures::series::{Point, Series, collect, first_of_instances, plain, quoted};
use crate::diagnose::{sections, statements, words};
use crate::entry::Nanos;
use crate::entry::figure::{Kind, is_behind};
use crate::entry::time::SECOND;
use crate::order::{Gather as _, Order as _};
use crate::report::model::{
    Action, Class, Confidence, Count, Finding, Priority, Quote, Rich, Sentence, State, Why,
};
use std::collections::{BTreeMap, BTreeSet};

/// Parts of equal size that a series is cut into, and values of each part at least.
const PARTS: usize = 8;
const EACH_PART: usize = 4;
/// Times its size before that a duration or backlog reaches in the middle of its last part, and what grows beside it.
const TIMES: i64 = 5;
const BESIDE: i64 = 2;
/// The least rise, in thousandths: 300 ms of a duration, one of anything else. And how long it takes: a start is over by then.
const LEAST_TOOK: i64 = 300_000;
const LEAST: i64 = 1_000;
const LASTS: i64 = 1_800 * SECOND;
/// Values without anything cleared that show that nothing is cleared any more.
const NOTHING: usize = 20;
/// Words of a name by which an age is that of what waits; any other thing gets older as time passes.
const WAITS: [&str; 3] = ["unacked", "oldest", "lag"];
/// Series told beside the first.
const NAMED: usize = 3;

/// A series that rises to the end.
struct Growth<'s> {
    series: &'s Series,
    /// The middle of its first part and of its last, and the highest of its last.
    base: i64,
    end: i64,
    top: Point,
    /// The last value that was as low as in the first part.
    low: Point,
}

impl Growth<'_> {
    fn times(&self) -> i64 {
        self.end / self.base.max(LEAST)
    }
}

/// At most one finding; where something of the same service fails, its own finding tells what grows.
pub(crate) fn find(scene: &Scene<'_>, book: &mut Book<'_>, told: &[Told]) -> Option<Told> {
    if scene.index.figures().is_empty() {
        return None;
    }
    let all = collect(scene, &[Kind::Took, Kind::Level, Kind::Cleared]);
    let until = scene.index.rows().iter().rev().find_map(crate::digest::Row::time)?.0;
    let mut grown: Vec<Growth<'_>> = all.iter().filter_map(|series| growth(series, until)).collect();
    let hurts = |growth: &Growth<'_>| growth.series.kind == Kind::Took || is_behind(&growth.series.name);
    grown.order_by_key(|g| {
        (!hurts(g), g.series.kind != Kind::Took, std::cmp::Reverse(g.times()), g.series.name.clone())
    });
    let main = grown.first().filter(|main| hurts(main) && main.times() >= TIMES)?;
    let service = main.series.service.clone();
    let row = main.top.row;
    let is_told = |t: &Told| {
        t.finding.class != Class::Notice
            && t.rows.iter().any(|&row| service_of(scene, row) == service_of(scene, main.top.row))
    };
    if told.iter().any(is_told) {
        return None;
    }
    grown.retain(|growth| growth.series.service == service);
    grown.truncate(NAMED + 1);
    let cleared = all.iter().filter(|s| s.kind == Kind::Cleared && s.service == service);
    let cleared: Vec<Sentence> = cleared.filter_map(|series| no_more(book, series)).take(1).collect();
    let changed = between_starts(scene, grown.first()?.low.time, service_of(scene, row));
    Some(tell(scene, book, &grown, cleared, &changed))
}

fn service_of<'s>(scene: &'s Scene<'_>, row: u32) -> &'s str {
    let source = scene.index.row(row).and_then(|row| scene.index.source_of(row));
    source.map_or("", |source| source.service.as_ref())
}

fn middle(points: &[Point]) -> i64 {
    let mut values: Vec<i64> = points.iter().map(|point| point.value).collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or(0)
}

/// Whether a name tells of the age of a thing that nothing waits for, such as a connection.
fn is_own_age(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    is_behind(&name) && !WAITS.iter().any(|word| name.contains(word))
}

/// The rise of a series, if its second half goes up part by part to the end of the log.
fn growth(series: &Series, until: i64) -> Option<Growth<'_>> {
    let points = &series.points;
    let each = points.len() / PARTS;
    if each < EACH_PART || series.kind == Kind::Cleared || series.batch || series.is_percent() {
        return None;
    }
    let (first, last) = (points.first()?.time, points.last()?.time);
    let is_over = until - last > (last - first) / i64::try_from(PARTS).ok()?;
    if is_over || series.kind == Kind::Level && is_own_age(&series.name) {
        return None;
    }
    let parts: Vec<i64> = points.rchunks(each).take(PARTS).map(middle).collect();
    let (half, base) = (parts.get(..PARTS / 2)?, middle(points.get(..each)?));
    // The last part stands first here.
    let rises = half.windows(2).all(|pair| matches!(pair, [later, earlier] if later > earlier));
    let end = *half.first()?;
    let least = if series.kind == Kind::Took { LEAST_TOOK } else { LEAST };
    let beside = end >= base.max(LEAST).saturating_mul(BESIDE) && end - base >= least;
    let top = points.rchunks(each).next()?.iter().max_by_key(|point| (point.value, point.time)).copied()?;
    let bound = base.saturating_add(base / 2).max(base.saturating_add((end - base) / 50));
    let low = points.iter().rfind(|point| point.value <= bound).copied()?;
    (rises && beside && top.time - low.time >= LASTS).then_some(Growth { series, base, end, top, low })
}

/// `` `evicted` of `stats` is 0 in each of the 574 since …; in the 74 before it was 1,210 to 2,400. ``
fn no_more(book: &mut Book<'_>, series: &Series) -> Option<Sentence> {
    let cut = series.points.iter().rposition(|point| point.value > 0)? + 1;
    let (before, since) = series.points.split_at_checked(cut)?;
    let values = || before.iter().map(|point| point.value).filter(|value| *value > 0);
    let first = since.first().filter(|_| since.len() >= NOTHING)?;
    let text = series.title().t(format!(
        " is 0 in each of the {} from {} UTC on; in the {} before it was up to {}: what is kept is not cleared any more.",
        words::number(since.len() as u64),
        Nanos(first.time).date_time(),
        words::number(before.len() as u64),
        plain(values().max()?),
    ));
    let fits = values().count() * 2 > before.len();
    fits.then(|| derived(text, "a number that falls to 0 and stays there", book.rows(&series.rows())))
}

/// `` `avgWriteMs` of `stats` rises: its middle value is 165 in the first eighth of its entries and 11,363 in the last, … ``
fn sentence(book: &mut Book<'_>, growth: &Growth<'_>) -> Sentence {
    let (series, low, top) = (growth.series, growth.low, growth.top);
    let text = series.title().t(format!(
        " rises: its middle value is {} in the first eighth of its entries and {} in the last, and goes up from eighth to eighth in the second half ({}, up to {}).",
        series.words(growth.base),
        series.words(growth.end),
        words::span(Nanos(low.time), Nanos(top.time)),
        series.words(top.value),
    ));
    derived(text, "middle values of eight equal parts of its entries", book.rows(&series.rows()))
}

/// Instances that say it at the end and began later than it, where none of those that said it in the beginning still does.
fn newcomers(scene: &Scene<'_>, book: &mut Book<'_>, series: &Series) -> Option<Sentence> {
    let each = series.points.len() / PARTS;
    let instances = |points: &[Point]| -> BTreeSet<String> {
        let rows = points.iter().filter_map(|point| scene.index.row(point.row));
        rows.filter_map(|row| scene.index.source_of(row)).map(|source| source.instance.to_string()).gathered()
    };
    let old = instances(series.points.get(..each)?);
    let end = series.points.rchunks(each).next()?;
    let new = instances(end);
    if new.contains("") || new.iter().any(|name| old.contains(name)) {
        return None;
    }
    let first = first_of_instances(scene);
    let at = new.iter().filter_map(|name| first.get(name.as_str())).min()?;
    let (began, since) = (series.points.first()?.time, end.first()?.time);
    if *at <= began {
        return None;
    }
    let timed = scene.index.rows().iter().rev().filter_map(|row| Some((row.time()?.0, row)));
    let mut later =
        timed.take_while(|(time, _)| *time > since).filter_map(|(_, row)| scene.index.source_of(row));
    let is_gone = !later.any(|source| old.contains(&*source.instance));
    let rows: Vec<u32> = series.points.iter().filter(|point| point.time >= *at).map(|p| p.row).collect();
    let text = format!(
        "All of its last values come from what was started anew: {} of it, the first at {} UTC{}.",
        words::count(new.len() as u64, "instance", "instances"),
        Nanos(*at).date_time(),
        if is_gone { "; those before are gone" } else { "" }
    );
    Some(derived(Rich::text(text), "instances of the first and of the last values", book.rows(&rows)))
}

fn tell(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    grown: &[Growth<'_>],
    cleared: Vec<Sentence>,
    changed: &[Changed],
) -> Told {
    let mut cause: Vec<Sentence> = grown.iter().map(|growth| sentence(book, growth)).collect();
    let mut symptoms = cause.split_off(1.min(cause.len()));
    let n_cleared = cleared.len();
    cause.extend(cleared);
    cause.extend(changed.iter().map(|changed| changed.sentence(book)));
    let main = grown.first();
    cause.extend(main.and_then(|main| newcomers(scene, book, main.series)));
    let since = main.map_or(0, |main| main.low.time);
    let rows = grown.iter().flat_map(|g| &g.series.points).filter(|point| point.time >= since);
    let rows = sorted(rows.map(|point| point.row).collect());
    let shown: Vec<(&Series, Point)> =
        grown.iter().flat_map(|g| [(g.series, g.low), (g.series, g.top)]).collect();
    let mut quotes: Vec<_> = changed.iter().filter_map(|changed| changed.quote(scene)).collect();
    quotes.extend(quoted(scene, &shown));
    let finding = Finding { cause, ..finding(book, grown, changed, &rows, quotes) };
    let level = grown.iter().skip(1).position(|g| g.series.kind == Kind::Level && !is_behind(&g.series.name));
    let whys = whys(&finding, symptoms.get(level.unwrap_or(0)), n_cleared, changed);
    let finding = Finding { symptoms: std::mem::take(&mut symptoms), ..finding };
    Told {
        advice: main.map(|main| advice(main, grown, changed)),
        whys,
        incident: Incident::default(),
        priority: Priority::P1,
        failures: rows.iter().filter_map(|&row| Some((statements::time(scene.index, row)?, row))).collect(),
        rows,
        values: BTreeMap::new(),
        words: main.map_or(String::new(), |main| main.series.said.clone()),
        finding,
    }
}

/// The finding without what stands behind it.
fn finding(
    book: &mut Book<'_>,
    grown: &[Growth<'_>],
    changed: &[Changed],
    rows: &[u32],
    quotes: Vec<Quote>,
) -> Finding {
    let main = grown.first();
    let since = main.map_or(0, |main| main.low.time);
    let evidence = book.rows(rows);
    let grows = "The middle values rise part by part to near the end of the log, which tells of no urgent failure of this service; if it goes on like this, time limits, memory or the queue in front of it may end it.";
    Finding {
        title: title(grown, changed),
        class: Class::Warning,
        impact: derived(Rich::text(grows), "values of the field in time", evidence),
        state: State::Ongoing,
        state_text: derived(
            Rich::text(format!(
                "Since about {} UTC, up to its last values near the end of the log.",
                Nanos(since).date_time()
            )),
            "order of the values",
            evidence,
        ),
        counts: vec![Count { what: "values since then".to_owned(), n: rows.len() as u64, evidence }],
        first: Some(Nanos(since)),
        last: main.map(|main| Nanos(main.top.time)),
        quotes,
        confidence: Confidence {
            word: "likely".to_owned(),
            reason: Rich::text(
                "the numbers are certain; that one grows because of the other is concluded from their times",
            ),
        },
        evidence,
        ..Finding::default()
    }
}

/// Middle values: `` `worker` gets slower and slower: `avgWriteMs` 165 → 11,363, while `entries` grows to 575,316, since `ttl` is 0s ``.
fn title(grown: &[Growth<'_>], changed: &[Changed]) -> Rich {
    let Some(main) = grown.first() else { return Rich::default() };
    let who = if main.series.service.is_empty() { &main.series.said } else { &main.series.service };
    let falls = if main.series.kind == Kind::Took { " gets slower and slower: " } else { " falls behind: " };
    let mut text = Rich::default().c(who).t(falls).c(&main.series.name).t(format!(
        " {} → {}",
        plain(main.base),
        plain(main.end)
    ));
    // What grows by more than it was, and is no time itself, may be what makes it slow.
    let level = grown.iter().filter(|g| g.series.kind == Kind::Level && !is_behind(&g.series.name));
    if let Some(level) = level.max_by_key(|g| g.times()) {
        text = text.t(", while ").c(&level.series.name).t(format!(" grows to {}", plain(level.top.value)));
    }
    match changed.first() {
        Some(changed) => text
            .t("; ")
            .c(&changed.name)
            .t(" is ")
            .c(&changed.is)
            .t(" since ")
            .t(format!("{} (", Nanos(changed.at).clock()))
            .c(&changed.was)
            .t(" before)"),
        None => text,
    }
}

fn whys(finding: &Finding, beside: Option<&Sentence>, n_cleared: usize, changed: &[Changed]) -> Vec<Why> {
    let why =
        |question: &str, answer| Why { question: Rich::text(question), answer, alternatives: Vec::new() };
    let mut whys = vec![why(
        "How does it show that the work gets slower?",
        finding.cause.first().cloned().unwrap_or_default(),
    )];
    whys.extend(beside.map(|beside| why("What grows with it?", beside.clone())));
    let mut rest = finding.cause.iter().skip(1);
    if n_cleared > 0 {
        whys.extend(rest.next().map(|cleared| why("Why does it grow?", cleared.clone())));
    }
    whys.extend(rest.next().map(|changed| why("What changed before?", changed.clone())));
    let guess = if changed.is_empty() {
        "The log does not say. Something that is looked through for each piece of work and never gets smaller (a table, a cache, a list, a heap near its limit) would make all of it slower bit by bit; its size beside the durations would confirm it, and a restart after which all is fast again; a call that became slow at once would refute it."
    } else {
        "The log does not say that the other value is the reason; it stands before the rise. Where a limit of age or number is 0, many programs never clear what they keep. With the old value on one instance, its durations would stay as they were before, or refute it."
    };
    whys.push(why("Why would it rise without an end?", hypothesis(Rich::text(guess))));
    whys.truncate(sections::whys::STEPS);
    whys
}

fn advice(main: &Growth<'_>, grown: &[Growth<'_>], changed: &[Changed]) -> Action {
    let what = match changed.first() {
        Some(changed) => Rich::text("Set ")
            .c(&changed.name)
            .t(" back to ")
            .c(&changed.was)
            .t(" (it is ")
            .c(&changed.is)
            .t(") or roll back to the version before, and start the instances anew, which also drops what they have kept."),
        None => Rich::text(
            "Find out what is kept and looked through for each piece of work and never gets smaller, and what changed before it began (version, settings); as first aid start the instances anew, or roll back.",
        ),
    };
    let mut step = Rich::text("Alert on the growth of ");
    for (at, growth) in grown.iter().enumerate() {
        step = step.t(if at == 0 { "" } else { ", " }).c(&growth.series.name);
    }
    Action {
        priority: Priority::P1,
        what,
        steps: vec![step.t(" over an hour: no urgent failure tells of it.")],
        verify: Rich::default()
            .c(&main.series.name)
            .t(format!(" is near {} again and stays there.", plain(main.base))),
        ..Action::default()
    }
}
