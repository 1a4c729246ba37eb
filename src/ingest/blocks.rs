//! A file that can't be read at any place → blocks of its text that can be read apart: packed lines, which have to be unpacked from
//! the front, and CSV, where only the rows before tell whether a line end lies in quotes.
//!
//! Takes the chunks of the file in order, gives [`Block`]s for as many readers as there are; what they find merges to what one
//! reader of the whole finds. Unpacking and looking for the ends of rows is all that is done one after the other.

use super::compression::{Event, Trouble, Unpack};
use super::detect::detect_text;
use super::{Container, Encoding, FileId, Plan, Shard};
use crate::error::Problem;
use crate::limits::{HEAD_BYTES, RECORD_BYTES};
use ends::Ends;

mod ends;

/// The byte-order mark of UTF-8 and a quote.
const QUOTED_MARK: &[u8] = b"\xEF\xBB\xBF\"";
/// Bytes of text without the end of a record from which on one reader has to take the rest, which keeps no more of it than it must.
const STUCK_BYTES: usize = RECORD_BYTES / 2;

/// A part of the text that holds whole records only.
#[derive(Debug)]
pub struct Block {
    /// The part, in bytes of the unpacked text.
    pub(super) shard: Shard,
    pub(super) bytes: Vec<u8>,
    /// What every reader has to know of the text before it: the header of a table.
    pub(super) header: Vec<u8>,
    /// Whether the text ends too early here.
    pub(super) is_cut_off: bool,
}

impl Block {
    /// Bytes of text in it.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it holds no text.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

/// Cuts the text of one file. Push its bytes in order, then finish; take blocks in between.
#[derive(Debug)]
pub struct Blocks {
    id: FileId,
    unpack: Unpack,
    text: Text,
    plan: Option<Plan>,
    /// Bytes of text in a block, at least.
    size: usize,
    ends: Ends,
    /// Offset of the first byte of the text that is kept.
    start: u64,
    header: Vec<u8>,
    ended: bool,
}

/// What comes out of the packing.
#[derive(Debug, Default)]
struct Text {
    packing: String,
    n_files: usize,
    bytes: Vec<u8>,
    troubles: Vec<Trouble>,
}

impl Text {
    fn take(&mut self, event: Event<'_>) -> bool {
        match event {
            Event::Packing(packing) => packing.clone_into(&mut self.packing),
            Event::Begin(_) => self.n_files += 1,
            Event::Data(bytes) => self.bytes.extend_from_slice(bytes),
            Event::End => {}
            Event::Trouble(trouble) => self.troubles.push(trouble),
        }
        true
    }
}

impl Blocks {
    /// For a file of this name and identity, at its first byte.
    pub fn new(id: FileId, size: usize) -> Blocks {
        Blocks {
            id,
            unpack: Unpack::new(),
            text: Text::default(),
            plan: None,
            size,
            ends: Ends::default(),
            start: 0,
            header: Vec::new(),
            ended: false,
        }
    }

    /// Takes the next bytes of the file.
    pub fn push(&mut self, chunk: &[u8]) {
        let text = &mut self.text;
        self.unpack.push(chunk, &mut |event| text.take(event));
        self.settle();
    }

    /// The file is at its end, or what is left of it can't be read.
    pub fn finish(&mut self) {
        let text = &mut self.text;
        self.unpack.finish(&mut |event| text.take(event));
        self.ended = true;
        self.settle();
    }

    /// Whether nothing more is read of it.
    pub fn done(&self) -> bool {
        self.unpack.is_refused()
    }

    /// How blocks are read, once the head is known; `Some(None)` for a text that has to be read as a whole.
    pub fn plan(&self) -> Option<Option<&Plan>> {
        let plan = self.plan.as_ref()?;
        // The header has to be known, and a quote behind a byte-order mark is not seen as one that opens a cell.
        let is_read = plan.container != Container::Csv
            || !self.header.is_empty() && !self.header.starts_with(QUOTED_MARK);
        Some(Some(plan).filter(|plan| is_read && self.text.n_files == 1 && Blocks::suit(plan)))
    }

