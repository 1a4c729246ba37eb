//! Work that goes on although its caller gave it up: takes a failure of a call that a scheduler or queue makes and tries again, finds what the
//! service that it calls says at the end of its work, as often as it was called. Then each try may have done the work once more.

use crate::diagnose::causality::Scene;
use crate::diagnose::causality::relations::signature_id;
use crate::diagnose::evidence::{Book, derived, hypothesis};
use crate::diagnose::findings::Told;
use crate::diagnose::statements::{self, Statement, time};
use crate::diagnose::troubles::Trouble;
use crate::diagnose::words::{count, headline};
use crate::digest::RequestRow;
use crate::entry::Severity;
use crate::entry::time::{SECOND, duration_words};
use crate::order::Order as _;
use crate::report::model::{Rich, Sentence};

/// The area of knowledge on calls that schedulers and queues make, and words of one that was given up while it ran.
const CALLS: &str = "scheduler-pubsub-tasks";
const GIVEN_UP: [&str; 4] = ["DEADLINE_EXCEEDED", "URL_TIMEOUT", "deadline", "timed out"];
/// Words by which work says that it is at its end.
const ENDS: [&str; 5] = ["finished", "completed", "complete:", "done", "succeeded"];
/// How long before the first failure such work may end, and after the last.
const AROUND: i64 = 900 * SECOND;

/// The rule behind the sentence on answers that nobody waited for.
const RULE: &str =
    "requests that began before their caller gave up, ended well after it, and how long they took";

/// That the work was done all the same, and how often: what the requests of the target show, else what its messages let guess.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, root: &Trouble) -> Option<Sentence> {
    let said = root.lead(scene.statements)?.text.as_str();
    let is_given_up = GIVEN_UP.iter().any(|words| said.contains(words));
    let failures = root.occurrences.firsts();
    if !is_given_up || failures.len() < 2 || signature_id(scene, root).is_none_or(|s| s.area != CALLS) {
        return None;
    }
    if let Some(sentence) = outlasted(scene, book, said, failures) {
        return Some(sentence);
    }
    let at = |row: Option<&u32>| time(scene.index, *row?).map(|at| at.0);
    let (first, last) = (at(failures.first())?, at(failures.last())?);
    let around = first - AROUND..=last + AROUND;
    let ends = scene.statements.iter().filter(|s| is_end(scene, s, said)).filter_map(|s| {
        let rows = s.occurrences.firsts();
        let inside: Vec<u32> =
            rows.iter().copied().filter(|row| at(Some(row)).is_some_and(|at| around.contains(&at))).collect();
        Some((s, inside)).filter(|(_, inside)| inside.len() == failures.len())
    });
    let (end, rows) = ends.min_by(|(a, _), (b, _)| a.text.cmp(&b.text))?;
    let text = Rich::text("The work may have been done all the same, and once more with each try: ")
        .c(headline(statements::prefix::unprefixed(&end.text), 160))
        .t(format!(
            " was said {} around {}.",
            count(rows.len() as u64, "time", "times"),
            count(failures.len() as u64, "call that was given up", "calls that were given up")
        ));
    let text = text.t(" It would speak against it: what is said so is another piece of work.");
    Some(Sentence { evidence: book.rows(&rows), ..hypothesis(text) })
}

/// The service that a URL calls, by the name of its host (`https://SERVICE-HASH-REGION.a.run.app/path`), and the path behind it.
fn target(call: &str) -> Option<(&str, &str)> {
    let url = call.split_once("https://")?.1;
    let url = url.split([' ', ')', '"', '`']).next()?;
    let (host, path) = url.find('/').and_then(|at| url.split_at_checked(at)).unwrap_or((url, "/"));
    Some((host.split('.').next()?, path.split('?').next()?))
}

