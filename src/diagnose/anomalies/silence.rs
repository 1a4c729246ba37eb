//! Silences → one finding, or a sentence of the finding that explains them, or a remark on a hole in the log.

use crate::diagnose::causality::{Incident, Scene};
use crate::diagnose::evidence::{Book, derived, hypothesis, observed, quotes};
use crate::diagnose::findings::{Told, sorted};
use crate::diagnose::measures::rhythm::Silence;
use crate::diagnose::statements;
use crate::diagnose::words::{self, number};
use crate::entry::time::{SECOND, duration_words};
use crate::order::Order as _;
use crate::report::model::{Action, Class, Confidence, Count, Finding, Priority, Rich, Sentence, State, Why};
use std::collections::BTreeMap;

/// Silences told one by one.
const NAMED: usize = 6;
/// The rule behind the sentences.
const RULE: &str = "pauses between its entries, then none for many times as long while the log goes on";

impl Silence {
    /// `every 30 s`, or how far apart its entries were at most.
    fn pace(&self) -> String {
        let pause = duration_words(self.period);
        if self.steady { format!("every {pause}") } else { format!("never more than {pause} apart") }
    }
}

/// What became of the silences: at most one finding, sentences for others, and holes in the log.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) told: Option<Told>,
    pub(crate) holes: Vec<Sentence>,
}

/// Tells the silences; what failed at that moment gets a sentence, so that it isn't told twice.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut [Told]) -> Outcome {
    let mut outcome = Outcome::default();
    let mut own: Vec<&Silence> = Vec::new();
    for silence in scene.silences() {
        if !silence.log_goes_on(scene) {
            outcome.holes.extend(hole(book, silence).filter(|_| outcome.holes.is_empty()));
            continue;
        }
        if let Some(host) = told.iter_mut().find(|t| explains(scene, t, silence)) {
            if host.finding.symptoms.len() < NAMED && !belongs(host, silence) {
                host.finding.symptoms.push(sentence(scene, book, silence));
            }
            continue;
        }
        // Of a service that says little the silence proves nothing; all of it silent proves something again.
        let meant = silence.service_goes_on(scene) || silence.of_service.is_empty() && silence.telling;
        if meant && !silence.wanted {
            own.push(silence);
        }
    }
    outcome.told = finding(scene, book, &own);
    outcome
}

/// Whether an incident of the same service has failures around the last beat.
fn explains(scene: &Scene<'_>, told: &Told, silence: &Silence) -> bool {
    let from = silence.since.0.saturating_sub(silence.period).saturating_sub(5 * SECOND);
    let until = silence.since.0.saturating_add(silence.period.saturating_mul(5)).saturating_add(5 * SECOND);
    let is_near = told.failures.iter().any(|(time, _)| (from..=until).contains(&time.0));
    let service = |row: u32| {
        scene.index.row(row).and_then(|row| scene.index.source_of(row)).map(|s| s.service.as_ref())
    };
    told.finding.class != Class::Notice
        && is_near
        && told.failures.first().is_some_and(|(_, row)| service(*row) == service(silence.row))
}

/// Whether it came only while the incident lasted: then it ended with it, and is no loss.
fn belongs(told: &Told, silence: &Silence) -> bool {
    let slack = silence.period.saturating_mul(2);
    let began = told.failures.first().map(|(time, _)| time.0.saturating_sub(slack));
    let first = silence.beats.first().map(|(time, _)| *time);
    began.zip(first).is_some_and(|(began, first)| first >= began)
}

/// `` `scheduler tick` came every 60 s, 52 times until 14:03:10; then not in the remaining 45 min … ``.
fn sentence(scene: &Scene<'_>, book: &mut Book<'_>, silence: &Silence) -> Sentence {
    let before = silence.beats.iter().filter(|beat| beat.0 <= silence.since.0).count() as u64;
    let pace = if silence.steady {
        format!(" came {}, {}", silence.pace(), words::count(before, "time", "times"))
    } else {
        format!(" logged {}, {},", words::count(before, "entry", "entries"), silence.pace())
    };
    let mut text = Rich::default()
        .c(&silence.name)
        .t(format!("{pace} until {} UTC; then not ", silence.since.date_time()));
    text = match silence.until {
        None => text.t(format!("in the remaining {} of the log", duration_words(silence.lasted))),
        Some((until, _)) => {
            text.t(format!("for {}, until {}", duration_words(silence.lasted), until.clock()))
        }
    };
    let n = number(silence.others.len() as u64);
    let text = if silence.service_goes_on(scene) {
        let n = words::count(silence.of_service.len() as u64, "other entry", "other entries");
        text.t(format!(", while {n} of the same service follow."))
    } else {
        text.t(", nor anything else of ")
            .c(&silence.service)
            .t(format!(", while {n} entries of others follow."))
    };
    let mut rows: Vec<u32> = silence.beats.iter().map(|beat| beat.1).collect();
    rows.extend(silence.others.iter().take(crate::limits::EVIDENCE_ROWS));
    derived(text, RULE, book.rows(&sorted(rows)))
}

/// A stretch in which nothing at all is logged, between beats.
fn hole(book: &mut Book<'_>, silence: &Silence) -> Option<Sentence> {
    let (until, row) = silence.until.filter(|_| silence.others.is_empty() && silence.telling)?;
    let text = Rich::text(format!(
        "Nothing at all is logged from {} for {}, although ",
        words::span(silence.since, until).replace(" UTC", ""),
        duration_words(silence.lasted)
    ))
    .c(&silence.name)
    .t(format!(
        " comes every {} before and after: the process stood still, or the export has a hole.",
        duration_words(silence.period)
    ));
    Some(derived(
        text,
        "steady pauses between entries, and one many times as long",
        book.rows(&[silence.row, row]),
    ))
}

