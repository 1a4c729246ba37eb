//! Failures that name one target (a private address, the host of a URL) → one incident: what they share is that target or the
//! way to it, whichever service met it and in whatever words.

use super::{Incident, Scene};
use crate::diagnose::evidence::{Book, derived, hypothesis};
use crate::diagnose::statements::{self, Statement, time};
use crate::diagnose::troubles::{Kind, Trouble};
use crate::diagnose::{findings, words};
use crate::entry::time::SECOND;
use crate::order::Gather as _;
use crate::report::model::{Rich, Sentence};
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// How far apart two kinds of failures may begin.
const APART: i64 = 10 * 60 * SECOND;
/// Words of a connection that did not come about, or of a target that gave no answer.
const UNREACHED: [&str; 17] = [
    "timeout",
    "timed out",
    "time out",
    "etimedout",
    "refused",
    "unreachable",
    "no route to host",
    "deadline exceeded",
    "ehostunreach",
    "enetunreach",
    "broken pipe",
    "connection reset",
    "max retries",
    "service unavailable",
    "bad gateway",
    "gateway time",
    "unavailable",
];

/// Words of a connection that got no way out, or lost it.
const NO_WAY: [&str; 11] = [
    "etimedout",
    "econnreset",
    "connection timed out",
    "connect timeout",
    "i/o timeout",
    "connection reset",
    "socket disconnected",
    "hang up",
    "network is unreachable",
    "circuit breaker",
    "upstream",
];

/// Whether a failure is one of connections to the outside since a gateway drops them: it serves all that is in its network.
pub(crate) fn is_behind(scene: &Scene<'_>, gateway: &Trouble, failure: &Trouble) -> bool {
    super::relations::signature_id(scene, gateway).is_some_and(|s| s.id == "nat-dropped")
        && super::relations::after(scene, gateway, failure) >= 90
        && meanwhile(scene, gateway, failure)
        && failure.lead(scene.statements).is_some_and(|lead| {
            let text = lead.text.to_ascii_lowercase();
            private(&text).is_none() && NO_WAY.iter().any(|words| text.contains(words))
        })
}

/// How long after a dropped connection the one who waited for it may say so.
const WAITED: i64 = 120 * crate::entry::time::SECOND;

/// Whether half of a failure lies within the time in which the gateway dropped something, or shortly after.
fn meanwhile(scene: &Scene<'_>, gateway: &Trouble, failure: &Trouble) -> bool {
    let at = |row: &u32| statements::time(scene.index, *row).map(|at| at.0);
    let drops: Vec<i64> = gateway.occurrences.firsts().iter().filter_map(at).collect();
    let near = |at: &i64| {
        let next = drops.partition_point(|drop| drop <= at);
        next.checked_sub(1).and_then(|n| drops.get(n)).is_some_and(|drop| at - drop <= WAITED)
    };
    let failures = failure.occurrences.firsts();
    failures.iter().filter_map(at).filter(near).count() * 2 >= failures.len()
}

/// The host of a URL (`https://api.acme.example/v1`), or of a Python pool (`host='api.acme.example'`).
pub(crate) fn host(text: &str) -> Option<&str> {
    let ends = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    let after = text.split_once("://").or_else(|| text.split_once("host='")).map(|(_, after)| after)?;
    let host = after.split(ends).next().unwrap_or("");
    (host.contains('.') && host.bytes().any(|b| b.is_ascii_alphabetic())).then_some(host)
}

/// The first private address of a text, with its port.
pub(crate) fn private(text: &str) -> Option<&str> {
    let is_part = |c: char| c.is_ascii_digit() || c == '.' || c == ':';
    text.split(|c: char| !is_part(c)).map(|word| word.trim_matches(['.', ':'])).find(|word| {
        let host = word.split(':').next().unwrap_or("");
        word.len() >= 8 && host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_private())
    })
}

/// The target that a text says was not reached.
fn target(text: &str) -> Option<&str> {
    let text = crate::digest::cut(text, 4000);
    let line = text.lines().find(|line| {
        let lower = line.to_ascii_lowercase();
        UNREACHED.iter().any(|words| lower.contains(words))
            && (private(line).is_some() || host(line).is_some())
    })?;
    // `read tcp 10.8.0.3:51234->10.9.0.4:5432: i/o timeout`: the far end.
    private(line.rsplit("->").next().unwrap_or(line)).or_else(|| private(line)).or_else(|| host(line))
}

/// The target that a trouble could not reach, by its leading words.
fn unreached(scene: &Scene<'_>, trouble: &Trouble) -> Option<String> {
    if matches!(trouble.kind, Kind::ServerErrors | Kind::ClientErrors | Kind::LastWords) {
        return None;
    }
    target(&trouble.lead(scene.statements)?.text).map(str::to_owned)
}

