//! Bytes in chunks of any size → entries with the place they stand at, and facts about the file.
//!
//! Takes chunks pushed by the caller (the core reads no files), gives entries to a [`Sink`]. Never needs the whole input,
//! never fails on a bad record: what can't be read is counted in [`FileFacts`]. Read next: `detect`, `framing`, `dialect`.

pub mod dialect;
pub mod facts;
pub mod value;

pub use facts::{Container, Encoding, FileFacts, FileId, Skipped};

use crate::entry::Entry;

/// Who takes the entries.
pub trait Sink {
    /// A file (or a member of an archive, named `archive.zip/member.json`) begins.
    fn begin(&mut self, file: &FileId);
    /// One entry, in the order of the file.
    fn entry(&mut self, entry: &Entry<'_>);
    /// The file begun last ends.
    fn end(&mut self, facts: FileFacts);
}

/// A byte range of an uncompressed UTF-8 file. A record belongs to the shard in which its first byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// First byte of the range.
    pub start: u64,
    /// First byte after the range.
    pub end: u64,
}

/// Reads one file. Push chunks in order, then finish.
///
/// Problems of the whole file (unknown format, encrypted archive …) come out of [`Ingest::finish`]; those of single
/// records are counted in the [`FileFacts`] given to [`Sink::end`].
#[derive(Debug)]
pub struct Ingest {
    id: FileId,
}

impl Ingest {
    /// A reader of a whole file; everything about it is detected from its content.
    pub fn new(id: FileId) -> Ingest {
        Ingest { id }
    }

    /// A reader of one shard of a file whose head was detected before ([`detect`] gives a plan). The caller pushes the
    /// bytes from `shard.start` on and may stop once [`Ingest::done`] says so, which is after the record that crosses
    /// `shard.end`.
    pub fn of_shard(id: FileId, _plan: &Plan, _shard: Shard) -> Ingest {
        Ingest { id }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, _chunk: &[u8], _sink: &mut dyn Sink) {}

    /// Whether the shard needs no more bytes.
    pub fn done(&self) -> bool {
        false
    }

    /// Ends the file.
    pub fn finish(self, sink: &mut dyn Sink) -> Vec<crate::error::Problem> {
        sink.begin(&self.id);
        sink.end(FileFacts { id: self.id, ..FileFacts::default() });
        Vec::new()
    }
}

/// What the head of a file tells: enough to read any shard of it.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Plan {
    /// Encoding.
    pub encoding: Encoding,
    /// Packing, or empty.
    pub packing: String,
    /// Container.
    pub container: Container,
    /// Dialect id, or empty if none fits.
    pub dialect: String,
    /// Whether the file may be read in shards (uncompressed UTF-8 NDJSON, or an array with one element begin a line).
    pub splittable: bool,
    /// For pretty arrays: the blanks before an element's opening brace.
    pub indent: u32,
    /// Why, one reason a line.
    pub reasons: Vec<String>,
    /// Scores of all dialects, best first.
    pub scores: Vec<(String, u32)>,
}

/// Looks at the first bytes of a file (as many as [`crate::limits::HEAD_BYTES`] or all of it).
pub fn detect(_name: &str, _head: &[u8]) -> Plan {
    Plan::default()
}

/// Hash of the first and last 64 KiB of a file, for [`FileId::token`].
pub fn token(_head: &[u8], _tail: &[u8]) -> u64 {
    0
}
