//! What looks worse than it is: takes a trouble, tells whether the program itself says that it goes on without what it misses.

use super::Trouble;
use crate::diagnose::causality::{self, Scene};
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::knowledge::Role;
use crate::diagnose::statements::{self, time};
use crate::diagnose::words::headline;
use crate::entry::Severity;
use crate::entry::time::SECOND;
use crate::report::model::{Rich, Sentence};
use std::collections::{BTreeMap, BTreeSet};

/// Occurrences that are looked at for what is said after them.
const LOOKED_AT: usize = 20;
/// Entries after an occurrence among which the disclaimer stands.
const AFTER: u32 = 6;
/// Entries behind a failure that are looked at for a second try.
const LATER: usize = 400;

/// Words by which a program says that it does without.
const DISCLAIMERS: [&str; 27] = [
    "(ignored)",
    "non-fatal",
    "nonfatal",
    "not fatal",
    "best effort",
    "best-effort",
    "not required",
    "not critical",
    "non-critical",
    "noncritical",
    "graceful degradation",
    "gracefully degrad",
    "continuing without",
    "continue without",
    "continues without",
    "proceeding without",
    "running without",
    "safe to ignore",
    "can be ignored",
    "is optional",
    "(optional)",
    "optional dependency",
    "using cached",
    "serving cached",
    "serving stale",
    "from stale cache",
    "cached copy",
];

/// What the same program says with it or right after it: that it is not needed. The row, and the words.
fn disclaimer(scene: &Scene<'_>, root: &Trouble) -> Option<(u32, String)> {
    let says = |row: u32| {
        let text = scene.index.text_of(row);
        let head = crate::digest::cut(&text, 600).to_ascii_lowercase();
        DISCLAIMERS
            .iter()
            .any(|words| head.contains(words))
            .then(|| headline(statements::prefix::unprefixed(&text), 200))
    };
    let near = |first: u32| {
        let source = scene.index.row(first)?.source();
        (first..=first.saturating_add(AFTER))
            .filter(|&n| scene.index.row(n).is_some_and(|row| row.source() == source))
            .find_map(|n| Some((n, says(n)?)))
    };
    let looked = root.occurrences.len().min(LOOKED_AT);
    let found: Vec<(u32, String)> =
        root.occurrences.iter().take(LOOKED_AT).filter_map(|o| near(o.first())).collect();
    if found.len() * 2 < looked { None } else { found.into_iter().next() }
}

/// Words by which a message says of the failure it tells that it costs no more than a try, or nothing.
const PASSED_OVER: [&str; 2] = ["ignoring", ", ignored"];

/// Words by which it says that there will be no other try.
const GIVEN_UP: [&str; 8] =
    ["giving up", "gave up", "given up", "no retries", "retries left", "abort", "exhausted", "last attempt"];

/// Whether a message says itself that its program goes on: without what it misses, or with another try.
pub(crate) fn is_passed_over(text: &str) -> bool {
    let head = crate::digest::cut(text, 600).to_ascii_lowercase();
    if GIVEN_UP.iter().any(|words| head.contains(words)) {
        return false;
    }
    // The number of an attempt does not say that there is a next one.
    let again = AGAIN.iter().filter(|words| !words.starts_with("attempt"));
    DISCLAIMERS.iter().chain(&PASSED_OVER).chain(again).any(|words| head.contains(words))
}

/// Whether the program says that it goes on without it.
pub(crate) fn is_disclaimed(scene: &Scene<'_>, root: &Trouble) -> bool {
    disclaimer(scene, root).is_some()
}

/// How long after a failure a second try is told, how many entries behind it are looked at for a last word, and words that tell it.
const SOON: i64 = 300 * SECOND;
const LAST_WORDS: usize = 5_000;
const AGAIN: [&str; 6] = ["retrying", "will retry", "retry in", "retry #", "trying again", "attempt 2"];

