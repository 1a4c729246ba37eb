//! What workers say: takes their messages, gives changes of signals and the next jobs.

use super::{Link, Want, crew, with};
use crate::error::Problem;
use crate::page::format;
use crate::page::panels::waterfall::Trace;
use crate::page::parts::copy::to_clipboard;
use crate::page::save;
use crate::page::state::{Compared, LoadedFile, Marks, Searching, Stage, State};
use crate::page::view;
use crate::protocol::export::ExportFormat;
use crate::protocol::sides::Changed;
use crate::protocol::{FileKey, FromWorker, ToWorker, wire};
use crate::report::model::Part;
use crate::report::render::{EntryFormat, Redacted};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{File, MessageEvent};

/// Who is speaking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sender {
    /// The lead.
    Lead,
    /// The reader with this number.
    Reader(usize),
}

/// Takes one message.
pub(super) fn receive(state: State, sender: Sender, event: &MessageEvent) {
    let data = event.data();
    let message = wire::read::<FromWorker>(&data);
    let is_done = matches!(message, Ok(FromWorker::Done { .. }));
    with(|link| link.heard(sender, is_done));
    match message {
        Ok(FromWorker::Sample) => {
            let file = wire::take(&data, wire::FILE).and_then(|file| file.dyn_into::<File>().ok());
            if let Some(file) = file {
                with(|link| link.open(vec![file]));
            }
        }
        Ok(FromWorker::EntriesExport { entries, left_out }) => {
            if let Some(file) = wire::take(&data, wire::FILE).and_then(|file| file.dyn_into::<File>().ok()) {
                with(|link| link.deliver_entries(&file, entries, left_out));
            }
        }
        // Changing the filter asks the lead for entries, so it stands outside.
        Ok(FromWorker::Query { filter, .. }) => match filter {
            Ok(filter) => view::read(state, *filter),
            Err(problem) => state.fault.set(Some(problem)),
        },
        Ok(message) => {
            with(|link| link.receive(message));
        }
        Err(problem) => state.complain(problem),
    }
}

impl Link {
    fn receive(&mut self, message: FromWorker) {
        match message {
            FromWorker::Ready | FromWorker::Here | FromWorker::Sample | FromWorker::Query { .. } => {}
            FromWorker::Opened { key, id, plan, shards } => {
                if self.files.contains_key(&key) {
                    self.queue.plan(key, &id, &plan, &shards);
                } else {
                    // Cancelled while the lead was looking: it must not take the file for loaded.
                    self.to_lead(&ToWorker::Remove { keys: vec![key] });
                }
            }
            FromWorker::Reopened { key } => self.take_report(key),
            FromWorker::Known { key } => {
                self.files.remove(&key);
                self.queue.forget(key);
                self.batch.retain(|other| *other != key);
                if self.batch.is_empty() {
                    self.state.said.set("This file is loaded already.".into());
                    self.rules_settled();
                }
            }
            FromWorker::Progress { job, bytes, entries } => {
                self.queue.progress(job, bytes, entries);
                self.show_figures();
            }
            FromWorker::Done { job, bytes, entries, problems } => {
                self.queue.progress(job, bytes, entries);
                self.queue.read(job);
                if let Some(key) = self.queue.key_of(job) {
                    self.note(key, problems);
                }
                self.show_figures();
            }
            FromWorker::Cancelled { job } => self.queue.read(job),
            FromWorker::Rules { key, signatures, replaced, problems } => {
                self.take_rules(key, signatures, replaced, problems);
            }
            FromWorker::Merged { job } => self.queue.merged(job),
            FromWorker::Missing { job } => self.miss(job),
            FromWorker::Report(report) => self.show_report(*report),
            FromWorker::Boundaries(boundaries) => self.state.boundaries.set(boundaries),
            FromWorker::Sketch(sketch) => self.state.sketch.set(Some(Arc::new(sketch))),
            FromWorker::Steps { filter, steps, more } => {
                self.state.trace.set(Some(Trace { filter: *filter, steps, more }));
            }
            FromWorker::Changes(changes) => self.show_changes(changes),
            FromWorker::Entries { ask, total, offset, rows } => self.show_entries(ask, total, offset, rows),
            FromWorker::Entry(record) => self.state.record.set(Some(record)),
            FromWorker::Export { format, text } => self.deliver(format, text),
            FromWorker::Noise { toml, made, left_out } => self.deliver_noise(&toml, made, left_out),
            FromWorker::Selected(counts) => self.show_counts(*counts),
            FromWorker::Found { search, read, total, entries, done } => {
                self.show_search(Searching { number: search, read, total, entries, done });
            }
            FromWorker::EntriesExport { .. } => {}
            FromWorker::Problem { job, key, problem } => self.fail(job, key, problem),
        }
        self.carry_on();
    }

