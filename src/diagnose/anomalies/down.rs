//! A database server that was stopped by order while others needed it: takes the findings of those that could not reach it meanwhile, tells
//! them as one, with when it was stopped and ready again.

use crate::diagnose::causality::{Scene, shared};
use crate::diagnose::evidence::{Book, derived, quotes};
use crate::diagnose::findings::Told;
use crate::diagnose::statements::{self, prefix, time};
use crate::diagnose::troubles::by_order::{READY, STOPPED};
use crate::diagnose::words::{self, headline};
use crate::entry::Nanos;
use crate::entry::time::{SECOND, duration_words};
use crate::order::Order as _;
use crate::report::model::{Action, Priority, Rich, Sentence};

/// How long before the order and after the end its clients may feel it.
const BEFORE: i64 = 5 * SECOND;
const AFTER: i64 = 15 * SECOND;
/// Failures of clients that are worth to be told together, at least.
const OFTEN: usize = 5;
/// Orders to stop that are looked at.
const STOPS: usize = 50;
/// Words of a PostgreSQL that is not there, in what it says itself as it goes and comes, and in what its clients quote of it.
const AWAY: [&str; 10] = [
    "can't reach database",
    "server closed the connection",
    "terminating connection",
    "database system is starting up",
    "database system is shutting down",
    "database system is in recovery mode",
    "not yet accepting connections",
    "was interrupted; last known up",
    "57p01",
    "57p03",
];
/// Words of any server that is not there, which mean this one where it is named.
const NO_ANSWER: [&str; 9] = [
    "econnrefused",
    "econnreset",
    "etimedout",
    "connection refused",
    "connection reset",
    "connection terminated",
    "connection timed out",
    "could not connect",
    "broken pipe",
];
/// How it is named: its ports and those of poolers before it, and its drivers.
const NAMED: [&str; 9] =
    [":5432", "port 5432", ":5433", ":6432", "port 6432", "postgres", "psycopg", "pgx", "npgsql"];

/// The time in which a server was away.
struct Outage {
    /// The order to stop, and the word that it is ready again.
    stop: u32,
    ready: u32,
    from: Nanos,
    until: Nanos,
    server: String,
}

impl Outage {
    fn is_in(&self, at: i64) -> bool {
        (self.from.0 - BEFORE..=self.until.0 + AFTER).contains(&at)
    }

    /// Whether a finding is of nothing but the server that is away.
    fn explains(&self, scene: &Scene<'_>, t: &Told) -> bool {
        let Some(root) = t.incident.root.and_then(|root| scene.troubles.get(root)) else { return false };
        let is_away = |text: &str| {
            let lower = crate::digest::cut(text, 4_000).to_ascii_lowercase();
            let has = |words: &[&str]| words.iter().any(|words| lower.contains(words));
            has(&AWAY) || has(&NO_ANSWER) && has(&NAMED)
        };
        let mut said = root.statements.iter().filter_map(|n| scene.statements.get(*n));
        said.all(|statement| is_away(&statement.text))
            && t.incident.collapse.is_none()
            && !t.failures.is_empty()
            && t.failures.iter().all(|(at, _)| self.is_in(at.0))
    }

    /// Whether it is of the server's own words.
    fn is_servers(&self, scene: &Scene<'_>, t: &Told) -> bool {
        t.failures.iter().all(|(_, row)| scene.service(*row) == Some(self.server.as_str()))
    }
}

/// The times in which the only database server of the log was away: from each order to stop until it said that it was ready again.
fn outages(scene: &Scene<'_>) -> Vec<Outage> {
    let rows_of = |id: &str| statements::rows_of(scene.knowledge, scene.statements, id);
    let readies = rows_of(READY);
    let outage = |stop: u32| {
        let source = scene.index.row(stop).and_then(|row| scene.index.source_of(row))?;
        let ready = readies.iter().copied().find(|row| *row > stop)?;
        let (from, until) = (time(scene.index, stop)?, time(scene.index, ready)?);
        let server = source.service.to_string();
        shared::is_the_only(scene, source).then_some(Outage { stop, ready, from, until, server })
    };
    rows_of(STOPPED).into_iter().take(STOPS).filter_map(outage).collect()
}

/// Tells findings of a server that was away as one.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut Vec<Told>) {
    let weight = |n: &usize| told.get(*n).map_or((0, 0), |t| (t.incident.requests.len(), t.failures.len()));
    let host_of = |outage: &Outage| {
        let clients = (0..told.len()).filter(|n| {
            told.get(*n).is_some_and(|t| outage.explains(scene, t) && !outage.is_servers(scene, t))
        });
        clients.max_by_key(|n| (weight(n), std::cmp::Reverse(*n)))
    };
    let hosts = outages(scene).into_iter().filter_map(|outage| Some((host_of(&outage)?, outage)));
    let Some((host, outage)) = hosts.max_by_key(|(n, outage)| (weight(n), std::cmp::Reverse(outage.stop)))
    else {
        return;
    };
    let is_it: Vec<bool> = told.iter().map(|t| outage.explains(scene, t)).collect();
    if told.get(host).is_none_or(|t| t.failures.len() < OFTEN) {
        return;
    }
    let mut others = Vec::new();
    let mut number = 0;
    told.retain_mut(|t| {
        let is_other = is_it.get(number) == Some(&true) && number != host;
        if is_other {
            others.push(Other::of(t));
        }
        number += 1;
        !is_other
    });
    let before = is_it.iter().take(host).filter(|is_it| **is_it).count();
    if let Some(host) = told.get_mut(host - before) {
        give(scene, book, host, &outage, others);
    }
}

