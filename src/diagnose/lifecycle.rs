//! Starts, probes, readiness, exits, deploys, jobs and builds, in time order, per revision: what lived and what died.
//!
//! A cycle ends with an exit that is not zero. New instance ids on each restart are one loop, since a loop is counted per
//! revision (or job), never per instance.

pub(super) mod at_work;
pub(super) mod balanced;
pub(super) mod collapse;
pub(super) mod cycles;
pub(super) mod exit_code;
pub(super) mod inside;
pub mod lanes;
pub(super) mod last_words;
pub(super) mod repaired;
pub(super) mod rollouts;
pub(super) mod told_again;
pub(super) mod works_again;

use super::causality;
pub(crate) use exit_code::{code_name, code_words};

use super::knowledge::{Knowledge, Phase};
use super::statements::Statement;
use crate::digest::Index;
use crate::entry::Nanos;
use crate::entry::time::SECOND;
use crate::order::Order as _;
use std::collections::{BTreeMap, BTreeSet};

/// Something that happened to an instance, a revision, a job or a build.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) row: u32,
    pub(crate) time: Nanos,
    pub(crate) phase: Phase,
    /// Exit code, if the line tells; below 0 the number of the signal that ended the process.
    pub(crate) code: Option<i64>,
    /// It tells of the pause after an exit: said again and again while it lasts, and not after the first exit.
    pub(crate) is_pause: bool,
    pub(crate) instance: String,
}

/// A revision (or job, or build) and what happened to it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Episode {
    pub(crate) service: String,
    /// Revision, or job execution, or build; the service where there is none.
    pub(crate) name: String,
    pub(crate) resource: String,
    pub(crate) events: Vec<Event>,
    pub(crate) first: Option<Nanos>,
    pub(crate) last: Option<Nanos>,
    pub(crate) entries: u64,
    pub(crate) instances: BTreeSet<String>,
    /// Requests answered below 500 (and not as unknown paths), and those answered with 500 and above.
    pub(crate) served: u64,
    pub(crate) refused: u64,
}

/// The signature of Kubernetes' words on the pause before it starts a container again.
const PAUSE: &str = "k8s-crashloop";

/// Longest time from a program's last words to the platform's word on its end.
const ENDING: i64 = 10 * SECOND;

/// Pause between two exits of a unit that a timer starts: what systemd itself starts again waits for seconds.
const TIMED: i64 = 1_800 * SECOND;

/// One way from a start to an exit.
#[derive(Clone, Debug)]
pub(crate) struct Cycle {
    pub(crate) from: Nanos,
    pub(crate) until: Nanos,
    pub(crate) instance: String,
    /// Row of the exit.
    pub(crate) exit: u32,
}

