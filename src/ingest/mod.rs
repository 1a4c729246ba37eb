//! Bytes in chunks of any size → entries with the place they stand at, and facts about the file.
//!
//! Takes chunks pushed by the caller (the core reads no files), gives entries to a [`Sink`]. Never needs the whole input,
//! never fails on a bad record: what can't be read is counted in [`FileFacts`]. Read next: `detect`, `framing`, `dialect`.

mod blocks;
pub mod compression;
pub mod detect;
pub mod dialect;
pub mod encoding;
pub mod facts;
mod framing;
pub mod inspect;
pub mod json;
mod reader;
mod text;
pub mod value;
mod whole;

pub use blocks::{Block, Blocks};
pub use detect::detect;
pub use detect::report::report_version;
pub use facts::{Container, Encoding, FileFacts, FileId, Skipped};

/// Label of an audit entry that names who made the call.
pub const PRINCIPAL: &str = "principal";

use crate::entry::Entry;

/// Who takes the entries.
pub trait Sink {
    /// A file (or a member of an archive, named `archive.zip/member.json`) begins.
    fn begin(&mut self, file: &FileId);
    /// The text of one record and the place of its first byte; the entries in it follow, if there are any.
    fn record(&mut self, _offset: u64, _text: &str) {}
    /// One entry, in the order of the file.
    fn entry(&mut self, entry: &Entry<'_>);
    /// The file begun last ends.
    fn end(&mut self, facts: FileFacts);
}

/// A byte range of an uncompressed UTF-8 file. A record belongs to the shard that holds the line end before the line on
/// which it begins (the first record to the first shard): that is all a reader can tell that sees nothing before its range.
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
    inner: Inner,
}

#[derive(Debug)]
enum Inner {
    Whole(Box<whole::Whole>),
    Shard { id: FileId, reader: Box<reader::Reader>, begun: bool },
}

impl Ingest {
    /// A reader of a whole file; everything about it is detected from its content.
    pub fn new(id: FileId) -> Ingest {
        Ingest { inner: Inner::Whole(Box::new(whole::Whole::new(id))) }
    }

    /// A reader of one shard of a file whose head was detected before ([`detect()`] gives a plan). The caller pushes the
    /// bytes from `shard.start` on and may stop once [`Ingest::done`] says so, which is after the record that crosses
    /// `shard.end`.
    pub fn of_shard(id: FileId, plan: &Plan, shard: Shard) -> Ingest {
        let reader = Box::new(reader::Reader::new(id.clone(), plan, Some(shard)));
        Ingest { inner: Inner::Shard { id, reader, begun: false } }
    }

    /// Reads a block of a file from end to end, by the plan that its [`Blocks`] give.
    pub fn block(id: &FileId, plan: &Plan, block: &Block, sink: &mut dyn Sink) {
        let mut reader = reader::Reader::new(id.clone(), plan, Some(block.shard));
        reader.prime(&block.header);
        sink.begin(id);
        reader.push(&block.bytes, sink);
        if block.is_cut_off {
            reader.cut_off();
        }
        let facts = reader.finish(sink);
        sink.end(facts);
    }

    /// A reader of everything behind the last of the blocks that were taken.
    pub fn rest(plan: &Plan, blocks: &Blocks) -> Ingest {
        let (shard, header) = blocks.rest();
        let id = blocks.id().clone();
        let mut reader = Box::new(reader::Reader::new(id.clone(), plan, Some(shard)));
        reader.prime(&header);
        Ingest { inner: Inner::Shard { id, reader, begun: false } }
    }

    /// The text that was pushed ends too early; a reader of a whole file sees that itself.
    pub fn cut_off(&mut self) {
        if let Inner::Shard { reader, .. } = &mut self.inner {
            reader.cut_off();
        }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8], sink: &mut dyn Sink) {
        match &mut self.inner {
            Inner::Whole(whole) => whole.push(chunk, sink),
            Inner::Shard { id, reader, begun } => {
                if !*begun {
                    *begun = true;
                    sink.begin(id);
                }
                reader.push(chunk, sink);
            }
        }
    }

    /// Whether the shard needs no more bytes.
    pub fn done(&self) -> bool {
        match &self.inner {
            Inner::Whole(whole) => whole.done(),
            Inner::Shard { reader, .. } => reader.done(),
        }
    }

    /// Ends the file.
    pub fn finish(self, sink: &mut dyn Sink) -> Vec<crate::error::Problem> {
        match self.inner {
            Inner::Whole(whole) => whole.finish(sink),
            Inner::Shard { id, reader, begun } => {
                if !begun {
                    sink.begin(&id);
                }
                let facts = reader.finish(sink);
                sink.end(facts);
                Vec::new()
            }
        }
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
    /// Dialect id for plain lines between JSON lines, or empty where the head has none.
    pub line_dialect: String,
    /// Whether the file may be read in shards (uncompressed UTF-8 NDJSON, or an array with one element begin a line).
    pub splittable: bool,
    /// For pretty arrays: the blanks before an element's opening brace.
    pub indent: u32,
    /// For YAML lists: whether it is in flow style, which is read like JSON.
    pub flow: bool,
    /// Why, one reason a line.
    pub reasons: Vec<String>,
    /// Scores of all dialects, best first.
    pub scores: Vec<(String, u32)>,
}

/// Hash of the first and last 64 KiB of a file, for [`FileId::token`]. Never 0, and the same on every machine.
pub fn token(head: &[u8], tail: &[u8]) -> u64 {
    // FNV-1a (isthe.com/chongo/tech/comp/fnv), with the length of the head between the two.
    let bytes = head.iter().chain(tail).copied().chain((head.len() as u64).to_le_bytes());
    let hash = bytes.fold(0xCBF2_9CE4_8422_2325u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    });
    hash.max(1)
}
