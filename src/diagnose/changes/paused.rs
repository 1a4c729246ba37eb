//! What was paused, disabled or suspended by hand and is not taken up again in the log: takes audit entries, gives a finding. Nothing fails
//! when a schedule stops; what it kept alive does, an hour later.

use crate::diagnose::causality::{Incident, Scene};
use crate::diagnose::evidence::{Book, derived, hypothesis, quotes};
use crate::diagnose::findings::Told;
use crate::diagnose::statements::time;
use crate::diagnose::words::{self, headline};
use crate::digest::Row;
use crate::entry::Nanos;
use crate::entry::time::{SECOND, duration_words};
use crate::order::Order as _;
use crate::report::model::{Action, Class, Confidence, Count, Finding, Priority, Rich, Sentence, State, Why};
use std::collections::BTreeMap;

/// Methods that stop something, with parts of those that take it up again (Cloud Scheduler, Cloud Tasks, Storage Transfer, service
/// accounts, Compute Engine). A key or a secret's version that is disabled is mostly an old one.
const STOPS: [(&str, &[&str], &str); 6] = [
    ("PauseJob", &["ResumeJob", "UpdateJob"], "ResumeJob"),
    ("PauseQueue", &["ResumeQueue"], "ResumeQueue"),
    ("PauseTransferJob", &["ResumeTransferJob", "UpdateTransferJob"], "ResumeTransferJob"),
    ("DisableServiceAccount", &["EnableServiceAccount"], "EnableServiceAccount"),
    (
        "instances.suspend",
        &["instances.resume", "instances.start", "instances.stop", "instances.reset"],
        "instances.resume",
    ),
    (
        "instances.stop",
        &["instances.start", "instances.reset", "instances.setMachineType"],
        "instances.start",
    ),
];
/// Words of names that many things have.
const PLAIN: [&str; 16] = [
    "prod", "main", "data", "service", "default", "jobs", "nightly", "daily", "hourly", "cron", "task",
    "queue", "test", "stage", "staging", "worker",
];
/// How long the log goes on without it.
const LASTS: i64 = 600 * SECOND;
/// The rule behind the sentences.
const RULE: &str = "audit entries that stop something, without one that takes it up again";

/// Something that stands still.
struct Paused {
    row: u32,
    at: Nanos,
    /// The resource as the audit entry names it.
    resource: String,
    resume: &'static str,
    /// Whether a person did it, and no account of a service.
    by_hand: bool,
}

/// A resource without the segment of its project, which is written by name or by number.
fn without_project(resource: &str) -> &str {
    let rest = resource.strip_prefix("projects/").and_then(|rest| rest.split_once('/'));
    rest.map_or(resource, |(_, rest)| rest)
}

/// Who called, as audit entries are worded.
fn by(text: &str) -> Option<&str> {
    text.split_once(" by ")?.1.split([' ', ':', ',']).next()
}

/// Whether a failure names what stands still: a word of its name that not everything has.
fn names(title: &str, name: &str) -> bool {
    let lower = title.to_ascii_lowercase();
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| w.len() >= 4).map(str::to_owned).collect()
    };
    let said = words(&lower);
    words(&name.to_ascii_lowercase())
        .iter()
        .any(|word| !PLAIN.contains(&word.as_str()) && said.contains(word))
}

