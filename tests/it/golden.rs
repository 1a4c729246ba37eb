//! Golden reports of incidents of our own: what an engineer reads for each of them.
//!
//! After a wanted change: `INSTA_UPDATE=always cargo test --test it golden`, then read every line that changed.

use fivewhys::diagnose::knowledge::Knowledge;
use fivewhys::diagnose::{Options, diagnose};
use fivewhys::digest::Builder;
use fivewhys::entry::Nanos;
use fivewhys::ingest::{FileId, Ingest};
use fivewhys::redact::Level;
use fivewhys::report::model::Report;
use fivewhys::report::render::{Format, render};
use std::path::Path;

/// Longest golden report, in lines: a longer one nobody reads.
const LINES: usize = 300;

#[track_caller]
fn golden(name: &str) {
    let file = format!("{name}.ndjson");
    let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/incidents").join(&file))
        .unwrap();
    let mut builder = Builder::default();
    let mut ingest = Ingest::new(FileId { name: file, size: bytes.len() as u64, token: 7 });
    ingest.push(&bytes, &mut builder);
    let problems = ingest.finish(&mut builder);
    let options =
        Options { generated_at: Nanos::parse("2026-03-02T12:00:00Z"), problems, ..Options::default() };
    told(name, &diagnose(&builder.finish().finish(), &Knowledge::builtin(), &options));
}

/// The whole report: also of logs that other tests make and ask one thing of, where every other sentence may go wrong unseen.
#[track_caller]
pub(super) fn told(name: &str, report: &Report) {
    let text = render(report, Format::Markdown, Level::Secrets);
    assert!(text.lines().count() <= LINES, "{name}: {} lines", text.lines().count());
    insta::assert_snapshot!(name, text);
}

#[test]
fn python_import_error() {
    golden("python_import_error");
}

#[test]
fn node_missing_setting() {
    golden("node_missing_setting");
}

#[test]
fn failed_job() {
    golden("failed_job");
}

#[test]
fn failed_build() {
    golden("failed_build");
}

#[test]
fn server_errors() {
    golden("server_errors");
}

#[test]
fn request_timeouts() {
    golden("request_timeouts");
}

#[test]
fn healthy_service() {
    golden("healthy_service");
}

#[test]
fn scanner_noise() {
    golden("scanner_noise");
}

#[test]
fn pods_killed_for_memory() {
    golden("pods_killed_for_memory");
}

#[test]
fn job_without_work() {
    golden("job_without_work");
}

#[test]
fn wrong_port() {
    golden("wrong_port");
}

#[test]
fn one_revision_fails() {
    golden("one_revision_fails");
}

#[test]
fn workflow_refused() {
    golden("workflow_refused");
}

#[test]
fn two_services_one_database() {
    golden("two_services_one_database");
}
