//! The last change before a failure: calls that alter something, and revisions that became ready, as the log tells of them.

use super::causality::Scene;
use super::evidence::{Book, derived};
use super::statements::time;
use super::words::headline;
use crate::entry::Nanos;
use crate::entry::time::{SECOND, duration_words};
use crate::report::model::{Rich, Sentence};

/// A change longer ago than this is not told: too much else may have happened since.
const REACH: i64 = 15 * 60 * SECOND;

/// Verbs of methods that alter something; the others read.
const ALTERS: [&str; 16] = [
    "Replace", "Create", "Update", "SetIam", "setIam", "Set", "Patch", "Delete", "Deploy", "Insert",
    "Failover", "Restart", "Reset", "Stop", "Disable", "Destroy",
];

/// Kinds of objects of a cluster whose change alters what runs.
const WORKLOADS: [&str; 7] = [
    ".deployments.",
    ".statefulsets.",
    ".daemonsets.",
    ".configmaps.",
    ".secrets.",
    ".ingresses.",
    ".cronjobs.",
];

/// What changed last before a failure that began at this time.
pub(super) fn before(scene: &Scene<'_>, book: &mut Book<'_>, first: Option<Nanos>) -> Option<Sentence> {
    let first = first?;
    let index = scene.index;
    let end = index.rows().partition_point(|row| row.time().is_none_or(|at| at <= first));
    let mut found: Option<u32> = None;
    for row in (0..u32::try_from(end).unwrap_or(u32::MAX)).rev() {
        let at = time(index, row)?;
        if first.0 - at.0 > REACH {
            break;
        }
        let shape = index.row(row).and_then(|row| index.shape(row.shape()));
        if shape.is_some_and(|shape| shape.is_audit() && alters(shape.text())) {
            found = Some(row);
            break;
        }
    }
    let row = found?;
    let at = time(index, row)?;
    let text = Rich::text(format!(
        "The last change before it, {} before the first failure: ",
        duration_words(first.0 - at.0)
    ))
    .c(headline(&index.text_of(row), 160))
    .t(".");
    Some(derived(text, "audit entries before the first failure", book.rows(&[row])))
}

/// What changed right after the last failure of something that is over: it may be what ended it.
pub(super) fn after(scene: &Scene<'_>, book: &mut Book<'_>, last: Option<Nanos>) -> Option<Sentence> {
    let last = last?;
    let index = scene.index;
    let from = index.rows().partition_point(|row| row.time().is_none_or(|at| at <= last));
    let row = (u32::try_from(from).ok()?..u32::try_from(index.rows().len()).ok()?)
        .take_while(|&row| time(index, row).is_none_or(|at| at.0 - last.0 <= REACH))
        .find(|&row| {
            let shape = index.row(row).and_then(|row| index.shape(row.shape()));
            shape.is_some_and(|shape| shape.is_audit() && alters(shape.text()))
        })?;
    let at = time(index, row)?;
    let text = Rich::text(format!(
        "The first change after it, {} behind the last failure: ",
        duration_words(at.0 - last.0)
    ))
    .c(headline(&index.text_of(row), 160))
    .t(".");
    Some(derived(text, "audit entries after the last failure", book.rows(&[row])))
}

/// Whether an audit entry tells of a change that went through.
fn alters(text: &str) -> bool {
    let method = text.split_whitespace().next().unwrap_or("");
    let verb = method.rsplit('.').next().unwrap_or("");
    let called = method.contains('.') && ALTERS.iter().any(|alter| verb.starts_with(alter));
    // `io.k8s.apps.v1.deployments.patch`: what decides which pods run and with what; leases and states change all the time.
    let workload = method.starts_with("io.k8s.")
        && ["patch", "update", "create", "delete"].contains(&verb)
        && WORKLOADS.iter().any(|kind| method.contains(kind));
    // `v1.compute.instanceGroupManagers.resize`: all that does not read.
    let compute = method.contains("compute.")
        && !["get", "list", "aggregatedList", "search", "test"].iter().any(|read| verb.starts_with(read))
        && !verb.is_empty();
    (called || workload || compute) && !text.contains("(status code")
        || text.contains("Deploying revision succeeded")
}
