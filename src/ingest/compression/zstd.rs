//! zstd: frames behind each other, skippable ones between them. Blocks are decoded by ruzstd as they are complete.

use super::{Part, Parts, Trouble};
use ruzstd::decoding::FrameDecoder;

/// Longest block with its header, and longest frame header.
const BLOCK_BYTES: usize = 128 * 1024 + 64;
const HEADER_BYTES: usize = 18;
/// Decoded bytes taken at once.
const OUT_BYTES: usize = 128 * 1024;

/// Why decoding stops.
enum Stop {
    Damaged,
    /// Whoever takes the bytes wants no more.
    Asked,
}

/// An open frame.
struct Frame {
    decoder: FrameDecoder,
    checksum: bool,
}

/// Reader of a zstd file.
#[derive(Default)]
pub(super) struct Zstd {
    frame: Option<Frame>,
    /// Input that is no complete block yet.
    input: Vec<u8>,
    output: Vec<u8>,
    /// Bytes of a skippable frame still to come.
    skip: u64,
    dead: bool,
}

impl std::fmt::Debug for Zstd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Zstd").field("skip", &self.skip).finish_non_exhaustive()
    }
}

impl Zstd {
    pub(super) fn push(&mut self, bytes: &[u8], part: Parts<'_>) {
        for step in bytes.chunks(BLOCK_BYTES) {
            self.input.extend_from_slice(step);
            self.run(false, part);
        }
    }

    pub(super) fn finish(&mut self, part: Parts<'_>) {
        self.run(true, part);
        if !self.dead && (self.frame.is_some() || self.skip > 0 || !self.input.is_empty()) {
            part(Part::Trouble(Trouble::cut("The zstd data ends before its end mark.")));
        }
    }

    /// Decodes what is complete.
    fn run(&mut self, last: bool, part: Parts<'_>) {
        let mut used = 0;
        while !self.dead {
            let rest = self.input.get(used..).unwrap_or(&[]);
            let skipped = usize::try_from(self.skip).unwrap_or(usize::MAX).min(rest.len());
            self.skip -= skipped as u64;
            used += skipped;
            let rest = self.input.get(used..).unwrap_or(&[]);
            if self.skip > 0 || rest.is_empty() {
                break;
            }
            let step = if self.frame.is_some() {
                block(&mut self.frame, &mut self.output, rest, part)
            } else {
                begin(&mut self.frame, &mut self.skip, rest, last)
            };
            match step {
                Ok(Some(n)) => used += n,
                Ok(None) => break,
                Err(Stop::Asked) => self.dead = true,
                Err(Stop::Damaged) => {
                    self.dead = true;
                    part(Part::Trouble(Trouble::cut("The zstd data is damaged; what came before was read.")));
                }
            }
        }
        self.input.drain(..used.min(self.input.len()));
    }
}

/// The header of a frame; gives the bytes used, or `None` if more are needed.
fn begin(frame: &mut Option<Frame>, skip: &mut u64, input: &[u8], last: bool) -> Result<Option<usize>, Stop> {
    if let [0x50..=0x5F, 0x2A, 0x4D, 0x18, len @ ..] = input {
        let Some(len) = len.first_chunk::<4>() else { return Ok(None) };
        *skip = u64::from(u32::from_le_bytes(*len));
        return Ok(Some(8));
    }
    if input.len() < HEADER_BYTES && !last {
        return Ok(None);
    }
    let mut source = input;
    let mut fresh = FrameDecoder::new();
    match fresh.init(&mut source) {
        Ok(()) => {
            // Bit 2 of the descriptor, behind the magic number (RFC 8878, 3.1.1.1.1).
            let checksum = input.get(4).is_some_and(|descriptor| descriptor & 4 != 0);
            *frame = Some(Frame { decoder: fresh, checksum });
            Ok(Some(input.len() - source.len()))
        }
        Err(_) if input.len() < HEADER_BYTES && input.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]) => Ok(None),
        Err(_) => Err(Stop::Damaged),
    }
}

/// The next block, if it is complete. One at a time: a block of 4 bytes can stand for 128 KiB.
fn block(
    frame: &mut Option<Frame>,
    output: &mut Vec<u8>,
    input: &[u8],
    part: Parts<'_>,
) -> Result<Option<usize>, Stop> {
    let (Some(open), [a, b, c, ..]) = (frame.as_mut(), input) else { return Ok(None) };
    let header = u32::from_le_bytes([*a, *b, *c, 0]);
    let (last, kind, size) = (header & 1 == 1, header >> 1 & 3, (header >> 3) as usize);
    let content = if kind == 1 { 1 } else { size };
    let checksum = if last && open.checksum { 4 } else { 0 };
    if content > BLOCK_BYTES {
        return Err(Stop::Damaged);
    }
    let Some(mut source) = input.get(..3 + content + checksum) else { return Ok(None) };
    output.resize(OUT_BYTES, 0);
    loop {
        let (_, written) = open.decoder.decode_from_to(source, output).map_err(|_| Stop::Damaged)?;
        source = &[];
        if written == 0 {
            break;
        }
        if !part(Part::Data(output.get(..written).unwrap_or(&[]))) {
            return Err(Stop::Asked);
        }
    }
    if last {
        *frame = None;
    }
    Ok(Some(3 + content + checksum))
}
