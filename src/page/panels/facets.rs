//! What the entries of the active filter are, counted: each value is a button that adds it to the filter or takes it off.

use crate::entry::Severity;
use crate::page::ids::Id;
use crate::page::state::State;
use crate::page::{focus, format, view};
use crate::protocol::message::{Facet, Selected};
use crate::query::Filter;
use leptos::ev;
use leptos::html::{button, div, h3, p, span};
use leptos::prelude::*;

/// Values shown of each facet.
const SHOWN: usize = 6;
/// Names of the origins that are counted, and where they stand among those of a filter.
const ORIGINS: [(&str, usize); 4] = [("Service", 2), ("Revision", 3), ("Instance", 4), ("Log", 7)];
/// What choosing a value does to a filter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A severity.
    Severity(Severity),
    /// A class of statuses by its first digit.
    Status(u16),
    /// An origin by its place, and its name.
    Origin(usize, String),
    /// A kind of message.
    Shape(u32),
}

/// Puts a value into a list, or takes it out if it is there. With `change` off it only says whether it is there.
fn toggle<T: PartialEq + Clone>(list: &mut Vec<T>, value: &T, change: bool) -> bool {
    let was = list.contains(value);
    match (change, was) {
        (true, true) => list.retain(|other| other != value),
        (true, false) => list.push(value.clone()),
        _ => {}
    }
    was
}

/// Chooses a value or takes it off; gives whether it was chosen.
pub fn choose(filter: &mut Filter, value: &Value, change: bool) -> bool {
    match value {
        Value::Severity(level) => toggle(&mut filter.severities, level, change),
        Value::Status(digit) => toggle(&mut filter.statuses, &(digit * 100, digit * 100 + 99), change),
        Value::Origin(at, name) => {
            filter.origins_mut().into_iter().nth(*at).is_some_and(|list| toggle(list, name, change))
        }
        Value::Shape(shape) => toggle(&mut filter.shapes, shape, change),
    }
}

/// A facet: its title, its values with words and counts, and how many values are left out.
type Counted = (&'static str, Vec<(Value, String, u64)>, u64);

fn counted(counts: &Selected) -> Vec<Counted> {
    let levels = Severity::ALL.into_iter().zip(counts.severities).rev().filter(|(_, n)| *n > 0);
    let statuses = (1u16..).zip(counts.statuses.into_iter().skip(1)).filter(|(_, n)| *n > 0);
    let origin = |(facet, (title, at)): (&Facet, (&'static str, usize))| -> Counted {
        let values = facet.values.iter().take(SHOWN);
        let more = facet.more + facet.values.len().saturating_sub(SHOWN) as u64;
        (title, values.map(|(name, n)| (Value::Origin(at, name.clone()), name.clone(), *n)).collect(), more)
    };
    let mut all: Vec<Counted> = vec![
        ("Severity", levels.map(|(l, n)| (Value::Severity(l), l.name().to_owned(), n)).collect(), 0),
        ("Status", statuses.map(|(d, n)| (Value::Status(d), format!("{d}xx"), n)).collect(), 0),
    ];
    all.extend(counts.origins.iter().zip(ORIGINS).map(origin));
    let patterns = counts.patterns.iter().take(SHOWN);
    all.push((
        "Pattern",
        patterns.map(|one| (Value::Shape(one.shape), one.text.clone(), one.entries)).collect(),
        counts.more_patterns + counts.patterns.len().saturating_sub(SHOWN) as u64,
    ));
    all.retain(|(_, values, _)| !values.is_empty());
    all
}

/// The facets. Counts come anew with each choice; focus stays with the value that was chosen.
pub fn facets(state: State) -> AnyView {
    let last = RwSignal::new(None::<Value>);
    (move || {
        let counts = state.counts.get()?;
        let filter = state.drawer.with(|shown| shown.as_ref().map(|shown| shown.filter.clone()));
        let mut filter = filter.unwrap_or_default();
        let rows: Vec<AnyView> =
            counted(&counts.1).into_iter().map(|facet| one(state, &mut filter, last, facet)).collect();
        if last.with_untracked(Option::is_some) {
            focus::once_drawn(|| focus::keep(Id::FacetAt));
        }
        Some(div().class("facets").role("group").aria_label("Facets").child(rows))
    })
    .into_any()
}

fn one(
    state: State,
    filter: &mut Filter,
    last: RwSignal<Option<Value>>,
    (title, values, more): Counted,
) -> AnyView {
    let mut row = |(value, words, n): (Value, String, u64)| {
        let is_on = choose(filter, &value, false);
        let is_last = last.with_untracked(|last| last.as_ref() == Some(&value));
        let run = move |_| {
            last.set(Some(value.clone()));
            view::narrow(state, |filter| {
                choose(filter, &value, true);
            });
        };
        let words = span().class("facet-words").child(words);
        let count = span().class("facet-count").child(format::count(n));
        button()
            .r#type("button")
            .class("facet")
            .attr("id", is_last.then(|| Id::FacetAt.name()))
            .aria_pressed(if is_on { "true" } else { "false" })
            .on(ev::click, run)
            .child((words, count))
            .into_any()
    };
    let rows: Vec<AnyView> = values.into_iter().map(&mut row).collect();
    let more = (more > 0).then(|| p().class("note").child(format!("{} more", format::count(more))));
    div()
        .class("facet-group")
        .role("group")
        .aria_label(title)
        // In full width the list is the page, and its title the first heading.
        .child((h3().attr("aria-level", move || state.wide.get().then_some("2")).child(title), rows, more))
        .into_any()
}

#[cfg(test)]
#[path = "facets_tests.rs"]
mod tests;
