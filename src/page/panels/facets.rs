//! What the entries of the active filter are, counted: each value is a button that adds it to the filter or takes it off, with
//! one beside it that leaves it out.
//!
//! A facet shows its first values; it opens for more of them, and a box finds the others. What belongs to each facet is drawn
//! anew only when that changes, so that focus and what is being typed stay.

use crate::entry::Severity;
use crate::page::ids::Id;
use crate::page::parts::button::button;
use crate::page::state::State;
use crate::page::{focus, format, link, view};
use crate::protocol::selected::{FacetOf, Seek, Selected};
use crate::query::Filter;
use crate::report::model::Report;
use leptos::ev;
use leptos::html::{button as element, div, h3, input, p, span};
use leptos::prelude::*;

/// Values shown of a facet, at first and once it is opened.
const SHOWN: usize = 6;
const OPENED: usize = 200;
/// The facets in their order.
const FACETS: [(&str, FacetOf); 9] = [
    ("Severity", FacetOf::Severity),
    ("Status", FacetOf::Status),
    ("Service", FacetOf::Origin(0)),
    ("Revision", FacetOf::Origin(1)),
    ("Instance", FacetOf::Origin(2)),
    ("Log", FacetOf::Origin(3)),
    ("Pattern", FacetOf::Pattern),
    ("Finding", FacetOf::Finding),
    ("File", FacetOf::File),
];
/// Where the origins that are counted stand among those of a filter.
const ORIGINS: [usize; 4] = [2, 3, 4, 7];

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
    /// A finding by its id.
    Finding(String),
    /// A file by its number.
    File(u32),
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

fn put(filter: &mut Filter, value: &Value, change: bool) -> bool {
    match value {
        Value::Severity(level) => toggle(&mut filter.severities, level, change),
        Value::Status(digit) => toggle(&mut filter.statuses, &(digit * 100, digit * 100 + 99), change),
        Value::Origin(at, name) => {
            filter.origins_mut().into_iter().nth(*at).is_some_and(|list| toggle(list, name, change))
        }
        Value::Shape(shape) => toggle(&mut filter.shapes, shape, change),
        Value::Finding(id) => toggle(&mut filter.findings, id, change),
        Value::File(number) => toggle(&mut filter.files, number, change),
    }
}

/// Chooses a value or takes it off; gives whether it was chosen. What is chosen is not left out any more.
pub fn choose(filter: &mut Filter, value: &Value, change: bool) -> bool {
    if change {
        filter.not.retain(|not| *not != alone(value));
    }
    put(filter, value, change)
}

/// Leaves a value out, or takes it in again; gives whether it was left out. What is left out is not chosen any more.
pub fn exclude(filter: &mut Filter, value: &Value) -> bool {
    if put(filter, value, false) {
        put(filter, value, true);
    }
    toggle(&mut filter.not, &alone(value), true)
}

/// The filter for one value.
fn alone(value: &Value) -> Filter {
    let mut filter = Filter::default();
    put(&mut filter, value, true);
    filter
}

/// A value of a facet as it is drawn.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    value: Value,
    words: String,
    /// Entries; none of a value that is left out.
    entries: Option<u64>,
    is_on: bool,
}

/// All values at hand with words and counts, and how many are not.
fn counted(of: FacetOf, counts: &Selected, report: Option<&Report>) -> (Vec<(Value, String, u64)>, u64) {
    match of {
        FacetOf::Severity => {
            let levels = Severity::ALL.into_iter().zip(counts.severities).rev().filter(|(_, n)| *n > 0);
            (levels.map(|(level, n)| (Value::Severity(level), level.name().to_owned(), n)).collect(), 0)
        }
        FacetOf::Status => {
            let classes = (1u16..).zip(counts.statuses.into_iter().skip(1)).filter(|(_, n)| *n > 0);
            (classes.map(|(digit, n)| (Value::Status(digit), format!("{digit}xx"), n)).collect(), 0)
        }
        FacetOf::Origin(nth) => {
            let (Some(facet), Some(at)) = (counts.origins.get(nth), ORIGINS.get(nth)) else {
                return (Vec::new(), 0);
            };
            let value = |(name, n): &(String, u64)| (Value::Origin(*at, name.clone()), name.clone(), *n);
            (facet.values.iter().map(value).collect(), facet.more)
        }
        FacetOf::Pattern => {
            let patterns = counts.patterns.iter();
            let values = patterns.map(|one| (Value::Shape(one.shape), one.text.clone(), one.entries));
            (values.collect(), counts.more_patterns)
        }
        FacetOf::Finding => {
            let values = counts.findings.iter();
            (
                values
                    .map(|(id, n)| (Value::Finding(id.clone()), words_of_finding(report, id), *n))
                    .collect(),
                0,
            )
        }
        // One file is what the report is about.
        FacetOf::File if report.is_none_or(|report| report.raw.files.len() < 2) => (Vec::new(), 0),
        FacetOf::File => {
            let name = |number: u32| report.and_then(|report| report.raw.files.get(number as usize));
            let values = counts.files.iter().filter_map(|(n, entries)| Some((*n, name(*n)?, *entries)));
            (values.map(|(n, file, entries)| (Value::File(n), file.name.clone(), entries)).collect(), 0)
        }
    }
}

