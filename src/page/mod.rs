//! The page: takes dropped files, gives the report drawn. Feature `page`; browser types stand here and in the worker only.
//!
//! Views draw and the core decides: panels take plain values of the report and [`state::State`], and hold no logic but
//! small pure functions. They are built with element functions instead of markup templates, so that nothing in the page
//! ever writes HTML text and Trusted Types need no exception. Read next: [`state`], [`link`], [`panels`].

pub mod focus;
pub mod folders;
pub mod format;
pub mod geometry;
pub mod host;
pub mod ids;
pub mod intake;
pub mod keys;
pub mod link;
pub mod panels;
pub mod parts;
pub mod save;
pub mod state;
pub mod view;
pub mod words;
pub mod zone;

use ids::Id;
use leptos::ev;
use leptos::html::{a, div, main, p};
use leptos::prelude::*;
use panels::{export, header, help, landing, look, palette, privacy, query, reading, report};
use parts::button::button;
use parts::live_region::live_region;
use parts::notice::notice;
use state::{Dialog, Stage, State};

/// Draws the page into the body and starts the workers.
pub fn mount() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app);
}

fn app() -> AnyView {
    let state = State::new();
    intake::listen(state);
    keys::listen(state);
    view::listen(state);
    ask_before_leaving(state);
    paint_theme(state);
    link::start(state);
    div()
        .class(move || if state.dragging.get() { "page page-dragging" } else { "page" })
        .child((
            a().class("skip").href(format!("#{}", Id::Main)).child("Skip to the content"),
            header::header(state),
            main().id(Id::Main.name()).tabindex("-1").class("main").child((
                removed(state),
                problems(state),
                lost(state),
                move || stage(state),
            )),
            move || dialog(state),
            live_region(state),
        ))
        .into_any()
}

fn stage(state: State) -> AnyView {
    match state.stage.get() {
        Stage::Landing => landing::landing(state),
        Stage::Reading => reading::reading(state),
        Stage::Report => report::report(state),
    }
}

fn dialog(state: State) -> AnyView {
    match state.dialog.get() {
        Some(Dialog::Help) => help::help(state),
        Some(Dialog::Export) => export::export(state, false),
        Some(Dialog::ExportChanges) => export::export(state, true),
        Some(Dialog::View) => look::look(state),
        Some(Dialog::Privacy) => privacy::privacy(state),
        Some(Dialog::Query) => query::query(state),
        Some(Dialog::Palette) => palette::palette(state),
        None => ().into_any(),
    }
}

/// What was taken out last, and the way back.
fn removed(state: State) -> AnyView {
    (move || {
        let name = state.removed.get()?;
        let undo = button("link", "Put it back", move || link::put_back(&state));
        Some(p().class("removed").role("status").child((format!("{name} was taken out. "), undo)))
    })
    .into_any()
}

/// Files that went with the worker that held them, and the way back.
fn lost(state: State) -> AnyView {
    (move || {
        let files = state.lost.get();
        let said = format!(
            "{} had to be let go when a worker ended. ",
            format::counted(files as u64, "file", "files")
        );
        let again = button("link", "Read them again", move || link::read_again(&state));
        (files > 0).then(|| p().class("removed").role("status").child((said, again)))
    })
    .into_any()
}

fn problems(state: State) -> AnyView {
    (move || {
        let list: Vec<AnyView> = state.problems.get().iter().map(notice).collect();
        (!list.is_empty()).then(|| div().class("notices").role("alert").child(list))
    })
    .into_any()
}

/// Closing the tab or going elsewhere with data loaded asks first.
fn ask_before_leaving(state: State) {
    let handle = window_event_listener(ev::beforeunload, move |event| {
        if state.stage.get_untracked() != Stage::Landing {
            event.prevent_default();
            event.set_return_value("data");
        }
    });
    on_cleanup(move || handle.remove());
}

/// The theme as an attribute of the root element, stored nowhere.
fn paint_theme(state: State) {
    Effect::new(move |_| {
        let theme = match state.theme.get() {
            state::Theme::System => "system",
            state::Theme::Light => "light",
            state::Theme::Dark => "dark",
        };
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-theme", theme);
        }
    });
}
