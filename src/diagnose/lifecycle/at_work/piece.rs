//! One piece of work that ends its process each time: takes what was said last before the ends of a collapse, gives the fields beside it
//! (a message, an order) that are the same each time and stand beside no other entry of its kind.

use super::super::collapse::Collapse;
use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::troubles::beside::pairs;
use crate::diagnose::words;
use crate::entry::time::SECOND;
use crate::order::{Gather as _, Order as _};
use crate::redact::is_secret_name;
use crate::report::model::{Rich, Sentence};
use std::collections::BTreeSet;

/// Ends whose fields are kept, at least, and digits of a value that names a piece of work.
const LEAST: usize = 3;
const DIGITS: usize = 4;
/// Fields that are named.
const NAMED: usize = 3;

/// The piece of work.
pub(super) struct Piece {
    /// `orderId=PH-17`, by key.
    names: Vec<String>,
    /// Ends that it is known of, and ends in all.
    known: usize,
    ends: usize,
    rows: Vec<u32>,
}

/// The piece that was taken up last before each end, as far as fields beside those entries were kept.
pub(super) fn of(scene: &Scene<'_>, collapse: &Collapse) -> Option<Piece> {
    let (shape, pause) = super::usual(scene, collapse)?;
    let reach = pause.saturating_mul(2).saturating_add(SECOND);
    let mut ends: Vec<i64> = collapse.cycles.iter().map(|cycle| cycle.until.0).collect();
    ends.order();
    let is_end = |time: i64| {
        let next = ends.get(ends.partition_point(|end| *end < time));
        next.is_some_and(|end| end - time <= reach)
    };
    let kept = scene.index.shape(shape)?.fields();
    let (at_ends, elsewhere): (Vec<_>, Vec<_>) = kept.into_iter().partition(|(time, _)| is_end(*time));
    let (first, rest) = at_ends.split_first()?;
    let is_name = |key: &str, value: &str| {
        value.bytes().filter(u8::is_ascii_digit).count() >= DIGITS
            && !value.contains(':')
            && !is_secret_name(key)
    };
    let has = |line: &str, pair: &(&str, &str)| pairs(line).contains(pair);
    let same = pairs(first.1).into_iter().filter(|pair| {
        is_name(pair.0, pair.1)
            && rest.iter().all(|(_, line)| has(line, pair))
            && !elsewhere.iter().any(|(_, line)| has(line, pair))
    });
    let names: Vec<String> = same.map(|(key, value)| format!("{key}={value}")).take(NAMED).collect();
    // Where nothing else is known of its kind, every entry may have the same.
    let fits = at_ends.len() >= LEAST && !elsewhere.is_empty() && !names.is_empty();
    let times: BTreeSet<i64> = at_ends.iter().map(|(time, _)| *time).gathered();
    let of_time = |row: &&u32| {
        scene.index.row(**row).and_then(crate::digest::Row::time).is_some_and(|time| times.contains(&time.0))
    };
    let rows = scene.index.rows_of_shape(shape).iter().filter(of_time).copied().collect();
    fits.then_some(Piece { names, known: at_ends.len(), ends: ends.len(), rows })
}

impl Piece {
    fn named(&self, text: &str) -> Rich {
        let mut rich = Rich::text(text);
        for (n, name) in self.names.iter().enumerate() {
            rich = rich.t(if n == 0 { "" } else { ", " }).c(name);
        }
        rich
    }

    /// The same as a sentence.
    pub(super) fn tell(&self, book: &mut Book<'_>) -> Sentence {
        let text = self.named("What it had taken up last before it ended is one and the same piece of work, ").t(format!(
            ", in all {} ends of {} whose fields were kept, and beside no other entry of that kind: it comes back after each end.",
            words::number(self.known as u64),
            words::number(self.ends as u64),
        ));
        derived(
            text,
            "fields beside the last calm entry before each end, against those of its kind elsewhere",
            book.rows(&self.rows),
        )
    }

    /// First aid.
    pub(super) fn step(&self) -> Rich {
        self.named("First aid: take ").t(
            " out of its queue or input, so that the rest goes on (give the subscription a dead-letter topic, seek past the message, or acknowledge it by hand), and try it apart.",
        )
    }
}
