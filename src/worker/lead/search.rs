//! The lead's part in a search: parts of files to the readers' ports out, places of hits in, rows found kept with the report.

use super::super::scope;
use super::super::search::Errand;
use super::Lead;
use crate::digest::{Bits, Found, Places};
use crate::error::Problem;
use crate::ingest::{Encoding, Plan};
use crate::protocol::{FileKey, FromWorker, wire};
use crate::query::Term;
use js_sys::{Object, Reflect, Uint8Array};
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// Bytes of one part: small enough that readers end at nearly the same time, and that the first hits come soon.
const PART_BYTES: u64 = 32 * 1024 * 1024;
/// Parts that a reader has at a time, so that it never waits for the next one.
const AHEAD: usize = 2;
/// Pause between two messages to the page.
const TELL_MILLIS: f64 = 100.0;
/// Searches whose rows are kept.
const KEPT: usize = 8;

/// The search that is running.
pub(super) struct Search {
    number: u32,
    term: Term,
    parts: Vec<Part>,
    /// Parts that no reader has.
    waiting: VecDeque<usize>,
    open: usize,
    told: f64,
    entries: u64,
}

struct Part {
    key: FileKey,
    range: Option<(u64, u64)>,
    bytes: u64,
    read: u64,
    /// The reader that has it.
    by: Option<u32>,
    /// A reader has died with it before.
    again: bool,
}

impl Part {
    fn new(key: FileKey, range: Option<(u64, u64)>, bytes: u64) -> Part {
        Part { key, range, bytes, read: 0, by: None, again: false }
    }
}

/// Whether the bytes of a file are those of its text.
fn is_plain(plan: &Plan) -> bool {
    plan.packing.is_empty() && matches!(plan.encoding, Encoding::Utf8 | Encoding::Utf8Bom)
}

/// Starts a search in place of the one before.
pub(super) fn start(lead: &mut Lead, number: u32, term: Term) {
    stop(lead);
    let mut parts = Vec::new();
    for (key, loaded) in lead.files.iter().filter(|(_, loaded)| !loaded.is_digest) {
        let size = loaded.id.size;
        if !is_plain(&loaded.plan) {
            parts.push(Part::new(*key, None, size));
            continue;
        }
        let cuts = (0..size.div_ceil(PART_BYTES)).map(|n| (n * PART_BYTES, ((n + 1) * PART_BYTES).min(size)));
        parts.extend(cuts.map(|range| Part::new(*key, Some(range), range.1 - range.0)));
    }
    let nothing = || FromWorker::Found { search: number, read: 0, total: 0, entries: 0, done: true };
    let Some(current) = &mut lead.current else { return scope::post(&nothing()) };
    let is_here = |name: &str| {
        lead.files.values().any(|loaded| !loaded.is_digest && super::answers::is_of(name, &loaded.id.name))
    };
    let files = current.index.files().iter().map(|file| is_here(&file.id.name)).collect();
    current.found.retain(|found| found.term != term);
    current.found.truncate(KEPT - 1);
    let rows = Bits::new(current.index.rows().len());
    current.found.insert(0, Found { term: term.clone(), rows, files });
    let waiting = (0..parts.len()).collect();
    lead.search =
        Some(Search { number, term, parts, waiting, open: 0, told: scope::now_millis(), entries: 0 });
    for _ in 0..AHEAD {
        hand_out_to_all(lead);
    }
    // While the readers read their first bytes.
    if let Some(current) = &mut lead.current {
        current.places();
    }
    tell(lead, true);
}

/// Ends the search that is running; one that is not done is forgotten.
pub(super) fn stop(lead: &mut Lead) {
    let Some(search) = lead.search.take() else { return };
    if let Some(current) = &mut lead.current {
        current.found.retain(|found| found.term != search.term);
        current.chosen = None;
    }
    for (port, _) in lead.ports.values() {
        let parcel = Object::new();
        wire::beside(&parcel, "stop", &JsValue::TRUE);
        let _ = port.post_message(&parcel);
    }
}

/// A reader stands where one died: it takes part in the search that is running.
pub(super) fn go_on(lead: &mut Lead, reader: u32) {
    for _ in 0..AHEAD {
        hand_out(lead, reader);
    }
}

/// A reader is dead: what it had is searched once more; what had been searched twice is left out, and named.
pub(super) fn lost(lead: &mut Lead, reader: u32) {
    let Some(search) = &mut lead.search else { return };
    for (nth, part) in search.parts.iter_mut().enumerate().filter(|(_, part)| part.by == Some(reader)) {
        part.by = None;
        search.open = search.open.saturating_sub(1);
        if !std::mem::replace(&mut part.again, true) {
            part.read = 0;
            search.waiting.push_front(nth);
            continue;
        }
        part.read = part.bytes;
        let name = lead.files.get(&part.key).map(|loaded| loaded.id.name.as_str()).unwrap_or_default();
        let from = part.range.map_or(0, |range| range.0);
        let problem = Problem::unread(name, (from, from + part.bytes), None);
        scope::post(&FromWorker::Problem { job: None, key: None, problem });
    }
    hand_out_to_all(lead);
    tell(lead, true);
}

