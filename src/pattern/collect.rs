//! Messages in their order → the template of each, as the command `patterns` prints them.

use std::collections::HashMap;

use super::mask::{mask_codes, mask_codes_once};
use super::template::{Shape, cluster};

/// The templates of a stream of messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patterns {
    /// Distinct templates, sorted.
    pub templates: Vec<String>,
    /// The template of each message, in the order of the messages.
    pub of_line: Vec<u32>,
}

impl Patterns {
    /// The template of each message, in order.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.of_line.iter().map(|i| self.templates.get(*i as usize).map_or("", String::as_str))
    }
}

/// Masks and clusters messages.
pub fn patterns(lines: &mut dyn Iterator<Item = &str>) -> Patterns {
    let mut collector = Collector::default();
    for line in lines {
        collector.push(line);
    }
    collector.finish()
}

/// Messages masked and counted, not yet clustered. Parts of a stream can be collected apart and appended in their order:
/// the result is that of the whole stream.
#[derive(Clone, Debug, Default)]
pub struct Collector {
    /// Number of each distinct masked message.
    numbers: HashMap<String, u32, foldhash::fast::FixedState>,
    /// By number: the masked message, how often.
    distinct: Vec<(String, u64)>,
    of_line: Vec<u32>,
    masked: String,
}

impl Collector {
    /// Takes the next message.
    pub fn push(&mut self, message: &str) {
        let mut masked = std::mem::take(&mut self.masked);
        masked.clear();
        mask_codes_once(message, &mut masked);
        let number = self.count(&masked, 1);
        self.of_line.push(number);
        self.masked = masked;
    }

    /// Takes the messages of the part that follows.
    pub fn append(&mut self, next: &Self) {
        let moved: Vec<u32> = next.distinct.iter().map(|(text, count)| self.count(text, *count)).collect();
        self.of_line.extend(next.of_line.iter().map(|n| moved.get(*n as usize).copied().unwrap_or_default()));
    }

    /// Clusters what was taken.
    #[must_use]
    pub fn finish(self) -> Patterns {
        let texts: Vec<String> = self
            .distinct
            .iter()
            .map(|(text, _)| {
                let mut shape = String::with_capacity(text.len());
                mask_codes(text, &mut shape);
                shape
            })
            .collect();
        let shapes: Vec<Shape<'_>> = texts
            .iter()
            .zip(&self.distinct)
            .map(|(text, (_, count))| Shape { text, count: *count, severity: 0 })
            .collect();
        let found = cluster(&shapes);
        let group =
            |n: &u32| found.of_shape.get(*n as usize).map_or(0, |g| u32::try_from(*g).unwrap_or(u32::MAX));
        Patterns { of_line: self.of_line.iter().map(group).collect(), templates: found.texts }
    }

    fn count(&mut self, text: &str, count: u64) -> u32 {
        let number = match self.numbers.get(text) {
            Some(number) => *number,
            None => {
                let number = u32::try_from(self.distinct.len()).unwrap_or(u32::MAX);
                self.numbers.insert(text.to_owned(), number);
                self.distinct.push((text.to_owned(), 0));
                number
            }
        };
        if let Some(slot) = self.distinct.get_mut(number as usize) {
            slot.1 = slot.1.saturating_add(count);
        }
        number
    }
}