fn words_of_finding(report: Option<&Report>, id: &str) -> String {
    let found = report.and_then(|report| report.findings.iter().find(|finding| finding.id == id));
    found.map_or_else(|| id.to_owned(), |finding| format!("{id} {}", finding.title.plain()))
}

/// The rows of a facet and how many values are left out of them: the first ones, or what is sought; last, what the filter
/// leaves out.
fn rows(
    of: FacetOf,
    counts: &Selected,
    report: Option<&Report>,
    filter: &Filter,
    seek: Option<&Seek>,
) -> (Vec<Row>, u64) {
    let (mut values, more) = counted(of, counts, report);
    values.retain(|(_, words, _)| seek.is_none_or(|seek| seek.fits(words)));
    let most = seek.map_or(SHOWN, |seek| seek.values);
    let more = more + values.len().saturating_sub(most) as u64;
    values.truncate(most);
    let is_out = |value: &Value| filter.not.contains(&alone(value));
    let mut rows: Vec<Row> = Vec::new();
    for (value, words, n) in values {
        let is_on = put(&mut filter.clone(), &value, false);
        let entries = Some(n).filter(|_| !is_out(&value));
        rows.push(Row { value, words, entries, is_on });
    }
    for (value, words) in filter.not.iter().filter_map(|not| left_out(of, not, counts, report)) {
        if !rows.iter().any(|row| row.value == value) {
            rows.push(Row { value, words, entries: None, is_on: false });
        }
    }
    (rows, more)
}

/// The one value of a facet that an exclusion is about, if it is.
fn left_out(
    of: FacetOf,
    not: &Filter,
    counts: &Selected,
    report: Option<&Report>,
) -> Option<(Value, String)> {
    let value = match of {
        FacetOf::Severity => Value::Severity(*not.severities.first()?),
        FacetOf::Status => Value::Status(not.statuses.first()?.0 / 100),
        FacetOf::Origin(nth) => {
            let at = *ORIGINS.get(nth)?;
            Value::Origin(at, not.origins().into_iter().nth(at)?.first()?.clone())
        }
        FacetOf::Pattern => Value::Shape(*not.shapes.first()?),
        FacetOf::Finding => Value::Finding(not.findings.first()?.clone()),
        FacetOf::File => Value::File(*not.files.first()?),
    };
    let words = match &value {
        Value::Severity(level) => level.name().to_owned(),
        Value::Status(digit) => format!("{digit}xx"),
        Value::Origin(_, name) => name.clone(),
        Value::Shape(shape) => {
            let known = counts.patterns.iter().find(|pattern| pattern.shape == *shape);
            known.map_or_else(|| format!("pattern {shape}"), |pattern| pattern.text.clone())
        }
        Value::Finding(id) => words_of_finding(report, id),
        Value::File(n) => report?.raw.files.get(*n as usize)?.name.clone(),
    };
    (*not == alone(&value)).then_some((value, words))
}

/// Where focus stands when what had it is drawn anew.
#[derive(Clone, Copy)]
struct At {
    /// The value whose button was pressed last, and whether that was the one that leaves it out.
    last: RwSignal<Option<(Value, bool)>>,
    /// The facet that was closed last: what opens it comes back once its values are counted.
    closed: RwSignal<Option<FacetOf>>,
}

/// The facets. Counts come anew with each choice; focus stays with the value that was chosen.
pub fn facets(state: State) -> AnyView {
    let at = At { last: RwSignal::new(None), closed: RwSignal::new(None) };
    let groups: Vec<AnyView> = FACETS.into_iter().map(|(title, of)| group(state, at, title, of)).collect();
    div().class("facets").role("group").aria_label("Facets").child(groups).into_any()
}

