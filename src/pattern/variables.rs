//! A template and messages of its group → the values of its variables: their kinds, the most frequent ones, their range.

use super::VARIABLE;
use super::mask::strip_ansi;
use crate::order::Order as _;
use serde::{Deserialize, Serialize};

/// Values named of one variable.
const TOP: usize = 5;
/// Longest value kept, in bytes.
const VALUE_BYTES: usize = 200;

/// What a value is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "VariableKind"))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A plain number.
    Number,
    /// Letters and digits that name one thing: a hash, a trace id, a pod.
    Id,
    /// A UUID.
    Uuid,
    /// An IPv4, IPv6 or hardware address.
    Ip,
    /// What follows `scheme://`.
    Url,
    /// A path of a file or a request.
    Path,
    /// A span of time with its unit.
    Duration,
    /// A size with its unit.
    Size,
    /// A date or a time of day.
    Time,
    /// A text between quotes.
    Quoted,
    /// Anything else.
    #[default]
    Word,
}

/// One value of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// What it is.
    pub kind: Kind,
    /// As it stands in the message.
    pub value: String,
}

/// One variable over all messages looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// What most of its values are.
    pub kind: Kind,
    /// Distinct values seen.
    pub distinct: usize,
    /// The most frequent values with their counts, most frequent first, then by text.
    pub top: Vec<(String, u64)>,
    /// Smallest and largest value, for numbers, durations and sizes.
    pub range: Option<(String, String)>,
}

/// The values of `sample` at the variables of `template`, in order; empty if the message does not have this form.
#[must_use]
pub fn variables(template: &str, sample: &str) -> Vec<Variable> {
    let template = normal(template).replace("<*>:<*>:<*>", VARIABLE);
    let sample = normal(&strip_ansi(sample));
    align(&template, &sample).unwrap_or_default()
}

/// The variables of `template` over messages with their counts. The result does not depend on the order of `samples`.
#[must_use]
pub fn describe(template: &str, samples: &[(&str, u64)]) -> Vec<Summary> {
    summarise(samples.iter().map(|(sample, count)| (variables(template, sample), *count)))
}

/// The same over values that [`variables`] found, each list with the number of its messages.
#[must_use]
pub fn summarise(lists: impl IntoIterator<Item = (Vec<Variable>, u64)>) -> Vec<Summary> {
    let mut columns: Vec<Vec<(String, Kind, u64)>> = Vec::new();
    for (found, count) in lists {
        if columns.len() < found.len() {
            columns.resize(found.len(), Vec::new());
        }
        for (column, variable) in columns.iter_mut().zip(found) {
            column.push((variable.value, variable.kind, count));
        }
    }
    columns.into_iter().map(summary).collect()
}

fn summary(mut values: Vec<(String, Kind, u64)>) -> Summary {
    values.order();
    values.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.2 = kept.2.saturating_add(next.2);
        }
        same
    });
    let mut kinds: Vec<(u64, Kind)> = Vec::new();
    for (_, kind, count) in &values {
        match kinds.iter_mut().find(|(_, k)| k == kind) {
            Some(slot) => slot.0 = slot.0.saturating_add(*count),
            None => kinds.push((*count, *kind)),
        }
    }
    kinds.order_by_key(|(count, kind)| (std::cmp::Reverse(*count), *kind));
    let kind = kinds.first().map_or(Kind::Word, |(_, kind)| *kind);
    let mut measured: Vec<(f64, &str)> = values
        .iter()
        .filter(|v| v.1 == kind)
        .filter_map(|v| Some((magnitude(&v.0, kind)?, v.0.as_str())))
        .collect();
    measured.order_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(b.1)));
    let range = match (measured.first(), measured.last()) {
        (Some(low), Some(high)) => Some((low.1.to_owned(), high.1.to_owned())),
        _ => None,
    };
    let distinct = values.len();
    values.order_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
    let top = values.into_iter().take(TOP).map(|(value, _, count)| (value, count)).collect();
    Summary { kind, distinct, top, range }
}

