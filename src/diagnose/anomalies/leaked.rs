//! Connections that code takes and does not give back, and the pool that they use up: takes a finding of an empty pool, puts the leak in front
//! where it began long before.

use crate::diagnose::causality::{Scene, relations};
use crate::diagnose::evidence::{Book, derived, quotes};
use crate::diagnose::findings::{Told, place_of};
use crate::diagnose::statements::time;
use crate::diagnose::troubles::Trouble;
use crate::diagnose::words;
use crate::entry::time::{SECOND, duration_words};
use crate::order::Gather as _;
use crate::report::model::{Action, Rich};
use crate::trace;
use std::collections::BTreeSet;

/// Signatures of a pool that is used up, and of what the pool says of a connection that was taken and not given back.
const USED_UP: &str = "db-pool-exhausted";
const LEAKS: &str = "hikari-leak";
/// How often and how long before the pool was used up it said so at least: whoever waits for a slow database is called a leak too, but no longer
/// before than others wait for a connection.
const SEVERAL: usize = 3;
const LONG: i64 = 180 * SECOND;
/// What the pool says of a connection that came back late after all (HikariCP, ProxyLeakTask).
const GIVEN_BACK: &str = "unleaked";
/// One of so many at most may have come back.
const MOST: usize = 10;

/// The symptom of a finding that is the leak behind it.
fn leak<'s>(scene: &'s Scene<'_>, t: &Told) -> Option<&'s Trouble> {
    let known =
        |trouble: &Trouble, id: &str| relations::signature_id(scene, trouble).is_some_and(|s| s.id == id);
    let root =
        t.incident.root.and_then(|root| scene.troubles.get(root)).filter(|root| known(root, USED_UP))?;
    let symptoms = t.incident.symptoms.iter().filter_map(|symptom| scene.troubles.get(*symptom));
    let leak = symptoms.into_iter().find(|symptom| known(symptom, LEAKS))?;
    let missed = *root.occurrences.firsts().first()?;
    let rows = leak.occurrences.firsts();
    let before = rows.partition_point(|row| *row < missed);
    let lead = time(scene.index, missed)?.0 - time(scene.index, *rows.first()?)?.0;
    // A few that only took their time do not show that the others were given back.
    let came_back = scene.statements.iter().filter(|s| s.text.contains(GIVEN_BACK));
    let came_back = came_back.flat_map(|s| s.occurrences.firsts());
    let came_back = came_back.filter(|row| scene.service(**row) == scene.service(missed)).count();
    let size = root.lead(scene.statements).and_then(|lead| size(&lead.text));
    let has_room = size.is_some_and(|size| before * 2 < size);
    let is_one = taken(scene, leak).is_ok();
    let is_so = before >= SEVERAL && lead >= LONG && !has_room && is_one;
    // What is out is more than half of the pools, and no more than all of them hold.
    let out = before.saturating_sub(came_back);
    let all_back = match size {
        _ if came_back == 0 => false,
        Some(size) => out * 2 <= size || out > size * instances(scene, rows),
        None => came_back * MOST > rows.len(),
    };
    (is_so && !all_back).then_some(leak)
}

/// Instances that say it, each with a pool of its own.
fn instances(scene: &Scene<'_>, rows: &[u32]) -> usize {
    let source = |row: &u32| scene.index.row(*row).and_then(|row| scene.index.source_of(row));
    let names: BTreeSet<&str> =
        rows.iter().filter_map(source).map(|source| source.instance.as_ref()).gathered();
    names.len().max(1)
}

/// How many connections the pool has, as its words say (HikariCP: `total=10`).
fn size(text: &str) -> Option<usize> {
    let (_, after) = text.split_once("total=")?;
    after.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// The place in the user's own code where nearly all connections that leak are taken, and its function; nothing where no place is known, an error
/// where they are taken at several.
fn taken(scene: &Scene<'_>, leak: &Trouble) -> Result<Option<(String, String)>, ()> {
    let said = leak.statements.iter().filter_map(|n| scene.statements.get(*n));
    let placed: Vec<(String, String, usize)> = said
        .filter_map(|statement| {
            let frames = trace::root(statement.trace.as_ref()?).frames.iter();
            let frame = frames.into_iter().find(|frame| frame.user && !frame.file.is_empty())?;
            Some((place_of(frame), frame.function.clone(), statement.occurrences.len()))
        })
        .collect();
    let all: usize = placed.iter().map(|(_, _, n)| n).sum();
    let of =
        |place: &str| placed.iter().filter(|(known, _, _)| known == place).map(|(_, _, n)| n).sum::<usize>();
    match placed.iter().find(|(place, _, _)| of(place) * 10 >= all * 8) {
        Some((place, function, _)) => Ok(Some((place.clone(), function.clone()))),
        None if placed.is_empty() => Ok(None),
        None => Err(()),
    }
}

/// Puts leaks in front of the pools that they use up.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut [Told]) {
    for t in told {
        if let Some(leak) = leak(scene, t) {
            give(scene, book, t, leak);
        }
    }
}

fn give(scene: &Scene<'_>, book: &mut Book<'_>, t: &mut Told, leak: &Trouble) {
    let rows = leak.occurrences.firsts();
    let (Some(first), Some((missed, _))) = (rows.first(), t.failures.first()) else { return };
    let Some(began) = time(scene.index, *first) else { return };
    let at = |row: &u32| time(scene.index, *row).map_or(0, |at| at.0);
    let before = rows.partition_point(|row| at(row) < missed.0);
    let place = taken(scene, leak).ok().flatten();
    let (evidence, rule) =
        (book.rows(rows), "what the pool says of its connections, before anybody missed one");
    let leaks = words::count(rows.len() as u64, "connection", "connections");
    let mut title = Rich::text(format!("A connection leak uses up the pool: {leaks} not given back in time"));
    let mut text = Rich::text(format!(
        "{leaks} {} not given back in time",
        if rows.len() == 1 { "was" } else { "were" }
    ));
    if let Some((place, function)) = &place {
        title = title.t(", taken at ").c(place);
        text = text.t(", taken at ").c(place);
        text = if function.is_empty() { text } else { text.t(" in ").c(function) };
    }
    t.finding.title = title.t("; ").c(words::brief(&t.words, 110));
    let text = text.t(format!(
        ": {} of them before the first failure, from {} before it on.",
        words::number(before as u64),
        duration_words(missed.0 - began.0)
    ));
    t.finding.cause.insert(0, derived(text.clone(), rule, evidence));
    t.finding.quotes.extend(quotes(scene.index, rows, 1));
    let what = Rich::text(
        "Close the connection on every path there (try-with-resources; streams and result sets too)",
    );
    let what = match &place {
        Some((place, _)) => what.t(": ").c(place),
        None => what,
    };
    t.advice = Some(Action {
        priority: t.priority,
        what: what.t(". As first aid restart the instances, each start has a whole pool until it is used up again; or roll back, where the leaks began with a release."),
        verify: Rich::text("No leak detection and no caller that waits in vain at the highest traffic of a day."),
        ..Action::default()
    });
    let asks = ["No connection of the pool is free: ", "Who has the connections?"];
    let guess = "A path of that code ends without closing what it took, such as an early return, an exception or a cursor that is not read to its end. The code at that place, and whether the leaks began with a release, would confirm or refute it.";
    let guess = ["Why are they not given back?", guess];
    t.whys = super::locked::whys_of(t, asks, derived(text, rule, evidence), guess);
}
