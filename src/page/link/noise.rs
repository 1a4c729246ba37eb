//! Patterns that the reader marked as noise: takes what she wants with them, gives a rule file to save, or one that is in use as if
//! it had been dropped.

use super::{Link, crew, with};
use crate::page::format;
use crate::page::ids::Id;
use crate::page::save;
use crate::page::state::State;
use crate::protocol::{NOISE_FILE, ToWorker};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::File;

/// What the rules of the marked patterns are wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// A file of hers.
    Save,
    /// This report, made anew with them.
    Use,
}

/// Asks for the rules of the marked patterns.
pub fn noise(state: &State, wish: Wish) {
    let level = state.level.get_untracked();
    let patterns: Vec<u32> = state.noise.with_untracked(|marks| marks.patterns.iter().copied().collect());
    if patterns.is_empty() || crew::needs_files(state).is_some() {
        return;
    }
    with(|link| {
        link.wish = Some(wish);
        link.to_lead(&ToWorker::Noise { patterns, level });
    });
}

impl Link {
    /// The lead has written the rules.
    pub(super) fn deliver_noise(&mut self, toml: &str, made: u64, left_out: u64) {
        let Some(wish) = self.wish.take() else { return };
        let left_out = match left_out {
            0 => String::new(),
            n => format!(
                " {} left out: too few words to know it by.",
                format::counted(n, "pattern is", "patterns are")
            ),
        };
        let rules = format::counted(made, "rule", "rules");
        if made == 0 {
            return self.say_of_noise(format!("No rule was written.{left_out}"));
        }
        match wish {
            Wish::Save => {
                save::text(NOISE_FILE, "application/toml", toml);
                self.say_of_noise(format!("{rules} saved in {NOISE_FILE}.{left_out}"));
            }
            Wish::Use => {
                let parts = js_sys::Array::of1(&JsValue::from_str(toml));
                if let Ok(file) = File::new_with_str_sequence(&parts, NOISE_FILE) {
                    // She goes on where she was: at the table, with its rows told anew.
                    self.state.landing.set(Some(Id::Patterns));
                    self.open(vec![file]);
                }
            }
        }
    }

    fn say_of_noise(&self, words: String) {
        self.state.said.set(words.clone());
        self.state.noise.update(|marks| marks.said = words);
    }
}
