//! The change before a failure → the action that takes it back: a role that was taken away, a workload scaled to nothing.

use super::{About, caller, last_before};
use crate::diagnose::causality::{self, Scene};
use crate::diagnose::evidence::{Book, derived, quotes};
use crate::diagnose::findings::Told;
use crate::diagnose::statements::time;
use crate::diagnose::words;
use crate::entry::change::alters;
use crate::entry::time::duration_words;
use crate::query::shell;
use crate::report::model::{Action, Priority, Rich, Sentence};

/// The rule of the sentence on a role that was removed.
const RULE: &str = "roles in the change before the first refusal";

/// Accounts of tools that set what their code says, by a part of their name.
const TOOLS: [&str; 6] = ["terraform", "tofu", "pulumi", "atlantis", "ansible", "crossplane"];

/// What a finding's last change took away, as first aid for what stands.
pub(crate) fn of(scene: &Scene<'_>, told: &Told) -> Option<Action> {
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
            .c(words::headline(&text, 300))
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

/// The sentence on it, where a finding has it.
pub(crate) fn told(finding: &crate::report::model::Finding) -> Option<&Sentence> {
    finding.cause.iter().find(|sentence| sentence.rule == RULE)
}

/// Says in the title and the cause of refusals which role was removed from whom just before.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut [Told]) {
    for t in told.iter_mut().filter(|t| t.priority < Priority::P2 && is_refused(scene, t)) {
        let Some(first) = t.finding.first else { continue };
        let Some((row, Some(Taken { role, member }))) = change(scene, t) else { continue };
        let Some(at) = time(scene.index, row) else { continue };
        let text = scene.index.text_of(row);
        let removed = |text: Rich| text.c(&role).t(" was removed from ").c(&member);
        let before = duration_words(first.0 - at.0);
        let mut sentence = removed(Rich::default());
        if resource(&text).contains('/') {
            sentence = sentence.t(" on ").c(resource(&text));
        }
        if let Some(by) = caller(&text) {
            sentence = sentence.t(" by ").c(by);
        }
        sentence = sentence.t(format!(" at {} UTC, {before} before the first refused call.", at.date_time()));
        if t.incident.collapse.is_some() {
            sentence = sentence.t(" What is read as a process starts is asked for again at its next start.");
        }
        t.finding.cause.insert(0, derived(sentence, RULE, book.rows(&[row])));
        t.finding.quotes.splice(0..0, quotes(scene.index, &[row], 1));
        t.finding.title =
            removed(std::mem::take(&mut t.finding.title).t("; ")).t(format!(" {before} before"));
    }
}

/// The change that may have taken away what a finding lacks, with the role and from whom: where calls are refused the last one that took a
/// role on what they name from whoever fails, however long ago (what is read at a start is not asked for again until the next one), and
/// that was not taken back; else the last change.
fn change(scene: &Scene<'_>, told: &Told) -> Option<(u32, Option<Taken>)> {
    let (index, about) = (scene.index, About::of(scene, &told.incident));
    let first = told.finding.first?;
    let before = |row: &u32| time(index, *row).is_some_and(|at| at <= first);
    let audit = || (0u32..).zip(index.shapes()).filter(|(_, shape)| shape.is_audit());
    let mut last: Option<(u32, Taken)> = None;
    for (shape, (role, member)) in audit().filter_map(|(n, shape)| Some((n, its(&about, shape.text())?))) {
        let row = index.rows_of_shape(shape).iter().copied().filter(before).max();
        if let Some(row) = row.filter(|row| last.as_ref().is_none_or(|(known, _)| known < row)) {
            last = Some((row, Taken { role: role.to_owned(), member: member.to_owned() }));
        }
    }
    if let Some((row, taken)) = last.filter(|_| is_refused(scene, told)) {
        let text = index.text_of(row);
        let gives = |other: &str| {
            resource(other) == resource(&text)
                && other.split(" gives ").skip(1).any(|given| {
                    given
                        .split_once(" to ")
                        .is_some_and(|(_, to)| to.split([',', ' ']).next() == Some(taken.member.as_str()))
                })
        };
        let back = audit().filter(|(_, shape)| gives(shape.text()));
        let mut rows = back.flat_map(|(n, _)| index.rows_of_shape(n).iter().copied());
        if !rows.any(|given| given >= row && before(&given)) {
            return Some((row, Some(taken)));
        }
    }
    let (row, _) = last_before(scene, Some(first), &about)?;
    let text = index.text_of(row);
    // A role of somebody else on something else is no matter of this.
    let named = resource(&text);
    let name = named.rsplit('/').next().unwrap_or("");
    let is_its = about.services.iter().any(|service| service == name)
        || name != named && causality::named::names(about.words, name);
    let of_all = |member: &str| member.starts_with("all") && named.matches('/').count() == 1;
    let mut removals = removals(&text);
    let taken = removals.find(|(_, member)| is_its || is_of(&about, member) || of_all(member));
    let taken = taken.map(|(role, member)| Taken { role: role.to_owned(), member: member.to_owned() });
    Some((row, taken))
}

