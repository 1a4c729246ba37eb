//! What a reader sees of numbers and instants.

use super::{bytes, count, latency, per_mille, span};
use crate::entry::Nanos;

#[test]
fn numbers_are_grouped_by_three() {
    assert_eq!([count(0), count(999), count(1_000), count(1_234_567)], ["0", "999", "1,000", "1,234,567"]);
}

#[test]
fn sizes_and_shares_keep_one_digit() {
    assert_eq!([bytes(999), bytes(1_250), bytes(314_000_000)], ["999 B", "1.2 kB", "314.0 MB"]);
    assert_eq!(per_mille(165), "16.5 %");
    assert_eq!([latency(12), latency(12_400), latency(1_250_000)], ["12 µs", "12 ms", "1.25 s"]);
}

#[test]
fn a_span_within_a_day_names_the_day_once() {
    let at = |text: &str| Nanos::parse(text);
    assert_eq!(
        span(at("2026-03-10T09:00:00Z"), at("2026-03-10T10:00:00Z")),
        "2026-03-10 09:00:00 to 10:00:00"
    );
    assert_eq!(
        span(at("2026-03-10T09:00:00Z"), at("2026-03-11T10:00:00Z")),
        "2026-03-10 09:00:00 to 2026-03-11 10:00:00"
    );
    assert_eq!(span(None, None), "");
}
