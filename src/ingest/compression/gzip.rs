//! gzip: one member or several behind each other; what follows the last one is passed over.

use super::{Part, Parts, Trouble};
use flate2::write::MultiGzDecoder;
use std::io::{ErrorKind, Write};

/// Bytes that go in at once: inflating gives at most 1,032 times as many.
const STEP_BYTES: usize = 4 * 1024;

/// Reader of a gzip file.
#[derive(Debug)]
pub(super) struct Gzip {
    decoder: MultiGzDecoder<Vec<u8>>,
    dead: bool,
    any: bool,
}

impl Default for Gzip {
    fn default() -> Gzip {
        Gzip { decoder: MultiGzDecoder::new(Vec::new()), dead: false, any: false }
    }
}

impl Gzip {
    pub(super) fn push(&mut self, bytes: &[u8], part: Parts<'_>) {
        for step in bytes.chunks(STEP_BYTES) {
            if self.dead {
                return;
            }
            let result = self.decoder.write_all(step);
            self.dead |= !self.drain(part);
            if let Err(error) = result {
                self.dead = true;
                // Zeros or a signature behind the last member are common and no fault.
                if error.kind() != ErrorKind::InvalidInput || !self.any {
                    part(Part::Trouble(Trouble::cut("The gzip data is damaged; what came before was read.")));
                }
            }
        }
    }

    pub(super) fn finish(&mut self, part: Parts<'_>) {
        if self.dead {
            return;
        }
        let result = self.decoder.try_finish();
        self.drain(part);
        if result.is_err() {
            part(Part::Trouble(Trouble::cut("The gzip data ends before its end mark.")));
        }
    }

    /// Hands on what was unpacked; says whether to go on.
    fn drain(&mut self, part: Parts<'_>) -> bool {
        let out = self.decoder.get_mut();
        if out.is_empty() {
            return true;
        }
        self.any = true;
        let goes_on = part(Part::Data(out));
        out.clear();
        goes_on
    }
}
