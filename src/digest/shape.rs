//! A distinct kind of message: effective severity and masked text, with samples of what was really said.

use crate::entry::{Nanos, Severity};
use crate::hash;
use crate::limits;
use crate::order::Order as _;
use crate::trace;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// One real message, with the place it stands at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sample {
    pub(crate) time: i64,
    pub(crate) hash: u64,
    /// Hash of the file's identity: the same in every shard.
    pub(crate) file_key: u64,
    pub(crate) offset: u64,
    /// Message, then a line end and the detail, if there is one; cut at [`limits::SAMPLE_BYTES`].
    pub(crate) text: String,
    /// Length of the message alone.
    pub(crate) message_len: u32,
    /// What stood beside the message, as `key=value` pairs; empty mostly.
    pub(crate) fields: String,
    /// Whether every line looks like a part of a stack trace: told by the sample, since texts of one shape may differ in it.
    pub(crate) fragment: bool,
}

/// A shape.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    pub(crate) severity: Severity,
    pub(crate) audit: bool,
    /// The earliest message; equal times: the smaller hash.
    pub(crate) first: Sample,
    /// Distinct messages with the time of the first of each, the smallest by hash: what varies.
    pub(crate) others: Vec<(u64, i64, String)>,
    /// What stood beside messages, with their times: some of all, the smallest by hash.
    pub(crate) fields: Vec<(u64, i64, String)>,
}

/// A message about to be taken, before it is known whether a copy is needed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken<'t> {
    pub(crate) time: i64,
    pub(crate) hash: u64,
    pub(crate) file_key: u64,
    pub(crate) offset: u64,
    pub(crate) text: &'t str,
    pub(crate) message_len: usize,
    pub(crate) fields: &'t str,
    /// Whether they are quoted beside the message.
    pub(crate) shown: bool,
}

impl Sample {
    pub(crate) fn of(taken: &Taken<'_>, severity: Severity) -> Sample {
        let mut sample = Sample::default();
        sample.set(taken, severity);
        sample
    }

    fn set(&mut self, taken: &Taken<'_>, severity: Severity) {
        let text = cut(taken.text, sample_bytes(severity));
        self.time = taken.time;
        self.hash = taken.hash;
        self.file_key = taken.file_key;
        self.offset = taken.offset;
        self.text.clear();
        self.text.push_str(text);
        self.fields.clear();
        self.fields.push_str(if taken.shown { taken.fields } else { "" });
        self.message_len = u32::try_from(taken.message_len.min(text.len())).unwrap_or(u32::MAX);
        self.fragment = taken.text.lines().all(trace::is_fragment);
    }

    /// What decides which of two samples is the first.
    fn order(&self, time: i64, hash: u64) -> Ordering {
        (key_time(self.time), self.hash).cmp(&(key_time(time), hash))
    }
}

/// Rows without a time sort last here: a sample with a time says more.
fn key_time(time: i64) -> i64 {
    if time == super::rows::NO_TIME { i64::MAX } else { time }
}

impl Shape {
    /// Severity of all its entries.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Whether every line looks like a part of a stack trace.
    pub fn is_fragment(&self) -> bool {
        self.first.fragment
    }

    /// Whether its entries are audit entries.
    pub fn is_audit(&self) -> bool {
        self.audit
    }

    /// The earliest message with its detail.
    pub fn text(&self) -> &str {
        &self.first.text
    }

    /// The earliest message without its detail.
    pub fn message(&self) -> &str {
        self.first.text.get(..self.first.message_len as usize).unwrap_or(&self.first.text)
    }

    /// Whether the earliest message reaches the length up to which messages are kept; a character may end before it.
    pub fn is_full(&self) -> bool {
        self.first.text.len() + 3 >= sample_bytes(self.severity)
    }

    /// Time of the earliest message.
    pub fn first_time(&self) -> Option<Nanos> {
        (self.first.time != super::rows::NO_TIME).then_some(Nanos(self.first.time))
    }

    /// Some other messages of the same shape (a sample chosen by hash), in a fixed order.
    pub fn others(&self) -> impl Iterator<Item = &str> {
        self.others.iter().map(|(_, _, text)| text.as_str())
    }