fn hand_out_to_all(lead: &mut Lead) {
    let readers: Vec<u32> = lead.ports.keys().copied().collect();
    for reader in readers {
        hand_out(lead, reader);
    }
}

/// Gives a reader its next part.
fn hand_out(lead: &mut Lead, reader: u32) {
    let (Some(search), Some((port, _))) = (&mut lead.search, lead.ports.get(&reader)) else { return };
    let Some(nth) = search.waiting.pop_front() else { return };
    let Some(part) = search.parts.get_mut(nth) else { return };
    let Some(loaded) = lead.files.get(&part.key) else { return };
    let errand = Errand {
        search: search.number,
        part: u32::try_from(nth).unwrap_or(u32::MAX),
        key: part.key,
        id: loaded.id.clone(),
        plan: Plan { reasons: Vec::new(), ..loaded.plan.clone() },
        range: part.range,
        any: search.term.any.clone(),
        regex: search.term.regex,
    };
    let bytes = postcard::to_allocvec(&errand).unwrap_or_default();
    let parcel = Object::new();
    wire::beside(&parcel, wire::FILE, &loaded.file);
    wire::beside(&parcel, wire::BYTES, &Uint8Array::from(bytes.as_slice()).buffer());
    if port.post_message(&parcel).is_ok() {
        part.by = Some(reader);
        search.open += 1;
    }
}

/// Takes what a reader found; says whether the message was of a search.
pub(super) fn take(lead: &mut Lead, reader: u32, data: &JsValue) -> bool {
    // Numbers of searches and parts are u32, bytes of files whole numbers below 2^53.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let number = |name: &str| {
        Reflect::get(data, &JsValue::from_str(name)).ok().and_then(|n| n.as_f64()).map(|n| n as u64)
    };
    let (Some(of), Some(nth), Some(read)) = (number("search"), number("part"), number("read")) else {
        return false;
    };
    let done = Reflect::get(data, &JsValue::from_str("done")).is_ok_and(|done| done.is_truthy());
    let bytes =
        wire::take(data, wire::BYTES).map(|buffer| Uint8Array::new(&buffer).to_vec()).unwrap_or_default();
    let Some(search) = lead.search.as_mut().filter(|search| u64::from(search.number) == of) else {
        return true;
    };
    let part = search.parts.get_mut(usize::try_from(nth).unwrap_or(usize::MAX));
    let is_here = part.is_some_and(|part| {
        part.read = if done { part.bytes } else { read.min(part.bytes) };
        let is_here = part.by == Some(reader);
        // A reader that is dead may have had its last word on the way: the part is another one's now.
        part.by = part.by.filter(|_| !(done && is_here));
        is_here
    });
    let is_first = search.entries == 0;
    if let Some(current) = &mut lead.current {
        let places = current.places();
        let index = Rc::clone(&current.index);
        if let Some(found) = current.found.iter_mut().find(|found| found.term == search.term) {
            search.entries += note(&index, &places, &bytes, &mut found.rows);
        }
        current.chosen = None;
    }
    let now_found = search.entries > 0;
    if done && is_here {
        search.open = search.open.saturating_sub(1);
        hand_out(lead, reader);
    }
    tell(lead, is_first && now_found);
    true
}

/// Marks the rows of hits; gives how many are new.
fn note(index: &crate::digest::Index, places: &Places, bytes: &[u8], rows: &mut Bits) -> u64 {
    let (numbers, _) = bytes.as_chunks::<8>();
    let mut numbers = numbers.iter().map(|bytes| u64::from_le_bytes(*bytes));
    let mut new = 0;
    while let (Some(key), Some(n)) = (numbers.next(), numbers.next()) {
        let file = index.file_of_key(key);
        let mut near = 0;
        for hit in numbers.by_ref().take(usize::try_from(n).unwrap_or(0)) {
            let Some(file) = file else { continue };
            for row in places.around(index, file, hit, &mut near) {
                new += u64::from(rows.insert(*row));
            }
        }
    }
    new
}

/// Tells the page how it goes: at once, at the end, or if it was not told for a while.
fn tell(lead: &mut Lead, at_once: bool) {
    let Some(search) = &mut lead.search else { return };
    let done = search.open == 0 && search.waiting.is_empty();
    let now = scope::now_millis();
    if !done && !at_once && now - search.told < TELL_MILLIS {
        return;
    }
    search.told = now;
    scope::post(&FromWorker::Found {
        search: search.number,
        read: search.parts.iter().map(|part| part.read).sum(),
        total: search.parts.iter().map(|part| part.bytes).sum(),
        entries: search.entries,
        done,
    });
    if done {
        lead.search = None;
    }
}
