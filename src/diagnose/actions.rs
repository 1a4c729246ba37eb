//! What to do: P0 for what still stands, P1 for this week, P2 for when there is time; each tied to a finding, with how to
//! verify that it worked.

use super::causality::Scene;
use super::collapse::What;
use super::findings::{Told, place_of, signature};
use super::knowledge::{Knowledge, Role};
use super::troubles::Kind;
use super::words::{self, headline};
use crate::entry::Severity;
use crate::report::model::{Action, Class, Priority, Rich, State};
use crate::trace;

/// Actions by priority, then by finding.
pub(crate) fn advise(scene: &Scene<'_>, told: &[Told]) -> Vec<Action> {
    let mut actions: Vec<Action> = Vec::new();
    for t in told {
        actions.extend(roll_back(scene, t));
        let action = match &t.advice {
            Some(advice) => Action { finding: t.finding.id.clone(), ..advice.clone() },
            None => repair(scene, t),
        };
        let same = actions.iter_mut().find(|known| known.what == action.what);
        match same {
            Some(known) => known.priority = known.priority.min(action.priority),
            None => actions.push(action),
        }
    }
    actions.sort_by_key(|action| action.priority);
    actions
}

/// The first aid for a revision that does not start while an older one worked.
fn roll_back(scene: &Scene<'_>, told: &Told) -> Option<Action> {
    let collapse =
        told.incident.collapse.as_ref().filter(|c| {
            matches!(c.what, What::Loop | What::Deploy) && told.finding.state == State::Ongoing
        })?;
    let older = scene.episodes.iter().rfind(|e| {
        e.service == collapse.service
            && e.name != collapse.name
            && !e.name.is_empty()
            && e.first < told.finding.first
            && e.is_healthy()
    })?;
    let region = told.values.get("region").map_or("REGION", String::as_str);
    Some(Action {
        priority: told.priority,
        finding: told.finding.id.clone(),
        what: Rich::text("Roll back: send the traffic to ")
            .c(&older.name)
            .t(", which worked in this log, until the cause is repaired."),
        steps: Vec::new(),
        command: format!(
            "gcloud run services update-traffic {} --to-revisions={}=100 --region={region}",
            collapse.service, older.name
        ),
        verify: Rich::text("Requests are answered below 500 by that revision, and no new exit is logged."),
    })
}

fn repair(scene: &Scene<'_>, told: &Told) -> Action {
    let root = told.incident.root.and_then(|root| scene.troubles.get(root));
    let known = root.and_then(|root| signature(scene.knowledge, root));
    let mut action =
        Action { priority: told.priority, finding: told.finding.id.clone(), ..Action::default() };
    let fill = |text: &str| Knowledge::fill(text, &told.values);
    if let Some(known) = known {
        action.what = words::prose(&fill(&known.action));
        action.verify = words::prose(&fill(&known.verify));
        action.command = known
            .actions
            .first()
            .or(known.check.first())
            .map(|command| Knowledge::fill_command(command, &told.values))
            .unwrap_or_default();
    }
    let frame = root
        .and_then(|root| root.trace(scene.statements))
        .and_then(|t| trace::root(t).frames.iter().find(|f| f.user && !f.file.is_empty()));
    let limit =
        super::latency::Latencies::of(scene.index, &told.incident.requests).and_then(|l| l.limit_seconds());
    if action.what.is_empty() {
        let words = Rich::default().c(&told.words);
        action.what = match (root.map(|r| r.kind), frame) {
            (_, Some(frame)) => {
                let mut text = Rich::text("Fix the error raised at ").c(place_of(frame));
                if !frame.function.is_empty() {
                    text = text.t(" in ").c(&frame.function);
                }
                Rich([text.t(": ").0, words.0].concat()).t(".")
            }
            (Some(Kind::ServerErrors), None) if limit.is_some() => Rich::text("Move the work behind this request into a job or a queue that answers at once, or split it into smaller pieces; as first aid raise the request timeout of the service above what it really takes."),
            (Some(Kind::ServerErrors), None) => {
                action.command = super::requests::command(&told.values, told.finding.first, told.finding.last);
                super::requests::advice(scene, &told.incident.requests)
            }
            (Some(Kind::ClientErrors), None) => Rich::text("Check whether these callers should have been served; if they are scanners or tests, nothing is to be done."),
            (Some(Kind::Suspect), None) => Rich([Rich::text("Check whether this is a failure, and give it a severity: ").0, words.0].concat()).t("."),
            (Some(Kind::Exception | Kind::Message), None) => Rich([Rich::text("Investigate and fix: ").0, words.0].concat()).t("."),
            _ => Rich([Rich::text("Get the log from before the first failure, with every severity and both stdout and stderr, and look for the cause: ").0, words.0].concat()).t("."),
        };
    } else if let Some(frame) = frame {
        let begin = Rich::text("Begin at ").c(place_of(frame));
        action.steps.push(if frame.source.is_empty() {
            begin.t(".")
        } else {
            begin.t(": ").c(headline(&frame.source, 160)).t(".")
        });
    }
    let others: Vec<&crate::report::model::Component> =
        told.finding.components.iter().skip(1).take(5).collect();
    if told.priority == Priority::P0 && others.len() > 1 {
        let mut text = Rich::text("Also on the way there: ");
        for (n, component) in others.iter().enumerate() {
            text = text.t(if n == 0 { "" } else { ", " }).c(component
                .line
                .map_or_else(|| component.file.clone(), |line| format!("{}:{line}", component.file)));
        }
        action.steps.push(text.t("."));
    }
    let unseen = told.finding.class == Class::Notice
        && root.is_some_and(|r| r.role == Role::Cause && !r.generic && r.severity < Severity::Warning);
    if unseen {
        action.steps.push(Rich::text(
            "Do not swallow the exception: log it as ERROR with its stack trace, and let the caller know that the step failed.",
        ));
    }
    if action.verify.is_empty() {
        action.verify = Rich::text(
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
                (Some((Kind::ServerErrors, _)), _) => {
                    "The same request is answered below 500, ten times in a row."
                }
                (Some((_, Role::Warning)), _) => "The message does not come back after the next start.",
                _ => "The message does not come back when the same request or task is repeated.",
            },
        );
    }
    action
}
