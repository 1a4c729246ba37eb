//! Events that carry a count: Kubernetes keeps one object for what comes again and again, so that one entry stands for all of it.

use super::time;
use crate::diagnose::causality::{Incident, Scene};
use crate::diagnose::troubles::Trouble;
use crate::diagnose::words;
use crate::digest::Row;
use crate::entry::Nanos;
use crate::entry::time::{SECOND, duration_words};
use crate::report::model::{Rich, State};
use std::collections::BTreeMap;

/// Times from which on their pauses tell whether it goes on.
const OFTEN: i64 = 3;

/// The state of an incident that is one such event, which was last counted at `last`.
pub(crate) fn standing(
    scene: &Scene<'_>,
    incident: &Incident,
    [last, end]: [Nanos; 2],
) -> Option<(State, Rich)> {
    let root = incident.root.and_then(|root| scene.troubles.get(root))?;
    let (count, over) = counted(&root.lead(scene.statements)?.text)?;
    let rest = (end.0 - last.0).max(0);
    let goes_on = count >= OFTEN && rest <= (over / (count - 1)).saturating_mul(2).max(60 * SECOND);
    let after = match (goes_on, rest < SECOND) {
        (true, true) => "; still going on when the log ends, which is with the last one".to_owned(),
        (true, false) => {
            format!("; still going on when the log ends, {} after the last one", duration_words(rest))
        }
        (false, _) => format!("; the log ends {} later", duration_words(rest)),
    };
    let text = format!(
        "The event was counted {} times, from {} to {} UTC{after}.",
        words::number(count.unsigned_abs()),
        Nanos(last.0.saturating_sub(over)).date_time(),
        last.date_time()
    );
    Some((if goes_on { State::Ongoing } else { State::Ended }, Rich::text(text)))
}

/// Times that an event was counted, or seen at one instance, and how long it has to go on, to be no hiccup.
const KEEPS: i64 = 10;
const SEEN: usize = 5;
const LASTS: i64 = 600 * SECOND;

/// Whether something comes again and again at one instance for ten minutes and more: a pod that finds no node stays without one.
pub(crate) fn keeps_coming(scene: &Scene<'_>, trouble: &Trouble) -> bool {
    let said = trouble.lead(scene.statements).and_then(|lead| counted(&lead.text));
    if said.is_some_and(|(count, over)| count >= KEEPS && over >= LASTS) {
        return true;
    }
    let mut seen: BTreeMap<u32, (usize, i64, i64)> = BTreeMap::new();
    for row in trouble.occurrences.firsts() {
        let (Some(at), Some(source)) = (time(scene.index, *row), scene.index.row(*row).map(Row::source))
        else {
            continue;
        };
        let known = seen.entry(source).or_insert((0, at.0, at.0));
        *known = (known.0 + 1, known.1.min(at.0), known.2.max(at.0));
    }
    seen.values().any(|(n, from, until)| *n >= SEEN && until - from >= LASTS)
}

/// How often and over how long: from ` (x23 over 2h10m14s)` at the end of a text.
fn counted(text: &str) -> Option<(i64, i64)> {
    let inner = text.lines().next()?.trim_end().strip_suffix("s)")?.rsplit_once(" (x")?.1;
    let (count, over) = inner.split_once(" over ")?;
    let (hours, rest) = over.split_once('h')?;
    let (minutes, secs) = rest.split_once('m')?;
    let [count, hours, minutes, secs] =
        [count, hours, minutes, secs].map(|number| number.parse::<i64>().ok());
    let over = hours?.checked_mul(3_600)?.checked_add(minutes?.checked_mul(60)?)?.checked_add(secs?)?;
    Some((count.filter(|count| *count > 1)?, over.checked_mul(SECOND)?))
}

#[cfg(test)]
mod tests {
    use super::counted;
    use crate::entry::time::SECOND;

    #[test]
    fn counts_are_read_as_kubectl_writes_them() {
        let of = counted("FailedScheduling: 0/4 nodes are available (x23 over 2h10m14s)");
        assert_eq!(of, Some((23, 7_814 * SECOND)));
        assert_eq!(counted("BackOff: Back-off (x4 over 0h5m0s)"), Some((4, 300 * SECOND)));
        assert_eq!(counted("BackOff: Back-off (x4)"), None);
        assert_eq!(counted("over (x4 over hms)"), None);
    }
}
