//! An object whose member holds the entries: `{"entries":[…]}`, or groups of them: `{"logs_by_severity":{"ERROR":[…]}}`.
//!
//! Streams: only the open entry is kept. Everything beside the wanted member is passed over. Several such objects may
//! follow each other (pages of a command's output), prose around them is passed over.

use super::piece::{Lines, Piece};
use super::scan::{Scan, Step};
use super::{Cut, Range, TOO_LONG, Take};
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
    group: Option<Severity>,
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
    /// In an entry.
    Record(Scan),
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
            group: None,
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8], take: Take<'_>) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let used = match self.state {
                State::Between => self.between(rest),
                State::Key(_) => self.key(rest),
                State::Pass(_) => self.pass(rest),
                State::Record(_) => self.record(rest, take),
            };
            let (passed, next) = rest.split_at(used.min(rest.len()));
            self.at += passed.len() as u64;
            self.lines.pass(passed);
            rest = next;
        }
    }

    pub(super) fn finish(&mut self, take: Take<'_>) {
        let in_record = matches!(self.state, State::Record(_));
        if !in_record && self.level == Level::Top {
            return;
        }
        if !in_record {
            self.piece.begin(self.at, self.lines.line);
        }
        match self.piece.close(&[], None) {
            Ok(_) => take(Cut::Unended),
            Err(raw) => take(Cut::Bad(raw, TOO_LONG)),
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
            (Level::Outer, b'[') if self.is_wanted() => self.enter(Level::List { grouped: false }),
            (Level::Outer, b'{') if self.is_wanted() => self.enter(Level::Groups),
            (Level::Groups, b'[') if self.value_next => {
                self.group = Severity::parse(&self.key);
                self.enter(Level::List { grouped: true });
            }
            (Level::List { grouped }, b']') => {
                self.group = None;
                self.enter(if grouped { Level::Groups } else { Level::Outer });
            }
            (Level::List { .. }, b'{') => {
                self.piece.begin(self.at, self.lines.line);
                self.state = State::Record(Scan::new(None));
                return 0;
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

    fn record(&mut self, bytes: &[u8], take: Take<'_>) -> usize {
        let State::Record(scan) = &mut self.state else { return 0 };
        let (end, fault) = match scan.run(bytes) {
            Step::Open => {
                self.piece.keep(bytes);
                return bytes.len();
            }
            Step::Closed(end) => (end, None),
            Step::Broken(end) | Step::Next(end) => (end, Some("a string is not closed before the line ends")),
        };
        let last = bytes.get(..end).unwrap_or(bytes);
        match (self.piece.close(last, self.group), fault) {
            (Ok(raw), None) => take(Cut::Json(raw)),
            (Ok(raw), Some(why)) => take(Cut::Bad(raw, why)),
            (Err(raw), _) => take(Cut::Bad(raw, TOO_LONG)),
        }
        self.state = State::Between;
        end
    }
}
