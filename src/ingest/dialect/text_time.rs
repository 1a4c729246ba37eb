//! The time at the head of a text line. Takes a line, gives the instant, the time as written and what follows it.

use super::fields::epoch;
use crate::entry::Nanos;

/// A line that begins with a time.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Timed<'t> {
    pub(super) time: Nanos,
    pub(super) time_text: &'t str,
    pub(super) rest: &'t str,
}

/// `2025-09-16T04:36:31.118Z rest`, `2025-09-16 04:36:31,118 rest`, `[2025-09-16 04:36:31 +0000] rest`,
/// `2025/09/16 04:36:31 rest`, `1726461391.118 rest`; a time without zone is taken as UTC.
pub(super) fn leading(line: &str) -> Option<Timed<'_>> {
    let open = line.starts_with('[');
    let text = if open { line.get(1..)? } else { line };
    let (time, end) = civil(text).or_else(|| number(text))?;
    let after = text.get(end..)?;
    let after = if open { after.strip_prefix(']').unwrap_or(after) } else { after };
    Some(Timed { time, time_text: text.get(..end)?, rest: after.trim_start() })
}

fn civil(text: &str) -> Option<(Nanos, usize)> {
    let bytes = text.as_bytes();
    let digits_from = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let mut end = 19;
    if !(bytes.get(..4)?.iter().all(u8::is_ascii_digit) && bytes.get(16) == Some(&b':')) {
        return None;
    }
    if matches!(bytes.get(end), Some(b'.' | b',')) && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end = digits_from(end + 1);
    }
    let bare = text.get(..end)?;
    match bytes.get(end..)? {
        [b'Z' | b'z', ..] => Some((Nanos::parse(bare)?, end + 1)),
        [b' ', b'U', b'T', b'C', ..] => Some((Nanos::parse(bare)?, end + 4)),
        [b'+' | b'-', ..] => zoned(text, bare, end, end),
        [b' ', b'+' | b'-', digit, ..] if digit.is_ascii_digit() => zoned(text, bare, end, end + 1),
        _ => Some((Nanos::parse(bare)?, end)),
    }
}

/// A time with an offset that begins at `sign`.
fn zoned(text: &str, bare: &str, end: usize, sign: usize) -> Option<(Nanos, usize)> {
    let offset = text.get(sign + 1..)?;
    let len = offset.find(|c: char| !(c.is_ascii_digit() || c == ':')).unwrap_or(offset.len());
    let offset = text.get(sign..sign + 1 + len)?.trim_end_matches(':');
    match Nanos::parse(&format!("{bare}{offset}")) {
        Some(time) => Some((time, sign + offset.len())),
        None => Some((Nanos::parse(bare)?, end)),
    }
}

fn number(text: &str) -> Option<(Nanos, usize)> {
    let end = text.find([' ', '\t', ']'])?;
    // Shorter numbers at the head of a line are seldom times.
    if end < 10 { None } else { Some((epoch(text.get(..end)?)?, end)) }
}
