//! JSON inside a text field → [`Value`]. Takes a text that may be JSON, gives an owned value or nothing.

use crate::ingest::value::Value;
use std::borrow::Cow;

/// Parses a text that is one JSON object or array.
pub(super) fn parse(text: &str) -> Option<Value<'static>> {
    let text = text.trim();
    if !(text.starts_with('{') && text.ends_with('}') || text.starts_with('[') && text.ends_with(']')) {
        return None;
    }
    serde_json::from_str::<serde_json::Value>(text).ok().map(convert)
}

fn convert(value: serde_json::Value) -> Value<'static> {
    match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(flag) => Value::Bool(flag),
        serde_json::Value::Number(number) => Value::Number(Cow::Owned(number.to_string())),
        serde_json::Value::String(text) => Value::Text(Cow::Owned(text)),
        serde_json::Value::Array(items) => Value::List(items.into_iter().map(convert).collect()),
        serde_json::Value::Object(members) => Value::Object(
            members.into_iter().map(|(key, member)| (Cow::Owned(key), convert(member))).collect(),
        ),
    }
}
