//! What the servers behind a proxy answered → which of them fails where others work, and the failures that retries hid.

use super::{Incident, Scene};
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::findings::{Told, sorted};
use crate::diagnose::statements::time;
use crate::diagnose::words::{self, number};
use crate::entry::Nanos;
use crate::entry::figure::{Figure, Kind};
use crate::order::Order as _;
use crate::report::model::{Action, Class, Confidence, Count, Finding, Priority, Rich, Sentence, State};
use std::collections::{BTreeMap, BTreeSet};

/// The rule behind the sentence on servers.
pub(crate) const RULE: &str = "status of each upstream address";
/// Bad answers that tell, and answers of the other servers beside them.
const BAD: usize = 3;
const OTHERS: usize = 5;
/// Servers that are named.
const NAMED: usize = 3;

/// Answers of one server: how many, and the rows of those that were bad.
#[derive(Default)]
struct Server {
    n: usize,
    bad: Vec<u32>,
}

/// Whether a server failed: it answered with 5xx, or not at all while the caller was told of a failure.
fn is_bad(scene: &Scene<'_>, row: u32, status: i64) -> bool {
    status >= 500 || status == 0 && scene.index.request_of(row).is_some_and(|r| r.status >= 500)
}

/// One answer of a server: row, address, status.
type Answer<'s> = (u32, &'s str, i64);

/// The answers to requests on these paths.
fn answers<'s>(scene: &Scene<'s>, is_asked: impl Fn(u32) -> bool) -> Vec<Answer<'s>> {
    let index = scene.index;
    let server =
        |key| Figure::parse(key).filter(|(kind, ..)| *kind == Kind::Upstream).map(|(_, name, _)| name);
    let servers: Vec<Option<&str>> = (0..).map_while(|n| index.figure_name(n)).map(server).collect();
    if servers.iter().all(Option::is_none) {
        return Vec::new();
    }
    let answers = index.figures().iter().filter_map(|figure| {
        let server = servers.get(figure.name as usize).copied().flatten()?;
        index.request_of(figure.row).filter(|r| is_asked(r.path)).map(|_| (figure.row, server, figure.value))
    });
    answers.collect()
}

/// The servers that give nearly all bad answers while failures last, where the others work.
fn at_fault<'s>(
    answers: &[Answer<'s>],
    scene: &Scene<'_>,
    failed: &[u32],
) -> Option<[Vec<(&'s str, Server)>; 2]> {
    let (first, last) = (*failed.first()?, *failed.last()?);
    let mut servers: BTreeMap<&str, Server> = BTreeMap::new();
    for &(row, name, status) in answers.iter().filter(|(row, ..)| (first..=last).contains(row)) {
        let server = servers.entry(name).or_default();
        server.n += 1;
        server.bad.extend(is_bad(scene, row, status).then_some(row));
    }
    let mut bad: Vec<(&str, Server)> = servers.into_iter().collect();
    bad.order_by_key(|(name, server)| (std::cmp::Reverse(server.bad.len()), *name));
    let total: usize = bad.iter().map(|(_, server)| server.bad.len()).sum();
    let mut told = 0;
    let n = bad.iter().take_while(|(_, server)| {
        let goes_on = told * 10 < total * 9;
        told += server.bad.len();
        goes_on
    });
    let good = bad.split_off(n.count());
    let sum = |servers: &[(&str, Server)]| {
        servers.iter().fold((0, 0), |(n, bad), (_, server)| (n + server.n, bad + server.bad.len()))
    };
    let ((n, b), (others, rest)) = (sum(&bad), sum(&good));
    // A server that fails three times as often as the others is told from them.
    let is_apart =
        total >= BAD && others >= OTHERS && bad.len() <= good.len().max(1) && b * others > 3 * rest * n;
    is_apart.then_some([bad, good])
}

fn named(mut text: Rich, servers: &[(&str, Server)]) -> Rich {
    for (at, (name, _)) in servers.iter().take(NAMED).enumerate() {
        text = text.t(if at == 0 { "" } else { ", " }).c(*name);
    }
    let more = servers.len().saturating_sub(NAMED);
    if more > 0 { text.t(format!(" and {more} more")) } else { text }
}

/// The failed requests of an incident, and their paths.
fn failed(scene: &Scene<'_>, incident: &Incident) -> (Vec<u32>, BTreeSet<u32>) {
    let failed = || {
        incident.requests.iter().filter_map(|&row| scene.index.request_of(row)).filter(|r| r.status >= 500)
    };
    (failed().map(|r| r.row).collect(), failed().map(|r| r.path).collect())
}

/// The sentence on the servers that fail where others work.
fn fault(scene: &Scene<'_>, book: &mut Book<'_>, answers: &[Answer<'_>], failed: &[u32]) -> Option<Sentence> {
    let [bad, good] = at_fault(answers, scene, failed)?;
    let sum = |servers: &[(&str, Server)]| {
        let (n, bad) = servers.iter().fold((0, 0), |(n, bad), (_, s)| (n + s.n, bad + s.bad.len()));
        (number(bad as u64), words::count(n as u64, "answer", "answers"))
    };
    let ((b, n), (b_others, n_others)) = (sum(&bad), sum(&good));
    let fails = if bad.len() == 1 { "fails" } else { "fail" };
    let text = named(Rich::text("Of the servers behind the proxy "), &bad);
    let text = text.t(format!(
        " {fails}: {b} of {n} meanwhile {} bad, and {b_others} of {n_others} of the ",
        if b == "1" { "is" } else { "are" }
    ));
    let text = named(text.t(words::count(good.len() as u64, "other (", "others (")), &good).t(").");
    let rows = bad.iter().flat_map(|(_, server)| server.bad.iter().copied());
    Some(derived(text, RULE, book.rows(&sorted(rows.collect()))))
}

/// Requests that were answered well only because the proxy asked another server, which answered below 500. Callers that went away
/// (499) were told nothing.
fn hidden(scene: &Scene<'_>, answers: &[Answer<'_>]) -> Vec<u32> {
    // Answers stand in the order of rows; a proxy asks no further server after a good answer, so that it is the later one.
    let rows = answers.chunk_by(|one, next| one.0 == next.0).filter_map(|asked| {
        let &(row, ..) = asked.first()?;
        let is_well = |status: i64| (100..500).contains(&status) && status != 499;
        let told = scene.index.request_of(row).is_some_and(|r| is_well(r.status.into()));
        let is_retried = asked.iter().any(|(.., status)| is_bad(scene, row, *status))
            && asked.iter().any(|(.., status)| is_well(*status));
        (told && is_retried).then_some(row)
    });
    sorted(rows.collect())
}

/// The sentence on them.
fn retried(book: &mut Book<'_>, hidden: &[u32], more: &str) -> Sentence {
    let n = words::count(hidden.len() as u64, &format!("{more}request was"), &format!("{more}requests were"));
    let text = format!(
        "{n} answered below 500 only because the proxy asked another server after a bad answer: retries hid these failures."
    );
    derived(Rich::text(text), "several upstream statuses of one request", book.rows(hidden))
}

/// Which servers failed, and what retries hid.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, incident: &Incident) -> Vec<Sentence> {
    let (failed, paths) = failed(scene, incident);
    let answers = answers(scene, |path| paths.contains(&path));
    let hidden = hidden(scene, &answers);
    let mut sentences: Vec<Sentence> = fault(scene, book, &answers, &failed).into_iter().collect();
    if !hidden.is_empty() {
        sentences.push(retried(book, &hidden, "more "));
    }
    sentences
}

