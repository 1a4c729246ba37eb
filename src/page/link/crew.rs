//! The workers over time: starts them, hears whether they live, hands the work of a dead one to another, and says what nobody
//! could read.
//!
//! A worker that traps or has no memory left is heard of at once; one that says nothing for long is taken for dead. A report
//! whose every job was read in the end is the report of a run without a death. When the lead dies all that it held is gone: what is
//! shown stays, and its files are kept to be read again.

use super::messages::Sender;
use super::queue::{Job, Queue};
use super::{LINK, Link, WAITING, ask, open, open_sample, spawn, with};
use crate::error::{Code, Problem};
use crate::page::state::{LoadedFile, Stage, State};
use crate::protocol::{FileKey, ToWorker};
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use web_sys::{File, Worker};

/// Pause between two questions whether the workers are there.
const PULSE: Duration = Duration::from_secs(5);
/// Unanswered questions after which a reader is taken for dead: a minute, while a step of reading takes milliseconds. Questions
/// are counted and not seconds, so that nobody is taken for dead because the page slept.
const READER_SILENCE: u32 = 12;
/// The same for the lead, which thinks about a large log without a pause.
const LEAD_SILENCE: u32 = 120;
/// Deaths of a reader without a job done between, after which its place stays empty until something else is dropped.
const DEATHS: u32 = 4;
/// How often another lead is started without a report between.
const LEAD_DEATHS: u32 = 3;
/// In the place of the number of a file: the report is here, and its files have to be read again.
pub const LET_GO: FileKey = FileKey::MAX;
/// What it means that they do.
const READ_AGAIN: &str = "The files have to be read again before this can be done.";

thread_local! {
    static LEADS_DIED: Cell<u32> = const { Cell::new(0) };
    /// Workers that ended before all stood.
    static EARLY: RefCell<Vec<Sender>> = const { RefCell::new(Vec::new()) };
    /// Files that the lead took with it.
    static LOST: RefCell<Vec<File>> = const { RefCell::new(Vec::new()) };
}

/// The place of a reader.
#[derive(Debug, Default)]
pub(super) struct Seat {
    pub(super) worker: Option<Worker>,
    /// A worker for it is being started.
    is_awaited: bool,
    /// Questions that it has not answered.
    silent: u32,
    /// Deaths in a row.
    deaths: u32,
}

/// Starts the workers and watches over them. Problems are shown.
pub fn start(state: State) {
    engage(state);
    watch(state);
}

fn engage(state: State) {
    wasm_bindgen_futures::spawn_local(async move {
        // Those that were told before belong to a crew that is gone.
        EARLY.take();
        match spawn::all(state).await {
            Ok((lead, readers)) => {
                LINK.set(Some(Link::new(state, lead, readers)));
                EARLY.take().into_iter().for_each(|sender| lost(state, sender));
                if with(|_| ()).is_none() {
                    return;
                }
                let (files, is_sample) = WAITING.take();
                open(&state, files);
                if is_sample {
                    open_sample(&state);
                }
            }
            Err(problem) => state.complain(problem),
        }
    });
}

/// Asks the workers again and again whether they are there, as long as something is read.
fn watch(state: State) {
    set_timeout(
        move || {
            for sender in with(Link::pulse).unwrap_or_default() {
                lost(state, sender);
            }
            watch(state);
        },
        PULSE,
    );
}

/// A worker has ended.
pub(super) fn lost(state: State, sender: Sender) {
    if with(|_| ()).is_none() {
        return EARLY.with_borrow_mut(|early| early.push(sender));
    }
    match sender {
        Sender::Lead => lead_lost(state),
        Sender::Reader(seat) => {
            with(|link| link.reader_lost(seat));
        }
    }
}

/// Everything that stands on the lead goes with it, and others are started. What is shown stays.
fn lead_lost(state: State) {
    let Some(link) = LINK.take() else { return };
    std::iter::once(&link.lead)
        .chain(link.readers.iter().filter_map(|seat| seat.worker.as_ref()))
        .for_each(spawn::end);
    let files = LOST.with_borrow_mut(|lost| {
        lost.extend(link.rule_files.into_values().chain(link.files.into_values()));
        lost.len()
    });
    let is_last = LEADS_DIED.replace(LEADS_DIED.get() + 1) >= LEAD_DEATHS;
    let way_on =
        if is_last { "Load the page again to go on." } else { "Read its files again, or fewer of them." };
    let words = format!(
        "The worker that holds the report ended, most likely for want of memory. What is shown stays. {way_on}"
    );
    if files > 0 || is_last {
        state.complain(Problem::new(Code::EMemory, words));
    }
    state.rules.set(Vec::new());
    let is_shown = state.report.with_untracked(Option::is_some);
    if is_shown {
        let name = state.files.with_untracked(|files| files.first().map(|file| file.name.clone()));
        state.reopened.set(Some(LoadedFile { key: LET_GO, name: name.unwrap_or_default(), bytes: 0 }));
    }
    state.stage.set(if is_shown { Stage::Report } else { Stage::Landing });
    state.lost.set(if is_last { 0 } else { files });
    if !is_last {
        engage(state);
    }
}

/// Reads the files again that the lead took with it.
pub fn read_again(state: &State) {
    state.lost.set(0);
    open(state, LOST.take());
}

/// Whether the report is shown of files that have to be read again.
pub(super) fn is_let_go(state: &State) -> bool {
    state.reopened.with_untracked(|file| file.as_ref().is_some_and(|file| file.key == LET_GO))
}

