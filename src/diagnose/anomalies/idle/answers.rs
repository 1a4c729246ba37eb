//! Answers that are empty from a time on: takes the numbers of hits and results that a service states for what it is asked, gives a finding
//! where all are 0 since, with the runs of jobs that counted nothing before it and what was set otherwise in the first of these.

use super::{Fall, ranged};
use crate::diagnose::causality::{Incident, Scene};
use crate::diagnose::changes::restated;
use crate::diagnose::changes::switched::Changed;
use crate::diagnose::evidence::{Book, derived, hypothesis};
use crate::diagnose::findings::{Told, sorted};
use crate::diagnose::measures::series::{Point, Series, collect, plain, quoted};
use crate::diagnose::{statements, words};
use crate::entry::Nanos;
use crate::entry::figure::Kind;
use crate::entry::time::SECOND;
use crate::order::Order as _;
use crate::report::model::{
    Action, Class, Confidence, Count, Finding, Priority, Quote, Rich, Sentence, State, Why,
};
use std::collections::BTreeMap;

/// Words by which a message or a service says that somebody asks, and words of what is glad to find nothing or asks by itself.
const ASKED: [&str; 7] = ["search", "searches", "query", "lookup", "suggest", "autocomplete", "retrieval"];
const NOT: [&str; 26] = [
    "cache",
    "test",
    "tests",
    "rate",
    "scan",
    "scanner",
    "lint",
    "linter",
    "audit",
    "dedup",
    "dedupe",
    "duplicate",
    "duplicates",
    "vulnerability",
    "secret",
    "malware",
    "virus",
    "fraud",
    "rule",
    "rules",
    "alert",
    "alerts",
    "poll",
    "polled",
    "campaign",
    "validation",
];
/// How long answers are empty at least, and as a part of the time before.
const LASTS: i64 = 900 * SECOND;
const SHARE: i64 = 5;
/// How long before the first empty answer an error of the service is the reason, not this.
const BEFORE: i64 = 60 * SECOND;
/// How far apart runs are at least.
const APART: i64 = 3600 * SECOND;
/// Answers before and since at least, and how many of a hundred may have been empty before.
const LEAST: usize = 20;
const EMPTY: usize = 20;
/// How long before the first empty answer a run may have counted nothing, and runs that are told.
const REACH: i64 = 24 * 3600 * SECOND;
const RUNS: usize = 3;
/// The rules behind the sentences.
const RULE: &str = "a number of each answer that fell to nothing and stays there";
const RUN: &str = "what runs before the first of them count, against the runs before";

/// At most one finding.
pub(crate) fn find(scene: &Scene<'_>, book: &mut Book<'_>) -> Option<Told> {
    if scene.index.figures().is_empty() {
        return None;
    }
    let falls = collect(scene, &[Kind::Found]).into_iter().filter_map(fall);
    let main = falls.max_by_key(|fall| (fall.since().len(), std::cmp::Reverse(fall.series.said.clone())))?;
    let first = *main.since().first()?;
    // What the service says of itself at ERROR leads.
    if statements::suspect::sounds_bad_since(scene, &main.series.service, first.time - BEFORE) {
        return None;
    }
    let all = collect(scene, &[Kind::Work]);
    let runs = runs(&all, main.series, first.time);
    let mut changed = runs.first().map_or_else(Vec::new, |(_, [good, bad])| {
        restated::between_runs(scene, [good.time, bad.time], bad.row)
    });
    // Numbers beside the count are what came of the run, not what it was told to do.
    let begun = runs.first().map_or(i64::MAX, |(_, [_, bad])| bad.time);
    changed.retain(|changed| changed.at < begun || changed.is.parse::<f64>().is_err());
    Some(tell(scene, book, &main, &runs, &changed))
}

