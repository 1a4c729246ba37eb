//! A filter with its title and a number in, a button that shows the entries behind the number out; the number alone where the
//! log is not here.

use super::button::named;
use crate::page::state::State;
use crate::page::view;
use crate::query::Filter;
use leptos::prelude::*;

/// Wraps a number.
pub fn figure(state: State, filter: Filter, title: String, words: String) -> AnyView {
    figure_of(state, filter, title, String::new(), words)
}

/// The same for one of several numbers that may be equal: `what` it is stands before it in the button's name.
pub fn figure_of(state: State, filter: Filter, title: String, what: String, words: String) -> AnyView {
    if state.reopened.with_untracked(Option::is_some) {
        return words.into_any();
    }
    let name = if what.is_empty() { what } else { format!("{what}: {words}") };
    named("figure", name, words, move || view::show(state, filter.clone(), title.clone()))
}