/// The row by which the service says that it tries the same piece of work again, where no later warning or error names it: a word
/// that names the piece (`m-17`) stands in both. Only of a single failure, whose words are its own.
pub(crate) fn retried(scene: &Scene<'_>, root: &Trouble) -> Option<u32> {
    let index = scene.index;
    let [failure] = root.occurrences.firsts() else { return None };
    if root.severity > Severity::Error {
        return None;
    }
    let failed = index.text_of(*failure);
    let names: Vec<&str> =
        failed.lines().next()?.split(|c| !is_part(c)).filter(|word| is_name(word)).collect();
    if names.is_empty() {
        return None;
    }
    let at = time(index, *failure)?.0;
    let service = |row: u32| scene.service(row);
    let mine = service(*failure);
    let is_named =
        |text: &str| names.iter().any(|name| text.split(|c| !is_part(c)).any(|word| word == *name));
    let later = || failure.saturating_add(1)..u32::try_from(index.rows().len()).unwrap_or(u32::MAX);
    let soon = later().take_while(|row| time(index, *row).is_some_and(|t| t.0.saturating_sub(at) <= SOON));
    let again = soon.take(LATER).find(|row| {
        let text = index.text_of(*row);
        let head = crate::digest::cut(&text, 300);
        is_named(head)
            && AGAIN.iter().any(|words| head.to_ascii_lowercase().contains(words))
            && service(*row) == mine
    })?;
    let is_bad = |row: &u32| index.row(*row).is_some_and(|row| row.severity() >= Severity::Warning);
    let fails_again = later()
        .take(LAST_WORDS)
        .filter(|row| *row != again && is_bad(row))
        .any(|row| is_named(crate::digest::cut(&index.text_of(row), 600)));
    (!fails_again).then_some(again)
}

/// How long a burst of failures is at most, and how soon its second tries follow.
const BURST: i64 = 60 * SECOND;

