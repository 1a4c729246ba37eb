//! Statements that gave up waiting for a lock, and the change of a table that ran meanwhile: takes the findings, gives those of
//! lock time-outs their holder. Where PostgreSQL tells who waits (`log_lock_waits`), it names the process that holds the lock.

use super::causality::Scene;
use super::evidence::{Book, derived, hypothesis};
use super::findings::Told;
use super::statements::time;
use super::words;
use crate::entry::time::{SECOND, duration_words};
use crate::report::model::{Action, Confidence, Rich, State, Why};

/// What databases say of a statement that did not get its lock (PostgreSQL, MySQL, Oracle, SQL Server).
const GAVE_UP: [&str; 6] = [
    "lock timeout",
    "lock wait timeout",
    "locknotavailable",
    "could not obtain lock",
    "ora-00054",
    "lock request time out",
];
/// Statements that keep everybody else out of a table until they end.
const CHANGES: [&str; 11] = [
    "alter table",
    "create index",
    "create unique index",
    "drop index",
    "truncate",
    "vacuum full",
    "reindex",
    "lock table",
    "refresh materialized view",
    "optimize table",
    "rename table",
];
/// Shortest change that is worth a look, and longest time for which a statement waits for its lock (MySQL's default is 50 s).
const SHORTEST_MICROS: u64 = 5_000_000;
const WAIT: i64 = 60 * SECOND;

/// What PostgreSQL says of a statement that took too long, which may be for a lock.
const TOO_LONG: &str = "canceling statement due to statement timeout";
/// How it tells who holds a lock that others wait for (src/backend/storage/lmgr/proc.c, ProcSleep).
const HOLDS: &str = "holding the lock: ";
const WAITS: &str = "still waiting for";

/// A change of a table: its row, its words, when it began and ended.
struct Change {
    row: u32,
    statement: String,
    micros: u64,
    from: i64,
    until: i64,
}

/// Changes of tables whose durations the log states.
fn changes(scene: &Scene<'_>) -> Vec<Change> {
    let change = |row: u32, micros: u64| {
        let text = scene.index.text_of(row);
        let lower = text.to_ascii_lowercase();
        // Words of a statement: behind what a database puts before it, or at the beginning of a line.
        let begins = |at: &usize| {
            let before = lower.get(..*at).unwrap_or("").trim_end_matches([' ', '"', '`', '(']);
            before.is_empty() || before.ends_with([':', ';', '\n', '='])
        };
        let found = CHANGES.iter().flat_map(|words| lower.match_indices(words).map(|(at, _)| at));
        let at = found.filter(begins).min()?;
        let statement = words::headline(text.get(at..)?, 140);
        let until = time(scene.index, row)?.0;
        let nanos = i64::try_from(micros).ok()?.saturating_mul(1000);
        // An index that is made concurrently lets others write.
        (!statement.to_ascii_lowercase().contains("concurrently")).then(|| Change {
            row,
            statement,
            micros,
            from: until.saturating_sub(nanos),
            until,
        })
    };
    let long = scene.index.durations().iter().filter(|side| side.value >= SHORTEST_MICROS);
    long.filter_map(|side| change(side.row, side.value)).collect()
}

/// The processes that are named as holders of a lock, with the entry that names each: of a message the words of its first entry are
/// known, and of no other.
fn holders(scene: &Scene<'_>) -> Vec<(String, u32)> {
    let shapes = (0u32..).zip(scene.index.shapes());
    let named = shapes.filter_map(|(number, shape)| {
        let (_, after) = shape.text().split_once(HOLDS)?;
        let pid: String = after.chars().take_while(char::is_ascii_digit).collect();
        Some((pid, scene.index.first_row(number)?)).filter(|(pid, _)| !pid.is_empty())
    });
    named.collect()
}

/// Names the holder in findings of lock time-outs, and takes out those that only say how long it took.
pub(super) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut Vec<Told>) {
    let holders = holders(scene);
    let gave_up = |t: &Told| {
        let root = t.incident.root.and_then(|root| scene.troubles.get(root));
        let lead = root.and_then(|root| root.lead(scene.statements));
        lead.is_some_and(|lead| {
            let lower = crate::digest::cut(&lead.text, 4_000).to_ascii_lowercase();
            GAVE_UP.iter().any(|words| lower.contains(words))
                || !holders.is_empty() && (lower.contains(TOO_LONG) || lower.contains(WAITS))
        })
    };
    if !told.iter().any(gave_up) {
        return;
    }
    let changes = changes(scene);
    let mut named: Vec<u32> = Vec::new();
    for t in told.iter_mut().filter(|t| gave_up(t)) {
        let during = |change: &&Change| {
            let within = |at: i64| (change.from - SECOND..=change.until + WAIT).contains(&at);
            let n = t.failures.iter().filter(|(at, _)| within(at.0)).count();
            n >= 3 && n * 10 >= t.failures.len() * 9
        };
        // Named while the change ran, by words that are its own.
        let is_holder = |change: &Change| {
            let shape = scene.index.row(change.row)?.shape();
            let text = scene
                .index
                .first_row(shape)
                .filter(|row| *row == change.row)
                .map(|_| scene.index.text_of(change.row))?;
            holders.iter().find(|(pid, row)| {
                let runs =
                    time(scene.index, *row).is_some_and(|at| (change.from..=change.until).contains(&at.0));
                runs && (text.contains(&format!("[{pid}]")) || text.contains(&format!("process {pid} ")))
            })
        };
        let best = changes.iter().filter(during);
        if let Some(change) =
            best.max_by_key(|change| (is_holder(change).is_some(), change.micros, change.row))
        {
            give(scene, book, t, change, is_holder(change));
            named.push(change.row);
        }
    }
    if named.len() > 1 {
        fold_waits(book, told, &gave_up);
    }
    told.retain(|t| {
        t.incident.root.is_some() || t.rows.is_empty() || !t.rows.iter().all(|row| named.contains(row))
    });
}

