//! Elements that end where they stop being JSON, and what follows a broken one.

use super::super::recover::{Recovery, Search};
use super::super::scan::Step;
use super::super::strict::Strict;
use super::super::{Cut, Range, Raw, TOO_LONG, Take};
use super::{Again, Elements, NEAR, State};
use crate::entry::Severity;

impl Elements {
    pub(super) fn strict(&mut self, bytes: &[u8], take: Take<'_>) -> usize {
        let State::Strict { scan, found } = &mut self.state else { return 0 };
        let found = *found;
        match scan.run(bytes) {
            Step::Open => {
                self.piece.keep(bytes);
                bytes.len()
            }
            Step::Closed(end) => {
                let holds_objects = scan.holds_objects();
                self.close_strict(bytes.get(..end).unwrap_or(bytes), found, holds_objects, take);
                end
            }
            Step::Broken(end) | Step::Next(end) => {
                let broken = self.break_off(bytes.get(..end).unwrap_or(bytes));
                if let Some(broken) = broken.filter(|_| !found) {
                    take(broken.cut());
                }
                end
            }
        }
    }

    /// An object is closed by these bytes: an element, or else a part of the broken one before it.
    fn close_strict(&mut self, last: &[u8], found: bool, holds_objects: bool, take: Take<'_>) {
        self.state = State::Between { blanks: None, fresh: true };
        let next_group = self.member.as_mut().and_then(|member| member.next_group.take());
        let Some(recovery) = &mut self.recovery else { return };
        let group = next_group.unwrap_or_else(|| self.member.as_ref().and_then(|member| member.group));
        let raw = match self.piece.close(last, group) {
            Err(raw) => return take(Cut::Bad(raw, TOO_LONG)),
            Ok(raw) => raw,
        };
        if raw.bytes.first() == Some(&b'[') {
            self.state = State::After;
            return take(Cut::Bad(raw, "this is no object"));
        }
        let is_held = self.member.as_ref().is_some_and(|member| member.is_held);
        if found && !recovery.is_element(raw.bytes, is_held) {
            self.state = State::Search(Search::default());
            if holds_objects {
                self.again.extend(rewind(recovery, self.range, raw, &mut self.rewind));
            }
            return;
        }
        recovery.learn(raw.bytes);
        if let Some(member) = &mut self.member {
            member.group = group;
            member.hold(raw, holds_objects);
        }
        self.n_found += u64::from(found);
        take(Cut::Json(raw));
    }

    /// The open element is broken, and these are its last bytes. It may hide others, so it is read again from its second
    /// byte on, as far as that is affordable. Gives it.
    pub(super) fn break_off(&mut self, last: &[u8]) -> Option<Broken> {
        self.state = State::Search(Search::default());
        if let Some(member) = &mut self.member {
            member.next_group = None;
        }
        let recovery = self.recovery.as_mut()?;
        let (Ok(raw) | Err(raw)) = self.piece.close(last, None);
        self.again.extend(rewind(recovery, self.range, raw, &mut self.rewind));
        let why = match raw.bytes.len() {
            0 => Why::TooLong,
            1..=SHOWN => Why::SeenByParser,
            _ => Why::Broken,
        };
        let head = raw.bytes.get(..SHOWN).unwrap_or(raw.bytes).to_vec();
        Some(Broken { head, offset: raw.offset, line: raw.line, why })
    }

    /// Of elements that are still open when the text ends the first one is told, when it is clear whether it hides others.
    pub(super) fn finish_strict(&mut self, take: Take<'_>) {
        let mut open = None;
        let before = self.n_found;
        loop {
            while let State::Strict { found, .. } = self.state {
                let last = self.break_off(&[]);
                open = open.or(last.filter(|_| !found));
                self.read_again(take);
            }
            if !self.read_held_again(take) {
                break;
            }
        }
        if let Some(broken) = open {
            take(if self.n_found > before { broken.cut() } else { Cut::Unended });
        }
    }

    /// Reads what a break that no step saw wants to be read again.
    pub(super) fn read_again(&mut self, take: Take<'_>) {
        (self.at, self.lines.line) = self.rewind.take().unwrap_or((self.at, self.lines.line));
        self.push(&[], take);
    }

    /// Looks for the next element.
    pub(super) fn search(&mut self, bytes: &[u8]) -> usize {
        let State::Search(search) = &mut self.state else { return 0 };
        let wanted = self.member.as_ref().map(|member| member.wanted.as_str());
        let (used, place) = search.run(bytes, wanted);
        if let Some(n_since) = place {
            if let (Some(member), Some(key)) = (&mut self.member, search.list()) {
                // Until an element proves that a list began here, nobody knows the group.
                member.group = None;
                member.next_group = Some(if key == member.wanted { None } else { Severity::parse(key) });
            }
            // The brace may have come in an earlier piece; blanks between it and the quote are all the same.
            let opening = [b"{".as_slice(), &vec![b' '; n_since.saturating_sub(2)], b"\""].concat();
            let mut scan = Strict::new();
            let _ = scan.run(&opening);
            self.piece.begin((self.at + used as u64).saturating_sub(n_since as u64), self.lines.line);
            self.piece.keep(&opening);
            self.state = State::Strict { scan, found: true };
        }
        used
    }
}

/// What of a broken element is read again: from its second byte on, as far as that is affordable. Says from where.
fn rewind(
    recovery: &mut Recovery,
    range: Range,
    raw: Raw<'_>,
    place: &mut Option<(u64, u64)>,
) -> Option<Again> {
    let n_once = (raw.offset + raw.bytes.len() as u64).saturating_sub(range.start);
    let near = raw.bytes.len().saturating_sub(NEAR).max(1);
    let from = if recovery.afford(raw.bytes.len(), n_once) { 1 } else { near }.min(raw.bytes.len());
    let (own, again) = raw.bytes.split_at(from);
    if again.is_empty() {
        return None;
    }
    let lines = memchr::memchr_iter(b'\n', own).count() as u64;
    *place = Some((raw.offset + from as u64, raw.line + lines));
    Some(Again::new(again.to_vec()))
}

/// Bytes of a broken element up to where it breaks that are kept, so that the parser says what is wrong there.
const SHOWN: usize = 64 * 1024;

/// A broken element, for the list of what was skipped.
pub(super) struct Broken {
    head: Vec<u8>,
    offset: u64,
    line: u64,
    why: Why,
}

enum Why {
    TooLong,
    /// It ends where it stops being JSON, so the parser says where and why.
    SeenByParser,
    Broken,
}

impl Broken {
    pub(super) fn cut(&self) -> Cut<'_> {
        let raw = Raw { bytes: &self.head, offset: self.offset, line: self.line, group: None };
        match self.why {
            Why::TooLong => Cut::Bad(raw, TOO_LONG),
            Why::SeenByParser => Cut::Json(raw),
            Why::Broken => Cut::Bad(raw, "the object is broken"),
        }
    }
}
