//! What took long: statements of a slow query log, and steps whose messages state how long they took.

use super::waits::{self, Slow};
use crate::diagnose::causality::{Incident, Scene};
use crate::diagnose::evidence::{Book, derived, quotes};
use crate::diagnose::findings::Told;
use crate::diagnose::sections::tables::quantiles;
use crate::diagnose::statements;
use crate::diagnose::words::{self, headline};
use crate::entry::measure::{duration_micros, quantity_micros};
use crate::entry::time::duration_words;
use crate::order::Order as _;
use crate::pattern::mask::VARIABLE;
use crate::report::model::{Class, Confidence, Count, Finding, Priority, Rich, Sentence, State};
use std::collections::BTreeMap;

/// A statement of a second or more, and a step of half a minute or more, is slow for somebody who waits.
const SLOW_QUERY_MICROS: u64 = 1_000_000;
const SLOW_STEP_MICROS: u64 = 30_000_000;
/// Steps of this length are named beside slow ones.
const LONG_STEP_MICROS: u64 = 10_000_000;
/// Where somebody waits this long, it needs work.
const WAIT_MICROS: u64 = 120_000_000;

/// What is counted.
const STATEMENTS: &str = "statements of a second or more";
const STEPS: &str = "steps of 30 s or more";

/// What took long, under one name.
#[derive(Debug, Default)]
struct Group {
    name: String,
    rows: Vec<u32>,
    slow: Vec<u32>,
    micros: Vec<u64>,
    /// Whether it is part of a job, which nobody waits for.
    batch: bool,
}

impl Group {
    fn most(&self) -> u64 {
        self.micros.iter().max().copied().unwrap_or(0)
    }

    /// Whether the words say that somebody waits, or that it takes longer than it should.
    fn waits(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        [
            "response", "request", "latency", "slow", "api", "call", "query", "exceed", "expected",
            "returned", "received",
        ]
        .iter()
        .any(|word| name.contains(word))
    }
}

/// At most one finding for slow statements and one for slow steps.
pub(crate) fn find(scene: &Scene<'_>, book: &mut Book<'_>) -> Vec<Told> {
    let (mut queries, mut steps): (BTreeMap<String, Group>, BTreeMap<String, Group>) = Default::default();
    let mut names: BTreeMap<u32, (bool, String)> = BTreeMap::new();
    for side in scene.index.durations() {
        let Some(row) = scene.index.row(side.row) else { continue };
        let Some(shape) = scene.index.shape(row.shape()).filter(|shape| !shape.is_audit()) else { continue };
        let source = scene.index.source_of(row);
        // A build takes its time, and the platform says of a deploy how long it took.
        let of_build = source.is_some_and(|s| matches!(s.resource.as_ref(), "build" | "cloud_build"));
        // The platform's sum of an invocation names no step, and a record printed as text has none either.
        if of_build || shape.text().starts_with("REPORT RequestId: ") || shape.text().starts_with('{') {
            continue;
        }
        // The words of a shape are looked at once: its rows may be millions.
        let (is_query, name) = names.entry(row.shape()).or_insert_with(|| {
            let text = shape.text();
            let only = scene.index.rows_of_shape(row.shape()).len() == 1;
            let is_query = is_query(text);
            (is_query, if is_query { statements::query_name::of(text) } else { step_name(text, only) })
        });
        let (groups, limit) =
            if *is_query { (&mut queries, SLOW_QUERY_MICROS) } else { (&mut steps, SLOW_STEP_MICROS) };
        if !groups.contains_key(name.as_str()) {
            groups.insert(name.clone(), Group { name: name.clone(), ..Group::default() });
        }
        let Some(group) = groups.get_mut(name.as_str()) else { continue };
        group.batch |= source.is_some_and(|s| s.resource == "cloud_run_job" || !s.execution.is_empty());
        group.rows.push(side.row);
        group.micros.push(side.value);
        if side.value >= limit {
            group.slow.push(side.row);
        }
    }
    let queries = ranked(queries);
    let steps = ranked(steps);
    [tell(scene, book, &queries, true), tell(scene, book, &steps, false)].into_iter().flatten().collect()
}

/// Statements from which on it is worth a word that none of them was slow.
const MANY: usize = 10;