/// Where no request failed: a notice of what retries hid.
pub(crate) fn find(scene: &Scene<'_>, book: &mut Book<'_>) -> Option<Told> {
    let answers = answers(scene, |_| true);
    let rows = hidden(scene, &answers);
    if rows.len() < BAD || scene.index.requests().iter().any(|r| r.status >= 500) {
        return None;
    }
    let failures: Vec<(Nanos, u32)> =
        rows.iter().filter_map(|&row| Some((time(scene.index, row)?, row))).collect();
    let [first, last] = [failures.first()?.0, failures.last()?.0];
    let (impact, evidence) = (retried(book, &rows, ""), book.rows(&rows));
    let title = Rich::text("Retries of the proxy hide failures of a server behind it");
    let what =
        Rich::text("Read the log of the server that answers badly, before no other one is left to ask.");
    let verify = Rich::text("Each request has one upstream status.");
    let finding = Finding {
        title,
        state: State::Ended,
        state_text: derived(
            Rich::text(format!("From {}.", words::span(first, last))),
            "times of these requests",
            evidence,
        ),
        counts: vec![Count { what: "retried requests".to_owned(), n: rows.len() as u64, evidence }],
        first: Some(first),
        last: Some(last),
        cause: fault(scene, book, &answers, &rows).into_iter().collect(),
        confidence: Confidence {
            word: "certain".to_owned(),
            reason: Rich::text("the proxy states each answer"),
        },
        impact,
        evidence,
        class: Class::Notice,
        ..Finding::default()
    };
    Some(Told {
        finding,
        incident: Incident::default(),
        priority: Priority::P2,
        failures,
        rows,
        values: BTreeMap::new(),
        words: String::new(),
        advice: Some(Action { priority: Priority::P2, what, verify, ..Action::default() }),
        whys: Vec::new(),
    })
}

/// What to do about a server that fails alone.
pub(crate) fn step(scene: &Scene<'_>, told: &Told) -> Option<Rich> {
    let (failed, paths) = failed(scene, &told.incident);
    let [bad, _] = at_fault(&answers(scene, |path| paths.contains(&path)), scene, &failed)?;
    let since = told.finding.first.map_or(String::new(), |at| format!(" from {} UTC on", at.date_time()));
    Some(
        named(Rich::text("First take "), &bad)
            .t(format!(" out of the upstream or restart it, and read its own log{since}.")),
    )
}
