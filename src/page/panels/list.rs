//! The filtered entries as a list of any length: rows in view are drawn, what is missing is asked for.
//!
//! Every row has the same height. The present row is always drawn, so that focus is never lost to scrolling.

use super::face::{ORIGINS, face};
use crate::page::format;
use crate::page::geometry::Geometry;
use crate::page::ids::Id;
use crate::page::state::State;
use crate::page::{focus, link};
use crate::protocol::Line;
use leptos::ev;
use leptos::html::{Div, button, div, li, ol};
use leptos::prelude::*;

/// Height of a row in rem, three lines and one, then the same of close rows, as `style/panels/entries.css` has it.
const ROWS: [[f64; 2]; 2] = [[4.75, 1.75], [3.75, 1.5]];
/// Characters of a line that are drawn at most; two take a rem. Rem before its first column of choice.
const CHARS: usize = 640;
const LEAD: usize = 25;
/// Characters of a message that are seen beside columns, and of an origin.
const SOME: usize = 24;
const LONGEST: usize = 32;
/// Rows around those in view that have to be here before they are seen.
const AHEAD: u64 = 24;

/// The entry at a place of the list, if it is here.
pub fn line_at(state: State, at: u64) -> Option<Line> {
    let newest = state.newest.get();
    state.listed.with(|listed| {
        let place = if newest { listed.total?.checked_sub(at + 1)? } else { at };
        listed.rows.get(usize::try_from(place.checked_sub(listed.from)?).ok()?).cloned()
    })
}

/// The place in the list of the entry that is the nth by time, and the other way round.
pub fn place_of(state: State, nth: u64) -> u64 {
    let total = state.listed.with(|listed| listed.total.unwrap_or(0));
    if state.newest.get() { total.saturating_sub(nth.saturating_add(1)) } else { nth }
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
    let at = state.at.get_untracked();
    focus::once_drawn(move || focus::row(at));
}

/// Whether the active filter looks for a text.
pub fn is_search(state: State) -> bool {
    state.drawer.with(|shown| shown.as_ref().is_some_and(|shown| !shown.filter.texts.is_empty()))
}

/// Moves to the next or the previous match, around both ends, and says which one it is.
pub fn seek(state: State, by: i64) {
    let total = state.listed.with_untracked(|listed| listed.total.unwrap_or(0));
    if total == 0 || !untrack(|| is_search(state)) {
        return;
    }
    let last = total - 1;
    state.at.update(|at| {
        *at = match at.checked_add_signed(by) {
            Some(at) if at <= last => at,
            Some(_) => 0,
            None => last,
        };
    });
    let at = state.at.get_untracked() + 1;
    state.said.set(format!("Match {} of {}", format::count(at), format::count(total)));
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
        row: rem * row_rem(state.dense.get(), state.tall.get()),
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
        let is_there = at < seen.with(|seen| seen.total);
        // In order: a row that is moved later loses focus.
        let before = (is_there && at < first).then_some(at);
        let behind = (is_there && at >= end).then_some(at);
        before.into_iter().chain(first..end).chain(behind).collect::<Vec<u64>>()
    };
    let places = Signal::derive(places);
    div()
        .class(move || style(state))
        .node_ref(scroller)
        .on(ev::scroll, move |_| look())
        .on(ev::keydown, move |event| pressed(state, seen, &event))
        .child(rows(state, seen, places))
        .into_any()
}

/// The rows at these places, in a sheet as large as the whole list.
fn rows(state: State, seen: Memo<Geometry>, places: Signal<Vec<u64>>) -> AnyView {
    let widths = Memo::new(move |_| origins(state));
    let width = move |at: usize| format!("{}ch", widths.get().get(at).copied().unwrap_or(0));
    let each = move || places.get();
    let draw = move |at| row(state, seen, at);
    ol().class("entries")
        .style(("height", move || px(seen.get().tall())))
        .style(("min-width", move || format!("{}rem", widest(state, widths.get()))))
        .style(("--origin-0", move || width(0)))
        .style(("--origin-1", move || width(1)))
        .style(("--origin-2", move || width(2)))
        .style(("--origin-3", move || width(3)))
        .child(For(ForProps::builder().each(each).key(|at| *at).children(draw).build()))
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
    // What came around it leaves a row as it is.
    let line = Memo::new(move |_| line_at(state, at));
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
                .child(move || line.get().map(|line| face(state, &line))),
        )
        .into_any()
}

fn row_rem(dense: bool, tall: bool) -> f64 {
    let [normal, close] = ROWS;
    let [three, one] = if dense { close } else { normal };
    if tall { three } else { one }
}

fn style(state: State) -> String {
    let mut style = String::from("list");
    for (is_on, name) in [
        (!state.tall.get(), " list-short"),
        (state.dense.get(), " list-dense"),
        (!state.wrap.get(), " list-plain"),
    ] {
        if is_on {
            style.push_str(name);
        }
    }
    style
}

/// Characters that the origins shown need, by column: those of the longest name that is here.
fn origins(state: State) -> [usize; 4] {
    let on = state.columns.get();
    std::array::from_fn(|at| {
        let longest = |line: &Line| line.origins.get(at).map_or(0, |name| name.chars().count());
        let is_on = on.get(ORIGINS + at).copied().unwrap_or(false);
        let longest = state.listed.with(|listed| listed.rows.iter().map(longest).max());
        if is_on { longest.unwrap_or(0).min(LONGEST) } else { 0 }
    })
}

/// Rem that a row needs so that its columns and some of its message are seen; or all of the message, unwrapped.
fn widest(state: State, origins: [usize; 4]) -> usize {
    let lines = |line: &Line| line.quote.text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    let message = match (state.wrap.get(), state.tall.get()) {
        (false, _) => state.listed.with(|listed| listed.rows.iter().map(lines).max()).unwrap_or(0).min(CHARS),
        (true, true) => return 0,
        (true, false) => SOME,
    };
    let columns = origins.iter().filter(|chars| **chars > 0).count();
    if columns == 0 && state.wrap.get() {
        return 0;
    }
    LEAD + columns + (origins.iter().sum::<usize>() + message).div_ceil(2)
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
