//! When to act on an incident: P0 while a failure stands, P1 for what needs work this week, P2 for the rest.

use crate::diagnose::causality::{self, Incident, Scene};
use crate::diagnose::knowledge::{Role, Signature};
use crate::diagnose::lifecycle::collapse::What;
use crate::diagnose::statements::{self, Statement};
use crate::diagnose::troubles::{self, Kind, Trouble};
use crate::diagnose::{anomalies, changes, lifecycle, words};
use crate::digest::RequestRow;
use crate::digest::dictionary::OTHER;
use crate::entry::Severity;
use crate::order::Gather as _;
use crate::report::model::{Priority, State};
use std::collections::BTreeSet;

/// The priority of an incident in this state.
pub(crate) fn priority(
    scene: &Scene<'_>,
    incident: &Incident,
    root: Option<&Trouble>,
    signature: Option<&Signature>,
    state: State,
) -> Priority {
    if let Some(collapse) = &incident.collapse {
        return of_collapse(scene, collapse, state);
    }
    let Some(root) = root else { return Priority::P2 };
    if let Some(priority) = unhurt(scene, incident, root) {
        return priority;
    }
    let hurt =
        incident.requests.iter().any(|&row| scene.index.request_of(row).is_some_and(|r| r.status >= 500));
    if !hurt && is_mild(scene, root) {
        return Priority::P2;
    }
    // Nearness alone is no ground for an alarm.
    let stands = state == State::Ongoing;
    let down = stands && (nothing_works(scene, incident, root) || is_storm(scene, root));
    let always = hurt && !incident.nearby && (always_fails(scene, incident) || down);
    let refused = if stands { shut_out(scene, incident) } else { 0 };
    let locked_out = refused >= DOWN && is_forbidden(scene, incident);
    let shut_out = refused > 0 || !stands && was_shut_out(scene, incident);
    of_symptoms(scene, incident, 1, Severity::Warning).min(match root.kind {
        Kind::Signature(_) => {
            let how = How { stands, hurt, always, down, refused, shut_out, locked_out };
            of_signature(scene, incident, root, signature, &how)
        }
        Kind::Exception if always || down && !incident.nearby => Priority::P0,
        Kind::Exception => Priority::P1,
        Kind::ServerErrors if stands && incident.requests.len() >= 3 && always => Priority::P0,
        Kind::ServerErrors => Priority::P1,
        Kind::ClientErrors if locked_out => Priority::P0,
        Kind::ClientErrors if causality::bounded::on_top(scene, incident).is_some() => Priority::P2,
        Kind::ClientErrors if shut_out || causality::bounded::of(scene, incident).is_some() => Priority::P1,
        Kind::Message if root.role == Role::Cause && down && !incident.nearby => Priority::P0,
        Kind::Message if root.role == Role::Cause || loses(scene, root) => Priority::P1,
        Kind::Suspect if hurt => of_suspect(incident, always && stands),
        _ => Priority::P2,
    })
}

/// How an incident hurts.
struct How {
    stands: bool,
    hurt: bool,
    always: bool,
    down: bool,
    /// Callers that were served before and are refused since.
    refused: usize,
    shut_out: bool,
    locked_out: bool,
}

/// The priority of what a signature knows.
fn of_signature(
    scene: &Scene<'_>,
    incident: &Incident,
    root: &Trouble,
    signature: Option<&Signature>,
    how: &How,
) -> Priority {
    let How { stands, hurt, always, down, refused, shut_out, locked_out } = *how;
    let known_cause = root.role == Role::Cause && !root.generic;
    // What Kubernetes says of its objects is never worse than a warning, however long a pod finds no node.
    let stuck = stands
        && known_cause
        && signature.is_some_and(|s| s.area == "gke-k8s")
        && statements::counted::keeps_coming(scene, root);
    // What nobody in the log misses may be a client that is not in it.
    let missed = hurt || !troubles::stranger::is_unmissed(scene, root);
    let outage = refused > 0
        || stuck
        || stands && missed && (root.severity >= Severity::Error || hurt && !incident.nearby)
        || stands && of_symptoms(scene, incident, DOWN, Severity::Error) < Priority::P2
        || always && known_cause;
    let named = signature
        .map_or(Priority::P1, |s| parse(if outage { &s.priority_outage } else { &s.priority_otherwise }));
    let raised = root.role == Role::Cause && root.trace(scene.statements).is_some();
    let lost = root.role == Role::Cause && anomalies::counterfeit::is_lost_write(scene, root);
    let loud = root.severity >= Severity::Error && root.role != Role::Warning || raised || lost || stuck;
    // What failed requests or was logged as an error needs work, whatever the signature says of its kind.
    let gone = down && !incident.nearby && root.role != Role::Warning || locked_out;
    let floor = match (gone, hurt || loud || shut_out || turned_away(incident, signature)) {
        (true, _) => Priority::P0,
        (false, true) => Priority::P1,
        (false, false) => Priority::P2,
    };
    named.min(floor).max(if outage || gone { Priority::P0 } else { Priority::P1 })
}

