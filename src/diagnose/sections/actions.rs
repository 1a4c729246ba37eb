//! What to do: P0 for what still stands, P1 for this week, P2 for when there is time; each tied to a finding, with how to
//! verify that it worked.

use super::advice;
use crate::diagnose::causality::{self, Scene};
use crate::diagnose::findings::{self, Told, place_of, signature};
use crate::diagnose::knowledge::{self, Knowledge, Role};
use crate::diagnose::lifecycle::collapse::What;
use crate::diagnose::troubles::{self, Kind};
use crate::diagnose::words::{self, headline};
use crate::diagnose::{anomalies, changes, lifecycle};
use crate::entry::Severity;
use crate::order::Order as _;
use crate::query::shell;
use crate::report::model::{Action, Class, Priority, Rich, State};
use crate::trace;

/// Actions by priority, then by finding.
pub(crate) fn advise(scene: &Scene<'_>, told: &[Told]) -> Vec<Action> {
    let mut actions: Vec<Action> = Vec::new();
    let urgent = told.iter().any(|t| t.priority < Priority::P2);
    for t in told {
        actions.extend(match t.finding.state {
            State::Ongoing => changes::reversal::of(scene, t),
            _ => changes::taken_back::keep(scene, t),
        });
        actions.extend(roll_back(scene, t).or_else(|| send_away(scene, t)).or_else(|| undo(scene, t)));
        let action = match &t.advice {
            Some(advice) => Action { finding: t.finding.id.clone(), ..advice.clone() },
            None => repair(scene, t, urgent),
        };
        let same = actions.iter_mut().find(|known| known.what == action.what);
        match same {
            Some(known) => known.priority = known.priority.min(action.priority),
            None => actions.push(action),
        }
        actions.extend(anomalies::set_aside::put_back(scene, t));
    }
    actions.extend(told.first().and_then(|main| unfiltered(scene, main)));
    actions.extend(told.iter().find_map(|t| prevent(scene, t)));
    actions.order_by_key(|action| action.priority);
    actions
}

/// Where the file holds only warnings and errors and they do not say why: what the same minutes hold beside them.
fn unfiltered(scene: &Scene<'_>, main: &Told) -> Option<Action> {
    let calm = |row: &crate::digest::Row| row.recorded().is_none_or(|severity| severity < Severity::Warning);
    let root = main.incident.root.and_then(|root| scene.troubles.get(root));
    let unexplained = root.is_none_or(|root| root.generic && root.kind != Kind::ClientErrors);
    if main.priority == Priority::P2 || !unexplained || scene.index.rows().iter().any(calm) {
        return None;
    }
    Some(Action {
        priority: Priority::P1,
        finding: main.finding.id.clone(),
        what: Rich::text(
            "Export the same time again with every severity, stdout and stderr: this file holds only WARNING and above, and the reason mostly stands in the entries around the errors.",
        ),
        steps: Vec::new(),
        command: findings::requests::command(&main.values, main.finding.first, main.finding.last),
        verify: Rich::text("The new report names what happened before the first failure."),
    })
}

