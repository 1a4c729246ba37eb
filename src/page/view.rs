//! The one active filter: takes changes of it, gives the entries to ask for and the way back through earlier ones.
//!
//! The list of filters lives in memory. The browser's history holds places in it, numbers, and nothing of a log.

use super::parts::dialog;
use super::state::{Listed, Shown, State};
use super::{focus, host, link};
use crate::digest::Axis;
use crate::query::{Filter, Term};
use crate::report::model::Report;
use leptos::ev;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::time::Duration;

/// Filters in the order in which they were active, and the place of the present one.
struct Past {
    list: Vec<Option<Shown>>,
    at: usize,
}

/// How long nothing is typed before all bytes are searched.
const PAUSE: Duration = Duration::from_millis(350);

thread_local! {
    static TYPED: Cell<u32> = const { Cell::new(0) };
    static PAST: RefCell<Past> = const { RefCell::new(Past { list: Vec::new(), at: 0 }) };
}

/// The buckets of the whole timeline.
pub fn whole(state: State) -> Option<Axis> {
    state.report.with_untracked(|report| {
        let line = report.as_ref()?.report.timeline.as_ref()?;
        let buckets = u32::try_from(line.buckets.len()).ok()?;
        Some(Axis { from: line.from, bucket_nanos: line.bucket_nanos, buckets })
    })
}

/// Listens to Back and Forward for as long as the page lives.
pub fn listen(state: State) {
    let handle = window_event_listener(ev::popstate, move |event| {
        // A place is a small whole number; what is none stands for the report alone.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let at = event.state().as_f64().unwrap_or(0.0) as usize;
        let shown = PAST.with_borrow_mut(|past| {
            past.at = at;
            past.list.get(at).cloned().flatten()
        });
        apply(state, shown);
    });
    on_cleanup(move || handle.remove());
}

/// Forgets all filters: their numbers mean nothing in another report. Their places stay, and lead to the report alone.
pub fn forget(state: State) {
    PAST.with_borrow_mut(|past| past.list.fill(None));
    state.zoom.set(None);
    state.counts.set(None);
    state.seek.set(None);
    lay_down(state, None);
}

/// Makes a filter the active one, or none.
pub fn set(state: State, shown: Option<Shown>) {
    if state.drawer.with_untracked(|now| *now == shown) {
        return;
    }
    let at = PAST.with_borrow_mut(|past| {
        if past.list.is_empty() {
            past.list.push(None);
            past.at = 0;
        }
        past.list.truncate(past.at.saturating_add(1));
        past.list.push(shown.clone());
        past.at = past.list.len() - 1;
        past.at
    });
    host::step(at);
    apply(state, shown);
}

fn apply(state: State, shown: Option<Shown>) {
    link::ask_entries(shown.as_ref().map(|shown| &shown.filter));
    if shown.as_ref().is_some_and(|shown| !shown.filter.terms().is_empty()) {
        // Not while she is still typing.
        let mark = TYPED.get().wrapping_add(1);
        TYPED.set(mark);
        set_timeout(
            move || {
                if TYPED.get() == mark {
                    link::search();
                }
            },
            PAUSE,
        );
    }
    lay_down(state, shown);
}

fn lay_down(state: State, shown: Option<Shown>) {
    state.opened.set(false);
    state.at.set(0);
    if shown.is_none() {
        state.wide.set(false);
        state.listed.set(Listed::default());
    }
    state.drawer.set(shown);
}

/// Shows the entries that pass a filter and moves focus to them.
pub fn show(state: State, filter: Filter, title: String) {
    focus::remember();
    set(state, Some(Shown { title, filter }));
    focus::once_drawn(|| focus::to(super::ids::Id::DrawerTitle));
}

/// Shows the entries behind a number of the evidence list.
pub fn show_evidence(state: State, report: &Report, evidence: u32, title: String) {
    if let Some(found) = report.evidence.get(evidence as usize) {
        show(state, found.filter.clone(), title);
    }
}

/// Changes the active filter, or begins one, and leaves focus where it is.
pub fn narrow(state: State, change: impl FnOnce(&mut Filter)) {
    let mut shown = state.drawer.get_untracked().unwrap_or_default();
    change(&mut shown.filter);
    if shown.filter.shapes.is_empty() && shown.filter.rows.is_empty() {
        shown.title = String::new();
    }
    set(state, Some(shown));
}

/// What stands in the search box: the first text of a filter.
pub fn typed(filter: &Filter) -> &str {
    match filter.texts.first() {
        Some(Term { any, regex: false }) if any.len() == 1 => any.first().map_or("", String::as_str),
        _ => "",
    }
}

/// Another text in the search box: the first letter is a step of its own, further letters belong to it.
pub fn retype(state: State, text: String) {
    let Some(mut shown) = state.drawer.get_untracked() else { return };
    let was_typing = !typed(&shown.filter).is_empty();
    if was_typing {
        shown.filter.texts.remove(0);
    }
    if !text.is_empty() {
        shown.filter.texts.insert(0, Term { any: vec![text], regex: false });
    }
    if !was_typing {
        return set(state, Some(shown));
    }
    PAST.with_borrow_mut(|past| {
        let at = past.at;
        if let Some(slot) = past.list.get_mut(at) {
            *slot = Some(shown.clone());
        }
    });
    apply(state, Some(shown));
}

/// Makes a filter that was written as text the active one, and closes the dialog in which it was written.
pub fn read(state: State, filter: Filter) {
    state.fault.set(None);
    dialog::close(state);
    set(state, Some(Shown { title: String::new(), filter }));
    focus::once_drawn(|| focus::to(super::ids::Id::DrawerTitle));
}

/// Closes the drawer and gives focus back.
pub fn clear(state: State) {
    set(state, None);
    focus::give_back();
}