/// The place from which on all answers are empty.
fn fall(series: &Series) -> Option<Fall<'_>> {
    let words = format!("{} {} {}", series.name, series.said, series.service).to_ascii_lowercase();
    let has =
        |known: &[&str]| words.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| known.contains(&word));
    if series.batch || !has(&ASKED) || has(&NOT) {
        return None;
    }
    let cut = series.points.iter().rposition(|point| point.value > 0)? + 1;
    let (before, since) = series.points.split_at_checked(cut)?;
    let empty = before.iter().filter(|point| point.value == 0).count();
    let lasts = |points: &[Point]| {
        points.last().zip(points.first()).map_or(0, |(b, a)| b.time.saturating_sub(a.time))
    };
    let fits = before.len() >= LEAST
        && since.len() >= LEAST
        && empty * 100 <= before.len() * EMPTY
        && lasts(since) >= LASTS
        && lasts(since).saturating_mul(SHARE) >= lasts(before);
    fits.then_some(Fall { series, cut, runs: since.len(), batch: false })
}

/// Runs that counted nothing before, where the runs before them counted something: the earliest first, one of each service.
fn runs<'s>(all: &[&'s Series], main: &Series, first: i64) -> Vec<(&'s Series, [Point; 2])> {
    let of = |series: &&'s Series| {
        let upto = series.points.partition_point(|point| point.time <= first);
        let [before @ .., bad] = series.points.get(..upto)? else { return None };
        let good = before.last()?;
        let fits = series.service != main.service
            && bad.value == 0
            && before.iter().all(|point| point.value > 0)
            && bad.time - good.time >= APART
            && first - bad.time <= REACH;
        fits.then_some((*series, [*good, *bad]))
    };
    let mut found: Vec<(&Series, [Point; 2])> = all.iter().filter_map(of).collect();
    found.order_by_key(|(series, [_, bad])| (bad.time, bad.row, series.said.clone()));
    let mut known: Vec<&str> = Vec::new();
    found.retain(|(series, _)| {
        let is_new = !known.contains(&series.service.as_str());
        known.push(&series.service);
        is_new
    });
    found.truncate(RUNS);
    found
}

/// `` Before that `products` of `export finished` (`pim-export`) was 0 at 02:30:10 UTC, 48,211 in the run before. ``
fn sentence(runs: &[(&Series, [Point; 2])]) -> Rich {
    let mut text = Rich::text("Before that ");
    for (n, (series, [good, bad])) in runs.iter().enumerate() {
        text = text
            .t(if n == 0 { "" } else { ", then " })
            .c(&series.name)
            .t(" of ")
            .c(words::brief(&series.said, 80));
        text = text.t(" (").c(&series.service).t(format!(
            ") was 0 at {} UTC, {} in the run before",
            Nanos(bad.time).date_time(),
            plain(good.value)
        ));
    }
    text.t(".")
}

fn tell(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    main: &Fall<'_>,
    runs: &[(&Series, [Point; 2])],
    changed: &[Changed],
) -> Told {
    let since: Vec<u32> = main.since().iter().map(|point| point.row).collect();
    let of_runs: Vec<u32> = runs.iter().flat_map(|(_, pair)| pair.map(|point| point.row)).collect();
    let mut cause = vec![derived(shows(main), RULE, book.rows(&main.series.rows()))];
    if !runs.is_empty() {
        cause.push(derived(sentence(runs), RUN, book.rows(&sorted(of_runs.clone()))));
    }
    cause.extend(changed.iter().map(|changed| changed.of_runs(book)));
    let ends = main.before().last().into_iter().chain(main.since().first());
    let mut shown: Vec<(&Series, Point)> = ends.map(|point| (main.series, *point)).collect();
    shown.extend(runs.iter().flat_map(|(series, pair)| pair.map(|point| (*series, point))));
    shown.order_by_key(|(_, point)| (point.time, point.row));
    let quotes: Vec<Quote> =
        quoted(scene, &shown).into_iter().chain(changed.iter().filter_map(|c| c.quote(scene))).collect();
    let finding = Finding { cause, quotes, ..finding(book, main, &since) };
    Told {
        whys: whys(&finding, changed),
        incident: Incident::default(),
        priority: Priority::P1,
        failures: main.since().iter().map(|point| (Nanos(point.time), point.row)).collect(),
        rows: sorted(since.into_iter().chain(of_runs).collect()),
        values: BTreeMap::new(),
        words: main.series.said.clone(),
        advice: Some(advice(main, runs, changed)),
        finding,
    }
}

