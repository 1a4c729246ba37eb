//! Numbers as WebAssembly writes them, and a place in bytes. Takes bytes, gives numbers, or bytes of numbers as they stand.

use crate::Result;

/// A number as WebAssembly writes it, no longer than it must be.
pub(crate) fn number_to(out: &mut Vec<u8>, mut value: usize) {
    loop {
        let low = (value & 127) as u8;
        value >>= 7;
        if value == 0 {
            return out.push(low);
        }
        out.push(low | 128);
    }
}

/// Bytes and a place in them.
pub(crate) struct Reader<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let end = self.at.checked_add(count).ok_or("a size past all bounds")?;
        let taken = self.bytes.get(self.at..end).ok_or("a program that ends early")?;
        self.at = end;
        Ok(taken)
    }

    /// The bytes of a number. Those of signed ones and of padded ones are bytes like any others.
    pub(crate) fn number(&mut self) -> Result<&'a [u8]> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let last = rest.iter().take(10).position(|byte| *byte < 128).ok_or("a number without end")?;
        self.take(last + 1)
    }

    pub(crate) fn size(&mut self) -> Result<usize> {
        Ok(value(self.number()?))
    }
}

/// Unsigned.
pub(crate) fn value(bytes: &[u8]) -> usize {
    bytes.iter().rev().fold(0, |value, byte| value << 7 | usize::from(byte & 127))
}
