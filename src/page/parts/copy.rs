//! A text in, a button that copies it out.

use super::button::button;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Copies `text`; the button says so.
pub fn copy(label: &'static str, text: String) -> AnyView {
    let done = RwSignal::new(false);
    let words = move || if done.get() { "Copied" } else { label };
    button("quiet", words, move || to_clipboard(text.clone(), move |copied| done.set(copied)))
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
