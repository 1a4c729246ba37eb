//! The one hash whose value may reach a report: XXH3, the same on every platform (a derived `Hash` differs between 32 and
//! 64 bit). Takes bytes, gives 64 bits.

use xxhash_rust::xxh3::xxh3_64;

/// XXH3 (64 bit, seed 0) of the bytes.
pub fn bytes(bytes: &[u8]) -> u64 {
    xxh3_64(bytes)
}

/// Folds several parts into one value; order matters, and `["ab", "c"]` differs from `["a", "bc"]`.
pub fn parts<'a>(parts: impl IntoIterator<Item = &'a str>) -> u64 {
    parts.into_iter().fold(0x9E37_79B9_7F4A_7C15, |state, part| mix(state, bytes(part.as_bytes())))
}

/// Folds two values into one.
pub fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ 0xA076_1D64_78BD_642F).wrapping_mul(u128::from(b ^ 0xE703_7ED1_A0B4_28DB));
    let low = u64::try_from(product & u128::from(u64::MAX)).unwrap_or(0);
    let high = u64::try_from(product >> 64).unwrap_or(0);
    low ^ high
}