/// That a database's log of slow statements holds nothing slow, and the longest of them.
pub(crate) fn none_slow(scene: &Scene<'_>, book: &mut Book<'_>) -> Option<Sentence> {
    let mut queries: BTreeMap<u32, bool> = BTreeMap::new();
    let mut of_query = |row: u32| {
        let shape = scene.index.row(row).map(crate::digest::Row::shape)?;
        let known = queries.entry(shape);
        let is_query =
            *known.or_insert_with(|| scene.index.shape(shape).is_some_and(|shape| is_query(shape.text())));
        is_query.then_some(row)
    };
    let sides: Vec<(u64, u32)> =
        scene.index.durations().iter().filter_map(|side| Some((side.value, of_query(side.row)?))).collect();
    let &(longest, row) = sides.iter().max_by_key(|(value, row)| (*value, std::cmp::Reverse(*row)))?;
    if sides.len() < MANY || longest >= SLOW_QUERY_MICROS {
        return None;
    }
    let n = words::number(sides.len() as u64);
    let text = Rich::text(format!(
        "None of the {n} statements that the database logged with their duration took a second. The longest took {}: ",
        time_words(longest)
    ));
    let text = text.c(words::brief(&statements::query_name::of(&scene.index.text_of(row)), 120)).t(".");
    Some(derived(text, "durations that the log states", book.rows(&[row])))
}

/// Adds what took long, where nothing urgent tells of the same entries.
pub(crate) fn add(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut Vec<Told>) {
    for slow in find(scene, book) {
        // What is urgent says more, and a warning about the same entries says the same again.
        let covered = |t: &Told| slow.rows.iter().all(|row| t.rows.binary_search(row).is_ok());
        if told.iter().any(|t| t.priority < Priority::P2 && covered(t)) {
            continue;
        }
        told.retain(|t| {
            t.priority < Priority::P2 || !t.rows.iter().all(|row| slow.rows.binary_search(row).is_ok())
        });
        told.push(slow);
    }
}

/// Whether a finding is that of slow statements.
pub(crate) fn is_statements(finding: &Finding) -> bool {
    finding.counts.first().is_some_and(|count| count.what == STATEMENTS)
}

fn is_query(text: &str) -> bool {
    let head = crate::digest::cut(text, 400).to_ascii_lowercase();
    head.contains("query_time")
        || head.contains("duration:")
            && [" statement:", " execute ", "select ", "update ", "insert ", "delete "]
                .iter()
                .any(|word| head.contains(word))
}

/// What the duration is of: the words before it. Masked where the same is said of several things.
fn step_name(text: &str, only: bool) -> String {
    let line = headline(statements::prefix::unprefixed(text), 200);
    let micros = duration_micros(text);
    let at = line.char_indices().find_map(|(at, c)| {
        let inside = line.get(..at)?.chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '.');
        (c.is_ascii_digit() && !inside && quantity_micros(line.get(at..)?) == micros).then_some(at)
    });
    let before = at.and_then(|at| line.get(..at)).unwrap_or(&line);
    let mut name = before.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '[').trim();
    loop {
        let cut = name.trim_end_matches([' ', ':', '=', '(', '~', '-', ',']);
        let cut =
            [" in", " took", " after"].iter().fold(cut, |cut, word| cut.strip_suffix(word).unwrap_or(cut));
        if cut.len() == name.len() {
            break;
        }
        name = cut;
    }
    let name = if name.chars().filter(|c| c.is_alphabetic()).count() < 3 { line.as_str() } else { name };
    if only {
        return name.to_owned();
    }
    let mut masked = String::new();
    crate::pattern::mask(name, &mut masked);
    masked.replace(VARIABLE, "…")
}

/// Groups with something slow, the longest single run first.
fn ranked(groups: BTreeMap<String, Group>) -> Vec<Group> {
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.order_by(|a, b| b.micros.iter().max().cmp(&a.micros.iter().max()).then(a.name.cmp(&b.name)));
    groups
}

fn time_words(micros: u64) -> String {
    let nanos = i64::try_from(micros).unwrap_or(0).saturating_mul(1000);
    if (10_000_000..600_000_000).contains(&micros) {
        let tenths = (micros + 50_000) / 100_000;
        format!("{}.{} s", tenths / 10, tenths % 10)
    } else {
        duration_words(nanos)
    }
}

