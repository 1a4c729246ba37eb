//! Runs of a job that overlap: takes findings of failed runs that met a lock, tells that another run was at work each time, how far
//! apart runs start and how long they take.

use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived, quotes};
use crate::diagnose::findings::Told;
use crate::diagnose::lifecycle::Episode;
use crate::diagnose::words;
use crate::entry::Nanos;
use crate::entry::time::duration_words;
use crate::order::Order as _;
use crate::report::model::{Action, Priority, Rich, Why};

/// What is said by work that met other work on the same rows or file.
pub(super) const MET: [&str; 7] = [
    "deadlock",
    "could not serialize",
    "lock wait timeout",
    "lock timeout",
    "lock time-out",
    "database is locked",
    "table is locked",
];
/// Failures and runs that show it, at least.
const FAILED: usize = 2;
const RUNS: usize = 4;
/// The rule behind the sentence.
pub(super) const RULE: &str = "first and last entry of each run";

/// One run: when it began and ended, and its name.
pub(super) type Run<'s> = (i64, i64, &'s str);

/// Tells of it in findings of jobs, in front.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut [Told]) {
    for t in told.iter_mut() {
        let Some(collapse) = t.incident.collapse.as_ref() else { continue };
        let said = t.words.to_ascii_lowercase();
        if collapse.service.is_empty() || !MET.iter().any(|words| said.contains(words)) {
            continue;
        }
        let runs = runs_of(scene, &collapse.service);
        // The run that was at work when one failed, and is not the one that failed, as far as a row tells which one that is.
        let beside = |at: i64, row: u32| {
            let source = scene.index.row(row).and_then(|row| scene.index.source_of(row));
            let own = source.map_or("", |source| source.execution.as_ref());
            let other = |run: &&Run<'_>| run.0 < at && at < run.1 && !own.is_empty() && run.2 != own;
            runs.iter().find(other)
        };
        let ends: Vec<(i64, u32)> = collapse.cycles.iter().map(|cycle| (cycle.until.0, cycle.exit)).collect();
        let met = ends.iter().filter(|(at, row)| beside(*at, *row).is_some()).count();
        if met < FAILED || met * 10 < ends.len() * 9 || runs.len() < RUNS {
            continue;
        }
        let Some(text) = apart(&runs, &ends, met, &collapse.service) else { continue };
        let rows: Vec<u32> = ends.iter().map(|(_, row)| *row).collect();
        let title = Rich::text("Runs of ").c(&collapse.service).t(" overlap: ");
        let old = std::mem::take(&mut t.finding.title);
        t.finding.title = Rich([title.0, old.0].concat());
        t.finding.cause.insert(0, derived(text, RULE, book.rows(&rows)));
        let other = ends.iter().find_map(|(at, row)| beside(*at, *row));
        t.finding.quotes.extend(
            other.and_then(|other| run_of(scene, other)).and_then(|row| quotes(scene.index, &[row], 1).pop()),
        );
        t.advice = Some(lock_out(t.priority));
    }
}

/// The runs of a job, in the order of their beginning.
pub(super) fn runs_of<'s>(scene: &Scene<'s>, job: &str) -> Vec<Run<'s>> {
    let of_job = |e: &&Episode| e.service == job && e.resource.contains("job");
    let run = |e: &'s Episode| Some((e.first?.0, e.last?.0, e.name.as_str()));
    let mut runs: Vec<Run<'s>> = scene.episodes.iter().filter(of_job).filter_map(run).collect();
    runs.order_by_key(|run| *run);
    runs
}

/// What keeps runs apart.
pub(super) fn lock_out(priority: Priority) -> Action {
    Action {
        priority,
        what: Rich::text(
            "Let no run begin while another one works: take a lock as it starts (such as pg_try_advisory_lock) and end if it is held, or make the interval longer than a run. Then make the runs shorter, let them lock rows in the same order, and try again what a deadlock rolled back.",
        ),
        verify: Rich::text("No run starts before the one before it has ended."),
        ..Action::default()
    }
}

/// `Another run of … was at work in 11 of 11 failures: runs start 10 min apart, …`
fn apart(runs: &[Run<'_>], ends: &[(i64, u32)], met: usize, job: &str) -> Option<Rich> {
    let mut pauses: Vec<i64> = runs.iter().zip(runs.iter().skip(1)).map(|(a, b)| b.0 - a.0).collect();
    pauses.sort_unstable();
    let pause = *pauses.get(pauses.len() / 2)?;
    // The first run that was not over when the next one began.
    let cut = runs.iter().zip(runs.iter().skip(1)).position(|(one, next)| next.0 < one.1)?;
    let (before, since) = runs.split_at_checked(cut)?;
    let longest = |runs: &[Run<'_>]| runs.iter().map(|(from, until, _)| until - from).max();
    let n = words::number(ends.len() as u64);
    let text = Rich::text("Another run of ").c(job).t(format!(
        " was at work in {} of {n} failures: runs start {} apart",
        words::number(met as u64),
        duration_words(pause),
    ));
    let Some(most) = longest(since).filter(|longest| *longest > pause) else { return Some(text.t(".")) };
    let text = text.t(format!(
        ", and since {} UTC they take up to {}, longer than that",
        Nanos(since.first()?.0).date_time(),
        duration_words(most),
    ));
    Some(match longest(before).filter(|longest| *longest < pause) {
        Some(longest) => text.t(format!(" (before, at most {}).", duration_words(longest))),
        None => text.t("."),
    })
}

/// The first entry of a run.
pub(super) fn run_of(scene: &Scene<'_>, run: &Run<'_>) -> Option<u32> {
    let of = |row: &u32| {
        let source = scene.index.row(*row).and_then(|row| scene.index.source_of(row));
        source.is_some_and(|source| source.execution == run.2)
    };
    (0..u32::try_from(scene.index.rows().len()).ok()?).find(of)
}

/// The step of the whys that it answers.
pub(crate) fn why(main: &Told) -> Option<Why> {
    let answer = main.finding.cause.iter().find(|sentence| sentence.rule == RULE)?.clone();
    Some(Why { question: Rich::text("What did it meet?"), answer, alternatives: Vec::new() })
}