/// What a program says that throws something away, what it throws away, how far both stand apart, and how often it has to say so.
const LOSES: [&str; 8] =
    ["dropping", "dropped", "discarding", "discarded", "losing", "lost", "unsaved", "unwritten"];
const GOODS: [&str; 20] = [
    "row",
    "rows",
    "record",
    "records",
    "message",
    "messages",
    "event",
    "events",
    "order",
    "orders",
    "batch",
    "batches",
    "entries",
    "document",
    "documents",
    "payment",
    "payments",
    "samples",
    "writes",
    "data",
];
const NO_GOODS: [&str; 6] = ["connection", "session", "lock", "lease", "privileges", "contact"];
const APART: usize = 3;
const LOST_OFTEN: usize = 10;

/// Whether a warning says again and again that data is thrown away: nothing fails, and what was meant to be kept is gone.
fn loses(scene: &Scene<'_>, root: &Trouble) -> bool {
    let text = root.lead(scene.statements).map_or("", |s| s.text.as_str());
    let line = words::headline(text, 200).to_ascii_lowercase();
    let words: Vec<&str> =
        line.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let near = |at: usize| words.iter().skip(at.saturating_sub(APART)).take(2 * APART + 1);
    let is_loss = |(at, word): (usize, &&str)| {
        LOSES.contains(word)
            && near(at).any(|word| GOODS.contains(word))
            && !near(at).any(|word| NO_GOODS.contains(word))
    };
    root.role == Role::Warning
        && root.occurrences.len() >= LOST_OFTEN
        && words.iter().enumerate().any(is_loss)
}

/// What merely sounds bad is no remark where requests fail of it, and least where they always do.
fn of_suspect(incident: &Incident, always: bool) -> Priority {
    match (always && incident.requests.len() >= 3, incident.nearby) {
        (true, _) => Priority::P0,
        (false, false) => Priority::P1,
        (false, true) => Priority::P2,
    }
}

/// Whether the program itself says that it can do without, tries again, or goes.
fn is_mild(scene: &Scene<'_>, root: &Trouble) -> bool {
    troubles::mild::is_disclaimed(scene, root)
        || troubles::mild::retried(scene, root).is_some()
        || troubles::mild::is_coped_with(scene, root)
        || troubles::leaving::is_farewell(scene, root)
}

/// Whether many callers are refused for a reason that is known to refuse good ones.
fn turned_away(incident: &Incident, signature: Option<&Signature>) -> bool {
    incident.requests.len() >= DOWN && signature.is_some_and(causality::callers::refuses)
}

/// A quiet cause is as urgent as what it does: a clock that is behind is told at INFO, and refuses everybody.
fn of_symptoms(scene: &Scene<'_>, incident: &Incident, often: usize, level: Severity) -> Priority {
    let mut symptoms = incident.symptoms.iter().filter_map(|&n| scene.troubles.get(n));
    let loud = symptoms.any(|t| t.role == Role::Cause && t.severity >= level && t.occurrences.len() >= often);
    if loud { Priority::P1 } else { Priority::P2 }
}

/// The priority of what hurt nobody who would notice: a remark, or damage that counts as a success.
fn unhurt(scene: &Scene<'_>, incident: &Incident, root: &Trouble) -> Option<Priority> {
    if anomalies::counterfeit::passed(scene, root).is_some() {
        return Some(Priority::P1);
    }
    (!troubles::material::is_material(scene, incident, root)).then_some(Priority::P2)
}

