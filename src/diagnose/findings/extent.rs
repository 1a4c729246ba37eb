//! An incident → how much it hurt: impact, counts, and what the failed requests tell.

use super::priority::always_fails;
use super::sorted;
use crate::diagnose::causality::{self, Incident, Scene};
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::knowledge::{self, Knowledge, Role, Signature};
use crate::diagnose::lifecycle::collapse::What;
use crate::diagnose::measures::latency::Latencies;
use crate::diagnose::troubles::{Kind, Trouble};
use crate::diagnose::{anomalies, lifecycle, words};
use crate::entry::{Nanos, Severity};
use crate::order::Order as _;
use crate::report::model::{Count, Rich, Sentence};
use std::collections::BTreeMap;
pub(crate) fn impact(
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
        let code = exit_code(collapse);
        let ended = if code.is_empty() { "" } else { " ended" };
        let text = match collapse.what {
            What::Loop if serves_between(scene, collapse) => format!("The process ends again and again: {}{code}. It comes up in between; what it was at work on when it ended is lost.", words::count(n, "crash", "crashes")),
            What::Loop if let Some(age) = lifecycle::at_work::ran(scene, collapse) => format!("The process ends again and again: {}{code}, typically {} after it began; what it was at work on when it ended is lost.", words::count(n, "crash", "crashes"), crate::entry::time::duration_words(age)),
            What::Loop if is_pod(scene, collapse) => format!("The pods fail to start: {} in {} start attempts{ended}{code}; in this restart loop none of them stays up. Pods of an older version, if there are any, keep serving.", words::count(n, "crash", "crashes"), words::number((collapse.starts.len() as u64).max(n))),
            What::Loop if rejected(scene, collapse) => format!("The new revision fails to start: {} in {} start attempts{ended}{code}; it gets no traffic. Meanwhile {}.", words::count(n, "crash", "crashes"), words::number((collapse.starts.len() as u64).max(n)), older(scene, collapse)),
            What::Loop => format!("The service fails to start: {} in {} start attempts{ended}{code}; in this restart loop no instance of the revision stays up.", words::count(n, "crash", "crashes"), words::number((collapse.starts.len() as u64).max(n))),
            What::Crash => format!("One instance ended{code}; requests that it was serving are lost."),
            What::Job => format!("The job's work was not done: {} failed{code}.", words::count(n, "attempt", "attempts")),
            What::Build if applied(scene, collapse) => {
                "The build failed after a part of its changes was applied; the rest was not.".to_owned()
            }
            What::Build => "The build failed, so nothing was deployed from it.".to_owned(),
            What::FalseSuccess => "The work was not done, and nobody is told: the process ended with exit(0), so the platform counts it as completed.".to_owned(),
            What::Deploy if is_pod(scene, collapse) => "The new pods cannot start, so they get no traffic; older pods, if there are any, keep serving.".to_owned(),
            What::Deploy => format!("The new revision cannot start, so it gets no traffic; {}.", older(scene, collapse)),
        };
        return derived(Rich::text(text), "exits and starts of one revision or job", evidence);
    }
    if let Some(text) = root.and_then(|root| anomalies::counterfeit::impact(scene, root)) {
        return derived(text, "what the same process reports next", evidence);
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
            causality::bounded::of(scene, incident).map_or_else(
                || super::requests::refused_impact(scene, &incident.requests),
                causality::bounded::impact,
            ),
            "requests with a status from 400 to 499, by path",
            evidence,
        );
    }
    if n > 0 {
        let text = super::requests::refused(scene, &incident.requests);
        return derived(text, "requests with a status from 400 to 499, by path", evidence);
    }
    derived(Rich::text(untied(scene, root, n)), "no failed request or exit hangs on its entries", evidence)
}

/// The impact of what failed no request and ended nothing.
fn untied(scene: &Scene<'_>, root: Option<&Trouble>, n_requests: u64) -> &'static str {
    match root {
        Some(root) if n_requests == 0 && anomalies::halted::is_so(scene, root) => {
            "The work that fails is not done: nothing of it succeeds."
        }
        Some(root) if root.role == Role::Warning => "No failed request or crash in this log is tied to it.",
        _ => "The log shows the error, but no failed request or crash tied to it.",
    }
}

/// Other revisions of a service that answer requests while one can't.
pub(crate) fn serving<'s>(
    scene: &'s Scene<'_>,
    collapse: &lifecycle::collapse::Collapse,
) -> Vec<&'s lifecycle::Episode> {
    let since = collapse.cycles.first().map(|cycle| cycle.until);
    let others = scene
        .episodes
        .iter()
        .filter(|e| e.service == collapse.service && e.name != collapse.name && !e.name.is_empty());
    others.filter(|e| e.served > 0 && e.last > since).collect()
}

