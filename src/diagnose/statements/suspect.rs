//! A message without a level → whether it states a failure, by its form and not by a word that only sounds bad.
//!
//! Such messages are listed as notices, never more than a few, and never raise an alarm by themselves.

use super::Statement;
use crate::diagnose::causality::Scene;
use crate::diagnose::knowledge::Role;
use crate::digest::Index;
use crate::entry::Severity;

/// Suspects that a report lists.
pub(crate) const LISTED: usize = 2;

/// Marks that programs put before a failure.
const MARKS: [&str; 5] = ["❌", "✗", "✖", "✘", "⛔"];

/// Phrases that state a failure wherever they stand in a line.
const PHRASES: [&str; 12] = [
    "failed to ",
    "failed with ",
    "unable to ",
    "could not ",
    "cannot ",
    "can't ",
    " refused",
    " denied",
    "timed out",
    "uncaught ",
    "unhandled ",
    "panicked at",
];

/// Phrases that take it back: counts of zero, words about handling, reports of a state.
const CALM: [&str; 17] = [
    "0 error",
    "no error",
    "error: null",
    "error=null",
    "error: none",
    "errors: 0",
    "0 failed",
    "failed: 0",
    "\"error\":null",
    "without error",
    "error handler",
    "error rate",
    "error tracking",
    "error_log",
    "--errors",
    "found 0 ",
    "if you ",
];

/// Words that sound bad wherever they stand, beside [`PHRASES`].
const BAD: [&str; 11] = [
    "error",
    "failed",
    "failure",
    "exception",
    "fatal",
    "refused",
    "denied",
    "timeout:",
    "not found",
    "panic",
    "❌",
];

/// Whether the words of a message without a level sound like a failure. Weaker than [`is_suspect`]: for logs of builds and
/// jobs, where such words are listed and never raise an alarm.
pub(crate) fn sounds_bad(text: &str) -> bool {
    let head = crate::digest::cut(text, 600).to_ascii_lowercase();
    let sounds = |head: &str| {
        PHRASES.iter().chain(&BAD).any(|words| head.contains(words))
            && !CALM.iter().any(|words| head.contains(words))
    };
    sounds(&head) && (!head.split(is_edge).any(is_file) || sounds(&without_files(&head)))
}

fn is_edge(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\'' | '"' | '`' | '(' | ')' | '[' | ']' | ',' | ';')
}

