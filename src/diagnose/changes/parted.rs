//! What parts work that fails from work that succeeds: takes the lines with which pieces of work begin, and the failures that
//! follow some of them at the same place, gives fields whose value only the failing ones have, and ids that come again.
//!
//! Of calm entries only some lines of fields are kept, chosen by content, so the sentences say of how many they speak.

use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::findings::Told;
use crate::diagnose::statements::time;
use crate::diagnose::troubles::beside::pairs;
use crate::diagnose::words::{self, number};
use crate::digest::Shape;
use crate::entry::Severity;
use crate::entry::time::SECOND;
use crate::hash;
use crate::order::{Gather as _, Order as _};
use crate::report::model::{Priority, Rich, Sentence, Why};
use std::collections::{BTreeMap, BTreeSet};

/// The rules behind the sentences.
const RULE: &str =
    "fields of the entries with which work begins, before a failure at the same place and elsewhere";
const AGAIN: &str = "ids in the same entries";
/// Failures at least, and kept lines of either side.
const FAILURES: usize = 10;
const LINES: usize = 3;
/// How long a piece of work takes at most until it fails, where its trace id does not tell.
const LASTS: i64 = 60 * SECOND;
/// Rows of a message that are looked at, and fields told.
const ROWS: usize = 500_000;
const NAMED: usize = 4;

/// The lines of fields of failing and of other work, by the message with which it begins.
struct Sides<'s> {
    said: &'s str,
    failing: Vec<&'s str>,
    others: Vec<&'s str>,
    /// All pieces of work, and those that failed: rows.
    rows: Vec<u32>,
    failed: Vec<u32>,
    /// A kept row that failed, with its line.
    example: (u32, &'s str),
}

/// Tells in the urgent findings what their work has that other work has not.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut [Told]) {
    for t in told.iter_mut().filter(|t| t.priority < Priority::P2 && t.incident.collapse.is_none()).take(2) {
        let root = t.incident.root.and_then(|root| scene.troubles.get(root));
        let Some(failures) = root.map(|root| root.occurrences.firsts()).filter(|f| f.len() >= FAILURES)
        else {
            continue;
        };
        let shapes = (0u32..).zip(scene.index.shapes());
        let found = shapes.filter_map(|(number, shape)| {
            let sides = sides(scene, failures, number, shape)?;
            let parting = parting(&sides);
            (!parting.is_empty()).then_some((sides, parting))
        });
        let Some((sides, parting)) = found.max_by_key(|(sides, parting)| (sides.failed.len(), parting.len()))
        else {
            continue;
        };
        t.finding.cause.push(sentence(book, &sides, &parting));
        t.finding.cause.extend(again(book, &sides));
        let (row, line) = sides.example;
        t.finding.quotes.extend(scene.index.quote(row).map(|mut quote| {
            quote.text = format!("{}\n  {line}", sides.said);
            quote
        }));
    }
}

/// The rows that a failure follows at the same place before anything else of the same message.
fn failed(scene: &Scene<'_>, rows: &[u32], failures: &[u32]) -> BTreeSet<u32> {
    // What each place says in time order: the begin of a piece of work, or a failure. Its streams are logs of their own.
    let mut said: Vec<(u64, i64, u32, bool)> = Vec::new();
    let place = |row: u32, fails: bool| {
        let source = scene.index.source_of(scene.index.row(row)?)?;
        let here = hash::parts([source.revision.as_ref(), source.instance.as_ref()]);
        Some((here, time(scene.index, row)?.0, row, fails))
    };
    said.extend(rows.iter().filter_map(|&row| place(row, false)));
    said.extend(failures.iter().filter_map(|&row| place(row, true)));
    said.order();
    let mut failed: BTreeSet<u32> = BTreeSet::new();
    for pair in said.windows(2) {
        if let [(here, at, row, false), (there, end, _, true)] = pair
            && here == there
            && end - at <= LASTS
        {
            failed.insert(*row);
        }
    }
    failed
}

/// Which of the work that begins with this message fails, if some does and some does not.
fn sides<'s>(scene: &Scene<'s>, failures: &[u32], number: u32, shape: &'s Shape) -> Option<Sides<'s>> {
    let rows = scene.index.rows_of_shape(number);
    let lines = shape.fields();
    let service = |row: u32| {
        scene.index.row(row).and_then(|row| scene.index.source_of(row)).map(|source| source.service.as_ref())
    };
    let fits = shape.severity() <= Severity::Notice
        && !shape.is_audit()
        && lines.len() >= 2 * LINES
        && (FAILURES + LINES..=ROWS).contains(&rows.len())
        && rows.len() * 10 >= failures.len() * 8
        && service(*rows.first()?) == service(*failures.first()?);
    if !fits {
        return None;
    }
    let failed = failed(scene, rows, failures);
    if failed.len() * 10 < failures.len() * 8 || failed.len() + LINES > rows.len() {
        return None;
    }
    let (mut failing, mut others, mut example) = (Vec::new(), Vec::new(), None);
    for (at, line) in lines {
        let from = rows.partition_point(|row| time(scene.index, *row).is_none_or(|time| time.0 < at));
        let row = *rows.get(from)?;
        if failed.contains(&row) {
            failing.push(line);
            example = example.or(Some((row, line)));
        } else {
            others.push(line);
        }
    }
    let enough = failing.len() >= LINES && others.len() >= LINES;
    let failed: Vec<u32> = failed.into_iter().collect();
    enough.then_some(Sides {
        said: shape.message(),
        failing,
        others,
        rows: rows.to_vec(),
        failed,
        example: example?,
    })
}