fn group(state: State, at: At, title: &'static str, of: FacetOf) -> AnyView {
    let is_open =
        Memo::new(move |_| state.seek.with(|seek| seek.as_ref().is_some_and(|seek| seek.facet == of)));
    let shown = Memo::new(move |_| {
        let counts = state.counts.get()?;
        let filter = state.drawer.with(|shown| shown.as_ref().map(|shown| shown.filter.clone()));
        let seek = state.seek.with(|seek| seek.clone().filter(|seek| seek.facet == of));
        let report = state.report.get_untracked();
        let report = report.as_ref().map(|report| &report.report);
        Some(rows(of, &counts.1, report, &filter.unwrap_or_default(), seek.as_ref()))
    });
    let is_empty = move || {
        !is_open.get()
            && shown.with(|shown| shown.as_ref().is_none_or(|(rows, more)| rows.is_empty() && *more == 0))
    };
    let list = move || {
        let rows: Vec<AnyView> = shown.get()?.0.into_iter().map(|row| value(state, at.last, row)).collect();
        if at.last.with_untracked(Option::is_some) {
            focus::once_drawn(|| focus::keep(Id::FacetAt));
        }
        Some(rows)
    };
    let more = Memo::new(move |_| shown.with(|shown| shown.as_ref().map_or(0, |(_, more)| *more)));
    div()
        .class("facet-group")
        .role("group")
        .aria_label(title)
        .attr("hidden", move || is_empty().then_some(""))
        // In full width the list is the page, and its title the first heading.
        .child((
            h3().attr("aria-level", move || state.wide.get().then_some("2")).child(title),
            move || is_open.get().then(|| find(state, at, title, of)),
            div()
                .class(move || if is_open.get() { "facet-values facet-open" } else { "facet-values" })
                .child(list),
            move || further(state, at, title, of, is_open.get(), more.get()),
        ))
        .into_any()
}

/// What leads to the values that are not shown.
fn further(
    state: State,
    at: At,
    title: &'static str,
    of: FacetOf,
    is_open: bool,
    more: u64,
) -> Option<AnyView> {
    let words = format!("{} more", format::count(more));
    if is_open {
        let note = format!("{words}: type to find them.");
        return (more > 0).then(|| p().class("note").child(note).into_any());
    }
    (more > 0).then(|| {
        let was_open = at.closed.get_untracked() == Some(of);
        if was_open {
            focus::once_drawn(|| focus::keep(Id::FacetMore));
        }
        element()
            .r#type("button")
            .attr("id", was_open.then(|| Id::FacetMore.name()))
            .class("link facet-more")
            .aria_label(format!("{title}: {words}"))
            .on(ev::click, move |_| {
                at.closed.set(None);
                seek(state, Some(Seek { facet: of, text: String::new(), values: OPENED }));
                focus::once_drawn(|| focus::to(Id::FacetFind));
            })
            .child(words)
            .into_any()
    })
}

/// Another look for values, or none.
fn seek(state: State, seek: Option<Seek>) {
    state.seek.set(seek);
    link::count();
}

/// The box that finds values of an open facet, and the way back to its first ones.
fn find(state: State, at: At, title: &'static str, of: FacetOf) -> AnyView {
    let close = move || {
        at.last.set(None);
        at.closed.set(Some(of));
        seek(state, None);
    };
    div()
        .class("facet-find")
        .child((
            input()
                .r#type("search")
                .id(Id::FacetFind.name())
                .aria_label(format!("Find in {title}"))
                .placeholder("Find")
                .attr("autocomplete", "off")
                .attr("spellcheck", "false")
                .on(ev::input, move |event| {
                    let text = event_target_value(&event);
                    seek(state, Some(Seek { facet: of, text, values: OPENED }));
                })
                .on(ev::keydown, move |event| {
                    if event.key() == "Escape" {
                        event.prevent_default();
                        close();
                    }
                }),
            button("quiet", "Fewer", close),
        ))
        .into_any()
}

fn value(state: State, last: RwSignal<Option<(Value, bool)>>, row: Row) -> AnyView {
    let Row { value, words, entries, is_on } = row;
    let at = |is_not: bool| {
        let is_last = last.with_untracked(|last| *last == Some((value.clone(), is_not)));
        is_last.then(|| Id::FacetAt.name())
    };
    let run = |is_not: bool| {
        let value = value.clone();
        move |_| {
            last.set(Some((value.clone(), is_not)));
            view::narrow(state, |filter| {
                if is_not {
                    exclude(filter, &value)
                } else {
                    choose(filter, &value, true)
                };
            });
        }
    };
    let pressed = |is: bool| if is { "true" } else { "false" };
    let count = entries.map_or_else(|| "left out".to_owned(), format::count);
    let style = if entries.is_some() { "facet-words" } else { "facet-words facet-out" };
    let main = element()
        .r#type("button")
        .class("facet")
        .attr("id", at(false))
        .aria_pressed(pressed(is_on))
        .on(ev::click, run(false))
        .child((
            span().class(style).attr("title", words.clone()).child(words.clone()),
            span().class("facet-count").child(count),
        ));
    let not = element()
        .r#type("button")
        .class("facet-not")
        .attr("id", at(true))
        .aria_pressed(pressed(entries.is_none()))
        .aria_label(format!("Leave out {words}"))
        .on(ev::click, run(true))
        .child("not");
    div().class("facet-row").child((main, not)).into_any()
}

#[cfg(test)]
#[path = "facets_tests.rs"]
mod tests;
