//! Values that a program says to have: takes what is said once, as it starts (`ttl=0s`) or as it takes up a change (`NAME false ->
//! true`), gives the names whose value is another one than before, and what is said since and never was before.

use super::turns::{change, toggle};
use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, clean, derived, quotes};
use crate::diagnose::findings::Told;
use crate::diagnose::statements::{Statement, time};
use crate::diagnose::words::{self, headline};
use crate::entry::time::{SECOND, duration_words};
use crate::entry::{Nanos, Severity};
use crate::order::Gather as _;
use crate::report::model::{Action, Finding, Priority, Quote, Rich, Sentence, Why};
use std::collections::BTreeSet;

/// The rules behind the sentences.
const STARTED: &str = "values that it states as it starts, before and since";
const ELSEWHERE: &str = "values that another service states as it starts, before and since";
pub(crate) const RESTATED: &str = "values that it states in each run, before and since";
const NEW: &str = "messages of the service before and since the change";
pub(super) const TOLD: &str = "what it says of its settings before the first failure";
/// Times that something is said that only a start or a change says.
const OFTEN: usize = 24;
/// How long before a failure a change may have led to it.
const REACH: i64 = 900 * SECOND;
/// How long before a failure a start may have brought the value that led to it: what fills up, or runs once a day, takes its time.
const LATELY: i64 = 12 * 3600 * SECOND;
/// Other services that are looked at.
const OTHERS: usize = 20;
/// The first byte of `→`.
const ARROW: u8 = 0xe2;
/// Times that a new message is said to be more than a remark on the change, and what was said before it at least.
const AGAIN: usize = 5;
const LOGGED: usize = 20;
/// A value that is another one than before.
pub(crate) struct Changed {
    pub(crate) name: String,
    pub(crate) was: String,
    pub(crate) is: String,
    /// When it was said first.
    pub(crate) at: i64,
    /// The entries that say so, and the words of the first that says the new value.
    pub(crate) rows: Vec<u32>,
    pub(crate) said: String,
}

pub(crate) fn service<'s>(scene: &'s Scene<'_>, row: u32) -> &'s str {
    let source = scene.index.row(row).and_then(|row| scene.index.source_of(row));
    source.map_or("", |source| source.service.as_ref())
}

/// The service that says the cause; a proxy before it may tell of the failures.
fn failing<'s>(scene: &'s Scene<'_>, told: &Told) -> &'s str {
    let root = told.incident.root.and_then(|root| scene.troubles.get(root));
    let row = root.and_then(|root| root.occurrences.firsts().first().copied());
    row.or(told.failures.first().map(|(_, row)| *row)).map_or("", |row| service(scene, row))
}

/// Calm statements that may tell of a change. Most lines have no arrow: a look at their bytes spares the rest.
pub(crate) fn with_arrows(statements: &[Statement]) -> Vec<usize> {
    let is_calm = |s: &Statement| s.severity <= Severity::Notice && !s.audit && s.occurrences.len() <= OFTEN;
    let may_be = |s: &Statement| {
        let text = crate::digest::cut(&s.text, 600);
        text.bytes().any(|b| b == b'>' || b == ARROW) || toggle(&headline(text, 300)).is_some()
    };
    statements.iter().enumerate().filter(|(_, s)| is_calm(s) && may_be(s)).map(|(number, _)| number).collect()
}

/// The last value that the failing service said to have changed before a failure.
fn last_told(scene: &Scene<'_>, first: Option<Nanos>, mine: &str) -> Option<Changed> {
    let first = first?.0;
    let with_arrows = scene.with_arrows().iter().filter_map(|&number| scene.statements.get(number));
    let found = with_arrows.filter_map(|statement| {
        let line = headline(&statement.text, 300);
        let (name, was, is) = change(&line)?;
        let rows: Vec<u32> = statement.occurrences.firsts().to_vec();
        // Where it was changed again, the words at hand may be those of another change.
        let same = rows
            .iter()
            .all(|&row| change(&headline(&scene.index.text_of(row), 300)) == Some((name, was, is)));
        if !same {
            return None;
        }
        let at = time(scene.index, *rows.first()?)?.0;
        let is_mine = service(scene, *rows.first()?) == mine;
        (is_mine && (first - REACH..=first).contains(&at)).then(|| Changed {
            name: name.to_owned(),
            was: was.to_owned(),
            is: is.to_owned(),
            at,
            rows,
            said: line.clone(),
        })
    });
    found.max_by_key(|changed| (changed.at, changed.name.clone()))
}

