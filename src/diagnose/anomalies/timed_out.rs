//! Invocations that a platform ended at their time limit: takes the findings, gives those what each was at when it ended, and how
//! many of all invocations it hit.

use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{self, Book, derived};
use crate::diagnose::findings::{Told, signature};
use crate::diagnose::lifecycle::last_words::is_own_words;
use crate::diagnose::statements::{self, Occurrence, time};
use crate::diagnose::troubles::Trouble;
use crate::diagnose::words;
use crate::digest::Index;
use crate::entry::time::{SECOND, duration_words};
use crate::report::model::{Action, Priority, Rich, Sentence, State, Why};
use std::collections::BTreeMap;

/// Signatures by which a platform says that it ended a call at its time limit, with how it says that one begins.
const LIMITS: [(&str, &[&str]); 4] = [
    ("gcf-timeout", &["Function execution started"]),
    ("lambda-timeout", &["START RequestId: "]),
    (EXIT, &["START RequestId: "]),
    ("run-request-timeout", &[]),
];
/// The one by which a call ended before any limit of time.
const EXIT: &str = "lambda-exit";
/// Ends that are looked at, rows before each, and the longest limit of a platform.
const ENDS: usize = 200;
const ROWS: usize = 400;
const LONGEST: i64 = 3_600 * SECOND;
/// Calls that are lost, of which there is a third since the first one, when nobody can rely on it.
const DOWN: usize = 10;
/// A pause before the end that is no pause of work.
const SILENT: i64 = 2 * SECOND;

/// The rule of the sentence on what was said last.
const RULE: &str = "the last entry of each call before its end, by trace id or instance";

/// What calls said last before they were ended.
struct Last {
    words: String,
    /// Whether the words are one of several wordings.
    differs: bool,
    rows: Vec<u32>,
    /// How many ends were looked at.
    of: usize,
    /// Median of the time from it to the end.
    pause: i64,
}

impl Last {
    fn such(&self) -> &'static str {
        if self.differs { "words such as " } else { "" }
    }
}

/// Adds to findings of time limits what the calls were at, and what to do about that.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut [Told]) {
    for t in told {
        // What is known to make calls last so long may lead.
        let own = t.incident.root.iter().chain(&t.incident.symptoms).filter_map(|&n| scene.troubles.get(n));
        let limit = |trouble: &Trouble| {
            let known = signature(scene.knowledge, trouble)?;
            LIMITS.iter().find(|(id, _)| *id == known.id)
        };
        let Some((root, (id, begins))) = own.filter_map(|t| Some((t, limit(t)?))).next() else { continue };
        let all: Vec<u32> = root.occurrences.iter().map(Occurrence::first).collect();
        // Several functions have each their own number of calls.
        if !is_one_service(scene.index, &all) {
            continue;
        }
        let ends: Vec<u32> = all.iter().copied().take(ENDS).collect();
        let calls = calls(scene.index, &ends, begins);
        let failed = all.len();
        if calls.len() > failed {
            let text = format!(
                "{} of {} calls in this log ran into it.",
                words::number(failed as u64),
                words::number(calls.len() as u64)
            );
            t.finding.cause.push(derived(
                Rich::text(text),
                "calls that began in this log",
                book.rows(&calls),
            ));
        }
        // A call in ten that is lost is no nuisance.
        if failed >= 3 && calls.len() >= failed && failed * 10 >= calls.len() {
            let since =
                calls.len() - calls.partition_point(|call| all.first().is_some_and(|first| call < first));
            let is_down = t.finding.state == State::Ongoing && failed >= DOWN && failed * 3 >= since;
            t.raise(if is_down { Priority::P0 } else { Priority::P1 });
        }
        if *id == EXIT {
            continue;
        }
        let Some(last) = last(scene, &ends, &t.rows, !begins.is_empty()) else { continue };
        let all = if last.rows.len() == last.of {
            "each time".to_owned()
        } else {
            format!("{} of {} times", last.rows.len(), last.of)
        };
        let text = Rich::text("Before it the same call last says ").t(last.such()).c(&last.words).t(format!(
            " ({all}), and nothing more in the {} up to its end: it never got past that.",
            duration_words(last.pause)
        ));
        t.finding.cause.push(derived(text, RULE, book.rows(&last.rows)));
        t.finding.quotes.extend(evidence::quotes(scene.index, &last.rows, 1));
        if t.advice.is_none() {
            t.advice = Some(advice(t, &last));
        }
    }
}

fn is_one_service(index: &Index, rows: &[u32]) -> bool {
    let service = |n: &u32| index.row(*n).and_then(|row| index.source_of(row)).map(|s| &s.service);
    let first = rows.first().and_then(service);
    rows.iter().all(|row| service(row) == first)
}

/// What the platform says of the beginnings and ends of calls.
pub(crate) const PLATFORM: [&str; 5] =
    ["Function execution ", "START RequestId", "END RequestId", "REPORT RequestId", "INIT_START"];

/// Rows with which calls of the same service begin.
fn calls(index: &Index, ends: &[u32], begins: &[&str]) -> Vec<u32> {
    let source = |n: u32| index.row(n).and_then(|row| index.source_of(row));
    let Some(service) = ends.first().and_then(|n| source(*n)).map(|s| &s.service) else { return Vec::new() };
    let shapes = (0u32..)
        .zip(index.shapes())
        .filter(|(_, shape)| begins.iter().any(|words| shape.text().starts_with(words)));
    let mut rows: Vec<u32> = shapes
        .flat_map(|(number, _)| index.rows_of_shape(number).iter().copied())
        .filter(|n| source(*n).is_some_and(|s| s.service == *service))
        .collect();
    rows.sort_unstable();
    rows
}

