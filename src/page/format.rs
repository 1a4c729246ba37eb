//! Numbers and instants in, the words that a reader sees out. Tested without a browser.

use crate::entry::Nanos;
pub use crate::entry::number as count;
use crate::report::model::{Class, Grade, Priority, State};

/// `1 entry`, `84 entries`: a number and its noun.
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// `412 B`, `3.4 kB`, `12.0 MB`: decimal units, as disks are sold and file managers count.
pub fn bytes(n: u64) -> String {
    const UNITS: [(&str, u64); 3] = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    for (unit, size) in UNITS {
        if n >= size {
            let tenths = n / (size / 10);
            return format!("{}.{} {unit}", tenths / 10, tenths % 10);
        }
    }
    format!("{n} B")
}

/// `16.5 %` of per mille.
pub fn per_mille(n: u64) -> String {
    format!("{}.{} %", n / 10, n % 10)
}

/// `850 µs`, `12 ms`, `1.25 s`.
pub fn latency(micros: u64) -> String {
    match micros {
        0..=999 => format!("{micros} µs"),
        1_000..=999_999 => format!("{} ms", (micros + 500) / 1000),
        _ => format!("{}.{:02} s", micros / 1_000_000, micros % 1_000_000 / 10_000),
    }
}

/// `09:16:12.504`, or nothing.
pub fn clock(time: Option<Nanos>) -> String {
    time.map(Nanos::clock_millis).unwrap_or_default()
}

/// `2026-03-10 09:16:12`, or nothing.
pub fn date_time(time: Option<Nanos>) -> String {
    time.map(Nanos::date_time).unwrap_or_default()
}

/// `2026-03-10 09:16:12 to 09:18:40` (one day named once).
pub fn span(first: Option<Nanos>, last: Option<Nanos>) -> String {
    match (first, last) {
        (Some(first), Some(last)) if first == last => first.date_time(),
        (Some(first), Some(last)) => {
            let (from, to) = (first.date_time(), last.date_time());
            if from.get(..10) == to.get(..10) {
                format!("{from} to {}", last.clock())
            } else {
                format!("{from} to {to}")
            }
        }
        (Some(one), None) | (None, Some(one)) => one.date_time(),
        (None, None) => String::new(),
    }
}

/// The word on a state badge.
pub fn state(state: State) -> &'static str {
    match state {
        State::Ongoing => "Ongoing",
        State::Ended => "Ended",
        State::Superseded => "Superseded",
        State::Once => "Once",
        State::Healthy => "Healthy",
        State::Unknown => "Unknown",
    }
}

/// The name of a state as a style knows it.
pub fn state_class(state: State) -> &'static str {
    match state {
        State::Ongoing => "badge badge-ongoing",
        State::Ended | State::Superseded | State::Once => "badge badge-over",
        State::Healthy => "badge badge-healthy",
        State::Unknown => "badge badge-unknown",
    }
}

/// The word for a class of findings.
pub fn class(class: Class) -> &'static str {
    match class {
        Class::Critical => "Critical",
        Class::Warning => "Warning",
        Class::Notice => "Notice",
    }
}

/// The word for a grade.
pub fn grade(grade: Grade) -> &'static str {
    match grade {
        Grade::Observed => "observed",
        Grade::Derived => "derived",
        Grade::Hypothesis => "hypothesis",
    }
}

/// The heading of a priority.
pub fn priority(priority: Priority) -> (&'static str, &'static str) {
    match priority {
        Priority::P0 => ("P0", "now"),
        Priority::P1 => ("P1", "this week"),
        Priority::P2 => ("P2", "when there is time"),
    }
}

#[cfg(test)]
#[path = "format_tests.rs"]
mod tests;
