//! zip, read from the front: local headers, stored and deflated members, data descriptors, zip64 sizes.
//!
//! The directory at the end is not needed for reading and only tells that the archive is complete. A stored member
//! whose size comes after it (no common program writes one) can't be read this way, which is said.

use super::{Part, Parts, Trouble, is_file};
use crate::error::Code;
use flate2::{Decompress, FlushDecompress, Status};

const LOCAL: &[u8; 4] = b"PK\x03\x04";
const CENTRAL: &[u8; 4] = b"PK\x01\x02";
const END: &[u8; 4] = b"PK\x05\x06";
const DESCRIPTOR: &[u8; 4] = b"PK\x07\x08";
/// Bytes of a local header before name and extra field.
const HEADER_BYTES: usize = 30;
const OUT_BYTES: usize = 64 * 1024;

/// Reader of a zip file.
#[derive(Debug, Default)]
pub(super) struct Zip {
    /// A header or descriptor that is not complete yet.
    head: Vec<u8>,
    state: State,
    output: Vec<u8>,
}

#[derive(Debug, Default)]
enum State {
    /// At a header.
    #[default]
    Header,
    /// In a stored body, or one that is passed over.
    Stored {
        left: u64,
        wanted: bool,
    },
    /// In a deflated body.
    Deflated {
        inflate: Box<Decompress>,
        wanted: bool,
        descriptor: bool,
        wide: bool,
    },
    /// Behind a body whose sizes follow.
    Descriptor {
        wide: bool,
    },
    /// At the directory: everything was read.
    Done,
    Dead,
}

struct Header {
    name: String,
    flags: u16,
    method: u16,
    packed: u64,
    wide: bool,
    len: usize,
}

impl Zip {
    pub(super) fn push(&mut self, bytes: &[u8], part: Parts<'_>) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let used = match &mut self.state {
                State::Header => self.header(rest, part),
                State::Stored { .. } => self.stored(rest, part),
                State::Deflated { .. } => self.deflated(rest, part),
                State::Descriptor { .. } => self.descriptor(rest),
                State::Done | State::Dead => return,
            };
            rest = rest.get(used..).unwrap_or(&[]);
        }
    }

    pub(super) fn finish(&mut self, part: Parts<'_>) {
        match self.state {
            State::Done | State::Dead => {}
            _ => {
                part(Part::Trouble(Trouble::cut("The zip archive ends before its directory.")));
            }
        }
    }

    /// Gathers a local header; gives the bytes used.
    fn header(&mut self, bytes: &[u8], part: Parts<'_>) -> usize {
        let need = need(&self.head).saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(bytes.get(..need).unwrap_or(bytes));
        match self.head.first_chunk::<4>() {
            None | Some(LOCAL) => {}
            Some(CENTRAL | END) => {
                self.state = State::Done;
                return need;
            }
            Some(_) => {
                self.fail(Code::ETruncated, "The zip archive is damaged; what came before was read.", part);
                return need;
            }
        }
        if let Some(header) = parse(&self.head).filter(|header| header.len == self.head.len()) {
            self.head.clear();
            self.member(&header, part);
        }
        need
    }

    fn member(&mut self, header: &Header, part: Parts<'_>) {
        let descriptor = header.flags & 8 != 0;
        let refusal = match header {
            Header { flags, .. } if flags & 1 != 0 => Some((Code::EPassword, "It is encrypted.")),
            Header { method: 0 | 8, .. } => None,
            _ => {
                Some((Code::EFormat, "It is packed in a way that is not read (neither stored nor deflated)."))
            }
        };
        if let Some((code, detail)) = refusal {
            if is_file(&header.name) {
                let member = Some(header.name.clone());
                part(Part::Trouble(Trouble { member, ..Trouble::new(code, detail) }));
            }
            if descriptor && header.packed == 0 {
                self.fail(code, "The members behind it can't be found without its size.", part);
            } else {
                self.state = State::Stored { left: header.packed, wanted: false };
                self.end_if_empty(part);
            }
            return;
        }
        let wanted = is_file(&header.name);
        if wanted {
            part(Part::Member(&header.name));
        }
        if header.method == 8 {
            let inflate = Box::new(Decompress::new(false));
            self.state = State::Deflated { inflate, wanted, descriptor, wide: header.wide };
        } else if descriptor && header.packed == 0 && wanted {
            self.fail(Code::EFormat, "A stored member does not say its size.", part);
        } else {
            self.state = State::Stored { left: header.packed, wanted };
            self.end_if_empty(part);
        }
    }

    fn end_if_empty(&mut self, part: Parts<'_>) {
        if let State::Stored { left: 0, wanted } = self.state {
            if wanted {
                part(Part::End);
            }
            self.state = State::Header;
        }
    }

    fn stored(&mut self, bytes: &[u8], part: Parts<'_>) -> usize {
        let State::Stored { left, wanted } = &mut self.state else { return 0 };
        let n = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
        *left -= n as u64;
        if *wanted {
            part(Part::Data(bytes.get(..n).unwrap_or(bytes)));
        }
        self.end_if_empty(part);
        n
    }

    fn deflated(&mut self, bytes: &[u8], part: Parts<'_>) -> usize {
        let State::Deflated { inflate, wanted, descriptor, wide } = &mut self.state else { return 0 };
        self.output.resize(OUT_BYTES, 0);
        let (before_in, before_out) = (inflate.total_in(), inflate.total_out());
        let status = inflate.decompress(bytes, &mut self.output, FlushDecompress::None);
        let used = usize::try_from(inflate.total_in() - before_in).unwrap_or(0);
        let written = usize::try_from(inflate.total_out() - before_out).unwrap_or(0);
        if *wanted && written > 0 && !part(Part::Data(self.output.get(..written).unwrap_or(&[]))) {
            self.state = State::Dead;
            return used;
        }
        match status {
            Ok(Status::StreamEnd) => {
                if *wanted {
                    part(Part::End);
                }
                self.state = if *descriptor { State::Descriptor { wide: *wide } } else { State::Header };
            }
            Ok(_) if used > 0 || written > 0 => {}
            _ => self.fail(Code::ETruncated, "A zip member is damaged; what came before was read.", part),
        }
        used
    }

    /// Sizes behind a body: with or without a signature, 4 or 8 bytes each.
    fn descriptor(&mut self, bytes: &[u8]) -> usize {
        let State::Descriptor { wide } = self.state else { return 0 };
        let sizes = if wide { 16 } else { 8 };
        let need = match self.head.first_chunk::<4>() {
            None => 4,
            Some(DESCRIPTOR) => 8 + sizes,
            Some(_) => 4 + sizes,
        };
        let n = (need - self.head.len().min(need)).min(bytes.len());
        self.head.extend_from_slice(bytes.get(..n).unwrap_or(bytes));
        let complete = match self.head.first_chunk::<4>() {
            None => false,
            Some(DESCRIPTOR) => self.head.len() == 8 + sizes,
            Some(_) => self.head.len() == 4 + sizes,
        };
        if complete {
            self.head.clear();
            self.state = State::Header;
        }
        n
    }

    fn fail(&mut self, code: Code, detail: &str, part: Parts<'_>) {
        self.state = State::Dead;
        part(Part::Trouble(Trouble { cuts: true, ..Trouble::new(code, detail) }));
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk::<2>().map(|b| u16::from_le_bytes(*b))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk::<4>().map(|b| u32::from_le_bytes(*b))
}