/// Tells in urgent findings of the last change before each, and of what is said since that and never was before.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut [Told]) {
    for t in told.iter_mut().filter(|t| t.priority < Priority::P2) {
        if let Some(changed) = last_told(scene, t.finding.first, failing(scene, t)) {
            add(scene, book, &mut t.finding, &changed);
        } else {
            super::taken_back::tell(scene, book, t);
        }
        started(scene, book, t);
    }
}

/// Adds what the failing service states as it starts since shortly before the first failure, and stated otherwise before.
fn started(scene: &Scene<'_>, book: &mut Book<'_>, t: &mut Told) {
    let root = t.incident.root.and_then(|root| scene.troubles.get(root));
    let row = root.and_then(|root| root.occurrences.firsts().first().copied());
    let row = row.or(t.failures.first().map(|(_, row)| *row));
    let (Some(first), Some(row)) = (t.finding.first, row) else { return };
    let known: Vec<String> = t.finding.cause.iter().map(|sentence| sentence.text.plain()).collect();
    let lately = |changed: &Changed| {
        let is_told = known.iter().any(|text| text.contains(&changed.name) && text.contains(&changed.is));
        first.0 - changed.at <= LATELY && !is_told
    };
    let of = |name: &str| -> Vec<Changed> {
        super::restated::between_starts(scene, first.0, name).into_iter().filter(lately).collect()
    };
    let mine = service(scene, row);
    for changed in of(mine) {
        t.finding.cause.push(changed.sentence(book));
        t.finding.quotes.extend(changed.quote(scene));
    }
    if t.finding.cause.iter().any(|sentence| sentence.rule == STARTED || sentence.rule == TOLD) {
        return;
    }
    // What feeds it may have been set otherwise.
    let names: BTreeSet<&str> = scene.index.sources().iter().map(|source| source.service.as_ref()).gathered();
    let others = names.into_iter().filter(|name| !name.is_empty() && *name != mine).take(OTHERS);
    for (name, changed) in
        others.flat_map(|name| of(name).into_iter().map(move |changed| (name, changed))).take(3)
    {
        t.finding.cause.push(changed.of_other(book, name));
        let quote = changed.quote(scene).filter(|new| !t.finding.quotes.iter().any(|old| old.row == new.row));
        t.finding.quotes.extend(quote);
    }
}

fn add(scene: &Scene<'_>, book: &mut Book<'_>, finding: &mut Finding, changed: &Changed) {
    let Some(first) = finding.first else { return };
    let after = duration_words(first.0 - changed.at);
    let went = |text: Rich| went(text, &changed.name, &changed.was, &changed.is);
    let text = went(Rich::text(format!(
        "The last setting that changed before it, {after} before the first failure: "
    )));
    let text = text.t(format!(" at {} UTC.", Nanos(changed.at).date_time()));
    finding.cause.push(derived(text, TOLD, book.rows(&changed.rows)));
    finding.title = went(std::mem::take(&mut finding.title).t(format!(", {after} after ")));
    finding.quotes.extend(changed.quote(scene));
    if let Some((sentence, quote)) = brought(scene, book, changed, first.0) {
        finding.cause.push(sentence);
        finding.quotes.extend(quote);
    }
}

/// `` … `name` went from `old` to `new` ``.
pub(super) fn went(text: Rich, name: &str, was: &str, is: &str) -> Rich {
    text.c(name).t(" went from ").c(was).t(" to ").c(is)
}

/// The step of the whys that it answers.
pub(crate) fn why(main: &Told) -> Option<Why> {
    let of = |rule: &str| main.finding.cause.iter().find(|sentence| sentence.rule == rule);
    let answer = of(TOLD).or_else(|| of(STARTED))?.clone();
    let beside = [NEW, super::taken_back::BACK, super::taken_back::BETWEEN];
    let is_beside = |sentence: &&Sentence| beside.contains(&sentence.rule.as_str());
    let alternatives = main.finding.cause.iter().filter(is_beside).cloned().collect();
    Some(Why { question: Rich::text("What changed before it began?"), answer, alternatives })
}