/// The values of each field of some lines.
fn values<'s>(lines: &[&'s str]) -> BTreeMap<&'s str, Vec<&'s str>> {
    let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, value) in lines.iter().flat_map(|line| pairs(line)) {
        values.entry(key).or_default().push(value);
    }
    values
}

/// A field that parts both sides: its value in a failing line, one in another line, and the sign between letters and digits that
/// only failing ones have, where their values differ.
type Parting<'s> = (&'s str, &'s str, &'s str, Option<char>);

/// Fields with one value, or values with one sign, that all failing lines have and none of the others.
fn parting<'s>(sides: &Sides<'s>) -> Vec<Parting<'s>> {
    let (failing, others) = (values(&sides.failing), values(&sides.others));
    let mut found = Vec::new();
    for (key, mine) in failing {
        let theirs = others.get(key).filter(|theirs| theirs.len() * 10 >= sides.others.len() * 8);
        let theirs = theirs.filter(|_| !crate::redact::is_secret_name(key));
        let (Some(theirs), Some(first)) = (theirs, mine.first()) else { continue };
        let Some(other) = theirs.first().filter(|_| mine.len() == sides.failing.len()) else { continue };
        if mine.iter().all(|value| value == first) {
            if !theirs.contains(first) {
                found.push((key, *first, *other, None));
            }
            continue;
        }
        let parts = |sign: &char| {
            !sign.is_alphanumeric()
                && mine.iter().all(|value| value.contains(*sign))
                && !theirs.iter().any(|value| value.contains(*sign))
        };
        found.extend(first.chars().find(parts).map(|sign| (key, *first, *other, Some(sign))));
    }
    // Where the others agree too, the two values stand against each other.
    found.order_by_key(|(key, _, other, _)| {
        (others.get(key).is_some_and(|theirs| theirs.iter().any(|value| value != other)), *key)
    });
    found.truncate(NAMED);
    found
}

/// `` In each of the 5 kept `file received` before a failure `format=x` (elsewhere `y`); in none of the 9 others. ``
fn sentence(book: &mut Book<'_>, sides: &Sides<'_>, parting: &[Parting<'_>]) -> Sentence {
    let mut text = Rich::text(format!(
        "What parts it from work that succeeds: {} of {} ",
        number(sides.failed.len() as u64),
        number(sides.rows.len() as u64)
    ))
    .c(words::brief(sides.said, 80))
    .t(format!(
        " are followed by it, and each of the {} of those whose fields are kept has ",
        sides.failing.len()
    ));
    for (at, (key, value, other, sign)) in parting.iter().enumerate() {
        text = text.t(if at == 0 { "" } else { ", " }).c(format!("{key}={value}"));
        if let Some(sign) = sign {
            text = text.t(" with its ").c(sign.to_string());
        }
        text = text.t(" (elsewhere ").c(*other).t(")");
    }
    let text = text.t(format!("; none of the {} kept others has.", sides.others.len()));
    derived(text, RULE, book.rows(&sides.rows))
}

/// Ids that come again in failing lines, where each of the others has its own: the same work is tried again.
fn again(book: &mut Book<'_>, sides: &Sides<'_>) -> Option<Sentence> {
    let others = values(&sides.others);
    let distinct = |values: &[&str]| values.iter().gathered::<BTreeSet<&&str>>().len();
    let (key, n) = values(&sides.failing).into_iter().find_map(|(key, mine)| {
        let own = others
            .get(key)
            .is_some_and(|theirs| distinct(theirs) == theirs.len() && theirs.len() >= 2 * LINES);
        let n = distinct(&mine);
        let is_id = key.to_ascii_lowercase().ends_with("id") && mine.len() == sides.failing.len();
        (own && is_id && n < mine.len()).then_some((key, n))
    })?;
    let text = Rich::text("The same work is tried again and again (delivered again): ")
        .c(key)
        .t(format!(" has {} in these {}, and each of the others has its own. So there are more attempts than pieces of work.",
            words::count(n as u64, "value", "different values"), sides.failing.len()));
    Some(derived(text, AGAIN, book.rows(&sides.failed)))
}

/// The step of the whys that it answers.
pub(crate) fn why(main: &Told) -> Option<Why> {
    let answer = main.finding.cause.iter().find(|sentence| sentence.rule == RULE)?.clone();
    let alternatives = main.finding.cause.iter().filter(|sentence| sentence.rule == AGAIN).cloned().collect();
    Some(Why { question: Rich::text("Which work fails, and which does not?"), answer, alternatives })
}

/// What to do where only some work fails, and where it comes again.
pub(crate) fn steps(told: &Told) -> Vec<Rich> {
    let has = |rule: &str| told.finding.cause.iter().any(|sentence| sentence.rule == rule);
    let only = "Only work with these values fails: put one of its pieces into a test, read that form or refuse it with a reason, and ask its sender what changed.";
    let again = "Set work aside that fails again and again (a dead-letter topic, a limit of attempts), so that it is not tried for ever.";
    [(RULE, only), (AGAIN, again)]
        .into_iter()
        .filter(|(rule, _)| has(rule))
        .map(|(_, text)| Rich::text(text))
        .collect()
}
