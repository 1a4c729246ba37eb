//! Statements that gave up waiting for a lock, and the change of a table that ran meanwhile: takes the findings, gives those of
//! lock time-outs their holder. Where PostgreSQL tells who waits (`log_lock_waits`), it names the process that holds the lock.

use crate::diagnose::causality::{self, Scene};
use crate::diagnose::evidence::{self, Book, derived, hypothesis};
use crate::diagnose::findings::Told;
use crate::diagnose::statements::time;
use crate::diagnose::words;
use crate::entry::time::{SECOND, duration_words};
use crate::order::Order as _;
use crate::report::model::{Action, Confidence, Rich, Sentence, State, Why};

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
const QUEUE: &str = "Wait queue: ";
const WAITS: &str = "still waiting for";

/// A change of a table: its row, its words, when it began and ended.
pub(crate) struct Change {
    pub(crate) row: u32,
    pub(crate) statement: String,
    micros: u64,
    pub(crate) from: i64,
    pub(crate) until: i64,
}

impl Change {
    /// Whether something lies in its time, or in the minute after it in which a wait ends.
    fn is_in(&self, at: i64) -> bool {
        (self.from - SECOND..=self.until + WAIT).contains(&at)
    }

    /// How many failures of a finding do.
    fn covers(&self, told: &Told) -> usize {
        told.failures.iter().filter(|(at, _)| self.is_in(at.0)).count()
    }

    /// Whether all do.
    fn covers_all(&self, told: &Told) -> bool {
        !told.failures.is_empty() && self.covers(told) == told.failures.len()
    }

    /// `2026-06-01 00:03:19 to 00:06:41 UTC (3 min 21 s), and 8 of the 8 failures lie in that time …`.
    pub(crate) fn against(&self, told: &Told) -> String {
        let span = words::span(crate::entry::Nanos(self.from), crate::entry::Nanos(self.until));
        let all = words::count(told.failures.len() as u64, "failure", "failures");
        format!(
            "{span} ({}), and {} of the {all} lie in that time, or in the minute after it in which a wait ends",
            duration_words(self.until - self.from),
            words::number(self.covers(told) as u64)
        )
    }
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

/// Processes that are named as the holders of a lock.
pub(crate) struct Holder {
    pub(crate) pids: Vec<String>,
    /// The entry that names them.
    pub(crate) row: u32,
    /// The processes that wait for it, the first one first.
    waits: Vec<String>,
}

/// The processes that are named as holders of a lock, with the entry that names each: of a message the words of its first entry are
/// known, and of no other.
fn holders(scene: &Scene<'_>) -> Vec<Holder> {
    let numbers = |text: &str| -> Vec<String> {
        let end = text.find('.').unwrap_or(text.len());
        let list = text.get(..end).unwrap_or("").split(", ");
        list.map(str::trim).filter(|pid| pid.parse::<u32>().is_ok()).map(str::to_owned).collect()
    };
    let shapes = (0u32..).zip(scene.index.shapes());
    let named = shapes.filter_map(|(n, shape)| {
        let (_, after) = shape.text().split_once(HOLDS)?;
        let waits = after.split_once(QUEUE).map_or(Vec::new(), |(_, queue)| numbers(queue));
        let (pids, row) = (numbers(after), scene.index.first_row(n)?);
        Some(Holder { pids, row, waits }).filter(|holder| !holder.pids.is_empty())
    });
    named.collect()
}

/// Names the holder in findings of lock time-outs, and takes out those that only say how long it took.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut Vec<Told>) {
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
    // The finding that stays and its change: one that only tells of waits gives way.
    let mut host: Option<(usize, bool, &Change)> = None;
    for (n, t) in told.iter_mut().enumerate().filter(|(_, t)| gave_up(t)) {
        let during = |change: &&Change| {
            let n = change.covers(t);
            n >= 3 && n * 10 >= t.failures.len() * 9
        };
        let holds = |change: &Change| named_meanwhile(scene, &holders, change, |holder| &holder.pids);
        let waits_for = |change: &Change| {
            let holder = named_meanwhile(scene, &holders, change, |holder| &holder.waits);
            holder.filter(|_| holds(change).is_none())
        };
        let best = changes.iter().filter(during);
        let is_named = |change: &Change| holds(change).is_some() || waits_for(change).is_some();
        if let Some(change) = best.max_by_key(|change| (is_named(change), change.micros, change.row)) {
            let told = waits_for(change)
                .is_some_and(|holder| super::lock_queue::give(scene, book, t, change, holder).is_some());
            if !told {
                give(scene, book, t, change, holds(change));
            }
            named.push(change.row);
            let waits = t.words.contains(WAITS);
            if host.is_none_or(|(_, only_waits, _)| only_waits && !waits) {
                host = Some((n, waits, change));
            }
        }
    }
    if let Some((host, _, change)) = host {
        fold(scene, book, told, host, change);
    }
    told.retain(|t| {
        t.incident.root.is_some() || t.rows.is_empty() || !t.rows.iter().all(|row| named.contains(row))
    });
}

