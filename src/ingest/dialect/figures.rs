//! An application's own object → the numbers in it that tell of work, levels, limits and durations, with what they are about.

use crate::entry::figure::{
    EACH, Figure, Kind, companion, is_until, kind, millis_each, thousandths, upstreams_of,
};
use crate::ingest::value::Value;
use std::borrow::Cow;

/// Longest companion kept, in bytes.
const OF_BYTES: usize = 80;

/// The figures of an object's own members. Nested objects speak of other things.
pub(super) fn of<'v>(payload: &'v Value<'_>) -> Vec<Figure<'v>> {
    let Value::Object(members) = payload else { return Vec::new() };
    let mut found: Vec<Figure<'v>> = Vec::new();
    for (name, value) in members {
        match value {
            // A table has texts only, and some loggers quote their numbers.
            Value::Number(text) | Value::Text(text) if found.len() < EACH && is_number(text) => {
                let (kind, each) = match (kind(name), millis_each(name)) {
                    (_, Some(each)) => (Kind::Took, each),
                    (Some(kind), None) => (kind, 1),
                    (None, None) => continue,
                };
                let value = thousandths(text).and_then(|value| value.checked_mul(each));
                found.extend(value.map(|value| figure(kind, name, "", value)));
            }
            // How far it lies ahead of the entry is known when the entry's time is.
            Value::Text(text) if found.len() < EACH && is_date(text) && is_until(name) => {
                found.push(figure(Kind::Ahead, name, text, 0));
            }
            _ => {}
        }
    }
    let asked = |name| payload.get(name).and_then(Value::scalar);
    // nginx's names, and Traefik's.
    for [addresses, statuses] in [["upstream_addr", "upstream_status"], ["ServiceAddr", "OriginStatus"]] {
        let Some((addresses, statuses)) = asked(addresses).zip(asked(statuses)) else { continue };
        let asked = upstreams_of(addresses, statuses);
        if !asked.is_empty() {
            return asked;
        }
    }
    if found.iter().any(|figure| figure.kind != Kind::Ahead) {
        let about = members.iter().filter_map(|(name, value)| {
            let text = value.text().filter(|text| !text.is_empty() && text.len() <= OF_BYTES)?;
            Some((companion(name)?, text))
        });
        if let Some((_, of)) = about.min_by_key(|(rank, _)| *rank) {
            for figure in found.iter_mut().filter(|figure| figure.kind != Kind::Ahead) {
                figure.of = Cow::Borrowed(of);
            }
        }
    }
    found
}

fn figure<'v>(kind: Kind, name: &'v str, of: &'v str, value: i64) -> Figure<'v> {
    Figure { kind, name: Cow::Borrowed(name), of: Cow::Borrowed(of), value }
}

/// Whether a text is a plain number.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    (1..=20).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// Whether a text begins like a date with a year.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    (10..=40).contains(&bytes.len())
        && bytes.get(4) == Some(&b'-')
        && bytes.iter().take(4).all(u8::is_ascii_digit)
}
