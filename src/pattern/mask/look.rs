//! What a piece of text looks like: predicates over bytes, no context.

const TOP_DOMAINS: [&str; 18] = [
    "com", "net", "org", "edu", "gov", "mil", "io", "dev", "app", "cloud", "local", "internal", "lan", "de",
    "uk", "cn", "jp", "hk",
];

/// Bytes that end a chunk: bit `b` of the table.
const DELIMITERS: [u64; 4] = {
    let mut table = [u64::MAX >> 31, 0, 0, 0];
    let mut marks: &[u8] = b"\"'`,;=|!^*&?#()[]{}<>\x7f";
    while let [first, rest @ ..] = marks {
        let [low, high, ..] = &mut table;
        let word = if *first < 64 { low } else { high };
        *word |= 1 << (*first % 64);
        marks = rest;
    }
    table
};

/// Bytes that end a chunk.
pub(super) const fn is_delimiter(b: u8) -> bool {
    let [control, upper, low, high] = DELIMITERS;
    let word = match b >> 6 {
        0 => control,
        1 => upper,
        2 => low,
        _ => high,
    };
    word >> (b & 63) & 1 == 1
}

/// What a byte is in a chunk, as bits: a chunk is told by all of its bytes.
pub(super) const LETTER: u8 = 1;
/// The letters of hexadecimal numbers as ids have them, which are of no other class.
pub(super) const HEX: u8 = 2;
pub(super) const DIGIT: u8 = 4;
pub(super) const COLON: u8 = 8;
pub(super) const SLASH: u8 = 16;
/// Dots and dashes.
pub(super) const MARK: u8 = 32;
pub(super) const OTHER: u8 = 64;
/// No part of a chunk.
pub(super) const END: u8 = 0;

const CLASSES: [u8; 256] = {
    let mut classes = [OTHER; 256];
    let mut rest: &mut [u8] = &mut classes;
    let mut byte = 0u8;
    while let [class, after @ ..] = rest {
        *class = match byte {
            b'a'..=b'f' => HEX,
            b'g'..=b'z' | b'A'..=b'Z' => LETTER,
            b'0'..=b'9' => DIGIT,
            b':' => COLON,
            b'/' => SLASH,
            b'.' | b'-' => MARK,
            _ if is_delimiter(byte) => END,
            _ => OTHER,
        };
        byte = byte.wrapping_add(1);
        rest = after;
    }
    classes
};

/// One of the bits above.
pub(super) fn class(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(OTHER)
}

/// Whether a short text holds a byte.
pub(super) fn has(text: &str, byte: u8) -> bool {
    text.as_bytes().contains(&byte)
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

/// The length of a prefix that is punctuation (a sign before a digit belongs to the number).
pub(super) fn leading(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let first = bytes.first().copied()?;
    let next = bytes.get(1).copied().unwrap_or(0);
    match first {
        b'-' | b'+' if next.is_ascii_digit() => None,
        b'/' | b'~' => (next == first || next == 0).then_some(1),
        b'_' | b'\\' => None,
        b if b.is_ascii_punctuation() && !(b == b'.' && matches!(next, b'/' | b'.')) => Some(1),
        _ => None,
    }
}

/// Where to split a chunk in two: the first `:`, else `@`, `/` or `+`.
pub(super) fn separator(text: &str) -> Option<usize> {
    let find = |byte: u8| text.bytes().position(|b| b == byte);
    find(b':').or_else(|| find(b'@')).or_else(|| {
        let slash = find(b'/')?;
        text.bytes().any(|b| b.is_ascii_digit()).then_some(slash)
    })
}

pub(super) fn is_path(text: &str) -> bool {
    let bytes = text.as_bytes();
    let slashes = bytes.iter().filter(|b| **b == b'/').count();
    if slashes == 0 && !bytes.contains(&b'\\') {
        return false;
    }
    let named = bytes.iter().any(u8::is_ascii_alphanumeric);
    let rooted = matches!(bytes.first(), Some(b'/')) && bytes.len() > 1
        || text.starts_with("./")
        || text.starts_with("../")
        || text.starts_with("~/");
    let drive = bytes.get(1) == Some(&b':') && matches!(bytes.get(2), Some(b'\\' | b'/')) && bytes.len() > 3;
    named && (rooted || drive || text.starts_with("\\\\") || (slashes >= 2 && !text.contains(':')))
}

pub(super) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text
            .bytes()
            .enumerate()
            .all(|(i, b)| if matches!(i, 8 | 13 | 18 | 23) { b == b'-' } else { b.is_ascii_hexdigit() })
}

/// An IPv4 address, alone or with a port.
pub(super) fn is_address(text: &str) -> bool {
    if !text.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    let host = text.split([':', '/']).next().unwrap_or_default();
    host.split('.').count() == 4
        && host
            .split('.')
            .all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
}

/// A hardware or IPv6 address: hexadecimal groups with at least two colons, one of them not a clock.
pub(super) fn is_long_address(text: &str) -> bool {
    let groups = text.split(':').count();
    let hex = text.split(':').all(|g| g.len() <= 4 && g.bytes().all(|b| b.is_ascii_hexdigit()));
    hex && (groups >= 6
        || (groups >= 3 && text.contains("::"))
        || (groups >= 4 && text.bytes().any(|b| b.is_ascii_alphabetic())))
}

pub(super) fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let clean = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'+' | b'%');
    !name.is_empty() && name.bytes().all(clean) && host.bytes().all(clean) && is_mail_host(host)
}

fn is_mail_host(host: &str) -> bool {
    let top = host.rsplit_once('.').map_or("", |(_, top)| top);
    top.len() >= 2 && top.bytes().all(|b| b.is_ascii_lowercase()) && !host.starts_with('.')
}

/// `a.b.com`, `host-7.internal`: a name under a common top-level domain, not a reversed package name.
pub(super) fn is_host(text: &str) -> bool {
    if !has(text, b'.') {
        return false;
    }
    let Some((rest, top)) = text.rsplit_once('.') else { return false };
    let labels = text.split('.').count();
    let first = text.split('.').next().unwrap_or_default();
    // The name of an API says what was called.
    !text.ends_with(".googleapis.com")
        && !matches!(first, "com" | "org" | "net" | "io" | "edu" | "gov" | "dev" | "app")
        && TOP_DOMAINS.contains(&top)
        && (labels >= 2)
        && rest
            .split('.')
            .all(|l| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'))
}

/// A long run that mixes cases without separators: a token, a key, base64.
pub(super) fn is_opaque(text: &str) -> bool {
    let flips = text
        .as_bytes()
        .windows(2)
        .filter(|w| matches!(w, [a, b] if a.is_ascii_lowercase() != b.is_ascii_lowercase()))
        .count();
    flips * 4 > text.len() && !text.contains([' ', '.', '_', '-', ':'])
}

/// Digits with sign, separators, a fraction, an exponent, a unit; or hexadecimal.
pub(super) fn is_number(text: &str) -> bool {
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
