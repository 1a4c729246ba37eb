//! What took long: statements of a slow query log, and steps whose messages state how long they took.

use super::causality::{Incident, Scene};
use super::evidence::{Book, derived, hypothesis, observed, quotes};
use super::findings::Told;
use super::tables::quantiles;
use super::words::{self, headline};
use crate::entry::time::duration_words;
use crate::report::model::{Action, Class, Confidence, Count, Finding, Priority, Rich, Sentence, State, Why};
use std::collections::BTreeMap;

/// A statement of a second or more, and a step of half a minute or more, is slow for somebody who waits.
const SLOW_QUERY_MICROS: u64 = 1_000_000;
const SLOW_STEP_MICROS: u64 = 30_000_000;

/// What took long, under one name.
#[derive(Debug, Default)]
struct Group {
    name: String,
    rows: Vec<u32>,
    slow: Vec<u32>,
    micros: Vec<u64>,
}

/// At most one finding for slow statements and one for slow steps.
pub(crate) fn find(scene: &Scene<'_>, book: &mut Book<'_>) -> Vec<Told> {
    let (mut queries, mut steps): (BTreeMap<String, Group>, BTreeMap<String, Group>) = Default::default();
    for side in scene.index.durations() {
        let Some(shape) = scene.index.row(side.row).and_then(|row| scene.index.shape(row.shape())) else {
            continue;
        };
        let text = shape.text();
        let is_query = is_query(text);
        // How long the platform's own operations take is nobody's work to shorten.
        if !is_query && shape.is_audit() {
            continue;
        }
        let name = if is_query { query_name(text) } else { step_name(text) };
        let (groups, limit) =
            if is_query { (&mut queries, SLOW_QUERY_MICROS) } else { (&mut steps, SLOW_STEP_MICROS) };
        let group = groups.entry(name.clone()).or_insert_with(|| Group { name, ..Group::default() });
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

fn is_query(text: &str) -> bool {
    let head = crate::digest::cut(text, 400).to_ascii_lowercase();
    head.contains("query_time")
        || head.contains("duration:")
            && [" statement:", " execute ", "select ", "update ", "insert ", "delete "]
                .iter()
                .any(|word| head.contains(word))
}

/// The statement itself, masked and cut: what is repeated with other values is one statement.
fn query_name(text: &str) -> String {
    let lower = |line: &str| line.trim().to_ascii_lowercase();
    let statement = text
        .lines()
        .find(|line| {
            let line = lower(line);
            !line.is_empty()
                && !line.starts_with('#')
                && !line.starts_with("set timestamp")
                && !(line.starts_with("use ") && line.ends_with(';'))
                && !line.contains("query_time")
        })
        .or_else(|| text.split_once("statement:").map(|(_, statement)| statement))
        .unwrap_or(text);
    let mut masked = String::new();
    crate::pattern::mask(&words::brief(statement, 160), &mut masked);
    masked
}

fn step_name(text: &str) -> String {
    let mut masked = String::new();
    crate::pattern::mask(&headline(text, 160), &mut masked);
    masked
}

/// Groups with something slow, the longest single run first.
fn ranked(groups: BTreeMap<String, Group>) -> Vec<Group> {
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by(|a, b| b.micros.iter().max().cmp(&a.micros.iter().max()).then(a.name.cmp(&b.name)));
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

fn tell(scene: &Scene<'_>, book: &mut Book<'_>, groups: &[Group], is_query: bool) -> Option<Told> {
    let mut slow: Vec<u32> = groups.iter().flat_map(|group| group.slow.iter().copied()).collect();
    slow.sort_unstable();
    let all: Vec<u64> = groups.iter().flat_map(|group| group.micros.iter().copied()).collect();
    let worst = groups.iter().find(|group| !group.slow.is_empty())?;
    let most = *worst.micros.iter().max()?;
    let noun = if is_query { ("statement", "statements") } else { ("step", "steps") };
    let limit = if is_query { "a second or more" } else { "30 s or more" };
    let title = Rich::text(format!(
        "Slow {}: {} took {limit}; the slowest, up to {}, is ",
        noun.1,
        words::count(slow.len() as u64, noun.0, noun.1),
        time_words(most)
    ))
    .c(words::brief(&worst.name, 100));
    let evidence = book.rows(&slow);
    let mut cause = vec![];
    for group in groups.iter().filter(|group| !group.slow.is_empty()).take(6) {
        cause.push(about(scene, book, group));
    }
    let fast = all.iter().filter(|micros| **micros < 10_000).count() as u64;
    if is_query && fast > 0 {
        let text = format!(
            "{} of {} logged statements took less than 10 ms: they are in the log for another reason (a low long_query_time, or log_queries_not_using_indexes) and are noise here.",
            words::number(fast),
            words::number(all.len() as u64)
        );
        cause.push(derived(Rich::text(text), "durations that the log states", None));
    }
    let times: Vec<_> = slow.iter().filter_map(|&row| super::statements::time(scene.index, row)).collect();
    let (first, last) = (times.first().copied(), times.last().copied());
    let priority = if is_query && most >= 10_000_000 || !is_query && most >= 120_000_000 {
        Priority::P1
    } else {
        Priority::P2
    };
    let over = |seconds: u64| all.iter().filter(|micros| **micros >= seconds * 1_000_000).count() as u64;
    let mut counts = vec![Count { what: format!("{} of {limit}", noun.1), n: slow.len() as u64, evidence }];
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
            Rich::text(format!("From {}.", words::span(first, last))),
            "times of the slow entries",
            evidence,
        ),
        _ => Sentence::default(),
    };
    let finding = Finding {
        title,
        class: if priority == Priority::P1 { Class::Warning } else { Class::Notice },
        impact: derived(
            Rich::text(format!(
                "Whoever waited for them waited up to {}; together they took {}.",
                time_words(most),
                time_words(groups.iter().flat_map(|g| &g.micros).sum())
            )),
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
    let failures =
        slow.iter().filter_map(|&row| Some((super::statements::time(scene.index, row)?, row))).collect();
    Some(Told {
        advice: Some(advice(&finding, is_query, priority, worst)),
        whys: whys(&finding, is_query, worst),
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
    let range = if group.micros.len() == 1 {
        time_words(most)
    } else {
        format!("{} to {}", time_words(least), time_words(most))
    };
    let mut text = Rich::default().c(words::brief(&group.name, 120)).t(format!(
        ": {}, {range}, {} together",
        words::count(group.rows.len() as u64, "run", "runs"),
        time_words(group.micros.iter().sum())
    ));
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
        group.slow.iter().filter_map(|&row| super::statements::time(scene.index, row)).map(|t| t.0).collect();
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

fn advice(finding: &Finding, is_query: bool, priority: Priority, worst: &Group) -> Action {
    let name = words::brief(&worst.name, 100);
    let (what, steps, verify) = if is_query {
        (
            Rich::text("Stagger or serialise the runs of ").c(&name).t(" instead of starting them at once, and tune it: look at its plan (EXPLAIN) and add the index that saves the rows examined."),
            vec![Rich::text("Set long_query_time to a second or so and turn log_queries_not_using_indexes off, so that the log shows only what is slow.")],
            "The same statements stay below a second in the next run of the batch.",
        )
    } else {
        (
            Rich::text("Find out where the time of ").c(&name).t(" goes: log the duration of each of its steps and calls, set time limits on outgoing calls, and give the instance enough CPU while it works."),
            Vec::new(),
            "The same step states a duration as it had before.",
        )
    };
    Action {
        priority,
        finding: finding.id.clone(),
        what,
        steps,
        command: String::new(),
        verify: Rich::text(verify),
    }
}

fn whys(finding: &Finding, is_query: bool, worst: &Group) -> Vec<Why> {
    let why = |question: &str, answer: Sentence| Why {
        question: Rich::text(question),
        answer,
        alternatives: Vec::new(),
    };
    let mut whys = vec![why("Why did somebody have to wait?", finding.impact.clone())];
    if let Some(first) = finding.cause.first() {
        whys.push(why("Why did it take so long?", first.clone()));
    }
    whys.push(why(
        "Which entries show it?",
        observed(Rich::default().c(words::brief(&worst.name, 120)).t(" is the slowest."), finding.evidence),
    ));
    let guess = if is_query {
        "The log does not say. Hypothesis: each run reads far more rows than it needs, and runs at the same time compete for the same disk and CPU. EXPLAIN and a run of one alone would confirm or refute it."
    } else {
        "The log does not say. Hypothesis: the process has too little CPU while no request is open, or the service that it calls is slow. The CPU graph of the instance and the duration of each outgoing call would confirm or refute it."
    };
    whys.push(why("Why is that so?", hypothesis(Rich::text(guess))));
    whys
}
