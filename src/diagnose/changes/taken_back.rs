//! A setting that was changed before the failures and changed back as they ended: takes an urgent finding, gives what was turned,
//! when, by what words, and what was said only in between. That the failures end with it is what a guess by time alone lacks.

use super::switched::{TOLD, service, went};
use super::turns::change;
use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived, quotes};
use crate::diagnose::findings::Told;
use crate::diagnose::statements::{Statement, time};
use crate::diagnose::words::{self, headline};
use crate::entry::time::{SECOND, duration_words};
use crate::entry::{Nanos, Severity};
use crate::order::Order as _;
use crate::report::model::{Action, Priority, Quote, Rich, Sentence};

/// How long before the first failure it may have been changed, and how far from the last one changed back, at most and as a part (per
/// cent) of the time between both.
const REACH: i64 = 6 * 3600 * SECOND;
const NEAR: i64 = 600 * SECOND;
const PART: i64 = 10;
/// Times that something is said only in between, and how soon after the change it begins.
const AGAIN: usize = 5;
const SOON: i64 = 120 * SECOND;
/// The rules behind the sentences.
pub(super) const BACK: &str = "when the setting went back against the last failure";
pub(super) const BETWEEN: &str = "messages said only between the change and its way back";

/// Parts of names of what tells a state, or is turned because something fails.
const STATES: [&str; 9] =
    ["state", "status", "health", "phase", "banner", "maintenance", "readonly", "read_only", "circuit"];

/// A change and the one that took it back.
struct Turned {
    name: String,
    was: String,
    is: String,
    /// Time and row of both.
    there: (i64, u32),
    back: (i64, u32),
}

/// The changes that the log tells of: name, values, time, row.
fn changes(scene: &Scene<'_>) -> Vec<(String, String, String, i64, u32)> {
    let told = scene.with_arrows().iter().filter_map(|&number| scene.statements.get(number));
    let rows = told.flat_map(|statement| statement.occurrences.firsts().iter().copied());
    let found = rows.filter_map(|row| {
        let line = headline(scene.index.exact_text_of(row)?, 300);
        let (name, was, is) = change(&line)?;
        let lower = name.to_ascii_lowercase();
        if STATES.iter().any(|part| lower.contains(part)) {
            return None;
        }
        Some((name.to_owned(), was.to_owned(), is.to_owned(), time(scene.index, row)?.0, row))
    });
    let mut found: Vec<_> = found.collect();
    found.order_by_key(|(name, _, _, at, row)| (*at, *row, name.clone()));
    found
}

/// The change before the failures of a finding that was taken back as they ended: of the service that fails, or of another one that says
/// something only in between.
fn turned(scene: &Scene<'_>, told: &Told) -> Option<Turned> {
    let (first, last) = (told.finding.first?.0, told.finding.last?.0);
    let mine = told.failures.first().map(|(_, row)| service(scene, *row));
    let changes = changes(scene);
    changes.iter().rev().find_map(|(name, was, is, at, row)| {
        if !(first - REACH..=first).contains(at) {
            return None;
        }
        let (_, _, _, end, back) =
            changes.iter().find(|(n, w, i, t, _)| n == name && w == is && i == was && t > at)?;
        let near = NEAR.min((end - at) / 100 * PART);
        // Nothing of it was changed in between, since the first way back is taken.
        let turned = Turned {
            name: name.clone(),
            was: was.clone(),
            is: is.clone(),
            there: (*at, *row),
            back: (*end, *back),
        };
        let is_tied = mine == Some(service(scene, *row)) || between(scene, &turned).is_some();
        (*end > first && end.abs_diff(last) <= near.unsigned_abs() && is_tied).then_some(turned)
    })
}

/// Tells of it, if there is one.
pub(super) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut Told) -> bool {
    let Some(turned) = turned(scene, told) else { return false };
    let (Some(first), Some(last)) = (told.finding.first, told.finding.last) else { return false };
    let Turned { name, was, is, there, back } = &turned;
    let before = duration_words(first.0 - there.0);
    let text =
        went(Rich::text(format!("A setting changed {before} before the first failure: ")), name, was, is);
    let text = text.t(format!(" at {} UTC.", Nanos(there.0).date_time()));
    let ended = if last.0 > back.0 {
        format!("the last failure is {} later", duration_words(last.0 - back.0))
    } else {
        format!("no failure is later than {} before it", duration_words(back.0 - last.0))
    };
    let end = Rich::text("It went back to ")
        .c(was)
        .t(format!(" at {} UTC, and {ended}.", Nanos(back.0).date_time()));
    let sentences =
        [derived(text, TOLD, book.rows(&[there.1])), derived(end, BACK, book.rows(&[there.1, back.1]))];
    let finding = &mut told.finding;
    let at = finding.cause.len().min(1);
    finding.cause.splice(at..at, sentences);
    let title = std::mem::take(&mut finding.title).t(format!(", {before} after "));
    finding.title = went(title, name, was, is);
    finding.quotes.extend(quotes(scene.index, &[there.1], 1));
    if let Some((sentence, quote)) = said(scene, book, &turned) {
        finding.cause.insert(at + 2, sentence);
        finding.quotes.extend(quote);
    }
    finding.quotes.extend(quotes(scene.index, &[back.1], 1));
    true
}

/// What the service that took up the change says again and again in between, and neither before nor after.
fn between<'s>(scene: &Scene<'s>, turned: &Turned) -> Option<&'s Statement> {
    let mine = service(scene, turned.there.1);
    let (from, until) = (turned.there.0, turned.back.0 + SOON);
    let is_between = |statement: &&Statement| {
        let rows = statement.occurrences.firsts();
        let at = |row: Option<&u32>| row.and_then(|row| time(scene.index, *row)).map_or(i64::MIN, |at| at.0);
        let (begin, end) = (at(rows.first()), at(rows.last()));
        statement.severity <= Severity::Notice
            && rows.len() >= AGAIN
            && (from..=from + SOON).contains(&begin)
            && end <= until
            && rows
                .first()
                .is_some_and(|row| service(scene, *row) == mine && scene.index.request_of(*row).is_none())
    };
    scene.statements.iter().filter(is_between).max_by_key(|statement| statement.occurrences.len())
}

/// The same as a sentence, with a quote.
fn said(scene: &Scene<'_>, book: &mut Book<'_>, turned: &Turned) -> Option<(Sentence, Option<Quote>)> {
    let new = between(scene, turned)?;
    let rows = new.occurrences.rows();
    let text = Rich::text("Between both, and only then, ")
        .c(service(scene, turned.there.1))
        .t(" says ")
        .c(headline(&new.text, 160))
        .t(format!(" ({}).", words::count(rows.len() as u64, "time", "times")));
    let quote = quotes(scene.index, rows.get(..1)?, 1).pop();
    Some((derived(text, BETWEEN, book.rows(&rows)), quote))
}

/// What to do once it was taken back: leave it so.
pub(crate) fn keep(scene: &Scene<'_>, told: &Told) -> Option<Action> {
    let turned = turned(scene, told).filter(|_| told.priority < Priority::P2)?;
    let what = Rich::text("Leave ")
        .c(&turned.name)
        .t(" at ")
        .c(&turned.was)
        .t(", to which it went back as the failures ended, until what ")
        .c(&turned.is)
        .t(" brings about is understood and repaired; then turn it for a small part of the traffic first, and watch.");
    Some(Action {
        priority: told.priority,
        finding: told.finding.id.clone(),
        what,
        verify: Rich::text(
            "With the repaired version the change brings no such failure in a test under load.",
        ),
        ..Action::default()
    })
}
