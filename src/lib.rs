//! Fivewhys: an exported log in, the incident report that a good SRE would have written by hand out.
//!
//! The library is the analysis core. It has no browser, no clock, no files and no threads, and compiles for the
//! host and for `wasm32-unknown-unknown`. Bytes travel left to right through these stages, never back:
//!
//! ```text
//! bytes ─▶ ingest ─▶ entry ─▶ digest ─merge─▶ digest ─▶ diagnose ─▶ report ─▶ render
//!          decode,    one      rows and       sort,     traces,      plain     page, Markdown,
//!          frame,     shape    dictionaries   dedup     templates,   data      HTML, JSON
//!          dialect                                      causes
//! ```
//!
//! * [`ingest`] takes chunks of any size and hands over [`entry::Entry`] values with the place they stand at.
//! * [`digest`] keeps what is distinct plus one packed row an entry; digests of shards merge in any order.
//! * [`trace`] and [`pattern`] know stack traces and message shapes; both are used before the merge (statelessly,
//!   one line or message at a time) and after it (over sorted input).
//! * [`diagnose`] turns a finished digest into a [`report::model::Report`].
//! * [`compare`] takes two finished digests and gives a [`report::model::Comparison`].
//! * [`report::render`] is the one gate to text: it redacts, then renders.
//!
//! The invariants that all of this keeps stand in `ARCHITECTURE.md`; `tests/it/tidy.rs` checks who may import whom.

pub mod error;
pub mod hands;
pub mod hash;
pub mod limits;
mod order;

pub mod entry;
pub mod redact;

pub mod ingest;
pub mod pattern;
pub mod query;
pub mod trace;

pub mod digest;
pub mod report;

pub mod compare;
pub mod diagnose;

pub mod protocol;

#[cfg(feature = "worker")]
pub mod worker;

#[cfg(feature = "page")]
pub mod page;
