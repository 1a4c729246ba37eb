//! The built-in signatures as `build.rs` packed them: takes nothing, gives them. Native programs hold them as postcard; in the page, whose size
//! counts, they are JSON packed by PPMd (variant H, as 7z has it), whose model suits text.

use super::Signature;

#[cfg(not(target_arch = "wasm32"))]
static SIGNATURES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/signatures.bin"));
#[cfg(target_arch = "wasm32")]
static SIGNATURES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/signatures.ppmd"));

/// The signatures. What is packed is written by `build.rs` with the same types; should it ever not fit, nothing is known.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn signatures() -> Vec<Signature> {
    postcard::from_bytes(SIGNATURES).unwrap_or_default()
}

/// The same, unpacked.
#[cfg(target_arch = "wasm32")]
pub(crate) fn signatures() -> Vec<Signature> {
    serde_json::from_slice(&unpacked(SIGNATURES, super::model::PACKING)).unwrap_or_default()
}

/// What PPMd packed with a model of this order and memory; nothing where it does not fit.
#[cfg(target_arch = "wasm32")]
pub(crate) fn unpacked(packed: &[u8], (order, memory): (u32, u32)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let unpacked = ppmd_rust::Ppmd7Decoder::new(packed, order, memory)
        .map(|mut from| std::io::Read::read_to_end(&mut from, &mut bytes).is_ok());
    if unpacked.unwrap_or(false) { bytes } else { Vec::new() }
}