/// The words that most calls say last, if they say them clearly before their end.
///
/// `one_by_one`: whether an instance serves one call at a time, so that its entries belong together without an id.
fn last(scene: &Scene<'_>, ends: &[u32], own: &[u32], one_by_one: bool) -> Option<Last> {
    let index = scene.index;
    let source = |n: u32| index.row(n).and_then(|row| index.source_of(row));
    let mut said: BTreeMap<u32, Vec<(u32, i64)>> = BTreeMap::new();
    for &end in ends {
        let (Some(at), Some(here)) = (time(index, end), source(end)) else { continue };
        let trace = index.trace_id_of(end);
        let near = (0..end).rev().take(ROWS);
        let mut near = near.take_while(|n| time(index, *n).is_some_and(|t| at.0 - t.0 <= LONGEST));
        let is_platform = |n: u32| {
            let text = index.row(n).and_then(|row| index.shape(row.shape())).map_or("", |shape| shape.text());
            PLATFORM.iter().any(|words| text.starts_with(words))
        };
        let reach = limit_of(&index.text_of(end)).unwrap_or(LONGEST);
        let found = near.find(|&n| {
            let by_instance = one_by_one
                && time(index, n).is_some_and(|t| at.0 - t.0 <= reach)
                && !here.instance.is_empty()
                && source(n).is_some_and(|s| s.instance == here.instance && s.service == here.service);
            let same = by_instance || trace.is_some() && index.trace_id_of(n) == trace;
            // Its own beginning ends the search, and so does the end of another one.
            same && (is_platform(n) || own.binary_search(&n).is_err() && is_own_words(index, n))
        });
        let found = found.filter(|n| !is_platform(*n));
        if let Some((n, row)) = found.and_then(|n| Some((n, index.row(n)?))) {
            said.entry(row.shape()).or_default().push((n, time(index, n).map_or(0, |t| at.0 - t.0)));
        }
    }
    let (shape, found) =
        said.into_iter().max_by_key(|(shape, rows)| (rows.len(), std::cmp::Reverse(*shape)))?;
    let mut pauses: Vec<i64> = found.iter().map(|(_, pause)| *pause).collect();
    pauses.sort_unstable();
    let pause = pauses.get(pauses.len() / 2).copied().filter(|pause| *pause >= SILENT)?;
    let shape = index.shape(shape).filter(|_| found.len() * 10 >= ends.len() * 7)?;
    // What the platform says of a beginning tells nothing of the work.
    if LIMITS.iter().any(|(_, begins)| begins.iter().any(|words| shape.text().starts_with(words))) {
        return None;
    }
    let brief = |text: &str| words::headline(statements::prefix::unprefixed(text), 160);
    let words = brief(shape.text());
    // Which of its wordings a row has is not kept.
    let differs = shape.others().any(|text| brief(text) != words);
    let mut rows: Vec<u32> = found.into_iter().map(|(n, _)| n).collect();
    rows.sort_unstable();
    Some(Last { words, differs, rows, of: ends.len(), pause })
}

/// The time limit that an end states, with a little more: `took 60002 ms`, `timed out after 15.01 seconds`.
fn limit_of(text: &str) -> Option<i64> {
    let number = |after: &str| after.split_whitespace().next()?.parse::<f64>().ok();
    let millis = text.split_once(" took ").and_then(|(_, after)| number(after));
    let seconds = || text.split_once("timed out after ").and_then(|(_, after)| number(after));
    let seconds = millis.map(|millis| millis / 1_000.0).or_else(seconds)?;
    Some((seconds * 1.02 * 1e9) as i64 + SECOND)
}

/// The host of the first address in a text.
fn host(text: &str) -> Option<&str> {
    let after = text.split_once("://")?.1;
    let host = after.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))).next()?;
    (host.len() > 3 && host.contains('.')).then_some(host)
}

fn advice(told: &Told, last: &Last) -> Action {
    let now = if told.finding.state == State::Ongoing { "now" } else { "then" };
    let what = Rich::text("Give what follows ").t(last.such()).c(&last.words).t(
        " a time limit of its own, well below that of the function, and let it say so when it is reached. ",
    );
    let what = match host(&last.words) {
        Some(host) => what
            .t("See whether ")
            .c(host)
            .t(format!(" answers {now} (its status page, or whoever runs it), and whether this function can reach it (a VPC without a way out waits like this). Until it does: serve the last known value, or try again later.")),
        None => what.t(format!("See what it waits for there (an address, a lock, an answer), and why that did not come {now}.")),
    };
    Action {
        priority: told.priority,
        what,
        steps: vec![Rich::text(
            "Raise the limit of the function only where the work itself takes that long.",
        )],
        verify: Rich::text("The calls go on after that line, or fail with their own error within seconds."),
        ..Action::default()
    }
}

/// What the calls of the main finding were at when they were ended.
pub(crate) fn why(main: &Told) -> Option<Why> {
    let answer = main.finding.cause.iter().find(|sentence: &&Sentence| sentence.rule == RULE)?;
    Some(Why {
        question: Rich::text("What was it at then?"),
        answer: answer.clone(),
        alternatives: Vec::new(),
    })
}
