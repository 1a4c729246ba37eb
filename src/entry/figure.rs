//! Numbers that tell of work done, of how full something is, and of how long a call took, with their names: members of a
//! payload, and `rows=0`, `exported 412 rows`, `POST http://rates/v1 -> 200 in 185 ms` in a text.
//!
//! What a number is follows from the words of its name alone, which are the field's terms and no product's.

use super::Nanos;
use super::time::SECOND;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

mod text;
mod upstream;

pub use text::in_text;
pub(crate) use text::{Mentions, in_text_at};
pub(crate) use upstream::may_list_upstreams;
pub use upstream::{upstreams, upstreams_of};

/// Longest name and companion kept, in bytes.
const NAME_BYTES: usize = 48;
/// Figures of one entry.
pub const EACH: usize = 6;
/// How far after its entry a date lies that can't be when something was read or changed.
const AHEAD: i64 = 2 * 86_400 * SECOND;

/// What a number tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// How much was done: rows, records, documents.
    Work,
    /// How full or how long something is: used per cent, memory, depth of a queue, lag.
    Level,
    /// What a level may reach at most.
    Limit,
    /// How long a call to a target took, in milliseconds.
    Took,
    /// How far a date lies ahead of its entry, in seconds.
    Ahead,
    /// What a server behind a proxy answered: its address with the status of HTTP (no thousandths), 0 where it gave none.
    Upstream,
    /// How much of what is kept was cleared away: evicted, expired, purged.
    Cleared,
    /// How much was found of what was asked for.
    Found,
}

impl Kind {
    const ALL: [(Kind, char); 8] = [
        (Kind::Work, 'W'),
        (Kind::Level, 'L'),
        (Kind::Limit, 'M'),
        (Kind::Took, 'T'),
        (Kind::Ahead, 'A'),
        (Kind::Upstream, 'U'),
        (Kind::Cleared, 'C'),
        (Kind::Found, 'F'),
    ];
}

/// One number of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure<'a> {
    /// What it tells.
    pub kind: Kind,
    /// Its name as written; of a call the target.
    pub name: Cow<'a, str>,
    /// What it is about (a queue, a node), or the date as written; empty where nothing says so.
    pub of: Cow<'a, str>,
    /// In thousandths.
    pub value: i64,
}

impl Figure<'_> {
    /// Kind, name and companion as one text.
    pub fn key(&self) -> String {
        let letter = Kind::ALL.iter().find(|(kind, _)| *kind == self.kind).map_or('?', |(_, letter)| *letter);
        format!("{letter}\t{}\t{}", self.name, self.of)
    }

    /// The inverse of [`Figure::key`].
    pub fn parse(key: &str) -> Option<(Kind, &str, &str)> {
        let mut parts = key.splitn(3, '\t');
        let letter = parts.next()?.chars().next()?;
        let kind = Kind::ALL.iter().find(|(_, known)| *known == letter)?.0;
        Some((kind, parts.next()?, parts.next()?))
    }
}

/// Words of a name that tell of work done.
const WORK: [&str; 35] = [
    "products",
    "posted",
    "settled",
    "sent",
    "applied",
    "reconciled",
    "upserted",
    "saved",
    "stored",
    "copied",
    "transferred",
    "published",
    "rows",
    "row",
    "records",
    "record",
    "processed",
    "exported",
    "imported",
    "inserted",
    "written",
    "fetched",
    "synced",
    "ingested",
    "indexed",
    "uploaded",
    "loaded",
    "docs",
    "documents",
    "items",
    "objects",
    "affected",
    "migrated",
    "delivered",
    "archived",
];
/// Words that tell of a level.
const LEVEL: [&str; 22] = [
    "percent",
    "pct",
    "percentage",
    "used",
    "usage",
    "utilization",
    "utilisation",
    "lag",
    "depth",
    "backlog",
    "queued",
    "pending",
    "size",
    "memory",
    "mem",
    "rss",
    "heap",
    "inflight",
    "occupancy",
    "entries",
    "unacked",
    "retained",
];
/// Words that tell how far behind something is, in whatever unit.
const BEHIND: [&str; 3] = ["lag", "oldest", "age"];
/// Words of what was found; of a cache they mean something else, which its reader looks at.
const FOUND: [&str; 3] = ["hits", "results", "matches"];
const CLEARED: [&str; 8] =
    ["evicted", "evictions", "expired", "purged", "pruned", "reclaimed", "deleted", "removed"];
