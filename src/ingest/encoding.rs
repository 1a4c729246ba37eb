//! Bytes of a file → UTF-8 text, streaming.
//!
//! UTF-8 is handed through untouched, so offsets in the text are offsets in the file (a byte-order mark counts); what
//! is no UTF-8 in it is replaced record by record by who reads the records. UTF-16 goes through encoding_rs, which
//! replaces what is no UTF-16 and keeps halves over borders of chunks.

use super::facts::Encoding;
use encoding_rs::{CoderResult, UTF_16BE, UTF_16LE};

/// Bytes that are decoded in one go.
const STEP_BYTES: usize = 64 * 1024;
/// Bytes that are looked at for a pattern of NULs.
const PATTERN_BYTES: usize = 1024;

/// What the first bytes say. A text without byte-order mark is UTF-16 if every other byte of its beginning is NUL
/// and (almost) none of the others is: log text is mostly ASCII.
pub fn sniff(head: &[u8]) -> Encoding {
    match head {
        [0xEF, 0xBB, 0xBF, ..] => return Encoding::Utf8Bom,
        [0xFF, 0xFE, 0, 0, ..] => {}
        [0xFF, 0xFE, ..] => return Encoding::Utf16Le,
        [0xFE, 0xFF, ..] => return Encoding::Utf16Be,
        _ => {}
    }
    let head = head.get(..PATTERN_BYTES).unwrap_or(head);
    let (pairs, _) = head.as_chunks::<2>();
    let low = pairs.iter().filter(|[low, _]| *low == 0).count();
    let high = pairs.iter().filter(|[_, high]| *high == 0).count();
    let (most, few) = (pairs.len() * 7 / 10, pairs.len() / 20);
    match () {
        () if pairs.is_empty() => Encoding::Utf8,
        () if high > most && low <= few => Encoding::Utf16Le,
        () if low > most && high <= few => Encoding::Utf16Be,
        () => Encoding::Utf8,
    }
}

/// Bytes of the byte-order mark at the beginning of a text in this encoding that stay in front of the text.
pub fn mark_len(encoding: Encoding) -> usize {
    if encoding == Encoding::Utf8Bom { 3 } else { 0 }
}

/// A decoder of one file.
pub enum Decoder {
    /// Handed through, but for so many bytes at the beginning.
    Utf8 {
        /// Bytes of the mark that are still to come.
        skip: usize,
    },
    /// Decoded into a buffer.
    Utf16 {
        /// The state.
        decoder: encoding_rs::Decoder,
        /// The buffer.
        text: String,
    },
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Decoder::Utf8 { .. } => "Utf8",
            Decoder::Utf16 { .. } => "Utf16",
        })
    }
}

impl Decoder {
    /// A decoder for bytes that begin at the beginning of the file, or inside it.
    pub fn new(encoding: Encoding, inside: bool) -> Decoder {
        let utf16 = match encoding {
            Encoding::Utf16Le => UTF_16LE,
            Encoding::Utf16Be => UTF_16BE,
            Encoding::Utf8 => return Decoder::Utf8 { skip: 0 },
            Encoding::Utf8Bom => return Decoder::Utf8 { skip: if inside { 0 } else { mark_len(encoding) } },
        };
        Decoder::Utf16 {
            decoder: utf16.new_decoder_with_bom_removal(),
            text: String::with_capacity(STEP_BYTES * 2),
        }
    }

    /// Decodes the next bytes; `last` ends the text. `take` may be called several times, or never.
    pub fn push(&mut self, bytes: &[u8], last: bool, take: &mut dyn FnMut(&[u8])) {
        match self {
            Decoder::Utf8 { skip } => {
                let skipped = bytes.len().min(*skip);
                *skip -= skipped;
                let rest = bytes.get(skipped..).unwrap_or(&[]);
                if !rest.is_empty() {
                    take(rest);
                }
            }
            Decoder::Utf16 { decoder, text } => {
                let mut rest = bytes;
                loop {
                    text.clear();
                    let step = rest.get(..STEP_BYTES).unwrap_or(rest);
                    let ends = last && step.len() == rest.len();
                    let (result, read, _) = decoder.decode_to_string(step, text, ends);
                    rest = rest.get(read..).unwrap_or(&[]);
                    if !text.is_empty() {
                        take(text.as_bytes());
                    }
                    if rest.is_empty() && result == CoderResult::InputEmpty {
                        return;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
