//! The page's side of the workers: takes dropped files and questions, gives figures, reports and answers to the signals.
//!
//! One lead and N readers. The page hands out jobs ([`queue`]) and passes on what the lead says; it opens no file and
//! sees no byte of one. Everything here runs on the main thread in steps of microseconds.

mod ask;
mod crew;
mod exports;
mod messages;
mod noise;
pub mod queue;
mod reports;
mod rules;
mod spawn;

pub use ask::{ask_steps, stop_search};
pub use crew::{LET_GO, read_again, start};
pub use exports::{Want, copied, export, finding_words};
pub use noise::{Wish, noise};

use crate::entry::Nanos;
use crate::error::{Code, Problem};
use crate::order::Order as _;
use crate::page::state::{Figures, Stage, State, is_told};
use crate::protocol::sides::Wanted;
use crate::protocol::{FileKey, ToWorker, wire};
use crate::query::Filter;
use crate::report::render::EntryFormat;
use leptos::prelude::*;
use queue::Queue;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use web_sys::{File, Worker};

thread_local! {
    static LINK: RefCell<Option<Link>> = const { RefCell::new(None) };
    /// Files dropped before the workers stood, and whether the sample was asked for.
    static WAITING: RefCell<(Vec<File>, bool)> = const { RefCell::new((Vec::new(), false)) };
    /// Outlives the workers, so that no number of a file is ever used again.
    static NEXT_KEY: Cell<FileKey> = const { Cell::new(0) };
}

struct Link {
    state: State,
    lead: Worker,
    /// Questions that the lead has not answered.
    lead_silent: u32,
    readers: Vec<crew::Seat>,
    files: BTreeMap<FileKey, File>,
    /// The file that was taken out last.
    removed: Option<File>,
    problems: BTreeMap<FileKey, Vec<Problem>>,
    queue: Queue,
    /// Files that are reports.
    reports: BTreeSet<FileKey>,
    /// Rule files that the report uses or the lead looks at.
    rule_files: BTreeMap<FileKey, File>,
    /// Those that the lead looks at, with their names.
    reading_rules: BTreeMap<FileKey, String>,
    /// Rules came that no report knows of yet.
    rules_changed: bool,
    /// Files of the batch that is being read.
    batch: Vec<FileKey>,
    started: f64,
    asking: ask::Asking,
    /// What the export is for, what is exported, and how a file of it is called.
    want: Option<(Want, String, &'static str)>,
    /// How the entries are written that are being exported.
    entry_format: Option<EntryFormat>,
    /// What rules of marked patterns are for.
    wish: Option<Wish>,
}

/// Milliseconds of the page's clock.
pub fn now_millis() -> f64 {
    js_sys::Date::now()
}

/// The page's clock, cut to seconds, as the time of generation.
pub fn now() -> Nanos {
    // Seconds since 1970 fit an i64 by far.
    #[allow(clippy::cast_possible_truncation)]
    let seconds = (now_millis() / 1000.0) as i64;
    Nanos(seconds * crate::entry::time::SECOND)
}

/// Runs with the link, if the workers stand.
fn with<R>(run: impl FnOnce(&mut Link) -> R) -> Option<R> {
    LINK.with_borrow_mut(|link| link.as_mut().map(run))
}

/// Reads files and adds them to what is loaded.
pub fn open(state: &State, files: Vec<File>) {
    if files.is_empty() {
        return;
    }
    state.problems.set(Vec::new());
    let mut files = Some(files);
    let stands = with(|link| {
        if let Some(files) = files.take() {
            link.open(files);
        }
    });
    if stands.is_none() {
        WAITING.with_borrow_mut(|(waiting, _)| waiting.extend(files.into_iter().flatten()));
    }
}

/// Reads the built-in sample.
pub fn open_sample(state: &State) {
    state.problems.set(Vec::new());
    if with(|link| link.to_lead(&ToWorker::Sample)).is_none() {
        WAITING.with_borrow_mut(|(_, is_sample)| *is_sample = true);
    }
}

/// Stops reading and forgets the files of the batch.
pub fn cancel() {
    with(Link::cancel);
}

/// Takes a file out of the report. It can be put back.
pub fn remove(key: FileKey) {
    with(|link| link.remove(key));
}

/// Puts the file back that was taken out last.
pub fn put_back(state: &State) {
    state.removed.set(None);
    if let Some(file) = with(|link| link.removed.take()).flatten() {
        open(state, vec![file]);
    }
}

/// Takes a rule file out of what is known.
pub fn remove_rules(key: FileKey) {
    with(|link| link.remove_rules(key));
}

/// Asks for the entries behind a filter and for its counts; without a filter for the counts of all entries.
pub fn ask_entries(filter: Option<&Filter>) {
    with(|link| link.begin(filter));
}

/// Asks for more entries of that filter.
pub fn ask_rows(offset: u64) {
    with(|link| link.go_on(offset));
}

/// Asks for the counts of the active filter in the buckets of the timeline as it is zoomed.
pub fn count() {
    with(Link::count);
}

/// Looks for the texts of the active filter in all bytes.
pub fn search() {
    with(Link::search);
}

/// Makes the text of a query the active filter, or says where it can't be read.
pub fn read_query(text: String) {
    with(|link| link.to_lead(&ToWorker::Query { ask: 0, text }));
}

/// Asks for the entries of a filter as a file.
pub fn export_entries(state: &State, filter: Filter, format: EntryFormat) {
    let level = state.level.get_untracked();
    with(|link| {
        link.entry_format = Some(format);
        link.to_lead(&ToWorker::ExportEntries { filter, format, level });
    });
}

/// Asks for one entry in full.
pub fn ask_entry(state: &State, row: u32) {
    let level = state.level.get_untracked();
    with(|link| link.to_lead(&ToWorker::Entry { row, level }));
}

/// Asks what changed, or forgets what was asked.
pub fn compare(state: &State, wanted: Option<Wanted>) {
    state.changes.set(wanted.as_ref().and_then(|_| crew::needs_files(state)).map(Err));
    state.wanted.set(wanted);
    with(|link| link.compare());
}

/// Makes the report anew, after the redaction changed.
pub fn diagnose(state: &State) {
    if crew::needs_files(state).is_some() {
        return read_again(state);
    }
    with(Link::diagnose);
}

fn next_key() -> FileKey {
    NEXT_KEY.replace(NEXT_KEY.get().wrapping_add(1))
}

impl Link {
    fn to_lead(&self, message: &ToWorker) {
        self.send(&self.lead, message, None);
    }

