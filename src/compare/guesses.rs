//! What would fit as the reason of what changed: hypotheses, each with what would speak for it and against it.
//!
//! An order in time is no cause: a sentence of this file never says that one thing brought another, only what would show it.

use super::rows::brief;
use super::story::{NAMED, revision_of, set_to};
use crate::report::model::*;

/// The hypotheses; none where nothing telling changed.
pub(super) fn of(told: &Comparison) -> Vec<Sentence> {
    if told.verdict != Verdict::Changed {
        return Vec::new();
    }
    let Some(first) = told.services.iter().find(|service| service.claimed) else { return Vec::new() };
    let all = [replaced(told, first), brought(told, first), followed(told, first)];
    let guess = |text| Sentence { grade: Grade::Hypothesis, text, ..Sentence::default() };
    all.into_iter().flatten().map(guess).collect()
}

/// A step that is gone, and a new error of the same service: one may stand in the place of the other.
fn replaced(told: &Comparison, first: &ServiceChange) -> Option<Rich> {
    let own = || told.patterns.iter().filter(|row| row.claimed && row.service == first.name);
    let error = own().find(|row| row.direction == Direction::New && row.is_error())?;
    let step = own().find(|row| row.direction == Direction::Gone && !row.reason.is_empty())?;
    if error.template == step.template {
        return None;
    }
    let [error, step] = [error, step].map(|row| brief(&row.template, NAMED));
    let rich = Rich::text("The step that said ").c(&step).t(" now ends with ").c(&error);
    Some(rich.t(". It would speak for it: the code logs the one or the other, and no request logs both. It would speak against it: requests that log both, or neither."))
}

/// What came with the change: a revision of its own, else a setting, else nothing that the logs name.
fn brought(told: &Comparison, first: &ServiceChange) -> Option<Rich> {
    let said = told.patterns.iter().find(|row| row.claimed && row.service == first.name);
    let said = said.map_or(String::new(), |row| brief(&row.template, NAMED));
    let is_after = |row: &&SettingChange| match (row.since, first.since) {
        (Some(row), Some(changed)) => row <= changed,
        _ => true,
    };
    if let Some(row) = revision_of(told, &first.name).filter(is_after) {
        let [old, new] = [&row.before, &row.during].map(|values| values.join(", "));
        let rich = Rich::text("What came with ").c(&new);
        let mut own = told.settings.iter().filter(|row| row.name != "revision");
        // A setting that is another one with the revision is the first suspect in it.
        let rich = match own.find(|row| row.service == first.name && is_after(row)) {
            Some(row) => set_to(rich.t(" (").c(&row.name), row).t(")"),
            None => rich,
        };
        let rich = rich.t(" brought it. It would speak for it: it ends where traffic goes back to ");
        let rich = match said.is_empty() {
            true => rich.c(&old),
            false => rich.c(&old).t(", or the changes between the two touch what logs ").c(said),
        };
        let rich = rich.t(". It would speak against it: ").c(old);
        return Some(rich.t(" does the same under the traffic of that time."));
    }
    let own = told.settings.iter().filter(|row| row.name != "revision");
    if let Some(row) = own.filter(|row| row.service == first.name || row.service.is_empty()).find(is_after) {
        let [old, new] = [&row.before, &row.during].map(|values| values.join(", "));
        let rich = Rich::text("The change of ").c(&row.name).t(" to ").c(new);
        let rich = rich.t(" brought it. It would speak for it: it ends with the former value, ").c(old);
        return Some(rich.t(". It would speak against it: it goes on with that value."));
    }
    if !told.settings.is_empty() {
        return None;
    }
    Some(Rich::text(
        "The logs name no other revision, version or setting, so it may lie in data, in traffic or in a system that is called. It would speak for it: that system or those data changed at that time. It would speak against it: the deployment history names a change that these logs do not.",
    ))
}

/// Other services that changed later.
fn followed(told: &Comparison, first: &ServiceChange) -> Option<Rich> {
    let since = first.since?;
    let later = told.services.iter().filter(|row| row.claimed && row.since.is_some_and(|at| at > since));
    let names: Vec<&str> =
        later.map(|row| row.name.as_str()).filter(|name| !name.is_empty()).take(3).collect();
    if names.is_empty() || first.name.is_empty() {
        return None;
    }
    let mut rich = Rich::text("What changed in ");
    for (n, name) in names.iter().enumerate() {
        rich = if n > 0 { rich.t(", ") } else { rich }.c(name);
    }
    let rich = rich
        .t(" follows from ")
        .c(&first.name)
        .t(", which changed first. It would speak for it: the requests that fail there called ");
    Some(
        rich.c(&first.name)
            .t(" just before. It would speak against it: requests that fail there without such a call."),
    )
}
