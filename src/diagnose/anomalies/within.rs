//! Where the time of one long step went: takes the entry that states how long it took, gives the longest pauses between what the same
//! instance said meanwhile.

use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::statements;
use crate::diagnose::words::{self, headline};
use crate::entry::time::{SECOND, duration_words};
use crate::entry::{Nanos, Source};
use crate::order::Order as _;
use crate::report::model::{Rich, Sentence};
use std::collections::BTreeMap;

/// How often something is said meanwhile at most to be a part of the step: what comes more often is said by itself.
const RARE: usize = 2;
/// Entries of the log that are looked at.
const ENTRIES: usize = 200_000;
/// Pauses that are told, and the least part (per cent) of the step that one takes.
const TOLD: usize = 3;
const PART: i64 = 5;
/// A failed request this long is asked where its time went, where so few failed.
const LONG_MICROS: u64 = 10_000_000;
const FEW: usize = 3;
/// Parts without which nothing is known of where the time went.
const PARTS: usize = 3;

/// The pauses of the step that an entry ends.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, row: u32, micros: u64) -> Option<Sentence> {
    let until = scene.index.row(row)?.time()?.0;
    let lasted = i64::try_from(micros).ok()?.checked_mul(1000)?;
    pauses(scene, book, row, [until.checked_sub(lasted)?, until], "It ran")
}

/// The same of a long failed request, which has the time of its beginning.
pub(crate) fn of_request(scene: &Scene<'_>, book: &mut Book<'_>, requests: &[u32]) -> Option<Sentence> {
    let long = |&row: &u32| {
        let micros = scene.index.request_of(row)?.latency().filter(|micros| *micros >= LONG_MICROS)?;
        Some((row, micros))
    };
    let (row, micros) = requests.iter().filter(|_| requests.len() <= FEW).find_map(long)?;
    let from = scene.index.row(row)?.time()?.0;
    pauses(
        scene,
        book,
        row,
        [from, from.checked_add(i64::try_from(micros).ok()?.checked_mul(1000)?)?],
        "That request ran",
    )
}

/// The longest pauses of the instance of a row in this time.
fn pauses(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    row: u32,
    [from, until]: [i64; 2],
    ran: &str,
) -> Option<Sentence> {
    let index = scene.index;
    let end = index.row(row)?;
    let lasted = until.checked_sub(from)?;
    let rows = index.rows();
    // Its own first words may stand a moment before the clock that measured it was started.
    let begin =
        rows.partition_point(|row| row.time().is_none_or(|time| time.0 < from.saturating_sub(SECOND)));
    let last = rows.partition_point(|row| row.time().is_none_or(|time| time.0 <= until));
    if last.saturating_sub(begin) > ENTRIES {
        return None;
    }
    // An instance writes to several logs: what it says in any of them is no silence.
    let mine = who(index.source_of(end)?);
    let same: Vec<bool> = index.sources().iter().map(|source| who(source) == mine).collect();
    let meanwhile = (0u32..).zip(rows).skip(begin).take(last.saturating_sub(begin));
    let own: Vec<(u32, u32)> = meanwhile
        .filter(|(_, other)| same.get(other.source() as usize) == Some(&true))
        .map(|(n, other)| (n, other.shape()))
        .collect();
    let mut often: BTreeMap<u32, usize> = BTreeMap::new();
    own.iter().for_each(|(_, shape)| *often.entry(*shape).or_default() += 1);
    let parts: Vec<u32> = own
        .iter()
        .filter(|(n, shape)| *n == row || often.get(shape).is_some_and(|n| *n <= RARE))
        .map(|(n, _)| *n)
        .collect();
    if parts.len() < PARTS {
        return None;
    }
    let time = |row: &u32| statements::time(index, *row).map(|time| time.0);
    let pause = |pair: &[u32]| {
        let (before, after) = (pair.first()?, pair.last()?);
        Some((time(after)?.saturating_sub(time(before)?), *before, *after))
    };
    let mut pauses: Vec<(i64, u32, u32)> = parts.windows(2).filter_map(pause).collect();
    pauses.retain(|(pause, ..)| *pause >= SECOND && *pause >= lasted / 100 * PART);
    pauses.order_by_key(|(pause, before, _)| (std::cmp::Reverse(*pause), *before));
    pauses.truncate(TOLD);
    if pauses.is_empty() {
        return None;
    }
    let text = told(scene, [Nanos(from), Nanos(until)], &pauses, ran);
    let mut shown: Vec<u32> = pauses.iter().flat_map(|(_, before, after)| [*before, *after]).collect();
    shown.sort_unstable();
    shown.dedup();
    Some(derived(text.t("."), "pauses between what is said once or twice while it ran", book.rows(&shown)))
}

/// Who speaks, in whatever log.
fn who<'s>(source: &'s Source<'_>) -> [&'s str; 5] {
    [&source.service, &source.revision, &source.instance, &source.execution, &source.container]
}

/// When it ran, and the pauses with what was said before and after each.
fn told(scene: &Scene<'_>, [began, until]: [Nanos; 2], pauses: &[(i64, u32, u32)], ran: &str) -> Rich {
    let mut text = Rich::text(format!(
        "{ran} from {}. Meanwhile the same instance said nothing new for ",
        words::span(began, until)
    ));
    for (n, (pause, before, after)) in pauses.iter().enumerate() {
        let words = |row: &u32| {
            words::brief(&headline(statements::prefix::unprefixed(&scene.index.text_of(*row)), 200), 70)
        };
        text = text.t(if n == 0 { "" } else { ", " }).t(duration_words(*pause)).t(" between ");
        text = text.c(words(before)).t(" and ").c(words(after));
    }
    text
}
