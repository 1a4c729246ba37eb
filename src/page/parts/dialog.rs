//! A title and a body in, a native modal dialog out: the browser keeps focus inside and gives it back.

use crate::page::state::State;
use leptos::ev;
use leptos::html::{Dialog as DialogElement, button, dialog, div, h2};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

/// Opens when drawn, closes through its button or Escape.
pub fn modal(state: State, title: &'static str, body: AnyView) -> AnyView {
    let node: NodeRef<DialogElement> = NodeRef::new();
    // The browser's own ways out (a gesture of a phone) tell of it a moment later, and of a dialog that is gone by then too.
    let closed = move |event: web_sys::Event| {
        let element = event.target().and_then(|target| target.dyn_into::<HtmlDialogElement>().ok());
        if element.is_some_and(|element| element.is_connected()) {
            state.dialog.set(None);
        }
    };
    // Escape is not left to the browser: the next key may come before it tells that the dialog is closed.
    let pressed = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" && !event.is_composing() {
            event.prevent_default();
            event.stop_propagation();
            close(state);
        }
    };
    Effect::new(move |_| {
        if let Some(element) = node.get()
            && !element.open()
        {
            let _ = element.show_modal();
        }
    });
    dialog()
        .node_ref(node)
        .class("dialog")
        .aria_labelledby("dialog-title")
        .on(ev::close, closed)
        .on(ev::keydown, pressed)
        .child(div().class("dialog-body").child((
            div().class("dialog-head").child((
                h2().id("dialog-title").child(title),
                button().r#type("button").class("quiet").on(ev::click, move |_| close(state)).child("Close"),
            )),
            body,
        )))
        .into_any()
}

/// Closes the open dialog at once: focus is back where it came from, and keys belong to the page again.
pub fn close(state: State) {
    let open = document().query_selector("dialog[open]").ok().flatten();
    if let Some(element) = open.and_then(|element| element.dyn_into::<HtmlDialogElement>().ok()) {
        element.close();
    }
    state.dialog.set(None);
}
