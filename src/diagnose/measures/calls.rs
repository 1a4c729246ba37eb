//! Calls whose messages or fields say how long they took → their durations by target, in the form of requests, and a plain
//! step among few of them.

use super::density::Stretch;
use super::series::collect as series;
use crate::diagnose::causality::Scene;
use crate::diagnose::words;
use crate::digest::RequestRow;
use crate::entry::figure::Kind;

/// Calls on either side of a step at least.
pub(crate) const SIDE: usize = 5;

/// What the durations are of, the most telling first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Called {
    /// A URL or path that was called.
    Target,
    /// A step of the work itself, by its message.
    Step,
}

/// The calls to one target, in time order.
pub(crate) struct Calls {
    pub(crate) called: Called,
    pub(crate) name: String,
    pub(crate) rows: Vec<RequestRow>,
}

/// All targets with enough calls.
pub(crate) fn collect(scene: &Scene<'_>) -> Vec<Calls> {
    if scene.index.figures().is_empty() {
        return Vec::new();
    }
    let found = series(scene, &[Kind::Took]).into_iter().filter(|s| s.points.len() >= 2 * SIDE && !s.batch);
    let calls = found.map(|series| {
        // Paths without a host are what the service itself was asked for: the effect, told with the requests.
        let called = if series.name.contains("://") { Called::Target } else { Called::Step };
        let name = if series.name.contains('/') {
            series.name.clone()
        } else {
            format!("{} of {}", series.name, words::brief(&series.said, 80))
        };
        let row = |point: &super::series::Point| RequestRow {
            row: point.row,
            path: u32::MAX,
            status: 0,
            latency_micros: u32::try_from(point.value.max(0)).unwrap_or(u32::MAX - 1).min(u32::MAX - 1),
        };
        Calls { called, name, rows: series.points.iter().map(row).collect() }
    });
    calls.collect()
}

/// The calls from the first above a bound on, if all before lie below it and nearly all since above: too few for a measure of
/// chance, and told apart without one.
pub(crate) fn apart(all: &[&RequestRow], bound: u64) -> Option<Stretch> {
    let is_slow = |request: &&&RequestRow| request.latency().is_some_and(|latency| latency >= bound);
    let from = all.iter().position(|request| is_slow(&request))?;
    let until = all.iter().rposition(|request| is_slow(&request))?;
    let inside = all.get(from..=until)?;
    let hits = inside.iter().filter(is_slow).count();
    (hits * 10 >= inside.len() * 9).then_some(Stretch {
        from,
        until,
        hits: hits as u64,
        exposure: inside.len() as u64,
    })
}
