//! The filtered entries as a list of any length: rows in view are drawn, what is missing is asked for.
//!
//! Every row has the same height. The present row is always drawn, so that focus is never lost to scrolling.

use crate::page::format;
use crate::page::geometry::Geometry;
use crate::page::ids::Id;
use crate::page::parts::badge;
use crate::page::parts::marked::marked;
use crate::page::state::State;
use crate::page::view::typed;
use crate::page::{focus, link};
use crate::report::model::Quote;
use leptos::ev;
use leptos::html::{Div, button, div, li, ol, span};
use leptos::prelude::*;

/// Height of a row in rem, three lines and one, as `style/panels/entries.css` has it.
const ROWS: [f64; 2] = [4.75, 1.75];
/// Rows around those in view that have to be here before they are seen.
const AHEAD: u64 = 24;

/// The entry at a place of the list, if it is here.
pub fn quote_at(state: State, at: u64) -> Option<Quote> {
    let newest = state.newest.get();
    state.listed.with(|listed| {
        let place = if newest { listed.total?.checked_sub(at + 1)? } else { at };
        listed.rows.get(usize::try_from(place.checked_sub(listed.from)?).ok()?).cloned()
    })
}

/// Where to ask from, if some of these places are missing.
fn missing(state: State, (first, end): (u64, u64)) -> Option<u64> {
    let newest = state.newest.get();
    state.listed.with(|listed| {
        let total = listed.total.filter(|total| *total > 0 && first < end)?;
        let (low, high) = if newest {
            (total.saturating_sub(end), total.saturating_sub(first))
        } else {
            (first, end.min(total))
        };
        let low = low.saturating_sub(AHEAD);
        (low < listed.from || high.saturating_add(AHEAD).min(total) > listed.until)
            .then(|| low.saturating_sub(AHEAD))
    })
}

/// Moves to another row.
pub fn turn(state: State, by: i64) {
    let last = state.listed.with_untracked(|listed| listed.total.unwrap_or(0)).saturating_sub(1);
    state.at.update(|at| *at = at.saturating_add_signed(by).min(last));
}

/// Moves to another row and gives it focus.
pub fn step(state: State, by: i64) {
    turn(state, by);
    request_animation_frame(|| focus::to(Id::EntryAt));
}

/// The list.
pub fn list(state: State) -> AnyView {
    let scroller: NodeRef<Div> = NodeRef::new();
    // How far it is scrolled, and its height.
    let port = RwSignal::new((0.0, 600.0));
    let look = move || {
        if let Some(Some(element)) = scroller.try_get_untracked() {
            port.set((f64::from(element.scroll_top()), f64::from(element.client_height())));
        }
    };
    let rem = rem();
    let seen = Memo::new(move |_| Geometry {
        total: state.listed.with(|listed| listed.total.unwrap_or(0)),
        row: rem * if state.tall.get() { ROWS[0] } else { ROWS[1] },
        top: port.get().0,
        height: port.get().1,
    });
    let drawn = Memo::new(move |_| seen.get().drawn());
    Effect::new(move |_| {
        if let Some(offset) = missing(state, drawn.get()) {
            link::ask_rows(offset);
        }
    });
    Effect::new(move |_| {
        let at = state.at.get();
        if let (Some(top), Some(element)) = (seen.get_untracked().reveal(at), scroller.get_untracked()) {
            // Pixels of a list are far below 2^31.
            #[allow(clippy::cast_possible_truncation)]
            element.set_scroll_top(top.round() as i32);
        }
    });
    // Opening an entry and turning the window change the height.
    Effect::new(move |_| {
        let _ = (state.opened.get(), state.wide.get(), state.drawer.with(Option::is_some));
        request_animation_frame(look);
    });
    let handle = window_event_listener(ev::resize, move |_| look());
    on_cleanup(move || handle.remove());
    let places = move || {
        let ((first, end), at) = (drawn.get(), state.at.get());
        let is_beyond = at < seen.with(|seen| seen.total) && !(first..end).contains(&at);
        (first..end).chain(is_beyond.then_some(at)).collect::<Vec<u64>>()
    };
    div()
        .class(move || if state.tall.get() { "list" } else { "list list-short" })
        .node_ref(scroller)
        .on(ev::scroll, move |_| look())
        .on(ev::keydown, move |event| pressed(state, seen, &event))
        .child(ol().class("entries").style(("height", move || px(seen.get().tall()))).child(For(
            ForProps::builder().each(places).key(|at| *at).children(move |at| row(state, seen, at)).build(),
        )))
        .into_any()
}

fn pressed(state: State, seen: Memo<Geometry>, event: &web_sys::KeyboardEvent) {
    // A page of a list is small.
    let page = i64::try_from(seen.get_untracked().page()).unwrap_or(1);
    let by = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        "PageDown" => page,
        "PageUp" => -page,
        "Home" => i64::MIN,
        "End" => i64::MAX,
        _ => return,
    };
    event.prevent_default();
    step(state, by);
}

fn row(state: State, seen: Memo<Geometry>, at: u64) -> AnyView {
    // Places are below 2^53.
    #[allow(clippy::cast_precision_loss)]
    let top = Memo::new(move |_| seen.with(|seen| seen.origin() + at as f64 * seen.row));
    let is_at = Memo::new(move |_| state.at.get() == at);
    li().class(move || if is_at.get() { "entry entry-at" } else { "entry" })
        .style(("top", move || px(top.get())))
        .attr("aria-setsize", move || seen.with(|seen| seen.total).to_string())
        .attr("aria-posinset", (at + 1).to_string())
        .child(
            button()
                .r#type("button")
                .class("entry-head")
                .attr("id", move || is_at.get().then(|| Id::EntryAt.name()))
                .tabindex(move || if is_at.get() { "0" } else { "-1" })
                .aria_expanded(move || if is_at.get() && state.opened.get() { "true" } else { "false" })
                .on(ev::click, move |_| {
                    let was_open = state.opened.get_untracked() && state.at.get_untracked() == at;
                    state.at.set(at);
                    state.opened.set(!was_open);
                })
                .child(move || quote_at(state, at).map(|quote| face(state, &quote))),
        )
        .into_any()
}

/// What a row shows of its entry.
fn face(state: State, quote: &Quote) -> AnyView {
    let wanted = state.drawer.with(|shown| shown.as_ref().map(|shown| typed(&shown.filter).to_owned()));
    (
        span().class("entry-line").child((
            span().class("time").child(format::clock(quote.time)),
            badge::severity(quote.severity),
            span().class("entry-source").child(quote.source.clone()),
        )),
        span().class("entry-text").child(marked(&quote.text, &wanted.unwrap_or_default())),
    )
        .into_any()
}

fn px(length: f64) -> String {
    // Lengths of a list are far below 2^53; whole pixels will do.
    #[allow(clippy::cast_possible_truncation)]
    let length = length.round() as i64;
    format!("{length}px")
}

/// Pixels of a rem, which readers can choose.
fn rem() -> f64 {
    document()
        .document_element()
        .and_then(|root| window().get_computed_style(&root).ok().flatten())
        .and_then(|style| style.get_property_value("font-size").ok())
        .and_then(|size| size.split(['.', 'p']).next().and_then(|size| size.parse::<u32>().ok()))
        .map_or(16.0, f64::from)
}