/// Their name, where it is one, and what they answered.
fn older(scene: &Scene<'_>, collapse: &lifecycle::collapse::Collapse) -> String {
    match serving(scene, collapse).as_slice() {
        [] => "an older revision, if there is one, keeps serving".to_owned(),
        [one] => format!(
            "{} keeps serving: {} of {} answered below 500 in this log",
            one.name,
            words::number(one.served),
            words::count(one.served + one.refused, "request", "requests")
        ),
        more => format!("{} other revisions keep serving", more.len()),
    }
}

/// Whether a revision that crashes at its start was refused by the platform while another one serves.
pub(crate) fn rejected(scene: &Scene<'_>, collapse: &lifecycle::collapse::Collapse) -> bool {
    use crate::diagnose::knowledge::Phase;
    let refused = |e: &lifecycle::Episode| {
        e.served == 0 && e.of(Phase::DeployFailed).chain(e.of(Phase::ProbeFailed)).next().is_some()
    };
    !collapse.name.is_empty()
        && scene.episodes.get(collapse.episode).is_some_and(refused)
        && !serving(scene, collapse).is_empty()
}

/// Whether steps of a build report changes that they made: Terraform (`Creation complete after 2s`), `kubectl apply`
/// (`deployment.apps/web configured`).
pub(crate) fn applied(scene: &Scene<'_>, collapse: &lifecycle::collapse::Collapse) -> bool {
    const DONE: [&str; 4] = [
        ": Creation complete after ",
        ": Modifications complete after ",
        ": Destruction complete after ",
        "Apply complete!",
    ];
    let done = |text: &str| {
        DONE.iter().any(|words| text.contains(words))
            || text.lines().any(|line| {
                let mut words = line.split_whitespace().rev();
                words.next().is_some_and(|last| ["configured", "created"].contains(&last))
                    && words.next().is_some_and(|name| name.contains('/') && !name.starts_with('/'))
                    && words.next().is_none_or(|step| step.ends_with(':'))
            })
    };
    scene.statements.iter().any(|statement| {
        done(&statement.text)
            && statement.occurrences.iter().any(|o| collapse.cycle_of(scene.index, o.first()).is_some())
    })
}

/// Whether the revision that ends again and again also answers requests: then it starts well, and something it meets ends it.
pub(crate) fn serves_between(scene: &Scene<'_>, collapse: &lifecycle::collapse::Collapse) -> bool {
    scene.episodes.get(collapse.episode).is_some_and(|episode| {
        let ready = episode.of(knowledge::Phase::Ready).count();
        episode.served > 0 || ready * 2 >= collapse.cycles.len() && ready > 0
    })
}

/// Whether it is about pods of Kubernetes.
pub(crate) fn is_pod(scene: &Scene<'_>, collapse: &lifecycle::collapse::Collapse) -> bool {
    scene.episodes.get(collapse.episode).is_some_and(|episode| episode.resource.starts_with("k8s"))
}

/// Whether it is about a revision that a platform serves.
pub(crate) fn is_revision(scene: &Scene<'_>, collapse: &lifecycle::collapse::Collapse) -> bool {
    let resource = scene.episodes.get(collapse.episode).map_or("", |episode| episode.resource.as_str());
    ["cloud_run", "cloud_function", "gae_"].iter().any(|kind| resource.starts_with(kind))
}

/// ` with exit code 1 (the program ended itself after an error)`, ` by signal 9`, or nothing.
fn exit_code(collapse: &lifecycle::collapse::Collapse) -> String {
    let by = |code: i64| if code < 0 { "by" } else { "with" };
    collapse.code.map_or(String::new(), |code| format!(" {} {}", by(code), lifecycle::code_words(code)))
}

