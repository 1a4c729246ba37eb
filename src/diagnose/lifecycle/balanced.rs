//! What a load balancer says of a workload that keeps ending → the finding on that workload: it finds no backend because there is none.

use super::collapse::{Collapse, What};
use crate::diagnose::causality::relations::signature_id;
use crate::diagnose::causality::{Incident, Scene, hang};
use crate::diagnose::statements::time;
use crate::diagnose::troubles::Trouble;
use crate::entry::time::SECOND;
use crate::limits::HOSTS;

/// Ends of a workload from which on its balancer may be left without a backend.
const ENDS: usize = 3;
/// How long before the first end, and after the last, that may be said.
const BEFORE: i64 = 60 * SECOND;
const AFTER: i64 = 600 * SECOND;

/// Hangs such failures on the incident of the workload.
pub(crate) fn join(scene: &Scene<'_>, incidents: &mut Vec<Incident>) {
    let root = |incident: &Incident| incident.root.and_then(|root| scene.troubles.get(root));
    let is_of_balancer = |t: &&Trouble| signature_id(scene, t).is_some_and(|s| s.id == "lb-backend-error");
    hang(incidents, |incidents, incident| {
        let failing = root(incident).filter(|_| incident.collapse.is_none()).filter(is_of_balancer)?;
        let is_its = |c: &Collapse| is_behind(scene, failing, c);
        incidents.iter().take(HOSTS).position(|other| other.collapse.as_ref().is_some_and(is_its))
    });
}

/// Whether a balancer whose name holds that of the workload finds no backend while the workload ends again and again, and hardly ever
/// else.
fn is_behind(scene: &Scene<'_>, failing: &Trouble, collapse: &Collapse) -> bool {
    let (Some(first), Some(last)) = (collapse.cycles.first(), collapse.cycles.last()) else { return false };
    let rows = failing.occurrences.firsts();
    let source =
        rows.first().and_then(|row| scene.index.row(*row)).and_then(|row| scene.index.source_of(row));
    let is_named = source.is_some_and(|source| {
        !collapse.service.is_empty()
            && format!("-{}-", source.service).contains(&format!("-{}-", collapse.service))
    });
    let span = first.until.0 - BEFORE..=last.until.0 + AFTER;
    let inside =
        rows.iter().filter_map(|row| time(scene.index, *row)).filter(|at| span.contains(&at.0)).count();
    collapse.what == What::Loop && collapse.cycles.len() >= ENDS && is_named && inside * 10 >= rows.len() * 9
}