impl Episode {
    /// Events of a phase.
    pub(crate) fn of(&self, phase: Phase) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |event| event.phase == phase)
    }

    /// Exits with a code that is not zero (or with a signal), one a process: those of the platform where it reports any.
    pub(crate) fn bad_exits(&self) -> Vec<&Event> {
        let mut exits: Vec<&Event> = self.of(Phase::Exit).filter(|event| event.code != Some(0)).collect();
        if exits.iter().any(|exit| !exit.is_pause) {
            exits.retain(|exit| !exit.is_pause);
        } else {
            self.once_a_start(&mut exits);
        }
        let mut kept: Vec<&Event> = Vec::new();
        for exit in exits {
            // A worker and its master report one death each; within a second on one instance they are the same.
            // Kubernetes tells of the pause before the next start too, and never makes it shorter than ten seconds.
            let near = if self.resource.starts_with("k8s") { 9 * SECOND } else { 2 * SECOND };
            // A program that says it ends, and the code that the platform adds when it has ended, are one exit.
            let adds_code = |last: &Event| last.code.is_none() && exit.code.is_some() && near <= ENDING;
            let same = kept.last().is_some_and(|last| {
                let within = if adds_code(last) { ENDING } else { near };
                last.instance == exit.instance
                    && exit.time.0 - last.time.0 < within
                    && !self.starts_between(last, exit)
            });
            // Of two words on one exit that stays which names its code.
            if same && kept.last().is_some_and(|last| last.code.is_some() && exit.code.is_none()) {
                continue;
            }
            if same {
                kept.pop();
            }
            kept.push(exit);
        }
        kept
    }

    /// Whether the log tells of a start between two exits of an instance.
    fn starts_between(&self, one: &Event, other: &Event) -> bool {
        let is_between = |start: &Event| start.row > one.row && start.row < other.row;
        self.of(Phase::Start).any(|start| start.instance == other.instance && is_between(start))
    }

    /// Leaves one word on the pause after each start, where the log tells of starts: the pause is said again while it lasts, and
    /// longer each time, but nothing ends in it.
    fn once_a_start(&self, exits: &mut Vec<&Event>) {
        let mut starts: BTreeMap<&str, Vec<Nanos>> = BTreeMap::new();
        for start in self.of(Phase::Start) {
            starts.entry(start.instance.as_str()).or_default().push(start.time);
        }
        let mut ended: BTreeMap<String, usize> = BTreeMap::new();
        exits.retain(|exit| {
            let Some(times) = starts.get(exit.instance.as_str()) else { return true };
            let n = times.partition_point(|start| *start <= exit.time);
            n == 0 || ended.insert(exit.instance.clone(), n) != Some(n)
        });
    }

    /// Whether it is a unit of systemd that ends long after it ended before, so that a timer starts it: a job, no service in a loop.
    pub(crate) fn is_timed(&self) -> bool {
        let exits = self.bad_exits();
        let pause = |pair: &[&Event]| match pair {
            [one, next] => next.time.0.saturating_sub(one.time.0),
            _ => 0,
        };
        self.service.ends_with(".service")
            && exits.len() >= 2
            && exits.windows(2).all(|pair| pause(pair) >= TIMED)
    }

    /// Start attempts: what the platform reports, else what the program says.
    pub(crate) fn starts(&self) -> Vec<&Event> {
        let mut kept: Vec<&Event> = Vec::new();
        for start in self.of(Phase::Start) {
            let same = kept
                .iter()
                .rev()
                .take(4)
                .any(|last| last.instance == start.instance && start.time.0 - last.time.0 < 10 * SECOND);
            if !same {
                kept.push(start);
            }
        }
        kept
    }

    /// Cycles: from the start (or the exit before) to each exit that is not zero.
    pub(crate) fn cycles(&self) -> Vec<Cycle> {
        let mut cycles = Vec::new();
        let mut before: Option<Nanos> = None;
        let mut starts: BTreeMap<&str, Vec<Nanos>> = BTreeMap::new();
        for start in self.of(Phase::Start) {
            starts.entry(start.instance.as_str()).or_default().push(start.time);
        }
        starts.values_mut().for_each(|times| times.order());
        for exit in self.bad_exits() {
            let times = starts.get(exit.instance.as_str()).map_or(&[][..], Vec::as_slice);
            let earlier = times.partition_point(|start| *start <= exit.time);
            let last = earlier.checked_sub(1).and_then(|at| times.get(at)).copied();
            let start = last.filter(|start| before.is_none_or(|b| *start > b || !exit.instance.is_empty()));
            let from = start.or(before).or(self.first).unwrap_or(exit.time);
            cycles.push(Cycle { from, until: exit.time, instance: exit.instance.clone(), exit: exit.row });
            before = Some(exit.time);
        }
        cycles
    }

    /// Whether it came up and stayed: ready or serving, and no exit that is not zero after that.
    pub(crate) fn is_healthy(&self) -> bool {
        let last_bad = self.bad_exits().last().map(|event| event.time);
        let good = self
            .events
            .iter()
            .filter(|e| {
                matches!(
                    e.phase,
                    Phase::Ready | Phase::ProbeOk | Phase::Deploy | Phase::JobDone | Phase::BuildDone
                )
            })
            .map(|event| event.time)
            .max();
        let failed = self
            .events
            .iter()
            .filter(|e| {
                matches!(
                    e.phase,
                    Phase::ProbeFailed | Phase::DeployFailed | Phase::JobFailed | Phase::BuildFailed
                )
            })
            .map(|event| event.time)
            .max();
        let bad = last_bad.max(failed);
        // In a loop each start looks good until its exit: only a start that outlives the longest cycle counts.
        let cycles = self.cycles();
        let longest = cycles.iter().map(|cycle| cycle.until.0 - cycle.from.0).max().unwrap_or(0);
        let outlived = |good: Nanos| {
            cycles.is_empty()
                || self.last.is_some_and(|last| last.0 - good.0 > longest.saturating_mul(3).max(30 * SECOND))
                || self.served > 0 && cycles.len() == 1
        };
        match (good, bad) {
            (Some(good), Some(bad)) => good > bad && outlived(good),
            (Some(_), None) => true,
            (None, bad) => bad.is_none() && self.served > 0,
        }
    }

    /// Name for a reader: revision, execution or service.
    pub(crate) fn title(&self) -> &str {
        if self.name.is_empty() { &self.service } else { &self.name }
    }
}

