//! The sample of the page is packed twice: by gzip for programs on this machine, by PPMd for the page.

use std::io::Read;

#[test]
fn both_packings_of_the_sample_hold_the_same_text() {
    let (mut gzip, mut ppmd) = (Vec::new(), Vec::new());
    let packed = include_bytes!("../../src/worker/sample.json.gz");
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut gzip).expect("gzip");
    let packed = include_bytes!("../../src/worker/sample.ppmd");
    // Order and memory as `examples/make_sample.rs` packs it and `src/worker/lead/rehearsal.rs` reads it.
    let mut from = ppmd_rust::Ppmd7Decoder::new(&packed[..], 24, 8 << 20).expect("a model");
    from.read_to_end(&mut ppmd).expect("ppmd");
    assert!(gzip == ppmd && gzip.len() > 100_000, "{} and {} bytes: run make_sample", gzip.len(), ppmd.len());
}
