//! What is kept of a shard in one pass: dictionaries of what is distinct and one packed row an entry.
//!
//! [`Builder`] takes entries (it is an ingest [`Sink`](crate::ingest::Sink)), [`Digest`] merges with others in any order,
//! [`Index`] is the finished form: rows sorted and without duplicates, so that every count is a scan over rows. Nothing but
//! rows is counted before the merge; all else kept here is a minimum, a union or the smallest by hash, so that neither
//! order nor repetition matters.

mod again;
mod bits;
mod block;
mod builder;
mod counts;
pub mod dictionary;
mod files;
mod fold;
mod index;
mod labels;
mod lacks;
mod marks;
mod memo;
mod order;
pub mod places;
mod rows;
mod select;
mod shape;
mod sieve;
mod unpacked;
mod wire;

#[cfg(test)]
mod tests;

pub use again::Again;
pub use bits::Bits;
pub use builder::Builder;
pub use counts::{Axis, Counts};

pub use files::FileDigest;
pub(crate) use fold::{Groups, fold, is_plain};
pub use index::{Index, Order};
pub use places::Places;
pub use rows::{FigureRow, RequestRow, Row, Side};
pub use shape::Shape;
pub(crate) use shape::cut;
pub use sieve::{Beside, Found};

use crate::entry::Source;
use crate::error::Problem;
use crate::hands::Hands;
use crate::ingest::FileId;
use crate::limits::Limits;
use crate::order::Gather as _;
use block::{BLOCK, Taken};
use dictionary::{Dictionary, OTHER};
use labels::Labels;
use std::collections::BTreeSet;

/// How a digest begins.
const MAGIC: &[u8; 4] = b"FWYD";

/// A digest: holds samples of raw text, so it is as sensitive as its log.
#[derive(Clone, Debug)]
pub struct Digest {
    pub(crate) files: Vec<FileDigest>,
    pub(crate) shapes: Dictionary<Shape>,
    pub(crate) sources: Dictionary<Source<'static>>,
    pub(crate) paths: Dictionary<String>,
    pub(crate) asides: Dictionary<String>,
    /// Names of figures, see [`crate::entry::figure::Figure::key`].
    pub(crate) figures: Dictionary<String>,
    pub(crate) labels: Labels,
    /// Entries as they were read: packed, and the last ones that are not packed yet.
    blocks: Vec<Vec<u8>>,
    open: Vec<Taken>,
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
            figures: Dictionary::new(limits.figures),
            labels: Labels::default(),
            blocks: Vec::new(),
            open: Vec::new(),
        }
    }

    /// The caps.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            shapes: self.shapes.cap(),
            sources: self.sources.cap(),
            paths: self.paths.cap(),
            asides: self.asides.cap(),
            figures: self.figures.cap(),
        }
    }

    /// Joins two digests; associative and commutative in everything that [`Digest::finish`] gives.
    pub fn merge(&mut self, mut other: Digest) {
        self.seal();
        other.seal();
        for file in other.files.drain(..) {
            self.file(file);
        }
        self.shapes.merge(other.shapes, Shape::join);
        self.sources.merge(other.sources, |_, _| {});
        self.paths.merge(other.paths, |_, _| {});
        self.asides.merge(other.asides, |mine, theirs| {
            if theirs < *mine {
                *mine = theirs;
            }
        });
        self.figures.merge(other.figures, |_, _| {});
        self.labels.join(&other.labels);
        self.blocks.append(&mut other.blocks);
        self.prune();
    }

    /// Takes the row of an entry.
    fn take(&mut self, row: Taken) {
        self.open.push(row);
        if self.open.len() >= BLOCK {
            self.seal();
        }
    }

    /// Packs the rows that are not packed yet.
    fn seal(&mut self) {
        if self.open.is_empty() {
            return;
        }
        let Digest { files, shapes, sources, paths, asides, figures, blocks, open, .. } = self;
        let names = block::Names {
            file: &|number| files.get(usize::from(number)).map_or(0, |file| builder::file_key(file.id())),
            shape: &|number| shapes.key(number),
            source: &|number| sources.key(number),
            path: &|number| paths.key(number),
            aside: &|number| asides.key(number),
            figure: &|number| figures.key(number),
        };
        blocks.push(block::pack(open, &names));
        open.clear();
    }

    /// Applies the caps and translates the rows that are not packed yet.
    pub(crate) fn prune(&mut self) {
        let translate = |number: u32, moved: &[u32]| moved.get(number as usize).copied().unwrap_or(OTHER);
        if let Some(moved) = self.shapes.prune() {
            self.open.iter_mut().for_each(|row| row.shape = translate(row.shape, &moved));
        }
        if let Some(moved) = self.sources.prune() {
            self.open.iter_mut().for_each(|row| row.source = translate(row.source, &moved));
        }
        if let Some(moved) = self.paths.prune() {
            let requests = self.open.iter_mut().filter_map(|row| row.request.as_mut());
            requests.for_each(|request| request.path = translate(request.path, &moved));
        }
        if let Some(moved) = self.asides.prune() {
            let asides = self.open.iter_mut().filter_map(|row| row.aside.as_mut());
            asides.for_each(|aside| *aside = translate(*aside, &moved));
        }
        if let Some(moved) = self.figures.prune() {
            let figures = self.open.iter_mut().flat_map(|row| row.figures.iter_mut().flatten());
            figures.for_each(|figure| figure.name = translate(figure.name, &moved));
        }
    }

    /// Adds a file, or unites it with the one of the same identity.
    fn file(&mut self, file: FileDigest) {
        match self.files.iter_mut().find(|known| known.id() == file.id()) {
            Some(known) => known.join(file),
            None => self.files.push(file),
        }
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
        let all: BTreeSet<&Problem> = self.files.iter().flat_map(FileDigest::problems).gathered();
        all.into_iter().cloned().collect()
    }

    /// Whether these bytes, the first of a file, are those of a digest.
    pub fn is_digest(head: &[u8]) -> bool {
        head.starts_with(MAGIC)
    }

    /// Entries held, duplicates included.
    pub fn entries(&self) -> u64 {
        self.blocks.iter().map(|block| block::len(block)).sum::<u64>() + self.open.len() as u64
    }

    /// Entries read of one file, duplicates included.
    pub fn entries_of(&self, id: &FileId) -> u64 {
        self.files.iter().filter(|file| file.id() == id).map(|file| file.facts.entries).sum()
    }

    /// Sorts rows, takes out duplicates and numbers everything in a fixed order.
    pub fn finish(self) -> Index {
        self.finish_with(Hands::default())
    }

    /// The same by one or two.
    pub fn finish_with(self, hands: Hands) -> Index {
        Index::of(self, hands)
    }
}
