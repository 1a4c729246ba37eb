//! Facts about files, united over their shards.

use crate::ingest::{FileFacts, FileId, Skipped};
use crate::limits;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A file of a digest: one set of facts, however many shards it was read in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDigest {
    pub(crate) facts: FileFacts,
    /// Line ends in each shard by its first byte; numbers the lines of later shards.
    shards: BTreeMap<u64, u64>,
    /// Skipped records with the first byte of their shard.
    skipped: BTreeMap<u64, (u64, Skipped)>,
}

impl FileDigest {
    pub(crate) fn new(id: &FileId) -> FileDigest {
        FileDigest { facts: FileFacts { id: id.clone(), ..FileFacts::default() }, ..FileDigest::default() }
    }

    /// Which file.
    pub fn id(&self) -> &FileId {
        &self.facts.id
    }

    /// Takes the facts of one shard.
    pub(crate) fn take(&mut self, mut facts: FileFacts) {
        self.shards.insert(facts.start, facts.lines);
        for skipped in std::mem::take(&mut facts.skipped) {
            self.skipped.insert(skipped.offset, (facts.start, skipped));
        }
        self.shrink();
        self.unite(facts);
    }

    pub(crate) fn join(&mut self, other: FileDigest) {
        self.shards.extend(other.shards);
        self.skipped.extend(other.skipped);
        self.shrink();
        self.unite(other.facts);
    }

    fn shrink(&mut self) {
        while self.skipped.len() > limits::SKIPPED_NAMED {
            self.skipped.pop_last();
        }
    }

    fn unite(&mut self, facts: FileFacts) {
        let mine = &mut self.facts;
        if mine.reasons.is_empty() || (!facts.reasons.is_empty() && facts.reasons < mine.reasons) {
            mine.reasons = facts.reasons;
        }
        mine.encoding = mine.encoding.max(facts.encoding);
        if mine.packing < facts.packing {
            mine.packing = facts.packing;
        }
        // `None` sorts last, so the smaller container is the one that says something.
        mine.container = if self.shards.len() <= 1 && mine.entries == 0 && mine.dialects.is_empty() {
            facts.container
        } else {
            mine.container.clone().min(facts.container)
        };
        for (dialect, n) in facts.dialects {
            *mine.dialects.entry(dialect).or_default() += n;
        }
        for (severity, n) in facts.severities {
            *mine.severities.entry(severity).or_default() += n;
        }
        mine.entries += facts.entries;
        mine.n_skipped += facts.n_skipped;
        mine.truncated |= facts.truncated;
        mine.seekable |= facts.seekable;
        mine.first = match (mine.first.take(), facts.first) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        mine.last = match (mine.last.take(), facts.last) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        };
    }

    /// The facts of the whole file: skipped records with their lines.
    pub fn whole(&self) -> FileFacts {
        let mut facts = self.facts.clone();
        facts.lines = self.shards.values().sum();
        facts.start = self.shards.keys().next().copied().unwrap_or(0);
        facts.skipped = self
            .skipped
            .values()
            .map(|(start, skipped)| {
                let before: u64 = self.shards.range(..start).map(|(_, lines)| lines).sum();
                Skipped { line: before + skipped.line, ..skipped.clone() }
            })
            .collect();
        facts
    }
}