/// The entry that names the process of a change, by words that are the change's own, while it ran.
fn named_meanwhile<'h>(
    scene: &Scene<'_>,
    holders: &'h [Holder],
    change: &Change,
    processes: impl Fn(&Holder) -> &Vec<String>,
) -> Option<&'h Holder> {
    let shape = scene.index.row(change.row)?.shape();
    scene.index.first_row(shape).filter(|row| *row == change.row)?;
    let text = scene.index.text_of(change.row);
    holders.iter().find(|holder| {
        let runs =
            time(scene.index, holder.row).is_some_and(|at| (change.from..=change.until).contains(&at.0));
        let is_its =
            |pid: &String| text.contains(&format!("[{pid}]")) || text.contains(&format!("process {pid} "));
        runs && scene.service(holder.row) == scene.service(change.row) && processes(holder).iter().any(is_its)
    })
}

/// Signatures of a server that has no connection left, and of a program that has none left of its own.
const FULL: [&str; 2] = ["pg-too-many-connections", "mysql-too-many-connections"];
const USED_UP: &str = "db-pool-exhausted";

/// The services that said rows.
fn distinct<'s>(scene: &Scene<'s>, rows: &[u32]) -> Vec<Option<&'s str>> {
    let mut services: Vec<Option<&str>> = rows.iter().map(|row| scene.service(*row)).collect();
    services.order();
    services.dedup();
    services
}

/// What a finding tells that follows from the wait, behind its count: connections that the server of a change refused while others waited,
/// or for which a service that waits itself waited in vain, and nothing more.
fn refused(scene: &Scene<'_>, t: &Told, host: &Told, change: &Change) -> Option<[&'static str; 3]> {
    let root = t.incident.root.and_then(|root| scene.troubles.get(root))?;
    let known = causality::relations::signature_id(scene, root)?;
    let (told, by) = if FULL.contains(&known.id.as_str()) {
        let text = "refused meanwhile, since all were taken: a statement that waits keeps its connection. ";
        (["new connection was", "new connections were", text], vec![scene.service(change.row)])
    } else if known.id == USED_UP {
        let text =
            "for a connection in vain meanwhile: a statement that waits keeps its connection from its pool. ";
        (["caller waited", "callers waited", text], distinct(scene, &host.rows))
    } else {
        return None;
    };
    let is_so = t.incident.collapse.is_none()
        // What ends a process, or goes on although the wait is over, is more than a consequence.
        && t.priority >= host.priority
        && (t.finding.state != State::Ongoing || host.finding.state == State::Ongoing)
        && t.failures.iter().any(|(_, row)| by.contains(&scene.service(*row)))
        && change.covers_all(t);
    is_so.then_some(told)
}

