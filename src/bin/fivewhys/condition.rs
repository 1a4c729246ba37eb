//! The text of `--where` → a filter: comparisons and quoted text joined by AND.

use fivewhys::entry::{Nanos, Severity};
use fivewhys::error::{Code, Place, Problem};
use fivewhys::query::Filter;

/// Reads a condition. What is not understood is `E-QUERY` with its column.
pub(crate) fn parse(text: &str) -> Result<Filter, Problem> {
    let mut filter = Filter::default();
    let mut expects_and = false;
    for (column, word) in words(text)? {
        if word.eq_ignore_ascii_case("AND") {
            expects_and = false;
            continue;
        }
        if matches!(word.as_str(), "OR" | "NOT") {
            return Err(fault(column, "only conditions joined by AND are understood here"));
        }
        if expects_and && !filter.text.is_empty() && !word.contains(['=', '<', '>']) {
            return Err(fault(column, "only one text can be searched for; put quotes around several words"));
        }
        condition(column, &word, &mut filter)?;
        expects_and = true;
    }
    Ok(filter)
}

fn condition(column: usize, word: &str, filter: &mut Filter) -> Result<(), Problem> {
    let Some(at) = word.find(['=', '<', '>', ':']).filter(|at| *at > 0 && !word.starts_with('"')) else {
        filter.text = unquoted(word);
        return Ok(());
    };
    let (field, rest) = word.split_at(at);
    let operator: String = rest.chars().take_while(|c| matches!(c, '=' | '<' | '>' | ':')).collect();
    let value = unquoted(rest.get(operator.len()..).unwrap_or_default());
    let field = field.rsplit('.').next().unwrap_or(field).to_ascii_lowercase();
    match (field.as_str(), operator.as_str()) {
        ("severity", _) => {
            let severity = Severity::parse(&value).ok_or_else(|| fault(column, "this is no severity"))?;
            filter.severities =
                Severity::ALL.into_iter().filter(|other| compare(*other, &operator, severity)).collect();
        }
        ("timestamp", ">" | ">=") => filter.from = Some(time(column, &value)?),
        ("timestamp", "<" | "<=") => filter.until = Some(time(column, &value)?),
        ("service" | "service_name" | "job_name" | "function_name", "=") => filter.services.push(value),
        ("revision" | "revision_name", "=") => filter.revisions.push(value),
        ("instance" | "instanceid", "=") => filter.instances.push(value),
        ("log" | "logname" | "log_id", "=") => filter.logs.push(value),
        ("textpayload" | "message" | "text", ":" | "=") => filter.text = value,
        ("status", _) => {
            let status: u16 = value.parse().map_err(|_| fault(column, "a status is a number"))?;
            filter.statuses.push(match operator.as_str() {
                "=" | ":" => (status, status),
                ">=" => (status, 999),
                ">" => (status.saturating_add(1), 999),
                "<" => (0, status.saturating_sub(1)),
                _ => (0, status),
            });
        }
        _ => return Err(fault(column, "this condition is not understood")),
    }
    Ok(())
}

fn compare(one: Severity, operator: &str, other: Severity) -> bool {
    match operator {
        ">=" => one >= other,
        ">" => one > other,
        "<=" => one <= other,
        "<" => one < other,
        _ => one == other,
    }
}

fn time(column: usize, value: &str) -> Result<Nanos, Problem> {
    Nanos::parse(value).ok_or_else(|| fault(column, "this is no time such as 2025-09-16T04:36:31Z"))
}

fn unquoted(word: &str) -> String {
    word.strip_prefix('"').and_then(|word| word.strip_suffix('"')).unwrap_or(word).replace("\\\"", "\"")
}

/// Words with their columns, counted from 1; blanks inside quotes do not end a word.
fn words(text: &str) -> Result<Vec<(usize, String)>, Problem> {
    let mut words: Vec<(usize, String)> = Vec::new();
    let (mut word, mut start, mut quoted, mut escaped) = (String::new(), 0, None, false);
    for (at, c) in text.chars().enumerate() {
        if c.is_whitespace() && quoted.is_none() {
            if !word.is_empty() {
                words.push((start, std::mem::take(&mut word)));
            }
            continue;
        }
        if word.is_empty() {
            start = at + 1;
        }
        if c == '"' && !escaped {
            quoted = if quoted.is_none() { Some(at + 1) } else { None };
        }
        escaped = c == '\\' && !escaped;
        word.push(c);
    }
    if let Some(column) = quoted {
        return Err(fault(column, "this quote is not closed"));
    }
    if !word.is_empty() {
        words.push((start, word));
    }
    Ok(words)
}

fn fault(column: usize, detail: &str) -> Problem {
    let place = Place { file: None, line: Some(1), column: Some(column as u64) };
    Problem { code: Code::EQuery, place, detail: format!("Column {column}: {detail}.") }
}