/// The role that a change took from whoever fails, on what its words name.
fn its<'t>(about: &About<'_>, text: &'t str) -> Option<(&'t str, &'t str)> {
    let found = removals(text).find(|(_, member)| is_of(about, member))?;
    (names_resource(about.words, resource(text)) && alters(text)).then_some(found)
}

/// A role, and from whom it was taken.
struct Taken {
    role: String,
    member: String,
}

/// What a change is about, as its entry names it.
fn resource(text: &str) -> &str {
    text.split_whitespace().nth(1).unwrap_or("").trim_end_matches(':')
}

/// Whether a member is the account of what fails, or one that its words name.
fn is_of(about: &About<'_>, member: &str) -> bool {
    let Some((who, _)) = member.rsplit(':').next().and_then(|name| name.split_once('@')) else {
        return false;
    };
    about.services.iter().any(|service| service == who) || causality::named::names(about.words, who)
}

/// Whether words name a resource by its last two parts (`secrets/NAME`): a project has a name and a number, and either may stand before.
/// A bucket is also named by a URL (`/b/NAME/o`, `gs://NAME`, `NAME.storage.googleapis.com`) or in a sentence.
fn names_resource(words: &str, resource: &str) -> bool {
    let Some((at, _)) = resource.rmatch_indices('/').nth(1) else { return false };
    let name = resource.get(at + 1..).unwrap_or("");
    let ends =
        |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let found =
        |name: &str| words.match_indices(name).any(|(at, _)| words.get(at + name.len()..).is_some_and(ends));
    let marks = ["/b/", "gs://", "bucket ", "bucket \"", "bucket '"];
    let of_bucket = |name: &str| {
        let host = format!("//{name}.storage.googleapis.com");
        found(&host) || marks.iter().any(|mark| found(&format!("{mark}{name}")))
    };
    found(name) || resource.split_once("/buckets/").is_some_and(|(_, name)| of_bucket(name))
}

fn taken_away(scene: &Scene<'_>, told: &Told) -> Option<Action> {
    let (row, taken) = change(scene, told)?;
    let text = scene.index.text_of(row);
    let resource = resource(&text).to_owned();
    let (what, command) = taken
        .and_then(|taken| role(&text, &taken, &resource, told))
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

/// Each `takes ROLE from MEMBER`, as audit entries are worded.
fn removals(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split(" takes ").skip(1).filter_map(|taken| {
        let (role, rest) = taken.split_once(" from ")?;
        Some((role, rest.split([',', ' ']).next().filter(|member| member.contains(':'))?))
    })
}

fn role(text: &str, taken: &Taken, resource: &str, told: &Told) -> Option<(Rich, String)> {
    let (role, member) = (taken.role.as_str(), taken.member.as_str());
    let what = Rich::text("If it was not meant, give the role back that was taken away before: ")
        .c(role)
        .t(" to ")
        .c(member)
        .t(" on ")
        .c(resource)
        .t(".");
    // What a tool has taken away it takes away again.
    let what = match caller(text).filter(|by| TOOLS.iter().any(|tool| by.contains(tool))) {
        Some(by) => what.t(" Mend it in the code of ").c(by).t(" too, or its next run takes it away again."),
        None => what,
    };
    let part = |mark: &str| {
        let rest = resource.split_once(mark).map(|(_, rest)| rest);
        rest.and_then(|rest| rest.split('/').next()).map(str::to_owned)
    };
    let project = resource.strip_prefix("projects/").filter(|name| !name.contains('/'));
    let region = || told.values.get("region").map_or("REGION", String::as_str).to_owned();
    let (kind, name, flags) = if let Some(secret) = part("/secrets/") {
        let flags = [(" --location=", part("/locations/")), (" --project=", part("projects/"))];
        ("secrets", secret, flags)
    } else if let Some(project) = project {
        ("projects", project.to_owned(), [("", None), ("", None)])
    } else if let Some(bucket) = part("/buckets/") {
        ("storage buckets", format!("gs://{bucket}"), [("", None), ("", None)])
    } else if let Some(service) = part("/services/") {
        ("run services", service, [(" --region=", Some(region())), ("", None)])
    } else {
        return Some((what, String::new()));
    };
    let mut command = format!("gcloud {kind} add-iam-policy-binding ");
    shell::add(&mut command, &name);
    let binding = [(" --member=", Some(member.to_owned())), (" --role=", Some(role.to_owned()))];
    for (flag, value) in binding.into_iter().chain(flags) {
        if let Some(value) = value {
            command.push_str(flag);
            shell::add(&mut command, &value);
        }
    }
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