/// How the attempts of a job went: other executions of it may have succeeded in this log.
pub(crate) fn attempts(scene: &Scene<'_>, collapse: &lifecycle::collapse::Collapse) -> &'static str {
    let done = |e: &lifecycle::Episode| e.of(knowledge::Phase::JobDone).next().is_some();
    let succeeded =
        scene.episodes.iter().any(|e| e.service == collapse.service && !e.service.is_empty() && done(e));
    if succeeded { "failed several times" } else { "fails on every attempt" }
}

/// What is counted of a job that reports success although its work was refused.
const CLAIMS: &str = "executions that only claim success";

/// `failed requests` → `failed request`, `entries of ERROR` → `entry of ERROR`.
fn singular(what: &str) -> String {
    if what == CLAIMS {
        return "execution that only claims success".to_owned();
    }
    let (noun, rest) =
        what.split_once(" of ").map_or((what, String::new()), |(noun, rest)| (noun, format!(" of {rest}")));
    let noun = noun
        .strip_suffix("ies")
        .map_or_else(|| noun.strip_suffix('s').unwrap_or(noun).to_owned(), |stem| format!("{stem}y"));
    noun + &rest
}

/// What the failures of a root are called.
fn noun(scene: &Scene<'_>, root: Option<&Trouble>) -> &'static str {
    match root {
        Some(root) if causality::relations::is_evicted(scene, root) => "evictions",
        Some(root) if root.role == Role::Warning => "occurrences",
        _ => "failures",
    }
}

pub(crate) fn counts(
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
            What::FalseSuccess => CLAIMS,
            What::Build => "failed builds",
            What::Deploy => "failed starts",
        };
        add(what, failed, n, book);
        let executions: Vec<u32> = scene
            .episodes
            .iter()
            .filter(|e| e.service == collapse.service)
            .filter_map(|e| e.of(knowledge::Phase::JobFailed).map(|event| event.row).next())
            .collect();
        if collapse.what == What::Job {
            let n = executions.len() as u64;
            add("failed executions", executions, n, book);
        }
        if !matches!(collapse.what, What::Build | What::Job | What::FalseSuccess) {
            // Fewer starts than exits are starts that the log left out.
            if collapse.starts.len() as u64 >= n {
                add("start attempts", collapse.starts.clone(), collapse.starts.len() as u64, book);
            }
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
        let known = sorted(requests.clone());
        if failed.iter().any(|row| known.binary_search(row).is_err()) {
            add("failures", failed, n, book);
        }
        add("failed requests", requests, hit, book);
    } else {
        add(noun(scene, root), failed, n, book);
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
    instances.order();
    instances.dedup();
    if instances.len() > 1 {
        add("instances", rows.to_vec(), instances.len() as u64, book);
    }
    counts
}

/// What the requests themselves tell: a time limit, how long they took, whether the path ever works.
pub(crate) fn about_requests(
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
        let text = durations(&latencies, root);
        sentences.push(derived(Rich::text(text), "latency of the failed requests", evidence));
    }
    let ended = causality::relations::ended_with(scene, root, &broken);
    let root_is_request = root.occurrences.first().is_some_and(|o| broken.contains(&o.first()));
    if !root_is_request && ended.len() * 2 >= broken.len() && !ended.is_empty() {
        let begun = Latencies::of(scene.index, &ended).map_or(String::new(), |l| l.words());
        let text = format!(
            "{} of {} ended within 2 s of it, at the same place, and began {begun} before: that is what it was at work on.",
            words::number(ended.len() as u64),
            words::count(broken.len() as u64, "failed request", "failed requests"),
        );
        let both = sorted([ended, root.rows()].concat());
        sentences.push(derived(
            Rich::text(text),
            "end of each request (start and latency) against the time of the message, by instance or trace",
            book.rows(&both),
        ));
    }
    if always_fails(scene, incident) && broken.len() > 1 {
        let mut paths: Vec<u32> =
            broken.iter().filter_map(|&row| scene.index.request_of(row)).map(|r| r.path).collect();
        paths.order();
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

/// How long the failed requests took, and what that tells.
fn durations(latencies: &Latencies, root: &Trouble) -> String {
    let n = words::count(latencies.n as u64, "failed request", "failed requests");
    match latencies.limit_seconds() {
        Some(seconds) if root.role == Role::Cause => {
            format!("{n}: each ended after {seconds} s, a time limit.")
        }
        Some(seconds) => format!(
            "{n}: each was cut off after {seconds} s. That is a time limit, so the work behind it takes longer than that; why it takes so long is not in these entries."
        ),
        None => format!("{n}: {} took {}.", if latencies.n == 1 { "it" } else { "they" }, latencies.words()),
    }
}
