//! What a row of the list shows of its entry: the columns that are chosen, and where a match stands that the words do not show.

use super::look::COLUMNS;
use crate::page::format;
use crate::page::parts::badge;
use crate::page::parts::marked::marked;
use crate::page::state::State;
use crate::page::view::typed;
use crate::protocol::{Line, Spot};
use leptos::html::{code, span};
use leptos::prelude::*;

/// Where the message stands among the columns.
const MESSAGE: usize = COLUMNS.len() - 1;
/// Where the origins of a line begin.
pub const ORIGINS: usize = 3;

/// A row.
pub fn face(state: State, line: &Line) -> AnyView {
    let wanted = state.drawer.with(|shown| shown.as_ref().map(|shown| typed(&shown.filter).to_owned()));
    let (wanted, on) = (wanted.unwrap_or_default(), state.columns.get());
    let is_on = |at: usize| on.get(at).copied().unwrap_or(false);
    let quote = &line.quote;
    let time = quote.time.map(|time| state.zone.get().at(time));
    let origins: Vec<AnyView> = line
        .origins
        .iter()
        .enumerate()
        .filter(|(at, _)| is_on(ORIGINS + at))
        .map(|(at, name)| {
            span().class(format!("entry-origin entry-origin-{at}")).child(name.clone()).into_any()
        })
        .collect();
    let found = line.found.as_ref().map(|spot| found(spot, &wanted));
    let words = is_on(MESSAGE).then(|| marked(&quote.text, &wanted));
    (
        span().class("entry-line").child((
            is_on(0).then(|| span().class("time").child(format::clock(time))),
            is_on(1).then(|| badge::severity(quote.severity)),
            is_on(2).then(|| span().class("entry-source").child(quote.source.clone())),
            origins,
        )),
        (found.is_some() || words.is_some()).then(|| span().class("entry-text").child((found, words))),
    )
        .into_any()
}

/// `found in labels.team: checkout`.
fn found(spot: &Spot, wanted: &str) -> AnyView {
    let text = (!spot.text.is_empty()).then(|| (": ", marked(&spot.text, wanted)));
    span()
        .class("entry-found")
        .child(("found in ", code().class("plain").child(spot.field.clone()), text, " · "))
        .into_any()
}
