//! What is missed was taken away before: takes urgent findings whose words name something, gives the calm message before their first failure
//! that names the same thing and says that it was deleted, renamed, disabled or the like: an image, a column, a version, an index.

use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{Book, derived, quotes};
use crate::diagnose::findings::Told;
use crate::diagnose::statements::{Statement, time};
use crate::diagnose::words::headline;
use crate::entry::time::{SECOND, duration_words};
use crate::entry::{Nanos, Severity};
use crate::report::model::{Priority, Rich, Why};

/// How long before the first failure it may have been, at most.
const REACH: i64 = 24 * 3600 * SECOND;
/// Parts of words by which something goes.
const GOES: [&str; 10] =
    ["delet", "remov", "drop", "renam", "disabl", "destroy", "revok", "truncat", "unregister", "deactivat"];
/// Words of what did not happen, or of what goes all the time without being missed.
const NOT: [&str; 13] = [
    "fail",
    "cannot",
    "could not",
    "unable",
    "denied",
    "would ",
    "cache",
    "temporary",
    "tmp",
    "idle",
    "connection",
    "backup",
    "session",
];
/// Words behind which a message says whose what goes is, not what goes.
const OF: [&str; 7] = ["of", "from", "to", "for", "in", "by", "on"];
/// Words by which a failure misses something.
const MISSED: [&str; 9] = [
    "not found",
    "notfound",
    "unknown",
    "no such",
    "does not exist",
    "doesn't exist",
    "disabled",
    "destroyed",
    "deleted",
];
/// Shortest name, of one in quotes too, and rows of a message that are looked at.
const NAME: usize = 6;
const QUOTED: usize = 4;
const ROWS: usize = 200;
/// How often the same name may go: what goes again and again is not missed for it.
const OFTEN: usize = 2;
/// The rule behind the sentence.
const RULE: &str = "a name in the failure, and a message before it by which what has that name goes";

/// Adds it to the cause of each urgent finding that misses something.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut [Told]) {
    for t in told.iter_mut().filter(|t| t.priority < Priority::P2) {
        let Some(first) = t.finding.first else { continue };
        let Some((row, at, name)) = gone(scene, t, first) else { continue };
        let text = scene.index.exact_text_of(row).unwrap_or_default();
        let sentence = Rich::text("What it misses was taken away ")
            .t(duration_words(first.0 - at.0))
            .t(" before the first failure: ")
            .c(headline(text, 300))
            .t(format!(" at {} UTC, which names ", at.date_time()))
            .c(name)
            .t(" too.");
        let place = t.finding.cause.len().min(1);
        t.finding.cause.insert(place, derived(sentence, RULE, book.rows(&[row])));
        t.finding.quotes.extend(quotes(scene.index, &[row], 1));
    }
}

/// The step of the whys that it answers.
pub(crate) fn why(main: &Told) -> Option<Why> {
    let answer = main.finding.cause.iter().find(|sentence| sentence.rule == RULE)?.clone();
    Some(Why { question: Rich::text("Why is it missing?"), answer, alternatives: Vec::new() })
}

/// The last message before a failure by which what it names goes: its row, its time and the name.
fn gone(scene: &Scene<'_>, t: &Told, first: Nanos) -> Option<(u32, Nanos, String)> {
    let root = scene.troubles.get(t.incident.root?)?;
    let failure = root.occurrences.first()?.first();
    let lead = root.lead(scene.statements)?;
    let text = scene.index.exact_text_of(failure).unwrap_or(lead.text.as_str());
    let lower = text.to_ascii_lowercase();
    if !MISSED.iter().any(|word| lower.contains(word)) {
        return None;
    }
    let whose = scene.index.row(failure).and_then(|row| scene.index.source_of(row))?.fields();
    let named: Vec<&str> = names(text).chain(in_quotes(text)).filter(|name| !whose.contains(name)).collect();
    let calm = scene.statements.iter().filter(|said| goes(said));
    let rows = calm.flat_map(|said| said.occurrences.firsts().iter().take(ROWS).copied());
    let found = rows.filter_map(|row| {
        let at = time(scene.index, row).filter(|at| (first.0 - REACH..first.0).contains(&at.0))?;
        let said = scene.index.exact_text_of(row)?;
        let name = named.iter().filter(|name| is_of(said, name, text)).max_by_key(|name| name.len())?;
        Some((name.len(), at, row, (*name).to_owned()))
    });
    let found: Vec<(usize, Nanos, u32, String)> = found.collect();
    let (_, at, row, name) = found.iter().max()?;
    let often = found.iter().filter(|(_, _, _, other)| other == name).count();
    (often <= OFTEN).then(|| (*row, *at, name.clone()))
}

