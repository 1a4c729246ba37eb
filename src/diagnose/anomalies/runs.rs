//! Runs of a job that still end with success but no longer do what the earlier runs did: takes the ends of runs and what was
//! said between them, gives a finding where a step fell away and the runs became short at once.

use crate::diagnose::causality::{Incident, Scene};
use crate::diagnose::evidence::{Book, derived, hypothesis, observed, quotes};
use crate::diagnose::findings::Told;
use crate::diagnose::knowledge::Phase;
use crate::diagnose::lifecycle::Episode;
use crate::diagnose::statements;
use crate::diagnose::words::{self, headline};
use crate::entry::Nanos;
use crate::entry::time::{SECOND, duration_words};
use crate::order::Order as _;
use crate::report::model::{Action, Class, Confidence, Count, Finding, Priority, Rich, Sentence, State, Why};
use std::collections::BTreeMap;

/// Runs that did the step, and later ones that did not, at least.
const BEFORE: usize = 4;
const SINCE: usize = 3;
/// Later runs are shorter than this share (per cent) of the shortest earlier one.
const SHORT_PER_CENT: i64 = 50;

/// One run: its rows of the job's own words, and how long it took.
struct Run {
    from: Nanos,
    until: Nanos,
    end: u32,
    statements: Vec<usize>,
}

/// At most one finding a log.
pub(crate) fn find(scene: &Scene<'_>, book: &mut Book<'_>) -> Option<Told> {
    scene.episodes.iter().filter(|e| e.resource.contains("job")).find_map(|e| of_job(scene, book, e))
}

fn of_job(scene: &Scene<'_>, book: &mut Book<'_>, episode: &Episode) -> Option<Told> {
    let ends: Vec<(Nanos, u32)> = episode
        .events
        .iter()
        .filter(|e| e.phase == Phase::JobDone || e.phase == Phase::Exit && e.code == Some(0))
        .map(|e| (e.time, e.row))
        .collect();
    if ends.len() < BEFORE + SINCE || !episode.bad_exits().is_empty() {
        return None;
    }
    let runs = runs(scene, episode, &ends);
    let (statement, cut) = lost(scene, &runs)?;
    Some(tell(scene, book, episode, &runs, statement, cut))
}

fn runs(scene: &Scene<'_>, episode: &Episode, ends: &[(Nanos, u32)]) -> Vec<Run> {
    let mut said: BTreeMap<u32, usize> = BTreeMap::new();
    for (number, statement) in scene.statements.iter().enumerate() {
        for row in statement.occurrences.iter().map(statements::Occurrence::first) {
            let own = scene.index.row(row).and_then(|row| scene.index.source_of(row)).is_some_and(|source| {
                source.service == episode.service.as_str() && source.log.ends_with("stdout")
                    || source.service == episode.service.as_str() && source.log.ends_with("stderr")
            });
            if own {
                said.insert(row, number);
            }
        }
    }
    let mut runs = Vec::new();
    let mut before = 0;
    for &(until, end) in ends {
        let rows: Vec<(u32, usize)> = said.range(before..end).map(|(row, number)| (*row, *number)).collect();
        let from = rows.first().and_then(|(row, _)| statements::time(scene.index, *row));
        if let Some(from) = from {
            let statements = rows.iter().map(|(_, number)| *number).collect();
            runs.push(Run { from, until, end, statements });
        }
        before = end;
    }
    runs
}

/// The statement that all earlier runs made and no later one, with the number of the first run without it.
fn lost(scene: &Scene<'_>, runs: &[Run]) -> Option<(usize, usize)> {
    (0..scene.statements.len())
        .filter_map(|number| {
            let has = |run: &Run| run.statements.contains(&number);
            let cut = runs.iter().position(|run| !has(run))?;
            let (before, since) = runs.split_at_checked(cut)?;
            let took = |run: &Run| run.until.0 - run.from.0;
            let shortest = before.iter().map(took).min()?;
            let longest = since.iter().map(took).max()?;
            let fits = before.len() >= BEFORE
                && since.len() >= SINCE
                && since.iter().all(|run| !has(run))
                && shortest >= 5 * SECOND
                && longest * 100 < shortest * SHORT_PER_CENT;
            fits.then_some((number, cut))
        })
        // What was said most often in the earlier runs is the work itself.
        .max_by_key(|(number, _)| {
            let n = scene.statements.get(*number).map_or(0, |s| s.occurrences.len());
            (n, std::cmp::Reverse(*number))
        })
}

/// What the two halves of the runs tell.
struct Halves<'r> {
    before: &'r [Run],
    since: &'r [Run],
    /// The step that fell away, masked, and its rows.
    words: String,
    rows: Vec<u32>,
    evidence: Option<u32>,
}

