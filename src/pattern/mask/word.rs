//! One chunk of a line (no spaces, no brackets) → its shape, appended.

use super::Lexer;

/// Names with digits that are words, not values.
const NAMES: [&str; 30] = [
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

/// Ports by which people name a service rather than a connection.
const PORTS: [&str; 24] = [
    "22", "25", "53", "80", "443", "465", "587", "1433", "1521", "3000", "3306", "4000", "5000", "5432",
    "5672", "6379", "8000", "8080", "8081", "8443", "8888", "9000", "9200", "27017",
];

/// Programs whose version, written `name 3.11`, is worth reading.
const PROGRAMS: [&str; 22] = [
    "python",
    "node",
    "nodejs",
    "php",
    "ruby",
    "java",
    "jdk",
    "go",
    "django",
    "flask",
    "gunicorn",
    "uvicorn",
    "nginx",
    "npm",
    "pnpm",
    "yarn",
    "rust",
    "dotnet",
    "postgresql",
    "mysql",
    "redis",
    "version",
];

const TOP_DOMAINS: [&str; 18] = [
    "com", "net", "org", "edu", "gov", "mil", "io", "dev", "app", "cloud", "local", "internal", "lan", "de",
    "uk", "cn", "jp", "hk",
];

/// Bytes that end a chunk.
pub(super) fn is_delimiter(b: u8) -> bool {
    b <= b' '
        || matches!(
            b,
            b'"' | b'\'' | b'`' | b',' | b';' | b'=' | b'|' | b'!' | b'^' | b'*' | b'&' | b'?' | b'#' | 0x7f
        )
        || matches!(b, b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'<' | b'>')
}

pub(super) fn is_boolean(text: &str) -> bool {
    matches!(text, "true" | "false" | "True" | "False" | "TRUE" | "FALSE")
}

pub(super) fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit())
}

pub(super) fn is_duration_unit(text: &str) -> bool {
    matches!(text, "ns" | "us" | "µs" | "ms" | "s" | "m" | "h" | "d" | "sec" | "secs" | "min" | "mins")
}

pub(super) fn is_size_unit(text: &str) -> bool {
    matches!(
        text,
        "B" | "b"
            | "KB"
            | "kB"
            | "kb"
            | "MB"
            | "GB"
            | "TB"
            | "KiB"
            | "MiB"
            | "GiB"
            | "Ki"
            | "Mi"
            | "Gi"
            | "K"
            | "M"
            | "G"
    )
}

impl Lexer<'_> {
    /// Appends the shape of the bytes `from..to`, which hold no delimiter.
    pub(super) fn classify(&mut self, from: usize, to: usize, depth: u8) {
        let text = self.line.get(from..to).unwrap_or_default();
        let bytes = text.as_bytes();
        if text.is_empty() {
            return;
        }
        if let Some((_, rest)) = text.split_once("://") {
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
                return self.classify(end, to, depth + 1);
            }
            if let Some(skip) = leading(text) {
                self.copy(from, from + skip);
                return self.classify(from + skip, to, depth + 1);
            }
            if is_path(text) && !is_address(text.get(1..).unwrap_or_default()) {
                return self.path(from, to);
            }
            if is_uuid(text) || is_long_address(text) || is_email(text) {
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
            return if self.keep_codes && self.is_code(from, to) {
                self.copy(from, to)
            } else {
                self.variable()
            };
        }
        if NAMES.iter().any(|name| name.eq_ignore_ascii_case(text))
            || (self.keep_codes && self.is_error_code(from, to))
        {
            self.copy(from, to);
            self.word = (from, to);
            return;
        }
        if let Some(cut) = text.rfind(['.', '-'])
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

    /// The word before `from`, if only ` :=("#[/` lies between.
    fn before(&self, from: usize) -> &str {
        let (start, end) = self.word;
        let gap = self.text(end, from);
        let near = gap.len() <= 4
            && gap.bytes().all(|b| matches!(b, b' ' | b':' | b'=' | b'(' | b')' | b'"' | b'[' | b'/'));
        if near && end <= from { self.text(start, end) } else { "" }
    }

    /// Whether the number at `from..to` means something by itself.
    fn is_code(&self, from: usize, to: usize) -> bool {
        let text = self.text(from, to);
        let word = self.before(from);
        if word.is_empty() || word.len() > 60 {
            return false;
        }
        let lower = word.to_ascii_lowercase();
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            let dots = text.bytes().filter(|b| *b == b'.').count();
            let version = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            return version
                && self.at(from.saturating_sub(1)) == b' '
                && (dots == 2 || PROGRAMS.contains(&lower.as_str()));
        }
        if lower == "port" {
            return PORTS.contains(&text);
        }
        let after_exit = matches!(lower.as_str(), "with" | "by")
            && self.text(0, self.word.0).trim_end().ends_with("exited");
        text.len() <= 5
            && (after_exit
                || lower.starts_with("http/")
                || matches!(
                    lower.as_str(),
                    "exit" | "code" | "status" | "signal" | "errno" | "sqlstate" | "http" | "statuscode"
                )
                || ["error", "exception", "_code", "code"].iter().any(|end| lower.ends_with(end)))
    }

    /// `TS2305`, `E11000`, `ORA-00001` where an error is named: first on the line, before a colon or after `error`.
    fn is_error_code(&self, from: usize, to: usize) -> bool {
        let text = self.text(from, to);
        let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
        let tail = text.get(letters..).unwrap_or_default().trim_start_matches('-');
        let coded = (1..=6).contains(&letters)
            && (3..=6).contains(&tail.len())
            && tail.bytes().all(|b| b.is_ascii_digit());
        let word = self.before(from).to_ascii_lowercase();
        coded
            && (from == 0
                || self.at(to) == b':'
                || ["error", "code", "exception", "errno"].iter().any(|end| word.ends_with(end)))
    }
}

