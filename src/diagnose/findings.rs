//! Incidents → findings, ranked: title, impact, state, counts, cause, chain, files, quotes, consequences, confidence.

use super::causality::{Incident, Scene};
use super::collapse::What;
use super::evidence::{Book, derived, observed, quote_of, quotes};
use super::knowledge::{Knowledge, Role, Signature};
use super::latency::Latencies;
use super::lifecycle::code_meaning;
use super::prefix::unprefixed;
use super::priority::{always_fails, priority};
use super::state::{Standing, failures, standing};
use super::statements::Statement;
use super::troubles::{Kind, Trouble};
use super::words::{self, headline};
use crate::entry::{Nanos, Severity};
use crate::report::model::{
    Action, ChainLink, Class, Component, Confidence, Count, Finding, Priority, Rich, Sentence, Why,
};
use crate::trace::{self, Exception, Frame};
use std::collections::BTreeMap;

/// Consequences told one by one.
const SYMPTOMS: usize = 7;

/// A finding with what later stages (whys, actions) need of its incident.
pub(crate) struct Told {
    pub(crate) finding: Finding,
    pub(crate) incident: Incident,
    pub(crate) priority: Priority,
    pub(crate) failures: Vec<(Nanos, u32)>,
    /// All rows, symptoms included.
    pub(crate) rows: Vec<u32>,
    /// Values for the placeholders of signatures.
    pub(crate) values: BTreeMap<String, String>,
    /// What to do and why, where the finding comes with its own.
    /// The error in its own words.
    pub(crate) words: String,
    pub(crate) advice: Option<Action>,
    pub(crate) whys: Vec<Why>,
}

/// Findings, most important first.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, incidents: Vec<Incident>) -> Vec<Told> {
    let mut told: Vec<Told> =
        incidents.into_iter().filter_map(|incident| one(scene, book, incident)).collect();
    for slow in super::slow::find(scene, book) {
        // A warning about the same entries says the same again.
        told.retain(|t| {
            t.priority < Priority::P2 || !t.rows.iter().all(|row| slow.rows.binary_search(row).is_ok())
        });
        told.push(slow);
    }
    told.extend(super::repeats::find(scene, book));
    told.sort_by_key(|t| {
        let collapse = t.incident.collapse.is_some();
        let root = t.incident.root.and_then(|root| scene.troubles.get(root));
        let specific = root.is_some_and(|root| !root.generic);
        let role = root.map_or(Role::Cause, |root| root.role);
        (
            t.priority,
            std::cmp::Reverse((
                collapse,
                role == Role::Cause && specific,
                role != Role::Warning,
                specific,
                t.failures.len().min(1_000_000),
            )),
            t.finding.first,
            t.finding.title.plain(),
        )
    });
    let mut suspects = 0;
    told.retain(|t| {
        let kind = t.incident.root.and_then(|root| scene.troubles.get(root)).map(|root| root.kind);
        suspects += usize::from(kind == Some(Kind::Suspect) && t.incident.collapse.is_none());
        kind != Some(Kind::Suspect) || t.incident.collapse.is_some() || suspects <= super::suspect::LISTED
    });
    for (number, t) in told.iter_mut().enumerate() {
        t.finding.id = format!("F{}", number + 1);
    }
    told
}

/// The signature of a trouble, if it has one.
pub(crate) fn signature<'k>(knowledge: &'k Knowledge, trouble: &Trouble) -> Option<&'k Signature> {
    match trouble.kind {
        Kind::Signature(number) => knowledge.signatures().get(number),
        _ => None,
    }
}

