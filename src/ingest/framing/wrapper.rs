//! An object whose member holds the entries: `{"entries":[…]}`, or groups of them: `{"logs_by_severity":{"ERROR":[…]}}`.
//!
//! Streams: only the open entry is kept. Everything beside the wanted member is passed over. Several such objects may
//! follow each other (pages of a command's output), prose around them is passed over. Entries are read as elements of an
//! array are, so that a broken one costs no other.
//!
//! A bracket in a damaged entry may look like the end of its list. Behind a list, what stands where nothing like it can stand
//! proves that, and entries are looked for from there on.

use super::elements::{Again, Elements};
use super::piece::{Lines, Piece};
use super::scan::{Scan, Step};
use super::strict::Strict;
use super::{Cut, Range, Raw, Take};
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
    want: Want,
    /// Whether the object or list was only just entered.
    is_fresh: bool,
    /// Whether prose stands before the outer object, so that its brace may belong to that.
    is_prose: bool,
    /// Whether a list came before, so that there are entries to lose.
    is_past_list: bool,
    /// Whether the last list stood in a group.
    is_grouped: bool,
    /// Where in the outer structure the reader is.
    level: Level,
    list: Elements,
    /// The last byte that is no blank.
    last: u8,
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
    List,
}

/// What may stand next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Want {
    /// A key, or the end of the object.
    Key,
    Colon,
    Value,
    /// More of a number or of another word, or what may stand behind it.
    Word,
    /// A comma, or the end of the object. Outside any object: another one.
    After,
    /// Outside any object, on a line behind one: what does not go on with a list.
    Line,
    /// Outside any object: anything.
    Any,
}

