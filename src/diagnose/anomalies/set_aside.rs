//! Messages set aside (dead letter) since a failure began → its consequence, and what to do with them when it is repaired.

use crate::diagnose::causality::{Incident, Scene};
use crate::diagnose::findings::{Told, signature};
use crate::diagnose::knowledge::Role;
use crate::diagnose::statements::time;
use crate::diagnose::troubles::Trouble;
use crate::entry::time::SECOND;
use crate::limits::HOSTS;
use crate::report::model::{Action, Priority, Rich};

/// The signature of what is set aside.
const ID: &str = "message-set-aside";
/// How long after the first failed delivery the first message is given up: tries have growing pauses of up to ten minutes.
const TRIES: i64 = 3_600 * SECOND;
/// How long the log goes on before the failure without a message set aside.
const QUIET: i64 = 600 * SECOND;

fn is_it(scene: &Scene<'_>, trouble: &Trouble) -> bool {
    signature(scene.knowledge, trouble).is_some_and(|known| known.id == ID)
}

/// First and last time.
fn span(scene: &Scene<'_>, trouble: &Trouble) -> Option<(i64, i64)> {
    let firsts = trouble.occurrences.firsts();
    Some((time(scene.index, *firsts.first()?)?.0, time(scene.index, *firsts.last()?)?.0))
}

/// Hangs messages set aside on the failure since which they are: it fails as often at least, and none was set aside before it.
pub(crate) fn link(scene: &Scene<'_>, incidents: &mut [Incident], taken: &mut [bool]) {
    let began = scene.index.rows().first().and_then(crate::digest::Row::time).map_or(i64::MAX, |at| at.0);
    for (number, aside) in scene.troubles.iter().enumerate().filter(|(_, trouble)| is_it(scene, trouble)) {
        let open = !taken.get(number).copied().unwrap_or(true);
        let Some((first, last)) = span(scene, aside).filter(|_| open) else { continue };
        let fails = |incident: &&mut Incident| {
            let root = incident.root.and_then(|root| scene.troubles.get(root));
            let root =
                root.filter(|r| r.role != Role::Warning && r.occurrences.len() >= aside.occurrences.len());
            root.and_then(|root| span(scene, root)).is_some_and(|(from, until)| {
                from - began >= QUIET && (from..=from + TRIES).contains(&first) && last <= until + TRIES
            })
        };
        let host = incidents.iter_mut().take(HOSTS).filter(fails).max_by_key(|incident| {
            let root = incident.root.and_then(|root| scene.troubles.get(root));
            root.map_or(0, |root| root.occurrences.len())
        });
        if let (Some(incident), Some(slot)) = (host, taken.get_mut(number)) {
            incident.symptoms.push(number);
            *slot = true;
        }
    }
}

/// What to do with them: they are not tried again by themselves.
pub(crate) fn put_back(scene: &Scene<'_>, told: &Told) -> Option<Action> {
    let mut symptoms = told.incident.symptoms.iter().filter_map(|&n| scene.troubles.get(n));
    symptoms.find(|trouble| is_it(scene, trouble))?;
    Some(Action {
        priority: told.priority.max(Priority::P1),
        finding: told.finding.id.clone(),
        what: Rich::text(
            "When it is repaired, publish the messages that were set aside (dead letter) again: nothing does so by itself. Alert on their number, which no error tells.",
        ),
        steps: Vec::new(),
        command: String::new(),
        verify: Rich::text("None is left, and what they stand for is done."),
    })
}
