//! Failed requests of one revision beside another one that serves the same paths: takes an incident, gives what that tells.

use crate::diagnose::causality::{Incident, Scene};
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::statements::time;
use crate::diagnose::{findings, words};
use crate::digest::RequestRow;
use crate::entry::Nanos;
use crate::order::Gather as _;
use crate::report::model::{Rich, Sentence};
use std::collections::{BTreeMap, BTreeSet};

/// Requests of the other revision that are enough to tell.
const ENOUGH: usize = 10;

/// What the other revision shows.
pub(crate) struct Beside {
    /// The one whose requests fail, the one that serves, and their service.
    pub(crate) failing: String,
    pub(crate) serving: String,
    pub(crate) service: String,
    /// Requests that the other one served while this one failed, and since.
    meanwhile: Vec<u32>,
    since: Vec<u32>,
}

impl Beside {
    /// Whether both served at one time, so that traffic can be sent away from the failing one.
    pub(crate) fn is_split(&self) -> bool {
        self.meanwhile.len() >= ENOUGH
    }
}

/// A revision whose failed requests another revision of the service answers, meanwhile or since.
pub(crate) fn beside(scene: &Scene<'_>, incident: &Incident, last: Option<Nanos>) -> Option<Beside> {
    let source = |row: u32| scene.index.row(row).and_then(|row| scene.index.source_of(row));
    let failed: Vec<&RequestRow> = incident
        .requests
        .iter()
        .filter_map(|&row| scene.index.request_of(row))
        .filter(|r| r.status >= 500)
        .collect();
    let (first, last) = (failed.iter().filter_map(|r| time(scene.index, r.row)).min()?, last?);
    let from = source(failed.first()?.row).filter(|s| !s.revision.is_empty() && failed.len() >= 3)?;
    let (failing, service) = (from.revision.to_string(), from.service.to_string());
    if failed.iter().any(|r| source(r.row).is_none_or(|s| s.revision != failing.as_str())) {
        return None;
    }
    // Requests of other revisions to the paths that fail: served while it failed, served after it, and failed.
    let mut others: BTreeMap<String, (Vec<u32>, Vec<u32>, usize)> = BTreeMap::new();
    let mut mine_since = 0;
    let paths: BTreeSet<u32> = failed.iter().map(|r| r.path).gathered();
    for request in scene.index.requests().iter().filter(|r| paths.contains(&r.path)) {
        let (Some(at), Some(there)) = (time(scene.index, request.row), source(request.row)) else { continue };
        if there.service != service.as_str() || at < first {
            continue;
        }
        if there.revision == failing.as_str() {
            mine_since += usize::from(at > last);
            continue;
        }
        let other = others.entry(there.revision.to_string()).or_default();
        match request.status {
            500.. => other.2 += 1,
            1.. if at <= last => other.0.push(request.row),
            1.. => other.1.push(request.row),
            0 => {}
        }
    }
    let (serving, (meanwhile, since, _)) = others
        .into_iter()
        .filter(|(_, (_, _, bad))| *bad == 0)
        .max_by_key(|(name, (meanwhile, since, _))| (meanwhile.len() + since.len(), name.clone()))?;
    let since = if mine_since == 0 { since } else { Vec::new() };
    (meanwhile.len() >= ENOUGH || since.len() >= ENOUGH).then_some(Beside {
        failing,
        serving,
        service,
        meanwhile,
        since,
    })
}

/// The sentences for the finding.
pub(crate) fn tell(book: &mut Book<'_>, found: &Beside) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    if found.is_split() {
        let n = words::count(found.meanwhile.len() as u64, "request", "requests");
        let text = Rich::text("Only ")
            .c(&found.failing)
            .t(" fails: in the same time ")
            .c(&found.serving)
            .t(format!(" answered {n} to the same paths, none with 5xx."));
        sentences.push(derived(
            text,
            "requests of each revision to the paths that fail",
            book.rows(&found.meanwhile),
        ));
    }
    if found.since.len() >= ENOUGH {
        let n = words::count(found.since.len() as u64, "request", "requests");
        let text = Rich::text("After the last failure ")
            .c(&found.serving)
            .t(format!(" answers these paths ({n}, none with 5xx), and "));
        let text = text.c(&found.failing).t(" gets none any more.");
        sentences.push(derived(
            text,
            "requests of each revision after the last failure",
            book.rows(&found.since),
        ));
    }
    sentences
}

/// Says that failures outlived a deploy: several revisions of one service fail alike, so none of them brought the failure alone.
pub(crate) fn outlived(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    incident: &Incident,
    failures: &[(Nanos, u32)],
) -> Option<Sentence> {
    if incident.collapse.is_some() {
        return None;
    }
    let source = |row: u32| scene.index.row(row).and_then(|row| scene.index.source_of(row));
    let service = source(failures.first()?.1)?.service.clone();
    // In the order of their first failures, with how many each has.
    let mut revisions: Vec<(String, u32, usize)> = Vec::new();
    for (_, row) in failures {
        let source = source(*row).filter(|s| s.service == service && !s.revision.is_empty())?;
        match revisions.iter_mut().find(|(name, _, _)| *name == source.revision.as_ref()) {
            Some((_, _, n)) => *n += 1,
            None => revisions.push((source.revision.to_string(), *row, 1)),
        }
    }
    let most = revisions.iter().map(|(_, _, n)| *n).max().unwrap_or(0);
    // One stray failure of an older revision says nothing of the deploy after it.
    let is_alike = revisions.iter().all(|(_, _, n)| n * 10 >= most);
    if service.is_empty() || !is_alike || !(2..=8).contains(&revisions.len()) {
        return None;
    }
    let mut text = Rich::text(format!("It fails on {} revisions: ", revisions.len()));
    for (at, (name, _, n)) in revisions.iter().enumerate() {
        text = text.t(if at == 0 { "" } else { ", " }).c(name).t(format!(" ({n})"));
    }
    let rows: Vec<u32> = revisions.iter().map(|(_, row, _)| *row).collect();
    let text = text.t("; so no single revision has it alone, and no deploy between them ended it.");
    Some(derived(
        text,
        "revisions of the failures, in the order of their first ones",
        book.rows(&findings::sorted(rows)),
    ))
}
