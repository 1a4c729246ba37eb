//! Numbers in what a program says once as it starts → those that are others than before where it fails: an observed difference,
//! and no proof that it is the cause.

use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, observed};
use crate::diagnose::findings::Told;
use crate::diagnose::statements::time;
use crate::diagnose::words::headline;
use crate::digest::Shape;
use crate::entry::figure::{Kind, kind};
use crate::entry::time::SECOND;
use crate::entry::{Nanos, Severity};
use crate::order::Order as _;
use crate::report::model::{Rich, Sentence, Why};
use std::collections::BTreeMap;

/// How the sentence begins, by which the whys find it.
const BEGIN: &str = "What changed: ";
/// Times that each instance says it at most, and all of them together.
const ONCE: usize = 2;
const OFTEN: usize = 24;
/// Differences that are told.
const NAMED: usize = 3;
/// Words of a line on a start or its settings, where no instance is known that would show that it began.
const STARTS: [&str; 12] = [
    "start",
    "boot",
    "launch",
    "config",
    "setting",
    "initial",
    "worker",
    "pool",
    "listening",
    "running with",
    "using",
    "limit",
];
/// Words before a number that is none of a setting: what was counted, measured, or only numbered.
const NUMBERED: [&str; 30] = [
    "in",
    "took",
    "after",
    "for",
    "at",
    "on",
    "of",
    "pid",
    "id",
    "process",
    "run",
    "attempt",
    "step",
    "build",
    "uptime",
    "elapsed",
    "epoch",
    "generation",
    "shard",
    "partition",
    "replica",
    "instance",
    "index",
    "worker",
    "thread",
    "node",
    "task",
    "slot",
    "rank",
    "number",
];
/// Parts of names of what is measured.
const MEASURED: [&str; 10] =
    ["rss", "used", "usage", "queue", "pending", "lag", "backlog", "free", "avail", "percent"];
/// What instances say that start together is their own, and no change.
const APART: i64 = 60 * SECOND;

/// What an instance that fails says otherwise than was said before, for the failures of one service.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, failures: &[(Nanos, u32)]) -> Vec<Sentence> {
    let Some(&(first, row)) = failures.first() else { return Vec::new() };
    let service = |row: u32| {
        scene.index.row(row).and_then(|row| scene.index.source_of(row)).map_or("", |s| s.service.as_ref())
    };
    let mine = service(row);
    let mut found: Vec<(Nanos, Sentence)> = Vec::new();
    for (number, shape) in (0u32..).zip(scene.index.shapes()) {
        let rows = scene.index.rows_of_shape(number);
        let is_of = || rows.iter().all(|row| mine.is_empty() || service(*row) == mine);
        if shape.severity() >= Severity::Warning
            || shape.is_audit()
            || !(2..=OFTEN).contains(&rows.len())
            || !is_of()
        {
            continue;
        }
        let Some((was, is)) = changed(shape, first).filter(|_| is_said_once(scene, rows, shape.text()))
        else {
            continue;
        };
        let at =
            |wanted: i64| rows.iter().copied().find(|row| time(scene.index, *row) == Some(Nanos(wanted)));
        let (Some(before), Some(since)) = (at(was.0), at(is.0)) else { continue };
        let text = Rich::text(format!("{BEGIN}since {} UTC it says ", Nanos(is.0).date_time()))
            .c(headline(is.1, 160));
        let text =
            text.t(format!(", and at {} UTC it said ", Nanos(was.0).date_time())).c(headline(was.1, 160));
        found.push((Nanos(is.0), observed(text.t("."), book.rows(&[before, since]))));
    }
    found.order_by_key(|(at, sentence)| (std::cmp::Reverse(*at), sentence.text.plain()));
    found.into_iter().take(NAMED).map(|(_, sentence)| sentence).collect()
}

/// The step of the whys that it answers.
pub(crate) fn why(main: &Told) -> Option<Why> {
    let mut said = main.finding.cause.iter().filter(|said| said.text.plain().starts_with(BEGIN)).cloned();
    let (answer, alternatives) = (said.next()?, said.collect());
    Some(Why { question: Rich::text("What was set otherwise before?"), answer, alternatives })
}

