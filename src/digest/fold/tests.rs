//! Looking only near lines of traces finds what looking at every row finds.

use super::*;
use crate::digest::{Builder, Digest, FileId};
use crate::entry::{Entry, Source, Span};
use crate::ingest::Sink;
use crate::trace;
use proptest::prelude::*;
use std::borrow::Cow;

/// What programs print: traces, printed objects, and what is neither.
const TOLD: [&str; 14] = [
    "Traceback (most recent call last):\n  File \"/srv/shop/cart.py\", line 31, in add\n    item = stock[sku]\nKeyError: 'A-1'",
    "During handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"/srv/shop/api.py\", line 9, in post\n    add(sku)\nshop.errors.OutOfStock: A-1\nsee the stock page\nfor what is left",
    "java.lang.IllegalStateException: no seat left\n\tat com.example.Hall.seat(Hall.java:40)\n\tat com.example.Desk.sell(Desk.java:12)\nCaused by: java.sql.SQLException: timeout\n\tat com.example.Db.query(Db.java:7)\n\t... 2 more",
    "panic: runtime error: index out of range [3] with length 3\n\ngoroutine 1 [running]:\nmain.pick(0xc000012345)\n\t/src/pick/main.go:14 +0x1d\nmain.main()\n\t/src/pick/main.go:8 +0x20\nexit status 2",
    "thread 'main' panicked at src/main.rs:4:10:\ncalled `Option::unwrap()` on a `None` value\nstack backtrace:\n   0: core::panicking::panic\n             at /rustc/lib.rs:1:1\n   1: app::main\n             at ./src/main.rs:4:10",
    "Error: connect ECONNREFUSED 10.0.0.3:5432\n    at TCPConnectWrap.afterConnect (node:net:1555:16) {\n  errno: -111,\n  code: 'ECONNREFUSED',\n  address: '10.0.0.3'\n}",
    "{\n  order: [Object],\n  total: 12,\n}",
    "app.rb:3:in `pick': undefined method `name' for nil (NoMethodError)\n\tfrom app.rb:9:in `<main>'",
    "PHP Fatal error:  Uncaught Exception: no stock in /app/cart.php:7\nStack trace:\n#0 /app/index.php(3): cart()\n#1 {main}\n  thrown in /app/cart.php on line 7",
    "2026-03-01 10:00:00 ERROR cart failed",
    "Listening on 8080",
    "GET /cart 200 in 12 ms",
    "warming up",
    "",
];

/// Which is told, one entry a line or as a whole, of which source, milliseconds after the line before, and between its own.
type Seed = (usize, bool, u8, u16, u8);

fn index(seeds: &[Seed]) -> Index {
    let mut builder = Builder::default();
    let id = FileId { name: "a.json".to_owned(), size: 1, token: 1 };
    builder.begin(&id);
    let mut times = [0i64; 2];
    let mut lines: Vec<(i64, usize, &str)> = Vec::new();
    for (which, whole, source, pause, step) in seeds {
        let source = usize::from(*source % 2);
        let Some(text) = TOLD.get(which % TOLD.len()) else { continue };
        times[source] += i64::from(*pause);
        let parts: Vec<&str> = if *whole { vec![text] } else { text.split('\n').collect() };
        for part in parts {
            lines.push((times[source], source, part));
            times[source] += i64::from(*step);
        }
    }
    lines.sort_by_key(|(time, _, _)| *time);
    for ((time, source, text), at) in lines.into_iter().zip(0u64..) {
        builder.entry(&Entry {
            span: Span { offset: at * 100, len: 90 },
            time: Some(Nanos(time * 1_000_000)),
            source: Source { instance: Cow::Owned(format!("i{source}")), ..Source::default() },
            message: Cow::Borrowed(text),
            ..Entry::default()
        });
    }
    builder.end(crate::ingest::FileFacts { id, ..Default::default() });
    let mut all = Digest::default();
    all.merge(builder.finish());
    all.finish()
}

/// The groups; two who take half of the sources each find the same.
fn found(index: &Index) -> Groups {
    let two = Hands::two(|here, beside| {
        here();
        beside();
    });
    assert_eq!(fold(&index.clone(), two), fold(index, Hands::default()));
    fold(index, Hands::default()).clone()
}

/// The groups when every row is looked at.
fn everywhere(index: &Index) -> Groups {
    let lines: Vec<trace::Line<'_>> = index
        .rows()
        .iter()
        .map(|row| trace::Line {
            text: index.shape(row.shape()).map_or("", |shape| shape.text()),
            stream: row.source(),
            time: row.time(),
        })
        .collect();
    let mut groups = Groups::default();
    for (n, first) in (0u32..).zip(trace::group(&lines)) {
        if first != n {
            groups.0.entry(first).or_insert_with(|| vec![first]).push(n);
        }
    }
    groups
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn rows_far_from_traces_change_nothing(
        seeds in prop::collection::vec((0usize..14, any::<bool>(), 0u8..2, prop_oneof![0u16..6, 0u16..400, 900u16..3000], 0u8..3), 1..120),
    ) {
        let index = index(&seeds);
        prop_assert_eq!(found(&index), everywhere(&index));
    }

    #[test]
    fn groups_of_a_part_are_those_of_its_own_rows(
        seeds in prop::collection::vec((0usize..14, any::<bool>(), 0u8..2, prop_oneof![0u16..6, 0u16..400], 0u8..3), 1..120),
        cut in 0usize..60,
    ) {
        let index = index(&seeds);
        let of = |source: u32| (0u32..).zip(index.rows()).filter(move |(_, row)| row.source() == source).map(|(n, _)| n);
        let whole: Vec<u32> = of(0).collect();
        let torn: Vec<u32> = whole.iter().copied().skip(cut).collect();
        let before = [&whole, &torn].map(|rows| found(&index.with_rows(rows)));
        found(&index);
        prop_assert_eq!(before, [&whole, &torn].map(|rows| found(&index.with_rows(rows))));
    }

    #[test]
    fn nor_do_they_where_most_rows_are_calm(
        seeds in prop::collection::vec((prop_oneof![6 => 10usize..14, 1 => 0usize..10], any::<bool>(), 0u8..2, prop_oneof![0u16..6, 0u16..40], 0u8..3), 40..400),
    ) {
        let index = index(&seeds);
        prop_assert_eq!(found(&index), everywhere(&index));
    }
}

#[test]
fn groups_are_found_at_all() {
    let seeds: Vec<Seed> = (0..9).map(|which| (which, false, 0, 500, 0)).collect();
    assert!(found(&index(&seeds)).0.len() >= 7);
}
