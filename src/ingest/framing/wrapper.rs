//! An object whose member holds the entries: `{"entries":[…]}`, or groups of them: `{"logs_by_severity":{"ERROR":[…]}}`.
//!
//! Streams: only the open entry is kept. Everything beside the wanted member is passed over. Several such objects may
//! follow each other (pages of a command's output), prose around them is passed over. Entries are read as elements of an
//! array are, so that a broken one costs no other.

use super::elements::Elements;
use super::piece::{Lines, Piece};
use super::scan::{Scan, Step};
use super::{Cut, Range, Take};
use crate::entry::Severity;

/// Longest key that is compared.
const KEY_BYTES: usize = 256;

/// Reader of a wrapper.
#[derive(Debug)]
pub(crate) struct Wrapper {
    wanted: String,
    piece: Piece,
    lines: Lines,
    at: u64,
    state: State,
    /// Last string met where a key may stand.
    key: String,
    /// Whether a colon came after it.
    value_next: bool,
    /// Where in the outer structure the reader is.
    level: Level,
    list: Elements,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    /// Outside any object.
    Top,
    /// In the outer object.
    Outer,
    /// In the wanted member, which is an object of groups.
    Groups,
    /// In a list of entries in the outer object, or in a group.
    List { grouped: bool },
}

#[derive(Debug)]
enum State {
    /// Between tokens.
    Between,
    /// In a string that may be a key.
    Key(Scan),
    /// In a value that is passed over.
    Pass(Scan),
    /// In a list of entries, or behind it where its end was lost.
    List,
}

impl Wrapper {
    pub(super) fn new(range: Range, wanted: &str) -> Wrapper {
        Wrapper {
            wanted: wanted.to_owned(),
            piece: Piece::default(),
            lines: Lines::default(),
            at: range.start,
            state: State::Between,
            key: String::new(),
            value_next: false,
            level: Level::Top,
            list: Elements::members(range, wanted),
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8], take: Take<'_>) {
        let again = self.pass_over(bytes, take);
        self.push_again(again, take);
    }

    /// Takes bytes that a list read and gave back, the next ones last.
    fn push_again(&mut self, mut again: Vec<Vec<u8>>, take: Take<'_>) {
        while let Some(bytes) = again.pop() {
            again.extend(self.pass_over(&bytes, take));
        }
    }

    /// Goes on until the end of these bytes, or until a list gives some back: then these and the rest, the next ones last.
    fn pass_over(&mut self, bytes: &[u8], take: Take<'_>) -> Vec<Vec<u8>> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let used = match self.state {
                State::Between => self.between(rest),
                State::Key(_) => self.key(rest),
                State::Pass(_) => self.pass(rest),
                State::List => {
                    let used = self.list.push(rest, take);
                    rest = rest.get(used..).unwrap_or(&[]);
                    let mut again = self.leave_list();
                    if !again.is_empty() {
                        again.insert(0, rest.to_vec());
                        return again;
                    }
                    continue;
                }
            };
            let (passed, next) = rest.split_at(used.min(rest.len()));
            self.at += passed.len() as u64;
            self.lines.pass(passed);
            rest = next;
        }
        Vec::new()
    }

    /// Goes on behind a list that ended; gives what it read too far.
    fn leave_list(&mut self) -> Vec<Vec<u8>> {
        let Some((at, line, again)) = self.list.end_list() else { return Vec::new() };
        (self.at, self.lines.line) = (at, line);
        self.state = State::Between;
        let is_grouped = self.level == Level::List { grouped: true };
        self.enter(if is_grouped { Level::Groups } else { Level::Outer });
        again
    }

    pub(super) fn finish(&mut self, take: Take<'_>) {
        while matches!(self.state, State::List) {
            self.list.finish(take);
            if self.list.end_list_is_missing() {
                return take(Cut::Unended);
            }
            let again = self.leave_list();
            self.push_again(again, take);
        }
        if self.level != Level::Top {
            take(Cut::Unended);
        }
    }

    fn between(&mut self, bytes: &[u8]) -> usize {
        let Some(&byte) = bytes.first() else { return 0 };
        match (self.level, byte) {
            (Level::Top, b'{') => self.enter(Level::Outer),
            (Level::Top, _) => return memchr::memchr(b'{', bytes).unwrap_or(bytes.len()),
            (Level::Outer | Level::Groups, b'"') if !self.value_next => {
                self.piece.begin(self.at, self.lines.line);
                self.state = State::Key(Scan::new(None));
                return 0;
            }
            (Level::Outer | Level::Groups, b':') => self.value_next = true,
            (Level::Outer | Level::Groups, b',') => self.value_next = false,
            (Level::Outer, b'}') => self.enter(Level::Top),
            (Level::Groups, b'}') => self.enter(Level::Outer),
            (Level::Outer, b'[') if self.is_wanted() => self.enter_list(false, None),
            (Level::Outer, b'{') if self.is_wanted() => self.enter(Level::Groups),
            (Level::Groups, b'[') if self.value_next => {
                self.enter_list(true, Severity::parse(&self.key));
            }
            (_, b'[' | b'{' | b'"') => {
                // A key has one value: a list behind a text is none of it.
                self.value_next = false;
                self.state = State::Pass(Scan::new(None));
                return 0;
            }
            _ => {}
        }
        1
    }

    fn is_wanted(&self) -> bool {
        self.value_next && self.key == self.wanted
    }

    fn enter(&mut self, level: Level) {
        self.level = level;
        self.value_next = false;
        self.key.clear();
    }

    fn enter_list(&mut self, grouped: bool, group: Option<Severity>) {
        self.enter(Level::List { grouped });
        self.list.begin_list(self.at + 1, self.lines.line, group);
        self.state = State::List;
    }

    fn key(&mut self, bytes: &[u8]) -> usize {
        let State::Key(scan) = &mut self.state else { return 0 };
        let end = match scan.run(bytes) {
            Step::Open => {
                if self.piece.carried().len() < KEY_BYTES {
                    self.piece.keep(bytes.get(..KEY_BYTES).unwrap_or(bytes));
                }
                return bytes.len();
            }
            Step::Closed(end) | Step::Broken(end) | Step::Next(end) => end,
        };
        let last = bytes.get(..end).unwrap_or(bytes);
        if let Ok(raw) = self.piece.close(last.get(..KEY_BYTES).unwrap_or(last), None) {
            self.key = String::from_utf8_lossy(raw.bytes).trim_matches('"').to_owned();
        }
        self.state = State::Between;
        end
    }

    fn pass(&mut self, bytes: &[u8]) -> usize {
        let State::Pass(scan) = &mut self.state else { return 0 };
        match scan.run(bytes) {
            Step::Open => bytes.len(),
            Step::Closed(end) | Step::Broken(end) | Step::Next(end) => {
                self.state = State::Between;
                end
            }
        }
    }
}
