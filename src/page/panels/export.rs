//! Copy and save: format, redaction, time of generation. What leaves is what the command prints for the same time.

use super::{redaction, reopened};
use crate::entry::Nanos;
use crate::page::ids::Id;
use crate::page::link::{self, Want};
use crate::page::parts::dialog::modal;
use crate::page::state::State;
use crate::protocol::export::ExportFormat;
use crate::protocol::sides::Exported;
use leptos::ev;
use leptos::html::{button, div, input, label, p};
use leptos::prelude::*;

/// The dialog, for the report or for what changed.
pub fn export(state: State, of_changes: bool) -> AnyView {
    state.said.set(String::new());
    let is_reopened =
        state.reopened.with_untracked(|file| file.as_ref().is_some_and(|file| file.key != link::LET_GO));
    let made = state.report.with_untracked(|report| report.as_ref()?.report.generated_at);
    // What is opened again keeps its time.
    let stamp = RwSignal::new(made.filter(|_| is_reopened).unwrap_or_else(link::now).rfc3339());
    let draft = RwSignal::new(String::new());
    let run = move |format: ExportFormat, want: Want| {
        // Who writes a word and exports wants it gone.
        redaction::add(state, draft);
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
        redaction::redaction(state, draft),
        is_reopened.then(|| p().class("note").child(reopened::redacted())),
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
        forms(action),
        p().class("note").role("status").child(move || state.said.get()),
    );
    modal(state, if of_changes { "Export what changed" } else { "Export" }, body.into_any())
}

/// A form of the report: what it is for, and what can be done with it.
fn form(words: &'static str, actions: impl IntoAny) -> AnyView {
    div().class("form").child((p().child(words), div().class("buttons").child(actions.into_any()))).into_any()
}

/// What there is to copy and to save. `action` draws a button by its words and style, its form, and what it is for.
fn forms(action: impl Fn(&'static str, &'static str, ExportFormat, Want) -> AnyView) -> AnyView {
    div()
        .class("forms")
        .child((
            form(
                "Markdown, for GitHub and others that show tables",
                (
                    action("Copy Markdown", "button button-main", ExportFormat::Markdown, Want::Copy),
                    action("Save Markdown", "button", ExportFormat::Markdown, Want::Save),
                ),
            ),
            form(
                "Markdown without tables or HTML",
                (
                    action("Copy plain Markdown", "button", ExportFormat::Plain, Want::Copy),
                    action("Save plain Markdown", "button", ExportFormat::Plain, Want::Save),
                ),
            ),
            form(
                "A few lines for Slack or Google Chat",
                action("Copy for chat", "button", ExportFormat::Chat, Want::Copy),
            ),
            form("One file without script", action("Save HTML", "button", ExportFormat::Html, Want::Save)),
            form(
                "For programs; opens here again",
                action("Save JSON", "button", ExportFormat::Json, Want::Save),
            ),
        ))
        .into_any()
}
