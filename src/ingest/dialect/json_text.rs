//! JSON inside a text field → [`Value`]. Takes a text that may be JSON, gives a value or nothing.

use crate::ingest::json;
use crate::ingest::value::Value;

/// Parses a text that is one JSON object or array.
pub(super) fn parse(text: &str) -> Option<Value<'_>> {
    let text = text.trim();
    if !(text.starts_with('{') && text.ends_with('}') || text.starts_with('[') && text.ends_with(']')) {
        return None;
    }
    json::parse(text).ok()
}
