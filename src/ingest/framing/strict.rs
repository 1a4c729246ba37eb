//! Finds where a JSON object or list ends and notices at once when it is none: what stands where nothing like it can stand breaks it.
//!
//! For arrays without a mark of their own between elements, where a lost quote or bracket would swallow all that follows.
//! Lets through whatever the parser lets through (commas before a closing bracket, words such as `NaN`).

use super::scan::Step;
use crate::limits::JSON_DEPTH;
use memchr::memchr3;

/// What may stand next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Want {
    /// A key, or the end of the object.
    Key,
    Colon,
    /// A value, or the end of the list.
    Value,
    /// A comma or a closing bracket.
    After,
}

/// State of an open object.
#[derive(Clone, Debug)]
pub(super) struct Strict {
    want: Want,
    in_string: bool,
    escape: bool,
    in_word: bool,
    /// One bit for each open bracket, the innermost lowest: whether it is that of a list.
    lists: u128,
    depth: usize,
    /// Whether an object stands in a list of it.
    holds_objects: bool,
}

impl Strict {
    pub(super) fn new() -> Strict {
        Strict {
            want: Want::Value,
            in_string: false,
            escape: false,
            in_word: false,
            lists: 0,
            depth: 0,
            holds_objects: false,
        }
    }

    /// Whether an object stands in a list of it: only then it can hide elements.
    pub(super) fn holds_objects(&self) -> bool {
        self.holds_objects
    }

    /// Takes the next bytes; the first one ever given must be an opening bracket.
    pub(super) fn run(&mut self, bytes: &[u8]) -> Step {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if self.in_string {
                match self.string(bytes, at) {
                    Ok(next) => at = next,
                    Err(step) => return step,
                }
                continue;
            }
            if self.in_word {
                if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.') {
                    at += 1;
                    continue;
                }
                self.in_word = false;
                self.want = Want::After;
            }
            if !self.token(byte) {
                return Step::Broken(at);
            }
            at += 1;
            if self.depth == 0 {
                return Step::Closed(at);
            }
        }
        Step::Open
    }

    /// Goes on inside a string; gives where to go on, or that the text ends or breaks in it.
    fn string(&mut self, bytes: &[u8], at: usize) -> Result<usize, Step> {
        if self.escape && bytes.get(at) != Some(&b'\n') {
            self.escape = false;
            return Ok(at + 1);
        }
        let rest = bytes.get(at..).unwrap_or(&[]);
        let len = memchr3(b'"', b'\\', b'\n', rest).ok_or(Step::Open)?;
        match rest.get(len) {
            Some(b'"') => {
                self.in_string = false;
                self.want = if self.want == Want::Key { Want::Colon } else { Want::After };
            }
            Some(b'\\') => self.escape = true,
            _ => return Err(Step::Broken(at + len)),
        }
        Ok(at + len + 1)
    }

    /// Takes a byte outside of strings and words; says whether it may stand here.
    fn token(&mut self, byte: u8) -> bool {
        let in_list = self.lists & 1 == 1;
        match (byte, self.want) {
            (b' ' | b'\t' | b'\n' | b'\r', _) => {}
            (b'"', Want::Key | Want::Value) => {
                self.in_string = true;
                self.escape = false;
            }
            (b'{' | b'[', Want::Value) if self.depth <= JSON_DEPTH => {
                self.depth += 1;
                self.holds_objects |= in_list && byte == b'{';
                self.lists = (self.lists << 1) | u128::from(byte == b'[');
                self.want = if byte == b'[' { Want::Value } else { Want::Key };
            }
            (b'}', Want::Key | Want::After) if !in_list => self.close(),
            (b']', Want::Value | Want::After) if in_list => self.close(),
            (b':', Want::Colon) => self.want = Want::Value,
            (b',', Want::After) => self.want = if in_list { Want::Value } else { Want::Key },
            (b'+' | b'-' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z', Want::Value) if self.depth > 0 => {
                self.in_word = true;
            }
            _ => return false,
        }
        true
    }

    fn close(&mut self) {
        self.depth -= 1;
        self.lists >>= 1;
        self.want = Want::After;
    }
}
