//! Slow statements of a database in the time in which requests became slow: one finding, in which the statements tell why the
//! requests waited.

use super::shift::RULE;
use super::slow::is_statements;
use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived, quotes};
use crate::diagnose::findings::Told;
use crate::diagnose::statements::time;
use crate::diagnose::words;
use crate::entry::Nanos;
use crate::entry::time::SECOND;
use crate::report::model::{Rich, Sentence, Why};

/// The rule behind the sentence on statements, and that on their plans.
const SLOW: &str = "durations of statements that the log states, in the slow stretch";
const PLAN: &str = "plans of slow statements that the log prints";
/// A statement is logged when it is over, a request has the time of its beginning.
const LATE: i64 = 60 * SECOND;
/// Cost of reading a table from which on it is no small one.
const COSTLY: u64 = 10_000;
/// Texts of slow statements that are looked at for a plan.
const LOOKED_AT: usize = 200;

/// Tells slow statements where requests became slow in the same time, and takes their own finding away.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut Vec<Told>) {
    let is_shift = |t: &Told| t.finding.cause.first().is_some_and(|sentence| sentence.rule == RULE);
    let Some(at) = told.iter().position(|t| is_statements(&t.finding)) else { return };
    let statements = told.remove(at);
    let host = told.iter_mut().find(|t| is_shift(t) && is_within(scene, t, &statements));
    match host {
        Some(host) => add(scene, book, host, &statements),
        None => told.insert(at, statements),
    }
}

/// Whether nearly all of the statements are of the time in which the requests were slow.
fn is_within(scene: &Scene<'_>, host: &Told, statements: &Told) -> bool {
    let span = host.finding.first.zip(host.finding.last);
    let within = statements.rows.iter().filter(|row| is_in(scene, span, **row));
    within.count() * 10 >= statements.rows.len() * 9
}

fn is_in(scene: &Scene<'_>, span: Option<(Nanos, Nanos)>, row: u32) -> bool {
    let at = time(scene.index, row).zip(span);
    at.is_some_and(|(at, (from, until))| (from.0..=until.0.saturating_add(LATE)).contains(&at.0))
}

fn add(scene: &Scene<'_>, book: &mut Book<'_>, host: &mut Told, statements: &Told) {
    let finding = &mut host.finding;
    let span = finding.first.zip(finding.last);
    let rows: Vec<u32> = statements.rows.iter().copied().filter(|row| is_in(scene, span, *row)).collect();
    let n = words::count(rows.len() as u64, "statement", "statements");
    let text = Rich::text(format!("In that time {n} of the database took a second or more, most of all "))
        .c(&statements.words)
        .t(".");
    let slow = derived(text, SLOW, book.rows(&rows));
    let plan = plan(scene, book, &rows);
    let at = finding.cause.iter().take_while(|sentence| sentence.rule == RULE).count();
    let found: Vec<Sentence> = std::iter::once(slow.clone()).chain(plan.clone()).collect();
    finding.cause.splice(at..at, found);
    finding.quotes.extend(statements.finding.quotes.iter().take(2).cloned());
    let question = Rich::text("What did those requests wait for?");
    let why = Why { question, answer: slow, alternatives: plan.clone().into_iter().collect() };
    let last = host.whys.len().saturating_sub(1);
    host.whys.insert(last, why);
    if let Some(advice) = &mut host.advice {
        let step = Rich::text("Look at the plan of ").c(&statements.words).t(
            " (EXPLAIN): where it reads a whole table, create the index that it needs, or restore the one that a change took away.",
        );
        advice.steps.insert(0, step);
    }
}

/// A plan that reads a whole table, as auto_explain prints it.
fn plan(scene: &Scene<'_>, book: &mut Book<'_>, rows: &[u32]) -> Option<Sentence> {
    let line = |row: &u32| {
        let text = scene.index.text_of(*row);
        let line =
            text.lines().filter(|line| line.contains("Seq Scan on ")).find(|line| cost(line) >= COSTLY)?;
        let line = line.trim().trim_start_matches("->").trim();
        Some((*row, line.split("  (").next().unwrap_or(line).to_owned()))
    };
    let (row, line) = rows.iter().take(LOOKED_AT).find_map(line)?;
    let text = Rich::text("A plan among them reads a whole table: ");
    let text = text.c(words::brief(&line, 120)).t(".");
    let quoted = quotes(scene.index, &[row], 1).iter().map(|quote| quote.row).collect::<Vec<_>>();
    Some(derived(text, PLAN, book.rows(if quoted.is_empty() { rows } else { &quoted })))
}

/// What a node of a plan costs in all: the second number of `(cost=0.00..411882.52 rows=464 width=84)`.
fn cost(line: &str) -> u64 {
    let total =
        line.split_once("cost=").and_then(|(_, after)| after.split_once("..")).map(|(_, total)| total);
    let end = total.and_then(|total| total.find(|c: char| !c.is_ascii_digit()));
    total.zip(end).and_then(|(total, end)| total.get(..end)?.parse().ok()).unwrap_or(0)
}
