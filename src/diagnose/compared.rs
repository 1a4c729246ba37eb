//! A report and a comparison with what was before → the report with what changed: a section of its own, and a step of the whys.
//!
//! The comparison brings graded sentences with the entries behind them. Here they find their place in the report, and what is
//! new on the side during is looked for among the entries of the main finding: only there it says when the failure began.

use super::evidence::{Book, derived, observed};
use super::sections;
use crate::compare;
use crate::digest::Index;
use crate::entry::time::{SECOND, duration_words};
use crate::entry::{Nanos, Severity, number};
use crate::limits;
use crate::order::Order as _;
use crate::query::Filter;
use crate::report::model::*;
use std::collections::BTreeMap;

/// What begins this long after a new revision at the latest is said to begin with it.
const WITH: i64 = 600 * SECOND;
/// The questions: of a step of its own, and of one that tells already what began when the failures did.
const DIFFERS: &str = "What is different from before?";
const BEGAN: &str = "Why did it begin at that time?";
/// Characters of a message inside the step.
const NAMED: usize = 160;

/// The report with what a comparison tells. `index` is the one that was diagnosed; the side during of the comparison is it or a
/// part of it.
#[must_use]
pub fn told_with(mut report: Report, index: &Index, told: &Comparison) -> Report {
    add(&mut report, index, told);
    report
}

/// A change of revision and what it changed.
#[derive(Clone, Debug)]
pub struct Change {
    found: Boundary,
    told: Comparison,
}

impl Change {
    fn of(index: &Index, found: &Boundary, all: &[Boundary]) -> Option<Change> {
        let [before, during] = compare::at_rollout(index, found, all).ok()?;
        let told = compare::compare(&before, &during, &compare::Options::default());
        Some(Change { found: found.clone(), told })
    }
}

/// The comparison that [`unasked`] most likely wants, before the report is known: for a caller that has a thread to spare. `None`
/// where no change of revision may be compared unasked.
#[must_use]
pub fn foreseen(index: &Index) -> Option<Change> {
    let all = compare::boundaries(index);
    // The main finding most likely shows where most errors are.
    let mut of_source = vec![0u64; index.sources().len()];
    for row in index.rows().iter().filter(|row| row.severity() >= Severity::Error) {
        of_source.get_mut(row.source() as usize).into_iter().for_each(|n| *n += 1);
    }
    let errors = |found: &Boundary| -> u64 {
        let sources = index.sources().iter().zip(&of_source);
        let own = sources.filter(|(s, _)| s.service == found.service && s.revision == found.after);
        own.map(|(_, n)| n).sum()
    };
    let found = all.iter().rev().filter(|found| is_small(found)).max_by_key(|found| errors(found))?;
    Change::of(index, found, &all)
}

/// The report with what changed between the revision of its main finding and the one before it; where there are other changes
/// of revision only, with how to compare them. What was foreseen is not compared again; it changes no byte.
#[must_use]
pub fn unasked(mut report: Report, index: &Index, foreseen: Option<Change>) -> Report {
    let all = compare::boundaries(index);
    let shown = shown_most(&report, index);
    let is_of_main =
        |found: &&Boundary| is_small(found) && shown == Some((found.service.as_str(), found.after.as_str()));
    let found = all.iter().find(is_of_main);
    let change = found.and_then(|found| match foreseen {
        Some(known) if known.found == *found => Some(known),
        _ => Change::of(index, found, &all),
    });
    if let Some(change) = change {
        add(&mut report, index, &change.told);
    } else if let Some(latest) = all.first().filter(|latest| is_newer(latest)) {
        let mut book = Book::resumed(index, std::mem::take(&mut report.evidence));
        report.changes = vec![offer(&mut book, latest)];
        report.evidence = book.into_list();
    }
    report
}

/// Whether a change is one to a newer revision, and both are small enough to be compared unasked.
fn is_small(found: &Boundary) -> bool {
    let [before, after] = found.entries;
    is_newer(found) && before.saturating_add(after) <= limits::UNASKED_ROWS
}

/// The service and revision in which the main finding shows most.
fn shown_most<'i>(report: &Report, index: &'i Index) -> Option<(&'i str, &'i str)> {
    let mut of_source = vec![0u64; index.sources().len()];
    for row in Main::of(report, index).rows.into_iter().filter_map(|row| index.row(row)) {
        of_source.get_mut(row.source() as usize).into_iter().for_each(|n| *n += 1);
    }
    let mut of: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    let seen = index.sources().iter().zip(of_source).filter(|(s, n)| *n > 0 && !s.revision.is_empty());
    for (source, n) in seen {
        *of.entry((&source.service, &source.revision)).or_default() += n;
    }
    of.into_iter().max_by_key(|(_, n)| *n).map(|(of, _)| of)
}