/// Words that tell of the time something took, and units of it.
const TOOK: [&str; 10] =
    ["took", "duration", "elapsed", "latency", "avg", "average", "mean", "median", "p50", "p95"];
const MILLIS: [&str; 3] = ["ms", "millis", "msec"];
const SECONDS: [&str; 4] = ["s", "sec", "secs", "seconds"];
const LIMIT: [&str; 6] = ["max", "limit", "capacity", "maxmemory", "quota", "maximum"];
/// Words by which a name tells of something else, however it goes on.
const OTHER: [&str; 27] = [
    "error",
    "errors",
    "failed",
    "failures",
    "failure",
    "skipped",
    "retries",
    "retry",
    "dropped",
    "rejected",
    "missing",
    "remaining",
    "id",
    "ids",
    "index",
    "offset",
    "line",
    "page",
    "batch",
    "port",
    "duplicates",
    "invalid",
    "expired",
    "code",
    "status",
    "version",
    "trees",
];
/// Words of the name of a date up to which something was read or done.
const UNTIL: [&str; 9] =
    ["watermark", "cursor", "checkpoint", "bookmark", "since", "last", "updated", "modified", "synced"];
/// Members that say what the numbers beside them are about, the most telling first.
const COMPANIONS: [&str; 17] = [
    "queue",
    "topic",
    "slot",
    "node",
    "host",
    "device",
    "disk",
    "mount",
    "mountpoint",
    "filesystem",
    "volume",
    "pool",
    "table",
    "database",
    "cache",
    "partition",
    "shard",
];

/// What a word of a name means, as bits.
mod means {
    pub(super) const WORK: u16 = 1;
    pub(super) const LEVEL: u16 = 2;
    pub(super) const BEHIND: u16 = 4;
    pub(super) const CLEARED: u16 = 8;
    pub(super) const TOOK: u16 = 16;
    pub(super) const MILLIS: u16 = 32;
    pub(super) const SECONDS: u16 = 64;
    pub(super) const LIMIT: u16 = 128;
    pub(super) const OTHER: u16 = 256;
    pub(super) const UNTIL: u16 = 512;
    pub(super) const TIME: u16 = 1024;
    pub(super) const FOUND: u16 = 2048;
}

const MEANINGS: [(&[&str], u16); 12] = [
    (&WORK, means::WORK),
    (&LEVEL, means::LEVEL),
    (&BEHIND, means::BEHIND),
    (&CLEARED, means::CLEARED),
    (&TOOK, means::TOOK),
    (&MILLIS, means::MILLIS),
    (&SECONDS, means::SECONDS),
    (&LIMIT, means::LIMIT),
    (&OTHER, means::OTHER),
    (&UNTIL, means::UNTIL),
    (&FOUND, means::FOUND),
    (&["duration", "time", "at", "latency"], means::TIME),
];
/// Longer words are in no list.
const WORD_BYTES: usize = 16;

static WORDS: LazyLock<HashMap<&'static [u8], u16, foldhash::fast::FixedState>> = LazyLock::new(|| {
    let mut words = HashMap::default();
    for (list, meaning) in MEANINGS {
        for word in list {
            *words.entry(word.as_bytes()).or_default() |= meaning;
        }
    }
    words
});

/// What the words of a name mean, all together and the last alone: `usedPercent` and `used_percent` have the same two.
#[derive(Clone, Copy, Default)]
struct Meaning {
    any: u16,
    last: u16,
}

impl Meaning {
    fn of(name: &str) -> Meaning {
        let (mut meaning, mut word, mut n) = (Meaning::default(), [0u8; WORD_BYTES], 0);
        let mut is_lower = false;
        for byte in name.bytes() {
            let is_new = byte.is_ascii_uppercase() && is_lower;
            if is_new || !byte.is_ascii_alphanumeric() {
                meaning.take(word.get(..n), n > 0);
                n = 0;
            }
            is_lower = byte.is_ascii_lowercase() || byte.is_ascii_digit();
            if byte.is_ascii_alphanumeric() {
                if let Some(slot) = word.get_mut(n) {
                    *slot = byte.to_ascii_lowercase();
                }
                n += 1;
            }
        }
        meaning.take(word.get(..n), n > 0);
        meaning
    }

