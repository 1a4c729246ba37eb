//! When to act on an incident: P0 while a failure stands, P1 for what needs work this week, P2 for the rest.

use super::causality::{Incident, Scene};
use super::collapse::What;
use super::knowledge::{Role, Signature};
use super::troubles::{Kind, Trouble};
use crate::entry::Severity;
use crate::report::model::{Priority, State};

/// The priority of an incident in this state.
pub(crate) fn priority(
    scene: &Scene<'_>,
    incident: &Incident,
    root: Option<&Trouble>,
    signature: Option<&Signature>,
    state: State,
) -> Priority {
    if let Some(collapse) = &incident.collapse {
        return match (collapse.what, state) {
            (What::Crash, State::Once) => Priority::P1,
            (_, State::Ongoing) => Priority::P0,
            _ => Priority::P1,
        };
    }
    let Some(root) = root else { return Priority::P2 };
    let hurt =
        incident.requests.iter().any(|&row| scene.index.request_of(row).is_some_and(|r| r.status >= 500));
    // Nearness alone is no ground for an alarm.
    let always = hurt && !incident.nearby && always_fails(scene, incident);
    let stands = state == State::Ongoing;
    let shut_out = stands && shut_out(scene, incident);
    let known_cause = root.role == Role::Cause && !root.generic;
    match root.kind {
        Kind::Signature(_) => {
            let outage = shut_out
                || stands && (root.severity >= Severity::Error || hurt && !incident.nearby)
                || always && known_cause;
            let named = signature.map_or(Priority::P1, |s| {
                parse(if outage { &s.priority_outage } else { &s.priority_otherwise })
            });
            let raised = root.role == Role::Cause && root.trace(scene.statements).is_some();
            let loud = root.severity >= Severity::Error && root.role != Role::Warning || raised;
            // What failed requests or was logged as an error needs work, whatever the signature says of its kind.
            let floor = if hurt || loud || shut_out { Priority::P1 } else { Priority::P2 };
            let ceiling = if outage { Priority::P0 } else { Priority::P1 };
            named.min(floor).max(ceiling)
        }
        Kind::Exception if always => Priority::P0,
        Kind::Exception => Priority::P1,
        Kind::ServerErrors if stands && incident.requests.len() >= 3 && always => Priority::P0,
        Kind::ServerErrors => Priority::P1,
        Kind::ClientErrors if shut_out => Priority::P1,
        Kind::Message if root.role == Role::Cause => Priority::P1,
        _ => Priority::P2,
    }
}

fn parse(name: &str) -> Priority {
    match name {
        "P0" => Priority::P0,
        "P1" => Priority::P1,
        _ => Priority::P2,
    }
}

/// Whether callers that were served before are refused their login since, every time: they are no strangers.
fn shut_out(scene: &Scene<'_>, incident: &Incident) -> bool {
    let refused: Vec<_> = incident
        .requests
        .iter()
        .filter_map(|&row| scene.index.request_of(row))
        .filter(|r| matches!(r.status, 401 | 403))
        .collect();
    let Some(first) = refused.first().filter(|_| refused.len() >= 5) else { return false };
    let same = || scene.index.requests().iter().filter(|r| refused.iter().any(|known| known.path == r.path));
    let served = |r: &crate::digest::RequestRow| (1..400).contains(&r.status);
    same().any(|r| served(r) && r.row < first.row) && !same().any(|r| served(r) && r.row > first.row)
}

/// Whether the paths of the failed requests never succeeded in this log.
pub(crate) fn always_fails(scene: &Scene<'_>, incident: &Incident) -> bool {
    let paths: Vec<u32> =
        incident.requests.iter().filter_map(|&row| scene.index.request_of(row)).map(|r| r.path).collect();
    !scene.index.requests().iter().any(|r| paths.contains(&r.path) && (1..500).contains(&r.status))
}