/// Whether the names of the revisions do not say the opposite: an older one may only have been silent until then.
fn is_newer(found: &Boundary) -> bool {
    let number = |name: &str| -> Option<u64> { name.split('-').rev().find_map(|part| part.parse().ok()) };
    match (number(&found.before), number(&found.after)) {
        (Some(before), Some(after)) => before < after,
        _ => true,
    }
}

/// The main finding, if whys are asked of it.
struct Main {
    /// Its entries, ascending.
    rows: Vec<u32>,
    first: Option<Nanos>,
}

impl Main {
    fn of(report: &Report, index: &Index) -> Main {
        let asked = report.findings.first().filter(|_| !report.whys.is_empty());
        let evidence = asked.and_then(|main| report.evidence.get(main.evidence? as usize));
        let rows = evidence.map_or(Vec::new(), |evidence| index.select(&evidence.filter));
        Main { rows, first: asked.and_then(|main| main.first) }
    }
}

fn offer(book: &mut Book<'_>, found: &Boundary) -> Sentence {
    let at = found.at.map_or(String::new(), |at| format!(" at {} UTC", at.date_time()));
    let text = Rich::text("The revision ").c(&found.after).t(" of ").c(&found.service).t(" follows ");
    let text = text.c(&found.before).t(format!("{at}. ")).c("fivewhys compare FILE --by revision");
    let [_, entries] = found.entries;
    let filter = Filter {
        services: vec![found.service.clone()],
        revisions: vec![found.after.clone()],
        ..Filter::default()
    };
    observed(text.t(" tells what changed between the two."), book.filter_of(filter, entries))
}

/// Fills the section and feeds the whys.
fn add(report: &mut Report, index: &Index, told: &Comparison) {
    let main = Main::of(report, index);
    let mut book = Book::resumed(index, std::mem::take(&mut report.evidence));
    let mut changes = vec![sides(&mut book, told)];
    let sentences = told.summary.iter().cloned();
    changes.extend(sentences.map(|sentence| linked(&mut book, told, sentence)));
    let both = [began(&mut book, index, told, &main), earlier(&mut book, index, told, &main)];
    let mut answers = both.into_iter().flatten().filter(|_| !report.whys.is_empty());
    if let Some(answer) = answers.next() {
        let guesses = changes.iter().filter(|said| said.grade == Grade::Hypothesis).cloned();
        let others = answers.chain(guesses).collect();
        ask(&mut report.whys, answer, others);
    }
    report.changes = changes;
    report.evidence = book.into_list();
}

/// What was compared with what, and the result.
fn sides(book: &mut Book<'_>, told: &Comparison) -> Sentence {
    let [before, during] = [&told.baseline, &told.incident];
    let counted = |side: &Compared| format!(" ({})", super::words::count(side.entries, "entry", "entries"));
    let mut text = Rich::default().c(&during.name).t(counted(during)).t(" beside ").c(&before.name);
    text = text.t(format!("{}: ", counted(before)));
    text.0.extend(told.headline.0.iter().cloned());
    derived(text, "comparison of all messages", book.filter_of(during.filter.clone(), during.entries))
}

/// A sentence of the comparison with its entries in the list of the report.
fn linked(book: &mut Book<'_>, told: &Comparison, sentence: Sentence) -> Sentence {
    let found = sentence.evidence.and_then(|at| told.evidence.get(at as usize));
    let evidence = found.and_then(|found| book.quoted(found.filter.clone(), found.entries));
    Sentence { evidence, ..sentence }
}

/// What is new, or much more frequent, and stands among the entries of the main finding: when it began, and how it was before.
fn began(book: &mut Book<'_>, index: &Index, told: &Comparison, main: &Main) -> Option<Sentence> {
    let claimed = told.patterns.iter().filter(|row| row.claimed);
    let mut own: Vec<(&PatternChange, Vec<u32>)> = claimed
        .filter(|row| matches!(row.direction, Direction::New | Direction::More))
        .map(|row| (row, index.select(&row.incident.filter)))
        .filter(|(_, rows)| rows.iter().any(|row| main.rows.binary_search(row).is_ok()))
        .collect();
    let is_new = |row: &PatternChange| row.direction == Direction::New;
    own.order_by_key(|(row, _)| (!is_new(row), row.incident.first, row.template.clone()));
    let (row, rows) = own.into_iter().next()?;
    let name = super::words::headline(&row.template, NAMED);
    let [before, during] = [&told.baseline, &told.incident];
    let of =
        |side: &Compared| format!(" of the {} of ", super::words::count(side.entries, "entry", "entries"));
    let text = if is_new(row) {
        let text = when(told, row, main).t("none").t(of(before)).c(&before.name).t(" says ").c(name);
        text.t(", and ").t(number(row.incident.entries)).t(of(during)).c(&during.name).t(" do.")
    } else {
        let text = Rich::text("It is more frequent than before: ").c(name).t(" is said by ");
        let text = text.t(number(row.baseline.entries)).t(of(before)).c(&before.name).t(" and by ");
        text.t(number(row.incident.entries)).t(of(during)).c(&during.name).t(".")
    };
    Some(derived(text, "against the other side, beyond chance", book.rows(&rows)))
}

