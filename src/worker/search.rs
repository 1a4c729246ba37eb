//! A reader's part in a search: a file or a range of it and a term in, the places of hits to the lead out.
//!
//! Plain UTF-8 is searched as it stands; what is packed or in UTF-16 is read as a log is, record by record.

use super::reader::Reader;
use super::{plan, scope, words_of};
use crate::digest::places;
use crate::entry::Entry;
use crate::error::{Code, Problem};
use crate::ingest::{FileFacts, FileId, Ingest, Plan, Sink};
use crate::protocol::{FileKey, FromWorker, wire};
use crate::query::Term;
use crate::query::search::{Needle, Scan};
use js_sys::{Object, Uint8Array};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{File, MessagePort};

/// Pause between two messages to the lead.
const TELL_MILLIS: f64 = 80.0;

/// What the lead asks for, as postcard.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Errand {
    /// Number of the search, not 0.
    pub(super) search: u32,
    /// Number of this part of it.
    pub(super) part: u32,
    pub(super) key: FileKey,
    pub(super) id: FileId,
    pub(super) plan: Plan,
    /// The range of a file that is searched as it stands.
    pub(super) range: Option<(u64, u64)>,
    /// Alternatives, and whether they are expressions: a term as it crosses to the page leaves out what is usual.
    pub(super) any: Vec<String>,
    pub(super) regex: bool,
}

impl Errand {
    fn needles(&self) -> Vec<Needle> {
        Needle::of_term(&Term { any: self.any.clone(), regex: self.regex })
    }
}

/// Hits that are not told yet: for each file its key, how many, their offsets.
#[derive(Default)]
struct Hits(Vec<u64>);

impl Hits {
    fn add(&mut self, key: u64, offsets: &[u64]) {
        if !offsets.is_empty() {
            self.0.extend([key, offsets.len() as u64]);
            self.0.extend(offsets);
        }
    }
}

/// Searches in the background of the worker's event loop.
pub(super) fn start(reader: &Rc<RefCell<Reader>>, port: MessagePort, errand: Errand, file: File) {
    let reader = Rc::clone(reader);
    wasm_bindgen_futures::spawn_local(async move {
        let mut teller = Teller { port, errand: &errand, told: 0.0, hits: Hits::default(), read: 0 };
        let is_current = || reader.borrow().search == errand.search;
        let done = match errand.range {
            Some(range) => scan(&errand, &file, range, &is_current, &mut teller).await,
            None => read(&errand, &file, &is_current, &mut teller).await,
        };
        if let Err(error) = done {
            let problem = Problem::of_file(Code::EFileGone, &errand.id.name, words_of(&error));
            scope::post(&FromWorker::Problem { job: None, key: Some(errand.key), problem });
        }
        if is_current() {
            teller.tell(true);
        }
    });
}

struct Teller<'e> {
    port: MessagePort,
    errand: &'e Errand,
    told: f64,
    hits: Hits,
    read: u64,
}

impl Teller<'_> {
    fn tell_in_time(&mut self) {
        if scope::now_millis() - self.told >= TELL_MILLIS {
            self.tell(false);
        }
    }

    fn tell(&mut self, done: bool) {
        self.told = scope::now_millis();
        let hits = std::mem::take(&mut self.hits).0;
        let bytes: Vec<u8> = hits.iter().flat_map(|n| n.to_le_bytes()).collect();
        let buffer = Uint8Array::from(bytes.as_slice()).buffer();
        let parcel = Object::new();
        wire::beside(&parcel, "search", &JsValue::from(self.errand.search));
        wire::beside(&parcel, "part", &JsValue::from(self.errand.part));
        // Bytes of a file are a whole number below 2^53.
        #[allow(clippy::cast_precision_loss)]
        wire::beside(&parcel, "read", &JsValue::from(self.read as f64));
        wire::beside(&parcel, "done", &JsValue::from(done));
        wire::beside(&parcel, wire::BYTES, &buffer);
        let _ = self.port.post_message_with_transferable(&parcel, &wire::transfer(&[&buffer]));
    }
}