    /// The sample that was said first at this time, if it was kept whole.
    pub(crate) fn said_at(&self, time: Nanos) -> Option<&str> {
        let whole = |text: &&str| text.len() + 3 < limits::EXTRA_SAMPLE_BYTES;
        self.others.iter().find(|(_, at, _)| *at == time.0).map(|(_, _, text)| text.as_str()).filter(whole)
    }

    /// The same with the time at which each was said first, in time order; none of those that have no time.
    pub(crate) fn timed(&self) -> Vec<(i64, &str)> {
        let times = self.others.iter().map(|(_, time, text)| (*time, text.as_str()));
        let mut timed: Vec<(i64, &str)> = times.filter(|(time, _)| *time != super::rows::NO_TIME).collect();
        timed.order();
        timed
    }

    pub(crate) fn take(&mut self, taken: &Taken<'_>) {
        // The same words at the same time: the smaller place stands for both.
        let order = self.first.order(taken.time, taken.hash);
        let is_before = (taken.file_key, taken.offset) < (self.first.file_key, self.first.offset);
        if order == Ordering::Greater || (order == Ordering::Equal && is_before) {
            self.first.set(taken, self.severity);
        }
        self.take_other(taken.hash, taken.time, taken.text);
        if !taken.fields.is_empty() {
            let hash = hash::mix(hash::bytes(taken.fields.as_bytes()), taken.time.unsigned_abs());
            self.take_fields(hash, taken.time, taken.fields);
        }
    }

    fn take_fields(&mut self, hash: u64, time: i64, fields: &str) {
        let full = self.fields.len() >= limits::FIELDS_PER_SHAPE;
        if full && self.fields.last().is_none_or(|(last, _, _)| hash >= *last) {
            return;
        }
        if let Err(at) = self.fields.binary_search_by_key(&hash, |(hash, _, _)| *hash) {
            if full {
                self.fields.pop();
            }
            self.fields.insert(at, (hash, time, fields.to_owned()));
        }
    }

    /// What stood beside some of its messages (a sample chosen by hash), with the time, in time order.
    pub(crate) fn fields(&self) -> Vec<(i64, &str)> {
        let mut fields: Vec<(i64, &str)> =
            self.fields.iter().map(|(_, time, text)| (*time, text.as_str())).collect();
        fields.order();
        fields
    }

    /// The same in no order that means anything.
    pub(crate) fn fields_unordered(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(_, _, text)| text.as_str())
    }

    /// What stood beside the earliest message, if the row at this time and place is that.
    pub(crate) fn fields_of(&self, time: i64, offset: u64) -> Option<&str> {
        let is_it = self.first.time == time && self.first.offset == offset;
        Some(self.first.fields.as_str()).filter(|fields| is_it && !fields.is_empty())
    }

    fn take_other(&mut self, hash: u64, time: i64, text: &str) {
        let full = self.others.len() >= limits::SAMPLES_PER_SHAPE;
        if full && self.others.last().is_none_or(|(last, ..)| hash > *last) {
            return;
        }
        match self.others.binary_search_by_key(&hash, |(hash, ..)| *hash) {
            Ok(at) => {
                if let Some((_, known, _)) =
                    self.others.get_mut(at).filter(|known| key_time(time) < key_time(known.1))
                {
                    *known = time;
                }
            }
            Err(at) => {
                if full {
                    self.others.pop();
                }
                self.others.insert(at, (hash, time, cut(text, limits::EXTRA_SAMPLE_BYTES).to_owned()));
            }
        }
    }

    pub(crate) fn join(&mut self, other: Shape) {
        for (hash, time, text) in other.others {
            self.take_other(hash, time, &text);
        }
        for (hash, time, text) in other.fields {
            self.take_fields(hash, time, &text);
        }
        let theirs = &other.first;
        let order = self.first.order(theirs.time, theirs.hash);
        if order == Ordering::Greater
            || (order == Ordering::Equal
                && (theirs.file_key, theirs.offset) < (self.first.file_key, self.first.offset))
        {
            self.first = other.first;
        }
    }
}

/// Bytes of a message that are kept.
fn sample_bytes(severity: Severity) -> usize {
    if severity >= Severity::Warning || severity == Severity::Default {
        limits::SAMPLE_BYTES
    } else {
        limits::CALM_SAMPLE_BYTES
    }
}

/// The longest beginning of a text that has at most `limit` bytes and ends at a character.
pub(crate) fn cut(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    let mut end = limit;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}
