//! Questions about the shown report in, entries out.

use super::super::{record, scope};
use super::{Lead, changes, choice, gate, lines, noise, search};
use crate::entry::Span;
use crate::ingest::FileId;
use crate::order::Order as _;
use crate::protocol::{FromWorker, Record, ToWorker};
use crate::query;
use crate::redact::Level;
use crate::report::model::FileRow;
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::File;

/// Why an entry of a dropped file is not read again.
const PACKED: &str =
    "This file is packed or in another encoding: the message is shown as it was kept while reading.";
/// Why an entry of a digest is not.
const DIGEST_ONLY: &str =
    "Only a digest of this log is here: a message of this kind is shown as the digest kept it.";

/// Answers a question about the shown report.
pub(super) fn answer(lead: &Rc<RefCell<Lead>>, message: ToWorker) {
    match message {
        ToWorker::Entries { ask, filter, offset, limit, level } => {
            let lead = Rc::clone(lead);
            let page = lines::Page { ask, filter, offset, limit };
            wasm_bindgen_futures::spawn_local(async move { lines::entries(&lead, page, level).await });
        }
        ToWorker::Steps { filter, level } => {
            let lead = Rc::clone(lead);
            wasm_bindgen_futures::spawn_local(async move { lines::steps(&lead, filter, level).await });
        }
        ToWorker::Select { ask, filter, axis, seek, level } => {
            if let Some(current) = &mut lead.borrow_mut().current {
                let wanted = choice::Wanted { ask, axis, seek };
                let selected = choice::selected(current, &filter, &wanted, level);
                scope::post(&FromWorker::Selected(Box::new(selected)));
            }
        }
        ToWorker::Query { ask, text } => {
            let filter = query::parse_with(&text, &query::search::check).map(Box::new);
            scope::post(&FromWorker::Query { ask, filter });
        }
        ToWorker::Search { search, term } => search::start(&mut lead.borrow_mut(), search, term),
        ToWorker::StopSearch => search::stop(&mut lead.borrow_mut()),
        ToWorker::ExportEntries { filter, format, level } => {
            let lead = Rc::clone(lead);
            wasm_bindgen_futures::spawn_local(
                async move { choice::export(&lead, &filter, format, level).await },
            );
        }
        ToWorker::Entry { row, level } => {
            let lead = Rc::clone(lead);
            wasm_bindgen_futures::spawn_local(async move { entry(&lead, row, level).await });
        }
        ToWorker::Compare { wanted, level } => {
            let lead = &mut lead.borrow_mut();
            if lead.current.is_some() {
                scope::post(&FromWorker::Changes(changes::told(lead, wanted, level)));
            }
        }
        ToWorker::Noise { patterns, level } => noise::answer(&mut lead.borrow_mut(), &patterns, level),
        ToWorker::Export { what, format, level, generated_at } => {
            match changes::exported(&lead.borrow(), what, format, level, generated_at) {
                Ok(text) => scope::post(&FromWorker::Export { format, text }),
                Err(problem) => scope::post(&FromWorker::Problem { job: None, key: None, problem }),
            }
        }
        // What is no question about the report is answered elsewhere.
        _ => {}
    }
}

enum Source {
    File(File, Span),
    Kept(String, &'static str),
}

/// One entry in full: read again from its file where offsets are those of the file, or else as the digest kept it.
pub(super) async fn entry(lead: &Rc<RefCell<Lead>>, row: u32, level: Level) {
    let Some(source) = source(&lead.borrow(), row) else { return };
    let (text, note) = match source {
        Source::Kept(text, note) => (text, note.to_owned()),
        Source::File(file, span) => {
            let shown = u64::from(span.len).min(record::SHOWN_BYTES);
            match scope::read(&file, span.offset, span.offset + shown).await {
                Ok(bytes) => {
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    let note = if shown < u64::from(span.len) {
                        "Cut: only the beginning of this long entry is shown."
                    } else {
                        ""
                    };
                    (text, note.to_owned())
                }
                Err(error) => {
                    (String::new(), format!("The file can't be read any more: {}.", super::words_of(&error)))
                }
            }
        }
    };
    if let Some(current) = &mut lead.borrow_mut().current {
        let text = gate::one(record::indent(&text), current.memory(level));
        scope::post(&FromWorker::Entry(Record { row, text, note }));
    }
}

fn source(lead: &Lead, row: u32) -> Option<Source> {
    let current = lead.current.as_ref()?;
    let (number, span) = current.index.place(row)?;
    let file = current.report.raw.files.get(number as usize);
    if let Some(found) =
        file.filter(|file| file.seekable).and_then(|_| handle(lead, &current.report.raw.files, number))
    {
        return Some(Source::File(found, span));
    }
    let kept = current.index.quote(row)?.text;
    let is_here =
        file.is_some_and(|file| lead.files.values().any(|loaded| is_of(&file.name, &loaded.id.name)));
    Some(Source::Kept(kept, if is_here { PACKED } else { DIGEST_ONLY }))
}

/// Whether a file of the raw data is this dropped file, or stands in this dropped archive.
pub(super) fn is_of(name: &str, dropped: &str) -> bool {
    name.strip_prefix(dropped).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The dropped file behind a row of the raw data: both are sorted by name, size and content.
fn handle(lead: &Lead, rows: &[FileRow], number: u32) -> Option<File> {
    let row = rows.get(number as usize)?;
    let twins = |other: &FileRow| other.name == row.name && other.bytes == row.bytes;
    let place = rows.iter().take(number as usize).filter(|other| twins(other)).count();
    let mut same: Vec<(&FileId, &File)> = lead
        .files
        .values()
        .filter(|loaded| loaded.id.name == row.name && loaded.id.size == row.bytes)
        .map(|loaded| (&loaded.id, &loaded.file))
        .collect();
    same.order_by(|a, b| a.0.cmp(b.0));
    same.get(place).map(|(_, file)| (*file).clone())
}
