//! Spans and buckets fit each other, and zooming stays within the range.

use super::{Scale, describe};
use crate::entry::Nanos;
use crate::entry::time::SECOND;
use crate::page::zone::Zone;
use crate::report::model::Timeline;

const SCALE: Scale = Scale { from: 0, bucket: SECOND, n: 60 };

#[test]
fn a_span_of_buckets_touches_those_buckets() {
    let (from, until) = (SCALE.start(3), Nanos(SCALE.start(8).0 - 1));
    assert_eq!(SCALE.touched(Some(from), Some(until)), (3, 7));
    assert_eq!(SCALE.touched(None, None), (0, 59));
    assert_eq!(SCALE.touched(Some(Nanos(-5)), Some(Nanos(i64::MAX))), (0, 59));
}

#[test]
fn finer_buckets_begin_and_end_where_the_others_do() {
    let minutes = Scale { from: 0, bucket: 120 * SECOND, n: 60 };
    let finer = minutes.finer(10, 17);
    assert_eq!(finer, Scale { from: 1200 * SECOND, bucket: 10 * SECOND, n: 96 });
    assert_eq!(finer.start(finer.n), minutes.start(18));
    assert_eq!(minutes.finer(0, 59), minutes);
}

#[test]
fn a_span_is_told_with_its_entries() {
    let line = Timeline { buckets: vec![[1, 2, 0, 3, 0], [0, 0, 1, 0, 0]], ..Timeline::default() };
    let scale = Scale { from: 0, bucket: SECOND, n: 2 };
    assert_eq!(
        describe(&line, scale, Zone::Utc, (1, 0)),
        "00:00:00 to 00:00:02: 7 entries, 1 warning, 3 error"
    );
    assert!(describe(&line, scale, Zone::Fixed(90), (0, 0)).starts_with("01:30:00 to 01:30:01:"));
}
