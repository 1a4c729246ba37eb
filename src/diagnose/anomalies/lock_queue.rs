//! A change of a table that waits for a lock itself, with everything that asks for the table behind it: takes the finding of those that gave
//! up, gives it the session at the head of the queue, what the log has of it, and how the wait ended.

use super::locked::{Change, Holder, whys};
use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived, observed, quotes};
use crate::diagnose::findings::told::Told;
use crate::diagnose::statements::prefix::unprefixed;
use crate::diagnose::statements::time;
use crate::diagnose::words;
use crate::entry::time::duration_words;
use crate::report::model::{Action, Confidence, Rich, Sentence, State};

/// Entries of the session that are told.
const TOLD: usize = 2;
/// The rule behind the main sentence.
const RULE: &str = "the database's words on who waits for whom";
/// What PostgreSQL says of a session that is over, and of one that begins.
const OVER: [&str; 1] = ["disconnection: session time"];
const BEGUN: [&str; 1] = ["connection received:"];
/// What it says of a process of its own that has a lock.
const OWN_WORK: [&str; 3] = ["autovacuum", "automatic vacuum", "automatic analyze"];

/// What the log has of a process: entries whose own words are known, of the server that names it, that bear its number as
/// `log_line_prefix` puts it (`[%p]`), since the number was given to it.
struct Session {
    pid: String,
    rows: Vec<u32>,
    /// `analyst`, `DBeaver`: user and application.
    who: Vec<String>,
}

impl Session {
    fn of(scene: &Scene<'_>, holder: &Holder) -> Option<Session> {
        let (index, pid) = (scene.index, holder.pids.first()?);
        let mark = format!("[{pid}]");
        let source = index.row(holder.row)?.source();
        let is_its = |row: &u32| index.row(*row).is_some_and(|row| row.source() == source);
        let shapes = (0u32..).zip(index.shapes());
        let own = shapes.filter(|(_, shape)| shape.text().contains(&mark));
        let mut rows: Vec<u32> = own.filter_map(|(n, _)| index.first_row(n)).filter(is_its).collect();
        rows.sort_unstable();
        let says = |row: &u32, words: &[&str]| {
            let text = index.text_of(*row);
            words.iter().any(|words| text.contains(words))
        };
        // Numbers of processes are used again.
        let last =
            |words: &[&str]| rows.iter().rev().copied().find(|row| *row < holder.row && says(row, words));
        let since = last(&OVER).map_or(0, |over| over + 1).max(last(&BEGUN).unwrap_or(0));
        rows.retain(|row| *row >= since);
        if rows.iter().any(|row| says(row, &OWN_WORK)) {
            return None;
        }
        let text = rows.first().map_or(String::new(), |row| index.text_of(*row).into_owned());
        let field = |key: &str| {
            let value = text.split_once(key)?.1.split([',', ')', '\n']).next()?.trim();
            (!value.is_empty() && !value.starts_with('[')).then(|| words::brief(value, 60))
        };
        let who = ["user=", "app="].into_iter().filter_map(field).collect();
        Some(Session { pid: pid.clone(), rows, who })
    }

    /// `process 3977 (analyst, DBeaver)`, behind these words.
    fn named(&self, words: &str) -> Rich {
        let mut text = Rich::text(format!("{words} {}", self.pid));
        for (at, who) in self.who.iter().enumerate() {
            text = text.t(if at == 0 { " (" } else { ", " }).c(who);
        }
        if self.who.is_empty() { text } else { text.t(")") }
    }
}

/// When the change got its lock, as far as the database says so of one of its waits.
fn acquired(scene: &Scene<'_>, change: &Change) -> Option<i64> {
    let index = scene.index;
    let text = index.text_of(change.row);
    let shapes = (0u32..).zip(index.shapes()).filter(|(_, shape)| shape.text().contains(" acquired "));
    let rows = shapes.filter_map(|(n, _)| index.first_row(n));
    let at =
        |row: u32| time(index, row).map(|at| at.0).filter(|at| (change.from..=change.until).contains(at));
    let is_its = |row: &u32| {
        let said = index.text_of(*row);
        let pid = said.split_once("process ").and_then(|(_, rest)| rest.split(' ').next()).unwrap_or("");
        !pid.is_empty() && text.contains(&format!("[{pid}]"))
    };
    rows.filter(is_its).filter_map(at).max()
}

