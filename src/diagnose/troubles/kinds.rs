//! The codes that the messages of a cause and of its consequences carry → how many of each: `14 × TS2305`.

use super::{Kind, Trouble};
use crate::diagnose::causality::{Incident, Scene};
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::words;
use crate::order::Order as _;
use crate::report::model::{Rich, Sentence};
use std::collections::BTreeMap;

/// Codes that are told one by one.
const CODES: usize = 6;

/// A sentence about the codes, where there are several messages with one. Consequences count only where their signature is one
/// that the cause is said to explain, and carries a code too.
pub(crate) fn tally(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    incident: &Incident,
    root: &Trouble,
) -> Option<Sentence> {
    let Kind::Signature(number) = root.kind else { return None };
    let explains = &scene.knowledge.signatures().get(number)?.explains;
    let related = |trouble: &&Trouble| match trouble.kind {
        Kind::Signature(n) => {
            n == number || scene.knowledge.signatures().get(n).is_some_and(|s| explains.contains(&s.id))
        }
        _ => false,
    };
    let symptoms = incident.symptoms.iter().filter_map(|&n| scene.troubles.get(n)).filter(related);
    let mut codes: BTreeMap<&str, u64> = BTreeMap::new();
    let mut rows = Vec::new();
    for statement in std::iter::once(root)
        .chain(symptoms)
        .flat_map(|t| &t.statements)
        .filter_map(|&n| scene.statements.get(n))
    {
        let code = statement.signature(scene.knowledge).and_then(|(s, found)| {
            found.captures.get("code").filter(|code| s.lifecycle.is_none_or(|_| code.parse::<i64>().is_err()))
        });
        // Bare numbers are exit codes and the like: they say nothing without their name.
        if let Some(code) = code.filter(|code| code.bytes().any(|b| b.is_ascii_alphabetic())) {
            *codes.entry(code).or_default() += statement.occurrences.len() as u64;
            rows.extend(statement.rows());
        }
    }
    let total: u64 = codes.values().sum();
    if total < 2 {
        return None;
    }
    let mut codes: Vec<(&str, u64)> = codes.into_iter().collect();
    codes.order_by_key(|(code, n)| (std::cmp::Reverse(*n), *code));
    let mut text = Rich::text(format!("{} with a code: ", words::count(total, "error", "errors")));
    for (at, (code, n)) in codes.iter().take(CODES).enumerate() {
        text = text.t(format!("{}{} × ", if at == 0 { "" } else { ", " }, words::number(*n))).c(*code);
    }
    rows.sort_unstable();
    rows.dedup();
    Some(derived(text.t("."), "messages of the cause and of what it explains, by code", book.rows(&rows)))
}
