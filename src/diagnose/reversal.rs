//! The change before a failure → the action that takes it back: a role that was taken away, a workload scaled to nothing.

use super::causality::Scene;
use super::changes::{About, last_before};
use super::evidence::{Book, derived};
use super::findings::Told;
use super::statements::time;
use crate::entry::time::duration_words;
use crate::query::shell;
use crate::report::model::{Action, Priority, Rich};

/// The rule of the sentence on a role that was removed.
const RULE: &str = "roles in the change before the first refusal";

/// What a finding's last change took away, as first aid for what stands.
pub(super) fn of(scene: &Scene<'_>, told: &Told) -> Option<Action> {
    if told.priority == Priority::P2 {
        return None;
    }
    taken_away(scene, told).or_else(|| super::switched::back(scene, told)).or_else(|| changed(scene, told))
}

/// To take back what was changed of the very thing that refuses or drops.
fn changed(scene: &Scene<'_>, told: &Told) -> Option<Action> {
    let about = About::of(scene, &told.incident);
    let (row, _) = last_before(scene, told.finding.first, &about)?;
    let text = scene.index.text_of(row);
    about.is_by_method(&text).then(|| Action {
        priority: told.priority,
        finding: told.finding.id.clone(),
        what: Rich::text("If it was not meant to have this effect, take back what was changed before it: ")
            .c(super::words::headline(&text, 300))
            .t("."),
        verify: Rich::text("The same calls succeed again, and no new failure is logged."),
        ..Action::default()
    })
}

/// Whether callers of an incident are refused for their rights.
fn is_refused(scene: &Scene<'_>, told: &Told) -> bool {
    let of = |row: &u32| scene.index.request_of(*row).is_some_and(|r| matches!(r.status, 401 | 403));
    let root = told.incident.root.and_then(|root| scene.troubles.get(root));
    let said = root.and_then(|root| root.lead(scene.statements)).map_or("", |lead| lead.text.as_str());
    let said = crate::digest::cut(said, 4_000).to_ascii_lowercase();
    let words = ["denied", "forbidden", "does not have"];
    told.incident.requests.iter().any(of) || words.iter().any(|word| said.contains(word))
}

/// Says in the title and the cause of refusals which role was removed from whom just before.
pub(super) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut [Told]) {
    for t in told.iter_mut().filter(|t| t.priority < Priority::P2 && is_refused(scene, t)) {
        let Some(first) = t.finding.first else { continue };
        let before = last_before(scene, Some(first), &About::of(scene, &t.incident));
        let Some((row, at)) = before.and_then(|(row, _)| Some((row, time(scene.index, row)?))) else {
            continue;
        };
        let text = scene.index.text_of(row);
        let Some((role, member)) = removed(&text) else { continue };
        let removed = |text: Rich| text.c(role).t(" was removed from ").c(member);
        let before = duration_words(first.0 - at.0);
        let sentence = removed(Rich::default()).t(format!(" {before} before the first refused call."));
        t.finding.cause.push(derived(sentence, RULE, book.rows(&[row])));
        t.finding.title =
            removed(std::mem::take(&mut t.finding.title).t("; ")).t(format!(" {before} before"));
    }
}

fn taken_away(scene: &Scene<'_>, told: &Told) -> Option<Action> {
    let (row, _) = last_before(scene, told.finding.first, &About::of(scene, &told.incident))?;
    let text = scene.index.text_of(row);
    let resource = text.split_whitespace().nth(1).unwrap_or("").trim_end_matches(':').to_owned();
    let (what, command) = role(&text, &resource, told)
        .filter(|_| is_refused(scene, told))
        .or_else(|| scaled(&text, &resource))?;
    Some(Action {
        priority: told.priority,
        finding: told.finding.id.clone(),
        what,
        command,
        steps: Vec::new(),
        verify: Rich::text("The same calls succeed again, and no new failure is logged."),
    })
}

/// `takes ROLE from MEMBER`, as audit entries are worded.
fn removed(text: &str) -> Option<(&str, &str)> {
    let (role, rest) = text.split_once(" takes ")?.1.split_once(" from ")?;
    Some((role, rest.split([',', ' ']).next().filter(|member| member.contains(':'))?))
}

fn role(text: &str, resource: &str, told: &Told) -> Option<(Rich, String)> {
    let (role, member) = removed(text)?;
    let what = Rich::text("If it was not meant, give the role back that was taken away just before: ")
        .c(role)
        .t(" to ")
        .c(member)
        .t(" on ")
        .c(resource)
        .t(".");
    let service = resource.split_once("/services/").map(|(_, name)| name);
    let project = resource.strip_prefix("projects/").filter(|name| !name.contains('/'));
    if let Some(project) = project {
        let mut command = "gcloud projects add-iam-policy-binding ".to_owned();
        shell::add(&mut command, project);
        command.push_str(" --member=");
        shell::add(&mut command, member);
        command.push_str(" --role=");
        shell::add(&mut command, role);
        return Some((what, command));
    }
    if let Some((_, bucket)) = resource.split_once("/buckets/") {
        let mut command = "gcloud storage buckets add-iam-policy-binding ".to_owned();
        shell::add(&mut command, &format!("gs://{bucket}"));
        command.push_str(" --member=");
        shell::add(&mut command, member);
        command.push_str(" --role=");
        shell::add(&mut command, role);
        return Some((what, command));
    }
    let command = service.map_or_else(String::new, |service| {
        let mut command = "gcloud run services add-iam-policy-binding ".to_owned();
        shell::add(&mut command, service);
        command.push_str(" --member=");
        shell::add(&mut command, member);
        command.push_str(" --role=");
        shell::add(&mut command, role);
        command.push_str(" --region=");
        shell::add(&mut command, told.values.get("region").map_or("REGION", String::as_str));
        command
    });
    Some((what, command))
}

/// `…/namespaces/N/deployments/NAME/scale …: to 0 replicas`.
fn scaled(text: &str, resource: &str) -> Option<(Rich, String)> {
    if !text.ends_with(" to 0 replicas") {
        return None;
    }
    let mut parts = resource.trim_end_matches("/scale").rsplit('/');
    let (name, kind) = (parts.next()?, parts.next()?);
    let namespace = parts.next()?;
    let what = Rich::text("Scale ")
        .c(name)
        .t(" up again, if it was not meant: it was set to 0 replicas before the first failure.");
    let mut command = "kubectl scale ".to_owned();
    shell::add(&mut command, &format!("{}/{name}", kind.trim_end_matches('s')));
    command.push_str(" --replicas=N -n ");
    shell::add(&mut command, namespace);
    Some((what, command))
}
