//! What latencies of failed requests tell: a common round limit is a time-out, very short ones are refusals.

use crate::digest::Index;
use crate::entry::time::duration_words;

/// Latencies of some requests, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Latencies {
    pub(crate) least: u64,
    pub(crate) median: u64,
    pub(crate) most: u64,
    pub(crate) n: usize,
}

/// Time limits that platforms and servers have by default, in seconds: gunicorn 30, load balancers 30 and 60, Cloud Run 300
/// (at most 3600), Functions 60 and 540, App Engine 600, and the round ones that people set.
const LIMITS_SECONDS: [u64; 11] = [10, 15, 30, 60, 120, 180, 300, 540, 600, 900, 3600];

impl Latencies {
    /// Latencies of the requests in these rows.
    pub(crate) fn of(index: &Index, rows: &[u32]) -> Option<Latencies> {
        let mut values: Vec<u64> = rows.iter().filter_map(|&row| index.request_of(row)?.latency()).collect();
        values.sort_unstable();
        Some(Latencies {
            least: *values.first()?,
            median: *values.get(values.len() / 2)?,
            most: *values.last()?,
            n: values.len(),
        })
    }

    /// The limit in seconds that all of them ran into: each is within one per cent (and half a second) above it.
    pub(crate) fn limit_seconds(&self) -> Option<u64> {
        LIMITS_SECONDS.into_iter().find(|limit| {
            let micros = limit * 1_000_000;
            self.least >= micros - micros / 200 && self.most <= micros + micros / 100 + 500_000
        })
    }

    /// `about 2.0 s`, `1.2 s to 3.4 s`.
    pub(crate) fn words(&self) -> String {
        let words = |micros: u64| duration_words(i64::try_from(micros).unwrap_or(0).saturating_mul(1000));
        if self.n == 1 || self.most - self.least <= self.least / 10 {
            format!("about {}", words(self.median))
        } else {
            format!("{} to {}", words(self.least), words(self.most))
        }
    }
}
