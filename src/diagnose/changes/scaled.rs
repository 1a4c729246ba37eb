//! Workloads of Kubernetes that were scaled up right before something that all share was used up, and down again as that ended: takes
//! the findings, gives those the change that brought the load.

use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{self, Book, derived};
use crate::diagnose::findings::{Told, signature};
use crate::diagnose::statements::time;
use crate::diagnose::words;
use crate::entry::time::{SECOND, duration_words};
use crate::order::Order as _;
use crate::report::model::{Rich, Sentence, Why};

/// What more clients use up: connections of a database or a cache, a pool's, ports of a gateway.
const SHARED: [&str; 5] = [
    "pg-too-many-connections",
    "mysql-too-many-connections",
    "db-pool-exhausted",
    "redis-max-clients",
    "nat-dropped",
];
/// How long before the first failure the load may have come, and how long after its end the failures may last.
const BEFORE: i64 = 300 * SECOND;
const AROUND: i64 = 120 * SECOND;
/// The rule of the sentence.
const RULE: &str = "events of scaling around the failures";

/// A change of a workload's size, as the deployment controller tells of it (kubernetes/kubernetes pkg/controller/deployment/sync.go).
pub(super) struct Scaling<'a> {
    pub(super) row: u32,
    pub(super) at: i64,
    /// `report-exporter` of the replica set `report-exporter-5b7f9c8d6f`.
    pub(super) workload: &'a str,
    pub(super) from: u64,
    pub(super) to: u64,
}

/// `Scaled up replica set report-exporter-5b7f9c8d6f to 6 from 1`, of newer versions `… from 1 to 6`.
fn parse(text: &str) -> Option<(&str, u64, u64)> {
    let after =
        text.split_once("Scaled up replica set ").or_else(|| text.split_once("Scaled down replica set "))?.1;
    let mut words = after.split_whitespace();
    let (set, way, one) = (words.next()?, words.next()?, words.next()?.parse().ok()?);
    // A set that begins from nothing is a roll-out.
    let other = words.nth(1)?.trim_end_matches('.').parse().ok()?;
    let (to, from) = if way == "to" { (one, other) } else { (other, one) };
    Some((set.rsplit_once('-').map_or(set, |(workload, _)| workload), to, from))
}

/// All of the log, in the order of time. What a sample says holds for its own row alone, so each shape gives one.
pub(super) fn scalings<'a>(scene: &Scene<'a>) -> Vec<Scaling<'a>> {
    let of = |(number, shape): (u32, &'a crate::digest::Shape)| {
        let (workload, to, from) = parse(shape.text())?;
        let row = scene.index.first_row(number)?;
        Some(Scaling { row, at: time(scene.index, row)?.0, workload, from, to })
    };
    let mut found: Vec<Scaling<'a>> = (0u32..).zip(scene.index.shapes()).filter_map(of).collect();
    found.order_by_key(|scaling| (scaling.at, scaling.row));
    found
}

/// Adds to findings of what is used up the workload that grew right before.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut [Told]) {
    let is_shared = |t: &Told| {
        let troubles = t.incident.root.iter().chain(&t.incident.symptoms);
        let mut known =
            troubles.filter_map(|n| scene.troubles.get(*n)).filter_map(|t| signature(scene.knowledge, t));
        known.any(|signature| SHARED.contains(&signature.id.as_str()))
    };
    if !told.iter().any(is_shared) {
        return;
    }
    let all = scalings(scene);
    for t in told.iter_mut().filter(|t| is_shared(t)) {
        let (Some(first), Some(last)) = (t.finding.first, t.finding.last) else { continue };
        let before =
            |s: &&Scaling<'_>| s.from > 0 && s.to > s.from && (0..=BEFORE).contains(&(first.0 - s.at));
        let Some(up) = all.iter().rfind(before) else { continue };
        let back = |s: &&Scaling<'_>| {
            s.workload == up.workload && s.to < s.from && s.at > first.0 && (s.at - last.0).abs() <= AROUND
        };
        let mut rows = vec![up.row];
        let name = up.workload.to_owned();
        let mut text = Rich::default().c(&name).t(format!(
            " was scaled up from {} to {} at {} UTC, {} before the first failure",
            words::number(up.from),
            words::number(up.to),
            crate::entry::Nanos(up.at).date_time(),
            duration_words(first.0 - up.at)
        ));
        if let Some(down) = all.iter().find(back) {
            rows.push(down.row);
            let side = if down.at >= last.0 { "after" } else { "before" };
            text = text.t(format!(
                ", and down to {} {} {side} the last one",
                words::number(down.to),
                duration_words((down.at - last.0).abs())
            ));
        }
        t.finding.cause.push(derived(text.t("."), RULE, book.rows(&rows)));
        t.finding.quotes.extend(evidence::quotes(scene.index, &rows, 1));
    }
}

/// The sentence of a workload that grew as it began and shrank as it ended: one that only grew may have nothing to do with it.
fn both_ways(told: &Told) -> Option<&Sentence> {
    told.finding.cause.iter().find(|s| s.rule == RULE && s.text.plain().contains(", and down to "))
}

/// What the main finding's load came with.
pub(crate) fn why(main: &Told) -> Option<Why> {
    let answer = both_ways(main)?.clone();
    Some(Why { question: Rich::text("What changed before it began?"), answer, alternatives: Vec::new() })
}

/// What to do about it first: take the load back.
pub(crate) fn step(told: &Told) -> Option<Rich> {
    let sentence = both_ways(told)?;
    Some(
        Rich::text("Take back or hold the size that was changed right before until there is room: ")
            .t(sentence.text.plain()),
    )
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn sizes_and_names_are_read() {
        let up = "ScalingReplicaSet: Scaled up replica set mailer-out-66c9d7f5b8 to 6 from 1";
        assert_eq!(parse(up), Some(("mailer-out", 6, 1)));
        assert_eq!(
            parse("Scaled down replica set mailer-out-66c9d7f5b8 from 6 to 0"),
            Some(("mailer-out", 0, 6))
        );
        assert_eq!(parse("Scaled up replica set mailer-66c9d7f5b8 to 3"), None);
    }
}
