//! What is kept of a shard in one pass: dictionaries of what is distinct and one packed row an entry.
//!
//! [`Builder`] takes entries, [`Digest`] merges with others in any order, [`Index`] is the finished form: rows sorted and
//! without duplicates, everything else is a scan over it.

use crate::entry::Entry;
use crate::ingest::{FileFacts, FileId, Sink};

/// Builds the digest of one or several files or shards.
#[derive(Debug, Default)]
pub struct Builder {}

impl Builder {
    /// The digest of everything taken so far.
    pub fn finish(self) -> Digest {
        Digest {}
    }

    /// Entries taken so far.
    pub fn entries(&self) -> u64 {
        0
    }
}

impl Sink for Builder {
    fn begin(&mut self, _file: &FileId) {}
    fn entry(&mut self, _entry: &Entry<'_>) {}
    fn end(&mut self, _facts: FileFacts) {}
}

/// A digest: holds samples of raw text, so it is as sensitive as its log.
#[derive(Clone, Debug, Default)]
pub struct Digest {}

impl Digest {
    /// Joins two digests; associative and commutative.
    pub fn merge(&mut self, _other: Digest) {}

    /// The versioned binary form.
    pub fn to_bytes(&self) -> Vec<u8> {
        Vec::new()
    }

    /// Reads the binary form. Errors: `E-DIGEST`, `E-VERSION`.
    pub fn from_bytes(_bytes: &[u8]) -> Result<Digest, crate::error::Problem> {
        Ok(Digest {})
    }

    /// Sorts, takes out duplicates.
    pub fn finish(self) -> Index {
        Index {}
    }
}

/// Rows in time order over all files, and the dictionaries they refer to.
#[derive(Clone, Debug, Default)]
pub struct Index {}

impl Index {
    /// Row numbers that a filter lets through, ascending. Text is searched in the samples only.
    pub fn select(&self, _filter: &crate::query::Filter) -> Vec<u32> {
        Vec::new()
    }

    /// Place of a row: file number in the report's raw data, span.
    pub fn place(&self, _row: u32) -> Option<(u32, crate::entry::Span)> {
        None
    }

    /// What is known of a row without reading its file again.
    pub fn quote(&self, _row: u32) -> Option<crate::report::model::Quote> {
        None
    }
}