/// `` `hits` of `search` is 0 in each of the 210 from …, the last in the log; in the 560 before it was mostly 70 to 859. ``
fn shows(main: &Fall<'_>) -> Rich {
    let at = |point: Option<&Point>| point.map_or(String::new(), |point| Nanos(point.time).date_time());
    main.series.title().t(format!(
        " is 0 in each of the {} from {} to {} UTC, the last in the log; in the {} before it was {}.",
        words::number(main.since().len() as u64),
        at(main.since().first()),
        at(main.since().last()),
        words::number(main.before().len() as u64),
        ranged(main.before()),
    ))
}

/// The finding but for its cause and quotes.
fn finding(book: &mut Book<'_>, main: &Fall<'_>, since: &[u32]) -> Finding {
    let (evidence, n) = (book.rows(since), since.len() as u64);
    let answers = words::count(n, "answer", "answers");
    let [first, last] = [main.since().first(), main.since().last()].map(|p| p.map(|p| Nanos(p.time)));
    let who = if main.series.service.is_empty() { &main.series.said } else { &main.series.service };
    let title = Rich::default().c(who).t(" finds nothing any more: ").c(&main.series.name);
    let state = "The last answer in the log is one of them: it is still so when the log ends.";
    let reason =
        "the numbers are certain; that there is something to find is concluded from the answers before";
    Finding {
        title: title.t(format!(" is 0 in its last {answers}, {} before", ranged(main.before()))),
        class: Class::Critical,
        impact: derived(
            Rich::text(format!("{answers} came back empty, and no error of the service tells of it.")),
            "values of the field in each answer",
            evidence,
        ),
        state: State::Ongoing,
        state_text: derived(Rich::text(state), "order of the values", evidence),
        counts: vec![Count { what: "empty answers".to_owned(), n, evidence }],
        first,
        last,
        confidence: Confidence { word: "likely".to_owned(), reason: Rich::text(reason) },
        evidence,
        ..Finding::default()
    }
}

fn whys(finding: &Finding, changed: &[Changed]) -> Vec<Why> {
    let why = |question: &str, answer: Sentence| Why {
        question: Rich::text(question),
        answer,
        alternatives: Vec::new(),
    };
    let mut whys = vec![
        why("What do callers get?", finding.impact.clone()),
        why("How does it show?", finding.cause.first().cloned().unwrap_or_default()),
    ];
    let runs = finding.cause.iter().find(|sentence| sentence.rule == RUN);
    whys.extend(runs.cloned().map(|runs| why("Why is nothing found?", runs)));
    let new = finding.cause.get(2).zip(changed.first());
    whys.extend(new.map(|(new, _)| why("What is new in the first of these runs?", new.clone())));
    let guess = match new {
        Some((_, changed)) => Rich::text("Most likely nothing is chosen any more with ")
            .c(&changed.name)
            .t(" at ")
            .c(&changed.is)
            .t(", and what is empty was served in place of what was there. One run with ")
            .c(&changed.was)
            .t(" would confirm or refute it."),
        None => Rich::text(
            "The log does not say. What is searched may have been emptied or exchanged, or a filter passes everything over: the number of records in it would confirm or refute it.",
        ),
    };
    whys.push(why("Why did it come to that?", hypothesis(guess)));
    whys
}

fn advice(main: &Fall<'_>, runs: &[(&Series, [Point; 2])], changed: &[Changed]) -> Action {
    let mut what = Rich::default();
    if let Some(first) = changed.first() {
        what = what.t("Set ").c(&first.name).t(" back from ").c(&first.is).t(" to ").c(&first.was).t(". ");
    }
    what = match runs.first() {
        Some((series, _)) => what
            .t("Serve what the last good run left (switch the alias or the version back, restore the copy), and run ")
            .c(&series.service)
            .t(" and what reads its output again."),
        None => what.t("Count the records of what is searched; if they are gone, restore them or switch back to what was there before."),
    };
    Action {
        priority: Priority::P1,
        what,
        steps: vec![Rich::text(
            "Let a run that counts nothing where there always was something fail before it takes the place of what is served, and alert on the share of empty answers.",
        )],
        verify: Rich::text(format!("Answers have {} again.", ranged(main.before()))),
        ..Action::default()
    }
}
