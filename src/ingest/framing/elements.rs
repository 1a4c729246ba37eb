//! JSON objects that stand in an array, or one after another with or without prose between them.
//!
//! Outside a record, brackets and commas are passed over: `[…]` files glued together, Markdown fences and lists that
//! were never closed all read the same. In an array whatever else stands there is counted as no record; in prose an
//! object begins only where a line begins, or right behind another one, and everything else is passed over silently.
//!
//! In a pretty array with a known indent a line of that indent and `{` always begins an element. That is what shards
//! synchronise on, and what ends an element that was never closed.

use super::piece::{Lines, Piece};
use super::scan::{Scan, Step};
use super::{Cut, Range, TOO_LONG, Take};

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
    /// Inside something that is no object; whether the scan is at work (strings, lists) or a plain word is passed over.
    Junk(Option<Scan>),
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
        }
    }

    pub(super) fn done(&self) -> bool {
        matches!(self.state, State::Done)
    }

    pub(super) fn push(&mut self, bytes: &[u8], take: Take<'_>) {
        let mut rest = bytes;
        while !rest.is_empty() && !self.done() {
            let used = self.step(rest, take);
            let (passed, next) = rest.split_at(used.min(rest.len()));
            self.at += passed.len() as u64;
            self.lines.pass(passed);
            rest = next;
        }
    }

    pub(super) fn finish(&mut self, take: Take<'_>) {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Record(_) => match self.piece.close(&[], None) {
                Ok(_) => take(Cut::Unended),
                Err(raw) => take(Cut::Bad(raw, TOO_LONG)),
            },
            State::Junk(_) => self.end_junk(&[], take),
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
            State::Between { .. } => self.between(bytes, take),
            State::Record(_) => self.record(bytes, take),
            State::Junk(_) => self.junk(bytes, take),
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
        self.state = State::Record(Scan::new(self.watch));
    }

    fn between(&mut self, bytes: &[u8], take: Take<'_>) -> usize {
        let _ = take;
        let State::Between { blanks, fresh } = &mut self.state else { return 0 };
        match bytes.first() {
            Some(b'\n') => {
                *blanks = Some(0);
                *fresh = true;
            }
            Some(b' ' | b'\t') => *blanks = blanks.map(|n| n.saturating_add(1)),
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

    fn junk(&mut self, bytes: &[u8], take: Take<'_>) -> usize {
        let State::Junk(scan) = &mut self.state else { return 0 };
        let end = match scan {
            Some(scan) => match scan.run(bytes) {
                Step::Open => None,
                Step::Closed(end) | Step::Broken(end) | Step::Next(end) => Some(end),
            },
            None => bytes.iter().position(|b| matches!(b, b',' | b'\n' | b']' | b'{')),
        };
        let Some(end) = end else {
            self.piece.keep(bytes);
            return bytes.len();
        };
        self.end_junk(bytes.get(..end).unwrap_or(bytes), take);
        end
    }

    fn end_junk(&mut self, last: &[u8], take: Take<'_>) {
        let (Ok(raw) | Err(raw)) = self.piece.close(last, None);
        take(Cut::Bad(raw, "this is no object"));
        self.state = State::Between { blanks: None, fresh: true };
    }
}
