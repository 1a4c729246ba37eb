//! Every signal of the page: takes nothing, gives [`State`], a handful of handles that is copied into each panel.
//!
//! Signals are made here and nowhere else, but for those that belong to one leaf. What is derived from them is computed
//! by plain functions of the panels.

use super::ids::Id;
use super::panels::look::USUAL;
use super::panels::waterfall::Trace;
use super::zone::Zone;
use crate::digest::Axis;
use crate::entry::Nanos;
use crate::error::Problem;
use crate::protocol::selected::{Seek, Selected};
use crate::protocol::sides::Wanted;
use crate::protocol::{FileKey, Line, Record, Sketch};
use crate::query::Filter;
use crate::redact::Level;
use crate::report::model::{Boundary, FileRow, Section};
use crate::report::render::Redacted;
use leptos::prelude::*;
use std::collections::BTreeSet;
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

/// Patterns that are marked as noise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Their numbers in the report's table.
    pub patterns: BTreeSet<u32>,
    /// What came of them last, or empty.
    pub said: String,
}

/// A comparison as it is shown.
#[derive(Debug, PartialEq, Eq)]
pub struct Compared {
    /// Its tables.
    pub sections: Vec<Section>,
    /// The report with what it tells.
    pub report: Arc<Redacted>,
}

/// The active filter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    /// What its shapes and rows are evidence of, or empty.
    pub title: String,
    /// Which entries.
    pub filter: Filter,
}

/// The stretch of the filtered entries that is here. Places count from the oldest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listed {
    /// How many there are in all; `None` while the first answer is awaited.
    pub total: Option<u64>,
    /// Place of the first one here.
    pub from: u64,
    /// Place after the last one that was asked for.
    pub until: u64,
    /// Those that are here.
    pub rows: Vec<Line>,
}

/// How a search through all bytes goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Searching {
    /// Its number.
    pub number: u32,
    /// Bytes read.
    pub read: u64,
    /// Bytes to read in all.
    pub total: u64,
    /// Entries found.
    pub entries: u64,
    /// Nothing is read any more.
    pub done: bool,
}

/// The dialogs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// Keys and words.
    Help,
    /// Copy and save the report.
    Export,
    /// Copy and save the comparison.
    ExportChanges,
    /// Columns, lines, order and time zone.
    View,
    /// Why nothing leaves the tab.
    Privacy,
    /// Everything that can be done, by name.
    Palette,
    /// The active filter as text, and its way into other tools.
    Query,
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

