//! A title and a body in, a native modal dialog out: the browser keeps focus inside and gives it back.

use crate::page::state::State;
use leptos::ev;
use leptos::html::{Dialog as DialogElement, button, dialog, div, h2};
use leptos::prelude::*;

/// Opens when drawn, closes through its button, Escape or a click beside it.
pub fn modal(state: State, title: &'static str, body: AnyView) -> AnyView {
    let node: NodeRef<DialogElement> = NodeRef::new();
    let shown = state.dialog.get_untracked();
    // Browsers tell of a close a moment later; a dialog that was asked for meanwhile stays.
    let closed = move |_| {
        if state.dialog.get_untracked() == shown {
            state.dialog.set(None);
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
        .child(
            div().class("dialog-body").child((
                div().class("dialog-head").child((
                    h2().id("dialog-title").child(title),
                    button()
                        .r#type("button")
                        .class("quiet")
                        .on(ev::click, move |_| {
                            if let Some(element) = node.get_untracked() {
                                element.close();
                            }
                        })
                        .child("Close"),
                )),
                body,
            )),
        )
        .into_any()
}
