//! Failures that a program itself says are meant to be, or expects: takes a trouble, tells checks that force a failure, drills, and errors
//! that are answered as the client's fault from the start of the log on.

use super::Trouble;
use crate::diagnose::causality::{self, Scene};
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::measures::spans;
use crate::diagnose::statements::time;
use crate::diagnose::words::headline;
use crate::digest::{Row, Shape};
use crate::entry::Severity;
use crate::entry::time::SECOND;
use crate::order::Order as _;
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
/// Lines of fields that are enough to call a value the same in all.
const ENOUGH: usize = 3;
/// What is so from the start begins in this part (per cent) of the log.
const FROM_START: i64 = 15;

/// Whether it is so from the start of the log on: what began within it may be a fault of the last change, whatever it is answered with.
fn is_from_start(scene: &Scene<'_>, root: &Trouble) -> Option<bool> {
    let index = scene.index;
    let begin = index.rows().iter().find_map(Row::time)?;
    let end = index.rows().iter().rev().find_map(Row::time)?;
    let first = time(index, *root.occurrences.firsts().first()?)?;
    Some((first.0 - begin.0) / FROM_START <= (end.0 - begin.0) / 100)
}

fn is_fault(text: &str) -> bool {
    let lower = crate::digest::cut(text, 600).to_ascii_lowercase();
    FAULTS.iter().any(|word| lower.contains(word))
}

/// Keys by which a program states the status that it answers with.
const STATUS: [&str; 5] = ["status", "statusCode", "status_code", "http.status", "http_status"];
/// Failures that are looked at for the request behind them, and how long after the answer they may be written.
const LOOKED_AT: usize = 20;
const WRITE: i64 = SECOND / 2;

/// The requests in which a row was written, where it is known that they were answered with nothing but such a status: those of its trace, or
/// all that were served then.
fn asked(scene: &Scene<'_>, row: u32, accepts: impl Fn(u16) -> bool) -> Vec<u32> {
    let served = spans::served_at(scene, row, WRITE);
    let trace = scene.index.trace_id_of(row);
    let is_its = |(request, _): &&(u32, u16)| trace.is_some() && scene.index.trace_id_of(*request) == trace;
    let own: Vec<(u32, u16)> = served.iter().filter(is_its).copied().collect();
    let known = if own.is_empty() { served } else { own };
    let is_so = known.iter().all(|(_, status)| accepts(*status));
    if is_so { known.into_iter().map(|(request, _)| request).collect() } else { Vec::new() }
}

/// The requests behind the failures, where nearly all that are looked at have one.
fn requests_behind(scene: &Scene<'_>, root: &Trouble, accepts: impl Fn(u16) -> bool) -> Option<Vec<u32>> {
    let firsts = root.occurrences.firsts();
    let looked: Vec<Vec<u32>> =
        firsts.iter().take(LOOKED_AT).map(|row| asked(scene, *row, &accepts)).collect();
    let found = looked.iter().filter(|requests| !requests.is_empty()).count();
    (found * 10 >= looked.len() * 9).then(|| looked.into_iter().flatten().collect())
}

/// Whether requests are answered well all the while, not only before the first failure: at least one of ten, and most of those after it.
/// Of these paths, or of the service where none are named.
fn others_are_served(scene: &Scene<'_>, behind: &[u32], of_paths: bool, first: u32) -> bool {
    let index = scene.index;
    let mut paths: Vec<u32> =
        behind.iter().filter_map(|row| index.request_of(*row)).map(|r| r.path).collect();
    paths.order();
    paths.dedup();
    let mine = behind.first().and_then(|row| scene.service(*row));
    let of_it = index.requests().iter().filter(|request| scene.service(request.row) == mine);
    let of_it: Vec<_> = of_it.filter(|request| !of_paths || paths.contains(&request.path)).collect();
    let good = of_it.iter().filter(|request| (200..400).contains(&request.status));
    let (before, after): (Vec<u32>, Vec<u32>) = good.map(|request| request.row).partition(|row| *row < first);
    (before.len() + after.len()) * 10 >= of_it.len() && after.len() > before.len()
}

