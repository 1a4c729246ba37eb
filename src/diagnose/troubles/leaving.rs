//! What instances say on their way out: takes a trouble, tells whether it is the cutting of connections by instances that had
//! been asked to stop. A roll-out ends connections; clients try again elsewhere.

use super::Trouble;
use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::knowledge::Phase;
use crate::diagnose::statements::time;
use crate::entry::time::SECOND;
use crate::order::Order as _;
use crate::report::model::{Rich, Sentence};
use std::collections::BTreeMap;

/// Longest time that platforms let an instance finish what it is at: Cloud Run gives 10 s, Kubernetes 30 s unless a pod asks for more.
const GRACE: i64 = 600 * SECOND;
/// Words for a connection that ends under the one who uses it.
const ENDS: [&str; 8] =
    ["closing", "closed", "reset by peer", "broken pipe", "cancel", "shutting down", "goaway", "eof"];

/// Whether instances of a platform are replaced and never started again: a host would go on under its name.
fn is_replaced(resource: &str) -> bool {
    resource.starts_with("k8s_") || resource.starts_with("cloud_run")
}

/// The first word on the stop of each instance that said it; nothing if one of them had not been asked to stop.
fn stops(scene: &Scene<'_>, root: &Trouble) -> Option<Vec<u32>> {
    let lower = root.lead(scene.statements)?.text.to_ascii_lowercase();
    if !ENDS.iter().any(|word| lower.contains(word)) {
        return None;
    }
    let mut asked: BTreeMap<&str, Vec<(i64, Phase, u32)>> = BTreeMap::new();
    for event in scene.episodes.iter().flat_map(|episode| &episode.events) {
        if matches!(event.phase, Phase::StopRequested | Phase::Start) && !event.instance.is_empty() {
            asked.entry(event.instance.as_str()).or_default().push((event.time.0, event.phase, event.row));
        }
    }
    asked.values_mut().for_each(|events| events.order());
    let stop = |row: u32| {
        let at = time(scene.index, row)?.0;
        let source = scene.index.row(row).and_then(|row| scene.index.source_of(row))?;
        let events = asked.get(source.instance.as_ref())?;
        // The stop that was asked for last, if no start follows it.
        let (when, phase, stop) = events.iter().rfind(|(when, ..)| *when <= at).copied()?;
        let goes = phase == Phase::StopRequested && at - when <= GRACE && is_replaced(&source.resource);
        goes.then_some(stop)
    };
    let mut rows = root.occurrences.iter().map(|o| stop(o.first())).collect::<Option<Vec<u32>>>()?;
    rows.sort_unstable();
    rows.dedup();
    (!rows.is_empty()).then_some(rows)
}

/// Whether all of it was said by instances that had been asked to stop.
pub(crate) fn is_farewell(scene: &Scene<'_>, root: &Trouble) -> bool {
    stops(scene, root).is_some()
}

/// The same as a sentence.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, root: &Trouble) -> Option<Sentence> {
    let rows = stops(scene, root)?;
    let text = Rich::text(
        "Each was said by an instance that had been asked to stop shortly before: the end of its connections belongs to that.",
    );
    Some(derived(text, "stops of the same instances before it", book.rows(&rows)))
}
