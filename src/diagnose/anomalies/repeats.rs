//! Work taken up more than once: the same `Processing job 7f3a…` said again, and jobs told to have failed and completed.
//!
//! Looks only at kinds of message of which every distinct wording is known (few of them): then more entries than wordings
//! means that one and the same piece of work was begun again.

use crate::diagnose::causality::{Incident, Scene};
use crate::diagnose::evidence::{Book, derived, hypothesis, quotes};
use crate::diagnose::findings::Told;
use crate::diagnose::knowledge::{Expression, named};
use crate::diagnose::statements::time;
use crate::diagnose::words;
use crate::digest::Shape;
use crate::limits;
use crate::order::{Gather as _, Order as _};
use crate::report::model::{Action, Class, Confidence, Count, Finding, Priority, Rich, State, Why};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// A begin, an end or a failure of one piece of work, with its id.
static SAID: LazyLock<Option<Expression>> = LazyLock::new(|| {
    Expression::new(
        r"(?i)(?:\b(?P<begin>processing|starting|started|picked up|picking up|claimed|executing|running|handling)(?: \w+){0,2}? )?\b(?P<noun>job|task|message|work item) #?(?P<id>[\w-]*\d[\w-]*)(?:[\w ]{0,12}\b(?P<end>failed|completed|succeeded|finished|done)\b)?",
    )
    .ok()
});

/// What the log tells of the work of one kind.
#[derive(Default)]
struct Work {
    begins: Vec<u32>,
    again: u64,
    ids: BTreeSet<String>,
    failed: BTreeSet<String>,
    completed: BTreeSet<String>,
    failures: u64,
    ends: Vec<u32>,
}

/// At most one finding: work begun again although it had not failed, or told to have failed and to be done.
pub(crate) fn find(scene: &Scene<'_>, book: &mut Book<'_>) -> Option<Told> {
    let mut works: BTreeMap<String, Work> = BTreeMap::new();
    for (number, shape) in scene.index.shapes().iter().enumerate() {
        note(scene, &mut works, u32::try_from(number).unwrap_or(u32::MAX), shape);
    }
    let (noun, work) = works.into_iter().max_by_key(|(_, work)| work.again)?;
    let both: Vec<String> = work.failed.intersection(&work.completed).cloned().collect();
    // A retry after a failure is what a queue is for.
    (work.again > work.failures || work.again > 0 && !both.is_empty())
        .then(|| tell(scene, book, &noun, &work, &both))
}

fn note(scene: &Scene<'_>, works: &mut BTreeMap<String, Work>, number: u32, shape: &Shape) {
    let Some(regex) = SAID.as_ref() else { return };
    let first = regex.captures(crate::digest::cut(shape.text(), 300));
    let Some(noun) = named(&first, "noun").map(str::to_ascii_lowercase) else { return };
    let rows = scene.index.rows_of_shape(number);
    let texts: BTreeSet<&str> = shape.others().chain([shape.text()]).gathered();
    let ids: BTreeSet<String> = texts
        .iter()
        .filter_map(|text| named(&regex.captures(crate::digest::cut(text, 300)), "id"))
        .map(str::to_owned)
        .filter(|id| id.len() >= 6)
        .gathered();
    if ids.is_empty() || shape.is_audit() {
        return;
    }
    let end = named(&first, "end").map(str::to_ascii_lowercase);
    let work = works.entry(noun).or_default();
    match end.as_deref() {
        Some("failed") => {
            work.failed.extend(ids);
            work.failures += rows.len() as u64;
            work.ends.extend(rows);
        }
        Some(_) => {
            work.completed.extend(ids);
            work.ends.extend(rows);
        }
        None if named(&first, "begin").is_some() && shape.others().count() < limits::SAMPLES_PER_SHAPE => {
            work.again += (rows.len() as u64).saturating_sub(texts.len() as u64);
            work.ids.extend(ids);
            work.begins.extend(rows);
        }
        None => {}
    }
}

