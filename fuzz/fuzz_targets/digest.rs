//! Any bytes as the body of a digest whose checksum fits: refused, or read and told without a fault.
#![no_main]

#[path = "../../tests/trust/dice.rs"]
mod dice;
#[path = "../../tests/trust/invariant.rs"]
mod invariant;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut forged = b"FWYD\x02".to_vec();
    forged.extend_from_slice(&fivewhys::hash::bytes(bytes).to_le_bytes());
    forged.extend_from_slice(bytes);
    if let Ok(digest) = fivewhys::digest::Digest::from_bytes(&forged) {
        let _ = invariant::report(digest);
    }
});
