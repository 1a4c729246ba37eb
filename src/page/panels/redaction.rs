//! What is taken out of all that is shown and exported: the level, the reader's own words, and what it came to.

use crate::page::ids::Id;
use crate::page::parts::button::button;
use crate::page::state::State;
use crate::page::{focus, format, link};
use crate::redact::Level;
use leptos::ev;
use leptos::html::{button as element, div, h3, input, label, li, option, p, select, strong, ul};
use leptos::prelude::*;

const LEVELS: [(&str, Level, &str); 4] = [
    ("secrets", Level::Secrets, "Secrets: tokens, keys, passwords"),
    ("standard", Level::Standard, "Standard: also e-mails, addresses, phone numbers"),
    ("strict", Level::Strict, "Strict: also ids, hosts, users, names"),
    ("off", Level::Off, "Off: nothing is taken out"),
];

/// What a level takes out, in words.
pub fn words(level: Level) -> &'static str {
    LEVELS.iter().find(|(_, known, _)| *known == level).map_or("", |(_, _, words)| words)
}

/// The controls. `draft` is the word that is being written; [`add`] takes it.
pub fn redaction(state: State, draft: RwSignal<String>) -> AnyView {
    (
        div().class("field").child((
            label().r#for(Id::Level.name()).child("Taken out before anything leaves"),
            levels(state),
        )),
        own_words(state, draft),
        replaced(state),
    )
        .into_any()
}

fn levels(state: State) -> AnyView {
    let options: Vec<AnyView> = LEVELS
        .iter()
        .map(|(name, level, words)| {
            let level = *level;
            option()
                .value(*name)
                .prop("selected", move || state.level.get() == level)
                .child(*words)
                .into_any()
        })
        .collect();
    select()
        .id(Id::Level.name())
        .on(ev::change, move |event| {
            let name = event_target_value(&event);
            if let Some((_, level, _)) = LEVELS.iter().find(|(known, ..)| *known == name) {
                state.level.set(*level);
                link::diagnose(&state);
            }
        })
        .child(options)
        .into_any()
}

fn own_words(state: State, draft: RwSignal<String>) -> AnyView {
    let chips = move || {
        let chip = |word: String| {
            let label = format!("Stop taking out {word}");
            let shown = word.clone();
            element()
                .r#type("button")
                .class("chip")
                .aria_label(label)
                .on(ev::click, move |_| {
                    state.words.update(|words| words.retain(|other| *other != word));
                    link::diagnose(&state);
                    focus::once_drawn(|| focus::to(Id::OwnWord));
                })
                .child((shown, " ×"))
                .into_any()
        };
        let all: Vec<AnyView> = state.words.get().into_iter().map(chip).collect();
        (!all.is_empty()).then(|| div().class("chips").role("group").aria_label("Your own words").child(all))
    };
    div()
        .class("field")
        .child((
            label()
                .r#for(Id::OwnWord.name())
                .child("Words of your own, taken out as well, as they are written"),
            div().class("field-add").child((
                input()
                    .r#type("text")
                    .id(Id::OwnWord.name())
                    .attr("autocomplete", "off")
                    .attr("spellcheck", "false")
                    .placeholder("a name, a customer, an address")
                    .prop("value", move || draft.get())
                    .on(ev::input, move |event| draft.set(event_target_value(&event)))
                    .on(ev::keydown, move |event| {
                        if event.key() == "Enter" && !event.is_composing() {
                            add(state, draft);
                        }
                    }),
                button("button", "Take out", move || {
                    add(state, draft);
                    focus::to(Id::OwnWord);
                }),
            )),
            chips,
            move || {
                let is_idle = state.level.get() == Level::Off && state.words.with(|words| !words.is_empty());
                is_idle.then(|| p().class("note").child("On level Off these words stay as well."))
            },
        ))
        .into_any()
}

/// Takes the word that is written, if there is one: from now on it is shown nowhere.
pub fn add(state: State, draft: RwSignal<String>) {
    let word = draft.get_untracked().trim().to_owned();
    draft.set(String::new());
    if !word.is_empty() && !state.words.with_untracked(|words| words.contains(&word)) {
        state.words.update(|words| words.push(word));
        link::diagnose(&state);
    }
}

/// What was replaced, by kind and number.
fn replaced(state: State) -> AnyView {
    (move || {
        let report = state.report.get()?;
        let item = |(kind, n): &(String, u64)| {
            li().child((strong().child(format::count(*n)), format!(" × {kind}"))).into_any()
        };
        let kinds: Vec<AnyView> = report.replaced.iter().map(item).collect();
        let shown = if kinds.is_empty() {
            p().class("note").child("Nothing had to be replaced.").into_any()
        } else {
            ul().class("counts").aria_label("Replaced, by kind").child(kinds).into_any()
        };
        Some(div().class("replaced").child((h3().child("Replaced in this report"), shown)))
    })
    .into_any()
}
