//! Keys in, what is done out: one list of everything that can be done, for single keys, the help and the palette.
//!
//! Single keys are off while typing, in dialogs, and when switched off in the help.

use super::ids::Id;
use super::panels::{list, record};
use super::parts::dialog;
use super::state::{Dialog, Stage, State};
use super::{focus, link, view};
use crate::query::Filter;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

/// Something that can be done: its key (or none), its words, whether it needs a report, and how.
pub struct Action {
    /// The key, as `KeyboardEvent.key` names it.
    pub key: &'static str,
    /// What it does.
    pub words: &'static str,
    /// Whether there has to be a report.
    pub needs_report: bool,
    /// Does it.
    pub run: fn(State),
}

const fn action(key: &'static str, words: &'static str, needs_report: bool, run: fn(State)) -> Action {
    Action { key, words, needs_report, run }
}

/// Everything that can be done.
pub const ACTIONS: [Action; 25] = [
    action("/", "Search the entries", true, search),
    action("n", "Next match", true, |state| seek(state, 1)),
    action("N", "Previous match", true, |state| seek(state, -1)),
    action("j", "Next entry or section", true, |state| step(state, 1)),
    action("k", "Previous entry or section", true, |state| step(state, -1)),
    action("]", "Next finding", true, |_| walk(FINDINGS, 1)),
    action("[", "Previous finding", true, |_| walk(FINDINGS, -1)),
    action("t", "Go to the timeline", true, |_| focus::to(Id::Plot)),
    action("c", "Go to what changed", true, |_| focus::jump(Id::Changes.name())),
    action("w", "Entries in full width, or beside the report", true, wide),
    action("o", "Newest or oldest entries first", true, |state| flip(state.newest)),
    action("l", "Entries in one line or three", true, |state| flip(state.tall)),
    action("v", "View: columns, lines, time zone", true, |state| state.dialog.set(Some(Dialog::View))),
    action("g", "Waterfall or list of a trace", true, |state| flip(state.waterfall)),
    action("f", "Facets of the entries", true, |state| flip(state.facets)),
    action("q", "Query, hand-off, entries as a file", true, |state| state.dialog.set(Some(Dialog::Query))),
    action("e", "Export the report", true, |state| state.dialog.set(Some(Dialog::Export))),
    action("?", "Help", false, |state| state.dialog.set(Some(Dialog::Help))),
    action("", "Close the entries", true, view::clear),
    action("", "Add files", false, |_| focus::click(Id::More)),
    action("", "Colours: as the system, light or dark", false, |state| {
        state.theme.update(|theme| *theme = theme.next());
    }),
    action("", "Why nothing leaves this tab", false, |state| state.dialog.set(Some(Dialog::Privacy))),
    action("", "Print, or save as PDF", true, print),
    action("", "Put the removed file back", false, |state| link::put_back(&state)),
    action("", "Single keys on or off", false, |state| flip(state.single_keys)),
];

const FINDINGS: &str = "#findings > article";
const STOPS: &str = "#report > section, #findings > article";

fn flip(signal: RwSignal<bool>) {
    signal.update(|on| *on = !*on);
}

fn print(_: State) {
    let _ = window().print();
}

fn search(state: State) {
    if state.drawer.with_untracked(Option::is_none) {
        view::show(state, Filter::default(), String::new());
    }
    focus::once_drawn(|| focus::to(Id::Search));
}

fn seek(state: State, by: i64) {
    list::seek(state, by);
    list::step(state, 0);
}

fn wide(state: State) {
    if state.drawer.with_untracked(Option::is_none) {
        view::show(state, Filter::default(), String::new());
    }
    flip(state.wide);
}

fn step(state: State, by: i64) {
    if state.drawer.with_untracked(Option::is_some) {
        list::step(state, by);
    } else {
        walk(STOPS, by);
    }
}

/// Listens for as long as the page lives.
pub fn listen(state: State) {
    let handle = window_event_listener(ev::keydown, move |event| pressed(state, &event));
    on_cleanup(move || handle.remove());
}

fn pressed(state: State, event: &KeyboardEvent) {
    let is_command = event.ctrl_key() || event.meta_key();
    let key = event.key();
    if is_command && key.eq_ignore_ascii_case("k") {
        event.prevent_default();
        dialog::close(state);
        state.dialog.set(Some(Dialog::Palette));
        return;
    }
    if state.dialog.get_untracked().is_some() {
        return;
    }
    if key == "Escape" && !event.default_prevented() {
        if escape(state) {
            event.prevent_default();
        }
        return;
    }
    if focus::is_editable(event.target())
        || is_command
        || event.alt_key()
        || !state.single_keys.get_untracked()
    {
        return;
    }
    let has_report = state.stage.get_untracked() == Stage::Report;
    let found = ACTIONS.iter().find(|action| action.key == key && (has_report || !action.needs_report));
    if let Some(action) = found {
        event.prevent_default();
        (action.run)(state);
    }
}

/// Closes what was opened last: the entry, full width, the drawer.
fn escape(state: State) -> bool {
    if state.drawer.with_untracked(Option::is_none) {
        return false;
    }
    if state.opened.get_untracked() {
        record::close(state);
    } else {
        view::clear(state);
    }
    true
}

/// Moves focus along the elements that a selector finds, from the one that has it or stands at the top.
fn walk(selector: &str, by: i64) {
    let Ok(list) = document().query_selector_all(selector) else { return };
    let elements: Vec<HtmlElement> =
        (0..list.length()).filter_map(|i| list.get(i)).filter_map(|node| node.dyn_into().ok()).collect();
    let active = document().active_element();
    let at = elements
        .iter()
        .rposition(|element| active.as_ref().is_some_and(|active| element.contains(Some(active))));
    let last = elements.len().saturating_sub(1);
    let next = match at {
        Some(at) if by > 0 => (at + 1).min(last),
        Some(at) => at.saturating_sub(1),
        None if by > 0 => 0,
        None => last,
    };
    if let Some(element) = elements.get(next) {
        element.scroll_into_view();
        let _ = element.focus();
    }
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
