//! The words of an error → the words with the values that its signature collected: `ZodError: DB_URL and API_URL`.

use super::knowledge::{Expression, Signature};
use super::words::brief;
use std::collections::BTreeMap;

/// `words` as they are, unless the signature lists values (`each`) that they do not name.
pub(crate) fn with_values(
    words: String,
    signature: Option<&Signature>,
    values: &BTreeMap<String, String>,
) -> String {
    let Some(signature) = signature.filter(|s| !s.each.is_empty()) else { return words };
    let names = Expression::new(&signature.each).ok();
    let name = names.as_ref().and_then(|regex| regex.names().next().map(str::to_owned));
    let Some(list) = name.and_then(|name| values.get(&name)) else { return words };
    let told = |value: &str| words.contains(value);
    if !words.contains('{') && list.split(", ").flat_map(|part| part.split(" and ")).all(told) {
        return words;
    }
    // What stands before the first colon names the kind of error.
    let head = words.split_once(": ").map_or(words.as_str(), |(head, _)| head).trim_end_matches(':');
    brief(&format!("{head}: {list}"), 200)
}