fn one(scene: &Scene<'_>, book: &mut Book<'_>, incident: Incident) -> Option<Told> {
    let root = incident.root.and_then(|root| scene.troubles.get(root));
    let failures = failures(scene, &incident);
    let standing = standing(scene, &incident, &failures);
    let rows = rows(scene, &incident);
    let anchor = root
        .and_then(|root| root.occurrences.first().map(super::statements::Occurrence::first))
        .or_else(|| failures.first().map(|(_, row)| *row))?;
    let values = values(scene, &incident, anchor);
    let signature = root.and_then(|root| signature(scene.knowledge, root));
    let words = error_words(
        root.and_then(|r| r.lead(scene.statements)),
        signature,
        root.and_then(|r| r.trace(scene.statements)),
    );
    let words = super::naming::with_values(words, signature, &values);
    let priority = priority(scene, &incident, root, signature, standing.state);
    let class = match (priority, root.map(|r| r.role)) {
        (Priority::P0, _) => Class::Critical,
        (Priority::P1, _) => Class::Warning,
        _ => Class::Notice,
    };
    let all = book.rows(&rows);
    let mut finding = Finding {
        title: title(scene, &incident, root, signature, &values),
        class,
        impact: impact(scene, book, &incident, root, signature, &values, &failures),
        state: standing.state,
        counts: counts(scene, book, &incident, root, &failures, &rows),
        first: standing.first,
        last: standing.last,
        cause: cause(scene, book, &incident, root, signature, &values, &rows),
        chain: root.and_then(|root| root.trace(scene.statements)).map(chain).unwrap_or_default(),
        components: components(scene, &incident),
        quotes: finding_quotes(scene, &incident, root, &rows),
        symptoms: symptoms(scene, book, &incident, root),
        variants: match root {
            Some(root) if root.kind == Kind::ClientErrors => {
                super::requests::by_path(scene, book, &incident.requests)
            }
            Some(root) => variants(scene, book, root, &words),
            None => Vec::new(),
        },
        confidence: confidence(root, signature, &incident),
        signatures: signature.map(|s| s.id.clone()).into_iter().collect(),
        evidence: all,
        ..Finding::default()
    };
    let Standing { text, proof, .. } = standing;
    let proof = if proof.is_empty() { failures.iter().map(|(_, row)| *row).collect() } else { proof };
    finding.state_text =
        derived(text, "times of the failures against the end of the log", book.rows(&sorted(proof)));
    Some(Told { finding, incident, priority, failures, rows, values, words, advice: None, whys: Vec::new() })
}

/// `failed requests` → `failed request`, `entries of ERROR` → `entry of ERROR`.
fn singular(what: &str) -> String {
    let (noun, rest) =
        what.split_once(" of ").map_or((what, String::new()), |(noun, rest)| (noun, format!(" of {rest}")));
    let noun = noun
        .strip_suffix("ies")
        .map_or_else(|| noun.strip_suffix('s').unwrap_or(noun).to_owned(), |stem| format!("{stem}y"));
    noun + &rest
}

fn sorted(mut rows: Vec<u32>) -> Vec<u32> {
    rows.sort_unstable();
    rows.dedup();
    rows
}

fn rows(scene: &Scene<'_>, incident: &Incident) -> Vec<u32> {
    let troubles = incident.root.iter().chain(&incident.symptoms).filter_map(|&n| scene.troubles.get(n));
    let exits = incident.collapse.iter().flat_map(|c| c.cycles.iter().map(|cycle| cycle.exit));
    sorted(troubles.flat_map(Trouble::rows).chain(exits).collect())
}

/// Captures of the root, and service, revision and project of where it stands.
fn values(scene: &Scene<'_>, incident: &Incident, anchor: u32) -> BTreeMap<String, String> {
    let mut values: BTreeMap<String, String> = incident
        .root
        .and_then(|root| scene.troubles.get(root))
        .map(|root| root.captures.clone())
        .unwrap_or_default();
    if let Some(source) = scene.index.row(anchor).and_then(|row| scene.index.source_of(row)) {
        for (name, value) in [
            ("service", &source.service),
            ("revision", &source.revision),
            ("project", &source.project),
            ("region", &source.location),
        ] {
            if !value.is_empty() {
                values.entry(name.to_owned()).or_insert_with(|| value.to_string());
            }
        }
        if source.resource == "cloud_run_job" {
            values.entry("job".to_owned()).or_insert_with(|| source.service.to_string());
        }
    }
    if let Some(request) = incident.requests.first().and_then(|&row| scene.index.request_of(row)) {
        values
            .entry("path_of_request".to_owned())
            .or_insert_with(|| scene.index.path(request.path).unwrap_or("").to_owned());
    }
    values
}

