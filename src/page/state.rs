//! Every signal of the page: takes nothing, gives [`State`], a handful of handles that is copied into each panel.
//!
//! Signals are made here and nowhere else, but for those that belong to one leaf. What is derived from them is computed
//! by plain functions of the panels.

use crate::error::Problem;
use crate::protocol::{FileKey, Record};
use crate::query::Filter;
use crate::redact::Level;
use crate::report::model::{Quote, Report};
use crate::report::render::Redacted;
use leptos::prelude::*;
use std::sync::Arc;

/// What fills the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// Nothing loaded.
    #[default]
    Landing,
    /// Files are being read.
    Reading,
    /// A report stands.
    Report,
}

/// Figures while reading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Base names of the files being read.
    pub names: Vec<String>,
    /// Bytes read.
    pub bytes: u64,
    /// Bytes to read.
    pub total: u64,
    /// Entries found.
    pub entries: u64,
    /// Milliseconds since the first byte was asked for.
    pub millis: f64,
    /// Everything is read and the report is being made.
    pub diagnosing: bool,
}

/// A loaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedFile {
    /// Its number.
    pub key: FileKey,
    /// Base name.
    pub name: String,
    /// Bytes on disk.
    pub bytes: u64,
}

/// A loaded rule file of the reader's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedRules {
    /// Its number.
    pub key: FileKey,
    /// Base name.
    pub name: String,
    /// Signatures in it.
    pub signatures: u32,
}

/// What the evidence drawer shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// What the entries are evidence of.
    pub title: String,
    /// Which entries.
    pub filter: Filter,
}

/// Entries that have arrived for the drawer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listed {
    /// How many there are in all; `None` while the first answer is awaited.
    pub total: Option<u64>,
    /// Those listed so far.
    pub rows: Vec<Quote>,
}

/// The dialogs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// Keys and words.
    Help,
    /// Copy and save.
    Export,
    /// Why nothing leaves the tab.
    Privacy,
}

/// The colour scheme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// All signals.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// What fills the page.
    pub stage: RwSignal<Stage>,
    /// Figures while reading.
    pub figures: RwSignal<Figures>,
    /// Files behind the report.
    pub files: RwSignal<Vec<LoadedFile>>,
    /// Rule files that the next report uses.
    pub rules: RwSignal<Vec<LoadedRules>>,
    /// The report.
    pub report: RwSignal<Option<Arc<Redacted>>>,
    /// Problems to show above everything else.
    pub problems: RwSignal<Vec<Problem>>,
    /// What the drawer shows.
    pub drawer: RwSignal<Option<Shown>>,
    /// Entries in the drawer.
    pub listed: RwSignal<Listed>,
    /// The entry that is open in the drawer, by its row.
    pub opened: RwSignal<Option<u32>>,
    /// That entry in full, once it has arrived.
    pub record: RwSignal<Option<Record>>,
    /// The open dialog.
    pub dialog: RwSignal<Option<Dialog>>,
    /// What the live region says.
    pub said: RwSignal<String>,
    /// Colour scheme.
    pub theme: RwSignal<Theme>,
    /// Whether single keys do something.
    pub single_keys: RwSignal<bool>,
    /// Redaction of everything shown and exported.
    pub level: RwSignal<Level>,
    /// A file is being dragged over the page.
    pub dragging: RwSignal<bool>,
}

impl State {
    /// Fresh signals.
    pub fn new() -> State {
        State {
            stage: RwSignal::new(Stage::Landing),
            figures: RwSignal::new(Figures::default()),
            files: RwSignal::new(Vec::new()),
            rules: RwSignal::new(Vec::new()),
            report: RwSignal::new(None),
            problems: RwSignal::new(Vec::new()),
            drawer: RwSignal::new(None),
            listed: RwSignal::new(Listed::default()),
            opened: RwSignal::new(None),
            record: RwSignal::new(None),
            dialog: RwSignal::new(None),
            said: RwSignal::new(String::new()),
            theme: RwSignal::new(Theme::System),
            single_keys: RwSignal::new(true),
            level: RwSignal::new(Level::Secrets),
            dragging: RwSignal::new(false),
        }
    }

    /// Adds a problem unless it is shown already.
    pub fn complain(&self, problem: Problem) {
        self.problems.update(|problems| {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        });
    }

    /// Shows the entries behind a number of the evidence list.
    pub fn show_evidence(&self, report: &Report, evidence: u32, title: String) {
        if let Some(found) = report.evidence.get(evidence as usize) {
            // The quotes stand in the report: something can be read before the lead has answered.
            self.listed.set(Listed { total: Some(found.entries), rows: found.quotes.clone() });
            self.show(Shown { title, filter: found.filter.clone() });
        }
    }

    /// Shows the entries that pass a filter.
    pub fn show_filter(&self, filter: Filter, title: String) {
        self.listed.set(Listed::default());
        self.show(Shown { title, filter });
    }

    fn show(&self, shown: Shown) {
        super::focus::remember();
        self.opened.set(None);
        self.record.set(None);
        super::link::ask_entries(self, shown.filter.clone(), 0);
        self.drawer.set(Some(shown));
    }

    /// Closes the drawer and gives focus back.
    pub fn close_drawer(&self) {
        self.drawer.set(None);
        self.listed.set(Listed::default());
        self.opened.set(None);
        self.record.set(None);
        super::focus::give_back();
    }
}

impl Default for State {
    fn default() -> State {
        State::new()
    }
}
