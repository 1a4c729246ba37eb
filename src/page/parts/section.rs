//! A heading and a body in, a landmark that the outline links to out.

use crate::page::ids::Id;
use leptos::html::{h2, section};
use leptos::prelude::*;

/// A section of the report.
pub fn titled(id: Id, title: &'static str, body: AnyView) -> AnyView {
    let heading = format!("{id}-heading");
    section()
        .id(id.name())
        .class("section")
        .tabindex("-1")
        .aria_labelledby(heading.clone())
        .child((h2().id(heading).child(title), body))
        .into_any()
}
