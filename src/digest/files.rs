//! Facts about files, united over their shards.

use crate::error::Problem;
use crate::ingest::{FileFacts, FileId, Skipped};
use crate::limits;
use serde::{Deserialize, Serialize};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// A file of a digest: one set of facts, however many shards it was read in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDigest {
    pub(crate) facts: FileFacts,
    /// Line ends in each shard by its first byte; numbers the lines of later shards.
    shards: BTreeMap<u64, u64>,
    /// Skipped records with the first byte of their shard.
    skipped: BTreeMap<u64, (u64, Skipped)>,
    /// What went wrong while the input of the digest was read; travels with it, so that a report of digests can say it.
    problems: BTreeSet<Problem>,
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
        self.note_shard(facts.start, facts.lines);
        for skipped in std::mem::take(&mut facts.skipped) {
            self.note_skipped(facts.start, skipped);
        }
        self.shrink();
        self.unite(facts);
    }

    /// Keeps problems that were met beside this file.
    pub(crate) fn note(&mut self, problems: impl IntoIterator<Item = Problem>) {
        self.problems.extend(problems);
    }

    /// Problems that were met beside this file.
    pub(crate) fn problems(&self) -> &BTreeSet<Problem> {
        &self.problems
    }

    pub(crate) fn join(&mut self, other: FileDigest) {
        self.problems.extend(other.problems);
        for (start, lines) in other.shards {
            self.note_shard(start, lines);
        }
        for (start, skipped) in other.skipped.into_values() {
            self.note_skipped(start, skipped);
        }
        self.shrink();
        self.unite(other.facts);
    }

    /// A file may be read twice and cut differently each time: the longer of two shards that begin at one byte counts.
    fn note_shard(&mut self, start: u64, lines: u64) {
        let known = self.shards.entry(start).or_default();
        *known = lines.max(*known);
    }

    /// The same record from two shards: the one that begins earlier, since its line numbers need no other shard.
    fn note_skipped(&mut self, start: u64, skipped: Skipped) {
        match self.skipped.entry(skipped.offset) {
            Entry::Vacant(free) => {
                free.insert((start, skipped));
            }
            Entry::Occupied(mut known) => {
                if (start, &skipped) < (known.get().0, &known.get().1) {
                    known.insert((start, skipped));
                }
            }
        }
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
        if facts.container < mine.container {
            mine.container = facts.container;
        }
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