/// Episodes by (service, name), sorted by their first entry.
pub(crate) fn episodes(index: &Index, knowledge: &Knowledge, statements: &[Statement]) -> Vec<Episode> {
    let names = names(index);
    let mut episodes = tallied(index, &names);
    for statement in statements {
        for found in &statement.matches {
            let Some(signature) = knowledge.signatures().get(found.signature) else { continue };
            let Some(phase) = signature.lifecycle else { continue };
            // What a more specific signature stands for is not said again: a panic that the server caught ends nothing.
            let stands_for = |other: &super::knowledge::Match| {
                knowledge.signatures().get(other.signature).is_some_and(|s| s.also.contains(&signature.id))
            };
            if statement.matches.iter().any(stands_for) {
                continue;
            }
            let is_pause = signature.id == PAUSE;
            let number = |name| found.captures.get(name).and_then(|number| number.parse::<i64>().ok());
            let code = number("code").or_else(|| number("signal").map(i64::saturating_neg));
            for occurrence in statement.occurrences.iter() {
                let n = occurrence.first();
                let Some(row) = index.row(n) else { continue };
                let (Some(time), Some(Some((service, name, _)))) =
                    (row.time(), names.get(row.source() as usize))
                else {
                    continue;
                };
                // An API that refuses a call is not what fails to start, unless it is asked to start something.
                if service.ends_with(API) && !DEPLOYS.iter().any(|name| service.starts_with(name)) {
                    continue;
                }
                let instance =
                    index.source_of(row).map_or(String::new(), |source| source.instance.to_string());
                if let Some(episode) = episodes.get_mut(&(service.clone(), name.clone())) {
                    episode.events.push(Event { row: n, time, phase, code, is_pause, instance });
                }
            }
            break;
        }
    }
    let mut episodes: Vec<Episode> = episodes.into_values().collect();
    // A node tells of the pauses of its containers, and never ends by them; what a container's own events tell is nearer.
    let paused =
        |e: &&Episode| !is_node(e) && e.service.len() >= 3 && e.events.iter().any(|event| event.is_pause);
    let of_containers: Vec<String> = episodes.iter().filter(paused).map(|e| e.service.clone()).collect();
    for episode in &mut episodes {
        if is_node(episode) {
            let is_told = |event: &Event| {
                let text = index.text_of(event.row);
                of_containers.iter().any(|container| causality::named::names(&text, container))
            };
            episode.events.retain(|event| !event.is_pause || !is_told(event));
        }
        episode.events.order_by_key(|event| event.row);
    }
    episodes.order_by(|a, b| (a.first, &a.service, &a.name).cmp(&(b.first, &b.service, &b.name)));
    episodes
}

/// How the APIs of Google Cloud are called; they write entries of their own on who called them.
pub(super) const API: &str = ".googleapis.com";
/// Those that are asked to deploy.
const DEPLOYS: [&str; 4] = ["run.", "cloudfunctions.", "appengine.", "container."];

fn is_node(episode: &Episode) -> bool {
    episode.resource == "k8s_node"
}

/// Service, revision or execution, and resource type of each source.
type Names = Vec<Option<(String, String, String)>>;

/// The same for each source of an index.
fn names(index: &Index) -> Names {
    index
        .sources()
        .iter()
        .map(|source| {
            let name = if source.revision.is_empty() {
                source.execution.to_string()
            } else {
                source.revision.to_string()
            };
            let service = if source.service.is_empty() {
                source.container.to_string()
            } else {
                source.service.to_string()
            };
            (!service.is_empty() || !name.is_empty() || !source.instance.is_empty() || !source.log.is_empty())
                .then_some((service, name, source.resource.to_string()))
        })
        .collect()
}

/// Episodes with what a scan over the rows tells: entries, first and last, requests, instances. Counted by source first,
/// since rows are many and sources few.
fn tallied(index: &Index, names: &Names) -> BTreeMap<(String, String), Episode> {
    let mut of_source: Vec<Episode> = vec![Episode::default(); names.len()];
    let mut requests = index.requests().iter().peekable();
    for (n, row) in (0u32..).zip(index.rows()) {
        let request = requests.next_if(|request| request.row == n);
        let Some(episode) = of_source.get_mut(row.source() as usize) else { continue };
        episode.entries += 1;
        episode.first = episode.first.or(row.time());
        episode.last = row.time().or(episode.last);
        if let Some(request) = request {
            // A path that is not there is no proof of work: a server without its routes answers so too.
            let is_served = (1..500).contains(&request.status) && !matches!(request.status, 404 | 405 | 410);
            episode.served += u64::from(is_served);
            episode.refused += u64::from(request.status >= 500);
        }
    }
    let mut episodes: BTreeMap<(String, String), Episode> = BTreeMap::new();
    for ((name, part), source) in names.iter().zip(of_source).zip(index.sources()) {
        let Some((service, name, resource)) = name.as_ref().filter(|_| part.entries > 0) else { continue };
        let episode = episodes.entry((service.clone(), name.clone())).or_insert_with(|| Episode {
            service: service.clone(),
            name: name.clone(),
            resource: resource.clone(),
            ..Episode::default()
        });
        if part.first.is_some_and(|first| episode.first.is_none_or(|known| first < known)) {
            episode.resource.clone_from(resource);
        }
        episode.entries += part.entries;
        episode.served += part.served;
        episode.refused += part.refused;
        episode.first = match (episode.first, part.first) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        episode.last = episode.last.max(part.last);
        if !source.instance.is_empty() {
            episode.instances.insert(source.instance.to_string());
        }
    }
    episodes
}
