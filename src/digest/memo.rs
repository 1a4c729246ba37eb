//! Text of a message → hash of its shape, remembering what was masked before.
//!
//! Masking is the dearest step of an entry, and logs repeat themselves. What is remembered is a pure function of the text, so
//! forgetting and order change nothing but the time it takes.

use super::shape::cut;
use crate::hash;
use crate::limits::SAMPLE_BYTES;
use crate::pattern::mask::{mask_lines, mask_lines_once};
use crate::trace;
use std::collections::HashMap;

/// Slots for whole texts.
const TEXTS: usize = 8192;
/// Masked texts remembered before all are forgotten.
const MASKED: usize = 65_536;

/// What was masked before.
#[derive(Debug, Default)]
pub(super) struct ShapeMemo {
    /// Hash of a text and of its shape, by hash of the text.
    texts: Vec<(u64, u64)>,
    /// Hash of a text masked once → hash of its shape.
    settled: HashMap<u64, u64, foldhash::fast::FixedState>,
}

impl ShapeMemo {
    /// Hash of the shape of a text whose own hash is given; `room` is memory to work in.
    pub(super) fn shape(&mut self, text: &str, text_hash: u64, room: &mut String) -> u64 {
        if self.texts.is_empty() {
            self.texts.resize(TEXTS, (0, 0));
        }
        let at = usize::try_from(text_hash % TEXTS as u64).unwrap_or(0);
        if let Some((_, shape)) =
            self.texts.get(at).filter(|(known, shape)| *known == text_hash && *shape != 0)
        {
            return *shape;
        }
        let shape = self.masked(cut(text, SAMPLE_BYTES), room);
        if let Some(slot) = self.texts.get_mut(at) {
            *slot = (text_hash, shape);
        }
        shape
    }

    fn masked(&mut self, text: &str, room: &mut String) -> u64 {
        room.clear();
        if text.len() > SAMPLE_BYTES / 4 {
            mask_lines(text, trace::is_fragment, room);
            return hash::bytes(room.as_bytes());
        }
        let marks = mask_lines_once(text, trace::is_fragment, room);
        let once = hash::mix(hash::bytes(room.as_bytes()), marks);
        if let Some(shape) = self.settled.get(&once) {
            return *shape;
        }
        room.clear();
        mask_lines(text, trace::is_fragment, room);
        let shape = hash::bytes(room.as_bytes());
        if self.settled.len() >= MASKED {
            self.settled.clear();
        }
        self.settled.insert(once, shape);
        shape
    }
}
