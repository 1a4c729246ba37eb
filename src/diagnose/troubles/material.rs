//! Whether an incident matters: takes an incident and its root, says whether anybody was hurt by it, or may be.
//!
//! One handled error among a log full of work that succeeds is a remark and no incident. What failed a request, a start, a job or
//! a build is never asked here.

use super::{Kind, Trouble};
use crate::diagnose::causality::{self, Incident, Scene};
use crate::diagnose::knowledge::{Phase, Role};
use crate::diagnose::lifecycle::Episode;
use crate::digest::Row;
use crate::entry::Severity;

/// Times from which on an error that failed nothing is worth work of its own.
const OFTEN: usize = 3;
/// Statements of a database's clients that fail, from which on it is no slip of a hand.
const STATEMENTS: usize = 6;
/// Entries (beside its own) of a log that is long enough to show that the rest works.
const LONG: usize = 200;
/// Answers after an error that show that the rest works.
const ANSWERS: usize = 10;
/// Calm entries after the one error of a short log that show the same.
const CALM: usize = 5;

/// Whether it needs work this week.
pub(crate) fn is_material(scene: &Scene<'_>, incident: &Incident, root: &Trouble) -> bool {
    // A request that was refused once, for what it sent, hurt nobody else.
    let least = if root.occurrences.len() == 1 { 500 } else { 400 };
    let hurt =
        incident.requests.iter().any(|&row| scene.index.request_of(row).is_some_and(|r| r.status >= least));
    if incident.collapse.is_none() && super::acted::is_query_by_hand(scene, root) {
        return false;
    }
    if incident.collapse.is_some() || hurt || root.role != Role::Cause {
        return true;
    }
    let n = root.occurrences.len();
    if asked_of_database(scene, root) {
        return n >= STATEMENTS;
    }
    let is_long = scene.index.rows().len() >= LONG + n;
    let is_rare = if is_long { n < OFTEN && serves_on(scene, root) } else { n == 1 && goes_on(scene, root) };
    let once = n == 1 && root.severity <= Severity::Error && is_harmless_once(scene, root);
    !(is_rare && (root.kind == Kind::Message || once && is_long) || is_set_aside(scene, root) && n < OFTEN)
}

/// Whether an exception, or an error that is known and not urgent by itself, was said once amid work that went on after it. An event
/// that stands for many (`(x240)`) is none of these.
fn is_harmless_once(scene: &Scene<'_>, root: &Trouble) -> bool {
    let known = match root.kind {
        Kind::Exception => true,
        Kind::Signature(number) => {
            scene.knowledge.signatures().get(number).is_some_and(|s| s.priority_otherwise == "P2")
        }
        _ => false,
    };
    let text = root.lead(scene.statements).map_or("", |s| s.text.as_str());
    known && !text.contains(" (x") && works_after(scene, root)
}

/// Whether the service that said it goes on to answer, or to say calm things, after the last time.
fn works_after(scene: &Scene<'_>, root: &Trouble) -> bool {
    let service = |row: u32| {
        scene.index.row(row).and_then(|row| scene.index.source_of(row)).map(|source| source.service.as_ref())
    };
    let Some(row) = root.occurrences.firsts().last().copied() else { return false };
    let mine: Option<&str> = service(row);
    let later = scene.index.requests();
    let later = later.get(later.partition_point(|request| request.row <= row)..).unwrap_or_default();
    let answers = later.iter().filter(|r| (1..400).contains(&r.status) && service(r.row) == mine);
    let calm = || {
        let rows = scene.index.rows().get(row as usize + 1..).unwrap_or_default().iter();
        let said = rows.filter(|later| {
            later.severity() <= Severity::Notice
                && scene.index.source_of(later).map(|source| source.service.as_ref()) == mine
        });
        said.take(LONG / 2).count() == LONG / 2
    };
    answers.take(ANSWERS).count() == ANSWERS || calm()
}