/// `ModuleNotFoundError: No module named 'x'`: the error in its own words.
pub(crate) fn error_words(
    statement: Option<&Statement>,
    signature: Option<&Signature>,
    trace: Option<&crate::trace::Trace>,
) -> String {
    if let Some(trace) = trace {
        let root = telling(trace);
        let kind = unprefixed(root.kind.as_str());
        let structured = root.message.trim_start().starts_with(['[', '{']);
        let message = if structured {
            words::brief(&root.message, 160)
        } else {
            headline(if kind.is_empty() { unprefixed(&root.message) } else { &root.message }, 160)
        };
        if let (true, true, Some(frame)) =
            (kind.is_empty(), message.is_empty(), root.frames.iter().find(|f| f.user && !f.file.is_empty()))
        {
            return format!("an exception that the log cuts off, raised at {}", place_of(frame));
        }
        if !kind.is_empty() || !message.is_empty() {
            return if kind.is_empty() {
                message
            } else if message.is_empty() {
                kind.to_owned()
            } else {
                format!("{kind}: {message}")
            };
        }
    }
    let text = statement.map_or("", |s| s.text.as_str());
    // Show the line that the signature is about, not the headline above it.
    let line = signature.and_then(|s| regex::Regex::new(&s.regex).ok()).and_then(|regex| {
        let found = regex.find(text)?;
        let from = text.get(..found.start())?.rfind('\n').map_or(0, |at| at + 1);
        let until = text.get(found.start()..)?.find('\n').map_or(text.len(), |at| found.start() + at);
        text.get(from..until).map(str::to_owned)
    });
    headline(unprefixed(line.as_deref().unwrap_or(text)), 160)
}

/// The exception of a chain that says most: its root, unless that is only a wait that was cut off without a word.
fn telling(trace: &trace::Trace) -> &Exception {
    let root = trace::root(trace);
    if !super::whys::cut_off(&root.kind) || !root.message.trim().is_empty() {
        return root;
    }
    trace.chain.iter().rev().find(|e| !e.message.trim().is_empty()).unwrap_or(root)
}

fn title(
    scene: &Scene<'_>,
    incident: &Incident,
    root: Option<&Trouble>,
    signature: Option<&Signature>,
    values: &BTreeMap<String, String>,
) -> Rich {
    let trace = root.and_then(|root| root.trace(scene.statements));
    let words = error_words(root.and_then(|r| r.lead(scene.statements)), signature, trace);
    let words = super::naming::with_values(words, signature, values);
    if let Some(collapse) = &incident.collapse {
        let name = if collapse.name.is_empty() { &collapse.service } else { &collapse.name };
        let n = collapse.cycles.len() as u64;
        let said = match collapse.what {
            What::Loop => "is in a crash loop",
            What::Crash => "crashed",
            What::Job if n > 1 => "fails on every attempt",
            What::Job => "failed",
            What::Build => "failed",
            What::FalseSuccess => "reports success, but its work was refused",
            What::Deploy => "failed to start",
        };
        let title = if name.is_empty() {
            Rich::text(words::capital(said))
        } else {
            let kind = if collapse.what == What::Build { "Build " } else { "" };
            Rich::text(kind).c(name).t(format!(" {said}"))
        };
        return match (root, collapse.code) {
            (Some(_), _) => title.t(": ").c(words),
            (None, Some(code)) => title.t(format!(": exit code {code}, and the log does not show why")),
            (None, None) => title.t(", and the log does not show why"),
        };
    }
    let Some(root) = root else { return Rich::text("A failure without a cause in the log") };
    match root.kind {
        Kind::ServerErrors => {
            let (status, path) = scene
                .index
                .request_of(root.occurrences.first().map_or(0, super::statements::Occurrence::first))
                .map_or((0, ""), |r| (r.status, scene.index.path(r.path).unwrap_or("")));
            let limit = Latencies::of(scene.index, &incident.requests).and_then(|l| l.limit_seconds());
            match limit {
                Some(seconds) => {
                    Rich::default().c(path).t(format!(" timed out: cut off with {status} after {seconds} s"))
                }
                None => Rich::default().c(path).t(format!(" answered {status}")),
            }
        }
        Kind::ClientErrors => super::requests::refused_title(scene, &incident.requests),
        Kind::Signature(_) => {
            let title = signature.map_or("", |s| s.title.as_str());
            let title =
                if words.is_empty() { Rich::text(title) } else { Rich::text(format!("{title}: ")).c(words) };
            match values.get("service") {
                Some(_) | None => title,
            }
        }
        _ => Rich::default().c(words),
    }
}

