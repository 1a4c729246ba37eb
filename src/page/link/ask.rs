//! Questions about entries: takes the active filter and the places in view, gives answers to the list.
//!
//! One question at a time: what is asked while the lead thinks replaces what was to be asked next, so that neither
//! typing nor scrolling makes a queue.

use super::Link;
use crate::digest::Axis;
use crate::page::format;
use crate::page::state::{Listed, Searching, State};
use crate::page::view;
use crate::protocol::selected::Selected;
use crate::protocol::{Line, ToWorker};
use crate::query::{Filter, Term};
use leptos::prelude::*;
use std::sync::Arc;

/// Entries asked for at a time: what a tall screen shows, and as much again around it.
const PAGE_ROWS: u32 = 160;
/// Entries of another filter that are asked for first: what a screen shows. Where they lie far apart each is read by itself.
const FIRST_ROWS: u32 = 40;

/// Searches whose finds the lead keeps.
const KEPT: usize = 8;

#[derive(Debug, Default)]
pub(super) struct Asking {
    /// Number of the filter; answers to older ones are dropped.
    number: u32,
    filter: Filter,
    /// The lead has not answered yet.
    is_open: bool,
    /// The place to ask for next.
    next: Option<u64>,
    /// Nothing has been said of this filter yet.
    is_new: bool,
    /// Number of the question for counts that is open, and the buckets it asks for.
    counting: Option<(u32, Axis)>,
    /// The counts in hand are not those of the filter.
    is_stale: bool,
    /// Numbers of questions for counts, and of searches.
    last: u32,
    /// Terms that all bytes were searched for.
    searched: Vec<Term>,
}

impl Asking {
    /// Entries to ask for.
    fn limit(&self) -> u32 {
        if self.is_new { FIRST_ROWS } else { PAGE_ROWS }
    }
}

/// Stops searching.
pub fn stop_search() {
    super::with(Link::stop_search);
}

/// Asks for the steps of a trace.
pub fn ask_steps(state: &State, filter: Filter) {
    let level = state.level.get_untracked();
    super::with(|link| link.to_lead(&ToWorker::Steps { filter, level }));
}

impl Link {
    /// Another filter, or none.
    pub(super) fn begin(&mut self, filter: Option<&Filter>) {
        if self.has_no_log() {
            return;
        }
        self.asking.number = self.asking.number.wrapping_add(1);
        self.asking.filter = filter.cloned().unwrap_or_default();
        self.asking.is_new = true;
        // Counting finds the rows of the filter as well.
        self.count();
        if filter.is_some() {
            self.go_on(0);
        }
    }

    /// A report that was opened again has no entries to ask for; the drawer says so.
    fn has_no_log(&self) -> bool {
        self.state.reopened.with_untracked(Option::is_some)
    }

    /// The same filter once more: a search has found more.
    fn again(&mut self) {
        let from = self.state.listed.with_untracked(|listed| listed.from);
        self.go_on(from);
        self.count();
    }

    /// Asks for the counts of the active filter.
    pub(super) fn count(&mut self) {
        if self.has_no_log() {
            return;
        }
        if self.asking.counting.is_some() {
            self.asking.is_stale = true;
            return;
        }
        let Some(axis) = self.state.zoom.get_untracked().or_else(|| view::whole(self.state)) else { return };
        self.asking.last = self.asking.last.wrapping_add(1);
        let ask = self.asking.last;
        self.asking.counting = Some((ask, axis));
        let (filter, level) = (self.asking.filter.clone(), self.state.level.get_untracked());
        let seek = self.state.seek.get_untracked();
        self.to_lead(&ToWorker::Select { ask, filter, axis, seek, level });
    }

    pub(super) fn show_counts(&mut self, counts: Selected) {
        let Some((ask, axis)) = self.asking.counting else { return };
        if ask == counts.ask {
            self.asking.counting = None;
            self.state.counts.set(Some(Arc::new((axis, counts))));
            if std::mem::take(&mut self.asking.is_stale) {
                self.count();
            }
        }
    }

    /// Another report: what is open will not be answered.
    pub(super) fn begin_anew(&mut self) {
        let last = self.asking.last;
        self.asking = Asking { number: self.asking.number.wrapping_add(1), last, ..Asking::default() };
        self.state.searching.set(None);
    }

    /// Looks in all bytes of the files for a term of the active filter that was not looked for yet.
    pub(super) fn search(&mut self) {
        if self.has_no_log() {
            return;
        }
        let terms: Vec<Term> = self.asking.filter.terms().into_iter().cloned().collect();
        if self.state.searching.with_untracked(|now| now.as_ref().is_some_and(|now| !now.done)) {
            if self.asking.searched.last().is_some_and(|term| terms.contains(term)) {
                return;
            }
            // What is not wanted any more is forgotten half done.
            self.asking.searched.pop();
        }
        let Some(term) = terms.into_iter().find(|term| !self.asking.searched.contains(term)) else { return };
        self.asking.last = self.asking.last.wrapping_add(1);
        let number = self.asking.last;
        if self.asking.searched.len() >= KEPT {
            self.asking.searched.remove(0);
        }
        self.asking.searched.push(term.clone());
        self.state.searching.set(Some(Searching { number, ..Searching::default() }));
        self.to_lead(&ToWorker::Search { search: number, term });
    }

    /// Stops searching; what was found is forgotten.
    pub(super) fn stop_search(&mut self) {
        self.asking.searched.pop();
        self.state.searching.set(None);
        self.to_lead(&ToWorker::StopSearch);
        self.again();
    }

    pub(super) fn show_search(&mut self, now: Searching) {
        if self.state.searching.with_untracked(|old| old.as_ref().is_some_and(|old| old.number == now.number))
        {
            if now.done {
                self.state
                    .said
                    .set(format!("Searched: {}", format::counted(now.entries, "entry", "entries")));
            }
            let is_done = now.done;
            self.state.searching.set(Some(now));
            self.again();
            if is_done {
                self.search();
            }
        }
    }

    /// Another place of the same filter.
    pub(super) fn go_on(&mut self, offset: u64) {
        if self.asking.is_open {
            self.asking.next = Some(offset);
            return;
        }
        self.asking.is_open = true;
        let (ask, filter) = (self.asking.number, self.asking.filter.clone());
        let level = self.state.level.get_untracked();
        self.to_lead(&ToWorker::Entries { ask, filter, offset, limit: self.asking.limit(), level });
    }

    /// The lead has answered, or has another report by now.
    pub(super) fn asked(&mut self) {
        self.asking.is_open = false;
        if let Some(next) = self.asking.next.take() {
            self.go_on(next);
        }
    }

    pub(super) fn show_entries(&mut self, ask: u32, total: u64, from: u64, rows: Vec<Line>) {
        if ask == self.asking.number {
            let until = from.saturating_add(u64::from(self.asking.limit()));
            self.state.listed.set(Listed { total: Some(total), from, until, rows });
            if std::mem::take(&mut self.asking.is_new) {
                self.state.said.set(format::counted(total, "entry", "entries"));
                if until < total {
                    self.asking.next.get_or_insert(from);
                }
            }
        }
        self.asked();
    }
}