fn tell(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    episode: &Episode,
    runs: &[Run],
    number: usize,
    cut: usize,
) -> Told {
    let (before, since) = runs.split_at_checked(cut).unwrap_or((runs, &[]));
    let statement = scene.statements.get(number);
    let words = statement.map_or(String::new(), |s| {
        let mut masked = String::new();
        crate::pattern::mask(&headline(&s.text, 160), &mut masked);
        masked
    });
    let rows: Vec<u32> = statement.map(statements::Statement::rows).unwrap_or_default();
    let ends: Vec<u32> = since.iter().map(|run| run.end).collect();
    let halves = Halves { before, since, words, rows, evidence: book.rows(&ends) };
    let finding = finding(scene, book, episode, &halves);
    Told {
        whys: whys(&finding),
        finding,
        incident: Incident::default(),
        priority: Priority::P1,
        failures: since.iter().map(|run| (run.until, run.end)).collect(),
        rows: ends,
        values: BTreeMap::new(),
        words: halves.words,
        advice: Some(advice()),
    }
}

fn finding(scene: &Scene<'_>, book: &mut Book<'_>, episode: &Episode, halves: &Halves<'_>) -> Finding {
    let (since, evidence) = (halves.since, halves.evidence);
    let n = since.len() as u64;
    let title = Rich::default()
        .c(episode.title())
        .t(format!(
            " still ends with success, but its last {} did nothing: no ",
            words::count(n, "run", "runs")
        ))
        .c(&halves.words);
    let shown: Vec<u32> =
        since.first().map(|run| run.end).into_iter().chain(halves.rows.first().copied()).collect();
    let impact = "The work of these runs was not done, and nobody is told: each ended with exit code 0, so the platform counts it as a success.";
    let state = "The last run in the log is one of them; no run that works follows, so it is still going on when the log ends.";
    let reason = "the step is missing in every later run, and they are much shorter; that it had work to do is concluded";
    Finding {
        title,
        class: Class::Warning,
        state: State::Ongoing,
        state_text: derived(Rich::text(state), "order of the runs", evidence),
        counts: vec![Count { what: "runs without work".to_owned(), n, evidence }],
        first: since.first().map(|run| run.from),
        last: since.last().map(|run| run.until),
        quotes: quotes(scene.index, &shown, 6),
        confidence: Confidence { word: "likely".to_owned(), reason: Rich::text(reason) },
        evidence,
        impact: derived(Rich::text(impact), "ends of the runs", evidence),
        cause: cause(scene, book, halves),
        ..Finding::default()
    }
}

fn cause(scene: &Scene<'_>, book: &mut Book<'_>, halves: &Halves<'_>) -> Vec<Sentence> {
    let (before, since) = (halves.before, halves.since);
    let middle = |runs: &[Run]| {
        let mut took: Vec<i64> = runs.iter().map(|run| run.until.0 - run.from.0).collect();
        took.order();
        took.get(took.len() / 2).copied().unwrap_or(0)
    };
    let first = since.first().map_or(String::new(), |run| run.from.date_time());
    let said = Rich::text(format!("Each of the {} runs before said ", words::number(before.len() as u64)))
        .c(&halves.words)
        .t(format!("; none of the {} since {first} UTC does.", words::number(since.len() as u64)));
    let took = format!(
        "A run took {} before, and {} since.",
        duration_words(middle(before)),
        duration_words(middle(since))
    );
    let rule = "what is said in every run up to one of them, and in none after it";
    let mut cause = vec![
        derived(said, rule, book.rows(&halves.rows)),
        derived(Rich::text(took), "first words and end of each run, the middle of all", halves.evidence),
    ];
    cause.extend(zeros(scene, since).into_iter().map(|text| {
        let text = Rich::text("One of the wordings in these runs is ").c(text).t(".");
        observed(text, halves.evidence)
    }));
    cause
}

fn whys(finding: &Finding) -> Vec<Why> {
    let why =
        |question: &str, answer| Why { question: Rich::text(question), answer, alternatives: Vec::new() };
    let fallback = "The log does not say. Its input may be empty, moved or renamed, or a condition skips the step. The source that it reads (files, rows, messages of those days) would confirm or refute it.";
    vec![
        why("What is missing?", finding.impact.clone()),
        why("Why was nothing done?", finding.cause.first().cloned().unwrap_or_default()),
        why("How does it show?", finding.cause.last().cloned().unwrap_or_default()),
        why("Why did it come to that?", hypothesis(Rich::text(fallback))),
    ]
}

/// Wordings with a count of zero among what these runs said and the earlier ones said with another number.
fn zeros(scene: &Scene<'_>, since: &[Run]) -> Vec<String> {
    let mut numbers: Vec<usize> = since.last().map(|run| run.statements.clone()).unwrap_or_default();
    numbers.order();
    numbers.dedup();
    let shapes = numbers.into_iter().filter_map(|number| {
        let row = scene.statements.get(number)?.occurrences.first()?.first();
        scene.index.row(row).and_then(|row| scene.index.shape(row.shape()))
    });
    let is_zero = |text: &str| text.split(' ').any(|word| word == "0");
    shapes
        .filter(|shape| !is_zero(shape.text()))
        .filter_map(|shape| shape.others().find(|text| is_zero(text)).map(|text| headline(text, 160)))
        .take(3)
        .collect()
}

fn advice() -> Action {
    Action {
        priority: Priority::P1,
        what: Rich::text(
            "Check the input of these runs (the files, rows or messages that the job reads) since the first of them, repeat the runs that did nothing, and let the job end with an error, or alert, when it finds nothing where there always was something.",
        ),
        verify: Rich::text("The next run says what the earlier ones said, and an empty input makes it fail."),
        ..Action::default()
    }
}
