//! JSON objects that stand in an array, or one after another with or without prose between them.
//!
//! Outside a record, brackets and commas are passed over: `[…]` files glued together, Markdown fences and lists that
//! were never closed all read the same. In an array whatever else stands there is counted as no record; in prose an
//! object begins only where a line begins, or right behind another one, and everything else is passed over silently.
//!
//! In a pretty array with a known indent a line of that indent and `{` always begins an element. That is what shards
//! synchronise on, and what ends an element that was never closed. Where an array has no such indent, an element ends where
//! it stops being JSON, and the next one is found by how elements begin ([`super::recover`]).

mod broken;
mod junk;
mod member;

use super::piece::{Lines, Piece};
use super::recover::{Recovery, Search};
use super::scan::{Scan, Step};
use super::strict::Strict;
use super::{Cut, Range, TOO_LONG, Take};
use member::Member;

/// Bytes before a break in which a mark may have begun.
const NEAR: usize = 128;

/// Bytes that were read and are read again; what is left of them is not copied, however often it is put off.
#[derive(Debug)]
pub(super) struct Again {
    bytes: Vec<u8>,
    /// How many of them were passed.
    pub(super) from: usize,
}

impl Again {
    fn new(bytes: Vec<u8>) -> Again {
        Again { bytes, from: 0 }
    }

    pub(super) fn rest(&self) -> &[u8] {
        self.bytes.get(self.from..).unwrap_or(&[])
    }
}

/// Reader of elements.
#[derive(Debug)]
pub(crate) struct Elements {
    piece: Piece,
    lines: Lines,
    range: Range,
    at: u64,
    prose: bool,
    watch: Option<u32>,
    state: State,
    /// How to go on behind broken elements of an array without a known indent.
    recovery: Option<Recovery>,
    /// What is read again, the next last.
    again: Vec<Again>,
    /// Offset and line at which reading goes on, where it does not go on behind the last step.
    rewind: Option<(u64, u64)>,
    /// Elements that were found behind broken ones.
    n_found: u64,
    /// Where the array is the member of an object: what is known of it.
    member: Option<Member>,
}

#[derive(Debug)]
enum State {
    /// Inside a shard, before its first line end.
    Foreign,
    /// Inside a shard, behind a line end and so many blanks; an element of the watched indent is looked for.
    Seeking(Option<u32>),
    /// Between records. Holds the blanks since the line end, or `None` behind something else; behind a record counts
    /// as the beginning of a line does.
    Between { blanks: Option<u32>, fresh: bool },
    /// Inside an object.
    Record(Scan),
    /// Inside an object that ends where it stops being JSON. `found` says that it was looked for behind a broken element,
    /// so that it may be a part of that one.
    Strict { scan: Strict, found: bool },
    /// Behind a broken element: the next one is looked for.
    Search(Search),
    /// Inside something that is no object; whether the scan is at work (strings, lists) or a plain word is passed over.
    Junk(Option<Scan>),
    /// Behind a value of the member that is no object, and told as such: what may stand there tells whether it is whole.
    After,
    /// In a line of prose.
    Prose,
    /// Everything that belongs to the shard was given.
    Done,
}

impl Elements {
    /// Elements of an array; `watch` is the indent of each in a pretty one.
    pub(super) fn array(range: Range, watch: Option<u32>) -> Elements {
        Elements::new(range, false, watch)
    }

    /// Objects with prose between them.
    pub(super) fn prose(range: Range) -> Elements {
        Elements::new(range, true, Some(0))
    }

    fn new(range: Range, prose: bool, watch: Option<u32>) -> Elements {
        let state =
            if range.inside { State::Foreign } else { State::Between { blanks: Some(0), fresh: true } };
        Elements {
            piece: Piece::default(),
            lines: Lines::default(),
            range,
            at: range.start,
            prose,
            watch,
            state,
            recovery: (!prose && watch.is_none()).then(Recovery::default),
            again: Vec::new(),
            rewind: None,
            n_found: 0,
            member: None,
        }
    }

    pub(super) fn done(&self) -> bool {
        matches!(self.state, State::Done)
    }

    /// Takes the next bytes; gives how many of them it used, all unless it is done.
    pub(super) fn push(&mut self, bytes: &[u8], take: Take<'_>) -> usize {
        let mut rest = bytes;
        while !self.done() {
            if let Some(mut again) = self.again.pop() {
                let depth = self.again.len();
                again.from += self.pass(again.rest(), take);
                // What a break inside of it wants to be read again comes first.
                if !again.rest().is_empty() {
                    self.again.insert(depth, again);
                }
            } else if rest.is_empty() {
                break;
            } else {
                let used = self.pass(rest, take);
                rest = rest.get(used..).unwrap_or(&[]);
            }
        }
        bytes.len() - rest.len()
    }

