//! The tail of a proxy's access line → which servers it asked for an answer, and what each answered.
//!
//! nginx writes several addresses and statuses with commas where it asked another server after one had failed, with colons between
//! groups of servers (nginx.org/en/docs/http/ngx_http_upstream_module.html, embedded variables). They stand under keys (`ua="a, b" us="502,
//! 200"`, `upstream_addr=…`), or behind two bracketed names, as ingress-nginx writes them
//! (kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/log-format).

use super::{EACH, Figure, Kind};
use std::borrow::Cow;

/// Keys of addresses and of statuses.
const ADDRESSES: [&str; 4] = ["upstream_addr", "upstream", "ua", "uaddr"];
const STATUSES: [&str; 3] = ["upstream_status", "us", "ustatus"];

/// Whether a line has what stands before a list of upstreams; the same for all lines that differ in digits alone.
pub(crate) fn may_list_upstreams(line: &str) -> bool {
    let has = |part: &str| memchr::memmem::find(line.as_bytes(), part.as_bytes()).is_some();
    has("] [") || (has("ua") || has("up")) && keyed(line, &ADDRESSES).is_some()
}

/// The servers of an access line, at most [`EACH`].
pub fn upstreams(line: &str) -> Vec<Figure<'_>> {
    if let (Some(addresses), Some(statuses)) = (keyed(line, &ADDRESSES), keyed(line, &STATUSES)) {
        return upstreams_of(addresses, statuses);
    }
    bracketed(line).unwrap_or_default()
}

/// The servers of a list of addresses and one of statuses.
pub fn upstreams_of<'l>(addresses: &'l str, statuses: &'l str) -> Vec<Figure<'l>> {
    let figure = |(address, status): (&'l str, &'l str)| {
        let value = if status == "-" { 0 } else { status.parse().ok().filter(|n| (100..600).contains(n))? };
        let (name, of) = (Cow::Borrowed(address), Cow::Borrowed(""));
        is_address(address).then_some(Figure { kind: Kind::Upstream, name, of, value })
    };
    let pairs: Option<Vec<Figure<'l>>> =
        items(addresses).zip(items(statuses)).map(figure).take(EACH).collect();
    pairs.unwrap_or_default()
}

fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split([',', ' ']).filter(|item| !item.is_empty() && *item != ":")
}

/// `10.8.3.9:8080`, `[::1]:80`, `unix:/run/app.sock`.
fn is_address(text: &str) -> bool {
    let port = |port: &str| (2..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit());
    text.len() <= 64
        && (text.starts_with("unix:")
            || text.rsplit_once(':').is_some_and(|(host, end)| !host.is_empty() && port(end)))
}

/// The value of the first of these keys: `key="a, b"`, `key=a, b`.
fn keyed<'l>(line: &'l str, keys: &[&str]) -> Option<&'l str> {
    keys.iter().find_map(|key| {
        let (at, _) = line.match_indices(key).find(|(at, _)| {
            let begins = line.get(..*at).is_some_and(|before| before.ends_with([' ', '"', ',']));
            begins && line.get(at + key.len()..).is_some_and(|after| after.starts_with(['=', ':']))
        })?;
        let value = line.get(at + key.len() + 1..)?;
        match value.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next(),
            None => value.get(..list(value)),
        }
    })
}

/// Bytes of the list that a text begins with: it goes on behind a comma or a colon that stands alone.
fn list(text: &str) -> usize {
    let mut end = 0;
    for word in text.split_inclusive(' ') {
        let before = text.get(..end).unwrap_or("").trim_end();
        let is_colon = word.trim_end() == ":";
        if end > 0 && !before.ends_with([',', ':']) && !is_colon {
            break;
        }
        end += word.len();
    }
    text.get(..end).map_or(0, |list| list.trim_end().len())
}

/// `… [namespace-service-port] [] address length time status id`.
fn bracketed(line: &str) -> Option<Vec<Figure<'_>>> {
    let (_, tail) = line.rsplit_once("] [")?;
    let (_, tail) = tail.split_once("] ")?;
    let mut rest = tail;
    let mut lists = std::iter::from_fn(|| {
        let (list, after) = rest.split_at_checked(list(rest)).filter(|(list, _)| !list.is_empty())?;
        rest = after.trim_start();
        Some(list)
    });
    let (addresses, _, _, statuses) = (lists.next()?, lists.next()?, lists.next()?, lists.next()?);
    Some(upstreams_of(addresses, statuses))
}

#[cfg(test)]
mod tests {
    use super::upstreams;

    fn told(line: &str) -> String {
        upstreams(line).iter().map(|f| format!("{} {}", f.name, f.value)).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn servers_behind_a_proxy_are_read_with_what_they_answered() {
        let head =
            r#"10.1.0.7 - - [02/Mar/2026:10:00:00 +0000] "GET /cart/7 HTTP/1.1" 200 512 "-" "okhttp/4.9""#;
        for (tail, expected) in [
            (
                "431 0.021 [shop-cart-8080] [] 10.8.1.4:8080 512 0.015 200 9f86d081884c7d65",
                "10.8.1.4:8080 200",
            ),
            (
                "431 0.021 [shop-cart-8080] [] 10.8.3.9:8080, 10.8.1.4:8080 0, 512 0.001, 0.015 502, 200 9f86d0",
                "10.8.3.9:8080 502, 10.8.1.4:8080 200",
            ),
            ("431 0.000 [shop-cart-8080] [] - - - - 9f86d0", ""),
            (
                r#"ua="10.8.3.9:80, 10.8.1.4:80" us="502, 200" rt=0.02 urt="0.001, 0.01""#,
                "10.8.3.9:80 502, 10.8.1.4:80 200",
            ),
            (
                "rt=0.02 ua=10.8.3.9:80, 10.8.1.4:80 us=504, 200 urt=60.0, 0.01",
                "10.8.3.9:80 504, 10.8.1.4:80 200",
            ),
            ("upstream_addr=unix:/run/app.sock upstream_status=-", "unix:/run/app.sock 0"),
            (r#"ua="Mozilla/5.0" us="200""#, ""),
            ("", ""),
        ] {
            assert_eq!(told(&format!("{head} {tail}")), expected, "{tail}");
        }
    }
}
