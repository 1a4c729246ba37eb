//! One piece of work that fails again and again: takes a trouble, tells it from as many pieces that fail once.
//!
//! Payloads that name a piece of work and its attempt end in a line `messageId=1048 deliveryAttempt=92` (see
//! `entry/item.rs`). Only some wordings of a kind are kept, chosen by hash, so the sentence says of how many it speaks.

use super::Trouble;
use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived, hypothesis};
use crate::diagnose::statements::{self, time};
use crate::diagnose::words;
use crate::entry::item;
use crate::entry::time::SECOND;
use crate::order::Gather as _;
use crate::report::model::{Rich, Sentence};
use std::collections::BTreeSet;

/// Wordings that are enough to tell.
const ENOUGH: usize = 3;

/// The piece of work that all kept wordings of a trouble are about.
pub(crate) struct Item {
    /// Name of the field, as `messageId`.
    pub(crate) name: String,
    pub(crate) id: String,
    /// Attempts that the kept wordings name.
    attempts: BTreeSet<u64>,
    /// How many wordings are kept.
    wordings: usize,
}

/// The one that a trouble is about, if its wordings agree on it and differ in the attempt.
pub(crate) fn of(scene: &Scene<'_>, trouble: &Trouble) -> Option<Item> {
    let mut found: Option<Item> = None;
    for statement in trouble.statements.iter().filter_map(|&n| scene.statements.get(n)) {
        let row = statement.occurrences.first().map(statements::Occurrence::first)?;
        let shape = scene.index.row(row).and_then(|row| scene.index.shape(row.shape()))?;
        let texts: BTreeSet<&str> = shape.others().chain([shape.text()]).gathered();
        for text in texts {
            let (name, id, attempt) = item::named(text)?;
            let known = found.get_or_insert_with(|| Item {
                name: name.to_owned(),
                id: id.to_owned(),
                attempts: BTreeSet::new(),
                wordings: 0,
            });
            if (known.name.as_str(), known.id.as_str()) != (name, id) {
                return None;
            }
            known.attempts.insert(attempt);
            known.wordings += 1;
        }
    }
    found.filter(|item| item.attempts.len() >= ENOUGH)
}

/// Last words of names that number a thing in a stream or table; none that may name a secret.
const PLACES: [&str; 9] = ["offset", "id", "seq", "sequence", "lsn", "position", "msgid", "messageid", "pk"];
/// Parts of names that number what does the work, the call itself, or the kind of message (`EventId` of .NET and Windows).
const WORKERS: [&str; 17] = [
    "trace", "span", "request", "process", "thread", "session", "worker", "consumer", "instance", "node",
    "correl", "group", "project", "client", "pid", "eventid", "event_id",
];

/// Names with their numbers in a text: `offset 4711`, `message id=17`, `Key (id)=(17)`, `"offset":4711`.
fn places(text: &str) -> BTreeSet<(&str, &str)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let words: Vec<&str> = text
        .split(|c| !is_part(c))
        .map(|word| word.trim_matches(['.', '-']))
        .filter(|word| !word.is_empty())
        .collect();
    let lower = |word: &str| word.to_ascii_lowercase();
    let named = |name: &str| {
        let small = name
            .bytes()
            .rposition(|b| b.is_ascii_uppercase())
            .filter(|at| *at > 0)
            .and_then(|at| name.get(at..));
        let last = lower(small.unwrap_or(name).rsplit(['_', '-', '.']).next().unwrap_or(""));
        PLACES.contains(&last.as_str())
    };
    let mut found = BTreeSet::new();
    for (at, pair) in words.windows(2).enumerate() {
        let [name, value] = pair else { continue };
        let before = at.checked_sub(1).and_then(|at| words.get(at)).copied().unwrap_or("");
        let is_worker = |word: &str| WORKERS.iter().any(|part| lower(word).contains(part));
        let digits = value.len() <= 20 && value.bytes().all(|b| b.is_ascii_digit());
        if digits && named(name) && !is_worker(name) && !(name.len() <= 3 && is_worker(before)) {
            found.insert((*name, *value));
        }
    }
    found
}

/// The first number that all of these texts name, and how many texts there are.
fn common<'t>(texts: &[&'t str]) -> Option<((&'t str, &'t str), usize)> {
    let mut all = texts.iter().map(|text| places(text));
    let first = all.next()?;
    let same: BTreeSet<_> = all.fold(first, |same, next| same.intersection(&next).copied().collect());
    Some((same.into_iter().next()?, texts.len()))
}