/// The priority of a loop, a job, a build or a deploy that fails.
fn of_collapse(scene: &Scene<'_>, collapse: &lifecycle::collapse::Collapse, state: State) -> Priority {
    // A roll-out that was refused while another revision serves hurts nobody yet.
    let refused = collapse.what == What::Deploy || super::extent::rejected(scene, collapse);
    if refused && !super::extent::serving(scene, collapse).is_empty() {
        return Priority::P1;
    }
    // What its own retry repaired is worth a look, and no alarm.
    let last = collapse.cycles.last().map(|cycle| cycle.until);
    if last.is_some_and(|last| lifecycle::repaired::recovered(scene, collapse, last).is_some()) {
        return Priority::P2;
    }
    match (collapse.what, state) {
        (What::Crash, State::Once) => Priority::P1,
        (_, State::Ongoing) => Priority::P0,
        _ => Priority::P1,
    }
}

fn parse(name: &str) -> Priority {
    match name {
        "P0" => Priority::P0,
        "P1" => Priority::P1,
        _ => Priority::P2,
    }
}

/// Failures of a path from which on it counts as down.
const DOWN: usize = 10;
/// Share (per cent) of its requests that fail meanwhile: with every other one lost, nobody can rely on it.
const DOWN_PER_CENT: usize = 50;

/// Whether the failed paths answer hardly anybody, or not even every other one, since the first failure: other paths that work don't help those callers.
fn is_down(scene: &Scene<'_>, incident: &Incident) -> bool {
    let failed: Vec<_> = incident
        .requests
        .iter()
        .filter_map(|&row| scene.index.request_of(row))
        .filter(|r| r.status >= 500)
        .collect();
    let Some(first) = failed.iter().map(|r| r.row).min().filter(|_| failed.len() >= DOWN) else {
        return false;
    };
    let is_path = paths(failed.iter().map(|r| r.path));
    let asked =
        scene.index.requests().iter().filter(|r| r.row >= first && r.status > 0 && is_path(r.path)).count();
    failed.len() * 100 >= asked * DOWN_PER_CENT
}

/// Whether what it is about hardly ever succeeds: requests of its paths, executions of a function, or work that is only logged.
fn nothing_works(scene: &Scene<'_>, incident: &Incident, root: &Trouble) -> bool {
    is_down(scene, incident)
        || executions_fail(scene, root)
        || incident.requests.is_empty() && anomalies::halted::is_so(scene, root)
}

/// Failures of a known cause after none that are more than a nuisance.
const STORM: usize = 20;

/// Whether a known cause fails again and again since a moment before which it never did, of a service whose requests are not
/// logged: how many of them it fails can't be told, and nobody should wait for that.
fn is_storm(scene: &Scene<'_>, root: &Trouble) -> bool {
    let index = scene.index;
    let rows = root.occurrences.firsts();
    let service = |row: u32| scene.service(row);
    let is_known = root.role == Role::Cause && !root.generic && root.severity >= Severity::Error;
    if rows.len() < STORM || !is_known || !matches!(root.kind, Kind::Signature(_)) {
        return false;
    }
    let mine = rows.first().and_then(|row| service(*row));
    let failures: Vec<_> =
        rows.iter().filter_map(|row| Some((statements::time(index, *row)?, *row))).collect();
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return false };
    // Where the work goes on as before, what fails is a matter beside it.
    let works = statements::ordinary::of(scene, [*first, *last]);
    let is_beside = works.iter().any(statements::ordinary::Work::goes_on)
        && !works.iter().any(statements::ordinary::Work::stopped);
    !is_beside
        && index.requests().iter().all(|request| service(request.row) != mine)
        && super::onset::of(scene, &failures).is_some_and(|onset| onset.before == 0)
}

