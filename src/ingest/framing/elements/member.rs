//! Elements of a list that is the member of an object: the list has an end of its own, and another may follow.

use super::super::recover::Search;
use super::super::{Range, Raw, Take};
use super::{Again, Elements, State};
use crate::entry::Severity;

/// A list that is the member of an object, and ends with its bracket.
#[derive(Debug, Default)]
pub(super) struct Member {
    /// The key of lists.
    pub wanted: String,
    pub group: Option<Severity>,
    /// The group of an object that stands first in its list, if it turns out to be an element.
    pub next_group: Option<Option<Severity>>,
    /// Whether its bracket was met.
    pub is_closed: bool,
    /// The last whole element, if it has lists of objects: where its end was lost, these may be elements.
    pub held: Option<Held>,
    /// Whether such an element is being read again.
    pub is_held: bool,
    /// Whether the text ended while an element was looked for.
    pub is_lost: bool,
}

/// A whole element.
#[derive(Debug, Default)]
pub(super) struct Held {
    bytes: Vec<u8>,
    offset: u64,
    line: u64,
}

impl Member {
    /// Holds the last whole element, where it may hide others.
    pub(super) fn hold(&mut self, raw: Raw<'_>, may_hide: bool) {
        if !may_hide {
            self.held = None;
            return;
        }
        let held = self.held.get_or_insert_default();
        (held.offset, held.line) = (raw.offset, raw.line);
        held.bytes.clear();
        held.bytes.extend_from_slice(raw.bytes);
    }
}

impl Elements {
    /// Elements of lists that are members of objects, under this key or in groups.
    pub(in crate::ingest::framing) fn members(range: Range, wanted: &str) -> Elements {
        let wanted = wanted.to_owned();
        let member = Member { wanted, ..Member::default() };
        Elements { member: Some(member), ..Elements::new(range, false, None) }
    }

    /// Begins the next list; what was learnt from earlier ones stays.
    pub(in crate::ingest::framing) fn begin_list(&mut self, at: u64, line: u64, group: Option<Severity>) {
        (self.at, self.lines.line) = (at, line);
        self.state = State::Between { blanks: None, fresh: true };
        if let Some(member) = &mut self.member {
            (member.group, member.next_group, member.is_closed) = (group, None, false);
            member.held = None;
        }
    }

    /// The list did not end at its bracket, or what followed is damaged: goes on from here, where elements may begin; the
    /// last byte was a comma or not. The group holds on unless it may have been another's.
    pub(in crate::ingest::framing) fn go_on(&mut self, at: u64, line: u64, comma: bool, keeps_group: bool) {
        (self.at, self.lines.line) = (at, line);
        self.state = State::Search(if comma { Search::behind_comma() } else { Search::default() });
        if let Some(member) = &mut self.member {
            member.group = member.group.filter(|_| keeps_group);
            (member.next_group, member.is_closed) = (None, false);
        }
    }

    /// Whether the list ended with its bracket: then where, and what from there on was read before, the next last.
    pub(in crate::ingest::framing) fn end_list(&mut self) -> Option<(u64, u64, Vec<Again>)> {
        let is_closed = self.member.as_ref().is_some_and(|member| member.is_closed);
        is_closed.then(|| (self.at, self.lines.line, std::mem::take(&mut self.again)))
    }

    /// Whether the text ended behind damage, so that the end of the list may lie in it.
    pub(in crate::ingest::framing) fn is_lost(&self) -> bool {
        self.member.as_ref().is_some_and(|member| member.is_lost)
    }

    /// Whether no bracket ended the list.
    pub(in crate::ingest::framing) fn end_list_is_missing(&self) -> bool {
        self.member.as_ref().is_none_or(|member| !member.is_closed)
    }

    /// The text ends within a list whose last whole element has lists of objects. That element may have lost its end, so that
    /// it took elements behind it for its own: reads it again from its second byte on. Says whether there was one.
    pub(super) fn read_held_again(&mut self, take: Take<'_>) -> bool {
        let Some(member) = self.member.as_mut().filter(|member| !member.is_closed) else { return false };
        let Some(held) = member.held.take() else { return false };
        member.is_held = true;
        self.piece.begin(held.offset, held.line);
        self.piece.keep(&held.bytes);
        let _ = self.break_off(&[]);
        self.read_again(take);
        true
    }
}
