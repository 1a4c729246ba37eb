//! The built-in signatures as `build.rs` packed them: takes nothing, gives their postcard bytes. Native programs hold them as they are; in the
//! page, whose size counts, they are packed by PPMd (variant H, as 7z has it), whose model suits text.

#[cfg(not(target_arch = "wasm32"))]
mod plain {
    use std::borrow::Cow;

    static SIGNATURES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/signatures.bin"));

    /// The bytes.
    pub(crate) fn signatures() -> Cow<'static, [u8]> {
        Cow::Borrowed(SIGNATURES)
    }
}

#[cfg(target_arch = "wasm32")]
mod plain {
    use std::borrow::Cow;
    use std::io::Read;

    static SIGNATURES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/signatures.ppmd"));

    /// The bytes; none should they ever not unpack.
    pub(crate) fn signatures() -> Cow<'static, [u8]> {
        let mut bytes = Vec::new();
        let (order, memory) = crate::diagnose::knowledge::model::PACKING;
        let unpacked = ppmd_rust::Ppmd7Decoder::new(SIGNATURES, order, memory)
            .map(|mut from| from.read_to_end(&mut bytes).is_ok());
        Cow::Owned(if unpacked.unwrap_or(false) { bytes } else { Vec::new() })
    }
}

pub(crate) use plain::signatures;
