//! The bar at the top: name, what is loaded, and what can be done with it.

use crate::page::ids::Id;
use crate::page::parts::button::button;
use crate::page::state::{Dialog, Stage, State, Theme, is_told};
use crate::page::{focus, format, intake, link};
use leptos::ev;
use leptos::html::{div, header as header_element, input, nav, span};
use leptos::prelude::*;
use web_sys::HtmlInputElement;

/// The bar.
pub fn header(state: State) -> AnyView {
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
                .id(Id::More.name())
                .on(ev::change, move |event| {
                    link::open(&state, intake::picked(&event_target::<HtmlInputElement>(&event)));
                }),
            nav().class("header-actions").aria_label("Page").child((
                move || {
                    (state.stage.get() == Stage::Report).then(|| {
                        div().class("header-actions").child((
                            button("quiet", "Add files", || focus::click(Id::More)),
                            button("quiet", "Export", move || state.dialog.set(Some(Dialog::Export))),
                        ))
                    })
                },
                button(
                    "quiet",
                    move || theme_label(state.theme.get()),
                    move || state.theme.update(|theme| *theme = theme.next()),
                ),
                button("quiet", "Commands", move || state.dialog.set(Some(Dialog::Palette))),
                button("quiet", "Help", move || state.dialog.set(Some(Dialog::Help))),
            )),
        ))
        .into_any()
}

fn loaded(state: State) -> String {
    let files = state.files.get();
    let is_shown = |name: &str| {
        state.reopened.with(Option::is_some) || state.report.with(|told| is_told(told.as_deref(), name))
    };
    match (state.stage.get(), files.as_slice()) {
        (Stage::Report, [first, ..]) if !is_shown(&first.name) => {
            format::counted(files.len() as u64, "file", "files")
        }
        (Stage::Report, [one]) => one.name.clone(),
        (Stage::Report, [first, rest @ ..]) => format!("{} and {} more", first.name, rest.len()),
        _ => String::new(),
    }
}

fn theme_label(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "Theme: system",
        Theme::Light => "Theme: light",
        Theme::Dark => "Theme: dark",
    }
}
