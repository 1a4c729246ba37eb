//! What shows that something lasts though its cause is not said any more: a manager that gave a service up, and a consequence that goes on.

use crate::diagnose::causality::{self, Incident, Scene};
use crate::diagnose::statements::{self, time};
use crate::diagnose::{troubles, words};
use crate::entry::Nanos;
use crate::entry::time::{SECOND, duration_words};
use crate::report::model::{Rich, State};

/// The signature of a manager that starts a service no more, and how long after the last end it says so.
const GAVE_UP: &str = "systemd-gave-up";
const SAYS: i64 = 10 * SECOND;

/// That the manager of a service gave it up after its last end, if nothing tells of a start after that.
pub(crate) fn gave_up(
    scene: &Scene<'_>,
    incident: &Incident,
    [last, end]: [Nanos; 2],
    when: &str,
) -> Option<(State, Rich, Vec<u32>)> {
    let collapse = incident.collapse.as_ref()?;
    let is_it = |t: &&troubles::Trouble| {
        super::signature(scene.knowledge, t).is_some_and(|known| known.id == GAVE_UP)
    };
    let rows = scene.troubles.iter().filter(is_it).flat_map(|t| t.occurrences.firsts().iter().copied());
    let service =
        |row: u32| scene.index.row(row).and_then(|row| scene.index.source_of(row)).map(|s| &s.service);
    let mut own = rows.filter(|row| service(*row).is_some_and(|service| *service == collapse.service));
    let found = own.find_map(|row| {
        let at = time(scene.index, row)?;
        (0..=SAYS).contains(&(at.0 - last.0)).then_some((row, at))
    })?;
    let episode = scene.episodes.get(collapse.episode)?;
    let starts_later = episode.starts().iter().any(|start| start.row > found.0);
    let (row, at) = Some(found).filter(|_| !starts_later)?;
    // What the unit itself says later shows a start that was not logged.
    let said = |row: u32| scene.index.row(row).and_then(|row| scene.index.source_of(row));
    let later = row + 1..u32::try_from(scene.index.rows().len()).unwrap_or(u32::MAX);
    let own = |row: &u32| said(*row).is_some_and(|s| s.service == collapse.service && s.log != "systemd");
    if later.filter(own).count() >= OUTLIVES {
        return None;
    }
    let text = format!(
        "From {when}; systemd gave it up at {} UTC, and the log tells of no start in the remaining {}.",
        at.date_time(),
        duration_words((end.0 - at.0).max(0))
    );
    Some((State::Ongoing, Rich::text(text), vec![row]))
}

/// Times that a consequence is said after its cause was said for the last time, when it stands for itself.
const OUTLIVES: usize = 3;

/// That a known consequence is said again and again after its cause, up to the end of the log.
pub(crate) fn outlived(
    scene: &Scene<'_>,
    incident: &Incident,
    [last, end]: [Nanos; 2],
    since: &str,
) -> Option<(State, Rich, Vec<u32>)> {
    let root = incident.root.and_then(|root| scene.troubles.get(root))?;
    let known = incident.symptoms.iter().filter_map(|&n| scene.troubles.get(n)).filter(|trouble| {
        matches!(trouble.kind, troubles::Kind::Signature(_))
            && causality::relations::explains(scene, root, trouble)
    });
    let found = known
        .filter_map(|trouble| {
            let rows = trouble.occurrences.firsts();
            let at = |row: &u32| time(scene.index, *row);
            let since = rows.get(rows.partition_point(|row| at(row) <= Some(last))..)?;
            let times: Vec<i64> = since.iter().filter_map(at).map(|at| at.0).collect();
            let gaps: Vec<i64> =
                times.windows(2).filter_map(|pair| Some(pair.last()? - pair.first()?)).collect();
            let goes_on = end.0 - times.last()? <= super::state::patience(scene, &gaps, end, false);
            let words = trouble.lead(scene.statements).map_or("", |lead| lead.text.as_str());
            let words = words::headline(statements::prefix::unprefixed(words), 120);
            (since.len() >= OUTLIVES && goes_on).then(|| (words, since.len() as u64, since.to_vec()))
        })
        .max_by_key(|(_, n, _)| *n);
    let (words, n, rows) = found?;
    let text = Rich::text(format!("{since}; what follows from it goes on to the end of the log: "))
        .c(words)
        .t(format!(" ({} since).", words::count(n, "time", "times")));
    Some((State::Ongoing, text, rows))
}