/// The place (an offset, an id) that all that is kept of a trouble's words or fields names, where no other message has it.
fn place(scene: &Scene<'_>, trouble: &Trouble) -> Option<(String, usize)> {
    if trouble.occurrences.len() < ENOUGH || of(scene, trouble).is_some() {
        return None;
    }
    let own = super::beside::shapes(scene, trouble);
    // Words first: where they name none, the fields beside them may.
    let mut kept: [Vec<&str>; 2] = Default::default();
    for shape in own.iter().filter_map(|&n| scene.index.shape(n)) {
        let texts: BTreeSet<&str> = shape.others().chain([shape.text()]).gathered();
        let [words, fields] = &mut kept;
        words.extend(texts);
        fields.extend(shape.fields_unordered());
    }
    let (place, kept) = kept.iter().find_map(|texts| common(texts))?;
    let elsewhere = (0u32..).zip(scene.index.shapes()).filter(|(n, _)| !own.contains(n)).any(|(_, shape)| {
        let fields = shape.fields_unordered().chain(shape.others()).chain([shape.text()]);
        fields.into_iter().any(|text| text.contains(place.1) && places(text).contains(&place))
    });
    (!elsewhere).then(|| (format!("{} {}", place.0, place.1), kept))
}

/// The sentence on the place at which all of it fails.
pub(crate) fn stuck(scene: &Scene<'_>, book: &mut Book<'_>, root: &Trouble) -> Option<Sentence> {
    let (place, kept) = place(scene, root)?;
    let kept =
        words::count(kept as u64, "wording of it that is kept says", "wordings of it that are kept say");
    let text = Rich::text("It fails each time at ").c(place);
    let text = text.t(format!(": {kept} so, and no other message that is kept does."));
    Some(derived(text, "one and the same number in the kept wordings", book.rows(&root.rows())))
}

/// The sentence on it.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, root: &Trouble) -> Option<Sentence> {
    let item = of(scene, root)?;
    let last = item.attempts.last().copied().unwrap_or(0);
    let text = Rich::text("It is one and the same piece of work that is tried again and again: ")
        .c(format!("{} {}", item.name, item.id))
        .t(format!(
            " stands in each of the {} of it that are kept, up to attempt {}.",
            words::count(item.wordings as u64, "wording", "wordings"),
            words::number(last)
        ));
    Some(derived(text, "id and attempt in the kept wordings", book.rows(&root.rows())))
}

/// What to do with a piece of work that can't succeed.
pub(crate) fn step(scene: &Scene<'_>, root: &Trouble) -> Option<Rich> {
    let item = of(scene, root).map(|item| format!("{} {}", item.name, item.id));
    let item =
        item.or_else(|| place(scene, root).map(|(place, _)| place).filter(|place| place.contains("offset")))?;
    Some(
        Rich::text("First take ")
            .c(item)
            .t(" out, so that it is not tried for ever: acknowledge or delete it, and give the queue or subscription a limit of attempts with a dead-letter destination."),
    )
}

/// Failures that show that one piece of work comes again, and pause between them: what callers repeat by hand is faster.
const AGAIN: usize = 6;
const PAUSE: i64 = 5 * SECOND;

/// What speaks for one message that is delivered again after each failure: the same words down to their numbers, each of them a
/// request that sends something to the one path, on which others succeed meanwhile.
pub(crate) fn again(scene: &Scene<'_>, requests: &[u32], root: &Trouble) -> Option<Sentence> {
    let shapes = super::beside::shapes(scene, root);
    let texts: BTreeSet<&str> = shapes
        .iter()
        .filter_map(|&n| scene.index.shape(n))
        .flat_map(|shape| shape.others().chain([shape.text()]))
        .filter_map(|text| text.lines().rev().find(|line| line.contains(": ")))
        .gathered();
    let [words] = texts.into_iter().collect::<Vec<_>>()[..] else { return None };
    // A status is the same of all that fail alike.
    let is_status = |digits: &str| digits.len() == 3 && digits.starts_with(['4', '5']);
    let mut numbers = words.split(|c: char| !c.is_ascii_digit());
    let has_number = numbers.any(|digits| digits.len() >= 2 && !is_status(digits));
    let failed: Vec<_> = requests.iter().filter_map(|&row| scene.index.request_of(row)).collect();
    let first = failed.first().filter(|_| has_number && failed.len() >= AGAIN)?;
    let path = scene.index.path(first.path)?;
    let mut times: Vec<i64> = requests.iter().filter_map(|&row| Some(time(scene.index, row)?.0)).collect();
    times.sort_unstable();
    let mut pauses: Vec<i64> =
        times.iter().zip(times.iter().skip(1)).map(|(a, b)| b.saturating_sub(*a)).collect();
    pauses.sort_unstable();
    let all = scene.index.requests().iter().filter(|r| r.path == first.path && r.row >= first.row);
    let served = all.filter(|r| (200..300).contains(&r.status)).count();
    let fits = path.starts_with("POST ")
        && failed.iter().all(|r| r.path == first.path && r.status >= 500)
        && served >= failed.len()
        && *pauses.get(pauses.len() / 2)? >= PAUSE;
    fits.then(|| {
        hypothesis(Rich::text(format!(
            "Most likely it is one and the same message, delivered again after each failure: all {} failures have the same words down to the numbers in them, and meanwhile {} to the same path succeeded. The id of the message near each failure, if it is the same, would confirm it. It comes back until it is acknowledged or moved to a dead-letter topic.",
            failed.len(),
            words::count(served as u64, "other request", "other requests"),
        )))
    })
}
