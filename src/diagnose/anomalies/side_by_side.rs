//! Locks that were met while two runs of one job were at work, though no run failed: takes findings on deadlocks and lock time-outs,
//! gives the first of them the overlap as its cause and tells the others with it.

use super::overlap::{MET, RULE, Run, lock_out, run_of, runs_of};
use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived, quotes};
use crate::diagnose::findings::{Told, sorted};
use crate::diagnose::words;
use crate::entry::Nanos;
use crate::entry::time::{SECOND, duration_words};
use crate::order::{Gather as _, Order as _};
use crate::report::model::{Rich, State};
use std::collections::BTreeSet;

/// Runs that begin before the one before has ended, at least, and failures of a finding.
const OVERLAPS: usize = 3;
const FAILURES: usize = 3;
/// How long after the second run has ended a failure may still be told: who waits for a lock gives up later.
const LATE: i64 = 60 * SECOND;
/// Share (per cent) of the time between first and last entry in which two runs may be at work: if it always is so, nothing is shown.
const ALWAYS: i64 = 85;

/// Runs of a job with the times in which two or more of them were at work.
struct Job<'s> {
    name: &'s str,
    runs: Vec<Run<'s>>,
    both: Vec<(i64, i64)>,
}

impl<'s> Job<'s> {
    fn of(scene: &Scene<'s>, name: &'s str) -> Option<Job<'s>> {
        let runs = runs_of(scene, name);
        let mut both: Vec<(i64, i64)> = Vec::new();
        let mut ended = i64::MIN;
        let mut overlaps = 0;
        for (from, until, _) in &runs {
            if *from < ended {
                overlaps += 1;
                let end = ended.min(*until);
                match both.last_mut() {
                    Some(last) if last.1 >= *from => last.1 = last.1.max(end),
                    _ => both.push((*from, end)),
                }
            }
            ended = ended.max(*until);
        }
        let whole = ended.saturating_sub(runs.first()?.0).max(1);
        let shared: i64 = both.iter().map(|(from, until)| until - from).sum();
        // What was so from the start tells nothing apart.
        let alone =
            both.first().is_some_and(|(from, _)| runs.iter().filter(|run| run.1 <= *from).count() >= 2);
        let telling = alone || shared / 100 <= whole / 100 * ALWAYS / 100;
        (overlaps >= OVERLAPS && telling).then_some(Job { name, runs, both })
    }

    fn overlaps(&self) -> usize {
        let mut ended = i64::MIN;
        let mut n = 0;
        for (from, until, _) in &self.runs {
            n += usize::from(*from < ended);
            ended = ended.max(*until);
        }
        n
    }

    /// Whether nearly all of these times lie where two runs were at work.
    fn explains(&self, failures: &[(Nanos, u32)]) -> bool {
        let is_in = |at: &Nanos| self.both.iter().any(|(from, until)| (*from..=until + LATE).contains(&at.0));
        let n = failures.iter().filter(|(at, _)| is_in(at)).count();
        failures.len() >= FAILURES && n * 10 >= failures.len() * 9
    }
}

/// Names the overlap in the most important finding on locks, and takes out those that follow from it as well.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut Vec<Told>) {
    let met = |t: &Told| {
        let said = t.words.to_ascii_lowercase();
        t.incident.collapse.is_none() && MET.iter().any(|words| said.contains(words))
    };
    if !told.iter().any(met) {
        return;
    }
    let names: BTreeSet<&str> =
        scene.episodes.iter().filter(|e| e.resource.contains("job")).map(|e| e.service.as_str()).gathered();
    let jobs = names.into_iter().filter(|name| !name.is_empty()).filter_map(|name| Job::of(scene, name));
    let explained = |job: &Job<'_>| -> Vec<usize> {
        let all = told.iter().enumerate();
        let found: Vec<usize> =
            all.filter(|(_, t)| met(t) && job.explains(&t.failures)).map(|(n, _)| n).collect();
        // The job itself met the lock, or the server names it.
        let is_tied = found.iter().filter_map(|n| told.get(*n)).any(|t| is_of(scene, t, job.name));
        if is_tied { found } else { Vec::new() }
    };
    let best = jobs
        .map(|job| (explained(&job), job))
        .max_by_key(|(found, job)| (found.len(), std::cmp::Reverse(job.name)));
    let Some((found, job)) = best.filter(|(found, _)| !found.is_empty()) else { return };
    let rank =
        |n: &usize| told.get(*n).map(|t| (t.priority, std::cmp::Reverse(t.failures.len()), t.words.clone()));
    let Some(host) = found.iter().min_by_key(|n| rank(n)).copied() else { return };
    let others: BTreeSet<usize> = found.into_iter().filter(|n| *n != host).gathered();
    let (mut taken, mut kept) = (Vec::new(), Vec::new());
    for (at, t) in told.drain(..).enumerate() {
        if others.contains(&at) {
            taken.push(t);
        } else {
            kept.push((at == host, t));
        }
    }
    for (is_host, mut t) in kept {
        if is_host {
            give(scene, book, &mut t, &job, std::mem::take(&mut taken));
        }
        told.push(t);
    }
}

