//! Runs of a job that overlap: takes findings of failed runs that met a lock, tells that another run was at work each time, how far
//! apart runs start and how long they take.

use super::causality::Scene;
use super::evidence::{Book, derived, quotes};
use super::findings::Told;
use super::lifecycle::Episode;
use super::words;
use crate::entry::Nanos;
use crate::entry::time::duration_words;
use crate::order::Order as _;
use crate::report::model::{Action, Rich, Why};

/// What is said by work that met other work on the same rows or file.
const MET: [&str; 6] = [
    "deadlock",
    "could not serialize",
    "lock wait timeout",
    "lock timeout",
    "database is locked",
    "table is locked",
];
/// Failures and runs that show it, at least.
const FAILED: usize = 2;
const RUNS: usize = 4;
/// The rule behind the sentence.
const RULE: &str = "first and last entry of each run";

/// One run: when it began and ended, and its name.
type Run<'s> = (i64, i64, &'s str);

/// Tells of it in findings of jobs, in front.
pub(super) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut [Told]) {
    for t in told.iter_mut() {
        let Some(collapse) = t.incident.collapse.as_ref() else { continue };
        let said = t.words.to_ascii_lowercase();
        if collapse.service.is_empty() || !MET.iter().any(|words| said.contains(words)) {
            continue;
        }
        let of_job = |e: &&Episode| e.service == collapse.service && e.resource.contains("job");
        let run = |e: &'_ Episode| Some((e.first?.0, e.last?.0));
        let named = scene.episodes.iter().filter(of_job);
        let mut runs: Vec<Run<'_>> =
            named.filter_map(|e| run(e).map(|(from, until)| (from, until, e.name.as_str()))).collect();
        runs.order_by_key(|run| *run);
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
        t.finding.quotes.extend(other.and_then(|other| first_words(scene, other)));
        t.advice = Some(Action {
            priority: t.priority,
            what: Rich::text(
                "Let no run begin while another one works: take a lock as it starts (such as pg_try_advisory_lock) and end if it is held, or make the interval longer than a run. Then make the runs shorter, let them lock rows in the same order, and try again what a deadlock rolled back.",
            ),
            verify: Rich::text("No run starts before the one before it has ended."),
            ..Action::default()
        });
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
fn first_words(scene: &Scene<'_>, run: &Run<'_>) -> Option<crate::report::model::Quote> {
    let of = |row: &u32| {
        let source = scene.index.row(*row).and_then(|row| scene.index.source_of(row));
        source.is_some_and(|source| source.execution == run.2)
    };
    let row = (0..u32::try_from(scene.index.rows().len()).ok()?).find(of)?;
    quotes(scene.index, &[row], 1).pop()
}

/// The step of the whys that it answers.
pub(super) fn why(main: &Told) -> Option<Why> {
    let answer = main.finding.cause.iter().find(|sentence| sentence.rule == RULE)?.clone();
    Some(Why { question: Rich::text("What did it meet?"), answer, alternatives: Vec::new() })
}
