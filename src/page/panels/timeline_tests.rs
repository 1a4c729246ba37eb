//! Bars stack, marks stand where their time is.

use super::{paths, place};
use crate::entry::Nanos;
use crate::report::model::Timeline;

#[test]
fn bars_stack_from_the_bottom() {
    let paths = paths(&[[0, 2, 0, 2, 0], [0; 5]]);
    assert_eq!(paths[1], "M0.06 50.00h.88v50.00h-.88z");
    assert_eq!(paths[3], "M0.06 0.00h.88v50.00h-.88z");
    assert!(paths[0].is_empty());
}

#[test]
fn marks_stand_where_their_time_is_or_nowhere() {
    let line =
        Timeline { from: Nanos(1_000), bucket_nanos: 100, buckets: vec![[1; 5]; 4], ..Timeline::default() };
    assert_eq!(place(&line, Nanos(1_250)).as_deref(), Some("2.50"));
    assert_eq!(place(&line, Nanos(999)), None);
    assert_eq!(place(&line, Nanos(1_401)).as_deref(), None);
}
