//! Bytes of a file → UTF-8 text, streaming.
//!
//! UTF-8 is handed through untouched, so offsets in the text are offsets in the file (a byte-order mark counts); what
//! is no UTF-8 in it is replaced record by record by who reads the records. UTF-16 is decoded here, unit by unit: what is
//! no UTF-16 is replaced, halves are kept over borders of chunks. (encoding_rs does the same, but brings the tables of
//! every legacy encoding into the page: 150 kB of its gzipped size.)

use super::facts::Encoding;

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
        units: Units,
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
        let big = match encoding {
            Encoding::Utf16Le => false,
            Encoding::Utf16Be => true,
            Encoding::Utf8 => return Decoder::Utf8 { skip: 0 },
            Encoding::Utf8Bom => return Decoder::Utf8 { skip: if inside { 0 } else { mark_len(encoding) } },
        };
        Decoder::Utf16 {
            units: Units { big, ..Units::default() },
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
            Decoder::Utf16 { units, text } => {
                for step in bytes.chunks(STEP_BYTES) {
                    text.clear();
                    step.iter().for_each(|byte| units.byte(*byte, text));
                    if !text.is_empty() {
                        take(text.as_bytes());
                    }
                }
                if last {
                    text.clear();
                    units.end(text);
                    if !text.is_empty() {
                        take(text.as_bytes());
                    }
                }
            }
        }
    }
}

/// What is pending between two bytes of a UTF-16 text.
#[derive(Debug, Default)]
pub struct Units {
    /// Big-endian.
    big: bool,
    /// Something but a byte-order mark has been seen.
    begun: bool,
    /// First byte of a unit.
    half: Option<u8>,
    /// First unit of a pair.
    high: Option<u16>,
}

impl Units {
    fn byte(&mut self, byte: u8, text: &mut String) {
        match self.half.take() {
            None => self.half = Some(byte),
            Some(first) if self.big => self.unit(u16::from_be_bytes([first, byte]), text),
            Some(first) => self.unit(u16::from_le_bytes([first, byte]), text),
        }
    }

    fn unit(&mut self, unit: u16, text: &mut String) {
        let first = !std::mem::replace(&mut self.begun, true);
        if first && unit == 0xFEFF {
            return;
        }
        if let Some(high) = self.high.take() {
            if (0xDC00..=0xDFFF).contains(&unit) {
                let code = 0x1_0000 + ((u32::from(high) - 0xD800) << 10) + (u32::from(unit) - 0xDC00);
                text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                return;
            }
            text.push(char::REPLACEMENT_CHARACTER);
        }
        match unit {
            0xD800..=0xDBFF => self.high = Some(unit),
            _ => text.push(char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER)),
        }
    }

    /// Half a pair and half a unit at the end are one replaced character.
    fn end(&mut self, text: &mut String) {
        if self.high.take().is_some() | self.half.take().is_some() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
}

#[cfg(test)]
mod tests;