/// What would have caught a release that does not start, or a build that fails, before anybody met it.
fn prevent(scene: &Scene<'_>, told: &Told) -> Option<Action> {
    let root = told.incident.root.and_then(|root| scene.troubles.get(root));
    let knows_start = root.and_then(|root| signature(scene.knowledge, root)).is_some_and(|known| {
        known.impact.contains("does not start") || known.explains.iter().any(|id| id == "run-container-exit")
    });
    let (what, verify) = match told.incident.collapse.as_ref().map(|c| c.what) {
        Some(What::Build) => (
            "Run the same build step on every pull request, so that such a change is refused before it is merged.",
            "A pull request with the same mistake is refused.",
        ),
        // What ran well for a while is not found by a start.
        Some(What::Loop | What::Crash)
            if told
                .incident
                .collapse
                .as_ref()
                .is_some_and(|c| findings::extent::serves_between(scene, c)) =>
        {
            return None;
        }
        Some(What::Loop | What::Crash | What::Deploy)
            if told.incident.collapse.as_ref().is_some_and(|c| findings::extent::is_pod(scene, c)) =>
        {
            (
                "Check a release before it replaces the running one: start the image once in CI with the variables of the workload, let the deploy wait for it (`kubectl rollout status --timeout=5m`), and undo it if it does not come up.",
                "A release that does not start fails in CI, or is undone by the deploy.",
            )
        }
        Some(What::Loop | What::Crash | What::Deploy)
            if told.incident.collapse.as_ref().is_some_and(|c| !findings::extent::is_revision(scene, c)) =>
        {
            (
                "Check a release before it replaces the running one: start it once elsewhere with the same settings, and let the deploy go back where it does not come up.",
                "A release that does not start is noticed before it serves, or is undone by the deploy.",
            )
        }
        Some(What::Loop | What::Crash | What::Deploy) => (
            "Check a release before it gets traffic: start the image once in CI with the variables of the service and wait for its health check; deploy with --no-traffic, and move the traffic when the revision is ready.",
            "A release that does not start fails in CI or stays without traffic.",
        ),
        None if knows_start && told.priority == Priority::P0 => (
            "Check a release before it gets traffic: start the image once in CI with the variables of the service and wait for its health check, and let the deploy fail if it does not pass.",
            "A release that does not start fails in CI.",
        ),
        _ => return None,
    };
    Some(Action {
        priority: Priority::P2,
        finding: told.finding.id.clone(),
        what: Rich::text(what),
        steps: Vec::new(),
        command: String::new(),
        verify: Rich::text(verify),
    })
}

/// Failures that are enough to roll back for.
const UNDO: usize = 5;
/// A revision is new to a failure this long after its first entry: 10 min.
const NEW_NANOS: i64 = 600 * crate::entry::time::SECOND;

/// The command that sends all traffic of a service to one revision.
fn to_revision(service: &str, revision: &str, told: &Told) -> String {
    let mut command = "gcloud run services update-traffic ".to_owned();
    shell::add(&mut command, service);
    command.push_str(" --to-revisions=");
    shell::add(&mut command, revision);
    command.push_str("=100 --region=");
    shell::add(&mut command, told.values.get("region").map_or("REGION", String::as_str));
    command
}

/// The first aid for a revision that does not start while an older one worked.
fn roll_back(scene: &Scene<'_>, told: &Told) -> Option<Action> {
    let collapse = told.incident.collapse.as_ref().filter(|c| {
        matches!(c.what, What::Loop | What::Deploy)
                && told.finding.state == State::Ongoing
                // Where the other revision kept the traffic there is nothing to roll back.
                && !findings::extent::rejected(scene, c)
    })?;
    // A revision that ended the same way is none to go back to.
    let ended = |name: &str| {
        let source = |row: u32| scene.index.row(row).and_then(|row| scene.index.source_of(row));
        collapse.cycles.iter().any(|c| source(c.exit).is_some_and(|source| source.revision == name))
    };
    let older = scene.episodes.iter().rfind(|e| {
        e.service == collapse.service
            && e.name != collapse.name
            && !ended(&e.name)
            && !e.name.is_empty()
            && e.first < told.finding.first
            && e.is_healthy()
    })?;
    Some(Action {
        priority: told.priority,
        finding: told.finding.id.clone(),
        what: Rich::text("Roll back: send the traffic to ")
            .c(&older.name)
            .t(", which worked in this log, until the cause is repaired."),
        steps: Vec::new(),
        command: to_revision(&collapse.service, &older.name, told),
        verify: Rich::text("Requests are answered below 500 by that revision, and no new exit is logged."),
    })
}