/// Bytes that a header is long, as far as it tells yet.
fn need(head: &[u8]) -> usize {
    match head.len() {
        0..4 => 4,
        4..HEADER_BYTES => HEADER_BYTES,
        _ => {
            HEADER_BYTES
                + usize::from(u16_at(head, 26).unwrap_or(0))
                + usize::from(u16_at(head, 28).unwrap_or(0))
        }
    }
}

fn parse(head: &[u8]) -> Option<Header> {
    let len = if head.len() < HEADER_BYTES { return None } else { need(head) };
    let name_len = usize::from(u16_at(head, 26)?);
    let name = head.get(HEADER_BYTES..HEADER_BYTES + name_len)?;
    let extra = head.get(HEADER_BYTES + name_len..len)?;
    let packed = u32_at(head, 18)?;
    let unpacked = u32_at(head, 22)?;
    let wide = zip64(extra);
    Some(Header {
        name: String::from_utf8_lossy(name).into_owned(),
        flags: u16_at(head, 6)?,
        method: u16_at(head, 8)?,
        packed: match wide {
            // The extra field holds the unpacked size first, where its short form is all ones.
            Some(field) if packed == u32::MAX => {
                let at = if unpacked == u32::MAX { 8 } else { 0 };
                field.get(at..)?.first_chunk::<8>().map(|b| u64::from_le_bytes(*b))?
            }
            _ => u64::from(packed),
        },
        wide: wide.is_some(),
        len,
    })
}

/// The zip64 part of an extra field.
fn zip64(extra: &[u8]) -> Option<&[u8]> {
    let mut rest = extra;
    while rest.len() >= 4 {
        let len = usize::from(u16_at(rest, 2)?);
        let body = rest.get(4..4 + len)?;
        if u16_at(rest, 0)? == 1 {
            return Some(body);
        }
        rest = rest.get(4 + len..)?;
    }
    None
}
