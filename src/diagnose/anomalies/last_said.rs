//! What requests that hang said last: takes a finding of requests that were cut off after long, tells the message that each of them ends with,
//! by its trace, and that requests which are answered do not end with.

use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived, quotes};
use crate::diagnose::findings::Told;
use crate::diagnose::measures::spans;
use crate::diagnose::statements::{prefix, time};
use crate::diagnose::troubles::Kind;
use crate::diagnose::words::{self, headline};
use crate::digest::Row;
use crate::entry::Severity;
use crate::order::Order as _;
use crate::report::model::Rich;

/// Failed requests and answered ones with a trace that show it, at least.
const FAILED: usize = 5;
const ANSWERED: usize = 5;
/// Shortest time after which a request counts as hanging, in microseconds.
const LONG_MICROS: u64 = 5_000_000;
/// How many of a hundred failed requests end with it at least, and of a hundred answered ones at most.
const MOST: usize = 90;
const FEW: usize = 10;

/// What is said last, by trace: trace and row, sorted by trace.
type Last = Vec<(u64, u32)>;

/// Puts what was said last in front of findings of requests that hang, where nothing else says what they wait for.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut [Told]) {
    for t in told.iter_mut().filter(|t| hangs(scene, t)) {
        give(scene, book, t);
    }
}

/// Whether most requests of a finding took long, and what it is about is only that they did.
fn hangs(scene: &Scene<'_>, t: &Told) -> bool {
    let root = t.incident.root.and_then(|root| scene.troubles.get(root));
    let is_end = root.is_none_or(|root| match root.kind {
        Kind::ServerErrors => true,
        Kind::Signature(n) => {
            scene.knowledge.signatures().get(n).is_some_and(|s| s.id == "run-request-timeout")
        }
        _ => false,
    });
    let requests = &t.incident.requests;
    let is_long = |row: &&u32| {
        let request = scene.index.request_of(**row);
        request.and_then(crate::digest::RequestRow::latency).is_some_and(|micros| micros >= LONG_MICROS)
    };
    is_end && requests.len() >= FAILED && requests.iter().filter(is_long).count() * 2 > requests.len()
}

/// What requests that hang say last: the rows, of how many failed requests, and how many answered ones end with it, of how many.
struct Said {
    rows: Vec<u32>,
    failed: usize,
    well: usize,
    answered: usize,
}

/// The message that nearly all failed requests end with, and hardly any answered one.
fn said(scene: &Scene<'_>, t: &Told) -> Option<Said> {
    let index = scene.index;
    let requests = &t.incident.requests;
    let mut failed: Vec<u64> = requests.iter().filter_map(|row| index.trace_id_of(*row)).collect();
    let source = |row: u32| index.row(row).map(Row::source);
    let mut sources: Vec<Option<u32>> = requests.iter().map(|row| source(*row)).collect();
    sources.order();
    sources.dedup();
    let good = index.requests().iter().filter(|request| (200..400).contains(&request.status));
    let good = good.filter(|request| sources.contains(&source(request.row)));
    let mut answered: Vec<u64> = good.filter_map(|request| index.trace_id_of(request.row)).collect();
    for traces in [&mut failed, &mut answered] {
        traces.order();
        traces.dedup();
    }
    if failed.len() < FAILED || answered.len() < ANSWERED {
        return None;
    }
    let last = last(scene, &failed, &answered);
    let shape = |row: &u32| index.row(*row).map(Row::shape);
    let ends =
        |traces: &[u64]| -> Vec<u32> { traces.iter().filter_map(|trace| row_of(&last, *trace)).collect() };
    let mut rows = ends(&failed);
    rows.order();
    // Nearly all of them end with it, so the one in the middle by shape does.
    let mut shapes: Vec<u32> = rows.iter().filter_map(shape).collect();
    shapes.order();
    let said = *shapes.get(shapes.len() / 2)?;
    rows.retain(|row| shape(row) == Some(said));
    let well = ends(&answered).iter().filter(|row| shape(row) == Some(said)).count();
    let is_calm = |row: &u32| index.row(*row).is_some_and(|row| row.severity() < Severity::Warning);
    let silent = requests.iter().filter(|row| is_silent(scene, **row, &last)).count();
    let is_so = rows.len() * 100 >= failed.len() * MOST
        && well * 100 <= answered.len() * FEW
        && rows.iter().all(is_calm)
        && silent * 100 >= requests.len() * MOST;
    is_so.then_some(Said { rows, failed: failed.len(), well, answered: answered.len() })
}

fn give(scene: &Scene<'_>, book: &mut Book<'_>, t: &mut Told) {
    let Some(Said { rows, failed, well, answered }) = said(scene, t) else { return };
    let Some(first) = rows.first() else { return };
    let words = headline(prefix::unprefixed(&scene.index.text_of(*first)), 140);
    let text = Rich::text(format!(
        "The last thing said in {} of the {} with a trace is ",
        words::number(rows.len() as u64),
        words::count(failed as u64, "failed request", "failed requests")
    ));
    let text = text.c(&words).t(format!(
        "; of {} that were answered {} it. What they waited for comes after it.",
        words::count(answered as u64, "request", "requests"),
        match well {
            0 => "none ends with".to_owned(),
            1 => "one ends with".to_owned(),
            n => format!("{} end with", words::number(n as u64)),
        }
    ));
    let rule = "last entry of each trace, and how long the request went on after it";
    t.finding.cause.insert(0, derived(text, rule, book.rows(&rows)));
    let title = Rich::text("Requests hang after ").c(words::brief(&words, 90)).t(": ");
    let old = std::mem::take(&mut t.finding.title);
    t.finding.title = Rich([title.0, old.0].concat());
    t.finding.quotes.extend(quotes(scene.index, &rows, 1));
}

/// Whether a request went on for most of its time after the last thing that was said in it.
fn is_silent(scene: &Scene<'_>, request: u32, last: &[(u64, u32)]) -> bool {
    let said = scene.index.trace_id_of(request).and_then(|trace| row_of(last, trace));
    let said = said.and_then(|row| time(scene.index, row));
    let (Some(said), Some((began, ended))) = (said, spans::span(scene, request)) else { return false };
    (ended - said.0) * 2 >= ended - began
}

/// The last entry of a trace.
fn row_of(last: &[(u64, u32)], trace: u64) -> Option<u32> {
    let at = last.partition_point(|(known, _)| *known <= trace).checked_sub(1)?;
    last.get(at).filter(|(known, _)| *known == trace).map(|(_, row)| *row)
}

/// The last entry of each trace that is no request.
fn last(scene: &Scene<'_>, failed: &[u64], answered: &[u64]) -> Last {
    let is_asked = |trace: &u64| failed.binary_search(trace).is_ok() || answered.binary_search(trace).is_ok();
    let sides = scene.index.trace_ids().iter().filter(|side| is_asked(&side.value));
    let said = sides.filter(|side| scene.index.request_of(side.row).is_none());
    let mut last: Last = said.map(|side| (side.value, side.row)).collect();
    last.order();
    last
}
