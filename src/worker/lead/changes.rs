//! Two sides of what is loaded in, what changed between them out: in sections for the page, or as text.
//!
//! For the page both sides are parts of the shown index, so that every row can be opened. As text two files are compared as
//! the command compares them, each as a whole, so that both write the same.

use super::current::Current;
use super::{Lead, gate, reopen};
use crate::compare::{self, Options, View};
use crate::digest::{Digest, Index};
use crate::entry::Nanos;
use crate::error::{Code, Problem};
use crate::protocol::FileKey;
use crate::protocol::export::ExportFormat;
use crate::protocol::sides::{Changed, Exported, Sides, Wanted};
use crate::query::Filter;
use crate::redact::Level;
use crate::report::model::{Boundary, Comparison};
use std::rc::Rc;

/// Changes of revision in the shown log.
pub(super) fn boundaries(current: &mut Current, level: Level) -> Vec<Boundary> {
    let all = compare::boundaries(&current.index);
    gate::boundaries(all, current.memory(level))
}

/// The comparison for the page.
pub(super) fn told(lead: &mut Lead, wanted: Wanted, level: Level) -> Result<Box<Changed>, Problem> {
    let told = of_shown(lead, wanted)?;
    let current = lead.current.as_mut().ok_or_else(gone)?;
    let report = current.told_with(&told);
    Ok(Box::new(gate::changes(told, &report, current.memory(level))))
}

/// The report or a comparison as text.
pub(super) fn exported(
    lead: &Lead,
    what: Exported,
    format: ExportFormat,
    level: Level,
    generated_at: Option<Nanos>,
) -> Result<String, Problem> {
    let current = lead.current.as_ref().ok_or_else(gone)?;
    match what {
        Exported::Comparison(wanted) => text(lead, wanted, format, level, generated_at),
        Exported::Finding(number) => Ok(gate::finding(&current.report, number, level, &current.words)),
        Exported::Report(None) => {
            let reopened = current.reopened.is_some();
            Ok(gate::text(&current.report, reopened, format, level, &current.words, generated_at))
        }
        Exported::Report(Some(wanted)) => {
            let report = current.told_with(&of_shown(lead, wanted)?);
            Ok(gate::text(&report, false, format, level, &current.words, generated_at))
        }
    }
}

/// The comparison of parts of the shown index.
fn of_shown(lead: &Lead, wanted: Wanted) -> Result<Comparison, Problem> {
    let current = lead.current.as_ref().ok_or_else(gone)?;
    reopen::needs_log(current)?;
    let index = Rc::clone(&current.index);
    let views = match wanted.sides {
        Sides::Files(before, during) => [part(lead, before, &index)?, part(lead, during, &index)?],
        sides => split(&index, sides)?,
    };
    Ok(compared(&views, wanted.swapped, &Options::default()))
}

/// The comparison as text.
fn text(
    lead: &Lead,
    wanted: Wanted,
    format: ExportFormat,
    level: Level,
    generated_at: Option<Nanos>,
) -> Result<String, Problem> {
    let current = lead.current.as_ref().ok_or_else(gone)?;
    let options = Options { generated_at, problems: lead.problems.clone() };
    let told = match wanted.sides {
        Sides::Files(before, during) => {
            let [before, during] = [loaded(lead, before)?, loaded(lead, during)?];
            let indexes = [before.1.clone().finish(), during.1.clone().finish()];
            let [first, second] = &indexes;
            compared(&[View::whole(first, before.0), View::whole(second, during.0)], wanted.swapped, &options)
        }
        sides => {
            reopen::needs_log(current)?;
            compared(&split(&current.index, sides)?, wanted.swapped, &options)
        }
    };
    Ok(gate::changes_text(&told, format, level, &current.words))
}

fn compared(views: &[View<'_>; 2], swapped: bool, options: &Options) -> Comparison {
    let [before, during] = views;
    let (before, during) = if swapped { (during, before) } else { (before, during) };
    compare::compare(before, during, options)
}

fn split(index: &Index, sides: Sides) -> Result<[View<'_>; 2], Problem> {
    match sides {
        Sides::Revisions(number) => {
            let found = compare::boundaries(index).into_iter().nth(number as usize).ok_or_else(gone)?;
            compare::at_boundary(index, &found)
        }
        Sides::Before(span) => compare::around(index, span, false),
        Sides::Rest(span) => compare::around(index, span, true),
        Sides::Spans(before, during) => compare::spans(index, [before, during]),
        Sides::Files(..) => Err(gone()),
    }
}

/// A file with what was read of it.
fn loaded(lead: &Lead, key: FileKey) -> Result<(&str, &Digest), Problem> {
    let loaded = lead.files.get(&key).ok_or_else(gone)?;
    Ok((&loaded.id.name, loaded.digest.as_ref().ok_or_else(gone)?))
}

/// A file as a part of the shown index: an archive or a digest holds several.
fn part<'i>(lead: &'i Lead, key: FileKey, index: &'i Index) -> Result<View<'i>, Problem> {
    let (name, digest) = loaded(lead, key)?;
    let files = digest.files.iter().filter_map(|file| index.file_number(&file.facts.id)).collect();
    let part = View::part(index, name, Filter { files, ..Filter::default() });
    Ok(part.with_own(digest))
}

fn gone() -> Problem {
    Problem::new(Code::EQuery, "What was to be compared is not loaded any more.")
}
