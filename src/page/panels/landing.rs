//! Nothing loaded: where to drop, how to get a log, why it is safe.

use super::rules::rules;
use crate::page::ids::Id;
use crate::page::intake;
use crate::page::link;
use crate::page::parts::button::button;
use crate::page::parts::copy::copy_of;
use crate::page::state::{Dialog, State};
use crate::page::words;
use leptos::ev;
use leptos::html::{self, Input, code, div, h1, h2, input, p, section, span};
use leptos::prelude::*;

/// The first screen.
pub fn landing(state: State) -> AnyView {
    div()
        .class("landing")
        .child((
            h1().class("landing-title").child(words::PROMISE),
            drop_zone(state),
            rules(state),
            p().class("landing-sample").child((
                "No log at hand? ",
                button("link", "Try the sample incident", move || link::open_sample(&state)),
            )),
            p().class("landing-privacy").child((
                words::PRIVACY,
                " ",
                button("link", "How that is proved", move || state.dialog.set(Some(Dialog::Privacy))),
            )),
            commands(),
        ))
        .into_any()
}

fn drop_zone(state: State) -> AnyView {
    let picker: NodeRef<Input> = NodeRef::new();
    div()
        .class("drop")
        .child((
            html::button()
                .r#type("button")
                .id(Id::DropZone.name())
                .class("drop-zone")
                .on(ev::click, move |_| {
                    if let Some(input) = picker.get_untracked() {
                        input.click();
                    }
                })
                .child((
                    span().class("drop-main").child(move || {
                        if state.dragging.get() {
                            "Let go to read"
                        } else {
                            "Drop log files here, or choose them"
                        }
                    }),
                    span().class("drop-note").child(
                        "JSON, NDJSON, CSV, YAML or text, also gzipped; rules of your own as .toml; a saved JSON report, alone. Several at once, or a folder. Pasting works too.",
                    ),
                )),
            input()
                .r#type("file")
                .multiple(true)
                .id(Id::Picker.name())
                .class("visually-hidden")
                .tabindex("-1")
                .aria_label("Log files")
                .node_ref(picker)
                .on(ev::change, move |_| {
                    if let Some(input) = picker.get_untracked() {
                        link::open(&state, intake::picked(&input));
                    }
                }),
        ))
        .into_any()
}

fn commands() -> AnyView {
    let rows: Vec<AnyView> = words::COMMANDS
        .iter()
        .map(|(what, command)| {
            div()
                .class("command")
                .child((
                    div()
                        .class("command-head")
                        .child((span().child(*what), copy_of("Copy", what, (*command).to_owned()))),
                    code().class("command-text").tabindex("0").child(*command),
                ))
                .into_any()
        })
        .collect();
    section()
        .class("landing-commands")
        .aria_label("How to get a log")
        .child((h2().child("How to get a log"), rows))
        .into_any()
}
