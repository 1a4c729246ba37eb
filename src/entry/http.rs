//! The HTTP request of an entry.

use std::borrow::Cow;

/// A request as far as the log tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Http<'a> {
    /// `GET`, `POST` … or empty.
    pub method: Cow<'a, str>,
    /// URL or path as written.
    pub url: Cow<'a, str>,
    /// Status, 0 where the log has none.
    pub status: u16,
    /// Latency in microseconds.
    pub latency_micros: Option<u64>,
    /// User agent, or empty.
    pub user_agent: Cow<'a, str>,
    /// Address of the caller, or empty.
    pub remote: Cow<'a, str>,
}

impl Http<'_> {
    /// The same with texts of its own.
    pub fn into_owned(self) -> Http<'static> {
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Http {
            method: own(self.method),
            url: own(self.url),
            status: self.status,
            latency_micros: self.latency_micros,
            user_agent: own(self.user_agent),
            remote: own(self.remote),
        }
    }

    /// The path of the URL: no scheme, host, query or fragment. `/` if the URL names a host alone.
    pub fn path(&self) -> &str {
        let url = self.url.as_ref();
        let bytes = url.as_bytes();
        let scheme = memchr::memchr_iter(b':', bytes)
            .find(|at| bytes.get(at + 1..).is_some_and(|rest| rest.starts_with(b"//")));
        let rest = match scheme {
            Some(at) => {
                let after = url.get(at + 3..).unwrap_or("");
                let slash = memchr::memchr(b'/', after.as_bytes());
                slash.map_or("/", |slash| after.get(slash..).unwrap_or("/"))
            }
            None => url,
        };
        let end = memchr::memchr2(b'?', b'#', rest.as_bytes()).unwrap_or(rest.len());
        rest.get(..end).unwrap_or(rest)
    }
}

/// Whether a text is `METHOD /path STATUS` and nothing more.
pub(crate) fn is_request_line(text: &str) -> bool {
    let mut words = text.split(' ');
    let method =
        words.next().is_some_and(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_uppercase()));
    let path = words.next().is_some_and(|word| word.contains('/'));
    let status = |word: &str| word.len() == 3 && word.bytes().all(|b| b.is_ascii_digit());
    method && path && words.next().is_some_and(status) && words.next().is_none()
}
