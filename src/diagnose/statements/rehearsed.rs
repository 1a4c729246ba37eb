//! Lines by which somebody tries a logger: takes all statements, tells those that say the same at several levels, each naming its own.

use super::Statement;
use crate::entry::Severity;
use crate::order::Gather as _;
use std::collections::{BTreeMap, BTreeSet};

/// Levels at which the same is said, at least.
const LEVELS: usize = 4;
/// Characters of a message that are compared.
const COMPARED: usize = 200;

/// How loggers call a level (Python, Java, .NET, Go's zap, syslog).
fn names(severity: Severity) -> &'static [&'static str] {
    match severity {
        Severity::Default => &["default", "trace"],
        Severity::Debug => &["debug", "trace", "verbose"],
        Severity::Info => &["info", "information"],
        Severity::Notice => &["notice"],
        Severity::Warning => &["warning", "warn"],
        Severity::Error => &["error", "err", "severe"],
        Severity::Critical => &["critical", "crit", "fatal"],
        Severity::Alert => &["alert", "fatal"],
        Severity::Emergency => &["emergency", "emerg", "fatal", "panic"],
    }
}

/// Which statements are such lines.
pub(crate) fn find(statements: &[Statement]) -> Vec<bool> {
    let mut said: BTreeMap<String, Vec<(usize, Severity)>> = BTreeMap::new();
    for (number, statement) in statements.iter().enumerate().filter(|(_, s)| s.text.len() <= COMPARED) {
        if let Some(words) = nameless(statement) {
            said.entry(words).or_default().push((number, statement.severity));
        }
    }
    let mut found = vec![false; statements.len()];
    for lines in said.into_values() {
        let levels: BTreeSet<Severity> = lines.iter().map(|(_, severity)| *severity).gathered();
        let is_loud = levels.iter().any(|level| *level >= Severity::Warning);
        for (number, _) in lines.iter().filter(|_| is_loud && levels.len() >= LEVELS) {
            found.get_mut(*number).into_iter().for_each(|found| *found = true);
        }
    }
    found
}

/// The words of a message without numbers and without the name of its level, if it has that name once.
fn nameless(statement: &Statement) -> Option<String> {
    let own = names(statement.severity);
    let is_own = |word: &&str| own.iter().any(|name| word.eq_ignore_ascii_case(name));
    let is_end = |c: char| !c.is_alphanumeric();
    // Nearly all messages name no level, and have nothing copied for it.
    if statement.text.split(is_end).filter(is_own).count() != 1 {
        return None;
    }
    let words = statement.text.split(is_end).filter(|word| !word.is_empty() && !is_own(word));
    let words: Vec<&str> = words.filter(|word| !word.bytes().any(|byte| byte.is_ascii_digit())).collect();
    (!words.is_empty()).then(|| words.join(" "))
}
