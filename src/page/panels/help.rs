//! Keys, and the switch that turns single keys off.

use crate::page::keys::ACTIONS;
use crate::page::parts::dialog::modal;
use crate::page::state::State;
use crate::page::words;
use leptos::ev;
use leptos::html::{dd, div, dl, dt, input, kbd, label};
use leptos::prelude::*;

/// The dialog.
pub fn help(state: State) -> AnyView {
    let single = ACTIONS.iter().map(|action| (action.key, action.words));
    let rows: Vec<AnyView> = words::KEYS
        .into_iter()
        .chain(single)
        .filter(|(keys, _)| !keys.is_empty())
        .map(|(keys, what)| {
            let keys: Vec<AnyView> = keys.split("  ").map(|key| kbd().child(key).into_any()).collect();
            (dt().child(keys), dd().child(what)).into_any()
        })
        .collect();
    let switch = div().class("field-inline").child((
        input()
            .r#type("checkbox")
            .id("single-keys")
            .prop("checked", move || state.single_keys.get())
            .on(ev::change, move |event| state.single_keys.set(event_target_checked(&event))),
        label().r#for("single-keys").child("Single keys do something"),
    ));
    modal(state, "Keys", (dl().class("keys").child(rows), switch).into_any())
}