/// Whether a word names a file by its path: a folder and an ending, as in `out/error_slate_000.ts`. What it is called is no statement.
fn is_file(word: &str) -> bool {
    let name = word.rsplit_once('/').map_or("", |(_, name)| name);
    name.rsplit_once('.').is_some_and(|(name, ending)| {
        !name.is_empty()
            && (1..=5).contains(&ending.len())
            && ending.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

fn without_files(text: &str) -> String {
    text.split_inclusive(is_edge).filter(|word| !is_file(word.trim_end_matches(is_edge))).collect()
}

/// Words that let anything bad be meant, beside [`PHRASES`] and [`BAD`].
const DOUBTFUL: [&str; 34] = [
    "abort",
    "bad ",
    "broken",
    "conflict",
    "corrupt",
    "crash",
    "critical",
    "deadlock",
    "deny",
    "dropped",
    "err ",
    "err=",
    "exceed",
    "fail",
    "fault",
    "hang",
    "invalid",
    "kill",
    "leak",
    "lost",
    "missing",
    "oom",
    "out of",
    "overflow",
    "reject",
    "slow",
    "stuck",
    "terminat",
    "timeout",
    "unavailable",
    "unexpected",
    "unreachable",
    "violat",
    "warn",
];

/// Whether what an entry of INFO or below says is no quotation: it has no level, it is a proxy at DEBUG that tells what an answer
/// failed of (`'502 Bad Gateway' caused by: dial tcp …`), Rails that tells of a request that failed, or a database server that tells what
/// became of itself.
pub(crate) fn is_first_hand(index: &Index, statement: &Statement, role: Role) -> bool {
    statement.severity == Severity::Default && !is_of_statement(&statement.text)
        || statement.severity == Severity::Debug && statement.text.contains("' caused by: ")
        // What ASP.NET says of a token that it refused, at Information (JwtBearerHandler).
        || statement.text.contains("was not authenticated. Failure message: ")
        || super::rails::is_failure(&statement.text)
        || role == Role::Cause && statement.severity != Severity::Debug && is_of_server(index, statement)
}

/// What PostgreSQL logs of statements, in the words of others.
const OF_STATEMENTS: [&str; 6] = ["statement: ", "execute ", "duration: ", "parse ", "bind ", "AUDIT: "];

/// Whether PostgreSQL's log quotes a statement.
fn is_of_statement(text: &str) -> bool {
    let said = text.split_once("LOG:  ").map(|(_, said)| said);
    said.is_some_and(|said| OF_STATEMENTS.iter().any(|words| said.starts_with(words)))
}

/// Whether a database server says it of itself below WARNING, as it does of its crashes: at PostgreSQL's LOG, as a Note of InnoDB,
/// or in the log of mongod, whose messages hold nothing but its own words.
fn is_of_server(index: &Index, statement: &Statement) -> bool {
    let text = &statement.text;
    let said = text.split_once("LOG:  ").map(|(_, said)| said);
    let is_own = |said: &str| !OF_STATEMENTS.iter().any(|words| said.starts_with(words));
    let is_note =
        || text.contains("InnoDB") && ["[Note] ", "[System] "].iter().any(|level| text.contains(level));
    let of_mongod = || {
        let row = statement.occurrences.first().and_then(|o| index.row(o.first()));
        row.and_then(|row| index.source_of(row)).is_some_and(|source| source.service == "mongodb")
    };
    said.is_some_and(is_own) || is_note() || of_mongod()
}

/// Whether a text sounds bad and states no level itself: what a unit of systemd prints gets that of its stream.
pub(crate) fn is_unlevelled(text: &str) -> bool {
    crate::entry::effective::text_level(text).is_none() && sounds_bad(text)
}

/// Whether anything in the words of a message may be meant badly: weaker still than [`sounds_bad`].
pub(crate) fn may_be_bad(text: &str) -> bool {
    let head = crate::digest::cut(text, 2000).to_ascii_lowercase();
    sounds_bad(text) || DOUBTFUL.iter().any(|words| head.contains(words))
}

/// Whether a service says from some time on, at whatever level, what sounds like a failure.
pub(crate) fn sounds_bad_since(scene: &Scene<'_>, service: &str, from: i64) -> bool {
    let is_later = |row: &u32| {
        let found = scene.index.row(*row);
        found.is_some_and(|row| {
            row.time().is_some_and(|at| at.0 >= from)
                && scene.index.source_of(row).is_some_and(|source| source.service == service)
        })
    };
    let mut bad = scene.statements.iter().filter(|s| s.severity >= Severity::Error || sounds_bad(&s.text));
    bad.any(|statement| statement.occurrences.firsts().iter().any(is_later))
}

/// Whether a text without a severity states that something failed.
pub(crate) fn is_suspect(text: &str) -> bool {
    let line = text.lines().map(str::trim).find(|line| line.chars().any(char::is_alphanumeric)).unwrap_or("");
    let line = crate::digest::cut(line, 300).to_ascii_lowercase();
    let begin = crate::digest::cut(&line, 40);
    let is_bad = MARKS.iter().any(|mark| begin.contains(mark))
        || PHRASES.iter().any(|phrase| line.contains(phrase))
        || ["error", "exception", "fatal", "panic", "failure"].iter().any(|noun| names(&line, noun))
        || ends(&line, "failed")
        || line.trim_end_matches(['.', '!', ' ']).ends_with(" not found") && line.len() < 120;
    // Most lines have nothing that could be taken back.
    is_bad && !CALM.iter().any(|words| line.contains(words))
}

/// `error:`, `valueerror:`, `error [`, or the line begins with it: the noun names what follows.
fn names(line: &str, noun: &str) -> bool {
    line.match_indices(noun).any(|(at, _)| {
        let after = line.get(at + noun.len()..).unwrap_or("");
        let before = line.get(..at).unwrap_or("");
        let begins = !before.chars().any(char::is_alphanumeric);
        after.starts_with(": ") || begins && (after.starts_with([':', '!', '[', '(']) || happens(after))
    })
}

/// `error fetching …`, `error while …`: an error of doing something, unlike `error rate`.
fn happens(after: &str) -> bool {
    let word = after.split_whitespace().next().unwrap_or("");
    let next = word.trim_end_matches(|c: char| !c.is_alphanumeric());
    after.starts_with(' ')
        && (next.ends_with("ing")
            || ["while", "during", "when", "in", "on", "from", "occurred"].contains(&next))
}

/// `lookup failed`, `job 7 failed: reason`: the verb closes its clause. `a failed job` and `'7:failed'` state nothing new.
fn ends(line: &str, verb: &str) -> bool {
    line.match_indices(verb).any(|(at, _)| {
        let after = line.get(at + verb.len()..).unwrap_or("");
        let before = line.get(..at).unwrap_or("");
        before.ends_with(' ') && (after.trim().is_empty() || after.starts_with([':', '.', ';', ',', '!']))
    })
}

/// Whether a program calls what it says a warning by the usual head, `vips warning: …`, `ld: warning: …`
/// (gnu.org/prep/standards, "Formatting Error Messages").
pub(crate) fn is_own_warning(text: &str) -> bool {
    let head = text.split_once("warning: ").map_or("", |(head, _)| head).trim_end();
    let program = head.trim_end_matches(':');
    !program.is_empty() && program.len() <= 40 && !program.contains(char::is_whitespace)
}

/// Whether the words guess: `might be missing` names no cause.
pub(crate) fn is_guess(text: &str) -> bool {
    let head = crate::digest::cut(text.lines().next().unwrap_or(""), 300).to_ascii_lowercase();
    [" might ", "perhaps", "possibly", "maybe ", " may be ", " probably "]
        .iter()
        .any(|word| head.contains(word))
}

#[cfg(test)]
mod tests {
    use super::is_suspect;

    #[test]
    fn only_statements_of_a_failure_are_suspects() {
        for text in [
            "❌ order 17: original picture not found",
            "Error fetching orders: {",
            "lookup of host ledger failed",
            "order 17 failed: no such account",
            "could not read the parcel",
            "ValueError: bad parcel",
        ] {
            assert!(is_suspect(text), "{text}");
        }
        for text in [
            "paid back 1 coin for failed order 17",
            "summary: 35 checks, recent orders: ['17:failed', '18:done']",
            "no queued orders found",
            "error handler installed",
            "0 failed, 12 passed",
            "error rate 0.2 percent",
            "loading module error_pages",
        ] {
            assert!(!is_suspect(text), "{text}");
        }
    }
}
