//! Rule files of the reader's own: which are loaded, and how to take one out.

use crate::page::format;
use crate::page::link;
use crate::page::state::{LoadedRules, State};
use leptos::ev;
use leptos::html::{button, code, div, h3, li, span, ul};
use leptos::prelude::*;

/// The list, or nothing where none is loaded.
pub fn rules(state: State) -> AnyView {
    (move || {
        let files = state.rules.get();
        if files.is_empty() {
            return ().into_any();
        }
        let rows: Vec<AnyView> = files.into_iter().map(row).collect();
        div()
            .class("rules")
            .child((h3().child("Rules of your own"), ul().aria_label("Rule files").child(rows)))
            .into_any()
    })
    .into_any()
}

fn row(file: LoadedRules) -> AnyView {
    let LoadedRules { key, name, signatures } = file;
    li().child((
        code().class("plain").child(name.clone()),
        " ",
        span().class("note").child(format::counted(u64::from(signatures), "rule", "rules")),
        " ",
        button()
            .r#type("button")
            .class("quiet")
            .aria_label(format!("Remove {name}"))
            .on(ev::click, move |_| link::remove_rules(key))
            .child("Remove"),
    ))
    .into_any()
}
