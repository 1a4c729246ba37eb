//! Instants as nanoseconds since 1970-01-01T00:00:00Z, and their text forms.

use serde::{Deserialize, Serialize};

/// An instant: nanoseconds since the Unix epoch, UTC. Covers the years 1678 to 2261.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Nanos(pub i64);

/// Nanoseconds in a second.
pub const SECOND: i64 = 1_000_000_000;

impl Nanos {
    /// Reads RFC 3339 and its common relatives: `T` or space, fraction of any length (cut to nanoseconds), `Z`, an
    /// offset with or without colon, or none (then UTC). Gives `None` for anything else or an instant out of range.
    pub fn parse(text: &str) -> Option<Nanos> {
        let bytes = text.as_bytes();
        let digits = |from: usize, len: usize| -> Option<i64> {
            let part = bytes.get(from..from + len)?;
            part.iter().try_fold(0i64, |n, b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0')))
        };
        let is = |at: usize, any: &[u8]| bytes.get(at).is_some_and(|b| any.contains(b));
        let (year, month, day) = (digits(0, 4)?, digits(5, 2)?, digits(8, 2)?);
        if !is(4, b"-/") || !is(7, b"-/") || !is(10, b"T t") {
            return None;
        }
        let (hour, minute) = (digits(11, 2)?, digits(14, 2)?);
        if !is(13, b":") {
            return None;
        }
        let (second, mut at) = if is(16, b":") { (digits(17, 2)?, 19) } else { (0, 16) };
        let mut nanos = 0i64;
        if is(at, b".,") {
            at += 1;
            let mut unit = SECOND / 10;
            let start = at;
            while let Some(b) = bytes.get(at).filter(|b| b.is_ascii_digit()) {
                nanos += i64::from(b - b'0') * unit;
                unit /= 10;
                at += 1;
            }
            if at == start {
                return None;
            }
        }
        let offset_seconds = match bytes.get(at..)? {
            [] | [b'Z' | b'z'] => 0,
            [b' ', b'U', b'T', b'C'] => 0,
            [sign @ (b'+' | b'-'), ..] => {
                let hours = digits(at + 1, 2)?;
                let (minutes, end) = match bytes.len() - at {
                    3 => (0, at + 3),
                    5 => (digits(at + 3, 2)?, at + 5),
                    6 if is(at + 3, b":") => (digits(at + 4, 2)?, at + 6),
                    _ => return None,
                };
                if end != bytes.len() {
                    return None;
                }
                (hours * 3600 + minutes * 60) * if *sign == b'-' { -1 } else { 1 }
            }
            _ => return None,
        };
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 24 || minute > 59 || second > 60 {
            return None;
        }
        let days = days_from_civil(year, month, day);
        // No month has fewer than 28 days; the 30th of February would be one of March.
        if day > 28 && civil_from_days(days) != (year, month, day) {
            return None;
        }
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset_seconds;
        seconds.checked_mul(SECOND)?.checked_add(nanos).map(Nanos)
    }

    /// `2025-09-16T04:36:31.118204Z`: the fraction in 0, 3, 6 or 9 digits, as few as hold it.
    pub fn rfc3339(self) -> String {
        let (year, month, day, hour, minute, second, nanos) = self.civil();
        let mut text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
        if nanos % 1_000_000 == 0 && nanos != 0 {
            text.push_str(&format!(".{:03}", nanos / 1_000_000));
        } else if nanos % 1_000 == 0 && nanos != 0 {
            text.push_str(&format!(".{:06}", nanos / 1_000));
        } else if nanos != 0 {
            text.push_str(&format!(".{nanos:09}"));
        }
        text.push('Z');
        text
    }

    /// `2025-09-16 04:36:31`, UTC, cut to seconds.
    pub fn date_time(self) -> String {
        let (year, month, day, hour, minute, second, _) = self.civil();
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }

    /// `04:36:31`, UTC, cut to seconds.
    pub fn clock(self) -> String {
        let (_, _, _, hour, minute, second, _) = self.civil();
        format!("{hour:02}:{minute:02}:{second:02}")
    }

    /// `04:36:31.118`, UTC, cut to milliseconds.
    pub fn clock_millis(self) -> String {
        let (_, _, _, hour, minute, second, nanos) = self.civil();
        format!("{hour:02}:{minute:02}:{second:02}.{:03}", nanos / 1_000_000)
    }

    /// Year, month, day, hour, minute, second, nanoseconds in UTC.
    pub fn civil(self) -> (i64, i64, i64, i64, i64, i64, i64) {
        let seconds = self.0.div_euclid(SECOND);
        let nanos = self.0.rem_euclid(SECOND);
        let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = civil_from_days(days);
        (year, month, day, rest / 3600, rest / 60 % 60, rest % 60, nanos)
    }
}

/// `850 ms`, `5.2 s`, `6 min 43 s`, `1 h 5 min`, `2 d 3 h`: a span of time for a reader. Negative spans are read as 0.
pub fn duration_words(nanos: i64) -> String {
    let millis = nanos.max(0).saturating_add(500_000) / 1_000_000;
    let seconds = (millis + 500) / 1000;
    let minutes = (seconds + 30) / 60;
    let hours = (minutes + 30) / 60;
    match millis / 1000 {
        0 => format!("{millis} ms"),
        1..=9 if millis % 1000 >= 50 => format!("{}.{} s", (millis + 50) / 1000, (millis + 50) % 1000 / 100),
        _ if seconds < 120 => format!("{seconds} s"),
        _ if seconds < 3600 && seconds % 60 == 0 => format!("{} min", seconds / 60),
        _ if seconds < 3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ if minutes < 1440 && minutes % 60 == 0 => format!("{} h", minutes / 60),
        _ if minutes < 1440 => format!("{} h {} min", minutes / 60, minutes % 60),
        _ if hours % 24 == 0 => format!("{} d", hours / 24),
        _ => format!("{} d {} h", hours / 24, hours % 24),
    }
}

/// Days from 1970-01-01 to a civil date of the proleptic Gregorian calendar (howardhinnant.github.io/date_algorithms.html).
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}
