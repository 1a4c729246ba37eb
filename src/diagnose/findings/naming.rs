//! The words of an error → the words with the values that its signature collected: `ZodError: DB_URL and API_URL`.

use crate::diagnose::knowledge::{Expression, Signature};
use crate::diagnose::words::brief;
use std::collections::BTreeMap;

/// Adds whose host the one of the values is: `own_host`, or `foreign_host` where it is not the reader's, or nothing names it.
pub(crate) fn place_host(values: &mut BTreeMap<String, String>) {
    let host = values.get("host").filter(|host| !host.is_empty()).cloned();
    let own = host.as_deref().is_some_and(is_own_host);
    let (name, other) = if own { ("own_host", "foreign_host") } else { ("foreign_host", "own_host") };
    values.remove(other);
    values.insert(name.to_owned(), host.unwrap_or_else(|| "the other side".to_owned()));
}

/// Whether a host is one of the reader's own network, by its name or address: nobody else has to be asked about it.
pub(crate) fn is_own_host(host: &str) -> bool {
    const ENDS: [&str; 8] =
        [".internal", ".svc", ".local", ".lan", ".corp", ".intranet", ".private", ".home.arpa"];
    const PARTS: [&str; 2] = [".internal.", ".svc."];
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let private = host.starts_with("10.") || host.starts_with("192.168.") || host.starts_with("127.");
    let ends = ENDS.iter().any(|end| host.ends_with(end)) || PARTS.iter().any(|part| host.contains(part));
    // What answers there is Google's, not one's own.
    host != "metadata.google.internal" && (private || ends || !host.contains('.') && !host.contains(':'))
}

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

#[cfg(test)]
mod tests {
    use super::is_own_host;

    #[test]
    fn names_of_the_own_network_are_told_from_others() {
        for host in ["books.internal.acme.example", "cart.shop.svc", "cart", "db.local", "10.0.0.7"] {
            assert!(is_own_host(host), "{host}");
        }
        for host in ["api.acme.example", "metadata.google.internal", "203.0.113.7", "localhosting.example"] {
            assert!(!is_own_host(host), "{host}");
        }
    }
}