fn impact(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    incident: &Incident,
    root: Option<&Trouble>,
    signature: Option<&Signature>,
    values: &BTreeMap<String, String>,
    failures: &[(Nanos, u32)],
) -> Sentence {
    let failed = failures.iter().map(|(_, row)| *row).collect::<Vec<_>>();
    let evidence = book.rows(&sorted(failed));
    if let Some(collapse) = &incident.collapse {
        let n = collapse.cycles.len() as u64;
        let code = collapse.code.map_or(String::new(), |code| {
            let meaning = code_meaning(code);
            if meaning.is_empty() {
                format!(" with exit code {code}")
            } else {
                format!(" with exit code {code} ({meaning})")
            }
        });
        let text = match collapse.what {
            What::Loop => format!("The service fails to start: {} in {} start attempts ended{code}; in this restart loop no instance of the revision stays up.", words::count(n, "crash", "crashes"), words::number((collapse.starts.len() as u64).max(n))),
            What::Crash => format!("One instance ended{code}; requests that it was serving are lost."),
            What::Job => format!("The job's work was not done: {} failed{code}.", words::count(n, "attempt", "attempts")),
            What::Build => "The build failed, so nothing was deployed from it.".to_owned(),
            What::FalseSuccess => "The work was not done, and nobody is told: the process ended with exit(0), so the platform counts it as completed.".to_owned(),
            What::Deploy => "The new revision cannot start, so it gets no traffic; an older revision, if there is one, keeps serving.".to_owned(),
        };
        return derived(Rich::text(text), "exits and starts of one revision or job", evidence);
    }
    let n = incident.requests.len() as u64;
    let fives = incident
        .requests
        .iter()
        .filter(|&&row| scene.index.request_of(row).is_some_and(|r| r.status >= 500))
        .count() as u64;
    if fives > 0 {
        let text = super::requests::failed(scene, &incident.requests);
        return derived(text, "requests with a status of 500 or above", evidence);
    }
    if let Some(impact) =
        signature.map(|s| Knowledge::fill(&s.impact, values)).filter(|text| !text.is_empty())
    {
        return derived(words::prose(&impact), "what this kind of message means", evidence);
    }
    if n > 0 && root.is_some_and(|r| r.kind == Kind::ClientErrors) {
        return derived(
            super::requests::refused_impact(scene, &incident.requests),
            "requests with a status from 400 to 499, by path",
            evidence,
        );
    }
    match root.map(|r| (r.role, r.severity)) {
        Some((Role::Warning, _)) => derived(
            Rich::text("No failed request or crash in this log is tied to it."),
            "no failure near its entries",
            evidence,
        ),
        _ => derived(
            Rich::text("The log shows the error, but no failed request or crash tied to it."),
            "no failure near its entries",
            evidence,
        ),
    }
}

