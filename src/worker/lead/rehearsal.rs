//! The sample incident, and a rehearsal with it: takes nothing, gives the knowledge, warm.
//!
//! While nobody has dropped anything yet the lead makes a report of the sample and throws it away. The browser has then
//! compiled what a report needs, and the expressions of the signatures and of the redaction stand ready, so that the
//! first real report does not wait for them. It changes no report.

use super::gate;
use crate::diagnose::knowledge::Knowledge;
use crate::diagnose::{Options, diagnose};
use crate::digest::Builder;
use crate::ingest::{FileId, Ingest};
use crate::redact::Level;

/// Written by `examples/make_sample.rs`; the page's, whose size counts, by PPMd, with order and memory of its model.
#[cfg(not(target_arch = "wasm32"))]
const SAMPLE: &[u8] = include_bytes!("../sample.json.gz");
#[cfg(target_arch = "wasm32")]
const SAMPLE: &[u8] = include_bytes!("../sample.ppmd");
#[cfg(target_arch = "wasm32")]
const PACKING: (u32, u32) = (24, 8 << 20);
/// Name of the sample as a file.
pub(super) const SAMPLE_NAME: &str = "sample-orders-api.json";

/// The sample's text; empty if it could not be unpacked.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn unpacked() -> Vec<u8> {
    let mut text = Vec::new();
    match std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(SAMPLE), &mut text) {
        Ok(_) => text,
        Err(_) => Vec::new(),
    }
}

/// The same for the page.
#[cfg(target_arch = "wasm32")]
pub(super) fn unpacked() -> Vec<u8> {
    crate::diagnose::knowledge::packed::unpacked(SAMPLE, PACKING)
}

/// Loads the knowledge and uses all of it once.
pub(super) fn rehearse() -> Knowledge {
    let knowledge = Knowledge::builtin();
    let text = unpacked();
    let mut ingest = Ingest::new(FileId { name: SAMPLE_NAME.into(), size: text.len() as u64, token: 0 });
    let mut builder = Builder::default();
    ingest.push(&text, &mut builder);
    let _ = ingest.finish(&mut builder);
    let report = diagnose(&builder.finish().finish(), &knowledge, &Options::default());
    let _ = gate::report(&report, Level::Secrets, &[]);
    knowledge
}
