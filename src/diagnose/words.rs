//! Numbers and lists as a reader wants them.

pub(crate) use crate::entry::number;
use crate::entry::{Nanos, reason};
use crate::report::model::Rich;

/// `1 entry`, `2 entries`: the plural is given in full where an `s` won't do.
pub(crate) fn count(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

/// `n` of `total` in per mille, rounded half up.
pub(crate) fn per_mille(n: u64, total: u64) -> u64 {
    if total == 0 { 0 } else { (n * 2000 + total) / (total * 2) }
}

/// `71.6 %`.
pub(crate) fn percent(per_mille: u64) -> String {
    format!("{}.{} %", per_mille / 10, per_mille % 10)
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// `04:36:31 to 05:36:10 UTC on 2025-09-16`, or with both dates; `once` for one instant.
pub(crate) fn span(first: Nanos, last: Nanos) -> String {
    let (from, until) = (first.date_time(), last.date_time());
    let (day, other) = (from.get(..10).unwrap_or(""), until.get(..10).unwrap_or(""));
    if from == until {
        format!("{from} UTC")
    } else if day == other {
        format!("{day} {} to {} UTC", first.clock(), last.clock())
    } else {
        format!("{from} to {until} UTC")
    }
}

/// The text on one line, blanks folded, cut to `limit` characters with an ellipsis.
pub(crate) fn brief(text: &str, limit: usize) -> String {
    let text = text.trim();
    let is_odd = |pair: &[u8]| matches!(pair, [b' ', b' '] | [9..=13, _]);
    if text.len() <= limit && text.is_ascii() && !text.as_bytes().windows(2).any(is_odd) {
        return text.to_owned();
    }
    folded(text, limit)
}

fn folded(text: &str, limit: usize) -> String {
    let mut out = String::new();
    let mut len = 0;
    let mut blank = false;
    for (n, c) in text.chars().enumerate() {
        if n > limit * 4 || len >= limit {
            out.push('…');
            break;
        }
        if c.is_whitespace() {
            blank = true;
            continue;
        }
        if blank && len > 0 {
            out.push(' ');
            len += 1;
        }
        blank = false;
        out.push(c);
        len += 1;
    }
    out
}

/// The headline of a message, with its innermost reason where that would be cut off or stands below it: `400 Load failed …
/// Could not parse 'x'`, `index_closed: index [a] is closed`.
pub(crate) fn with_reason(text: &str, limit: usize) -> String {
    let line = first_line(text);
    let n_words = line.split_whitespace().count();
    let fits = line.chars().count() <= limit;
    let reason = reason::innermost(text).or_else(|| last_clause(line, limit * 3 / 4).filter(|_| !fits));
    let Some(reason) = reason.filter(|_| !fits || n_words < 4 || line.ends_with(':')) else {
        return brief(line, limit);
    };
    let reason = brief(reason.trim_end_matches([';', ' ']), limit);
    let shown = brief(line, limit);
    if shown.trim_end_matches('…').contains(reason.as_str()) {
        return shown;
    }
    let before = line.trim_end_matches(':');
    if reason.starts_with(before) {
        return reason;
    }
    let start = brief(before, limit / 3);
    if start.ends_with('…') { format!("{start} {reason}") } else { format!("{start}: {reason}") }
}

/// What a long line says last, behind a colon, if that is a sentence: the longest such part that has room.
fn last_clause(line: &str, room: usize) -> Option<&str> {
    let mut parts = line.match_indices(": ").filter_map(|(at, _)| line.get(at + 2..));
    let is_sentence = |clause: &&str| {
        clause.starts_with(char::is_alphabetic)
            && clause.split_whitespace().count() >= 4
            && !clause.contains(['{', '=', '<'])
            && clause.chars().count() <= room
    };
    parts.find(is_sentence)
}

/// `brief` of the first line that says something.
pub(crate) fn headline(text: &str, limit: usize) -> String {
    brief(first_line(text), limit)
}

/// The first line that says something.
fn first_line(text: &str) -> &str {
    text.lines()
        .map(str::trim)
        .find(|line| line.chars().filter(|c| c.is_alphabetic()).nth(2).is_some())
        .or_else(|| text.lines().map(str::trim).find(|line| line.chars().any(char::is_alphanumeric)))
        .unwrap_or_else(|| text.trim())
}

/// The first letter in upper case.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// Prose with `code` between backticks, as signatures write it.
pub(crate) fn prose(text: &str) -> Rich {
    text.split('`').enumerate().fold(Rich::default(), |rich, (n, piece)| match (n % 2, piece.is_empty()) {
        (_, true) => rich,
        (0, false) => linked(rich, piece),
        (_, false) => rich.c(piece),
    })
}

/// Prose in which an address stands as code, so that no reader takes it for a link of the report.
fn linked(rich: Rich, text: &str) -> Rich {
    let Some(at) = text.find("://") else { return rich.t(text) };
    let is_end = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '\'' | '"' | '<' | '>');
    let (before, after) = text.split_at(at);
    let from = before
        .rfind(is_end)
        .map_or(0, |at| at + before.get(at..).and_then(|s| s.chars().next()).map_or(1, char::len_utf8));
    let until = after.find(is_end).map_or(text.len(), |end| at + end);
    let address = text.get(from..until).unwrap_or("").trim_end_matches(['.', ',', ';', ':']);
    let rest = text.get(from + address.len()..).unwrap_or("");
    linked(rich.t(text.get(..from).unwrap_or("")).c(address), rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_has_nothing_to_fold_stays(text in "[a-dé \t\n]{0,12}", limit in 0usize..14) {
            prop_assert_eq!(brief(&text, limit), folded(text.trim(), limit));
        }
    }
}
