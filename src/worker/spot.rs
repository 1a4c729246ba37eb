//! A record and what was looked for in, the field whose value holds it out: of entries whose message does not show why they were
//! found.

use crate::ingest::json;
use crate::ingest::value::Value;
use crate::protocol::Spot;
use crate::query::search::Needle;

/// Bytes of a value that are shown, and how many of them stand before the match.
const SHOWN: usize = 160;
const BEFORE: usize = 40;
/// The field's name where a record is no JSON.
const RECORD: &str = "record";

/// The first field of a record in which one of the needles occurs: in its value, else in its name. `record` is redacted already,
/// and `texts` are the words of the needles.
pub fn spot(record: &str, needles: &[Needle], texts: &[String]) -> Option<Spot> {
    let record = record.trim().trim_end_matches(',');
    let occurs = |text: &str| needles.iter().any(|needle| needle.is_in(text.as_bytes()));
    let around = |field: &str, text: &str| Spot { field: field.to_owned(), text: piece(text, texts) };
    match json::parse(record) {
        Ok(value @ (Value::Object(_) | Value::List(_))) => {
            let mut names = Vec::new();
            let mut found = None;
            walk(&value, &mut names, &occurs, &mut found);
            found.map(|(field, text)| around(&field, &text))
        }
        _ => occurs(record).then(|| around(RECORD, record)),
    }
}

/// Goes through all values until one is found; `found` holds its keys and its text.
fn walk(
    value: &Value<'_>,
    names: &mut Vec<String>,
    occurs: &dyn Fn(&str) -> bool,
    found: &mut Option<(String, String)>,
) {
    match value {
        _ if found.as_ref().is_some_and(|(_, text)| !text.is_empty()) => {}
        Value::Object(members) => {
            for (name, inner) in members {
                names.push(name.to_string());
                if found.is_none() && occurs(name) {
                    *found = Some((names.join("."), String::new()));
                }
                walk(inner, names, occurs, found);
                names.pop();
            }
        }
        Value::List(list) => list.iter().for_each(|inner| walk(inner, names, occurs, found)),
        Value::Text(text) | Value::Number(text) if occurs(text) => {
            *found = Some((names.join("."), text.to_string()));
        }
        _ => {}
    }
}

/// What stands around the first match, or the beginning.
fn piece(text: &str, texts: &[String]) -> String {
    let lower = text.to_ascii_lowercase();
    let at = texts.iter().find_map(|wanted| lower.find(&wanted.to_ascii_lowercase())).unwrap_or(0);
    let from = text.floor_char_boundary(at.saturating_sub(BEFORE));
    let to = text.floor_char_boundary(from.saturating_add(SHOWN).min(text.len()));
    let lead = if from > 0 { "… " } else { "" };
    format!("{lead}{}", text.get(from..to).unwrap_or_default())
}

#[cfg(test)]
#[path = "spot_tests.rs"]
mod tests;
