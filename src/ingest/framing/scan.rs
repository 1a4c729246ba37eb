//! Finds where a JSON value ends, over pieces of any size: brackets and strings, nothing else.
//!
//! A raw line end can't stand inside a JSON string, so one inside a string means the record is broken there. That, and
//! a line that begins like the next element ([`Scan::watch`]), keep damage to the record that holds it.

use memchr::memchr3;

/// What a piece of bytes did to the open value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It goes on; all bytes belong to it.
    Open,
    /// It ends before this byte of the piece.
    Closed(usize),
    /// A raw line end stands in a string at this byte.
    Broken(usize),
    /// The next record begins at this byte although this one is not closed.
    Next(usize),
}

/// State of an open value.
#[derive(Clone, Debug, Default)]
pub(super) struct Scan {
    depth: u32,
    in_string: bool,
    escape: bool,
    /// Blanks since the last line end, while only blanks have been seen.
    blanks: Option<u32>,
    /// A line that begins with exactly so many blanks and `{` begins the next record.
    watch: Option<u32>,
}

impl Scan {
    pub(super) fn new(watch: Option<u32>) -> Scan {
        Scan { watch, ..Scan::default() }
    }

    /// Takes the next bytes of the value; the first ones given must be its opening bracket or quote.
    pub(super) fn run(&mut self, bytes: &[u8]) -> Step {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if self.in_string {
                if self.escape && byte != b'\n' {
                    self.escape = false;
                    at += 1;
                    continue;
                }
                let rest = bytes.get(at..).unwrap_or(&[]);
                let Some(len) = memchr3(b'"', b'\\', b'\n', rest) else { return Step::Open };
                at += len;
                match rest.get(len) {
                    Some(b'"') => self.in_string = false,
                    Some(b'\\') => self.escape = true,
                    _ => return Step::Broken(at),
                }
                at += 1;
                if !self.in_string && self.depth == 0 {
                    return Step::Closed(at);
                }
                continue;
            }
            match byte {
                b'"' => {
                    self.in_string = true;
                    self.escape = false;
                }
                b'{' | b'[' => {
                    if byte == b'{' && self.depth > 0 && self.blanks.is_some() && self.blanks == self.watch {
                        return Step::Next(at);
                    }
                    self.depth += 1;
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Step::Closed(at + 1);
                    }
                }
                b'\n' => {
                    self.blanks = Some(0);
                    at += 1;
                    continue;
                }
                b' ' | b'\t' => {
                    self.blanks = self.blanks.map(|n| n.saturating_add(1));
                    at += 1;
                    continue;
                }
                _ => {}
            }
            self.blanks = None;
            at += 1;
        }
        Step::Open
    }
}
