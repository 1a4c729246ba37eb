//! A seed and hints → a valid export with one damaged record: no other entry is lost.
#![no_main]

#[path = "../../tests/trust/damage.rs"]
mod damage;
#[path = "../../tests/trust/exports.rs"]
mod exports;
#[path = "../../tests/trust/invariant.rs"]
mod invariant;
#[path = "../../tests/trust/dice.rs"]
mod dice;
#[path = "../../tests/trust/bodies.rs"]
mod bodies;

libfuzzer_sys::fuzz_target!(|seed: u64| {
    if let Err(fault) = bodies::one_record(seed).and_then(|()| bodies::any_text(seed)) {
        panic!("{fault}");
    }
});
