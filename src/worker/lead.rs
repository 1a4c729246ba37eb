//! The lead: files and digests in; plans, the report, entries and exports out, everything redacted.
//!
//! Keeps one digest a file, so that files can join and leave; merges them anew for each report. The only place that
//! holds unredacted report data; [`gate`] is what leaves it.

mod again;
mod answers;
mod changes;
mod choice;
mod current;
mod gate;
mod lines;
mod noise;
mod rehearsal;
mod reopen;
mod rules;
mod search;

use super::{plan, scope, words_of};
use crate::diagnose::knowledge::Knowledge;
use crate::diagnose::{self, Options};
use crate::digest::Digest;
use crate::error::{Code, Problem};
use crate::ingest::{self, FileId, Plan};
use crate::limits;
use crate::protocol::{FileKey, FromWorker, ToWorker, wire};
use crate::redact::Level;
use crate::report::load;
use current::Current;
use js_sys::{Reflect, Uint8Array};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{File, MessageEvent, MessagePort};

/// Bytes at each end of a file that identify it.
const TOKEN_BYTES: u64 = 64 * 1024;

pub(super) struct Lead {
    files: BTreeMap<FileKey, Loaded>,
    reports: reopen::Reports,
    rules: rules::RuleFiles,
    knowledge: Option<Knowledge>,
    current: Option<Current>,
    search: Option<search::Search>,
    /// Problems that readers met, as the page told them for the report.
    problems: Vec<Problem>,
    /// By the place of the reader; one that died has none until another takes its place.
    ports: BTreeMap<u32, Port>,
    /// Ports of the dead: what they sent before may still come.
    old_ports: Vec<Port>,
    /// Jobs whose digest is merged, or no longer wanted: one that two readers read in turn counts once.
    settled: BTreeSet<u32>,
}

/// A reader's port with what listens to it.
type Port = (MessagePort, Closure<dyn Fn(MessageEvent)>);

struct Loaded {
    id: FileId,
    file: File,
    plan: Plan,
    /// Whether the file is a digest, whose entries stand elsewhere.
    is_digest: bool,
    digest: Option<Digest>,
}

impl Lead {
    pub(super) fn new() -> Rc<RefCell<Lead>> {
        Rc::new(RefCell::new(Lead {
            files: BTreeMap::new(),
            reports: reopen::Reports::new(),
            rules: rules::RuleFiles::new(),
            knowledge: None,
            current: None,
            search: None,
            problems: Vec::new(),
            ports: BTreeMap::new(),
            old_ports: Vec::new(),
            settled: BTreeSet::new(),
        }))
    }

    /// Adds the digest of one job, once. Unknown files are those removed meanwhile.
    fn merge(&mut self, job: u32, key: FileKey, bytes: &[u8]) -> Result<(), Problem> {
        if !self.settled.insert(job) {
            return Ok(());
        }
        let digest = Digest::from_bytes(bytes)?;
        if let Some(loaded) = self.files.get_mut(&key) {
            match &mut loaded.digest {
                Some(present) => present.merge(digest),
                empty => *empty = Some(digest),
            }
        }
        Ok(())
    }

    fn diagnose(&mut self, options: &Options) -> Option<&mut Current> {
        search::stop(self);
        let mut digests = self.files.values().filter_map(|loaded| loaded.digest.clone());
        let Some(mut all) = digests.next() else {
            drop(digests);
            return reopen::show(self);
        };
        for digest in digests {
            all.merge(digest);
        }
        let index = all.finish();
        let knowledge = self.knowledge.get_or_insert_with(Knowledge::builtin);
        let (alone, panels) = diagnose::alone_with_panels(&index, knowledge, options);
        let whys = alone.whys.clone();
        let report = diagnose::unasked(alone, &index, None);
        let current = self.current.insert(Current::new(index, report, whys));
        current.panels = panels;
        Some(current)
    }
}

/// Listens to a reader's port.
pub(super) fn adopt(lead: &Rc<RefCell<Lead>>, reader: u32, port: MessagePort) {
    let holder = Rc::clone(lead);
    let closure = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let data = event.data();
        if search::take(&mut holder.borrow_mut(), reader, &data) {
            return;
        }
        // Numbers of jobs and files are u32 and cross as JavaScript numbers.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let number = |name: &str| {
            Reflect::get(&data, &JsValue::from_str(name)).ok().and_then(|n| n.as_f64()).map(|n| n as u32)
        };
        let (Some(job), Some(key)) = (number("job"), number("key")) else { return };
        let bytes = wire::take(&data, wire::BYTES)
            .map(|buffer| Uint8Array::new(&buffer).to_vec())
            .unwrap_or_default();
        match holder.borrow_mut().merge(job, key, &bytes) {
            Ok(()) => scope::post(&FromWorker::Merged { job }),
            Err(problem) => scope::post(&FromWorker::Problem { job: Some(job), key: Some(key), problem }),
        }
    });
    port.set_onmessage(Some(closure.as_ref().unchecked_ref()));
    let mut lead = lead.borrow_mut();
    lead.ports.insert(reader, (port, closure));
    lead.knowledge.get_or_insert_with(rehearsal::rehearse);
    search::go_on(&mut lead, reader);
}

