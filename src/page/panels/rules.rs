//! Rule files of the reader's own: which are loaded, and how to take one out.

use crate::page::format;
use crate::page::link;
use crate::page::state::{LoadedRules, Stage, State};
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
        // On the first screen it stands right below the title of the page.
        let level = move || (state.stage.get() == Stage::Landing).then_some("2");
        let title = h3().attr("aria-level", level).child("Rules of your own");
        div().class("rules").child((title, ul().aria_label("Rule files").child(rows))).into_any()
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
