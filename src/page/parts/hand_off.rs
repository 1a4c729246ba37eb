//! A filter in, what fetches its entries in other tools out, to be copied.

use super::copy::copy_of;
use crate::query::Filter;
use crate::report::model::Report;
use crate::report::render;
use leptos::html::{code, details, div, p, span, summary};
use leptos::prelude::*;

/// Said where a part of the filter has no counterpart.
const PARTLY: &str = "Chosen entries, findings and files have no counterpart there and are left out.";
/// Said where redaction took something out.
const REPLACED: &str =
    "A placeholder such as <host-1> stands for what redaction took out: write the value in its place.";

/// A query, with its name, what language it is in where that is not plain, and a button that copies it.
pub fn command(title: String, language: Option<String>, text: String) -> AnyView {
    let language = language.map(|language| (" ", span().class("note").child(language)));
    let button = copy_of("Copy", &title, text.clone());
    div()
        .class("command")
        .child((
            div().class("command-head").child((span().child((title, language)), button)),
            code().class("command-text").tabindex("0").child(text),
        ))
        .into_any()
}

/// The queries of a filter.
pub fn hand_off(report: &Report, filter: &Filter) -> AnyView {
    let told = render::hand_off(report, filter);
    let rows: Vec<AnyView> =
        told.queries.into_iter().map(|(title, text)| command(title.to_owned(), None, text)).collect();
    let note = |is_so: bool, words: &'static str| is_so.then(|| p().class("note").child(words));
    (note(told.is_part, PARTLY), note(told.has_placeholder, REPLACED), rows).into_any()
}

/// The same behind a line that opens it; nothing where no other tool could be asked.
pub fn folded(title: String, report: &Report, filter: &Filter) -> AnyView {
    if filter.is_empty() {
        return ().into_any();
    }
    details().class("more hand-off").child((summary().child(title), hand_off(report, filter))).into_any()
}
