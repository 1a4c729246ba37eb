//! A text in, a button that copies it out.

use leptos::ev;
use leptos::html::button;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Copies `text`; the button says so.
pub fn copy(label: &'static str, text: String) -> AnyView {
    let done = RwSignal::new(false);
    button()
        .r#type("button")
        .class("quiet copy")
        .on(ev::click, move |_| to_clipboard(text.clone(), move |copied| done.set(copied)))
        .child(move || if done.get() { "Copied" } else { label })
        .into_any()
}

/// Writes to the clipboard and says whether it worked.
pub fn to_clipboard(text: String, then: impl Fn(bool) + 'static) {
    wasm_bindgen_futures::spawn_local(async move {
        let written = match web_sys::window() {
            Some(window) => JsFuture::from(window.navigator().clipboard().write_text(&text)).await.is_ok(),
            None => false,
        };
        then(written);
    });
}
