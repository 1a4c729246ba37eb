//! A text in, a button that copies it out.

use super::button::button;
use leptos::html::span;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Copies `text`; the button says so.
pub fn copy(label: &'static str, text: String) -> AnyView {
    copy_of(label, "", text)
}

/// The same for one of several things; `what` tells those that hear and don't see which one it is.
pub fn copy_of(label: &'static str, what: &str, text: String) -> AnyView {
    let done = RwSignal::new(false);
    let words = move || if done.get() { "Copied" } else { label };
    let what = (!what.is_empty()).then(|| span().class("visually-hidden").child(format!(": {what}")));
    button("quiet", (words, what), move || to_clipboard(text.clone(), move |copied| done.set(copied)))
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