/// What remains of a finding that is told with another one.
struct Other {
    words: String,
    failures: usize,
    requests: Vec<u32>,
    rows: Vec<u32>,
    symptoms: Vec<Sentence>,
}

impl Other {
    fn of(t: &mut Told) -> Other {
        Other {
            words: std::mem::take(&mut t.words),
            failures: t.failures.len(),
            requests: std::mem::take(&mut t.incident.requests),
            rows: std::mem::take(&mut t.rows),
            symptoms: std::mem::take(&mut t.finding.symptoms),
        }
    }
}

/// Adds what was told as other findings to the one that stays; gives all failed requests.
fn gather(book: &mut Book<'_>, t: &mut Told, others: Vec<Other>) -> Vec<u32> {
    let mut requests = t.incident.requests.clone();
    for other in others {
        let n = words::count(other.failures as u64, "time", "times");
        let text =
            Rich::text(format!("Said meanwhile, too ({n}): ")).c(words::brief(&other.words, 160)).t(".");
        let rule = "failures that lie in the time in which the server was away";
        t.finding.symptoms.push(derived(text, rule, book.rows(&other.rows)));
        t.finding.symptoms.extend(other.symptoms);
        requests.extend(other.requests);
        t.rows.extend(other.rows);
    }
    t.rows.sort_unstable();
    t.rows.dedup();
    requests.sort_unstable();
    requests.dedup();
    requests
}

/// How many requests failed, and whose.
fn impact(scene: &Scene<'_>, book: &mut Book<'_>, requests: &[u32]) -> Sentence {
    let mut services: Vec<&str> = requests.iter().filter_map(|row| scene.service(*row)).collect();
    services.order();
    services.dedup();
    let n = words::count(requests.len() as u64, "request", "requests");
    let mut text = Rich::text(format!("{n} failed while the database was away or right after, of "));
    for (at, service) in services.iter().enumerate() {
        text = text.t(if at == 0 { "" } else { ", " }).c(*service);
    }
    derived(text.t("."), "requests with a status of 500 or above in that time", book.rows(requests))
}

fn give(scene: &Scene<'_>, book: &mut Book<'_>, t: &mut Told, outage: &Outage, others: Vec<Other>) {
    let marks = [outage.stop, outage.ready];
    let (evidence, rule) = (book.rows(&marks), "the server's words on its stop and its start");
    let lasted = duration_words(outage.until.0 - outage.from.0);
    let title = Rich::text("PostgreSQL");
    let title = if outage.server.is_empty() { title } else { title.t(" ").c(&outage.server) };
    let title = title.t(format!(" was stopped and away for {lasted}: "));
    t.finding.title = title.c(words::brief(&t.words, 110));
    let order = scene.index.text_of(outage.stop);
    let order = headline(prefix::unprefixed(&order), 140);
    let within = t.failures.iter().filter(|(at, _)| at.0 <= outage.until.0).count();
    let held = Rich::text("The database server was told to stop: ").c(order).t(format!(
        ". It was away {} ({lasted}), and {} of the {} lie in that time or just before it.",
        words::span(outage.from, outage.until),
        words::number(within as u64),
        words::count(t.failures.len() as u64, "failure", "failures")
    ));
    t.finding.cause.insert(0, derived(held.clone(), rule, evidence));
    t.finding.quotes.splice(0..0, quotes(scene.index, &marks, 2));
    let requests = gather(book, t, others);
    if requests.len() > t.incident.requests.len() {
        t.finding.impact = impact(scene, book, &requests);
    }
    let guess = "A failover, maintenance or a restart for a changed setting: the log of the server names the order, not who gave it. The operations of the instance and its audit entries at that time would confirm or refute it.";
    let asks = ["The database does not answer: ", "Why does it not answer?"];
    t.whys = super::locked::whys_of(t, asks, derived(held, rule, evidence), ["Who stopped it?", guess]);
    t.advice = advice(scene, t.priority);
}

/// What to do of it, as what is known of the stop has it.
fn advice(scene: &Scene<'_>, priority: Priority) -> Option<Action> {
    let known = scene.knowledge.signatures().iter().find(|known| known.id == STOPPED)?;
    let (what, verify) = (words::prose(&known.action), words::prose(&known.verify));
    Some(Action { priority, what, verify, ..Action::default() })
}
