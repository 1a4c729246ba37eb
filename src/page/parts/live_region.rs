//! The one live region: takes what is said last, gives a polite status that only assistive technology shows.

use crate::page::ids::Id;
use crate::page::state::State;
use leptos::html::div;
use leptos::prelude::*;

/// The region.
pub fn live_region(state: State) -> AnyView {
    div()
        .id(Id::Live.name())
        .class("visually-hidden")
        .role("status")
        .aria_live("polite")
        .child(move || state.said.get())
        .into_any()
}
