//! Collapses: crash loops, single crashes, failed jobs, builds and deploys, with the windows of time that lead to each failure.

use super::cycles::Cycles;
use super::{Cycle, Episode};
use crate::diagnose::causality::Scene;
use crate::diagnose::knowledge::{self, Phase};
use crate::diagnose::troubles::{Trouble, mild};
use crate::digest::Index;
use crate::entry::Nanos;
use crate::entry::time::SECOND;
use crate::order::Order as _;
use std::collections::BTreeMap;

/// What kind of thing failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A service's process exits again and again.
    Loop,
    /// One exit of a service's process.
    Crash,
    /// A job's attempts or executions failed.
    Job,
    /// A build failed.
    Build,
    /// A revision never became ready.
    Deploy,
    /// A job reports success although its work was refused.
    FalseSuccess,
}

/// A collapse of one revision, job or build.
#[derive(Clone, Debug)]
pub(crate) struct Collapse {
    pub(crate) what: What,
    /// Number of the episode.
    pub(crate) episode: usize,
    pub(crate) service: String,
    pub(crate) name: String,
    /// Failures, in time order: exits, failed attempts, failed steps.
    pub(crate) cycles: Cycles,
    /// Start attempts seen.
    pub(crate) starts: Vec<u32>,
    /// Exit code of most exits.
    pub(crate) code: Option<i64>,
}

impl Collapse {
    /// Number of the cycle that a row belongs to: same instance, or the time between two failures.
    pub(crate) fn cycle_of(&self, index: &Index, row: u32) -> Option<usize> {
        let found = index.row(row)?;
        let time = found.time()?;
        let source = index.source_of(found)?;
        if source.resource == "k8s_node" {
            // A node tells of the process that it killed, and not whose it was.
            return self.cycles.first_around(i64::MAX, &(time.0 - 5 * SECOND..=time.0 + 30 * SECOND));
        }
        let same_service =
            source.service == self.service.as_str() || source.service.is_empty() || self.service.is_empty();
        let name = if source.revision.is_empty() { &source.execution } else { &source.revision };
        if !same_service || !(name == self.name.as_str() || name.is_empty() || self.name.is_empty()) {
            return None;
        }
        let by_instance = self.cycles.first_of(&source.instance, time.0 - 5 * SECOND);
        by_instance.or_else(|| self.cycles.first_around(time.0 + SECOND, &(time.0 - SECOND / 5..=i64::MAX)))
    }

    /// How long the attempts lived that are known from start to exit: the median, at most a minute; 0 if none is known.
    pub(crate) fn age(&self) -> i64 {
        let mut ages: Vec<i64> =
            self.cycles.iter().map(|c| c.until.0 - c.from.0).filter(|age| *age > 0).collect();
        ages.order();
        ages.get(ages.len() / 2).copied().unwrap_or(0).min(60 * SECOND)
    }

    /// Share (per cent) of a trouble's occurrences between the first and the last failure, whoever said it.
    pub(crate) fn share_during(&self, index: &Index, trouble: &Trouble) -> usize {
        let (Some(first), Some(last)) = (self.cycles.first(), self.cycles.last()) else { return 0 };
        let (from, until) = (first.from.0 - 5 * SECOND, last.until.0 + 30 * SECOND);
        let n = trouble.occurrences.iter().filter(|o| {
            index.row(o.first()).is_some_and(|row| {
                let same = index.source_of(row).is_some_and(|s| {
                    s.service == self.service.as_str()
                        && (self.name.is_empty() || s.revision.is_empty() || s.revision == self.name.as_str())
                });
                same && row.time().is_some_and(|t| t.0 >= from && t.0 <= until)
            })
        });
        n.count() * 100 / trouble.occurrences.len().max(1)
    }
}