/// Where it is, that is said, and given.
pub(super) fn needs_files(state: &State) -> Option<Problem> {
    is_let_go(state).then(|| {
        state.said.set(READ_AGAIN.into());
        Problem::new(Code::EMemory, READ_AGAIN)
    })
}

/// A report came: whoever made it lives.
pub(super) fn reported() {
    LEADS_DIED.set(0);
}

impl Link {
    fn new(state: State, lead: Worker, readers: Vec<Worker>) -> Link {
        let queue = Queue::new(0..readers.len());
        let seat = |worker| Seat { worker: Some(worker), ..Seat::default() };
        Link {
            state,
            lead,
            lead_silent: 0,
            readers: readers.into_iter().map(seat).collect(),
            files: BTreeMap::new(),
            removed: None,
            problems: BTreeMap::new(),
            queue,
            reports: BTreeSet::new(),
            rule_files: BTreeMap::new(),
            reading_rules: BTreeMap::new(),
            rules_changed: false,
            batch: Vec::new(),
            started: 0.0,
            asking: ask::Asking::default(),
            want: None,
            entry_format: None,
            wish: None,
        }
    }

    /// A worker has said something.
    pub(super) fn heard(&mut self, sender: Sender, is_done: bool) {
        match sender {
            Sender::Lead => self.lead_silent = 0,
            Sender::Reader(seat) => {
                if let Some(seat) = self.readers.get_mut(seat) {
                    seat.silent = 0;
                    seat.deaths = if is_done { 0 } else { seat.deaths };
                }
            }
        }
    }

    /// Asks whether the workers are there; gives those that have not answered for long. While nothing is read nobody waits.
    fn pulse(&mut self) -> Vec<Sender> {
        let is_reading = self.state.stage.get_untracked() == Stage::Reading;
        let count = |silent: &mut u32| *silent = if is_reading { *silent + 1 } else { 0 };
        count(&mut self.lead_silent);
        self.readers.iter_mut().for_each(|seat| count(&mut seat.silent));
        if !is_reading {
            return Vec::new();
        }
        self.to_lead(&ToWorker::Ping);
        let mut dead = Vec::new();
        for (number, seat) in self.readers.iter().enumerate() {
            let Some(worker) = &seat.worker else { continue };
            if seat.silent > READER_SILENCE {
                dead.push(Sender::Reader(number));
            }
            self.send(worker, &ToWorker::Ping, None);
        }
        dead.extend((self.lead_silent > LEAD_SILENCE).then_some(Sender::Lead));
        dead
    }

    /// What a dead reader had is read once more, and a fresh one takes its place.
    fn reader_lost(&mut self, number: usize) {
        let Some(seat) = self.readers.get_mut(number) else { return };
        let Some(worker) = seat.worker.take() else { return };
        spawn::end(&worker);
        seat.deaths += 1;
        let is_hopeless = seat.deaths >= DEATHS;
        self.to_lead(&ToWorker::Gone { reader: spawn::nth(number) });
        for job in self.queue.lost(number) {
            self.to_lead(&ToWorker::GiveUp { job });
        }
        if !is_hopeless {
            self.revive(number);
        }
        self.carry_on();
    }

    /// Starts a worker for an empty seat.
    fn revive(&mut self, number: usize) {
        let Some(seat) = self.readers.get_mut(number) else { return };
        seat.is_awaited = true;
        let state = self.state;
        wasm_bindgen_futures::spawn_local(async move {
            let made = spawn::one(state, Sender::Reader(number)).await.ok();
            let is_seated = with(|link| link.seat(number, made.as_ref())).unwrap_or(false);
            if let Some(worker) = made.filter(|_| !is_seated) {
                spawn::end(&worker);
            }
        });
    }

    /// Takes a fresh worker in, if its seat is still empty.
    fn seat(&mut self, number: usize, made: Option<&Worker>) -> bool {
        let Some(seat) = self.readers.get_mut(number) else { return false };
        seat.is_awaited = false;
        let is_free = seat.worker.is_none();
        let joined = made.filter(|worker| is_free && spawn::join(&self.lead, worker, number).is_ok());
        if let Some(worker) = joined {
            seat.worker = Some(worker.clone());
            seat.silent = 0;
            self.queue.revived(number);
        }
        self.carry_on();
        joined.is_some()
    }

    /// The next batch begins with a worker in each seat.
    pub(super) fn call_all(&mut self) {
        for number in 0..self.readers.len() {
            let Some(seat) = self.readers.get_mut(number) else { continue };
            seat.deaths = 0;
            if seat.worker.is_none() && !seat.is_awaited {
                self.revive(number);
            }
        }
        let seated = self.readers.iter().enumerate().filter(|(_, seat)| seat.worker.is_some());
        self.queue = Queue::new(seated.map(|(number, _)| number));
    }

    /// Where no reader is left and none will come, nothing more is read.
    pub(super) fn give_up_alone(&mut self) {
        if self.readers.iter().all(|seat| seat.worker.is_none() && !seat.is_awaited) {
            for job in self.queue.abandon() {
                self.to_lead(&ToWorker::GiveUp { job });
            }
        }
    }

    /// The lead has not got a job that is over.
    pub(super) fn miss(&mut self, number: u32) {
        if let Some(job) = self.queue.missing(number) {
            self.note(job.key, vec![lack(&job)]);
        }
    }
}

/// What a report lacks for want of a job.
fn lack(job: &Job) -> Problem {
    let size = job.id.size;
    Problem::unread(&job.id.name, job.shard.unwrap_or((0, size)), Some(size))
}
