//! What took long → what to do about it, fit for the database or platform that it is said of, and the whys.

use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{hypothesis, observed};
use crate::diagnose::words;
use crate::report::model::{Action, Finding, Priority, Rich, Sentence, Why};

/// What kind of thing took long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slow {
    /// A statement of MySQL's slow query log.
    MySql,
    /// A statement of another database.
    Query,
    /// A step that a service on Cloud Run tells of.
    RunStep,
    /// Any other step.
    Step,
}

impl Slow {
    /// What the row of a slow entry is.
    pub(crate) fn of(scene: &Scene<'_>, row: u32, is_query: bool) -> Slow {
        let text = scene.index.text_of(row).to_ascii_lowercase();
        let source = scene.index.row(row).and_then(|row| scene.index.source_of(row));
        let on_run = source.is_some_and(|source| source.resource.starts_with("cloud_run"));
        match is_query {
            true if text.contains("query_time") => Slow::MySql,
            true => Slow::Query,
            false if on_run => Slow::RunStep,
            false => Slow::Step,
        }
    }

    /// Why statements that took no time are logged, too.
    pub(crate) fn low_limit(self) -> &'static str {
        match self {
            Slow::MySql => "a low long_query_time, or log_queries_not_using_indexes",
            _ => "a low log_min_duration_statement, or a sample",
        }
    }
}

pub(crate) fn advice(finding: &Finding, slow: Slow, priority: Priority, worst: &str) -> Action {
    let name = words::brief(worst, 100);
    let (what, steps, verify) = match slow {
        Slow::MySql | Slow::Query => {
            let log = if slow == Slow::MySql {
                "Set long_query_time to a second or so and turn log_queries_not_using_indexes off, so that the log shows only what is slow."
            } else {
                "Let auto_explain, or the database's query insights, keep the plans of statements that take this long."
            };
            (
                Rich::text("Stagger or serialise the runs of ").c(&name).t(" instead of starting them at once, and tune it: look at its plan (EXPLAIN) and add the index that saves the rows examined."),
                vec![Rich::text(log)],
                "The same statements stay below a second in the next run of the batch.",
            )
        }
        Slow::RunStep | Slow::Step => {
            let cpu = if slow == Slow::RunStep {
                ", and give the instance CPU while it works (on Cloud Run, work outside of requests gets almost none unless CPU is always allocated)."
            } else {
                ", and see whether it has the CPU that it needs."
            };
            (
                Rich::text("Find out where the time of ")
                    .c(&name)
                    .t(" goes: compare its steps, set a timeout on each outgoing call")
                    .t(cpu),
                Vec::new(),
                "The same step logs a duration below 30 s again.",
            )
        }
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

pub(crate) fn whys(finding: &Finding, is_query: bool, worst: &str, went: Option<Sentence>) -> Vec<Why> {
    let why = |question: &str, answer: Sentence| Why {
        question: Rich::text(question),
        answer,
        alternatives: Vec::new(),
    };
    let mut whys = vec![why("Why did somebody have to wait?", finding.impact.clone())];
    if let Some(first) = finding.cause.first() {
        whys.push(why("Why did it take so long?", first.clone()));
    }
    let slowest =
        || observed(Rich::default().c(words::brief(worst, 120)).t(" is the slowest."), finding.evidence);
    whys.push(match went {
        Some(went) => why("Where did the time go?", went),
        None => why("Which entries show it?", slowest()),
    });
    let guess = if is_query {
        "The log does not say. Hypothesis: each run reads far more rows than it needs, and runs at the same time compete for the same disk and CPU. EXPLAIN and a run of one alone would confirm or refute it."
    } else {
        "The log does not say. Hypothesis: the process has too little CPU while no request is open (then every step is slow), or the service that it calls is slow (then only that call is). The CPU graph of the instance and the duration of each outgoing call would confirm or refute it."
    };
    whys.push(why("Why is that so?", hypothesis(Rich::text(guess))));
    whys
}
