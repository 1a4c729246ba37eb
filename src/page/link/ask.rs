//! Questions about entries: takes the active filter and the places in view, gives answers to the list.
//!
//! One question at a time: what is asked while the lead thinks replaces what was to be asked next, so that neither
//! typing nor scrolling makes a queue.

use super::Link;
use crate::page::format;
use crate::page::state::Listed;
use crate::protocol::ToWorker;
use crate::query::Filter;
use crate::report::model::Quote;
use leptos::prelude::*;

/// Entries asked for at a time: what a tall screen shows, and as much again around it.
const PAGE_ROWS: u32 = 160;

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
}

impl Link {
    /// Another filter.
    pub(super) fn begin(&mut self, filter: &Filter) {
        self.asking.number = self.asking.number.wrapping_add(1);
        self.asking.filter = filter.clone();
        self.asking.is_new = true;
        self.go_on(0);
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
        self.to_lead(&ToWorker::Entries { ask, filter, offset, limit: PAGE_ROWS, level });
    }

    /// The lead has answered, or has another report by now.
    pub(super) fn asked(&mut self) {
        self.asking.is_open = false;
        if let Some(next) = self.asking.next.take() {
            self.go_on(next);
        }
    }

    pub(super) fn show_entries(&mut self, ask: u32, total: u64, from: u64, rows: Vec<Quote>) {
        if ask == self.asking.number {
            let until = from.saturating_add(u64::from(PAGE_ROWS));
            self.state.listed.set(Listed { total: Some(total), from, until, rows });
            if std::mem::take(&mut self.asking.is_new) {
                self.state.said.set(format::counted(total, "entry", "entries"));
            }
        }
        self.asked();
    }
}