/// All collapses, in the order of their episodes.
pub(crate) fn find(scene: &Scene<'_>) -> Vec<Collapse> {
    let mut found: Vec<Collapse> = Vec::new();
    for (number, episode) in scene.episodes.iter().enumerate() {
        let exits = episode.bad_exits();
        let is_job = episode.resource.contains("job")
            || episode.of(Phase::JobFailed).next().is_some()
            || episode.of(Phase::JobDone).next().is_some()
            || episode.is_timed();
        let (what, cycles) = if is_job
            && exits.is_empty()
            && let Some(end) = refused_but_done(scene, episode)
        {
            (What::FalseSuccess, vec![end])
        } else if episode.of(Phase::BuildFailed).next().is_some() {
            (What::Build, ends(episode, &[Phase::BuildFailed]))
        } else if is_job && (!exits.is_empty() || episode.of(Phase::JobFailed).next().is_some()) {
            (What::Job, if exits.is_empty() { ends(episode, &[Phase::JobFailed]) } else { episode.cycles() })
        } else if exits.len() >= 2 {
            (What::Loop, episode.cycles())
        } else if episode.of(Phase::DeployFailed).next().is_some()
            || probes_failed(scene.index, episode) && !episode.is_healthy()
        {
            (What::Deploy, ends(episode, &[Phase::DeployFailed, Phase::ProbeFailed, Phase::Exit]))
        } else if exits.len() == 1 {
            (What::Crash, episode.cycles())
        } else {
            continue;
        };
        let starts = episode.starts().iter().map(|event| event.row).collect();
        let collapse = Collapse {
            what,
            episode: number,
            service: episode.service.clone(),
            name: episode.name.clone(),
            cycles: cycles.into(),
            starts,
            code: usual_code(episode),
        };
        // Executions of one job are attempts at one thing.
        match found.iter_mut().find(|known| {
            matches!(what, What::Job | What::FalseSuccess)
                && known.what == what
                && known.service == collapse.service
                && !collapse.service.is_empty()
        }) {
            Some(known) => {
                known.cycles.edit().extend(collapse.cycles.into_vec());
                known.starts.extend(collapse.starts);
                known.name.clear();
            }
            None => found.push(collapse),
        }
    }
    unite(scene, found)
}

/// Longest time from a pod's first words to its readiness.
const STARTING: i64 = 300 * SECOND;

/// When the instance of an event said something first.
fn first_of(index: &Index, event: &super::Event) -> Option<Nanos> {
    let of_instance = |row: &&crate::digest::Row| {
        index.source_of(row).is_some_and(|s| s.instance == event.instance.as_str())
    };
    index.rows().iter().filter(|_| !event.instance.is_empty()).find(of_instance)?.time()
}

/// Whether probes failed so that nothing came up. Kubernetes asks pods from their first second and expects refusals, so there
/// only one pod that fails three times within ten minutes counts.
///
/// A pod that had lived for some time before is up: readiness probes that fail then take it out of the traffic, and no start failed.
fn probes_failed(index: &Index, episode: &Episode) -> bool {
    let failed: Vec<_> = episode.of(Phase::ProbeFailed).collect();
    if !episode.resource.starts_with("k8s") {
        return !failed.is_empty();
    }
    let lived =
        |event: &super::Event| first_of(index, event).is_some_and(|first| event.time.0 - first.0 >= STARTING);
    if failed.first().is_some_and(|event| lived(event)) {
        return false;
    }
    let mut by_instance: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for event in failed {
        by_instance.entry(event.instance.as_str()).or_default().push(event.time.0);
    }
    by_instance.iter_mut().any(|(instance, times)| {
        times.order();
        times.iter().zip(times.iter().skip(2)).any(|(first, third)| third - first <= 600 * SECOND)
            && !came_up(index, instance, times)
    })
}

/// Failed probes of a pod from which on the kubelet says only one in five minutes (client-go tools/record: a burst of 25).
const BURST: usize = 25;

