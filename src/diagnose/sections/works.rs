//! What works: probes that passed, readiness, work that was done, requests that were answered, stops in order.

use crate::diagnose::causality::{self, Scene};
use crate::diagnose::evidence::{Book, observed};
use crate::diagnose::knowledge::{Phase, Role};
use crate::diagnose::words::{self, headline, number};
use crate::diagnose::{anomalies, statements};
use crate::query::Filter;
use crate::report::model::{Rich, Sentence};
use std::collections::BTreeMap;

/// What works, from evidence.
pub(crate) fn works(scene: &Scene<'_>, book: &mut Book<'_>) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let fine: Vec<u32> =
        scene.index.requests().iter().filter(|r| (200..400).contains(&r.status)).map(|r| r.row).collect();
    let mut by_signature: BTreeMap<usize, (Vec<u32>, String)> = BTreeMap::new();
    for statement in scene.statements {
        let Some((signature, found)) = statement.signature(scene.knowledge) else { continue };
        let good = signature.role == Role::Healthy
            || matches!(
                signature.lifecycle,
                Some(Phase::ProbeOk | Phase::Ready | Phase::JobDone | Phase::BuildDone)
            );
        if good {
            let slot = by_signature.entry(found.signature).or_insert_with(|| {
                (Vec::new(), headline(statements::prefix::unprefixed(&statement.text), 160))
            });
            slot.0.extend(statement.rows());
        }
    }
    for (number, (mut rows, words)) in by_signature {
        rows.sort_unstable();
        let Some(signature) = scene.knowledge.signatures().get(number) else { continue };
        // The request log says the same with more of it.
        if signature.area == "http" && signature.generic && rows.len() <= fine.len() {
            continue;
        }
        let title = signature.label();
        let text = Rich::text(format!("{title} ({}): ", words::count(rows.len() as u64, "time", "times")))
            .c(words)
            .t(".");
        sentences.push(observed(text, book.rows(&rows)));
    }
    sentences.extend(stopped(scene, book));
    sentences.extend(anomalies::slow::none_slow(scene, book));
    if !fine.is_empty() {
        let text = format!(
            "{} of {} answered with 2xx or 3xx.",
            number(fine.len() as u64),
            words::count(scene.index.requests().len() as u64, "request was", "requests were")
        );
        sentences.push(observed(
            Rich::text(text),
            book.filter_of(Filter { statuses: vec![(200, 399)], ..Filter::default() }, fine.len() as u64),
        ));
    }
    sentences.truncate(12);
    sentences
}

/// Stops that were asked for and went in order: scaling in, or a revision that another one replaces.
fn stopped(scene: &Scene<'_>, book: &mut Book<'_>) -> Option<Sentence> {
    let mut rows: Vec<u32> = Vec::new();
    let mut n = 0;
    for episode in scene.episodes {
        // A server says it on several lines; the lines of one instance within half a minute are one stop.
        let mut before: BTreeMap<&str, i64> = BTreeMap::new();
        for event in episode.of(Phase::StopRequested) {
            rows.push(event.row);
            let last = before.insert(event.instance.as_str(), event.time.0);
            n += u64::from(last.is_none_or(|last| event.time.0 - last > 30 * crate::entry::time::SECOND));
        }
    }
    rows.sort_unstable();
    let text = format!(
        "{} shut down in order after a request to stop (TERM).",
        words::count(n, "process", "processes")
    );
    // What a node took away was stopped too, and not in order.
    let evicted = scene.troubles.iter().any(|t| causality::relations::is_evicted(scene, t));
    (n > 0 && !evicted && scene.episodes.iter().all(|e| e.bad_exits().is_empty()))
        .then(|| observed(Rich::text(text), book.rows(&rows)))
}
