//! Where it all comes from: files as they were read, and queries to copy.

use super::rules::rules;
use crate::page::format;
use crate::page::ids::Id;
use crate::page::link;
use crate::page::parts::figure::figure;
use crate::page::parts::hand_off::command;
use crate::page::parts::section::titled;
use crate::page::parts::table::boxed;
use crate::page::state::State;
use crate::page::zone::Zone;
use crate::query::Filter;
use crate::report::model::{FileRow, Query};
use crate::report::render::Redacted;
use leptos::ev;
use leptos::html::{button, code, h3, li, p, table, tbody, td, th, thead, tr, ul};
use leptos::prelude::*;
use std::sync::Arc;

/// The section.
pub fn raw(state: State, report: &Arc<Redacted>) -> AnyView {
    let raw = &report.report.raw;
    let rows: Vec<AnyView> = raw.files.iter().zip(0u32..).map(|(file, n)| row(state, file, n)).collect();
    let head: Vec<AnyView> = [
        ("File", ""),
        ("Size", "number"),
        ("Entries", "number"),
        ("Read as", ""),
        ("Order", ""),
        ("Skipped", "number"),
    ]
    .into_iter()
    .map(|(name, style)| th().scope("col").class(style).child(name).into_any())
    .collect();
    let duplicates = if raw.duplicates > 0 {
        format!(" {} seen more than once and counted once.", format::count(raw.duplicates))
    } else {
        String::new()
    };
    let entries = format::counted(raw.entries, "entry", "entries");
    let sum = (
        figure(state, Filter::default(), String::new(), entries),
        format!(", {}.{duplicates}", format::bytes(raw.bytes)),
    );
    let body = (
        p().child(sum),
        boxed(
            "Files",
            table().child((thead().child(tr().child((head, td()))), tbody().child(rows))).into_any(),
        ),
        rules(state),
        queries(&raw.queries),
        stamp(state, report),
    );
    titled(Id::Raw, "Raw data", body.into_any())
}

fn row(state: State, file: &FileRow, number: u32) -> AnyView {
    let notes: Vec<AnyView> = file.notes.iter().map(|note| li().child(note.clone()).into_any()).collect();
    let notes = (!notes.is_empty()).then(|| ul().class("note").child(notes));
    let (name, bytes) = (file.name.clone(), file.bytes);
    let label = format!("Remove {name}");
    let filter = Filter { files: vec![number], ..Filter::default() };
    let entries = figure(state, filter, format!("Entries of {name}"), format::count(file.entries));
    tr().child((
        th().scope("row").child((code().class("plain").child(file.name.clone()), notes)),
        td().class("number").child(format::bytes(file.bytes)),
        td().class("number").child(entries),
        td().child([file.dialect.as_str(), file.container.as_str(), file.encoding.as_str()].join(" · ")),
        td().child(file.order.clone()),
        td().class("number").child(format::count(file.skipped)),
        // Of a report without its log none of its files is here.
        td().child(state.reopened.with_untracked(Option::is_none).then(|| {
            button()
                .r#type("button")
                .class("quiet")
                .aria_label(label)
                .on(ev::click, move |_| remove(state, &name, bytes))
                .child("Remove")
        })),
    ))
    .into_any()
}

/// Takes the dropped file with this name (a member of an archive goes with its archive) out of the report.
fn remove(state: State, name: &str, bytes: u64) {
    let files = state.files.get_untracked();
    let fits = |file: &&crate::page::state::LoadedFile| {
        file.bytes == bytes && (file.name == name || name.starts_with(&format!("{}/", file.name)))
    };
    // A name that was taken out is that of no file; its size tells which one it is, if no other has it.
    let sized = || {
        let mut same = files.iter().filter(|file| file.bytes == bytes);
        same.next().filter(|_| same.next().is_none())
    };
    if let Some(file) = files.iter().find(fits).or_else(sized) {
        link::remove(file.key);
    }
}

fn queries(list: &[Query]) -> AnyView {
    if list.is_empty() {
        return ().into_any();
    }
    let items: Vec<AnyView> = list
        .iter()
        .map(|query| command(query.title.clone(), Some(query.language.clone()), query.text.clone()))
        .collect();
    (h3().child("Queries that fetch more"), items).into_any()
}

fn stamp(state: State, report: &Arc<Redacted>) -> AnyView {
    let replaced: Vec<String> =
        report.replaced.iter().map(|(kind, n)| format!("{kind} {}", format::count(*n))).collect();
    let replaced = if replaced.is_empty() {
        String::new()
    } else {
        format!(" Replaced before showing: {}.", replaced.join(", "))
    };
    let (made, generator) = (format::date_time(report.report.generated_at), report.report.generator.clone());
    let times = move || match state.zone.get() {
        Zone::Utc => "Times are UTC.".to_owned(),
        zone => format!("Entries, timeline and tables are in {}, sentences in UTC.", zone.name()),
    };
    p().class("note").child((format!("Made {made} UTC by {generator}. "), times, replaced)).into_any()
}
