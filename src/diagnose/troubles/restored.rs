//! Connections that were lost and came back at once: takes a trouble, tells whether the same instance says after each of its failures that
//! the connection is there again.

use super::Trouble;
use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::statements::{prefix, time};
use crate::diagnose::words::headline;
use crate::entry::Severity;
use crate::entry::time::SECOND;
use crate::order::Gather as _;
use crate::report::model::{Rich, Sentence};
use std::collections::BTreeSet;

/// Words by which a program says that a connection is gone, that it is back, and that it is not.
const LOST: [&str; 6] = ["lost", "closed", "dropped", "disconnected", "reset", "reconnect"];
const BACK: [&str; 8] = [
    "restored",
    "re-established",
    "reestablished",
    "reconnected",
    "connection established",
    "connected again",
    "back online",
    "connection recovered",
];
const NOT: [&str; 8] = ["not ", "fail", "cannot", "unable", "could", "n't ", "disabled", "read only"];
/// Words by which the loss of a connection costs more than the connection.
const COSTS: [&str; 18] = [
    "fail",
    "saved",
    "in flight",
    "retried",
    "discard",
    "missing",
    "abort",
    "order",
    "message",
    "event",
    "record",
    "file",
    "payment",
    "row",
    "job",
    "task",
    "request",
    "transaction",
];
/// Words for what a connection leads to; names with a dot, a colon or a digit tell it as well.
const ENDS: [&str; 22] = [
    "redis",
    "kafka",
    "mqtt",
    "sftp",
    "ftp",
    "smtp",
    "imap",
    "ldap",
    "database",
    "db",
    "broker",
    "primary",
    "replica",
    "amqp",
    "rabbitmq",
    "mongodb",
    "postgres",
    "mysql",
    "websocket",
    "nats",
    "cache",
    "gateway",
];
/// How soon it is back, how many failures there are at most, entries behind each that are looked at, and the part (one of so many) of the
/// time that it may be away.
const SOON: i64 = 60 * SECOND;
const FEW: usize = 9;
const LATER: usize = 400;
const AWAY: i64 = 10;

/// What the words of a connection name.
fn named(text: &str) -> BTreeSet<&str> {
    let words = text
        .split(|c: char| !(c.is_ascii_alphanumeric() || ".:-_".contains(c)))
        .map(|w| w.trim_matches(['.', ':', '-']));
    let is_name = |word: &&str| {
        let is_host = word.len() >= 5
            && word.starts_with(|c: char| c.is_ascii_alphanumeric())
            && word.contains(['.', ':'])
            && word.bytes().any(|b| b.is_ascii_alphabetic());
        ENDS.contains(word) || is_host
    };
    words.filter(is_name).gathered()
}

/// The row by which the last of the connections is back, where each is.
pub(super) fn of(scene: &Scene<'_>, root: &Trouble) -> Option<u32> {
    let index = scene.index;
    let failures = root.occurrences.firsts();
    if failures.len() > FEW || root.severity > Severity::Error {
        return None;
    }
    let head = |row: u32| crate::digest::cut(&index.text_of(row), 300).to_ascii_lowercase();
    let has = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    let source = |row: u32| index.row(row).map(crate::digest::Row::source);
    let end = u32::try_from(index.rows().len()).unwrap_or(u32::MAX);
    let at = |row: u32| time(index, row).map(|at| at.0);
    let back = |failure: u32| {
        let (lost, said) = (at(failure)?, head(failure));
        let names = named(&said);
        let bare = names.iter().fold(said.clone(), |text, name| text.replace(name, ""));
        if names.is_empty() || !has(&bare, &LOST) || !bare.contains("connection") || has(&bare, &COSTS) {
            return None;
        }
        let is_near = |row: &u32| at(*row).is_some_and(|t| t.saturating_sub(lost) <= SOON);
        let is_back = |row: &u32| {
            let calm = index.row(*row).is_some_and(|row| row.severity() < Severity::Warning);
            calm && source(*row) == source(failure) && {
                let text = head(*row);
                has(&text, &BACK) && !has(&text, &NOT) && named(&text) == names
            }
        };
        (failure.saturating_add(1)..end).take(LATER).take_while(is_near).find(is_back)
    };
    let all: Vec<u32> = failures.iter().map(|failure| back(*failure)).collect::<Option<_>>()?;
    let last = *all.last()?;
    let away: i64 = failures.iter().zip(&all).filter_map(|(lost, back)| Some(at(*back)? - at(*lost)?)).sum();
    let lasts = at(last)? - at(*failures.first()?)?;
    // What is said all the time does not say that anything is back.
    let said = index.row(last).map_or(0, |row| index.rows_of_shape(row.shape()).len());
    (said <= all.len() + 1 && (failures.len() == 1 || away.saturating_mul(AWAY) <= lasts)).then_some(last)
}

/// The same as a sentence.
pub(super) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, root: &Trouble) -> Option<Sentence> {
    let row = of(scene, root)?;
    let text = Rich::text("The connection is back within a minute each time, as the same instance says: ");
    let text = text.c(headline(prefix::unprefixed(&scene.index.text_of(row)), 200)).t(".");
    Some(derived(text, "what the same instance says after each of them", book.rows(&[row])))
}
