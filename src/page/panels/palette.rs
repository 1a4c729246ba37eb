//! Everything that can be done and every place of the report, found by a few letters.

use super::{exceptions, outline};
use crate::page::focus;
use crate::page::ids::Id;
use crate::page::keys::ACTIONS;
use crate::page::parts::dialog::{close, modal};
use crate::page::state::State;
use leptos::ev;
use leptos::html::{input, kbd, li, span, ul};
use leptos::prelude::*;

/// A line of the palette: its words, its key, and what it does.
#[derive(Clone, Debug, PartialEq)]
struct Wish {
    words: String,
    key: &'static str,
    act: Act,
}

#[derive(Clone, Debug, PartialEq)]
enum Act {
    /// An action by its number.
    Do(usize),
    /// A place by its id.
    Go(String),
}

/// All wishes that hold each word of `typed`, in any case.
fn wishes(state: State, typed: &str) -> Vec<Wish> {
    let report = state.report.get_untracked();
    let has_report = report.is_some();
    let actions = ACTIONS
        .iter()
        .enumerate()
        .filter(|(_, action)| has_report || !action.needs_report)
        .map(|(at, action)| Wish { words: action.words.to_owned(), key: action.key, act: Act::Do(at) });
    let go = |words: String, id: String| Wish { words, key: "", act: Act::Go(id) };
    let mut all: Vec<Wish> = actions.collect();
    if let Some(report) = &report {
        let sections = outline::sections(
            &report.report,
            state.sketch.with_untracked(|sketch| exceptions::count(sketch.as_ref())),
        );
        all.extend(sections.iter().map(|(id, title, _)| go(format!("Go to {title}"), id.name().to_owned())));
        all.extend(report.report.findings.iter().map(|finding| {
            go(format!("Go to {} {}", finding.id, finding.title.plain()), format!("{}-article", finding.id))
        }));
    }
    let typed = typed.to_lowercase();
    all.retain(|wish| {
        let words = wish.words.to_lowercase();
        typed.split_whitespace().all(|part| words.contains(part))
    });
    all
}

/// The dialog.
pub fn palette(state: State) -> AnyView {
    let typed = RwSignal::new(String::new());
    let at = RwSignal::new(0usize);
    let found = Memo::new(move |_| wishes(state, &typed.get()));
    let pressed = move |event: web_sys::KeyboardEvent| {
        let last = found.with_untracked(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = (*at + 1).min(last)),
            "ArrowUp" => at.update(|at| *at = at.saturating_sub(1)),
            "Enter" => {
                event.prevent_default();
                return run(state, found, at.get_untracked());
            }
            _ => return,
        }
        event.prevent_default();
        let line = line_id(at.get_untracked());
        request_animation_frame(move || focus::reveal(&line));
    };
    let body = (
        input()
            .r#type("text")
            .id(Id::Wish.name())
            .class("palette-input")
            // Letters typed at once are its letters.
            .autofocus(true)
            .role("combobox")
            .aria_label("What to do")
            .aria_expanded("true")
            .aria_controls(Id::Wishes.name())
            .aria_autocomplete("list")
            .attr("aria-activedescendant", move || {
                found.with(|all| at.get() < all.len()).then(|| line_id(at.get()))
            })
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .placeholder("Type a few letters")
            .on(ev::keydown, pressed)
            .on(ev::input, move |event| {
                at.set(0);
                typed.set(event_target_value(&event));
            }),
        ul().id(Id::Wishes.name()).class("palette").role("listbox").aria_label("Actions").child(move || {
            found
                .get()
                .into_iter()
                .enumerate()
                .map(|(n, wish)| line(state, found, at, n, wish))
                .collect::<Vec<_>>()
        }),
        move || {
            found
                .with(Vec::is_empty)
                .then(|| span().class("note").role("status").child("Nothing is called that."))
        },
    );
    modal(state, "Commands", body.into_any())
}

fn line_id(at: usize) -> String {
    format!("wish-{at}")
}

fn line(state: State, found: Memo<Vec<Wish>>, at: RwSignal<usize>, n: usize, wish: Wish) -> AnyView {
    let key = (!wish.key.is_empty()).then(|| kbd().child(wish.key));
    li().id(line_id(n))
        .class("palette-line")
        .role("option")
        .aria_selected(move || if at.get() == n { "true" } else { "false" })
        .on(ev::click, move |_| run(state, found, n))
        .child((span().child(wish.words), key))
        .into_any()
}

/// Closes the dialog, which gives focus back, then does it.
fn run(state: State, found: Memo<Vec<Wish>>, at: usize) {
    let Some(wish) = found.with_untracked(|all| all.get(at).cloned()) else { return };
    close(state);
    focus::once_drawn(move || match wish.act {
        Act::Do(number) => {
            if let Some(action) = ACTIONS.get(number) {
                (action.run)(state);
            }
        }
        Act::Go(id) => {
            state.wide.set(false);
            focus::once_drawn(move || focus::jump(&id));
        }
    });
}