/// Gives a finding its holder; `named` is the process that PostgreSQL calls so, if it is the one, with the entries that say it.
fn give(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    told: &mut Told,
    change: &Change,
    named: Option<&(String, u32)>,
) {
    let evidence = book.rows(&[change.row]);
    let lasted = duration_words(change.until - change.from);
    let rule = "duration of the statement against the times of the failures";
    let statement = words::brief(&change.statement, 90);
    told.finding.title = Rich::default()
        .c(&statement)
        .t(match named {
            Some(_) => format!(" held a lock for {lasted} that others waited for: "),
            None => format!(" ran for {lasted} while others waited for a lock: "),
        })
        .c(words::brief(&told.words, 110));
    let within = |at: i64| (change.from - SECOND..=change.until + WAIT).contains(&at);
    let n = told.failures.iter().filter(|(at, _)| within(at.0)).count() as u64;
    let all = words::count(told.failures.len() as u64, "failure", "failures");
    let span = words::span(crate::entry::Nanos(change.from), crate::entry::Nanos(change.until));
    let held = Rich::default().c(&statement).t(format!(
        " ran {span} ({lasted}), and {} of the {all} lie in that time, or in the minute after it in which a wait ends. Such a statement keeps others out of its table while it runs.",
        words::number(n)
    ));
    told.finding.cause.insert(0, derived(held.clone(), rule, evidence));
    name(scene, book, told, change, named);
    let now = if told.finding.state == State::Ongoing {
        "See whether it still runs (pg_stat_activity, SHOW PROCESSLIST) and cancel it. "
    } else {
        ""
    };
    told.advice = Some(Action {
        priority: told.priority,
        what: Rich::text(format!(
            "{now}Change tables that are in use in steps that hold no long lock: add the column without a default that has to be computed, fill it in batches, set NOT NULL afterwards, make indexes CONCURRENTLY; let each step give up after a few seconds (SET lock_timeout) and try again; and run what rewrites a table outside of traffic: "
        ))
        .c(&statement)
        .t("."),
        verify: Rich::text("The next migration runs in traffic without a statement that waits for its lock."),
        ..Action::default()
    });
    let why =
        |question: &str, answer| Why { question: Rich::text(question), answer, alternatives: Vec::new() };
    let gave_up = Rich::text("Their statements gave up waiting for a lock: ").c(&told.words).t(".");
    let words = derived(gave_up, "words of the failures", told.finding.evidence);
    told.whys = vec![
        why("What do users notice?", told.finding.impact.clone()),
        why("Why does that happen?", words),
        why("Who held the lock?", derived(held, rule, evidence)),
        why(
            "Why did it run then?",
            hypothesis(Rich::text(
                "The change was made with a release, while the table was in use, and nobody knew that it rewrites the table or waits behind a long transaction. The steps of the release and a run on a copy of the table would confirm or refute it.",
            )),
        ),
    ];
}

/// Tells waits for the same lock with what gave up.
fn fold_waits(book: &mut Book<'_>, told: &mut Vec<Told>, gave_up: &dyn Fn(&Told) -> bool) {
    let waits = |t: &Told| t.words.contains(WAITS) && gave_up(t);
    let waited: Vec<u32> = told.iter().filter(|t| waits(t)).flat_map(|t| t.rows.iter().copied()).collect();
    let host = told.iter_mut().find(|t| gave_up(t) && !waits(t)).filter(|_| !waited.is_empty());
    let Some(host) = host else { return };
    let n = words::count(waited.len() as u64, "statement", "statements");
    let text = Rich::text(format!("{n} waited for a lock for a second or longer, as the database says."));
    host.finding.symptoms.insert(0, derived(text, "messages on waits for locks", book.rows(&waited)));
    told.retain(|t| !waits(t));
}

/// Quotes the change and what the database says of its process, and how sure it is.
fn name(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    told: &mut Told,
    change: &Change,
    named: Option<&(String, u32)>,
) {
    let mut quoted = vec![change.row];
    let (word, reason) = match named {
        Some((pid, row)) => {
            quoted.push(*row);
            let says = format!("PostgreSQL names process {pid}, which ran it, as the holder of the lock.");
            told.finding
                .cause
                .insert(1, derived(Rich::text(says), "its message on waits", book.rows(&[*row])));
            ("certain", "the database names the process that held the lock")
        }
        None => ("likely", "the times agree; which lock it was is not in the log"),
    };
    told.finding.quotes.extend(super::evidence::quotes(scene.index, &quoted, 2));
    told.finding.confidence = Confidence { word: word.to_owned(), reason: Rich::text(reason) };
}