/// The first aid where failures began with a revision, and the one before it served.
fn undo(scene: &Scene<'_>, told: &Told) -> Option<Action> {
    if told.incident.collapse.is_some() || told.finding.state != State::Ongoing || told.failures.len() < UNDO
    {
        return None;
    }
    let (first, row) = told.failures.first().copied()?;
    let source = scene.index.row(row).and_then(|row| scene.index.source_of(row))?;
    if source.resource != "cloud_run_revision" || source.revision.is_empty() {
        return None;
    }
    let of_service =
        || scene.episodes.iter().filter(|e| e.service == source.service.as_ref() && !e.name.is_empty());
    let failing = of_service().find(|e| e.name == source.revision.as_ref())?;
    let began = failing.first.filter(|at| (0..=NEW_NANOS).contains(&(first.0 - at.0)))?;
    let older = of_service().filter(|e| e.first < Some(began) && e.served > 0 && e.served >= e.refused * 20);
    let older = older.max_by_key(|e| (e.last, e.name.clone()))?;
    Some(Action {
        priority: told.priority,
        finding: told.finding.id.clone(),
        what: Rich::text("As first aid roll back: send the traffic to ")
            .c(&older.name)
            .t(", which served before ")
            .c(&failing.name)
            .t(" came, until the cause is repaired."),
        steps: Vec::new(),
        command: to_revision(&source.service, &older.name, told),
        verify: Rich::text("Requests are answered below 500 by that revision."),
    })
}

/// The first aid where one revision fails what another one serves at the same time.
fn send_away(scene: &Scene<'_>, told: &Told) -> Option<Action> {
    let found = changes::revisions::beside(scene, &told.incident, told.finding.last)
        .filter(|found| found.is_split() && told.finding.state == State::Ongoing)?;
    Some(Action {
        priority: told.priority,
        finding: told.finding.id.clone(),
        what: Rich::text("Send the traffic of ")
            .c(&found.failing)
            .t(" to ")
            .c(&found.serving)
            .t(", which serves the same paths without a failure, until the cause is repaired."),
        steps: Vec::new(),
        command: to_revision(&found.service, &found.serving, told),
        verify: Rich::text("No request is answered with 5xx any more."),
    })
}

fn repair(scene: &Scene<'_>, told: &Told, urgent: bool) -> Action {
    let root = told.incident.root.and_then(|root| scene.troubles.get(root));
    let known = root.and_then(|root| signature(scene.knowledge, root));
    let mut action =
        Action { priority: told.priority, finding: told.finding.id.clone(), ..Action::default() };
    if let Some((known, values)) = advising(scene, told, root) {
        action.what = words::prose(&Knowledge::fill(&known.action, &values));
        action.verify = words::prose(&Knowledge::fill(&known.verify, &values));
        let mut commands = known.actions.iter().chain(&known.check);
        action.command = commands
            .find(|command| fits(command, told, scene))
            .map(|command| Knowledge::fill_command(command, &values))
            .unwrap_or_default();
    }
    let frame = root
        .and_then(|root| root.trace(scene.statements))
        .and_then(|t| trace::root(t).frames.iter().find(|f| f.user && !f.file.is_empty()));
    if action.what.is_empty() {
        advice::unknown(scene, told, root, frame, urgent, &mut action);
    } else if let Some(frame) = frame {
        let begin = Rich::text("Begin at ").c(place_of(frame));
        action.steps.push(if frame.source.is_empty() {
            begin.t(".")
        } else {
            begin.t(": ").c(headline(&frame.source, 160)).t(".")
        });
    }
    action.steps.extend(root.and_then(|root| troubles::items::step(scene, root)));
    action.steps.extend(told.incident.collapse.as_ref().and_then(|c| lifecycle::at_work::step(scene, c)));
    action.steps.extend(findings::few::step(scene, told));
    action.steps.extend(anomalies::redone::step(told));
    action.steps.extend(causality::upstreams::step(scene, told));
    action.steps.extend(changes::parted::steps(told));
    action.steps.extend(known.filter(|_| frame.is_none()).and_then(|known| begin_at(known, told)));
    action.steps.extend(on_the_way(told));
    action.steps.extend(changes::scaled::step(told).or_else(|| changes::unmanned::step(told)));
    let unseen = told.finding.class == Class::Notice
        && root.is_some_and(|r| r.role == Role::Cause && !r.generic && r.severity < Severity::Warning);
    if unseen {
        action.steps.push(Rich::text(
            "Do not swallow the exception: log it as ERROR with its stack trace, and let the caller know that the step failed.",
        ));
    }
    if action.verify.is_empty() {
        action.verify = Rich::text(verify(root, told));
    }
    action
}