/// Groups whose longest run is no other wording of one named before: the same time to one per cent.
fn distinct<'g>(groups: impl Iterator<Item = &'g Group>) -> Vec<&'g Group> {
    let mut kept: Vec<&Group> = Vec::new();
    for group in groups {
        let most = group.most();
        if !kept.iter().any(|known| known.most().abs_diff(most) <= most / 100) {
            kept.push(group);
        }
    }
    kept
}

/// `Slow steps: 3 took 30 s or more: A (up to 346.3 s), B (213.5 s) …`.
fn title(groups: &[Group], slow: u64, is_query: bool) -> Rich {
    let (one, many, limit) = if is_query {
        ("statement", "statements", "a second or more")
    } else {
        ("step", "steps", "30 s or more")
    };
    let mut title = Rich::text(format!("Slow {many}: {} took {limit}: ", words::count(slow, one, many)));
    let named = distinct(groups.iter().filter(|group| !group.slow.is_empty()));
    let shown = if is_query { 1 } else { 3 };
    for (n, group) in named.iter().take(shown).enumerate() {
        let up_to = if group.rows.len() > 1 { "up to " } else { "" };
        title = title
            .t(if n == 0 { "" } else { ", " })
            .c(words::brief(&group.name, if is_query { 100 } else { 70 }))
            .t(format!(" ({up_to}{})", time_words(group.most())));
    }
    title
}

/// Steps that are not slow by themselves but add to the wait.
fn also_long(book: &mut Book<'_>, groups: &[Group]) -> Option<Sentence> {
    let long: Vec<&Group> =
        groups.iter().filter(|group| group.slow.is_empty() && group.most() >= LONG_STEP_MICROS).collect();
    let mut rows: Vec<u32> = long.iter().flat_map(|group| group.rows.iter().copied()).collect();
    rows.sort_unstable();
    let mut text = Rich::text("Others took 10 s or more: ");
    for (n, group) in long.iter().take(6).enumerate() {
        text = text
            .t(if n == 0 { "" } else { ", " })
            .c(words::brief(&group.name, 80))
            .t(format!(" {}", time_words(group.most())));
    }
    (!long.is_empty()).then(|| derived(text.t("."), "durations that the log states", book.rows(&rows)))
}

fn priority(groups: &[Group], is_query: bool) -> Priority {
    let hurts = groups.iter().any(|group| {
        if is_query {
            group.most() >= 10_000_000
        } else {
            group.most() >= WAIT_MICROS && group.waits() && !group.batch
        }
    });
    if hurts { Priority::P1 } else { Priority::P2 }
}

/// Statements that took no time, and why they are logged.
fn fast_ones(all: &[u64], kind: Slow) -> Option<Sentence> {
    let fast = all.iter().filter(|micros| **micros < 10_000).count() as u64;
    let text = format!(
        "{} of {} logged statements took less than 10 ms: they are in the log for another reason ({}) and are noise here.",
        words::number(fast),
        words::number(all.len() as u64),
        kind.low_limit()
    );
    (fast > 0).then(|| derived(Rich::text(text), "durations that the log states", None))
}

