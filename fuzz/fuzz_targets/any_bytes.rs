//! Any bytes as a file: decoder, framers, dialects, traces, masks, diagnosis; the split invariant is the oracle.
#![no_main]

#[path = "../../tests/trust/dice.rs"]
mod dice;
#[path = "../../tests/trust/invariant.rs"]
mod invariant;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let seed = fivewhys::hash::bytes(bytes);
    if let Err(fault) = invariant::holds(bytes, &mut dice::Dice(seed)) {
        panic!("{fault}");
    }
});