impl Theme {
    /// The next one in turn.
    pub fn next(self) -> Theme {
        match self {
            Theme::System => Theme::Light,
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::System,
        }
    }
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
    /// The file of the report, if that was opened again without its log.
    pub reopened: RwSignal<Option<LoadedFile>>,
    /// Rule files that the next report uses.
    pub rules: RwSignal<Vec<LoadedRules>>,
    /// The report.
    pub report: RwSignal<Option<Arc<Redacted>>>,
    /// The section at which the next report is opened, instead of its beginning.
    pub landing: RwSignal<Option<Id>>,
    /// Changes of revision in its log.
    pub boundaries: RwSignal<Vec<Boundary>>,
    /// The comparison that is asked for.
    pub wanted: RwSignal<Option<Wanted>>,
    /// The comparison, or why there is none; `None` while it is made.
    pub changes: RwSignal<Option<Result<Arc<Compared>, Problem>>>,
    /// The span that is kept as the side before.
    pub earlier: RwSignal<Option<[Nanos; 2]>>,
    /// Problems to show above everything else.
    pub problems: RwSignal<Vec<Problem>>,
    /// The active filter; its entries stand in the drawer. Changed through [`mod@super::view`] only.
    pub drawer: RwSignal<Option<Shown>>,
    /// Entries in the drawer.
    pub listed: RwSignal<Listed>,
    /// What the active filter lets through, counted, with the buckets that were asked for.
    pub counts: RwSignal<Option<Arc<(Axis, Selected)>>>,
    /// The stretch of time that the timeline shows, if it is not all of it.
    pub zoom: RwSignal<Option<Axis>>,
    /// What is wrong with the query that was written.
    pub fault: RwSignal<Option<Problem>>,
    /// The search that runs or ran last.
    pub searching: RwSignal<Option<Searching>>,
    /// Place of the present entry in the list.
    pub at: RwSignal<u64>,
    /// Whether that entry is shown in full.
    pub opened: RwSignal<bool>,
    /// The entry in full that arrived last.
    pub record: RwSignal<Option<Record>>,
    /// The newest entry comes first.
    pub newest: RwSignal<bool>,
    /// An entry of the list takes three lines and not one.
    pub tall: RwSignal<bool>,
    /// Long lines of an entry are wrapped.
    pub wrap: RwSignal<bool>,
    /// Rows of the list stand close.
    pub dense: RwSignal<bool>,
    /// What a row of the list shows.
    pub columns: RwSignal<[bool; 8]>,
    /// The zone of the times that are shown.
    pub zone: RwSignal<Zone>,
    /// A trace is shown as bars and not as a list.
    pub waterfall: RwSignal<bool>,
    /// The trace that arrived last.
    pub trace: RwSignal<Option<Trace>>,
    /// Patterns that are marked as noise.
    pub noise: RwSignal<Marks>,
    /// Figures for the small drawings of the report.
    pub sketch: RwSignal<Option<Arc<Sketch>>>,
    /// The facet of which more values are shown than the first ones.
    pub seek: RwSignal<Option<Seek>>,
    /// The facets stand beside the entries.
    pub facets: RwSignal<bool>,
    /// The entries have the page's whole width.
    pub wide: RwSignal<bool>,
    /// Name of the file that was taken out last and can be put back.
    pub removed: RwSignal<Option<String>>,
    /// How many files have to be read again, since the worker that held them ended.
    pub lost: RwSignal<usize>,
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
    /// The reader's own words, taken out as well.
    pub words: RwSignal<Vec<String>>,
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
            reopened: RwSignal::new(None),
            rules: RwSignal::new(Vec::new()),
            report: RwSignal::new(None),
            landing: RwSignal::new(None),
            boundaries: RwSignal::new(Vec::new()),
            wanted: RwSignal::new(None),
            changes: RwSignal::new(None),
            earlier: RwSignal::new(None),
            problems: RwSignal::new(Vec::new()),
            drawer: RwSignal::new(None),
            listed: RwSignal::new(Listed::default()),
            counts: RwSignal::new(None),
            zoom: RwSignal::new(None),
            fault: RwSignal::new(None),
            searching: RwSignal::new(None),
            at: RwSignal::new(0),
            opened: RwSignal::new(false),
            record: RwSignal::new(None),
            newest: RwSignal::new(false),
            tall: RwSignal::new(true),
            wrap: RwSignal::new(true),
            dense: RwSignal::new(false),
            columns: RwSignal::new(USUAL),
            zone: RwSignal::new(Zone::Utc),
            waterfall: RwSignal::new(false),
            trace: RwSignal::new(None),
            noise: RwSignal::new(Marks::default()),
            sketch: RwSignal::new(None),
            seek: RwSignal::new(None),
            facets: RwSignal::new(false),
            wide: RwSignal::new(false),
            removed: RwSignal::new(None),
            lost: RwSignal::new(0),
            dialog: RwSignal::new(None),
            said: RwSignal::new(String::new()),
            theme: RwSignal::new(Theme::System),
            single_keys: RwSignal::new(true),
            level: RwSignal::new(Level::Secrets),
            words: RwSignal::new(Vec::new()),
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
}

impl Default for State {
    fn default() -> State {
        State::new()
    }
}

/// Whether a report names a file, or members of it, as it is called: a name that it holds otherwise was taken out.
pub fn is_told(report: Option<&Redacted>, name: &str) -> bool {
    let is_it = |row: &FileRow| row.name == name || row.name.starts_with(&format!("{name}/"));
    report.is_none_or(|told| told.report.raw.files.iter().any(is_it))
}
