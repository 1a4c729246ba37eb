//! A message → its skeleton: digits and hexadecimal ids by place and length alone, all else as it is.
//!
//! Messages of one skeleton are masked alike, but for words with digits that a shape keeps: [`kept`] tells where those stand, or
//! that more than their places decides. So a reader masks one message of each skeleton and knows the shapes of the others.

use super::word::NAMES;
use super::{Mode, look, mask_text};
use crate::entry::head;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// What stands for a byte of an id: no text has it, since it is no UTF-8.
const ID: u8 = 0xFF;
/// Least length of an id, and least digits in it: no unit, no name and no version is as long.
const ID_BYTES: usize = 8;
const ID_DIGITS: usize = 3;

/// Classes of which a chunk with an id in it has the last two and none of the others; marks and colons may end it.
const TELLING: u8 = look::LETTER | look::SLASH | look::OTHER | IN_ID;
const IN_ID: u8 = look::HEX | look::DIGIT;

/// Puts the skeleton of `text` into `out`: as long as the text, digits as `0`, and the bytes of hexadecimal ids that stand alone as
/// [`ID`].
pub(crate) fn write(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    out.clear();
    out.extend(bytes.iter().map(|byte| if byte.is_ascii_digit() { b'0' } else { *byte }));
    // In `<5 d1…` the letter behind a number is its unit.
    let is_angled = |at: usize| bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
    if memchr::memchr_iter(b'<', bytes).any(is_angled) {
        return keep_prefixes(bytes, out);
    }
    let (mut start, mut seen) = (0, 0);
    for (at, byte) in bytes.iter().enumerate() {
        let class = look::class(*byte);
        if class != look::END {
            seen |= class;
            continue;
        }
        hide(text, start, at, seen, out);
        (start, seen) = (at + 1, 0);
    }
    hide(text, start, bytes.len(), seen, out);
    keep_prefixes(bytes, out);
}

/// `0x` says what follows it: before an x the digit counts.
fn keep_prefixes(bytes: &[u8], out: &mut [u8]) {
    for at in memchr::memchr2_iter(b'x', b'X', bytes) {
        let before = at.checked_sub(1);
        if let Some((byte, slot)) = before.and_then(|at| Some((bytes.get(at)?, out.get_mut(at)?)))
            && *slot != ID
        {
            *slot = *byte;
        }
    }
}

/// Puts [`ID`] for each byte of the chunk of these classes, if it is an id whatever its letters are.
fn hide(text: &str, start: usize, end: usize, seen: u8, out: &mut [u8]) {
    if seen & TELLING == IN_ID
        && end - start >= ID_BYTES
        && let Some(chunk) = text.get(start..end)
    {
        // Marks that end a word are no part of it.
        let id = chunk.trim_end_matches(['.', ':']);
        let digits = id.bytes().filter(u8::is_ascii_digit).count();
        let is_plain = id.bytes().all(|b| b.is_ascii_hexdigit()) && id.len() >= ID_BYTES;
        // Behind a comma its first digits may be parts of a second.
        let before = start.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        if digits >= ID_DIGITS && before != Some(&b',') && (is_plain || look::is_uuid(id)) {
            let bytes = out.get_mut(start..start + id.len()).unwrap_or_default();
            bytes.iter_mut().filter(|byte| **byte != b'-').for_each(|byte| *byte = ID);
        }
    }
}

/// Skeletons of what is kept or not for the value of its digits: names, statuses before their reasons, and ports.
static VALUED: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let bare =
        |name: &str| -> String { name.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect() };
    let names = NAMES.iter().map(|name| bare(name));
    let reasons = super::code::REASONS.iter().map(|reason| format!("000 {reason}"));
    let words: Vec<String> = std::iter::once("port".to_owned()).chain(names).chain(reasons).collect();
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()
});

/// Appends the shape of a message and gives the places of the words that it keeps with their digits; `None` where the shape depends
/// on the digits in more than that. `is_fragment` tells lines of traces, which are masked in another way.
pub(crate) fn kept(
    text: &str,
    skeleton: &[u8],
    is_fragment: fn(&str) -> bool,
    out: &mut String,
) -> Option<Vec<(usize, usize)>> {
    if is_valued(skeleton) || text.lines().any(|line| is_doubtful(line) || is_fragment(line.trim_end())) {
        return None;
    }
    let mut places = Vec::new();
    mask_text(text, Mode { keep_codes: true, settle: true }, |_| false, Some(&mut places), out);
    Some(places)
}

fn is_valued(skeleton: &[u8]) -> bool {
    let Some(finder) = VALUED.as_ref() else { return true };
    finder.find_iter(skeleton).any(|hit| {
        let begins = hit.start().checked_sub(1).and_then(|at| skeleton.get(at));
        // `report 12` names no port.
        hit.pattern().as_usize() != 0 || !begins.is_some_and(u8::is_ascii_alphanumeric)
    })
}

/// Lines that may be some of a trace by the value of a number, or behind a logger's head.
fn is_doubtful(line: &str) -> bool {
    let bare = line.trim();
    let is_klog = matches!(bare.as_bytes(), [b'I' | b'W' | b'E' | b'F', b'0'..=b'9', ..]);
    bare.starts_with("at ") || bare.starts_with("eval at ") || is_klog || !head::split(line).0.is_empty()
}

#[cfg(test)]
mod tests {
    use super::write;

    #[test]
    fn digits_and_ids_leave_their_places() {
        let of = |text: &str| {
            let mut out = Vec::new();
            write(text, &mut out);
            String::from_utf8_lossy(&out).replace('\u{FFFD}', "#")
        };
        assert_eq!(of("take 12 of 3fab12cd34"), "take 00 of ##########");
        assert_eq!(
            of("id=0b54cfe2-9d1c-4b0e-8f9c-0c7a5b1f2d3e."),
            "id=########-####-####-####-############."
        );
        assert_eq!(of("0xdead 1xdead <1234567d>"), "0xdead 1xdead <0000000d>");
    }
}
