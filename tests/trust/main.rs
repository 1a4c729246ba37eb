//! Hostile input: damage, attacks and injections from seeds, short here and long by `make prove` (see `prove.rs`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "tests may stop, read files and print; the helpers of tests are not seen as tests by clippy.toml"
)]

mod bodies;
mod caps;
mod damage;
mod dice;
mod exports;
mod faults;
mod fuzz;
mod hand_off;
mod harness;
mod injection;
mod invariant;
mod marked;
mod mutations;
mod payloads;
mod personal;
mod prove;
mod secrets;
