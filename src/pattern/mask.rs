//! One message → its shape: constant words stay, variable parts become `<*>`.
//!
//! One pass over bytes, no state beside the last word seen: equal messages have equal shapes in any shard, and a shape is
//! its own shape. Numbers that a diagnosis needs (exit codes, signals, HTTP statuses, error numbers, well-known ports,
//! versions) stay as they are; [`mask_codes`] masks those as well, for clustering.

mod ansi;
mod code;
mod fragment;
mod list;
mod look;
pub(crate) mod skeleton;
mod time;
mod word;

pub use ansi::strip_ansi;

use crate::entry::head;
use crate::limits::SAMPLE_BYTES;

/// What a variable part is replaced with.
pub const VARIABLE: &str = "<*>";

/// Appends the shape of `text` to `out`. Codes that matter for a diagnosis stay.
pub fn mask(text: &str, out: &mut String) {
    mask_lines(text, |_| false, out);
}

/// Appends the shape of `text` to `out` with codes masked too: `status 404` and `status 503` become equal.
pub fn mask_codes(text: &str, out: &mut String) {
    mask_text(text, Mode { keep_codes: false, settle: true }, |_| false, None, out);
}

/// As [`mask_codes`] before its fixed point: equal results have equal shapes, so a caller with a table of results masks
/// each message once. The shape is the result put through [`mask_codes`].
pub(super) fn mask_codes_once(text: &str, out: &mut String) {
    mask_text(text, Mode { keep_codes: false, settle: false }, |_| false, None, out);
}

/// As [`mask`], but lines which are parts of a stack trace stay verbatim except addresses and process, thread and
/// goroutine ids.
pub fn mask_lines(text: &str, is_fragment: impl Fn(&str) -> bool, out: &mut String) {
    mask_text(text, Mode { keep_codes: true, settle: true }, is_fragment, None, out);
}

/// As [`mask_lines`] before its fixed point, and a number that tells which lines were fragments: texts for which both are
/// equal have equal shapes, so a caller with a table of results settles each once. Only for texts far below the cap.
pub(crate) fn mask_lines_once(text: &str, is_fragment: impl Fn(&str) -> bool, out: &mut String) -> u64 {
    let marks = std::cell::Cell::new(1u64);
    let noted = |line: &str| {
        let is = is_fragment(line);
        marks.set(marks.get().wrapping_mul(3).wrapping_add(u64::from(is)));
        is
    };
    mask_text(text, Mode { keep_codes: true, settle: false }, noted, None, out);
    marks.get()
}

/// How a message is masked.
#[derive(Clone, Copy)]
struct Mode {
    keep_codes: bool,
    /// Whether lines are masked until that changes nothing.
    settle: bool,
}

/// `kept` takes the places of what was copied with a digit in it.
fn mask_text(
    text: &str,
    mode: Mode,
    is_fragment: impl Fn(&str) -> bool,
    mut kept: Option<&mut Vec<(usize, usize)>>,
    out: &mut String,
) {
    let text = cut(text, SAMPLE_BYTES);
    let stripped;
    let text = if text.as_bytes().contains(&0x1b) {
        stripped = strip_ansi(text);
        stripped.as_str()
    } else {
        text
    };
    let base = out.len();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_end();
        if number > 0 {
            out.push('\n');
        }
        let is_fragment = is_fragment(line);
        // What a logger puts before a line of a trace is as variable as before any other.
        let (before, line) = if is_fragment { head::split(line) } else { ("", line) };
        for (part, fragment) in [(before, false), (line, is_fragment)] {
            let lexer = Lexer {
                bytes: part.as_bytes(),
                line: part,
                keep_codes: mode.keep_codes,
                out,
                base,
                word: (0, 0),
                variables: 0,
                // An empty part may stand anywhere.
                origin: part.as_ptr().addr().wrapping_sub(text.as_ptr().addr()),
                kept: kept.as_deref_mut(),
            };
            if fragment {
                lexer.fragment();
            } else {
                let start = lexer.out.len();
                lexer.line();
                if mode.settle {
                    settle(out, base, start, mode.keep_codes);
                }
            }
        }
    }
    let end = base + cut(out.get(base..).unwrap_or_default(), SAMPLE_BYTES).trim_end().len();
    out.truncate(end);
}