/// Whether a calm message says that something goes.
fn goes(said: &Statement) -> bool {
    let lower = crate::digest::cut(&said.text, 400).to_ascii_lowercase();
    said.severity < Severity::Warning
        && GOES.iter().any(|word| lower.contains(word))
        && !NOT.iter().any(|word| lower.contains(word))
}

/// Names in a text: words of several parts or with digits, as images, columns, versions and queues have them.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')));
    words.map(|word| word.trim_matches(['-', '_'])).filter(|word| {
        let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
        let parts = word.contains(['-', '_']) && letters * 5 >= word.len();
        let hash = !word.contains(['-', '_']) && word.len() >= 2 * NAME && letters < word.len();
        word.len() >= NAME && letters > 0 && (parts || hash)
    })
}

/// Single words that a failure puts in quotes, as tables and models are named.
fn in_quotes(text: &str) -> impl Iterator<Item = &str> {
    let quoted = ['"', '\'', '`'].into_iter().flat_map(|quote| text.split(quote).skip(1).step_by(2));
    quoted.filter(|word| word.len() >= QUOTED && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
}

/// Whether a message names it as what goes: no word of whose it is stands between, and whatever else its word names behind it, as the
/// version of a package, the failure names too.
fn is_of(said: &str, name: &str, failure: &str) -> bool {
    if !said.contains(name) {
        return false;
    }
    let lower = said.to_ascii_lowercase();
    let is_bare = !name.contains(['-', '_']);
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_' && is_bare;
    said.match_indices(name).any(|(at, _)| {
        let before = said.get(..at).unwrap_or("");
        let rest = said.get(at + name.len()..).unwrap_or("");
        let word = rest.split(char::is_whitespace).next().unwrap_or("");
        let goes = GOES.iter().filter_map(|verb| lower.get(..at)?.rfind(verb)).max();
        let between = goes.and_then(|goes| lower.get(goes..at)).unwrap_or("");
        let whose = between.split(|c: char| !c.is_ascii_alphabetic()).any(|word| OF.contains(&word));
        let version = word
            .rsplit('/')
            .next()
            .filter(|part| word.contains('/') && part.bytes().all(|b| b.is_ascii_digit()));
        let is_within = before.ends_with(is_part) || rest.starts_with(is_part);
        let is_of_it = whose && between.contains(' ');
        !is_within
            && !is_of_it
            && (!word.starts_with(['/', ':', '@']) || names(word).all(|other| failure.contains(other)))
            && version.is_none_or(|version| failure.contains(&format!("/{version}")))
    })
}

#[cfg(test)]
mod tests {
    use super::{is_of, names};

    #[test]
    fn names_have_parts_or_digits() {
        let text = "Unknown column 'customer_ref' in 'field list': apps/tile-api@sha256:c5128019c17e18e6 at 10.1.2.3, status 404";
        let found: Vec<&str> = names(text).collect();
        assert_eq!(found, ["customer_ref", "tile-api", "c5128019c17e18e6"]);
    }

    #[test]
    fn what_goes_is_the_last_thing_that_is_named() {
        let failure = "pull apps/tile-api@sha256:c5128019c17e18e6: not found";
        let of =
            |digest: &str| format!("DeleteVersion apps/packages/tile-api/versions/sha256:{digest} by robot");
        assert!(is_of(&of("c5128019c17e18e6"), "c5128019c17e18e6", failure));
        assert!(is_of(&of("c5128019c17e18e6"), "tile-api", failure));
        assert!(!is_of(&of("93261b0b45286122"), "tile-api", failure));
        assert!(is_of("2026_rename_customer_ref_to_number", "customer_ref", "column customer_ref"));
        assert!(!is_of("dropped customer_reference", "customer_ref", "column customer_ref"));
    }
}
