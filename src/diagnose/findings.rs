//! Incidents → findings, ranked: title, impact, state, counts, cause, chain, files, quotes, consequences, confidence.

pub(super) mod background;
pub(super) mod confidence;
pub(super) mod consequences;
pub(super) mod context;
pub(super) mod extent;
pub(super) mod few;
pub(super) mod lasting;
pub(super) mod naming;
pub(super) mod onset;
pub(super) mod priority;
pub(super) mod requests;
pub(super) mod state;
pub(super) mod tested;
pub(super) mod titles;
pub(super) mod told;
mod traced;

use super::causality::{self, Incident, Scene};
use super::evidence::{Book, derived, observed};
use super::knowledge::{Knowledge, Role, Signature};
use super::troubles::{self, Kind, Trouble};
use super::words::{self, headline};
use super::{anomalies, changes, lifecycle, measures, statements};
use crate::entry::Severity;
use crate::order::Order as _;
use crate::report::model::{Finding, Priority, Rich, Sentence, State};
use crate::trace::{self, Frame};
use confidence::confidence;
use consequences::{finding_quotes, symptoms, variants};
use extent::{about_requests, counts, impact};
use priority::priority;
use state::{Standing, failures, standing};
use std::collections::BTreeMap;
use titles::{error_words, title};

pub(crate) use told::Told;
use told::class;

/// Findings, most important first, and holes in the log.
pub(crate) fn tell(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    incidents: Vec<Incident>,
) -> (Vec<Told>, Vec<Sentence>) {
    let tests = tested::Tests::of(scene);
    let is_printed = |i: &Incident| troubles::material::of_good_build(scene, i) || tests.printed(scene, i);
    let incidents = incidents.into_iter().filter(|incident| !is_printed(incident));
    let mut told: Vec<Told> = incidents.filter_map(|incident| one(scene, book, incident)).collect();
    context::tell(scene, book, &mut told);
    anomalies::slow::add(scene, book, &mut told);
    told.extend(anomalies::repeats::find(scene, book));
    told.extend(causality::upstreams::find(scene, book));
    let idle = anomalies::idle::find(scene, book).or_else(|| anomalies::idle::answers::find(scene, book));
    told.extend(idle.or_else(|| anomalies::runs::find(scene, book)));
    changes::ports::tell(scene, book, &mut told);
    anomalies::locked::tell(scene, book, &mut told);
    anomalies::leaked::tell(scene, book, &mut told);
    anomalies::down::tell(scene, book, &mut told);
    anomalies::overlap::tell(scene, book, &mut told);
    anomalies::side_by_side::tell(scene, book, &mut told);
    causality::named::tell(scene, &mut told);
    let slower = anomalies::shift::find(scene, book, &mut told);
    told.extend(slower);
    anomalies::beneath::tell(scene, book, &mut told);
    anomalies::unserved::tell(scene, book, &mut told);
    anomalies::last_said::tell(scene, book, &mut told);
    let grown = anomalies::grown::find(scene, book, &told);
    told.extend(grown);
    anomalies::levels::tell(scene, book, &mut told);
    anomalies::levels::candidates(scene, book, &mut told);
    let silence = anomalies::silence::tell(scene, book, &mut told);
    told.extend(silence.told);
    let paused = changes::paused::find(scene, book, &told);
    told.extend(paused);
    anomalies::leap::find(scene, book, &mut told);
    background::tell(scene, book, &mut told);
    order(scene, &mut told);
    few_suspects(scene, &mut told);
    for (number, t) in told.iter_mut().enumerate() {
        t.finding.id = format!("F{}", number + 1);
    }
    (told, silence.holes)
}

/// The most important first.
fn order(scene: &Scene<'_>, told: &mut [Told]) {
    told.order_by_key(|t| {
        // A collapse that is over can wait for what goes on.
        let is_over = matches!(t.finding.state, State::Ended | State::Superseded);
        let collapse = t.incident.collapse.is_some() && !(is_over && t.priority < Priority::P2);
        let root = t.incident.root.and_then(|root| scene.troubles.get(root));
        let bounded = causality::bounded::of(scene, &t.incident).is_some();
        let specific = bounded || root.is_some_and(|root| !root.generic);
        let role = root.filter(|_| !bounded).map_or(Role::Cause, |root| root.role);
        let level = root.filter(|_| !specific).map_or(Severity::Emergency, |root| root.severity);
        (
            t.priority,
            background::rank(t),
            std::cmp::Reverse((
                collapse,
                role == Role::Cause && specific,
                role != Role::Warning,
                // What only its level tells of is ranked by it.
                level,
                specific,
                t.failures.len().min(1_000_000),
            )),
            t.finding.first,
            t.finding.title.plain(),
        )
    });
}

/// What takes a look at the whole log, and is told of the findings that are shown.
pub(crate) fn more(scene: &Scene<'_>, book: &mut Book<'_>, t: &mut Told) {
    let root = t.incident.root.and_then(|root| scene.troubles.get(root));
    let stuck = root.and_then(|root| troubles::items::stuck(scene, book, root));
    let first = stuck.into_iter().chain(causality::upstreams::tell(scene, book, &t.incident));
    t.finding.cause.splice(0..0, first.collect::<Vec<_>>());
    let requests = &t.incident.requests;
    t.finding.cause.extend(root.and_then(|root| troubles::items::again(scene, requests, root)));
    t.finding.cause.extend(anomalies::within::of_request(scene, book, requests));
    // A setting that is told by its name is not told again by its line.
    if t.priority < Priority::P2 && changes::switched::why(t).is_none() {
        t.finding.cause.extend(changes::settings::tell(scene, book, &t.failures));
    }
}