/// Gives a finding the session that a change waited for; `holder` names it. Nothing where the change had the lock itself for most of its
/// time, or the server's own work is in its way.
pub(crate) fn give(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    told: &mut Told,
    change: &Change,
    holder: &Holder,
) -> Option<()> {
    let got = acquired(scene, change);
    if got.is_some_and(|got| change.until - got > got - change.from) {
        return None;
    }
    let session = Session::of(scene, holder)?;
    let lasted = duration_words(got.unwrap_or(change.until) - change.from);
    let statement = words::brief(&change.statement, 90);
    let mut title = session.named("Process").t(" held a lock that ").c(&statement).t(" waited for");
    // Without a word on when it came, the change may have run for a part of that time.
    title = if got.is_some() { title.t(format!(" ({lasted}), and")) } else { title.t(", and") };
    told.finding.title = title.t(" what came behind it: ").c(words::brief(&told.words, 110));
    let mut held = session.named("PostgreSQL names process");
    held = match holder.pids.len() {
        0 | 1 => held.t(" as the holder of the lock that "),
        n => held.t(format!(
            " and {} as holders of the lock that ",
            words::count(n as u64 - 1, "other", "others")
        )),
    };
    let held = held.c(&statement).t(format!(
        " waits for. The change was at it {}: whoever asks for the table meanwhile queues behind the change.",
        change.against(told)
    ));
    let proof = book.rows(&[holder.row, change.row]);
    told.finding.cause.insert(0, derived(held.clone(), RULE, proof));
    let said = said(scene, book, &session, change);
    for (at, sentence) in (1..).zip(said) {
        told.finding.cause.insert(at, sentence);
    }
    let mut quoted: Vec<u32> = session.rows.iter().take(TOLD).copied().collect();
    quoted.extend([holder.row, change.row]);
    told.finding.quotes.splice(0..0, quotes(scene.index, &quoted, quoted.len()));
    told.finding.confidence = Confidence {
        word: "certain".to_owned(),
        reason: Rich::text("the database names the process that held the lock"),
    };
    told.advice = Some(advice(told, holder, &statement));
    let guess = "A transaction was left open: it keeps its locks until it ends, although it does nothing. `pg_stat_activity` shows such a session as `idle in transaction`. It would speak against it: the session was at work all the time.";
    told.whys = whys(told, derived(held, RULE, proof), ["Why was it held for so long?", guess]);
    Some(())
}

/// What the session said before the change came, and by what it ended.
fn said(scene: &Scene<'_>, book: &mut Book<'_>, session: &Session, change: &Change) -> Vec<Sentence> {
    let at = |row: u32| time(scene.index, row);
    let is_in =
        |row: &&u32, from: i64, until: i64| at(**row).is_some_and(|at| (from..=until).contains(&at.0));
    let before: Vec<u32> =
        session.rows.iter().filter(|row| is_in(row, i64::MIN, change.from - 1)).copied().collect();
    let last = before.get(before.len().saturating_sub(TOLD)..).unwrap_or_default();
    let mut sentences = Vec::new();
    if !last.is_empty() {
        let mut text = Rich::text("Before that the log has of this process: ");
        for (n, &row) in last.iter().enumerate() {
            let clock = at(row).map_or(String::new(), |at| format!(" ({} UTC)", at.clock()));
            text = text.t(if n == 0 { "" } else { ", " });
            text = text.c(words::headline(told_by_server(&scene.index.text_of(row)), 120)).t(clock);
        }
        sentences.push(observed(text.t("."), book.rows(last)));
    }
    let says = |row: &&u32, words: &[&str]| {
        let text = scene.index.text_of(**row);
        words.iter().any(|words| text.contains(words))
    };
    let meanwhile = || session.rows.iter().filter(|row| is_in(row, change.from, change.until));
    let is_over =
        meanwhile().any(|row| says(&row, &["statement: COMMIT", "statement: ROLLBACK", "statement: END"]));
    let mut ends = meanwhile().filter(|row| says(row, &["terminating connection"]));
    if let Some(&end) = ends.next().filter(|_| !is_over) {
        let clock = at(end).map_or(String::new(), crate::entry::Nanos::clock);
        let text = Rich::text(format!("At {clock} UTC it was ended, and the change got through: "));
        let text = text.c(words::headline(told_by_server(&scene.index.text_of(end)), 120)).t(".");
        sentences.push(derived(text, RULE, book.rows(&[end, change.row])));
    }
    sentences
}

/// The words behind PostgreSQL's own level, which stands behind whatever `log_line_prefix` puts there.
fn told_by_server(text: &str) -> &str {
    let behind = |level: &&str| text.split_once(*level).map(|(_, after)| after.trim_start());
    ["LOG:  ", "FATAL:  ", "ERROR:  "].iter().find_map(behind).unwrap_or_else(|| unprefixed(text))
}

fn advice(told: &Told, holder: &Holder, statement: &str) -> Action {
    let end = |pid: &String| format!("SELECT pg_terminate_backend({pid});");
    let now = if told.finding.state == State::Ongoing {
        let ends: Vec<String> = holder.pids.iter().map(end).collect();
        format!("End what holds the lock: `{}`. ", ends.join(" "))
    } else {
        String::new()
    };
    let what = Rich::text(format!(
        "{now}Let no session stand idle in a transaction (`ALTER ROLE … SET idle_in_transaction_session_timeout`, least for people and their tools), and let a migration give up after a few seconds (`SET lock_timeout`) and try again, outside of traffic: "
    ))
    .c(statement)
    .t(". Alert on sessions that wait for others (`pg_blocking_pids`).");
    Action {
        priority: told.priority,
        what,
        verify: Rich::text("The next migration runs in traffic without a statement that waits behind it."),
        ..Action::default()
    }
}