    pub(super) fn note(&mut self, key: FileKey, problems: Vec<Problem>) {
        if !problems.is_empty() {
            self.problems.entry(key).or_default().extend(problems);
        }
    }

    fn fail(&mut self, job: Option<u32>, key: Option<FileKey>, problem: Problem) {
        if let Some(job) = job {
            self.queue.read(job);
            self.queue.merged(job);
        }
        match key {
            Some(key) if self.batch.contains(&key) => {
                self.note(key, vec![problem]);
                if job.is_none() {
                    self.queue.forget(key);
                }
            }
            _ => self.state.complain(problem),
        }
    }

    fn show_report(&mut self, report: Redacted) {
        if !self.batch.is_empty() {
            return;
        }
        crew::reported();
        let files = self.files.iter().map(|(key, file)| {
            // A file's size is a whole number below 2^53.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let bytes = file.size() as u64;
            LoadedFile { key: *key, name: file.name(), bytes }
        });
        let files: Vec<LoadedFile> = files.collect();
        // On another level of redaction the same comparison is made anew; of other files it would mean something else.
        if self.state.files.with_untracked(|old| *old != files) {
            self.state.wanted.set(None);
            self.state.earlier.set(None);
        }
        self.state.changes.set(None);
        self.state.sketch.set(None);
        self.state.noise.set(Marks::default());
        self.state.trace.set(None);
        self.state.reopened.set(self.reopened(&files));
        self.state.files.set(files);
        let findings = format::counted(report.report.findings.len() as u64, "finding", "findings");
        self.state.said.set(format!("Report ready: {findings}. {}", report.report.headline.sentence.plain()));
        self.begin_anew();
        view::forget(self.state);
        self.state.report.set(Some(Arc::new(report)));
        self.count();
        self.state.stage.set(Stage::Report);
        self.compare();
    }

    fn show_changes(&mut self, changes: Result<Box<Changed>, Problem>) {
        let said = match &changes {
            Ok(changed) => changed.sections.first().and_then(|section| match section.parts.first() {
                Some(Part::Said(headline)) => Some(headline.plain()),
                _ => None,
            }),
            Err(problem) => Some(problem.to_string()),
        };
        self.state.said.set(said.unwrap_or_default());
        let shown = |Changed { sections, report }| Compared { sections, report: Arc::new(report) };
        self.state.changes.set(Some(changes.map(|changed| Arc::new(shown(*changed)))));
    }

    fn deliver_entries(&mut self, file: &File, entries: u64, left_out: u64) {
        let Some(format) = self.entry_format.take() else { return };
        let (extension, media_type) = match format {
            EntryFormat::Csv => ("csv", "text/csv"),
            EntryFormat::Ndjson => ("ndjson", "application/x-ndjson"),
            EntryFormat::Text => ("txt", "text/plain"),
        };
        save::file(&format!("entries.{extension}"), media_type, file);
        let left_out = match left_out {
            0 => String::new(),
            n => format!(" {} left out: a file has at most 256 MB.", format::count(n)),
        };
        self.state.said.set(format!("{} saved.{left_out}", format::counted(entries, "entry", "entries")));
    }

    fn deliver(&mut self, format: ExportFormat, text: String) {
        let Some((want, what, name)) = self.want.take() else { return };
        match want {
            Want::Copy => {
                let state = self.state;
                to_clipboard(text, move |copied| {
                    state.said.set(if copied {
                        super::copied(&what)
                    } else {
                        "The browser refused to copy.".into()
                    });
                });
            }
            Want::Save => {
                save::text(&format!("{name}.{}", format.extension()), format.media_type(), &text);
                self.state.said.set(format!("{what} saved."));
            }
        }
    }
}