/// What stands still at the end of the log, the earliest first.
fn standing(scene: &Scene<'_>) -> Vec<Paused> {
    let index = scene.index;
    let mut open: BTreeMap<(String, &'static str), Paused> = BTreeMap::new();
    let audits = (0u32..).zip(index.shapes()).filter(|(_, shape)| shape.is_audit());
    let mut rows: Vec<u32> = audits
        .filter(|(_, shape)| {
            let method = shape.text().split_whitespace().next().unwrap_or("");
            STOPS
                .iter()
                .any(|(stop, go, _)| method.ends_with(stop) || go.iter().any(|part| method.contains(part)))
                || method.to_ascii_lowercase().contains("delete")
        })
        .flat_map(|(number, _)| index.rows_of_shape(number).iter().copied())
        .collect();
    rows.order();
    for row in rows {
        // A shape may stand for calls on several resources; only words that are known of this one count.
        let Some(text) = index.exact_text_of(row).filter(|text| !text.contains("(status code")) else {
            continue;
        };
        let mut parts = text.split_whitespace();
        let (method, resource) =
            (parts.next().unwrap_or(""), parts.next().unwrap_or("").trim_end_matches(':'));
        let Some(at) = time(index, row) else { continue };
        for (stop, go, resume) in STOPS {
            let key = (without_project(resource).to_owned(), stop);
            let is_gone = ["Delete", "delete"].iter().any(|verb| method.contains(verb));
            if method.ends_with(stop) {
                let by_hand = by(text).is_some_and(|who| !who.ends_with("gserviceaccount.com"));
                let paused = Paused { row, at, resource: resource.to_owned(), resume, by_hand };
                open.entry(key).or_insert(paused);
            } else if is_gone || go.iter().any(|part| method.contains(part)) {
                open.remove(&key);
            }
        }
    }
    let mut found: Vec<Paused> = open.into_values().collect();
    found.order_by(|a, b| (a.at, &a.resource).cmp(&(b.at, &b.resource)));
    found
}

/// A finding on it, urgent where something fails afterwards.
pub(crate) fn find(scene: &Scene<'_>, book: &mut Book<'_>, told: &[Told]) -> Option<Told> {
    let end = scene.index.rows().last().and_then(Row::time)?;
    let all: Vec<Paused> = standing(scene).into_iter().filter(|p| end.0 - p.at.0 >= LASTS).collect();
    let main = all.first()?;
    let name = main.resource.rsplit('/').next().unwrap_or(&main.resource).to_owned();
    let fails_since = |t: &&Told| t.priority < Priority::P2 && t.finding.first > Some(main.at);
    // That something fails later is nearness alone; that it names the same thing is a tie.
    let failure = told.iter().filter(fails_since).find(|t| names(&t.finding.title.plain(), &name));
    let priority = if failure.is_some() { Priority::P1 } else { Priority::P2 };
    let rows: Vec<u32> = all.iter().map(|paused| paused.row).collect();
    let evidence = book.rows(&rows);
    let mut cause: Vec<Sentence> =
        all.iter().take(NAMED).map(|paused| sentence(scene, book, paused, end)).collect();
    if let Some(failure) = failure {
        cause.push(hypothesis(
            Rich::text("It may be behind what fails since: ")
                .c(headline(&failure.finding.title.plain(), 120))
                .t(". It would speak for it: what it does is needed there (a token, data, a clean-up). It would speak against it: the same failure before it was stopped."),
        ));
    }
    let how = if main.by_hand { " was stopped by hand" } else { " was stopped" };
    let title = Rich::default().c(&name).t(how).t(" and not taken up again in this log");
    let finding = Finding {
        title,
        class: if priority == Priority::P1 { Class::Warning } else { Class::Notice },
        impact: derived(Rich::text("What it does is not done since."), RULE, evidence),
        state: State::Ongoing,
        state_text: derived(
            Rich::text(format!("Since {} UTC, to the end of the log.", main.at.date_time())),
            RULE,
            evidence,
        ),
        counts: vec![Count { what: "stopped".to_owned(), n: all.len() as u64, evidence }],
        first: Some(main.at),
        last: Some(main.at),
        cause,
        quotes: quotes(scene.index, &rows, NAMED),
        confidence: Confidence {
            word: "likely".into(),
            reason: Rich::text(
                "that it was stopped is certain; whether that was meant to last, the log does not say",
            ),
        },
        evidence,
        ..Finding::default()
    };
    Some(Told {
        advice: Some(advice(&name, main.resume, priority)),
        whys: whys(&finding),
        failures: vec![(main.at, main.row)],
        finding,
        incident: Incident::default(),
        priority,
        rows,
        values: BTreeMap::new(),
        words: name,
    })
}

fn advice(name: &str, resume: &str, priority: Priority) -> Action {
    let what = Rich::text("If that was not meant to last, take ").c(name).t(" up again (").c(resume);
    Action {
        priority,
        what: what
            .t("); then look for what it did not do meanwhile, and let an alert tell when it stands still."),
        verify: Rich::text("The log shows it at work again."),
        ..Action::default()
    }
}

/// Of several, as many are named.
const NAMED: usize = 4;

fn sentence(scene: &Scene<'_>, book: &mut Book<'_>, paused: &Paused, end: Nanos) -> Sentence {
    let text = Rich::default()
        .c(headline(&scene.index.text_of(paused.row), 240))
        .t(format!(" at {} UTC, and no ", paused.at.date_time()))
        .c(paused.resume)
        .t(format!(" in the {} up to the end of the log.", duration_words(end.0 - paused.at.0)));
    derived(text, RULE, book.rows(&[paused.row]))
}

fn whys(finding: &Finding) -> Vec<Why> {
    let why = |question: &str, answer: Sentence| Why {
        question: Rich::text(question),
        answer,
        alternatives: Vec::new(),
    };
    let mut whys = vec![why("What is missing?", finding.impact.clone())];
    whys.extend(finding.cause.first().cloned().map(|said| why("Since when, and by whom?", said)));
    let guess =
        words::prose("It was stopped for a work or a deploy and forgotten. Whoever stopped it can tell.");
    whys.push(why("Why does it stand still?", hypothesis(guess)));
    whys
}
