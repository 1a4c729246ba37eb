//! What services say and are asked for again and again → groups of beats: times and rows of one message or path of one service.

use super::rhythm::BEATS;
use crate::diagnose::causality::Scene;
use crate::diagnose::words;
use crate::entry::Severity;
use crate::entry::time::SECOND;
use crate::order::Gather as _;
use std::collections::{BTreeMap, BTreeSet};

/// Occurrences by service and by message or path.
#[derive(Clone)]
pub(crate) struct Group {
    /// Given only to those that keep a pace.
    pub(crate) name: String,
    pub(crate) statement: usize,
    pub(crate) service: usize,
    pub(crate) path: Option<u32>,
    pub(crate) beats: Vec<(i64, u32)>,
}

/// Services of sources by number; those of batch work are left out, since they end when they are done.
pub(crate) fn services(scene: &Scene<'_>) -> (Vec<Option<usize>>, Vec<String>) {
    let name = |s: &crate::entry::Source<'_>| {
        if s.service.is_empty() { s.instance.to_string() } else { s.service.to_string() }
    };
    let names: BTreeSet<String> = scene.index.sources().iter().map(name).gathered();
    let names: Vec<String> = names.into_iter().collect();
    let is_batch = |s: &crate::entry::Source<'_>| {
        !s.execution.is_empty()
            || matches!(s.resource.as_ref(), "build" | "cloud_build" | "cloud_run_job" | "dataflow_step")
    };
    let numbers = scene
        .index
        .sources()
        .iter()
        .map(|s| if is_batch(s) { None } else { names.binary_search(&name(s)).ok() });
    (numbers.collect(), names)
}

pub(crate) fn groups(scene: &Scene<'_>, of_source: &[Option<usize>]) -> Vec<Group> {
    let mut groups: BTreeMap<(usize, Option<u32>, usize), Group> = BTreeMap::new();
    let busy = busy(scene, of_source);
    for (number, statement) in scene.statements.iter().enumerate() {
        let request = statement.occurrences.first().and_then(|o| scene.index.request_of(o.first()));
        if request.is_none() && statement.severity >= Severity::Warning || statement.audit {
            continue;
        }
        // Only requests of a path come together from several statements.
        let alone = request.is_none();
        if alone && (statement.occurrences.len() < BEATS || busy.get(number) == Some(&true)) {
            continue;
        }
        for (service, beats) in by_service(scene, of_source, statement.occurrences.firsts()) {
            let path = request.map(|r| r.path);
            if path.is_none() && (beats.len() < BEATS || !is_sparse(beats.iter().copied())) {
                continue;
            }
            let key = (service, path, if path.is_some() { 0 } else { number });
            let group = groups.entry(key).or_insert_with(|| Group {
                name: String::new(),
                statement: number,
                service,
                path,
                beats: Vec::new(),
            });
            if group.beats.is_empty() {
                group.beats = beats;
            } else {
                group.beats.extend(beats);
            }
        }
    }
    let groups = groups.into_values();
    groups.filter(|group| group.beats.len() >= BEATS && is_sparse(group.beats.iter().copied())).collect()
}

/// Times and rows of what services say, by service.
fn by_service(scene: &Scene<'_>, of_source: &[Option<usize>], rows: &[u32]) -> Vec<(usize, Vec<(i64, u32)>)> {
    let mut found: Vec<(usize, Vec<(i64, u32)>)> = Vec::new();
    // Where each service stands in there: most rows are of few services.
    let mut places: Vec<(usize, usize)> = Vec::new();
    for &row in rows {
        let Some(entry) = scene.index.row(row) else { continue };
        let service = of_source.get(entry.source() as usize).copied().flatten();
        let (Some(service), Some(time)) = (service, entry.time()) else { continue };
        let place = places.binary_search_by_key(&service, |(known, _)| *known);
        let at = place.map_or(found.len(), |at| places.get(at).map_or(0, |(_, at)| *at));
        if let Err(place) = place {
            places.insert(place, (service, at));
            found.push((service, Vec::with_capacity(if at == 0 { rows.len() } else { 0 })));
        }
        found.get_mut(at).into_iter().for_each(|(_, beats)| beats.push((time.0, row)));
    }
    found
}