/// The action that takes the last change back.
pub(crate) fn back(scene: &Scene<'_>, told: &Told) -> Option<Action> {
    let changed = last_told(scene, told.finding.first, failing(scene, told))?;
    let what = Rich::text("As first aid set ")
        .c(&changed.name)
        .t(" back from ")
        .c(&changed.is)
        .t(" to ")
        .c(&changed.was)
        .t(format!(
            ", as it was until {} UTC, just before the first failure.",
            Nanos(changed.at).date_time()
        ));
    Some(Action {
        priority: told.priority,
        finding: told.finding.id.clone(),
        what,
        steps: Vec::new(),
        command: String::new(),
        verify: Rich::text("No new failure is logged; otherwise the change was not the reason."),
    })
}

/// What a service says again and again since it took up a change and never said before, from before the first failure on.
fn brought(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    changed: &Changed,
    first: i64,
) -> Option<(Sentence, Option<Quote>)> {
    let row = *changed.rows.first()?;
    let mine = service(scene, row);
    let logged = (0..row).rev().filter(|&row| service(scene, row) == mine).take(LOGGED).count();
    let news = scene.statements.iter().filter(|statement| {
        let begin = statement.occurrences.firsts().first().copied().unwrap_or(0);
        let at = time(scene.index, begin).map_or(i64::MIN, |at| at.0);
        statement.severity <= Severity::Notice
            && statement.occurrences.len() >= AGAIN
            && (changed.at..=first).contains(&at)
            && service(scene, begin) == mine
            && scene.index.request_of(begin).is_none()
    });
    let new = news.filter(|_| logged == LOGGED).max_by_key(|statement| statement.occurrences.len())?;
    let rows = new.occurrences.rows();
    let from = time(scene.index, *rows.first()?)?;
    let mut text =
        Rich::text(format!("From {} UTC on it says what it never said before: ", from.date_time()))
            .c(headline(&new.text, 160))
            .t(format!(" ({}", words::count(rows.len() as u64, "time", "times")));
    if let Some((low, high)) = took(scene, &rows) {
        text = text.t(format!(", each after {} to {}", duration_words(low), duration_words(high)));
    }
    let quote = quotes(scene.index, rows.get(..1)?, 1).pop();
    Some((derived(text.t(")."), NEW, book.rows(&rows)), quote))
}

/// Shortest and longest time that these entries state.
fn took(scene: &Scene<'_>, rows: &[u32]) -> Option<(i64, i64)> {
    let stated = scene.index.durations().iter().filter(|side| rows.binary_search(&side.row).is_ok());
    let nanos: Vec<i64> =
        stated.filter_map(|side| i64::try_from(side.value).ok()?.checked_mul(1000)).collect();
    Some((*nanos.iter().min()?, *nanos.iter().max()?))
}

impl Changed {
    /// `` `ttl` is `0s` from 05:00:20 on; those that started before had `900s`. ``
    pub(crate) fn sentence(&self, book: &mut Book<'_>) -> Sentence {
        self.of_starts(book, Rich::text("Of what it"), STARTED)
    }

    /// The same of another service: what was set otherwise there, and no word on whether it matters here.
    fn of_other(&self, book: &mut Book<'_>, name: &str) -> Sentence {
        self.of_starts(book, Rich::text("Of what ").c(name), ELSEWHERE)
    }

    fn of_starts(&self, book: &mut Book<'_>, whose: Rich, rule: &str) -> Sentence {
        let text = whose
            .t(" states as it starts, ")
            .c(&self.name)
            .t(" was ")
            .c(&self.was)
            .t(" before, and first ")
            .c(&self.is)
            .t(format!(" at {} UTC.", Nanos(self.at).date_time()));
        derived(text, rule, book.rows(&self.rows))
    }

    /// `` `status_filter` is `Captured` from 02:30:03 on; in the runs before it was `captured`. ``
    pub(crate) fn of_runs(&self, book: &mut Book<'_>) -> Sentence {
        let text = Rich::text("New in these runs: ")
            .c(&self.name)
            .t(" is ")
            .c(&self.is)
            .t(format!(" from {} UTC on; in all the runs before it was ", Nanos(self.at).date_time()));
        derived(text.c(&self.was).t("."), RESTATED, book.rows(&self.rows))
    }

    /// The words that say the new value.
    pub(crate) fn quote(&self, scene: &Scene<'_>) -> Option<Quote> {
        let at = |row: &&u32| time(scene.index, **row) == Some(Nanos(self.at));
        let row = *self.rows.iter().find(at)?;
        let exact = quotes(scene.index, &[row], 1).pop().filter(|quote| quote.row == row);
        exact.or_else(|| Some(Quote { text: clean(&self.said), ..scene.index.quote(row)? }))
    }
}
