//! Paths that are asked for and never found: a service that serves nothing of what its callers want, and one path that a
//! machine asks for at a fixed pace. Takes requests, and messages that tell of paths not found; gives findings.
//!
//! A refusal (4xx) is noise by the shape of its paths and never by its status: a scanner tries many paths once, callers of a
//! service that lost its routes ask for its health, or send it something.

use crate::diagnose::causality::{Incident, Scene};
use crate::diagnose::evidence::{Book, derived, hypothesis, quotes};
use crate::diagnose::findings::{self, Told, sorted};
use crate::diagnose::knowledge::Phase;
use crate::diagnose::statements::{Statement, time};
use crate::diagnose::words::{self, number};
use crate::digest::RequestRow;
use crate::entry::Nanos;
use crate::entry::time::{SECOND, duration_words};
use crate::order::{Gather as _, Order as _};
use crate::report::model::{Action, Class, Confidence, Count, Finding, Priority, Rich, Sentence, State, Why};
use std::collections::{BTreeMap, BTreeSet};

/// Requests of a service, all refused, from which on it is told; from the second on, it is urgent.
const REFUSED: usize = 5;
const REFUSED_URGENT: usize = 10;
/// Times that a path is asked for at a pace, and beats of that pace.
const ASKED: usize = 10;
const BEATS: usize = 6;
/// What lies closer than this is one beat: two probes of a load balancer, one from each zone.
const BEAT: i64 = 2 * SECOND;
/// Paces of machines, from a probe every few seconds to one in ten minutes.
const PACES: std::ops::RangeInclusive<i64> = 4 * SECOND..=600 * SECOND;
/// After the last of them, a stop of the process is told with it.
const STOP: i64 = 900 * SECOND;

/// The signature of paths that are not found.
const NOT_FOUND: &str = "http-request-404";

/// Findings, and what they make needless among those told so far is taken out.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut Vec<Told>) {
    let mut found: Vec<Told> = nothing_served(scene, book);
    let known: Vec<u32> = sorted(found.iter().flat_map(|t| t.rows.iter().copied()).collect());
    if let Some(paced) = at_a_pace(scene, book, &known) {
        found.push(paced);
    }
    for new in &found {
        told.retain(|t| {
            t.incident.collapse.is_some() || !t.rows.iter().all(|row| new.rows.binary_search(row).is_ok())
        });
    }
    told.append(&mut found);
}

/// Services that refused each request as one to a path that does not exist.
fn nothing_served(scene: &Scene<'_>, book: &mut Book<'_>) -> Vec<Told> {
    let mut by_service: BTreeMap<String, Vec<&RequestRow>> = BTreeMap::new();
    for request in scene.index.requests().iter().filter(|r| r.status > 0) {
        let source = scene.index.row(request.row).and_then(|row| scene.index.source_of(row));
        let service = source.map_or(String::new(), |s| s.service.to_string());
        by_service.entry(service).or_default().push(request);
    }
    by_service
        .into_iter()
        .filter(|(_, requests)| {
            let not_found = requests.iter().filter(|r| matches!(r.status, 404 | 405 | 410)).count();
            requests.len() >= REFUSED
                && requests.iter().all(|r| (400..500).contains(&r.status))
                && not_found * 10 >= requests.len() * 8
                && requests.iter().any(|r| is_own(scene.index.path(r.path).unwrap_or("")))
        })
        .map(|(service, requests)| refused(scene, book, &service, &requests))
        .collect()
}

/// Whether a request, as method and path, is one that only callers of the service itself send: for its health, or with something to
/// take in. What scanners send to known holes is not, and its root anybody asks for.
fn is_own(request: &str) -> bool {
    const HOLES: [&str; 12] =
        [".php", "/.", "cgi", "wp-", "admin", "login", "vendor", "boaform", "xml", "sdk", "hnap", "shell"];
    let (method, path) = request.split_once(' ').unwrap_or(("", request));
    let lower = path.to_ascii_lowercase();
    if HOLES.iter().any(|hole| lower.contains(hole)) {
        return false;
    }
    let last = lower.trim_end_matches('/').rsplit('/').next().unwrap_or("");
    matches!(
        last,
        "health" | "healthz" | "health-check" | "healthcheck" | "ready" | "readyz" | "livez" | "ping"
    ) || matches!(method, "POST" | "PUT" | "PATCH" | "DELETE") && lower.len() > 1
}