fn counts(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    incident: &Incident,
    root: Option<&Trouble>,
    failures: &[(Nanos, u32)],
    rows: &[u32],
) -> Vec<Count> {
    let mut counts = Vec::new();
    let mut add = |what: &str, rows: Vec<u32>, n: u64, book: &mut Book<'_>| {
        if n > 0 {
            let evidence = book.rows(&sorted(rows));
            counts.push(Count { what: if n == 1 { singular(what) } else { what.to_owned() }, n, evidence });
        }
    };
    let failed: Vec<u32> = failures.iter().map(|(_, row)| *row).collect();
    let n = failures.len() as u64;
    if let Some(collapse) = &incident.collapse {
        let what = match collapse.what {
            What::Loop | What::Crash => "exits",
            What::Job => "failed attempts",
            What::FalseSuccess => "executions that only claim success",
            What::Build => "failed builds",
            What::Deploy => "failed starts",
        };
        add(what, failed, n, book);
        let executions: Vec<u32> = scene
            .episodes
            .iter()
            .filter(|e| e.service == collapse.service)
            .filter_map(|e| e.of(super::knowledge::Phase::JobFailed).map(|event| event.row).next())
            .collect();
        if collapse.what == What::Job {
            let n = executions.len() as u64;
            add("failed executions", executions, n, book);
        }
        if !matches!(collapse.what, What::Build | What::Job | What::FalseSuccess) {
            add("start attempts", collapse.starts.clone(), collapse.starts.len() as u64, book);
        }
    } else if root.is_some_and(|r| r.kind == Kind::ClientErrors) {
        add("refused requests", failed, n, book);
    } else if !incident.requests.is_empty()
        && incident.requests.iter().any(|&row| scene.index.request_of(row).is_some_and(|r| r.status >= 500))
    {
        let requests: Vec<u32> = incident
            .requests
            .iter()
            .copied()
            .filter(|&row| scene.index.request_of(row).is_some_and(|r| r.status >= 500))
            .collect();
        let hit = requests.len() as u64;
        if failed.iter().any(|row| !requests.contains(row)) {
            add("failures", failed, n, book);
        }
        add("failed requests", requests, hit, book);
    } else {
        add(
            if root.is_some_and(|r| r.role == Role::Warning) { "occurrences" } else { "failures" },
            failed,
            n,
            book,
        );
    }
    if root.is_some_and(|r| r.kind != Kind::ClientErrors) {
        let refused: Vec<u32> = incident
            .requests
            .iter()
            .copied()
            .filter(|&row| scene.index.request_of(row).is_some_and(|r| r.status < 500))
            .collect();
        let n = refused.len() as u64;
        add("refused requests", refused, n, book);
    }
    add("entries", rows.to_vec(), rows.len() as u64, book);
    let errors: Vec<u32> = rows
        .iter()
        .copied()
        .filter(|&n| scene.index.row(n).is_some_and(|row| row.severity() >= Severity::Error))
        .collect();
    let n = errors.len() as u64;
    add("entries of ERROR and above", errors, n, book);
    let mut instances: Vec<&str> = rows
        .iter()
        .filter_map(|&n| scene.index.row(n))
        .filter_map(|row| scene.index.source_of(row))
        .map(|s| s.instance.as_ref())
        .filter(|i| !i.is_empty())
        .collect();
    instances.sort_unstable();
    instances.dedup();
    if instances.len() > 1 {
        add("instances", rows.to_vec(), instances.len() as u64, book);
    }
    counts
}

#[allow(clippy::too_many_arguments)] // one sentence each
fn cause(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    incident: &Incident,
    root: Option<&Trouble>,
    signature: Option<&Signature>,
    values: &BTreeMap<String, String>,
    all: &[u32],
) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let Some(root) = root else {
        sentences.push(derived(Rich::text("No entry before the failures names a cause: it lies outside this log, or was filtered out of it."), "nothing of WARNING or above, and no known cause, inside the cycles", None));
        return sentences;
    };
    let evidence = book.rows(&root.rows());
    if let Some(trace) = root.trace(scene.statements) {
        let error = trace::root(trace);
        let place = error.frames.iter().find(|f| f.user).or_else(|| error.frames.first());
        if let Some(frame) = place.filter(|f| !f.file.is_empty()) {
            let mut text = Rich::text("It is raised at ").c(place_of(frame));
            if !frame.function.is_empty() {
                text = text.t(" in ").c(&frame.function);
            }
            if !frame.source.is_empty() {
                text = text.t(", by ").c(headline(&frame.source, 160));
            }
            sentences.push(observed(text.t("."), evidence));
        }
    }
    if let Some(what) = signature.map(|s| Knowledge::fill(&s.what, values)).filter(|text| !text.is_empty()) {
        sentences.push(derived(words::prose(&what), "what this kind of message means", evidence));
    }
    if root.kind == Kind::LastWords {
        let words = headline(root.lead(scene.statements).map_or("", |s| s.text.as_str()), 200);
        sentences.push(derived(
            Rich::text("The last thing said before the process ends is ")
                .c(words)
                .t("; it stands there in most of the failures."),
            "last message of the same instance before each exit",
            evidence,
        ));
    }
    sentences.extend(super::kinds::tally(scene, book, incident, root));
    sentences.extend(about_requests(scene, book, incident, root));
    let errors = |rows: &[u32]| {
        rows.iter()
            .filter(|&&n| scene.index.row(n).is_some_and(|row| row.severity() >= Severity::Error))
            .count() as u64
    };
    let total = scene.index.n_at_least(Severity::Error);
    let mine = errors(all);
    if mine > 1 && total > 0 {
        let text = if mine == total {
            format!("All {} entries of ERROR and above in this log belong to it.", words::number(total))
        } else {
            format!(
                "{} of {} entries of ERROR and above in this log belong to it.",
                words::number(mine),
                words::number(total)
            )
        };
        sentences.push(derived(
            Rich::text(text),
            "entries of the cause and of its consequences",
            book.rows(all),
        ));
    }
    sentences
}