    fn send(&self, worker: &Worker, message: &ToWorker, file: Option<&File>) {
        let sent = wire::envelope(message).and_then(|envelope| {
            if let Some(file) = file {
                wire::beside(&envelope, wire::FILE, file);
            }
            worker
                .post_message(&envelope)
                .map_err(|_| Problem::new(Code::EBug, "A message could not be sent."))
        });
        if let Err(problem) = sent {
            self.state.complain(problem);
        }
    }

    /// Asks for the comparison that is wanted, if one is.
    fn compare(&self) {
        if let Some(wanted) = self.state.wanted.get_untracked() {
            let level = self.state.level.get_untracked();
            self.to_lead(&ToWorker::Compare { wanted, level });
        }
    }

    fn open(&mut self, files: Vec<File>) {
        if self.batch.is_empty() {
            self.started = now_millis();
            self.call_all();
            self.state.figures.set(Figures::default());
        }
        let readers = u32::try_from(self.readers.len()).unwrap_or(1);
        let (rules, logs): (Vec<File>, Vec<File>) = files.into_iter().partition(rules::is_rules);
        self.open_rules(rules);
        for file in logs {
            let key = next_key();
            self.batch.push(key);
            // A file's size is a whole number below 2^53.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            self.queue.expect(key, file.size() as u64);
            self.state.figures.update(|figures| figures.names.push(file.name()));
            self.send(&self.lead, &ToWorker::Open { key, readers }, Some(&file));
            self.files.insert(key, file);
        }
        self.state.stage.set(Stage::Reading);
        self.state.said.set("Reading.".into());
        self.show_figures();
    }

    fn show_figures(&self) {
        let (bytes, total, entries) = self.queue.figures();
        let millis = now_millis() - self.started;
        let diagnosing = self.queue.is_done();
        self.state.figures.update(|figures| {
            figures.bytes = bytes;
            figures.total = total;
            figures.entries = entries;
            figures.millis = millis;
            figures.diagnosing = diagnosing;
        });
    }

