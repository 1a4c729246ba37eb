//! Who lived when: revisions or instances with what each said over the timeline, where it started and where it ended badly.
//!
//! For the page alone, beside its timeline; a report tells the same in its table of deployments. Where it would tell nothing (one
//! revision that goes on and on) there are no lanes.

use super::{Episode, Event};
use crate::digest::Index;
use crate::entry::{Nanos, Severity, Source};
use crate::order::Order as _;
use crate::report::model::Timeline;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Lanes at most, and marks of one kind in each.
const LANES: usize = 12;
const MARKS: usize = 400;
/// Starts or exits of one that are no longer an ordinary life.
const OFTEN: usize = 2;

/// Lanes: services that ended badly and failed most first, and of each service the earliest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lanes {
    /// What a lane is.
    pub of: Of,
    /// The lanes.
    pub lanes: Vec<Lane>,
    /// How many are left out: those that ended badly, failed and spoke least.
    pub more: u64,
}

/// What a lane is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Of {
    /// A revision.
    #[default]
    Revisions,
    /// An instance.
    Instances,
}

/// The life of one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    /// Its name, as a filter takes it.
    pub name: String,
    /// Its service, by which lanes are put together; stays here.
    #[serde(skip)]
    pub service: String,
    /// Entries that have a time.
    pub entries: u64,
    /// First of them.
    pub first: Nanos,
    /// Last of them.
    pub last: Nanos,
    /// Those of ERROR and above.
    pub errors: u64,
    /// By bucket of the timeline and band of severity.
    pub buckets: Vec<[u64; 5]>,
    /// Starts, ascending.
    pub starts: Vec<Nanos>,
    /// Exits with a code other than 0, ascending.
    pub exits: Vec<Nanos>,
}

impl Lane {
    fn turns(&self) -> usize {
        self.starts.len() + self.exits.len()
    }

    fn returns(&self) -> bool {
        self.starts.len() >= OFTEN || self.exits.len() >= OFTEN
    }
}

/// What a lane is called by.
fn name<'s>(of: Of, source: &'s Source<'static>) -> &'s str {
    match of {
        Of::Revisions => &source.revision,
        Of::Instances => &source.instance,
    }
}

/// The lanes of a log: of its revisions where there are several, else of what started and ended again and again.
pub(crate) fn lanes(index: &Index, episodes: &[Episode], line: Option<&Timeline>) -> Lanes {
    let Some(line) = line else { return Lanes::default() };
    let drawn = |of: Of, lanes: Vec<Lane>| {
        let mut chosen = chosen(of, lanes);
        fill(index, line, &mut chosen);
        chosen
    };
    let revisions = lives(index, episodes, Of::Revisions);
    if revisions.len() >= 2 {
        return drawn(Of::Revisions, revisions);
    }
    let instances = lives(index, episodes, Of::Instances);
    let turns = |lanes: &[Lane]| lanes.iter().map(Lane::turns).sum::<usize>();
    let (n_instances, n_revisions) = (turns(&instances), turns(&revisions));
    // The platform may tell of exits without saying whose they are, and gives each try of a loop an instance of its own: then the
    // loop is the revision's.
    if instances.iter().any(Lane::returns) && n_instances >= n_revisions {
        drawn(Of::Instances, instances)
    } else if revisions.iter().any(|lane| lane.exits.len() >= OFTEN) {
        drawn(Of::Revisions, revisions)
    } else if instances.len() >= 2 && n_instances >= OFTEN {
        drawn(Of::Instances, instances)
    } else {
        Lanes::default()
    }
}

