//! Spans and buckets fit each other; zooming and moving along stay within the range.

use super::Scale;
use crate::entry::Nanos;
use crate::entry::time::SECOND;

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
fn moving_along_ends_at_the_ends_of_the_range() {
    let shown = Scale { from: 10 * SECOND, bucket: SECOND / 2, n: 20 };
    assert_eq!(shown.moved(SCALE, 4).from, 12 * SECOND);
    assert_eq!(shown.moved(SCALE, -50).from, 0);
    assert_eq!(shown.moved(SCALE, i64::MAX).start(20), SCALE.start(60));
    assert_eq!(SCALE.moved(SCALE, 7), SCALE);
}

#[test]
fn zooming_out_keeps_the_middle_where_it_can() {
    let wide = Scale { from: 0, bucket: SECOND, n: 20 };
    let shown = Scale { from: 40 * SECOND, bucket: SECOND / 10, n: 40 };
    assert_eq!(shown.widened(wide, SCALE), Scale { from: 32 * SECOND, ..wide });
    assert_eq!(shown.widened(SCALE, SCALE), SCALE);
}

#[test]
fn half_is_taken_around_a_bucket() {
    assert_eq!(SCALE.half(30), (15, 44));
    assert_eq!((SCALE.half(0), SCALE.half(59)), ((0, 29), (30, 59)));
    assert_eq!(Scale { n: 1, ..SCALE }.half(0), (0, 0));
}

#[test]
fn counts_move_along_until_new_ones_come() {
    let counts = [[1; 5], [2; 5], [3; 5]];
    let counted = Scale { n: 3, ..SCALE };
    let later = Scale { from: SECOND, n: 3, ..SCALE };
    assert_eq!(later.shifted(counted, &counts), Some(vec![[2; 5], [3; 5], [0; 5]]));
    assert_eq!(counted.shifted(later, &counts), Some(vec![[0; 5], [1; 5], [2; 5]]));
    assert_eq!(SCALE.finer(0, 1).shifted(counted, &counts), None);
}
