//! Why nothing leaves the tab, as a dialog.

use crate::page::parts::dialog::modal;
use crate::page::state::State;
use crate::page::words;
use leptos::html::{dd, dl, dt};
use leptos::prelude::*;

/// The proof, in words.
pub fn privacy(state: State) -> AnyView {
    let rows: Vec<AnyView> =
        words::PROOF.iter().map(|(what, how)| (dt().child(*what), dd().child(*how)).into_any()).collect();
    modal(state, "Nothing leaves this tab", dl().class("proof").child(rows).into_any())
}