/// `path:line`.
pub(crate) fn place_of(frame: &Frame) -> String {
    frame.line.map_or_else(|| frame.file.clone(), |line| format!("{}:{line}", frame.file))
}

fn chain(trace: &trace::Trace) -> Vec<ChainLink> {
    let place = |exception: &Exception| {
        exception.frames.iter().find(|frame| frame.user && !frame.file.is_empty()).map_or(
            String::new(),
            |frame| {
                if frame.function.is_empty() {
                    place_of(frame)
                } else {
                    format!("{} in {}", place_of(frame), frame.function)
                }
            },
        )
    };
    let mut links: Vec<ChainLink> = trace
        .chain
        .iter()
        .filter(|e| !(e.kind.trim().is_empty() && e.message.trim().is_empty()))
        .take(8)
        .map(|exception| ChainLink {
            kind: unprefixed(&exception.kind).to_owned(),
            message: words::brief(without_data(&exception.message), 300),
            relation: exception.relation.clone(),
            place: place(exception),
        })
        .collect();
    // The same exception raised again on its way up is one link.
    links.dedup_by(|later, earlier| later.kind == earlier.kind && later.message == earlier.message);
    if let Some(first) = links.first_mut() {
        first.relation.clear();
    }
    links
}

/// The user's own files in the traces of an incident, innermost first, one row a file and line.
fn components(scene: &Scene<'_>, incident: &Incident) -> Vec<Component> {
    let mut components: Vec<Component> = Vec::new();
    let troubles = incident.root.iter().chain(&incident.symptoms).filter_map(|&n| scene.troubles.get(n));
    for statement in troubles.flat_map(|t| t.statements.iter()).filter_map(|&n| scene.statements.get(n)) {
        let Some(trace) = &statement.trace else { continue };
        for frame in trace
            .chain
            .iter()
            .rev()
            .flat_map(|exception| exception.frames.iter())
            .filter(|f| f.user && !f.file.is_empty())
        {
            let known = components.iter().any(|c| c.file == frame.file && c.line == frame.line);
            if !known && components.len() < 16 {
                components.push(Component {
                    file: frame.file.clone(),
                    line: frame.line,
                    function: frame.function.clone(),
                    statement: headline(&frame.source, 160),
                });
            }
        }
    }
    components
}

/// What the requests themselves tell: a time limit, how long they took, whether the path ever works.
fn about_requests(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    incident: &Incident,
    root: &Trouble,
) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let broken: Vec<u32> = incident
        .requests
        .iter()
        .copied()
        .filter(|&row| scene.index.request_of(row).is_some_and(|r| r.status >= 500))
        .collect();
    if broken.is_empty() || root.kind == Kind::ClientErrors {
        return sentences;
    }
    let evidence = book.rows(&broken);
    if let Some(latencies) = Latencies::of(scene.index, &broken) {
        let n = words::count(latencies.n as u64, "failed request", "failed requests");
        let text = match latencies.limit_seconds() {
            Some(seconds) => format!(
                "{n}: each was cut off after {seconds} s. That is a time limit, so the work behind it takes longer than that; why it takes so long is not in these entries."
            ),
            None => {
                format!("{n}: {} took {}.", if latencies.n == 1 { "it" } else { "they" }, latencies.words())
            }
        };
        sentences.push(derived(Rich::text(text), "latency of the failed requests", evidence));
    }
    if always_fails(scene, incident) && broken.len() > 1 {
        let mut paths: Vec<u32> =
            broken.iter().filter_map(|&row| scene.index.request_of(row)).map(|r| r.path).collect();
        paths.sort_unstable();
        paths.dedup();
        let what = if paths.len() == 1 { "This path" } else { "Each of these paths" };
        sentences.push(derived(
            Rich::text(format!("{what} failed every time it was asked for in this log.")),
            "no status below 500 for the same method and path",
            evidence,
        ));
    }
    sentences
}