#[derive(Debug)]
enum State {
    /// Between tokens.
    Between,
    /// In a string that may be a key.
    Key(Scan),
    /// In a value that is passed over.
    Pass(Scan),
    /// In a list or object that is passed over, behind a list of entries.
    PassStrict(Strict),
    /// At something that can't stand there.
    Lost,
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
            want: Want::Any,
            is_fresh: true,
            is_prose: true,
            is_past_list: false,
            is_grouped: false,
            level: Level::Top,
            list: Elements::members(range, wanted),
            last: 0,
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8], take: Take<'_>) {
        self.last = bytes.trim_ascii_end().last().copied().unwrap_or(self.last);
        self.run(bytes, Vec::new(), take);
    }

    /// Takes what a list read and gave back, the next last, and then these bytes.
    fn run(&mut self, bytes: &[u8], mut again: Vec<Again>, take: Take<'_>) {
        let mut rest = bytes;
        loop {
            let more = if let Some(first) = again.last_mut() {
                let (used, more) = self.pass_over(first.rest(), take);
                first.from += used;
                if first.rest().is_empty() {
                    again.pop();
                }
                more
            } else if rest.is_empty() {
                return;
            } else {
                let (used, more) = self.pass_over(rest, take);
                rest = rest.get(used..).unwrap_or(&[]);
                more
            };
            again.extend(more);
        }
    }

    /// Goes on until the end of these bytes, or until a list gives some back; gives how many it passed, and these.
    fn pass_over(&mut self, bytes: &[u8], take: Take<'_>) -> (usize, Vec<Again>) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let used = match self.state {
                State::Between => self.between(rest),
                State::Key(_) => self.key(rest),
                State::Pass(_) | State::PassStrict(_) => self.pass(rest),
                State::Lost => {
                    self.go_on_in_list(rest, take);
                    continue;
                }
                State::List => {
                    let used = self.list.push(rest, take);
                    rest = rest.get(used..).unwrap_or(&[]);
                    let again = self.leave_list();
                    if !again.is_empty() {
                        return (bytes.len() - rest.len(), again);
                    }
                    continue;
                }
            };
            let (passed, next) = rest.split_at(used.min(rest.len()));
            self.at += passed.len() as u64;
            self.lines.pass(passed);
            rest = next;
        }
        (bytes.len(), Vec::new())
    }

    /// Goes on behind a list that ended; gives what it read too far.
    fn leave_list(&mut self) -> Vec<Again> {
        let Some((at, line, again)) = self.list.end_list() else { return Vec::new() };
        (self.at, self.lines.line) = (at, line);
        self.state = State::Between;
        self.leave(if self.is_grouped { Level::Groups } else { Level::Outer });
        again
    }

    /// What stands here can't stand behind a list: it is a part of a damaged entry, and the list goes on.
    fn go_on_in_list(&mut self, rest: &[u8], take: Take<'_>) {
        let bytes = rest.get(..1).unwrap_or(rest);
        let place = Raw { bytes, offset: self.at, line: self.lines.line, group: None };
        take(Cut::Bad(place, "nothing like it can stand behind a list"));
        // Behind the key of a group, nobody knows whose elements follow.
        let is_keyed = self.level == Level::Groups && matches!(self.want, Want::Colon | Want::Value);
        self.list.go_on(self.at, self.lines.line, self.want == Want::Key && !self.is_fresh, !is_keyed);
        self.enter(Level::List);
        self.state = State::List;
    }

    pub(super) fn finish(&mut self, take: Take<'_>) {
        while matches!(self.state, State::List) {
            self.list.finish(take);
            if self.list.end_list_is_missing() {
                // Where the end of the list lies in damage, the end of its object says that the text is whole.
                if !self.list.is_lost() || self.last != b'}' {
                    take(Cut::Unended);
                }
                return;
            }
            let again = self.leave_list();
            self.run(&[], again, take);
        }
        if self.level != Level::Top {
            take(Cut::Unended);
        }
    }

    fn between(&mut self, bytes: &[u8]) -> usize {
        let Some(&byte) = bytes.first() else { return 0 };
        if self.is_past_list && !self.fits(byte) {
            if self.is_prose && self.is_fresh && self.level == Level::Outer {
                (self.level, self.want) = (Level::Top, Want::Any);
            } else {
                self.state = State::Lost;
            }
            return 0;
        }
        let is_value = self.want == Want::Value;
        match (self.level, byte) {
            (Level::Top, b'{') => {
                self.is_prose = self.want == Want::Any;
                self.enter(Level::Outer);
            }
            (Level::Top, _) => return self.prose(bytes),
            (_, b' ' | b'\t' | b'\r' | b'\n') if self.want == Want::Word => self.want = Want::After,
            (_, b'"') if !is_value => {
                self.piece.begin(self.at, self.lines.line);
                self.state = State::Key(Scan::new(None));
                return 0;
            }
            (_, b':') => self.want = Want::Value,
            (_, b',') => (self.want, self.is_fresh) = (Want::Key, false),
            (Level::Outer, b'}') => self.leave(Level::Top),
            (Level::Groups, b'}') => self.leave(Level::Outer),
            (Level::Outer, b'[') if self.is_wanted() => self.enter_list(None),
            (Level::Outer, b'{') if self.is_wanted() => self.enter(Level::Groups),
            (Level::Groups, b'[') if is_value => self.enter_list(Severity::parse(&self.key)),
            (_, b'[' | b'{' | b'"') => {
                // A key has one value: a list behind a text is none of it.
                self.want = Want::After;
                self.state = match byte {
                    b'[' | b'{' if self.is_past_list => State::PassStrict(Strict::new()),
                    _ => State::Pass(Scan::new(None)),
                };
                return 0;
            }
            _ if is_value && !byte.is_ascii_whitespace() => self.want = Want::Word,
            _ => {}
        }
        1
    }

    /// Whether a byte may stand where it does.
    fn fits(&self, byte: u8) -> bool {
        match (byte, self.want) {
            (b' ' | b'\t' | b'\r' | b'\n', _) | (_, Want::Any) => true,
            (_, Want::Line) => !matches!(byte, b',' | b':' | b'}' | b']'),
            (_, Want::After) if self.level == Level::Top => byte == b'{',
            (b'"', want) => matches!(want, Want::Key | Want::Value),
            (b':', want) => want == Want::Colon,
            (b'{' | b'[', want) => want == Want::Value,
            (b',', want) => matches!(want, Want::After | Want::Word),
            (b'}', want) => matches!(want, Want::Key | Want::After | Want::Word),
            (b'+' | b'-' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z', want) => {
                matches!(want, Want::Value | Want::Word)
            }
            _ => false,
        }
    }

    /// Passes over what stands outside any object: behind the line on which one ends it is prose.
    fn prose(&mut self, bytes: &[u8]) -> usize {
        self.want = match (bytes.first(), self.want) {
            (Some(b'\n'), Want::After) => Want::Line,
            (Some(b' ' | b'\t' | b'\r' | b'\n'), Want::After | Want::Line) => self.want,
            _ => Want::Any,
        };
        if self.want == Want::Any { memchr::memchr(b'{', bytes).unwrap_or(bytes.len()) } else { 1 }
    }

    fn is_wanted(&self) -> bool {
        self.want == Want::Value && self.key == self.wanted
    }

    /// Goes into an object or a list.
    fn enter(&mut self, level: Level) {
        self.level = level;
        (self.want, self.is_fresh) = (Want::Key, true);
        self.key.clear();
    }

    /// Goes on behind an object or a list.
    fn leave(&mut self, level: Level) {
        self.enter(level);
        (self.want, self.is_fresh) = (Want::After, false);
    }

    fn enter_list(&mut self, group: Option<Severity>) {
        self.is_grouped = self.level == Level::Groups;
        self.is_past_list = true;
        self.enter(Level::List);
        self.list.begin_list(self.at + 1, self.lines.line, group);
        self.state = State::List;
    }

    fn key(&mut self, bytes: &[u8]) -> usize {
        let State::Key(scan) = &mut self.state else { return 0 };
        let (end, is_whole) = match scan.run(bytes) {
            Step::Open => {
                if self.piece.carried().len() < KEY_BYTES {
                    self.piece.keep(bytes.get(..KEY_BYTES).unwrap_or(bytes));
                }
                return bytes.len();
            }
            Step::Closed(end) => (end, true),
            Step::Broken(end) | Step::Next(end) => (end, false),
        };
        let last = bytes.get(..end).unwrap_or(bytes);
        if let Ok(raw) = self.piece.close(last.get(..KEY_BYTES).unwrap_or(last), None) {
            self.key = String::from_utf8_lossy(raw.bytes).trim_matches('"').to_owned();
        }
        self.want = Want::Colon;
        self.end_token(is_whole);
        end
    }

    fn pass(&mut self, bytes: &[u8]) -> usize {
        let step = match &mut self.state {
            State::Pass(scan) => scan.run(bytes),
            State::PassStrict(scan) => scan.run(bytes),
            _ => return 0,
        };
        match step {
            Step::Open => bytes.len(),
            Step::Closed(end) | Step::Broken(end) | Step::Next(end) => {
                self.end_token(matches!(step, Step::Closed(_)));
                end
            }
        }
    }

    fn end_token(&mut self, is_whole: bool) {
        self.state = if is_whole || !self.is_past_list { State::Between } else { State::Lost };
    }
}
