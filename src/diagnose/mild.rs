//! What looks worse than it is: takes a trouble, tells whether the program itself says that it goes on without what it misses.

use super::causality::Scene;
use super::evidence::{Book, derived};
use super::troubles::Trouble;
use super::words::headline;
use crate::report::model::{Rich, Sentence};

/// Occurrences that are looked at for what is said after them.
const LOOKED_AT: usize = 20;
/// Entries after an occurrence among which the disclaimer stands.
const AFTER: u32 = 6;

/// Words by which a program says that it does without.
const DISCLAIMERS: [&str; 16] = [
    "not required",
    "not critical",
    "non-critical",
    "noncritical",
    "graceful degradation",
    "gracefully degrad",
    "continuing without",
    "continue without",
    "continues without",
    "proceeding without",
    "running without",
    "safe to ignore",
    "can be ignored",
    "is optional",
    "(optional)",
    "optional dependency",
];

/// What the same program says with it or right after it: that it is not needed. The row, and the words.
fn disclaimer(scene: &Scene<'_>, root: &Trouble) -> Option<(u32, String)> {
    let says = |row: u32| {
        let text = scene.index.text_of(row);
        let head = crate::digest::cut(&text, 600).to_ascii_lowercase();
        DISCLAIMERS
            .iter()
            .any(|words| head.contains(words))
            .then(|| headline(super::prefix::unprefixed(&text), 200))
    };
    let near = |first: u32| {
        let source = scene.index.row(first)?.source();
        (first..=first.saturating_add(AFTER))
            .filter(|&n| scene.index.row(n).is_some_and(|row| row.source() == source))
            .find_map(|n| Some((n, says(n)?)))
    };
    let looked = root.occurrences.len().min(LOOKED_AT);
    let found: Vec<(u32, String)> =
        root.occurrences.iter().take(LOOKED_AT).filter_map(|o| near(o.first())).collect();
    if found.len() * 2 < looked { None } else { found.into_iter().next() }
}

/// Whether the program says that it goes on without it.
pub(super) fn is_disclaimed(scene: &Scene<'_>, root: &Trouble) -> bool {
    disclaimer(scene, root).is_some()
}

/// The same as a sentence.
pub(super) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, root: &Trouble) -> Option<Sentence> {
    let (row, words) = disclaimer(scene, root)?;
    let text = Rich::text("The program itself says that it does without: ").c(words).t(".");
    Some(derived(text, "words of the same program beside it", book.rows(&[row])))
}
