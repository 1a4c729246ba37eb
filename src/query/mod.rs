//! Filters: what a person (or a sentence of the report) wants to see, as data and as text.
//!
//! [`model`] is the filter; [`parse()`] and [`print()`] are its text form, a subset of the Logging query language that
//! `docs/query.md` describes; [`explorer`] prints it for Logs Explorer and gcloud, [`shell`] puts values into commands. [`search`]
//! finds texts in raw bytes. Evaluation over an index stands in `digest`, since a filter is only a description.

pub mod combine;
pub mod explorer;
mod field;
pub mod model;
mod parse;
mod print;
pub mod search;
pub mod shell;
pub mod sql;
mod words;

pub use model::{Filter, Term};
pub use parse::{Check, parse, parse_with};
pub use print::print;
