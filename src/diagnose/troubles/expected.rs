//! Failures that a program itself says are meant to be, or expects: takes a trouble, tells checks that force a failure, drills, and errors
//! that are answered as the client's fault from the start of the log on.

use super::Trouble;
use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::statements::time;
use crate::diagnose::words::headline;
use crate::digest::Row;
use crate::entry::Severity;
use crate::report::model::{Rich, Sentence};

/// Words by which a message says of itself that it was meant to be: a check that forces a failure, a drill.
const STAGED: [&str; 4] = ["synthetic check", "synthetic test", "forced failure", "result=pass"];
/// The same of a drill, however loud it is.
const DRILL: [&str; 2] = ["[drill", "this is a drill"];

/// The words by which all of it says that it was meant to be, with a row.
fn staged(scene: &Scene<'_>, root: &Trouble) -> Option<(u32, String)> {
    let said = |number: &usize| {
        let statement = scene.statements.get(*number)?;
        let words = headline(&statement.text, 300);
        let lower = words.to_ascii_lowercase();
        let is_staged =
            statement.severity <= Severity::Error && STAGED.iter().any(|mark| lower.contains(mark));
        let is_drill = DRILL.iter().any(|mark| lower.contains(mark));
        (is_staged || is_drill).then_some((statement.occurrences.first()?.first(), words))
    };
    let found: Option<Vec<(u32, String)>> = root.statements.iter().map(said).collect();
    found?.into_iter().next()
}

/// Words by which a program says what it answers, and fields by which it says that it expects what it logs.
const ANSWERS: [&str; 7] = ["return", "respond", "answer", "reply", "replied", "sending", "mapped to"];
const EXPECTED: [&str; 1] = ["expected"];
/// Words of faults in the program itself, whatever they are answered with.
const FAULTS: [&str; 12] = [
    "unhandled",
    "uncaught",
    "typeerror",
    "referenceerror",
    "nullpointer",
    "null reference",
    "keyerror",
    "attributeerror",
    "indexerror",
    "nameerror",
    "panic",
    "cannot read propert",
];
/// Statuses by which a service answers what a client asked in vain; not those by which it keeps clients out.
const REFUSALS: [&str; 6] = ["400", "404", "409", "410", "412", "422"];
/// What is so from the start begins in this part (per cent) of the log.
const FROM_START: i64 = 15;

/// The words by which a program says that it answers with a status of the client's fault, or marks what it logs as expected.
fn answered(scene: &Scene<'_>, root: &Trouble) -> Option<(u32, String)> {
    if root.severity > Severity::Warning {
        return None;
    }
    // What began within the log may be a fault of the last change, whatever it is answered with.
    let index = scene.index;
    let begin = index.rows().iter().find_map(Row::time)?;
    let end = index.rows().iter().rev().find_map(Row::time)?;
    let first = time(index, *root.occurrences.firsts().first()?)?;
    let is_old = (first.0 - begin.0) / FROM_START <= (end.0 - begin.0) / 100;
    let is_fault = |text: &str| {
        let lower = crate::digest::cut(text, 600).to_ascii_lowercase();
        FAULTS.iter().any(|word| lower.contains(word))
    };
    let says = |text: &str| {
        let lower = headline(text, 300).to_ascii_lowercase();
        ANSWERS.iter().any(|word| {
            let after = lower.split_once(word).map(|(_, after)| crate::digest::cut(after, 40));
            after.is_some_and(|after| {
                after.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| REFUSALS.contains(&word))
            })
        })
    };
    let marks = |line: &str| {
        super::beside::pairs(line).into_iter().any(|(key, value)| EXPECTED.contains(&key) && value == "true")
    };
    let said = |number: &usize| {
        let statement = scene.statements.get(*number)?;
        let row = statement.occurrences.first()?.first();
        let shape = scene.index.row(row).and_then(|row| scene.index.shape(row.shape()))?;
        let fields = shape.fields();
        let is_marked = !fields.is_empty() && fields.iter().all(|(_, line)| marks(line));
        (is_old && !is_fault(&statement.text) && (says(&statement.text) || is_marked))
            .then(|| (row, headline(&statement.text, 160)))
    };
    let found: Option<Vec<(u32, String)>> = root.statements.iter().map(said).collect();
    found?.into_iter().next()
}

/// Whether all of it is one of these.
pub(super) fn is_so(scene: &Scene<'_>, root: &Trouble) -> bool {
    staged(scene, root).is_some() || answered(scene, root).is_some()
}

/// The same as a sentence.
pub(super) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, root: &Trouble) -> Option<Sentence> {
    if let Some((row, words)) = staged(scene, root) {
        let text = Rich::text("It says of itself that it was meant to be: ").c(words).t(".");
        return Some(derived(text, "words of the message", book.rows(&[row])));
    }
    let (row, words) = answered(scene, root)?;
    let text = Rich::text("The program expects it, and answers whoever asked: ").c(words).t(".");
    Some(derived(text, "words of the message, and fields beside it", book.rows(&[row])))
}
