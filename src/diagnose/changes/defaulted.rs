//! Connections to the program's own machine that are refused → where the address comes from, as the program says it when it starts:
//! a setting that is missing, and the default that was taken in its place.

use super::switched::service;
use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived, quotes};
use crate::diagnose::findings::Told;
use crate::diagnose::words::headline;
use crate::entry::Severity;
use crate::order::Order as _;
use crate::report::model::{Action, Priority, Rich};

/// The rule behind the sentence.
const RULE: &str = "what it says of that address before the first failure";
/// Names of one's own machine.
const OWN: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];
/// Times that a program says where it takes an address from.
const OFTEN: usize = 24;
/// Words of a line on a setting that is missing.
const MISSING: [&str; 7] =
    ["not set", "unset", "missing", "undefined", "default", "fallback", "falling back"];

/// Tells it in urgent findings.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut [Told]) {
    for t in told.iter_mut().filter(|t| t.priority < Priority::P2) {
        let root = t.incident.root.and_then(|root| scene.troubles.get(root));
        let Some(text) = root.and_then(|root| root.lead(scene.statements)).map(|s| s.text.as_str()) else {
            continue;
        };
        let Some(port) = refused(text) else { continue };
        let first = t.failures.first().map_or(u32::MAX, |(_, row)| *row);
        let mine = t.incident.root.and_then(|root| scene.troubles.get(root)?.occurrences.first());
        let Some(mine) = mine.map(|o| service(scene, o.first())) else { continue };
        let Some((row, line)) = source(scene, mine, port, first) else { continue };
        let sentence =
            Rich::text("The address is the program's own machine, and it says where it takes it from: ");
        t.finding.cause.insert(0, derived(sentence.c(&line).t("."), RULE, book.rows(&[row])));
        t.finding.quotes.extend(quotes(scene.index, &[row], 1));
        let Some(name) = setting(&line) else { continue };
        t.finding.title = std::mem::take(&mut t.finding.title).t("; ").c(name).t(" is not set");
        t.advice = Some(Action {
            priority: t.priority,
            what: Rich::text("Set ").c(name).t(format!(
                " where this runs (as in the last revision that worked): without it port {port} of the own machine is asked, where nothing listens. As first aid send the traffic back to that revision."
            )),
            steps: vec![Rich::text("Let the program refuse to start without it, instead of taking a default that is only right on a developer's machine.")],
            verify: Rich::text("The line on the missing setting is gone at the next start, and the calls succeed."),
            ..Action::default()
        });
    }
}

/// The port of the own machine at which a connection was refused.
fn refused(text: &str) -> Option<&str> {
    let lower = crate::digest::cut(text, 2_000);
    let is_refused =
        ["ECONNREFUSED", "onnection refused", "actively refused"].iter().any(|word| lower.contains(word));
    OWN.iter().filter(|_| is_refused).find_map(|own| {
        let (_, after) = lower.split_once(own)?;
        let after = after.strip_prefix(':')?;
        let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        after.get(..end).filter(|port| (2..=5).contains(&port.len()))
    })
}

/// The last calm line of a service before a row that names this port of the own machine as what is used.
fn source(scene: &Scene<'_>, mine: &str, port: &str, before: u32) -> Option<(u32, String)> {
    let candidates = scene
        .statements
        .iter()
        .filter(|s| s.severity <= Severity::Warning && !s.audit && s.occurrences.len() <= OFTEN);
    let found = candidates.filter_map(|statement| {
        let row = statement
            .occurrences
            .firsts()
            .iter()
            .copied()
            .rfind(|row| *row < before && service(scene, *row) == mine)?;
        let text = scene.index.text_of(row);
        let line = headline(&text, 240);
        let named = OWN.iter().any(|own| {
            let after = line.split_once(&format!("{own}:{port}")).map(|(_, after)| after);
            after.is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_digit()))
        });
        let lower = line.to_ascii_lowercase();
        (named && MISSING.iter().any(|word| lower.contains(word))).then_some((row, line))
    });
    let mut found: Vec<(u32, String)> = found.collect();
    found.order();
    found.pop()
}

/// The setting that a line says to be missing: `PAYMENT_URL is not set, using http://localhost:9090`.
fn setting(line: &str) -> Option<&str> {
    const GONE: [&str; 8] = [
        " is not set",
        " not set",
        " is unset",
        " unset",
        " is missing",
        " missing",
        " is undefined",
        " not configured",
    ];
    let before = GONE.iter().filter_map(|gone| line.split_once(gone)).map(|(before, _)| before).next()?;
    let name = before.rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next()?;
    let fits = name.len() >= 4
        && name.contains('_')
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    fits.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{refused, setting};

    #[test]
    fn ports_and_settings_are_found() {
        assert_eq!(refused("Error: connect ECONNREFUSED 127.0.0.1:9090"), Some("9090"));
        assert_eq!(refused("dial tcp [::1]:5432: connect: connection refused"), Some("5432"));
        assert_eq!(refused("dial tcp 10.0.0.7:5432: connect: connection refused"), None);
        assert_eq!(setting("PAYMENT_URL is not set, using http://localhost:9090"), Some("PAYMENT_URL"));
        assert_eq!(setting("no gateway configured, using localhost:9090"), None);
        assert_eq!(setting("NODE_ENV=production, no url configured, falling back to localhost:6379"), None);
    }
}
