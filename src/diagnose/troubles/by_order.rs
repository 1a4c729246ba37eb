//! What ends because it was told to: takes a trouble, tells sessions that end with a restart of their database, and what npm says of a
//! script that got the signal to stop.

use super::{Kind, Trouble};
use crate::diagnose::causality::{self, Scene};
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::knowledge::Knowledge;
use crate::diagnose::statements::{Statement, prefix, rows_of, time};
use crate::diagnose::words::{self, headline};
use crate::digest::{Index, Row};
use crate::entry::time::SECOND;
use crate::report::model::{Rich, Sentence};

/// Signatures of a server that was stopped by order and of one that is there again; those of sessions that end with it; how long it may
/// take, and how far around its end they are said.
pub(crate) const STOPPED: &str = "pg-shutdown";
pub(crate) const READY: &str = "pg-ready";
const OF_RESTART: [&str; 3] = ["pg-admin-terminate", "pg-starting", STOPPED];
const RESTART: i64 = 120 * SECOND;
const AROUND: i64 = 10 * SECOND;

/// The row by which PostgreSQL is ready again, where all of it is said while it was stopped by order and started again.
fn restarted(scene: &Scene<'_>, root: &Trouble) -> Option<u32> {
    causality::relations::signature_id(scene, root).filter(|s| OF_RESTART.contains(&s.id.as_str()))?;
    let of = |id: &str| rows_of(scene.knowledge, scene.statements, id);
    let at = |row: u32| time(scene.index, row).map_or(0, |at| at.0);
    let (stops, starts) = (of(STOPPED), of(READY));
    let mut last = None;
    for &row in root.occurrences.firsts() {
        let stop = stops.iter().rev().find(|stop| at(**stop) <= at(row) + AROUND)?;
        let ready = *starts.iter().find(|ready| **ready > *stop)?;
        let fits = at(ready) - at(*stop) <= RESTART && at(row) <= at(ready) + AROUND;
        if !fits {
            return None;
        }
        last = Some(ready);
    }
    last
}

/// The signature of a script that npm saw fail, that of a process that was asked to stop, and how far apart npm says both.
const SCRIPT: &str = "npm-lifecycle-failed";
const ASKED: &str = "run-stop-requested";
const TOGETHER: i64 = SECOND;

/// The rows by which npm calls scripts failed that ended by the signal to stop, sorted; none where one of them did not: npm names the signal
/// with each of them (npm/cli, lib/utils/error-message.js).
fn signalled(index: &Index, knowledge: &Knowledge, statements: &[Statement]) -> Vec<u32> {
    let failed = rows_of(knowledge, statements, SCRIPT);
    let place = |row: u32| index.row(row).map(Row::source);
    let when = |row: u32| time(index, row).map_or(0, |at| at.0);
    let mut asked = rows_of(knowledge, statements, ASKED);
    asked.retain(|row| index.text_of(*row).contains("signal SIGTERM"));
    let is_asked = |failure: &u32| {
        let (at, here) = (when(*failure), place(*failure));
        let near = asked.iter().skip(asked.partition_point(|row| when(*row) < at - TOGETHER));
        near.take_while(|row| when(**row) <= at + TOGETHER).any(|row| place(*row) == here)
    };
    if failed.iter().all(is_asked) { failed } else { Vec::new() }
}

/// Whether a trouble is of such scripts and of nothing else.
pub(super) fn is_signalled(
    index: &Index,
    knowledge: &Knowledge,
    statements: &[Statement],
    trouble: &Trouble,
) -> bool {
    let Kind::Signature(number) = trouble.kind else { return false };
    knowledge.signatures().get(number).is_some_and(|known| known.id == SCRIPT)
        && !signalled(index, knowledge, statements).is_empty()
}

/// What was set aside for it, as a sentence.
pub(crate) fn set_aside(scene: &Scene<'_>, book: &mut Book<'_>) -> Option<Sentence> {
    let rows = signalled(scene.index, scene.knowledge, scene.statements);
    let words = headline(prefix::unprefixed(&scene.index.text_of(*rows.first()?)), 140);
    let n = words::count(rows.len() as u64, "line", "lines");
    let text = format!(
        "Set aside as harmless: npm calls a script failed that got the signal to stop ({n}), such as "
    );
    let rule = "npm's words on the signal, within a second at the same instance";
    Some(derived(Rich::text(text).c(words).t("."), rule, book.rows(&rows)))
}

/// Whether all of it is the end of something that was told to end.
pub(crate) fn is_so(scene: &Scene<'_>, root: &Trouble) -> bool {
    restarted(scene, root).is_some()
}

/// The same as a sentence.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, root: &Trouble) -> Option<Sentence> {
    let row = restarted(scene, root)?;
    let text = "It belongs to a restart by order: the server was told to stop, and was ready again within two minutes.";
    Some(derived(Rich::text(text), "the server's words on its stop and its start", book.rows(&[row])))
}