/// What a silence means, and whether the service says nothing that would tell of it.
fn impact(scene: &Scene<'_>, silence: &Silence, goes_on: bool) -> String {
    let told = statements::suspect::sounds_bad_since(scene, &silence.service, silence.since.0);
    let error = if told { "" } else { ", and no error tells" };
    if goes_on {
        format!(
            "What this stands for is no longer done or no longer asked for, although the service goes on{error}."
        )
    } else {
        format!(
            "The service does nothing that it logs{error}: it stopped, hangs, is no longer called, or its log is lost."
        )
    }
}

fn finding(scene: &Scene<'_>, book: &mut Book<'_>, own: &[&Silence]) -> Option<Told> {
    // What still lasts and is known to be meant to go on leads.
    let main = *own.iter().min_by_key(|s| (s.until.is_some(), !s.telling, s.since, s.name.clone()))?;
    let lasts = main.until.is_none();
    let goes_on = main.service_goes_on(scene);
    let priority = if lasts && main.telling { Priority::P1 } else { Priority::P2 };
    let what =
        if goes_on { Rich::default().c(&main.name) } else { Rich::text("Everything of ").c(&main.service) };
    let title = if lasts { what.t(" fell silent") } else { what.t(" paused") }.t(format!(
        ": {} until {} UTC, then not for {}",
        main.pace(),
        main.since.clock(),
        duration_words(main.lasted)
    ));
    let mut order: Vec<&Silence> = own.to_vec();
    order.order_by_key(|s| (!std::ptr::eq(*s, main), s.until.is_some(), !s.telling, s.since));
    let cause: Vec<Sentence> = order.iter().take(NAMED).map(|s| sentence(scene, book, s)).collect();
    let rows = sorted(own.iter().flat_map(|s| s.beats.iter().map(|beat| beat.1)).collect());
    let beats: Vec<u32> = main.beats.iter().map(|beat| beat.1).collect();
    let evidence = book.rows(&rows);
    let after = if goes_on { &main.of_service } else { &main.others };
    let impact = impact(scene, main, goes_on);
    let state_text =
        if lasts { "It lasts to the end of the log." } else { "It ended: the rhythm came back." };
    let finding = Finding {
        title,
        class: if priority == Priority::P1 { Class::Warning } else { Class::Notice },
        impact: derived(Rich::text(impact), "entries after the last beat", book.rows(after)),
        state: if lasts { State::Ongoing } else { State::Ended },
        state_text: derived(
            Rich::text(state_text),
            "times of the beats against the end of the log",
            book.rows(&beats),
        ),
        counts: vec![Count {
            what: "entries before it fell silent".to_owned(),
            n: main.beats.iter().filter(|beat| beat.0 <= main.since.0).count() as u64,
            evidence,
        }],
        first: Some(main.since),
        last: Some(main.until.map_or(main.since, |(until, _)| until)),
        cause,
        quotes: quotes(scene.index, &[main.row], 1),
        confidence: Confidence {
            word: "likely".into(),
            reason: Rich::text(
                "the rhythm and its end are certain; whether the end was wanted, the log does not say",
            ),
        },
        evidence,
        ..Finding::default()
    };
    Some(Told {
        advice: Some(advice(main, priority, goes_on)),
        whys: whys(&finding, goes_on),
        finding,
        incident: Incident::default(),
        priority,
        failures: vec![(main.since, main.row)],
        rows,
        values: BTreeMap::new(),
        words: main.name.clone(),
    })
}

fn advice(main: &Silence, priority: Priority, goes_on: bool) -> Action {
    let what = if goes_on {
        Rich::text("Find out why ").c(&main.name).t(format!(
            " stopped after {} UTC: look at its thread or timer (a dump of the process), its schedule, and whoever calls it.",
            main.since.date_time()
        ))
    } else {
        Rich::text("Look whether ")
            .c(&main.service)
            .t(" still runs and is still called, and whether its log still arrives.")
    };
    Action {
        priority,
        what,
        steps: vec![Rich::text(format!(
            "Set an alert on its absence: none for {} is not normal.",
            duration_words(main.period.saturating_mul(4))
        ))],
        verify: Rich::text(if main.steady {
            format!("It comes every {} again.", duration_words(main.period))
        } else {
            "Its entries come as often as before.".to_owned()
        }),
        ..Action::default()
    }
}

fn whys(finding: &Finding, goes_on: bool) -> Vec<Why> {
    let why = |question: &str, answer: Sentence| Why {
        question: Rich::text(question),
        answer,
        alternatives: Vec::new(),
    };
    let mut whys = vec![why("What is wrong?", finding.impact.clone())];
    if let Some(first) = finding.cause.first() {
        whys.push(why("How does the log show it?", first.clone()));
    }
    whys.push(why(
        "Does it come back?",
        observed(finding.state_text.text.clone(), finding.state_text.evidence),
    ));
    let guess = if goes_on {
        "The log does not say. Hypothesis: the thread or timer behind it ended or hangs; a dump of the process would confirm it, and it would be refuted by the same work done under another name. Or whoever calls it stopped: the caller's log would show."
    } else {
        "The log does not say. Hypothesis: the process ended without a word (killed, host lost); an exit or a restart in the platform's log would confirm it. Or its log no longer arrives: requests that it still answers would show."
    };
    whys.push(why("Why did it fall silent?", hypothesis(Rich::text(guess))));
    whys
}