/// The length of a prefix that is punctuation (a sign before a digit belongs to the number).
fn leading(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let first = bytes.first().copied()?;
    let next = bytes.get(1).copied().unwrap_or(0);
    match first {
        b'-' | b'+' if next.is_ascii_digit() => None,
        b'/' if is_address(text.get(1..)?) => None,
        b'/' | b'~' => (next == first || next == 0).then_some(1),
        b'_' | b'\\' => None,
        b if b.is_ascii_punctuation() && !(b == b'.' && matches!(next, b'/' | b'.')) => Some(1),
        _ => None,
    }
}

/// Where to split a chunk in two: the first `:`, else `@`, `/` or `+`.
fn separator(text: &str) -> Option<usize> {
    text.find(':').or_else(|| text.find('@')).or_else(|| {
        let slash = text.find('/')?;
        text.bytes().any(|b| b.is_ascii_digit()).then_some(slash)
    })
}

fn is_path(text: &str) -> bool {
    let bytes = text.as_bytes();
    let named = bytes.iter().any(u8::is_ascii_alphanumeric);
    let slashes = bytes.iter().filter(|b| **b == b'/').count();
    let rooted = matches!(bytes.first(), Some(b'/')) && bytes.len() > 1
        || text.starts_with("./")
        || text.starts_with("../")
        || text.starts_with("~/");
    let drive = bytes.get(1) == Some(&b':') && matches!(bytes.get(2), Some(b'\\' | b'/')) && bytes.len() > 3;
    named && (rooted || drive || text.starts_with("\\\\") || (slashes >= 2 && !text.contains(':')))
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text
            .bytes()
            .enumerate()
            .all(|(i, b)| if matches!(i, 8 | 13 | 18 | 23) { b == b'-' } else { b.is_ascii_hexdigit() })
}

/// An IPv4 address, alone or with a port.
fn is_address(text: &str) -> bool {
    let host = text.split([':', '/']).next().unwrap_or_default();
    host.split('.').count() == 4
        && host
            .split('.')
            .all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
}

/// A hardware or IPv6 address: hexadecimal groups with at least two colons, one of them not a clock.
fn is_long_address(text: &str) -> bool {
    let groups = text.split(':').count();
    let hex = text.split(':').all(|g| g.len() <= 4 && g.bytes().all(|b| b.is_ascii_hexdigit()));
    hex && (groups >= 6
        || (groups >= 3 && text.contains("::"))
        || (groups >= 4 && text.bytes().any(|b| b.is_ascii_alphabetic())))
}

fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let clean = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'+' | b'%');
    !name.is_empty() && name.bytes().all(clean) && host.bytes().all(clean) && is_host(host)
}

/// `a.b.com`, `host-7.internal`: a name under a common top-level domain, not a reversed package name.
fn is_host(text: &str) -> bool {
    let Some((rest, top)) = text.rsplit_once('.') else { return false };
    let labels = text.split('.').count();
    let first = text.split('.').next().unwrap_or_default();
    !matches!(first, "com" | "org" | "net" | "io" | "edu" | "gov" | "dev" | "app")
        && TOP_DOMAINS.contains(&top)
        && (labels >= 2)
        && rest
            .split('.')
            .all(|l| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'))
}

/// A long run that mixes cases without separators: a token, a key, base64.
fn is_opaque(text: &str) -> bool {
    let flips = text
        .as_bytes()
        .windows(2)
        .filter(|w| matches!(w, [a, b] if a.is_ascii_lowercase() != b.is_ascii_lowercase()))
        .count();
    flips * 4 > text.len() && !text.contains([' ', '.', '_', '-', ':'])
}

/// Digits with sign, separators, a fraction, an exponent, a unit; or hexadecimal.
fn is_number(text: &str) -> bool {
    let body = text.trim_start_matches(['-', '+', '$']);
    if body.strip_prefix("0x").or_else(|| body.strip_prefix("0X")).is_some_and(is_hex) {
        return true;
    }
    if !body.bytes().next().is_some_and(|b| b.is_ascii_digit()) {
        return false;
    }
    let unit = body.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '_');
    unit.len() <= 4 && unit.bytes().all(|b| b.is_ascii_alphabetic() || b == b'%' || b >= 0x80)
}
