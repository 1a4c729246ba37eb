//! JSON objects that stand in an array, or one after another with or without prose between them.
//!
//! Outside a record, brackets and commas are passed over: `[…]` files glued together, Markdown fences and lists that
//! were never closed all read the same. In an array whatever else stands there is counted as no record; in prose an
//! object begins only where a line begins, or right behind another one, and everything else is passed over silently.
//!
//! In a pretty array with a known indent a line of that indent and `{` always begins an element. That is what shards
//! synchronise on, and what ends an element that was never closed. Where an array has no such indent, an element ends where
//! it stops being JSON, and the next one is found by how elements begin ([`super::recover`]).

use super::piece::{Lines, Piece};
use super::recover::{Recovery, Search};
use super::scan::{Scan, Step};
use super::strict::Strict;
use super::{Cut, Range, TOO_LONG, Take};

/// Bytes before a break in which a mark may have begun.
const NEAR: usize = 128;

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
    /// Bytes that are read again, the next ones last, and whether some were just put there.
    again: Vec<Vec<u8>>,
    rewind: Option<(u64, u64)>,
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
    /// Inside an object that ends where it stops being JSON.
    Strict(Strict),
    /// Behind a broken element: the next one is looked for.
    Search(Search),
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
            recovery: (!prose && watch.is_none()).then(Recovery::default),
            again: Vec::new(),
            rewind: None,
        }
    }

    pub(super) fn done(&self) -> bool {
        matches!(self.state, State::Done)
    }

    pub(super) fn push(&mut self, bytes: &[u8], take: Take<'_>) {
        let mut rest = bytes;
        while !self.done() {
            if let Some(again) = self.again.pop() {
                let depth = self.again.len();
                let used = self.pass(&again, take);
                // What a break inside of it wants to be read again comes first.
                if let Some(left) = again.get(used..).filter(|left| !left.is_empty()) {
                    self.again.insert(depth, left.to_vec());
                }
            } else if rest.is_empty() {
                return;
            } else {
                let used = self.pass(rest, take);
                rest = rest.get(used..).unwrap_or(&[]);
            }
        }
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
        while self.hides_others(take) {
            (self.at, self.lines.line) = self.rewind.take().unwrap_or((self.at, self.lines.line));
            self.push(&[], take);
        }
        match std::mem::replace(&mut self.state, State::Done) {
            State::Record(_) | State::Strict(_) => match self.piece.close(&[], None) {
                Ok(_) => take(Cut::Unended),
                Err(raw) => take(Cut::Bad(raw, TOO_LONG)),
            },
            State::Junk(_) => self.end_junk(&[], take),
            _ => {}
        }
    }

    /// At the end of the text: whether what is open is broken and hides elements. It is counted then, and they are read again.
    fn hides_others(&mut self, take: Take<'_>) -> bool {
        let Some(recovery) = &self.recovery else { return false };
        let carried = self.piece.carried();
        match self.state {
            State::Strict(_) if recovery.find(carried.get(1..).unwrap_or(&[])).is_some() => {
                self.break_off(&[], take);
            }
            State::Junk(_) if recovery.find(carried).is_some() => self.end_junk(&[], take),
            _ => return false,
        }
        !self.again.is_empty()
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
            State::Strict(_) => self.strict(bytes, take),
            State::Search(_) => self.search(bytes),
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
        self.state = match self.recovery {
            Some(_) => State::Strict(Strict::new()),
            None => State::Record(Scan::new(self.watch)),
        };
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

    fn strict(&mut self, bytes: &[u8], take: Take<'_>) -> usize {
        let State::Strict(strict) = &mut self.state else { return 0 };
        match strict.run(bytes) {
            Step::Open => {
                self.piece.keep(bytes);
                bytes.len()
            }
            Step::Closed(end) => {
                match self.piece.close(bytes.get(..end).unwrap_or(bytes), None) {
                    Ok(raw) => {
                        if let Some(recovery) = &mut self.recovery {
                            recovery.learn(raw.bytes);
                        }
                        take(Cut::Json(raw));
                    }
                    Err(raw) => take(Cut::Bad(raw, TOO_LONG)),
                }
                self.state = State::Between { blanks: None, fresh: true };
                end
            }
            Step::Broken(end) | Step::Next(end) => {
                self.break_off(bytes.get(..end).unwrap_or(bytes), take);
                end
            }
        }
    }

    /// The open element is broken, and these are its last bytes: what it holds of others is read again.
    fn break_off(&mut self, last: &[u8], take: Take<'_>) {
        self.state = State::Search(Search::default());
        let Some(recovery) = &mut self.recovery else { return };
        let raw = match self.piece.close(last, None) {
            Ok(raw) => raw,
            Err(raw) => return take(Cut::Bad(raw, TOO_LONG)),
        };
        let found = recovery.find(raw.bytes.get(1..).unwrap_or(&[])).map(|at| at + 1);
        let n_once = (raw.offset + raw.bytes.len() as u64).saturating_sub(self.range.start);
        let found = found.filter(|at| recovery.afford(raw.bytes.len() - at, n_once));
        let from = found.unwrap_or(raw.bytes.len().saturating_sub(NEAR).max(1));
        let (own, others) = raw.bytes.split_at(from.min(raw.bytes.len()));
        let own = if found.is_some() { own } else { raw.bytes };
        let lines = memchr::memchr_iter(b'\n', raw.bytes.get(..from).unwrap_or(&[])).count() as u64;
        self.rewind = Some((raw.offset + from as u64, raw.line + lines));
        take(Cut::Bad(super::Raw { bytes: own, ..raw }, "the object is broken"));
        if found.is_some() {
            self.state = State::Between { blanks: None, fresh: true };
        }
        self.again.push(others.to_vec());
    }

    /// Looks for the next element.
    fn search(&mut self, bytes: &[u8]) -> usize {
        let (State::Search(search), Some(recovery)) = (&mut self.state, &self.recovery) else { return bytes.len() };
        let (used, is_found) = recovery.seek(search, bytes);
        if is_found {
            let opening = search.opening().to_vec();
            let mut strict = Strict::new();
            let _ = strict.run(&opening);
            self.piece.begin((self.at + used as u64).saturating_sub(opening.len() as u64), self.lines.line);
            self.piece.keep(&opening);
            self.state = State::Strict(strict);
        }
        used
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
        // A string that began at a quote which closed another may hold the beginning of an element.
        let Some(recovery) = &self.recovery else { return };
        let mut search = Search::default();
        let (used, is_found) = recovery.seek(&mut search, raw.bytes);
        if is_found {
            let at = used - search.opening().len();
            let lines = memchr::memchr_iter(b'\n', raw.bytes.get(..at).unwrap_or(&[])).count() as u64;
            self.rewind = Some((raw.offset + at as u64, raw.line + lines));
            self.again.push(raw.bytes.get(at..).unwrap_or(&[]).to_vec());
        } else if !search.opening().is_empty() {
            self.state = State::Search(search);
        }
    }
}