/// Answers one message of the page.
pub(super) fn answer(lead: &Rc<RefCell<Lead>>, message: ToWorker, file: Option<File>) {
    match message {
        ToWorker::Open { key, readers } => {
            if let Some(file) = file {
                let lead = Rc::clone(lead);
                wasm_bindgen_futures::spawn_local(async move { open(&lead, key, readers, file).await });
            }
        }
        ToWorker::Rules { key } => {
            if let Some(file) = file {
                let lead = Rc::clone(lead);
                wasm_bindgen_futures::spawn_local(async move { rules::take(&lead, key, file).await });
            }
        }
        ToWorker::Sample => sample(),
        ToWorker::Gone { reader } => {
            let lead = &mut *lead.borrow_mut();
            lead.old_ports.extend(lead.ports.remove(&reader));
            search::lost(lead, reader);
        }
        ToWorker::GiveUp { job } => {
            let is_new = lead.borrow_mut().settled.insert(job);
            scope::post(&if is_new { FromWorker::Missing { job } } else { FromWorker::Merged { job } });
        }
        ToWorker::Remove { keys } => {
            let mut lead = lead.borrow_mut();
            rules::remove(&mut lead, &keys);
            let gone: Vec<Loaded> = keys.iter().filter_map(|key| lead.files.remove(key)).collect();
            // The report stays while nothing of it is gone; otherwise the page asks for another one.
            lead.reports.retain(|key, _| !keys.contains(key));
            let shown = lead.current.as_ref().and_then(|current| current.reopened);
            let is_report = shown.is_some_and(|key| keys.contains(&key));
            if is_report || gone.iter().any(|loaded| loaded.digest.is_some()) {
                search::stop(&mut lead);
                lead.current = None;
            }
        }
        ToWorker::Diagnose { generated_at, level, words, problems } => {
            let options = Options { generated_at, problems, ..Options::default() };
            report(&mut lead.borrow_mut(), &options, level, words);
        }
        message => answers::answer(lead, message),
    }
}

/// Makes the report of what was read and sends it with what stands beside it.
fn report(lead: &mut Lead, options: &Options, level: Level, words: Vec<String>) {
    lead.problems.clone_from(&options.problems);
    let is_made = lead.diagnose(options).is_some();
    let knowledge = lead.knowledge.get_or_insert_with(Knowledge::builtin);
    match lead.current.as_mut().filter(|_| is_made) {
        Some(current) => {
            current.words = words;
            scope::post(&FromWorker::Report(Box::new(current.redacted(level))));
            scope::post(&FromWorker::Boundaries(changes::boundaries(current, level)));
            if current.reopened.is_none() {
                scope::post(&FromWorker::Sketch(current.sketch(knowledge, level)));
            }
        }
        None => scope::post(&FromWorker::Problem {
            job: None,
            key: None,
            problem: Problem::new(Code::EEmpty, "Nothing has been read."),
        }),
    }
}

/// Looks at both ends of a file, says what it is and how to read it.
async fn open(lead: &Rc<RefCell<Lead>>, key: FileKey, readers: u32, file: File) {
    let name = file.name();
    let fail = |error: JsValue| {
        let problem = Problem::of_file(Code::EFileGone, &name, words_of(&error));
        scope::post(&FromWorker::Problem { job: None, key: Some(key), problem });
    };
    // A file's size is a whole number below 2^53.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let size = file.size() as u64;
    let head = match scope::read(&file, 0, size.min(limits::HEAD_BYTES as u64)).await {
        Ok(head) => head,
        Err(error) => return fail(error),
    };
    if load::is_report(&head) {
        return reopen::open(lead, key, &file).await;
    }
    let tail = match scope::read(&file, size.saturating_sub(TOKEN_BYTES), size).await {
        Ok(tail) => tail,
        Err(error) => return fail(error),
    };
    let first = head.get(..TOKEN_BYTES as usize).unwrap_or(&head);
    let id = FileId { name: name.clone(), size, token: ingest::token(first, &tail) };
    let mut state = lead.borrow_mut();
    if state.files.values().any(|loaded| loaded.id == id) {
        scope::post(&FromWorker::Known { key });
        return;
    }
    let plan = ingest::detect(&name, &head);
    let shards = plan::shards(&plan, size, readers);
    let is_digest = name.ends_with(".fwd") || Digest::is_digest(&head);
    let loaded = Loaded { id: id.clone(), file, plan: plan.clone(), is_digest, digest: None };
    state.files.insert(key, loaded);
    scope::post(&FromWorker::Opened { key, id, plan, shards });
}

/// Hands the sample incident over as a file like any other.
fn sample() {
    let text = rehearsal::unpacked();
    let parts = js_sys::Array::of1(&Uint8Array::from(text.as_slice()));
    match File::new_with_u8_array_sequence(&parts, rehearsal::SAMPLE_NAME) {
        Ok(file) if !text.is_empty() => scope::post_file(&FromWorker::Sample, &file),
        _ => scope::post(&FromWorker::Problem {
            job: None,
            key: None,
            problem: Problem::new(Code::EBug, "The sample incident could not be unpacked."),
        }),
    }
}
