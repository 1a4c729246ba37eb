//! The open record over pieces: what of it came before is carried, what lies in one piece is never copied.

use super::{Raw, too_long};
use crate::entry::Severity;

/// The open record, and the line count up to it.
#[derive(Debug, Default)]
pub(super) struct Piece {
    carry: Vec<u8>,
    /// Bytes of the open record so far, also those no longer kept because it is too long.
    len: usize,
    offset: u64,
    line: u64,
    open: bool,
}

impl Piece {
    /// A record begins.
    pub(super) fn begin(&mut self, offset: u64, line: u64) {
        self.carry.clear();
        self.len = 0;
        self.offset = offset;
        self.line = line;
        self.open = true;
    }

    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    /// Bytes that are carried.
    pub(super) fn carried(&self) -> &[u8] {
        &self.carry
    }

    /// The piece ends inside the record: keeps its last bytes.
    pub(super) fn keep(&mut self, bytes: &[u8]) {
        self.len += bytes.len();
        if too_long(self.len) {
            self.carry = Vec::new();
        } else {
            self.carry.extend_from_slice(bytes);
        }
    }

    /// The record ends with these bytes; gives it, or `Err` with its first bytes if it is too long to be kept.
    pub(super) fn close<'a>(
        &'a mut self,
        bytes: &'a [u8],
        group: Option<Severity>,
    ) -> Result<Raw<'a>, Raw<'a>> {
        self.open = false;
        let (offset, line) = (self.offset, self.line);
        let whole = self.len + bytes.len();
        if too_long(whole) {
            return Err(Raw { bytes: &[], offset, line, group });
        }
        if self.carry.is_empty() {
            return Ok(Raw { bytes, offset, line, group });
        }
        self.carry.extend_from_slice(bytes);
        Ok(Raw { bytes: &self.carry, offset, line, group })
    }
}

/// Counts lines over pieces.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lines {
    /// The line that the next byte stands in, from 1.
    pub line: u64,
}

impl Default for Lines {
    fn default() -> Lines {
        Lines { line: 1 }
    }
}

impl Lines {
    /// Passes over bytes.
    pub(super) fn pass(&mut self, bytes: &[u8]) {
        self.line += memchr::memchr_iter(b'\n', bytes).count() as u64;
    }
}
