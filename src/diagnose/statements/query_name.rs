//! A logged statement of a database → the name under which its repetitions are one.

use crate::diagnose::words;
use crate::pattern::VARIABLE;

/// Bytes of a list of columns that a name still holds.
const COLUMNS: usize = 80;

/// The statement itself, masked and cut: what is repeated with other values is one statement.
pub(crate) fn of(text: &str) -> String {
    let lines = text.lines().skip_while(|line| {
        let line = line.trim().to_ascii_lowercase();
        line.is_empty()
            || line.starts_with('#')
            || line.starts_with("set timestamp")
            || line.starts_with("use ") && line.ends_with(';')
            || line.contains("query_time")
    });
    let statement: Vec<&str> = lines.take(60).collect();
    // PostgreSQL writes `duration: 12 ms  execute <unnamed>: SELECT …`, or `statement: …`.
    let executed = text.split_once(" execute ").and_then(|(_, rest)| rest.split_once(": "));
    // auto_explain writes the statement above its plan.
    let explained =
        text.split_once("Query Text: ").and_then(|(head, rest)| Some((head, rest.lines().next()?)));
    let executed = executed.or(explained);
    let statement = match text.split_once("statement:").or(executed) {
        Some((_, statement)) => statement.to_owned(),
        None if statement.is_empty() => text.to_owned(),
        None => statement.join(" "),
    };
    let mut masked = String::new();
    crate::pattern::mask(&words::brief(&without_columns(&statement), 160), &mut masked);
    masked.replace(VARIABLE, "…")
}

/// `SELECT … FROM orders`: of a long list of columns a reader wants to know where they come from.
fn without_columns(statement: &str) -> String {
    let words: Vec<&str> = statement.split_whitespace().collect();
    let from = words.iter().position(|word| word.eq_ignore_ascii_case("from"));
    let columns =
        from.and_then(|from| words.get(1..from)).map_or(0, |words| words.iter().map(|w| w.len() + 1).sum());
    match (words.first(), from.and_then(|from| words.get(from..))) {
        (Some(first), Some(rest)) if first.eq_ignore_ascii_case("select") && columns > COLUMNS => {
            format!("{first} … {}", rest.join(" "))
        }
        _ => statement.to_owned(),
    }
}
