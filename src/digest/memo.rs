//! Text of a message → what it tells by its words: the hash of its shape, a level, and which numbers are worth looking for.
//!
//! Masking is the dearest step of an entry, and logs repeat themselves. What is remembered is a pure function of the text or of its
//! skeleton, so forgetting and order change nothing but the time it takes.

use super::shape::cut;
use crate::entry::{Severity, effective, figure, measure};
use crate::hash;
use crate::limits::SAMPLE_BYTES;
use crate::pattern::mask::{mask_lines, mask_lines_once, skeleton};
use crate::trace;
use std::collections::HashMap;
use std::sync::Arc;

/// Slots for whole texts.
const TEXTS: usize = 8192;
/// Masked texts, and shapes of skeletons, remembered before all are forgotten.
const MASKED: usize = 65_536;
/// Longest text of which a skeleton is made.
const SHORT: usize = SAMPLE_BYTES / 4;

type Table<T> = HashMap<u64, T, foldhash::fast::FixedState>;

/// What was masked before.
#[derive(Debug, Default)]
pub(super) struct ShapeMemo {
    /// Hash of a text and of its shape, by hash of the text.
    texts: Vec<(u64, u64)>,
    /// Hash of a text masked once, or of a skeleton with the words that its shape keeps → hash of the shape.
    settled: Table<u64>,
    /// Hash of a skeleton → what all messages of it have in common.
    skeletons: Table<Skeleton>,
    /// Room for a skeleton.
    bytes: Vec<u8>,
}

/// What all messages of one skeleton have in common. Small, since it is looked at for each entry and seldom lies near.
#[derive(Debug)]
struct Skeleton {
    shape: Shaped,
    signs: Signs,
}

/// How the shape of a message is told by its skeleton.
#[derive(Debug)]
enum Shaped {
    /// All messages have this one.
    As(u64),
    /// By the words at these places, which the shape keeps with their digits.
    With(Box<[(usize, usize)]>),
    /// Each message is masked by itself.
    Apart,
}

/// What the words of a message promise, whatever its numbers are.
#[derive(Clone, Debug)]
pub(super) struct Signs {
    /// The level at its head.
    pub(super) level: Option<Severity>,
    /// Whether it may list upstreams.
    pub(super) upstreams: bool,
    /// Where it may state numbers; `None` where it states none.
    pub(super) mentions: Option<Arc<Mentions>>,
}

/// Where a message may state numbers.
#[derive(Debug)]
pub(super) struct Mentions {
    pub(super) durations: Vec<measure::Mention>,
    pub(super) figures: figure::Mentions,
}

impl Signs {
    fn of(text: &str) -> Signs {
        let mentions = Mentions { durations: measure::mentions(text), figures: figure::Mentions::of(text) };
        let is_any = !mentions.durations.is_empty() || !mentions.figures.is_empty();
        Signs {
            level: effective::text_level(text),
            upstreams: figure::may_list_upstreams(text),
            mentions: is_any.then(|| Arc::new(mentions)),
        }
    }
}

impl ShapeMemo {
    /// Signs of a message, and the hash of its shape unless it has to be masked; `room` is memory to work in.
    pub(super) fn message(&mut self, text: &str, room: &mut String) -> (Signs, Option<u64>) {
        // What a terminal's codes colour is masked without them, so places in the one text are none in the other.
        if text.len() > SHORT || memchr::memchr(0x1b, text.as_bytes()).is_some() {
            return (Signs::of(text), None);
        }
        skeleton::write(text, &mut self.bytes);
        let key = hash::bytes(&self.bytes);
        let known = match self.skeletons.get(&key) {
            Some(known) => known,
            None => {
                if self.skeletons.len() >= MASKED {
                    self.skeletons.clear();
                }
                room.clear();
                let shape = match skeleton::kept(text, &self.bytes, trace::is_fragment, room) {
                    None => Shaped::Apart,
                    Some(kept) if kept.is_empty() => Shaped::As(hash::bytes(room.as_bytes())),
                    Some(kept) => Shaped::With(kept.into_boxed_slice()),
                };
                self.skeletons.entry(key).or_insert(Skeleton { shape, signs: Signs::of(text) })
            }
        };
        let signs = known.signs.clone();
        let kept = match &known.shape {
            Shaped::As(shape) => return (signs, Some(*shape)),
            Shaped::Apart => return (signs, None),
            Shaped::With(kept) => kept,
        };
        let word =
            |(from, to): &(usize, usize)| hash::bytes(text.as_bytes().get(*from..*to).unwrap_or_default());
        let key = kept.iter().fold(key, |key, place| hash::mix(key, word(place)));
        if let Some(shape) = self.settled.get(&key) {
            return (signs, Some(*shape));
        }
        room.clear();
        mask_lines(text, trace::is_fragment, room);
        (signs, Some(self.remember(key, room)))
    }

    fn remember(&mut self, key: u64, masked: &str) -> u64 {
        let shape = hash::bytes(masked.as_bytes());
        if self.settled.len() >= MASKED {
            self.settled.clear();
        }
        self.settled.insert(key, shape);
        shape
    }

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
        if text.len() > SHORT {
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
        self.remember(once, room)
    }
}

#[cfg(test)]
mod tests;