/// Whether a third of the executions of a function, and ten at least, end so since the first that does.
fn executions_fail(scene: &Scene<'_>, root: &Trouble) -> bool {
    let is_outcome = |s: &&Statement| troubles::is_outcome(scene.index, s);
    let failed = root.occurrences.len();
    let Some(first) = root.occurrences.first().map(statements::Occurrence::first) else {
        return false;
    };
    if failed < DOWN || root.lead(scene.statements).as_ref().is_none_or(|lead| !is_outcome(lead)) {
        return false;
    }
    let service =
        |row: u32| scene.index.row(row).and_then(|row| scene.index.source_of(row)).map(|s| &s.service);
    let of_function = |row: &&u32| **row >= first && service(**row) == service(first);
    let all = scene.statements.iter().filter(is_outcome).flat_map(|s| s.occurrences.firsts());
    failed * 3 >= all.filter(of_function).count()
}

/// Whether a refusal is no session that ran out: the callers are known and not allowed (403), or something was changed shortly
/// before.
fn is_forbidden(scene: &Scene<'_>, incident: &Incident) -> bool {
    let refused = || {
        incident
            .requests
            .iter()
            .filter_map(|&row| scene.index.request_of(row))
            .filter(|r| matches!(r.status, 401 | 403))
    };
    let first = refused().filter_map(|r| statements::time(scene.index, r.row)).min();
    let about = changes::About::of(scene, incident);
    refused().all(|r| r.status == 403) || changes::last_before(scene, first, &about).is_some()
}

/// How a request is refused that the same callers got through before: for who asks, or for what it holds (a body that is read otherwise
/// than it is sent).
const REFUSED: [u16; 5] = [400, 401, 403, 415, 422];

/// The requests of an incident that were refused, and those answered well on the same paths, in the order of the log.
fn refused_and_served<'s>(
    scene: &Scene<'s>,
    incident: &Incident,
) -> (Vec<&'s RequestRow>, impl Iterator<Item = u32> + Clone + use<'s>) {
    let refused: Vec<&RequestRow> = incident
        .requests
        .iter()
        .filter_map(|&row| scene.index.request_of(row))
        .filter(|r| REFUSED.contains(&r.status))
        .collect();
    let paths: BTreeSet<u32> = refused.iter().map(|r| r.path).gathered();
    let same = scene.index.requests().iter().filter(move |r| paths.contains(&r.path));
    (refused, same.filter(|r| (1..400).contains(&r.status)).map(|r| r.row))
}

/// Whether callers who were served before were refused each time for a while.
fn was_shut_out(scene: &Scene<'_>, incident: &Incident) -> bool {
    let (refused, mut served) = refused_and_served(scene, incident);
    let (Some(first), Some(last)) = (refused.first(), refused.last()) else { return false };
    refused.len() >= DOWN
        && served.clone().next().is_some_and(|row| row < first.row)
        && !served.any(|row| (first.row..=last.row).contains(&row))
}

/// How many callers that were served before are refused since, every time (they are no strangers); 0 where anybody still gets in. What
/// is wrong with a request may be the caller's fault a few times in a row.
fn shut_out(scene: &Scene<'_>, incident: &Incident) -> usize {
    let (refused, mut served) = refused_and_served(scene, incident);
    let least = if refused.iter().all(|r| matches!(r.status, 401 | 403)) { 5 } else { DOWN };
    let Some(first) = refused.first().filter(|_| refused.len() >= least) else { return 0 };
    let is_out = served.clone().any(|row| row < first.row) && !served.any(|row| row > first.row);
    if is_out { refused.len() } else { 0 }
}

/// Whether the paths of the failed requests never succeeded in this log.
pub(crate) fn always_fails(scene: &Scene<'_>, incident: &Incident) -> bool {
    let failed = incident.requests.iter().filter_map(|&row| scene.index.request_of(row));
    let is_path = paths(failed.map(|r| r.path));
    !scene.index.requests().iter().any(|r| is_path(r.path) && (1..500).contains(&r.status))
}

/// Whether a path is one of these: asked of every request of a log.
fn paths(named: impl Iterator<Item = u32>) -> impl Fn(u32) -> bool {
    let (mut is_named, mut is_other) = (Vec::new(), false);
    for path in named {
        if path == OTHER {
            is_other = true;
            continue;
        }
        let at = path as usize;
        is_named.resize(is_named.len().max(at + 1), false);
        is_named.get_mut(at).into_iter().for_each(|slot| *slot = true);
    }
    move |path| is_named.get(path as usize).copied().unwrap_or(is_other && path == OTHER)
}
