//! Single keys in, what they stand for out. Off while typing, in dialogs, and when switched off in the help.

use super::focus;
use super::ids::Id;
use super::state::{Dialog, Stage, State};
use crate::query::Filter;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Search.
    Search,
    /// Next or previous thing (`+1`, `-1`).
    Step(i32),
    /// Next or previous finding.
    Finding(i32),
    /// Timeline.
    Timeline,
    /// Export.
    Export,
    /// Help.
    Help,
}

/// What a key stands for.
pub fn wish(key: &str) -> Option<Wish> {
    Some(match key {
        "/" => Wish::Search,
        "j" => Wish::Step(1),
        "k" => Wish::Step(-1),
        "]" => Wish::Finding(1),
        "[" => Wish::Finding(-1),
        "t" => Wish::Timeline,
        "e" => Wish::Export,
        "?" => Wish::Help,
        _ => return None,
    })
}

/// Listens for as long as the page lives.
pub fn listen(state: State) {
    let handle = window_event_listener(ev::keydown, move |event| pressed(state, &event));
    on_cleanup(move || handle.remove());
}

fn pressed(state: State, event: &KeyboardEvent) {
    if state.dialog.get_untracked().is_some() {
        return;
    }
    if event.key() == "Escape" && state.drawer.get_untracked().is_some() {
        event.prevent_default();
        state.close_drawer();
        return;
    }
    let typing = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    if typing || event.ctrl_key() || event.meta_key() || event.alt_key() || !state.single_keys.get_untracked()
    {
        return;
    }
    let Some(wish) = wish(&event.key()) else { return };
    let report = state.stage.get_untracked() == Stage::Report;
    if !report && wish != Wish::Help {
        return;
    }
    event.prevent_default();
    match wish {
        Wish::Help => state.dialog.set(Some(Dialog::Help)),
        Wish::Export => state.dialog.set(Some(Dialog::Export)),
        Wish::Timeline => focus::jump(Id::Timeline.name()),
        Wish::Search => {
            if state.drawer.get_untracked().is_none() {
                state.show_filter(Filter::default(), "All entries".into());
            }
            request_animation_frame(|| focus::to(Id::Search));
        }
        Wish::Finding(by) => step("#findings > article", by),
        Wish::Step(by) => {
            let drawer = state.drawer.get_untracked().is_some();
            step(if drawer { "#drawer .entry-head" } else { "#report > section, #findings > article" }, by);
        }
    }
}

/// Moves focus along the elements that a selector finds, from the one that has it or stands at the top.
fn step(selector: &str, by: i32) {
    let Ok(list) = document().query_selector_all(selector) else { return };
    let elements: Vec<HtmlElement> =
        (0..list.length()).filter_map(|i| list.get(i)).filter_map(|node| node.dyn_into().ok()).collect();
    let active = document().active_element();
    let at = elements
        .iter()
        .rposition(|element| active.as_ref().is_some_and(|active| element.contains(Some(active))));
    let next = match at {
        Some(at) => at.saturating_add_signed(by as isize).min(elements.len().saturating_sub(1)),
        None if by > 0 => 0,
        None => elements.len().saturating_sub(1),
    };
    if let Some(element) = elements.get(next) {
        element.scroll_into_view();
        let _ = element.focus();
    }
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