/// Whether a pod goes on after its last failed probe for longer than its probes were apart, three times over: the kubelet tells of
/// each one that fails, so that those after it passed. What fails for good is asked until the pod is taken away.
fn came_up(index: &Index, instance: &str, failed: &[i64]) -> bool {
    let Some(&last) = failed.last() else { return false };
    let longest = failed.iter().zip(failed.iter().skip(1)).map(|(a, b)| b - a).max().unwrap_or(0);
    let passed = last + (3 * longest).max(60 * SECOND);
    let timed = index.rows().iter().rev().filter_map(|row| Some((row.time()?, row)));
    let mut later = timed.take_while(|(time, _)| time.0 > passed).filter_map(|(_, row)| index.source_of(row));
    failed.len() < BURST && later.any(|source| source.instance == instance)
}

/// Loops of several revisions of one service with the same cause are one: a new revision that fails like the old one is no
/// other incident.
fn unite(scene: &Scene<'_>, found: Vec<Collapse>) -> Vec<Collapse> {
    let mut united: Vec<Collapse> = Vec::new();
    for collapse in found {
        let loops = |c: &Collapse| matches!(c.what, What::Loop | What::Crash) && !c.service.is_empty();
        let deploys = |c: &Collapse| c.what == What::Deploy && !c.service.is_empty();
        let twice = united.iter_mut().position(|known| same_deploy(known, &collapse));
        if let Some(known) = twice.and_then(|at| united.get_mut(at)) {
            merge_deploy(known, collapse);
            continue;
        }
        let same = united.iter_mut().find(|known| {
            (loops(known) && loops(&collapse)
                || deploys(known) && deploys(&collapse)
                || known.what == What::Build && collapse.what == What::Build)
                && known.service == collapse.service
                && (share_cause(scene, known, &collapse)
                    || known.what == What::Build && end_alike(scene, known, &collapse))
        });
        match same {
            Some(known) => {
                if !matches!(known.what, What::Deploy | What::Build) {
                    known.what = What::Loop;
                }
                known.cycles.edit().extend(collapse.cycles.into_vec());
                known.cycles.edit().order_by_key(|cycle| (cycle.until, cycle.exit));
                known.starts.extend(collapse.starts);
                known.starts.order();
                known.name.clear();
                known.episode = collapse.episode;
            }
            None => united.push(collapse),
        }
    }
    let told = super::told_again::find(scene, &united);
    super::told_again::count_kills(scene, &mut united, &told);
    let mut told = told.into_iter();
    united.retain(|_| !told.next().unwrap_or(false));
    united
}

/// Whether both tell of one deploy: the platform reports it for the service, the instance for its revision.
fn same_deploy(one: &Collapse, other: &Collapse) -> bool {
    let ends = |c: &Collapse| c.cycles.last().map(|cycle| cycle.until.0);
    one.what == What::Deploy
        && other.what == What::Deploy
        && one.service == other.service
        && !one.service.is_empty()
        && (one.name.is_empty() || other.name.is_empty())
        && ends(one).zip(ends(other)).is_some_and(|(a, b)| (a - b).abs() <= 120 * SECOND)
}

/// One deploy of two reports: the name of the revision, and one failure an attempt.
fn merge_deploy(known: &mut Collapse, other: Collapse) {
    if known.name.is_empty() {
        known.name = other.name;
        known.episode = other.episode;
    }
    known.starts.extend(other.starts);
    known.starts.order();
    known.code = known.code.or(other.code);
    known.cycles.edit().extend(other.cycles.into_vec());
    known.cycles.edit().order_by_key(|cycle| (cycle.until, cycle.exit));
    let mut cycles: Vec<Cycle> = Vec::new();
    for cycle in std::mem::take(known.cycles.edit()) {
        match cycles.last_mut() {
            Some(last) if cycle.until.0 - last.until.0 <= 120 * SECOND => {
                last.from = last.from.min(cycle.from);
                last.until = cycle.until;
            }
            _ => cycles.push(cycle),
        }
    }
    known.cycles = cycles.into();
}

