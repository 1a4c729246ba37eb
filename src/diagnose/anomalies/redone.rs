//! Work that goes on although its caller gave it up: takes a failure of a call that a scheduler or queue makes and tries again, finds what the
//! service that it calls says at the end of its work, as often as it was called. Then each try may have done the work once more.

use crate::diagnose::causality::Scene;
use crate::diagnose::causality::relations::signature_id;
use crate::diagnose::evidence::{Book, hypothesis};
use crate::diagnose::statements::{self, Statement, time};
use crate::diagnose::troubles::Trouble;
use crate::diagnose::words::{count, headline};
use crate::entry::Severity;
use crate::entry::time::SECOND;
use crate::report::model::{Rich, Sentence};

/// The area of knowledge on calls that schedulers and queues make, and words of one that was given up while it ran.
const CALLS: &str = "scheduler-pubsub-tasks";
const GIVEN_UP: [&str; 4] = ["DEADLINE_EXCEEDED", "URL_TIMEOUT", "deadline", "timed out"];
/// Words by which work says that it is at its end.
const ENDS: [&str; 5] = ["finished", "completed", "complete:", "done", "succeeded"];
/// How long before the first failure such work may end, and after the last.
const AROUND: i64 = 900 * SECOND;

/// That the work was done all the same, and how often.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, root: &Trouble) -> Option<Sentence> {
    let said = root.lead(scene.statements)?.text.as_str();
    let is_given_up = GIVEN_UP.iter().any(|words| said.contains(words));
    let failures = root.occurrences.firsts();
    if !is_given_up || failures.len() < 2 || signature_id(scene, root).is_none_or(|s| s.area != CALLS) {
        return None;
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