fn refused(scene: &Scene<'_>, book: &mut Book<'_>, service: &str, requests: &[&RequestRow]) -> Told {
    let rows: Vec<u32> = sorted(requests.iter().map(|r| r.row).collect());
    let evidence = book.rows(&rows);
    let n = rows.len() as u64;
    let statuses: BTreeSet<String> = requests.iter().map(|r| r.status.to_string()).gathered();
    let statuses = words::list(&statuses.into_iter().collect::<Vec<_>>());
    let name = Rich::text("No request");
    let name = if service.is_empty() { name } else { name.t(" to ").c(service) };
    let title = name.t(format!(" succeeded: all {} were answered {statuses}", number(n)));
    let priority = if rows.len() >= REFUSED_URGENT { Priority::P0 } else { Priority::P1 };
    let first = time(scene.index, rows.first().copied().unwrap_or(0));
    let last = time(scene.index, rows.last().copied().unwrap_or(0));
    let what = "The server runs and answers, but nothing that its callers ask for is there: none of the requests in this log was answered with 2xx or 3xx.";
    let cause = vec![
        derived(findings::requests::refused(scene, &rows), "status of every request", evidence),
        derived(
            Rich::text(
                "These are no paths of a scanner: among them are the health path of a service, or requests that send it something.",
            ),
            "shape of the paths",
            evidence,
        ),
    ];
    let finding = Finding {
        title,
        class: if priority == Priority::P0 { Class::Critical } else { Class::Warning },
        state: State::Ongoing,
        state_text: derived(
            Rich::text("From the first request to the last; no success follows in this log."),
            "status of every request",
            evidence,
        ),
        counts: vec![Count { what: "refused requests".to_owned(), n, evidence }],
        first,
        last,
        quotes: quotes(scene.index, &rows, 6),
        variants: findings::requests::by_path(scene, book, &rows),
        confidence: Confidence {
            word: "certain".to_owned(),
            reason: Rich::text("no request succeeded; why the paths are not there is not in the log"),
        },
        evidence,
        impact: derived(Rich::text(what), "status of every request", evidence),
        cause,
        ..Finding::default()
    };
    let (whys, advice) = missing_routes(&finding, priority);
    told(
        finding,
        priority,
        rows.iter().filter_map(|&row| Some((time(scene.index, row)?, row))).collect(),
        rows,
        advice,
        whys,
    )
}

/// The whys of a service that finds nothing, and what to do.
fn missing_routes(finding: &Finding, priority: Priority) -> (Vec<Why>, Action) {
    let whys = vec![
        why("What do callers see?", finding.impact.clone()),
        why("Why is nothing found?", finding.cause.first().cloned().unwrap_or_default()),
        guess(
            "Why does the service not have these paths?",
            "The program was started without its routes: another entry point, module or image than meant, or routes that are not registered because an import failed silently. The start command and the list of routes that the program prints would confirm it.",
            "The callers ask under another prefix or host than the service serves. A request to a path that the source surely registers would tell.",
        ),
    ];
    let advice = Action {
        priority,
        what: Rich::text(
            "Compare the entry point, the start command and the registered routes of this revision with the last one that worked; register the missing routes or deploy the right image, or roll back to that revision. Then add a check of one real path to the deployment, before it gets traffic.",
        ),
        verify: Rich::text("A request to one of these paths is answered with 2xx."),
        ..Action::default()
    };
    (whys, advice)
}

/// A path that is not found, asked for at a fixed pace.
struct Paced {
    path: String,
    rows: Vec<u32>,
    beats: usize,
    pace: i64,
}

