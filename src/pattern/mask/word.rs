//! One chunk of a line (no spaces, no brackets) → its shape, appended.

use super::Lexer;
use super::look::{
    has, is_address, is_email, is_host, is_long_address, is_number, is_opaque, is_path, is_uuid, leading,
    separator,
};

/// Names with digits that are words, not values.
pub(super) const NAMES: [&str; 30] = [
    "x86_64",
    "sha256",
    "sha512",
    "sha384",
    "base64",
    "utf16",
    "utf32",
    "utf-8",
    "utf-16",
    "int16",
    "int32",
    "int64",
    "uint32",
    "uint64",
    "float32",
    "float64",
    "amd64",
    "arm64",
    "aarch64",
    "win32",
    "win64",
    "rs256",
    "hs256",
    "es256",
    "rfc3339",
    "iso8601",
    "iso-8859-1",
    "latin1",
    "aes256",
    "windows-1252",
];

impl Lexer<'_> {
    /// Appends the shape of the bytes `from..to`, which hold no delimiter.
    pub(super) fn classify(&mut self, from: usize, to: usize, depth: u8) {
        let text = self.line.get(from..to).unwrap_or_default();
        let bytes = text.as_bytes();
        if text.is_empty() {
            return;
        }
        let colon = has(text, b':');
        if colon && let Some((_, rest)) = text.split_once("://") {
            let scheme = to - rest.len();
            self.copy(from, scheme);
            if !rest.is_empty() {
                self.variable();
            }
            return;
        }
        if bytes.iter().all(u8::is_ascii_alphabetic) {
            return self.plain(from, to);
        }
        if bytes.iter().all(u8::is_ascii_punctuation) {
            return self.copy(from, to);
        }
        if text.len() <= 8 && (text.starts_with("HTTP/") || text.starts_with("http/")) {
            self.copy(from, to);
            self.word = (from, to);
            return;
        }
        if depth < 16 {
            if let Some((end, clock)) = super::time::date(self.bytes, from).filter(|(end, _)| *end <= to) {
                self.variable();
                if clock {
                    self.out.push_str(":<*>:<*>");
                }
                self.classify(end, to, depth + 1);
                return;
            }
            if text.strip_prefix('/').is_some_and(is_address) {
                // A JVM prints an address as `name/address`, also when it has no name.
                return self.classify(from + 1, to, depth + 1);
            }
            if let Some(skip) = leading(text) {
                self.copy(from, from + skip);
                return self.classify(from + skip, to, depth + 1);
            }
            if is_path(text) {
                return self.path(from, to);
            }
            if is_uuid(text) || (colon && is_long_address(text)) || (has(text, b'@') && is_email(text)) {
                return self.variable();
            }
            if let Some(at) = separator(text) {
                self.classify(from, from + at, depth + 1);
                self.copy(from + at, from + at + 1);
                return self.classify(from + at + 1, to, depth + 1);
            }
        }
        self.word(from, to);
    }

    /// `/a/b` is one variable; a trailing `:12` (line, port) is one of its own.
    fn path(&mut self, from: usize, to: usize) {
        let text = self.line.get(from..to).unwrap_or_default();
        self.variable();
        if let Some((_, tail)) = text.rsplit_once(':')
            && !tail.is_empty()
            && tail.bytes().all(|b| b.is_ascii_digit())
        {
            self.out.push(':');
            self.variable();
        }
    }

    /// Digits with what belongs to a number.
    pub(super) fn number(&mut self, from: usize, to: usize) {
        if self.keep_codes && self.is_code(from, to) {
            self.copy(from, to);
        } else {
            self.variable();
        }
    }

    /// A word without `:`, `/`, `@` in it.
    fn word(&mut self, from: usize, to: usize) {
        let text = self.line.get(from..to).unwrap_or_default();
        let bytes = text.as_bytes();
        let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
        if digits == 0 {
            if is_host(text) || (text.len() >= 40 && text.is_ascii() && is_opaque(text)) {
                return self.variable();
            }
            self.copy(from, to);
            self.word = (from, to);
            return;
        }
        if is_number(text) {
            return self.number(from, to);
        }
        if NAMES.iter().any(|name| name.eq_ignore_ascii_case(text))
            || (self.keep_codes && self.is_error_code(from, to))
        {
            self.copy(from, to);
            self.word = (from, to);
            return;
        }
        if let Some(cut) = bytes.iter().rposition(|b| matches!(b, b'.' | b'-'))
            && text.get(cut + 1..).is_some_and(is_number)
            && text.get(..cut).is_some_and(|stem| stem.bytes().all(|b| b.is_ascii_alphabetic()))
        {
            self.copy(from, from + cut + 1);
            return self.variable();
        }
        if self.is_constant(text, digits) {
            self.copy(from, to);
            self.word = (from, to);
        } else {
            self.variable();
        }
    }

    /// Whether a word with `digits` digits is a name: `eth1`, `ssh2`, `us-east1`, `jk2_init`.
    fn is_constant(&self, text: &str, digits: usize) -> bool {
        let starts = text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_' || b >= 0x80);
        if !starts || digits > 2 || text.len() > 48 || is_host(text) {
            return false;
        }
        text.split(['_', '-', '.', '$']).all(|part| {
            let count = part.bytes().filter(u8::is_ascii_digit).count();
            count == 0 || (count == 1 && part.len() > 1)
        })
    }
}
