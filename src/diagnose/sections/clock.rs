//! Times that can't be right → `W-CLOCK`: years outside the calendar, and clocks that were set back.

use crate::diagnose::words;
use crate::digest::dictionary::OTHER;
use crate::digest::{Index, Order, Row};
use crate::entry::Nanos;
use crate::entry::time::{SECOND, duration_words};
use crate::error::{Code, Problem};
use crate::ingest::FileFacts;
use crate::order::Order as _;
use std::collections::BTreeMap;

/// A step back of one source's times, in the order of its file, that is told: less is how streams are written and merged.
const BACK: i64 = 60 * SECOND;
/// One step back in this many entries at most: with more the file is in another order, and no clock is wrong.
const ENTRIES_PER_STEP: u64 = 20;
/// The calendar: a machine without a set clock begins in 1970 or 1980, and a wrong unit gives years far ahead.
const FIRST_YEAR: i64 = 1990;
const LAST_YEAR: i64 = 2100;

/// Steps back of the sources of one file.
#[derive(Default)]
struct Steps {
    n: u64,
    largest: i64,
    entries: u64,
    /// Whether any of them is between entries of one recorded severity; lists by severity begin anew with each.
    within_severity: bool,
}

/// At most one problem a file for steps back, and one for years outside the calendar.
pub(crate) fn problems(index: &Index) -> Vec<Problem> {
    let mut problems = Vec::new();
    let new_year = |year: i64| Nanos::parse(&format!("{year}-01-01T00:00:00Z")).unwrap_or_default();
    let calendar = new_year(FIRST_YEAR)..new_year(LAST_YEAR);
    let times = index.rows().iter().filter_map(Row::time);
    let outside: Vec<Nanos> = times.filter(|time| !calendar.contains(time)).collect();
    if let Some(first) = outside.first() {
        problems.push(Problem::new(
            Code::WClock,
            format!(
                "{} before {FIRST_YEAR} or after {}, such as {}.",
                words::count(outside.len() as u64, "entry is dated", "entries are dated"),
                LAST_YEAR - 1,
                first.rfc3339()
            ),
        ));
    }
    for (number, facts) in index.files().iter().enumerate() {
        // A file in order has no step back; most have one, so nobody has to look.
        if index.order(number) == Order::Mixed {
            problems.extend(set_back(index, u32::try_from(number).unwrap_or(u32::MAX), facts));
        }
    }
    problems
}

fn set_back(index: &Index, file: u32, facts: &FileFacts) -> Option<Problem> {
    let mut rows: Vec<&Row> = index
        .rows()
        .iter()
        .filter(|row| row.file() == file && row.time().is_some() && !row.is_inherited())
        .collect();
    // Entries of one record stay in time order.
    rows.order_by_key(|row| row.offset());
    // Of a file that is newest first the later place is the earlier entry.
    let pairs = |first_is_earlier: bool| {
        let times = rows.iter().zip(rows.iter().skip(1)).map(|(a, b)| (a.time(), b.time()));
        times.filter(|(a, b)| if first_is_earlier { a < b } else { a > b }).count()
    };
    if pairs(false) > pairs(true) {
        rows.reverse();
    }
    let mut last: BTreeMap<u32, &Row> = BTreeMap::new();
    let mut steps = Steps { entries: rows.len() as u64, ..Steps::default() };
    for row in rows.into_iter().filter(|row| row.source() != OTHER) {
        if let (Some(before), Some(time)) = (last.insert(row.source(), row), row.time())
            && let Some(earlier) = before.time()
            && earlier.0.saturating_sub(time.0) > BACK
        {
            steps.n += 1;
            steps.largest = steps.largest.max(earlier.0.saturating_sub(time.0));
            steps.within_severity |= before.recorded() == row.recorded();
        }
    }
    let is_clock = steps.n > 0 && steps.n * ENTRIES_PER_STEP <= steps.entries && steps.within_severity;
    is_clock.then(|| {
        Problem::of_file(
            Code::WClock,
            &facts.id.name,
            format!(
                "Times run backwards within one source {}, by up to {}: its clock was set back, or the file was put together from pieces.",
                words::count(steps.n, "time", "times"),
                duration_words(steps.largest)
            ),
        )
    })
}