/// `It began with the revision X, 40 s after its first entry: `, as far as the logs show that.
fn when(told: &Comparison, row: &PatternChange, main: &Main) -> Rich {
    let revision = compare::new_revision(told, &row.service);
    let since = revision.map(|(_, began)| began).or(told.incident.first);
    if main.first < since {
        return Rich::text("A part of it is new: ");
    }
    let waited = revision.and_then(|(_, began)| row.incident.first?.0.checked_sub(began.0));
    let (Some((revision, _)), Some(waited)) = (revision, waited.filter(|nanos| *nanos >= 0)) else {
        return Rich::text("It is new: ");
    };
    let new = revision.during.iter().filter(|name| !revision.before.contains(name));
    let new = new.cloned().collect::<Vec<String>>().join(", ");
    let after = match waited {
        ..SECOND => "within a second of its first entry".to_owned(),
        _ => format!("{} after its first entry", duration_words(waited)),
    };
    let with = if waited <= WITH { "It began with the revision " } else { "It began under the revision " };
    Rich::text(with).c(new).t(format!(", {after}: "))
}

/// What the first service to change says that it did not say before, where that is no part of the main finding: it came first,
/// which is no proof that it is the cause.
fn earlier(book: &mut Book<'_>, index: &Index, told: &Comparison, main: &Main) -> Option<Sentence> {
    let first = told.services.iter().find(|service| service.claimed && service.moved == 1)?;
    let own = |row: &&PatternChange| {
        row.claimed
            && row.direction == Direction::New
            && row.service == first.name
            && !row.template.is_empty()
    };
    let row = told.patterns.iter().find(own)?;
    let rows = index.select(&row.incident.filter);
    // Before the failures on this side; some may have stood on the other one.
    let mut times = main.rows.iter().filter_map(|row| index.row(*row)?.time());
    let failed = times.find(|at| Some(*at) >= told.incident.first)?;
    let at = row.incident.first.filter(|at| *at <= failed)?;
    let is_elsewhere = rows.iter().all(|row| main.rows.binary_search(row).is_err());
    let times = super::words::count(row.incident.entries, "time", "times");
    let text = Rich::default()
        .c(&first.name)
        .t(format!(" was the first to change: since {} UTC it says ", at.date_time()));
    let text = text.c(super::words::headline(&row.template, NAMED)).t(format!(" ({times}), which is new."));
    let sentence = derived(text, "order in time of what is new", book.rows(&rows));
    is_elsewhere.then_some(sentence)
}

/// Puts the answer where evidence ends and guesses begin; at most five steps are left.
fn ask(whys: &mut Vec<Why>, answer: Sentence, guesses: Vec<Sentence>) {
    match whys.iter_mut().find(|why| why.question == Rich::text(BEGAN)) {
        Some(why) => {
            // That a revision appeared says less than that the failure came with it.
            let former = std::mem::replace(&mut why.answer, answer);
            if !former.text.plain().starts_with("The revision ") {
                why.alternatives.insert(0, former);
            }
            why.alternatives.extend(guesses);
        }
        None => {
            let is_guess = |why: &Why| why.answer.grade == Grade::Hypothesis;
            let at = whys.iter().position(is_guess).unwrap_or(whys.len()).min(sections::whys::STEPS - 1);
            whys.insert(at, Why { question: Rich::text(DIFFERS), answer, alternatives: guesses });
            // A guess that finds no place any more stands beside it.
            let rest = whys.split_off(sections::whys::STEPS.min(whys.len()));
            let lost = rest.into_iter().flat_map(|why| std::iter::once(why.answer).chain(why.alternatives));
            let lost = lost.filter(|said| said.grade == Grade::Hypothesis);
            if let Some(why) = whys.get_mut(at) {
                why.alternatives.extend(lost);
            }
        }
    }
}
