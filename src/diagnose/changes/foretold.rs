//! What was said to end at a date, and failures that begin as that date is past: takes urgent findings, gives the messages that foretold them
//! (`the old secret expires 2026-05-12T10:00:00Z`), which say why nothing was changed when it began.

use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived, quotes};
use crate::diagnose::findings::Told;
use crate::diagnose::statements::{Statement, time};
use crate::diagnose::words::{self, headline};
use crate::entry::time::{SECOND, duration_words};
use crate::entry::{Nanos, Severity};
use crate::report::model::{Priority, Rich, Why};

/// How long after the date the first failure is, at most, and how much before it clocks may differ.
const LATER: i64 = 300 * SECOND;
const EARLY: i64 = 90 * SECOND;
/// How long before its date a message foretells it, at least.
const AHEAD: i64 = 120 * SECOND;
/// Words by which something is said to end, or to begin to be refused.
const ENDS: [&str; 11] = [
    "expire",
    "expiry",
    "expiration",
    "valid to",
    "valid till",
    "valid until",
    "not after",
    "notafter",
    "sunset",
    "retire",
    "shut down",
];
/// What ends all the time and is renewed.
const LIVES: [&str; 7] = ["session", "cache", "lease", "lock", "cookie", "access token", "access_token"];
/// Characters of a message that are looked at, and messages.
const LOOK: usize = 400;
/// Lengths of dates with a time, the longest first.
const FORMS: [usize; 6] = [29, 25, 24, 20, 19, 16];
/// The rule behind the sentence.
const RULE: &str = "a date in messages before it, against the first failure";

/// Adds the message that foretold it to the cause of each urgent finding.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut [Told]) {
    if told.iter().all(|t| t.priority == Priority::P2) {
        return;
    }
    let dated =
        scene.statements.iter().flat_map(|said| dates(scene, said).into_iter().map(move |date| (said, date)));
    let dated: Vec<(&Statement, i64)> = dated.collect();
    for t in told.iter_mut().filter(|t| t.priority < Priority::P2) {
        let Some(first) = t.failures.first().map(|(at, _)| at.0).or(t.finding.first.map(|at| at.0)) else {
            continue;
        };
        let is_it = |(said, date): &&(&Statement, i64)| {
            let lead = first - date;
            let begin = said.occurrences.firsts().first().and_then(|row| time(scene.index, *row));
            (-EARLY..=LATER).contains(&lead) && begin.is_some_and(|begin| date - begin.0 >= AHEAD)
        };
        let Some((said, date)) = dated.iter().filter(is_it).max_by_key(|(said, _)| said.occurrences.len())
        else {
            continue;
        };
        let mut rows = said.occurrences.rows();
        rows.retain(|row| time(scene.index, *row).is_some_and(|at| at.0 < first));
        let Some(last) = rows.last().and_then(|row| time(scene.index, *row)) else { continue };
        let after = if first >= *date {
            format!("the first failure is {} later", duration_words(first - date))
        } else {
            "the failures begin at that moment".to_owned()
        };
        let text = Rich::text("It was foretold: ").c(headline(&said.text, 240)).t(format!(
            " ({}, the last at {} UTC). The date in it is {} UTC, and {after}.",
            words::count(rows.len() as u64, "time", "times"),
            last.date_time(),
            Nanos(*date).date_time(),
        ));
        let at = t.finding.cause.len().min(1);
        t.finding.cause.insert(at, derived(text, RULE, book.rows(&rows)));
        t.finding.quotes.extend(rows.get(..1).and_then(|row| quotes(scene.index, row, 1).pop()));
    }
}

/// The step of the whys that it answers.
pub(crate) fn why(main: &Told) -> Option<Why> {
    let answer = main.finding.cause.iter().find(|sentence| sentence.rule == RULE)?.clone();
    Some(Why { question: Rich::text("Why did it begin then?"), answer, alternatives: Vec::new() })
}

/// The dates in a message below ERROR that says that something ends, where all that is kept of it names the same: a date that moves is
/// how long something lives.
fn dates(scene: &Scene<'_>, said: &Statement) -> Vec<i64> {
    let shape = |row: u32| scene.index.row(row).and_then(|row| scene.index.shape(row.shape()));
    let found = in_text(said);
    if found.is_empty() {
        return found;
    }
    let shape = said.occurrences.firsts().first().and_then(|row| shape(*row));
    let others: Vec<Vec<i64>> =
        shape.into_iter().flat_map(crate::digest::Shape::others).map(moments).collect();
    found.into_iter().filter(|date| others.iter().all(|other| other.contains(date))).collect()
}

fn in_text(said: &Statement) -> Vec<i64> {
    let head = crate::digest::cut(&said.text, LOOK);
    let lower = head.to_ascii_lowercase();
    let lives = LIVES.iter().any(|word| lower.contains(word));
    if said.severity > Severity::Warning
        || said.audit
        || lives
        || !ENDS.iter().any(|word| lower.contains(word))
    {
        return Vec::new();
    }
    moments(head)
}

/// The dates with a time in a text.
fn moments(text: &str) -> Vec<i64> {
    let head = crate::digest::cut(text, LOOK);
    let years = head.match_indices("20").map(|(at, _)| at);
    let dates = years.filter_map(|at| {
        let rest = head.get(at..)?;
        // With fractions and zone, with either, or with hour and minute alone; a date without a time has no moment.
        FORMS
            .iter()
            .find_map(|len| Nanos::parse(rest.get(..*len)?.trim_end_matches([' ', '.', ')', ']', '"', ','])))
    });
    dates.map(|date| date.0).collect()
}
