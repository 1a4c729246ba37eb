//! What is kept of a shard in one pass: dictionaries of what is distinct and one packed row an entry.
//!
//! [`Builder`] takes entries (it is an ingest [`Sink`](crate::ingest::Sink)), [`Digest`] merges with others in any order,
//! [`Index`] is the finished form: rows sorted and without duplicates, so that every count is a scan over rows. Nothing but
//! rows is counted before the merge; all else kept here is a minimum, a union or the smallest by hash, so that neither
//! order nor repetition matters.

mod builder;
pub mod dictionary;
mod files;
mod index;
mod labels;
mod order;
mod rows;
mod select;
mod shape;
mod wire;

#[cfg(test)]
mod tests;

pub use builder::Builder;
pub use files::FileDigest;
pub use index::Index;
pub use rows::{RequestRow, Row, Side};
pub use shape::Shape;
pub(crate) use shape::cut;

use crate::entry::Source;
use crate::error::Problem;
use crate::ingest::FileId;
use crate::limits::Limits;
use dictionary::Dictionary;
use labels::Labels;
use rows::{Rows, translate};
use std::collections::BTreeSet;

/// How a digest begins.
pub(crate) const MAGIC: &[u8; 4] = b"FWYD";

/// A digest: holds samples of raw text, so it is as sensitive as its log.
#[derive(Clone, Debug)]
pub struct Digest {
    pub(crate) files: Vec<FileDigest>,
    pub(crate) shapes: Dictionary<Shape>,
    pub(crate) sources: Dictionary<Source<'static>>,
    pub(crate) paths: Dictionary<String>,
    pub(crate) asides: Dictionary<String>,
    pub(crate) labels: Labels,
    pub(crate) rows: Rows,
}

impl Default for Digest {
    fn default() -> Digest {
        Digest::with_limits(Limits::default())
    }
}

impl Digest {
    /// An empty digest with other caps than the default ones.
    pub fn with_limits(limits: Limits) -> Digest {
        Digest {
            files: Vec::new(),
            shapes: Dictionary::new(limits.shapes),
            sources: Dictionary::new(limits.sources),
            paths: Dictionary::new(limits.paths),
            asides: Dictionary::new(limits.asides),
            labels: Labels::default(),
            rows: Rows::default(),
        }
    }

    /// The caps.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            shapes: self.shapes.cap(),
            sources: self.sources.cap(),
            paths: self.paths.cap(),
            asides: self.asides.cap(),
        }
    }

    /// Joins two digests; associative and commutative in everything that [`Digest::finish`] gives.
    pub fn merge(&mut self, mut other: Digest) {
        let files: Vec<u32> = other.files.drain(..).map(|file| self.file(file)).collect();
        let file = |number: u16| u16::try_from(translate(u32::from(number), &files)).unwrap_or(u16::MAX);
        let shapes = self.shapes.merge(other.shapes, Shape::join);
        let sources = self.sources.merge(other.sources, |_, _| {});
        let paths = self.paths.merge(other.paths, |_, _| {});
        let asides = self.asides.merge(other.asides, |mine, theirs| {
            if theirs < *mine {
                *mine = theirs;
            }
        });
        self.labels.join(&other.labels);
        for row in &mut other.rows.rows {
            row.file = file(row.file);
            row.shape = translate(row.shape, &shapes);
            row.source = translate(row.source, &sources);
        }
        for request in &mut other.rows.requests {
            request.path = translate(request.path, &paths);
        }
        for aside in &mut other.rows.asides {
            aside.value = translate(aside.value, &asides);
        }
        self.rows.append(other.rows);
        self.prune();
    }

    /// Applies the caps and translates the rows.
    pub(crate) fn prune(&mut self) {
        if let Some(moved) = self.shapes.prune() {
            self.rows.rows.iter_mut().for_each(|row| row.shape = translate(row.shape, &moved));
        }
        if let Some(moved) = self.sources.prune() {
            self.rows.rows.iter_mut().for_each(|row| row.source = translate(row.source, &moved));
        }
        if let Some(moved) = self.paths.prune() {
            self.rows.requests.iter_mut().for_each(|request| request.path = translate(request.path, &moved));
        }
        if let Some(moved) = self.asides.prune() {
            self.rows.asides.iter_mut().for_each(|aside| aside.value = translate(aside.value, &moved));
        }
    }

    /// Number of a file, which is added or united with the one of the same identity.
    fn file(&mut self, file: FileDigest) -> u32 {
        let found = self.files.iter_mut().enumerate().find(|(_, known)| known.id() == file.id());
        let number = match found {
            Some((number, known)) => {
                known.join(file);
                number
            }
            None => {
                self.files.push(file);
                self.files.len() - 1
            }
        };
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    /// Number of the file with this identity, which is added if it is new.
    pub(crate) fn file_number(&mut self, id: &FileId) -> u16 {
        let number = match self.files.iter().position(|known| known.id() == id) {
            Some(number) => number,
            None => {
                self.files.push(FileDigest::new(id));
                self.files.len() - 1
            }
        };
        u16::try_from(number).unwrap_or(u16::MAX)
    }

    /// Keeps problems that were met while the input was read, so that they travel with the digest; says whether it could,
    /// which takes at least one file.
    pub fn note(&mut self, problems: impl IntoIterator<Item = Problem>) -> bool {
        let first = self.files.first_mut();
        first.map(|file| file.note(problems)).is_some()
    }

    /// The problems kept, sorted, each once.
    pub fn problems(&self) -> Vec<Problem> {
        let all: BTreeSet<&Problem> = self.files.iter().flat_map(FileDigest::problems).collect();
        all.into_iter().cloned().collect()
    }

    /// Whether these bytes, the first of a file, are those of a digest.
    pub fn is_digest(head: &[u8]) -> bool {
        head.starts_with(MAGIC)
    }

    /// Entries held, duplicates included.
    pub fn entries(&self) -> u64 {
        self.rows.rows.len() as u64
    }

    /// Sorts rows, takes out duplicates and numbers everything in a fixed order.
    pub fn finish(self) -> Index {
        Index::of(self)
    }
}
