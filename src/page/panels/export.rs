//! Copy and save: format, redaction, time of generation. What leaves is what the command prints for the same time.

use super::reopened;
use crate::entry::Nanos;
use crate::page::ids::Id;
use crate::page::link::{self, Want};
use crate::page::parts::dialog::modal;
use crate::page::state::State;
use crate::protocol::export::ExportFormat;
use crate::protocol::sides::Exported;
use crate::redact::Level;
use leptos::ev;
use leptos::html::{button, div, input, label, option, p, select};
use leptos::prelude::*;

const LEVELS: [(&str, Level, &str); 4] = [
    ("secrets", Level::Secrets, "Secrets: tokens, keys, passwords"),
    ("standard", Level::Standard, "Standard: also e-mails, addresses, phone numbers"),
    ("strict", Level::Strict, "Strict: also ids, hosts, users, names"),
    ("off", Level::Off, "Off: nothing is taken out"),
];

/// What a level takes out, in words.
pub fn words(level: Level) -> &'static str {
    LEVELS.iter().find(|(_, known, _)| *known == level).map_or("", |(_, _, words)| words)
}

/// The dialog, for the report or for what changed.
pub fn export(state: State, of_changes: bool) -> AnyView {
    state.said.set(String::new());
    let is_reopened =
        state.reopened.with_untracked(|file| file.as_ref().is_some_and(|file| file.key != link::LET_GO));
    let made = state.report.with_untracked(|report| report.as_ref()?.report.generated_at);
    // What is opened again keeps its time.
    let stamp = RwSignal::new(made.filter(|_| is_reopened).unwrap_or_else(link::now).rfc3339());
    let run = move |format: ExportFormat, want: Want| {
        let what = match state.wanted.get_untracked() {
            Some(wanted) if of_changes => Exported::Comparison(wanted),
            wanted => Exported::Report(wanted),
        };
        link::export(&state, what, format, Nanos::parse(&stamp.get_untracked()), want);
    };
    let action = move |words: &'static str, style: &'static str, format: ExportFormat, want: Want| {
        button()
            .r#type("button")
            .class(style)
            .prop("disabled", move || Nanos::parse(&stamp.get()).is_none())
            .on(ev::click, move |_| run(format, want))
            .child(words)
            .into_any()
    };
    let body = (
        div().class("field").child((
            label().r#for(Id::Level.name()).child("Taken out before anything leaves"),
            levels(state),
            is_reopened.then(|| p().class("note").child(reopened::redacted())),
        )),
        div().class("field").child((
            label().r#for(Id::GeneratedAt.name()).child("Time of generation, as printed"),
            input()
                .r#type("text")
                .id(Id::GeneratedAt.name())
                .attr("autocomplete", "off")
                .attr("spellcheck", "false")
                .prop("value", move || stamp.get())
                .on(ev::input, move |event| stamp.set(event_target_value(&event))),
        )),
        p().class("note error-note").role("alert").child(move || {
            if Nanos::parse(&stamp.get()).is_none() {
                "Write a time such as 2026-03-10T09:30:00Z."
            } else {
                ""
            }
        }),
        div().class("buttons").child((
            action("Copy Markdown", "button button-main", ExportFormat::Markdown, Want::Copy),
            action("Copy for chat", "button", ExportFormat::Chat, Want::Copy),
            action("Save Markdown", "button", ExportFormat::Markdown, Want::Save),
            action("Save HTML", "button", ExportFormat::Html, Want::Save),
            action("Save JSON", "button", ExportFormat::Json, Want::Save),
        )),
        p().class("note").role("status").child(move || state.said.get()),
    );
    modal(state, if of_changes { "Export what changed" } else { "Export" }, body.into_any())
}

fn levels(state: State) -> AnyView {
    let options: Vec<AnyView> = LEVELS
        .iter()
        .map(|(name, level, words)| {
            let level = *level;
            option()
                .value(*name)
                .prop("selected", move || state.level.get() == level)
                .child(*words)
                .into_any()
        })
        .collect();
    select()
        .id(Id::Level.name())
        .on(ev::change, move |event| {
            let name = event_target_value(&event);
            if let Some((_, level, _)) = LEVELS.iter().find(|(known, ..)| *known == name) {
                state.level.set(*level);
                link::diagnose(&state);
            }
        })
        .child(options)
        .into_any()
}