/// Whether it is said once by each start: by few of many entries of an instance, else in the words of a start.
fn is_said_once(scene: &Scene<'_>, rows: &[u32], text: &str) -> bool {
    let mut by_instance: BTreeMap<&str, usize> = BTreeMap::new();
    for &row in rows {
        if scene.index.request_of(row).is_some() {
            return false;
        }
        let source = scene.index.row(row).and_then(|row| scene.index.source_of(row));
        *by_instance.entry(source.map_or("", |source| source.instance.as_ref())).or_default() += 1;
    }
    let several = by_instance.len() > 1 && !by_instance.contains_key("");
    let lower = crate::digest::cut(text, 300).to_ascii_lowercase();
    several && by_instance.values().all(|n| *n <= ONCE) || STARTS.iter().any(|word| lower.contains(word))
}

type Said<'s> = (i64, &'s str);

/// What was said before and what is said when the failures begin, where a number of a setting differs.
fn changed<'s>(shape: &'s Shape, first: Nanos) -> Option<(Said<'s>, Said<'s>)> {
    let mut said = shape.timed();
    let later = said.split_off(said.partition_point(|(at, _)| *at <= first.0));
    let (is, earlier) = said.split_last()?;
    let was = earlier.last().filter(|was| is.0 - was.0 >= APART)?;
    let now = numbers(is.1);
    let differs = |at: usize, (name, value): &(String, &str)| {
        let known = |said: &Said<'s>| numbers(said.1).into_iter().nth(at).filter(|(other, _)| other == name);
        let before: Option<Vec<_>> = earlier.iter().map(known).collect();
        // What was another one each time is no setting.
        before.is_some_and(|all| {
            let old = all.first().map(|(_, old)| *old);
            all.iter().all(|(_, other)| other != value && Some(*other) == old)
                && !varies(value, later.iter().take(2).filter_map(known).map(|(_, value)| value))
        })
    };
    now.iter().enumerate().any(|(at, pair)| differs(at, pair)).then_some((*was, *is))
}

/// Whether it is another number each time that it is said again.
fn varies<'v>(value: &str, later: impl Iterator<Item = &'v str>) -> bool {
    let later: Vec<&str> = later.collect();
    matches!(later.as_slice(), [one, two] if one != two && *one != value && *two != value)
}

/// The numbers of a message that may be settings, with the words they go with: `max 5`, `workers=4`, `4 workers`.
fn numbers(text: &str) -> Vec<(String, &str)> {
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| {
            word.trim_matches(|c: char| {
                matches!(c, ',' | ';' | '(' | ')' | '[' | ']' | '{' | '}' | '"' | '\'' | '.')
            })
        })
        .take(60)
        .collect();
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let (name, value) = word.rsplit_once(['=', ':']).unwrap_or(("", word));
        let digits = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
        let is_number =
            digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') && value.len() <= digits.len() + 4;
        let beside = |at: Option<usize>| {
            at.and_then(|at| words.get(at)).map_or("", |word| word.trim_end_matches([':', '=']))
        };
        let before = beside(at.checked_sub(1));
        let is_word = |word: &str| word.starts_with(|c: char| c.is_ascii_alphabetic());
        let name = match name {
            "" if is_word(before) => before,
            "" => beside(Some(at + 1)),
            name => name,
        };
        let lower = name.to_ascii_lowercase();
        let is_numbered =
            lower.split(|c: char| !c.is_ascii_alphabetic()).any(|part| NUMBERED.contains(&part));
        if digits.starts_with(|c: char| c.is_ascii_digit())
            && is_number
            && is_word(name)
            && !is_numbered
            && !matches!(kind(name), Some(Kind::Work | Kind::Took))
            && !MEASURED.iter().any(|part| lower.contains(part))
        {
            found.push((lower, value));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn numbers_of_settings_are_told_from_others() {
        let told = |text| {
            numbers(text)
                .into_iter()
                .map(|(name, value)| format!("{name} {value}"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        assert_eq!(told("database pool ready, max 5, idle=2"), "max 5, idle 2");
        assert_eq!(
            told("Starting with workers=4 (timeout: 30s) and 8 threads"),
            "workers 4, timeout 30s, and 8"
        );
        assert_eq!(told("Started in 3.2 seconds, pid 17, loaded 512 rows at 10:00:02"), "");
    }
}
