//! All native tests in one binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "tests may stop, read files and print; the helpers of tests are not seen as tests by clippy.toml"
)]

mod dialects;
mod ingest;
mod knowledge;
/// Reports of small logs, the same that wasm gives (`tests/web.rs`).
mod same;
/// Ranks, lengths, words, style sheets.
mod tidy;