pub(crate) fn name(scene: &Scene<'_>, group: &Group) -> String {
    if let Some(path) = group.path {
        return scene.index.path(path).unwrap_or("").to_owned();
    }
    scene.statements.get(group.statement).map_or(String::new(), |statement| masked(&statement.text))
}

pub(crate) fn masked(text: &str) -> String {
    let mut masked = String::new();
    crate::pattern::mask(&words::headline(text, 120), &mut masked);
    masked
}

/// Services that [`busy`] tells apart.
const SERVICES: usize = 8;

/// How often a service says a statement, and when first and last.
#[derive(Clone, Copy)]
struct Said {
    service: usize,
    n: u64,
    first: i64,
    last: i64,
}

impl Said {
    /// Counts one more, if it is the same service.
    fn heard(&mut self, service: usize, time: i64) -> bool {
        let is_same = self.service == service;
        if is_same {
            (self.n, self.last) = (self.n + 1, time);
        }
        is_same
    }

    fn is_busy(&self) -> bool {
        !leaves_room(self.n, self.last.saturating_sub(self.first))
    }
}

/// Which statements each of a few services says too often for a pace: told in one pass over the rows, without keeping their
/// beats, which are most of a log.
fn busy(scene: &Scene<'_>, of_source: &[Option<usize>]) -> Vec<bool> {
    let statement_of = scene.statement_of();
    // Most statements are of one service, which stands in the table itself; the others that say it stand apart.
    let mut firsts: Vec<Option<Said>> = vec![None; scene.statements.len()];
    let mut others: Vec<Vec<Said>> = vec![Vec::new(); scene.statements.len()];
    for (row, &number) in scene.index.rows().iter().zip(statement_of) {
        let number = number as usize;
        let service = of_source.get(row.source() as usize).copied().flatten();
        let (Some(slot), Some(service), Some(time)) = (firsts.get_mut(number), service, row.time()) else {
            continue;
        };
        let new = Said { service, n: 1, first: time.0, last: time.0 };
        let Some(said) = slot else {
            *slot = Some(new);
            continue;
        };
        if !said.heard(service, time.0) {
            let Some(others) = others.get_mut(number) else { continue };
            if !others.iter_mut().any(|said| said.heard(service, time.0)) && others.len() < SERVICES {
                others.push(new);
            }
        }
    }
    let is_busy = |(number, first): (usize, &Option<Said>)| {
        let others = others.get(number).map_or(&[][..], Vec::as_slice);
        others.len() < SERVICES && first.iter().chain(others).all(Said::is_busy)
    };
    firsts.iter().enumerate().map(is_busy).collect()
}

/// Whether entries may be a second apart in the middle: what comes more often needs no sorting to be told from a pace.
fn is_sparse(beats: impl ExactSizeIterator<Item = (i64, u32)> + Clone) -> bool {
    let n = beats.len() as u64;
    let times = beats.map(|beat| beat.0);
    leaves_room(n, times.clone().max().unwrap_or(0).saturating_sub(times.min().unwrap_or(0)))
}

fn leaves_room(n: u64, span: i64) -> bool {
    u64::try_from(span / SECOND).unwrap_or(0).saturating_mul(8) >= n
}

/// Statements by their masked words, whatever their severity.
pub(crate) fn by_words(scene: &Scene<'_>) -> BTreeMap<String, Vec<usize>> {
    let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, statement) in scene.statements.iter().enumerate() {
        found.entry(masked(&statement.text)).or_default().push(number);
    }
    found
}

impl Group {
    /// Takes in what the same service says in the same words under another severity; whether there was any.
    pub(crate) fn join(
        &mut self,
        scene: &Scene<'_>,
        of_source: &[Option<usize>],
        twins: &BTreeMap<String, Vec<usize>>,
    ) -> bool {
        let before = self.beats.len();
        let others = twins.get(&self.name).into_iter().flatten().filter(|number| **number != self.statement);
        for statement in others.filter_map(|number| scene.statements.get(*number)) {
            for &row in statement.occurrences.firsts() {
                let Some(entry) = scene.index.row(row) else { continue };
                let service = of_source.get(entry.source() as usize).copied().flatten();
                if let (true, Some(time)) = (service == Some(self.service), entry.time()) {
                    self.beats.push((time.0, row));
                }
            }
        }
        self.path.is_none() && self.beats.len() > before
    }
}
