//! Long messages → the part of them that says why: wrappers put it last, behind `reason:`, `message:`, `Caused by:`, and loggers
//! into a field. Takes a text, gives places in it.

use crate::order::Order as _;
/// What stands before a reason.
const REASONS: [&str; 9] = [
    "root causes:",
    "caused by:",
    "reason:",
    "reason\":",
    "message:",
    "message\":",
    "details = ",
    "detail:",
    "error_description\":",
];
/// Fields and lists whose value is told whole or not at all.
const FIELDS: [&str; 8] = [
    "suggestions\":",
    "suggestion\":",
    "recommendation\":",
    "error_code\":",
    "\"code\":",
    "\"status\":",
    "[parameters: ",
    "with parameters ",
];
/// Bytes of a value that are taken at most.
const MOST: usize = 400;

/// The innermost reason of a text, if it has one in words.
pub(crate) fn innermost(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let places = REASONS.iter().flat_map(|mark| lower.match_indices(mark).map(|(at, mark)| at + mark.len()));
    let mut ends: Vec<usize> = places.collect();
    ends.order();
    ends.into_iter()
        .rev()
        .map(|at| value(text, at))
        .find(|(from, to)| text.get(*from..*to).is_some_and(is_worded))
        .and_then(|(from, to)| text.get(from..to))
}

/// What a message advises in a field of its own: `suggestions`, `recommendation`.
pub(crate) fn advice(text: &str) -> Option<String> {
    const ADVICE: [&str; 4] =
        ["\"suggestions\":", "\"suggestion\":", "\"recommendation\":", "\"recommendations\":"];
    let (at, mark) = ADVICE.iter().find_map(|mark| Some((text.find(mark)?, mark)))?;
    let (from, to) = value(text, at + mark.len());
    let said = text.get(from..to)?.trim_matches(['[', ']']).replace("\",\"", "; ").replace("\", \"", "; ");
    let said = said.trim_matches('"').to_owned();
    is_worded(&said).then_some(said)
}

/// Where the fields of a line that say why, or what to do, begin and end, with their names.
pub(crate) fn fields(line: &str) -> Vec<(usize, usize)> {
    let lower = line.to_ascii_lowercase();
    let marks = REASONS.iter().chain(&FIELDS).flat_map(|mark| lower.match_indices(*mark));
    let mut found: Vec<(usize, usize)> =
        marks.map(|(at, mark)| (at, value(line, at + mark.len()).1)).collect();
    found.order();
    found
}

/// The value behind a mark that ends at `at`: what is quoted or bracketed, else up to the end of the line or clause.
fn value(text: &str, at: usize) -> (usize, usize) {
    let rest = text.get(at..).unwrap_or("");
    let from = at + rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    let rest = text.get(from..).unwrap_or("");
    let within = rest.get(..rest.floor_char_boundary(MOST)).unwrap_or(rest);
    let bytes = within.as_bytes();
    let length = match bytes.first() {
        Some(quote @ (b'"' | b'\'')) => {
            let close =
                (1..bytes.len()).find(|&i| bytes.get(i) == Some(quote) && bytes.get(i - 1) != Some(&b'\\'));
            return (from + 1, from + close.unwrap_or(within.len()));
        }
        Some(b'[' | b'{') => {
            let mut depth = 0usize;
            let close = bytes.iter().position(|byte| {
                match byte {
                    b'[' | b'{' => depth += 1,
                    b']' | b'}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                depth == 0
            });
            close.map_or(within.len(), |close| close + 1)
        }
        _ => [within.find('\n'), within.find("; ")].into_iter().flatten().min().unwrap_or(within.len()),
    };
    (from, from + length)
}

/// Whether a value says something in words, and is no mere code.
fn is_worded(value: &str) -> bool {
    let words = value
        .split_whitespace()
        .filter(|word| word.bytes().any(|b| b.is_ascii_alphabetic()) || !word.is_ascii());
    words.count() >= 3 && value.chars().filter(|c| c.is_alphabetic()).count() >= 12
}

#[cfg(test)]
mod tests {
    use super::{fields, innermost};

    #[test]
    fn the_innermost_reason_is_found() {
        for (text, reason) in [
            (
                "400 Load failed, error message: too many errors; reason: invalid, message: Load failed, error message: Could not parse 'x' as INT64 for field size",
                "Could not parse 'x' as INT64 for field size",
            ),
            (
                "index_closed\n\tRoot causes:\n\t\tindex [a] is closed for writes;",
                "index [a] is closed for writes;",
            ),
            ("{\"status\":400,\"reason\":\"the field is not known\"}", "the field is not known"),
            ("RPC terminated with:\n\tstatus = X\n\tdetails = \"the peer went away\"", "the peer went away"),
        ] {
            assert_eq!(innermost(text), Some(reason));
        }
        assert_eq!(innermost("reason: invalid"), None);
        assert_eq!(innermost("no reason is given here"), None);
    }

    #[test]
    fn fields_are_taken_whole() {
        let line = "late {\"suggestions\":[\"a [b]\",\"c\"],\"n\":1}";
        assert_eq!(
            fields(line).into_iter().map(|(a, b)| &line[a..b]).collect::<Vec<_>>(),
            ["suggestions\":[\"a [b]\",\"c\"]"]
        );
    }
}
