//! Which numbers are figures, and which are none.

use super::{Figure, Kind, LEVEL, WORK, in_text, kind, millis_each};
use crate::entry::Nanos;

fn told(text: &str) -> Vec<(Kind, String, i64)> {
    let time = Nanos::parse("2026-03-08T02:00:00Z");
    in_text(text, None, time).into_iter().map(|f| (f.kind, f.name.into_owned(), f.value)).collect()
}

#[test]
fn names_tell_what_a_number_is() {
    for (name, expected) in [
        ("rows", Some(Kind::Work)),
        ("recordsProcessed", Some(Kind::Work)),
        ("rows_skipped", None),
        ("usedPercent", Some(Kind::Level)),
        ("redis_used_memory_mb", Some(Kind::Level)),
        ("redis_maxmemory_mb", Some(Kind::Limit)),
        ("lag_ms", Some(Kind::Level)),
        ("oldestPendingSec", Some(Kind::Level)),
        ("page", None),
        ("cacheEntries", Some(Kind::Level)),
        ("cacheEvicted", Some(Kind::Cleared)),
        ("avgWriteMs", None),
        ("batch", None),
        ("size", Some(Kind::Level)),
    ] {
        assert_eq!(kind(name), expected, "{name}");
    }
}

#[test]
fn figures_of_a_text_are_read_with_their_names() {
    assert_eq!(told("exported 41,180 rows"), [(Kind::Work, "rows".into(), 41_180_000)]);
    assert_eq!(told("sync done: records=0 took=3s"), [(Kind::Work, "records".into(), 0)]);
    assert_eq!(told("disk usedPercent: 95.4%"), [(Kind::Level, "usedPercent".into(), 95_400)]);
    assert_eq!(
        told("POST http://rates.local:8080/v1/score/77120 -> 200 in 185 ms"),
        [(Kind::Took, "POST http://rates.local:8080/v1/score/<*>".into(), 185_000)]
    );
    assert_eq!(told("GET /api/orders 200 52ms"), [(Kind::Took, "GET /api/orders".into(), 52_000)]);
    // Every word that names work, or a level, is read from a text too.
    for word in WORK {
        assert_eq!(told(&format!("done, 12 {word}")), [(Kind::Work, word.into(), 12_000)]);
    }
    for word in LEVEL {
        assert_eq!(told(&format!("now {word}=7")), [(Kind::Level, word.into(), 7_000)]);
    }
    assert!(told("3 items in systems of yesterday's rows are pending").iter().all(|f| f.0 == Kind::Work));
    assert!(told("watermark=2026-03-07T23:00:00Z").is_empty());
    assert!(told("columns, rows and documents; items: none").is_empty());
    let far = told("saved watermark=2062-03-08T00:00:00Z");
    assert!(matches!(far.as_slice(), [(Kind::Ahead, _, seconds)] if *seconds > 1_000_000_000_000));
}

#[test]
fn durations_are_known_by_their_words_and_their_unit() {
    for (name, expected) in [
        ("avgWriteMs", Some(1)),
        ("p95_seconds", Some(1000)),
        ("took_ms", Some(1)),
        ("timeoutMs", None),
        ("average", None),
        ("lag_avg_ms", None),
    ] {
        assert_eq!(millis_each(name), expected, "{name}");
    }
}

#[test]
fn a_key_gives_back_what_it_was_made_of() {
    let figure = Figure { kind: Kind::Level, name: "used".into(), of: "disk-1".into(), value: 0 };
    assert_eq!(Figure::parse(&figure.key()), Some((Kind::Level, "used", "disk-1")));
}