fn finding_quotes(
    scene: &Scene<'_>,
    incident: &Incident,
    root: Option<&Trouble>,
    rows: &[u32],
) -> Vec<crate::report::model::Quote> {
    let mut found = Vec::new();
    let first = |trouble: &Trouble, at: usize| {
        trouble.statements.get(at).and_then(|&n| scene.statements.get(n)).and_then(|s| s.occurrences.first())
    };
    if let Some(root) = root {
        found.extend((0..3).filter_map(|at| first(root, at)).filter_map(|o| quote_of(scene.index, o)));
    }
    for symptom in incident
        .symptoms
        .iter()
        .filter_map(|&n| scene.troubles.get(n))
        .filter(|t| tells_something(scene, t))
        .take(5)
    {
        found.extend(first(symptom, 0).and_then(|o| quote_of(scene.index, o)));
    }
    if let Some(collapse) = &incident.collapse {
        let exits: Vec<u32> = collapse.cycles.iter().map(|cycle| cycle.exit).collect();
        found.extend(quotes(scene.index, &exits, 1));
    }
    if found.is_empty() {
        found = quotes(scene.index, rows, 3);
    }
    let mut seen = Vec::new();
    found.retain(|quote| {
        let new = !seen.contains(&quote.row);
        seen.push(quote.row);
        new
    });
    found.truncate(8);
    found
}

fn symptoms(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    incident: &Incident,
    root: Option<&Trouble>,
) -> Vec<Sentence> {
    if root.is_some_and(|root| root.kind == Kind::ClientErrors) {
        return Vec::new();
    }
    let is_request = |t: &Trouble| matches!(t.kind, Kind::ServerErrors | Kind::ClientErrors);
    let requests: Vec<u32> = incident
        .symptoms
        .iter()
        .filter_map(|&n| scene.troubles.get(n))
        .filter(|t| is_request(t))
        .flat_map(Trouble::rows)
        .collect();
    let mut sentences = super::requests::consequences(scene, book, &sorted(requests));
    let mut rest: Vec<u32> = Vec::new();
    let mut troubles: Vec<&Trouble> =
        incident.symptoms.iter().filter_map(|&n| scene.troubles.get(n)).filter(|t| !is_request(t)).collect();
    // What is known first, then by number; stray lines of a dump are counted together.
    troubles.sort_by_key(|t| {
        (
            !matches!(t.kind, Kind::Signature(_) | Kind::Exception | Kind::ServerErrors),
            std::cmp::Reverse(t.occurrences.len()),
        )
    });
    for trouble in troubles {
        let rows = trouble.rows();
        let n = trouble.occurrences.len() as u64;
        let signature = signature(scene.knowledge, trouble);
        if sentences.len() >= SYMPTOMS || !tells_something(scene, trouble) {
            rest.extend(rows);
            continue;
        }
        let words = error_words(trouble.lead(scene.statements), signature, trouble.trace(scene.statements));
        let text = match signature {
            Some(signature) => {
                Rich::text(format!("{} ({}): ", signature.title, words::count(n, "time", "times"))).c(words)
            }
            None => Rich::default().c(words).t(format!(" ({})", words::count(n, "time", "times"))),
        };
        sentences.push(derived(text, "follows from the cause by time and place", book.rows(&rows)));
    }
    if !rest.is_empty() {
        let rest = sorted(rest);
        let text = Rich::text(format!(
            "{} said with it, such as lines of the same dump.",
            words::count(rest.len() as u64, "further entry", "further entries")
        ));
        sentences.push(derived(text, "follows from the cause by time and place", book.rows(&rest)));
    }
    sentences
}