/// The first row by which the service says that it tries again, where it says so after a short burst of failures as often as there were any,
/// and nothing of it is worse than a warning after that, up to the end of the log.
fn all_retried(scene: &Scene<'_>, root: &Trouble) -> Option<u32> {
    let index = scene.index;
    let failures = root.occurrences.firsts();
    let (first, last) = (*failures.first()?, *failures.last()?);
    let (began, ended) = (time(index, first)?.0, time(index, last)?.0);
    if failures.len() < 2
        || failures.len() > LOOKED_AT
        || ended - began > BURST
        || root.severity > Severity::Error
    {
        return None;
    }
    let service = |row: u32| scene.service(row);
    let mine = service(first);
    let later = || first..u32::try_from(index.rows().len()).unwrap_or(u32::MAX);
    let soon = later().take_while(|row| time(index, *row).is_some_and(|t| t.0 - ended <= BURST));
    let is_again = |row: &u32| {
        let text = index.text_of(*row);
        let head = crate::digest::cut(&text, 300).to_ascii_lowercase();
        service(*row) == mine && AGAIN.iter().any(|words| head.contains(words)) && !failures.contains(row)
    };
    let again: Vec<u32> = soon.take(LATER).filter(is_again).collect();
    let (one, until) = (*again.first()?, *again.last()?);
    let is_worse = |row: &u32| index.row(*row).is_some_and(|row| row.severity() >= Severity::Error);
    let fails_on = later().any(|row| row > until && is_worse(&row) && service(row) == mine);
    (again.len() >= failures.len() && !fails_on).then_some(one)
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

/// Whether a word can name a piece of work: letters and digits, and no number with its unit (`30000ms`).
fn is_name(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    word.len() >= 4
        && digits >= 2
        && word.starts_with(|c: char| c.is_ascii_alphabetic())
        && digits < word.len()
}

/// Words by which a message says that it is no last word, beside those of a second try.
const NOT_LAST: [&str; 2] = ["recoverable", "re-establish"];
/// How many times as often as the failure something calm is said that does not belong to its tries, and how much more often.
const OWN_WORK: usize = 2;
const MORE: usize = 10;

/// A row after a failure by which the service goes on with its work, where it says with each failure that it tries again, and its
/// work goes on before the next one. What is said as often as the failure may be the next try, a health check says nothing of work,
/// and what stopped when the failures began shows that they are none to go on with.
fn goes_on(scene: &Scene<'_>, root: &Trouble) -> Option<u32> {
    let index = scene.index;
    let said = |n: &usize| scene.statements.get(*n).map(|s| headline(&s.text, 400).to_ascii_lowercase());
    let is_try = |text: &String| AGAIN.iter().chain(&NOT_LAST).any(|words| text.contains(words));
    if root.severity > Severity::Error || !root.statements.iter().filter_map(said).all(|text| is_try(&text)) {
        return None;
    }
    let failures = root.occurrences.firsts();
    let (first, last) = (*failures.first()?, *failures.last()?);
    let works = statements::ordinary::of(scene, [first, last]);
    let least = (failures.len() * OWN_WORK).max(failures.len() + MORE);
    let own = works.iter().filter(|work| work.said.occurrences.len() >= least && work.meanwhile > 0);
    let mut own: Vec<u32> = own.flat_map(|work| work.said.occurrences.firsts().iter().copied()).collect();
    own.sort_unstable();
    if own.is_empty() || works.iter().any(statements::ordinary::Work::stopped) {
        return None;
    }
    let end = u32::try_from(index.rows().len()).unwrap_or(u32::MAX);
    let after = |at: usize| -> Option<u32> {
        let failure = *failures.get(at)?;
        let next = failures.get(at + 1).copied().unwrap_or(end);
        let found = *own.get(own.partition_point(|row| *row <= failure))?;
        (found < next).then_some(found)
    };
    let looked = failures.len().min(LOOKED_AT);
    let found = (0..looked).filter_map(after).count();
    let last = after(failures.len().checked_sub(1)?)?;
    (looked >= 2 && found * 10 >= looked * 9).then_some(last)
}

/// How long after a refusal its caller says what it makes of it, and how long no warning may follow.
const SAYS: i64 = 2 * SECOND;
const WARNS: i64 = 15 * SECOND;

/// What another service says right after nearly every refusal of a database and hardly ever else, calm, and nearly never with a warning
/// of anybody behind it: a caller that copes. One of its rows.
fn coped(scene: &Scene<'_>, root: &Trouble) -> Option<u32> {
    let index = scene.index;
    let source = |row: u32| index.row(row).and_then(|row| index.source_of(row));
    let is_database = |row: u32| source(row).is_some_and(|s| s.resource == "cloudsql_database");
    let refusals = root.occurrences.firsts();
    if root.role != Role::Symptom || !refusals.iter().all(|row| is_database(*row)) {
        return None;
    }
    let mut said: BTreeMap<u32, (usize, u32)> = BTreeMap::new();
    let looked = refusals.len().min(LOOKED_AT);
    // A warning of something else may fall behind one of them by chance.
    let mut warned = 0;
    for &refusal in refusals.iter().take(LOOKED_AT) {
        let at = time(index, refusal)?.0;
        let within = |row: &u32, reach: i64| time(index, *row).is_some_and(|t| t.0 <= at + reach);
        let later = || (refusal + 1..).take(LATER).take_while(|row| within(row, WARNS));
        let others = || later().filter(|row| !is_database(*row));
        let worst = others().filter_map(|row| index.row(row)).map(crate::digest::Row::severity).max();
        if worst.is_some_and(|worst| worst >= Severity::Error) {
            return None;
        }
        warned += usize::from(worst == Some(Severity::Warning));
        if warned * 10 > looked {
            return None;
        }
        let mut seen = BTreeSet::new();
        for row in others().take_while(|row| within(row, SAYS)) {
            let shape = index.row(row).map_or(u32::MAX, crate::digest::Row::shape);
            if seen.insert(shape) {
                said.entry(shape).or_insert((0, row)).0 += 1;
            }
        }
    }
    let is_answer = |(shape, (n, _)): &(u32, (usize, u32))| {
        n * 10 >= looked * 9 && index.rows_of_shape(*shape).len() <= refusals.len() * OWN_WORK
    };
    said.into_iter()
        .filter(is_answer)
        .max_by_key(|(_, (n, row))| (*n, std::cmp::Reverse(*row)))
        .map(|(_, (_, row))| row)
}

/// Whether it is the word of a database server on a value that is there already, in a log in which nobody else speaks: whether that
/// hurts, its client knows.
fn is_clients_matter(scene: &Scene<'_>, root: &Trouble) -> bool {
    let known = causality::relations::signature_id(scene, root);
    let said = root.lead(scene.statements).map_or("", |lead| statements::prefix::unprefixed(&lead.text));
    let mut services = scene.index.sources().iter().map(|source| source.service.as_ref());
    let first = services.next();
    known.is_some_and(|known| known.id == "pg-constraint-violation")
        && root.captures.contains_key("unique")
        && said.starts_with("duplicate key value")
        && services.all(|service| Some(service) == first)
}

/// Whether the log shows that work goes on in spite of it, or nothing of a harm.
pub(crate) fn is_coped_with(scene: &Scene<'_>, root: &Trouble) -> bool {
    super::expected::is_so(scene, root)
        || goes_on(scene, root).is_some()
        || all_retried(scene, root).is_some()
        || coped(scene, root).is_some()
        || super::by_order::is_so(scene, root)
        || is_clients_matter(scene, root)
        || super::stranger::is_one(scene, root)
        || super::restored::of(scene, root).is_some()
}

/// The same as a sentence.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, root: &Trouble) -> Option<Sentence> {
    if let Some(row) = retried(scene, root) {
        let text = Rich::text("It was tried again, and no later warning or error names it: ");
        let text = text.c(headline(statements::prefix::unprefixed(&scene.index.text_of(row)), 200)).t(".");
        return Some(derived(text, "words on a second try of the same piece of work", book.rows(&[row])));
    }
    if let Some(row) = all_retried(scene, root) {
        let text = Rich::text(
            "Its service says as often that it tries again, and no error of it follows in this log: ",
        );
        let text = text.c(headline(statements::prefix::unprefixed(&scene.index.text_of(row)), 200)).t(".");
        return Some(derived(text, "second tries after a short burst of failures", book.rows(&[row])));
    }
    if let Some(row) = goes_on(scene, root) {
        let text = Rich::text(
            "It says itself that it tries again, and its service goes on with its work each time before the next one, such as ",
        );
        let text = text.c(headline(statements::prefix::unprefixed(&scene.index.text_of(row)), 200)).t(".");
        return Some(derived(text, "what the same service says after each of them", book.rows(&[row])));
    }
    if let Some(told) = super::stranger::tell(scene, book, root) {
        return Some(told);
    }
    if let Some(told) = super::expected::tell(scene, book, root) {
        return Some(told);
    }
    if let Some(told) = super::by_order::tell(scene, book, root) {
        return Some(told);
    }
    if let Some(told) = super::restored::tell(scene, book, root) {
        return Some(told);
    }
    if let Some(row) = coped(scene, root) {
        let text = Rich::text(
            "Whoever asked copes with it: right after nearly each of them, and hardly ever else, another service says words such as ",
        );
        let text = text.c(headline(statements::prefix::unprefixed(&scene.index.text_of(row)), 200)).t(".");
        return Some(derived(
            text,
            "levels of what other services say after each of them",
            book.rows(&[row]),
        ));
    }
    let (row, words) = disclaimer(scene, root)?;
    let text = Rich::text("The program itself says that it does without: ").c(words).t(".");
    Some(derived(text, "words of the same program beside it", book.rows(&[row])))
}
