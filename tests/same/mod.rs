//! One pipeline for two tests: bytes of a small log → its reports, as text that native and wasm runs compare.
//!
//! `tests/it/same.rs` writes and checks the snapshots on the host, `tests/web.rs` reads them in a browser.

use fivewhys::compare::{self, View, compare};
use fivewhys::diagnose::knowledge::Knowledge;
use fivewhys::diagnose::{Options, diagnose};
use fivewhys::digest::{Builder, Digest};
use fivewhys::entry::Nanos;
use fivewhys::ingest::{FileId, Ingest};
use fivewhys::redact::Level;
use fivewhys::report::render::{Format, render, render_comparison};

/// The logs: a crash loop of a service, the same in UTF-16 as an array, and pino's lines with a cut-off end.
pub(crate) const CASES: &[(&str, &[u8])] = &[
    ("crash_loop", include_bytes!("../data/same/crash_loop.ndjson")),
    ("crash_loop_array", include_bytes!("../data/same/crash_loop_array.json")),
    ("pino_cut", include_bytes!("../data/same/pino_cut.ndjson")),
];

/// The digest of a log, read in chunks of `chunk` bytes.
fn digest(name: &str, bytes: &[u8], chunk: usize) -> (Digest, Vec<fivewhys::error::Problem>) {
    let mut builder = Builder::default();
    let mut ingest = Ingest::new(FileId { name: name.to_owned(), size: bytes.len() as u64, token: 0 });
    for part in bytes.chunks(chunk) {
        ingest.push(part, &mut builder);
    }
    let problems = ingest.finish(&mut builder);
    (builder.finish(), problems)
}

/// The Markdown report, and length and hash of the HTML and the JSON one.
///
/// The digest goes through its binary form, as it does between worker and page.
pub(crate) fn reports(name: &str, bytes: &[u8], chunk: usize) -> String {
    let (digest, problems) = digest(name, bytes, chunk);
    let digest = Digest::from_bytes(&digest.to_bytes()).expect("a digest reads back");
    let generated_at = Nanos::parse("2026-03-02T12:00:00Z");
    let options = Options { generated_at, problems, ..Options::default() };
    let report = diagnose(&digest.finish(), &Knowledge::builtin(), &options);
    let mut text = render(&report, Format::Markdown, Level::Secrets);
    for (format, label) in [(Format::Html, "html"), (Format::Json, "json")] {
        let body = render(&report, format, Level::Secrets);
        text.push_str(&format!("\n{label}: {} bytes, {:016x}", body.len(), fnv(body.as_bytes())));
    }
    text
}

/// The comparison of two logs, in every text form.
pub(crate) fn comparison(logs: [&str; 2], chunk: usize) -> String {
    let [before, during] = logs.map(|text| digest("log.ndjson", text.as_bytes(), chunk).0.finish());
    let sides = [View::whole(&before, "before"), View::whole(&during, "during")];
    let generated_at = Nanos::parse("2026-03-02T12:00:00Z");
    let told =
        compare(&sides[0], &sides[1], &compare::Options { generated_at, ..compare::Options::default() });
    let text = |format| render_comparison(&told, format, Level::Secrets, &[]);
    let rest = [Format::Html, Format::Json].map(|format| {
        let body = text(format);
        format!("\n{format:?}: {} bytes, {:016x}", body.len(), fnv(body.as_bytes()))
    });
    text(Format::Markdown) + &rest.concat()
}

/// FNV-1a: the same on every target, which `std`'s hash of a slice is not.
fn fnv(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
