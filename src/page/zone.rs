//! The zone in which the page shows times: takes an instant, gives the one whose UTC clock reads as the zone's own. The core, the
//! sentences of the report and what is exported know UTC alone.

use crate::entry::Nanos;
use crate::entry::time::SECOND;
use crate::page::format::span;
use wasm_bindgen::JsValue;

/// A zone of the reader's choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zone {
    /// UTC.
    #[default]
    Utc,
    /// That of the browser, with its summer time.
    Local,
    /// So many minutes east of UTC.
    Fixed(i32),
}

/// Offsets in use around the world, in minutes east of UTC.
pub const OFFSETS: [i32; 37] = [
    -720, -660, -600, -570, -540, -480, -420, -360, -300, -240, -210, -180, -120, -60, 60, 120, 180, 210,
    240, 270, 300, 330, 345, 360, 390, 420, 480, 525, 540, 570, 600, 630, 660, 720, 765, 780, 840,
];

impl Zone {
    /// The instant to print as though it were UTC.
    pub fn at(self, time: Nanos) -> Nanos {
        let minutes = match self {
            Zone::Utc => 0,
            Zone::Local => local_minutes(time),
            Zone::Fixed(minutes) => i64::from(minutes),
        };
        Nanos(time.0.saturating_add(minutes.saturating_mul(60 * SECOND)))
    }

    /// `UTC`, `local time`, `UTC+05:30`.
    pub fn name(self) -> String {
        match self {
            Zone::Utc => "UTC".into(),
            Zone::Local => "local time".into(),
            Zone::Fixed(minutes) => {
                let sign = if minutes < 0 { '−' } else { '+' };
                format!("UTC{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
            }
        }
    }

    /// The name behind a blank where it has to be said: not for UTC, which all else is in.
    pub fn said(self) -> String {
        if self == Zone::Utc { String::new() } else { format!(" {}", self.name()) }
    }

    /// The span between two instants, with the zone's name where it is not UTC.
    pub fn span(self, seen: [Option<Nanos>; 2]) -> String {
        let [first, last] = seen.map(|time| time.map(|time| self.at(time)));
        format!("{}{}", span(first, last), self.said())
    }

    /// How a list of choices knows it.
    pub fn key(self) -> String {
        match self {
            Zone::Utc => "utc".into(),
            Zone::Local => "local".into(),
            Zone::Fixed(minutes) => minutes.to_string(),
        }
    }

    /// The zone of a key; UTC for what is none.
    pub fn of_key(key: &str) -> Zone {
        match key {
            "local" => Zone::Local,
            other => other.parse().map_or(Zone::Utc, Zone::Fixed),
        }
    }
}

/// What the browser's clock is ahead of UTC at an instant, in minutes.
fn local_minutes(time: Nanos) -> i64 {
    // Milliseconds of any log's time are far below 2^53, and an offset is a whole number of minutes within a day.
    #[allow(clippy::cast_precision_loss)]
    let millis = (time.0 / 1_000_000) as f64;
    let west = js_sys::Date::new(&JsValue::from_f64(millis)).get_timezone_offset();
    #[allow(clippy::cast_possible_truncation)]
    let minutes = if west.is_finite() { -west as i64 } else { 0 };
    minutes
}

#[cfg(test)]
#[path = "zone_tests.rs"]
mod tests;