fn tell(scene: &Scene<'_>, book: &mut Book<'_>, groups: &[Group], is_query: bool) -> Option<Told> {
    let mut slow: Vec<u32> = groups.iter().flat_map(|group| group.slow.iter().copied()).collect();
    slow.sort_unstable();
    let all: Vec<u64> = groups.iter().flat_map(|group| group.micros.iter().copied()).collect();
    let worst = groups.iter().find(|group| !group.slow.is_empty())?;
    let most = *worst.micros.iter().max()?;
    let kind = Slow::of(scene, worst.slow.first().copied().unwrap_or(0), is_query);
    let title = title(groups, slow.len() as u64, is_query);
    let evidence = book.rows(&slow);
    let mut cause = vec![];
    for group in distinct(groups.iter().filter(|group| !group.slow.is_empty())).into_iter().take(6) {
        cause.push(about(scene, book, group));
    }
    let longest = worst.rows.iter().zip(&worst.micros).find(|(_, micros)| **micros == most);
    let went = longest.and_then(|(row, micros)| super::within::tell(scene, book, *row, *micros));
    let went = went.filter(|_| !is_query);
    cause.extend(went.clone());
    cause.extend(also_long(book, groups).filter(|_| !is_query));
    cause.extend(fast_ones(&all, kind).filter(|_| is_query));
    let times: Vec<_> = slow.iter().filter_map(|&row| statements::time(scene.index, row)).collect();
    let (first, last) = (times.first().copied(), times.last().copied());
    let priority = priority(groups, is_query);
    let over = |seconds: u64| all.iter().filter(|micros| **micros >= seconds * 1_000_000).count() as u64;
    let what = if is_query { STATEMENTS } else { STEPS };
    let mut counts = vec![Count { what: what.to_owned(), n: slow.len() as u64, evidence }];
    for seconds in [10, 60] {
        if over(seconds) > 0 {
            counts.push(Count {
                what: format!("of more than {seconds} s"),
                n: over(seconds),
                evidence: None,
            });
        }
    }
    let quoted: Vec<u32> = groups.iter().take(4).filter_map(|group| group.slow.first()).copied().collect();
    let state_text = match (first, last) {
        (Some(first), Some(last)) => derived(
            Rich::text(if first == last {
                format!("At {}.", words::span(first, last))
            } else {
                format!("From {}.", words::span(first, last))
            }),
            "times of the slow entries",
            evidence,
        ),
        _ => Sentence::default(),
    };
    let finding = Finding {
        title,
        class: if priority == Priority::P1 { Class::Warning } else { Class::Notice },
        impact: derived(
            Rich::text(format!("Whoever waited for them waited up to {}.", time_words(most))),
            "durations that the log states",
            evidence,
        ),
        state: State::Ended,
        state_text,
        counts,
        first,
        last,
        cause,
        quotes: quotes(scene.index, &quoted, 4),
        confidence: Confidence {
            word: "certain".into(),
            reason: Rich::text("the log states the durations; why it takes so long is another question"),
        },
        evidence,
        ..Finding::default()
    };
    let failures = slow.iter().filter_map(|&row| Some((statements::time(scene.index, row)?, row))).collect();
    Some(Told {
        advice: Some(waits::advice(&finding, kind, priority, &worst.name)),
        whys: waits::whys(&finding, is_query, &worst.name, went),
        finding,
        incident: Incident::default(),
        priority,
        failures,
        rows: slow,
        values: BTreeMap::new(),
        words: words::brief(&worst.name, 100),
    })
}

fn about(scene: &Scene<'_>, book: &mut Book<'_>, group: &Group) -> Sentence {
    let [_, _, _, most] = quantiles(group.micros.clone()).unwrap_or_default();
    let least = group.micros.iter().min().copied().unwrap_or(0);
    let runs = words::count(group.rows.len() as u64, "run", "runs");
    let text = if group.micros.len() == 1 {
        format!(": {}", time_words(most))
    } else {
        let together = time_words(group.micros.iter().sum());
        format!(": {runs}, {} to {}, {together} together", time_words(least), time_words(most))
    };
    let mut text = Rich::default().c(words::brief(&group.name, 120)).t(text);
    let examined = group
        .rows
        .iter()
        .filter_map(|&row| scene.index.shape(scene.index.row(row)?.shape()))
        .flat_map(|shape| std::iter::once(shape.text()).chain(shape.others()))
        .filter_map(examined)
        .max();
    if let Some(examined) = examined.filter(|n| *n >= 100_000) {
        text = text.t(format!(
            "; up to {} rows examined",
            if examined >= 1_000_000 {
                format!("{}.{} million", examined / 1_000_000, examined / 100_000 % 10)
            } else {
                words::number(examined)
            }
        ));
    }
    let starts: Vec<i64> =
        group.slow.iter().filter_map(|&row| statements::time(scene.index, row)).map(|t| t.0).collect();
    if let (Some(first), Some(last), true) = (starts.first(), starts.last(), starts.len() >= 3) {
        let span = u64::try_from((last - first) / 1000).unwrap_or(0);
        if span < most.saturating_mul(2) {
            text = text.t("; they ran at the same time");
        }
    }
    derived(text.t("."), "durations that the log states", book.rows(&group.rows))
}

/// `Rows_examined: 14700000` of MySQL's slow query log.
fn examined(text: &str) -> Option<u64> {
    let rest = text.get(text.find("Rows_examined:")? + 14..)?.trim_start();
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