/// The status of the client's fault that stands beside each of the errors, where a request of the same service was answered with it at
/// the same moment: the status of what the service calls itself would be none of its clients' faults.
fn refused(scene: &Scene<'_>, root: &Trouble) -> Option<(u32, String)> {
    let index = scene.index;
    if root.severity > Severity::Error || !is_from_start(scene, root)? {
        return None;
    }
    let shapes = super::beside::shapes(scene, root);
    let shapes: Vec<_> = shapes.iter().filter_map(|n| index.shape(*n)).collect();
    if shapes.is_empty() || shapes.iter().any(|shape| shape.fields().is_empty() || is_fault(shape.text())) {
        return None;
    }
    let stated = |line: &str| {
        let pairs = super::beside::pairs(line).into_iter();
        pairs.filter(|(key, _)| STATUS.contains(key)).map(|(_, value)| value.to_owned()).next()
    };
    let mut stated = shapes.iter().flat_map(|shape| shape.fields()).map(|(_, line)| stated(line));
    let status = stated.next()??;
    if !REFUSALS.contains(&status.as_str()) || stated.any(|other| other.as_ref() != Some(&status)) {
        return None;
    }
    let first = *root.occurrences.firsts().first()?;
    let behind = requests_behind(scene, root, |answered| answered.to_string() == status)?;
    others_are_served(scene, &behind, true, first).then_some((first, status))
}

/// Parts of keys that name who calls.
const CALLERS: [&str; 8] =
    ["client", "consumer", "partner", "customer", "tenant", "caller", "user", "account"];
/// The signature of tokens that are past their end.
const PAST: &str = "jwt-expired";

/// The one caller whose tokens are past their end from the start of the log on, where others name themselves the same way to the same
/// service, and it serves.
fn of_one_caller(scene: &Scene<'_>, root: &Trouble) -> Option<(u32, String)> {
    let index = scene.index;
    let known = causality::relations::signature_id(scene, root)?;
    if known.id != PAST || root.severity > Severity::Error || !is_from_start(scene, root)? {
        return None;
    }
    let first = *root.occurrences.firsts().first()?;
    let mine = scene.service(first)?;
    let own = super::beside::shapes(scene, root);
    let lines = own.iter().filter_map(|n| index.shape(*n)).flat_map(Shape::fields);
    let callers = |line: &'_ str| -> Vec<(String, String)> {
        let pairs = super::beside::pairs(line).into_iter().filter(|(key, _)| is_caller(key));
        pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    };
    let named: Vec<Vec<(String, String)>> = lines.map(|(_, line)| callers(line)).collect();
    let (key, value) = named.first()?.first()?.clone();
    let is_same = |pairs: &Vec<(String, String)>| pairs.contains(&(key.clone(), value.clone()));
    if named.len() < ENOUGH || !named.iter().all(is_same) || mine.contains(&value) || value.contains(mine) {
        return None;
    }
    let shapes = (0u32..).zip(index.shapes()).filter(|(n, _)| !own.contains(n));
    let shapes = shapes.filter(|(n, _)| index.first_row(*n).and_then(|row| scene.service(row)) == Some(mine));
    let elsewhere = shapes.flat_map(|(_, shape)| shape.fields_unordered()).flat_map(callers);
    let others = elsewhere.filter(|(known, other)| *known == key && *other != value).count();
    let behind = requests_behind(scene, root, |status| matches!(status, 401 | 403))?;
    (others >= ENOUGH && others_are_served(scene, &behind, false, first))
        .then(|| (first, format!("{key}={value}")))
}

/// Whether a key names who calls.
fn is_caller(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    CALLERS.iter().any(|part| lower.split(['_', '-', '.']).any(|word| word == *part))
}

/// The words by which a program says that it answers with a status of the client's fault, or marks what it logs as expected.
fn answered(scene: &Scene<'_>, root: &Trouble) -> Option<(u32, String)> {
    if root.severity > Severity::Warning {
        return None;
    }
    let is_old = is_from_start(scene, root)?;
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
    staged(scene, root).is_some()
        || answered(scene, root).is_some()
        || refused(scene, root).is_some()
        || of_one_caller(scene, root).is_some()
}

/// The same as a sentence.
pub(super) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, root: &Trouble) -> Option<Sentence> {
    if let Some((row, words)) = staged(scene, root) {
        let text = Rich::text("It says of itself that it was meant to be: ").c(words).t(".");
        return Some(derived(text, "words of the message", book.rows(&[row])));
    }
    if let Some((row, status)) = refused(scene, root) {
        let text = Rich::text(
            "It is answered as the fault of whoever asked, with the status that stands beside it, and the same paths answer others well all the while: ",
        );
        let rule = "fields beside the message, and status of the request at the same moment";
        return Some(derived(text.c(status).t("."), rule, book.rows(&[row])));
    }
    if let Some((row, caller)) = of_one_caller(scene, root) {
        let text = Rich::text("It is one caller's, and the service answers others all the while: ");
        let text = text.c(caller).t(". That caller has to get a new token.");
        return Some(derived(text, "one value of who calls in every kept line of fields", book.rows(&[row])));
    }
    let (row, words) = answered(scene, root)?;
    let text = Rich::text("The program expects it, and answers whoever asked: ").c(words).t(".");
    Some(derived(text, "words of the message, and fields beside it", book.rows(&[row])))
}
