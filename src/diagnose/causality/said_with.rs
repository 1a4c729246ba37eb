//! Warnings that no signature knows → the error that they are always said with.

use super::relations::{overlap, sparse};
use super::{Incident, Scene};
use crate::diagnose::knowledge::Role;
use crate::diagnose::troubles::Kind;
use crate::entry::time::SECOND;
use crate::limits::HOSTS;

/// Times that something is said with another thing before that is more than chance.
const SAID_OFTEN: usize = 3;

/// How near to it.
const REACH: i64 = 3 * SECOND / 2;

/// Hangs warnings that no signature knows on the error that they are always said with, by the same instance: `batch postponed`
/// behind each failed call is no matter of its own.
pub(crate) fn link(scene: &Scene<'_>, incidents: &mut [Incident], taken: &mut [bool]) {
    for (number, trouble) in scene.troubles.iter().enumerate() {
        let open = !taken.get(number).copied().unwrap_or(true);
        let is_warning = trouble.kind == Kind::Message && trouble.role == Role::Warning;
        if !open || !is_warning || trouble.occurrences.len() < SAID_OFTEN {
            continue;
        }
        let host = incidents.iter_mut().take(HOSTS).find(|incident| {
            incident.causes(scene).any(|cause| {
                cause.role != Role::Warning
                    && sparse(scene, cause)
                    && overlap(scene, cause, trouble, REACH) >= 90
            })
        });
        if let (Some(incident), Some(slot)) = (host, taken.get_mut(number)) {
            incident.symptoms.push(number);
            *slot = true;
        }
    }
}