/// Statements of troubles all of whose kept wordings name this target: a masked address may stand for several.
fn naming<'s>(scene: &Scene<'s>, troubles: &[&Trouble], wanted: &str) -> Vec<&'s Statement> {
    let agrees = |statement: &&Statement| {
        let row = statement.occurrences.first().and_then(|o| scene.index.row(o.first()));
        let shape = row.and_then(|row| scene.index.shape(row.shape()));
        target(&statement.text) == Some(wanted)
            && shape.is_none_or(|shape| {
                shape.others().all(|text| target(text).is_none_or(|other| other == wanted))
            })
    };
    let numbers = troubles.iter().flat_map(|t| t.statements.iter().take(100));
    numbers.filter_map(|&n| scene.statements.get(n)).filter(agrees).collect()
}

fn services(scene: &Scene<'_>, statements: &[&Statement]) -> BTreeSet<String> {
    let rows = statements.iter().flat_map(|s| s.occurrences.firsts().iter().take(2000));
    let sources = rows.filter_map(|&row| scene.index.row(row).and_then(|row| scene.index.source_of(row)));
    sources.map(|s| s.service.to_string()).filter(|s| !s.is_empty()).gathered()
}

fn first(scene: &Scene<'_>, trouble: &Trouble) -> i64 {
    trouble.occurrences.first().and_then(|o| time(scene.index, o.first())).map_or(0, |t| t.0)
}

/// Makes incidents that could not reach one target one incident, where they begin near each other.
pub(crate) fn unite(scene: &Scene<'_>, incidents: &mut Vec<Incident>) {
    let mut hosts: BTreeMap<String, usize> = BTreeMap::new();
    let mut gone: Vec<usize> = Vec::new();
    for at in 0..incidents.len() {
        let Some(incident) = incidents.get(at).filter(|i| i.collapse.is_none()) else { continue };
        let Some(root) = incident.root.and_then(|root| scene.troubles.get(root)) else { continue };
        let Some(address) = unreached(scene, root) else { continue };
        let Some(&host) = hosts.get(&address) else {
            hosts.insert(address, at);
            continue;
        };
        let known = incidents.get(host).and_then(|i| i.root).and_then(|root| scene.troubles.get(root));
        let fits = known.is_some_and(|known| (first(scene, known) - first(scene, root)).abs() <= APART);
        if fits {
            let taken: Vec<usize> = incident.root.iter().chain(&incident.symptoms).copied().collect();
            if let Some(known) = incidents.get_mut(host) {
                known.symptoms.extend(taken);
                gone.push(at);
            }
        }
    }
    for at in gone.into_iter().rev() {
        incidents.remove(at);
    }
}

/// What that tells.
pub(crate) fn tell(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    incident: &Incident,
    root: &Trouble,
) -> Vec<Sentence> {
    let Some(target) = unreached(scene, root).filter(|_| incident.collapse.is_none()) else {
        return Vec::new();
    };
    let others = incident.symptoms.iter().filter_map(|&n| scene.troubles.get(n));
    let troubles: Vec<&Trouble> = std::iter::once(root).chain(others).collect();
    let named = naming(scene, &troubles, &target);
    let services: Vec<String> = services(scene, &named).into_iter().collect();
    let rows = findings::sorted(named.iter().flat_map(|s| s.rows()).collect());
    if services.len() < 2 {
        if named.len() < 2 {
            return Vec::new();
        }
        let said = Rich::text(format!(
            "{} of failure name one and the same target: ",
            words::number(named.len() as u64) + " wordings"
        ))
        .c(&target)
        .t(".");
        return vec![derived(said, "one target in the messages of several kinds", book.rows(&rows))];
    }
    let is_private = private(&target).is_some();
    let what = if is_private { "one and the same private address" } else { "one and the same host" };
    let said = Rich::text(format!(
        "{} could not reach {what} in the same stretch of time: ",
        words::list(&services)
    ))
    .c(&target)
    .t(". What they share is that target and the way to it, so it is told as one failure.");
    let guess = if is_private {
        "Which of both is broken the log does not show: what listens there may be away, or the way to it closed (VPC connector or egress, peering, firewall rule, VPN). Whether the far end logs connections at that time, or a connection from another network reaches it, would tell."
    } else {
        "Which of both is broken the log does not show: the host may be away or overloaded, or the way out closed for all of them. Its status page, or a call from another network at that time, would tell."
    };
    vec![
        derived(said, "one target in the messages of several services", book.rows(&rows)),
        hypothesis(Rich::text(guess)),
    ]
}

#[cfg(test)]
mod tests {
    use super::{host, private};

    #[test]
    fn private_addresses_are_found() {
        assert_eq!(private("dial tcp 10.9.0.4:5432: i/o timeout"), Some("10.9.0.4:5432"));
        assert_eq!(private("connect ETIMEDOUT 192.168.7.20:6379"), Some("192.168.7.20:6379"));
        assert_eq!(private("connect ETIMEDOUT 172.20.1.9"), Some("172.20.1.9"));
        assert_eq!(private("connect ETIMEDOUT 203.0.113.9:443 at 10:20:30"), None);
        assert_eq!(private("version 10.2.3"), None);
        assert_eq!(
            host("503 Server Error for url: https://api.acme.example/v1/labels"),
            Some("api.acme.example")
        );
        assert_eq!(
            host("HTTPSConnectionPool(host='api.acme.example', port=443): Read timed out."),
            Some("api.acme.example")
        );
        assert_eq!(host("http://localhost:8080 timed out"), None);
    }
}
