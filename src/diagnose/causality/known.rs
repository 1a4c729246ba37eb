//! What several rules ask of a scene, or what takes long to tell: found once, by whoever asks first.
//!
//! All of it is a function of the scene alone, so that it does not matter who finds it, and when.

use super::Scene;
use crate::diagnose::lifecycle::last_words;
use crate::diagnose::measures::rhythm::{self, Silence};
use crate::diagnose::measures::series::{self, Series};
use crate::diagnose::sections::absent;
use crate::diagnose::{changes, statements};
use crate::report::model::Sentence;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// What is known of a scene so far.
#[derive(Default)]
pub(crate) struct Known {
    statement_of: OnceLock<Vec<u32>>,
    series: OnceLock<Vec<Series>>,
    changes: OnceLock<Vec<usize>>,
    with_arrows: OnceLock<Vec<usize>>,
    ordinary: OnceLock<BTreeMap<String, Vec<usize>>>,
    said_at_starts: OnceLock<Vec<u32>>,
    silences: OnceLock<Vec<Silence>>,
    not_found: OnceLock<Vec<Sentence>>,
}

impl Scene<'_> {
    /// Numbers of the statements of all rows; [`u32::MAX`] where a row has none.
    pub(crate) fn statement_of(&self) -> &[u32] {
        self.known.statement_of.get_or_init(|| last_words::by_row(self.index, self.statements))
    }

    /// Series of figures, the longest first.
    pub(crate) fn series(&self) -> &[Series] {
        self.known.series.get_or_init(|| series::all(self.index))
    }

    /// Statements that are said seldom and tell of a change.
    pub(crate) fn changes(&self) -> &[usize] {
        self.known.changes.get_or_init(|| series::changes(self.statements))
    }

    /// Calm statements that may tell of a switched setting.
    pub(crate) fn with_arrows(&self) -> &[usize] {
        self.known.with_arrows.get_or_init(|| changes::switched::with_arrows(self.statements))
    }

    /// Statements that tell of the ordinary work of a service.
    pub(crate) fn ordinary(&self, service: &str) -> &[usize] {
        let all = self.known.ordinary.get_or_init(|| statements::ordinary::all(self));
        all.get(service).map_or(&[], Vec::as_slice)
    }

    /// Shapes that a service says as its instances start.
    pub(crate) fn said_at_starts(&self) -> &[u32] {
        self.known.said_at_starts.get_or_init(|| changes::restated::said_at_starts(self))
    }

    /// Paces that stop although the log goes on, the telling ones first.
    pub(crate) fn silences(&self) -> &[Silence] {
        self.known.silences.get_or_init(|| rhythm::silences(self))
    }

    /// What was looked for and not found.
    pub(crate) fn not_found(&self) -> &[Sentence] {
        self.known.not_found.get_or_init(|| absent::not_found(self))
    }

    /// Finds what nobody found yet, in the order in which it will be asked for: work for a second thread.
    pub(crate) fn look_ahead(&self) {
        self.series();
        self.silences();
        self.not_found();
    }
}