    /// Passes over bytes until a break wants some to be read again; gives how many it passed.
    fn pass(&mut self, bytes: &[u8], take: Take<'_>) -> usize {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty() && !self.done()) {
            let used = self.step(rest, take).min(rest.len());
            let passed = rest.get(..used).unwrap_or(rest);
            at += used;
            self.at += used as u64;
            self.lines.pass(passed);
            if let Some((offset, line)) = self.rewind.take() {
                (self.at, self.lines.line) = (offset, line);
                return at;
            }
        }
        at
    }

    pub(super) fn finish(&mut self, take: Take<'_>) {
        self.finish_strict(take);
        match std::mem::replace(&mut self.state, State::Done) {
            State::Record(_) => match self.piece.close(&[], None) {
                Ok(_) => take(Cut::Unended),
                Err(raw) => take(Cut::Bad(raw, TOO_LONG)),
            },
            State::Junk(_) => self.end_junk(&[], take),
            State::Search(_) => {
                if let Some(member) = &mut self.member {
                    member.is_lost = true;
                }
            }
            _ => {}
        }
    }

    /// Does one step over the given bytes and gives how many it used.
    fn step(&mut self, bytes: &[u8], take: Take<'_>) -> usize {
        match &mut self.state {
            State::Foreign => {
                let end = memchr::memchr(b'\n', bytes);
                if end.is_some() {
                    self.state = State::Seeking(Some(0));
                }
                end.map_or(bytes.len(), |end| end + 1)
            }
            State::Seeking(blanks) => match bytes.first() {
                Some(b' ' | b'\t') => {
                    *blanks = blanks.map(|n| n + 1);
                    1
                }
                Some(b'{') if *blanks == self.watch => {
                    let blanks = *blanks;
                    if self.is_next_shards(blanks) {
                        self.state = State::Done;
                    } else {
                        self.begin();
                    }
                    0
                }
                _ => {
                    self.state = State::Foreign;
                    0
                }
            },
            State::Between { .. } => self.between(bytes),
            State::Record(_) => self.record(bytes, take),
            State::Strict { .. } => self.strict(bytes, take),
            State::Search(_) => self.search(bytes),
            State::Junk(_) => self.junk(bytes, take),
            State::After => self.after(bytes),
            State::Prose => {
                let end = memchr::memchr(b'\n', bytes);
                if end.is_some() {
                    self.state = State::Between { blanks: Some(0), fresh: true };
                }
                end.map_or(bytes.len(), |end| end + 1)
            }
            State::Done => bytes.len(),
        }
    }

    /// Whether an object that begins here, behind a line end and blanks, belongs to the next shard.
    fn is_next_shards(&self, blanks: Option<u32>) -> bool {
        blanks.is_some()
            && blanks == self.watch
            && self.at.saturating_sub(u64::from(blanks.unwrap_or(0)) + 1) >= self.range.end
    }

    fn begin(&mut self) {
        self.piece.begin(self.at, self.lines.line);
        self.state = match self.recovery {
            Some(_) => State::Strict { scan: Strict::new(), found: false },
            None => State::Record(Scan::new(self.watch)),
        };
    }

    fn between(&mut self, bytes: &[u8]) -> usize {
        let State::Between { blanks, fresh } = &mut self.state else { return 0 };
        match bytes.first() {
            Some(b'\n') => {
                *blanks = Some(0);
                *fresh = true;
            }
            Some(b' ' | b'\t') => *blanks = blanks.map(|n| n.saturating_add(1)),
            Some(b']') if self.member.is_some() => {
                if let Some(member) = &mut self.member {
                    member.is_closed = true;
                }
                self.state = State::Done;
            }
            // A list among the elements ends where it stops being JSON, as they do: a lost bracket of it swallows none.
            Some(b'[') if self.member.is_some() => {
                self.begin();
                return 0;
            }
            Some(b'\r' | b',' | b'[' | b']') => *blanks = None,
            Some(b'{') => {
                let blanks = *blanks;
                if self.prose && !*fresh {
                    self.state = State::Prose;
                } else if self.is_next_shards(blanks) {
                    self.state = State::Done;
                } else {
                    self.begin();
                }
                return 0;
            }
            Some(b'"') if !self.prose => {
                self.piece.begin(self.at, self.lines.line);
                self.state = State::Junk(Some(Scan::new(None)));
                return 0;
            }
            Some(_) if !self.prose => {
                self.piece.begin(self.at, self.lines.line);
                self.state = State::Junk(None);
                return 0;
            }
            _ => {
                self.state = State::Prose;
                return 0;
            }
        }
        1
    }

    fn record(&mut self, bytes: &[u8], take: Take<'_>) -> usize {
        let State::Record(scan) = &mut self.state else { return 0 };
        let step = scan.run(bytes);
        let (end, fault) = match step {
            Step::Open => {
                self.piece.keep(bytes);
                return bytes.len();
            }
            Step::Closed(end) => (end, None),
            Step::Broken(end) => (end, Some("a string is not closed before the line ends")),
            Step::Next(end) => (end, Some("the object is not closed before the next one begins")),
        };
        let last = bytes.get(..end).unwrap_or(bytes);
        match (self.piece.close(last, None), fault) {
            (Ok(raw), None) => take(Cut::Json(raw)),
            (Ok(raw), Some(why)) => take(Cut::Bad(raw, why)),
            (Err(raw), _) => take(Cut::Bad(raw, TOO_LONG)),
        }
        self.state = State::Between { blanks: None, fresh: true };
        if let Step::Next(_) = step {
            // The blanks before the next element were passed already; they are the watched ones.
            self.state = State::Between { blanks: self.watch, fresh: true };
        }
        end
    }
}
