//! One piece of work that fails again and again: takes a trouble, tells it from as many pieces that fail once.
//!
//! Payloads that name a piece of work and its attempt end in a line `messageId=1048 deliveryAttempt=92` (see
//! `entry/item.rs`). Only some wordings of a kind are kept, chosen by hash, so the sentence says of how many it speaks.

use super::causality::Scene;
use super::evidence::{Book, derived};
use super::troubles::Trouble;
use super::words;
use crate::entry::item;
use crate::report::model::{Rich, Sentence};
use std::collections::BTreeSet;

/// Wordings that are enough to tell.
const ENOUGH: usize = 3;

/// The piece of work that all kept wordings of a trouble are about.
pub(super) struct Item {
    /// Name of the field, as `messageId`.
    pub(super) name: String,
    pub(super) id: String,
    /// Attempts that the kept wordings name.
    attempts: BTreeSet<u64>,
    /// How many wordings are kept.
    wordings: usize,
}

/// The one that a trouble is about, if its wordings agree on it and differ in the attempt.
pub(super) fn of(scene: &Scene<'_>, trouble: &Trouble) -> Option<Item> {
    let mut found: Option<Item> = None;
    for statement in trouble.statements.iter().filter_map(|&n| scene.statements.get(n)) {
        let row = statement.occurrences.first().map(super::statements::Occurrence::first)?;
        let shape = scene.index.row(row).and_then(|row| scene.index.shape(row.shape()))?;
        let texts: BTreeSet<&str> = shape.others().chain([shape.text()]).collect();
        for text in texts {
            let (name, id, attempt) = item::named(text)?;
            let known = found.get_or_insert_with(|| Item {
                name: name.to_owned(),
                id: id.to_owned(),
                attempts: BTreeSet::new(),
                wordings: 0,
            });
            if (known.name.as_str(), known.id.as_str()) != (name, id) {
                return None;
            }
            known.attempts.insert(attempt);
            known.wordings += 1;
        }
    }
    found.filter(|item| item.attempts.len() >= ENOUGH)
}

/// The sentence on it.
pub(super) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, root: &Trouble) -> Option<Sentence> {
    let item = of(scene, root)?;
    let last = item.attempts.last().copied().unwrap_or(0);
    let text = Rich::text("It is one and the same piece of work that is tried again and again: ")
        .c(format!("{} {}", item.name, item.id))
        .t(format!(
            " stands in each of the {} of it that are kept, up to attempt {}.",
            words::count(item.wordings as u64, "wording", "wordings"),
            words::number(last)
        ));
    Some(derived(text, "id and attempt in the kept wordings", book.rows(&root.rows())))
}

/// What to do with a piece of work that can't succeed.
pub(super) fn step(scene: &Scene<'_>, root: &Trouble) -> Option<Rich> {
    let item = of(scene, root)?;
    Some(
        Rich::text("First take ")
            .c(format!("{} {}", item.name, item.id))
            .t(" out, so that it is not tried for ever: acknowledge or delete it, and give the queue or subscription a limit of attempts with a dead-letter destination."),
    )
}
