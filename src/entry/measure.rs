//! Durations that messages state: `took 213 ms`, `duration: 12.5 ms`, `Query_time: 98.2`, `completed in 346s`.
//!
//! Takes the beginning of one message, gives microseconds; looks at one message alone and never guesses a unit, but for the
//! slow query log of MySQL, which counts seconds (dev.mysql.com/doc/refman/8.4/en/slow-query-log.html).

use aho_corasick::{AhoCorasick, MatchKind};
use std::sync::LazyLock;

/// Bytes of a message that are looked at.
const LOOK: usize = 400;

const WORDS: [&str; 31] = [
    "query_time",
    "took",
    "duration",
    "latency",
    "elapsed",
    "completed in",
    "finished in",
    "done in",
    "successfully in",
    "completed after",
    "finished after",
    "answered in",
    "responded in",
    "succeeded in",
    "processed in",
    "returned in",
    "received in",
    "generated in",
    "uploaded in",
    "downloaded in",
    "created in",
    "updated in",
    "loaded in",
    "saved in",
    "executed in",
    "rendered in",
    "fetched in",
    "response time",
    "total time",
    "processing time",
    "execution time",
];

static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::LeftmostFirst).build(WORDS).ok()
});

/// Where a word ends behind which a duration may stand, and whether it counts seconds; the same for all messages that differ in
/// digits alone.
pub(crate) type Mention = (usize, bool);

/// The mentions of a message.
pub(crate) fn mentions(message: &str) -> Vec<Mention> {
    let bytes = message.as_bytes();
    let head = bytes.get(..LOOK).unwrap_or(bytes);
    let hits = FINDER.iter().flat_map(|finder| finder.find_iter(head));
    hits.map(|found| (found.end(), found.pattern().as_usize() == 0)).collect()
}

/// The first duration that the message states, in microseconds.
pub fn duration_micros(message: &str) -> Option<u64> {
    duration_at(message, &mentions(message))
}

/// The same where the mentions are known.
pub(crate) fn duration_at(message: &str, mentions: &[Mention]) -> Option<u64> {
    mentions.iter().find_map(|(end, seconds)| value(message.as_bytes().get(*end..)?, *seconds))
}

/// The duration that a text begins with (`213 ms, …`), in microseconds.
pub fn quantity_micros(text: &str) -> Option<u64> {
    value(text.as_bytes(), false)
}

/// Reads ` = 12.5 ms` and the like.
fn value(rest: &[u8], seconds_by_default: bool) -> Option<u64> {
    let skip = rest
        .iter()
        .take(8)
        .take_while(|b| matches!(b, b' ' | b':' | b'=' | b'"' | b'\'' | b'(' | b'~' | b'\t'))
        .count();
    let rest = rest.get(skip..)?;
    let digits = rest.iter().take(20).take_while(|b| b.is_ascii_digit() || **b == b'.').count();
    let number = std::str::from_utf8(rest.get(..digits)?).ok()?.trim_end_matches('.');
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole: u64 = whole.parse().ok()?;
    let unit = rest.get(digits..)?;
    let unit = if unit.first() == Some(&b' ') { unit.get(1..)? } else { unit };
    let word = unit.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let unit = std::str::from_utf8(unit.get(..word)?).ok()?;
    let micros_each: u64 = match unit.to_ascii_lowercase().as_str() {
        "ms" | "msec" | "millis" | "milliseconds" => 1_000,
        "us" => 1,
        "s" | "sec" | "secs" | "second" | "seconds" => 1_000_000,
        "m" | "min" | "mins" | "minutes" => 60_000_000,
        "" | "lock" if seconds_by_default => 1_000_000,
        _ if seconds_by_default => 1_000_000,
        _ => return None,
    };
    let mut micros = whole.checked_mul(micros_each)?;
    let mut unit = micros_each / 10;
    for digit in fraction.bytes() {
        micros = micros.checked_add(u64::from(digit.wrapping_sub(b'0')).checked_mul(unit)?)?;
        unit /= 10;
    }
    Some(micros)
}

#[cfg(test)]
mod tests {
    use super::duration_micros;

    #[test]
    fn durations_are_read_with_their_units() {
        for (text, micros) in [
            ("request took 213 ms", Some(213_000)),
            ("# Query_time: 98.204  Lock_time: 0.000110 Rows_sent: 1", Some(98_204_000)),
            ("duration: 1234.567 ms  statement: SELECT 1", Some(1_234_567)),
            ("Job completed in 346s", Some(346_000_000)),
            ("latency=2.5s", Some(2_500_000)),
            ("step 7: parcel list generated in 73601ms", Some(73_601_000)),
            ("took a while", None),
            ("duration unknown", None),
            ("elapsed: 12", None),
        ] {
            assert_eq!(duration_micros(text), micros, "{text}");
        }
    }
}
