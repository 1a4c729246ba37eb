//! What is to be copied or saved of the report: a wish in, the lead's answer delivered by [`super::messages`] out.

use super::{crew, with};
use crate::entry::Nanos;
use crate::page::state::State;
use crate::protocol::ToWorker;
use crate::protocol::export::ExportFormat;
use crate::protocol::sides::Exported;
use leptos::prelude::*;

/// What an export is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// Save it as a file.
    Save,
    /// Copy it.
    Copy,
}

/// Asks for an export.
pub fn export(state: &State, what: Exported, format: ExportFormat, generated_at: Option<Nanos>, want: Want) {
    let level = state.level.get_untracked();
    if crew::needs_files(state).is_some() {
        return;
    }
    with(|link| {
        let (words, file) = match what {
            Exported::Comparison(_) => ("Comparison".to_owned(), "what-changed"),
            Exported::Finding(number) => (finding_words(number), "finding"),
            Exported::Report(_) => ("Report".to_owned(), "incident-report"),
        };
        link.want = Some((want, words, file));
        link.to_lead(&ToWorker::Export { what, format, level, generated_at });
    });
}

/// What a finding is called by its place.
pub fn finding_words(number: u32) -> String {
    format!("F{}", number.saturating_add(1))
}

/// What is said once this is copied.
pub fn copied(what: &str) -> String {
    format!("{what} copied.")
}
