//! The bar at the top: name, what is loaded, and what can be done with it.

use crate::page::intake;
use crate::page::link;
use crate::page::state::{Dialog, Stage, State, Theme};
use leptos::ev;
use leptos::html::{Input, button, div, header as header_element, input, nav, span};
use leptos::prelude::*;

/// The bar.
pub fn header(state: State) -> AnyView {
    let picker: NodeRef<Input> = NodeRef::new();
    header_element()
        .class("header")
        .child((
            span().class("brand").child("Fivewhys"),
            span().class("header-files").child(move || loaded(state)),
            input()
                .r#type("file")
                .multiple(true)
                .class("visually-hidden")
                .tabindex("-1")
                .aria_hidden("true")
                .node_ref(picker)
                .on(ev::change, move |_| {
                    if let Some(input) = picker.get_untracked() {
                        link::open(&state, intake::picked(&input));
                    }
                }),
            nav().class("header-actions").aria_label("Page").child((
                move || {
                    (state.stage.get() == Stage::Report).then(|| {
                        div().class("header-actions").child((
                            plain("Add files", move || {
                                if let Some(input) = picker.get_untracked() {
                                    input.click();
                                }
                            }),
                            plain("Export", move || state.dialog.set(Some(Dialog::Export))),
                        ))
                    })
                },
                button()
                    .r#type("button")
                    .class("quiet")
                    .on(ev::click, move |_| state.theme.update(|theme| *theme = next(*theme)))
                    .child(move || theme_label(state.theme.get())),
                plain("Help", move || state.dialog.set(Some(Dialog::Help))),
            )),
        ))
        .into_any()
}

fn plain(label: &'static str, run: impl Fn() + 'static) -> AnyView {
    button().r#type("button").class("quiet").on(ev::click, move |_| run()).child(label).into_any()
}

fn loaded(state: State) -> String {
    let files = state.files.get();
    match (state.stage.get(), files.as_slice()) {
        (Stage::Report, [one]) => one.name.clone(),
        (Stage::Report, [first, rest @ ..]) => format!("{} and {} more", first.name, rest.len()),
        _ => String::new(),
    }
}

fn next(theme: Theme) -> Theme {
    match theme {
        Theme::System => Theme::Light,
        Theme::Light => Theme::Dark,
        Theme::Dark => Theme::System,
    }
}

fn theme_label(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "Theme: system",
        Theme::Light => "Theme: light",
        Theme::Dark => "Theme: dark",
    }
}
