//! What a load balancer says of a workload that keeps ending → the finding on that workload: it finds no backend because there is none.

use super::collapse::{Collapse, What};
use crate::diagnose::causality::relations::signature_id;
use crate::diagnose::causality::{Incident, Scene, hang};
use crate::diagnose::knowledge::Role;
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
        incidents.iter().take(HOSTS).position(|other| other.collapse.as_ref().is_some_and(is_its)).or_else(
            || {
                let unready =
                    |other: &Incident| other.root != incident.root && is_unready(scene, failing, other);
                let mut all = incidents.iter().take(HOSTS).enumerate().filter(|(_, other)| unready(other));
                let (found, _) = all.next()?;
                // Of two workloads that are not ready nobody knows which one it wanted.
                all.next().is_none().then_some(found)
            },
        )
    });
}

/// Whether the name of a balancer holds that of a workload.
fn names(scene: &Scene<'_>, failing: &Trouble, workload: &str) -> bool {
    let name = failing.occurrences.firsts().first().and_then(|row| scene.service(*row)).unwrap_or("");
    !workload.is_empty() && format!("-{name}-").contains(&format!("-{workload}-"))
}

/// Whether nearly all of it is said between these times, and a while after.
fn is_within(scene: &Scene<'_>, failing: &Trouble, [first, last]: [i64; 2]) -> bool {
    let rows = failing.occurrences.firsts();
    let span = first..=last.saturating_add(AFTER);
    let times = rows.iter().filter_map(|row| time(scene.index, *row));
    times.filter(|at| span.contains(&at.0)).count() * 10 >= rows.len() * 9
}

/// Failed probes from which on a balancer may have nobody to ask.
const PROBES: usize = 3;

/// Whether a balancer that has no backend to pick says so while pods fail their readiness probes for the cause of an incident, and
/// hardly ever else.
fn is_unready(scene: &Scene<'_>, failing: &Trouble, incident: &Incident) -> bool {
    let is = |trouble: &&Trouble, id: &str| signature_id(scene, trouble).is_some_and(|s| s.id == id);
    let picks =
        failing.lead(scene.statements).is_some_and(|lead| lead.text.contains("failed_to_pick_backend"));
    let is_cause =
        incident.root.and_then(|root| scene.troubles.get(root)).is_some_and(|t| t.role == Role::Cause);
    let mut symptoms = incident.symptoms.iter().filter_map(|&n| scene.troubles.get(n));
    let Some(probes) = symptoms.find(|t| is(t, "k8s-readiness-failed")).filter(|_| picks && is_cause) else {
        return false;
    };
    let at = |row: &u32| time(scene.index, *row).map(|at| at.0);
    let probed = probes.occurrences.firsts();
    let (Some(first), Some(last)) = (probed.first().and_then(at), probed.last().and_then(at)) else {
        return false;
    };
    let workload = probed.first().and_then(|row| scene.service(*row)).unwrap_or("");
    probed.len() >= PROBES && names(scene, failing, workload) && is_within(scene, failing, [first, last])
}

/// Whether a balancer whose name holds that of the workload finds no backend while the workload ends again and again, and hardly ever
/// else.
fn is_behind(scene: &Scene<'_>, failing: &Trouble, collapse: &Collapse) -> bool {
    let (Some(first), Some(last)) = (collapse.cycles.first(), collapse.cycles.last()) else { return false };
    collapse.what == What::Loop
        && collapse.cycles.len() >= ENDS
        && names(scene, failing, &collapse.service)
        && is_within(scene, failing, [first.until.0 - BEFORE, last.until.0])
}