/// Leaves only so many of the messages that merely sound bad.
fn few_suspects(scene: &Scene<'_>, told: &mut Vec<Told>) {
    let mut suspects = 0;
    told.retain(|t| {
        let kind = t.incident.root.and_then(|root| scene.troubles.get(root)).map(|root| root.kind);
        suspects += usize::from(kind == Some(Kind::Suspect) && t.incident.collapse.is_none());
        kind != Some(Kind::Suspect)
            || t.incident.collapse.is_some()
            || suspects <= statements::suspect::LISTED
    });
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
    let words = naming::with_values(words, signature, &values);
    let priority = priority(scene, &incident, root, signature, standing.state);
    let all = book.rows(&rows);
    let mut finding = Finding {
        title: title(scene, &incident, root, signature, &values),
        class: class(priority),
        impact: impact(scene, book, &incident, root, signature, &values, &failures),
        state: standing.state,
        counts: counts(scene, book, &incident, root, &failures, &rows),
        first: standing.first,
        last: standing.last,
        cause: [
            cause(scene, book, &incident, root, signature, &values, &rows),
            onset::about(scene, book, &incident, &failures),
            causality::forerun::tell(scene, book, &incident, &failures).into_iter().collect(),
            incident.collapse.as_ref().map_or(Vec::new(), |c| lifecycle::at_work::tell(scene, book, c)),
        ]
        .concat(),
        chain: root.and_then(|root| root.trace(scene.statements)).map(traced::chain).unwrap_or_default(),
        components: traced::components(scene, &incident),
        quotes: finding_quotes(scene, &incident, root, &rows),
        symptoms: symptoms(scene, book, &incident, root),
        variants: match root {
            Some(root) if root.kind == Kind::ClientErrors => {
                requests::by_path(scene, book, &incident.requests)
            }
            Some(root) => variants(scene, book, root, &words),
            None => Vec::new(),
        },
        confidence: confidence(root, signature, &incident),
        signatures: signature.map(|s| s.id.clone()).into_iter().collect(),
        evidence: all,
        ..Finding::default()
    };
    finding.cause.extend(context::around(scene, book, &finding, (&incident, &failures), priority));
    let Standing { text, proof, .. } = standing;
    let proof = if proof.is_empty() { failures.iter().map(|(_, row)| *row).collect() } else { proof };
    finding.state_text =
        derived(text, "times of the failures against the end of the log", book.rows(&sorted(proof)));
    let advice = root.and_then(|root| troubles::acted::advice(scene, root, priority));
    Some(Told { finding, incident, priority, failures, rows, values, words, advice, whys: Vec::new() })
}

pub(super) fn sorted(mut rows: Vec<u32>) -> Vec<u32> {
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
            ("resource_type", &source.resource),
        ] {
            if !value.is_empty() {
                values.entry(name.to_owned()).or_insert_with(|| value.to_string());
            }
        }
        // A node that reports the kill is not what was killed.
        let killed = incident.collapse.as_ref().map(|c| c.service.clone()).filter(|s| !s.is_empty());
        if let Some(service) = killed.filter(|_| source.resource == "k8s_node") {
            values.insert("service".to_owned(), service);
        }
        if source.resource == "cloud_run_job" {
            values.entry("job".to_owned()).or_insert_with(|| source.service.to_string());
        }
    }
    naming::place_host(&mut values);
    if let Some(request) = incident.requests.first().and_then(|&row| scene.index.request_of(row)) {
        values
            .entry("path_of_request".to_owned())
            .or_insert_with(|| scene.index.path(request.path).unwrap_or("").to_owned());
    }
    values
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
        sentences.push(derived(Rich::text("No entry before the failures names a cause: it lies outside this log, or was filtered out of it."), "no known cause, and no error that is said in three of ten of the cycles", None));
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
    sentences.extend(anomalies::counterfeit::tell(scene, book, root));
    sentences.extend(shared(scene, book, incident, root));
    sentences.extend(context::step_before(scene, book, incident, root, all));
    sentences.extend(troubles::kinds::tally(scene, book, incident, root));
    sentences.extend(about_requests(scene, book, incident, root));
    if incident.requests.is_empty() && incident.collapse.is_none() && root.role != Role::Warning {
        sentences.extend(measures::spans::swallowed(scene, book, root));
    }
    sentences.extend(context::severities(scene, book, incident, all));
    sentences
}

/// What the failures of a cause have in common: a piece of work, fields, a target, tasks or instances.
fn shared(scene: &Scene<'_>, book: &mut Book<'_>, incident: &Incident, root: &Trouble) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    sentences.extend(troubles::items::tell(scene, book, root));
    if incident.collapse.is_none() && incident.requests.is_empty() {
        sentences.extend(anomalies::halted::tell(scene, book, root));
    }
    sentences.extend(
        troubles::acted::tell(scene, book, root)
            .map_or_else(|| troubles::beside::tell(scene, book, root), |who| vec![who]),
    );
    sentences.extend(causality::address::tell(scene, book, incident, root));
    sentences.extend(incident.collapse.as_ref().and_then(|c| troubles::beside::tasks(scene, book, c)));
    if incident.collapse.is_none() && root.kind != Kind::ClientErrors {
        let rows = root.rows();
        sentences.extend(few::tell(scene, book, &rows).or_else(|| few::pods(scene, book, &rows)));
    }
    if incident.collapse.is_none() {
        sentences.extend(anomalies::redone::tell(scene, book, root));
        sentences.extend(troubles::mild::tell(scene, book, root));
        sentences.extend(causality::bounded::tell(scene, book, incident));
        sentences.extend(troubles::leaving::tell(scene, book, root));
    }
    sentences
}

/// `path:line`.
pub(crate) fn place_of(frame: &Frame) -> String {
    frame.line.map_or_else(|| frame.file.clone(), |line| format!("{}:{line}", frame.file))
}