/// Runs of white space as one space.
fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Walks the constant parts of the template through the message; each variable is what lies between two of them.
fn align(template: &str, sample: &str) -> Option<Vec<Variable>> {
    let mut parts = template.split(VARIABLE);
    let mut before = parts.next()?;
    let mut rest = sample.strip_prefix(before)?;
    let mut found = Vec::new();
    let mut parts = parts.peekable();
    while let Some(after) = parts.next() {
        let last = parts.peek().is_none();
        let end = if last {
            rest.strip_suffix(after)?.len()
        } else {
            rest.find(after).filter(|_| !after.is_empty())?
        };
        let value = rest.get(..end)?;
        found.push(Variable { kind: kind(before, value, after), value: clip(value) });
        rest = rest.get(end + after.len()..)?;
        before = after;
    }
    Some(found)
}

fn clip(value: &str) -> String {
    value.get(..value.floor_char_boundary(VALUE_BYTES)).unwrap_or(value).to_owned()
}

/// What a value is, from its own bytes and the constant text on both sides.
fn kind(before: &str, value: &str, after: &str) -> Kind {
    let digits = value.bytes().any(|b| b.is_ascii_digit());
    let hex = |g: &str| g.bytes().all(|b| b.is_ascii_hexdigit());
    let groups: Vec<&str> = value.split(':').collect();
    let clock = groups.len() >= 2
        && groups.iter().all(|g| g.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b','));
    let dated = value.as_bytes().get(4) == Some(&b'-') && value.bytes().take(4).all(|b| b.is_ascii_digit());
    let (number, unit) = split_unit(value);
    let unit = if unit.is_empty() {
        after.trim_start().split(|c: char| !c.is_alphabetic()).next().unwrap_or_default()
    } else {
        unit
    };
    if before.ends_with("://") {
        Kind::Url
    } else if value.contains('/') && !dated {
        Kind::Path
    } else if value.len() == 36
        && value.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && value.split('-').all(hex)
    {
        Kind::Uuid
    } else if value.split('.').count() == 4 && value.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        Kind::Ip
    } else if digits && (clock || dated || (groups.len() == 3 && value.contains(' '))) {
        Kind::Time
    } else if groups.len() >= 4 && groups.iter().all(|g| hex(g)) {
        Kind::Ip
    } else if !number.is_empty() && seconds(unit).is_some() {
        Kind::Duration
    } else if !number.is_empty() && bytes_of(unit).is_some() {
        Kind::Size
    } else if !number.is_empty() && split_unit(value).1.is_empty() {
        Kind::Number
    } else if before.ends_with(['"', '\'']) && after.starts_with(['"', '\'']) {
        Kind::Quoted
    } else if digits && !value.contains(' ') {
        Kind::Id
    } else {
        Kind::Word
    }
}

/// `1.5ms` → `1.5`, `ms`; the number is empty if the value is none.
fn split_unit(value: &str) -> (&str, &str) {
    let unsigned = value.trim_start_matches(['-', '+']);
    let sign = value.len() - unsigned.len();
    let length = unsigned.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    let (number, unit) = value.split_at_checked(sign + length).unwrap_or((value, ""));
    let plain = number.parse::<f64>().is_ok() && unit.chars().all(|c| c.is_alphabetic() || c == '%');
    if plain { (number, unit) } else { ("", "") }
}

/// Seconds of a unit of time.
fn seconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" => 1e-9,
        "us" | "µs" | "microseconds" => 1e-6,
        "ms" | "msec" | "millis" | "milliseconds" => 1e-3,
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hour" | "hours" => 3600.0,
        "d" | "day" | "days" => 86_400.0,
        _ => return None,
    })
}

/// Bytes of a unit of size.
fn bytes_of(unit: &str) -> Option<f64> {
    Some(match unit {
        "B" | "byte" | "bytes" => 1.0,
        "K" | "KB" | "kB" | "kb" => 1e3,
        "M" | "MB" => 1e6,
        "G" | "GB" => 1e9,
        "TB" => 1e12,
        "Ki" | "KiB" => 1024.0,
        "Mi" | "MiB" => 1_048_576.0,
        "Gi" | "GiB" => 1_073_741_824.0,
        _ => return None,
    })
}

fn magnitude(value: &str, kind: Kind) -> Option<f64> {
    let (number, unit) = split_unit(value);
    let factor = match kind {
        Kind::Number => 1.0,
        Kind::Duration => seconds(unit).unwrap_or(1.0),
        Kind::Size => bytes_of(unit).unwrap_or(1.0),
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * factor)
}

#[cfg(test)]
mod tests;