/// Whether one cause stands in cycles of both.
fn share_cause(scene: &Scene<'_>, one: &Collapse, other: &Collapse) -> bool {
    use crate::diagnose::{knowledge::Role, troubles::Kind};
    let is_in = |trouble: &Trouble, collapse: &Collapse| {
        trouble.occurrences.iter().any(|o| collapse.cycle_of(scene.index, o.first()).is_some())
    };
    scene.troubles.iter().any(|trouble| {
        // What builds print has no severity.
        let is_known = matches!(trouble.kind, Kind::Signature(_)) && !trouble.generic;
        trouble.role == Role::Cause
            && (trouble.severity >= crate::entry::Severity::Error || one.what == What::Build && is_known)
            && is_in(trouble, one)
            && is_in(trouble, other)
    })
}

/// Messages before the end of a build that are compared.
const LAST: usize = 5;

/// Whether two builds end with the same messages, down to their words that are no values: they fail for the same reason.
fn end_alike(scene: &Scene<'_>, one: &Collapse, other: &Collapse) -> bool {
    let index = scene.index;
    let last = |collapse: &Collapse| -> Vec<u32> {
        let Some(exit) = collapse.cycles.last().map(|cycle| cycle.exit) else { return Vec::new() };
        let of = |row: u32| Some((index.source_of(index.row(row)?)?, index.row(row)?.shape()));
        let Some((source, shape)) = of(exit) else { return Vec::new() };
        let same = (0..exit).rev().take(LAST * 100).filter_map(of).filter(|(s, _)| *s == source);
        std::iter::once(shape).chain(same.map(|(_, shape)| shape)).take(LAST).collect()
    };
    let [one, other] = [one, other].map(last);
    one.len() == LAST && one == other
}

/// The end of a job that reports success after one of its messages said that its work failed.
fn refused_but_done(scene: &Scene<'_>, episode: &Episode) -> Option<Cycle> {
    let done = episode
        .events
        .iter()
        .rfind(|e| e.phase == Phase::JobDone || e.phase == Phase::Exit && e.code == Some(0))?;
    // An attempt that was said to have failed claims nothing, and the one that came after it did the work.
    let owned_up = |refused: u32, done: u32| {
        episode.of(Phase::JobFailed).any(|event| event.row >= refused && event.row < done)
    };
    let refused = scene
        .troubles
        .iter()
        .filter(|t| {
            t.role == knowledge::Role::Cause && (!t.generic || t.severity >= crate::entry::Severity::Error)
        })
        .any(|trouble| {
            trouble.occurrences.iter().any(|o| {
                let source = scene.index.row(o.first()).and_then(|row| scene.index.source_of(row));
                source.is_some_and(|s| {
                    s.service == episode.service.as_str()
                        && (s.execution == episode.name.as_str() || s.revision == episode.name.as_str())
                }) && o.first() < done.row
                    && !owned_up(o.first(), done.row)
                    && !mild::is_passed_over(&scene.index.text_of(o.first()))
            })
        });
    refused.then(|| Cycle {
        from: episode.first.unwrap_or(done.time),
        until: done.time,
        instance: String::new(),
        exit: done.row,
    })
}

/// Windows that end with events of these phases; events near each other are one failure.
fn ends(episode: &Episode, phases: &[Phase]) -> Vec<Cycle> {
    let mut cycles: Vec<Cycle> = Vec::new();
    let mut before = None;
    for event in episode.events.iter().filter(|event| phases.contains(&event.phase)) {
        // The platform's verdict on a deploy comes some time after the last attempt.
        let verdict = event.phase == Phase::DeployFailed && before == Some(Phase::ProbeFailed);
        let near = if verdict { 120 * SECOND } else { 10 * SECOND };
        before = Some(event.phase);
        match cycles.last_mut() {
            Some(last) if event.time.0 - last.until.0 <= near => last.until = event.time,
            _ => {
                let from = cycles.last().map(|last| last.until).or(episode.first).unwrap_or(event.time);
                cycles.push(Cycle { from, until: event.time, instance: String::new(), exit: event.row });
            }
        }
    }
    cycles
}

fn usual_code(episode: &Episode) -> Option<i64> {
    let mut codes: Vec<i64> = episode.bad_exits().iter().filter_map(|event| event.code).collect();
    codes.order();
    codes.get(codes.len() / 2).copied()
}
