//! What the fields of a record mean, one file a dialect. A dialect scores a head and maps records; it frames nothing.
//!
//! Detection tries every dialect on the head and takes the highest score; the order of [`ALL`] never matters. Adding a
//! dialect touches its file, a fixture under `tests/data/` and one line of [`ALL`].

mod access;
mod application_insights;
mod azure;
mod bunyan;
mod clef;
mod cloudflare;
mod cloudformation;
mod cloudtrail;
mod cloudwatch;
mod docker;
mod ecs;
mod fields;
mod figures;
mod firebase;
mod gcp;
mod go;
mod journald;
mod json;
mod json_text;
mod kubectl;
mod kubernetes;
mod laravel;
mod lines;
mod logstash;
mod loki;
mod microsoft365;
mod mongodb;
mod nextcloud;
mod otlp;
mod payload;
mod pino;
mod plain;
mod postgres;
mod railway;
mod run_text;
mod rust_tracing;
mod shape;
mod syslog;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod text_time;
mod vercel;
mod zap;

pub(super) use gcp::Direct;

use super::value::Value;
use crate::entry::{Entry, Severity, Span};

/// One record as the framer cut it out.
#[derive(Clone, Debug)]
pub struct Record<'r> {
    /// The parsed record: JSON, a CSV row as an object (dotted headers unfolded into nested objects), a YAML document. `None` for a plain text line.
    pub value: Option<Value<'r>>,
    /// The record's text as it stands (for CSV and YAML too).
    pub text: &'r str,
    /// Its place.
    pub span: Span,
    /// Severity that the wrapper states for all its entries (`logs_by_severity: {"ERROR": [..]}`).
    pub group_severity: Option<Severity>,
}

/// What detection looks at.
#[derive(Clone, Debug, Default)]
pub struct Head<'r> {
    /// Base name of the file: helps, never decides (at most one point in a hundred).
    pub name: &'r str,
    /// Records of the head.
    pub records: Vec<Record<'r>>,
}

/// How well a dialect fits, 0 to 100 times the number of records, with reasons to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// 0 (not at all) to 100 (every record is unmistakable).
    pub points: u32,
    /// Why, in a few words each.
    pub reasons: Vec<String>,
}

/// A log dialect.
pub trait Dialect: Sync {
    /// Stable id, such as `gcp`.
    fn id(&self) -> &'static str;
    /// Name for people, such as `Google Cloud Logging`.
    fn title(&self) -> &'static str;
    /// How well the head fits.
    fn score(&self, head: &Head<'_>) -> Score;
    /// Maps a record to its entries (usually one); gives how many there were. Zero means: not a record of this dialect.
    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize;
}

/// Every dialect.
#[rustfmt::skip] // one dialect a line
pub static ALL: &[&dyn Dialect] = &[
    &access::Access,
    &application_insights::ApplicationInsights,
    &azure::Azure,
    &bunyan::Bunyan,
    &clef::Clef,
    &cloudflare::Cloudflare,
    &cloudformation::Cloudformation,
    &cloudtrail::Cloudtrail,
    &cloudwatch::Cloudwatch,
    &docker::Docker,
    &ecs::Ecs,
    &firebase::Firebase,
    &gcp::Gcp,
    &go::Go,
    &journald::Journald,
    &json::Json,
    &kubectl::Kubectl,
    &kubernetes::Kubernetes,
    &laravel::Laravel,
    &logstash::Logstash,
    &loki::Loki,
    &microsoft365::Microsoft365,
    &mongodb::Mongodb,
    &nextcloud::Nextcloud,
    &otlp::Otlp,
    &pino::Pino,
    &plain::Plain,
    &postgres::Postgres,
    &railway::Railway,
    &run_text::RunText,
    &rust_tracing::RustTracing,
    &syslog::Syslog,
    &vercel::Vercel,
    &zap::Zap,
];