/// The path that a machine asks for in vain, if nearly all that is not found is that path.
fn at_a_pace(scene: &Scene<'_>, book: &mut Book<'_>, known: &[u32]) -> Option<Told> {
    let is_missing = |s: &&Statement| {
        s.matches
            .iter()
            .filter_map(|m| scene.knowledge.signatures().get(m.signature))
            .any(|s| s.id == NOT_FOUND)
    };
    let missing = || scene.statements.iter().filter(is_missing);
    let all: usize = missing().map(|s| s.occurrences.len()).sum();
    let statement = missing().max_by_key(|s| s.occurrences.len())?;
    // A scanner may keep a pace as well; what it looks for is known.
    if statement.signature(scene.knowledge).is_some_and(|(known, _)| known.area == "security-scan") {
        return None;
    }
    let rows = sorted(statement.occurrences.firsts().to_vec());
    if rows.len() < ASKED
        || rows.len() * 10 < all * 8
        || rows.iter().any(|row| known.binary_search(row).is_ok())
    {
        return None;
    }
    let path = statement
        .matches
        .iter()
        .find_map(|m| m.captures.get("path").or_else(|| m.captures.get("path2")))
        .map(|path| path.split(['?', ' ']).next().unwrap_or(path).to_owned())?;
    let (beats, pace) = pace(scene, &rows)?;
    // Where the path was served at another time, it is there.
    let served = scene.index.requests().iter().any(|r| {
        (200..400).contains(&r.status)
            && scene.index.path(r.path).is_some_and(|known| known.split(' ').nth(1) == Some(path.as_str()))
    });
    (!served).then(|| paced(scene, book, &Paced { path, rows, beats, pace }))
}

/// Beats of rows, and the pause between them if it is steady: nine in ten pauses are within a tenth of the middle one.
fn pace(scene: &Scene<'_>, rows: &[u32]) -> Option<(usize, i64)> {
    let mut beats: Vec<i64> = Vec::new();
    for at in rows.iter().filter_map(|&row| time(scene.index, row)) {
        if beats.last().is_none_or(|last| at.0 - last > BEAT) {
            beats.push(at.0);
        }
    }
    let gaps: Vec<i64> = beats.windows(2).filter_map(|pair| Some(pair.get(1)? - pair.first()?)).collect();
    let mut sorted = gaps.clone();
    sorted.order();
    let middle = sorted.get(sorted.len() / 2).copied()?;
    let steady = gaps.iter().filter(|gap| (*gap - middle).abs() * 10 <= middle).count();
    (beats.len() >= BEATS && PACES.contains(&middle) && steady * 10 >= gaps.len() * 9)
        .then_some((beats.len(), middle))
}

fn paced(scene: &Scene<'_>, book: &mut Book<'_>, found: &Paced) -> Told {
    let evidence = book.rows(&found.rows);
    let n = found.rows.len() as u64;
    let every = duration_words(round(found.pace));
    let title = Rich::default()
        .c(&found.path)
        .t(format!(" is asked for every {every} and never found ({} times)", number(n)));
    let each = found.rows.len() / found.beats.max(1);
    let at_once = if each >= 2 { format!(", {each} at a time") } else { String::new() };
    let rhythm = format!(
        "It is asked for every {every}{at_once}, {} times in a row: no user does that, a health check of a load balancer, a monitor or a poller does.",
        number(found.beats as u64)
    );
    let first = time(scene.index, found.rows.first().copied().unwrap_or(0));
    let last = time(scene.index, found.rows.last().copied().unwrap_or(0));
    let mut cause = vec![derived(Rich::text(rhythm), "pauses between these entries", evidence)];
    cause.push(derived(
        Rich::text("The application has no such path: it answers 404 each time and never anything else."),
        "all entries about this path",
        evidence,
    ));
    cause.extend(stop_after(scene, book, last));
    let (state, state_text) = state(scene, found, last);
    let finding = Finding {
        title,
        class: Class::Warning,
        state,
        state_text: derived(
            Rich::text(state_text),
            "times of the entries against the end of the log",
            evidence,
        ),
        counts: vec![Count { what: "requests to a path that is not there".to_owned(), n, evidence }],
        first,
        last,
        quotes: quotes(scene.index, &found.rows, 4),
        confidence: Confidence {
            word: "likely".to_owned(),
            reason: Rich::text("the pace is certain; who asks is not in the log"),
        },
        evidence,
        impact: derived(
            Rich::text(
                "Whoever asks is told 404 every time. If it is a health check, the platform takes this process for ill: it sends it no traffic, or replaces it.",
            ),
            "what a probe does with an answer that is no success",
            evidence,
        ),
        cause,
        ..Finding::default()
    };
    let (whys, advice) = wrong_path(&finding, found);
    let failures = found.rows.iter().filter_map(|&row| Some((time(scene.index, row)?, row))).collect();
    told(finding, Priority::P1, failures, found.rows.clone(), advice, whys)
}

