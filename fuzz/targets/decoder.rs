//! Fuzz target; its body is that of the seeded tests.
#![no_main]
#![allow(dead_code, reason = "each target runs one body of many")]

#[path = "../../tests/trust/dice.rs"]
mod dice;
#[path = "../../tests/trust/harness.rs"]
mod harness;
#[path = "../../tests/trust/invariant.rs"]
mod invariant;

libfuzzer_sys::fuzz_target!(|data: &[u8]| harness::decoder(data));
