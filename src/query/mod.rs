//! Filters: what a person (or a sentence of the report) wants to see, as data and as text for other tools.
//!
//! [`model`] is the filter; [`explorer`] prints it for Logs Explorer and gcloud, [`shell`] puts values into commands. Evaluation over an index stands in
//! `digest`, since a filter is only a description.

pub mod explorer;
pub mod model;
pub mod shell;

pub use model::Filter;
