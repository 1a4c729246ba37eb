//! The active filter in chips: one for each restriction, each with a button that takes it off.

use crate::entry::Severity;
use crate::page::ids::Id;
use crate::page::state::State;
use crate::page::{focus, format, view};
use crate::query::model::ORIGINS;
use crate::query::{Filter, Term, print};
use leptos::ev;
use leptos::html::{button, div, span};
use leptos::prelude::*;

/// A restriction: how it reads (empty where there is none), and how to take it off.
type Chip = (fn(&Filter) -> String, fn(&mut Filter));

const CHIPS: [Chip; 11] = [
    (|f| names(&f.severities), |f| f.severities.clear()),
    (|f| led("recorded ", names(&f.recorded)), |f| f.recorded.clear()),
    (|f| format::span(f.from, f.until), |f| (f.from, f.until) = (None, None)),
    (|f| led("trace ", f.traces.join(", ")), |f| f.traces.clear()),
    (|f| f.findings.join(", "), |f| f.findings.clear()),
    (|f| many(f.shapes.len(), "message pattern", "message patterns"), |f| f.shapes.clear()),
    (|f| many(f.files.len(), "file", "files"), |f| f.files.clear()),
    (|f| statuses(&f.statuses), |f| f.statuses.clear()),
    (|f| f.latency_micros.map(latencies).unwrap_or_default(), |f| f.latency_micros = None),
    (
        |f| f.request.map_or("", |is| if is { "requests" } else { "no requests" }).to_owned(),
        |f| f.request = None,
    ),
    (|f| many(f.rows.len(), "chosen entry", "chosen entries"), |f| f.rows.clear()),
];
/// The chip of the span of time.
const SPAN: usize = 2;
/// What stands before the values of an origin.
const LEADS: [&str; ORIGINS] = ["project ", "", "", "", "instance ", "", "", "log ", "container "];

fn led(lead: &str, text: String) -> String {
    if text.is_empty() { text } else { format!("{lead}{text}") }
}

fn many(n: usize, one: &str, more: &str) -> String {
    if n == 0 { String::new() } else { format::counted(n as u64, one, more) }
}

fn names(severities: &[Severity]) -> String {
    severities.iter().map(|one| one.name()).collect::<Vec<_>>().join(", ")
}

fn statuses(ranges: &[(u16, u16)]) -> String {
    let words =
        ranges.iter().map(|(low, high)| if low == high { low.to_string() } else { format!("{low}–{high}") });
    led("status ", words.collect::<Vec<_>>().join(", "))
}

/// `took 200 ms to 500 ms`.
fn latencies((low, high): (u32, u32)) -> String {
    let words = |micros: u32| format::latency(u64::from(micros));
    match (low, high) {
        (low, u32::MAX) => format!("took {} or longer", words(low)),
        (low, high) if low == high => format!("took {}", words(low)),
        (0, high) => format!("took up to {}", words(high)),
        (low, high) => format!("took {} to {}", words(low), words(high)),
    }
}

fn term(term: &Term) -> String {
    print(&Filter { texts: vec![term.clone()], ..Filter::default() })
}

/// What each chip of a filter reads, with its number: those of `CHIPS`, then origins, further texts, exclusions. The
/// first text stands in the search box.
pub fn words(filter: &Filter) -> Vec<(usize, String)> {
    let typed = usize::from(!view::typed(filter).is_empty());
    all(filter, typed).into_iter().enumerate().filter(|(_, words)| !words.is_empty()).collect()
}

/// What each restriction reads, those that are not there as empty texts; without the first texts.
fn all(filter: &Filter, typed: usize) -> Vec<String> {
    let origins = filter.origins().into_iter().zip(LEADS).map(|(list, lead)| led(lead, list.join(", ")));
    let lists = CHIPS.iter().map(|(read, _)| read(filter)).chain(origins);
    let texts = filter.texts.iter().skip(typed).map(term);
    let not = filter.not.iter().map(|not| {
        let words: Vec<String> = all(not, 0).into_iter().filter(|words| !words.is_empty()).collect();
        format!("not {}", words.join(" and "))
    });
    lists.chain(texts).chain(not).collect()
}

/// Takes off what the chip of this number stands for.
pub fn take_off(filter: &mut Filter, number: usize) {
    if let Some((_, take_off)) = CHIPS.get(number) {
        return take_off(filter);
    }
    let number = number - CHIPS.len();
    if let Some(list) = filter.origins_mut().into_iter().nth(number) {
        return list.clear();
    }
    let typed = usize::from(!view::typed(filter).is_empty());
    let number = number - ORIGINS + typed;
    if number < filter.texts.len() {
        filter.texts.remove(number);
    } else if number - filter.texts.len() < filter.not.len() {
        filter.not.remove(number - filter.texts.len());
    }
}

/// The chips.
pub fn chips(state: State) -> AnyView {
    (move || {
        let zone = state.zone.get();
        let moved = |filter: &Filter| Filter {
            from: filter.from.map(|time| zone.at(time)),
            until: filter.until.map(|time| zone.at(time)),
            ..filter.clone()
        };
        let all = state.drawer.with(|shown| shown.as_ref().map(|shown| words(&moved(&shown.filter))));
        let all = all.filter(|all| !all.is_empty())?;
        let rows: Vec<AnyView> = all
            .into_iter()
            .map(|(number, words)| {
                let words = if number == SPAN { format!("{words}{}", zone.said()) } else { words };
                chip(state, number, words)
            })
            .collect();
        Some(div().class("chips").role("group").aria_label("Active filter").child(rows))
    })
    .into_any()
}

fn chip(state: State, number: usize, words: String) -> AnyView {
    let label = format!("Take off: {words}");
    button()
        .r#type("button")
        .class("chip")
        .aria_label(label)
        .on(ev::click, move |_| {
            view::narrow(state, |filter| take_off(filter, number));
            focus::once_drawn(|| focus::to(Id::DrawerTitle));
        })
        .child((span().class("chip-words").child(words), span().aria_hidden("true").child("×")))
        .into_any()
}

#[cfg(test)]
#[path = "chips_tests.rs"]
mod tests;
