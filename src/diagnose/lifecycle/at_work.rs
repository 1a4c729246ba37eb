//! What a process was at when it ended, each time: takes a collapse, gives how long its processes ran, what they said last, and which
//! others of the same service worked on.

use super::collapse::{Collapse, What};
use super::last_words::is_own_words;
use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::statements::{self, time};
use crate::diagnose::words::{self, headline};
use crate::entry::time::{SECOND, duration_words};
use crate::entry::{Severity, Source};
use crate::order::{Gather as _, Order as _};
use crate::report::model::{Rich, Sentence};
use std::collections::{BTreeMap, BTreeSet};

mod kind;
mod piece;

/// Rows before an end that are looked at, and how long before it its last words stand.
const ROWS: usize = 2_000;
const NEAR: i64 = 600 * SECOND;
/// Ends that are looked at, and how many there are at least.
const ENDS: usize = 50;
const LEAST: usize = 3;
/// A process that ran this long did start.
const RAN: i64 = 60 * SECOND;
/// Calm words by which another instance shows that it works on.
const WORKS: usize = 5;
/// Instances that are named.
const NAMED: usize = 3;

/// One end: what its process said first and last, and when that was.
struct End {
    first: (u32, i64),
    last: (u32, i64),
    at: i64,
}

fn source<'s>(scene: &'s Scene<'_>, row: u32) -> Option<&'s Source<'static>> {
    scene.index.row(row).and_then(|row| scene.index.source_of(row))
}

/// The ends whose instance is known and said something since the one before.
fn ends(scene: &Scene<'_>, collapse: &Collapse) -> Vec<End> {
    let index = scene.index;
    let calm = |row: u32| index.row(row).is_some_and(|row| row.severity() < Severity::Warning);
    // A trace is what ended the process, and no work that it was at.
    let groups = crate::digest::fold(index, crate::hands::Hands::default());
    let mut traces: Vec<u32> = groups.0.values().flat_map(|rows| rows.iter().copied()).collect();
    traces.order();
    let is_of_trace = |row: u32| {
        let is_piece = || index.text_of(row).lines().next().is_some_and(crate::trace::is_fragment);
        traces.binary_search(&row).is_ok() || is_piece()
    };
    let mut before: BTreeMap<&str, i64> = BTreeMap::new();
    let mut found = Vec::new();
    for cycle in collapse.cycles.iter().take(ENDS) {
        let Some(here) = source(scene, cycle.exit).filter(|here| !here.instance.is_empty()) else { continue };
        let Some(at) = time(index, cycle.exit).map(|at| at.0) else { continue };
        let since = before.insert(here.instance.as_ref(), at).unwrap_or(i64::MIN);
        let said = (0..cycle.exit).rev().take(ROWS).filter_map(|row| Some((row, time(index, row)?.0)));
        let mut own = said.take_while(|(_, t)| *t > since && at - t <= NEAR).filter(|(row, _)| {
            let is_here = source(scene, *row).is_some_and(|there| there.instance == here.instance);
            is_here && calm(*row) && is_own_words(index, *row) && !is_of_trace(*row)
        });
        if let Some(last) = own.next() {
            found.push(End { first: own.last().unwrap_or(last), last, at });
        }
    }
    found
}

/// How long the processes ran before they ended, in the median, where that is no failed start.
pub(crate) fn ran(scene: &Scene<'_>, collapse: &Collapse) -> Option<i64> {
    // What was said before the first end may have begun long before the log.
    let mut ages: Vec<i64> = ends(scene, collapse).iter().skip(1).map(|end| end.at - end.first.1).collect();
    ages.order();
    ages.get(ages.len() / 2).copied().filter(|age| *age >= RAN && ages.len() + 1 >= LEAST)
}

/// Other instances of the same service that say calm things before the first end and after the last one, and end nowhere.
fn others<'s>(scene: &'s Scene<'_>, collapse: &Collapse) -> BTreeSet<&'s str> {
    let (Some(first), Some(last)) = (collapse.cycles.first(), collapse.cycles.last()) else {
        return BTreeSet::new();
    };
    let Some(here) = source(scene, first.exit) else { return BTreeSet::new() };
    let ended: BTreeSet<&str> = collapse
        .cycles
        .iter()
        .filter_map(|cycle| source(scene, cycle.exit))
        .map(|source| source.instance.as_ref())
        .gathered();
    let is_other = |there: &Source<'_>| {
        let same = there.service == here.service && there.revision == here.revision;
        let fits = here.container.is_empty() || here.container == there.container;
        (same || fits && is_replica(&here.instance, &there.instance))
            && !there.instance.is_empty()
            && !ended.contains(there.instance.as_ref())
    };
    // Many rows are of few sources.
    let of_others: Vec<bool> = scene.index.sources().iter().map(is_other).collect();
    let mut said: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for (row, entry) in (0u32..).zip(scene.index.rows()) {
        if !of_others.get(entry.source() as usize).is_some_and(|is_other| *is_other) {
            continue;
        }
        let Some(there) = scene.index.source_of(entry) else { continue };
        let calm = entry.severity() < Severity::Warning && is_own_words(scene.index, row);
        let slot = said.entry(there.instance.as_ref()).or_default();
        match (calm, row < first.exit, row > last.exit) {
            (true, true, _) => slot[0] += 1,
            (true, _, true) => slot[1] += 1,
            _ => {}
        }
    }
    said.retain(|_, [before, after]| *before >= WORKS && *after >= WORKS);
    said.into_keys().gathered()
}

/// Whether two pods are of one replica set: their names differ in the last part only.
fn is_replica(one: &str, other: &str) -> bool {
    let set =
        |name: &str| name.rsplit_once('-').map(|(set, _)| set.to_owned()).filter(|set| set.contains('-'));
    set(one).is_some_and(|mine| set(other) == Some(mine))
}

