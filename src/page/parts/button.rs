//! A style, words and what to do in, a button out. One kind of button for all, so that the program stays small.

use leptos::ev;
use leptos::html::button as element;
use leptos::prelude::*;

/// A button.
pub fn button(style: &'static str, words: impl IntoAny, run: impl Fn() + 'static) -> AnyView {
    made(style, None, String::new(), words.into_any(), Box::new(run))
}

/// A button whose words are not enough for those that hear and don't see what stands around it; `name` holds the words.
pub fn named(style: &'static str, name: String, words: impl IntoAny, run: impl Fn() + 'static) -> AnyView {
    made(style, None, name, words.into_any(), Box::new(run))
}

/// A button that is pressed or not.
pub fn switch(words: &'static str, signal: RwSignal<bool>) -> AnyView {
    let flip = move || signal.update(|on| *on = !*on);
    made("quiet switch", Some(signal), String::new(), words.into_any(), Box::new(flip))
}

fn made(
    style: &'static str,
    pressed: Option<RwSignal<bool>>,
    name: String,
    words: AnyView,
    run: Box<dyn Fn()>,
) -> AnyView {
    element()
        .r#type("button")
        .class(style)
        .attr("aria-label", (!name.is_empty()).then_some(name))
        .attr("aria-pressed", move || pressed.map(|on| if on.get() { "true" } else { "false" }))
        .on(ev::click, move |_| run())
        .child(words)
        .into_any()
}
