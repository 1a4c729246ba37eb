//! What a failure waits for: takes findings, tells in those whose messages name another service what that service has to say
//! from about then on.

use super::{Incident, Scene};
use crate::diagnose::evidence::derived;
use crate::diagnose::findings::Told;
use crate::entry::time::SECOND;
use crate::report::model::{Priority, Rich, Sentence};
use std::collections::BTreeMap;

/// How long before a failure what leads to it begins, and how much later its words may come: a slow call is told when it ends.
const LEADS: i64 = 15 * 60 * SECOND;
const LATE: i64 = 60 * SECOND;

fn service<'s>(scene: &'s Scene<'_>, row: u32) -> &'s str {
    let source = scene.index.row(row).and_then(|row| scene.index.source_of(row));
    source.map_or("", |source| source.service.as_ref())
}

/// Whether a text names a service as (the first part of) a host, or as a word.
pub(crate) fn names(text: &str, service: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    service.len() >= 4
        && text.match_indices(service).any(|(at, _)| {
            let before = text.get(..at).and_then(|t| t.chars().next_back());
            let rest = text.get(at + service.len()..).unwrap_or("");
            !before.is_some_and(is_part) && (!rest.starts_with(is_part) || is_run_host(rest))
        })
}

/// Whether what follows the name of a service makes it a host of Cloud Run: `-dk2m6wbjkq-as.a.run.app`, `-551820019377.us-central1.run.app`
/// (cloud.google.com/run/docs/triggering/https-request).
fn is_run_host(rest: &str) -> bool {
    let host = rest.split(['/', '"', ' ', ')']).next().unwrap_or("");
    let Some(id) = host.strip_prefix('-').and_then(|host| host.strip_suffix(".run.app")) else {
        return false;
    };
    let (id, rest) = id.split_once(['-', '.']).unwrap_or((id, ""));
    let is_hash = id.len() == 10 && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let is_number = id.len() >= 6 && id.bytes().all(|b| b.is_ascii_digit());
    (is_hash && rest.ends_with(".a") || is_number) && !rest.is_empty()
}

/// Whether the failing messages of an incident name a service.
pub(crate) fn is_named(scene: &Scene<'_>, incident: &Incident, name: &str) -> bool {
    let troubles = incident.root.iter().chain(&incident.symptoms).filter_map(|&n| scene.troubles.get(n));
    let mut statements =
        troubles.flat_map(|t| t.statements.iter()).filter_map(|&n| scene.statements.get(n)).take(50);
    statements.any(|statement| names(crate::digest::cut(&statement.text, 2000), name))
}

/// Urgent findings and services that are looked at.
const LOOKED_AT: usize = 20;

/// Tells in each urgent finding of the service that its messages name, where that has a finding of its own from about then on.
pub(crate) fn tell(scene: &Scene<'_>, told: &mut [Told]) {
    let service_of = |t: &Told| t.failures.first().map_or("", |(_, row)| service(scene, *row));
    // The first finding of each service, by number.
    let mut services: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, t) in told.iter().enumerate() {
        services.entry(service_of(t)).or_insert(at);
    }
    let mut sentences: Vec<(usize, Sentence)> = Vec::new();
    for (at, one) in told.iter().enumerate().filter(|(_, t)| t.priority < Priority::P2).take(LOOKED_AT) {
        let own = service_of(one);
        let other = services.iter().take(LOOKED_AT).find_map(|(theirs, &number)| {
            let other = told.get(number)?;
            let began = other.failures.first()?.0.0 - one.failures.first()?.0.0;
            (*theirs != own && (-LEADS..=LATE).contains(&began) && is_named(scene, &one.incident, theirs))
                .then_some((*theirs, other))
        });
        if let Some((name, other)) = other {
            let since =
                other.finding.first.map_or(String::new(), |first| format!("{} UTC on: ", first.date_time()));
            let mut text = Rich::text("It names ")
                .c(name)
                .t(format!(", which tells of failures of its own from {since}"));
            text.0.extend(other.finding.title.0.iter().cloned());
            let text =
                text.t(". The order is observed; that one led to the other is concluded from the name.");
            let rule = "the name of the service in its messages, and the begin of both";
            sentences.push((at, derived(text, rule, other.finding.evidence)));
        }
    }
    for (at, sentence) in sentences {
        if let Some(t) = told.get_mut(at) {
            t.finding.cause.push(sentence);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_service_is_named_by_whole_words() {
        assert!(names("POST http://risk-score.shop.svc:8080/v1 timed out", "risk-score"));
        assert!(!names("POST http://old-risk-score:8080/v1 timed out", "risk-score"));
        assert!(!names("risk-scores are late", "risk-score"));
        assert!(!names("the api failed", "api"), "too short to be a name");
    }

    #[test]
    fn a_service_is_told_from_one_whose_name_is_longer() {
        assert!(names("POST https://order-sync-dk2m6wbjkq-as.a.run.app/tick", "order-sync"));
        assert!(names("https://order-sync-551820019377.us-central1.run.app/tick", "order-sync"));
        assert!(names("https://us-central1-x.cloudfunctions.net/order-sync", "order-sync"));
        assert!(!names("https://order-sync-worker-dk2m6wbjkq-as.a.run.app/tick", "order-sync"));
        assert!(!names("reorder-sync failed", "order-sync"));
    }
}