/// What the processes said last, and who worked on meanwhile.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, collapse: &Collapse) -> Vec<Sentence> {
    if !matches!(collapse.what, What::Loop | What::Crash) {
        return Vec::new();
    }
    let piece = piece::of(scene, collapse).map(|piece| piece.tell(book));
    let said = piece.or_else(|| last_words(scene, book, collapse));
    let said = said.or_else(|| kind::of(scene, collapse).map(|work| work.tell(book)));
    let mut sentences: Vec<Sentence> = said.into_iter().collect();
    let others = others(scene, collapse);
    if !others.is_empty() {
        let named: Vec<String> = others.iter().take(NAMED).map(|name| (*name).to_owned()).collect();
        let text = format!(
            "{} of the same service worked on before, between and after: ",
            words::count(others.len() as u64, "other instance", "other instances")
        );
        let rows = (0u32..).zip(scene.index.rows());
        let own = rows.filter(|(_, row)| {
            scene.index.source_of(row).is_some_and(|source| others.contains(source.instance.as_ref()))
        });
        let rows: Vec<u32> = own.map(|(row, _)| row).collect();
        let text = Rich::text(text).c(named.join(", ")).t(".");
        sentences.push(derived(text, "calm entries of instances that did not end", book.rows(&rows)));
    }
    sentences
}

/// What was said last before most ends.
struct Last {
    words: String,
    /// Whether that is one wording of several.
    differs: bool,
    /// Whether it is the same each time, with numbers in it.
    is_same: bool,
    rows: Vec<u32>,
    ends: usize,
    pause: i64,
}

/// First aid where the same piece of work ends the process each time.
pub(crate) fn step(scene: &Scene<'_>, collapse: &Collapse) -> Option<Rich> {
    if let Some(piece) = piece::of(scene, collapse) {
        return Some(piece.step());
    }
    let last = match last(scene, collapse) {
        Some(last) => Some(last).filter(|last| last.is_same)?,
        None => return kind::of(scene, collapse).map(|work| work.step()),
    };
    let text = Rich::text("First aid: take what ").c(last.words);
    Some(text.t(" is about out of its queue or input, so that the rest goes on, and try it apart."))
}

/// The shape of what is said last before most ends, and how long before, in the median.
fn usual(scene: &Scene<'_>, collapse: &Collapse) -> Option<(u32, i64)> {
    let ends = ends(scene, collapse);
    let mut said: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
    for end in &ends {
        said.entry(scene.index.row(end.last.0)?.shape()).or_default().push(end.at - end.last.1);
    }
    let (shape, mut pauses) =
        said.into_iter().max_by_key(|(shape, pauses)| (pauses.len(), std::cmp::Reverse(*shape)))?;
    pauses.order();
    let fits = pauses.len() >= LEAST && pauses.len() * 10 >= ends.len() * 7;
    pauses.get(pauses.len() / 2).copied().filter(|_| fits).map(|pause| (shape, pause))
}

/// The same as a sentence.
fn last_words(scene: &Scene<'_>, book: &mut Book<'_>, collapse: &Collapse) -> Option<Sentence> {
    let Last { words, differs, is_same, rows, ends, pause } = last(scene, collapse)?;
    let times = match rows.len() == ends {
        true => "each time".to_owned(),
        false => format!("{} of {ends} times", rows.len()),
    };
    let such = if differs { "words such as " } else { "" };
    let mut text = Rich::text(format!("The last thing that it says before it ends is {such}"))
        .c(words)
        .t(format!(" ({times}, {} before)", duration_words(pause)));
    text = match is_same {
        true => {
            text.t(", the same down to its numbers: one and the same piece of work may end it every time.")
        }
        false => text.t("."),
    };
    Some(derived(text, "last calm entry of the same instance before each end", book.rows(&rows)))
}

/// The words that stand last before most ends, where they are not said all the time.
fn last(scene: &Scene<'_>, collapse: &Collapse) -> Option<Last> {
    let index = scene.index;
    let ends = ends(scene, collapse);
    let mut said: BTreeMap<u32, Vec<(u32, i64)>> = BTreeMap::new();
    for end in &ends {
        let (row, at) = end.last;
        said.entry(index.row(row)?.shape()).or_default().push((row, end.at - at));
    }
    let (shape, found) =
        said.into_iter().max_by_key(|(shape, found)| (found.len(), std::cmp::Reverse(*shape)))?;
    let all = index.rows_of_shape(shape).len();
    if found.len() < LEAST || found.len() * 10 < ends.len() * 7 || all > found.len() * 2 {
        return None;
    }
    let mut pauses: Vec<i64> = found.iter().map(|(_, pause)| *pause).collect();
    pauses.order();
    let pause = pauses.get(pauses.len() / 2).copied().unwrap_or(0);
    let kept = index.shape(shape)?;
    // A server that says which version of it starts is at no work yet.
    let known = scene.knowledge.matches(kept.text());
    let mut known = known.iter().filter_map(|found| scene.knowledge.signatures().get(found.signature));
    if known.any(|signature| signature.role.is_benign()) {
        return None;
    }
    let line = |text: &str| headline(statements::prefix::unprefixed(text), 160);
    let words = line(kept.text());
    let is_same = kept.others().all(|text| line(text) == words) && words.bytes().any(|b| b.is_ascii_digit());
    let differs = kept.others().any(|text| line(text) != words);
    let rows: Vec<u32> = found.into_iter().map(|(row, _)| row).collect();
    Some(Last { words, differs, is_same, rows, ends: ends.len(), pause })
}