/// Masks the line at `start` again while that changes it. Only what touches a variable (`a/<*>`) can read otherwise.
fn settle(out: &mut String, base: usize, start: usize, keep_codes: bool) {
    for _ in 0..8 {
        let line = out.get(start..).unwrap_or_default();
        let bytes = line.as_bytes();
        let touching = |(at, _): (usize, &str)| {
            let next = bytes.get(at + 3).copied().unwrap_or(b' ');
            let last = at.checked_sub(1).and_then(|i| bytes.get(i)).copied().unwrap_or(b' ');
            !(look::is_delimiter(next) && look::is_delimiter(last))
        };
        if !line.match_indices(VARIABLE).any(touching) {
            return;
        }
        let before = line.to_owned();
        out.truncate(start);
        let lexer = Lexer {
            bytes: before.as_bytes(),
            line: &before,
            keep_codes,
            out,
            base,
            word: (0, 0),
            variables: 0,
            origin: 0,
            kept: None,
        };
        lexer.line();
        if out.get(start..) == Some(before.as_str()) {
            return;
        }
    }
}

/// At most `limit` bytes of `text`, cut between characters.
fn cut(text: &str, limit: usize) -> &str {
    text.get(..text.floor_char_boundary(limit)).unwrap_or(text)
}

/// The bytes of one line, being masked.
struct Lexer<'a> {
    bytes: &'a [u8],
    line: &'a str,
    keep_codes: bool,
    out: &'a mut String,
    /// Where this message starts in `out`.
    base: usize,
    /// Span of the last word, for the context of a number.
    word: (usize, usize),
    /// Variables put out.
    variables: usize,
    /// Where the line begins in its message.
    origin: usize,
    /// Places in the message of what was copied with a digit in it, where somebody asks.
    kept: Option<&'a mut Vec<(usize, usize)>>,
}

