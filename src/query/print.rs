//! A filter → its text, one condition a line; [`super::parse()`] makes the same filter of it.

use super::explorer::quoted;
use super::field::NAMES;
use super::{Filter, Term};
use crate::entry::Severity;

/// The text of a filter; empty if it restricts nothing.
pub fn print(filter: &Filter) -> String {
    conditions(filter).join("\n")
}

fn conditions(filter: &Filter) -> Vec<String> {
    let mut all = Vec::new();
    severities("severity", &filter.severities, &mut all);
    severities("recorded_severity", &filter.recorded, &mut all);
    if let Some(from) = filter.from {
        all.push(format!("timestamp>={}", quoted(&from.rfc3339())));
    }
    if let Some(until) = filter.until {
        all.push(format!("timestamp<={}", quoted(&until.rfc3339())));
    }
    for (list, names) in filter.origins().into_iter().zip(NAMES) {
        let name = names.first().copied().unwrap_or_default();
        any(
            list.iter().map(|value| match name {
                "log_id" => format!("log_id({})", quoted(value)),
                name => format!("{name}={}", quoted(value)),
            }),
            &mut all,
        );
    }
    any(filter.traces.iter().map(|id| format!("trace={}", quoted(id))), &mut all);
    any(filter.findings.iter().map(|id| format!("finding={}", quoted(id))), &mut all);
    any(filter.shapes.iter().map(|n| format!("pattern={n}")), &mut all);
    any(filter.files.iter().map(|n| format!("file={n}")), &mut all);
    statuses(&filter.statuses, &mut all);
    all.extend(filter.latency_micros.map(latencies).unwrap_or_default());
    if let Some(request) = filter.request {
        all.push(format!("request={request}"));
    }
    any(filter.rows.iter().map(|n| format!("entry={n}")), &mut all);
    for Term { any: texts, regex } in &filter.texts {
        let field = if *regex { "textPayload=~" } else { "" };
        any(texts.iter().map(|text| format!("{field}{}", quoted(text))), &mut all);
    }
    for not in &filter.not {
        match conditions(not).as_slice() {
            [] => {}
            [one] => all.push(format!("NOT {one}")),
            many => all.push(format!("NOT ({})", many.join(" AND "))),
        }
    }
    all
}

/// A range of latencies as Logs Explorer compares durations, to the microsecond.
pub(super) fn latencies((low, high): (u32, u32)) -> Vec<String> {
    let seconds = |micros: u32| {
        let decimal = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
        format!("\"{}s\"", decimal.trim_end_matches('0').trim_end_matches('.'))
    };
    let condition = |operator: &str, micros: u32| format!("httpRequest.latency{operator}{}", seconds(micros));
    match (low, high) {
        (low, u32::MAX) => vec![condition(">=", low)],
        (low, high) if low == high => vec![condition("=", low)],
        (0, high) => vec![condition("<=", high)],
        (low, high) => vec![condition(">=", low), condition("<=", high)],
    }
}

/// One condition of several that are joined by OR.
pub(super) fn any(values: impl Iterator<Item = String>, all: &mut Vec<String>) {
    let values: Vec<String> = values.collect();
    match values.as_slice() {
        [] => {}
        [one] => all.push(one.clone()),
        many => all.push(format!("({})", many.join(" OR "))),
    }
}

/// A list that goes from one severity to the top is a comparison.
pub(super) fn severities(field: &str, list: &[Severity], all: &mut Vec<String>) {
    if let ([lowest, _, ..], true) = (list, Severity::ALL.ends_with(list)) {
        all.push(format!("{field}>={}", lowest.name()));
        return;
    }
    any(list.iter().map(|severity| format!("{field}={}", severity.name())), all);
}

pub(super) fn statuses(ranges: &[(u16, u16)], all: &mut Vec<String>) {
    let range = |(low, high): &(u16, u16)| match (*low, *high) {
        (low, high) if low == high => vec![format!("httpRequest.status={low}")],
        (0, high) if high < u16::MAX => vec![format!("httpRequest.status<={high}")],
        (low, u16::MAX) => vec![format!("httpRequest.status>={low}")],
        (low, high) => vec![format!("httpRequest.status>={low}"), format!("httpRequest.status<={high}")],
    };
    match ranges {
        [one] => all.extend(range(one)),
        many => any(
            many.iter().map(|one| match range(one).as_slice() {
                [one] => one.clone(),
                both => format!("({})", both.join(" AND ")),
            }),
            all,
        ),
    }
}