    fn take(&mut self, word: Option<&[u8]>, is_word: bool) {
        if is_word {
            self.last = word.and_then(|word| WORDS.get(word)).copied().unwrap_or(0);
            self.any |= self.last;
        }
    }
}

/// What a number of this name tells, if anything that is looked at.
pub fn kind(name: &str) -> Option<Kind> {
    if name.len() > NAME_BYTES {
        return None;
    }
    let Meaning { any, .. } = Meaning::of(name);
    let has = |means: u16| any & means != 0;
    if has(means::CLEARED) {
        return (!has(means::MILLIS | means::SECONDS | means::TIME)).then_some(Kind::Cleared);
    }
    if has(means::OTHER) {
        return None;
    }
    if has(means::BEHIND) {
        return Some(Kind::Level);
    }
    if has(means::MILLIS | means::SECONDS | means::TIME) {
        return None;
    }
    if has(means::LIMIT) {
        Some(Kind::Limit)
    } else if has(means::LEVEL) {
        Some(Kind::Level)
    } else if has(means::WORK) {
        Some(Kind::Work)
    } else {
        has(means::FOUND).then_some(Kind::Found)
    }
}

/// How many milliseconds the value of a member of this name has to be multiplied by, if it is a time that a call took.
pub fn millis_each(name: &str) -> Option<i64> {
    match name {
        "took" | "response_time_ms" | "responseTime" | "responseTimeMs" | "time_ms" => return Some(1),
        _ if name.len() > NAME_BYTES => return None,
        _ => {}
    }
    let Meaning { any, last } = Meaning::of(name);
    if any & means::TOOK == 0 || any & means::BEHIND != 0 {
        return None;
    }
    // `avgBatchMs`: what is measured, and last its unit.
    if last & means::MILLIS != 0 { Some(1) } else { (last & means::SECONDS != 0).then_some(1000) }
}

/// Whether a date of this name says up to when something was read or done.
pub fn is_until(name: &str) -> bool {
    name.len() <= NAME_BYTES && Meaning::of(name).any & means::UNTIL != 0
}

/// Whether a number of this name says how far behind something is.
pub fn is_behind(name: &str) -> bool {
    Meaning::of(name).any & means::BEHIND != 0
}

/// Place of a member's name among those that say what numbers beside them are about.
pub fn companion(name: &str) -> Option<usize> {
    COMPANIONS.iter().position(|known| *known == name)
}

/// How far a date lies ahead of its entry, where that is further than it can.
pub fn ahead<'a>(name: &'a str, date: &'a str, time: Nanos) -> Option<Figure<'a>> {
    let further = Nanos::parse(date)?.0.checked_sub(time.0).filter(|further| *further > AHEAD)?;
    let (name, of) = (Cow::Borrowed(name), Cow::Borrowed(date));
    Some(Figure { kind: Kind::Ahead, name, of, value: (further / SECOND).saturating_mul(1000) })
}

/// Thousandths of a number as written: `41180`, `41,180`, `95.4`.
pub fn thousandths(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let (sign, whole) = whole.strip_prefix('-').map_or((1, whole), |rest| (-1, rest));
    if !whole.starts_with(|c: char| c.is_ascii_digit())
        || whole.len() > 18
        || fraction.bytes().any(|b| !b.is_ascii_digit())
    {
        return None;
    }
    let mut value = 0i64;
    for digit in whole.bytes().filter(|b| *b != b',') {
        let digit = digit.is_ascii_digit().then(|| i64::from(digit - b'0'))?;
        value = value.checked_mul(10)?.checked_add(digit)?;
    }
    let mut part = 0i64;
    for at in 0..3 {
        part = part * 10 + fraction.as_bytes().get(at).map_or(0, |b| i64::from(*b - b'0'));
    }
    Some(sign * value.checked_mul(1000)?.checked_add(part)?)
}

#[cfg(test)]
mod tests;
