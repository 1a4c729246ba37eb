//! Where focus came from, so that it can go back. Takes and gives nothing; keeps one element.

use super::ids::Id;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};

thread_local! {
    static ORIGIN: RefCell<Option<HtmlElement>> = const { RefCell::new(None) };
}

/// What takes text or keys of its own: pasting and single keys are left to it.
const EDITABLE: &str = "input:not([type=file]), textarea, select, [contenteditable]";

/// Whether something stands in a field that takes text.
pub fn is_editable(target: Option<EventTarget>) -> bool {
    let element = target.and_then(|target| target.dyn_into::<Element>().ok());
    element.is_some_and(|element| element.closest(EDITABLE).ok().flatten().is_some())
}

fn document() -> Option<web_sys::Document> {
    web_sys::window().and_then(|window| window.document())
}

/// Remembers the element that has focus now, unless it stands in the drawer itself.
pub fn remember() {
    let active = document()
        .and_then(|document| document.active_element())
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = active
        && element.closest(&format!("#{}", Id::Drawer)).ok().flatten().is_none()
    {
        ORIGIN.with_borrow_mut(|origin| *origin = Some(element));
    }
}

/// Focuses the remembered element if it still stands in the page.
pub fn give_back() {
    if let Some(element) = ORIGIN.take()
        && element.is_connected()
    {
        let _ = element.focus();
    }
}

fn element(id: &str) -> Option<HtmlElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Focuses an element by id.
pub fn to(id: Id) {
    if let Some(element) = element(id.name()) {
        let _ = element.focus();
    }
}

/// Focuses the row at a place of the list, else the present entry of a waterfall. A list goes by places, since the row left
/// may bear the id of the present one for a moment longer.
pub fn row(at: u64) {
    let row = format!("#{} [aria-posinset='{}'] > button", Id::Drawer, at.saturating_add(1));
    let found = document().and_then(|document| document.query_selector(&row).ok().flatten());
    match found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        Some(element) => {
            let _ = element.focus();
        }
        None => to(Id::EntryAt),
    }
}

/// Does something once what has changed is drawn, and before the next key: effects run in microtasks, as this does. A frame
/// would be too late, since keys come faster.
pub fn once_drawn(run: impl FnOnce() + 'static) {
    leptos::task::spawn_local(async move {
        leptos::task::tick().await;
        run();
    });
}

/// Focuses an element by id if nothing has focus: what had it was drawn anew.
pub fn keep(id: Id) {
    let is_lost = document()
        .and_then(|document| document.active_element())
        .is_none_or(|element| element.tag_name() == "BODY");
    if is_lost {
        to(id);
    }
}

/// Clicks an element by id.
pub fn click(id: Id) {
    if let Some(element) = element(id.name()) {
        element.click();
    }
}

/// Scrolls an element into view and focuses it.
pub fn jump(id: &str) {
    if let Some(element) = element(id) {
        element.scroll_into_view();
        let _ = element.focus();
    }
}

/// Opens what an element is folded into, and goes to it.
pub fn unfold(id: Id) {
    let folded = element(id.name()).and_then(|element| element.closest("details").ok().flatten());
    if let Some(folded) = folded {
        let _ = folded.set_attribute("open", "");
    }
    jump(id.name());
}

/// Scrolls an element into view, as little as it takes.
pub fn reveal(id: &str) {
    if let Some(element) = element(id) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}