impl Lexer<'_> {
    fn at(&self, i: usize) -> u8 {
        self.bytes.get(i).copied().unwrap_or(0)
    }

    fn text(&self, from: usize, to: usize) -> &str {
        self.line.get(from..to).unwrap_or_default()
    }

    fn copy(&mut self, from: usize, to: usize) {
        let text = self.line.get(from..to).unwrap_or_default();
        self.out.push_str(text);
        if let Some(kept) = &mut self.kept
            && text.bytes().any(|b| b.is_ascii_digit())
        {
            kept.push((self.origin + from, self.origin + to));
        }
    }

    fn variable(&mut self) {
        self.out.push_str(VARIABLE);
        self.word = (0, 0);
        self.variables += 1;
    }

    fn line(mut self) {
        let blanks = |bytes: &[u8], from: usize| {
            bytes.iter().skip(from).take_while(|b| b.is_ascii_whitespace()).count()
        };
        let mut i = blanks(self.bytes, 0);
        let start = self.out.len();
        while let Some(&b) = self.bytes.get(i) {
            if self.out.len() - self.base >= SAMPLE_BYTES {
                break;
            }
            i = if b.is_ascii_whitespace() {
                self.out.push(' ');
                i + 1 + blanks(self.bytes, i + 1)
            } else if b == b'<' {
                self.angle(i)
            } else if look::is_delimiter(b) {
                self.out.push(char::from(b));
                i + 1
            } else {
                self.chunk(i)
            };
        }
        if self.variables >= list::LIST {
            list::collapse(self.out, start);
        }
    }

    /// `<*>` stays; `<1 sec` is a duration; any other `<` is punctuation.
    fn angle(&mut self, i: usize) -> usize {
        if self.text(i, i + 3) == VARIABLE {
            self.variable();
            return i + 3;
        }
        let digits = self.bytes.iter().skip(i + 1).take_while(|b| b.is_ascii_digit()).count();
        if digits > 0 {
            let mut at = i + 1 + digits;
            at += usize::from(self.at(at) == b' ');
            let letters = self.bytes.iter().skip(at).take_while(|b| b.is_ascii_alphabetic()).count();
            if look::is_duration_unit(self.text(at, at + letters)) {
                self.variable();
                return at + letters;
            }
        }
        self.out.push('<');
        i + 1
    }

    /// A run of bytes between delimiters.
    fn chunk(&mut self, i: usize) -> usize {
        let (mut end, mut seen) = (i, 0);
        for b in self.bytes.iter().skip(i) {
            let class = look::class(*b);
            if class == look::END {
                break;
            }
            seen |= class;
            end += 1;
        }
        // Nearly all are words of letters or numbers of digits, which are nothing else.
        let is_word = seen & !(look::LETTER | look::HEX) == 0;
        if is_word && !self.bytes.get(i).is_some_and(u8::is_ascii_uppercase) {
            return self.simple(i, end, Lexer::plain);
        }
        if seen == look::DIGIT {
            return self.simple(i, end, Lexer::number);
        }
        if let Some((end, clock)) = time::date(self.bytes, i) {
            self.variable();
            if clock {
                self.out.push_str(":<*>:<*>");
            }
            return end;
        }
        let reach = if seen & (look::COLON | look::SLASH) == 0 { end } else { self.resource(i, end) };
        if reach > end {
            end = reach;
        }
        if self.at(i) == b'/' && i > 0 && self.at(i - 1) == b'<' && self.at(end) == b'>' {
            // A closing tag, as coloured consoles and HTML error pages print it.
            self.copy(i, end);
            return end;
        }
        let mut last = end;
        while last > i + 1 && matches!(self.at(last - 1), b'.' | b':' | b'?' | b'!') {
            last -= 1;
        }
        if self.text(i, end) == "/" && is_method(self.text(self.word.0, self.word.1)) && self.word.1 + 1 == i
        {
            self.variable();
            return end;
        }
        if self.is_id(i) {
            self.variable();
        } else if self.text(i, last).bytes().all(|b| b.is_ascii_alphabetic()) {
            self.plain(i, last);
        } else {
            self.classify(i, last, 0);
        }
        self.copy(last, end);
        if last < end && self.word.1 == last && self.at(last) != b':' {
            self.word = (0, 0);
        }
        end + self.restated_size(end)
    }

    /// A chunk of letters or of digits alone, which no mark ends.
    fn simple(&mut self, from: usize, to: usize, put: fn(&mut Self, usize, usize)) -> usize {
        if self.is_id(from) {
            self.variable();
        } else {
            put(self, from, to);
        }
        to + self.restated_size(to)
    }

    /// Whether it is the value of a key that names a process, a thread or a job: `tid=oxk` is an id without a digit in it.
    fn is_id(&self, i: usize) -> bool {
        let (from, to) = self.word;
        to + 1 == i && self.at(to) == b'=' && matches!(self.text(from, to), "pid" | "tid" | "jid" | "bid")
    }

    /// Where a URL or path that starts in this chunk ends: it may hold `=`, `&`, `,` and `;`.
    fn resource(&self, i: usize, end: usize) -> usize {
        let text = self.text(i, end);
        let url = look::has(text, b':') && text.contains("://");
        let path = text.starts_with('/') && text.len() > 2;
        if !url && !path {
            return end;
        }
        let more = self.bytes.iter().skip(end);
        let goes_on =
            |b: &u8| matches!(b, b'=' | b'?' | b'&' | b';' | b',' | b'*') || !look::is_delimiter(*b);
        let mut reach = end + more.take_while(|b| goes_on(b)).count();
        while reach > end && matches!(self.at(reach - 1), b',' | b';' | b'.' | b':' | b'=') {
            reach -= 1;
        }
        // `/path, next` and `/path=value` of a list are two things: only a query string reaches further.
        if url || self.at(end) == b'?' { reach } else { end }
    }

    /// A word of letters alone.
    fn plain(&mut self, from: usize, to: usize) {
        let text = self.text(from, to);
        let is_boolean = matches!(text.len(), 4 | 5) && look::is_boolean(text);
        if is_boolean || (text.len() >= 8 && look::is_hex(text)) {
            self.variable();
        } else {
            self.copy(from, to);
            self.word = (from, to);
        }
    }

    /// `1301 bytes (1.27 KB)`: the parenthesis says the size once more; its length is skipped.
    fn restated_size(&self, end: usize) -> usize {
        if self.at(end + 1) != b'(' || !matches!(self.text(self.word.0, self.word.1), "bytes" | "B") {
            return 0;
        }
        let text = self.text(end, self.bytes.len().min(end + 24));
        if !text.starts_with(" (") {
            return 0;
        }
        let Some((inside, _)) = text.get(2..).and_then(|t| t.split_once(')')) else { return 0 };
        let Some((number, unit)) = inside.split_once(' ') else { return 0 };
        let numeric =
            !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',');
        if numeric && look::is_size_unit(unit) { inside.len() + 3 } else { 0 }
    }
}

/// Whether a request line starts: its path is a variable even if it is `/`.
fn is_method(word: &str) -> bool {
    matches!(word, "GET" | "POST" | "PUT" | "HEAD" | "PATCH" | "DELETE" | "OPTIONS")
}

#[cfg(test)]
mod tests;
