//! What looks worse than it is: takes a trouble, tells whether the program itself says that it goes on without what it misses.

use super::causality::Scene;
use super::evidence::{Book, derived};
use super::statements::time;
use super::troubles::Trouble;
use super::words::headline;
use crate::entry::time::SECOND;
use crate::report::model::{Rich, Sentence};

/// Occurrences that are looked at for what is said after them.
const LOOKED_AT: usize = 20;
/// Entries after an occurrence among which the disclaimer stands.
const AFTER: u32 = 6;
/// Entries behind a failure that are looked at for a second try.
const LATER: usize = 400;

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

/// Failures of single pieces of work that a second try may mend, how long after one it is told, and words that tell it.
const FEW: usize = 2;
const SOON: i64 = 300 * SECOND;
const AGAIN: [&str; 6] = ["retrying", "will retry", "retry in", "retry #", "trying again", "attempt 2"];

/// The row by which the program says that it tries the same piece of work again, where that is not said to fail once more: a word
/// that names the piece (`m-17`) stands in both.
pub(super) fn retried(scene: &Scene<'_>, root: &Trouble) -> Option<u32> {
    let rows = root.occurrences.firsts();
    let last = *rows.last().filter(|_| rows.len() <= FEW)?;
    let failed = scene.index.text_of(last);
    let at = time(scene.index, last)?.0;
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let names: Vec<&str> = failed
        .lines()
        .next()?
        .split(|c| !is_part(c))
        .filter(|word| word.len() >= 4 && word.bytes().filter(u8::is_ascii_digit).count() >= 2)
        .collect();
    let later = (last + 1..).take_while(|row| time(scene.index, *row).is_some_and(|t| t.0 - at <= SOON));
    later.take(LATER).find(|row| {
        let text = scene.index.text_of(*row);
        let head = crate::digest::cut(&text, 300);
        let lower = head.to_ascii_lowercase();
        AGAIN.iter().any(|words| lower.contains(words)) && names.iter().any(|name| head.contains(name))
    })
}

/// The same as a sentence.
pub(super) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, root: &Trouble) -> Option<Sentence> {
    if let Some(row) = retried(scene, root) {
        let text = Rich::text("It was tried again, and is not said to have failed once more: ");
        let text = text.c(headline(super::prefix::unprefixed(&scene.index.text_of(row)), 200)).t(".");
        return Some(derived(text, "words on a second try of the same piece of work", book.rows(&[row])));
    }
    let (row, words) = disclaimer(scene, root)?;
    let text = Rich::text("The program itself says that it does without: ").c(words).t(".");
    Some(derived(text, "words of the same program beside it", book.rows(&[row])))
}