    /// Hands out what waits, and ends the batch where nothing does.
    fn carry_on(&mut self) {
        self.give_up_alone();
        self.hand_out();
        if !self.batch.is_empty() && self.queue.is_done() {
            self.finish_batch();
        }
    }

    fn hand_out(&mut self) {
        while let Some((reader, job)) = self.queue.next_job() {
            let worker = self.readers.get(reader).and_then(|seat| seat.worker.as_ref());
            let (Some(worker), Some(file)) = (worker, self.files.get(&job.key)) else { continue };
            let message = ToWorker::Read {
                job: job.number,
                key: job.key,
                id: job.id.clone(),
                plan: job.plan.clone(),
                shard: job.shard,
            };
            self.send(worker, &message, Some(file));
        }
    }

    fn cancel(&mut self) {
        for reader in self.readers.iter().filter_map(|seat| seat.worker.as_ref()) {
            self.send(reader, &ToWorker::Cancel, None);
        }
        let batch = std::mem::take(&mut self.batch);
        self.queue.give_up();
        for key in &batch {
            self.files.remove(key);
            self.reading_rules.remove(key);
            self.rule_files.remove(key);
            self.problems.remove(key);
        }
        self.to_lead(&ToWorker::Remove { keys: batch });
        self.state.said.set("Cancelled.".into());
        self.after_removal();
    }

    fn remove(&mut self, key: FileKey) {
        if crew::needs_files(&self.state).is_some() {
            return;
        }
        self.removed = self.files.remove(&key);
        self.state.wanted.set(None);
        self.problems.remove(&key);
        let shown = |file: &File| {
            let name = file.name();
            let is_told = self.state.report.with_untracked(|told| is_told(told.as_deref(), &name));
            if is_told { name } else { "A file".into() }
        };
        self.state.removed.set(self.removed.as_ref().map(shown));
        self.state.files.update(|files| files.retain(|file| file.key != key));
        self.to_lead(&ToWorker::Remove { keys: vec![key] });
        self.after_removal();
    }

    fn after_removal(&mut self) {
        if crew::is_let_go(&self.state) {
            self.state.stage.set(Stage::Report);
        } else if self.files.is_empty() {
            self.state.report.set(None);
            self.state.files.set(Vec::new());
            self.state.reopened.set(None);
            crate::page::view::forget(self.state);
            self.state.stage.set(Stage::Landing);
        } else {
            self.diagnose();
        }
    }

    fn diagnose(&mut self) {
        self.rules_changed = false;
        let mut problems: Vec<Problem> = self.problems.values().flatten().cloned().collect();
        problems.order();
        problems.dedup();
        let (level, words) = (self.state.level.get_untracked(), self.state.words.get_untracked());
        self.to_lead(&ToWorker::Diagnose { generated_at: Some(now()), level, words, problems });
    }

    fn is_useless(&self, key: FileKey) -> bool {
        self.queue.entries_of(key) == 0
            && self
                .problems
                .get(&key)
                .is_some_and(|list| list.iter().any(|p| !p.code.is_warning() || p.code == Code::WPartial))
    }

    /// The batch is read: make the report, or say why there is none.
    fn finish_batch(&mut self) {
        self.show_figures();
        let mut batch = std::mem::take(&mut self.batch);
        self.settle_reports(&mut batch);
        let failed: Vec<FileKey> = batch.iter().copied().filter(|key| self.is_useless(*key)).collect();
        let nothing_new = failed.len() == batch.len();
        if nothing_new {
            for problem in failed.iter().filter_map(|key| self.problems.get(key)).flatten() {
                let code = if problem.code == Code::WPartial { Code::EMemory } else { problem.code };
                self.state.complain(Problem { code, ..problem.clone() });
            }
            let shown = self.state.report.get_untracked().is_some();
            self.to_lead(&ToWorker::Remove { keys: failed.clone() });
            for key in &failed {
                self.files.remove(key);
                self.problems.remove(key);
            }
            self.state.stage.set(if shown { Stage::Report } else { Stage::Landing });
            self.state.said.set("Nothing could be read.".into());
            if shown && !crew::is_let_go(&self.state) {
                self.diagnose();
            }
            return;
        }
        self.diagnose();
    }
}
