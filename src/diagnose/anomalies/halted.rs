//! Work without a request log of which nothing succeeds any more: takes failures, finds what the service said of each success until
//! then, or that it never said one.

use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::statements::suspect::sounds_bad;
use crate::diagnose::statements::{Statement, time};
use crate::diagnose::troubles::Trouble;
use crate::diagnose::words::{self, headline};
use crate::entry::{Nanos, Severity};
use crate::order::Gather as _;
use crate::report::model::{Rich, Sentence};
use std::collections::BTreeSet;

/// Failures at least, and successes before them.
const LEAST: usize = 10;
/// The failures are at least this part of all entries: what fails is what the service is for.
const PART: usize = 50;
/// Words by which a calm message tells of a success, and those that take it back.
const GOOD: [&str; 15] = [
    "complete",
    "processed",
    "sent",
    "succe",
    "saved",
    "stored",
    "publish",
    "deliver",
    "finish",
    "written",
    "commit",
    "done",
    "created",
    "accepted",
    "handled",
];
const BAD: [&str; 12] =
    ["retry", "fail", "error", "attempt", "wait", "skip", "reject", "giv", "abort", "drop", "queue", "back"];

/// The rule behind the sentence: what only this makes urgent comes behind what users were seen to meet.
pub(crate) const RULE: &str = "calm messages of the same service against its failures";

/// What shows that nothing succeeds any more.
struct Halted<'s> {
    said: &'s Statement,
    /// The last success; none where there never was one.
    last: Option<Nanos>,
}

/// Whether nothing of what a trouble is a failure of succeeds any more.
pub(crate) fn is_so(scene: &Scene<'_>, root: &Trouble) -> bool {
    find(scene, root).is_some()
}

/// The sentence on it.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, root: &Trouble) -> Option<Sentence> {
    let Halted { said, last } = find(scene, root)?;
    let n = words::count(said.occurrences.len() as u64, "time", "times");
    let text = Rich::text("Nothing of it succeeds any more: ").c(headline(&said.text, 120));
    let text = match last {
        Some(last) => text
            .t(format!(", and the like, was said {n} up to {} UTC, and not once since.", last.date_time())),
        None => Rich::text("None of it succeeds: ").c(headline(&said.text, 120)).t(format!(
            ", and the like, was said {n}, it failed {} times, and no message tells of a success.",
            words::number(root.occurrences.len() as u64)
        )),
    };
    Some(derived(text, RULE, book.rows(&said.rows())))
}

fn find<'s>(scene: &Scene<'s>, root: &Trouble) -> Option<Halted<'s>> {
    let index = scene.index;
    let failed = root.occurrences.firsts();
    if failed.len() < LEAST || failed.len() * PART < index.rows().len() {
        return None;
    }
    let service =
        |row: u32| index.row(row).and_then(|row| index.source_of(row)).map(|source| &source.service);
    let mine = service(*failed.first()?)?;
    if index.requests().iter().any(|request| service(request.row) == Some(mine)) {
        return None;
    }
    let at = |row: Option<&u32>| time(index, *row?);
    let own: BTreeSet<usize> = root.statements.iter().copied().gathered();
    let calm: Vec<(&Statement, &[u32])> = scene
        .statements
        .iter()
        .enumerate()
        .filter(|(n, s)| s.severity < Severity::Warning && !s.audit && !own.contains(n) && !is_platform(s))
        .map(|(_, s)| (s, s.occurrences.firsts()))
        .filter(|(s, rows)| rows.first().and_then(|row| service(*row)) == Some(mine) && !sounds_bad(&s.text))
        .collect();
    let (end, lead) = (at(failed.last())?, root.lead(scene.statements).map_or("", |lead| lead.text.as_str()));
    let has = |text: &str, words: &[&str]| {
        let head = crate::digest::cut(text, 300).to_ascii_lowercase();
        words.iter().any(|word| head.contains(word))
    };
    let stopped = calm.iter().filter_map(|(said, rows)| {
        let (first, last) = (at(rows.first())?, at(rows.last())?);
        let (lasted, since) = (i128::from(last.0 - first.0), i128::from(end.0 - last.0));
        // As many as would have come since, had it gone on.
        let due = usize::try_from(rows.len() as i128 * since / lasted.max(1)).unwrap_or(usize::MAX);
        let after = failed.len() - failed.partition_point(|row| time(index, *row) <= Some(last));
        // Failures that were there all the time are of something else.
        let begins = (failed.len() - after) * 5 <= after;
        let akin = shares_word(&said.text, lead);
        let enough = rows.len() >= LEAST && due >= LEAST && after >= LEAST && after * 2 >= due;
        // Another success that goes on, or what took its place under other words, is no end of it.
        let goes_on = || {
            calm.iter().any(|(other, rows)| {
                let since = rows.len() - rows.partition_point(|row| time(index, *row) <= Some(last));
                let took_over = at(rows.first()) > Some(last) && !has(&other.text, &BAD);
                since * 2 >= due && (took_over || has(&other.text, &GOOD) && !has(&other.text, &BAD))
            })
        };
        (akin && enough && begins && !goes_on()).then_some(Halted { said, last: Some(last) })
    });
    let never = || {
        let (said, rows) = calm.iter().max_by_key(|(_, rows)| rows.len())?;
        let all = rows.len() >= LEAST
            && shares_word(&said.text, lead)
            && failed.len() * 10 >= rows.len() * 9
            && at(rows.first()) <= at(failed.first());
        let none = !calm.iter().any(|(said, _)| has(&said.text, &GOOD) && !has(&said.text, &BAD));
        (all && none).then_some(Halted { said, last: None })
    };
    stopped.max_by_key(|halted| halted.said.occurrences.len()).or_else(never)
}

/// Whether it is what the platform says of each call: that says nothing of what it did.
fn is_platform(said: &Statement) -> bool {
    super::timed_out::PLATFORM.iter().any(|words| said.text.starts_with(words))
}

/// Whether two messages share a longer word: the thing both are about.
fn shares_word(one: &str, other: &str) -> bool {
    let split = |text| {
        crate::digest::cut(text, 300)
            .split(|c: char| !c.is_ascii_alphabetic())
            .filter(|word: &&str| word.len() >= 5)
    };
    split(one).any(|word| split(other).any(|theirs| theirs.eq_ignore_ascii_case(word)))
}
