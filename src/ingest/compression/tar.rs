//! tar: 512-byte headers and padded bodies; ustar, GNU long names, pax paths. Only plain files are handed on.

use super::{Part, Parts, Trouble, is_file};
use crate::error::Code;

const BLOCK: usize = 512;
/// Longest name record that is kept.
const NAME_BYTES: usize = 64 * 1024;

/// Reader of a tar file.
#[derive(Debug, Default)]
pub(super) struct Tar {
    block: Vec<u8>,
    /// Bytes of the open body and of its padding that are still to come.
    body: u64,
    padding: u64,
    what: What,
    long: Vec<u8>,
    /// Name for the next member, from a record before it.
    name: Option<String>,
    ended: bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum What {
    #[default]
    Nothing,
    File,
    LongName,
    Pax,
}

/// Whether bytes are the first header of a tar file.
pub(super) fn is_header(block: &[u8]) -> bool {
    block.get(257..262) == Some(b"ustar") && checksum_fits(block)
}

fn checksum_fits(block: &[u8]) -> bool {
    let Some(block) = block.get(..BLOCK) else { return false };
    let sum: u64 = block
        .iter()
        .enumerate()
        .map(|(at, b)| if (148..156).contains(&at) { u64::from(b' ') } else { u64::from(*b) })
        .sum();
    octal(block.get(148..156).unwrap_or(&[])) == Some(sum)
}

/// A number field: octal digits, or GNU's base 256.
fn octal(field: &[u8]) -> Option<u64> {
    if field.first().is_some_and(|b| b & 0x80 != 0) {
        let rest = field.get(1..)?;
        return rest.iter().try_fold(0u64, |n, b| n.checked_mul(256)?.checked_add(u64::from(*b)));
    }
    let digits = field.iter().skip_while(|b| **b == b' ').take_while(|b| (b'0'..=b'7').contains(*b));
    digits.copied().try_fold(0u64, |n, b| n.checked_mul(8)?.checked_add(u64::from(b - b'0')))
}

fn text(field: &[u8]) -> String {
    let end = memchr::memchr(0, field).unwrap_or(field.len());
    String::from_utf8_lossy(field.get(..end).unwrap_or(field)).into_owned()
}

impl Tar {
    pub(super) fn push(&mut self, bytes: &[u8], part: Parts<'_>) {
        let mut rest = bytes;
        while !rest.is_empty() && !self.ended {
            if self.body > 0 {
                rest = self.take_body(rest, part);
            } else if self.padding > 0 {
                let n = usize::try_from(self.padding).unwrap_or(usize::MAX).min(rest.len());
                self.padding -= n as u64;
                rest = rest.get(n..).unwrap_or(&[]);
            } else {
                let n = (BLOCK - self.block.len()).min(rest.len());
                let (first, next) = rest.split_at(n);
                self.block.extend_from_slice(first);
                rest = next;
                if self.block.len() == BLOCK {
                    let block = std::mem::take(&mut self.block);
                    self.header(&block, part);
                }
            }
        }
    }

    pub(super) fn finish(&mut self, part: Parts<'_>) {
        // A missing end mark alone is no loss; many programs do not write it.
        if !self.ended && (self.body > 0 || !self.block.is_empty()) {
            part(Part::Trouble(Trouble::cut("The tar archive ends inside a file.")));
        }
    }

    fn take_body<'b>(&mut self, bytes: &'b [u8], part: Parts<'_>) -> &'b [u8] {
        let n = usize::try_from(self.body).unwrap_or(usize::MAX).min(bytes.len());
        let (body, rest) = bytes.split_at(n);
        self.body -= n as u64;
        match self.what {
            What::File => self.ended = !part(Part::Data(body)),
            What::LongName | What::Pax if self.long.len() < NAME_BYTES => self.long.extend_from_slice(body),
            _ => {}
        }
        if self.body == 0 {
            self.end_body(part);
        }
        rest
    }

    fn end_body(&mut self, part: Parts<'_>) {
        let long = std::mem::take(&mut self.long);
        match std::mem::take(&mut self.what) {
            What::File => {
                part(Part::End);
            }
            What::LongName => self.name = Some(text(&long)),
            What::Pax => self.name = pax_path(&long).or(self.name.take()),
            What::Nothing => {}
        }
    }

    fn header(&mut self, block: &[u8], part: Parts<'_>) {
        if block.iter().all(|b| *b == 0) {
            self.ended = true;
            return;
        }
        let size = block.get(124..136).and_then(octal);
        let (Some(size), true) = (size, checksum_fits(block)) else {
            self.ended = true;
            let detail = "A header in the tar archive is damaged; what came before was read.";
            part(Part::Trouble(Trouble { cuts: true, ..Trouble::new(Code::ETruncated, detail) }));
            return;
        };
        self.body = size;
        self.padding = (BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64;
        let kind = block.get(156).copied().unwrap_or(0);
        self.what = match kind {
            b'L' => What::LongName,
            b'x' => What::Pax,
            b'0' | 0 | b'7' => {
                let name = self.name.take().unwrap_or_else(|| own_name(block));
                if is_file(&name) {
                    part(Part::Member(&name));
                    What::File
                } else {
                    What::Nothing
                }
            }
            _ => What::Nothing,
        };
        if !matches!(self.what, What::LongName | What::Pax) && kind != b'g' && kind != b'K' {
            self.name = None;
        }
        if size == 0 {
            self.end_body(part);
        }
    }
}

fn own_name(block: &[u8]) -> String {
    let name = text(block.get(..100).unwrap_or(&[]));
    let prefix = text(block.get(345..500).unwrap_or(&[]));
    let is_posix = block.get(257..263) == Some(b"ustar\0");
    if is_posix && !prefix.is_empty() { format!("{prefix}/{name}") } else { name }
}

/// The path of a pax header: records `LEN key=value\n`.
fn pax_path(records: &[u8]) -> Option<String> {
    let mut rest = records;
    let mut path = None;
    while let Some(space) = memchr::memchr(b' ', rest) {
        let len: usize = std::str::from_utf8(rest.get(..space)?).ok()?.parse().ok()?;
        let record = rest.get(space + 1..len.checked_sub(1)?)?;
        if let Some(value) = record.strip_prefix(b"path=") {
            path = Some(String::from_utf8_lossy(value).into_owned());
        }
        rest = rest.get(len..)?;
    }
    path
}