    /// Whether a file of this plan is read so: one text, every record of which ends with a line that can be found without reading
    /// records.
    pub fn suit(plan: &Plan) -> bool {
        let is_bytes = matches!(plan.encoding, Encoding::Utf8 | Encoding::Utf8Bom);
        let is_one = matches!(plan.packing.as_str(), "" | "gzip" | "zstd");
        is_bytes
            && is_one
            && match plan.container {
                Container::Ndjson | Container::Csv => true,
                // Laravel's records go on over lines.
                Container::Lines => plan.dialect != "laravel",
                _ => false,
            }
    }

    /// What is wrong with the packing.
    pub fn problems(&self) -> Vec<Problem> {
        let problem =
            |trouble: &Trouble| Problem::of_file(trouble.code, &self.id.name, trouble.detail.clone());
        self.text.troubles.iter().map(problem).collect()
    }

    /// Whether there is so much text without the end of a record that no block comes of it: one reader takes the rest.
    pub fn is_stuck(&self) -> bool {
        self.text.bytes.len() > STUCK_BYTES
    }

    /// The text that no block holds, for the reader of the rest ([`super::Ingest::rest`]).
    pub fn text(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.text.bytes)
    }

    /// Whether the text ends too early.
    pub fn is_cut_off(&self) -> bool {
        self.text.troubles.iter().any(|trouble| trouble.cuts)
    }

    /// Where the rest begins, and what its reader has to know of the text before it.
    pub(super) fn rest(&self) -> (Shard, Vec<u8>) {
        (Shard { start: self.start, end: u64::MAX }, self.header_of(self.start == 0))
    }

    /// The file whose text it is.
    pub(super) fn id(&self) -> &FileId {
        &self.id
    }

    /// The next block, if there is enough text for one; at the end of the file, what is left.
    pub fn take(&mut self) -> Option<Block> {
        let plan = self.plan.as_ref()?;
        let is_table = plan.container == Container::Csv;
        let text = &mut self.text.bytes;
        // The rest of a file is one block: a line without an end may be the last one only.
        let end = if self.ended { text.len() } else { self.ends.last(text, self.size, is_table)? };
        if text.is_empty() {
            return None;
        }
        let rest = text.split_off(end.min(text.len()));
        let mut bytes = std::mem::replace(text, rest);
        self.ends.cut(bytes.len());
        let n = bytes.len() as u64;
        let (start, last) = (self.start, self.ended);
        let is_first = start == 0;
        self.start += n;
        if last {
            let is_cut_off = self.is_cut_off();
            let shard = Shard { start, end: u64::MAX };
            return Some(Block { shard, bytes, header: self.header_of(is_first), is_cut_off });
        }
        let end = self.start;
        if !is_table {
            // The line behind a line end belongs to the shard of that line end: it stands at the beginning of the next block.
            bytes.push(b'\n');
        }
        let shard = Shard { start, end };
        Some(Block { shard, bytes, header: self.header_of(is_first), is_cut_off: false })
    }

    /// The header, for a block that does not begin with it.
    fn header_of(&self, is_first: bool) -> Vec<u8> {
        if is_first { Vec::new() } else { self.header.clone() }
    }

    /// Looks at the head as soon as all of it is there.
    fn settle(&mut self) {
        if self.plan.is_some() || !self.ended && self.text.bytes.len() < HEAD_BYTES {
            return;
        }
        let base = self.id.name.rsplit('/').next().unwrap_or("");
        let head = self.text.bytes.get(..HEAD_BYTES).unwrap_or(&self.text.bytes);
        let plan = detect_text(base, head, &self.text.packing);
        if plan.container == Container::Csv {
            self.header = Ends::first(head).and_then(|end| head.get(..end)).unwrap_or_default().to_vec();
        }
        self.plan = Some(plan);
    }
}