/// Whether a trouble is worth a sentence of its own, and is not a stray line of somebody's dump.
fn tells_something(scene: &Scene<'_>, trouble: &Trouble) -> bool {
    let words = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count() >= 12;
    matches!(trouble.kind, Kind::Signature(_) | Kind::Exception | Kind::ServerErrors)
        || trouble
            .lead(scene.statements)
            .is_some_and(|s| !trace::is_fragment(s.text.trim_end()) && words(&s.text))
}

/// A message without the values of a failed query: they are data of somebody's, and say nothing about the failure.
fn without_data(message: &str) -> &str {
    let end = message
        .find("\nparams:")
        .or_else(|| message.find(" params: "))
        .or_else(|| message.find("[parameters: "));
    end.and_then(|end| message.get(..end)).unwrap_or(message)
}

/// Other wordings of the same failure; equal ones are counted together, the title's own is left out.
fn variants(scene: &Scene<'_>, book: &mut Book<'_>, root: &Trouble, title: &str) -> Vec<Sentence> {
    let mut united: Vec<(Rich, u64, Vec<u32>)> = Vec::new();
    for statement in root.statements.iter().filter_map(|&n| scene.statements.get(n)).take(200) {
        let words = variant(statement);
        if !words.plain().chars().any(char::is_alphabetic) || trace::is_fragment(words.plain().trim_end()) {
            continue;
        }
        let n = statement.occurrences.len() as u64;
        match united.iter_mut().find(|(known, _, _)| *known == words) {
            Some((_, known, rows)) => {
                *known += n;
                rows.extend(statement.rows());
            }
            None => united.push((words, n, statement.rows())),
        }
    }
    united.sort_by_key(|(_, n, _)| std::cmp::Reverse(*n));
    // The title's own wording is worth a line only for its number among others.
    if united.len() == 1 && root.statements.len() == 1
        || united.iter().all(|(words, _, _)| words.plain() == title)
    {
        return Vec::new();
    }
    let sentence = |(words, n, rows): (Rich, u64, Vec<u32>)| {
        observed(words.t(format!(" ({})", words::count(n, "time", "times"))), book.rows(&sorted(rows)))
    };
    united.into_iter().take(8).map(sentence).collect()
}

/// One wording: the reported exception and its place, or the message.
fn variant(statement: &Statement) -> Rich {
    let outer = statement.trace.as_ref().and_then(|trace| trace.chain.first());
    let words = outer.map_or(String::new(), |e| {
        let message = headline(without_data(&e.message), 160);
        if e.kind.is_empty() {
            message
        } else if message.is_empty() {
            e.kind.clone()
        } else {
            format!("{}: {message}", e.kind)
        }
    });
    let text =
        Rich::default().c(if words.is_empty() { headline(unprefixed(&statement.text), 200) } else { words });
    match outer.and_then(|e| e.frames.iter().find(|f| f.user && !f.file.is_empty())) {
        Some(frame) => text.t(" at ").c(place_of(frame)),
        None => text,
    }
}

fn confidence(root: Option<&Trouble>, signature: Option<&Signature>, incident: &Incident) -> Confidence {
    let (word, reason) = match (root, signature) {
        (None, _) => ("possible", "the failures are certain, their cause is not in the log"),
        (Some(root), Some(_)) if root.role == Role::Cause && incident.collapse.is_some() => {
            ("certain", "the message is known and stands in the cycles before the failures")
        }
        (Some(root), Some(_)) if root.role == Role::Cause => ("certain", "the message names the cause"),
        (Some(root), _) if root.kind == Kind::Exception && incident.collapse.is_some() => {
            ("likely", "the exception stands in most cycles before the failures")
        }
        (Some(root), _) if root.kind == Kind::Exception => {
            ("certain", "the exception says what failed; why is another question")
        }
        (Some(root), _) if root.kind == Kind::Suspect => {
            ("possible", "only the words of the message suggest it")
        }
        _ => ("likely", "the failure is certain, but nothing in the log says what is behind it"),
    };
    Confidence { word: word.to_owned(), reason: Rich::text(reason) }
}