/// Everything that has a name, without its buckets: there may be very many.
fn lives(index: &Index, episodes: &[Episode], of: Of) -> Vec<Lane> {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut lanes: Vec<Lane> = Vec::new();
    let of_source: Vec<Option<usize>> = index
        .sources()
        .iter()
        .map(|source| {
            let name = Some(name(of, source)).filter(|name| !name.is_empty())?;
            let number = *numbers.entry(name).or_insert(lanes.len());
            if number == lanes.len() {
                let (name, service) = (name.to_owned(), source.service.to_string());
                lanes.push(Lane { name, service, ..Lane::default() });
            }
            Some(number)
        })
        .collect();
    if lanes.is_empty() {
        return lanes;
    }
    for row in index.rows() {
        let number = of_source.get(row.source() as usize).copied().flatten();
        let (Some(time), Some(lane)) = (row.time(), number.and_then(|n| lanes.get_mut(n))) else { continue };
        if lane.entries == 0 {
            lane.first = time;
        }
        lane.entries += 1;
        lane.last = time;
        lane.errors += u64::from(row.severity() >= Severity::Error);
    }
    turns(index, episodes, &of_source, &mut lanes);
    lanes.retain(|lane| lane.entries > 0);
    lanes
}

/// Counts the entries of the lanes that are drawn by bucket and band.
fn fill(index: &Index, line: &Timeline, lanes: &mut Lanes) {
    let of = lanes.of;
    let find = |source: &Source<'static>| lanes.lanes.iter().position(|lane| lane.name == name(of, source));
    let of_source: Vec<Option<usize>> = index.sources().iter().map(find).collect();
    for lane in &mut lanes.lanes {
        lane.buckets = vec![[0; 5]; line.buckets.len()];
    }
    for row in index.rows() {
        let number = of_source.get(row.source() as usize).copied().flatten();
        let lane = number.and_then(|number| lanes.lanes.get_mut(number));
        let (Some(time), Some(lane)) = (row.time(), lane) else { continue };
        let at = usize::try_from((time.0 - line.from.0) / line.bucket_nanos.max(1)).unwrap_or(0);
        let at = at.min(lane.buckets.len().saturating_sub(1));
        if let Some(n) = lane.buckets.get_mut(at).and_then(|bucket| bucket.get_mut(row.severity().band())) {
            *n += 1;
        }
    }
}

/// Puts starts and exits into the lanes, told as the report tells them: once a process.
fn turns(index: &Index, episodes: &[Episode], of_source: &[Option<usize>], lanes: &mut [Lane]) {
    let mut lives: Vec<Episode> = vec![Episode::default(); lanes.len()];
    for episode in episodes {
        for event in &episode.events {
            let source = index.row(event.row).map(|row| row.source() as usize);
            let number = source.and_then(|source| of_source.get(source).copied().flatten());
            if let Some(life) = number.and_then(|n| lives.get_mut(n)) {
                life.resource.clone_from(&episode.resource);
                life.events.push(event.clone());
            }
        }
    }
    for (lane, life) in lanes.iter_mut().zip(&mut lives) {
        life.events.order_by_key(|event| event.row);
        let times = |events: Vec<&Event>| -> Vec<Nanos> {
            events.into_iter().take(MARKS).map(|event| event.time).collect()
        };
        lane.starts = times(life.starts());
        lane.exits = times(life.bad_exits());
    }
}

/// Those that tell most: put together by service, so that revisions that follow each other are a staircase.
fn chosen(of: Of, mut lanes: Vec<Lane>) -> Lanes {
    lanes.order_by_cached_key(|lane| {
        (Reverse((lane.exits.len(), lane.errors, lane.entries)), lane.name.clone())
    });
    let more = lanes.len().saturating_sub(LANES) as u64;
    lanes.truncate(LANES);
    // The worst of a service stands first by now.
    let mut services: Vec<String> = Vec::new();
    for lane in &lanes {
        if !services.contains(&lane.service) {
            services.push(lane.service.clone());
        }
    }
    let place = |lane: &Lane| services.iter().position(|service| *service == lane.service);
    lanes.order_by_cached_key(|lane| (place(lane), lane.first, lane.name.clone()));
    Lanes { of, lanes, more }
}

#[cfg(test)]
#[path = "lanes_tests.rs"]
mod tests;
