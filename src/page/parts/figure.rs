//! A filter with its title and a number in, a button that shows the entries behind the number out; the number alone where the
//! log is not here.

use super::button::button;
use crate::page::state::State;
use crate::page::view;
use crate::query::Filter;
use leptos::prelude::*;

/// Wraps a number.
pub fn figure(state: State, filter: Filter, title: String, words: String) -> AnyView {
    if state.reopened.with_untracked(Option::is_some) {
        return words.into_any();
    }
    button("figure", words, move || view::show(state, filter.clone(), title.clone()))
}
