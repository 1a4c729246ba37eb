//! Where it all comes from and how much of it is explained: coverage, files, queries.

use super::{Quote, Sentence};
use crate::entry::Nanos;
use crate::query::Filter;
use serde::{Deserialize, Serialize};

model! {
/// How much of the trouble is explained.
pub struct Coverage {
    /// Entries of effective severity WARNING and above.
    pub troubled: u64,
    /// Those explained by a finding, known noise or a known-harmless signature.
    pub explained: u64,
    /// Blind spots and how to remove them.
    pub sentences: Vec<Sentence>,
    /// What the log lacks, and how to fetch it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
    /// Frequent messages that nothing explains.
    pub unexplained: Vec<Quote>,
}}

model! {
/// Entries that would fill a blind spot.
pub struct Gap {
    /// What is missing, in a few words.
    pub what: String,
    /// Which entries to fetch from where the log came from.
    pub filter: Filter,
}}

model! {
/// A file as it was read.
pub struct FileRow {
    /// Base name.
    pub name: String,
    /// Bytes on disk.
    pub bytes: u64,
    /// Entries, duplicates included.
    pub entries: u64,
    /// Encoding, such as `utf-8`.
    pub encoding: String,
    /// Container, such as `array`.
    pub container: String,
    /// Dialect id, such as `gcp`.
    pub dialect: String,
    /// `ascending`, `descending`, `mixed`.
    pub order: String,
    /// First time as an instant.
    pub first: Option<Nanos>,
    /// Last time as an instant.
    pub last: Option<Nanos>,
    /// Records skipped.
    pub skipped: u64,
    /// Reasons of skipped records and other remarks.
    pub notes: Vec<String>,
    /// Whether entries can be read again by offset alone (uncompressed UTF-8).
    pub seekable: bool,
}}

model! {
/// A query to copy.
pub struct Query {
    /// What it fetches.
    pub title: String,
    /// `logs-explorer`, `gcloud`.
    pub language: String,
    /// Its text.
    pub text: String,
}}

model! {
/// Where it all comes from.
pub struct RawData {
    /// Files, in the order of their names.
    pub files: Vec<FileRow>,
    /// Bytes of all files.
    pub bytes: u64,
    /// Entries after duplicates were taken out.
    pub entries: u64,
    /// Entries seen more than once.
    pub duplicates: u64,
    /// Queries that fetch what is missing.
    pub queries: Vec<Query>,
}}
