//! The drawer: the active filter in chips and a search box, its entries, and one of them in full. At rest it says what can
//! be done.

use super::{chips, facets, list, record, reopened, waterfall};
use crate::page::ids::Id;
use crate::page::parts::button::{button, switch};
use crate::page::state::{Dialog, Listed, Searching, State};
use crate::page::{focus, format, link, view};
use crate::query::Filter;
use leptos::ev;
use leptos::html::{aside, div, h2, input, label, p, span};
use leptos::prelude::*;

/// The drawer's column.
pub fn drawer(state: State) -> AnyView {
    let is_open = Memo::new(move |_| state.drawer.with(Option::is_some));
    aside()
        .id(Id::Drawer.name())
        .class(move || if is_open.get() { "drawer drawer-open" } else { "drawer" })
        .aria_label("Evidence")
        .child(move || match (state.reopened.with(Option::is_some), is_open.get()) {
            (true, _) => reopened::drawer(state),
            (false, true) => open(state),
            (false, false) => rest(state),
        })
        .into_any()
}

fn rest(state: State) -> AnyView {
    div()
        .class("drawer-rest")
        .child((
            div().class("drawer-head").child((
                h2().child("Entries"),
                button("quiet", "Show all", move || view::show(state, Filter::default(), String::new())),
            )),
            p().class("note").child(
                "Choose an underlined number to see the entries behind it, drag over the timeline, or begin with one of these.",
            ),
            facets::facets(state),
        ))
        .into_any()
}

fn open(state: State) -> AnyView {
    // Lines and facets as they fit the width; each can be changed afterwards.
    Effect::new(move |before: Option<bool>| {
        let wide = state.wide.get();
        if before.unwrap_or(false) != wide {
            state.tall.set(!wide);
            state.facets.set(wide);
        }
        wide
    });
    let drawn_as_bars = Memo::new(move |_| state.waterfall.get() && waterfall::is_one_trace(state));
    div()
        .class("drawer-body")
        .child((
            div().class("drawer-head").child((
                h2().id(Id::DrawerTitle.name())
                    .tabindex("-1")
                    // Alone on the page it is the first heading.
                    .attr("aria-level", move || state.wide.get().then_some("1"))
                    .child(move || title(state)),
                div().class("tools").child((
                    switch("Full width", state.wide),
                    button("quiet", "Close", move || view::clear(state)),
                )),
            )),
            chips::chips(state),
            search(state),
            div().class("drawer-tools").child((
                p().class("note").child(move || state.listed.with(summary)),
                div().class("tools").child((
                    move || waterfall::is_one_trace(state).then(|| switch("Waterfall", state.waterfall)),
                    switch("Newest first", state.newest),
                    switch("Three lines", state.tall),
                    switch("Facets", state.facets),
                    button("quiet", "View", move || state.dialog.set(Some(Dialog::View))),
                    button("quiet", "Query", move || state.dialog.set(Some(Dialog::Query))),
                )),
            )),
            div().class(move || panes(state)).child((
                move || state.facets.get().then(|| facets::facets(state)),
                move || {
                    if drawn_as_bars.get() { waterfall::waterfall(state) } else { list::list(state) }
                },
                record::record(state),
            )),
        ))
        .into_any()
}

fn panes(state: State) -> &'static str {
    match (state.facets.get(), state.opened.get()) {
        (false, false) => "drawer-panes",
        (false, true) => "drawer-panes drawer-split",
        (true, false) => "drawer-panes drawer-facets",
        (true, true) => "drawer-panes drawer-facets drawer-split",
    }
}

fn title(state: State) -> String {
    state.drawer.with(|shown| match shown {
        Some(shown) if !shown.title.is_empty() => shown.title.clone(),
        Some(shown) if shown.filter.is_empty() => "All entries".into(),
        _ => "Entries".into(),
    })
}

/// `16 entries`.
pub fn summary(listed: &Listed) -> String {
    match listed.total {
        None => "Looking.".into(),
        Some(0) => "No entry passes. Take off a restriction above, or press Esc.".into(),
        Some(total) => format::counted(total, "entry", "entries"),
    }
}

fn search(state: State) -> AnyView {
    let text =
        move || state.drawer.with(|shown| shown.as_ref().map(|shown| view::typed(&shown.filter).to_owned()));
    let is_searching =
        Memo::new(move |_| state.searching.with(|now| now.as_ref().is_some_and(|now| !now.done)));
    div()
        .class("drawer-search")
        .child((
            label().r#for(Id::Search.name()).class("visually-hidden").child("Search these entries"),
            input()
                .r#type("search")
                .id(Id::Search.name())
                .placeholder("Search these entries")
                .attr("autocomplete", "off")
                .attr("spellcheck", "false")
                .prop("value", move || text().unwrap_or_default())
                .on(ev::keydown, move |event| {
                    if event.key() == "Enter" {
                        link::search();
                        list::seek(state, if event.shift_key() { -1 } else { 1 });
                    }
                })
                .on(ev::input, move |event| view::retype(state, event_target_value(&event))),
            move || position(state),
            move || is_searching.get().then(|| progress(state)),
            move || {
                is_sampled(state).then(|| {
                    p().class("note").child(
                        "Looked for in one message of each kind only. Press Enter to search all bytes.",
                    )
                })
            },
        ))
        .into_any()
}

/// `Match 3 of 120`, with the ways to the ones beside it.
fn position(state: State) -> Option<AnyView> {
    let total = state.listed.with(|listed| listed.total).filter(|total| *total > 0)?;
    if !list::is_search(state) {
        return None;
    }
    let words = move || format!("Match {} of {} ", format::count(state.at.get() + 1), format::count(total));
    let tools = (
        button("quiet", "Previous match", move || list::seek(state, -1)),
        button("quiet", "Next match", move || list::seek(state, 1)),
    );
    let at = p().class("note match-at").child((span().child(words), span().child(tools)));
    Some(at.into_any())
}

/// Whether texts were looked for in samples, and nothing is searching.
fn is_sampled(state: State) -> bool {
    state.searching.with(Option::is_none)
        && state.drawer.with(|shown| shown.as_ref().is_some_and(|shown| !shown.filter.terms().is_empty()))
        && state.counts.with(|counts| counts.as_ref().is_some_and(|counts| counts.1.sampled))
}

/// How far a search is, and the way to stop it, which keeps focus while the figures move.
fn progress(state: State) -> AnyView {
    let words = |now: &Searching| {
        format!(
            "Searched {} of {}: {}. ",
            format::bytes(now.read),
            format::bytes(now.total),
            format::counted(now.entries, "entry", "entries")
        )
    };
    let stop = move || {
        link::stop_search();
        state.said.set("Search stopped.".into());
        focus::to(Id::Search);
    };
    p().class("note searching")
        .child((move || state.searching.with(|now| now.as_ref().map(words)), button("link", "Stop", stop)))
        .into_any()
}