/// Whether the first part of a host is that of a service: its name, and behind it nothing or what a platform adds.
fn is_host_of(label: &str, service: &str) -> bool {
    let Some(rest) = label.strip_prefix(service) else { return false };
    let added = |part: &str| part.len() <= 2 || part.bytes().any(|b| b.is_ascii_digit()) || part.len() >= 10;
    service.len() >= 3
        && (rest.is_empty() || rest.strip_prefix('-').is_some_and(|rest| rest.split('-').all(added)))
}

/// The requests that the call makes, each of which was at work when its caller gave up and ended well.
fn outlasted(scene: &Scene<'_>, book: &mut Book<'_>, call: &str, failures: &[u32]) -> Option<Sentence> {
    let index = scene.index;
    let (label, path) = target(call)?;
    let is_target = |r: &RequestRow| {
        let source = index.row(r.row).and_then(|row| index.source_of(row));
        source.is_some_and(|source| is_host_of(label, source.service.as_ref()))
            && index.path(r.path).and_then(|path| path.split_once(' ')).is_some_and(|(_, own)| own == path)
    };
    let mine = || index.requests().iter().filter(|r| is_target(r));
    if mine().any(|r| r.status >= 500) {
        return None;
    }
    // When each began, how long it took, and its row.
    let well = mine().filter(|r| (200..300).contains(&r.status));
    let well: Vec<(i64, i64, u32)> = well
        .filter_map(|r| {
            let took = i64::try_from(r.latency()?).ok()?.checked_mul(1000)?;
            Some((time(index, r.row)?.0, took, r.row))
        })
        .collect();
    let mut rows: Vec<u32> = Vec::new();
    let (mut waits, mut took): (Vec<i64>, Vec<i64>) = (Vec::new(), Vec::new());
    for failed in failures.iter().filter_map(|row| time(index, *row)) {
        let at_work =
            |(from, took, _): &&(i64, i64, u32)| *from < failed.0 && failed.0 < from.saturating_add(*took);
        if let Some((from, long, row)) = well.iter().rev().find(at_work) {
            rows.push(*row);
            waits.push(failed.0 - from);
            took.push(*long);
        }
    }
    waits.order();
    took.order();
    let wait = *waits.get(waits.len() / 2)?;
    let spread = waits.last()? - waits.first()?;
    let n = rows.len();
    rows.order();
    rows.dedup();
    if n < 2 || n * 10 < failures.len() * 8 || rows.len() < n || spread.saturating_mul(10) > wait {
        return None;
    }
    let text = Rich::text(format!(
        "The work takes longer than its caller waits: {} of {} were still at work when the caller gave up after {}, went on, and ended well, {} to {} after they had begun. So each try did the work once more.",
        rows.len(),
        count(failures.len() as u64, "call", "calls"),
        duration_words(wait),
        duration_words(*took.first()?),
        duration_words(*took.last()?),
    ));
    Some(derived(text, RULE, book.rows(&rows)))
}

/// What to do where the work outlasts its caller.
pub(crate) fn step(told: &Told) -> Option<Rich> {
    told.finding.cause.iter().any(|sentence| sentence.rule == RULE).then(|| {
        Rich::text(
            "Give the caller a deadline that is longer than the work takes, or answer at once and work on in a task; and let a second run of the same work see that the first one did it or still does (a lock, a record of what is done), so that it does nothing.",
        )
    })
}

/// Whether a calm statement tells of the end of work of a service that the words of a call name.
fn is_end(scene: &Scene<'_>, statement: &Statement, call: &str) -> bool {
    let source = statement.occurrences.first().and_then(|o| scene.index.row(o.first()));
    let source = source.and_then(|row| scene.index.source_of(row));
    let lower = crate::digest::cut(&statement.text, 200).to_ascii_lowercase();
    statement.severity <= Severity::Notice
        && !statement.audit
        && ENDS.iter().any(|word| lower.contains(word))
        && source.is_some_and(|source| source.service.len() >= 3 && call.contains(source.service.as_ref()))
}
