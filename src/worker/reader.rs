//! A reader: a byte range of a `File` in (or a whole digest), the range's digest to the lead and progress to the page out.
//!
//! The next slice is requested while the present one is parsed. Between slices the worker's event loop runs, so that a
//! cancel is heard within one slice.

use super::{plan, scope, search, words_of};
use crate::digest::{Builder, Digest};
use crate::error::{Code, Problem};
use crate::ingest::{FileId, Ingest, Plan, Shard};
use crate::protocol::{FileKey, FromWorker, wire};
use js_sys::{Object, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{File, MessageEvent, MessagePort};

/// Pause between two progress messages.
const PROGRESS_MILLIS: f64 = 200.0;

pub(super) struct Reader {
    port: Option<MessagePort>,
    /// Hears what the lead asks for.
    ear: Option<Closure<dyn Fn(MessageEvent)>>,
    /// The search that is going on, 0 for none.
    pub(super) search: u32,
    /// Counts cancels; a job that finds another number than it started with gives up.
    turn: u32,
}

pub(super) struct Job {
    pub(super) job: u32,
    pub(super) key: FileKey,
    pub(super) id: FileId,
    pub(super) plan: Plan,
    pub(super) shard: Option<(u64, u64)>,
    pub(super) file: File,
}

impl Reader {
    pub(super) fn new() -> Rc<RefCell<Reader>> {
        Rc::new(RefCell::new(Reader { port: None, ear: None, search: 0, turn: 0 }))
    }

    pub(super) fn cancel(&mut self) {
        self.turn = self.turn.wrapping_add(1);
    }
}

/// Takes the port to the lead, and listens to it.
pub(super) fn join(reader: &Rc<RefCell<Reader>>, port: MessagePort) {
    let (holder, answers) = (Rc::clone(reader), port.clone());
    let ear = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let data = event.data();
        let Some(buffer) = wire::take(&data, wire::BYTES) else {
            holder.borrow_mut().search = 0;
            return;
        };
        let file = wire::take(&data, wire::FILE).and_then(|file| file.dyn_into::<File>().ok());
        let errand = postcard::from_bytes::<search::Errand>(&Uint8Array::new(&buffer).to_vec());
        if let (Some(file), Ok(errand)) = (file, errand) {
            holder.borrow_mut().search = errand.search;
            search::start(&holder, answers.clone(), errand, file);
        }
    });
    port.set_onmessage(Some(ear.as_ref().unchecked_ref()));
    let mut reader = reader.borrow_mut();
    (reader.port, reader.ear) = (Some(port), Some(ear));
}

/// Reads in the background of the worker's event loop.
pub(super) fn start(reader: &Rc<RefCell<Reader>>, job: Job) {
    let reader = Rc::clone(reader);
    wasm_bindgen_futures::spawn_local(async move {
        let number = job.job;
        match read(&reader, &job).await {
            Ok(Some(done)) => finish(&reader, &job, done),
            Ok(None) => scope::post(&FromWorker::Cancelled { job: number }),
            Err(problem) => {
                scope::post(&FromWorker::Problem { job: Some(number), key: Some(job.key), problem });
            }
        }
    });
}

struct Read {
    /// The binary form of a digest.
    digest: Vec<u8>,
    entries: u64,
    bytes: u64,
    problems: Vec<Problem>,
}

async fn read(reader: &Rc<RefCell<Reader>>, job: &Job) -> Result<Option<Read>, Problem> {
    let gone = |error: JsValue| Problem::of_file(Code::EFileGone, &job.id.name, words_of(&error));
    let turn = reader.borrow().turn;
    let size = job.id.size;
    let (start, end) = job.shard.unwrap_or((0, size));
    let mut ingest = match job.shard {
        Some((start, end)) => Ingest::of_shard(job.id.clone(), &job.plan, Shard { start, end }),
        None => Ingest::new(job.id.clone()),
    };
    let mut builder = Builder::default();
    let step = plan::chunk_bytes(&job.plan);
    // A digest is taken as it is; that of a name without content is damaged, not empty.
    let mut kept = job.id.name.ends_with(".fwd").then(Vec::new);
    let mut at = start;
    let mut told = scope::now_millis();
    let mut next = (at < size).then(|| scope::request(&job.file, at, (at + step).min(size)));
    while let Some(promise) = next.take() {
        let chunk = scope::bytes(promise.map_err(gone)?).await.map_err(gone)?;
        if reader.borrow().turn != turn {
            return Ok(None);
        }
        at = (at + step).min(size);
        // Past its end a shard reads on for the record that crosses it, without reading ahead.
        if at < end {
            next = Some(scope::request(&job.file, at, (at + step).min(size)));
        }
        if kept.is_none() && start == 0 && at <= step && Digest::is_digest(&chunk) {
            kept = Some(Vec::new());
        }
        match &mut kept {
            Some(kept) => kept.extend_from_slice(&chunk),
            None => ingest.push(&chunk, &mut builder),
        }
        if ingest.done() {
            break;
        }
        if next.is_none() && at < size {
            next = Some(scope::request(&job.file, at, (at + step).min(size)));
        }
        if scope::now_millis() - told >= PROGRESS_MILLIS {
            told = scope::now_millis();
            scope::post(&FromWorker::Progress {
                job: job.job,
                bytes: at.min(end) - start,
                entries: builder.entries(),
            });
        }
    }
    if let Some(kept) = kept {
        let digest = Digest::from_bytes(&kept).map_err(|mut problem| {
            problem.place.file = Some(job.id.name.clone());
            problem
        })?;
        let (entries, problems) = (digest.entries(), digest.problems());
        return Ok(Some(Read { digest: kept, entries, bytes: end - start, problems }));
    }
    let problems = ingest.finish(&mut builder);
    let entries = builder.entries();
    Ok(Some(Read { digest: builder.finish().to_bytes(), entries, bytes: end - start, problems }))
}

fn finish(reader: &Rc<RefCell<Reader>>, job: &Job, read: Read) {
    let bytes = Uint8Array::from(read.digest.as_slice()).buffer();
    let parcel = Object::new();
    wire::beside(&parcel, "job", &JsValue::from(job.job));
    wire::beside(&parcel, "key", &JsValue::from(job.key));
    wire::beside(&parcel, wire::BYTES, &bytes);
    if let Some(port) = &reader.borrow().port {
        let _ = port.post_message_with_transferable(&parcel, &wire::transfer(&[&bytes]));
    }
    scope::post(&FromWorker::Done {
        job: job.job,
        bytes: read.bytes,
        entries: read.entries,
        problems: read.problems,
    });
}