/// The signature whose advice counts, with the values for it: that of the trouble, or the catch-all one that knows the words of
/// an exception.
fn advising<'s>(
    scene: &Scene<'s>,
    told: &Told,
    root: Option<&troubles::Trouble>,
) -> Option<(&'s knowledge::Signature, std::collections::BTreeMap<String, String>)> {
    let root = root?;
    let mut values = told.values.clone();
    if let Some(known) = signature(scene.knowledge, root) {
        return Some((known, values));
    }
    let lead = root.lead(scene.statements).filter(|_| root.kind == Kind::Exception)?;
    let (known, found) = lead.signature(scene.knowledge)?;
    for (name, value) in &found.captures {
        values.entry(name.clone()).or_insert_with(|| value.clone());
    }
    findings::naming::place_host(&mut values);
    let names_reason = known.role == Role::Cause && known.generic && !known.action.is_empty();
    names_reason.then_some((known, values))
}

/// Where else the code passes on the way to what has to be repaired now.
fn on_the_way(told: &Told) -> Option<Rich> {
    let others: Vec<&crate::report::model::Component> =
        told.finding.components.iter().skip(1).take(5).collect();
    if told.priority != Priority::P0 || others.len() < 2 {
        return None;
    }
    let mut text = Rich::text("Also on the way there: ");
    for (n, component) in others.iter().enumerate() {
        text = text.t(if n == 0 { "" } else { ", " }).c(component
            .line
            .map_or_else(|| component.file.clone(), |line| format!("{}:{line}", component.file)));
    }
    Some(text.t("."))
}

/// How to see that it worked, where no signature says it.
fn verify(root: Option<&troubles::Trouble>, told: &Told) -> &'static str {
    match (root.map(|r| (r.kind, r.role)), told.incident.collapse.as_ref().map(|c| c.what)) {
        (_, Some(What::Loop | What::Crash)) => {
            "A new revision passes its probe, serves requests and logs no exit for ten minutes."
        }
        (_, Some(What::Job)) => {
            "The next execution ends with all tasks succeeded, and its work is really there."
        }
        (_, Some(What::FalseSuccess)) => {
            "The next execution does its work, and one that is refused ends with an exit code other than 0."
        }
        (_, Some(What::Build)) => "The next build ends with success.",
        (_, Some(What::Deploy)) => "The revision becomes ready and takes traffic.",
        (Some((Kind::ServerErrors, _)), _) => "The same request is answered below 500, ten times in a row.",
        (Some((Kind::ClientErrors, _)), _) => "Callers that should be served get an answer below 400.",
        (Some((Kind::Suspect, _)), _) => "The message is gone, or carries the severity that it deserves.",
        (Some((Kind::Message, Role::Warning)), _) => "The warning is gone, or no longer logged as one.",
        (Some((_, Role::Warning)), _) => "The next start, or the next such call, does not log it again.",
        _ => "The message does not come back when the same request or task is repeated.",
    }
}

/// Where a consequence shows the code that was at work, and the message itself has no place.
fn begin_at(known: &knowledge::Signature, told: &Told) -> Option<Rich> {
    let first = told.finding.components.first().filter(|_| known.role == Role::Symptom)?;
    let line = first.line.map_or(String::new(), |line| format!(":{line}"));
    Some(Rich::text("Begin at ").c(format!("{}{line}", first.file)).t("."))
}

/// Whether a command is for the platform that the finding is about: a pod is not set up with `gcloud run`.
fn fits(command: &str, told: &Told, scene: &Scene<'_>) -> bool {
    let row = told.failures.first().map(|(_, row)| *row).or_else(|| told.rows.first().copied());
    let source = row.and_then(|row| scene.index.row(row)).and_then(|row| scene.index.source_of(row));
    let resource = source.map_or(String::new(), |source| source.resource.to_string());
    let is_pod = resource.starts_with("k8s_") || resource.starts_with("gke_");
    let is_run = resource.starts_with("cloud_run") || resource.starts_with("cloud_function");
    let is_job = resource == "cloud_run_job";
    let job_command = command.starts_with("gcloud run jobs ");
    let service_command = command.starts_with("gcloud run services ");
    !(is_job && service_command || is_run && !is_job && job_command)
        && !(is_pod && (command.starts_with("gcloud run ") || command.starts_with("gcloud functions "))
            || is_run && command.starts_with("kubectl "))
}