fn tell(scene: &Scene<'_>, book: &mut Book<'_>, noun: &str, work: &Work, both: &[String]) -> Told {
    let mut begins = work.begins.clone();
    begins.order();
    let mut rows = [begins.clone(), work.ends.clone()].concat();
    rows.sort_unstable();
    let evidence = book.rows(&rows);
    let many = format!("{noun}s");
    let said = format!(
        "{} for {}",
        words::count(begins.len() as u64, "start", "starts"),
        words::count(work.ids.len() as u64, noun, &many)
    );
    let title = Rich::text(format!("The same {noun} is processed more than once: {said}"));
    let mut cause = vec![derived(
        Rich::text(format!(
            "{said}; {} of them repeat one that was begun before, and the log tells of {}.",
            words::number(work.again),
            words::count(work.failures, "failure", "failures")
        )),
        "messages of a start that are equal to the last character",
        book.rows(&begins),
    )];
    if !both.is_empty() {
        let ids: Vec<String> = both.iter().take(4).cloned().collect();
        cause.push(derived(
            Rich::text(format!("Told to have failed and to be completed: {}.", words::list(&ids))),
            "ids in messages of failures and of completions",
            book.rows(&work.ends),
        ));
    }
    let times: Vec<_> = begins.iter().filter_map(|&row| time(scene.index, row)).collect();
    let (first, last) = (times.first().copied(), times.last().copied());
    let state_text = first.zip(last).map(|(first, last)| {
        derived(Rich::text(format!("From {}.", words::span(first, last))), "times of the starts", evidence)
    });
    let impact = derived(
        Rich::text("Work is done twice, and its results, failures and refunds contradict each other."),
        "starts, failures and completions of the same ids",
        evidence,
    );
    let finding = Finding {
        title,
        class: Class::Warning,
        state: State::Ended,
        state_text: state_text.unwrap_or_default(),
        counts: vec![Count {
            what: "repeated starts".to_owned(),
            n: work.again,
            evidence: book.rows(&begins),
        }],
        first,
        last,
        quotes: quotes(scene.index, &rows, 4),
        confidence: Confidence {
            word: "likely".into(),
            reason: Rich::text("the starts are in the log; that the runs overlap is concluded"),
        },
        evidence,
        impact,
        cause,
        ..Finding::default()
    };
    Told {
        advice: Some(advice(noun)),
        whys: whys(noun, &finding),
        finding,
        incident: Incident::default(),
        priority: Priority::P1,
        failures: begins.iter().filter_map(|&row| Some((time(scene.index, row)?, row))).collect(),
        rows,
        values: BTreeMap::new(),
        words: said,
    }
}

fn advice(noun: &str) -> Action {
    Action {
        priority: Priority::P1,
        what: Rich::text(format!(
            "Claim each {noun} before it is processed, in one atomic step (UPDATE … SET state = 'running' WHERE id = … AND state = 'queued', or SELECT … FOR UPDATE SKIP LOCKED), so that no second poll or worker takes it, and make a second run harmless (idempotent)."
        )),
        verify: Rich::text(format!("Every {noun} logs one start between two of its ends.")),
        ..Action::default()
    }
}

fn whys(noun: &str, finding: &Finding) -> Vec<Why> {
    let why =
        |question: String, answer| Why { question: Rich::text(question), answer, alternatives: Vec::new() };
    let mut whys = vec![why("What is wrong?".to_owned(), finding.impact.clone())];
    if let Some(first) = finding.cause.first() {
        whys.push(why("Why do the results contradict each other?".to_owned(), first.clone()));
    }
    whys.push(why(
        format!("Why is the same {noun} begun again?"),
        hypothesis(Rich::text(format!(
            "The log does not say. Hypothesis: a running {noun} stays marked as waiting, so the next poll takes it again, or a lease or acknowledgement deadline is shorter than the work. The code that selects the next {noun} would confirm or refute it."
        ))),
    ));
    whys
}