/// Tells with the finding that has the change what only follows from the wait: other waits for the lock, and connections that were not to be
/// had, since a statement that waits keeps its own.
fn fold(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut Vec<Told>, number: usize, change: &Change) {
    let Some(host) = told.get(number) else { return };
    let server = scene.service(change.row);
    let is_wait = |t: &Told| {
        t.words.contains(WAITS)
            && change.covers_all(t)
            && t.failures.iter().any(|(_, row)| scene.service(*row) == server)
    };
    let refused: Vec<_> = told.iter().map(|t| refused(scene, t, host, change)).collect();
    let waits: Vec<bool> = told.iter().map(|t| !is_wait(host) && is_wait(t)).collect();
    let (mut waited, mut symptoms) = (Vec::new(), Vec::new());
    for ((t, is_wait), refused) in told.iter_mut().zip(&waits).zip(&refused) {
        if *is_wait {
            waited.append(&mut t.rows);
        }
        if let Some([one, many, text]) = refused {
            let n = words::count(t.failures.len() as u64, one, many);
            let text = Rich::text(format!("{n} {text}")).c(words::brief(&t.words, 140)).t(".");
            symptoms.push(derived(text, "times of the refusals against the wait", book.rows(&t.rows)));
            symptoms.append(&mut t.finding.symptoms);
        }
    }
    let Some(host) = told.get_mut(number) else { return };
    if !waited.is_empty() {
        let n = words::count(waited.len() as u64, "statement", "statements");
        let text = Rich::text(format!("{n} waited for a lock for a second or longer, as the database says."));
        host.finding.symptoms.insert(0, derived(text, "messages on waits for locks", book.rows(&waited)));
    }
    host.finding.symptoms.append(&mut symptoms);
    let mut gone = waits.into_iter().zip(refused).map(|(wait, refused)| wait || refused.is_some());
    told.retain(|_| !gone.next().unwrap_or(false));
}

/// Gives a finding its holder; `named` is the process that PostgreSQL calls so, if it is the one, with the entries that say it.
fn give(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut Told, change: &Change, named: Option<&Holder>) {
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
    let held = Rich::default().c(&statement).t(format!(
        " ran {}. Such a statement keeps others out of its table while it runs.",
        change.against(told)
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
    let guess = "The change was made with a release, while the table was in use, and nobody knew that it rewrites the table or waits behind a long transaction. The steps of the release and a run on a copy of the table would confirm or refute it.";
    told.whys = whys(told, derived(held, rule, evidence), ["Why did it run then?", guess]);
}

/// The whys of what gave up: up to who held the lock, and a guess at why.
pub(crate) fn whys(told: &Told, held: Sentence, guess: [&str; 2]) -> Vec<Why> {
    whys_of(told, ["Their statements gave up waiting for a lock: ", "Who held the lock?"], held, guess)
}

/// The whys of a finding whose words say what failed: behind this text, the question that the sentence answers, and a guess.
pub(crate) fn whys_of(
    told: &Told,
    [said, asks]: [&str; 2],
    held: Sentence,
    [question, guess]: [&str; 2],
) -> Vec<Why> {
    let why =
        |question: &str, answer| Why { question: Rich::text(question), answer, alternatives: Vec::new() };
    let said = Rich::text(said).c(&told.words).t(".");
    vec![
        why("What do users notice?", told.finding.impact.clone()),
        why("Why does that happen?", derived(said, "words of the failures", told.finding.evidence)),
        why(asks, held),
        why(question, hypothesis(Rich::text(guess))),
    ]
}

/// Quotes the change and what the database says of its process, and how sure it is.
fn name(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut Told, change: &Change, named: Option<&Holder>) {
    let mut quoted = vec![change.row];
    let (word, reason) = match named {
        Some(Holder { pids, row, .. }) => {
            quoted.push(*row);
            let says = match pids.as_slice() {
                [pid] => {
                    format!("PostgreSQL names process {pid}, which ran it, as the holder of the lock.")
                }
                _ => format!(
                    "PostgreSQL names its process among the holders of the lock: {}.",
                    pids.join(", ")
                ),
            };
            told.finding
                .cause
                .insert(1, derived(Rich::text(says), "its message on waits", book.rows(&[*row])));
            ("certain", "the database names the process that held the lock")
        }
        None => ("likely", "the times agree; which lock it was is not in the log"),
    };
    told.finding.quotes.extend(evidence::quotes(scene.index, &quoted, 2));
    told.finding.confidence = Confidence { word: word.to_owned(), reason: Rich::text(reason) };
}