/// Whether a finding has entries of a job, or quotes its name.
fn is_of(scene: &Scene<'_>, t: &Told, job: &str) -> bool {
    let of_job = |row: &u32| {
        let source = scene.index.row(*row).and_then(|row| scene.index.source_of(row));
        source.is_some_and(|source| source.service == job)
    };
    t.rows.iter().any(of_job) || t.finding.quotes.iter().any(|quote| quote.text.contains(job))
}

fn give(scene: &Scene<'_>, book: &mut Book<'_>, host: &mut Told, job: &Job<'_>, others: Vec<Told>) {
    let firsts: Vec<u32> = job.runs.iter().filter_map(|run| run_of(scene, run)).collect();
    let old = std::mem::take(&mut host.finding.title);
    host.finding.title = Rich([Rich::text("Runs of ").c(job.name).t(" overlap: ").0, old.0].concat());
    host.finding.cause.insert(0, derived(sentence(job), RULE, book.rows(&firsts)));
    let second = job.both.first().map_or(0, |(from, _)| *from);
    let begins = job.runs.iter().filter(|run| run.0 >= second).filter_map(|run| run_of(scene, run));
    let mut quoted = host.finding.quotes.clone();
    quoted.truncate(3);
    quoted.extend(begins.take(1).flat_map(|row| quotes(scene.index, &[row], 1)));
    for other in others {
        quoted.extend(other.finding.quotes.iter().take(1).cloned());
        let n = words::count(other.failures.len() as u64, "failure", "failures");
        let text = Rich::text(format!("{n} in the same time: ")).c(words::brief(&other.words, 140)).t(".");
        host.finding.symptoms.push(derived(
            text,
            "times of the failures against the runs",
            book.rows(&other.rows),
        ));
        host.finding.symptoms.extend(other.finding.symptoms);
        host.raise(other.priority);
        host.rows = sorted([std::mem::take(&mut host.rows), other.rows].concat());
        host.finding.first = host.finding.first.min(other.finding.first);
        host.finding.last = host.finding.last.max(other.finding.last);
        if other.finding.state == State::Ongoing {
            host.finding.state = State::Ongoing;
        }
    }
    host.finding.quotes = quoted;
    host.advice = Some(lock_out(host.priority));
}

/// `17 of 25 runs of … begin while the one before is at work, the first at …: runs start 10 min apart and take up to 20 min`.
fn sentence(job: &Job<'_>) -> Rich {
    let (overlaps, n) = (job.overlaps() as u64, job.runs.len() as u64);
    let mut pauses: Vec<i64> = job.runs.iter().zip(job.runs.iter().skip(1)).map(|(a, b)| b.0 - a.0).collect();
    pauses.order();
    let pause = pauses.get(pauses.len() / 2).copied().unwrap_or(0);
    let second = job.both.first().map_or(0, |(from, _)| *from);
    let longest = |late: bool| {
        let of = job.runs.iter().filter(|run| (run.1 > second) == late);
        of.map(|run| run.1 - run.0).max().map(duration_words)
    };
    let mut text = Rich::text("Runs of ").c(job.name).t(format!(
        " overlap: {} of {} begin while the one before is still at work, the first at {} UTC. They start {} apart",
        words::number(overlaps),
        words::number(n),
        Nanos(second).date_time(),
        duration_words(pause),
    ));
    if let Some(now) = longest(true) {
        text = text.t(format!(", and take up to {now}"));
    }
    if let Some(before) = longest(false) {
        text = text.t(format!(" (before, at most {before})"));
    }
    text.t(". Nearly all of the failures lie where two runs were at work.")
}
