//! What tells of people and places: e-mails, addresses, phone numbers, cards, query values (level Standard); ids, hosts,
//! users in paths (level Strict). Small regular expressions, which the engine runs in linear time.

use super::{Kind, Span};
use regex::Regex;
use std::sync::OnceLock;

/// A compiled expression; none of them can fail, and a test compiles all.
fn compiled(cell: &'static OnceLock<Option<Regex>>, pattern: &str) -> Option<&'static Regex> {
    cell.get_or_init(|| Regex::new(pattern).ok()).as_ref()
}

macro_rules! pattern {
    ($pattern:literal) => {{
        static CELL: OnceLock<Option<Regex>> = OnceLock::new();
        compiled(&CELL, $pattern)
    }};
}

/// Adds every match (or its first group) that passes.
fn add(text: &str, regex: Option<&Regex>, kind: Kind, spans: &mut Vec<Span>, passes: impl Fn(&str) -> bool) {
    let Some(regex) = regex else { return };
    for found in regex.captures_iter(text) {
        if let Some(part) = found
            .get(1)
            .or_else(|| found.get(0))
            .filter(|part| passes(part.as_str()) && !part.as_str().starts_with('<'))
        {
            spans.push(Span { start: part.start(), end: part.end(), kind });
        }
    }
}

/// E-mails, IP addresses, phone numbers, cards, values of query parameters.
pub(super) fn standard(text: &str, spans: &mut Vec<Span>) {
    if text.contains('@') {
        let email = pattern!(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9](?:[A-Za-z0-9\-]*\.)+[A-Za-z]{2,24}");
        add(text, email, Kind::Email, spans, |_| true);
    }
    let ip = pattern!(r"(?:^|[^\w.])((?:\d{1,3}\.){3}\d{1,3})");
    let mut ips = Vec::new();
    add(text, ip, Kind::Ip, &mut ips, |found| {
        found.split('.').all(|part| part.parse::<u8>().is_ok()) && !is_local(found)
    });
    spans.extend(ips.into_iter().filter(|span| !is_version(text.get(..span.start).unwrap_or_default())));
    if text.contains("::") || text.matches(':').count() >= 4 {
        let ip6 = pattern!(
            r"(?:^|[^\w:.])((?:[0-9A-Fa-f]{1,4}:){2,7}(?::?[0-9A-Fa-f]{1,4})?(?::[0-9A-Fa-f]{1,4})*|[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})*::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})*)?)"
        );
        add(text, ip6, Kind::Ip, spans, |found| found.parse::<std::net::Ipv6Addr>().is_ok());
    }
    let phone = pattern!(r"(?:^|[^\w+.\-])(\+\d{1,3}[ .\-]?\(?\d{1,4}\)?(?:[ .\-]?\d{2,4}){2,4})");
    add(text, phone, Kind::Phone, spans, |found| {
        (8..=15).contains(&found.bytes().filter(u8::is_ascii_digit).count())
    });
    let american = pattern!(r"(?:^|[^\w+.\-])(\(?[2-9]\d{2}\)?[ .\-][2-9]\d{2}[ .\-]\d{4})(?:[^\w.\-]|$)");
    add(text, american, Kind::Phone, spans, |_| true);
    let card = pattern!(r"(?:^|[^\w.\-])(\d(?:[ \-]?\d){12,18})(?:[^\w.\-]|$)");
    add(text, card, Kind::Card, spans, is_card);
    if text.contains('?') {
        let query = pattern!(r#"[?&][A-Za-z0-9_.\-\[\]%]+=([^&\s"'<>#`|]+)"#);
        add(text, query, Kind::Value, spans, |_| true);
    }
}

/// Whether what stands before four numbers says that they are a version: `Version=4.0.0.0`.
fn is_version(before: &str) -> bool {
    let before = before.trim_end_matches(['=', ':', ' ', '"', '\'']);
    let tail = before.len().checked_sub("version".len()).and_then(|at| before.get(at..));
    tail.is_some_and(|word| word.eq_ignore_ascii_case("version"))
}

/// Addresses that are the same everywhere tell of nobody.
fn is_local(ip: &str) -> bool {
    ip.starts_with("127.")
        || ip.starts_with("0.0.0.0")
        || ip == "255.255.255.255"
        || ip.starts_with("169.254.")
}

/// Luhn's check, and a first digit that a card scheme uses.
fn is_card(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, d)| if at % 2 == 0 { *d } else { d * 2 / 10 + d * 2 % 10 })
        .sum();
    (13..=19).contains(&digits.len()) && matches!(digits.first(), Some(2..=6)) && sum.is_multiple_of(10)
}

/// Ids, hosts, users in paths.
pub(super) fn strict(text: &str, spans: &mut Vec<Span>) {
    let uuid = pattern!(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}");
    add(text, uuid, Kind::Id, spans, |_| true);
    let hex = pattern!(r"\b([0-9A-Fa-f]{16,})\b");
    add(text, hex, Kind::Id, spans, |found| found.bytes().any(|b| b.is_ascii_digit()));
    let number = pattern!(r"(?:^|[^\w.,:\-])(\d{8,})(?:[^\w.,:\-]|$)");
    add(text, number, Kind::Id, spans, |_| true);
    let home = pattern!(r"(?:/home/|/Users/|[A-Za-z]:\\+Users\\+)([^/\\\s:]+)");
    add(text, home, Kind::User, spans, |_| true);
    let url = pattern!(r#"://(?:[^/@\s"'<>]*@)?([A-Za-z0-9.\-]+)"#);
    add(text, url, Kind::Host, spans, |found| {
        found != "localhost" && found.parse::<std::net::Ipv4Addr>().is_err()
    });
    let host = pattern!(
        r"\b((?:[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?\.)+(?:com|net|org|io|dev|app|cloud|internal|local|ai|co|de|uk|eu|us|fr|info|biz|me|tech|xyz|ch|at|nl|se|no|jp|cn|in|br|ru|pl|es|it|ca|au|run|goog|gov|edu))\b"
    );
    add(text, host, Kind::Host, spans, |found| !is_platform(found));
}

/// Names of platforms' own logs and APIs tell of nobody.
fn is_platform(host: &str) -> bool {
    let ours = [
        "googleapis.com",
        "kubernetes.io",
        "k8s.io",
        "docker.io",
        "python.org",
        "nodejs.org",
        "github.com",
        "gcr.io",
    ];
    ours.iter().any(|name| host.ends_with(name))
}