/// Looks for the term in the bytes of a range.
async fn scan(
    errand: &Errand,
    file: &File,
    (start, end): (u64, u64),
    is_current: &dyn Fn() -> bool,
    teller: &mut Teller<'_>,
) -> Result<(), JsValue> {
    let needles = errand.needles();
    let mut scans: Vec<Scan<'_>> = needles.iter().map(|needle| Scan::of_range(needle, start, end)).collect();
    let (key, size) = (places::key(&errand.id), errand.id.size);
    let mut at = scans.iter().map(Scan::from).min().unwrap_or(end);
    let mut offsets = Vec::new();
    let slice = |at: u64| scope::request(file, at, (at + plan::CHUNK_BYTES).min(size));
    let mut next = (at < size && !scans.is_empty()).then(|| slice(at));
    while let Some(promise) = next.take() {
        let chunk = scope::bytes(promise?).await?;
        if !is_current() {
            return Ok(());
        }
        let chunk_at = at;
        at = (at + plan::CHUNK_BYTES).min(size);
        if at < end.min(size) {
            next = Some(slice(at));
        }
        offsets.clear();
        for scan in scans.iter_mut().filter(|scan| !scan.done()) {
            let skip = usize::try_from(scan.from().saturating_sub(chunk_at)).unwrap_or(usize::MAX);
            scan.push(chunk.get(skip..).unwrap_or_default(), &mut |hit| offsets.push(hit));
            if at >= size && !scan.done() {
                scan.finish(&mut |hit| offsets.push(hit));
            }
        }
        offsets.sort_unstable();
        teller.hits.add(key, &offsets);
        teller.read = at.min(end).saturating_sub(start);
        if next.is_none() && at < size && scans.iter().any(|scan| !scan.done()) {
            next = Some(slice(at));
        }
        teller.tell_in_time();
    }
    Ok(())
}

/// Looks for the term in the records of a whole file.
async fn read(
    errand: &Errand,
    file: &File,
    is_current: &dyn Fn() -> bool,
    teller: &mut Teller<'_>,
) -> Result<(), JsValue> {
    let mut records = Records { needles: errand.needles(), key: 0, offsets: Vec::new() };
    let mut ingest = Ingest::new(errand.id.clone());
    let (size, step) = (errand.id.size, plan::chunk_bytes(&errand.plan));
    let mut at = 0;
    while at < size && !ingest.done() {
        let chunk = scope::read(file, at, (at + step).min(size)).await?;
        if !is_current() {
            return Ok(());
        }
        at = (at + step).min(size);
        ingest.push(&chunk, &mut records);
        records.hand_over(&mut teller.hits);
        teller.read = at;
        teller.tell_in_time();
    }
    let _ = ingest.finish(&mut records);
    records.hand_over(&mut teller.hits);
    Ok(())
}

/// Records that hold one of the needles; of several files in an archive those of one are together.
struct Records {
    needles: Vec<Needle>,
    key: u64,
    offsets: Vec<(u64, u64)>,
}

impl Records {
    fn hand_over(&mut self, hits: &mut Hits) {
        for of_file in self.offsets.chunk_by(|a, b| a.0 == b.0) {
            let offsets: Vec<u64> = of_file.iter().map(|(_, offset)| *offset).collect();
            hits.add(of_file.first().map_or(0, |(key, _)| *key), &offsets);
        }
        self.offsets.clear();
    }
}

impl Sink for Records {
    fn begin(&mut self, file: &FileId) {
        self.key = places::key(file);
    }

    fn record(&mut self, offset: u64, text: &str) {
        if self.needles.iter().any(|needle| needle.is_in(text.as_bytes())) {
            self.offsets.push((self.key, offset));
        }
    }

    fn entry(&mut self, _: &Entry<'_>) {}

    fn end(&mut self, _: FileFacts) {}
}
