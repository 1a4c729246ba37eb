//! Exceptions by fault: the chain from the outermost to the root, the user's own frames first and those of libraries folded.
//!
//! Comes after the report, with the other figures that only the page shows; what is folded is drawn when it is opened.

use super::timeline::over_time;
use crate::diagnose::exceptions::{Group, Thrown};
use crate::page::format;
use crate::page::ids::Id;
use crate::page::parts::badge;
use crate::page::parts::section::titled;
use crate::page::state::State;
use crate::page::view;
use crate::protocol::Sketch;
use leptos::ev;
use leptos::html::{article, button, code, details, div, h3, li, ol, p, span, strong, summary};
use leptos::prelude::*;
use std::sync::Arc;

/// Frames of the user's that are seen at once.
const FRAMES: usize = 3;
/// How groups are made, said once above them.
const RULE: &str = "derived: traces with the same chain of types and the same functions of your code, whatever their messages";

/// How many groups there are.
pub fn count(sketch: Option<&Arc<Sketch>>) -> usize {
    sketch.map_or(0, |sketch| sketch.exceptions.groups.len())
}

/// The section, or nothing where the log holds no exception.
pub fn exceptions(state: State) -> AnyView {
    (move || {
        let sketch = state.sketch.get()?;
        let found = &sketch.exceptions;
        if found.groups.is_empty() {
            return None;
        }
        let groups: Vec<AnyView> =
            (0..).zip(&found.groups).map(|(nth, group)| drawn(state, &sketch, nth, group)).collect();
        let more = (found.more > 0).then(|| {
            let more = format::counted(found.more, "group of exceptions", "groups of exceptions");
            p().class("note").child(format!("{more} not listed: milder or rarer ones."))
        });
        let body = (p().class("grade").child(RULE), div().child(groups), more);
        Some(titled(Id::Exceptions, "Exceptions", body.into_any()))
    })
    .into_any()
}

fn drawn(state: State, sketch: &Arc<Sketch>, nth: usize, group: &Group) -> AnyView {
    let heading = format!("exception-{nth}");
    let outermost = group.chain.first().map(said).unwrap_or_default();
    let root = group.chain.get(group.root as usize).filter(|_| group.root > 0);
    let root = root.map(|root| p().child((span().class("note").child("Root: "), code().child(said(root)))));
    article()
        .class("exception")
        .aria_labelledby(heading.clone())
        .child((
            h3().id(heading).child(code().class("plain").child(outermost)),
            root,
            figures(state, group),
            (!group.buckets.is_empty()).then(|| over_time("spark", &group.buckets)),
            first_frames(group),
            folded("Chain and frames", {
                let sketch = Arc::clone(sketch);
                move || sketch.exceptions.groups.get(nth).map_or_else(|| ().into_any(), chain)
            }),
        ))
        .into_any()
}

/// `ValueError: no such order`.
pub fn said(thrown: &Thrown) -> String {
    let colon = if thrown.kind.is_empty() || thrown.message.is_empty() { "" } else { ": " };
    format!("{}{colon}{}", thrown.kind, thrown.message)
}

/// Severity, how often, where and when.
fn figures(state: State, group: &Group) -> AnyView {
    let (filter, seen) = (group.filter.clone(), group.seen);
    let title = group.chain.first().map(said).unwrap_or_default();
    let named = (!group.services.is_empty()).then(|| {
        let more = if group.more_services > 0 {
            format!(" and {} more", group.more_services)
        } else {
            String::new()
        };
        span().child(format!("{}{more}", group.services.join(", ")))
    });
    let listed = filter.rows.len() as u64;
    let cut = (listed > 0 && listed < group.entries).then(|| {
        span()
            .class("note")
            .child(format!("the first {} are listed", format::counted(listed, "entry", "entries")))
    });
    let times = format::counted(group.times, "time", "times");
    let entries = format::counted(group.entries, "entry", "entries");
    let words = if group.times == group.entries { String::new() } else { format!(" in {entries}") };
    let open = button()
        .r#type("button")
        .class("figure")
        .aria_haspopup("dialog")
        .on(ev::click, move |_| view::show(state, filter.clone(), title.clone()))
        .child((strong().child(times), words));
    p().class("exception-figures")
        .child((
            badge::severity(group.severity),
            open,
            cut,
            named,
            span().class("note").child(move || state.zone.get().span(seen)),
        ))
        .into_any()
}

/// The innermost of the user's frames, nearest to the root.
fn first_frames(group: &Group) -> Option<AnyView> {
    let root = group.root as usize;
    let inner = group.chain.get(..=root).unwrap_or(&group.chain);
    let own = inner.iter().rev().chain(&group.chain).find(|thrown| !thrown.own.is_empty())?;
    let first = own.own.get(..FRAMES).unwrap_or(&own.own);
    Some(frames("frames frames-own", "Your frames, innermost first", first))
}

fn frames(style: &'static str, name: &'static str, list: &[String]) -> AnyView {
    let items: Vec<AnyView> =
        list.iter().map(|frame| li().child(code().child(frame.clone())).into_any()).collect();
    ol().class(style).aria_label(name).child(items).into_any()
}

/// Something behind a line that opens it, drawn once it is opened.
fn folded(title: impl IntoAny, draw: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let opened = RwSignal::new(false);
    details()
        .class("more")
        .on(ev::toggle, move |_| opened.set(true))
        .child((summary().child(title.into_any()), move || if opened.get() { draw() } else { ().into_any() }))
        .into_any()
}

/// The whole chain, outermost first.
fn chain(group: &Group) -> AnyView {
    let mut items: Vec<AnyView> = group.chain.iter().map(link).collect();
    if group.more_links > 0 {
        let left_out = format::counted(group.more_links, "exception between is", "exceptions between are");
        let at = items.len().min(group.root as usize);
        items.insert(at, li().class("note").child(format!("{left_out} not listed.")).into_any());
    }
    ol().class("chain").aria_label("Exception, outermost first").child(items).into_any()
}

fn link(thrown: &Thrown) -> AnyView {
    let relation = relation(&thrown.relation).map(|words| span().class("note").child(words));
    let [more_own, more_library] = thrown.more;
    let more = (more_own > 0).then(|| {
        p().class("note")
            .child(format!("{} of yours not listed.", format::counted(more_own, "frame", "frames")))
    });
    let own = (!thrown.own.is_empty()).then(|| frames("frames frames-own", "Your frames", &thrown.own));
    let n_library = thrown.library.len() as u64 + more_library;
    let library = (n_library > 0).then(|| {
        let list = thrown.library.clone();
        folded(format::counted(n_library, "frame of a library", "frames of libraries"), move || {
            let more = (more_library > 0).then(|| {
                p().class("note")
                    .child(format!("{} not listed.", format::counted(more_library, "frame", "frames")))
            });
            (frames("frames", "Frames of libraries", &list), more).into_any()
        })
    });
    li().child(div().child((relation, code().child(said(thrown)), own, more, library))).into_any()
}

/// How an exception hangs on the one before it.
pub fn relation(relation: &str) -> Option<&'static str> {
    match relation {
        "cause" => Some("caused by "),
        "context" => Some("while handling "),
        "suppressed" => Some("suppressed "),
        "member" => Some("one of them "),
        _ => None,
    }
}

#[cfg(test)]
#[path = "exceptions_tests.rs"]
mod tests;
