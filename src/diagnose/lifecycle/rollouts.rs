//! Builds that fail because what they rolled out does not come up → the finding on the pods that do not start: the build only waited.

use super::collapse::What;
use crate::diagnose::causality::{Incident, Scene, hang};
use crate::diagnose::statements::time;
use crate::entry::time::SECOND;
use crate::limits::HOSTS;

/// What `kubectl rollout status` and `kubectl wait` say when they give up (kubernetes/kubectl pkg/polymorphichelpers/rollout_status.go).
const GAVE_UP: [&str; 2] = ["exceeded its progress deadline", "timed out waiting for the condition"];
/// How long before a build began its pods may have failed for the first time.
const EARLIER: i64 = 60 * SECOND;

/// Hangs such builds on the incident of the pods.
pub(crate) fn join(scene: &Scene<'_>, incidents: &mut Vec<Incident>) {
    hang(incidents, |incidents, build| {
        let (name, span) = waited_for(scene, build)?;
        incidents.iter().take(HOSTS).position(|other| is_of_pods(scene, other, name, span))
    });
}

/// The deployment that a failed build waited for in vain, and from when to when.
fn waited_for<'s>(scene: &Scene<'s>, incident: &Incident) -> Option<(&'s str, [i64; 2])> {
    let collapse = incident.collapse.as_ref().filter(|collapse| collapse.what == What::Build)?;
    let span = [collapse.cycles.first()?.from.0, collapse.cycles.last()?.until.0];
    let troubles = incident.root.iter().chain(&incident.symptoms).filter_map(|&n| scene.troubles.get(n));
    let statements = troubles.flat_map(|t| &t.statements).filter_map(|&n| scene.statements.get(n));
    let said = statements
        .map(|statement| statement.text.as_str())
        .find(|text| GAVE_UP.iter().any(|words| text.contains(words)))?;
    let name = said.split_once("deployment \"").or_else(|| said.split_once("deployments/"))?.1;
    let name = name.split(['"', ' ', '\n']).next().filter(|name| name.len() >= 3)?;
    Some((name, span))
}

/// Whether an incident is one of pods of a deployment that began while the build ran.
fn is_of_pods(scene: &Scene<'_>, incident: &Incident, name: &str, [from, until]: [i64; 2]) -> bool {
    let root = incident.root.and_then(|root| scene.troubles.get(root));
    let Some(row) = root.and_then(|root| root.occurrences.firsts().first().copied()) else { return false };
    let source = scene.index.row(row).and_then(|row| scene.index.source_of(row));
    let is_own = source.is_some_and(|source| {
        let of =
            |text: &str| text == name || text.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'));
        source.resource.starts_with("k8s") && (of(&source.service) || of(&source.instance))
    });
    is_own && time(scene.index, row).is_some_and(|at| (from - EARLIER..=until).contains(&at.0))
}