/// The whys of a path asked for in vain, and what to do.
fn wrong_path(finding: &Finding, found: &Paced) -> (Vec<Why>, Action) {
    let whys = vec![
        why("What is seen?", finding.impact.clone()),
        why("Who asks?", finding.cause.first().cloned().unwrap_or_default()),
        why("Why is it never found?", finding.cause.get(1).cloned().unwrap_or_default()),
        guess(
            "Why is that path asked for?",
            "The health check (or monitor) is set to a path of another version or of another application. Its setting in the load balancer, target group or monitor would confirm it.",
            "The application should have that path and was built or configured without it. Its list of URLs would tell.",
        ),
    ];
    let what = Rich::text("Set the health check (or monitor) to a path that the application serves, or add a route for ")
        .c(&found.path)
        .t("; find out who asks by the caller's address in the access log or by the settings of the load balancer.");
    let advice = Action {
        priority: Priority::P1,
        what,
        verify: Rich::text("The same caller is answered with 200, and the line does not come again."),
        ..Action::default()
    };
    (whys, advice)
}

/// To a whole second from ten seconds on: a pace of 59.98 s is one of a minute.
fn round(pace: i64) -> i64 {
    if pace >= 10 * SECOND { (pace + SECOND / 2) / SECOND * SECOND } else { pace }
}

fn state(scene: &Scene<'_>, found: &Paced, last: Option<Nanos>) -> (State, String) {
    let end = scene.index.rows().last().and_then(crate::digest::Row::time);
    match (last, end) {
        (Some(last), Some(end)) if end.0 - last.0 > found.pace * 2 => (
            State::Ended,
            format!(
                "Nobody asks any more after {} UTC; the log ends {} later. No success stands in it.",
                last.date_time(),
                duration_words(end.0 - last.0)
            ),
        ),
        _ => (State::Ongoing, "Still going on when the log ends.".to_owned()),
    }
}

/// A stop of the process that follows, as an order of events.
fn stop_after(scene: &Scene<'_>, book: &mut Book<'_>, last: Option<Nanos>) -> Option<Sentence> {
    let last = last?;
    let stop = scene
        .episodes
        .iter()
        .flat_map(|episode| episode.of(Phase::StopRequested))
        .filter(|event| (0..=STOP).contains(&(event.time.0 - last.0)))
        .min_by_key(|event| (event.time, event.row))?;
    let text = format!(
        "At {} UTC the process is asked to stop, {} after the last of them; by whom the log does not say.",
        stop.time.date_time(),
        duration_words(stop.time.0 - last.0)
    );
    Some(derived(Rich::text(text), "order of the entries", book.rows(&[stop.row])))
}

fn why(question: &str, answer: Sentence) -> Why {
    Why { question: Rich::text(question), answer, alternatives: Vec::new() }
}

fn guess(question: &str, first: &str, other: &str) -> Why {
    Why {
        question: Rich::text(question),
        answer: hypothesis(Rich::text(first)),
        alternatives: vec![hypothesis(Rich::text(other))],
    }
}

fn told(
    finding: Finding,
    priority: Priority,
    failures: Vec<(Nanos, u32)>,
    rows: Vec<u32>,
    advice: Action,
    whys: Vec<Why>,
) -> Told {
    Told {
        finding,
        incident: Incident::default(),
        priority,
        failures,
        rows,
        values: BTreeMap::new(),
        words: String::new(),
        advice: Some(advice),
        whys,
    }
}
