//! What is known about a file once it has been read: identity, encoding, container, counts. Facts of shards merge.

use crate::entry::Nanos;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Identity of a file: equal for all shards of one file and for two copies of it, whatever folder they stand in.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FileId {
    /// Base name (for a member of an archive: `archive.zip/member.json`).
    pub name: String,
    /// Bytes on disk (of the archive, for a member).
    pub size: u64,
    /// Hash of the first and last 64 KiB, or 0 where the caller can't know them before reading.
    pub token: u64,
}

/// Text encoding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Encoding {
    #[default]
    Utf8,
    Utf8Bom,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    /// The name that `inspect` prints.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf8Bom => "utf-8-bom",
            Encoding::Utf16Le => "utf-16le",
            Encoding::Utf16Be => "utf-16be",
        }
    }
}

/// How records stand in the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Container {
    Array,
    Ndjson,
    Concatenated,
    /// An object that holds the entries under this key.
    Wrapper(String),
    Csv,
    /// One YAML document, or several behind `---`.
    Yaml,
    /// One YAML list of entries.
    YamlList,
    /// A single object that is no entry and holds none.
    Object,
    /// Plain text lines with times.
    Lines,
    #[default]
    None,
}

impl Container {
    /// The name that `inspect` prints: `array`, `wrapper:entries` …
    pub fn name(&self) -> String {
        match self {
            Container::Array => "array".into(),
            Container::Ndjson => "ndjson".into(),
            Container::Concatenated => "concatenated".into(),
            Container::Wrapper(key) => format!("wrapper:{key}"),
            Container::Csv => "csv".into(),
            Container::Yaml => "yaml".into(),
            Container::YamlList => "yaml-list".into(),
            Container::Object => "object".into(),
            Container::Lines => "lines".into(),
            Container::None => "none".into(),
        }
    }
}

/// A record that could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Skipped {
    /// Byte offset of the record in the decoded text.
    pub offset: u64,
    /// Line, counted from 1, within the shard that was read (the whole file unless it was split).
    pub line: u64,
    /// Why, in our words and without log text.
    pub reason: String,
    /// The offending text, cut short.
    pub text: String,
}

/// Facts about one file, or one shard of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Which file.
    pub id: FileId,
    /// Encoding.
    pub encoding: Encoding,
    /// Packing, such as `gzip`, or empty.
    pub packing: String,
    /// Container.
    pub container: Container,
    /// Dialect ids with the number of records read by each, such as `gcp`.
    pub dialects: BTreeMap<String, u64>,
    /// Records that became entries (duplicates included).
    pub entries: u64,
    /// Recorded severities as they stand, `none` for absent.
    pub severities: BTreeMap<String, u64>,
    /// Earliest time: instant and as written (equal instants: the smaller text).
    pub first: Option<(Nanos, String)>,
    /// Latest time: instant and as written (equal instants: the larger text).
    pub last: Option<(Nanos, String)>,
    /// Number of skipped records.
    pub n_skipped: u64,
    /// The first of them by offset, at most [`crate::limits::SKIPPED_NAMED`].
    pub skipped: Vec<Skipped>,
    /// Line ends in the text read; with it, lines of later shards are numbered.
    pub lines: u64,
    /// Offset of the first byte of the shard (0 for a whole file).
    pub start: u64,
    /// Whether the text ends inside a record or the archive ends early.
    pub truncated: bool,
    /// Why it was recognised as what it is, one reason a line.
    pub reasons: Vec<String>,
    /// Whether a [`crate::entry::Span`] is a byte range of the file itself (uncompressed UTF-8).
    pub seekable: bool,
}