/// Whether the service that said it works on, before and after.
fn serves_on(scene: &Scene<'_>, root: &Trouble) -> bool {
    let service = |row: u32| {
        scene.index.row(row).and_then(|row| scene.index.source_of(row)).map(|source| source.service.as_ref())
    };
    let Some(row) = root.occurrences.firsts().first().copied() else { return false };
    let mine: Option<&str> = service(row);
    let same = |episode: &&Episode| mine == Some(episode.service.as_str());
    let later = scene.index.requests();
    let later = later.get(later.partition_point(|request| request.row <= row)..).unwrap_or_default();
    let answers = later.iter().filter(|r| (1..400).contains(&r.status) && service(r.row) == mine);
    let answers = answers.take(ANSWERS).count();
    let others = scene.episodes.iter().filter(same).map(|episode| episode.entries).sum::<u64>();
    let bad = scene.episodes.iter().filter(same).any(|episode| !episode.bad_exits().is_empty());
    !bad && (answers == ANSWERS || others >= LONG as u64)
}

/// Whether a short log shows that work went on afterwards as before: calm entries follow, and hardly an error in all.
fn goes_on(scene: &Scene<'_>, root: &Trouble) -> bool {
    let index = scene.index;
    let Some(&number) = root.occurrences.firsts().last() else { return false };
    let later = index.rows().get(number as usize + 1..).unwrap_or_default();
    let is_calm = |later: &&Row| later.severity() <= Severity::Notice;
    let errors = index.n_at_least(Severity::Error);
    later.iter().filter(is_calm).count() >= CALM && errors * 10 <= index.rows().len() as u64
}

/// Whether the message was put aside on purpose, where somebody looks at such later: a dead-letter topic or queue.
fn is_set_aside(scene: &Scene<'_>, root: &Trouble) -> bool {
    let text = root.lead(scene.statements).map_or("", |s| s.text.as_str());
    let lower = crate::digest::cut(text.lines().next().unwrap_or(""), 400).to_ascii_lowercase();
    [".dlt", "dead letter", "dead-letter", "deadletter", " dlq", "-dlq", ".dlq"]
        .iter()
        .any(|word| lower.contains(word))
}

/// Whether it is the word of a database on a statement that one of its clients got wrong: the server logs each of them as ERROR
/// (postgresql.org/docs/current/runtime-config-logging.html), and only FATAL and PANIC are about sessions and the server.
fn asked_of_database(scene: &Scene<'_>, root: &Trouble) -> bool {
    let row = root.occurrences.firsts().first().and_then(|&row| scene.index.row(row));
    let of_database = row.and_then(|row| scene.index.source_of(row)).is_some_and(|source| {
        source.resource == "cloudsql_database"
            || source.log.ends_with("postgres.log")
            || source.log.ends_with("postgresql.log")
    });
    let text = root.lead(scene.statements).map_or("", |s| s.text.as_str());
    of_database
        && (text.contains("ERROR:") || text.contains("STATEMENT:"))
        && !["FATAL:", "PANIC:"].iter().any(|level| text.contains(level))
}

/// Whether all of it was said inside builds that ended well: what tests and tools print there failed nothing.
pub(crate) fn of_good_build(scene: &Scene<'_>, incident: &Incident) -> bool {
    if incident.collapse.is_some() || !scene.episodes.iter().any(|e| e.of(Phase::BuildDone).next().is_some())
    {
        return false;
    }
    // What a deploy says of its own result is no output of a tool.
    let root = incident.root.and_then(|root| scene.troubles.get(root));
    let known = root.and_then(|root| causality::relations::signature_id(scene, root));
    if known.is_some_and(|known| known.area == "cloud-run") {
        return false;
    }
    let good = |name: &str, service: &str| {
        scene.episodes.iter().any(|e| {
            e.name == name
                && e.service == service
                && e.of(Phase::BuildDone).next().is_some()
                && e.of(Phase::BuildFailed).next().is_none()
        })
    };
    let troubles = incident.root.iter().chain(&incident.symptoms).filter_map(|&n| scene.troubles.get(n));
    let mut any = false;
    for &row in troubles.flat_map(|trouble| trouble.occurrences.firsts()) {
        let Some(source) = scene.index.row(row).and_then(|row| scene.index.source_of(row)) else {
            return false;
        };
        let name = if source.revision.is_empty() { &source.execution } else { &source.revision };
        let service = if source.service.is_empty() { &source.container } else { &source.service };
        if source.resource != "build" || !good(name, service) {
            return false;
        }
        any = true;
    }
    any
}
